package floor

import (
	"slices"
	"strconv"
	"strings"
)

// ReceiveTransfer brings what the other site says it has of a parcel. It comes from the centre.
type ReceiveTransfer struct {
	Unit  UnitID   `json:"unit"`
	Lines []SKUQty `json:"lines"`
}

// SKUQty is a quantity of an item.
type SKUQty struct {
	SKU SKU `json:"sku"`
	Qty int `json:"qty"`
}

// TransferReceived: the other site has this much of the parcel. What it says beyond what was sent stands in
// Over, and is nobody's yet.
type TransferReceived struct {
	Order OrderID   `json:"order"`
	Unit  UnitID    `json:"unit"`
	Lines []Content `json:"lines"` // Qty is what was still on its way, Got what is there
	Over  []SKUQty  `json:"over,omitempty"`
}

// SettleTransfer says what became of goods that are still on their way by the books, once both sites agree.
type SettleTransfer struct {
	Unit UnitID `json:"unit"`
	Line LineID `json:"line"`
	Qty  int    `json:"qty"`
	As   string `json:"as"` // arrived, or lost
	Note string `json:"note"`
}

// TransferSettled: these goods are at the other site after all, or lost.
type TransferSettled struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	As    string  `json:"as"`
	Note  string  `json:"note"`
}

// Kind names the command.
func (*ReceiveTransfer) Kind() string { return "transfer.received" }

// Kind names the command.
func (*SettleTransfer) Kind() string { return "transfer.settle" }

// Type and Subject name the event.
func (*TransferReceived) Type() string      { return "picket.transfer.received.v1" }
func (e *TransferReceived) Subject() string { return "order/" + string(e.Order) }
func (e *TransferReceived) doubt() bool     { return e.differs() }

// Type and Subject name the event.
func (*TransferSettled) Type() string      { return "picket.transfer.settled.v1" }
func (e *TransferSettled) Subject() string { return "order/" + string(e.Order) }

func (e *TransferReceived) differs() bool {
	for _, l := range e.Lines {
		if l.Got != l.Qty {
			return true
		}
	}
	return len(e.Over) > 0
}

func (e *TransferReceived) tell(n Names) string {
	words := "The other site has parcel " + tail(e.Unit)
	for _, l := range e.Lines {
		if l.Got != l.Qty {
			words += ", " + strconv.Itoa(l.Got) + " of " + strconv.Itoa(l.Qty) + " × " + n(l.SKU)
		}
	}
	for _, o := range e.Over {
		words += ", " + strconv.Itoa(o.Qty) + " × " + n(o.SKU) + " too many"
	}
	return words + "."
}

func (e *TransferSettled) tell(n Names) string {
	what := "lost on the way"
	if e.As == "arrived" {
		what = "at the other site after all"
	}
	return strconv.Itoa(e.Qty) + " × " + n(e.SKU) + " of parcel " + tail(e.Unit) + ": " + what + " (" + e.Note + ")."
}

func (c *ReceiveTransfer) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxLines); r != nil {
		return nil, r
	}
	var skus []SKU
	came := map[SKU]int{}
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]."
		if r := firstNo(check([2]string{at + "sku", string(l.SKU)}), checkRange(at+"qty", l.Qty, 0, MaxQty)); r != nil {
			return nil, r
		}
		if _, again := came[l.SKU]; !again {
			skus = append(skus, l.SKU)
		}
		came[l.SKU] += l.Qty
	}
	switch {
	case o.Flow != FlowTransfer:
		return nil, Refuse(NoTransfer, "order", string(o.ID))
	case u.State == UnitVoid || u.State == UnitBack || u.Received:
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	}
	var out []Event
	if u.State != UnitDeparted { // it is there, so it left
		out = s.leave(o, u, o.Carrier, "", true, m.Now)
	}
	e := &TransferReceived{Order: o.ID, Unit: u.ID, Lines: []Content{}}
	for _, x := range u.Contents {
		x.Qty -= x.Got
		x.Got = min(x.Qty, came[x.SKU])
		came[x.SKU] -= x.Got
		e.Lines = append(e.Lines, x)
	}
	for _, sku := range skus {
		if came[sku] > 0 {
			e.Over = append(e.Over, SKUQty{SKU: sku, Qty: came[sku]})
		}
	}
	return append(out, e), nil
}

