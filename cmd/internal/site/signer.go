package site

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"picket/edge/floor"
)

// signer signs what is in a parcel to another site, with a key that lies beside the rows' key and never
// leaves the box. Other sites need only the public half, which stands in keys/lists.pub as hex.
type signer struct {
	key ed25519.PrivateKey
	id  string // names the key on a list: the site and the first bytes of the public key
}

// openSigner reads the key, or makes one on the first day.
func openSigner(dir string, site floor.SiteID) (*signer, error) {
	file := filepath.Join(dir, "keys", "lists.key")
	seed, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		seed = make([]byte, ed25519.SeedSize)
		_, _ = rand.Read(seed) // never fails since Go 1.24: the process ends instead
		err = writeOnce(file, seed)
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("key %s: is %d bytes long, but must be %d", file, len(seed), ed25519.SeedSize)
	}
	key := ed25519.NewKeyFromSeed(seed)
	pub := hex.EncodeToString(key.Public().(ed25519.PublicKey))
	if err := writeOnce(filepath.Join(dir, "keys", "lists.pub"), []byte(pub+"\n")); err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return &signer{key: key, id: string(site) + "-" + pub[:8]}, nil
}

// public is the half other sites need.
func (s *signer) public() ed25519.PublicKey { return s.key.Public().(ed25519.PublicKey) }

// lists seals a list, as many codes as it takes.
func (s *signer) lists(c floor.ContentList) [][]byte {
	var out [][]byte
	parts := c.Split()
	for i := range parts {
		out = append(out, parts[i].Sealed(ed25519.Sign(s.key, parts[i].Bytes())))
	}
	return out
}
