package clerk

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A box gets a site by a code that is good once. With the code the centre grants it the next epoch; the box that held
// the site before is fenced from that moment, and what it still holds is taken over (salvage.go).

// codeLives is how long a code may be used.
const codeLives = 24 * time.Hour

// boxesKey is the centre's own setting of a site: who held it, and the code that is out.
const boxesKey = "boxes"

// Boxes is what the centre knows of a site's boxes beside the one in its mark.
type Boxes struct {
	Code   string        `json:"code,omitempty"` // SHA-256 of the code that is out, hex
	Until  time.Time     `json:"until,omitzero"`
	By     wire.NodeID   `json:"by,omitempty"`     // who used it: an answer may be lost, and it asks again
	Secret string        `json:"secret,omitempty"` // SHA-256 of what the box of the mark shows over HTTP, hex
	Former []wire.NodeID `json:"former,omitempty"`
	Late   []wire.NodeID `json:"late,omitempty"`   // those of former that were learnt of behind a restore
	Sure   []wire.NodeID `json:"sure,omitempty"`   // those of former that held the site here: this centre saw them replaced
	Stolen bool          `json:"stolen,omitempty"` // the box of the code takes the place of one that is in other hands
}

// ErrCode: the code is wrong, too old, or was used by another box.
var ErrCode = errors.New("the code is not good: it is wrong, older than a day, or another box used it. Ask for a new one")

// Code lets one box take a site, once.
type Code struct {
	Code  string    `json:"code" doc:"To be typed at the new box within a day; good for one box." example:"QK4T-7GZM-2XHB-WN5C"`
	Until time.Time `json:"until"`
}

// Granted is what a box gets for a code.
type Granted struct {
	Epoch  wire.Epoch `json:"epoch" doc:"The box says it at every hello. A lower one is refused."`
	Secret string     `json:"secret" doc:"The box shows it where it fetches what it needs over HTTP."`
	Was    string     `json:"was,omitempty" doc:"The box that held the site until now: it is fenced."`
	Stolen bool       `json:"stolen,omitempty" doc:"The box before is in other hands: its certificates count no more."`
	Centre []byte     `json:"centre_key,omitempty" doc:"The key by which all that this centre says on the line is signed."`
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (w *work) boxes(site floor.SiteID) (Boxes, error) {
	b, err := settingOf[Boxes](w, site, boxesKey)
	if err != nil || b == nil {
		return Boxes{}, err
	}
	return *b, nil
}

func (w *work) putBoxes(site floor.SiteID, b Boxes) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return w.PutSetting(site, store.Setting{Key: boxesKey, Body: body})
}

// Enrol makes a code for a site. One that was out before is good no more. With stolen the box that holds the site is in
// other hands, and hands nothing over by itself.
func (c *Clerk) Enrol(ctx context.Context, site floor.SiteID, stolen bool) (out Code, err error) {
	var raw [10]byte
	c.cfg.Random(raw[:])
	text := base32.StdEncoding.EncodeToString(raw[:])
	out.Code = strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
	err = c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		b, err := w.boxes(site)
		if err != nil {
			return err
		}
		out.Until = w.now.Add(codeLives).Truncate(time.Second)
		b.Code, b.Until, b.By = digest(text), out.Until, ""
		b.Stolen = stolen
		return w.putBoxes(site, b)
	})
	return out, err
}

// Redeem gives a site to the box that shows its code. In the same transaction the box before is fenced, everything
// the centre knows about the site has to be told to the new one, and its feed begins anew. key is the box's, which it has
// shown to have; nil: it signs nothing.
func (c *Clerk) Redeem(ctx context.Context, site floor.SiteID, code string, node wire.NodeID, key ed25519.PublicKey) (out Granted, err error) {
	if why := nodeWrong(node); why != "" {
		return out, order.Problems{{Field: "node", Why: why, Value: string(node)}}
	}
	text := strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
	var raw [20]byte
	c.cfg.Random(raw[:])
	secret := hex.EncodeToString(raw[:])
	err = c.update(ctx, func(w *work) error {
		out = Granted{Secret: secret}
		if _, err := w.Site(site); errors.Is(err, store.ErrNone) {
			return ErrCode // who guesses learns nothing
		} else if err != nil {
			return err
		}
		b, err := w.boxes(site)
		if err != nil {
			return err
		}
		right := subtle.ConstantTimeCompare([]byte(digest(text)), []byte(b.Code)) == 1
		if !right || w.now.After(b.Until) || b.By != "" && b.By != node {
			return ErrCode
		}
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		if known, err := keyOf(w, site, node); err != nil {
			return err
		} else if b.By == node && !known.Equal(key) {
			return ErrCode // it counted for that key
		}
		if err := w.putKey(site, node, key); err != nil {
			return err
		}
		b.Secret, out.Stolen = digest(secret), b.Stolen
		if b.By == node && m.Node == node { // it did not hear the answer
			out.Epoch = m.Epoch
			return w.putBoxes(site, b)
		}
		b.By = node
		b.Late = slices.DeleteFunc(b.Late, func(n wire.NodeID) bool { return n == node }) // it said its key, or that it has none
		if m.Node != "" && m.Node != node {
			out.Was = string(m.Node)
			b.Former = append(slices.DeleteFunc(b.Former, func(n wire.NodeID) bool { return n == m.Node || n == node }), m.Node)
			b.Sure = append(slices.DeleteFunc(b.Sure, func(n wire.NodeID) bool { return n == m.Node || n == node }), m.Node)
			b.bound()
		}
		if err := w.putBoxes(site, b); err != nil {
			return err
		}
		if _, err := w.letIn(site); err != nil { // whoever spoke in its name has not this box's certificate
			return err
		}
		m.Node, m.Epoch, m.Orphan, m.Acked = node, m.Epoch+1, m.Pos, 0
		out.Epoch = m.Epoch
		if m.Lineage == 0 || out.Was == "" {
			w.grown = append(w.grown, site)
			return w.PutMark(site, m)
		}
		m.Lineage++
		if err := w.PutMark(site, m); err != nil {
			return err
		}
		if err := w.reissue(site); err != nil {
			return err
		}
		return w.carryOver(site, m.Lineage-1)
	})
	if err == nil {
		c.rekey(Rekeyed{site, node, key})
	}
	return out, err
}

// BoxesOf is who held a site, and who may fetch for it.
func (c *Clerk) BoxesOf(ctx context.Context, site floor.SiteID) (b Boxes, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		got, err := settingOf[Boxes](tx, site, boxesKey)
		if got != nil {
			b = *got
		}
		return err
	})
	return b, err
}

// ErrBox: it is not the site's box that asks.
var ErrBox = errors.New("this is not the site's box: show the secret that came with its epoch")

// CheckBox says whether a secret is that of the site's box.
func (c *Clerk) CheckBox(ctx context.Context, site floor.SiteID, secret string) error {
	b, err := c.BoxesOf(ctx, site)
	if err != nil {
		return fmt.Errorf("boxes of %s: %w", site, err)
	}
	if b.Secret == "" || subtle.ConstantTimeCompare([]byte(digest(secret)), []byte(b.Secret)) != 1 {
		return ErrBox
	}
	return nil
}
