package floor

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// world runs commands against a state as the node does, and checks every rule after every event.
type world struct {
	t   require.TestingT
	s   *State
	seq Seq
	n   int
	log []Record

	frozen *Frozen // a snapshot taken earlier, and what it said then
	said   string
	late   time.Duration // how far the clock was moved on
	from   DeviceID      // the device of the next command; empty: hh-1
	ago    time.Duration // how long ago the next command was given
	seen   Seq           // where everybody's screen stands still; 0: it shows everything

	archive shelfOfOrders // what left for the archive, as the node keeps it
}

func newWorld(t require.TestingT) *world { return &world{t: t, s: NewState()} }

func (w *world) meta(actor UserID) Meta {
	w.n++
	m := Meta{ID: CommandID(fmt.Sprintf("hh-1:%d", w.n)), Device: "hh-1", N: uint64(w.n), Actor: actor, Station: "bench-1", Now: noon.Add(w.late + time.Duration(w.n)*time.Second)}
	m.Seen = w.seen
	if w.from != "" {
		m.Device = w.from
	}
	if w.ago != 0 {
		m.At = m.Now.Add(-w.ago)
	}
	return m
}

// do decides twice, applies, and holds what happened against the table.
func (w *world) do(actor UserID, c Command) ([]Event, *Refusal) {
	m := w.meta(actor)
	before := dump(w.t, w.s)
	unclear, err := Resolve(w.s, m, c, nil) // orders by their numbers, as the node's door takes them
	require.NoError(w.t, err)
	decide := func() ([]Event, *Refusal) {
		if unclear != nil {
			return nil, unclear
		}
		return DecideWith(w.s, m, c, w.archive.lend(w.t, w.s, c))
	}
	events, no := decide()
	again, noAgain := decide()
	require.Equal(w.t, events, again, "Decide twice is the same")
	require.Equal(w.t, no, noAgain)
	require.Equal(w.t, before, dump(w.t, w.s), "Decide changes nothing")
	if no != nil {
		require.Empty(w.t, events)
		require.NotEmpty(w.t, no.Words(), no.Code)
		require.NotContains(w.t, words[no.Code][0]+words[no.Code][1], "{}")
		requireFilled(w.t, no)
		requireListed(w.t, c, no.Code)
		events = []Event{&CommandRefused{Kind: c.Kind(), Code: no.Code, Args: no.Args}}
	}
	require.NotEmpty(w.t, events, "an accepted command leaves an event")
	w.keepSnapshot()
	w.archive.keep(w.t, w.s, events)
	for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, m, events) {
		w.seq = r.Seq
		w.apply(r)
	}
	return events, no
}

func (w *world) apply(r Record) {
	raw, err := r.AppendTo(nil)
	require.NoError(w.t, err)
	back, err := Decode(raw)
	require.NoError(w.t, err)
	rawAgain, err := back.AppendTo(nil)
	require.NoError(w.t, err)
	require.Equal(w.t, string(raw), string(rawAgain), "decode and encode give the same bytes")

	parts, stock := partsOf(w.s), bucketsOf(w.s)
	ApplyRecord(w.s, &back)
	w.log = append(w.log, back)
	typ := back.Type
	if e, ok := back.Event.(*FactTakenBack); ok {
		if in, ok := e.Inner(); ok {
			typ = in.Type // it moves what it moved
		}
	}
	checkMoves(w.t, typ, parts, partsOf(w.s), stock, bucketsOf(w.s))
	checkBooks(w.t, w.s, w.archive.gone(w.t, w.s))
}

func (w *world) must(actor UserID, c Command) []Event {
	events, no := w.do(actor, c)
	require.Nil(w.t, no)
	return events
}

func (w *world) refused(actor UserID, c Command, code Code) *Refusal {
	_, no := w.do(actor, c)
	require.NotNil(w.t, no, "want %s", code)
	require.Equal(w.t, code, no.Code, no.Words())
	return no
}

// keepSnapshot takes a snapshot now and then, and holds that it still says the same some commands later.
func (w *world) keepSnapshot() {
	switch w.n % 9 {
	case 1:
		w.frozen = w.s.Freeze()
		w.said = encoded(w.t, w.frozen)
	case 8:
		if w.frozen != nil {
			require.Equal(w.t, w.said, encoded(w.t, w.frozen), "a snapshot stays as it was")
			w.frozen = nil
		}
	}
}

