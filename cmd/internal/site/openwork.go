package site

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"picket/edge/batch"
	"picket/edge/floor"
	"picket/edge/route"
	"picket/edge/web"
)

// openWork is what runs can be planned for now, what is due first in front, and of what was asked for by name
// that which cannot be, with the reason.
func openWork(s *floor.State, ask *web.RunsAsk, now time.Time) ([]batch.Order, []web.LeftOut, error) {
	left := []web.LeftOut{}
	h := newShelves(s, now)
	var todo []*floor.Order
	for i, id := range ask.Orders {
		o := s.Orders[id]
		switch {
		case o == nil:
			return nil, nil, &web.PlanError{Field: fmt.Sprintf("orders[%d]", i), Why: "is not an order of this site"}
		case slices.Contains(ask.Orders[:i], id):
			return nil, nil, &web.PlanError{Field: fmt.Sprintf("orders[%d]", i), Why: "is there for the second time"}
		}
		if why := h.notNow(o, ask.Mode); why != "" {
			left = append(left, web.LeftOut{Order: id, Why: why})
			continue
		}
		todo = append(todo, o)
	}
	if len(ask.Orders) == 0 {
		var wait []web.LeftOut
		for _, o := range s.Orders {
			switch why := h.waits(o, ask.Mode); {
			case ask.Mode == floor.RunSingles && units(o) != 1:
			case why != "":
				wait = append(wait, web.LeftOut{Order: o.ID, Why: why})
			case h.notNow(o, ask.Mode) == "":
				todo = append(todo, o)
			}
		}
		slices.SortFunc(wait, func(a, b web.LeftOut) int {
			x, y := s.Orders[a.Order], s.Orders[b.Order]
			return cmp.Or(soonest(x.Due).Compare(soonest(y.Due)), cmp.Compare(x.ID, y.ID))
		})
		left = append(left, wait[:min(len(wait), mostOrders)]...)
	}
	slices.SortFunc(todo, func(a, b *floor.Order) int {
		return cmp.Or(soonest(a.Due).Compare(soonest(b.Due)), cmp.Compare(b.Priority, a.Priority), cmp.Compare(a.ID, b.ID))
	})
	todo = todo[:min(len(todo), mostOrders)]
	var out []batch.Order
	for _, o := range todo {
		one, why := h.order(o, ask)
		left = append(left, why...)
		if len(one.Lines) > 0 {
			out = append(out, one)
		}
	}
	return out, left, nil
}

// soonest puts orders without a time behind all that have one.
func soonest(due time.Time) time.Time {
	if due.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return due
}

func units(o *floor.Order) int {
	n := 0
	for i := range o.Lines {
		n += o.Lines[i].ToPick()
	}
	return n
}

// accepted says whether the site said it will do all that is still to be picked.
func accepted(o *floor.Order) bool {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.ToPick() > 0 && !l.Accepted {
			return false
		}
	}
	return true
}

// waits says why an order that is to be picked, and that nobody has begun, is in no run unless it is named: somebody
// has to do something first. Empty: nothing keeps it, or it is under way.
func (h *shelves) waits(o *floor.Order, mode floor.RunKind) string {
	switch {
	case units(o) == 0, o.Paper != "", o.Started && !o.Finished, h.claim[o.ID] != nil:
		return ""
	case o.Hold != "", o.Coming > 0, o.Source == "incoming":
		return h.notNow(o, mode)
	case !accepted(o):
		return "is not accepted yet: somebody accepts it first (order.accept), or names it here"
	}
	return ""
}

// notNow says why an order goes into no run now; empty: it may. Several runs share an order only by zones.
func (h *shelves) notNow(o *floor.Order, mode floor.RunKind) string {
	in := h.claim[o.ID]
	shared := in != nil && in.Kind == floor.RunZone && mode == floor.RunZone
	switch {
	case units(o) == 0:
		return "has nothing to be picked"
	case o.Hold != "":
		return "is on hold: " + o.Hold
	case o.Coming > 0:
		return "is not here as a whole: " + plural(o.Coming, "line is", "lines are") + " still to come"
	case o.Source == "incoming":
		return "waits for its goods to come here"
	case o.Paper != "":
		return "is picked from paper " + o.Paper
	case in != nil && !shared:
		return "is in run " + string(in.ID)
	case o.Started && !o.Finished && !shared:
		return "is being picked by " + string(o.Picker)
	}
	return ""
}

// shelves hands out what stands in the bins, each unit once: what one line is sent for, the next is not.
type shelves struct {
	s     *floor.State
	now   time.Time
	today time.Time // the site's
	gone  map[spot]int64
	claim map[floor.OrderID]*floor.Run            // the run an order is in
	busy  map[floor.OrderID]map[floor.LineID]bool // lines another run fetches
}

type spot struct {
	bin floor.BinID
	sku floor.SKU
}

// taking is some units from one bin.
type taking struct {
	bin floor.BinID
	qty int
}

func newShelves(s *floor.State, now time.Time) *shelves {
	y, m, d := now.In(s.Calendar().Zone()).Date()
	h := &shelves{s: s, now: now, today: time.Date(y, m, d, 0, 0, 0, 0, time.UTC), gone: map[spot]int64{},
		claim: map[floor.OrderID]*floor.Run{}, busy: map[floor.OrderID]map[floor.LineID]bool{}}
	for _, r := range s.Runs.All() {
		for _, o := range r.Orders {
			h.claim[o] = r
		}
		for i := range r.Stops {
			p := &r.Stops[i]
			n := p.Left()
			if n == 0 {
				continue
			}
			h.gone[spot{p.Bin, p.SKU}] += int64(n)
			if p.Order != "" {
				if h.busy[p.Order] == nil {
					h.busy[p.Order] = map[floor.LineID]bool{}
				}
				h.busy[p.Order][p.Line] = true
			}
		}
	}
	return h
}

