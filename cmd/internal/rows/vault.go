// Package rows seals rows of personal data with keys that lie in files of their own, outside the database they stand
// beside and outside its backups: a site's journal has them beside it, and the centre's database has them.
//
// It must never write a row or a key's plain text anywhere but into these two files, use one key for two rows, or say in
// an error what a row holds.
package rows

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"picket/cmd/internal/durable"
)

// Vault seals rows. Each is bound to its name, so that one cannot be put in another's place.
type Vault struct {
	aead cipher.AEAD
	mark []byte // the key of Mark
	ring *ring  // the keys of rows of personal data

	// Before is a row as it stands now, so that another body under its name is sealed by the same key: what is wiped
	// then reaches both. nil: rows are not written over.
	Before func(name string) []byte
}

// personal begins the names of rows that have a key of their own.
const personal = "pii/"

// OpenVault reads the key, or makes one on the first day.
func OpenVault(dir string) (*Vault, error) {
	file := filepath.Join(dir, "keys", "rows.key")
	key, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		err = WriteOnce(file, key)
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", file, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", file, err)
	}
	derived := hmac.New(sha256.New, key)
	_, _ = derived.Write([]byte("marks of rows")) // a hash takes whatever it gets
	ring, err := openRing(dir)
	if err != nil {
		return nil, err
	}
	return &Vault{aead: aead, mark: derived.Sum(nil), ring: ring}, nil
}

// Mark tells a row's body from another one. Without the key it says nothing of what is in it.
func (v *Vault) Mark(name string, body []byte) []byte {
	h := hmac.New(sha256.New, v.mark)
	_, _ = h.Write(append(append([]byte(name), 0), body...)) // a hash takes whatever it gets
	return h.Sum(nil)
}

// Seal closes a row under its name. What is personal gets a key of its own; where none can be written, which is a disk
// that takes no journal either, it is the box's.
func (v *Vault) Seal(name string, body []byte) []byte {
	aead, head := v.aead, []byte(nil)
	if strings.HasPrefix(name, personal) {
		if place, own, err := v.own(name); err == nil {
			aead, head = own, binary.BigEndian.AppendUint32([]byte(ownMark), place)
		}
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24: the process ends instead
	return aead.Seal(append(head, nonce...), nonce, body, []byte(name))
}

// SealOwn closes a row with a key of its own, or not at all. before is the row as it stands under that name, nil for
// none: its key is used again, so that wiping one erases both.
func (v *Vault) SealOwn(name string, body, before []byte) ([]byte, error) {
	place, aead, err := v.keyOf(before)
	if err != nil {
		return nil, fmt.Errorf("row %s: %w", name, err)
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24: the process ends instead
	return aead.Seal(append(binary.BigEndian.AppendUint32([]byte(ownMark), place), nonce...), nonce, body, []byte(name)), nil
}

// own is the key of a row of its own: the one it has, or a new one.
func (v *Vault) own(name string) (uint32, cipher.AEAD, error) {
	if v.Before == nil {
		return v.keyOf(nil)
	}
	return v.keyOf(v.Before(name))
}

func (v *Vault) keyOf(before []byte) (uint32, cipher.AEAD, error) {
	if place, ok := Place(before); ok {
		if key, ok := v.ring.key(place); ok {
			aead, err := v.with(key)
			return place, aead, err
		}
	}
	place, key, err := v.ring.take()
	if err != nil {
		return 0, nil, err
	}
	aead, err := v.with(key)
	return place, aead, err
}

// with makes the cipher of a row's own key. It takes the box's as well: neither file opens anything alone.
func (v *Vault) with(key []byte) (cipher.AEAD, error) {
	h := hmac.New(sha256.New, v.mark)
	_, _ = h.Write(append([]byte("row\x00"), key...)) // a hash takes whatever it gets
	block, err := aes.NewCipher(h.Sum(nil))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Wipe writes zeros over the keys of these places. When it returns without error they are gone.
func (v *Vault) Wipe(places ...uint32) error { return v.ring.wipe(places) }

// Erase wipes the keys of these rows. One that has no key of its own cannot be erased so, and says it.
func (v *Vault) Erase(sealed ...[]byte) error {
	places := make([]uint32, 0, len(sealed))
	for _, s := range sealed {
		place, ok := Place(s)
		if !ok {
			return errors.New("keys: a row has no key of its own to be wiped")
		}
		places = append(places, place)
	}
	return v.Wipe(places...)
}

// Close lets go of the keys' file.
func (v *Vault) Close() { _ = v.ring.f.Close() }

// ErrWiped says that a row's key is gone, and the row with it.
var ErrWiped = errors.New("is erased: its key is not in keys/rows.ring")

// Open opens a row that was sealed under its name.
func (v *Vault) Open(name string, sealed []byte) ([]byte, error) {
	if place, ok := Place(sealed); ok {
		key, ok := v.ring.key(place)
		if !ok {
			return nil, fmt.Errorf("row %s: %w", name, ErrWiped)
		}
		aead, err := v.with(key)
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", name, err)
		}
		return open(aead, name, sealed[len(ownMark)+4:])
	}
	return open(v.aead, name, sealed)
}

func open(aead cipher.AEAD, name string, sealed []byte) ([]byte, error) {
	n := aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("row %s: is too short to be sealed", name)
	}
	body, err := aead.Open(nil, sealed[:n], sealed[n:], []byte(name))
	if err != nil {
		return nil, fmt.Errorf("row %s: cannot be opened with the key in keys/rows.key", name)
	}
	return body, nil
}

// WriteOnce makes a small file that is there whole or not at all.
func WriteOnce(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return durable.Write(file, text, 0o600)
}
