package floor

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// What is told of a floor may be longer than a record may be: a place outside knows every item of the site, an order may have hundreds of
// lines. It is told in pieces then, one behind the other.

// Piece is a part of a text that is too long for one record.
type Piece struct {
	Bytes []byte `json:"bytes"`
	At    int    `json:"at"` // the first is 1
	Of    int    `json:"of"`
}

// Joining is what came of such a text so far.
type Joining struct {
	Bytes []byte `json:"bytes,omitempty"`
	At    int    `json:"at,omitempty"`
	Of    int    `json:"of,omitempty"`
}

// pieceBytes is how much of a text stands in one piece: as a record has it, in base64, it is a third longer.
const pieceBytes = 32 << 10

func cut(text []byte) []Piece {
	of := (len(text) + pieceBytes - 1) / pieceBytes
	out := make([]Piece, of)
	for i := range out {
		out[i] = Piece{Bytes: text[i*pieceBytes : min(len(text), (i+1)*pieceBytes)], At: i + 1, Of: of}
	}
	return out
}

// Join takes the next piece, and gives the text with the last one. A text that was cut short is forgotten when another begins, and a piece
// that follows nothing is none.
func (j *Joining) Join(p *Piece) []byte {
	if p.At == 1 {
		*j = Joining{}
	}
	if p.At != j.At+1 || j.At > 0 && p.Of != j.Of || len(j.Bytes)+len(p.Bytes) > MaxRestated {
		*j = Joining{}
		return nil
	}
	// The bytes of before may belong to a snapshot that is being written.
	*j = Joining{Bytes: append(j.Bytes[:len(j.Bytes):len(j.Bytes)], p.Bytes...), At: p.At, Of: p.Of}
	if p.At < p.Of {
		return nil
	}
	whole := j.Bytes
	*j = Joining{}
	return whole
}

var pieceOfLine = []byte(`{"piece":`)

// Lines are those of a restatement that are whole with these.
func (j *Joining) Lines(lines []json.RawMessage) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, 0, len(lines))
	for i, text := range lines {
		if !bytes.HasPrefix(text, pieceOfLine) {
			out = append(out, text)
			continue
		}
		var l struct {
			Piece Piece `json:"piece"`
		}
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("line %d is no piece of one: %w", i+1, err)
		}
		if whole := j.Join(&l.Piece); whole != nil {
			out = append(out, whole)
		}
	}
	return out, nil
}

// InPieces says whether there is a piece of a line among these.
func InPieces(lines []json.RawMessage) bool {
	for _, text := range lines {
		if bytes.HasPrefix(text, pieceOfLine) {
			return true
		}
	}
	return false
}

// cutLine is a line as records can have it: itself, or its pieces.
func cutLine(text json.RawMessage) ([]json.RawMessage, error) {
	if len(text) <= restatedBytes {
		return []json.RawMessage{text}, nil
	}
	var out []json.RawMessage
	for _, p := range cut(text) {
		l, err := json.Marshal(map[string]Piece{"piece": p})
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}
