package fleet

import (
	"cmp"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
)

// ledger is the simulator's own copy of what the site's journal ever held, with the invariants that can be
// checked as each record comes.
type ledger struct {
	w       *world
	s       *site
	raws    [][]byte
	records []*floor.Record
	times   []time.Time // when each was written
	hash    journal.Hash

	causes  map[floor.CommandID][]int // indexes into records
	ids     map[floor.RecordID]bool
	effects map[int]*floor.Record   // of records that were taken back, by their index
	void    map[floor.RecordID]bool // of those: a snapshot without them stands in their place, and the centre brings them again
	last    map[floor.DeviceID]uint64

	lost  [][]byte // records of a file that was put back to before them
	past  *past    // what the file began from, when that is a snapshot of the centre
	quiet bool     // what is taken in was checked before

	asked   map[lineKey]int
	skus    map[lineKey]floor.SKU
	shipped map[lineKey]int
	against map[lineKey]int // of these: customers have them, and the rules said no
	back    map[lineKey]int // given back to the centre
	gone    map[floor.UnitID]bool
	waits   map[floor.OrderID]bool   // for the centre's permit
	permits map[floor.OrderID]bool   // that were ever given
	twice   map[floor.CommandID]bool // the centre was told that they were decided another way before
	proved  map[floor.UnitID]bool    // a label of it is known to be on paper, and not void
	jobs    map[floor.JobID]*job
	begun   map[copyKey]floor.JobID
	papers  map[copyKey]int
}

type lineKey struct {
	order floor.OrderID
	line  floor.LineID
}

type copyKey struct {
	unit floor.UnitID
	doc  floor.Document
	copy int
}

// job is a print job as the journal tells of it, and as the printer's tray does.
type job struct {
	copyKey
	begun bool
	blind bool // begun while the box did not know that it was put back
	out   int
}

func newLedger(s *site) *ledger {
	return &ledger{
		w: s.w, s: s, causes: map[floor.CommandID][]int{}, ids: map[floor.RecordID]bool{}, last: map[floor.DeviceID]uint64{},
		effects: map[int]*floor.Record{}, void: map[floor.RecordID]bool{}, asked: map[lineKey]int{}, skus: map[lineKey]floor.SKU{}, shipped: map[lineKey]int{}, against: map[lineKey]int{}, back: map[lineKey]int{}, gone: map[floor.UnitID]bool{}, waits: map[floor.OrderID]bool{}, permits: map[floor.OrderID]bool{}, twice: map[floor.CommandID]bool{}, proved: map[floor.UnitID]bool{},
		jobs: map[floor.JobID]*job{}, begun: map[copyKey]floor.JobID{}, papers: map[copyKey]int{},
	}
}

// follow takes in what the journal has gained.
func (l *ledger) follow(f *journal.Mem) {
	next := uint64(len(l.raws)) + 1
	if f.Head().Seq < next-1 {
		l.w.fail("P1", "the journal went back from %d to %d", next-1, f.Head().Seq)
	}
	if f.Head().Seq < next {
		return
	}
	_, err := f.Read(next, 0, func(seq uint64, raw []byte) error {
		r, err := floor.Decode(raw)
		if err != nil {
			return err
		}
		l.raws = append(l.raws, raw)
		l.records, l.times = append(l.records, &r), append(l.times, l.w.now)
		l.hash = l.hash.Next(raw)
		l.take(seq, &r)
		return nil
	})
	if err != nil {
		l.w.fail("I9", "the journal cannot be read: %v", err)
	}
}

