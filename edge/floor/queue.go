package floor

import (
	"slices"
	"strconv"
	"time"
)

// The print queue as people rule it: a job goes to another printer, is no longer wanted, or waited for too long; a
// printer is stopped and set going again.
var queueEntries = []Entry{
	{fresh[MovePrint], "Sends a print job to another printer; without one, back to the printer of its bench.", Anyone,
		`{"job":"hh-1:9/1","printer":"bench-3","reason":"bench 2 is out of labels"}`, []Code{UnknownJob, JobOver, JobUnderWay}},
	{fresh[CancelPrint], "Takes a print job that has not begun out of the queue.", Anyone,
		`{"job":"hh-1:9/1","reason":"asked for twice"}`, []Code{UnknownJob, JobOver, JobUnderWay}},
	{fresh[PausePrinter], "Stops a printer's queue: what waits for it waits, and what is under way comes out.", Anyone,
		`{"printer":"bench-2","reason":"cleaning the head"}`, []Code{PrinterPaused}},
	{fresh[ResumePrinter], "Sets a printer's queue going again.", Anyone,
		`{"printer":"bench-2"}`, []Code{PrinterRuns}},
	{fresh[ExpirePrint], "Gives up a print job that waited longer than print_expire_hours, and tells the desk.", TheBox,
		`{"job":"hh-1:9/1"}`, []Code{UnknownJob, JobOver, JobUnderWay, StillWanted}},
}

var queueEvents = []func() Event{blank[PrintMoved], blank[PrintCanceled], blank[PrinterStopped], blank[PrinterResumed], blank[PrintExpired]}

// The refusals of the queue.
const (
	JobUnderWay   Code = "job_under_way"
	PrinterPaused Code = "printer_paused"
	PrinterRuns   Code = "printer_runs"
)

var queueWords = map[Code][2]string{
	JobUnderWay:   {"That document was sent to printer {printer} and may be coming out.", "Wait for it, or look at the printer. If it did not come out, ask for it again."},
	PrinterPaused: {"Printer {printer} is stopped already.", "Nothing to do."},
	PrinterRuns:   {"Printer {printer} is not stopped.", "Nothing to do. If nothing comes out, look at the printer itself."},
}

// stoppedCase stands on the desk as long as a printer is stopped: the case is the stop.
const stoppedCase = "printer_stopped"

// undrawableCase stands on the desk until the job is drawn, moved or taken out of the queue.
const undrawableCase = "undrawable"

var queueCases = map[string][2]string{
	undrawableCase:  {"The {doc} of {of} cannot be drawn: {why}.", "Put that right, then send the job to its printer once more (print.move); or take it out of the queue (print.cancel) and ask for a new one. A carrier's label that is refused goes back to whoever made it."},
	stoppedCase:     {"Printer {printer} was stopped: {reason}.", "Set it going again when that is done. Settling this case does so too."},
	"print_expired": {"The {doc} of {what} waited {hours} hours for a printer and was given up.", "Ask for it again if it is still wanted."},
}

// MovePrint sends a job to another printer.
type MovePrint struct {
	Job     JobID     `json:"job"`
	Printer PrinterID `json:"printer,omitempty"` // absent: the one of its bench
	Reason  string    `json:"reason,omitempty"`
}

