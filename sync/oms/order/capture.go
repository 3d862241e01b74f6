package order

import (
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
	Customer Customer     `json:"customer"`
	ShipTo   Address      `json:"ship_to"`
	Service  Service      `json:"service,omitempty" doc:"standard (the default) or express." example:"standard"`
	Due      *time.Time   `json:"due,omitempty" doc:"When it has to leave, RFC 3339. Default: now and the hours of the service."`
	Note     string       `json:"note,omitempty" doc:"For the picker; nothing personal." example:"Ring twice"`
	Lines    []Asked      `json:"lines" doc:"1 to 200 lines."`
	Site     floor.SiteID `json:"site,omitempty" doc:"Force this site, whatever routing would say."`
}

// Customer is who ordered. Personal data.
type Customer struct {
	Name  string `json:"name" example:"Ada Lovelace"`
	Email string `json:"email,omitempty" example:"ada@example.com"`
}

// Address is where it goes. Personal data. It travels to the site as the row Capture's assignment names,
// in exactly these fields.
type Address struct {
	Name     string   `json:"name" example:"Ada Lovelace"`
	Street   []string `json:"street" doc:"1 to 4 lines." example:"[\"12 St James's Square\"]"`
	Postcode string   `json:"postcode" example:"SW1Y 4JH"`
	City     string   `json:"city" example:"London"`
	Country  string   `json:"country" doc:"ISO 3166-1 alpha-2, upper case." example:"GB"`
	Phone    string   `json:"phone,omitempty" example:"+44 20 7946 0000"`
}

// Asked is one line: an item by its SKU or by one of its barcodes, and how many.
type Asked struct {
	SKU  floor.SKU `json:"sku,omitempty" doc:"Either sku or gtin." example:"OAT-1L"`
	GTIN string    `json:"gtin,omitempty" doc:"8, 12, 13 or 14 digits with a right check digit."`
	Qty  int       `json:"qty" doc:"1 to 10000." example:"2"`
}

// Personal is the part of an order that is a person's and can be erased.
type Personal struct {
	Customer Customer `json:"customer"`
	ShipTo   Address  `json:"ship_to"`
}

// Order is an order as the centre keeps it, without what is personal.
type Order struct {
	ID       floor.OrderID `json:"id"`
	Channel  string        `json:"channel"`
	Number   string        `json:"number"`
	Service  Service       `json:"service"`
	Due      time.Time     `json:"due"`
	AskedDue bool          `json:"asked_due,omitempty"` // the channel named the time, not the service
	Note     string        `json:"note,omitempty"`
	Site     floor.SiteID  `json:"site,omitempty"` // forced
	Lines    []Line        `json:"lines"`
	Captured time.Time     `json:"captured"`
	State    State         `json:"state"`
	Routing  Routing       `json:"routing"`
}

// Line of an order. Its ID is its place in the capture, counted from 1.
type Line struct {
	ID  floor.LineID `json:"line"`
	SKU floor.SKU    `json:"sku"`
	Qty int          `json:"qty"`
}

// Ref names the row of an order's personal data, at the centre and at the site.
func Ref(id floor.OrderID) string { return "pii/" + string(id) }

// FromCapture makes the order of a capture that Check found sound. hours is how long each service takes.
func FromCapture(id floor.OrderID, c Capture, cat Catalogue, now time.Time, hours map[Service]time.Duration) (Order, Personal) {
	o := Order{ID: id, Channel: c.Channel, Number: c.Number, Service: c.Service, Note: c.Note, Site: c.Site,
		Captured: now.UTC().Truncate(time.Millisecond), State: Waiting}
	if o.Service == "" {
		o.Service = Standard
	}
	if c.Due != nil {
		o.Due, o.AskedDue = c.Due.UTC().Truncate(time.Second), true
	} else {
		o.Due = now.UTC().Add(hours[o.Service]).Truncate(time.Second)
	}
	for i, l := range c.Lines {
		sku, _ := cat.Find(l)
		o.Lines = append(o.Lines, Line{ID: lineID(i), SKU: sku, Qty: l.Qty})
	}
	return o, Personal{Customer: c.Customer, ShipTo: c.ShipTo}
}

// Assign is what the site is told: the whole order, its address by reference only.
func (o *Order) Assign(id floor.AssignmentID, at floor.OrderID, carrier string) *floor.Assign {
	a := &floor.Assign{Order: at, Assignment: id, Number: o.Number, Flow: floor.FlowShip, Mode: floor.ModeHold, Due: o.Due,
		Carrier: carrier, Service: string(o.Service), ShipTo: Ref(o.ID), Note: o.Note}
	if o.Service == Express {
		a.Priority = 1
	}
	for _, l := range o.Lines {
		a.Lines = append(a.Lines, floor.AskedLine{Line: l.ID, SKU: l.SKU, Qty: l.Qty})
	}
	return a
}
