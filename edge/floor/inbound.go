package floor

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Inbound is a delivery: what was announced, and what came. It is forgotten when it is closed and its goods
// are put away.
type Inbound struct {
	ID      InboundID     `json:"id"`
	What    string        `json:"what"`             // asn, purchase_order, transfer, unannounced
	Ref     string        `json:"ref,omitempty"`    // what the sender calls it
	Number  string        `json:"number,omitempty"` // what people call it here, when nobody announced it
	From    string        `json:"from,omitempty"`   // who sent it
	Due     time.Time     `json:"due,omitzero"`
	Lines   []InboundLine `json:"lines,omitempty"`
	Serials []string      `json:"serials,omitempty"` // sku/serial received, so that none comes twice
	Since   time.Time     `json:"since"`
	Closed  bool          `json:"closed,omitempty"`
}

// InboundLine is an item of a delivery; one nobody announced has no quantity.
type InboundLine struct {
	Announced
	Got     int `json:"got,omitempty"`     // of it received, good
	Damaged int `json:"damaged,omitempty"` // received broken
}

// Announced is what is expected of an item, perhaps in a certain parcel, or for a certain order.
type Announced struct {
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Lot   string  `json:"lot,omitempty"`
	Order OrderID `json:"order,omitempty"` // it is bound for this order here
	Line  LineID  `json:"line,omitempty"`
	Unit  UnitID  `json:"unit,omitempty"` // the parcel it comes in
}

func (i Inbound) clone() Inbound {
	i.Lines, i.Serials = slices.Clone(i.Lines), slices.Clone(i.Serials)
	return i
}

// Left is what is still to come of a line.
func (l *InboundLine) Left() int { return max(0, l.Qty-l.Got-l.Damaged) }

// Receiving and InHold are where the goods of a delivery stand: counted in, and waiting for a lead.
func Receiving(i InboundID) PlaceID { return PlaceID("receiving/" + string(i)) }
func InHold(i InboundID) PlaceID    { return PlaceID("hold/" + string(i)) }

// Shown lists the lines of a delivery as whoever receives it may see them: without quantities where the site
// counts blind.
func (s *State) Shown(i *Inbound) []InboundLine {
	out := slices.Clone(i.Lines)
	if s.Policy.BlindReceiving {
		for k := range out {
			out[k].Qty = 0
		}
	}
	return out
}

// AnnounceInbound says what is to come.
type AnnounceInbound struct {
	Inbound InboundID   `json:"inbound"`
	What    string      `json:"what"`
	Ref     string      `json:"ref,omitempty"`
	From    string      `json:"from,omitempty"`
	Due     time.Time   `json:"due,omitzero"`
	Lines   []Announced `json:"lines"`
}

// OpenInbound says that something came which nobody announced. Lines are what came with it on a signed list
// of contents, which the caller has verified: the site books a transfer with both sites cut off.
type OpenInbound struct {
	Ref   string      `json:"ref,omitempty"`
	From  string      `json:"from,omitempty"`
	Lines []Announced `json:"lines,omitempty"`
	Done  bool        `json:"done,omitempty"` // it stands here already: record it, whatever the rules say
}

// InboundOpened: a delivery is expected, or is here.
type InboundOpened struct {
	Inbound InboundID   `json:"inbound"`
	What    string      `json:"what"`
	Ref     string      `json:"ref,omitempty"`
	From    string      `json:"from,omitempty"`
	Due     time.Time   `json:"due,omitzero"`
	Lines   []Announced `json:"lines,omitempty"`
	Number  string      `json:"number,omitempty"`  // what people call it here, when nobody announced it
	Against bool        `json:"against,omitempty"` // the rules said no
}

// Kind names the command.
func (*AnnounceInbound) Kind() string { return "inbound.announce" }

// Kind names the command.
func (*OpenInbound) Kind() string { return "inbound.open" }

// Type and Subject name the event.
func (*InboundOpened) Type() string              { return "picket.inbound.opened.v1" }
func (e *InboundOpened) Subject() string         { return "inbound/" + string(e.Inbound) }
func (e *InboundOpened) made() (kind, id string) { return "inbound", string(e.Inbound) }
func (e *InboundOpened) doubt() bool             { return e.Against }
func (e *InboundOpened) tell(Names) string {
	number := called(e.Number, string(e.Inbound))
	words := capital(plain(e.What)) + " delivery " + number
	if e.What == "asn" {
		words = "Delivery " + number
	}
	if e.From != "" {
		words += " from " + e.From
	}
	if e.What == "unannounced" || len(e.Lines) == 0 { // what is in a transfer its lists say
		return words + " is here."
	}
	return words + " is expected: " + plural(len(e.Lines), "line") + "."
}

// MaxInbound is how many lines a delivery is announced with; a larger one comes as several.
const MaxInbound = 100

func (c *AnnounceInbound) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"inbound", string(c.Inbound)}); r != nil {
		return nil, r
	}
	switch c.What {
	case "asn", "purchase_order", "transfer":
	default:
		return nil, badField("what", "is "+strconv.Quote(clip(c.What))+", but must be asn, purchase_order or transfer")
	}
	if was, again := s.announcedAgain(c); again {
		return nil, Refuse(AlreadyAnnounced, "inbound", string(was))
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxInbound); r != nil {
		return nil, r
	}
	if r := s.checkAnnounced(c.Ref, c.From, c.Lines); r != nil {
		return nil, r
	}
	if r := s.elsewhereAnnounced(c.Lines, c.What == "transfer"); r != nil {
		return nil, r
	}
	out, rest := s.joins(c)
	if len(rest) > 0 {
		out = append(out, &InboundOpened{Inbound: c.Inbound, What: c.What, Ref: c.Ref, From: c.From, Due: c.Due.UTC(), Lines: rest})
	}
	return out, nil
}