// requireListed holds a refusal against what the command's entry says.
func requireListed(t require.TestingT, c Command, code Code) {
	switch code {
	case BadField, AmbiguousCode, UnknownCommand, NotAllowed, Ambiguous:
		return
	}
	e, ok := EntryOf(c.Kind())
	if ok {
		require.Contains(t, e.Refuses, code, "the entry of %s does not list %s", c.Kind(), code)
	}
}

// braces are the arguments a text wants.
func braces(texts [2]string) []string {
	var out []string
	for _, text := range texts {
		for {
			_, rest, ok := strings.Cut(text, "{")
			if !ok {
				break
			}
			name, after, _ := strings.Cut(rest, "}")
			name, _, _ = strings.Cut(name, ":") // what stands behind it are the words for one and for many
			out = append(out, name)
			text = after
		}
	}
	return out
}

// dump is the canonical bytes of a state.
func dump(t require.TestingT, s *State) string {
	c := *s // Freeze raises the generation; the dump must not
	return encoded(t, c.Freeze())
}

func encoded(t require.TestingT, f *Frozen) string {
	var b bytes.Buffer
	require.NoError(t, f.Encode(func(line []byte) error {
		b.Write(line)
		b.WriteByte('\n')
		return nil
	}))
	return b.String()
}

type lineKey struct {
	o OrderID
	l LineID
}

func partsOf(s *State) map[lineKey]map[PartState]int {
	out := map[lineKey]map[PartState]int{}
	for id, o := range s.Orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			m := map[PartState]int{}
			sum := 0
			for _, p := range o.Parts(l) {
				m[p.State] += p.Qty
				sum += p.Qty
			}
			if want := l.Qty + l.Surplus(); sum != want {
				panic(fmt.Sprintf("line %s/%s: parts sum to %d, want %d", id, l.ID, sum, want))
			}
			out[lineKey{id, l.ID}] = m
		}
	}
	return out
}

func bucketsOf(s *State) map[SKU]map[string]int64 {
	out := map[SKU]map[string]int64{}
	for id, p := range s.Places {
		for sku, q := range p.Qty {
			if out[sku] == nil {
				out[sku] = map[string]int64{}
			}
			out[sku][id.Bucket()] += q
		}
	}
	return out
}

// checkMoves holds what an event did to parts and stock against the table.
func checkMoves(t require.TestingT, typ string, before, after map[lineKey]map[PartState]int, stockBefore, stockAfter map[SKU]map[string]int64) {
	var rows []Transition
	for _, tr := range Table {
		if tr.By == typ {
			rows = append(rows, tr)
		}
	}
	for k, now := range after {
		was := before[k]
		if was == nil && strings.HasPrefix(typ, "picket.local.order.reopened") {
			continue // it comes back as it left: archive_test.go holds that
		}
		minus, plus := map[PartState]int{}, map[PartState]int{}
		for _, st := range PartStates {
			if d := now[st] - was[st]; d > 0 {
				plus[st] = d
			} else if d < 0 {
				minus[st] = -d
			}
		}
		require.True(t, explains(rows, minus, plus), "%s on %v: from %v to %v is in no row of the table", typ, k, minus, plus)
	}
	allowed := map[string]bool{}
	for _, tr := range rows {
		from, to, ok := strings.Cut(tr.Stock, ">")
		if !ok {
			continue
		}
		for _, x := range strings.Split(to, "|") {
			allowed["-"+from] = true
			allowed["+"+x] = true
		}
	}
	for sku, now := range stockAfter {
		for _, b := range buckets(now, stockBefore[sku]) {
			if d := now[b] - stockBefore[sku][b]; d != 0 {
				sign := "+"
				if d < 0 {
					sign = "-"
				}
				require.True(t, allowed[sign+b], "%s moved %d of %s in bucket %s, which the table does not list", typ, d, sku, b)
			}
		}
	}
}

