package site

import (
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"picket/cmd/internal/pki"
)

// lineKey is this installation's own key: all it says on the line is signed by it. It lies beside the box's id and is in no
// copy of the journal; another installation makes another.
func lineKey(dir, box string) (ed25519.PrivateKey, error) {
	return pki.OpenKey(filepath.Join(dir, keyFile), box)
}

const keyFile = "node.key"

// centreKey is what this box knows of its centre's key: as the settings say, or its certificate, or the grant by which it
// took the site. nil: nobody said one, and the centre's words are not checked.
type centreKey struct {
	cfg  Config
	held grant
	key  atomic.Pointer[ed25519.PublicKey]
}

func openCentreKey(cfg Config, held grant) (*centreKey, error) {
	c := &centreKey{cfg: cfg, held: held}
	return c, c.read()
}

// read looks again: a certificate that was renewed may say it for the first time.
func (c *centreKey) read() error {
	key, err := ed25519.PublicKey(nil), error(nil)
	switch {
	case c.cfg.Broker.CentreKey != "":
		if key, err = pki.ParseKey(c.cfg.Broker.CentreKey); err != nil {
			return fmt.Errorf("broker.centre_key: %w", err)
		}
	default:
		if key, err = pki.CentreKeyOf(c.cfg.lineDir()); err != nil {
			return fmt.Errorf("line: %w", err)
		}
		if key == nil && len(c.held.CentreKey) == ed25519.PublicKeySize {
			key = c.held.CentreKey
		}
	}
	c.key.Store(&key)
	return nil
}

func (c *centreKey) get() ed25519.PublicKey { return *c.key.Load() }

// renewed reads it behind a renewal.
func (c *centreKey) renewed(log *slog.Logger) {
	if err := c.read(); err != nil {
		log.Error("the centre's key could not be read from the new certificate; what was known of it counts", "err", err)
	}
}
