package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/slips"
	"picket/edge/view"
)

// mostRows is what one paper holds.
const mostRows = 5000

func (s *sheet) countSheet() ([]byte, error) {
	sheet := slips.CountSheet{Spare: 10}
	err := s.look(func(b *view.Board, f *floor.State) bool {
		c := f.Counts.Get(s.ask.Count)
		if c == nil {
			return false
		}
		s.head.Number, sheet.Blind, sheet.Counter, sheet.Zone = c.Called(), c.Blind, string(c.Who), strings.Join(c.Zones, ", ")
		for _, bin := range binsOf(f, c) {
			p := f.Places[floor.InBin(bin)]
			if p == nil || len(p.Qty) == 0 { // an empty bin is looked at, too
				sheet.Lines = append(sheet.Lines, slips.CountLine{Bin: string(bin), Name: s.say("What stands here, if anything"), Code: string(bin)})
				continue
			}
			var skus []floor.SKU
			for sku := range p.Qty {
				skus = append(skus, sku)
			}
			slices.Sort(skus)
			for _, sku := range skus {
				sheet.Lines = append(sheet.Lines, slips.CountLine{Bin: string(bin), SKU: string(sku), Name: b.Called(sku), Code: barcode(f, sku), Book: int(p.Qty[sku])})
			}
		}
		return len(sheet.Lines) <= mostRows
	})
	if err != nil {
		return nil, err
	}
	sheet.Head = s.head
	return slips.Count(sheet)
}

// binsOf are the bins a count still asks for, in walking order.
func binsOf(f *floor.State, c *floor.Count) []floor.BinID {
	var out []floor.BinID
	for id, b := range f.Bins {
		in := len(c.Bins) == 0 && len(c.Zones) == 0 || slices.Contains(c.Bins, id) || slices.Contains(c.Zones, b.Zone)
		if at := f.BinCounts.Get(id); in && (at == nil || at.Count != c.ID || !at.Done) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b floor.BinID) int {
		return cmp.Or(cmp.Compare(f.Bins[a].Walk, f.Bins[b].Walk), cmp.Compare(a, b))
	})
	return out
}

func (s *sheet) manifest() ([]byte, error) {
	var m slips.Manifest
	var refs []string
	gone := map[int]floor.Loaded{} // of orders that left the floor
	parcel := func(i int, o *floor.Order, id floor.UnitID) {
		one := &m.Parcels[i]
		one.Order, refs[i] = o.Number, o.ShipTo
		if u := o.Unit(id); u != nil && u.COD != nil {
			one.Note = s.say("cash on delivery ") + s.money(u.COD)
		}
	}
	err := s.look(func(_ *view.Board, f *floor.State) bool {
		at := f.Manifests.Get(s.ask.Manifest)
		if at == nil {
			return false
		}
		s.head.Number, m.Carrier, m.Day = at.Called(), at.Carrier, at.Opened.In(s.zone).Format("2006-01-02")
		if c := f.Carriers.Get(floor.CarrierID(at.Carrier)); c != nil && c.Name != "" {
			m.Carrier = c.Name
		}
		for _, p := range at.Parcels {
			i := len(refs)
			m.Parcels, refs = append(m.Parcels, slips.ManifestParcel{SSCC: string(p.Unit), Tracking: p.Tracking, Grams: p.WeightG}), append(refs, "")
			if o := f.Orders[p.Order]; o != nil {
				parcel(i, o, p.Unit)
			} else {
				gone[i] = p
			}
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	left := node.NewArchive(s.file, s.vault)
	for i, p := range gone {
		o, err := left.Order(p.Order)
		if err != nil {
			return nil, err
		}
		if o != nil {
			parcel(i, o, p.Unit)
		}
	}
	for i, ref := range refs {
		to, err := s.address(ref)
		if err != nil {
			return nil, err
		}
		m.Parcels[i].To = strings.TrimSpace(to.Postcode + " " + to.City)
	}
	m.Head = s.head
	return slips.Day(m)
}

func (s *sheet) checklist() ([]byte, error) {
	c := slips.Closing{Day: s.now.Format("2006-01-02"), Lead: string(s.ask.By)}
	s.head.Number = "CLOSE-" + s.now.Format("20060102")
	err := s.look(func(_ *view.Board, f *floor.State) bool {
		c.Shift = f.Calendar().Shift(s.now)
		for _, k := range f.Checklist(s.now) {
			one := slips.Check{Text: s.say(k.Words), Done: k.Open == 0}
			if k.Open > 0 {
				one.Open = fmt.Sprintf(s.say("%d open: %s"), k.Open, strings.Join(callAll(f, k.Subjects), ", "))
			}
			c.Checks = append(c.Checks, one)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	c.Head = s.head
	return slips.Close(c)
}
