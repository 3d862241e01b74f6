package day

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"time"
)

// Site is the one way to the site: commands in, rows out. Nothing else of it is ever looked at.
type Site interface {
	// Do gives commands in the name of somebody, in their order, and answers each.
	Do(ctx context.Context, who string, list []Command) ([]Answer, error)
	// Ops gives one command as a device, under the device's own number for it.
	Ops(ctx context.Context, who, install string, n uint64, c Command) (Answer, error)
	// List reads all rows of a list.
	List(ctx context.Context, who, list string, where url.Values) ([]json.RawMessage, error)
	// One reads what stands at an address, such as orders/O-1.
	One(ctx context.Context, who, path string) (json.RawMessage, error)
	// Journal copies the site's records, as it gives them for audit.
	Journal(ctx context.Context, who, where string, out io.Writer) error
}

// Command is a command as the API takes it.
type Command struct {
	ID   string     `json:"id"`
	Type string     `json:"type"`
	Data any        `json:"data"`
	At   *time.Time `json:"at,omitempty"`
}

// D is a command's data.
type D map[string]any

// Answer is what the API says of a command.
type Answer struct {
	ID      string            `json:"id"`
	Outcome string            `json:"outcome"`
	Seq     uint64            `json:"seq"`
	Refusal *Refusal          `json:"refusal"`
	Problem json.RawMessage   `json:"problem"` // instead of an outcome: it could not be taken as it was
	Unit    string            `json:"unit"`
	Jobs    []string          `json:"jobs"`
	Made    map[string]string `json:"made"`
	Told    map[string]string `json:"told"`
}

// Refusal says why not.
type Refusal struct {
	Code  string            `json:"code"`
	Args  map[string]string `json:"args"`
	Words string            `json:"words"`
	Hint  string            `json:"hint"`
}

func (a *Answer) ok() bool { return a.Refusal == nil }

// code of the refusal; empty when it was none.
func (a *Answer) code() string {
	if a.Refusal == nil {
		return ""
	}
	return a.Refusal.Code
}
