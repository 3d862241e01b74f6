package floor

import "strconv"

// OpenUnit begins a handling unit for an order. Its SSCC is the next of the numbers leased to the site.
type OpenUnit struct {
	Order  OrderID  `json:"order"`
	Carton string   `json:"carton,omitempty"` // one the site knows, once it knows any
	As     UnitKind `json:"kind,omitempty"`   // parcel (default), pallet or tote
}

// UnitOpened: a parcel stands on the bench.
type UnitOpened struct {
	Order  OrderID  `json:"order"`
	Unit   UnitID   `json:"unit"`
	Carton string   `json:"carton,omitempty"`
	As     UnitKind `json:"kind,omitempty"`
	Wrap   bool     `json:"wrap,omitempty"` // what is in it is wrapped as a gift before it is closed
	Was    UnitID   `json:"was,omitempty"`  // the number it had at a box that was lost, which it cannot keep
}

// AddToUnit puts picked units of a line into a parcel. Line or SKU says which.
type AddToUnit struct {
	Unit UnitID `json:"unit"`
	Line LineID `json:"line,omitempty"`
	SKU  SKU    `json:"sku,omitempty"`
	Qty  int    `json:"qty"`
	Code string `json:"code,omitempty"` // the barcode as read
	Done bool   `json:"done,omitempty"` // it is in there already: record it, whatever the rules say
}

// UnitFilled: units moved from the tote into the parcel.
type UnitFilled struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`

	Against SKU  `json:"against,omitempty"` // it went in, though it may not go with this item
	Rule    Code `json:"rule,omitempty"`    // it went in, though this rule said no
}

// TakeFromUnit takes units of a line out of an open parcel.
type TakeFromUnit struct {
	Unit UnitID `json:"unit"`
	Line LineID `json:"line"`
	Qty  int    `json:"qty"`
}

// UnitTaken: units moved from the parcel back into the tote.
type UnitTaken struct {
	Order OrderID `json:"order"`
	Unit  UnitID  `json:"unit"`
	Line  LineID  `json:"line"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
}

// Kind names the command.
func (*OpenUnit) Kind() string { return "unit.open" }

// Kind names the command.
func (*AddToUnit) Kind() string { return "unit.add" }

// Kind names the command.
func (*TakeFromUnit) Kind() string { return "unit.take" }

// Type and Subject name the event.
func (*UnitOpened) Type() string      { return "picket.unit.opened.v1" }
func (e *UnitOpened) Subject() string { return "order/" + string(e.Order) }

// Type and Subject name the event.
func (*UnitFilled) Type() string      { return "picket.unit.filled.v1" }
func (e *UnitFilled) Subject() string { return "order/" + string(e.Order) }
func (e *UnitFilled) doubt() bool     { return e.Against != "" || e.Rule != "" }

// Type and Subject name the event.
func (*UnitTaken) Type() string      { return "picket.unit.taken.v1" }
func (e *UnitTaken) Subject() string { return "order/" + string(e.Order) }

func (c *OpenUnit) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := checkText("carton", c.Carton, MaxID); r != nil {
		return nil, r
	}
	if o.Flow == FlowPickup {
		return nil, Refuse(IsCollected, "order", string(o.ID))
	}
	if r := o.stopped(); r != nil {
		return nil, r
	}
	switch c.As {
	case "", UnitParcel, UnitPallet, UnitTote:
	default:
		return nil, badField("kind", "is "+strconv.Quote(clip(string(c.As)))+", but must be parcel, pallet or tote")
	}
	if c.Carton != "" && s.Cartons.Len() > 0 && s.Cartons.Get(CartonID(c.Carton)) == nil {
		return nil, Refuse(UnknownCarton, "carton", c.Carton)
	}
	if len(o.Units) >= MaxUnits {
		return nil, Refuse(TableFull, "most", strconv.Itoa(MaxUnits), "what", "parcels of one order")
	}
	loose := 0
	for i := range o.Lines {
		loose += o.ToPack(&o.Lines[i])
	}
	if loose == 0 && c.As != UnitPallet {
		return nil, Refuse(NothingPicked, "order", string(o.ID))
	}
	was := UnitID("")
	id, ok := s.numberBefore(m)
	if !ok {
		was = m.named()
		id, ok = s.nextSSCC()
	}
	if !ok {
		return nil, Refuse(NoNumbers)
	}
	e := &UnitOpened{Order: o.ID, Unit: id, Carton: c.Carton, As: c.As, Was: was}
	if c.As == UnitParcel {
		e.As = ""
	}
	e.Wrap = o.Gift != nil && o.Gift.Wrap && e.As == ""
	return []Event{e}, nil
}

func (e *UnitOpened) apply(s *State) {
	s.burn(e.Unit)
	o := s.order(e.Order)
	if o == nil || o.Unit(e.Unit) != nil {
		return
	}
	o.Units = append(o.Units, Unit{ID: e.Unit, No: len(o.Units) + 1, Carton: e.Carton, As: e.As, State: UnitOpen})
	s.Units[e.Unit] = e.Order
	s.saidOf(&o.Units[len(o.Units)-1])
	if e.Was != "" {
		s.raise("parcel_renumbered", e.Subject(), "order", string(e.Order), "unit", string(e.Unit), "was", string(e.Was))
	}
	if e.Wrap {
		s.Tasks.put(s, wrapTask(e.Unit), Task{ID: wrapTask(e.Unit), What: "wrap", Subject: e.Subject(), To: OnBench(e.Unit), Why: "gift", Since: s.now()})
	}
}

