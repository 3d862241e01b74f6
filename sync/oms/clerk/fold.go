package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// Fold interprets up to most facts of a site behind its fold cursor, in one transaction, and says how many
// it took; 0 means that everything is folded.
//
// An order is folded by the site's own code (floor.Apply) on a floor that holds nothing but the orders these
// facts touch, loaded from their assignments and stored back. Because stock moves are deltas, the places of
// that empty floor are, at the end, exactly what is to be added to the mirror. So memory is bounded by one
// step, a restart has nothing to rebuild, and there is no second set of rules.
func (c *Clerk) Fold(ctx context.Context, site floor.SiteID, most int) (n int, err error) {
	back := c.takeBack(site)
	defer func() {
		if back && err != nil {
			c.cameBack(site)
		}
	}()
	err = c.update(ctx, func(w *work) error {
		if back {
			if err := w.welcomeBack(site); err != nil {
				return err
			}
		}
		m, err := w.Mark(site)
		if err != nil {
			return err
		}
		facts, err := w.Facts(site, m.Folded, most)
		if err != nil {
			return err
		}
		if facts, err = c.settled(w, site, toWhole(facts)); err != nil {
			return err
		}
		if len(facts) == 0 {
			n = 0
			return w.heard(site, &m)
		}
		if err := w.enter(site); err != nil {
			return err
		}
		f := &folding{work: w, site: site, mark: &m, floor: floor.NewState(), open: map[floor.OrderID]*order.Assignment{}, orders: map[floor.OrderID]*order.Order{}, dirty: map[floor.OrderID]bool{}, names: map[floor.SKU]string{}, busy: map[floor.AssignmentID]bool{}}
		if f.gap, err = gapOf(w, site); err != nil {
			return err
		}
		for i := range facts {
			if err := f.fact(&facts[i]); err != nil {
				return fmt.Errorf("fold %s of %s: %w", facts[i].Record, site, err)
			}
			m.Folded = facts[i].Pos
		}
		if err := f.settle(); err != nil {
			return err
		}
		n = len(facts)
		// Routing below may lease or send on this site's feed, which reads the mark: it is stored first.
		if err := w.PutMark(site, m); err != nil {
			return err
		}
		if err := f.follow(); err != nil {
			return err
		}
		if err := w.keepRoom(); err != nil {
			return err
		}
		return w.heard(site, &m)
	})
	return n, err
}

// folding is one step of Fold.
type folding struct {
	*work
	site  floor.SiteID
	mark  *store.Mark
	floor *floor.State
	gap   Gap // what is declared as these facts begin
	open  map[floor.OrderID]*order.Assignment
	seen  []*order.Assignment // in the order in which they came up
	names map[floor.SKU]string

	orders  map[floor.OrderID]*order.Order
	touched []floor.OrderID // in the order in which they came up
	dirty   map[floor.OrderID]bool
	joins   *floor.Joining              // what came so far of what the site tells in pieces, once it was looked at
	again   []floor.OrderID             // have units no site has: they are routed
	freed   []floor.SKU                 // stock of these may have appeared
	busy    map[floor.AssignmentID]bool // took of the site's capacity before these facts
	low     bool                        // the site's numbers run out
	whole   bool                        // the site has taken back what it lost

	gone      map[floor.UserID]time.Time // people who are disabled, once looked at
	looked    bool
	risk      []floor.SKU         // the book of these may have less than was promised
	restating bool                // the site begins to restate in these facts
	lacked    map[floor.SKU]int64 // of these so much was lacking already, before the site said anew what stands there
	anew      *lack               // a restatement has come to its end, and this was lacking before it
	left      []drifted           // what went without an order of the centre
	kept      []floor.SKU         // the site said something of what it keeps of these
	refill    []floor.SKU         // some of what it kept of these was promised and is there now
}

func (f *folding) odd(record, why string) {
	f.mark.Odd++
	f.mark.OddLast = record + ": " + why
	if len(f.mark.OddLast) > 300 {
		f.mark.OddLast = strings.ToValidUTF8(f.mark.OddLast[:300], "")
	}
}