func (l *ledger) take(seq uint64, r *floor.Record) {
	w := l.w
	if !l.quiet {
		w.say(l.s.tag("journal"), "%d %s %s by %s", seq, r.Type, r.Event.Subject(), r.Cause)
	}
	at := len(l.records) - 1
	switch {
	case uint64(r.Seq) != seq:
		w.fail("I9", "entry %d says it is %d", seq, r.Seq)
	case l.ids[r.ID]:
		w.fail("I2", "record %s is there for the second time, at %d", r.ID, seq)
	}
	l.ids[r.ID] = true
	if had := l.causes[r.Cause]; len(had) > 0 && had[len(had)-1] != at-1 {
		w.fail("I2", "command %s had its effect at %d and again at %d", r.Cause, had[0]+1, seq)
	}
	l.causes[r.Cause] = append(l.causes[r.Cause], at)
	if r.Device != "" {
		if len(l.lost) == 0 && r.N != l.last[r.Device] && r.N != l.last[r.Device]+1 {
			w.fail("I2", "%s: number %d follows %d", r.Device, r.N, l.last[r.Device])
		}
		l.last[r.Device] = r.N
	}
	switch e := r.Event.(type) {
	case *floor.FactTakenBack:
		if inner, ok := e.Inner(); ok {
			l.effects[at] = &inner
			if _, again := inner.Event.(*floor.FeedPassed); again {
				return // the feed came again before, and may come again
			}
			again := l.void[inner.ID]
			delete(l.void, inner.ID)
			if had := l.causes[inner.Cause]; !again && slices.ContainsFunc(had, func(i int) bool {
				return l.effects[i] == nil && !early(l.records[i], &inner) || l.effects[i] != nil && l.effects[i].ID == inner.ID
			}) {
				w.fail("I2", "command %s had its effect at %d, and is taken back at %d", inner.Cause, had[0]+1, seq)
			}
			l.causes[inner.Cause] = append(l.causes[inner.Cause], at)
			if inner.Device != "" {
				l.last[inner.Device] = max(l.last[inner.Device], inner.N)
			}
			if !again {
				l.tell(inner.Event)
			}
		}
	default:
		l.tell(r.Event)
	}
}

// early says whether a box refused a command only because it had not heard yet what it lost, or did not know that it lost it.
func early(r, lost *floor.Record) bool {
	if _, too := lost.Event.(*floor.CommandRefused); too {
		return false // nothing happened then either
	}
	no, is := r.Event.(*floor.CommandRefused)
	return is && (no.Code == floor.IsRecovering || floor.Begins(lost.Event))
}

// effect is a record, or the one that was taken back by it.
func (l *ledger) effect(at int) *floor.Record {
	if r := l.effects[at]; r != nil {
		return r
	}
	return l.records[at]
}

// tell notes what an event means for goods and paper.
func (l *ledger) tell(ev floor.Event) {
	w := l.w
	switch e := ev.(type) {
	case *floor.Corrected:
		for _, id := range e.Commands {
			l.twice[id] = true
		}
		l.s.packedTwice(e)
	case *floor.OrderTaken:
		l.waits[e.Order] = e.Mode == floor.ModeConfirm
		d := deed{kind: "taken", order: e.Order, number: e.Number, site: l.s.id, confirm: e.Mode == floor.ModeConfirm}
		for _, a := range e.Lines {
			l.asked[lineKey{e.Order, a.Line}] += a.Qty
			l.skus[lineKey{e.Order, a.Line}] = a.SKU
			d.goods = append(d.goods, goods{a.Line, a.SKU, a.Qty})
		}
		w.fact(d)
	case *floor.PermitTaken:
		delete(l.waits, e.Order)
		l.permits[e.Order] = true
		w.fact(deed{kind: "permit", order: e.Order, site: l.s.id})
	case *floor.RecallGranted:
		d := deed{kind: "back", order: e.Order, site: l.s.id}
		for _, a := range e.Lines {
			l.back[lineKey{e.Order, a.Line}] += a.Qty
			d.goods = append(d.goods, goods{a.Line, l.skus[lineKey{e.Order, a.Line}], a.Qty})
		}
		w.fact(d)
	case *floor.LabelRequested:
		if l.jobs[e.Job] != nil {
			return // it was known before the box was put back
		}
		l.jobs[e.Job] = &job{copyKey: copyKey{cmp.Or(e.Unit, floor.UnitID(e.Order)), e.Doc, e.Copy}}
	case *floor.PrintStarted:
		j := l.jobs[e.Job]
		if other := l.begun[j.copyKey]; other != "" && other != e.Job && !l.s.unaware && !j.blind { // as for paper: nobody could tell the box
			w.fail("I10", "%s of parcel %s, copy %d, is begun by %s and by %s", j.doc, j.unit, j.copy, other, e.Job)
		}
		j.begun, j.blind, l.begun[j.copyKey] = true, j.blind || l.s.unaware, e.Job
	case *floor.LabelPrinted:
		if n := l.jobs[e.Job].out; n != 1 && !l.s.blurred {
			w.fail("I10", "job %s is said to be printed, and %d are on paper", e.Job, n)
		}
		if e.Doc == floor.DocShippingLabel {
			l.proved[e.Unit] = true
		}
	case *floor.LabelVoided:
		l.proved[e.Unit] = false
	case *floor.UnitVoided:
		l.proved[e.Unit] = false
	case *floor.UnitLeft:
		l.left(e)
	case *floor.HandedOut:
		l.handed(e)
	}
}