// PrintMoved: the job waits for that printer now.
type PrintMoved struct {
	Order    OrderID    `json:"order"`
	Job      JobID      `json:"job"`
	Printer  PrinterID  `json:"printer,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
}

// CancelPrint takes a job out of the queue.
type CancelPrint struct {
	Job    JobID  `json:"job"`
	Reason string `json:"reason"`
}

// PrintCanceled: the job is not wanted any more, and nothing of it came out.
type PrintCanceled struct {
	Order    OrderID    `json:"order"`
	Job      JobID      `json:"job"`
	Reason   string     `json:"reason"`
	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
}

// PausePrinter stops a printer's queue.
type PausePrinter struct {
	Printer PrinterID `json:"printer"`
	Reason  string    `json:"reason"`
}

// PrinterStopped: no job is begun on the printer until it is set going again.
type PrinterStopped struct{ PausePrinter }

// ResumePrinter sets a printer's queue going.
type ResumePrinter struct {
	Printer PrinterID `json:"printer"`
}

// PrinterResumed: what waits for the printer comes out.
type PrinterResumed struct{ ResumePrinter }

// ExpirePrint gives up a job that waited too long.
type ExpirePrint struct {
	Job JobID `json:"job"`
}

// PrintExpired: nobody stands at the printer for it any more; nothing of it came out.
type PrintExpired struct {
	Order    OrderID    `json:"order"`
	Job      JobID      `json:"job"`
	Doc      Document   `json:"doc"`
	Hours    int        `json:"hours"`
	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
}

// Kind names the command.
func (*MovePrint) Kind() string { return "print.move" }

// Kind names the command.
func (*CancelPrint) Kind() string { return "print.cancel" }

// Kind names the command.
func (*PausePrinter) Kind() string { return "printer.pause" }

// Kind names the command.
func (*ResumePrinter) Kind() string { return "printer.resume" }

// Kind names the command.
func (*ExpirePrint) Kind() string { return "print.expire" }

// Type and Subject name the event.
func (*PrintMoved) Type() string      { return "picket.local.print.moved.v1" }
func (e *PrintMoved) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

func (e *PrintMoved) tell(Names) string {
	to := "the printer of its bench"
	if e.Printer != "" {
		to = "printer " + string(e.Printer)
	}
	words := "Print job " + string(e.Job) + " goes to " + to + " instead"
	if e.Reason != "" {
		words += ": " + e.Reason
	}
	return words + "."
}

// Type and Subject name the event.
func (*PrintCanceled) Type() string      { return "picket.local.print.canceled.v1" }
func (e *PrintCanceled) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

func (e *PrintCanceled) tell(Names) string {
	return "Print job " + string(e.Job) + " is not wanted any more: " + e.Reason + "."
}

// Type and Subject name the event.
func (*PrinterStopped) Type() string      { return "picket.local.printer.stopped.v1" }
func (e *PrinterStopped) Subject() string { return "printer/" + string(e.Printer) }
func (e *PrinterStopped) tell(Names) string {
	return "Printer " + string(e.Printer) + " is stopped: " + e.Reason + "."
}

// Type and Subject name the event.
func (*PrinterResumed) Type() string      { return "picket.local.printer.resumed.v1" }
func (e *PrinterResumed) Subject() string { return "printer/" + string(e.Printer) }
func (e *PrinterResumed) tell(Names) string {
	return "Printer " + string(e.Printer) + " is going again."
}

// Type and Subject name the event.
func (*PrintExpired) Type() string      { return "picket.local.print.expired.v1" }
func (e *PrintExpired) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

func (e *PrintExpired) tell(Names) string {
	return capital(documentWords(e.Doc)) + " waited " + plural(e.Hours, "hour") + " for a printer and is given up."
}

// queued finds a job that waits and has not begun.
func (s *State) queued(id JobID) (OrderID, *Job, *Refusal) {
	order, j, r := s.findJob(id)
	switch {
	case r != nil:
		return "", nil, r
	case j.State == JobProcessing:
		return "", nil, Refuse(JobUnderWay, "job", string(j.ID), "printer", string(j.Printer))
	case !j.waiting():
		return "", nil, j.over()
	}
	return order, j, nil
}

func (c *MovePrint) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if c.Printer != "" {
		if r := check([2]string{"printer", string(c.Printer)}); r != nil {
			return nil, r
		}
	}
	if r := checkText("reason", c.Reason, MaxText); r != nil {
		return nil, r
	}
	order, j, r := s.queued(c.Job)
	if r != nil {
		return nil, r
	}
	return []Event{&PrintMoved{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Printer: c.Printer, Reason: c.Reason}}, nil
}

func (e *PrintMoved) apply(s *State) {
	s.settle(undrawableCase, "job/"+string(e.Job))
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		if j.State == JobPending || j.State == JobHeld { // the reasons were the other printer's
			j.State, j.Reasons, j.Moved = JobPending, nil, e.Printer
		}
	})
}

func (c *CancelPrint) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := checkNote("reason", c.Reason); r != nil {
		return nil, r
	}
	order, j, r := s.queued(c.Job)
	if r != nil {
		return nil, r
	}
	return []Event{&PrintCanceled{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Reason: c.Reason}}, nil
}

func (e *PrintCanceled) apply(s *State) {
	s.settle(undrawableCase, "job/"+string(e.Job))
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		if j.State == JobPending || j.State == JobHeld {
			j.State, j.Reasons = JobCanceled, nil
		}
	})
}

func (c *PausePrinter) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(check([2]string{"printer", string(c.Printer)}), checkNote("reason", c.Reason)); r != nil {
		return nil, r
	}
	if s.Stopped(c.Printer) != "" {
		return nil, Refuse(PrinterPaused, "printer", string(c.Printer))
	}
	return []Event{&PrinterStopped{*c}}, nil
}

func (e *PrinterStopped) apply(s *State) {
	s.raiseOnce(stoppedCase, "printer/"+string(e.Printer), "printer", string(e.Printer), "reason", e.Reason)
}

func (c *ResumePrinter) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"printer", string(c.Printer)}); r != nil {
		return nil, r
	}
	if s.Stopped(c.Printer) == "" {
		return nil, Refuse(PrinterRuns, "printer", string(c.Printer))
	}
	return []Event{&PrinterResumed{*c}}, nil
}

func (e *PrinterResumed) apply(s *State) { s.settle(stoppedCase, "printer/"+string(e.Printer)) }

// Stopped is why people stopped a printer; empty while it goes.
func (s *State) Stopped(p PrinterID) string {
	for _, id := range s.cased[caseKey{stoppedCase, "printer/" + string(p)}] {
		return s.Cases.Get(id).Args["reason"]
	}
	return ""
}

// Expired says whether a job waited longer than the site lets one wait.
func (s *State) Expired(j *Job, now time.Time) bool {
	return s.Policy.PrintExpireHours > 0 && (j.State == JobPending || j.State == JobHeld) && !j.Asked.IsZero() &&
		now.Sub(j.Asked) >= time.Duration(s.Policy.PrintExpireHours)*time.Hour
}

// PrintsExpired lists the print jobs that waited too long, sorted.
func (s *State) PrintsExpired(now time.Time) []JobID {
	if s.Policy.PrintExpireHours == 0 {
		return nil
	}
	var out []JobID
	for _, o := range s.Orders {
		for i := range o.Jobs {
			if s.Expired(&o.Jobs[i], now) {
				out = append(out, o.Jobs[i].ID)
			}
		}
	}
	for _, j := range s.PaperJobs() {
		if s.Expired(j, now) {
			out = append(out, j.ID)
		}
	}
	slices.Sort(out)
	return out
}

func (c *ExpirePrint) decide(s *State, m Meta) ([]Event, *Refusal) {
	order, j, r := s.queued(c.Job)
	if r != nil {
		return nil, r
	}
	if !s.Expired(j, m.Now) {
		return nil, Refuse(StillWanted, "job", string(j.ID))
	}
	return []Event{&PrintExpired{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Doc: j.Doc, Hours: s.Policy.PrintExpireHours}}, nil
}

func (e *PrintExpired) apply(s *State) {
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		if j.State != JobPending && j.State != JobHeld {
			return
		}
		j.State, j.Reasons = JobAborted, []string{"expired"}
		s.settle(undrawableCase, "job/"+string(e.Job))
		what := "a manifest or a return"
		if o := s.Orders[e.Order]; o != nil {
			what = "order " + o.Number
		}
		s.raise("print_expired", "job/"+string(e.Job), "doc", documentWords(e.Doc), "what", what, "hours", strconv.Itoa(e.Hours))
	})
}
