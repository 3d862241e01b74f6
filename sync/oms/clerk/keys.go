package clerk

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A box's key is kept for ever, under its own id: what a replaced box hands over years later is checked by it. It is said
// first with an enrolment, with a certificate's renewal or with the box's first hello, and then stands. Only a code that an
// operator gave puts another in its place, or none.

func nodeKey(site floor.SiteID, node wire.NodeID) string {
	return "key:" + string(site) + "/" + string(node)
}

// KeyOf is what is known of a box's key; nil: it said none.
func (c *Clerk) KeyOf(ctx context.Context, site floor.SiteID, node wire.NodeID) (key ed25519.PublicKey, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error { key, err = keyOf(tx, site, node); return err })
	return key, err
}

func keyOf(tx store.Tx, site floor.SiteID, node wire.NodeID) (ed25519.PublicKey, error) {
	text, err := tx.Meta(nodeKey(site, node))
	if err != nil || text == "" {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("the key of box %s of %s is not one", node, site) // not taken for none
	}
	return key, nil
}

func (w *work) putKey(site floor.SiteID, node wire.NodeID, key ed25519.PublicKey) error {
	return w.SetMeta(nodeKey(site, node), base64.StdEncoding.EncodeToString(key))
}

// firstKey keeps a key where none is known, and says whether it did.
func (w *work) firstKey(site floor.SiteID, node wire.NodeID, key ed25519.PublicKey) (bool, error) {
	if key == nil {
		return false, nil
	}
	if had, err := keyOf(w, site, node); err != nil || had != nil {
		return false, err
	}
	return true, w.putKey(site, node, key)
}

// Rekeyed is a box whose key is another one than before.
type Rekeyed struct {
	Site floor.SiteID
	Node wire.NodeID
	Key  ed25519.PublicKey
}

// Keyed notes the key that a box has shown. With byCode an operator let the box in, and it stands in place of what was known;
// no key then says that the box signs nothing, as one that was put back to an earlier version. Without, it counts where none is known.
func (c *Clerk) Keyed(ctx context.Context, site floor.SiteID, node wire.NodeID, key ed25519.PublicKey, byCode bool) error {
	changed := false
	err := c.update(ctx, func(w *work) (err error) {
		if !byCode {
			changed, err = w.firstKey(site, node, key)
			return err
		}
		changed = true
		return w.putKey(site, node, key)
	})
	if changed {
		c.rekey(Rekeyed{site, node, key})
	}
	return err
}

func (c *Clerk) rekey(k Rekeyed) {
	c.mu.Lock()
	c.rekeyed = append(c.rekeyed, k)
	c.mu.Unlock()
	select {
	case c.bell <- struct{}{}:
	default:
	}
}

// Rekeyed takes the boxes whose key has changed since it was last asked.
func (c *Clerk) Rekeyed() []Rekeyed {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.rekeyed
	c.rekeyed = nil
	return out
}
