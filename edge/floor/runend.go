package floor

import "strconv"

// ReleaseRun gives a run up.
type ReleaseRun struct {
	Run RunID `json:"run"`
}

// RunReleased: nobody walks the run any more.
type RunReleased struct {
	Run RunID  `json:"run"`
	Who UserID `json:"who,omitempty"`
}

// FinishRun says that the walk is over.
type FinishRun struct {
	Run RunID `json:"run"`
}

// RunFinished: the walk is over. A mixed run stays until its goods are sorted.
type RunFinished struct {
	Run     RunID `json:"run"`
	Sorting bool  `json:"sorting,omitempty"`
}

// ReleasePick gives up the pick of one order.
type ReleasePick struct {
	Order OrderID `json:"order"`
}

// PickReleased: nobody picks the order now. What is picked stays picked.
type PickReleased struct {
	Order OrderID `json:"order"`
	Run   RunID   `json:"run,omitempty"`
}

// Kind names the command.
func (*ReleaseRun) Kind() string  { return "run.release" }
func (*FinishRun) Kind() string   { return "run.finish" }
func (*ReleasePick) Kind() string { return "pick.release" }

// Type and Subject name the event.
func (*RunReleased) Type() string       { return "picket.local.run.released.v1" }
func (e *RunReleased) Subject() string  { return "run/" + string(e.Run) }
func (*RunFinished) Type() string       { return "picket.local.run.finished.v1" }
func (e *RunFinished) Subject() string  { return "run/" + string(e.Run) }
func (*PickReleased) Type() string      { return "picket.pick.released.v1" }
func (e *PickReleased) Subject() string { return "order/" + string(e.Order) }

func (*RunReleased) tell(Names) string { return "The run was given up." }
func (e *RunFinished) tell(Names) string {
	if e.Sorting {
		return "The walk is over; its goods are to be sorted."
	}
	return "The run is finished."
}
func (*PickReleased) tell(Names) string { return "The pick was given up; anybody may go on with it." }

func (c *ReleaseRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no == nil {
		no = r.mine(m.Actor)
	}
	if no != nil {
		return nil, no
	}
	if n := s.unsorted(r.ID); n > 0 {
		return nil, Refuse(RunNotEmpty, "run", string(r.ID), "qty", strconv.FormatInt(n, 10))
	}
	out := []Event{&RunReleased{Run: r.ID, Who: m.Actor}}
	for _, id := range r.Orders {
		if o := s.Orders[id]; o != nil && o.Started && o.Run == r.ID && o.toPick() > 0 && !s.zoned(r, id) {
			out = append(out, &PickReleased{Order: id, Run: r.ID})
		}
	}
	return out, nil
}

// zoned says whether another run has a part of the order.
func (s *State) zoned(r *Run, id OrderID) bool {
	for _, x := range s.Runs.All() {
		if x.ID != r.ID && x.has(id) {
			return true
		}
	}
	return false
}

// unsorted is how many units a mixed run still has.
func (s *State) unsorted(id RunID) int64 {
	n := int64(0)
	if p := s.Places[InRun(id)]; p != nil {
		for _, q := range p.Qty {
			n += max(q, -q)
		}
	}
	return n
}

func (e *RunReleased) apply(s *State) { s.Runs.drop(e.Run) }

func (c *FinishRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no == nil {
		no = r.mine(m.Actor)
	}
	if no != nil {
		return nil, no
	}
	if r.Picked {
		return nil, Refuse(AlreadySorting, "run", string(r.ID))
	}
	left := 0
	for i := range r.Stops {
		left += s.left(r, i)
	}
	if left > 0 {
		return nil, Refuse(StopsOpen, "run", string(r.ID), "left", strconv.Itoa(left))
	}
	out := []Event{&RunFinished{Run: r.ID, Sorting: s.held(r.ID)}}
	for _, id := range r.Orders {
		switch o := s.Orders[id]; {
		case o == nil || !o.Started || o.Finished:
		case o.toPick() == 0:
			out = append(out, &PickFinished{Order: id})
		case r.Kind == RunZone && !s.zoned(r, id): // the other zones of it are for whoever walks there
			out = append(out, &PickReleased{Order: id, Run: r.ID})
		}
	}
	return out, nil
}

func (e *RunFinished) apply(s *State) {
	if !e.Sorting {
		s.Runs.drop(e.Run)
		return
	}
	if r := s.Runs.change(s, e.Run); r != nil {
		r.Picked = true
	}
}

// over is the end of a mixed run when its last unit leaves it: qty of one item, the rest being gone.
func (s *State) over(r *Run, sku SKU, qty int) []Event {
	p := s.Places[InRun(r.ID)]
	if !r.Picked || p == nil || len(p.Qty) != 1 || p.Qty[sku] != int64(qty) {
		return nil
	}
	return []Event{&RunFinished{Run: r.ID}}
}

func (c *ReleasePick) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, no := s.find(c.Order)
	if no != nil {
		return nil, no
	}
	run := s.runOf("", o)
	switch {
	case !o.Started:
		return nil, Refuse(NotStarted, "order", string(o.ID))
	case run != nil:
		return nil, Refuse(InRunAlready, "order", string(o.ID), "run", string(run.ID))
	case m.Actor != "" && o.Picker != m.Actor:
		return nil, Refuse(TakenByOther, "order", string(o.ID), "who", string(o.Picker))
	case o.toPick() == 0:
		return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
	}
	return []Event{&PickReleased{Order: o.ID}}, nil
}

func (e *PickReleased) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Started, o.Picker, o.Run = false, "", ""
	}
}
