package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// problem writes an RFC 9457 problem outside the operations.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(&huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}

// tidy makes the framework's problems speak like ours: the sentence names the first field, and no value is
// repeated that may be personal, secret or long.
func tidy(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	for _, d := range e.Errors {
		if !harmless(d) {
			d.Value = nil
		}
	}
	if e.Detail == "validation failed" {
		e.Detail = "Nothing was taken."
		if len(e.Errors) > 0 {
			e.Detail += " " + strings.TrimPrefix(e.Errors[0].Location, "body.") + ": " + e.Errors[0].Message + "."
		}
	}
	return v, nil
}

func harmless(d *huma.ErrorDetail) bool {
	if d.Location == "body" || strings.HasPrefix(d.Location, "body.customer") || strings.HasPrefix(d.Location, "body.ship_to") || strings.HasPrefix(d.Location, "body.contact") || strings.HasPrefix(d.Location, "body.gift") || strings.HasPrefix(d.Location, "body.users") && strings.Contains(d.Location, ".pin") {
		return false
	}
	switch v := d.Value.(type) {
	case nil, bool, int, int64, uint64, float64:
		return true
	case string:
		return len(v) <= 80
	case map[string]any, []any, []byte:
		return false
	}
	return true // a value of our own, chosen where the problem was found
}

// described lets the paths and methods that nobody serves be answered by a problem, too.
func described(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		n := &nobody{header: http.Header{}}
		h.ServeHTTP(n, r)
		if allow := n.header.Get("Allow"); n.status == http.StatusMethodNotAllowed && allow != "" {
			w.Header().Set("Allow", allow)
			problem(w, n.status, "This path takes "+allow+" only.")
			return
		}
		problem(w, http.StatusNotFound, "There is nothing here. /openapi.json lists what there is.")
	})
}

// nobody takes the mux's own answer and keeps its status.
type nobody struct {
	header http.Header
	status int
}

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(b []byte) (int, error) { return len(b), nil }
func (n *nobody) WriteHeader(status int)      { n.status = status }
