package web

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"

	"picket/edge/floor"
)

// The description of the API is made of floor.Entries and the routes by a test, which also holds the file
// against them: go test ./edge/web -run TestOpenAPI -update writes it anew.
//
//go:embed openapi.json
var openAPI []byte

//go:embed docs.css
var docsStyle []byte

//go:embed docs.html
var docsText string

var docsPage = template.Must(template.New("docs").Parse(docsText))

func (s *Server) openAPI(w http.ResponseWriter, _ *http.Request) {
	plainFile(w, "application/json", openAPI)
}

func (s *Server) docsStyle(w http.ResponseWriter, _ *http.Request) {
	plainFile(w, "text/css; charset=utf-8", docsStyle)
}

func plainFile(w http.ResponseWriter, typ string, body []byte) {
	w.Header().Set("Content-Type", typ)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(body) // the caller has gone; there is nobody to tell
}

// docs is the description for people: one page, no scripts.
func (s *Server) docs(w http.ResponseWriter, r *http.Request) {
	type command struct {
		Kind, Says, Example string
		Who                 floor.Who
		Refuses             []refusalRow
	}
	type parameter struct{ Name, In, Says string }
	type address struct {
		Method, Pattern, Says string
		Roles                 []string
		Params                []parameter
	}
	page := struct {
		Commands  []command
		Addresses []address
	}{}
	for _, e := range floor.Entries() {
		page.Commands = append(page.Commands, command{e.New().Kind(), e.Says, e.Example, e.Who, refusalsOf(e)})
	}
	for _, rt := range s.table() {
		at := address{Method: rt.method, Pattern: rt.pattern, Says: rt.says, Roles: rt.scope()}
		for _, p := range rt.params {
			at.Params = append(at.Params, parameter{p.name, p.in, p.says})
		}
		page.Addresses = append(page.Addresses, at)
	}
	var out bytes.Buffer
	if err := docsPage.Execute(&out, page); err != nil {
		s.fault(w, r, "docs", err)
		return
	}
	plainFile(w, "text/html; charset=utf-8", out.Bytes())
}