func (f *folding) fact(fact *store.Fact) error {
	if len(fact.Raw) == 0 {
		return nil // what stood here does not stand
	}
	var e struct {
		Type string    `json:"type"`
		Time time.Time `json:"time"`
	}
	if err := json.Unmarshal(fact.Raw, &e); err != nil {
		f.odd(fact.Record, "its envelope cannot be read")
		return nil
	}
	local := floor.IsLocal(e.Type)
	var r floor.Record
	var unread error
	if !local {
		if r, unread = floor.Decode(fact.Raw); unread == nil && (f.gap.holds(fact, &r) || f.gap.late(fact, &r)) {
			return nil // what the site restated holds it
		}
	}
	if fact.Seq > 0 {
		f.mark.AsOf = fact.Seq
	}
	if e.Time.Year() >= 1970 && e.Time.Year() < 3000 {
		f.mark.AsOfAt = e.Time
	}
	if local {
		return nil // the site's own business: kept, never folded
	}
	if unread != nil {
		f.odd(fact.Record, unread.Error())
		return nil
	}
	if r.Actor != "" {
		if err := f.byDisabled(&r); err != nil {
			return err
		}
	}
	f.less(r.Event)
	if err := f.keptBack(&r); err != nil {
		return err
	}
	switch e := r.Event.(type) {
	case *floor.CommandRefused:
		return f.refused(&r, e)
	case *floor.ListKeyMade:
		return f.listKey(fact.Record, e)
	case *floor.NumbersAsked:
		return f.asked(fact.Record, e)
	case *floor.NumbersBurnt:
		return f.burnt()
	case *floor.NumbersLeased:
		return f.leased(fact.Record, e)
	case *floor.CaseSettled:
		return f.caseSettled(e)
	case *floor.TransferCounted:
		return f.counted(e)
	case *floor.Recovered:
		f.whole = true
	case *floor.Restated:
		return f.restated(fact, &r, e)
	case *floor.Corrected:
		return f.corrected(fact, &r, e)
	case *floor.SitePausedNow:
		f.room = 0
		return f.pause(e.Reason)
	case *floor.SiteResumed:
		f.room = anyNumber
		return f.pause("")
	case *floor.SiteSet:
		f.room = anyNumber // it may have another capacity
	case *floor.PolicySet:
		if e.Name == "refuse_when_full" {
			f.room = anyNumber
		}
	}
	at := order.OrderOf(r.Event)
	if at == "" {
		floor.ApplyRecord(f.floor, &r)
		return nil
	}
	a, err := f.assignment(at)
	if err != nil {
		return err
	}
	if e, ok := r.Event.(*floor.OrderTaken); ok && a == nil {
		if a, err = f.lost(e); err != nil {
			return err
		}
	}
	if a == nil {
		if gap, err := gapOf(f, f.site); err != nil || gap.To > 0 && gap.Told == 0 {
			return err // how it began lies in the gap: what it came to is told behind it
		}
		f.odd(fact.Record, "is about order "+string(at)+", which the centre never sent here")
		return nil
	}
	if e, ok := r.Event.(*floor.LinesTaken); ok && a.Lost {
		if err := f.moreOf(a, e); err != nil {
			return err
		}
	}
	floor.ApplyRecord(f.floor, &r)
	a.Folded = f.floor.Orders[at]
	if u, ok := r.Event.(*floor.UnitOpened); ok {
		if err := f.used(fact.Record, u.Unit); err != nil {
			return err
		}
	}
	if err := f.relay(a.Folded, r.Event); err != nil {
		return err
	}
	f.ended(a)
	if err := f.tell(a, &r); err != nil {
		return err
	}
	return f.answered(a, &r)
}