func (e *TransferReceived) apply(s *State) {
	u := s.unit(e.Order, e.Unit)
	if u == nil || u.State != UnitDeparted {
		return
	}
	for _, l := range e.Lines {
		u.got(l.Line, l.Got)
		s.move(Move{SKU: l.SKU, Qty: l.Got, From: InTransitTo(e.Unit), To: Transferred})
	}
	u.whole()
	if e.differs() {
		over := ""
		for i, o := range e.Over {
			if i > 0 {
				over += ", "
			}
			over += strconv.Itoa(o.Qty) + " × " + s.name(o.SKU)
		}
		s.raise("sent_differs", e.Subject(), "unit", string(e.Unit), "words", e.tell(s.name), "over", over)
	}
}

// got books what the other site has of a line.
func (u *Unit) got(line LineID, qty int) {
	for i := range u.Contents {
		if u.Contents[i].Line == line {
			u.Contents[i].Got += qty
		}
	}
}

// whole notes that nothing of the parcel is on its way any more.
func (u *Unit) whole() {
	u.Received = true
	for _, c := range u.Contents {
		u.Received = u.Received && c.Got >= c.Qty
	}
}

func (c *SettleTransfer) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := firstNo(checkRange("qty", c.Qty, 1, MaxQty), oneWord("as", c.As, "arrived", "lost"), checkNote("note", c.Note)); r != nil {
		return nil, r
	}
	if o.Flow != FlowTransfer {
		return nil, Refuse(NoTransfer, "order", string(o.ID))
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	left := 0
	for _, x := range u.Contents {
		if x.Line == c.Line && u.State == UnitDeparted {
			left = x.Qty - x.Got
		}
	}
	if c.Qty > left {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
	}
	return []Event{&TransferSettled{Order: o.ID, Unit: u.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty, As: c.As, Note: c.Note}}, nil
}

func (e *TransferSettled) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	u := o.Unit(e.Unit)
	if u == nil || u.State != UnitDeparted {
		return
	}
	if e.As == "arrived" {
		u.got(e.Line, e.Qty)
		s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTransitTo(e.Unit), To: Transferred})
	} else {
		u.add(e.Line, e.SKU, -e.Qty)
		if l := o.Line(e.Line); l != nil {
			gone := min(e.Qty, l.Wanted())
			if l.Picked -= e.Qty; gone > 0 {
				l.cancel(NoStock, gone)
			}
		}
		s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTransitTo(e.Unit), To: Missing})
	}
	u.whole()
	s.settledOf(u, e.Subject())
}

// settledOf says on the desk what is still open of a parcel; the case goes when nothing is. What came over can be
// settled by a person alone: no book has it.
func (s *State) settledOf(u *Unit, subject string) {
	for _, id := range slices.Clone(s.cased[caseKey{"sent_differs", subject}]) {
		k := s.Cases.Get(id).clone()
		if k.Args["unit"] != string(u.ID) {
			continue
		}
		var open []string
		for _, x := range u.Contents {
			if n := x.Qty - x.Got; n > 0 {
				open = append(open, strconv.Itoa(n)+" × "+s.name(x.SKU)+" on its way by the book")
			}
		}
		if over := k.Args["over"]; over != "" {
			open = append(open, over+" too many")
		}
		if len(open) == 0 {
			s.dropCase(id)
			continue
		}
		k.Args["words"] = clip("Of parcel " + tail(u.ID) + " is still open: " + strings.Join(open, ", ") + ".")
		s.putCase(k)
	}
}

// arrived is how many of a line the other site has of a parcel.
func (u *Unit) arrived(id LineID) int {
	for i := range u.Contents {
		if u.Contents[i].Line == id {
			return u.Contents[i].Got
		}
	}
	return 0
}
