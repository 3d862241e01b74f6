package fleet

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
	"picket/zpl/preview"
)

// look reads the centre's store as it is on its disk.
func (c *centre) look(do func(store.Tx) error) {
	if err := c.st.View(context.Background(), do); err != nil {
		c.w.fail("world", "the centre's store: %v", err)
	}
}

// unsettled says what has not converged yet, "" when everything has.
func (w *world) unsettled() string {
	s, c := w.site, w.centre
	switch {
	case !s.up || !s.linked || !c.up || !c.linked:
		return "somebody is down"
	case w.shop.placed < w.shop.wanted:
		return fmt.Sprintf("%d of %d orders are placed", w.shop.placed, w.shop.wanted)
	}
	for _, h := range w.hands {
		switch {
		case !h.up || !h.loaded:
			return fmt.Sprintf("%s is not on", h.id)
		case h.job != "":
			return fmt.Sprintf("%s is still on order %s", h.who, h.job)
		case len(h.cards) > 0:
			return fmt.Sprintf("%s cannot put back %v", h.who, h.cards)
		case !h.drained():
			o := h.queue[0]
			return fmt.Sprintf("%s has %d ops in its queue, the first is %d %s, answered %v at %d (screen at %d, stable %d)", h.id, len(h.queue), o.n, o.kind, o.answered, o.answer.Seq, h.seq, h.stable)
		case h.seq != s.board.Seq():
			return fmt.Sprintf("%s shows %d of %d", h.id, h.seq, s.board.Seq())
		}
	}
	for _, p := range s.board.Printing() {
		return fmt.Sprintf("print job %s is %s %v", p.Job.ID, p.Job.State, p.Job.Reasons)
	}
	why := ""
	v, head := s.engine.View(), s.file.Head()
	switch {
	case !v.Open:
		return "the site has no session"
	case uint64(v.Acked) != head.Seq || uint64(v.Stable) != head.Seq:
		return fmt.Sprintf("of %d records %d are acknowledged and %d stable", head.Seq, v.Acked, v.Stable)
	case v.Blocked != nil || v.Stuck != nil || v.Mode != wire.ModeNormal:
		return fmt.Sprintf("the line is blocked: %v %v %s", v.Blocked, v.Stuck, v.Mode)
	}
	c.look(func(tx store.Tx) error {
		m, err := tx.Mark(siteID)
		if err != nil {
			return err
		}
		seq, hash, err := tx.FeedHead(siteID, m.Lineage)
		feed := s.board.Feed()
		st, _ := c.hub.Status(siteID)
		switch {
		case m.Folded != m.Pos:
			why = fmt.Sprintf("the centre has interpreted %d of %d facts", m.Folded, m.Pos)
		case feed.Seq != uint64(seq) || feed.Hash != hex.EncodeToString(hash[:]) || feed.Lineage != uint64(m.Lineage):
			why = fmt.Sprintf("the site stands at %d of feed %d, the feed at %d of %d", feed.Seq, feed.Lineage, seq, m.Lineage)
		case st.FeedAcked != seq:
			why = fmt.Sprintf("the centre knows of %d of %d records of the feed", st.FeedAcked, seq)
		}
		return err
	})
	return why
}

// converged holds everything against everything, once the world has settled.
func (w *world) converged() {
	for _, check := range []func() error{w.theChain, w.theCentreHasAll, w.replays, w.theBooks, w.theMirror, w.theOrders, w.theArchive, w.theScreens, w.thePaper, w.theMemory} {
		if err := check(); err != nil {
			invariant, why, _ := strings.Cut(err.Error(), " ")
			w.fail(invariant, "%s", why)
			return
		}
	}
}

