package floor

import (
	"slices"
	"strings"
	"time"
)

// Parcel is a parcel of a transfer to this site: which delivery it belongs to, so that its list read again, and
// the centre's word of it, join the one delivery whichever of them comes first. It is kept for a while after it
// is received: a list that lies about must not bring its goods twice.
type Parcel struct {
	Unit    UnitID      `json:"unit"`
	Inbound InboundID   `json:"inbound"`
	From    string      `json:"from,omitempty"`
	Order   OrderID     `json:"order,omitempty"` // as its sender calls it
	Of      int         `json:"of,omitempty"`    // how many codes its list has
	Codes   []ReadCode  `json:"codes,omitempty"`
	Said    bool        `json:"said,omitempty"` // its contents came from elsewhere than its list
	Told    []InboundID `json:"told,omitempty"` // announcements of the centre that named it
	Took    []SKUQty    `json:"took,omitempty"` // received: what came
	Differs []SKU       `json:"differs,omitempty"`
	Broken  bool        `json:"broken,omitempty"` // some of it was broken: people settle that
	Closed  bool        `json:"closed,omitempty"` // its delivery is complete
	Since   time.Time   `json:"since"`
}

// ReadCode is a code of a list that was read.
type ReadCode struct {
	No  int    `json:"no"`
	Sum string `json:"sum"` // of what is signed
}

func (p Parcel) clone() Parcel {
	p.Codes, p.Told, p.Took, p.Differs = slices.Clone(p.Codes), slices.Clone(p.Told), slices.Clone(p.Took), slices.Clone(p.Differs)
	return p
}

// ParcelDays is how long a parcel that was received is remembered.
const ParcelDays = 90

// missing is how many codes of its list were not read, while nobody else said what is in it.
func (p *Parcel) missing() int {
	if p.Said {
		return 0
	}
	return p.Of - len(p.Codes)
}

func (p *Parcel) code(no int) *ReadCode {
	for i := range p.Codes {
		if p.Codes[i].No == no {
			return &p.Codes[i]
		}
	}
	return nil
}

func (p *Parcel) took(sku SKU) int {
	for _, t := range p.Took {
		if t.SKU == sku {
			return t.Qty
		}
	}
	return 0
}

// parcel gives the row of a parcel to be written, a new one when it was not heard of before.
func (s *State) parcel(u UnitID, in InboundID, from string) *Parcel {
	if p := s.Transfers.change(s, u); p != nil {
		return p
	}
	s.forgetParcels()
	return s.Transfers.put(s, u, Parcel{Unit: u, Inbound: in, From: from, Since: s.now()})
}

// forgetParcels drops what was received long ago.
func (s *State) forgetParcels() {
	before := s.now().AddDate(0, 0, -ParcelDays)
	s.Transfers.dropAll(func(p *Parcel) bool { return p.Closed && p.Since.Before(before) })
}

// parcels lists the parcels of a delivery, in the order of its lines.
func (i *Inbound) parcels() []UnitID {
	var out []UnitID
	for k := range i.Lines {
		if u := i.Lines[k].Unit; u != "" && !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// inParcel sums what a parcel should hold of an item by the delivery's lines.
func (i *Inbound) inParcel(u UnitID, sku SKU) int {
	n := 0
	for k := range i.Lines {
		if l := &i.Lines[k]; l.Unit == u && l.SKU == sku {
			n += l.Qty
		}
	}
	return n
}

// expect changes what a parcel should hold of an item. Lines are never taken out: records name them by number.
func (i *Inbound) expect(u UnitID, sku SKU, delta int) {
	for k := len(i.Lines) - 1; k >= 0 && delta != 0; k-- {
		if l := &i.Lines[k]; l.Unit == u && l.SKU == sku {
			n := max(delta, -l.Qty)
			l.Qty += n
			delta -= n
		}
	}
	if delta > 0 {
		i.Lines = append(i.Lines, InboundLine{Announced: Announced{SKU: sku, Qty: delta, Unit: u}})
	}
}

// refine takes the lot of a listed line into a line of the same parcel that was announced without one.
func (i *Inbound) refine(a Announced) {
	if a.Lot == "" {
		return
	}
	for k := range i.Lines {
		l := &i.Lines[k]
		switch {
		case l.Unit != a.Unit || l.SKU != a.SKU || l.Lot != "" || l.Got+l.Damaged > 0 || l.Qty < a.Qty:
			continue
		case l.Qty == a.Qty:
			l.Lot = a.Lot
		default:
			l.Qty -= a.Qty
			part := Announced{SKU: a.SKU, Qty: a.Qty, Lot: a.Lot, Unit: a.Unit, Order: l.Order, Line: l.Line}
			i.Lines = append(i.Lines, InboundLine{Announced: part})
		}
		return
	}
}

// perParcel says what came of each parcel of a transfer. What nobody announced is said with the first of them.
func (s *State) perParcel(in *Inbound) []Event {
	units := in.parcels()
	if in.What != "transfer" || len(units) == 0 {
		return nil
	}
	var out []Event
	for n, u := range units {
		e := &TransferCounted{Inbound: in.ID, Unit: u, From: in.From}
		if p := s.Transfers.Get(u); p != nil {
			e.From, e.Order = p.From, p.Order
		}
		at := map[SKU]int{}
		for k := range in.Lines {
			l := &in.Lines[k]
			if l.Unit != u && (n > 0 || l.Unit != "") {
				continue
			}
			i, ok := at[l.SKU]
			if !ok {
				i = len(e.Lines)
				at[l.SKU] = i
				e.Lines = append(e.Lines, CountedSKU{SKU: l.SKU})
			}
			e.Lines[i].Listed += l.Qty
			e.Lines[i].Got += l.Got + l.Damaged
			e.Lines[i].Damaged += l.Damaged
		}
		slices.SortFunc(e.Lines, func(a, b CountedSKU) int { return strings.Compare(string(a.SKU), string(b.SKU)) })
		out = append(out, e)
	}
	return out
}
