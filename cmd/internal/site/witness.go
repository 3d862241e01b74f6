package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"picket/cmd/internal/durable"
	"picket/edge/journal"
)

// witness stands beside the journal's file, or better on another partition (setting witness), and is in no copy of it:
// it says how far the file was when it was last seen here. A file that is behind it, or of which it knows nothing, is an older copy or another box's.
// Such a file goes on under a new log id, and the numbers leased to the old one are burnt.
type witness struct {
	Log  string `json:"log"`
	Boot uint64 `json:"boot"`
	Seq  uint64 `json:"seq"`
}

// witnessFile is where the witness lies.
func (c *Config) witnessFile() string {
	if c.Witness != "" {
		return c.Witness
	}
	return filepath.Join(c.Data, "witness")
}

func readWitness(file string) (w witness, known bool, err error) {
	raw, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w, false, nil
	case err != nil:
		return w, false, fmt.Errorf("witness: %w", err)
	case json.Unmarshal(raw, &w) != nil: // torn by a power cut: it says nothing
		return witness{}, false, nil
	}
	return w, true, nil
}

// write leaves the old one in place until the new one is whole.
func (w witness) write(file string) error {
	raw, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	if err := durable.Write(file, raw, 0o600); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	return nil
}

// replaced says whether the file is not the one that was last in use here.
func (w witness) replaced(known bool, f *journal.File) bool {
	head := f.Head()
	c, _ := f.Cursor(bootCursor)
	if !known {
		return c.Seq > 0 // it was in use, and not here
	}
	return w.Log != head.Log || c.Seq < w.Boot || head.Seq < w.Seq
}

// newLife gives a replaced file a new log id. A start that is cut short is followed by one that does so again.
func newLife(file string, f *journal.File) (fresh bool, err error) {
	w, known, err := readWitness(file)
	if err != nil || !w.replaced(known, f) {
		return false, err
	}
	_, err = f.NewLog(newID())
	return err == nil, err
}

// seen writes down how far the file is.
func seen(file string, boot uint64, f *journal.File) error {
	head := f.Head()
	return witness{Log: head.Log, Boot: boot, Seq: head.Seq}.write(file)
}
