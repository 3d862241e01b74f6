package floor

import (
	"slices"
	"strconv"
)

// ParcelBack says that the carrier brought a parcel back. Whoever scans it need not know whose it is.
type ParcelBack struct {
	Code string `json:"code"` // what its label says: the SSCC or the carrier's number
	Why  string `json:"why"`  // undelivered, refused, intercepted, damaged
}

// UnitReturned: the parcel is here again, as it left.
type UnitReturned struct {
	Order    OrderID   `json:"order"`
	Unit     UnitID    `json:"unit"`
	Code     string    `json:"code"`
	Why      string    `json:"why"`
	Contents []Content `json:"contents"`
}

// UnpackParcel says what becomes of the goods of a parcel that came back. Every unit in it is named once.
type UnpackParcel struct {
	Unit    UnitID     `json:"unit"`
	Lines   []Unpacked `json:"lines"`
	WeightG int        `json:"weight_g,omitempty"` // of the new parcel, when some of it goes out again
}

// Unpacked is what becomes of some units of a line.
type Unpacked struct {
	Line LineID `json:"line"`
	SKU  SKU    `json:"sku,omitempty"` // filled in by the floor
	Qty  int    `json:"qty"`
	To   string `json:"to"` // bin, quarantine, missing: it is not in there; ship_again
	Bin  BinID  `json:"bin,omitempty"`

	Serials []string `json:"serials,omitempty"` // which ones, of goods with serial numbers that go to a bin or to quarantine
	Lot     string   `json:"lot,omitempty"`     // of goods that go there; where the order has one lot alone it need not be said
	Expiry  string   `json:"expiry,omitempty"`  // filled in by the floor
}

// ParcelUnpacked: the parcel is no more; its goods are in bins, in quarantine, missing, or in a new parcel.
type ParcelUnpacked struct {
	Order   OrderID    `json:"order"`
	Unit    UnitID     `json:"unit"`
	Lines   []Unpacked `json:"lines"`
	Cause   Cause      `json:"cause"`           // why the customer does not get what does not go out again
	Again   UnitID     `json:"again,omitempty"` // the new parcel
	WeightG int        `json:"weight_g,omitempty"`
}

// InterceptParcel asks to keep a parcel here that has not left yet.
type InterceptParcel struct {
	Unit UnitID `json:"unit"`
	Note string `json:"note"` // why
}

// Transferred is at another site, by its own book; CameBack is the place of a parcel that came back.
const Transferred PlaceID = "outside/transferred"

func CameBack(u UnitID) PlaceID { return PlaceID("back/" + string(u)) }

// BroughtBack: the carrier brought it back.
const BroughtBack Cause = "came_back"

// BackReasons are why a parcel comes back, in the order shown.
var BackReasons = []Reason{"undelivered", "refused", "intercepted", "damaged"}

// Kind names the command.
func (*ParcelBack) Kind() string { return "parcel.back" }

// Kind names the command.
func (*UnpackParcel) Kind() string { return "parcel.unpack" }

// Kind names the command.
func (*InterceptParcel) Kind() string { return "parcel.intercept" }

// Type and Subject name the event.
func (*UnitReturned) Type() string      { return "picket.unit.returned.v1" }
func (e *UnitReturned) Subject() string { return "order/" + string(e.Order) }

// Type and Subject name the event.
func (*ParcelUnpacked) Type() string      { return "picket.parcel.unpacked.v1" }
func (e *ParcelUnpacked) Subject() string { return "order/" + string(e.Order) }

func (e *UnitReturned) tell(Names) string {
	return "Parcel " + tail(e.Unit) + " came back: " + plain(e.Why) + "."
}

func (e *ParcelUnpacked) tell(n Names) string {
	words := "Parcel " + tail(e.Unit) + " unpacked:"
	for i, l := range e.Lines {
		if i > 0 {
			words += ","
		}
		words += " " + strconv.Itoa(l.Qty) + " × " + n(l.SKU)
		switch l.To {
		case "bin":
			words += " to " + string(l.Bin)
		case "ship_again":
			words += " out again in parcel " + tail(e.Again)
		default:
			words += " " + l.To
		}
	}
	return words + "."
}

