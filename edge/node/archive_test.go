package node

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// backwards seals by turning the bytes round behind their row's name: enough to see that nothing lies in clear.
type backwards struct{}

func (backwards) Seal(name string, body []byte) []byte {
	out := []byte(name + "|")
	for i := len(body) - 1; i >= 0; i-- {
		out = append(out, body[i])
	}
	return out
}

func (b backwards) Open(name string, sealed []byte) ([]byte, error) {
	text, ok := strings.CutPrefix(string(sealed), name+"|")
	if !ok {
		return nil, fmt.Errorf("row %s: sealed for another", name)
	}
	out := []byte{}
	for i := len(text) - 1; i >= 0; i-- {
		out = append(out, text[i])
	}
	return out, nil
}

// shipped is a site whose order O-1 left in a parcel, and whose O-2 was declined.
func shipped(t testing.TB, j Journal, o Options) *Node {
	n := site(t, j, o)
	id := 0
	give := func(c floor.Command) floor.Answer {
		id++
		replies, err := n.Step(day, []Submission{{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("ship-%d", id)), Actor: "anna"}, Command: c}})
		require.NoError(t, err)
		require.NoError(t, replies[0].Err)
		require.NotEqual(t, floor.OutcomeRefused, replies[0].Answer.Outcome, "%s: %v", c.Kind(), replies[0].Answer.Refusal)
		return replies[0].Answer
	}
	give(&floor.Accept{Order: "O-1"})
	give(&floor.Start{Order: "O-1"})
	give(&floor.Scan{Order: "O-1", SKU: "OAT", Qty: 5, Done: true})
	give(&floor.Scan{Order: "O-1", SKU: "SOY", Qty: 3, Done: true})
	unit := give(&floor.OpenUnit{Order: "O-1"}).Unit
	give(&floor.AddToUnit{Unit: unit, SKU: "OAT", Qty: 5})
	give(&floor.AddToUnit{Unit: unit, SKU: "SOY", Qty: 3})
	give(&floor.CloseUnit{Unit: unit})
	for _, job := range n.state.Orders["O-1"].Jobs {
		give(&floor.StartPrint{Job: job.ID, Printer: "p"})
		give(&floor.ConfirmPrint{Job: job.ID})
	}
	give(&floor.HandOver{Unit: unit})
	give(&floor.Decline{Order: "O-2", Reason: floor.CannotMakeIt})
	return n
}

const parcel = "395212340000000014"

func given(id string, c floor.Command) Submission {
	return Submission{Meta: floor.Meta{ID: floor.CommandID(id), Actor: "anna"}, Command: c}
}

var later = day.Add(72 * time.Hour)

func step(t testing.TB, n *Node, subs ...Submission) []floor.Answer {
	replies, err := n.Step(later, subs)
	require.NoError(t, err)
	out := make([]floor.Answer, len(replies))
	for i, r := range replies {
		require.NoError(t, r.Err)
		out[i] = r.Answer
	}
	return out
}

