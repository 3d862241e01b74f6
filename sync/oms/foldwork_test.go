package oms_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// writes counts what is written of values that say something about the centre, and how often a site's orders are read.
type writes struct {
	store.Store
	bytes map[string]int
	live  int
}

type writesTx struct {
	store.Tx
	w *writes
}

func (w *writes) Update(ctx context.Context, do func(store.Tx) error) error {
	return w.Store.Update(ctx, func(tx store.Tx) error { return do(writesTx{tx, w}) })
}

func (t writesTx) SetMeta(key, value string) error {
	t.w.bytes[key] += len(value)
	return t.Tx.SetMeta(key, value)
}

func (t writesTx) LiveAt(site floor.SiteID) ([]order.Assignment, error) {
	t.w.live++
	return t.Tx.LiveAt(site)
}

// teller tells a centre of its own records of a site.
type teller struct {
	*testing.T
	st   *writes
	c    *clerk.Clerk
	seq  wire.Seq
	head wire.Hash
	log  wire.LogID
}

func newTeller(t *testing.T) *teller {
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	require.NoError(t, st.Update(ctx, func(tx store.Tx) error { return tx.PutSite(store.Site{ID: "north", Name: "North", Zone: "UTC"}) }))
	w := &writes{Store: st, bytes: map[string]int{}}
	return &teller{T: t, st: w, c: centreOf(t, w, floor.SchemaVersion), log: "L"}
}

func (t *teller) tell(m floor.Meta, events ...floor.Event) {
	t.Helper()
	m.Now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, r := range floor.Records("/t/demo/s/north/n/n1", floor.LogID(t.log), floor.Seq(t.seq)+1, m, events) {
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		t.head, t.seq = wire.Chain(t.head, raw), t.seq+1
		got := t.c.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: t.log, Records: []reconcile.Record{{Seq: t.seq, Hash: t.head, Raw: raw}}}})[0]
		require.NoError(t, got.Err)
		require.Nil(t, got.Blocked)
	}
}

func (t *teller) fold(most int) (steps int) {
	t.Helper()
	for n := 1; n > 0; steps++ {
		var err error
		n, err = t.c.Fold(ctx, "north", most)
		require.NoError(t, err)
	}
	return steps
}

// restated is what a floor of one long line is told as.
func restatedInPieces(t *testing.T, items int) (events []floor.Event, long int) {
	t.Helper()
	s := floor.NewState()
	out := &floor.Place{ID: "outside/opening", Qty: map[floor.SKU]int64{}}
	for i := range items {
		out.Qty[floor.SKU("SKU-"+strings.Repeat("x", 30)+string(rune('A'+i%26))+strings.Repeat("y", i/26%20)+string(rune('a'+i/520%26))+string(rune('a'+i/13520)))] = -1
	}
	line, err := json.Marshal(map[string]*floor.Place{"place": out})
	require.NoError(t, err)
	events, no := floor.Decide(s, floor.Meta{ID: "r"}, &floor.Restate{Lines: []json.RawMessage{line}})
	require.Nil(t, no)
	return events, len(line)
}

// TestALongLineIsWrittenOnceInAStep: what came so far of a line that is told in pieces is kept where a step ends, and not with each piece.
func TestALongLineIsWrittenOnceInAStep(t *testing.T) {
	told := newTeller(t)
	events, long := restatedInPieces(t, 15_000)
	require.Greater(t, len(events), 20)
	told.tell(floor.Meta{ID: "restate"}, events...)
	told.tell(floor.Meta{ID: "whole"}, &floor.Restated{Whole: 1})
	half := len(events) / 2
	n, err := told.c.Fold(ctx, "north", half) // the line is open where this step ends
	require.NoError(t, err)
	require.Equal(t, half, n)
	told.fold(256)
	m, err := told.c.Mark(ctx, "north")
	require.NoError(t, err)
	require.Zero(t, m.Odd, m.OddLast)
	levels := 0
	require.NoError(t, told.st.View(ctx, func(tx store.Tx) error {
		all, err := tx.Levels("north", nil)
		levels = len(all)
		return err
	}))
	require.Equal(t, 15_000, levels, "nothing of it was lost between the steps")
	require.Positive(t, told.st.bytes["pieces/north"])
	require.Less(t, told.st.bytes["pieces/north"], 2*long, "half of it, in base64, once")
}