func buckets(maps ...map[string]int64) []string {
	var out []string
	for _, m := range maps {
		for b := range m {
			if !slices.Contains(out, b) {
				out = append(out, b)
			}
		}
	}
	sort.Strings(out)
	return out
}

// explains says whether a set of listed transitions takes minus to plus exactly.
func explains(rows []Transition, minus, plus map[PartState]int) bool {
	done := true
	for _, st := range PartStates {
		done = done && minus[st] == 0 && plus[st] == 0
	}
	if done {
		return true
	}
	for _, tr := range rows {
		q := 1 << 30
		if tr.From != "" {
			q = min(q, minus[tr.From])
		}
		if tr.To != "" {
			q = min(q, plus[tr.To])
		}
		if q == 0 || tr.From == tr.To {
			continue
		}
		m, p := clone(minus), clone(plus)
		if tr.From != "" {
			m[tr.From] -= q
		}
		if tr.To != "" {
			p[tr.To] -= q
		}
		if explains(rows, m, p) {
			return true
		}
	}
	return false
}

func clone(m map[PartState]int) map[PartState]int {
	c := map[PartState]int{}
	for k, v := range m {
		c[k] = v
	}
	return c
}

// checkBooks: every unit is somewhere, and the places agree with the orders. Those that are gone to the archive
// have nothing here but the money they paid.
func checkBooks(t require.TestingT, s *State, gone []*Order) {
	sums := map[SKU]int64{}
	for _, p := range s.Places {
		for sku, q := range p.Qty {
			sums[sku] += q
		}
	}
	checkReturns(t, s)
	checkDrawers(t, s, gone)
	for sku, n := range sums {
		require.Zero(t, n, "stock of %s does not add up", sku)
		outside := int64(0)
		for id, p := range s.Places {
			if id.Bucket() == "outside" {
				outside += p.Qty[sku]
			}
		}
		b := s.OnHandOf(sku)
		here := b.OnHand + b.InTote + b.Packed + b.Staging + b.Receiving + b.Hold + b.Quarantine + b.Returns + b.Repair + b.CameBack + b.Missing + b.InTransit
		require.Equal(t, -outside, here, "every unit of %s that came in stands in a bucket people see", sku)
	}
	checkPicking(t, s)
	for id, o := range s.Orders {
		tote := map[SKU]int64{}
		for i := range o.Lines {
			tote[o.Lines[i].SKU] += int64(o.Loose(&o.Lines[i]))
		}
		for sku, n := range tote {
			require.Equal(t, n, s.OnHand(InTote(id), sku), "tote of %s", id)
		}
		checkShelves(t, s, o)
		for i := range o.Units {
			u := &o.Units[i]
			for _, c := range u.Contents {
				want := int64(0)
				if u.State == UnitOpen || u.State == UnitClosed {
					want = int64(u.Holds(c.Line))
				}
				if countSKU(u, c.SKU) == 1 {
					require.Equal(t, want, s.OnHand(OnBench(u.ID), c.SKU), "parcel %s", u.ID)
					checkAway(t, s, o, u, c)
				}
			}
		}
	}
}

func countSKU(u *Unit, sku SKU) int {
	n := 0
	for _, c := range u.Contents {
		if c.SKU == sku {
			n++
		}
	}
	return n
}

func orderIDs(s *State) []OrderID {
	var ids []OrderID
	for id := range s.Orders {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

func TestKindsAndTypesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Kinds() {
		require.IsType(t, c, NewCommand(c.Kind()), c.Kind())
		require.False(t, seen[c.Kind()], c.Kind())
		seen[c.Kind()] = true
		_, no := Decide(NewState(), Meta{}, c)
		if no != nil {
			require.NotEqual(t, UnknownCommand, no.Code, "Decide does not know %s", c.Kind())
		}
	}
	for _, e := range Types() {
		require.IsType(t, e, newEvent(e.Type()), e.Type())
		require.False(t, seen[e.Type()], e.Type())
		seen[e.Type()] = true
	}
	for typ, kind := range Feeds {
		require.NotNil(t, NewCommand(kind), typ)
	}
	for _, tr := range Table {
		require.NotNil(t, newEvent(tr.By), tr.By)
		if tr.Back != "" {
			require.NotNil(t, newEvent(tr.Back), tr.Back)
		}
	}
}
