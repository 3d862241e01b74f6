package floor

import "strconv"

// DisposeReturn says where goods go that were brought back.
type DisposeReturn struct {
	Return      ReturnID `json:"return"`
	No          int      `json:"no"`            // line of the return
	Qty         int      `json:"qty,omitempty"` // 0: all of it that has no place yet
	Disposition string   `json:"disposition"`   // bin, quarantine, repair, vendor, destroy
	Bin         BinID    `json:"bin,omitempty"` // of disposition bin
}

// ReturnDisposed: goods that were brought back have their place.
type ReturnDisposed struct {
	Return      ReturnID `json:"return"`
	No          int      `json:"no"`
	SKU         SKU      `json:"sku"`
	Qty         int      `json:"qty"`
	Lot         string   `json:"lot,omitempty"`
	Disposition string   `json:"disposition"`
	Bin         BinID    `json:"bin,omitempty"`
}

// Wish is what a customer wants instead of what they brought back.
type Wish struct {
	SKU SKU `json:"sku"`
	Qty int `json:"qty"`
}

// CloseReturn ends the taking in. What the customer gets for it is the centre's to do.
type CloseReturn struct {
	Return ReturnID `json:"return"`
	Wants  string   `json:"wants"`          // refund, exchange, credit, none
	Wish   []Wish   `json:"wish,omitempty"` // exchange: for what
}

// ReturnClosed: this came, this is what the customer wants for it, and this is what it was worth.
type ReturnClosed struct {
	Return  ReturnID     `json:"return"`
	Number  string       `json:"number"`
	RMA     string       `json:"rma,omitempty"`
	Order   OrderID      `json:"order,omitempty"`
	Receipt string       `json:"receipt,omitempty"`
	Blind   bool         `json:"blind,omitempty"`
	Wants   string       `json:"wants"`
	Wish    []Wish       `json:"wish,omitempty"`
	Lines   []ReturnLine `json:"lines"`
	Total   *Money       `json:"total,omitempty"` // absent when the price of some of it is not known
}

// CancelReturn gives the goods back to the customer.
type CancelReturn struct {
	Return ReturnID `json:"return"`
	Why    string   `json:"why"`
}

// ReturnCancelled: the customer took their goods home again.
type ReturnCancelled struct {
	Return ReturnID     `json:"return"`
	Order  OrderID      `json:"order,omitempty"`
	Lines  []ReturnLine `json:"lines,omitempty"`
	Why    string       `json:"why"`
}

// RefundDone says that the customer has their money, or what they wanted instead.
type RefundDone struct {
	Return ReturnID `json:"return"`
	Amount *Money   `json:"amount,omitempty"`
	Ref    string   `json:"ref,omitempty"` // of the payment, or of the new order
}

// ReturnRefunded: the customer has what they wanted for it.
type ReturnRefunded struct{ RefundDone }

// Kind names the command.
func (*DisposeReturn) Kind() string { return "return.dispose" }

// Kind names the command.
func (*CloseReturn) Kind() string { return "return.close" }

// Kind names the command.
func (*CancelReturn) Kind() string { return "return.cancel" }

// Kind names the command.
func (*RefundDone) Kind() string { return "return.refunded" }

// Type and Subject name the event.
func (*ReturnDisposed) Type() string      { return "picket.return.disposed.v1" }
func (e *ReturnDisposed) Subject() string { return "return/" + string(e.Return) }
func (e *ReturnDisposed) tell(n Names) string {
	to := map[string]string{"bin": of(e.Qty, "goes", "go") + " to bin " + string(e.Bin), "destroy": of(e.Qty, "is", "are") + " destroyed", "vendor": of(e.Qty, "goes", "go") + " back to the vendor"}[e.Disposition]
	if to == "" {
		to = of(e.Qty, "goes", "go") + " to " + e.Disposition
	}
	return strconv.Itoa(e.Qty) + " × " + n(e.SKU) + ", brought back, " + to + "."
}

