package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Glance is what the protocol may know of a record without folding it.
type Glance struct {
	ID   string // {command id}/{index}: the dedupe key, kept for ever
	Type string // picket.pick.confirmed.v1
	Seq  Seq    // 0 in records that carry none
}

// Peek reads id, type and seq of a record and refuses what could never be one: no JSON object, a line
// break (records travel as lines), more than MaxRecord bytes, or no id or type.
func Peek(raw []byte) (Glance, error) {
	if why := recordFault(raw); why != "" {
		return Glance{}, &Malformed{What: "record", Reason: why}
	}
	var g struct {
		ID   *string `json:"id"`
		Type *string `json:"type"`
		Seq  Seq     `json:"seq"`
	}
	if err := json.Unmarshal(raw, &g); err != nil {
		return Glance{}, malformedJSON("record", err)
	}
	if g.ID == nil || *g.ID == "" {
		return Glance{}, &Malformed{What: "record", Field: "id", Reason: "is missing"}
	}
	if g.Type == nil || *g.Type == "" {
		return Glance{}, &Malformed{What: "record", Field: "type", Reason: "is missing"}
	}
	if len(*g.ID) > 200 || len(*g.Type) > 200 {
		return Glance{}, &Malformed{What: "record", Field: "id", Reason: "or type is longer than 200 bytes"}
	}
	return Glance{ID: *g.ID, Type: *g.Type, Seq: g.Seq}, nil
}

// recordFault is the part of Peek that framing needs: cheap, and no JSON is parsed.
func recordFault(raw []byte) string {
	switch {
	case len(raw) == 0:
		return "is empty"
	case len(raw) > MaxRecord:
		return fmt.Sprintf("has %d bytes, at most %d are allowed", len(raw), MaxRecord)
	case raw[0] != '{' || raw[len(raw)-1] != '}':
		return "is no JSON object on one line"
	case bytes.IndexByte(raw, '\n') >= 0:
		return "has a line break"
	}
	return ""
}