func (w *world) theChain() error {
	f := w.site.file
	if _, _, err := f.Verify(); err != nil {
		return fmt.Errorf("I9 %w", err)
	}
	if f.Head().Hash != w.ledger.hash {
		return fmt.Errorf("I9 the chain over all %d records ends in %s, the journal's in %s", len(w.ledger.raws), w.ledger.hash, f.Head().Hash)
	}
	for d, last := range w.ledger.last {
		if got := w.site.node.Last(d); got != last {
			return fmt.Errorf("I2 the node stands at number %d of %s, the journal at %d", got, d, last)
		}
	}
	return nil
}

// theCentreHasAll: every record exactly once, in its exact bytes.
func (w *world) theCentreHasAll() (bad error) {
	w.centre.look(func(tx store.Tx) error {
		facts, err := tx.Facts(siteID, 0, len(w.ledger.raws)+10)
		if err != nil {
			return err
		}
		if len(facts) != len(w.ledger.raws) {
			bad = fmt.Errorf("I1 the centre has %d facts of %d records", len(facts), len(w.ledger.raws))
			return nil
		}
		for i, f := range facts {
			if !bytes.Equal(f.Raw, w.ledger.raws[i]) {
				bad = fmt.Errorf("I1 record %d is %s at the site and %s at the centre", i+1, w.ledger.raws[i], f.Raw)
				return nil
			}
		}
		m, err := tx.Mark(siteID)
		switch head := w.site.file.Head(); {
		case m.Applied.Hash != wire.Hash(head.Hash) || uint64(m.Applied.Seq) != head.Seq:
			bad = fmt.Errorf("I5 the centre stands at %d %s, the site at %d %s", m.Applied.Seq, m.Applied.Hash, head.Seq, head.Hash)
		case m.Odd > 0:
			bad = fmt.Errorf("P5 the centre found %d odd facts, the last is %s", m.Odd, m.OddLast)
		}
		return err
	})
	return bad
}

// fold is a fresh state of all records.
func (w *world) fold() *floor.State {
	s := floor.NewState()
	for _, r := range w.ledger.records {
		floor.ApplyRecord(s, r)
	}
	return s
}

// ever are all orders the site ever had: those on the floor, and those in the archive as they left.
func (w *world) ever() map[floor.OrderID]*floor.Order {
	s, left := floor.NewState(), map[floor.OrderID]*floor.Order{}
	for _, r := range w.ledger.records {
		if e, ok := r.Event.(*floor.OrdersArchived); ok {
			for _, id := range e.Orders {
				left[id] = s.Orders[id]
			}
		}
		floor.ApplyRecord(s, r)
	}
	maps.Copy(left, s.Orders)
	return left
}

// theArchive: an order is on the floor, or in the archive as it left the floor.
func (w *world) theArchive() error {
	s, rows := w.fold(), node.NewArchive(w.site.file, nil)
	ever := w.ever()
	for _, id := range slices.Sorted(maps.Keys(ever)) {
		if s.Orders[id] != nil {
			continue
		}
		o, err := rows.Order(id)
		if err != nil {
			return fmt.Errorf("I5 %w", err)
		}
		if mine, theirs := sameWords(o), sameWords(ever[id]); mine != theirs {
			return fmt.Errorf("I5 order %s in the archive: %s", id, differ(mine, theirs))
		}
	}
	return nil
}

func dump(s *floor.State) (string, error) {
	var b strings.Builder
	err := s.Freeze().Encode(func(line []byte) error {
		b.Write(line)
		return b.WriteByte('\n')
	})
	return b.String(), err
}

// differ is the first line in which two dumps differ.
func differ(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] + " and " + y[i]
		}
	}
	return fmt.Sprintf("%d and %d lines", len(x), len(y))
}

