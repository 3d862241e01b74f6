package clerk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A centre that was put back may not know of a box that it ever held a site: that box was given the site and replaced since.
// What it holds would be nobody's. It learns of such a box from the one that holds the site, which took back what that one had
// told; or from a person, who names it.

// Held says by somebody's word that a box held a site once: what it holds is taken over like any replaced box's. Only a centre
// that was put back does not know such a thing by itself.
func (c *Clerk) Held(ctx context.Context, site floor.SiteID, node wire.NodeID, by, reason string) error {
	p := signedBy(by, reason)
	if why := nodeWrong(node); why != "" {
		p = append(p, order.Problem{Field: "node", Why: why, Value: string(node)})
	}
	if len(p) > 0 {
		return p
	}
	return c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		r, err := w.restored()
		switch {
		case err != nil:
			return err
		case m.Node == node:
			return &TooLate{"Box " + string(node) + " holds " + w.name(site) + " as far as this centre knows. If another box does: picket-oms replace " + string(site) + ", and use the code there first."}
		case m.Node == "":
			return &TooLate{"No box holds " + w.name(site) + " yet: let the one that does say hello first, or use a code there."}
		case r.Gen == "":
			return &TooLate{"This centre was never put back, so it knows every box that held " + w.name(site) + "; " + string(node) + " is none of them."}
		}
		added, err := w.former(site, &m, node)
		if err != nil || !added {
			return err
		}
		return w.notice(Notice{What: "box.named", Site: site, About: string(node), Words: by + " says that box " + string(node) + " held " + w.name(site) + " before the centre was put back: " + reason + ". What it holds is taken over."}, nil)
	})
}

// formerKept bounds how many boxes of a site are known that held it: those this centre saw, and as many that it learnt of. Who was replaced
// so often ago hands nothing over by itself.
const formerKept = 100

// bound forgets the oldest of each kind.
func (b *Boxes) bound() {
	oldest := func(of *[]wire.NodeID, sure bool) {
		for n := len(*of) - formerKept; n > 0; n-- {
			gone := (*of)[0]
			*of = slices.Delete(*of, 0, 1)
			if sure || !slices.Contains(b.Sure, gone) {
				b.Former = slices.DeleteFunc(b.Former, func(n wire.NodeID) bool { return n == gone })
			}
		}
	}
	oldest(&b.Late, false)
	oldest(&b.Sure, true)
	b.Former = b.Former[max(0, len(b.Former)-2*formerKept):] // of an earlier version, which did not tell them apart
}

// former notes that a box held a site once, and says whether that is new.
func (w *work) former(site floor.SiteID, m *store.Mark, node wire.NodeID) (bool, error) {
	b, err := w.boxes(site)
	if err != nil || node == m.Node || slices.Contains(b.Former, node) {
		return false, err
	}
	b.Former, b.Late = append(b.Former, node), append(b.Late, node)
	b.bound()
	return true, w.putBoxes(site, b)
}

// Late says of a box that held a site whether the centre may have learnt of it behind a restore, so that its key is forgotten. An
// earlier version did not note of which it learnt: where the centre was ever put back that may be each it did not see replaced since.
func (c *Clerk) Late(ctx context.Context, site floor.SiteID, node wire.NodeID) (late bool, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		w := &work{c: c, Tx: tx}
		b, err := w.boxes(site)
		if err != nil {
			return err
		}
		r, err := w.restored()
		late = slices.Contains(b.Late, node) || err == nil && r.Gen != "" && slices.Contains(b.Former, node) && !slices.Contains(b.Sure, node)
		return err
	})
	return late, err
}

// learnFormer: the box that holds the site took back what another one had told, so that one held it. The centre was put back
// to before it knew.
func (w *work) learnFormer(site floor.SiteID, m *store.Mark, fact []byte) error {
	r, err := w.restored()
	if err != nil || r.Gen == "" || !on(RuleFormer) {
		return err
	}
	var e struct {
		Source string `json:"source"`
	}
	if json.Unmarshal(fact, &e) != nil {
		return nil // kept as it is, and never folded
	}
	node, ours := strings.CutPrefix(e.Source, w.c.sourceOf(site)+"n/")
	if !ours || nodeWrong(wire.NodeID(node)) != "" {
		return nil
	}
	_, err = w.former(site, m, wire.NodeID(node))
	return err
}

func nodeWrong(node wire.NodeID) string {
	if len(node) == 0 || len(node) > 32 || strings.Trim(string(node), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return "must be 1 to 32 letters, digits, _ and -"
	}
	return ""
}
