package floor

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// StartPrint says that a job's bytes are about to go to a printer. It is journalled BEFORE the first byte
// leaves, so that after a crash nobody takes a label that may have come out for one that did not.
type StartPrint struct {
	Job     JobID     `json:"job"`
	Printer PrinterID `json:"printer"`
	// Template is the site's own by which it was drawn, as name@hash; empty: what is built in.
	Template string `json:"template,omitempty"`
	// Left are the settings of the printer that a carrier's own label asked for and that were left out of it.
	Left []string `json:"left,omitempty"`
}

// maxLeft is how many of a carrier's settings are told: more would be no help to anybody.
const maxLeft = 32

// PrintStarted: from here on the job may be on paper.
type PrintStarted struct {
	Order   OrderID   `json:"order"`
	Job     JobID     `json:"job"`
	Printer PrinterID `json:"printer"`

	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
	Template string     `json:"template,omitempty"`
	Left     []string   `json:"left,omitempty"`
}

// ConfirmPrint says that a job is on paper: the printer's counters said so, or a packer looked.
type ConfirmPrint struct {
	Job JobID `json:"job"`
}

// LabelPrinted: the document is known to be on paper.
type LabelPrinted struct {
	Order OrderID  `json:"order"`
	Job   JobID    `json:"job"`
	Unit  UnitID   `json:"unit"`
	Doc   Document `json:"doc"`
	Copy  int      `json:"copy"`

	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
}

// FailPrint says that a job is known not to be on paper (held, with the printer's reasons), or that nobody
// can tell (unknown).
type FailPrint struct {
	Job     JobID    `json:"job"`
	State   JobState `json:"state"`
	Reasons []string `json:"reasons"`
}

// LabelFailed: the job is held or unknown.
type LabelFailed struct {
	Order   OrderID  `json:"order"`
	Job     JobID    `json:"job"`
	Unit    UnitID   `json:"unit"`
	Doc     Document `json:"doc"`
	State   JobState `json:"state"`
	Reasons []string `json:"reasons"`

	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
}

// Kind names the command.
func (*StartPrint) Kind() string { return "print.start" }

// Kind names the command.
func (*ConfirmPrint) Kind() string { return "label.printed" }

// Kind names the command.
func (*FailPrint) Kind() string { return "label.failed" }

// Type and Subject name the event.
func (*PrintStarted) Type() string      { return "picket.local.print.started.v1" }
func (e *PrintStarted) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

// Type and Subject name the event.
func (*LabelPrinted) Type() string      { return "picket.label.printed.v1" }
func (e *LabelPrinted) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

// Type and Subject name the event.
func (*LabelFailed) Type() string      { return "picket.label.failed.v1" }
func (e *LabelFailed) Subject() string { return ofJob(e.Order, e.Manifest, e.Return) }

func (c *StartPrint) decide(s *State, _ Meta) ([]Event, *Refusal) {
	order, j, r := s.findJob(c.Job)
	if r != nil {
		return nil, r
	}
	if r := check([2]string{"printer", string(c.Printer)}); r != nil {
		return nil, r
	}
	if r := checkText("template", c.Template, MaxArg); r != nil {
		return nil, r
	}
	if len(c.Left) > maxLeft {
		return nil, badField("left", "has "+strconv.Itoa(len(c.Left))+" commands, but at most "+strconv.Itoa(maxLeft)+" are told")
	}
	for i, cmd := range c.Left {
		if r := checkText("left["+strconv.Itoa(i)+"]", cmd, MaxArg); r != nil {
			return nil, r
		}
	}
	if j.State != JobPending && j.State != JobHeld {
		return nil, j.over()
	}
	return []Event{&PrintStarted{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Printer: c.Printer, Template: c.Template, Left: c.Left}}, nil
}

func (j *Job) over() *Refusal { return Refuse(JobOver, "job", string(j.ID), "state", string(j.State)) }

func (e *PrintStarted) apply(s *State) {
	s.settle(undrawableCase, "job/"+string(e.Job))
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		j.Tries++
		if j.waiting() { // one that was taken back may come late: what is known of the job since stands
			j.State, j.Printer, j.Reasons, j.Template = JobProcessing, e.Printer, nil, e.Template
		}
	})
}

