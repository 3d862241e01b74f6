package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

// Limits of what one batch may hold. A batch beyond them is refused whole and nothing of it is written.
const (
	MaxEntryBytes  = 1 << 20  // one record
	MaxBatchBytes  = 32 << 20 // all records of a batch together
	MaxChunkBytes  = 64 << 10 // one chunk of a snapshot
	MaxCursorBytes = 1 << 10  // the data of one cursor
	MaxRowBytes    = 1 << 20  // the value of one row
	MaxNameBytes   = 64       // a cursor's name, a row's kind, a log id
	MaxKeyBytes    = 512      // the key of one row
	TrimSlice      = 256      // entries dropped in one commit; a single larger group goes whole
)

// Hash is one link of the chain: SHA-256(previous hash ‖ SHA-256(raw)). The zero Hash stands before entry 1.
type Hash [sha256.Size]byte

// String is the hash in lower-case hexadecimal.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Next is the hash after one more entry.
func (h Hash) Next(raw []byte) Hash {
	inner := sha256.Sum256(raw)
	var both [2 * sha256.Size]byte
	copy(both[:], h[:])
	copy(both[sha256.Size:], inner[:])
	return sha256.Sum256(both[:])
}

// Position names one point of one history. Two journals that agree on a position agree on everything before it.
type Position struct {
	Log  string // log id: which life of the file
	Seq  uint64 // entries up to here; 0 before the first
	Hash Hash   // the chain at Seq
}

// Cursor is how far one durable reader has come. It is overwritten, never counted back by the journal.
type Cursor struct {
	Name string // 1 to 64 bytes, such as "spool" or "uplink.stable"
	Seq  uint64 // everything up to here is done with
	Hold bool   // entries behind Seq+1 must not be trimmed; false where Seq counts something else than this journal
	Data []byte // what else the reader must remember in the same instant, at most 1 KiB; opaque here
}

// Row is one value of a side store that must change together with the entries naming it.
type Row struct {
	Kind   string // which store, 1 to 64 bytes without NUL: "pii", "doc"
	Key    []byte // 1 to 512 bytes
	Value  []byte // at most 1 MiB; ignored when Delete is set
	Delete bool   // remove the row; removing one that is not there is no error
}

// Chunk is one part of a snapshot that is being written. Chunks come in order from Index 0; a chunk with Index 0
// starts over, and what an unfinished earlier snapshot left is dropped in the background.
type Chunk struct {
	Seq   uint64 // the snapshot is the state after this entry
	Index uint32
	Data  []byte // 1 byte to 64 KiB
}

// Snapshot is the marker that completes one: from now on it is the newest, and the older one is dropped.
type Snapshot struct {
	Seq    uint64 // state after this entry
	Hash   Hash   // the chain at Seq
	Chunks uint32
	Bytes  uint64
	Digest Hash // SHA-256 of all chunks' data in order
}

// Batch is what is written in one transaction, all of it or nothing.
type Batch struct {
	Entries  [][]byte  // records in order; each 1 byte to 1 MiB. They get the seqs after the head
	Cursors  []Cursor  // a later one of the same name wins
	Rows     []Row     // applied in order
	Chunks   []Chunk   // of the one snapshot under way
	Complete *Snapshot // applied after Chunks; a digest that does not fit refuses the batch
	Trim     uint64    // drop entries before this seq as far as Trim allows, one slice; 0 drops none
}

func (b *Batch) empty() bool {
	return len(b.Entries) == 0 && len(b.Cursors) == 0 && len(b.Rows) == 0 && len(b.Chunks) == 0 &&
		b.Complete == nil && b.Trim == 0
}

// Fork says that a log id began where another ended.
type Fork struct {
	Parent Position // the last position of the earlier log
	Log    string   // the log that goes on from there
}

// What can be wrong. Test with errors.Is; the error in hand says which field, number or file.
var (
	ErrBatch    = errors.New("batch refused")                 // nothing was written; the caller's mistake
	ErrTrimmed  = errors.New("entry is trimmed")              // no longer kept
	ErrBeyond   = errors.New("no such entry yet")             // beyond the head
	ErrCorrupt  = errors.New("journal is damaged")            // what stands in the file cannot be what was written
	ErrBroken   = errors.New("journal stopped after a fault") // a commit failed; only opening again tells what stands
	ErrClosed   = errors.New("journal is closed")
	ErrLocked   = errors.New("journal is in use")
	ErrForeign  = errors.New("not a journal of this version")
	ErrSnapshot = errors.New("no complete snapshot")
)

// Error is a fault at the file, for the operator: what was being done, where, why, and what to do about it.
type Error struct {
	Op   string // open, append, read, check, ...
	Path string
	Err  error
	Hint string // may be empty
}

func (e *Error) Error() string {
	s := fmt.Sprintf("journal: %s %s: %v", e.Op, e.Path, e.Err)
	if e.Hint != "" {
		s += ": " + e.Hint
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

func refuse(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrBatch, fmt.Sprintf(format, a...))
}

// validate holds a batch against the limits, before anything is touched. Both implementations call it.
func (b *Batch) validate() error {
	total := 0
	for i, raw := range b.Entries {
		if len(raw) == 0 || len(raw) > MaxEntryBytes {
			return refuse("entries[%d] has %d bytes, want 1 to %d", i, len(raw), MaxEntryBytes)
		}
		total += len(raw)
	}
	if total > MaxBatchBytes {
		return refuse("entries have %d bytes together, want at most %d", total, MaxBatchBytes)
	}
	for _, c := range b.Cursors {
		if err := c.validate(); err != nil {
			return err
		}
	}
	for i, r := range b.Rows {
		if err := validName(r.Kind); err != nil {
			return refuse("rows[%d].kind %v", i, err)
		}
		if len(r.Key) == 0 || len(r.Key) > MaxKeyBytes {
			return refuse("rows[%d].key has %d bytes, want 1 to %d", i, len(r.Key), MaxKeyBytes)
		}
		if len(r.Value) > MaxRowBytes {
			return refuse("rows[%d].value has %d bytes, want at most %d", i, len(r.Value), MaxRowBytes)
		}
	}
	for i, c := range b.Chunks {
		if len(c.Data) == 0 || len(c.Data) > MaxChunkBytes {
			return refuse("chunks[%d] has %d bytes, want 1 to %d", i, len(c.Data), MaxChunkBytes)
		}
	}
	return nil
}

func (c *Cursor) validate() error {
	if err := validName(c.Name); err != nil {
		return refuse("cursor name %v", err)
	}
	if len(c.Data) > MaxCursorBytes {
		return refuse("cursor %q has %d bytes of data, want at most %d", c.Name, len(c.Data), MaxCursorBytes)
	}
	return nil
}

func validName(s string) error {
	if len(s) == 0 || len(s) > MaxNameBytes {
		return fmt.Errorf("has %d bytes, want 1 to %d", len(s), MaxNameBytes)
	}
	if i := slices.IndexFunc([]byte(s), func(b byte) bool { return b < ' ' || b == 0x7f }); i >= 0 {
		return fmt.Errorf("has a control character at byte %d", i)
	}
	return nil
}

// trimmable is the seq before which nothing is needed any more: asked for by the caller, behind the newest
// snapshot, and behind every cursor that holds.
func trimmable(before uint64, snap *Snapshot, cursors []Cursor) uint64 {
	if snap == nil {
		return 0
	}
	before = min(before, snap.Seq+1)
	for _, c := range cursors {
		if c.Hold {
			before = min(before, c.Seq+1)
		}
	}
	return before
}
