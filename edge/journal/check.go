package journal

import (
	"errors"
	"fmt"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Check looks at a journal nobody has open, as far as a start needs it: that the tree of pages can be walked at
// all, the small state, the newest snapshot against its digest, and the chain of the entries behind it.
//
// RUN IT IN A CHILD PROCESS (Options.Check is the place to start one): bbolt panics on a damaged tree in a
// goroutine of its own, and no recover can catch that. A child that dies of it has answered, too.
func Check(path string) error { return check(path, false) }

// CheckAll is Check and then everything: bbolt's own consistency check of every page, and the whole chain. It
// takes as long as reading the file; give it to the nightly backup.
func CheckAll(path string) error { return check(path, true) }

func check(path string, all bool) error {
	fault := func(err error) error { return &Error{Op: "check", Path: path, Err: err} }
	if info, err := os.Stat(path); err != nil {
		return fault(err)
	} else if info.Size() == 0 { // bbolt would try to write to it, even now
		return fault(fmt.Errorf("%w: the file is empty", ErrForeign))
	}
	db, err := bolt.Open(path, 0, &bolt.Options{
		ReadOnly: true, PreLoadFreelist: true, Timeout: 2 * time.Second, FreelistType: bolt.FreelistMapType,
		InitialMmapSize: mapBytes, NoStatistics: true,
	})
	if errors.Is(err, berrors.ErrTimeout) {
		err = fmt.Errorf("%w: another picketd holds it", ErrLocked)
	}
	if err != nil {
		return fault(err)
	}
	defer func() { _ = db.Close() }()
	f := &File{path: path, db: db}
	if err := f.load(); err != nil {
		return fault(err)
	}
	behind := f.first
	if s, ok := f.Snapshot(); ok {
		if _, _, err := f.ReadSnapshot(); err != nil {
			return fault(err)
		}
		if s.Seq > f.head.Seq || s.Seq+1 < f.first {
			return fault(fmt.Errorf("%w: snapshot at %d, but entries %d to %d", ErrCorrupt, s.Seq, f.first, f.head.Seq))
		}
		if h, err := f.HashAt(s.Seq); err != nil || h != s.Hash {
			return fault(fmt.Errorf("%w: snapshot at %d is of another history (%v)", ErrCorrupt, s.Seq, err))
		}
		behind = s.Seq + 1
	} else if f.first != 1 {
		return fault(fmt.Errorf("%w: entries begin at %d and there is no snapshot", ErrCorrupt, f.first))
	}
	if all {
		if err := checkPages(db); err != nil {
			return fault(err)
		}
		behind = f.first
	}
	if _, _, err := f.VerifyFrom(behind); err != nil {
		return fault(err)
	}
	return nil
}

func checkPages(db *bolt.DB) error {
	return db.View(func(tx *bolt.Tx) error {
		var first error
		for err := range tx.Check() {
			if first == nil {
				first = fmt.Errorf("%w: %w", ErrCorrupt, err)
			}
		}
		return first
	})
}
