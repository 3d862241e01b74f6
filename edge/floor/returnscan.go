package floor

import (
	"slices"
	"strconv"
	"time"
)

// ScanReturn takes units of an item back.
type ScanReturn struct {
	Return    ReturnID     `json:"return"`
	SKU       SKU          `json:"sku,omitempty"`
	Code      string       `json:"code,omitempty"` // the barcode as read
	Line      LineID       `json:"line,omitempty"` // of the order; empty: the first that fits
	Qty       int          `json:"qty"`
	Serial    string       `json:"serial,omitempty"`
	Lot       string       `json:"lot,omitempty"`
	Reason    Reason       `json:"reason"`
	Condition string       `json:"condition"`
	Done      bool         `json:"done,omitempty"` // they are here already: record it, whatever the rules say
	Approvals []ApprovalID `json:"approvals,omitempty"`
}

// ReturnScanned: these were brought back. They are not for sale before somebody says where they go.
type ReturnScanned struct {
	Return    ReturnID `json:"return"`
	Order     OrderID  `json:"order,omitempty"` // when it is of this site, its line counts them
	No        int      `json:"no"`              // line of the return
	Line      LineID   `json:"line,omitempty"`
	SKU       SKU      `json:"sku"`
	Qty       int      `json:"qty"`
	Counted   int      `json:"counted,omitempty"` // of them, in the tally of the order's line
	Serial    string   `json:"serial,omitempty"`
	Lot       string   `json:"lot,omitempty"`
	Reason    Reason   `json:"reason"`
	Condition string   `json:"condition"`
	Value     *Money   `json:"value,omitempty"`
	Code      string   `json:"code,omitempty"`
	Doubted   Code     `json:"doubted,omitempty"` // the rules said no, for this reason, and they are here
	Overridden
}

// Kind names the command.
func (*ScanReturn) Kind() string { return "return.scan" }

// Type and Subject name the event.
func (*ReturnScanned) Type() string      { return "picket.return.scanned.v1" }
func (e *ReturnScanned) Subject() string { return ofReturn(e.Order, e.Return) }
func (e *ReturnScanned) doubt() bool     { return e.Doubted != "" }
func (e *ReturnScanned) tell(n Names) string {
	words := "Brought back " + strconv.Itoa(e.Qty) + " × " + n(e.SKU) + ", " + plain(e.Condition) + ": " + plain(string(e.Reason))
	if e.Value != nil {
		words += ", worth " + e.Value.String()
	}
	if len(e.By) > 0 {
		words += ", allowed by " + people(e.By)
	}
	if e.Doubted != "" {
		words += ", though the rules said no (" + plain(string(e.Doubted)) + ")"
	}
	return words + "."
}

func (c *ScanReturn) check(s *State) *Refusal {
	if r := checkRange("qty", c.Qty, 1, s.Policy.MaxScan); r != nil {
		return r
	}
	if r := checkText("code", c.Code, MaxText); r != nil {
		return r
	}
	if c.SKU == "" {
		return s.unreadable(c.Code)
	}
	it := s.Items[c.SKU]
	if it == nil {
		return Refuse(UnknownItem, "sku", clip(string(c.SKU)))
	}
	for _, f := range [][2]string{{"serial", c.Serial}, {"lot", c.Lot}} {
		if r := checkLot(f[0], f[1]); r != nil {
			return r
		}
	}
	if it.Serials && (c.Serial == "" || c.Qty != 1) {
		return badField("serial", "is missing: every unit of this item has one, scan them one by one")
	}
	if r := oneOf(c.Reason, ReturnReasons, "a return"); r != nil {
		return r
	}
	if r := checkRange("approvals", len(c.Approvals), 0, 8); r != nil {
		return r
	}
	return oneWord("condition", c.Condition, Conditions...)
}

func (c *ScanReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.openReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if no := c.check(s); no != nil {
		return nil, no
	}
	if len(r.Lines) >= MaxReturnLines {
		return nil, Refuse(ReturnFull, "return", r.Called(), "most", strconv.Itoa(MaxReturnLines))
	}
	e := &ReturnScanned{
		Return: r.ID, No: len(r.Lines) + 1, SKU: c.SKU, Qty: c.Qty, Serial: c.Serial, Lot: c.Lot, Reason: c.Reason, Condition: c.Condition, Code: c.Code,
	}
	no = firstNo(s.misread(c.SKU, c.Code), c.bought(s, r, e))
	if o := s.Orders[e.Order]; no == nil {
		var l *Line
		if o != nil {
			l = o.Line(e.Line)
		}
		no = s.wrongSerial(c, o, l)
	}
	if no == nil {
		if no = s.returnRules(r, e, m.Now); no != nil && !c.Done { // these a lead may set aside
			by, still := s.override(m, e.Subject(), c.Approvals)
			if still != nil {
				return nil, no
			}
			e.By, no = by, nil
		}
	}
	if no != nil {
		if !c.Done {
			return nil, no
		}
		e.Doubted = no.Code
	}
	return []Event{e}, nil
}