// TestFactsBehindARestatementAreReadOnce: what a site tells behind a restatement costs what it always does, in whichever log.
func TestFactsBehindARestatementAreReadOnce(t *testing.T) {
	const facts = 120
	work := func(restates bool, log wire.LogID) float64 {
		told := newTeller(t)
		if restates {
			told.tell(floor.Meta{ID: "restate"}, &floor.Restated{Part: 1, Parts: 1})
			told.tell(floor.Meta{ID: "whole"}, &floor.Restated{Whole: 1})
			told.fold(256)
		}
		told.log = log
		device := uint64(0)
		more := func() {
			for range facts {
				device++
				told.tell(floor.Meta{ID: floor.CommandID("hh-1:" + time.Duration(device).String()), Device: "hh-1", N: device}, &floor.Recovered{})
			}
		}
		more()
		told.fold(facts)
		more()
		return testing.AllocsPerRun(1, func() { // it runs twice, and the first is no part of it
			n, err := told.c.Fold(ctx, "north", facts/2)
			require.NoError(t, err)
			require.Equal(t, facts/2, n)
		})
	}
	plain, same, other := work(false, "L"), work(true, "L"), work(true, "K")
	t.Logf("allocations of %d facts: %.0f; behind a restatement %.0f, in another log %.0f", facts/2, plain, same, other)
	require.Less(t, same, plain*1.1)
	require.Less(t, other, plain*1.1)
}

