package floor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a box lost comes back late: the label has been looked at since, or the printer was out of paper for a while.
// What is known of a job stands, and a job that nobody prints any more is never shown as printing.
func TestWhatIsTakenBackOfAPrintJobDoesNotMoveItBack(t *testing.T) {
	const order, job = OrderID("O-1"), JobID("j/1")
	requested := func() *LabelRequested {
		return &LabelRequested{Order: order, Unit: "U", Doc: DocShippingLabel, Job: job, Copy: 1}
	}
	started := &PrintStarted{Order: order, Job: job, Printer: "p"}
	held := &LabelFailed{Order: order, Job: job, Unit: "U", Doc: DocShippingLabel, State: JobHeld, Reasons: []string{"media_empty"}}
	printed := &LabelPrinted{Order: order, Job: job, Unit: "U", Doc: DocShippingLabel, Copy: 1}
	for name, c := range map[string]struct {
		here []Event // since the box was put back
		lost []Event
		want JobState
	}{
		"a person found it on paper":              {[]Event{requested(), printed}, []Event{started}, JobCompleted},
		"another box began to print it (no fork)": {[]Event{requested()}, []Event{started}, JobUnknown},
		"nobody has looked yet":                   {[]Event{requested()}, []Event{started}, JobUnknown},
		"the paper was out, and then?":            {[]Event{requested()}, []Event{started, held}, JobUnknown},
		"asked for and begun by what was lost":    {nil, []Event{requested(), started}, JobUnknown},
		"asked for, begun and seen on paper":      {nil, []Event{requested(), started, printed}, JobCompleted},
		"on paper, and it was out of paper ere":   {[]Event{requested(), printed}, []Event{started, held}, JobCompleted},
	} {
		t.Run(name, func(t *testing.T) {
			w := stocked(t)
			w.must("anna", &Start{Order: order})
			apply := func(events []Event) {
				for _, rec := range Records("/t/x/s/y/n/z", "L", 1, Meta{ID: CommandID(name), Now: noon}, events) {
					ApplyRecord(w.s, &rec)
				}
			}
			apply(c.here)
			take := &TakeBack{Gen: "G1", To: 90, Fork: !strings.Contains(name, "no fork"), Log: "L2"}
			for i, e := range c.lost {
				rec := Records("/t/x/s/y/n/z", "L", Seq(50+i), Meta{ID: CommandID("lost/" + itoa(i)), Now: noon}, []Event{e})[0]
				raw, err := rec.AppendTo(nil)
				require.NoError(t, err)
				take.Facts = append(take.Facts, LostFact{Pos: uint64(50 + i), Raw: raw})
			}
			events, no := Decide(w.s, Meta{ID: "take", Now: noon}, take)
			require.Nil(t, no)
			apply(events)
			require.Equal(t, c.want, w.s.Orders[order].Job(job).State)
		})
	}
}

// A device that has still to show what it held may ask again for a label whose answer it never heard: the paper may be
// there. Once it has shown everything, what it asks for is new.
func TestALabelAskedForAgainInARecoveryMayBeOnPaper(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	for _, line := range []LineID{"1", "2"} {
		l := w.s.Orders["O-1"].Line(line)
		w.must("anna", &Scan{Order: "O-1", SKU: l.SKU, Line: line, Qty: l.Qty})
	}
	w.must("anna", &Finish{Order: "O-1"})
	unit := w.must("anna", &OpenUnit{Order: "O-1", Carton: "M"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, Line: "1", Qty: 1})
	late := false
	shut := func(device DeviceID) []Event {
		events, no := Decide(w.s, Meta{ID: "x", Device: device, N: 9, Actor: "anna", Station: "bench-1", Late: late, Now: noon}, &CloseUnit{Unit: unit, WeightG: 500})
		require.Nil(t, no)
		return events
	}
	doubted := func(events []Event) (n int) {
		for _, e := range events {
			if f, ok := e.(*LabelFailed); ok && f.State == JobUnknown {
				n++
			}
		}
		return n
	}
	require.Zero(t, doubted(shut("hh-1")))
	w.s.Recovery = &Recovery{Waits: []DeviceID{"hh-1"}}
	require.NotZero(t, doubted(shut("hh-1")))
	require.Zero(t, doubted(shut("hh-2")), "it has shown what it held, or had nothing")
	require.Zero(t, doubted(shut("")))
	late = true
	require.NotZero(t, doubted(shut("hh-3")), "it was given under a log that is over")
}

// A box that is put back a second time, to a copy from before it had taken back everything, has begun jobs since then that
// it does not know of: what it would print may be on paper. What the centre tells between is no such word.
func TestABoxPutBackTwiceDoubtsItsJobsTwice(t *testing.T) {
	const order, job = OrderID("O-1"), JobID("j/1")
	w := stocked(t)
	w.must("anna", &Start{Order: order})
	take := func(id CommandID, c *TakeBack) {
		events, no := Decide(w.s, Meta{ID: id, Now: noon}, c)
		require.Nil(t, no)
		for _, rec := range Records("/t/x/s/y/n/z", "L", 1, Meta{ID: id, Now: noon}, events) {
			ApplyRecord(w.s, &rec)
		}
	}
	take("start-1", &TakeBack{Gen: "none", Fork: true, More: true})
	for _, rec := range Records("/t/x/s/y/n/z", "L", 1, Meta{ID: "ask", Now: noon}, []Event{&LabelRequested{Order: order, Unit: "U", Doc: DocShippingLabel, Job: job, Copy: 1}}) {
		ApplyRecord(w.s, &rec)
	}
	take("piece", &TakeBack{Gen: "G1", To: 9, Fork: true, Log: "L2"})
	require.Equal(t, JobPending, w.s.Orders[order].Job(job).State)
	take("start-2", &TakeBack{Gen: "none", Fork: true, More: true})
	require.Equal(t, JobUnknown, w.s.Orders[order].Job(job).State)
}

// Why a label failed is heard before the doubt of a box that was put back, or behind it: both ends say the same of it.
func TestWhyADoubtedLabelFailedIsTheSameWhicheverIsHeardFirst(t *testing.T) {
	const order, job = OrderID("O-1"), JobID("j/1")
	why := &LabelFailed{Order: order, Job: job, Unit: "U", Doc: DocShippingLabel, State: JobUnknown, Reasons: []string{"offline"}}
	doubt := &LabelFailed{Order: order, Job: job, Unit: "U", Doc: DocShippingLabel, State: JobUnknown, Reasons: []string{putBackReason}}
	for _, events := range [][]Event{{why, doubt}, {doubt, why}} {
		w := stocked(t)
		asked := &LabelRequested{Order: order, Unit: "U", Doc: DocShippingLabel, Job: job, Copy: 1}
		for _, rec := range Records("/t/x/s/y/n/z", "L", 1, Meta{ID: "c", Now: noon}, append([]Event{asked}, events...)) {
			ApplyRecord(w.s, &rec)
		}
		j := w.s.Orders[order].Job(job)
		require.Equal(t, JobUnknown, j.State)
		require.Equal(t, []string{"offline"}, j.Reasons)
		require.Equal(t, 1, j.Tries)
	}
}
