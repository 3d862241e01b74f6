package floor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ReceiveScan says that goods of a delivery were counted in: units of an item, or a whole parcel by its SSCC.
type ReceiveScan struct {
	Inbound InboundID `json:"inbound"`
	Unit    UnitID    `json:"unit,omitempty"` // all that was announced in it
	SKU     SKU       `json:"sku,omitempty"`
	Code    string    `json:"code,omitempty"` // a GTIN, instead of the item
	Qty     int       `json:"qty,omitempty"`
	Lot     string    `json:"lot,omitempty"`
	Expiry  string    `json:"expiry,omitempty"`
	Serial  string    `json:"serial,omitempty"`
	Damaged bool      `json:"damaged,omitempty"`
	Done    bool      `json:"done,omitempty"` // what is missing about them cannot be asked any more: they wait for a lead
}

// GoodsReceived: units of a delivery stand in receiving, or wait for a lead, or are broken and in quarantine.
type GoodsReceived struct {
	Inbound InboundID `json:"inbound"`
	Index   int       `json:"index"` // of the delivery's line; -1: nobody announced it
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Lot     string    `json:"lot,omitempty"`
	Expiry  string    `json:"expiry,omitempty"`
	Serial  string    `json:"serial,omitempty"`
	Unit    UnitID    `json:"unit,omitempty"`
	To      PlaceID   `json:"to"`
	Why     string    `json:"why,omitempty"` // why not simply received: over, unexpected, unannounced, damaged, expired, uninspected, serial_twice
}

// OrderReceived: units of a delivery came for an order, and are reserved for it.
type OrderReceived struct {
	Order   OrderID   `json:"order"`
	Line    LineID    `json:"line"`
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Lot     string    `json:"lot,omitempty"`
	Expiry  string    `json:"expiry,omitempty"`
	Inbound InboundID `json:"inbound"`
	Index   int       `json:"index"`
	Unit    UnitID    `json:"unit,omitempty"`
}

// DecideHold is a lead's word on goods that wait.
type DecideHold struct {
	Inbound  InboundID `json:"inbound"`
	SKU      SKU       `json:"sku"`
	Qty      int       `json:"qty"`
	Lot      string    `json:"lot,omitempty"`
	Decision string    `json:"decision"` // accept, return, quarantine
}

// HoldDecided: goods that waited go where a lead said.
type HoldDecided struct {
	Inbound  InboundID `json:"inbound"`
	SKU      SKU       `json:"sku"`
	Qty      int       `json:"qty"`
	Lot      string    `json:"lot,omitempty"`
	Expiry   string    `json:"expiry,omitempty"`
	Decision string    `json:"decision"`
}

// CloseInbound says that nothing more comes of a delivery.
type CloseInbound struct {
	Inbound InboundID `json:"inbound"`
}

// InboundClosed: the delivery is complete, and this is how it differs from what was announced.
type InboundClosed struct {
	Inbound    InboundID `json:"inbound"`
	What       string    `json:"what"`
	Ref        string    `json:"ref,omitempty"`
	From       string    `json:"from,omitempty"`
	Number     string    `json:"number,omitempty"` // what people call it, where its sender has no name for it
	Units      int       `json:"units"`
	Over       []ItemQty `json:"over,omitempty"`
	Short      []ItemQty `json:"short,omitempty"`
	Unexpected []ItemQty `json:"unexpected,omitempty"`
	Damaged    []ItemQty `json:"damaged,omitempty"`
}

// ItemQty is a quantity of an item.
type ItemQty struct {
	SKU SKU `json:"sku"`
	Qty int `json:"qty"`
}

// Kind names the command.
func (*ReceiveScan) Kind() string { return "receive.scan" }

// Kind names the command.
func (*DecideHold) Kind() string { return "receive.decide" }

// Kind names the command.
func (*CloseInbound) Kind() string { return "receive.close" }

