package floor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stocked is a site with two items, two bins, a block of numbers, and one order of 2 oat and 3 rice.
func stocked(t require.TestingT) *world {
	w := newWorld(t)
	w.must("", &SetBin{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Walk: 1}})
	w.must("", &SetBin{Bin{ID: "A-02-1", Aisle: "A", Bay: 2, Level: 1, Walk: 2}})
	w.must("", &SetItem{Item{SKU: "OAT", Name: "Oat drink", GTINs: []string{"09520000000011"}}})
	w.must("", &SetItem{Item{SKU: "RICE", Name: "Rice drink", GTINs: []string{"09520000000028"}}})
	w.must("", &AdjustStock{SKU: "OAT", Bin: "A-02-1", Delta: 10, Reason: "opening"})
	w.must("", &AdjustStock{SKU: "RICE", Bin: "A-01-1", Delta: 2, Reason: "opening"})
	w.must("", &LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 100})
	w.must("", order("O-1"))
	return w
}

func order(id OrderID) *Assign {
	return &Assign{
		Order: id, Assignment: AssignmentID("A-" + id), Number: string(id), Flow: FlowShip, Mode: ModeHold, Due: noon, Carrier: "DEMO",
		Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 2}, {Line: "2", SKU: "RICE", Qty: 3}},
	}
}

func TestAnOrderGoesOut(t *testing.T) {
	w := stocked(t)
	o := func() *Order { return w.s.Orders["O-1"] }
	require.Equal(t, OrderNew, o().State())
	w.must("anna", &Accept{Order: "O-1"})
	require.Equal(t, OrderReady, o().State())
	w.must("anna", &Start{Order: "O-1"})
	require.Equal(t, OrderPicking, o().State())

	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	require.EqualValues(t, 9, w.s.OnHand(InBin("A-02-1"), "OAT"))
	no := w.refused("anna", &Scan{Order: "O-1", SKU: "SOAP", Qty: 1}, WrongItem)
	require.Equal(t, "This is SOAP. The list wants Oat drink.", no.Words())
	no = w.refused("anna", &Scan{Order: "O-1", Code: "4006381333931", Qty: 1}, UnknownCode)
	require.Contains(t, no.Words(), "4006381333931")
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	no = w.refused("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1}, Surplus)
	require.Equal(t, "You already have all 2 of Oat drink.", no.Words())
	w.refused("anna", &Finish{Order: "O-1"}, LinesOpen)
	w.must("anna", &Scan{Order: "O-1", SKU: "RICE", Qty: 2})
	w.must("anna", &ReportShort{Order: "O-1", Line: "2", Qty: 1, Reason: Mismatch})
	require.EqualValues(t, 1, w.s.OnHand(Missing, "RICE"))
	w.must("anna", &Finish{Order: "O-1"})
	require.Equal(t, OrderPicked, o().State())

	ev := w.must("anna", &OpenUnit{Order: "O-1", Carton: "M"})
	u := ev[0].(*UnitOpened).Unit
	require.Equal(t, UnitID("095200010000000010"), u, "an SSCC with its check digit")
	require.Equal(t, OrderPacking, o().State())
	w.refused("anna", &CloseUnit{Unit: u}, UnitEmpty)
	w.must("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: 2})
	w.refused("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: 1}, NotPicked)
	w.must("anna", &AddToUnit{Unit: u, SKU: "RICE", Qty: 2})
	ev = w.must("anna", &CloseUnit{Unit: u, WeightG: 2100})
	require.Len(t, ev, 3, "closed, its label, the packing slip")
	require.Equal(t, OrderPacked, o().State())
	w.refused("anna", &HandOver{Unit: u}, LabelNotPrinted)

	label := ev[1].(*LabelRequested).Job
	w.must("", &FailPrint{Job: label, State: JobHeld, Reasons: []string{"media-empty"}})
	w.must("", &StartPrint{Job: label, Printer: "bench-1"})
	w.must("", &ConfirmPrint{Job: label})
	require.Equal(t, OrderAwaiting, o().State())
	w.must("anna", &HandOver{Unit: u})
	require.Equal(t, OrderException, o().State(), "one unit was short")
	require.False(t, o().Open())
	require.EqualValues(t, 2, w.s.OnHand(Shipped, "OAT"))
	require.EqualValues(t, 2, w.s.OnHand(Shipped, "RICE"))
	w.refused("anna", &HandOver{Unit: u}, UnitGone)
}

func TestTheWaysBack(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	w.must("anna", &Undo{Order: "O-1", Line: "1", Qty: 1})
	require.EqualValues(t, 9, w.s.OnHand(InBin("A-02-1"), "OAT"))
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 1})
	u := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: 2})
	w.must("anna", &TakeFromUnit{Unit: u, Line: "1", Qty: 1})
	job := w.must("anna", &CloseUnit{Unit: u})[1].(*LabelRequested).Job
	w.must("", &StartPrint{Job: job, Printer: "p"})
	w.refused("anna", &VoidUnit{Unit: u, Reason: "wrong carton"}, LabelPrinting)
	w.must("", &FailPrint{Job: job, State: JobUnknown, Reasons: []string{"offline"}})
	w.refused("anna", &RequestLabel{Unit: u, Doc: DocShippingLabel}, ReasonMissing)
	again := w.must("anna", &RequestLabel{Unit: u, Doc: DocShippingLabel, Reason: "nobody saw it"})[0].(*LabelRequested)
	require.Equal(t, 2, again.Copy, "whatever came out, this one is marked as a copy")
	require.Equal(t, JobCanceled, w.s.Orders["O-1"].Job(job).State)
	w.must("", &StartPrint{Job: again.Job, Printer: "p"})
	w.must("", &ConfirmPrint{Job: again.Job})
	w.must("anna", &VoidLabel{Unit: u, Reason: "smudged"})
	w.refused("anna", &HandOver{Unit: u}, LabelNotPrinted)
	w.must("anna", &VoidUnit{Unit: u, Reason: "wrong carton"})
	require.EqualValues(t, 2, w.s.OnHand(InTote("O-1"), "OAT"))
	next := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	require.NotEqual(t, u, next, "a voided number never comes back")
}

