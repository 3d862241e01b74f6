package order

import (
	"encoding/json"
	"strings"
	"time"

	"picket/edge/floor"
)

// Service is how fast the customer wants it.
type Service string

// The services the reference centre sells. Each has hours from capture to due, set in its configuration.
const (
	Standard Service = "standard"
	Express  Service = "express"
)

// Capture is an order as a channel hands it in. Channel and Number together name it for ever.
type Capture struct {
	Channel  string       `json:"channel" doc:"Where the order comes from, such as web, pos or a marketplace's name. Letters, digits and ._:/- ." example:"web"`
	Number   string       `json:"number" doc:"The channel's number of the order; with the channel it names the order for ever." example:"1001"`
	Flow     floor.Flow   `json:"flow,omitempty" enum:"ship,pickup,transfer" doc:"ship (the default): by carrier. pickup: the customer comes to site. transfer: to another site, named by to."`
	Customer Customer     `json:"customer,omitzero" required:"false" doc:"Not needed for a transfer."`
	ShipTo   Address      `json:"ship_to,omitzero" required:"false" doc:"Where it goes. Not needed for an order that is collected."`
	Service  Service      `json:"service,omitempty" doc:"standard (the default) or express." example:"standard"`
	Due      *time.Time   `json:"due,omitempty" doc:"When it has to leave, or be ready to collect, RFC 3339. Default: now and the hours of the service."`
	Note     string       `json:"note,omitempty" doc:"For the picker; nothing personal." example:"Ring twice"`
	Placed   *time.Time   `json:"placed,omitempty" doc:"When the customer placed it, RFC 3339. Default: now. After a restore of the centre, orders that are sent again and were placed before it wait until every site was heard."`
	Lines    []Asked      `json:"lines" doc:"1 to 2000 lines."`
	Site     floor.SiteID `json:"site,omitempty" doc:"Force this site, whatever routing would say. An order that is collected must name its site."`
	Wishes
}

// Customer is who ordered. Personal data.
type Customer struct {
	Name  string `json:"name" example:"Ada Lovelace"`
	Email string `json:"email,omitempty" example:"ada@example.com"`
}

// Address is where it goes. Personal data. It travels to the site as the row Capture's assignment names,
// in these fields, with ordered_by where somebody else ordered it.
type Address struct {
	Name     string   `json:"name" example:"Ada Lovelace"`
	Street   []string `json:"street" doc:"1 to 4 lines." example:"[\"12 St James's Square\"]"`
	Postcode string   `json:"postcode" example:"SW1Y 4JH"`
	City     string   `json:"city" example:"London"`
	Country  string   `json:"country" doc:"ISO 3166-1 alpha-2, upper case." example:"GB"`
	Phone    string   `json:"phone,omitempty" example:"+44 20 7946 0000"`
	TaxID    string   `json:"tax_id,omitempty" doc:"The importer's reference for customs: a tax, VAT or EORI number." example:"GB123456789000"`
}

// Asked is one line: an item by its SKU or by one of its barcodes, and how many.
type Asked struct {
	SKU  floor.SKU `json:"sku,omitempty" doc:"Either sku or gtin." example:"OAT-1L"`
	GTIN string    `json:"gtin,omitempty" doc:"8, 12, 13 or 14 digits with a right check digit."`
	Qty  int       `json:"qty" doc:"1 to 10000." example:"2"`
	floor.LineTerms
}

// Personal is the part of an order that is a person's and can be erased.
type Personal struct {
	Customer Customer `json:"customer"`
	ShipTo   Address  `json:"ship_to,omitzero"`
	Contact  *Contact `json:"contact,omitempty"`
	Gift     string   `json:"gift,omitempty"` // the words of whoever gives it
	Code     string   `json:"code,omitempty"` // the pickup code in clear

	First *Address           `json:"first,omitempty"` // the address as it was captured, once it was changed
	New   map[string]Address `json:"new,omitempty"`   // addresses sites were asked to take, by their rows
}

