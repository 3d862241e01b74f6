package site

import (
	"cmp"

	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/slips"
	"picket/edge/view"
	"picket/edge/web"
)

// cn23Sheets is how many sheets of a declaration CN23 posts ask for: one on the parcel, one each for the customs of both countries,
// one for the dispatch. A CN22 is stuck on the parcel, once.
const cn23Sheets = 4

// customs are the declarations of an order's parcels, or of one of them, on paper.
func (s *sheet) customs() ([]byte, error) {
	var all []labels.Facts
	ship := ""
	err := s.lookOrder(s.ask.Order, func(b *view.Board, _ *floor.State, o *floor.Order) bool {
		all, ship = nil, o.ShipTo
		if o.Customs == nil {
			return false
		}
		for _, u := range parcels(o, s.ask.Unit) {
			all = append(all, labels.Facts{Sender: labels.Sender{Name: s.cfg.Name, Lines: s.cfg.Address}, Order: o, Unit: u, Job: &floor.Job{Asked: s.now}, Name: b.Name, Item: b.Article,
				Carrier: b.CarrierName(o.Carrier), Zone: s.zone})
		}
		return len(all) > 0
	})
	if err != nil {
		return nil, err
	}
	to, err := s.address(ship)
	if err != nil {
		return nil, err
	}
	if to.Name == "" { // it is erased: a declaration without an addressee declares nothing
		return nil, web.ErrNoPaper
	}
	var out []slips.Customs
	for _, f := range all {
		f.To = to
		d, err := labels.Declare(f)
		if err != nil {
			return nil, err
		}
		c := slips.Customs{Head: s.head, Form: d.Form, Operator: d.Operator, Spaced: d.Spaced, Order: f.Order.Number, From: d.From, To: d.To, Sender: facts(d.FromKnown), Importer: facts(d.ToKnown),
			Weight: d.Weight, Value: d.Value, Known: facts(d.Known), Comments: d.Comments, Certify: d.Certify, Signed: d.Signed, Copies: 1}
		c.Number = d.Item
		if d.Form == "CN23" {
			c.Copies = cn23Sheets
		}
		c.Copies = cmp.Or(s.ask.Sheets, c.Copies)
		for _, r := range d.Content {
			c.Categories = append(c.Categories, slips.Category{Name: r["name"], Ticked: r["ticked"] != ""})
		}
		for _, r := range d.Rows {
			c.Lines = append(c.Lines, slips.Declared{What: r["what"], Known: r["known"], Weight: r["weight"], Value: r["value"]})
		}
		out = append(out, c)
	}
	return slips.Declare(out...)
}

func facts(rows []labels.Row) (out []slips.Fact) {
	for _, r := range rows {
		out = append(out, slips.Fact{Name: r["name"], Value: r["value"]})
	}
	return out
}
