package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
)

// problem writes an RFC 9457 problem outside the operations.
func problem(w http.ResponseWriter, status int, detail string) {
	write(w, &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}

func write(w http.ResponseWriter, e *huma.ErrorModel) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(e.Status)
	_ = json.NewEncoder(w).Encode(e)
}

// tidy makes the framework's problems speak like ours: the sentence names the first field, and no value is
// repeated that may be personal, secret or long.
func tidy(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	for _, d := range e.Errors {
		unread(d)
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

// undecoded is what the decoder says of a value that passed for its type and is none, such as a number too large.
var undecoded = regexp.MustCompile(`^json: cannot unmarshal (.+) into Go struct field [^. ]*\.?([^ ]+) of type ([a-z0-9]+)$`)

// kinds are the types such a value may be meant for.
var kinds = map[string]reflect.Type{"int": reflect.TypeFor[int](), "int64": reflect.TypeFor[int64](), "uint64": reflect.TypeFor[uint64](), "float64": reflect.TypeFor[float64]()}

// unread puts the decoder's words into people's.
func unread(d *huma.ErrorDetail) {
	m := undecoded.FindStringSubmatch(d.Message)
	if m == nil {
		return
	}
	if kind := kinds[m[3]]; kind != nil {
		d.Message = floor.NotTyped(&json.UnmarshalTypeError{Value: m[1], Type: kind})
	} else {
		d.Message = "is not of the type that is wanted"
	}
	d.Location = strings.TrimSuffix(d.Location, ".") + "." + m[2]
}

// bodyMost is more than any body may have here: what is larger is refused by its own limit.
const bodyMost = 8 << 20

// whole refuses what a decoder would take with other letters in it than were sent: what is no UTF-8, and half a
// character, which JSON can spell and no text can hold.
func whole(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body == nil || r.ContentLength == 0 || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, bodyMost))
		why := ""
		switch at := floor.HalfRune(body); {
		case err != nil:
			why = "ended before it was complete"
		case len(body) == bodyMost: // whoever takes it has a smaller limit
		case !utf8.Valid(body):
			why = "is not UTF-8"
		case at >= 0:
			why = fmt.Sprintf("has half a character (%s) at byte %d; both halves must stand together", body[at:at+6], at)
		}
		if why != "" {
			write(w, &huma.ErrorModel{Status: http.StatusUnprocessableEntity, Title: http.StatusText(http.StatusUnprocessableEntity), Detail: "Nothing was taken. The body " + why + ".",
				Errors: []*huma.ErrorDetail{{Location: "body", Message: why}}})
			return
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		next.ServeHTTP(w, r)
	})
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