// Order is an order as the centre keeps it, without what is personal.
type Order struct {
	ID       floor.OrderID `json:"id"`
	Channel  string        `json:"channel"`
	Number   string        `json:"number"`
	Flow     floor.Flow    `json:"flow,omitempty"` // empty: ship
	Service  Service       `json:"service"`
	Due      time.Time     `json:"due"`
	AskedDue bool          `json:"asked_due,omitempty"` // the channel named the time, not the service
	Note     string        `json:"note,omitempty"`
	Site     floor.SiteID  `json:"site,omitempty"` // forced
	Lines    []Line        `json:"lines"`
	Captured time.Time     `json:"captured"`
	Placed   time.Time     `json:"placed,omitzero"` // by the customer, as the channel says
	State    State         `json:"state"`
	Routing  Routing       `json:"routing"`

	Terms    floor.Terms `json:"terms,omitzero"`
	WaitAll  bool        `json:"wait_all,omitempty"` // it may come in parts, which leave together
	Row      string      `json:"row,omitempty"`      // of its address; empty: Ref
	Hold     string      `json:"hold,omitempty"`     // why it is not given to any site
	Chosen   *Choice     `json:"chosen,omitempty"`   // what becomes of units a site gave back
	Mode     floor.Mode  `json:"mode,omitempty"`     // empty: as the site has it
	Twice    int         `json:"twice,omitempty"`    // units that left and were one too many
	Asks     []Ask       `json:"asks,omitempty"`     // what sites were asked, the oldest first
	Original *Original   `json:"original,omitempty"` // as it was captured, once it was changed
}

// Original is what a changed order was when it was captured, so that its channel may send it again.
type Original struct {
	Service Service   `json:"service"`
	Due     time.Time `json:"due"`
	Note    string    `json:"note,omitempty"`
	Qty     []int     `json:"qty"`
}

// LostChannel is the channel of orders that only a site remembers, until their own sends them again.
const LostChannel = "lost"

// Lost says whether only sites know of the order: nobody knows what was asked for, or for whom.
func (o *Order) Lost() bool {
	return o.Channel == LostChannel || strings.HasPrefix(o.Channel, LostChannel+"/")
}

// Born is when the order came to be: in a restored centre, orders from before wait for all sites.
func (o *Order) Born() time.Time {
	if !o.Placed.IsZero() && o.Placed.Before(o.Captured) {
		return o.Placed
	}
	return o.Captured
}

// Line of an order. Its ID is its place in the capture, counted from 1.
type Line struct {
	ID  floor.LineID `json:"line"`
	SKU floor.SKU    `json:"sku"`
	Qty int          `json:"qty"`
	floor.LineTerms

	Dropped int `json:"dropped,omitempty"` // cancelled while no site had them

	Allotted int `json:"allotted,omitempty"` // of an assignment: so many are taken from what its site keeps for the centre
}

// Ref names the row of an order's personal data, at the centre and at the site.
func Ref(id floor.OrderID) string { return "pii/" + string(id) }

// AddressRow names the row its address is in now, at every site that gets it from here on.
func (o *Order) AddressRow() string {
	if o.Row != "" {
		return o.Row
	}
	return Ref(o.ID)
}

// GiftRow names the row of the words that go with a gift.
func GiftRow(id floor.OrderID) string { return Ref(id) + "/gift" }

// Way is the flow of an order; orders of old have none written down, and ship.
func (o *Order) Way() floor.Flow {
	if o.Flow == "" {
		return floor.FlowShip
	}
	return o.Flow
}

// FromCapture makes the order of a capture that Check found sound. hours is how long each service takes.
func FromCapture(id floor.OrderID, c Capture, cat Catalogue, now time.Time, hours map[Service]time.Duration) (Order, Personal) {
	o := Order{ID: id, Channel: c.Channel, Number: c.Number, Flow: c.Flow, Service: c.Service, Note: c.Note, Site: c.Site,
		Captured: now.UTC().Truncate(time.Millisecond), State: Waiting, WaitAll: c.WaitAll, Mode: c.Mode}
	if o.Service == "" {
		o.Service = Standard
	}
	if o.Flow == "" {
		o.Flow = floor.FlowShip
	}
	if c.Placed != nil {
		o.Placed = c.Placed.UTC().Truncate(time.Millisecond)
	}
	if c.Due != nil {
		o.Due, o.AskedDue = c.Due.UTC().Truncate(time.Second), true
	} else {
		o.Due = now.UTC().Add(hours[o.Service]).Truncate(time.Second)
		if o.Due.Before(c.NotBefore) {
			o.Due = c.NotBefore.UTC().Truncate(time.Second).Add(hours[o.Service])
		}
	}
	o.Terms = c.terms(id, o.Flow)
	for i, l := range c.Lines {
		sku, _ := cat.Find(l)
		o.Lines = append(o.Lines, Line{ID: lineID(i), SKU: sku, Qty: l.Qty, LineTerms: l.LineTerms})
	}
	p := Personal{Customer: c.Customer, ShipTo: c.ShipTo}
	if o.Flow == floor.FlowPickup {
		p.Contact = c.contact()
	}
	if c.Gift != nil {
		p.Gift = c.Gift.Note
	}
	return o, p
}