// Type and Subject name the event.
func (*ReturnClosed) Type() string      { return "picket.return.closed.v1" }
func (e *ReturnClosed) Subject() string { return "return/" + string(e.Return) }
func (e *ReturnClosed) tell(n Names) string {
	words := "Return " + e.Number + " closed, the customer wants: " + e.Wants
	for i, w := range e.Wish {
		if i > 0 {
			words += ","
		}
		words += " " + strconv.Itoa(w.Qty) + " × " + n(w.SKU)
	}
	if e.Total != nil {
		words += "; it was worth " + e.Total.String()
	}
	return words + "."
}

// Type and Subject name the event.
func (*ReturnCancelled) Type() string        { return "picket.return.cancelled.v1" }
func (e *ReturnCancelled) Subject() string   { return ofReturn(e.Order, e.Return) }
func (e *ReturnCancelled) tell(Names) string { return "The goods go home again: " + e.Why + "." }

// Type and Subject name the event.
func (*ReturnRefunded) Type() string      { return "picket.return.refunded.v1" }
func (e *ReturnRefunded) Subject() string { return "return/" + string(e.Return) }
func (e *ReturnRefunded) tell(Names) string {
	if e.Amount == nil {
		return "The customer has what they wanted for it."
	}
	return "The customer has " + e.Amount.String() + " for it."
}

// disposed is the place goods go to by a disposition.
func disposed(disposition string, bin BinID) PlaceID {
	switch disposition {
	case "bin":
		return InBin(bin)
	case "quarantine":
		return Quarantine
	case "destroy":
		return Disposed
	case "vendor":
		return Vendor
	}
	return Repair
}

func (c *DisposeReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if no := oneWord("disposition", c.Disposition, "bin", "quarantine", "repair", "vendor", "destroy"); no != nil {
		return nil, no
	}
	l := r.line(c.No)
	if l == nil {
		return nil, Refuse(UnknownReturnLine, "return", r.Called(), "no", strconv.Itoa(c.No))
	}
	left := l.Qty - l.Disposed
	qty := c.Qty
	if qty == 0 {
		qty = left
	}
	if no := checkRange("qty", c.Qty, 0, MaxQty); no != nil {
		return nil, no
	}
	switch {
	case left == 0:
		return nil, Refuse(NothingLeft, "what", "line "+strconv.Itoa(c.No)+" of return "+r.Called())
	case qty > left:
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(qty), "left", strconv.Itoa(left))
	case c.Disposition != "bin" && c.Bin != "":
		return nil, badField("bin", "goes with disposition bin only")
	case c.Disposition == "bin" && s.Bins[c.Bin] == nil:
		return nil, Refuse(UnknownBin, "bin", clip(string(c.Bin)))
	case c.Disposition == "bin" && !sellable(l.Condition):
		return nil, Refuse(NotSellable, "got", s.name(l.SKU), "condition", plain(l.Condition))
	}
	e := &ReturnDisposed{Return: r.ID, No: c.No, SKU: l.SKU, Qty: qty, Lot: l.Lot, Disposition: c.Disposition, Bin: c.Bin}
	out := []Event{e}
	if s.Policy.PrintHangTag && c.Disposition != "destroy" && len(r.Jobs) < MaxReturnPrints {
		out = append(out, r.asks(DocHangTag, jobID(m.ID, 1), m.Station, c.No, qty, e.place()))
	}
	return out, nil
}

func (e *ReturnDisposed) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InReturn(e.Return), To: disposed(e.Disposition, e.Bin), Lot: e.Lot})
	r := s.Returns.change(s, e.Return)
	if r == nil {
		return
	}
	if l := r.line(e.No); l != nil {
		l.Disposed += e.Qty
		l.To = e.place()
	}
	s.settleReturn(r)
}

// place is what people call the place goods went to.
func (e *ReturnDisposed) place() string {
	if e.Bin != "" {
		return string(e.Bin)
	}
	return e.Disposition
}

