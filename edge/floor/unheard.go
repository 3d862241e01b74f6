package floor

import "strings"

// What a box that was put back or took another's place refuses, though it was given before: what was told as saved does not
// vanish without a word, and paper it may have led to is counted. For paper it is enough that it may have been given to a box
// that is lost: that one may have printed, and told nobody.

// LeaveRefused is what a refused command leaves behind. said: its caller was told before that it is saved. given: it may
// have been given before this box began its newest log, and was not told that it is refused.
func LeaveRefused(c Command, no *Refusal, said, given bool) *CommandRefused {
	e := &CommandRefused{Kind: c.Kind(), Code: no.Code, Args: no.Args, Said: said}
	if said || given {
		e.Paper = paperOf(c)
	}
	return e
}

// paperOf is the subject of what a command prints, if the rules of the house have it printed; "" for one that prints nothing. A
// tag of goods that came back is no original: each unit has its own.
func paperOf(c Command) string {
	switch c := c.(type) {
	case *CloseUnit:
		return ofUnit(c.Unit)
	case *RequestLabel:
		if c.Order == "" {
			return ofUnit(c.Unit)
		}
		return ofJob(c.Order, "", "")
	case *StageGoods:
		return ofJob(c.Order, "", "")
	case *CloseManifest:
		return ofJob("", c.Manifest, "")
	case *PrintManifest:
		return ofJob("", c.Manifest, "")
	case *CloseReturn:
		return ofJob("", "", c.Return)
	case *PrintReturn:
		if c.Doc != DocHangTag {
			return ofJob("", "", c.Return)
		}
	}
	return ""
}

func ofUnit(id UnitID) string { return "unit/" + string(id) }

// paper is the subject of what may be on paper for the command. Earlier versions named the order alone, or the parcel among
// what the refusal says.
func (e *CommandRefused) paper() string {
	switch {
	case e.Paper != "" || !e.Said:
		return e.Paper
	case e.Held != "":
		return ofJob(e.Held, "", "")
	case e.Args["unit"] != "":
		return ofUnit(UnitID(e.Args["unit"]))
	}
	return ""
}

// It used up a number and changed nothing. What a person was told is saved does not vanish without a word.
func (e *CommandRefused) apply(s *State) {
	args := []string{"kind", e.Kind, "why", (&Refusal{Code: e.Code, Args: e.Args}).Words()}
	switch of, id, _ := strings.Cut(e.paper(), "/"); of {
	case "unit":
		if o := s.order(s.Units[UnitID(id)]); o != nil && o.Unit(UnitID(id)) != nil {
			o.Unit(UnitID(id)).mayBeOut(e.Kind)
		} else {
			args = append(args, "unit", id) // it may be said again yet
		}
	case "order":
		args = append(args, "order", id)
		if o := s.order(OrderID(id)); o != nil {
			o.Unheard++
		}
	case "manifest":
		if at := s.Manifests.change(s, ManifestID(id)); at != nil {
			at.Unheard++
		}
	case "return":
		if r := s.Returns.change(s, ReturnID(id)); r != nil {
			r.Unheard++
		}
	}
	if e.Said {
		s.raise(saidSaved, "site", args...)
	}
}

// saidSaved is the case of what was told as saved and cannot be taken any more.
const saidSaved = "said_saved"

// mayBeOut notes that the label of an order's shelf may be on paper: the order was here in a time of which the box does not know all.
func (o *Order) mayBeOut() {
	if o.Flow == FlowPickup {
		o.Unheard++
	}
}

// mayBeOut notes what a box that is lost may have printed of a parcel for a command that is refused here.
func (u *Unit) mayBeOut(kind string) {
	switch kind {
	case (*CloseUnit)(nil).Kind():
		u.Out = true
	case (*RequestLabel)(nil).Kind():
		u.Unheard++
	}
}

// copyBehind is the number of the next print behind those that are known: so many were asked for, the highest says most.
// unheard are prints of which nobody here knows more than that they may be out; first says that the first may be among them.
func copyBehind(asked, most int, first bool, unheard int) int {
	if first {
		asked = max(asked, 1)
	}
	if first || unheard > 0 {
		most = max(most, asked+unheard)
	}
	return most + 1
}

// heldOf notes it of an order that was not known when it was refused, and comes again now.
func (s *State) heldOf(o *Order) {
	for _, id := range s.cased[caseKey{saidSaved, "site"}] {
		if s.Cases.Get(id).Args["order"] == string(o.ID) {
			o.Unheard++
		}
	}
}

// saidOf notes it of a parcel that was not known when it was refused, and is opened again now under its number.
func (s *State) saidOf(u *Unit) {
	for _, id := range s.cased[caseKey{saidSaved, "site"}] {
		if c := s.Cases.Get(id); c.Args["unit"] == string(u.ID) {
			u.mayBeOut(c.Args["kind"])
		}
	}
}