func TestADoneThingIsRecordedWhateverTheRulesSay(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	w.must("bert", &Scan{Order: "O-1", SKU: "OAT", Qty: 1, Done: true})
	require.Contains(t, w.s.Orders["O-1"].Parts(w.s.Orders["O-1"].Line("1")), Part{Line: "1", SKU: "OAT", State: PutBackDuePart, Qty: 1})
	w.must("bert", &Undo{Order: "O-1", Line: "1", Qty: 1})
	u := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: 2})
	events := w.must("anna", &HandOver{Unit: u, Done: true})
	require.True(t, events[0].(*UnitLeft).Unproved)
}

// TestEveryRefusalIsProvoked: a code without a case here cannot be trusted to have words that fit.
func TestADeclineLeavesTheRest(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Decline{Order: "O-1", Lines: []LineID{"2"}, Reason: OutOfStock})
	require.Equal(t, OrderNew, w.s.Orders["O-1"].State())
	w.must("anna", &Decline{Order: "O-1", Reason: CannotMakeIt})
	require.Equal(t, OrderUnserved, w.s.Orders["O-1"].State())
}

func TestASnapshotIsTheState(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	frozen := w.s.Freeze()
	was := dump(t, w.s)
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	require.NotEqual(t, was, dump(t, w.s))

	var lines []string
	require.NoError(t, frozen.Encode(func(b []byte) error { lines = append(lines, string(b)); return nil }))
	require.Equal(t, was, strings.Join(lines, "\n")+"\n", "the snapshot does not see what came after it")
	back := NewState()
	for _, l := range lines {
		require.NoError(t, back.Load([]byte(l)))
	}
	require.Equal(t, was, dump(t, back))
	require.Equal(t, OrderID("O-1"), back.Orders["O-1"].ID)
	require.Equal(t, BinID("A-02-1"), back.Suggest("OAT"))
	require.Error(t, back.Load([]byte(`{}`)))
	require.Error(t, back.Load([]byte(`{`)))
}