// replays: a start from snapshot and tail, and the board that lived through it all, are what all records fold to.
func (w *world) replays() error {
	loaded, _, _, err := node.Load(w.site.file)
	if err != nil {
		return fmt.Errorf("I9 %w", err)
	}
	got, err := dump(loaded)
	if err != nil {
		return err
	}
	want, err := dump(w.fold())
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("I5 a start gives another state than the records: %s", differ(got, want))
	}
	fresh := view.NewBoard(view.Site{ID: siteID, Name: "Store", Zone: "Europe/Zurich"}, "LOG1", floor.NewState(), 0, w.site.clock())
	for _, r := range w.ledger.records {
		if err := fresh.Apply(r); err != nil {
			return fmt.Errorf("I5 %w", err)
		}
	}
	mine, theirs := fresh.Full(w.site.clock()), w.site.board.Full(w.site.clock())
	if w.site.jumped { // when an order that is closed leaves the board is a matter of the clock
		mine.Orders, theirs.Orders = open(mine.Orders), open(theirs.Orders)
	}
	if a, b := orders(mine.Orders), orders(theirs.Orders); a != b {
		return fmt.Errorf("I5 the board is not the fold of the records: %s", differ(a, b))
	}
	if len(mine.Items) != len(theirs.Items) {
		return fmt.Errorf("I5 the board has %d items of %d", len(theirs.Items), len(mine.Items))
	}
	return nil
}

func open(list []*view.Order) []*view.Order {
	return slices.DeleteFunc(slices.Clone(list), closed)
}

