package node

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// lostFrom are the entries of a journal behind a place, as the centre has them.
func lostFrom(t *testing.T, j Reader, kept uint64) (lost []floor.LostFact) {
	t.Helper()
	_, err := j.Read(kept+1, 0, func(seq uint64, raw []byte) error {
		if !bytes.Contains(raw, local) {
			lost = append(lost, floor.LostFact{Pos: seq, Raw: bytes.Clone(raw)})
		}
		return nil
	})
	require.NoError(t, err)
	return lost
}

// copyOf is a journal put back to what it was.
func copyOf(t *testing.T, old Reader, kept uint64) *journal.Mem {
	t.Helper()
	j := journal.NewMem("log-1")
	_, err := old.Read(1, int(kept), func(_ uint64, raw []byte) error {
		_, err := j.Append(journal.Batch{Entries: [][]byte{bytes.Clone(raw)}})
		return err
	})
	require.NoError(t, err)
	return j
}

// stands are what a journal says of how things stand, behind a place.
func stands(t *testing.T, j Reader, from uint64) (said []*floor.Corrected) {
	t.Helper()
	_, err := j.Read(from+1, 0, func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(bytes.Clone(raw))
		if e, is := rec.Event.(*floor.Corrected); is {
			said = append(said, e)
		}
		return err
	})
	require.NoError(t, err)
	return said
}

// take puts facts through a node, as a fork's last piece and the word that it was all.
func take(t *testing.T, n *Node, name string, to uint64, facts []floor.LostFact) {
	t.Helper()
	do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID("take-" + name)}, Command: &floor.TakeBack{Gen: "G1", To: to, Fork: true, Log: floor.LogID("log-" + name), Facts: facts}})
	do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID("told-" + name)}, Command: &floor.TakeBack{Gen: "G1", To: to}})
}

