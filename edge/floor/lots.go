package floor

import (
	"slices"
	"strconv"
)

// LotQty is how many units of one lot stand at a place. What was moved without a word of its lot is in the
// place's quantity and in no lot.
type LotQty struct {
	Lot    string `json:"lot"`
	Expiry string `json:"expiry,omitempty"` // 2006-01-02
	Qty    int64  `json:"qty"`
}

// Lots lists what the book knows of an item's lots at a place: what expires first comes first, lots without
// a date last. It is to be read only.
func (s *State) Lots(p PlaceID, sku SKU) []LotQty {
	at := s.Places[p]
	if at == nil || len(at.Lots[sku]) == 0 {
		return nil
	}
	out := slices.Clone(at.Lots[sku])
	slices.SortStableFunc(out, func(a, b LotQty) int {
		switch {
		case a.Expiry == b.Expiry:
			return 0
		case a.Expiry == "" || b.Expiry != "" && b.Expiry < a.Expiry:
			return 1
		}
		return -1
	})
	return out
}

// LotAt is how many units of a lot the book has at a place.
func (s *State) LotAt(p PlaceID, sku SKU, lot string) int64 {
	for _, l := range s.Lots(p, sku) {
		if l.Lot == lot {
			return l.Qty
		}
	}
	return 0
}

// ExpiryOf is the date a lot expires by the book of a place, empty when it is not known there.
func (s *State) ExpiryOf(p PlaceID, sku SKU, lot string) string {
	for _, l := range s.Lots(p, sku) {
		if l.Lot == lot {
			return l.Expiry
		}
	}
	return ""
}

// lot books units of a lot. The lots of an item stay sorted by name, so that the order of the facts leaves
// no trace; one that comes to nothing is forgotten.
func (p *Place) lot(sku SKU, lot, expiry string, delta int64) {
	lots := p.Lots[sku]
	i, found := slices.BinarySearchFunc(lots, lot, func(l LotQty, name string) int {
		switch {
		case l.Lot < name:
			return -1
		case l.Lot > name:
			return 1
		}
		return 0
	})
	if !found {
		lots = slices.Insert(lots, i, LotQty{Lot: lot})
	}
	if expiry != "" {
		lots[i].Expiry = expiry
	}
	if lots[i].Qty += delta; lots[i].Qty == 0 {
		lots = slices.Delete(lots, i, i+1)
	}
	if len(lots) == 0 {
		if delete(p.Lots, sku); len(p.Lots) == 0 {
			p.Lots = nil
		}
		return
	}
	if p.Lots == nil {
		p.Lots = map[SKU][]LotQty{}
	}
	p.Lots[sku] = lots
}

// cloneLots copies the lots of a place, so that a snapshot keeps its own.
func cloneLots(lots map[SKU][]LotQty) map[SKU][]LotQty {
	if lots == nil {
		return nil
	}
	out := make(map[SKU][]LotQty, len(lots))
	for sku, l := range lots {
		out[sku] = slices.Clone(l)
	}
	return out
}

// MaxLot is the longest lot or serial number (GS1 General Specifications 3.4.2 and 3.5.2).
const MaxLot = 20

// checkLot looks at a lot or serial number; empty is none.
func checkLot(field, lot string) *Refusal {
	if r := checkText(field, lot, MaxLot); r != nil {
		return r
	}
	for i := 0; i < len(lot); i++ {
		if lot[i] <= ' ' || lot[i] > '~' {
			return badField(field, "is "+strconv.Quote(lot)+"; letters, digits and signs without blanks are allowed")
		}
	}
	return nil
}