func (l *ledger) left(e *floor.UnitLeft) {
	w := l.w
	if l.gone[e.Unit] {
		w.fail("I4", "parcel %s leaves for the second time", e.Unit)
	}
	l.gone[e.Unit], l.s.away[e.Unit] = true, true
	if l.waits[e.Order] && !l.permits[e.Order] { // one that the file forgot was given all the same, and hands went by it
		w.fail("I4", "parcel %s left, and order %s waits for the centre's permit", e.Unit, e.Order)
	}
	if !e.Unproved && !l.proved[e.Unit] {
		w.fail("I10", "parcel %s left without a label known to be printed", e.Unit)
	}
	for _, c := range e.Contents {
		k := lineKey{e.Order, c.Line}
		if l.shipped[k] += c.Qty; l.shipped[k] > l.asked[k] && !l.s.packed[k] {
			w.fail("I4", "line %s of %s: %d left, %d were asked for", c.Line, e.Order, l.shipped[k], l.asked[k])
		}
	}
}

// paper is a document that came out.
func (l *ledger) paper(s sheet) {
	w := l.w
	j := l.jobs[s.job]
	if j == nil {
		w.fail("I10", "paper of job %s, which nobody asked for", s.job)
		return
	}
	if !j.begun {
		w.fail("I10", "job %s is on paper, and the journal does not know that it was begun", s.job)
	}
	j.out++
	if l.papers[j.copyKey]++; l.papers[j.copyKey] > 1 && !l.s.unaware && !j.blind {
		w.fail("I10", "%s of parcel %s: %d papers say copy %d", j.doc, j.unit, l.papers[j.copyKey], j.copy)
	}
}

// shown is an answer on somebody's screen: the journal must say the same, for ever.
func (l *ledger) shown(h *handheld, o *op) {
	w := l.w
	records := l.answer(o.id)
	if len(records) == 0 && len(l.lost) > 0 {
		return // the box was put back while the answer was on its way: whether it stands is asked at the end
	}
	if len(records) == 0 {
		w.fail("I1", "op %s was shown saved, and the journal does not have it", o.id)
		return
	}
	want := floor.AnswerOf(records)
	refused := o.answer.Outcome == floor.OutcomeRefused
	if no := want.Refusal; !refused && no != nil && no.Code == floor.IsRecovering && len(l.lost) > 0 {
		return // its second copy came to the box that knows nothing yet, and takes this back from the centre: asked at the end, too
	}
	if refused != (want.Outcome == floor.OutcomeRefused) || want.Unit != o.answer.Unit && !refused {
		w.fail("I2", "%s is told %s (parcel %q) of op %s, but it was %s (parcel %q)", h.id, o.answer.Outcome, o.answer.Unit, o.id, want.Outcome, want.Unit)
	}
}

// answer is the records of a command, those behind which it is known to a snapshot among them.
func (l *ledger) answer(id floor.CommandID) (out []floor.Record) {
	if l.past != nil {
		out = append(out, l.past.known[id]...)
	}
	if len(out) > 0 {
		return out
	}
	for _, at := range l.causes[id] {
		out = append(out, *l.effect(at))
	}
	return out
}

// acked is what the site believes of the centre: it must never be more than the centre has.
func (l *ledger) acked(e reconcile.Acked) {
	w := l.w
	if e.Stable > e.Acked {
		w.fail("I1", "stable %d is beyond acked %d", e.Stable, e.Acked)
	}
	w.centre.look(func(tx store.Tx) error {
		m, err := tx.Mark(l.s.id)
		if gen, err := tx.Meta("gen"); err != nil || string(e.Gen) != gen || w.centre.silent || w.centre.unread {
			return err // it was said in a life that the centre forgot
		}
		if err == nil && e.Acked > m.Applied.Seq {
			w.fail("I1", "the site believes %d acknowledged, the centre holds %d", e.Acked, m.Applied.Seq)
		}
		return err
	})
}
