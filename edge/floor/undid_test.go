package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A box that did not know what it lost tells that a label is on paper, and hears then that the parcel was undone. At the
// centre it is the other way round, and both come to the same.
func TestALabelOfAParcelThatWasUndoneIsCanceledWhicheverIsHeardFirst(t *testing.T) {
	const order, job = OrderID("O-1"), JobID("j/1")
	var states []string
	for _, voidFirst := range []bool{false, true} {
		w := stocked(t)
		w.must("anna", &Start{Order: order})
		w.must("anna", &Scan{Order: order, SKU: w.s.Orders[order].Line("1").SKU, Line: "1", Qty: 1})
		unit := w.must("anna", &OpenUnit{Order: order, Carton: "M"})[0].(*UnitOpened).Unit
		events := []Event{&LabelPrinted{Order: order, Job: job, Unit: unit, Doc: DocShippingLabel, Copy: 1}, &UnitVoided{Order: order, Unit: unit, Reason: "wrong carton"}}
		if voidFirst {
			events[0], events[1] = events[1], events[0]
		}
		for _, e := range append([]Event{&LabelRequested{Order: order, Unit: unit, Doc: DocShippingLabel, Job: job, Copy: 1}}, events...) {
			rec := Records("/t/x/s/y/n/z", "L", 1, Meta{ID: "m", Now: noon}, []Event{e})[0]
			ApplyRecord(w.s, &rec)
		}
		require.Equal(t, JobCanceled, w.s.Orders[order].Job(job).State)
		text := ""
		require.NoError(t, w.s.Freeze().Encode(func(line []byte) error { text += string(line) + "\n"; return nil }))
		states = append(states, text)
	}
	require.Equal(t, states[0], states[1])
}
