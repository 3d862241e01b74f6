package floor

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var forgetGoldens = []Event{
	&PrintLapsed{Order: "O-1", Number: "web-1001", Job: "hh-1:9/1", Doc: DocPackingSlip},
	&PersonalErased{ErasePersonal{Orders: 12, Rows: 13, Days: 30}},
	&PersonLocked{LockPerson{User: "anna", Tries: 20}},
}

// unprinted is a counter whose shipped order still waits for its packing slip.
func unprinted(t require.TestingT) *world {
	w := archived(t)
	unit := w.s.Orders["O-1"].Units[0].ID
	w.must("anna", &RequestLabel{Unit: unit, Doc: DocPackingSlip, Reason: "lost"})
	return w
}

// forgetCommand gives up prints, tells of erasure and locks people out.
func forgetCommand(rt *rapid.T, w *world) Command {
	switch rapid.IntRange(0, 3).Draw(rt, "forget") {
	case 0:
		return &ErasePersonal{Orders: rapid.IntRange(0, 3).Draw(rt, "orders"), Rows: 2, Days: 30}
	case 1:
		return &LockPerson{User: rapid.SampledFrom([]UserID{"anna", "bert", ""}).Draw(rt, "user"), Tries: 20}
	}
	if jobs := w.s.PrintsOver(w.meta("").Now); len(jobs) > 0 {
		return &LapsePrint{Job: jobs[0]}
	}
	return &LapsePrint{Job: someJob(rt, w.s)}
}

// A print that never comes out keeps its order on the floor for as long as the policy says, and no longer.
func TestAPrintThatNeverComesOutKeepsNoOrder(t *testing.T) {
	w := unprinted(t)
	job := w.s.Orders["O-1"].Jobs[len(w.s.Orders["O-1"].Jobs)-1].ID
	at := func(days int) time.Time { return w.s.Orders["O-1"].Heard.Add(time.Duration(days) * 24 * time.Hour) }
	require.Empty(t, w.s.PrintsOver(at(9).Add(-time.Second)))
	require.NotContains(t, w.s.Archivable(at(9).Add(-time.Second)), OrderID("O-1"))
	require.Equal(t, []JobID{job}, w.s.PrintsOver(at(9)))
	w.s.Policy.PrintWaitDays = 3
	require.Equal(t, []JobID{job}, w.s.PrintsOver(at(5)))
	w.late = 10 * 24 * time.Hour
	w.must("", &LapsePrint{Job: job})
	require.Empty(t, w.s.PrintsOver(at(30)))
	w.late += 60 * time.Hour
	require.Contains(t, w.s.Archivable(w.meta("").Now), OrderID("O-1"), "the case on the desk does not hold it")
	require.True(t, slices.ContainsFunc(w.s.Cases.All(), func(c *Case) bool { return c.What == "print_given_up" }))
}

// What is personal goes when the order has been over for so many days: on the floor, and where it left.
func TestWhenWhatIsPersonalIsOver(t *testing.T) {
	w := archived(t)
	o := w.s.Orders["O-1"]
	day := func(n int) time.Time { return o.Heard.Add(time.Duration(n) * 24 * time.Hour) }
	require.False(t, w.s.PersonalOver(o, day(30).Add(-time.Second)))
	require.True(t, w.s.PersonalOver(o, day(30)))
	w.s.Policy.PersonalDays = 7
	require.True(t, w.s.PersonalOver(o, day(7)))
	other := stocked(t)
	require.True(t, other.s.Orders["O-1"].Open())
	require.False(t, other.s.PersonalOver(other.s.Orders["O-1"], noon.Add(9000*time.Hour)), "nobody ended it")
	w.s.raise("held_order", "order/O-1", "order", "O-1")
	require.False(t, w.s.PersonalOver(o, day(9)), "somebody has still to look at it")
	set := func(days string) { w.must("mia", &SetPolicy{Name: "proof_days", Value: json.RawMessage(days)}) }
	set("20")
	require.False(t, w.s.ProofOver(o, day(30)), "nor who got it")
	w.s.settle("held_order", "order/O-1")
	require.False(t, w.s.ProofOver(o, day(19)), "its address goes before what shows who got it")
	require.True(t, w.s.ProofOver(o, day(20)))
	set("180")
	require.False(t, w.s.ProofOver(o, day(179)))
	require.True(t, w.s.ProofOver(o, day(180)))
	left := o.clone()
	delete(w.s.Orders, "O-1")
	require.True(t, w.s.PersonalOver(left, day(7)))
}

// A person is locked out until a lead settles the case, or until they have a new PIN.
func TestALockIsACaseOnTheDesk(t *testing.T) {
	w := newWorld(t)
	w.must("", &LockPerson{User: "anna", Tries: 20})
	w.must("", &LockPerson{User: "anna", Tries: 21})
	require.True(t, w.s.Locked("anna"))
	require.False(t, w.s.Locked("ann"))
	require.Equal(t, 1, w.s.Cases.Len())
	w.must("lea", &SettleCase{Case: w.s.Cases.IDs()[0], Note: "it was she"})
	require.False(t, w.s.Locked("anna"))
	w.must("", &LockPerson{User: "anna", Tries: 20})
	w.must("", &SetDoc{Doc: Doc{Kind: "user", Key: "anna", Version: 2, Digest: "ab"}})
	require.False(t, w.s.Locked("anna"))
	require.Zero(t, w.s.Cases.Len())
}
