// Package boxfile is the file by which a person carries what a replaced box still holds to the centre, when the box cannot
// be on the line any more: the records behind what every backup of the centre holds, chained, with what is personal
// beside them, signed by the box.
//
// It must never be read as whole when it is not: its last line says how many records there are and where their chain ends. Whose records they
// are only the centre can say, which has the box's key.
package boxfile

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"picket/sync/wire"
)

// Head is the first line.
type Head struct {
	Format string      `json:"format"` // Format
	Site   wire.SiteID `json:"site"`
	Node   wire.NodeID `json:"node"`
	Log    wire.LogID  `json:"log"`
	From   wire.Seq    `json:"from"`
	Prev   wire.Hash   `json:"prev"`
}

// Format names the file and its version.
const Format = "picket box 1"

// Record is one line.
type Record struct {
	Raw  []byte `json:"raw"`
	Rows []Row  `json:"rows,omitempty"`
	// Sig stands with the last record of each piece (wire.Carried). An earlier version wrote none, and passes over it.
	Sig []byte `json:"sig,omitempty"`
}

// A piece is what one request to the centre carries: so many records, or the record with which they become so long.
const (
	PieceRecords = 256
	PieceBytes   = 1 << 20
)

// Size is what a record counts.
func (r *Record) Size() int {
	n := len(r.Raw)
	for i := range r.Rows {
		n += len(r.Rows[i].Body)
	}
	return n
}

// Row is what is personal beside a record, opened.
type Row struct {
	Ref  string `json:"ref"`
	Body []byte `json:"body"`
}

// end is the last line.
type end struct {
	Records int       `json:"records"`
	Hash    wire.Hash `json:"hash"`
}

// Writer writes a file; Close makes it whole.
type Writer struct {
	out   *json.Encoder
	end   end
	key   ed25519.PrivateKey
	piece wire.Carried
	size  int
	last  *Record // not written yet: it may be the last of its piece
}

// NewWriter begins a file that is signed by a key, nil: by none.
func NewWriter(w io.Writer, h Head, key ed25519.PrivateKey) (*Writer, error) {
	h.Format = Format
	out := &Writer{out: json.NewEncoder(w), end: end{Hash: h.Prev}, key: key,
		piece: wire.Carried{Site: h.Site, Node: h.Node, Log: h.Log, From: h.From, Prev: h.Prev}}
	return out, out.out.Encode(h)
}

// Add writes the next record.
func (w *Writer) Add(r Record) error {
	if err := w.flush(); err != nil {
		return err
	}
	w.end.Records++
	w.end.Hash = wire.Chain(w.end.Hash, r.Raw)
	r.Sig = nil
	w.piece.Add(r.Raw)
	for _, row := range r.Rows {
		w.piece.Row(row.Ref, row.Body)
	}
	w.size += r.Size()
	if w.last = &r; w.piece.Len() == PieceRecords || w.size >= PieceBytes {
		return w.cut()
	}
	return nil
}

// cut ends a piece.
func (w *Writer) cut() error {
	if w.last != nil && w.key != nil {
		w.last.Sig = w.piece.Sign(w.key)
	}
	w.piece.Next()
	w.size = 0
	return w.flush()
}

func (w *Writer) flush() error {
	if w.last == nil {
		return nil
	}
	r := w.last
	w.last = nil
	return w.out.Encode(struct {
		Record *Record `json:"record"`
	}{r})
}

// Close writes the last line and says how many records there are.
func (w *Writer) Close() (int, error) {
	if w.last != nil {
		if err := w.cut(); err != nil {
			return w.end.Records, err
		}
	}
	return w.end.Records, w.out.Encode(struct {
		End end `json:"end"`
	}{w.end})
}

// maxLine is more than a record and its rows take.
const maxLine = 8 << 20

// Read reads a file to its end and hands over each record. Nothing of it may be used before Read ended without error.
func Read(r io.Reader, each func(Head, Record) error) (Head, int, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var h Head
	if !lines.Scan() || json.Unmarshal(lines.Bytes(), &h) != nil || h.Format != Format || h.From == 0 {
		return h, 0, fmt.Errorf("the file is no %q: `picketd hand-out` writes one", Format)
	}
	is := end{Hash: h.Prev}
	for lines.Scan() {
		var l struct {
			Record *Record `json:"record"`
			End    *end    `json:"end"`
		}
		err := json.Unmarshal(lines.Bytes(), &l)
		switch {
		case err != nil || (l.Record == nil) == (l.End == nil):
			return h, is.Records, fmt.Errorf("line %d cannot be read", is.Records+2)
		case l.End != nil && *l.End != is:
			return h, is.Records, fmt.Errorf("the number of records should be %d, ending with %s, and is %d, ending with %s: it was changed", l.End.Records, l.End.Hash, is.Records, is.Hash)
		case l.End != nil && lines.Scan():
			return h, is.Records, errors.New("something stands behind the last line")
		case l.End != nil:
			return h, is.Records, nil
		}
		is.Records++
		is.Hash = wire.Chain(is.Hash, l.Record.Raw)
		if err := each(h, *l.Record); err != nil {
			return h, is.Records, err
		}
	}
	if err := lines.Err(); err != nil {
		return h, is.Records, err
	}
	return h, is.Records, fmt.Errorf("the file ends behind record %d, without its last line: copy it again", is.Records)
}
