package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"picket/edge/view"
)

// Problem is what a caller is told instead of an answer (RFC 9457).
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Errors []FieldError `json:"errors,omitempty"`
	Taken  *taken       `json:"taken,omitempty"` // what became of the other commands of the body, where some were taken

	after time.Duration // come again behind this; 0: not said
}

// taken answers the commands of a body that were taken though another one could not be.
type taken struct {
	Answers []opAnswer `json:"answers"`
	view.Marks
	Edge edge `json:"edge"`
}

// beside adds to a problem what was taken all the same: whoever sent it must not send that as something new.
func (p *Problem) beside(t taken) *Problem {
	n := len(t.Answers)
	if n == 0 {
		return p
	}
	p.Taken = &t
	if others := " of the request was taken; its answer stands here under taken."; n == 1 {
		p.Detail += " 1 other" + others
	} else {
		p.Detail += " " + strconv.Itoa(n) + " others of the request were taken; their answers stand here under taken."
	}
	return p
}

// FieldError names a field and what is wrong with it.
type FieldError struct {
	Location string `json:"location"` // such as body.ops[0].n
	Message  string `json:"message"`
	Value    any    `json:"value,omitempty"`
}

// The problems, by their type.
const (
	invalidBody    = "urn:picket:problem:invalid-body"
	tooLarge       = "urn:picket:problem:too-large"
	wrongType      = "urn:picket:problem:unsupported-media-type"
	notSignedIn    = "urn:picket:problem:not-signed-in"
	notAllowed     = "urn:picket:problem:not-allowed"
	anotherDevice  = "urn:picket:problem:another-device"
	notVouched     = "urn:picket:problem:vouch"
	badCredentials = "urn:picket:problem:bad-credentials"
	lockedOut      = "urn:picket:problem:locked-out"
	tooManyTries   = "urn:picket:problem:too-many-tries"
	notFound       = "urn:picket:problem:not-found"
	wrongMethod    = "urn:picket:problem:method-not-allowed"
	conflict       = "urn:picket:problem:conflict"
	unavailable    = "urn:picket:problem:unavailable"
	fault          = "urn:picket:problem:fault"
	wrongHost      = "urn:picket:problem:wrong-host"
)

func problem(status int, typ, title, detail string, errors ...FieldError) *Problem {
	return &Problem{Type: typ, Title: title, Status: status, Detail: detail, Errors: errors}
}

// bad is a body or a parameter that cannot be taken.
func bad(status int, location, message string, value any) *Problem {
	return problem(status, invalidBody, "The request cannot be taken", location+": "+message, FieldError{Location: location, Message: message, Value: value})
}

func missing(what string) *Problem {
	return problem(http.StatusNotFound, notFound, "Not here", what)
}

// failed hides a fault from people; the log has it.
func failed() *Problem {
	return problem(http.StatusInternalServerError, fault, "The box has a fault", "Something went wrong in the box. Nothing was lost; tell your operator.")
}

func busy() *Problem {
	p := problem(http.StatusServiceUnavailable, unavailable, "The box is busy", "The box could not take this just now. Send it again.")
	p.after = time.Second
	return p
}

// notYet is the answer to a sale of what the box does not know again yet.
func notYet() *Problem {
	p := problem(http.StatusServiceUnavailable, unavailable, "The box does not know this yet", "This box lost records, and the centre has still to tell what it knows. Nothing was taken: send it again, under the same id, until it is.")
	p.after = 10 * time.Second
	return p
}

// replaced is the answer of a box that another took the place of.
func replaced() *Problem {
	return problem(http.StatusServiceUnavailable, unavailable, "This box was replaced", "Another box holds the site. Nothing was taken: give it to the new box, where your handheld shows it again by itself.")
}

func signedOut() *Problem {
	return problem(http.StatusUnauthorized, notSignedIn, "Not signed in", "You are not signed in. Sign in with your badge and PIN.")
}

func (p *Problem) write(w http.ResponseWriter) {
	if p.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((p.after+time.Second-1)/time.Second)))
	}
	respond(w, p.Status, "application/problem+json", p)
}

func respond(w http.ResponseWriter, status int, typ string, v any) {
	body, err := json.Marshal(v)
	if err != nil { // only values of this package come here, and all of them can be encoded
		status, body = http.StatusInternalServerError, []byte(`{"type":"`+fault+`","status":500}`)
	}
	h := w.Header()
	h.Set("Content-Type", typ)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller has gone; there is nobody to tell
}

func reply(w http.ResponseWriter, v any) { respond(w, http.StatusOK, "application/json", v) }