// Type and Subject name the event.
func (*GoodsReceived) Type() string      { return "picket.goods.received.v1" }
func (e *GoodsReceived) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *GoodsReceived) doubt() bool     { return e.To.Bucket() == "hold" }
func (e *GoodsReceived) tell(n Names) string {
	words := fmt.Sprintf("Received %d × %s%s", e.Qty, n(e.SKU), ofLot(e.Lot))
	if e.Serial != "" {
		words += ", serial " + e.Serial
	}
	switch e.To.Bucket() {
	case "hold":
		words += "; " + plain(e.Why) + ", it waits for a lead"
	case "quarantine":
		words += "; " + plain(e.Why) + ", it stands in quarantine"
	}
	return words + "."
}

// Type and Subject name the event.
func (*OrderReceived) Type() string      { return "picket.order.received.v1" }
func (e *OrderReceived) Subject() string { return "order/" + string(e.Order) }
func (e *OrderReceived) tell(n Names) string {
	return fmt.Sprintf("Received %d × %s%s for order %s.", e.Qty, n(e.SKU), ofLot(e.Lot), ref("order", string(e.Order)))
}

// Type and Subject name the event.
func (*HoldDecided) Type() string      { return "picket.hold.decided.v1" }
func (e *HoldDecided) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *HoldDecided) tell(n Names) string {
	return fmt.Sprintf("What waited of delivery %s: %d × %s%s, decision %s.", ref("inbound", string(e.Inbound)), e.Qty, n(e.SKU), ofLot(e.Lot), plain(e.Decision))
}

// Type and Subject name the event.
func (*InboundClosed) Type() string      { return "picket.inbound.closed.v1" }
func (e *InboundClosed) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *InboundClosed) tell(n Names) string {
	words := fmt.Sprintf("Delivery %s is complete, %s", called(e.Number, ref("inbound", string(e.Inbound))), plural(e.Units, "unit"))
	for _, x := range []struct {
		name string
		list []ItemQty
	}{{"over", e.Over}, {"short", e.Short}, {"unexpected", e.Unexpected}, {"damaged", e.Damaged}} {
		for i, q := range x.list {
			if i == 0 {
				words += "; " + x.name + ":"
			}
			words += fmt.Sprintf(" %d × %s", q.Qty, n(q.SKU))
		}
	}
	return words + "."
}

func (s *State) inbound(id InboundID) (*Inbound, *Refusal) {
	in := s.Inbounds.Get(id)
	switch {
	case in == nil:
		return nil, Refuse(UnknownInbound, "inbound", string(id))
	case in.Closed:
		return nil, Refuse(InboundOver, "inbound", string(id))
	}
	return in, nil
}

func (c *ReceiveScan) decide(s *State, m Meta) ([]Event, *Refusal) {
	in, r := s.inbound(c.Inbound)
	if r != nil {
		return nil, r
	}
	if c.Unit != "" {
		return c.unit(s, in)
	}
	if r := checkRange("qty", c.Qty, 1, s.Policy.MaxScan); r != nil {
		return nil, r
	}
	sku, qty := c.SKU, c.Qty
	if c.Code != "" {
		code, n, r := s.coded("code", c.Code)
		if r != nil {
			return nil, r
		}
		if sku != "" && sku != code {
			return nil, Refuse(WrongItem, "got", s.name(code), "want", s.name(sku))
		}
		sku, qty = code, qty*n
	}
	if r := s.checkGoods(sku, qty, c.Lot); r != nil {
		return nil, r
	}
	if r := checkDay("expiry", c.Expiry); r != nil {
		return nil, r
	}
	if r := checkLot("serial", c.Serial); r != nil {
		return nil, r
	}
	it, why := s.Items[sku], ""
	missing := ""
	switch {
	case it.Lots && c.Lot == "":
		missing = "lot"
	case it.Expires && c.Expiry == "" && !c.Damaged:
		missing = "expiry"
	case it.Serials && c.Serial == "":
		missing = "serial"
	case c.Serial != "" && qty != 1:
		return nil, badField("qty", "must be 1 where a serial is given")
	}
	twice := s.inBuilding(sku, c.Serial)
	switch {
	case missing != "" && !c.Done:
		return nil, Refuse(CaptureMissing, "got", s.name(sku), "what", missing)
	case twice != nil && !c.Done:
		return nil, twice
	case missing != "":
		why = "uninspected"
	case twice != nil:
		why = string(twice.Code)
	case c.Expiry != "" && c.Expiry < m.Now.Format(time.DateOnly):
		why = "expired"
	}
	return c.split(s, in, sku, qty, why), nil
}

