package floor

import (
	"fmt"
	"strconv"
)

// AskAllotment asks the site to keep units of an item for the centre, besides those it keeps already.
type AskAllotment struct {
	SKU SKU `json:"sku"`
	Qty int `json:"qty"`
}

// AllotmentGranted: from here on so many units more are kept for the centre. It may be fewer than were asked for, and none.
type AllotmentGranted struct {
	SKU   SKU   `json:"sku"`
	Asked int   `json:"asked"`
	Qty   int   `json:"qty"`
	Left  int64 `json:"left"` // kept with them
}

// GiveAllotmentBack gives units back that are kept for the centre: so many, or all of them, or none (its no to a site that
// wanted some). What it has promised of them it has taken by orders before.
type GiveAllotmentBack struct {
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty,omitempty"`
	All  bool   `json:"all,omitempty"`
	Note string `json:"note,omitempty"`
}

// AllotmentGivenBack: so many units are kept no more.
type AllotmentGivenBack struct {
	SKU  SKU    `json:"sku"`
	Qty  int64  `json:"qty"`
	Left int64  `json:"left"` // still kept
	Note string `json:"note,omitempty"`
}

// WantAllotmentBack asks the centre for units back. It is a wish: they are kept until the centre gives them.
type WantAllotmentBack struct {
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	Note string `json:"note"`
}

// AllotmentWanted: the site would have units back that are kept for the centre.
type AllotmentWanted struct {
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	Note string `json:"note"`
}

// Kind names the command.
func (*AskAllotment) Kind() string { return "allotment.ask" }

// Kind names the command.
func (*GiveAllotmentBack) Kind() string { return "allotment.give_back" }

// Kind names the command.
func (*WantAllotmentBack) Kind() string { return "allotment.want_back" }

// Type and Subject name the event.
func (*AllotmentGranted) Type() string      { return "picket.allotment.granted.v1" }
func (e *AllotmentGranted) Subject() string { return "item/" + string(e.SKU) }
func (e *AllotmentGranted) tell(n Names) string {
	switch {
	case e.Qty == 0:
		return fmt.Sprintf("The centre wants %d × %s kept for it, and none is free.", e.Asked, n(e.SKU))
	case e.Qty < e.Asked:
		return fmt.Sprintf("%d × %s %s kept for the centre from now on, which wanted %d; %d in all.", e.Qty, n(e.SKU), of(e.Qty, "is", "are"), e.Asked, e.Left)
	}
	return fmt.Sprintf("%d × %s %s kept for the centre from now on; %d in all.", e.Qty, n(e.SKU), of(e.Qty, "is", "are"), e.Left)
}

// Type and Subject name the event.
func (*AllotmentGivenBack) Type() string      { return "picket.allotment.given_back.v1" }
func (e *AllotmentGivenBack) Subject() string { return "item/" + string(e.SKU) }
func (e *AllotmentGivenBack) tell(n Names) string {
	words := fmt.Sprintf("%d × %s need not be kept for the centre any more; %d still.", e.Qty, n(e.SKU), e.Left)
	if e.Qty == 0 {
		words = fmt.Sprintf("The centre gives nothing back of %s; %d still kept for it.", n(e.SKU), e.Left)
	}
	if e.Note != "" {
		words += " " + e.Note
	}
	return words
}

// Type and Subject name the event.
func (*AllotmentWanted) Type() string      { return "picket.allotment.wanted.v1" }
func (e *AllotmentWanted) Subject() string { return "item/" + string(e.SKU) }
func (e *AllotmentWanted) tell(n Names) string {
	return fmt.Sprintf("Asked the centre for %d × %s back that are kept for it: %s", e.Qty, n(e.SKU), e.Note)
}

func (c *AskAllotment) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(check([2]string{"sku", string(c.SKU)}), checkRange("qty", c.Qty, 1, MaxQty)); r != nil {
		return nil, r
	}
	if s.Items[c.SKU] == nil {
		return nil, Refuse(UnknownItem, "sku", string(c.SKU))
	}
	if r := s.recovering(); r != nil { // what it does not know of may be sold, or kept already
		return nil, r
	}
	free := s.PromiseOf(c.SKU).Available
	if !on(RuleFree) {
		free = int64(c.Qty)
	}
	n := min(int64(c.Qty), free)
	return []Event{&AllotmentGranted{SKU: c.SKU, Asked: c.Qty, Qty: int(n), Left: s.Kept(c.SKU) + n}}, nil
}

func (e *AllotmentGranted) apply(s *State) { s.allotment(e.SKU).Granted += int64(e.Qty) }

func (c *GiveAllotmentBack) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(check([2]string{"sku", string(c.SKU)}), checkRange("qty", c.Qty, 0, MaxQty), checkText("note", c.Note, MaxText)); r != nil {
		return nil, r
	}
	if c.All && c.Qty > 0 {
		return nil, badField("qty", "is "+strconv.Itoa(c.Qty)+", but all is said too")
	}
	left := s.Kept(c.SKU)
	n := left
	if !c.All {
		n = min(n, int64(c.Qty))
	}
	return []Event{&AllotmentGivenBack{SKU: c.SKU, Qty: n, Left: left - n, Note: c.Note}}, nil
}

func (e *AllotmentGivenBack) apply(s *State) {
	a := s.allotment(e.SKU)
	a.Back += e.Qty
	a.Wanted = 0
}

func (c *WantAllotmentBack) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(check([2]string{"sku", string(c.SKU)}), checkRange("qty", c.Qty, 1, MaxQty), checkNote("note", c.Note)); r != nil {
		return nil, r
	}
	switch left := s.Kept(c.SKU); {
	case left == 0:
		return nil, Refuse(NothingLeft, "what", "the "+s.name(c.SKU)+" kept for the centre")
	case int64(c.Qty) > left:
		return nil, Refuse(TooMany, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.FormatInt(left, 10))
	}
	return []Event{&AllotmentWanted{SKU: c.SKU, Qty: c.Qty, Note: c.Note}}, nil
}

func (e *AllotmentWanted) apply(s *State) { s.allotment(e.SKU).Wanted = int64(e.Qty) }
