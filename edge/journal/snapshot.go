package journal

import (
	"crypto/sha256"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Snapshot is the newest complete one; false when there is none yet.
func (f *File) Snapshot() (Snapshot, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.snap == nil {
		return Snapshot{}, false
	}
	return *f.snap, true
}

// ReadSnapshot returns the newest complete snapshot and its bytes, held against its digest. Start-up is this and
// Read from Seq + 1. Errors: ErrSnapshot when there is none, ErrCorrupt.
func (f *File) ReadSnapshot() (Snapshot, []byte, error) {
	for {
		s, data, err := f.readSnapshot()
		// A newer one may have been completed between the slices, and this one dropped: then read that.
		if now, ok := f.Snapshot(); !errors.Is(err, ErrCorrupt) || !ok || now == s {
			return s, data, err
		}
	}
}

func (f *File) readSnapshot() (Snapshot, []byte, error) {
	var s Snapshot
	var id uint64
	var data []byte
	for done := false; !done; {
		err := f.view(func(tx *bolt.Tx) (err error) {
			if id == 0 {
				v := tx.Bucket(bucketState).Get(keySnapshot)
				if v == nil {
					return ErrSnapshot
				}
				if id, s, err = decodeSnapshot(v); err != nil {
					return err
				}
			}
			c := tx.Bucket(bucketSnapshot).Cursor()
			stop := len(data) + sliceBytes
			k, v := c.Seek(pieceKey(id, uint64(len(data))))
			for ; len(data) < stop && string(k) == string(pieceKey(id, uint64(len(data)))); k, v = c.Next() {
				data = append(data, v...)
			}
			done = len(data) < stop
			return nil
		})
		if err != nil {
			return s, nil, err
		}
	}
	if uint64(len(data)) != s.Bytes || sha256.Sum256(data) != s.Digest {
		return s, nil, fmt.Errorf("%w: snapshot at %d: %d bytes do not have the digest of the %d written", ErrCorrupt, s.Seq, len(data), s.Bytes)
	}
	return s, data, nil
}
