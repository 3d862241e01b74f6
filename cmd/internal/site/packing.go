package site

import (
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/slips"
	"picket/edge/view"
)

func (s *sheet) packing() ([]byte, error) {
	all, err := s.slips()
	if err != nil {
		return nil, err
	}
	return slips.Packing(all...)
}

// slips are what lies in a parcel, or in each parcel of the order. What is collected, or not packed yet, is told as a whole.
func (s *sheet) slips() ([]slips.PackingSlip, error) {
	var out []slips.PackingSlip
	ship, note := "", ""
	err := s.lookOrder(s.ask.Order, func(b *view.Board, _ *floor.State, o *floor.Order) bool {
		out = nil
		units := parcels(o, s.ask.Unit)
		if s.ask.Unit != "" && len(units) == 0 {
			return false
		}
		if ship = o.ShipTo; o.Flow == floor.FlowPickup {
			ship = o.Contact
		}
		if o.Gift != nil {
			note = o.Gift.Note
		}
		s.head.Number = o.Number
		if len(units) == 0 {
			units = []*floor.Unit{nil}
		}
		for _, u := range units {
			out = append(out, s.slip(b, o, u))
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	to, err := s.address(ship)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, line := range append(append([]string{to.Name}, to.Street...), strings.TrimSpace(to.Postcode+" "+to.City), to.Country) {
		if line != "" {
			lines = append(lines, line)
		}
	}
	message := ""
	if note != "" {
		if body, err := readRow(s.file, s.vault, note); err == nil { // one that is erased is not printed
			if message, err = labels.ReadNote(body); err != nil {
				return nil, err
			}
		}
	}
	for i := range out {
		out[i].Head, out[i].To, out[i].Message = s.head, lines, message
	}
	return out, nil
}

// parcels are the parcels of an order that hold something, or the one that is asked for.
func parcels(o *floor.Order, only floor.UnitID) []*floor.Unit {
	var out []*floor.Unit
	for i := range o.Units {
		u := &o.Units[i]
		if only == u.ID || only == "" && u.State != floor.UnitVoid && len(u.Contents) > 0 {
			out = append(out, u)
		}
	}
	return out
}

// slip is what one parcel's paper says; without a parcel, that of all that is there.
func (s *sheet) slip(b *view.Board, o *floor.Order, u *floor.Unit) slips.PackingSlip {
	p := slips.PackingSlip{Order: o.Number, Purchase: o.Purchase, Gift: o.Gift != nil}
	if p.Gift {
		p.Return = o.Gift.Receipt
	}
	if u != nil {
		p.Parcel, p.Parcels = o.Place(u.ID)
		p.Delivery = u.Delivery
		if u.ReturnNo != "" {
			p.Return = u.ReturnNo
		}
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		at := share(o, u, l)
		one := slips.SlipLine{SKU: string(l.SKU), Name: b.Called(l.SKU), Ordered: l.Qty, Before: at.Before, Here: at.Here, Later: s.theRest(l, at)}
		if u != nil && at.Here == 0 && at.Before == 0 && (one.Later == "" || at.ToCome == 0 && at.Beside > 0) {
			continue // it is all in another parcel
		}
		if !p.Gift && l.Price != nil {
			sum := *l.Price
			sum.Minor *= int64(at.Here)
			one.Price, one.Sum = s.money(l.Price), s.money(&sum)
		}
		p.Lines = append(p.Lines, one)
	}
	return p
}

func share(o *floor.Order, u *floor.Unit, l *floor.Line) floor.Share {
	if u != nil {
		return o.Share(u, l)
	}
	here := max(0, l.Picked-l.PutBack)
	return floor.Share{Here: here, ToCome: max(0, l.Wanted()-here)}
}

// theRest says what becomes of what is neither in the parcel nor was sent before it.
func (s *sheet) theRest(l *floor.Line, at floor.Share) string {
	var out []string
	for _, x := range []struct {
		n     int
		words string
	}{{at.Beside, s.say("in another parcel")}, {at.ToCome, s.say("still to come")}, {l.Short() + l.Declined, s.say("not in this parcel")}, {l.Substituted, s.say("replaced")}, {l.Cancels(), s.say("cancelled")}} {
		if x.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", x.n, x.words))
		}
	}
	return strings.Join(out, ", ")
}
