package view

import (
	"slices"
	"time"

	"picket/edge/floor"
)

// Mark is where a reader stands. One that comes from outside knows a Seq only; while it is connected it
// keeps the Rev it was given, which also counts what is not in the journal. Start is which start of the box gave the
// board that the reader has: behind another one the same number may be another record, for the file may have been put
// back to an older copy. A reader of an earlier version does not say it.
type Mark struct {
	Start string
	Seq   floor.Seq
	Rev   uint64
}

// trailMax bounds the trail. Whoever is behind its base loads the full board.
const trailMax = 4096

// trail remembers, in order, what can no longer be found by looking at the board itself.
type trail struct {
	base    floor.Seq // nothing at or before it is remembered
	changes []change
}

// change is an order or a row that left the board, or an item that was set.
type change struct {
	seq  floor.Seq
	rev  uint64
	gone floor.OrderID
	item floor.SKU

	section string
	row     string
}

func (t *trail) add(c change) {
	if len(t.changes) >= trailMax {
		half := trailMax / 2
		t.base = max(t.base, t.changes[half-1].seq)
		t.changes = append(t.changes[:0], t.changes[half:]...)
	}
	t.changes = append(t.changes, c)
}

// Full is the whole board.
func (b *Board) Full(now time.Time) Full {
	b.tidy(now)
	f := Full{
		Log: b.log, Seq: b.seq, Start: b.start, Now: now, Site: b.site, Orders: make([]*Order, 0, len(b.shown)), Items: make([]Item, 0, len(b.state.Items)),
		Printers: make([]Printer, 0, len(b.printers)), Devices: b.allPeripherals(), Link: b.Link(),
		Reasons: Reasons{Short: floor.ShortReasons, Decline: floor.DeclineReasons},
		Rows:    b.fullRows(), Hours: b.setting.site, Policy: b.setting.policy,
	}
	for at := b.touched.Front(); at != nil; at = at.Next() {
		f.Orders = append(f.Orders, b.draw(at.Value.(*shown)))
	}
	SortOrders(f.Orders)
	for _, it := range b.state.Items {
		f.Items = append(f.Items, itemOf(it))
	}
	sortItems(f.Items)
	for i := range b.printers {
		f.Printers = append(f.Printers, b.printers[i].Printer)
	}
	return f
}

// Since is what changed behind a mark, and the mark to ask with next. It is false when the mark is from
// another log, of another start of the box, from a time the board no longer remembers, or from the future: then only
// Full helps.
func (b *Board) Since(log floor.LogID, m Mark) (Delta, Mark, bool) {
	if log != b.log || m.Start != "" && m.Start != b.start || m.Seq < b.trail.base || m.Seq > b.seq {
		return Delta{}, Mark{}, false
	}
	d := Delta{Log: b.log, Seq: b.seq, Start: b.start}
	later := func(seq floor.Seq, rev uint64) bool {
		if m.Rev > 0 {
			return rev > m.Rev
		}
		return seq > m.Seq
	}
	for at := b.touched.Back(); at != nil; at = at.Prev() {
		sh := at.Value.(*shown)
		if !later(sh.seq, sh.rev) {
			break
		}
		d.Orders = append(d.Orders, b.draw(sh))
	}
	SortOrders(d.Orders)
	for i := len(b.trail.changes) - 1; i >= 0; i-- {
		c := &b.trail.changes[i]
		// An order may leave the board between two records, so a mark without a Rev takes in its own seq.
		if !later(c.seq, c.rev) && (m.Rev > 0 || c.seq < m.Seq) {
			break
		}
		switch {
		case c.gone != "":
			if b.shown[c.gone] == nil && !slices.Contains(d.Gone, c.gone) {
				d.Gone = append(d.Gone, c.gone)
			}
		case c.section != "":
			d.left(b, c)
		default:
			if !slices.ContainsFunc(d.Items, func(it Item) bool { return it.SKU == c.item }) {
				d.Items = append(d.Items, itemOf(b.state.Items[c.item]))
			}
		}
	}
	slices.Sort(d.Gone)
	for _, ids := range d.Left {
		slices.Sort(ids)
	}
	d.Rows = b.rowsSince(later)
	if later(b.setting.seq, b.setting.rev) {
		d.Hours, d.Policy = b.setting.site, b.setting.policy
	}
	sortItems(d.Items)
	for i := range b.printers {
		if p := &b.printers[i]; m.Rev == 0 || p.rev > m.Rev {
			d.Printers = append(d.Printers, p.Printer)
		}
	}
	for i := range b.peripherals {
		if p := &b.peripherals[i]; m.Rev == 0 || p.rev > m.Rev {
			d.Devices = append(d.Devices, p.Peripheral)
		}
	}
	if m.Rev == 0 || b.seq > m.Seq || b.link.rev > m.Rev {
		l := b.Link()
		d.Link = &l
	}
	return d, b.Mark(), true
}

// left notes a row that is not there any more.
func (d *Delta) left(b *Board, c *change) {
	for _, s := range b.sections {
		if s.name == c.section && s.at[c.row] != nil {
			return // it came again
		}
	}
	if d.Left == nil {
		d.Left = map[string][]string{}
	}
	if !slices.Contains(d.Left[c.section], c.row) {
		d.Left[c.section] = append(d.Left[c.section], c.row)
	}
}
