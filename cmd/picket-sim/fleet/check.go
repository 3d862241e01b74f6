package fleet

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

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
	switch {
	case !w.centre.up || !w.centre.linked:
		return "the centre is down"
	case w.shop.placed < w.shop.wanted:
		return fmt.Sprintf("%d of %d orders are placed", w.shop.placed, w.shop.wanted)
	}
	if w.centre.restores > 0 {
		if why := w.centre.reconciled(); why != "" {
			return why
		}
	}
	if w.shop.wanting > 0 {
		return fmt.Sprintf("%d wishes are not told yet", w.shop.wanting)
	}
	for _, s := range w.sites {
		if why := s.unsettled(); why != "" {
			return string(s.id) + ": " + why
		}
	}
	return ""
}

func (s *site) unsettled() string {
	c := s.w.centre
	if !s.up || !s.linked {
		return "it is down"
	}
	for _, h := range s.hands {
		switch {
		case !h.up || !h.loaded:
			return fmt.Sprintf("%s is not on", h.id)
		case h.job != "" && !s.desk[h.job]:
			return fmt.Sprintf("%s is still on order %s", h.who, h.job)
		case slices.ContainsFunc(h.cards, func(m move) bool { return !s.doubted[m.sku] }):
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
	if s.till.untold() {
		return "the till has sold what the box does not know"
	}
	if n := len(s.door); n > 0 {
		return fmt.Sprintf("%d commands wait at the door", n)
	}
	if _, open := s.board.Recovery(); open {
		return "it is not whole again"
	}
	if open, bad := s.kept(); bad == nil && open != "" {
		return open
	}
	if r := s.owing(); r != nil {
		return fmt.Sprintf("old box %s has not told all it holds", r.node)
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
		m, err := tx.Mark(s.id)
		if err != nil {
			return err
		}
		seq, hash, err := tx.FeedHead(s.id, m.Lineage)
		feed := s.board.Feed()
		st, _ := c.hub.Status(s.id)
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
	checks := []func() error{w.theOrders, w.theMemory, w.theTales, w.thePromises}
	for _, s := range w.sites {
		if w.archived == 0 || w.seed%4 == 0 { // the dearest one: after orders left for the archive, in a share of the seeds
			checks = append(checks, s.replays)
		}
		checks = append(checks, s.theChain, s.theCentreHasAll, s.theBooks, s.theCounts, s.theMirror, s.theArchive, s.theScreens, s.thePaper, s.toldStands, s.theRelics, s.theKept)
	}
	for _, check := range checks {
		if err := check(); err != nil {
			invariant, why, _ := strings.Cut(err.Error(), " ")
			w.fail(invariant, "%s", why)
			return
		}
	}
}

func (s *site) theChain() error {
	f := s.file
	if _, _, err := f.Verify(); err != nil {
		return fmt.Errorf("I9 %w", err)
	}
	if f.Head().Hash != s.ledger.hash {
		return fmt.Errorf("I9 the chain over all %d records ends in %s, the journal's in %s", len(s.ledger.raws), s.ledger.hash, f.Head().Hash)
	}
	for d, last := range s.ledger.last {
		if got := s.node.Last(d); got != last {
			return fmt.Errorf("I2 the node stands at number %d of %s, the journal at %d", got, d, last)
		}
	}
	return nil
}

// theCentreHasAll: every record exactly once, in its exact bytes. What a box lost stays at the centre for ever; where
// it was asked again before the centre could tell it, its second record has the same id, and must say the same.
func (s *site) theCentreHasAll() (bad error) {
	s.w.centre.look(func(tx store.Tx) error {
		facts, err := tx.Facts(s.id, 0, len(s.ledger.raws)+len(s.ledger.lost)+10)
		if err != nil {
			return err
		}
		for _, f := range facts {
			if own := fmt.Sprintf(`"source":"/t/%s/s/%s/`, tenant, s.id); len(f.Raw) > 0 && !bytes.Contains(f.Raw, []byte(own)) {
				bad = fmt.Errorf("I11 the centre has as a fact of %s: %s", s.id, f.Raw)
				return nil
			}
		}
		held := map[floor.RecordID]floor.Record{}
		facts = slices.DeleteFunc(facts, func(f store.Fact) bool {
			if !slices.ContainsFunc(s.ledger.lost, func(raw []byte) bool { return bytes.Equal(raw, f.Raw) }) {
				return false
			}
			if r, err := floor.Decode(f.Raw); err == nil {
				held[r.ID] = r
			}
			return true
		})
		g, err := s.w.centre.gap(tx, s.id)
		if err != nil {
			return err
		}
		has := map[string]bool{}
		for _, f := range facts {
			has[string(f.Raw)] = true
		}
		var raws [][]byte
		for i, r := range s.ledger.records {
			if g.From <= wire.Seq(i+1) && wire.Seq(i+1) <= g.To && !has[string(s.ledger.raws[i])] {
				continue // the site had dropped it when the centre was put back: it was told what it came to
			}
			first, again := held[r.ID]
			if !again {
				raws = append(raws, s.ledger.raws[i])
			} else if !reflect.DeepEqual(first.Event, r.Event) && !bothRefused(first.Event, r.Event) && !bothSold(first.Event, r.Event) && !s.ledger.bothCounted(&first, r) && !(early(r, &first) && s.ledger.tookBack(first)) && !s.ledger.twice[r.Cause] {
				bad = fmt.Errorf("I1 record %s is %+v at the site, and was %+v when the centre took it", r.ID, r.Event, first.Event)
				return nil
			}
		}
		facts, raws = s.givenWay(tx, facts, raws)
		if len(facts) != len(raws) {
			i := 0
			for i < len(facts) && i < len(raws) && bytes.Equal(facts[i].Raw, raws[i]) {
				i++
			}
			missing := "none is missing"
			if i < len(raws) {
				missing = string(raws[i])
			}
			bad = fmt.Errorf("I1 the centre has %d facts of %d records; record %d is %s", len(facts), len(raws), i+1, missing)
			return nil
		}
		for i, f := range facts {
			if !bytes.Equal(f.Raw, raws[i]) {
				bad = fmt.Errorf("I1 record %d is %s at the site and %s at the centre", i+1, raws[i], f.Raw)
				return nil
			}
		}
		m, err := tx.Mark(s.id)
		switch head := s.file.Head(); {
		case m.Applied.Hash != wire.Hash(head.Hash) || uint64(m.Applied.Seq) != head.Seq:
			bad = fmt.Errorf("I5 the centre stands at %d %s, the site at %d %s", m.Applied.Seq, m.Applied.Hash, head.Seq, head.Hash)
		case m.Odd > 0 && !s.w.centre.silent && !(len(s.relics) > 0 && strings.Contains(m.OddLast, "which was replaced, has another answer")): // numbers it leases before it knows may be another's: people are told
			bad = fmt.Errorf("P5 the centre found %d odd facts, the last is %s", m.Odd, m.OddLast)
		}
		return err
	})
	return bad
}

// fold is a fresh state of all records.
func (s *site) fold() *floor.State {
	f, behind := s.ledger.first()
	for _, r := range behind {
		floor.ApplyRecord(f, r)
	}
	return f
}

// ever are all orders the site ever had: those on the floor, and those in the archive as they left.
func (s *site) ever() map[floor.OrderID]*floor.Order {
	f, behind := s.ledger.first()
	left := map[floor.OrderID]*floor.Order{}
	for _, r := range behind {
		if e, ok := r.Event.(*floor.OrdersArchived); ok {
			for _, id := range e.Orders {
				left[id] = f.Orders[id]
			}
		}
		floor.ApplyRecord(f, r)
	}
	maps.Copy(left, f.Orders)
	return left
}

// theArchive: an order is on the floor, or in the archive as it left the floor.
func (s *site) theArchive() error {
	f, rows := s.fold(), node.NewArchive(s.file, nil)
	ever := s.ever()
	for _, id := range slices.Sorted(maps.Keys(ever)) {
		if f.Orders[id] != nil {
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

// at is the site of a name.
func (w *world) at(id floor.SiteID) *site {
	for _, s := range w.sites {
		if s.id == id {
			return s
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
func (s *site) replays() error {
	loaded, _, _, err := node.Load(s.file)
	if err != nil {
		return fmt.Errorf("I9 %w", err)
	}
	got, err := dump(loaded)
	if err != nil {
		return err
	}
	want, err := dump(s.fold())
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("I5 a start gives another state than the records: %s", differ(got, want))
	}
	first, behind := s.ledger.first()
	fresh := view.NewBoard(s.view(), floor.LogID(s.file.Head().Log), first, floor.Seq(len(s.ledger.records)-len(behind)), s.clock())
	for _, r := range behind {
		if err := fresh.Apply(r); err != nil {
			return fmt.Errorf("I5 %w", err)
		}
	}
	mine, theirs := fresh.Full(s.clock()), s.board.Full(s.clock())
	if s.jumped { // when an order that is closed leaves the board is a matter of the clock
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
func (s *site) theBooks() error {
	f := s.fold()
	sum, shelves := map[floor.SKU]int64{}, map[floor.SKU]int64{} // what a count corrected stands among what was adjusted
	for _, id := range slices.Sorted(maps.Keys(f.Places)) {
		p := f.Places[id]
		for _, it := range s.w.items {
			qty := p.Qty[it.SKU]
			sum[it.SKU] += qty
			switch {
			case id.Bin() != "" || id == floor.Missing || id == floor.Adjusted:
				shelves[it.SKU] += qty
			case id == floor.Opening || id == floor.OnItsWay || s.doubted[it.SKU]:
			case int64(s.truth.has(id, it.SKU)) != qty:
				return fmt.Errorf("I3 %s: the book says %d of %s, and %d are there", id, qty, it.SKU, s.truth.has(id, it.SKU))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.truth.at)) {
		for _, it := range s.w.items {
			n := s.truth.has(id, it.SKU)
			if id.Bin() != "" {
				shelves[it.SKU] -= int64(n)
			} else if s.doubted[it.SKU] || id.Bucket() == "dock" {
				continue // the desk has a case of it
			} else if book := f.OnHand(id, it.SKU); book != int64(n) {
				return fmt.Errorf("I3 %s: %d of %s are there, and the book says %d", id, n, it.SKU, book)
			}
		}
	}
	for _, it := range s.w.items {
		if sum[it.SKU] != 0 {
			return fmt.Errorf("I3 %s: the places sum to %d", it.SKU, sum[it.SKU])
		}
		if shelves[it.SKU] != int64(s.truth.phantom[it.SKU]) && !s.doubted[it.SKU] {
			return fmt.Errorf("I3 %s: bins and missing are %d beyond the shelves, but %d never stood there", it.SKU, shelves[it.SKU], s.truth.phantom[it.SKU])
		}
	}
	return nil
}

// theMirror: the centre's stock is the site's book.
func (s *site) theMirror() (bad error) {
	type where struct {
		sku    floor.SKU
		bucket string
	}
	book := map[where]int64{}
	for id, p := range s.fold().Places {
		for sku, qty := range p.Qty {
			book[where{sku, id.Bucket()}] += qty
		}
	}
	s.w.centre.look(func(tx store.Tx) error {
		levels, err := tx.Levels(s.id, nil)
		for _, l := range levels {
			l.Other["bin"] = l.OnHand
			for bucket, qty := range l.Other {
				book[where{l.SKU, bucket}] -= qty
			}
		}
		return err
	})
	for _, it := range s.w.items {
		for _, bucket := range []string{"bin", "tote", "bench", "missing", "quarantine", "outside", "put_back", "staging"} {
			if n := book[where{it.SKU, bucket}]; n != 0 {
				return fmt.Errorf("I3 %s in %s: the site's book is %d beyond the centre's mirror", it.SKU, bucket, n)
			}
		}
	}
	return bad
}

// theOrders: each order of the shop is at the centre once, and both ends have folded it to the same.
func (w *world) theOrders() (bad error) {
	ever, had := map[floor.SiteID]map[floor.OrderID]*floor.Order{}, 0
	for _, s := range w.sites {
		ever[s.id] = s.ever()
		had += len(ever[s.id])
	}
	w.centre.look(func(tx store.Tx) error {
		all, err := tx.FindOrders(store.Filter{Most: 10_000})
		if err != nil {
			return err
		}
		if len(all) != w.shop.wanted {
			names := ""
			for _, o := range all {
				names += fmt.Sprintf(" %s/%s (%s, %s)", o.Channel, o.Number, o.ID, o.State)
			}
			bad = fmt.Errorf("P2 the shop placed %d orders, the centre has %d:%s", w.shop.wanted, len(all), names)
			return nil
		}
		at := 0
		for i := range all {
			as, err := tx.Assignments(all[i].ID)
			if err != nil {
				return err
			}
			live, left, against := map[int]int{}, map[floor.LineID]int{}, map[floor.LineID]int{}
			for j := range as {
				if as[j].Live() {
					live[as[j].Group]++
				}
				for _, l := range all[i].Lines {
					left[l.ID] += w.at(as[j].Site).ledger.shipped[lineKey{as[j].At, l.ID}]
					against[l.ID] += w.at(as[j].Site).ledger.against[lineKey{as[j].At, l.ID}]
				}
				never := as[j].State == order.AssignmentRevoked && as[j].Folded == nil && w.centre.restores > 0 // taken back before it was sent
				if as[j].State == order.AssignmentRejected || never && ever[as[j].Site][as[j].At] == nil {
					continue
				}
				at++
				same := sameWords
				if w.at(as[j].Site).restores > 0 {
					same = sameJobs
				}
				mine, theirs := same(ever[as[j].Site][as[j].At]), same(as[j].Folded)
				if mine != theirs {
					bad = fmt.Errorf("I7 order %s: %s", as[j].At, differ(mine, theirs))
					return nil
				}
			}
			for _, g := range slices.Sorted(maps.Keys(live)) {
				if live[g] > 1 {
					bad = fmt.Errorf("I7 order %s, line group %d, has %d live assignments", all[i].ID, g, live[g])
				}
			}
			for _, l := range all[i].Lines {
				switch n := left[l.ID]; {
				case n <= l.Qty:
				case slices.ContainsFunc(as, func(a order.Assignment) bool { return w.at(a.Site).packed[lineKey{a.At, l.ID}] }): // the desk there is told
				case n-against[l.ID] > l.Qty && !w.centre.silent: // else nobody could know (DESIGN.md)
					bad = fmt.Errorf("I4 order %s, line %s: %d left all buildings together, %d were ordered", all[i].ID, l.ID, n, l.Qty)
				case all[i].Twice > 0:
					w.twice = append(w.twice, all[i].Number)
				default:
					bad = fmt.Errorf("I4 order %s, line %s: %d left all buildings together, %d were ordered, and nobody is told", all[i].ID, l.ID, left[l.ID], l.Qty)
				}
			}
		}
		if at != had && bad == nil {
			bad = fmt.Errorf("I7 the sites have %d orders, the centre sent %d: %s", had, at, w.whose(tx, all, ever))
		}
		return nil
	})
	return bad
}

// sameWords leaves out what the site keeps to itself: how often a job was begun, and where, and that a print may be out
// which nobody knows of.
func sameWords(o *floor.Order) string {
	if o == nil {
		return "nothing"
	}
	c := *o
	c.Heard = time.Time{} // when the newest record came, at each end
	c.Unheard = 0
	c.Jobs = slices.Clone(o.Jobs)
	for i := range c.Jobs {
		c.Jobs[i].Tries, c.Jobs[i].Printer = 0, ""
	}
	c.Units = slices.Clone(o.Units)
	for i := range c.Units {
		c.Units[i].Out, c.Units[i].Unheard = false, 0
	}
	text, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// sameJobs is sameWords of an order whose jobs may have come to the two ends in another order: what a box did before it
// was told of its past stands behind it at the centre. No rule asks which job comes first.
func sameJobs(o *floor.Order) string {
	if o == nil {
		return sameWords(o)
	}
	c := *o
	c.Jobs = slices.SortedFunc(slices.Values(o.Jobs), func(a, b floor.Job) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return sameWords(&c)
}

// theScreens: what handhelds gathered from deltas is the board.
func (s *site) theScreens() error {
	same := func(list []*view.Order) string {
		if s.jumped { // when an order that is closed leaves the board is a matter of the clock
			list = open(list)
		}
		return orders(list)
	}
	want := same(s.board.Full(s.clock()).Orders)
	for _, h := range s.hands {
		if got := same(h.shown()); got != want {
			return fmt.Errorf("I5 %s shows another board: %s", h.id, differ(got, want))
		}
	}
	return nil
}

// thePaper: what is printed says which parcel it is for, and every copy says that it is one.
func (s *site) thePaper() error {
	for _, p := range s.press.out {
		j := s.ledger.jobs[p.job]
		if j.doc != floor.DocShippingLabel {
			continue
		}
		doc := preview.Read(p.bytes, preview.Options{Dpmm: 8})
		if len(doc.Labels) != 1 || len(doc.Unknown) > 0 {
			return fmt.Errorf("I10 job %s is %d labels, with %v besides", p.job, len(doc.Labels), doc.Unknown)
		}
		l := &doc.Labels[0]
		if !slices.ContainsFunc(l.Codes(), func(e preview.Element) bool { return strings.HasSuffix(e.Text, string(j.unit)) }) {
			return fmt.Errorf("I10 the label of job %s does not have parcel %s in its barcode", p.job, j.unit)
		}
		mark := fmt.Sprintf("COPY %d", j.copy)
		if got := slices.Contains(l.Texts(), mark); got != (j.copy > 1) {
			return fmt.Errorf("I10 the label of job %s is copy %d; %q stands on it: %v", p.job, j.copy, mark, got)
		}
	}
	return nil
}
