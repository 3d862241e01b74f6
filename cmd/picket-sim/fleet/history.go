package fleet

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"

	"picket/edge/floor"
)

// What people at handhelds asked and were told, and what the site gave back to the centre, is a history per order.
// It must be one that a single careful clerk could have made (TESTING, L9): an order is in one person's hands until
// somebody takes it over, a parcel leaves once, and nothing leaves that was given back before it was asked for.
// What a person says is done already is no question, and is left out: it may break the rules, and is raised.

// deed is one question of a history.
type deed struct {
	kind     string // taken, claim, permit, leave, back
	order    floor.OrderID
	number   string
	site     floor.SiteID
	who      floor.UserID
	takeOver bool
	confirm  bool // taken: it leaves with the centre's permit only
	unit     floor.UnitID
	goods    []goods
}

// goods are units of a line.
type goods struct {
	line floor.LineID
	sku  floor.SKU
	qty  int
}

// deeds are what a world has seen of them, as they were answered.
type deeds struct{ all []porcupine.Operation }

// fact adds what the site wrote down by itself: it is so from the moment of the commit.
func (w *world) fact(d deed) { w.add(d, 0, w.since(), true) }

func (w *world) since() int64 { return int64(w.now.Sub(w.dawn)) }

func (w *world) add(d deed, client int, called int64, ok bool) {
	w.deeds.all = append(w.deeds.all, porcupine.Operation{ClientId: client, Input: d, Call: called, Output: ok, Return: w.since()})
}

// asks is what an op of a handheld asks for, nil when it is no question of a history.
func (h *handheld) asks(o *op, cmd floor.Command) *deed {
	d := &deed{order: o.order, site: h.s.id, who: h.who}
	screen := h.orders[o.order]
	if screen == nil {
		return nil
	}
	d.number = screen.Number
	switch c := cmd.(type) {
	case *floor.Start:
		d.kind, d.takeOver = "claim", c.TakeOver
	case *floor.HandOver:
		if c.Done {
			return nil
		}
		d.kind, d.unit = "leave", c.Unit
		for i := range screen.Units {
			if u := &screen.Units[i]; u.Unit == c.Unit {
				for _, x := range u.Contents {
					d.goods = append(d.goods, goods{x.Line, x.SKU, x.Qty})
				}
			}
		}
	default:
		return nil
	}
	return d
}

// told adds a question with the answer a person read.
func (h *handheld) told(o *op) {
	if o.asks == nil {
		return
	}
	ok := o.answer.Outcome != floor.OutcomeRefused || h.w.without(ClaimForce) && o.asks.kind == "claim"
	client := 1 + slices.Index(h.s.hands, h) + 10*slices.Index(h.w.sites, h.s)
	h.w.add(*o.asks, client, o.asked, ok)
}

// tale is what the careful clerk remembers.
type tale struct {
	Holder  floor.UserID
	Confirm bool // it does not leave before the permit
	Permit  bool
	Gone    []floor.UnitID
	Allowed []goods // taken and not given back, less what left
}

func (t tale) move(what []goods, by int) (out tale, ok bool) {
	t.Allowed = slices.Clone(t.Allowed)
	for _, g := range what {
		i := slices.IndexFunc(t.Allowed, func(a goods) bool { return a.line == g.line && a.sku == g.sku })
		if i < 0 {
			t.Allowed = append(t.Allowed, goods{g.line, g.sku, 0})
			i = len(t.Allowed) - 1
		}
		if t.Allowed[i].qty += by * g.qty; t.Allowed[i].qty < 0 {
			return t, false
		}
	}
	return t, true
}

// step is what the clerk would have said. A refusal is always allowed: there are many reasons for one.
func step(state, input, output any) (bool, any) {
	t, d := state.(tale), input.(deed)
	if !output.(bool) {
		return true, t
	}
	var ok bool
	switch d.kind {
	case "taken":
		t, _ = t.move(d.goods, 1)
		t.Confirm = t.Confirm || d.confirm
		return true, t
	case "permit":
		if t.Permit {
			return false, t
		}
		t.Permit = true
		return true, t
	case "back":
		if t.Permit && len(d.goods) > 0 {
			return false, t
		}
		t, ok = t.move(d.goods, -1)
		return ok, t
	case "claim":
		if t.Holder != "" && !d.takeOver {
			return false, t
		}
		t.Holder = d.who
		return true, t
	case "leave":
		if slices.Contains(t.Gone, d.unit) || t.Confirm && !t.Permit {
			return false, t
		}
		t.Gone = append(slices.Clone(t.Gone), d.unit)
		t, ok = t.move(d.goods, -1)
		return ok, t
	}
	return false, t
}

// theTales holds the histories against the model: per site and order, and per order of the shop over all sites.
func (w *world) theTales() error {
	// At a site that lost records answers may change; what people were told is held against the end (toldStands).
	changed := map[string]bool{}
	model := porcupine.Model{Init: func() any { return tale{} }, Step: step, Equal: func(a, b any) bool { return reflect.DeepEqual(a, b) }}
	tales := map[string][]porcupine.Operation{}
	for _, c := range w.shop.orders {
		whole := deed{kind: "taken", number: c.Number}
		for _, l := range c.Lines {
			whole.goods = append(whole.goods, goods{"", l.SKU, l.Qty})
		}
		tales[c.Number] = []porcupine.Operation{{Input: whole, Output: true}}
	}
	for _, o := range w.deeds.all {
		d := o.Input.(deed)
		key := string(d.site) + " " + string(d.order)
		if w.at(d.site).restores > 0 {
			changed[key], changed[d.number] = true, true
		}
		tales[key] = append(tales[key], o)
		if d.kind == "leave" {
			d.goods = slices.Clone(d.goods)
			for i := range d.goods {
				d.goods[i].line = ""
			}
			o.Input = d
			tales[d.number] = append(tales[d.number], o)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(tales)) {
		if changed[key] || slices.Contains(w.twice, key) || porcupine.CheckOperations(model, tales[key]) {
			continue
		}
		var b strings.Builder
		for _, o := range tales[key] {
			fmt.Fprintf(&b, "; %d-%d ms %+v: %v", o.Call/1e6, o.Return/1e6, o.Input, o.Output)
		}
		return fmt.Errorf("L9 order %s has a history that no one clerk could have made%s", key, b.String())
	}
	return nil
}
