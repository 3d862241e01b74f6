package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"picket/edge/floor"
)

// Op is one command as a caller sends it:
//
//	{"n":57,"id":"hh-3:57","type":"pick.scan","work":"order/O-1","seen":812,"at":"<RFC 3339>","data":{…}}
//
// n counts the device's commands from 1; without it id is needed. work is for people who read the bytes. under is said where the
// screen stands on another log now than the one seen counts in: a box that is lost may have had the command.
type Op struct {
	N     uint64          `json:"n"`
	ID    floor.CommandID `json:"id"`
	Type  string          `json:"type"`
	Work  string          `json:"work"`
	Seen  floor.Seq       `json:"seen"`
	At    time.Time       `json:"at"`
	Under floor.LogID     `json:"under,omitempty"` // the log its screen stood on when it was given, where that is another one now
	Told  *floor.Told     `json:"told,omitempty"`  // sent again, because the box lost it, or may have: what the caller was told at first
	Data  json.RawMessage `json:"data"`
}

// DecodeOp reads one op. The error names the field; such an op has no number that could be used up.
func DecodeOp(raw []byte) (Op, error) {
	var o Op
	if scanOp(raw, &o) {
		return o, o.Check()
	}
	o = Op{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return Op{}, fmt.Errorf("op: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Op{}, fmt.Errorf("op: something follows the object")
	}
	if err := opShape.Check(raw); err != nil {
		return Op{}, fmt.Errorf("op: %w", err)
	}
	return o, o.Check()
}

var opShape = floor.ShapeOf(Op{})

// Check says which field of an op, however it was decoded, cannot be right.
func (o *Op) Check() error {
	if o.ID != "" {
		if err := floor.CheckID("id", string(o.ID)); err != nil {
			return err
		}
	} else if o.N == 0 {
		return fmt.Errorf("id: is missing, and so is n")
	}
	if err := floor.CheckID("type", o.Type); err != nil {
		return err
	}
	if o.Under != "" {
		if err := floor.CheckID("under", string(o.Under)); err != nil {
			return err
		}
	}
	if len(o.Work) > floor.MaxID {
		return fmt.Errorf("work: is %d bytes long, at most %d are allowed", len(o.Work), floor.MaxID)
	}
	return nil
}

// Submission makes the op a submission of the device. Whoever knows them adds Actor and Station.
//
// A type nobody knows, and data that is not what its type says, are not errors: they become commands the floor
// refuses, so that their number is used up and nothing behind them waits. The digest is made here, from what the
// caller sent, before anybody completes the command: a barcode that is looked up again tomorrow may mean another
// item, but the command is still the same.
func (o *Op) Submission(device floor.DeviceID) Submission {
	m := floor.Meta{ID: o.ID, At: o.At, Seen: o.Seen, Told: o.Told}
	if o.N != 0 {
		m.Device, m.N = device, o.N
		if m.ID == "" {
			m.ID = OpID(device, o.N)
		}
	}
	m.Digest = Digest(o.Type, o.Data)
	s := Submission{Meta: m, Under: o.Under, kind: o.Type, sent: o.Data}
	if floor.NewCommand(o.Type) == nil {
		s.Command = Unknown(o.Type)
		return s
	}
	if o.Type == "pick.scan" {
		if c, ok := scanPick(o.Data); ok {
			s.Command = c
			return s
		}
	}
	c, err := floor.DecodeCommand(o.Type, o.Data)
	if err != nil {
		c = &floor.Malformed{Was: o.Type, Why: cut(err.Error())}
	}
	s.Command = c
	if o.Told != nil && !o.Told.Refused {
		s.Insist = o.done()
	}
	return s
}

// done is the command as a fact that stands already, for the kinds that know such a thing.
func (o *Op) done() floor.Command {
	var data map[string]json.RawMessage
	if json.Unmarshal(o.Data, &data) != nil || data == nil {
		return nil
	}
	data["done"] = json.RawMessage("true")
	raw, err := json.Marshal(data)
	if err != nil {
		return nil
	}
	c, err := floor.DecodeCommand(o.Type, raw)
	if err != nil {
		return nil
	}
	return c
}

// Unknown is a command of a kind that does not exist, or that the caller may not give: the floor refuses it as
// unknown_command, and its number is used up.
type Unknown string

// Kind is what the caller called it.
func (u Unknown) Kind() string { return string(u) }

// Digest names a command's body: 16 hex digits of SHA-256 over kind, NUL and the JSON data as AppendCanonical has it.
// It tells a command sent twice from two commands under one name. It is no protection against an attacker, who may
// send what he likes.
func Digest(kind string, data []byte) string {
	var room [512]byte
	return hexOf(AppendCanonical(append(append(room[:0], kind...), 0), data))
}

// digestAsSent is what earlier versions wrote for it: over the names in the order they came in.
func digestAsSent(kind string, data []byte) string {
	var room [512]byte
	return hexOf(appendCompact(append(append(room[:0], kind...), 0), data))
}

func hexOf(b []byte) string {
	sum := sha256.Sum256(b)
	var out [16]byte
	hex.Encode(out[:], sum[:8])
	return string(out[:])
}

// appendCompact appends data without white space outside of strings. It does not mind what is no JSON.
func appendCompact(b, data []byte) []byte {
	inside, from := false, 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c == '"':
			inside = !inside
		case inside:
			if c == '\\' {
				i++
			}
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			b = append(b, data[from:i]...)
			from = i + 1
		}
	}
	return append(b, data[from:]...)
}

// cut keeps a decoder's words short enough for a record and a screen.
func cut(s string) string {
	if len(s) <= floor.MaxText {
		return s
	}
	return s[:floor.MaxText]
}