// TestWhatLacksBehindARestatementReadsTheSitesOrdersOnce: however many items lack, says many in one
// notice, and an item's order at risk is the one that is due last.
func TestWhatLacksBehindARestatementReadsTheSitesOrdersOnce(t *testing.T) {
	const items = 40
	told := newTeller(t)
	due := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	require.NoError(t, told.st.Update(ctx, func(tx store.Tx) error {
		for i := range items {
			sku := floor.SKU("SKU-" + strconv.Itoa(i))
			if err := tx.Move("north", []store.Standing{{Place: floor.InBin("A-1"), SKU: sku, Qty: 9}}); err != nil {
				return err
			}
			for n := range 2 {
				id := strconv.Itoa(i) + "-" + strconv.Itoa(n)
				lines := []order.Line{{ID: "1", SKU: sku, Qty: 1}}
				if err := tx.AddOrder(order.Order{ID: floor.OrderID(id), Channel: "web", Number: id, Lines: lines, Due: due.Add(time.Duration(-n) * time.Hour)}); err != nil {
					return err
				}
				a := order.Assignment{ID: floor.AssignmentID("a" + id), Order: floor.OrderID(id), At: floor.OrderID(id), Site: "north", State: order.AssignmentSent, Lines: lines}
				if err := errors.Join(tx.AddAssignment(a), tx.Reserve(a.ID, a.Site, a.Reserves())); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	told.tell(floor.Meta{ID: "restate"}, &floor.Restated{Part: 1, Parts: 1})
	told.fold(256)
	told.st.live = 0
	told.tell(floor.Meta{ID: "whole"}, &floor.Restated{Whole: 1})
	told.fold(256)
	require.LessOrEqual(t, told.st.live, 2)
	all, err := told.c.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1, "one for each item would push every other notice out")
	require.Equal(t, "Of 40 items there are fewer than promised at North, 80 units in all: orders are at risk. Each says which item it lacks.", all[0].Words)
	require.NoError(t, told.st.View(ctx, func(tx store.Tx) error {
		for i := range items {
			for n := range 2 {
				said, err := tx.Timeline(floor.OrderID(strconv.Itoa(i) + "-" + strconv.Itoa(n)))
				require.NoError(t, err)
				require.Len(t, said, 1-n, "the one that is due last")
			}
		}
		return nil
	}))
}

// TestARestatementThatLeavesLessThanIsPromisedPutsAnOrderAtRisk: when it is whole, once, and not while it comes.
func TestARestatementThatLeavesLessThanIsPromisedPutsAnOrderAtRisk(t *testing.T) {
	w := stocked(t, 48, 10, "s1")
	s := w.Sites[0]
	d := capture(t, w, tea("1001", "s1", floor.ModeHold))
	run(t, w, time.Second)
	atRisk := func() (n int) {
		t.Helper()
		all, err := w.Centre.Clerk.Notices(ctx)
		require.NoError(t, err)
		for i := range all {
			if all[i].What == "atp.oversold" {
				require.Equal(t, int64(1), all[i].Count)
				n++
			}
		}
		return n
	}
	lines := func() (out []json.RawMessage) {
		for line, err := range s.State.Restated() {
			require.NoError(t, err)
			out = append(out, line)
		}
		return out
	}
	say := func(c floor.Command) {
		t.Helper()
		require.Nil(t, s.Do(w.Now, "", c))
		w.Wake(s)
		run(t, w, 5*time.Second)
	}
	say(&floor.Restate{Lines: lines()})
	require.Zero(t, atRisk(), "it is not whole")
	say(&floor.Restate{Whole: true})
	require.Zero(t, atRisk(), "as much is there as was")
	lost := floor.Record{ID: "lost/0", Time: w.Now, Event: &floor.StockAdjusted{SKU: "TEA-50", Bin: s.State.Suggest("TEA-50"), Delta: -9, Reason: "damaged"}}
	floor.ApplyRecord(s.State, &lost)
	all := lines()
	say(&floor.Restate{Lines: all[:1], More: true}) // cut short: the mirror is empty
	require.Zero(t, atRisk(), "what is lacking is not known")
	say(&floor.Restate{Lines: all})
	require.Zero(t, atRisk())
	say(&floor.Restate{Whole: true})
	require.Equal(t, 1, atRisk(), "two are promised, and one is there")
	says := words(detail(t, w, d.ID))
	require.Contains(t, says, "1 × Green tea, 50 bags fewer than promised")
	say(&floor.Restate{Lines: lines()})
	say(&floor.Restate{Whole: true})
	again := strings.Count(words(detail(t, w, d.ID)), "fewer than promised")
	require.Equal(t, 1, again, "it is known")
}

// TestARestatementOfABoxThatIsGoneHidesNothing: it was cut short, and its box was replaced. What the other one tells puts orders at risk as ever.
func TestARestatementOfABoxThatIsGoneHidesNothing(t *testing.T) {
	w := stocked(t, 48, 10, "s1")
	s := w.Sites[0]
	d := capture(t, w, tea("1001", "s1", floor.ModeHold))
	run(t, w, time.Second)
	for _, log := range []wire.LogID{s.Head().Log, "gone"} {
		require.NoError(t, w.Store.Update(ctx, func(tx store.Tx) error {
			return tx.SetMeta("gap/s1", `{"from":1,"to":0,"before":{},"covers":{"log":"`+string(log)+`","seq":1,"from":1}}`)
		}))
		require.Nil(t, s.Do(w.Now, "anna", &floor.AdjustStock{SKU: "TEA-50", Bin: s.State.Suggest("TEA-50"), Delta: map[bool]int{true: -9, false: -1}[log != "gone"], Reason: "damaged"}))
		w.Wake(s)
		run(t, w, 5*time.Second)
		require.Equal(t, log == "gone", strings.Contains(words(detail(t, w, d.ID)), "fewer than promised"), log)
	}
}
