package floor

import "strconv"

// StartPrint says that a job's bytes are about to go to a printer. It is journalled BEFORE the first byte
// leaves, so that after a crash nobody takes a label that may have come out for one that did not.
type StartPrint struct {
	Job     JobID     `json:"job"`
	Printer PrinterID `json:"printer"`
}

// PrintStarted: from here on the job may be on paper.
type PrintStarted struct {
	Order   OrderID   `json:"order"`
	Job     JobID     `json:"job"`
	Printer PrinterID `json:"printer"`

	Manifest ManifestID `json:"manifest,omitempty"`
	Return   ReturnID   `json:"return,omitempty"`
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
	if j.State != JobPending && j.State != JobHeld {
		return nil, j.over()
	}
	return []Event{&PrintStarted{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Printer: c.Printer}}, nil
}

func (j *Job) over() *Refusal { return Refuse(JobOver, "job", string(j.ID), "state", string(j.State)) }

func (e *PrintStarted) apply(s *State) {
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) {
		j.State, j.Printer, j.Reasons = JobProcessing, e.Printer, nil
		j.Tries++
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
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) { j.State, j.Reasons = JobCompleted, nil })
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
		if r := check([2]string{"reasons[" + strconv.Itoa(i) + "]", why}); r != nil {
			return nil, r
		}
	}
	if !j.waiting() || c.State == JobUnknown && j.State != JobProcessing {
		return nil, j.over()
	}
	return []Event{&LabelFailed{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Unit: j.Unit, Doc: j.Doc, State: c.State, Reasons: c.Reasons}}, nil
}

func (e *LabelFailed) apply(s *State) {
	s.job(e.Order, e.Manifest, e.Return, e.Job, func(j *Job) { j.State, j.Reasons = e.State, e.Reasons })
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
