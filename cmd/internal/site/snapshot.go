package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"picket/cmd/internal/killpoint"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// errSnapshot ends a run in which the last piece of a snapshot came: the next one begins from it.
var errSnapshot = errors.New("a snapshot is to be taken")

// album keeps the pieces of a snapshot beside the journal until they are whole. The pieces lie in one file, what they
// belong to in another that is written first; a crash leaves pieces, or some less.
type album struct {
	dir   string
	log   *slog.Logger
	from  grant // whom to ask over HTTP
	ca    string
	site  string
	whole chan struct{} // of capacity one: everything is there
	now   page

	failed time.Time // when fetching over HTTP last failed
}

// page says what the pieces are of.
type page struct {
	ID      wire.SnapshotID `json:"id"`
	Gen     wire.Generation `json:"gen"`
	Pos     wire.Pos        `json:"pos"`
	Fork    bool            `json:"fork,omitempty"`
	Common  wire.Seq        `json:"common,omitempty"`
	Bytes   int64           `json:"bytes"`
	Digest  wire.Hash       `json:"digest"`
	Refused string          `json:"refused,omitempty"` // why this box could not take it: it takes fact by fact
}

func (a *album) pageFile() string   { return filepath.Join(a.dir, "snapshot.json") }
func (a *album) piecesFile() string { return filepath.Join(a.dir, "snapshot.part") }

// openAlbum finds the pieces of an earlier run. Of another journal than now they are of no use.
func openAlbum(cfg Config, fresh bool, log *slog.Logger) (*album, error) {
	a := &album{dir: cfg.Data, log: log, site: cfg.Site, ca: cfg.brokerFiles().CAFile, whole: make(chan struct{}, 1)}
	if fresh {
		return a, a.clear()
	}
	if _, err := readFile(a.pageFile(), &a.now); err != nil || a.now.ID != "" {
		return a, err
	}
	return a, a.clear() // pieces of nothing: it was cut short in forgetting them
}

// clear forgets the pieces.
func (a *album) clear() error {
	a.now = page{}
	for _, file := range []string{a.pageFile(), a.piecesFile()} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	return nil
}

// held is what the next hello tells of the pieces; nil when this box takes none.
func (a *album) held() *wire.Held {
	if a.now.Refused != "" {
		return nil
	}
	return &wire.Held{ID: a.now.ID, Have: a.have()}
}

// have is how many whole pieces there are from the first on.
func (a *album) have() int {
	st, err := os.Stat(a.piecesFile())
	if err != nil || a.now.ID == "" {
		return 0
	}
	return int(min(st.Size(), a.now.Bytes) / wire.MaxPiece)
}

// complete says whether all bytes are there.
func (a *album) complete() bool {
	st, err := os.Stat(a.piecesFile())
	return err == nil && st.Size() == a.now.Bytes
}

// keep writes one piece, durably, and says how many there are. Behind the last one the run ends.
func (a *album) keep(ctx context.Context, s reconcile.Stage) (have int, err error) {
	now := page{ID: s.ID, Gen: s.Gen, Pos: s.Pos, Fork: s.Fork, Common: s.Common, Bytes: s.Bytes, Digest: s.Digest}
	if now != a.now {
		if s.ID != a.now.ID || s.Bytes != a.now.Bytes || s.Digest != a.now.Digest {
			if err := a.clear(); err != nil {
				return 0, err
			}
		}
		if err := writeFile(a.pageFile(), now); err != nil {
			return 0, fmt.Errorf("snapshot: %w", err)
		}
		a.now = now
	}
	if have := a.have(); s.Index > have {
		return have, nil
	}
	f, err := os.OpenFile(a.piecesFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return a.have(), fmt.Errorf("snapshot: %w", err)
	}
	at := int64(s.Index) * wire.MaxPiece
	if err = f.Truncate(at); err == nil {
		_, err = f.WriteAt(s.Data, at)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return min(a.have(), s.Index), fmt.Errorf("snapshot: %w", err)
	}
	if !s.Last() {
		if a.more(ctx); !a.complete() {
			return a.have(), nil
		}
	}
	if _, err := a.read(); err != nil {
		a.log.Warn("a snapshot is fetched again", "err", err)
		return 0, a.clear()
	}
	select {
	case a.whole <- struct{}{}:
	default:
	}
	return s.Pieces - 1, nil // until it is swapped, the last one is still to be had
}

var errPieces = errors.New("the pieces are not what the snapshot's digest says")

// read gives the pieces when all are there.
func (a *album) read() ([]byte, error) {
	data, err := os.ReadFile(a.piecesFile())
	if err != nil {
		return nil, err
	}
	if int64(len(data)) != a.now.Bytes || wire.Sum(data) != a.now.Digest {
		return nil, errPieces
	}
	return data, nil
}

// swap puts a snapshot that is whole in the place of what the journal comes to, in one commit, and tells the line's marks:
// a box that goes on naming the life line it knew before would be handed the same again, at each start. One that this
// version cannot take is remembered: the box takes fact by fact then.
func (a *album) swap(f *journal.File, o node.Options, now time.Time) error {
	if a.now.ID == "" || a.now.Refused != "" {
		return nil
	}
	data, err := a.read()
	if errors.Is(err, errPieces) || errors.Is(err, fs.ErrNotExist) {
		return nil // more are to come
	}
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	lines, err := inflate(data)
	done := false
	if err == nil {
		done, err = node.Swap(killpoint.Journal(f), o, now, node.Past{ID: string(a.now.ID), Gen: string(a.now.Gen), Pos: uint64(a.now.Pos), Fork: a.now.Fork, Common: uint64(a.now.Common), Lines: lines})
	}
	switch {
	case node.Faulted(err):
		return err
	case err != nil:
		a.log.Error("a snapshot of the centre cannot be taken; the box takes fact by fact", "err", err)
		a.now.Refused = err.Error()
		return writeFile(a.pageFile(), a.now)
	case done:
		a.log.Info("the centre's snapshot of this site is taken", "facts", a.now.Pos)
	}
	if err := learnt(f, a.now.Gen, a.now.Pos); err != nil {
		return err
	}
	return a.clear()
}

// inflate reads a snapshot's lines, up to what one may have.
func inflate(data []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	lines, err := io.ReadAll(io.LimitReader(z, wire.MaxSnapshotRaw+1))
	if err == nil && len(lines) > wire.MaxSnapshotRaw {
		err = fmt.Errorf("has more than %d bytes", wire.MaxSnapshotRaw)
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	return lines, nil
}