// bought finds the line of the order the goods are of, says what they are worth, and refuses what was never
// bought, or is back already.
func (c *ScanReturn) bought(s *State, r *Return, e *ReturnScanned) *Refusal {
	price := (*Money)(nil)
	if it := s.Items[c.SKU]; it != nil {
		price = it.Price
	}
	var no *Refusal
	switch o := s.Orders[r.Order]; {
	case o != nil:
		e.Order = o.ID
		l, left := o.bringBack(c)
		switch {
		case l == nil:
			no = Refuse(NotBought, "got", s.name(c.SKU), "what", "order "+o.Number)
		case c.Qty > left:
			no = Refuse(ReturnedAlready, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
		}
		if l != nil {
			e.Line, e.Counted = l.ID, min(c.Qty, left)
			if l.Price != nil {
				price = l.Price
			}
		}
	case len(r.Expected) > 0:
		at := slices.IndexFunc(r.Expected, func(x ReturnExpected) bool { return x.SKU == c.SKU && (c.Line == "" || x.Line == c.Line) })
		if at < 0 {
			no = Refuse(NotBought, "got", s.name(c.SKU), "what", "return "+r.RMA)
			break
		}
		x := r.Expected[at]
		left := x.Qty
		for _, l := range r.Lines {
			if l.SKU == c.SKU && l.Line == x.Line {
				left -= l.Qty
			}
		}
		if e.Line = x.Line; c.Qty > left {
			no = Refuse(ReturnedAlready, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(max(0, left)))
		}
		if x.Price != nil {
			price = x.Price
		}
	}
	if price != nil {
		e.Value = &Money{Minor: price.Minor * int64(c.Qty), Currency: price.Currency}
	}
	return no
}

// bringBack is the line units are of, and how many of it are still with the customer.
func (o *Order) bringBack(c *ScanReturn) (line *Line, left int) {
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.SKU != c.SKU || c.Line != "" && l.ID != c.Line {
			continue
		}
		n := o.Left(l) - l.Returned
		if line == nil || left < c.Qty && n > left {
			line, left = l, max(0, n)
		}
	}
	return line, left
}

// returnRules refuses what came too late, and what is worth too much to be taken back without a receipt.
func (s *State) returnRules(r *Return, e *ReturnScanned, now time.Time) *Refusal {
	until := s.returnUntil(r)
	if !until.IsZero() && now.After(until) {
		return Refuse(TooLate, "until", day(until))
	}
	if r.Blind && r.RMA == "" && r.Order == "" {
		sum, known := r.worth()
		if known = known && e.Value != nil; known {
			sum.Minor += e.Value.Minor
		}
		if !known || sum.Minor > int64(s.Policy.BlindValue) {
			limit := Money{Minor: int64(s.Policy.BlindValue)}
			if limit.Currency = sum.Currency; e.Value != nil {
				limit.Currency = e.Value.Currency
			}
			return Refuse(BlindTooMuch, "limit", limit.String())
		}
	}
	return s.onReceipt(r, e)
}

func (e *ReturnScanned) apply(s *State) {
	if r := s.Returns.change(s, e.Return); r != nil {
		r.Lines = append(r.Lines, ReturnLine{
			No: e.No, Line: e.Line, SKU: e.SKU, Qty: e.Qty, Counted: e.Counted, Serial: e.Serial, Lot: e.Lot, Reason: e.Reason, Condition: e.Condition, Value: e.Value,
		})
	}
	if o := s.order(e.Order); o != nil {
		if l := o.Line(e.Line); l != nil {
			l.Returned += e.Counted
		}
	}
	s.move(e.moved(Customers, InReturn(e.Return)))
	if e.Doubted != "" {
		s.raise("doubtful_return", "return/"+string(e.Return), "what", s.name(e.SKU), "why", plain(string(e.Doubted)))
	}
}

func (e *ReturnScanned) moved(from, to PlaceID) Move {
	return Move{SKU: e.SKU, Qty: e.Qty, From: from, To: to, Lot: e.Lot}
}