// split says which of the units are for an order, which go to receiving, and which wait.
func (c *ReceiveScan) split(s *State, in *Inbound, sku SKU, qty int, why string) []Event {
	var out []Event
	known, first, broken := false, -1, -1
	add := func(index, n int, to PlaceID, why string) {
		if n > 0 {
			out = append(out, &GoodsReceived{Inbound: in.ID, Index: index, SKU: sku, Qty: n, Lot: c.Lot, Expiry: c.Expiry, Serial: c.Serial, To: to, Why: why})
		}
		qty -= n
	}
	for i := range in.Lines {
		l := &in.Lines[i]
		if l.SKU != sku || l.Lot != "" && c.Lot != "" && l.Lot != c.Lot || l.Qty == 0 {
			continue
		}
		if known = true; first < 0 {
			first = i
		}
		n := min(qty, l.Left())
		if broken < 0 && n > 0 { // broken ones count for a line that still waits
			broken = i
		}
		switch {
		case c.Damaged || why != "" || in.What == "unannounced":
		case l.Order != "":
			if n = min(n, s.wants(l.Order, l.Line, sku)); n > 0 {
				out = append(out, &OrderReceived{Order: l.Order, Line: l.Line, SKU: sku, Qty: n, Lot: c.Lot, Expiry: c.Expiry, Inbound: in.ID, Index: i})
				qty -= n
			}
			if n < l.Left() && qty > 0 { // the order wants no more of it: it is goods like any other
				add(i, min(qty, l.Left()-n), Receiving(in.ID), "")
			}
		default:
			add(i, n, Receiving(in.ID), "")
		}
	}
	switch {
	case qty == 0:
	case c.Damaged:
		if broken < 0 {
			broken = first
		}
		add(broken, qty, Quarantine, "damaged")
	case why != "":
		add(first, qty, InHold(in.ID), why)
	case in.What == "unannounced":
		add(first, qty, InHold(in.ID), "unannounced")
	case !known:
		add(-1, qty, InHold(in.ID), "unexpected")
	default:
		got, want := in.sums(sku)
		got += c.sofar(out, sku)
		may := min(qty, max(0, want+want*s.Policy.OverTolerance/100-got))
		add(first, may, Receiving(in.ID), "")
		add(first, qty, InHold(in.ID), "over")
	}
	return out
}

func (c *ReceiveScan) sofar(out []Event, sku SKU) int {
	n := 0
	for _, e := range out {
		switch e := e.(type) {
		case *GoodsReceived:
			n += e.Qty
		case *OrderReceived:
			n += e.Qty
		}
	}
	return n
}

// sums is what was received of an item, and what was announced.
func (i *Inbound) sums(sku SKU) (got, want int) {
	for k := range i.Lines {
		if l := &i.Lines[k]; l.SKU == sku {
			got, want = got+l.Got+l.Damaged, want+l.Qty
		}
	}
	return got, want
}

// wants is how many of an item a line of an order still waits for.
func (s *State) wants(o OrderID, line LineID, sku SKU) int {
	if at := s.Orders[o]; at != nil {
		if l := at.Line(line); l != nil && l.SKU == sku {
			return l.ToPick()
		}
	}
	return 0
}