func (c *AddToUnit) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, s.Policy.MaxScan); r != nil {
		return nil, r
	}
	if r := s.openUnit(u); r != nil {
		return nil, r
	}
	if r := o.held(); r != nil {
		return nil, r
	}
	l, r := c.line(s, o)
	if r != nil {
		return nil, r
	}
	misread := s.misread(l.SKU, c.Code)
	if c.SKU != "" && c.SKU != l.SKU { // the line says one thing, the item another
		misread = Refuse(WrongItem, "got", s.name(c.SKU), "want", s.name(l.SKU))
	}
	if misread != nil && !c.Done {
		return nil, misread
	}
	if len(u.Contents) >= MaxLines && u.Holds(l.ID) == 0 {
		return nil, Refuse(UnitFull, "unit", string(u.ID), "most", strconv.Itoa(MaxLines))
	}
	if left := o.ToPack(l); c.Qty > left {
		return nil, Refuse(NotPicked, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
	}
	e := &UnitFilled{Order: o.ID, Unit: u.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty}
	if e.Against = s.clash(u, l.SKU); c.Done {
		if misread != nil {
			e.Rule = misread.Code
		}
		return []Event{e}, nil
	}
	if s.Policy.PackScan && c.Code == "" {
		return nil, Refuse(ScanToPack, "got", s.name(l.SKU))
	}
	if e.Against != "" {
		return nil, Refuse(DoesNotGoWith, "got", s.name(l.SKU), "with", s.name(e.Against))
	}
	return []Event{e}, nil
}

func (c *AddToUnit) line(s *State, o *Order) (*Line, *Refusal) {
	if c.Line != "" {
		if l := o.Line(c.Line); l != nil {
			return l, nil
		}
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	if c.SKU == "" {
		return nil, s.unreadable(c.Code)
	}
	var same, want *Line
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.SKU == c.SKU && (same == nil || o.ToPack(same) == 0) {
			same = l
		}
		if want == nil && o.ToPack(l) > 0 {
			want = l
		}
	}
	switch {
	case same != nil:
		return same, nil
	case want != nil:
		return nil, Refuse(WrongItem, "got", s.name(c.SKU), "want", s.name(want.SKU))
	}
	return nil, Refuse(NothingLeft, "what", "order "+o.Called(), "order", string(o.ID))
}

func (e *UnitFilled) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if u := o.Unit(e.Unit); u != nil {
		u.add(e.Line, e.SKU, e.Qty)
	}
	if e.Against != "" {
		s.raise("does_not_go_with", e.Subject(), "unit", string(e.Unit), "got", s.name(e.SKU), "with", s.name(e.Against))
	}
	if e.Rule != "" {
		s.raise("packed_against_rule", e.Subject(), "unit", string(e.Unit), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "rule", plain(string(e.Rule)))
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InTote(e.Order), To: OnBench(e.Unit)})
}

func (c *TakeFromUnit) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkRange("qty", c.Qty, 1, MaxQty); r != nil {
		return nil, r
	}
	if r := s.openUnit(u); r != nil {
		return nil, r
	}
	l := o.Line(c.Line)
	if l == nil {
		return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(c.Line))
	}
	if in := u.Holds(l.ID); c.Qty > in {
		return nil, Refuse(TooMany, "got", s.name(l.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(in))
	}
	return []Event{&UnitTaken{Order: o.ID, Unit: u.ID, Line: l.ID, SKU: l.SKU, Qty: c.Qty}}, nil
}

func (e *UnitTaken) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	if u := o.Unit(e.Unit); u != nil {
		u.add(e.Line, e.SKU, -e.Qty)
		u.pull(s, e)
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: OnBench(e.Unit), To: InTote(e.Order)})
}

// add keeps the contents sorted by line, so that the order of the facts leaves no trace.
func (u *Unit) add(line LineID, sku SKU, qty int) {
	at := 0
	for at < len(u.Contents) && u.Contents[at].Line < line {
		at++
	}
	if at == len(u.Contents) || u.Contents[at].Line != line {
		u.Contents = append(u.Contents, Content{})
		copy(u.Contents[at+1:], u.Contents[at:])
		u.Contents[at] = Content{Line: line, SKU: sku}
	}
	if u.Contents[at].Qty += qty; u.Contents[at].Qty == 0 {
		u.Contents = append(u.Contents[:at], u.Contents[at+1:]...)
	}
}

// IsCollected refuses to pack what waits on the shelf for its customer.
const IsCollected Code = "is_collected"

var collectedWords = map[Code][2]string{
	IsCollected: {"Order {order} is collected here: nothing of it goes into a parcel.", "Put what is picked on a staging shelf (collect.stage)."},
}