// elsewhereAnnounced refuses a parcel that another delivery brings: its goods would be expected twice. The centre's
// word of a transfer joins what its list said.
func (s *State) elsewhereAnnounced(lines []Announced, joins bool) *Refusal {
	units := map[UnitID]bool{}
	for _, l := range lines {
		if l.Unit != "" && !(joins && s.Transfers.Get(l.Unit) != nil) {
			units[l.Unit] = true
		}
	}
	if len(units) == 0 {
		return nil
	}
	for _, in := range s.Inbounds.All() {
		for i := range in.Lines {
			if u := in.Lines[i].Unit; units[u] {
				return Refuse(ParcelElsewhere, "unit", string(u), "inbound", string(in.ID))
			}
		}
	}
	return nil
}

func (s *State) checkAnnounced(ref, from string, lines []Announced) *Refusal {
	for _, f := range [][2]string{{"ref", ref}, {"from", from}} {
		if r := checkText(f[0], f[1], MaxID); r != nil {
			return r
		}
	}
	for i, l := range lines {
		at := fmt.Sprintf("lines[%d].", i)
		if r := check([2]string{at + "sku", string(l.SKU)}); r != nil {
			return r
		}
		if s.Items[l.SKU] == nil {
			return Refuse(UnknownItem, "sku", string(l.SKU))
		}
		if r := checkRange(at+"qty", l.Qty, 1, MaxQty); r != nil {
			return r
		}
		if r := checkLot(at+"lot", l.Lot); r != nil {
			return r
		}
		if l.Unit != "" {
			if r := checkSSCC(at+"unit", string(l.Unit)); r != nil {
				return r
			}
		}
		if l.Order == "" && l.Line == "" {
			continue
		}
		if r := check([2]string{at + "order", string(l.Order)}, [2]string{at + "line", string(l.Line)}); r != nil {
			return r
		}
	}
	return nil
}

func (c *OpenInbound) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := checkRange("lines", len(c.Lines), 0, MaxInbound); r != nil {
		return nil, r
	}
	if r := s.checkAnnounced(c.Ref, c.From, c.Lines); r != nil {
		return nil, r
	}
	for _, l := range c.Lines {
		if p := s.Transfers.Get(l.Unit); p != nil {
			return nil, Refuse(AlreadyAnnounced, "inbound", string(p.Inbound))
		}
	}
	if r := firstNo(s.elsewhereAnnounced(c.Lines, false), nameTaken(m, s.Inbounds.Get(InboundID(m.ID)) != nil)); r != nil {
		return nil, r
	}
	e := &InboundOpened{Inbound: InboundID(m.ID), What: "unannounced", Ref: c.Ref, From: c.From, Lines: c.Lines, Number: s.nextPaper(deliveryNumber, m.Now)}
	if len(c.Lines) > 0 {
		e.What = "transfer"
	} else if !s.Policy.Unannounced {
		if !c.Done {
			return nil, Refuse(NotAnnounced)
		}
		e.Against = true
	}
	return []Event{e}, nil
}

func (e *InboundOpened) apply(s *State) {
	s.tookPaper(deliveryNumber, e.Number)
	in := Inbound{ID: e.Inbound, Number: e.Number, What: e.What, Ref: e.Ref, From: e.From, Due: e.Due, Since: s.now()}
	for _, l := range e.Lines {
		in.Lines = append(in.Lines, InboundLine{Announced: l})
	}
	s.Inbounds.put(s, in.ID, in)
	for _, u := range in.parcels() {
		if e.What == "transfer" {
			p := s.parcel(u, e.Inbound, e.From)
			p.Said, p.Told = true, []InboundID{e.Inbound}
		}
	}
	if e.Against {
		s.raise("unannounced_delivery", e.Subject(), "from", e.From, "inbound", string(e.Inbound))
	}
}

// checkSSCC looks at a parcel's number and its check digit.
func checkSSCC(field, text string) *Refusal {
	if r := checkDigits(field, text, 18); r != nil {
		return r
	}
	return checkSum(field, text)
}

// checkSum looks at the last digit of a GS1 number (General Specifications 7.9).
func checkSum(field, digits string) *Refusal {
	sum := 0
	for i := range len(digits) - 1 {
		weight := 1
		if (len(digits)-i)%2 == 0 {
			weight = 3
		}
		sum += int(digits[i]-'0') * weight
	}
	if want := byte('0' + (10-sum%10)%10); digits[len(digits)-1] != want {
		return badField(field, "is "+digits+", but its check digit must be "+string(want))
	}
	return nil
}

// coded finds the item a barcode stands for, and how many units one scan of it is.
func (s *State) coded(field, code string) (SKU, int, *Refusal) {
	if len(code) < 8 || len(code) > 14 {
		return "", 0, Refuse(UnknownCode, "code", code)
	}
	if r := checkDigits(field, code, len(code)); r != nil {
		return "", 0, r
	}
	for len(code) < 14 {
		code = "0" + code
	}
	if r := checkSum(field, code); r != nil {
		return "", 0, r
	}
	at, ok := s.Codes[code]
	if !ok || len(at.Also) > 0 {
		return "", 0, s.unreadable(code)
	}
	return at.SKU, max(1, at.Qty), nil
}
