package site

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// vault seals rows of personal data with a key that lies in a file of its own, outside the journal and its
// backups. Each row is bound to its name, so that one cannot be put in another's place.
type vault struct{ aead cipher.AEAD }

// openVault reads the key, or makes one on the first day.
func openVault(dir string) (*vault, error) {
	file := filepath.Join(dir, "keys", "rows.key")
	key, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		err = writeOnce(file, key)
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
	return &vault{aead}, nil
}

// Seal closes a row under its name.
func (v *vault) Seal(name string, body []byte) []byte {
	nonce := make([]byte, v.aead.NonceSize(), v.aead.NonceSize()+len(body)+v.aead.Overhead())
	_, _ = rand.Read(nonce) // never fails since Go 1.24: the process ends instead
	return v.aead.Seal(nonce, nonce, body, []byte(name))
}

// Open opens a row that was sealed under its name.
func (v *vault) Open(name string, sealed []byte) ([]byte, error) {
	n := v.aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("row %s: is too short to be sealed", name)
	}
	body, err := v.aead.Open(nil, sealed[:n], sealed[n:], []byte(name))
	if err != nil {
		return nil, fmt.Errorf("row %s: cannot be opened with the key in keys/rows.key", name)
	}
	return body, nil
}

// writeOnce makes a small file that is there whole or not at all.
func writeOnce(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(file+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
