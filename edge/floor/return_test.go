package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// returnNumbers gives the site numbers for returns.
func returnNumbers(w *world) {
	for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, w.meta(""), []Event{&NumbersLeased{Number: "return", Prefix: "R7", From: 1, To: 50}}) {
		w.seq = r.Seq
		w.apply(r)
	}
}

// returnsDesk is the counter with return numbers, one order that was collected and one that was sent, and one that
// is brought here first.
func returnsDesk(t require.TestingT) *world {
	w := shelf(t)
	returnNumbers(w)
	oat := *w.s.Items["OAT"]
	oat.Price = &Money{Minor: 199, Currency: "EUR"}
	w.must("", &SetItem{oat})
	w.must("anna", &Authorise{Order: "P-2", Method: ProofCode, Code: "7KQ2"})
	w.must("anna", &HandOut{Order: "P-2"})
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	unit := w.must("anna", &OpenUnit{Order: "O-1"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 2})
	w.must("anna", &HandOver{Unit: unit, Done: true})
	for _, id := range w.s.Cases.IDs() {
		w.must("mia", &SettleCase{Case: id, Note: "looked at"})
	}
	toCollect(w, "P-8", func(a *Assign) { a.Source, a.Expect = "incoming", []string{"TRACK-8", "TRACK-9"} })
	return w
}

func showReturn(s *State, id string) string {
	r := s.Returns.Get(ReturnID(id))
	if r == nil {
		return "no return " + id
	}
	out := []string{"return " + r.Number + " is " + string(r.State)}
	for _, l := range r.Lines {
		out = append(out, fmt.Sprintf("%d: %d × %s, %s, %d have their place", l.No, l.Qty, s.name(l.SKU), plain(l.Condition), l.Disposed))
	}
	return strings.Join(out, "\n")
}

// checkReturns: what was brought back and has no place yet stands with its return, and no line counts more
// back than it ever gave.
func checkReturns(t require.TestingT, s *State) {
	for _, r := range s.Returns.All() {
		hold := map[SKU]int64{}
		for _, l := range r.Lines {
			require.LessOrEqual(t, l.Disposed, l.Qty)
			hold[l.SKU] += int64(l.Qty - l.Disposed)
		}
		for sku, n := range hold {
			require.Equal(t, n, s.OnHand(InReturn(r.ID), sku), "hold of return %s", r.ID)
		}
	}
	for id, o := range s.Orders {
		for i := range o.Lines {
			l := &o.Lines[i]
			require.GreaterOrEqual(t, l.Returned, 0, id)
			require.LessOrEqual(t, l.Returned, o.Left(l), "more of %s came back than ever left", id)
		}
	}
}

func returnCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"P-1", "P-2", "O-1", "O-2", "P-3", ""}).Draw(rt, "order")
	qty := rapid.IntRange(0, 3).Draw(rt, "qty")
	done := rapid.IntRange(0, 4).Draw(rt, "done") == 0
	ids := append(w.s.Returns.IDs(), "none")
	id := rapid.SampledFrom(ids).Draw(rt, "return")
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "SOAP"}).Draw(rt, "sku")
	switch rapid.IntRange(0, 10).Draw(rt, "command") {
	case 0, 1:
		return &OpenReturn{Order: o, Blind: o == ""}
	case 2, 3, 4:
		return &ScanReturn{Return: id, SKU: sku, Qty: qty, Reason: ChangedMind, Condition: rapid.SampledFrom(Conditions).Draw(rt, "condition"), Done: done, Approvals: someApprovals(rt, w)}
	case 5:
		return &DisposeReturn{Return: id, No: qty, Qty: qty / 2, Disposition: rapid.SampledFrom([]string{"bin", "quarantine", "repair", "vendor", "destroy"}).Draw(rt, "to"), Bin: rapid.SampledFrom([]BinID{"A-01-1", ""}).Draw(rt, "bin")}
	case 6:
		return &CloseReturn{Return: id, Wants: rapid.SampledFrom([]string{"refund", "none"}).Draw(rt, "wants")}
	case 7:
		return &CancelReturn{Return: id, Why: "test"}
	case 8:
		return rapid.SampledFrom([]Command{
			&RefundDone{Return: id}, &OpenReturn{RMA: "RMA-1"},
			&AnnounceReturn{Return: "R-1", RMA: "RMA-1", Order: o, Lines: []ReturnExpected{{Line: "1", SKU: "OAT", Qty: 2}}},
		}).Draw(rt, "other")
	default:
		var lines []ArrivedLine
		if qty > 0 {
			lines = []ArrivedLine{{Line: "1", Qty: qty, Damaged: qty / 2}}
		}
		return &ScanArrival{Order: rapid.SampledFrom([]OrderID{"P-3", "P-3", "P-1"}).Draw(rt, "arrival"), Lines: lines, Last: done}
	}
}