// TestWhatWasDecidedTwiceIsToldAsItCorrected: a box is put back and does not know it; a device says again what nobody answered, and
// it comes to something else. The centre keeps the fact it has. When the box is told, it says how the order and the goods stand here,
// and the desk has a case; whoever folds all of it has what the box has. A box that loses this as well takes it back.
func TestWhatWasDecidedTwiceIsToldAsItCorrected(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	kept := a.Head().Seq
	require.Equal(t, floor.OutcomeAccepted, do(t, a, counted("hh-1", 2, scanOf("O-1", "1"))).Outcome)
	facts := lostFrom(t, old, 0)

	j := copyOf(t, old, kept)
	b := boot(t, j, options())
	do(t, b, Submission{Meta: floor.Meta{ID: "held"}, Command: &floor.Hold{Order: "O-1", Reason: "fraud"}})
	short := counted("hh-2", 1, &floor.ReportShort{Order: "O-1", Line: "1", Qty: 5, Reason: floor.NotInStock, Bin: "A-1", All: true})
	do(t, b, short)
	require.Equal(t, floor.OutcomeRefused, do(t, b, counted("hh-1", 2, scanOf("O-1", "1"))).Outcome)
	take(t, b, "2", uint64(len(facts)), facts)

	said := stands(t, j, kept)
	require.Len(t, said, 2, "the order, and its goods")
	require.Equal(t, floor.OrderID("O-1"), said[0].Order)
	require.Equal(t, []floor.CommandID{"hh-1:2"}, said[0].Commands)
	require.Equal(t, []floor.SKU{"OAT", "SOY"}, said[1].Items)
	require.Zero(t, b.state.Unlike)
	require.Zero(t, b.state.Orders["O-1"].Lines[0].Picked)
	require.True(t, raised(b, "decided_twice"))
	again := boot(t, j, options())
	require.Equal(t, memory(t, b.state, b.marks), memory(t, again.state, again.marks))

	// The centre has the facts it heard first, and behind them what the box told.
	centre, own := floor.NewState(), lostFrom(t, j, kept)
	var known = map[floor.RecordID]bool{}
	for _, f := range append(facts, own...) {
		rec, err := floor.Decode(f.Raw)
		require.NoError(t, err)
		if known[rec.ID] {
			continue // R4
		}
		known[rec.ID] = true
		if e, is := rec.Event.(*floor.Corrected); is {
			require.NoError(t, e.Take(centre))
			continue
		}
		floor.ApplyRecord(centre, &rec)
	}
	require.Equal(t, b.state.Orders["O-1"].Lines, centre.Orders["O-1"].Lines)
	for _, p := range []floor.PlaceID{floor.InBin("A-1"), floor.InTote("O-1"), floor.Missing} {
		require.Equal(t, b.state.OnHand(p, "OAT"), centre.OnHand(p, "OAT"), p)
	}

	// Put back once more, to before all of that: what was told is taken back as it stood.
	all := facts
	for _, f := range own {
		if rec, _ := floor.Decode(f.Raw); rec.Cause != "hh-1:2" {
			f.Pos += uint64(len(facts))
			all = append(all, f)
		}
	}
	third := copyOf(t, old, kept)
	c := boot(t, third, options())
	take(t, c, "3", all[len(all)-1].Pos, all)
	require.Equal(t, b.state.Orders["O-1"].Lines, c.state.Orders["O-1"].Lines)
	require.Equal(t, b.state.OnHand(floor.InTote("O-1"), "OAT"), c.state.OnHand(floor.InTote("O-1"), "OAT"))
	require.Empty(t, stands(t, third, kept), "nothing was decided here meanwhile")

	// Where more happened to the order here meanwhile, what stands here is said anew, and nothing of it is lost.
	fourth := copyOf(t, old, kept)
	d := boot(t, fourth, options())
	require.Equal(t, floor.OutcomeAccepted, do(t, d, counted("hh-3", 1, &floor.Scan{Order: "O-1", Line: "2", SKU: "SOY", Qty: 1, Done: true})).Outcome)
	take(t, d, "4", all[len(all)-1].Pos, all)
	require.Equal(t, 1, d.state.Orders["O-1"].Lines[1].Picked)
	said = stands(t, fourth, kept)
	require.Len(t, said, 2)
	require.Empty(t, said[0].Commands, "no command was decided twice")
	fresh := boot(t, fourth, options())
	require.Equal(t, memory(t, d.state, d.marks), memory(t, fresh.state, fresh.marks))
}

// TestWhatWasDoneInAnotherOrderIsToldAsItCorrected: two devices begin the same order, one before the box was put back and one behind it. Nobody
// decided anything twice, but who picks it depends on which came first.
func TestWhatWasDoneInAnotherOrderIsToldAsItCorrected(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	facts := lostFrom(t, old, 0)
	j := copyOf(t, old, kept)
	b := boot(t, j, options())
	other := counted("hh-2", 1, &floor.Start{Order: "O-1"})
	other.Meta.Actor = "ben"
	do(t, b, other)
	do(t, b, counted("hh-3", 1, &floor.Start{Order: "O-2"}))
	take(t, b, "2", uint64(len(facts)), facts)
	said := stands(t, j, kept)
	require.Len(t, said, 1, "nothing else was touched on both sides")
	require.Equal(t, floor.OrderID("O-1"), said[0].Order)
	require.Empty(t, said[0].Commands)
	require.False(t, raised(b, "decided_twice"), "everything stands: nobody has to look")
}

// TestWhatCameToTheSameIsNotTold: a box that decided nothing by itself before it was told has nothing to say.
func TestWhatCameToTheSameIsNotTold(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	do(t, a, counted("hh-1", 2, scanOf("O-1", "1")))
	j := copyOf(t, old, kept)
	b := boot(t, j, options())
	take(t, b, "2", 99, lostFrom(t, old, 0))
	require.Equal(t, 1, b.state.Orders["O-1"].Lines[0].Picked)
	require.Empty(t, stands(t, j, kept))
}

func raised(n *Node, what string) bool {
	for _, c := range n.state.Cases.All() {
		if c.What == what {
			return true
		}
	}
	return false
}