// pieceBytes is the most the lines of one record take; a site takes records of up to floor.MaxRecord.
const pieceBytes = 40 << 10

// Assign is what the site is told: its part of the order, with what is personal by reference only. The first
// command hands it over, and those behind it bring the lines that did not fit.
func (o *Order) Assign(a *Assignment, carrier string) []floor.Command {
	head := &floor.Assign{Order: a.At, Assignment: a.ID, Number: o.Number, Flow: a.flow(o), Mode: a.mode(), Due: o.Due,
		Carrier: carrier, Service: string(o.Service), Note: o.Note, Terms: o.Terms}
	t := &head.Terms
	if head.Flow == floor.FlowPickup {
		head.Carrier = ""
	} else {
		head.ShipTo = o.AddressRow()
		t.Contact, t.Source, t.HoldDays, t.CodeSalt, t.CodeHash, t.Proof = "", "", 0, "", "", nil
		if t.Pay != nil && t.Pay.When == "pickup" {
			t.Pay = nil
		}
	}
	if a.Of > 1 {
		t.Part, t.Of, t.WaitAll = a.Part, a.Of, a.WaitAll
	}
	if a.Folded != nil {
		renamed(head, a.Folded)
	}
	if o.Service == Express {
		head.Priority = 1
	}
	lines := make([]floor.AskedLine, len(a.Lines))
	for i, l := range a.Lines {
		lines[i] = floor.AskedLine{Line: l.ID, SKU: l.SKU, Qty: l.Qty, LineTerms: l.LineTerms, Allotted: l.Allotted}
	}
	n := fits(lines)
	head.Lines, head.More = lines[:n], len(lines)-n
	out := []floor.Command{head}
	for n < len(lines) {
		k := fits(lines[n:])
		out = append(out, &floor.MoreLines{Order: a.At, From: n, Lines: lines[n : n+k]})
		n += k
	}
	return out
}

// renamed calls the rows of what is personal as the site does that has the order: it was told so by a centre that may have
// been put back since, and to which the order is another's, sent again. A row of an address that came later is as it is here: what
// stood in it is not known.
func renamed(head *floor.Assign, had *floor.Order) {
	if first := strings.Count(had.ShipTo, "/") == 1; head.ShipTo != "" && first {
		head.ShipTo = had.ShipTo
	}
	if head.Contact != "" && had.Terms.Contact != "" {
		head.Contact = had.Terms.Contact
	}
	if head.Gift != nil && head.Gift.Note != "" && had.Terms.Gift != nil && had.Terms.Gift.Note != "" {
		gift := *head.Gift
		gift.Note = had.Terms.Gift.Note
		head.Gift = &gift
	}
}

// fits is how many lines one record takes: at least one.
func fits(lines []floor.AskedLine) int {
	n, size := 0, 0
	for ; n < len(lines) && n < floor.MaxLines; n++ {
		b, err := json.Marshal(lines[n])
		if size += len(b) + 1; err != nil || size > pieceBytes && n > 0 {
			break
		}
	}
	return max(n, min(1, len(lines)))
}

// Whole gives lines of the order their terms again.
func (o *Order) Whole(lines []Line) []Line {
	for i := range lines {
		if l := o.Line(lines[i].ID); l != nil {
			lines[i].LineTerms = l.LineTerms
		}
	}
	return lines
}
