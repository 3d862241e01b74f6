package fleet

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Snapshots, as the daemon carries them out: pieces beside the file, which a start puts in the place of what the file
// comes to; and the site's own word of what it came to, for a centre that lacks what the site has dropped.

// album keeps pieces durably, beside the file.
type album struct {
	of     reconcile.Stage // what they are of
	pieces [][]byte
}

func (a *album) held() *wire.Held { return &wire.Held{ID: a.of.ID, Have: len(a.pieces)} }

// stage keeps a piece. Behind the last one the process ends, and the next begins from the whole.
func (s *site) stage(e reconcile.Stage) reconcile.Staged {
	a := &s.album
	if e.ID != a.of.ID {
		a.pieces = nil
	}
	a.of = e
	if e.Index > len(a.pieces) {
		return reconcile.Staged{Have: len(a.pieces)}
	}
	a.pieces = append(a.pieces[:e.Index], e.Data)
	s.mortal("behind a piece of a snapshot")
	if e.Last() {
		panic(death{"it has the centre's snapshot"})
	}
	return reconcile.Staged{Have: len(a.pieces)}
}

// swap begins from a snapshot that is whole.
func (s *site) swap(o node.Options) error {
	a := &s.album
	data := bytes.Join(a.pieces, nil)
	if a.of.ID == "" || len(a.pieces) < a.of.Pieces {
		return nil
	}
	of := a.of
	s.album = album{}
	if int64(len(data)) != of.Bytes || wire.Sum(data) != of.Digest {
		return fmt.Errorf("the pieces are not what their digest says")
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	lines, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	done, err := node.Swap(s.file, o, s.clock(), node.Past{ID: string(of.ID), Gen: string(of.Gen), Pos: uint64(of.Pos), Fork: of.Fork, Common: uint64(of.Common), Lines: lines})
	if err == nil {
		err = s.began(of)
	}
	if err != nil || !done {
		return err
	}
	s.w.say(s.tag("site"), "begins from the centre's snapshot of %d facts", of.Pos)
	return s.ledger.swapped(lines)
}

// began puts into the line's marks what the snapshot stands for.
func (s *site) began(of reconcile.Stage) error {
	if err := s.remember(); err != nil {
		return err
	}
	s.marks.Learn(of.Gen, of.Pos)
	data, err := json.Marshal(s.marks)
	if err != nil {
		return err
	}
	return s.file.SetCursor(journal.Cursor{Name: appliedCursor, Seq: uint64(s.marks.Acked), Hold: true, Data: data})
}

// restate writes into the journal what the site's records come to.
func (s *site) restate() reconcile.Restated {
	say := func(c *floor.Restate) (floor.Answer, error) {
		r := s.commit([]node.Submission{{Meta: floor.Meta{ID: floor.CommandID(s.w.id("restate:"))}, Command: c}})[0]
		if r.Err == nil && r.Answer.Refusal != nil {
			r.Err = errors.New(r.Answer.Refusal.Words())
		}
		return r.Answer, r.Err
	}
	s.w.say(s.tag("site"), "tells the centre anew what stands here")
	if _, err := say(&floor.Restate{}); err != nil {
		return reconcile.Restated{Err: err}
	}
	c := &floor.Restate{Closed: true}
	err := node.NewArchive(s.file, nil).ByDue("", func(_ string, o *floor.Order) bool {
		line, err := json.Marshal(map[string]*floor.Order{"order": o})
		if err == nil {
			c.Lines = append(c.Lines, line)
		}
		return err == nil
	})
	if err == nil && len(c.Lines) > 0 {
		_, err = say(c)
	}
	if err != nil {
		return reconcile.Restated{Err: err}
	}
	if _, err := say(&floor.Restate{Whole: true}); err != nil {
		return reconcile.Restated{Err: err}
	}
	s.w.restated++
	return reconcile.Restated{From: wire.Seq(s.board.Restated())}
}

// past is what a box took as one from the centre: the records behind it are known by their commands, and what follows in
// the file is folded upon what it comes to.
type past struct {
	at    int      // records of the file that stand before it
	lines []string // the state with which the file began anew
	known map[floor.CommandID][]floor.Record
	order []floor.CommandID // as they came
}

// swapped notes what the file began from. Which of the records that were lost are behind it the snapshot knows; where one
// command was decided in two lives, it is the one the centre has.
func (l *ledger) swapped(lines []byte) error {
	of, err := floor.LoadPast(lines)
	if err != nil {
		return err
	}
	l.s.w.swapped++
	f := l.s.file
	l.follow(f)
	state, _, seq, err := node.Load(f)
	if err != nil {
		return err
	}
	text, err := dump(state)
	if err != nil {
		return err
	}
	p := &past{at: int(seq), lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n"), known: map[floor.CommandID][]floor.Record{}}
	held := map[string]int{} // and which one it is
	l.w.centre.look(func(tx store.Tx) error {
		facts, err := tx.Facts(l.s.id, 0, 1_000_000)
		for i, x := range facts {
			held[string(x.Raw)] = i + 1
		}
		return err
	})
	// What a site restated has its orders, and not how they came.
	came := func(r *floor.Record) bool {
		e, is := r.Event.(*floor.OrderTaken)
		return is && !of.Knows(r) && state.Orders[e.Order] != nil
	}
	for _, sure := range []bool{true, false} {
		now := map[floor.CommandID][]floor.Record{}
		for _, raw := range l.lost {
			r, err := floor.Decode(raw)
			if err != nil || (held[string(raw)] > 0) != sure || !of.Knows(&r) && !came(&r) || floor.IsLocal(r.Type) || p.known[r.Cause] != nil {
				continue
			}
			if !slices.ContainsFunc(now[r.Cause], func(x floor.Record) bool { return x.ID == r.ID }) {
				now[r.Cause] = append(now[r.Cause], r)
			}
		}
		maps.Copy(p.known, now)
	}
	// They are told in the order in which the centre folded them: what was lost in pieces is not lost in its order.
	lost := slices.Clone(l.lost)
	slices.SortStableFunc(lost, func(a, b []byte) int {
		x, y := held[string(a)], held[string(b)]
		if x == 0 || y == 0 {
			return min(y, 1) - min(x, 1)
		}
		return x - y
	})
	for _, raw := range lost {
		if r, err := floor.Decode(raw); err == nil && p.known[r.Cause] != nil && !slices.Contains(p.order, r.Cause) {
			p.order = append(p.order, r.Cause)
		}
	}
	slices.SortStableFunc(p.order, func(a, b floor.CommandID) int {
		first := func(id floor.CommandID) int {
			if came(&p.known[id][0]) {
				return 0
			}
			return 1
		}
		return first(a) - first(b)
	})
	for at, r := range l.effects {
		if at < p.at && !of.Knows(r) {
			l.void[r.ID] = true
		}
	}
	l.quiet = true
	l.begin(p)
	l.quiet = false
	return nil
}

// begin takes in what the file began from.
func (l *ledger) begin(p *past) {
	was := l.past
	l.past = p
	for _, id := range p.order {
		own := len(l.causes[id]) > 0 || was != nil && was.known[id] != nil // an earlier snapshot told of it
		for i := range p.known[id] {
			r := &p.known[id][i]
			if r.Device != "" {
				l.last[r.Device] = max(l.last[r.Device], r.N)
			}
			if !own {
				l.tell(r.Event)
			}
		}
	}
}

// first is the state with which the file begins, and the records that are folded upon it.
func (l *ledger) first() (*floor.State, []*floor.Record) {
	f := floor.NewState()
	if l.past == nil {
		return f, l.records
	}
	for _, line := range l.past.lines {
		if err := f.Load([]byte(line)); err != nil {
			l.w.fail("I9", "the state the file began with cannot be read: %v", err)
		}
	}
	return f, l.records[l.past.at:]
}