func (c *ParcelBack) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := checkText("code", c.Code, MaxText); r != nil {
		return nil, r
	}
	if c.Code == "" {
		return nil, badField("code", "is missing")
	}
	if r := oneOf(Reason(c.Why), BackReasons, "a parcel that comes back"); r != nil {
		return nil, r
	}
	o, u, r := s.findUnit(s.UnitOf(c.Code))
	switch {
	case r != nil:
		return nil, Refuse(UnknownUnit, "unit", c.Code)
	case u.State == UnitBack:
		return nil, Refuse(AlreadyArrived, "unit", string(u.ID))
	case u.State != UnitDeparted:
		return nil, Refuse(HasNotLeft, "unit", string(u.ID))
	}
	var out []Event
	came := map[LineID]int{}
	for i := range o.Units { // what stood on a pallet comes back with it
		x := &o.Units[i]
		if x != u && (x.In != u.ID || x.State != UnitDeparted) {
			continue
		}
		for _, in := range x.Contents {
			came[in.Line] += in.Qty
			if l := o.Line(in.Line); in.Got > 0 || l != nil && o.outside(l)-came[in.Line] < l.Returned {
				return nil, Refuse(BackAlready, "unit", string(x.ID), "got", s.name(in.SKU))
			}
		}
		out = append(out, &UnitReturned{Order: o.ID, Unit: x.ID, Code: c.Code, Why: c.Why, Contents: contents(x)})
	}
	return out, nil
}

func contents(u *Unit) []Content { return append([]Content{}, u.Contents...) }

// outside is how many units of a line left the building, by carrier or by hand.
func (o *Order) outside(l *Line) int {
	n := l.Handed
	for i := range o.Units {
		if o.Units[i].State == UnitDeparted {
			n += o.Units[i].Holds(l.ID)
		}
	}
	return n
}

func (e *UnitReturned) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	u := o.Unit(e.Unit)
	if u == nil || u.State != UnitDeparted {
		return
	}
	u.State, u.Why, u.Verified, u.In = UnitBack, e.Why, false, ""
	s.owe(o)
	from := Shipped
	if o.Flow == FlowTransfer {
		from = InTransitTo(e.Unit)
	}
	for _, c := range e.Contents {
		s.move(Move{SKU: c.SKU, Qty: c.Qty, From: from, To: CameBack(e.Unit)})
	}
	if len(u.Contents) == 0 {
		u.State, u.Voided = UnitVoid, s.now() // an empty pallet
		return
	}
	s.raise("parcel_back", e.Subject(), "order", string(o.ID), "unit", string(e.Unit), "why", plain(e.Why))
}

