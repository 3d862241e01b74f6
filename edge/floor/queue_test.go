package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var queueGoldens = []Event{
	&PrintMoved{Order: "O-1", Job: "hh-1:9/1", Printer: "bench-3", Reason: "out of labels"},
	&PrintCanceled{Order: "O-1", Job: "hh-1:9/1", Reason: "asked for twice"},
	&PrinterStopped{PausePrinter{Printer: "bench-2", Reason: "cleaning the head"}},
	&PrinterResumed{ResumePrinter{Printer: "bench-2"}},
	&PrintExpired{Order: "O-1", Job: "hh-1:9/1", Doc: DocPackingSlip, Hours: 8},
}

// queueCommand rules the print queue.
func queueCommand(rt *rapid.T, w *world) Command {
	job := someJob(rt, w.s)
	printer := rapid.SampledFrom([]PrinterID{"bench-1", "bench-2", ""}).Draw(rt, "printer")
	switch rapid.IntRange(0, 4).Draw(rt, "queue") {
	case 0:
		return &MovePrint{Job: job, Printer: printer}
	case 1:
		return &CancelPrint{Job: job, Reason: "asked for twice"}
	case 2:
		return &PausePrinter{Printer: printer, Reason: "cleaning"}
	case 3:
		return &ResumePrinter{Printer: printer}
	}
	return &ExpirePrint{Job: job}
}

// labelled is a closed parcel whose label and slip wait for a printer.
func labelled(t *testing.T) (*world, *Order) {
	w := unprinted(t)
	return w, w.s.Orders["O-1"]
}

func lastJob(o *Order) *Job { return &o.Jobs[len(o.Jobs)-1] }

func TestAJobGoesToAnotherPrinter(t *testing.T) {
	w, _ := labelled(t)
	job := lastJob(w.s.Orders["O-1"]).ID
	at := func() *Job { return w.s.Orders["O-1"].Job(job) }
	require.False(t, at().Asked.IsZero())
	w.must("", &FailPrint{Job: job, State: JobHeld, Reasons: []string{"media-empty"}})
	w.must("anna", &MovePrint{Job: job, Printer: "bench-3", Reason: "out of labels"})
	require.Equal(t, []any{JobPending, PrinterID("bench-3")}, []any{at().State, at().Moved})
	require.Empty(t, at().Reasons, "they were the other printer's")
	w.must("anna", &MovePrint{Job: job})
	require.Empty(t, at().Moved)
	w.must("", &StartPrint{Job: job, Printer: "bench-1"})
	w.refused("anna", &MovePrint{Job: job, Printer: "bench-3"}, JobUnderWay)
	w.refused("anna", &CancelPrint{Job: job, Reason: "no"}, JobUnderWay)
	w.must("", &FailPrint{Job: job, State: JobUnknown, Reasons: []string{"offline"}})
	no := w.refused("anna", &MovePrint{Job: job, Printer: "bench-3"}, JobOver)
	require.Contains(t, no.Hint(), "Look at the tray", "that nobody knows what came of it is not the end of it")
	w.refused("anna", &MovePrint{Job: "none"}, UnknownJob)
	w.refused("anna", &MovePrint{Job: job, Printer: "bench 3"}, BadField)
}

func TestAJobIsCanceledAndAskedForAnew(t *testing.T) {
	w, o := labelled(t)
	job, unit := lastJob(o).ID, lastJob(o).Unit
	copies := lastJob(o).Copy
	w.refused("anna", &CancelPrint{Job: job}, BadField)
	w.must("anna", &CancelPrint{Job: job, Reason: "asked for twice"})
	require.Equal(t, JobCanceled, w.s.Orders["O-1"].Job(job).State)
	w.refused("", &StartPrint{Job: job, Printer: "bench-1"}, JobOver)
	w.refused("anna", &CancelPrint{Job: job, Reason: "again"}, JobOver)
	w.must("anna", &RequestLabel{Unit: unit, Doc: DocPackingSlip, Reason: "wanted after all"})
	again := lastJob(w.s.Orders["O-1"])
	require.Equal(t, []any{JobPending, copies}, []any{again.State, again.Copy}, "nothing of the first came out: this is no further copy")
}

func TestAStoppedPrinterStandsOnTheDesk(t *testing.T) {
	w := newWorld(t)
	w.refused("anna", &ResumePrinter{Printer: "bench-2"}, PrinterRuns)
	w.refused("anna", &PausePrinter{Printer: "bench-2"}, BadField)
	w.must("anna", &PausePrinter{Printer: "bench-2", Reason: "cleaning"})
	require.Equal(t, "cleaning", w.s.Stopped("bench-2"))
	require.Empty(t, w.s.Stopped("bench-3"))
	w.refused("bert", &PausePrinter{Printer: "bench-2", Reason: "jam"}, PrinterPaused)
	require.Equal(t, "Printer bench-2 was stopped: cleaning.", w.s.Cases.All()[0].Words())
	w.must("bert", &ResumePrinter{Printer: "bench-2"})
	require.Empty(t, w.s.Stopped("bench-2"))
	require.Zero(t, w.s.Cases.Len())
	w.must("anna", &PausePrinter{Printer: "bench-2", Reason: "cleaning"})
	w.must("lea", &SettleCase{Case: w.s.Cases.IDs()[0], Note: "clean"})
	require.Empty(t, w.s.Stopped("bench-2"), "settling the case sets it going")
}

func TestAJobThatWaitedTooLongIsGivenUp(t *testing.T) {
	w, o := labelled(t)
	job, asked := lastJob(o).ID, lastJob(o).Asked
	w.late = 30 * time.Hour
	w.refused("", &ExpirePrint{Job: job}, StillWanted) // the site says nothing: it waits
	w.must("mia", &SetPolicy{Name: "print_expire_hours", Value: []byte("8")})
	require.Empty(t, w.s.PrintsExpired(asked.Add(8*time.Hour-time.Second)))
	require.Equal(t, []JobID{job}, w.s.PrintsExpired(asked.Add(8*time.Hour)))
	w.must("", &ExpirePrint{Job: job})
	j := w.s.Orders["O-1"].Job(job)
	require.Equal(t, []any{JobAborted, []string{"expired"}}, []any{j.State, j.Reasons})
	require.Empty(t, w.s.PrintsExpired(asked.Add(80*time.Hour)))
	w.refused("", &StartPrint{Job: job, Printer: "bench-1"}, JobOver)
	words := ""
	for _, c := range w.s.Cases.All() {
		if c.What == "print_expired" {
			words = c.Words()
		}
	}
	require.Equal(t, "The packing slip of order O-1 waited 8 hours for a printer and was given up.", words)
	w.must("anna", &RequestLabel{Unit: j.Unit, Doc: j.Doc, Reason: "still wanted"})
}
