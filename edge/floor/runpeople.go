package floor

import "slices"

// JoinRun lets one more person walk a run.
type JoinRun struct {
	Run  RunID  `json:"run"`
	Zone string `json:"zone,omitempty"` // the stops of this zone are this person's
}

// RunJoined: one more person walks the run.
type RunJoined struct {
	Run   RunID  `json:"run"`
	Who   UserID `json:"who"`
	Stops []int  `json:"stops,omitempty"` // claimed with it, by their number
}

// LeaveRun lets a person go; the others go on.
type LeaveRun struct {
	Run RunID `json:"run"`
}

// RunLeft: a person no longer walks the run; his stops are anybody's.
type RunLeft struct {
	Run RunID  `json:"run"`
	Who UserID `json:"who"`
}

// TakeOverRun puts one person in another's place.
type TakeOverRun struct {
	Run  RunID  `json:"run"`
	From UserID `json:"from"`
}

// RunTakenOver: what From had claimed is By's; From's wishes are refused from here on.
type RunTakenOver struct {
	Run  RunID  `json:"run"`
	From UserID `json:"from"`
	By   UserID `json:"by"`
}

// SkipStop puts a stop off.
type SkipStop struct {
	Run RunID `json:"run"`
	Bin BinID `json:"bin"`
	SKU SKU   `json:"sku"`
}

// StopSkipped: the stop comes back at the end.
type StopSkipped struct {
	Run RunID  `json:"run"`
	Bin BinID  `json:"bin"`
	SKU SKU    `json:"sku"`
	Who UserID `json:"who,omitempty"`
}

// Kind names the command.
func (*JoinRun) Kind() string     { return "run.join" }
func (*LeaveRun) Kind() string    { return "run.leave" }
func (*TakeOverRun) Kind() string { return "run.take_over" }
func (*SkipStop) Kind() string    { return "run.skip" }

// Type and Subject name the event.
func (*RunJoined) Type() string         { return "picket.local.run.joined.v1" }
func (e *RunJoined) Subject() string    { return "run/" + string(e.Run) }
func (*RunLeft) Type() string           { return "picket.local.run.left.v1" }
func (e *RunLeft) Subject() string      { return "run/" + string(e.Run) }
func (*RunTakenOver) Type() string      { return "picket.local.run.taken_over.v1" }
func (e *RunTakenOver) Subject() string { return "run/" + string(e.Run) }
func (*StopSkipped) Type() string       { return "picket.local.run.skipped.v1" }
func (e *StopSkipped) Subject() string  { return "run/" + string(e.Run) }

func (e *RunJoined) tell(Names) string {
	if len(e.Stops) > 0 {
		return string(e.Who) + " joined the run and takes " + plural(len(e.Stops), "stop") + "."
	}
	return string(e.Who) + " joined the run."
}
func (e *RunLeft) tell(Names) string { return string(e.Who) + " left the run." }
func (e *RunTakenOver) tell(Names) string {
	return string(e.By) + " took the run over from " + string(e.From) + "."
}
func (e *StopSkipped) tell(n Names) string {
	return "Put off: " + n(e.SKU) + " at " + string(e.Bin) + " comes at the end."
}

// findRun looks a run up.
func (s *State) findRun(id RunID) (*Run, *Refusal) {
	if r := s.Runs.Get(id); r != nil {
		return r, nil
	}
	return nil, Refuse(UnknownRun, "run", string(id))
}

// mine refuses a run to somebody who does not walk it. The box may do what it must.
func (r *Run) mine(who UserID) *Refusal {
	if who == "" || slices.Contains(r.Pickers, who) {
		return nil
	}
	return Refuse(NotYourRun, "run", string(r.ID), "who", string(r.Pickers[0]))
}

func (c *JoinRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	if no := checkText("zone", c.Zone, MaxID); no != nil {
		return nil, no
	}
	switch {
	case m.Actor == "":
		return nil, Refuse(NotSignedIn)
	case slices.Contains(r.Pickers, m.Actor):
		return nil, Refuse(AlreadyInRun, "run", string(r.ID))
	case len(r.Pickers) >= MaxRunOrders:
		return nil, badField("run", "has as many people as it can")
	}
	e := &RunJoined{Run: r.ID, Who: m.Actor}
	for i := range r.Stops {
		p := &r.Stops[i]
		if b := s.Bins[p.Bin]; c.Zone != "" && b != nil && b.Zone == c.Zone && p.By == "" {
			e.Stops = append(e.Stops, i)
		}
	}
	return []Event{e}, nil
}

