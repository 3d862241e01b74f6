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

// manyPrints is the counter with a return that was printed as often as it may be.
func manyPrints(t require.TestingT) *world {
	w := returnsDesk(t)
	r := Return{ID: "R-FULL", State: ReturnDone, Number: "R70", Wants: "refund"}
	for i := range MaxReturnPrints {
		r.Jobs = append(r.Jobs, Job{ID: JobID(fmt.Sprintf("full/%d", i)), Doc: DocReturnReceipt, Copy: i + 1, State: JobCompleted, Tries: 1, Return: r.ID})
	}
	w.s.Returns.put(w.s, r.ID, r)
	return w
}

// showPapers lists the print jobs of a return.
func showPapers(s *State, id string) string {
	r := s.Returns.Get(ReturnID(id))
	if r == nil {
		return "no return " + id
	}
	var out []string
	for _, j := range r.Jobs {
		words := fmt.Sprintf("%s, copy %d: %s", plain(string(j.Doc)), j.Copy, j.State)
		if j.Doc == DocHangTag {
			words += fmt.Sprintf(" (%d to %s)", j.Tags, j.To)
		}
		out = append(out, words)
	}
	if r.Over() {
		out = append(out, "all is settled")
	}
	return strings.Join(out, "\n")
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
		if done {
			return &CancelReturn{Return: id, Why: "test"}
		}
		return &PrintReturn{Return: id, Doc: rapid.SampledFrom(returnDocs).Draw(rt, "doc"), No: qty / 2, Reason: rapid.SampledFrom([]string{"", "lost"}).Draw(rt, "why")}
	case 8:
		return rapid.SampledFrom([]Command{
			&RefundDone{Return: id}, &OpenReturn{RMA: "RMA-1"}, &LineDown{}, &LineUp{},
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

// TestSettledReturnsStayForTheirPapers: for a copy, the last of them, however their papers fare.
func TestSettledReturnsStayForTheirPapers(t *testing.T) {
	w := newWorld(t)
	settle := func(i int, state JobState) {
		w.s.Returns.put(w.s, ReturnID(fmt.Sprintf("R-%03d", i)), Return{ID: ReturnID(fmt.Sprintf("R-%03d", i)), State: ReturnDone, Wants: "none", Jobs: []Job{{ID: JobID(fmt.Sprint(i)), State: state}}})
		w.s.rec.Time = noon.Add(time.Duration(i) * time.Minute)
		w.s.settleReturn(w.s.Returns.change(w.s, ReturnID(fmt.Sprintf("R-%03d", i))))
	}
	for i := range KeptReturns + 5 {
		settle(i, JobCompleted)
	}
	require.Equal(t, KeptReturns, w.s.Returns.Len())
	require.Nil(t, w.s.Returns.Get("R-004"))
	require.NotNil(t, w.s.Returns.Get("R-005"), "the oldest go first")
	for i := range MostReturns + 5 {
		settle(100+i, JobPending)
	}
	require.Equal(t, MostReturns, w.s.Returns.Len())
	require.NotNil(t, w.s.Returns.Get("R-204"))
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
	w.s.Policy.PrintReturnReceipt, w.s.Policy.PrintHangTag = false, false
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
