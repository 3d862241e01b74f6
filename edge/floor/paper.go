package floor

import (
	"strconv"
	"time"
)

// BeginPaper says that these orders are picked from paper: the handhelds are dark.
type BeginPaper struct {
	Orders []OrderID `json:"orders"`
	Paper  string    `json:"paper,omitempty"` // number on the paper; empty: the next of the site's own, P-20261121-1
}

// PaperBegun: the order is picked from paper. Nobody picks it on a handheld until the paper was entered.
type PaperBegun struct {
	Order OrderID `json:"order"`
	Paper string  `json:"paper"`
}

// EnterPicks enters what was written on paper: what happened, when, and who says so.
type EnterPicks struct {
	Order   OrderID     `json:"order"`
	Lines   []PaperLine `json:"lines,omitempty"`
	At      time.Time   `json:"at"`                // when it was picked, by the paper
	By      UserID      `json:"by"`                // who picked it
	Witness UserID      `json:"witness,omitempty"` // who saw it
	Paper   string      `json:"paper,omitempty"`   // empty: the order's own
	Finish  bool        `json:"finish,omitempty"`  // the pick is done
}

// PaperLine is one line of the paper: units taken from a bin, or short.
type PaperLine struct {
	Line   LineID `json:"line"`
	Qty    int    `json:"qty,omitempty"`
	Bin    BinID  `json:"bin,omitempty"`
	Short  int    `json:"short,omitempty"`
	Reason Reason `json:"reason,omitempty"`
	Goods
}

// PaperEntered: the paper of an order was entered. What it says follows in records of its own.
type PaperEntered struct {
	Order   OrderID   `json:"order"`
	Paper   string    `json:"paper"`
	At      time.Time `json:"at"`
	By      UserID    `json:"by"`
	Witness UserID    `json:"witness,omitempty"`

	Over []PaperOver `json:"over,omitempty"` // what it says to be short beyond what was open
}

// Limits on paper.
const (
	MaxPaperOrders = 200
	MaxPaperLines  = 100
)

// Kind names the command.
func (*BeginPaper) Kind() string { return "paper.begin" }
func (*EnterPicks) Kind() string { return "pick.enter" }

// Type and Subject name the event.
func (*PaperBegun) Type() string        { return "picket.paper.begun.v1" }
func (e *PaperBegun) Subject() string   { return "order/" + string(e.Order) }
func (*PaperEntered) Type() string      { return "picket.paper.entered.v1" }
func (e *PaperEntered) Subject() string { return "order/" + string(e.Order) }

func (e *PaperBegun) tell(Names) string { return "Picked from paper " + e.Paper + "." }
func (e *PaperEntered) doubt() bool     { return len(e.Over) > 0 }

func (e *PaperEntered) tell(n Names) string {
	words := "Paper " + e.Paper + " entered: picked by " + string(e.By) + " at " + e.At.UTC().Format("2006-01-02 15:04")
	if e.Witness != "" {
		words += ", witness " + string(e.Witness)
	}
	for i := range e.Over {
		words += "; " + e.Over[i].words(n(e.Over[i].SKU))
	}
	return words + "."
}

func (c *BeginPaper) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := checkRange("orders", len(c.Orders), 1, MaxPaperOrders); r != nil {
		return nil, r
	}
	paper := c.Paper
	if paper == "" {
		paper = s.nextPaper(paperNumber, m.Now)
	}
	if r := check([2]string{"paper", paper}); r != nil {
		return nil, r
	}
	var out []Event
	seen := make(map[OrderID]bool, len(c.Orders))
	for i, id := range c.Orders {
		o, r := s.find(id)
		if r != nil {
			return nil, r
		}
		switch {
		case seen[id]:
			return nil, badField("orders["+strconv.Itoa(i)+"]", "is "+string(id)+" for the second time")
		case o.Paper != "":
			return nil, Refuse(OnPaper, "order", string(id), "paper", o.Paper)
		case o.toPick() == 0:
			return nil, Refuse(NothingLeft, "what", s.orderSaid(id), "order", string(id))
		}
		if at := o.paper(paper); at >= 0 && len(o.Papers[at].Lines) > 0 {
			return nil, Refuse(PaperUsed, "order", string(id), "paper", paper)
		}
		seen[id] = true
		out = append(out, &PaperBegun{Order: id, Paper: paper})
	}
	return out, nil
}

func (e *PaperBegun) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Paper = e.Paper
		o.onPaper(e.Paper, "")
	}
	s.tookPaper(paperNumber, e.Paper)
}

