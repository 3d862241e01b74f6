package clerk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// Conflict says that the channel has this number already, for another order.
type Conflict struct {
	ID     floor.OrderID
	Fields []string // that differ
}

// Error names what differs.
func (c *Conflict) Error() string {
	return "the channel has this number already, with another " + strings.Join(c.Fields, ", ")
}

// Capture takes an order in. The same order again gives the order that is there, and created is false.
// Errors: order.Problems when it is not sound, *Conflict when the number is taken by another.
func (c *Clerk) Capture(ctx context.Context, in order.Capture) (id floor.OrderID, created bool, err error) {
	// Most faults are found without holding up the writer.
	err = c.st.View(ctx, func(tx store.Tx) error {
		id, err = c.examine(tx, in)
		return err
	})
	if err != nil || id != "" {
		return id, false, err
	}
	err = c.update(ctx, func(w *work) error {
		if id, err = c.examine(w.Tx, in); err != nil || id != "" {
			return err // somebody was faster
		}
		cat, err := catalogue(w.Tx, in)
		if err != nil {
			return err
		}
		o, personal := order.FromCapture(floor.OrderID(w.id()), in, cat, w.now, c.cfg.Hours)
		if lost, err := claim(w.Tx, in, o.Lines); err != nil {
			return err
		} else if lost != nil {
			id, created = lost.ID, false
			return w.claimed(lost, in, o, personal)
		}
		if o.Way() == floor.FlowPickup && in.CodeForm != "none" {
			random := make([]byte, 24)
			c.cfg.Random(random)
			personal.Code, o.Terms.CodeSalt = order.MintCode(in.CodeForm, random)
			o.Terms.CodeHash = floor.HashCode(o.Terms.CodeSalt, personal.Code)
		}
		if err := w.AddOrder(o); err != nil {
			return err
		}
		if err := w.PutPersonal(o.ID, personal); err != nil {
			return err
		}
		if err := w.Tell(o.ID, order.Happened{At: w.now, What: "captured", Words: fmt.Sprintf("Order %s came in by %s.", o.Number, o.Channel)}); err != nil {
			return err
		}
		id, created = o.ID, true
		return w.route(&o, false)
	})
	if err != nil {
		return "", false, err
	}
	return id, created, nil
}

// examine finds the order that is there already, or every fault of a new one.
func (c *Clerk) examine(tx store.Tx, in order.Capture) (floor.OrderID, error) {
	cat, err := catalogue(tx, in)
	if err != nil {
		return "", err
	}
	o, err := tx.OrderByNumber(in.Channel, in.Number)
	if err == nil {
		had, err := tx.Personal(o.ID)
		if err != nil {
			return "", err
		}
		if fields := order.Diff(o, had, in, cat); len(fields) > 0 {
			return "", &Conflict{ID: o.ID, Fields: fields}
		}
		return o.ID, nil
	}
	if !errors.Is(err, store.ErrNone) {
		return "", err
	}
	sites := map[floor.SiteID]bool{}
	for _, id := range []floor.SiteID{in.Site, in.To} {
		if id == "" {
			continue
		}
		if _, err := tx.Site(id); err == nil {
			sites[id] = true
		} else if !errors.Is(err, store.ErrNone) {
			return "", err
		}
	}
	now := c.cfg.Now()
	if p := order.Check(in, cat, sites, now); len(p) > 0 {
		return "", p
	}
	o, _ = order.FromCapture("check", in, cat, now, c.cfg.Hours)
	if p := sound("", o.Assign(&order.Assignment{ID: "check", At: "check", Lines: o.Lines}, c.cfg.Carrier)...); len(p) > 0 {
		return "", p
	}
	return "", nil
}

// catalogue holds what the lines of a capture name, as far as it exists.
func catalogue(tx store.Tx, in order.Capture) (order.Catalogue, error) {
	cat := order.Catalogue{SKUs: map[floor.SKU]bool{}, Codes: map[string]floor.SKU{}}
	if len(in.Lines) > order.MaxLines {
		return cat, nil // refused anyway, and nothing is looked up for it
	}
	for _, l := range in.Lines {
		if l.SKU != "" {
			if _, err := tx.Item(l.SKU); err == nil {
				cat.SKUs[l.SKU] = true
			} else if !errors.Is(err, store.ErrNone) {
				return cat, err
			}
			continue
		}
		g, ok := order.GTIN14(l.GTIN)
		if !ok {
			continue
		}
		sku, err := tx.Coded(g)
		if err == nil {
			cat.Codes[g] = sku
		} else if !errors.Is(err, store.ErrNone) {
			return cat, err
		}
	}
	return cat, nil
}