// same holds the node against a start from what the journal holds, and against a replay from its first record.
func same(t testing.TB, n *Node, j Journal) {
	got, marks, _, err := Load(j)
	require.NoError(t, err)
	require.Equal(t, memory(t, n.state, n.marks), memory(t, got, marks))
	fresh := floor.NewState()
	_, err = j.Read(1, 0, func(_ uint64, raw []byte) error {
		r, err := floor.Decode(raw)
		floor.ApplyRecord(fresh, &r)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, memory(t, n.state, newMarks(Keep{})), memory(t, fresh, newMarks(Keep{})), "a replay needs no archive")
}

var away = &floor.ArchiveOrders{Orders: []floor.OrderID{"O-1", "O-2", "O-3"}}

func TestWhatLeftIsAnsweredFromTheArchive(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := shipped(t, mem, Options{Source: source, SnapshotEvery: 5, Seal: backwards{}})
	require.Equal(t, floor.OutcomeAccepted, step(t, n, given("away", away))[0].Outcome)
	require.Len(t, n.state.Orders, 1, "O-3 is open, and stays")
	require.Empty(t, n.state.Units)
	require.Empty(t, n.state.Jobs)
	same(t, n, mem)
	sealed, ok, err := mem.Row("closed", []byte("O-1"))
	require.NoError(t, err)
	require.True(t, ok)
	require.NotContains(t, string(sealed), `"number"`)

	// A restart, and it is answered as before.
	n = boot(t, mem, Options{Source: source, Seal: backwards{}})
	a := step(t, n,
		given("1", &floor.HandOver{Unit: parcel}),
		given("2", &floor.Scan{Order: "O-1", SKU: "OAT", Qty: 1}),
		given("3", assign(2)),
		given("4", &floor.HandOver{Unit: "395212340000000021"}))
	require.Equal(t, floor.UnitGone, a[0].Refusal.Code)
	require.Equal(t, floor.Surplus, a[1].Refusal.Code)
	require.Equal(t, floor.AlreadyAssigned, a[2].Refusal.Code)
	require.Equal(t, floor.UnknownUnit, a[3].Refusal.Code)
	require.Len(t, n.state.Orders, 1, "what is refused brings nothing back")

	// It comes back with the parcel, and the record brings it.
	from := n.Head().Seq + 1
	require.NotEqual(t, floor.OutcomeRefused, step(t, n, given("5", &floor.ParcelBack{Code: "]C100" + parcel, Why: "refused"}))[0].Outcome)
	said := records(t, mem, from)
	require.Contains(t, said, `"id":"5/0","source":"`+source+`","type":"picket.local.order.reopened.v1","subject":"order/O-1"`)
	require.Contains(t, said, `"id":"5/1"`)
	require.Equal(t, floor.OrderCameBack, n.state.Orders["O-1"].State())
	same(t, n, mem)
	require.Equal(t, floor.OutcomeDuplicate, step(t, n, given("5", &floor.ParcelBack{Code: "]C100" + parcel, Why: "refused"}))[0].Outcome)

	again, err := NewArchive(mem, nil).Order("O-2")
	require.ErrorContains(t, err, "order O-2", "sealed rows are not read as they are")
	require.Nil(t, again)
}

// Both in one group: what leaves with it is found by those behind.
func TestWhatLeavesInAGroupIsFoundInIt(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := shipped(t, mem, options())
	a := step(t, n, given("away", away), given("1", &floor.HandOver{Unit: parcel}), given("2", &floor.OpenReturn{Order: "O-1"}), given("3", &floor.HandOver{Unit: parcel}))
	require.Equal(t, floor.UnitGone, a[1].Refusal.Code)
	require.Equal(t, floor.UnitGone, a[3].Refusal.Code)
	same(t, n, mem)
}

// The rows of the archive and the record are one transaction: whatever happens to it, an order is on the floor or
// in the archive, and what is asked again is done once.
func TestAnOrderIsNeitherLostNorDoubledByAFault(t *testing.T) {
	for _, kept := range []bool{false, true} {
		mem := journal.NewMem("log-1")
		n := shipped(t, mem, options())
		mem.FailNext(journal.Fault{Err: errors.New("EIO"), Kept: kept})
		_, err := n.Step(later, []Submission{given("away", away)})
		require.ErrorIs(t, err, ErrStopped)
		mem.Crash()
		n = boot(t, mem, options())
		row, err := NewArchive(mem, nil).Order("O-1")
		require.NoError(t, err)
		require.Equal(t, kept, row != nil)
		require.Equal(t, kept, n.state.Orders["O-1"] == nil)
		step(t, n, given("away", away))
		require.Nil(t, n.state.Orders["O-1"])
		same(t, n, mem)

		mem.FailNext(journal.Fault{Err: errors.New("EIO"), Kept: kept})
		_, err = n.Step(later, []Submission{given("back", &floor.ParcelBack{Code: parcel, Why: "refused"})})
		require.ErrorIs(t, err, ErrStopped)
		mem.Crash()
		n = boot(t, mem, options())
		require.Equal(t, kept, n.state.Orders["O-1"] != nil)
		step(t, n, given("back", &floor.ParcelBack{Code: parcel, Why: "refused"}))
		require.Equal(t, floor.OrderCameBack, n.state.Orders["O-1"].State())
		require.EqualValues(t, 5, n.state.OnHand(floor.CameBack(parcel), "OAT"), "it came back once")
		same(t, n, mem)
	}
}

func TestTheArchiveIsFoundByKeyAndByDue(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := shipped(t, mem, options())
	step(t, n, given("away", away))
	a := NewArchive(mem, nil)
	for key, want := range map[string][]floor.OrderID{
		"order/O-1": {"O-1"}, "number/O-1": {"O-1"}, "unit/" + parcel: {"O-1"}, "unit/3952": nil, "number/O-": nil, "order/O-3": nil,
		"order/" + strings.Repeat("x", 600): nil,
	} {
		got, err := a.Under(key)
		require.NoError(t, err)
		require.Equal(t, want, got, key)
	}
	found, err := a.Find([]string{"order/O-2", "unit/" + parcel, "number/O-1"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	var all []floor.OrderID
	page := ""
	for range 2 {
		require.NoError(t, a.ByDue(page, func(key string, o *floor.Order) bool {
			all, page = append(all, o.ID), key
			return false
		}))
	}
	require.Equal(t, []floor.OrderID{"O-1", "O-2"}, all)
	require.NoError(t, a.ByDue(page, func(string, *floor.Order) bool { t.Fatal("there is no more"); return false }))
}

// A file, closed and opened again, with its checks.
func TestTheArchiveLastsInAFile(t *testing.T) {
	path := t.TempDir() + "/site.db"
	open := func() *journal.File {
		f, err := journal.Open(path, journal.Options{Log: "log-1"})
		require.NoError(t, err)
		return f
	}
	f := open()
	n := shipped(t, f, options())
	step(t, n, given("away", away))
	require.NoError(t, f.Close())
	f = open()
	n = boot(t, f, options())
	require.Equal(t, floor.UnitGone, step(t, n, given("1", &floor.HandOver{Unit: parcel}))[0].Refusal.Code)
	same(t, n, f)
	require.NoError(t, f.Close())
}