func (e *RunJoined) apply(s *State) {
	r := s.Runs.change(s, e.Run)
	if r == nil {
		return
	}
	r.Pickers = append(slices.Clip(r.Pickers), e.Who)
	for _, i := range e.Stops {
		r.count(i, 0, 0, e.Who)
	}
}

func (c *LeaveRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no == nil && (m.Actor == "" || !slices.Contains(r.Pickers, m.Actor)) {
		no = Refuse(NotYourRun, "run", string(r.ID), "who", string(r.Pickers[0]))
	}
	if no == nil && len(r.Pickers) == 1 {
		no = Refuse(LastInRun, "run", string(r.ID))
	}
	if no != nil {
		return nil, no
	}
	out := []Event{&RunLeft{Run: r.ID, Who: m.Actor}}
	next := r.Pickers[0]
	if next == m.Actor {
		next = r.Pickers[1]
	}
	return s.handOn(out, r, m.Actor, next), nil
}

// handOn gives the orders of a run that were one person's to another.
func (s *State) handOn(out []Event, r *Run, from, to UserID) []Event {
	for _, id := range r.Orders {
		if o := s.Orders[id]; o != nil && o.Picker == from && o.Run == r.ID && o.toPick() > 0 {
			out = append(out, &PickStarted{Order: id, Picker: to, Run: r.ID})
		}
	}
	return out
}

func (e *RunLeft) apply(s *State) {
	r := s.Runs.change(s, e.Run)
	if r == nil {
		return
	}
	r.Pickers = slices.DeleteFunc(slices.Clone(r.Pickers), func(u UserID) bool { return u == e.Who })
	r.pass(e.Who, "")
}

// pass gives one person's open stops to another, or to anybody.
func (r *Run) pass(from, to UserID) {
	for i := range r.Stops {
		if p := &r.Stops[i]; p.By == from && p.Left() > 0 {
			p.By = to
		}
	}
}

func (c *TakeOverRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	switch {
	case m.Actor == "":
		return nil, Refuse(NotSignedIn)
	case !slices.Contains(r.Pickers, c.From):
		return nil, Refuse(NotInRun, "run", string(r.ID), "what", "picker "+string(c.From))
	case c.From == m.Actor:
		return nil, Refuse(AlreadyInRun, "run", string(r.ID))
	}
	return s.handOn([]Event{&RunTakenOver{Run: r.ID, From: c.From, By: m.Actor}}, r, c.From, m.Actor), nil
}

func (e *RunTakenOver) apply(s *State) {
	r := s.Runs.change(s, e.Run)
	if r == nil {
		return
	}
	var out []UserID
	for _, u := range r.Pickers {
		if u == e.From {
			u = e.By
		}
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	r.Pickers = out
	r.pass(e.From, e.By)
}

func (c *SkipStop) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	mine := false
	has := false
	for i := range r.Stops {
		if p := &r.Stops[i]; p.Bin == c.Bin && p.SKU == c.SKU {
			has = true
			mine = mine || s.left(r, i) > 0
		}
	}
	if c.Bin == "" {
		return nil, badField("bin", "is missing")
	}
	if c.SKU == "" {
		return nil, badField("sku", "is missing")
	}
	what := s.name(c.SKU) + " at " + string(c.Bin)
	switch {
	case !has:
		return nil, Refuse(NotInRun, "run", string(r.ID), "what", what)
	case !mine:
		return nil, Refuse(NothingLeft, "what", what)
	}
	if no := r.walks(m.Actor, r.Orders[0], r.stop(c.Bin, c.SKU, "", "")); no != nil {
		return nil, no
	}
	return []Event{&StopSkipped{Run: r.ID, Bin: c.Bin, SKU: c.SKU, Who: m.Actor}}, nil
}

func (e *StopSkipped) apply(s *State) {
	r := s.Runs.change(s, e.Run)
	if r == nil {
		return
	}
	r.Skips++
	for i := range r.Stops {
		if p := &r.Stops[i]; p.Bin == e.Bin && p.SKU == e.SKU {
			p.Skip = r.Skips
		}
	}
}