// assignment finds what a site's order is here, nil when nobody knows.
func (f *folding) assignment(at floor.OrderID) (*order.Assignment, error) {
	if a, ok := f.open[at]; ok {
		return a, nil
	}
	a, err := f.AssignmentAt(f.site, at)
	if errors.Is(err, store.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if a.Folded != nil {
		f.floor.Orders[at] = a.Folded
		f.busy[a.ID] = a.Folded.Busy()
	}
	f.open[at] = &a
	f.seen = append(f.seen, &a)
	return &a, nil
}

// refused looks at a refusal: only one of something the centre sent is the centre's business.
func (f *folding) refused(r *floor.Record, no *floor.CommandRefused) error {
	if r.Feed == nil {
		return nil
	}
	words := (&floor.Refusal{Code: no.Code, Args: no.Args}).Words()
	if known, err := f.askRefused(r, no, words); known || err != nil {
		return err
	}
	if known, err := f.askedToKeep(r, no, words); known || err != nil {
		return err
	}
	switch {
	case no.Code == floor.AlreadyAssigned, no.Code == floor.NothingLeft:
		return nil // sent twice, as a reissued feed does
	case no.Kind == "order.lines" && no.Code == floor.UnknownOrder:
		return nil // the rest of an order it did not take
	}
	a, err := f.AssignmentOf(floor.AssignmentID(r.Cause))
	if errors.Is(err, store.ErrNone) {
		if gone, err := f.ofAnotherLife(r); gone || err != nil {
			return err
		}
		f.odd(string(r.ID), "the site refused "+no.Kind+": "+words)
		return nil
	}
	if err != nil {
		return err
	}
	known, err := f.assignment(a.At)
	if err != nil || known == nil || known.Folded != nil {
		return err
	}
	known.State, known.Refusal = order.AssignmentRejected, words
	if known.Later = no.Code == floor.AtCapacity || no.Code == floor.SitePaused; known.Later {
		f.room = 0 // whatever was thought
	}
	f.again = append(f.again, known.Order)
	if err := f.undraw(known); err != nil {
		return err
	}
	return f.Tell(known.Order, order.Happened{At: r.Time, What: "rejected", Words: "The site did not take the order: " + words, Site: f.site, Record: r.ID})
}

// ofAnotherLife says whether a site answers what the centre asked in a life it forgot.
func (f *folding) ofAnotherLife(r *floor.Record) (bool, error) {
	last, err := f.restored()
	if err != nil || last.Gen == "" {
		return false, err
	}
	_, err = f.FeedRecord(f.site, string(r.Cause))
	if errors.Is(err, store.ErrNone) {
		return true, nil
	}
	return false, err
}

// used moves the mark in the block a parcel's number came from.
func (f *folding) used(record string, unit floor.UnitID) error {
	blocks, err := f.Blocks(f.site)
	if err != nil || len(unit) != 18 {
		return err
	}
	blocks = slices.DeleteFunc(blocks, func(b store.Block) bool { return strings.Contains(b.Prefix, ":") }) // no SSCCs
	left, leased := uint64(0), false
	for i := range blocks {
		b := &blocks[i]
		serial, err := strconv.ParseUint(strings.TrimPrefix(string(unit[:17]), b.Prefix), 10, 64)
		if err == nil && strings.HasPrefix(string(unit), b.Prefix) && serial >= b.From && serial <= b.To {
			if leased = true; serial > b.Used {
				b.Used = serial
				if err := f.PutBlock(*b); err != nil {
					return err
				}
			}
		}
		left += b.To - max(b.Used, b.From-1)
	}
	if !leased && record != "" { // a site that tells what stands there tells its runs as well
		if err := f.unleased(record, unit); err != nil {
			return err
		}
	}
	blocks = slices.DeleteFunc(blocks, func(b store.Block) bool { return b.From == b.To })
	if n := len(blocks); n > 0 {
		last := blocks[n-1]
		f.low = f.low || left < (last.To-last.From+1)/5
	}
	return nil
}

func (f *folding) tell(a *order.Assignment, r *floor.Record) error {
	words, ok := order.Tell(r.Event, f.name)
	if !ok {
		return nil
	}
	h := order.Happened{At: r.Time, What: r.Type, Words: words, Site: f.site, Who: r.Actor, Station: r.Station, Record: r.ID}
	if !r.At.IsZero() {
		h.At, h.Late = r.At, r.Time.Sub(r.Happened()) > time.Minute
	}
	return f.Tell(a.Order, h)
}

func (f *folding) name(sku floor.SKU) string {
	if n, ok := f.names[sku]; ok {
		return n
	}
	n := string(sku)
	if it, err := f.Item(sku); err == nil && it.Name != "" {
		n = it.Name
	}
	f.names[sku] = n
	return n
}

// settle stores what became of the orders, and moves the stock mirror.
func (f *folding) settle() error {
	lacked, err := f.lacking()
	if err != nil {
		return err
	}
	for _, a := range f.seen {
		a.Settle()
		err := f.SetAssignment(*a)
		if errors.Is(err, store.ErrLive) {
			// A fact is never rejected: the second live one stands as a duplicate, for a person to recall.
			a.State = "duplicate"
			f.odd(string(a.ID), "the order has another live assignment")
			err = f.SetAssignment(*a)
		}
		if err != nil {
			return err
		}
		if err := f.Reserve(a.ID, a.Site, a.Reserves()); err != nil {
			return err
		}
		if !a.Live() || a.Folded != nil && slices.ContainsFunc(a.Folded.Lines, func(l floor.Line) bool { return l.Declined > 0 || l.Cancels() > 0 }) {
			f.freed = append(f.freed, skusOf(a.Lines)...)
		}
	}
	if err := f.settleOrders(); err != nil {
		return err
	}
	if err := f.keepJoining(); err != nil {
		return err
	}
	var deltas []store.Standing
	for _, p := range f.floor.Places {
		for sku, qty := range p.Qty {
			if qty != 0 || p.ID.Bin() != "" {
				deltas = append(deltas, store.Standing{Place: p.ID, SKU: sku, Qty: qty})
			}
			if qty > 0 && p.ID.Bin() != "" {
				f.freed = append(f.freed, sku)
			}
		}
	}
	slices.SortFunc(deltas, func(a, b store.Standing) int {
		if n := strings.Compare(string(a.SKU), string(b.SKU)); n != 0 {
			return n
		}
		return strings.Compare(string(a.Place), string(b.Place))
	})
	if err := f.Move(f.site, deltas); err != nil {
		return err
	}
	if err := f.keepDrift(); err != nil {
		return err
	}
	if err := f.settleKept(); err != nil {
		return err
	}
	return f.oversold(lacked)
}

// follow does what the facts make necessary: asking back what turns out to be there, routing again, and more numbers.
func (f *folding) follow() error {
	if err := f.askBackOf(f.seen); err != nil {
		return err
	}
	for _, id := range f.again {
		o, err := f.Order(id)
		if err != nil {
			return err
		}
		if err := f.route(&o, false); err != nil {
			return err
		}
	}
	if f.low {
		s, err := f.Site(f.site)
		if err != nil {
			return err
		}
		if err := f.lease(s); err != nil {
			return err
		}
	}
	if f.whole {
		if err := f.askAnew(); err != nil {
			return err
		}
	}
	if err := f.callIn(); err != nil {
		return err
	}
	slices.Sort(f.freed)
	if err := f.reroute(slices.Compact(f.freed)); err != nil {
		return err
	}
	return f.topUp() // whoever waits goes first
}
