package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Malformed says which field of which message was refused, and why. It is for operators and
// integrators: it never quotes more than a few characters of what came in.
type Malformed struct {
	What   string // "hello2", "frame", "topic", ...
	Field  string // as named in asyncapi.yaml; "" when the whole is meant
	Reason string // "is missing", "has 300 records, at most 256 are allowed"
}

func (m *Malformed) Error() string {
	if m.Field == "" {
		return fmt.Sprintf("malformed %s: it %s", m.What, m.Reason)
	}
	return fmt.Sprintf("malformed %s: %s %s", m.What, m.Field, m.Reason)
}

// ErrUnknownKind is wrapped when a message is well formed but of a kind this version does not know;
// it is dropped without an answer, so that a newer peer may try.
var ErrUnknownKind = errors.New("unknown kind of message")

// malformedJSON turns encoding/json's errors into one that names the field.
func malformedJSON(what string, err error) error {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return &Malformed{What: what, Field: typ.Field, Reason: fmt.Sprintf("cannot be a %s (want %s)", typ.Value, typ.Type.Kind())}
	}
	var syn *json.SyntaxError
	if errors.As(err, &syn) {
		return &Malformed{What: what, Reason: fmt.Sprintf("is no JSON (byte %d)", syn.Offset)}
	}
	return &Malformed{What: what, Reason: "cannot be read: " + err.Error()}
}