// unit receives what was announced in a parcel, all of it.
func (c *ReceiveScan) unit(s *State, in *Inbound) ([]Event, *Refusal) {
	if r := checkSSCC("unit", string(c.Unit)); r != nil {
		return nil, r
	}
	if c.SKU != "" || c.Code != "" || c.Qty != 0 || c.Lot != "" || c.Expiry != "" || c.Serial != "" {
		return nil, badField("unit", "books the whole parcel in, as it was announced: give it alone, or leave it out and count the items")
	}
	if p := s.Transfers.Get(c.Unit); p != nil && p.Inbound == in.ID && p.missing() > 0 {
		return nil, Refuse(ListIncomplete, "unit", string(c.Unit), "left", strconv.Itoa(p.missing()), "of", strconv.Itoa(p.Of))
	}
	var out []Event
	known := false
	for i := range in.Lines {
		l := &in.Lines[i]
		if l.Unit != c.Unit {
			continue
		}
		known = true
		n := l.Left()
		if n == 0 {
			continue
		}
		e := &GoodsReceived{Inbound: in.ID, Index: i, SKU: l.SKU, Qty: n, Lot: l.Lot, Unit: c.Unit, To: Receiving(in.ID)}
		if it := s.Items[l.SKU]; it != nil && (it.Lots && l.Lot == "" || it.Expires || it.Serials) {
			e.To, e.Why = InHold(in.ID), "uninspected"
		}
		if c.Damaged {
			e.To, e.Why = Quarantine, "damaged"
		}
		if may := min(n, s.wants(l.Order, l.Line, l.SKU)); may > 0 && e.Why == "" {
			out = append(out, &OrderReceived{Order: l.Order, Line: l.Line, SKU: l.SKU, Qty: may, Lot: l.Lot, Inbound: in.ID, Index: i, Unit: c.Unit})
			e.Qty -= may
		}
		if e.Qty > 0 {
			out = append(out, e)
		}
	}
	switch {
	case !known:
		return nil, Refuse(UnknownUnit, "unit", string(c.Unit))
	case len(out) == 0:
		if !c.Done {
			return nil, Refuse(AlreadyArrived, "unit", string(c.Unit))
		}
		return []Event{&ParcelAgain{Inbound: in.ID, Code: string(c.Unit)}}, nil
	}
	return out, nil
}

func (e *GoodsReceived) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: OnItsWay, To: e.To, Lot: e.Lot, Expiry: e.Expiry})
	in := s.Inbounds.change(s, e.Inbound)
	if in == nil {
		return
	}
	if e.Serial != "" {
		in.Serials = append(in.Serials, string(e.SKU)+"/"+e.Serial)
	}
	l := in.line(e.Index, e.SKU)
	if e.Why == "damaged" {
		l.Damaged += e.Qty
	} else {
		l.Got += e.Qty
	}
	switch e.To.Bucket() {
	case "receiving":
		s.putAway(e.Inbound, e.SKU, e.Qty)
	case "hold":
		s.raise("goods_on_hold", e.Subject(), "inbound", string(e.Inbound), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "why", plain(e.Why))
	}
}

// line is a line of a delivery, or the one of what nobody announced, which is added when it is not there.
func (i *Inbound) line(index int, sku SKU) *InboundLine {
	if index >= 0 && index < len(i.Lines) {
		return &i.Lines[index]
	}
	for k := range i.Lines {
		if l := &i.Lines[k]; l.SKU == sku && l.Qty == 0 {
			return l
		}
	}
	i.Lines = append(i.Lines, InboundLine{Announced: Announced{SKU: sku}})
	return &i.Lines[len(i.Lines)-1]
}

func (e *OrderReceived) apply(s *State) {
	if in := s.Inbounds.change(s, e.Inbound); in != nil && e.Index < len(in.Lines) {
		in.Lines[e.Index].Got += e.Qty
	}
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if l := o.Line(e.Line); l != nil {
		l.Picked += e.Qty
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: OnItsWay, To: InTote(e.Order), Lot: e.Lot, Expiry: e.Expiry})
}

func (c *DecideHold) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if _, r := s.inbound(c.Inbound); r != nil {
		return nil, r
	}
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	switch c.Decision {
	case "accept", "return", "quarantine":
	default:
		return nil, badField("decision", "is "+strconv.Quote(clip(c.Decision))+", but must be accept, return or quarantine")
	}
	hold := InHold(c.Inbound)
	if r := s.there(hold, c.SKU, c.Lot, c.Qty); r != nil {
		return nil, r
	}
	return []Event{&HoldDecided{Inbound: c.Inbound, SKU: c.SKU, Qty: c.Qty, Lot: c.Lot, Expiry: s.ExpiryOf(hold, c.SKU, c.Lot), Decision: c.Decision}}, nil
}

