package rows

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"picket/cmd/internal/durable"
)

// ring is the file of keys that seal rows of personal data, one key for each row, outside the journal and its backups.
// Wiping a key erases its row in the journal's free pages and in every copy of the journal that was ever made.
//
// It is a plain array of keys of 32 bytes; the place in it is the key's name. A key is used for one row and never
// again for another; zeros are a key that was wiped.
type ring struct {
	mu        sync.Mutex
	f         *os.File
	next, end uint32 // places that are written and not used yet
}

const (
	ringKey   = 32
	ringBlock = 64 // keys made at a time: one sync for that many rows
)

func openRing(dir string) (*ring, error) {
	file := filepath.Join(dir, "keys", "rows.ring")
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if st.Size() == 0 {
		if err := durable.Dir(filepath.Dir(file)); err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
	}
	n := uint32((st.Size() + ringKey - 1) / ringKey) // behind what an earlier start used, or may have used
	return &ring{f: f, next: n, end: n}, nil
}

// take gives a new key that is on the disk already.
func (r *ring) take() (place uint32, key []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == r.end {
		block := make([]byte, ringBlock*ringKey)
		_, _ = rand.Read(block) // never fails since Go 1.24: the process ends instead
		if _, err := r.f.WriteAt(block, int64(r.end)*ringKey); err != nil {
			return 0, nil, err
		}
		if err := r.f.Sync(); err != nil {
			return 0, nil, err
		}
		r.end += ringBlock
	}
	key, ok := r.read(r.next)
	if !ok {
		return 0, nil, fmt.Errorf("keys: place %d cannot be read", r.next)
	}
	r.next++
	return r.next - 1, key, nil
}

// key is the key of a place; false for one that was wiped, or that this file does not have.
func (r *ring) key(place uint32) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read(place)
}

func (r *ring) read(place uint32) ([]byte, bool) {
	key := make([]byte, ringKey)
	if _, err := r.f.ReadAt(key, int64(place)*ringKey); err != nil {
		return nil, false
	}
	return key, [ringKey]byte(key) != [ringKey]byte{}
}

// wipe writes zeros over keys. When it returns without error they are gone.
func (r *ring) wipe(places []uint32) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range places {
		if p >= r.end {
			continue // an older copy of the file, which never had it
		}
		if _, err := r.f.WriteAt(make([]byte, ringKey), int64(p)*ringKey); err != nil {
			return err
		}
	}
	return r.f.Sync()
}

// ownMark begins a row that is sealed by a key of its own; the key's place follows.
const ownMark = "\x00row"

// Place is the place of the key a sealed row is sealed by; false when it is the box's.
func Place(sealed []byte) (place uint32, ok bool) {
	if len(sealed) < len(ownMark)+4 || string(sealed[:len(ownMark)]) != ownMark {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[len(ownMark):]), true
}