func (c *EnterPicks) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	paper := c.Paper
	if paper == "" {
		paper = o.Paper
	}
	if paper == "" {
		return nil, Refuse(NotOnPaper, "order", string(o.ID))
	}
	if r := firstNo(c.check(s, o, m, paper), c.mayEnter(o, paper), s.unknownPerson(c.By), s.unknownPerson(c.Witness)); r != nil {
		return nil, r
	}
	entered := &PaperEntered{Order: o.ID, Paper: paper, At: c.At.UTC().Truncate(time.Millisecond), By: c.By, Witness: c.Witness, Over: c.over(o)}
	out := []Event{entered}
	if fresh, _ := o.choose(nil, func(l *Line) bool { return !l.Accepted && l.Wanted() > 0 }); len(fresh) > 0 {
		out = append(out, accepted(o.ID, fresh)...)
	}
	if !o.Started {
		out = append(out, &PickStarted{Order: o.ID, Picker: c.By})
	}
	left := make(map[LineID]int, len(o.Lines))
	for i := range o.Lines {
		left[o.Lines[i].ID] = o.Lines[i].ToPick()
	}
	open := o.toPick()
	for i := range c.Lines {
		p := &c.Lines[i]
		l := o.Line(p.Line)
		if p.Qty > 0 {
			e := s.fromPaper(m, o, l, p, paper)
			if p.Qty > left[l.ID] && e.Against == "" {
				e.Against = Surplus // it is written down as it was done, and somebody looks at it
			}
			out = append(out, e)
			n := min(left[l.ID], p.Qty)
			left[l.ID] -= n
			open -= n
		}
		// What was short is no more than what is still open: the rest was picked, or is no longer wanted. What the paper
		// says beyond that stands in the record of the paper (over).
		if n := min(p.Short, left[l.ID]); n > 0 {
			e := &PickShort{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: n, Reason: p.Reason, Bin: p.Bin, Paper: paper}
			if e.Bin == "" {
				e.Bin = s.SuggestFor(l, m.Now)
			}
			if p.Reason == NotInStock {
				// The book may have moved since: a count says what is there.
				e.Moved = 0
			} else {
				s.loss(e, &ReportShort{})
			}
			out = append(out, e)
			left[l.ID] -= n
			open -= n
		}
	}
	if c.Finish && open == 0 && !o.Finished {
		out = append(out, &PickFinished{Order: o.ID})
	}
	return out, nil
}

func (s *State) fromPaper(m Meta, o *Order, l *Line, p *PaperLine, paper string) *PickConfirmed {
	d := PickDetail{Goods: p.Goods, Paper: paper}
	bin := p.Bin
	if bin == "" {
		bin = s.SuggestFor(l, m.Now)
	}
	if no := s.fill(m, l, l.SKU, p.Qty, bin, &d.Goods); no != nil {
		d.Against = no.Code
	}
	return &PickConfirmed{Order: o.ID, Line: l.ID, SKU: l.SKU, Qty: p.Qty, Bin: bin, PickDetail: &d}
}

func (c *EnterPicks) check(s *State, o *Order, m Meta, paper string) *Refusal {
	if r := check([2]string{"paper", paper}, [2]string{"by", string(c.By)}); r != nil {
		return r
	}
	if r := checkText("witness", string(c.Witness), MaxID); r != nil {
		return r
	}
	switch {
	case c.At.IsZero():
		return badField("at", "is missing")
	case c.At.After(m.Now.Add(time.Minute)):
		return badField("at", "is in the future: "+c.At.UTC().Format(time.RFC3339))
	case c.At.Year() < 2000:
		return badField("at", "is too long ago: "+c.At.UTC().Format(time.RFC3339))
	case c.At.Before(o.Taken.Add(-time.Minute)) && !o.Taken.After(m.Now):
		// A watch is a minute slow. An order that seems to come from the future says that the box's clock fell back.
		return badField("at", "is before the order reached this site: "+c.At.UTC().Format(time.RFC3339)+", it came "+o.Taken.UTC().Format(time.RFC3339))
	}
	if r := checkRange("lines", len(c.Lines), 0, MaxPaperLines); r != nil {
		return r
	}
	for i := range c.Lines {
		p, at := &c.Lines[i], "lines["+strconv.Itoa(i)+"]."
		if o.Line(p.Line) == nil {
			return Refuse(UnknownLine, "order", string(o.ID), "line", clip(string(p.Line)))
		}
		for _, r := range []*Refusal{checkRange(at+"qty", p.Qty, 0, s.Policy.MaxScan), checkRange(at+"short", p.Short, 0, MaxQty), p.Goods.check(p.Qty)} {
			if r != nil {
				return r
			}
		}
		if p.Bin != "" && s.Bins[p.Bin] == nil {
			return Refuse(UnknownBin, "bin", clip(string(p.Bin)))
		}
		if p.Short > 0 {
			if r := oneOf(p.Reason, ShortReasons, "a short pick"); r != nil {
				return r
			}
		}
	}
	return nil
}

func (e *PaperEntered) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		if o.onPaper(e.Paper, ""); o.Paper == e.Paper { // it may be on another one by now
			o.Paper = ""
		}
	}
	for i := range e.Over {
		p := &e.Over[i]
		s.raiseAs(CaseID(string(s.rec.ID)+"/paper_over/"+string(p.Line)), "paper_over", e.Subject(), "order", string(e.Order), "paper", e.Paper, "says", p.says(), "item", s.name(p.SKU), "open", strconv.Itoa(p.Open))
	}
}