var returnGoldens = []Event{
	&GoodsArrived{Order: "O-1", Unit: "095200010000000010", Tracking: "T-9", Lines: []Brought{{Taken: Taken{Line: "1", SKU: "OAT", Qty: 2}, Damaged: 1, Broken: 1, Missing: 1, Transit: 3}}, Over: true},
	&ReturnAnnounced{AnnounceReturn{Return: "R-77", RMA: "RMA-1009", Order: "O-1", Customer: "pii/c", Until: noon, Lines: []ReturnExpected{{Line: "1", SKU: "OAT", Qty: 1, Price: &Money{Minor: 199, Currency: "EUR"}}}}},
	&ReturnOpened{Return: "R-77", Number: "R71", RMA: "RMA-1009", Order: "O-1", Receipt: "T1-9", Blind: true, Customer: "pii/c"},
	&ReturnScanned{Return: "R-77", Order: "O-1", No: 1, Line: "1", SKU: "OAT", Qty: 2, Counted: 1, Serial: "S1", Lot: "L1", Reason: Damaged, Condition: "damaged", Value: &Money{Minor: 398, Currency: "EUR"}, Code: "09520000000011", Doubted: ReturnedAlready, Overridden: Overridden{By: []UserID{"mia"}}},
	&ReturnDisposed{Return: "R-77", No: 1, SKU: "OAT", Qty: 1, Lot: "L1", Disposition: "bin", Bin: "A-01-1"},
	&ReturnClosed{Return: "R-77", Number: "R71", RMA: "RMA-1009", Order: "O-1", Receipt: "T1-9", Blind: true, Wants: "exchange", Wish: []Wish{{SKU: "RICE", Qty: 1}},
		Lines: []ReturnLine{{No: 1, Line: "1", SKU: "OAT", Qty: 2, Counted: 1, Disposed: 1, Serial: "S1", Lot: "L1", Reason: Damaged, Condition: "damaged", Value: &Money{Minor: 398, Currency: "EUR"}}}, Total: &Money{Minor: 398, Currency: "EUR"}},
	&ReturnCancelled{Return: "R-77", Order: "O-1", Lines: []ReturnLine{{No: 1, Line: "1", SKU: "OAT", Qty: 2, Counted: 1, Reason: Damaged, Condition: "damaged"}}, Why: "keeps it"},
	&ReturnRefunded{RefundDone{Return: "R-77", Amount: &Money{Minor: 398, Currency: "EUR"}, Ref: "PSP-4"}},
}

func TestADisputeHoldsEverything(t *testing.T) {
	w := shelf(t)
	w.must("anna", &Authorise{Order: "P-2", Method: ProofProxy, Proxy: "pii/p", Code: "7KQ2"})
	w.must("mia", &Authorise{Order: "P-2", Method: ProofOverride, Why: "I know him"})
	w.must("anna", &HandOut{Order: "P-2", Lines: []LineQty{{Line: "1", Qty: 2}}})
	w.must("anna", &RefuseGoods{Order: "P-2", Lines: []LineQty{{Line: "2", Qty: 1}}, Why: "dented"})
	w.must("anna", &HandOut{Order: "P-2", Done: true})
	w.must("mia", &Reverse{Order: "P-2", Lines: []LineQty{{Line: "1", Qty: 1}}, To: "staging", Shelf: "PICKUP-1", Why: "one too many"})

	d := DisputeOf(w.log, "P-2")
	require.Equal(t, "P-2", d.Number)
	require.Equal(t, []DisputeItem{
		{Line: "1", SKU: "OAT", Asked: 2, Handed: 1},
		{Line: "2", SKU: "RICE", Asked: 3, Handed: 2, Refused: 1},
	}, d.Items)
	require.Len(t, d.Proofs, 2)
	require.Equal(t, "pii/p", d.Proofs[0].Proxy)
	require.Equal(t, UserID("anna"), d.Proofs[0].Checked)
	require.Equal(t, []UserID{"mia"}, d.Proofs[1].Allowed)
	require.NotZero(t, d.Proofs[1].Seq)
	last := d.Steps[len(d.Steps)-1]
	require.Equal(t, "picket.pickup.reversed.v1", last.Type)
	require.Equal(t, w.seq, last.Seq)
	require.False(t, last.Doubted)
	for _, st := range d.Steps {
		require.NotEmpty(t, Tell(st.Event, nil))
	}
	require.Empty(t, DisputeOf(w.log, "P-0").Steps)
}

func TestAReturnIsForgottenWhenAllIsSettled(t *testing.T) {
	w := returnsDesk(t)
	id := ReturnID(w.must("anna", &OpenReturn{Order: "P-2"})[0].(*ReturnOpened).Return)
	w.must("anna", &ScanReturn{Return: id, SKU: "OAT", Qty: 2, Reason: ChangedMind, Condition: "as_new"})
	closed := w.must("anna", &CloseReturn{Return: id, Wants: "refund"})[0].(*ReturnClosed)
	require.Equal(t, int64(398), closed.Total.Minor)
	w.must("anna", &DisposeReturn{Return: id, No: 1, Disposition: "bin", Bin: "A-02-1"})
	require.NotNil(t, w.s.Returns.Get(id), "the money is not settled")
	w.must("", &RefundDone{Return: id})
	require.Nil(t, w.s.Returns.Get(id))
	w.must("", &LineDown{})
	w.late += time.Hour
	require.Equal(t, "R72", w.must("anna", &OpenReturn{Receipt: "T9-1"})[0].(*ReturnOpened).Number, "a number is there while the line is down")
}
