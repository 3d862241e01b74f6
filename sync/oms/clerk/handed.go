package clerk

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// What a replaced box handed over is stored, and not interpreted before the box that holds the site was told of it and has
// told in turn what it had decided by then (ruling 16.6): of a command that both decided, what the box that holds the site says
// stands, whichever was heard first. The other's record is kept, in the place of the one that stands (store.Second).

func handedKey(site floor.SiteID) string { return "handed/" + string(site) }

// handed is facts the box that holds the site has not answered yet.
type handed struct {
	From  wire.Pos          `json:"from"`            // the first of them; nothing from here on is folded
	To    wire.Pos          `json:"to"`              // the last
	Knows bool              `json:"knows,omitempty"` // that box was told of all
	Head  wire.Seq          `json:"head,omitempty"`  // it had told so much when it said hello behind that
	Stand []floor.CommandID `json:"stand,omitempty"` // of these it said that its own records stand
}

func (w *work) handed(site floor.SiteID) (*handed, error) {
	text, err := w.Meta(handedKey(site))
	if err != nil || text == "" || !on(RuleStands) {
		return nil, err
	}
	x := &handed{}
	return x, json.Unmarshal([]byte(text), x)
}

func (w *work) keepHanded(site floor.SiteID, x *handed) error {
	text := ""
	if x != nil {
		b, err := json.Marshal(x)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return w.SetMeta(handedKey(site), text)
}

// waitFor notes that facts of a replaced box wait for the one that holds the site.
func (w *work) waitFor(site floor.SiteID, from, to wire.Pos) error {
	x, err := w.handed(site)
	if err != nil {
		return err
	}
	if x == nil {
		x = &handed{From: from}
	}
	x.To, x.Knows, x.Head = to, false, 0
	return w.keepHanded(site, x)
}

// answered ends the waiting when all that box had to say is here.
func (w *work) handedAnswered(site floor.SiteID, x *handed, at wire.Seq) error {
	if x == nil || !x.Knows || at < x.Head {
		return nil
	}
	return w.keepHanded(site, nil)
}

// handedKnown: the box that holds the site has its session, so it was told of everything here.
func (w *work) handedKnown(site floor.SiteID, a *reconcile.Adopt, at wire.Seq) error {
	x, err := w.handed(site)
	if err != nil || x == nil {
		return err
	}
	x.Knows, x.Head = true, a.Head
	if err := w.keepHanded(site, x); err != nil {
		return err
	}
	return w.handedAnswered(site, x, at)
}

// Settled are facts of a site without those from the first that the box that holds it has not answered yet, which a snapshot
// does not hold either: that box is told each by itself, and says of which its own stand. What a restatement holds is without its bytes.
func (c *Clerk) Settled(tx store.Tx, site floor.SiteID, facts []store.Fact) ([]store.Fact, error) {
	facts, err := uncovered(tx, site, facts)
	if err != nil {
		return nil, err
	}
	return c.settled(tx, site, facts)
}

func (c *Clerk) settled(tx store.Tx, site floor.SiteID, facts []store.Fact) ([]store.Fact, error) {
	before, err := (&work{c: c, Tx: tx}).foldBefore(site)
	if err != nil || before == 0 {
		return facts, err
	}
	return slices.DeleteFunc(facts, func(f store.Fact) bool { return f.Pos >= before }), nil
}

// SettledTo is up to where facts are settled, of so many.
func (c *Clerk) SettledTo(tx store.Tx, site floor.SiteID, pos wire.Pos) (wire.Pos, error) {
	before, err := (&work{c: c, Tx: tx}).foldBefore(site)
	if before > 0 {
		pos = min(pos, before-1)
	}
	return pos, err
}

// foldBefore is the first fact of a site that is not settled, 0 when all are. What a site restated is waited for by whoever is
// to be told of it, and goes first.
func (w *work) foldBefore(site floor.SiteID) (wire.Pos, error) {
	x, err := w.handed(site)
	if err != nil || x == nil {
		return 0, err
	}
	if gap, err := gapOf(w, site); err != nil || gap.To > 0 && (gap.Told == 0 || gap.Told >= x.From) {
		return 0, err
	}
	return x.From, nil
}

// besides keeps a record of the box that holds the site, where a replaced one told another under its id.
func (w *work) besides(site floor.SiteID, x *handed, id string, raw []byte) error {
	had, err := w.FactOf(site, id)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil || had.Seq != 0 || had.Pos < x.From || had.Pos > x.To || bytes.Equal(had.Raw, raw) {
		return err
	}
	return w.KeepSecond(site, id, raw)
}

// stand puts what the box that holds the site says in the place of what a replaced one handed over.
func (w *work) stand(site floor.SiteID, m *store.Mark, x *handed, raw []byte) error {
	r, err := floor.Decode(raw)
	if err != nil {
		return nil // kept as it is, and never folded
	}
	e, is := r.Event.(*floor.FactsTakenBack)
	if !is {
		return nil
	}
	for _, id := range e.Own {
		if slices.Contains(x.Stand, id) {
			continue
		}
		stood, err := w.standFor(site, m, x, id)
		if err != nil {
			return err
		}
		if stood {
			x.Stand = append(x.Stand, id)
			if err := w.keepHanded(site, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) standFor(site floor.SiteID, m *store.Mark, x *handed, id floor.CommandID) (bool, error) {
	mine, err := w.Second(site, string(id)+"/0")
	if errors.Is(err, store.ErrNone) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	for i := 0; ; i++ {
		record := string(id) + "/" + strconv.Itoa(i)
		had, err := w.FactOf(site, record)
		if errors.Is(err, store.ErrNone) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		if had.Seq != 0 || had.Pos < x.From || had.Pos > x.To {
			continue // that box alone has it
		}
		if i == 0 && !sameType(had.Raw, mine) {
			m.Odd++
			m.OddLast = record + ": a box of log " + string(had.Log) + ", which was replaced, has another answer to it than the box that took its place. What the new box says stands; look at both."
		}
		if err := w.Exchange(site, record); err != nil {
			return false, err
		}
	}
}

func sameType(a, b []byte) bool {
	var x, y struct {
		Type string `json:"type"`
	}
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && x.Type == y.Type
}

var factsTakenBack = []byte(`"` + (*floor.FactsTakenBack)(nil).Type() + `"`)