func (c *ConfirmPrint) decide(s *State, _ Meta) ([]Event, *Refusal) {
	order, j, r := s.findJob(c.Job)
	if r != nil {
		return nil, r
	}
	if j.State != JobProcessing && j.State != JobUnknown {
		return nil, j.over()
	}
	return []Event{&LabelPrinted{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Unit: j.Unit, Doc: j.Doc, Copy: j.Copy}}, nil
}

func (e *LabelPrinted) apply(s *State) {
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		if !s.undid(e.Order, j) {
			j.State, j.Reasons = JobCompleted, nil
		}
	})
}

// undid says whether the parcel of a job was undone before it left: the job is canceled with it, and stays so, whichever of
// the two is heard first. A box that does not know yet what it lost may tell them the other way round.
func (s *State) undid(order OrderID, j *Job) bool {
	o := s.order(order)
	if o == nil || j.Unit == "" {
		return false
	}
	u := o.Unit(j.Unit)
	return u != nil && u.State == UnitVoid && u.Carrier == ""
}

func (c *FailPrint) decide(s *State, _ Meta) ([]Event, *Refusal) {
	order, j, r := s.findJob(c.Job)
	if r != nil {
		return nil, r
	}
	if c.State != JobHeld && c.State != JobUnknown {
		return nil, badField("state", "is "+strconv.Quote(string(c.State))+", but must be held or unknown")
	}
	if r := checkRange("reasons", len(c.Reasons), 1, 8); r != nil {
		return nil, r
	}
	for i, why := range c.Reasons {
		if i > 0 && c.Reasons[0] == Undrawable { // why, in words
			if r := checkText("reasons["+strconv.Itoa(i)+"]", why, 2*MaxArg); r != nil {
				return nil, r
			}
			continue
		}
		if r := check([2]string{"reasons[" + strconv.Itoa(i) + "]", why}); r != nil {
			return nil, r
		}
	}
	if !j.waiting() || c.State == JobUnknown && j.State != JobProcessing {
		return nil, j.over()
	}
	return []Event{&LabelFailed{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Unit: j.Unit, Doc: j.Doc, State: c.State, Reasons: c.Reasons}}, nil
}

// Undrawable is the reason of a job whose document cannot be drawn; the next one says why, in words.
const Undrawable = "document-unprintable"

// Plainly makes words for people of what a record can hold: printable, and short.
func Plainly(words string) string {
	return clip(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, words))
}

func (e *LabelFailed) apply(s *State) {
	if len(e.Reasons) > 1 && e.Reasons[0] == Undrawable {
		s.settle(undrawableCase, "job/"+string(e.Job))
		s.raise(undrawableCase, "job/"+string(e.Job), "doc", documentWords(e.Doc), "of", ofJob(e.Order, e.Manifest, e.Return), "why", e.Reasons[1])
	}
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		if j.State == JobUnknown && slices.Equal(e.Reasons, []string{putBackReason}) {
			return // why it came to that is known: the same whichever is heard first
		}
		if j.waiting() || j.State == JobUnknown && e.State == JobUnknown {
			j.State, j.Reasons = e.State, e.Reasons
			if e.State == JobUnknown {
				j.Tries = max(j.Tries, 1) // it may have been begun: what comes next is a copy
			}
		}
	})
}

// ofJob is the subject of what a print job does.
func ofJob(o OrderID, m ManifestID, r ReturnID) string {
	switch {
	case m != "":
		return "manifest/" + string(m)
	case r != "":
		return "return/" + string(r)
	}
	return "order/" + string(o)
}

// job changes a print job in place.
func (s *State) job(order OrderID, manifest ManifestID, back ReturnID, id JobID, change func(*Job)) {
	if back != "" {
		if r := s.Returns.change(s, back); r != nil {
			if j := r.job(id); j != nil {
				change(j)
			}
		}
		return
	}
	if manifest != "" {
		if at := s.Manifests.change(s, manifest); at != nil {
			if j := at.job(id); j != nil {
				change(j)
			}
		}
		return
	}
	if o := s.order(order); o != nil {
		if j := o.Job(id); j != nil {
			change(j)
		}
	}
}

// JobOf finds a print job, of an order, of a manifest or of a return, with the order it belongs to; false when there is
// none. The job is a copy that shares its reasons.
func (s *State) JobOf(id JobID) (Job, OrderID, bool) {
	order, j, no := s.findJob(id)
	if no != nil {
		return Job{}, "", false
	}
	return *j, order, true
}