func (c *UnpackParcel) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if u.State != UnitBack {
		return nil, Refuse(NotBack, "unit", string(u.ID))
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxLines); r != nil {
		return nil, r
	}
	if r := checkRange("weight_g", c.WeightG, 0, MaxWeightG); r != nil {
		return nil, r
	}
	e := &ParcelUnpacked{Order: o.ID, Unit: u.ID, Cause: causeOf(u.Why)}
	left := map[LineID]int{}
	for _, x := range u.Contents {
		left[x.Line] = x.Qty
	}
	again, named, lots := false, map[serial]bool{}, map[lotOf]int64{}
	for i, l := range c.Lines {
		at := "lines[" + strconv.Itoa(i) + "]."
		line := o.Line(l.Line)
		if line == nil || u.Holds(l.Line) == 0 {
			return nil, Refuse(UnknownLine, "order", string(o.ID), "line", string(l.Line))
		}
		if r := checkRange(at+"qty", l.Qty, 1, MaxQty); r != nil {
			return nil, r
		}
		if !slices.Contains([]string{"bin", "quarantine", "missing", "ship_again"}, l.To) {
			return nil, badField(at+"to", "is "+strconv.Quote(clip(l.To))+", but must be bin, quarantine, missing or ship_again")
		}
		if left[l.Line] -= l.Qty; left[l.Line] < 0 {
			return nil, Refuse(TooMany, "got", s.name(line.SKU), "qty", strconv.Itoa(l.Qty), "left", strconv.Itoa(left[l.Line]+l.Qty))
		}
		if l.SKU = line.SKU; l.To == "bin" && l.Bin == "" {
			l.Bin = s.Suggest(l.SKU)
		}
		if l.To != "bin" {
			l.Bin = ""
		} else if l.Bin != NoBin && s.Bins[l.Bin] == nil {
			return nil, Refuse(UnknownBin, "bin", string(l.Bin))
		}
		if r := s.nameUnpacked(o, line, &l, at, named, lots); r != nil {
			return nil, r
		}
		again = again || l.To == "ship_again"
		e.Lines = append(e.Lines, l)
	}
	for _, x := range u.Contents { // in the order of the parcel, so that the answer is always the same
		if left[x.Line] > 0 {
			return nil, Refuse(NotAllUnpacked, "unit", string(u.ID), "left", strconv.Itoa(left[x.Line]), "got", s.name(x.SKU))
		}
	}
	if !again {
		return []Event{e}, nil
	}
	id, ok := s.nextSSCC()
	if !ok {
		return nil, Refuse(NoNumbers)
	}
	e.Again, e.WeightG = id, c.WeightG
	label := &LabelRequested{Order: o.ID, Job: jobID(m.ID, 1), Doc: DocShippingLabel, Unit: id, Copy: 1, Station: m.Station, Carrier: o.Carrier}
	if label.Number, label.From, label.Ref = s.numberFor(o, o.Carrier); label.Number == "" {
		label.Carrier = ""
	}
	return []Event{e, label}, nil
}

// nameUnpacked says which numbered units of a parcel are in a bin or in quarantine again: those named, or the only
// ones it can be. Else the book has them with the order for ever, and nobody can sell them.
func (s *State) nameUnpacked(o *Order, line *Line, l *Unpacked, at string, named map[serial]bool, lots map[lotOf]int64) *Refusal {
	g := Goods{Serials: l.Serials, Lot: l.Lot, Expiry: l.Expiry}
	if r := g.check(l.Qty); r != nil {
		return r
	}
	if l.To != "bin" && l.To != "quarantine" {
		l.Serials, l.Lot, l.Expiry = nil, "", ""
		return nil
	}
	if r := s.lotUnpacked(line, l, at, lots); r != nil {
		return r
	}
	if len(g.Serials) == 0 && l.Qty == len(line.Serials) && len(named)+l.Qty <= MaxSerials {
		g.Serials = line.Serials
	}
	if len(g.Serials) != l.Qty && len(line.Serials) > 0 && s.Policy.NameGoods && l.Qty <= MaxSerials {
		return Refuse(SerialMissing, "got", s.name(line.SKU), "qty", strconv.Itoa(l.Qty), "have", strconv.Itoa(len(g.Serials)))
	}
	for _, no := range g.Serials {
		k := serial{line.SKU, no}
		if !slices.Contains(line.Serials, no) || named[k] {
			return Refuse(SerialElsewhere, "serial", no, "where", "no parcel of order "+string(o.ID)+" any more")
		}
		named[k] = true
	}
	if len(named) > MaxSerials {
		return badField(at+"serials", "are too many, at most "+strconv.Itoa(MaxSerials)+" fit one command")
	}
	l.Serials = slices.Clone(g.Serials)
	return nil
}

// lotOf is a lot of a line.
type lotOf struct {
	line LineID
	lot  string
}

