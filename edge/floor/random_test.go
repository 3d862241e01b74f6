package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestRandomHistories throws random commands, sensible and not, at two orders. Each step is checked by the
// world: Decide is pure, bytes are stable, parts move by the table, books balance. In the end the journal,
// replayed, is the state.
func TestRandomHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := stocked(rt)
		w.must("", order("O-2"))
		toCollect(w, "P-1", nil)
		toCollect(w, "P-2", nil)
		toCollect(w, "P-3", func(a *Assign) { a.Source = "incoming" })
		returnNumbers(w)
		withMoney(w)
		for range rapid.IntRange(5, 60).Draw(rt, "steps") {
			flow := rapid.SampledFrom(generators).Draw(rt, "flow")
			if rapid.IntRange(0, 19).Draw(rt, "rest") == 0 {
				w.late += 50 * time.Hour // what is over may leave now
			}
			w.do(rapid.SampledFrom([]UserID{"anna", "anna", "bert", ""}).Draw(rt, "actor"), flow(rt, w))
		}
		again := NewState()
		for i := range w.log {
			ApplyRecord(again, &w.log[i])
		}
		require.Equal(rt, dump(rt, w.s), dump(rt, again))
	})
}

// generators give random commands, one for each flow; each stands beside the tests of its flow.
var generators = []func(rt *rapid.T, w *world) Command{
	shipCommand,
	policyCommand,
	orderCommand,
	stockCommand,
	taskCommand,
	collectCommand,
	countCommand,
	returnCommand,
	receiveCommand,
	carryCommand,
	transferCommand,
	moneyCommand,
	againCommand,
	archiveCommand,
	forgetCommand,
	queueCommand,
}

func shipCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"O-1", "O-2", "O-1", "O-2", "O-9"}).Draw(rt, "order")
	line := rapid.SampledFrom([]LineID{"1", "2", "1", "2", "7"}).Draw(rt, "line")
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "OAT", "RICE", "SOAP", ""}).Draw(rt, "sku")
	qty := rapid.IntRange(0, 4).Draw(rt, "qty")
	done := rapid.IntRange(0, 9).Draw(rt, "done") == 0
	unit, job := someUnit(rt, w.s), someJob(rt, w.s)
	switch rapid.IntRange(0, 21).Draw(rt, "command") {
	case 0:
		return &Accept{Order: o}
	case 1:
		return &Decline{Order: o, Lines: []LineID{line}, Reason: OutOfStock}
	case 2:
		return &Start{Order: o, TakeOver: done}
	case 3, 4, 5, 6:
		return &Scan{Order: o, SKU: sku, Qty: qty, Done: done}
	case 7:
		return &Undo{Order: o, Line: line, Qty: qty, Bin: "A-01-1"}
	case 8:
		return &ReportShort{Order: o, Line: line, Qty: qty, Reason: rapid.SampledFrom(ShortReasons).Draw(rt, "reason")}
	case 9:
		return &Finish{Order: o}
	case 10:
		return &OpenUnit{Order: o}
	case 11, 12, 13:
		return &AddToUnit{Unit: unit, SKU: sku, Qty: qty}
	case 14:
		return &TakeFromUnit{Unit: unit, Line: line, Qty: qty}
	case 15:
		return &CloseUnit{Unit: unit, WeightG: 100 * qty}
	case 16:
		return &VoidUnit{Unit: unit, Reason: "test"}
	case 17:
		return &RequestLabel{Unit: unit, Doc: DocShippingLabel, Reason: rapid.SampledFrom([]string{"", "torn"}).Draw(rt, "why")}
	case 18:
		return &StartPrint{Job: job, Printer: "p"}
	case 19:
		return &ConfirmPrint{Job: job}
	case 20:
		return &FailPrint{Job: job, State: rapid.SampledFrom([]JobState{JobHeld, JobUnknown, "lost"}).Draw(rt, "state"), Reasons: []string{"media-empty"}}
	case 21:
		if done {
			return &VoidLabel{Unit: unit, Reason: "test"}
		}
		return &HandOver{Unit: unit, Done: qty == 0}
	}
	panic("unreachable")
}

func someUnit(rt *rapid.T, s *State) UnitID {
	ids := []UnitID{"000000000000000000"}
	for _, id := range orderIDs(s) {
		for _, u := range s.Orders[id].Units {
			ids = append(ids, u.ID, u.ID)
		}
	}
	return rapid.SampledFrom(ids).Draw(rt, "unit")
}

func someJob(rt *rapid.T, s *State) JobID {
	ids := []JobID{"none"}
	for _, id := range orderIDs(s) {
		for _, j := range s.Orders[id].Jobs {
			ids = append(ids, j.ID, j.ID)
		}
	}
	for _, j := range s.PaperJobs() {
		ids = append(ids, j.ID)
	}
	return rapid.SampledFrom(ids).Draw(rt, "job")
}