// orders puts orders into text. The seq of an order counts from the start of the process that shows it.
func orders(list []*view.Order) string {
	var b strings.Builder
	for _, o := range list {
		c := *o
		c.Seq = 0
		text, err := json.Marshal(c)
		if err != nil {
			text = []byte(err.Error())
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String()
}

// theBooks: double entry sums to zero, and where people carried goods the book says the same.
func (w *world) theBooks() error {
	s := w.fold()
	sum, shelves := map[floor.SKU]int64{}, map[floor.SKU]int64{}
	for _, id := range slices.Sorted(maps.Keys(s.Places)) {
		p := s.Places[id]
		for _, it := range w.truth.items {
			qty := p.Qty[it.SKU]
			sum[it.SKU] += qty
			switch {
			case id.Bin() != "" || id == floor.Missing:
				shelves[it.SKU] += qty
			case id == floor.Opening || id == floor.Adjusted:
			case int64(w.truth.has(id, it.SKU)) != qty:
				return fmt.Errorf("I3 %s: the book says %d of %s, and %d are there", id, qty, it.SKU, w.truth.has(id, it.SKU))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.truth.at)) {
		for _, it := range w.truth.items {
			n := w.truth.has(id, it.SKU)
			if id.Bin() != "" {
				shelves[it.SKU] -= int64(n)
			} else if book := s.OnHand(id, it.SKU); book != int64(n) {
				return fmt.Errorf("I3 %s: %d of %s are there, and the book says %d", id, n, it.SKU, book)
			}
		}
	}
	for _, it := range w.truth.items {
		if sum[it.SKU] != 0 {
			return fmt.Errorf("I3 %s: the places sum to %d", it.SKU, sum[it.SKU])
		}
		if shelves[it.SKU] != int64(w.truth.phantom[it.SKU]) {
			return fmt.Errorf("I3 %s: bins and missing are %d beyond the shelves, but %d never stood there", it.SKU, shelves[it.SKU], w.truth.phantom[it.SKU])
		}
	}
	return nil
}

// theMirror: the centre's stock is the site's book.
func (w *world) theMirror() (bad error) {
	type where struct {
		sku    floor.SKU
		bucket string
	}
	book := map[where]int64{}
	for id, p := range w.fold().Places {
		for sku, qty := range p.Qty {
			book[where{sku, id.Bucket()}] += qty
		}
	}
	w.centre.look(func(tx store.Tx) error {
		levels, err := tx.Levels(siteID, nil)
		for _, l := range levels {
			l.Other["bin"] = l.OnHand
			for bucket, qty := range l.Other {
				book[where{l.SKU, bucket}] -= qty
			}
		}
		return err
	})
	for _, it := range w.truth.items {
		for _, bucket := range []string{"bin", "tote", "bench", "missing", "quarantine", "outside", "put_back"} {
			if n := book[where{it.SKU, bucket}]; n != 0 {
				return fmt.Errorf("I3 %s in %s: the site's book is %d beyond the centre's mirror", it.SKU, bucket, n)
			}
		}
	}
	return bad
}

// theOrders: each order of the shop is at the centre once, and both ends have folded it to the same.
func (w *world) theOrders() (bad error) {
	ever := w.ever()
	w.centre.look(func(tx store.Tx) error {
		all, err := tx.FindOrders(store.Filter{Most: 10_000})
		if err != nil {
			return err
		}
		if len(all) != w.shop.wanted {
			bad = fmt.Errorf("P2 the shop placed %d orders, the centre has %d", w.shop.wanted, len(all))
			return nil
		}
		at := 0
		for i := range all {
			as, err := tx.Assignments(all[i].ID)
			if err != nil {
				return err
			}
			live := 0
			for j := range as {
				if as[j].Live() {
					live++
				}
				if as[j].State == order.AssignmentRejected {
					continue
				}
				at++
				mine, theirs := sameWords(ever[as[j].At]), sameWords(as[j].Folded)
				if mine != theirs {
					bad = fmt.Errorf("I7 order %s: %s", as[j].At, differ(mine, theirs))
					return nil
				}
			}
			if live > 1 {
				bad = fmt.Errorf("I7 order %s has %d live assignments", all[i].ID, live)
			}
		}
		if at != len(ever) && bad == nil {
			bad = fmt.Errorf("I7 the site has %d orders, the centre sent %d", len(ever), at)
		}
		return nil
	})
	return bad
}

// sameWords leaves out what the site keeps to itself: how often a job was begun, and where.
func sameWords(o *floor.Order) string {
	if o == nil {
		return "nothing"
	}
	c := *o
	c.Jobs = slices.Clone(o.Jobs)
	for i := range c.Jobs {
		c.Jobs[i].Tries, c.Jobs[i].Printer = 0, ""
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// theScreens: what handhelds gathered from deltas is the board.
func (w *world) theScreens() error {
	same := func(list []*view.Order) string {
		if w.site.jumped { // when an order that is closed leaves the board is a matter of the clock
			list = open(list)
		}
		return orders(list)
	}
	want := same(w.site.board.Full(w.site.clock()).Orders)
	for _, h := range w.hands {
		if got := same(h.shown()); got != want {
			return fmt.Errorf("I5 %s shows another board: %s", h.id, differ(got, want))
		}
	}
	return nil
}

// thePaper: what is printed says which parcel it is for, and every copy says that it is one.
func (w *world) thePaper() error {
	for _, s := range w.press.out {
		j := w.ledger.jobs[s.job]
		if j.doc != floor.DocShippingLabel {
			continue
		}
		doc := preview.Read(s.bytes, preview.Options{Dpmm: 8})
		if len(doc.Labels) != 1 || len(doc.Unknown) > 0 {
			return fmt.Errorf("I10 job %s is %d labels, with %v besides", s.job, len(doc.Labels), doc.Unknown)
		}
		l := &doc.Labels[0]
		if !slices.ContainsFunc(l.Codes(), func(e preview.Element) bool { return strings.HasSuffix(e.Text, string(j.unit)) }) {
			return fmt.Errorf("I10 the label of job %s does not have parcel %s in its barcode", s.job, j.unit)
		}
		mark := fmt.Sprintf("COPY %d", j.copy)
		if got := slices.Contains(l.Texts(), mark); got != (j.copy > 1) {
			return fmt.Errorf("I10 the label of job %s is copy %d; %q stands on it: %v", s.job, j.copy, mark, got)
		}
	}
	return nil
}

// theMemory is bounded: nothing is kept for work that is over.
func (w *world) theMemory() error {
	switch {
	case len(w.plan) > 3000:
		return fmt.Errorf("I13 %d things are planned for a world at rest", len(w.plan))
	case len(w.site.door) > 0:
		return fmt.Errorf("I13 %d commands wait at the door", len(w.site.door))
	}
	return nil
}