func (e *HoldDecided) apply(s *State) {
	to := map[string]PlaceID{"accept": Receiving(e.Inbound), "return": Vendor, "quarantine": Quarantine}[e.Decision]
	if to == "" {
		return
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InHold(e.Inbound), To: to, Lot: e.Lot, Expiry: e.Expiry})
	if e.Decision == "accept" {
		s.putAway(e.Inbound, e.SKU, e.Qty)
	}
	if s.OnHand(InHold(e.Inbound), e.SKU) <= 0 {
		s.settleWith("goods_on_hold", e.Subject(), "sku", string(e.SKU))
		return
	}
	s.lessOnHold(e.Subject(), string(e.SKU), e.Qty)
}

// lessOnHold takes what was decided off the cases that say how much of an item waits, the oldest first.
func (s *State) lessOnHold(subject, sku string, qty int) {
	for _, id := range slices.Clone(s.cased[caseKey{"goods_on_hold", subject}]) {
		k := s.Cases.Get(id)
		n, err := strconv.Atoi(k.Args["qty"])
		if k.Args["sku"] != sku || err != nil {
			continue
		}
		took := min(n, qty)
		if qty -= took; took == n {
			s.dropCase(id)
			continue
		}
		left := k.clone()
		left.Args["qty"] = strconv.Itoa(n - took)
		s.putCase(left)
	}
}

func (c *CloseInbound) decide(s *State, _ Meta) ([]Event, *Refusal) {
	in, r := s.inbound(c.Inbound)
	if r != nil {
		return nil, r
	}
	if p := s.Places[InHold(in.ID)]; p != nil && len(p.Qty) > 0 {
		return nil, Refuse(HoldNotEmpty, "inbound", string(in.ID))
	}
	e := &InboundClosed{Inbound: in.ID, What: in.What, Ref: in.Ref, From: in.From, Number: in.Number}
	var skus []SKU
	damaged := map[SKU]int{}
	for i := range in.Lines {
		l := &in.Lines[i]
		if !slices.Contains(skus, l.SKU) {
			skus = append(skus, l.SKU)
		}
		damaged[l.SKU] += l.Damaged
	}
	slices.SortFunc(skus, func(a, b SKU) int { return strings.Compare(string(a), string(b)) })
	for _, sku := range skus {
		got, want := in.sums(sku)
		e.Units += got
		switch {
		case want == 0 && in.What != "unannounced":
			e.Unexpected = append(e.Unexpected, ItemQty{sku, got})
		case want == 0:
		case got > want:
			e.Over = append(e.Over, ItemQty{sku, got - want})
		case got < want:
			e.Short = append(e.Short, ItemQty{sku, want - got})
		}
		if damaged[sku] > 0 {
			e.Damaged = append(e.Damaged, ItemQty{sku, damaged[sku]})
		}
	}
	return append([]Event{e}, s.perParcel(in)...), nil
}

func (e *InboundClosed) apply(s *State) {
	if in := s.Inbounds.change(s, e.Inbound); in != nil {
		in.Closed = true
		s.endInbound(e.Inbound)
	}
	if len(e.Over)+len(e.Short)+len(e.Unexpected)+len(e.Damaged) == 0 {
		return
	}
	what := "delivery_differs"
	if e.What == "transfer" {
		what = "transfer_differs"
	}
	s.raise(what, e.Subject(), "inbound", string(e.Inbound), "from", e.From)
}

// endInbound forgets a closed delivery when its goods are put away.
func (s *State) endInbound(id InboundID) {
	in := s.Inbounds.Get(id)
	if p := s.Places[Receiving(id)]; in == nil || !in.Closed || p != nil && len(p.Qty) > 0 {
		return
	}
	s.Inbounds.drop(id)
}