// lotUnpacked says of which lot goods are that go to a bin or to quarantine again: the one that is named, or the only one
// it can be. Else the bin has goods of no lot, and nobody knows when they expire.
func (s *State) lotUnpacked(line *Line, l *Unpacked, at string, lots map[lotOf]int64) *Refusal {
	if l.Lot == "" && len(line.Lots) == 1 && line.Lots[0].Qty >= int64(l.Qty) {
		l.Lot = line.Lots[0].Lot
	}
	l.Expiry = ""
	for _, x := range line.Lots {
		if x.Lot == l.Lot {
			k := lotOf{line.ID, l.Lot}
			if lots[k] += int64(l.Qty); lots[k] > x.Qty && s.Policy.NameGoods {
				return Refuse(TooMany, "got", s.name(line.SKU)+ofLot(l.Lot), "qty", strconv.Itoa(l.Qty), "left", strconv.FormatInt(x.Qty-lots[k]+int64(l.Qty), 10))
			}
			l.Expiry = x.Expiry
			return nil
		}
	}
	if l.Lot == "" && len(line.Lots) > 1 && s.Policy.NameGoods { // of which of them it is the book cannot guess
		return Refuse(LotMissing, "got", s.name(line.SKU))
	}
	if l.Lot != "" && len(line.Lots) > 0 {
		return badField(at+"lot", "is "+clip(l.Lot)+", and the order has none of that lot")
	}
	return nil
}

// causeOf is why nobody wants the goods any more, by why the parcel came back.
func causeOf(why string) Cause {
	switch why {
	case "refused":
		return Refused
	case "intercepted":
		return ByCentre
	}
	return BroughtBack
}

func (e *ParcelUnpacked) apply(s *State) {
	if e.Again != "" {
		s.burn(e.Again)
	}
	o := s.order(e.Order)
	if o == nil {
		return
	}
	u := o.Unit(e.Unit)
	if u == nil || u.State != UnitBack {
		return
	}
	u.State, u.Voided = UnitVoid, s.now()
	fresh := Unit{ID: e.Again, No: len(o.Units) + 1, Carton: u.Carton, State: UnitClosed, WeightG: e.WeightG}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == e.Unit && j.waiting() {
			j.State, j.Reasons = JobCanceled, nil
		}
	}
	for _, l := range e.Lines {
		to := Missing
		switch l.To {
		case "bin":
			to = InBin(l.Bin)
		case "quarantine":
			to = Quarantine
		case "ship_again":
			to = OnBench(e.Again)
			fresh.add(l.Line, l.SKU, l.Qty)
		}
		if line := o.Line(l.Line); line != nil && l.To != "ship_again" {
			gone := min(l.Qty, line.Wanted())
			line.Picked -= l.Qty
			for _, no := range l.Serials {
				line.Serials = withSerial(line.Serials, no, false)
			}
			if l.Lot != "" {
				line.Lots = addLot(line.Lots, l.Lot, l.Expiry, -l.Qty)
			}
			if gone > 0 {
				line.cancel(e.Cause, gone)
			}
		}
		s.move(Move{SKU: l.SKU, Qty: l.Qty, From: CameBack(e.Unit), To: to, Lot: l.Lot, Expiry: l.Expiry, Serials: l.Serials})
	}
	if e.Again != "" {
		if u.COD != nil { // what is still to be paid, not what its first label said
			fresh.collect(o, o.codFor(&fresh))
		}
		o.Units = append(o.Units, fresh)
		s.Units[e.Again] = e.Order
	}
	s.owe(o)
	s.settleWith("parcel_back", e.Subject(), "unit", string(e.Unit))
}

func (c *InterceptParcel) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, u, r := s.findUnit(c.Unit)
	if r != nil {
		return nil, r
	}
	if r := checkNote("note", c.Note); r != nil {
		return nil, r
	}
	switch {
	case u.State == UnitDeparted:
		return nil, Refuse(UnitGone, "unit", string(u.ID))
	case u.State != UnitOpen && u.State != UnitClosed, u.Blocked != "":
		return nil, Refuse(NothingLeft, "what", "parcel "+string(u.ID))
	}
	return []Event{&UnitBlocked{Order: o.ID, Unit: u.ID, Why: heldBack, Note: c.Note}}, nil
}