// order is what a run may fetch of an order.
func (h *shelves) order(o *floor.Order, ask *web.RunsAsk) (batch.Order, []web.LeftOut) {
	one := batch.Order{ID: batch.OrderID(o.ID), Due: o.Due, Priority: o.Priority}
	zoned := ask.Mode == floor.RunZone
	var left []web.LeftOut
	elsewhere := false
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.ToPick() == 0 || zoned && h.busy[o.ID][l.ID] {
			continue
		}
		weight, volume := sizes(h.s.Items[l.SKU])
		for _, t := range h.take(l, l.ToPick(), zoned) {
			zone := h.zone(t.bin)
			switch {
			case zoned && zone == "":
				left = append(left, web.LeftOut{Order: o.ID, Line: l.ID, Why: "bin " + string(t.bin) + " lies in no zone"})
				continue
			case ask.Zone != "" && zone != ask.Zone:
				elsewhere = true
				continue
			}
			one.Lines = append(one.Lines, batch.Line{ID: batch.LineID(l.ID), SKU: batch.SKU(l.SKU), Location: route.LocationID(t.bin), Zone: zone, Qty: t.qty, WeightG: weight, VolumeML: volume})
		}
	}
	if elsewhere && !zoned { // such a run fetches all of an order or nothing
		return batch.Order{}, append(left, web.LeftOut{Order: o.ID, Why: "lies not only in zone " + ask.Zone})
	}
	return one, left
}

// sizes of a unit as the floor counts them; what cannot be is not known.
func sizes(it *floor.Item) (grams, millilitres int) {
	if it == nil {
		return 0, 0
	}
	known := func(n, most int) int {
		if n < 0 || n > most {
			return 0
		}
		return n
	}
	side := func(mm int) int { return known(mm, floor.MaxMM) }
	return known(it.WeightG, floor.MaxWeightG), known(side(it.LengthMM)*side(it.WidthMM)*side(it.HeightMM)/1000, 100_000_000)
}

func (h *shelves) zone(bin floor.BinID) string {
	if b := h.s.Bins[bin]; b != nil {
		return b.Zone
	}
	return ""
}

// take says from which bins a line's units are fetched. What the book does not have is looked for where the
// floor sends people anyway. together: all from bins of one zone.
func (h *shelves) take(l *floor.Line, want int, together bool) []taking {
	var out []taking
	if want <= 0 {
		return nil
	}
	add := func(bin floor.BinID, n int) {
		if h.s.Bins[bin] == nil {
			bin = floor.NoBin // no map shows it
		}
		h.gone[spot{bin, l.SKU}] += int64(n)
		if i := slices.IndexFunc(out, func(t taking) bool { return t.bin == bin }); i >= 0 {
			out[i].qty += n
			return
		}
		out = append(out, taking{bin, n})
	}
	for _, c := range h.choices(l) {
		n := int(min(int64(want), c.has-h.gone[spot{c.bin, l.SKU}]))
		if n <= 0 || together && len(out) > 0 && h.zone(out[0].bin) != h.zone(c.bin) {
			continue
		}
		add(c.bin, n)
		if want -= n; want == 0 {
			return out
		}
	}
	if len(out) > 0 && together {
		add(out[0].bin, want)
	} else {
		add(h.s.SuggestFor(l, h.now), want)
	}
	return out
}

// choice is a bin that has units a line takes.
type choice struct {
	bin    floor.BinID
	has    int64
	expiry string // of what expires first; empty: it has no date
}

// choices lists the bins a line may be fetched from, best first: what expires first, then the walk.
func (h *shelves) choices(l *floor.Line) []choice {
	it := h.s.Items[l.SKU]
	dated := it != nil && it.Expires
	until := h.today.AddDate(0, 0, l.MinLife).Format(time.DateOnly)
	var out []choice
	for _, bin := range h.s.Stocked(l.SKU) {
		if b := h.s.Bins[bin]; b != nil && b.Use != "" && b.Use != "pick" {
			continue
		}
		c := choice{bin: bin, has: h.s.OnHand(floor.InBin(bin), l.SKU)}
		if dated || l.Lot != "" {
			c.has, c.expiry = h.good(bin, l, c.has, until, dated)
		}
		if c.has > 0 {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b choice) int {
		switch {
		case a.expiry == b.expiry:
			return 0
		case a.expiry == "" || b.expiry != "" && b.expiry < a.expiry:
			return 1
		}
		return -1
	})
	return out
}

// good is how many units in a bin will do for a line: of its lot, and not too old.
func (h *shelves) good(bin floor.BinID, l *floor.Line, has int64, until string, dated bool) (int64, string) {
	first, named, fit := "", int64(0), int64(0)
	for _, x := range h.s.Lots(floor.InBin(bin), l.SKU) {
		named += x.Qty
		if l.Lot != "" && x.Lot != l.Lot || dated && x.Expiry != "" && x.Expiry < until {
			continue
		}
		if fit += x.Qty; first == "" {
			first = x.Expiry
		}
	}
	if l.Lot == "" {
		fit += max(0, has-named) // nobody said of which lot
	}
	return min(fit, has), first
}