func (c *CloseReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.openReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if no := oneWord("wants", c.Wants, "refund", "exchange", "credit", "none"); no != nil {
		return nil, no
	}
	if no := checkRange("wish", len(c.Wish), 0, MaxReturnLines); no != nil {
		return nil, no
	}
	if (c.Wants == "exchange") != (len(c.Wish) > 0) {
		return nil, badField("wish", "says what an exchange is for, and goes with nothing else")
	}
	for i, w := range c.Wish {
		if s.Items[w.SKU] == nil {
			return nil, Refuse(UnknownItem, "sku", clip(string(w.SKU)))
		}
		if no := checkRange("wish["+strconv.Itoa(i)+"].qty", w.Qty, 1, MaxQty); no != nil {
			return nil, no
		}
	}
	if len(r.Lines) == 0 {
		return nil, Refuse(NothingScanned, "return", r.Called())
	}
	e := &ReturnClosed{
		Return: r.ID, Number: r.Number, RMA: r.RMA, Order: r.Order, Receipt: r.Receipt, Blind: r.Blind,
		Wants: c.Wants, Wish: c.Wish, Lines: r.clone().Lines,
	}
	if sum, known := r.worth(); known {
		e.Total = &sum
	}
	out := []Event{e}
	switch cut := !s.Uplink.up() && c.Wants != "none"; { // nobody can say yet what the customer gets
	case cut && s.Policy.PrintClaimSlip:
		out = append(out, r.asks(DocClaimSlip, jobID(m.ID, 1), m.Station, 0, 0, ""))
	case s.Policy.PrintReturnReceipt:
		out = append(out, r.asks(DocReturnReceipt, jobID(m.ID, 1), m.Station, 0, 0, ""))
	}
	return out, nil
}

func (e *ReturnClosed) apply(s *State) {
	if r := s.Returns.change(s, e.Return); r != nil {
		r.State, r.Wants = ReturnDone, e.Wants
		s.settleReturn(r)
	}
}

func (c *CancelReturn) decide(s *State, _ Meta) ([]Event, *Refusal) {
	r, no := s.findReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if no := checkNote("why", c.Why); no != nil {
		return nil, no
	}
	if r.State == ReturnDone {
		return nil, Refuse(ReturnNotOpen, "return", string(r.ID), "state", string(r.State))
	}
	e := &ReturnCancelled{Return: r.ID, Why: c.Why}
	for _, l := range r.Lines {
		if l.Disposed > 0 {
			return nil, Refuse(DisposedAlready, "return", r.Called())
		}
		e.Lines = append(e.Lines, l)
		if l.Counted > 0 {
			e.Order = r.Order
		}
	}
	return []Event{e}, nil
}

func (e *ReturnCancelled) apply(s *State) {
	for _, l := range e.Lines {
		s.move(Move{SKU: l.SKU, Qty: l.Qty, From: InReturn(e.Return), To: Customers, Lot: l.Lot})
		if o := s.order(e.Order); o != nil {
			if ol := o.Line(l.Line); ol != nil {
				ol.Returned -= l.Counted
			}
		}
	}
	s.Returns.drop(e.Return)
	s.settle("doubtful_return", "return/"+string(e.Return))
}

func (c *RefundDone) decide(s *State, _ Meta) ([]Event, *Refusal) {
	r, no := s.findReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if no := checkAmount("amount", c.Amount, 0); no != nil {
		return nil, no
	}
	if c.Ref != "" {
		if no := check([2]string{"ref", c.Ref}); no != nil {
			return nil, no
		}
	}
	if r.Refunded {
		return nil, Refuse(NothingLeft, "what", "return "+r.Called())
	}
	return []Event{&ReturnRefunded{*c}}, nil
}

func (e *ReturnRefunded) apply(s *State) {
	if r := s.Returns.change(s, e.Return); r != nil {
		r.Refunded = true
		s.settleReturn(r)
	}
}
