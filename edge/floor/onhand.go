package floor

import (
	"slices"
	"strconv"
	"strings"
)

// Buckets is where the units of an item stand, by the book.
type Buckets struct {
	OnHand     int64 `json:"on_hand"`    // in bins; a negative bin counts as it is
	Reserved   int64 `json:"reserved"`   // of what is in bins, wanted by open orders and not yet picked
	InTote     int64 `json:"in_tote"`    // picked
	Packed     int64 `json:"packed"`     // on a bench or in a parcel
	Staging    int64 `json:"staging"`    // on the shelf for customers
	Receiving  int64 `json:"receiving"`  // counted in, not yet put away
	Hold       int64 `json:"hold"`       // waits for a lead
	Quarantine int64 `json:"quarantine"` // not to be sold
	Returns    int64 `json:"returns"`    // brought back, not yet looked at
	Repair     int64 `json:"repair"`     // brought back, being mended
	CameBack   int64 `json:"came_back"`  // in parcels the carrier brought back
	Missing    int64 `json:"missing"`    // booked, but not there
	InTransit  int64 `json:"in_transit"` // on its way between two sites
	Promise    ATP   `json:"promise"`
}

// ATP is what may still be promised, with its arithmetic. It is derived, and never written down.
type ATP struct {
	OnHand    int64 `json:"on_hand"` // in bins whose book is not negative
	Reserved  int64 `json:"reserved"`
	Kept      int64 `json:"kept"` // for the centre, which promises it by itself
	Safety    int64 `json:"safety"`
	Available int64 `json:"available"` // on hand - reserved - kept - safety, at least 0
	Oversold  int64 `json:"oversold"`  // what is promised beyond what is there
}

// OnHandOf sums up an item. It looks at every place, so it is for people and reports, not for every scan.
func (s *State) OnHandOf(sku SKU) Buckets {
	var b Buckets
	for id, p := range s.Places {
		n := p.Qty[sku]
		switch id.Bucket() {
		case "bin":
			b.OnHand += n
		case "tote", "run":
			b.InTote += n
		case "bench":
			b.Packed += n
		case "staging":
			b.Staging += n
		case "receiving":
			b.Receiving += n
		case "hold":
			b.Hold += n
		case "quarantine":
			b.Quarantine += n
		case "returns":
			b.Returns += n
		case "repair":
			b.Repair += n
		case "back":
			b.CameBack += n
		case "missing":
			b.Missing += n
		case "transit":
			b.InTransit += n
		}
	}
	b.Promise = s.PromiseOf(sku)
	b.Reserved = b.Promise.Reserved
	return b
}

// PromiseOf is what may still be promised of an item.
func (s *State) PromiseOf(sku SKU) ATP { return s.promise(sku, s.committed(sku)) }

// Promises is PromiseOf for many items: it looks at the orders once.
func (s *State) Promises() func(SKU) ATP {
	reserved := map[SKU]int64{}
	for _, o := range s.Orders {
		for i := range o.Lines {
			if l := &o.Lines[i]; o.Source != "incoming" {
				reserved[l.SKU] += int64(l.ToPick())
			}
		}
	}
	return func(sku SKU) ATP { return s.promise(sku, reserved[sku]) }
}

func (s *State) promise(sku SKU, reserved int64) ATP {
	a := ATP{OnHand: s.sellable(sku), Reserved: reserved, Kept: s.Kept(sku), Safety: int64(s.Policy.SafetyStock)}
	a.Available = max(0, a.OnHand-a.Reserved-a.Kept-a.Safety)
	a.Oversold = max(0, a.Reserved-a.OnHand)
	return a
}

// sellable is what stands in bins one may pick from; a negative book promises nothing.
func (s *State) sellable(sku SKU) int64 {
	n := int64(0)
	for _, b := range s.homes[sku] {
		if s.sells(b) {
			n += max(0, s.OnHand(InBin(b), sku))
		}
	}
	return n
}

// sells says whether what stands in a bin can be promised to somebody.
func (s *State) sells(b BinID) bool {
	at := s.Bins[b]
	return at == nil || at.Use == "" || at.Use == "pick" || at.Use == "reserve"
}

// committed is what open orders still want from the bins. What comes for an order from elsewhere is no claim
// on the bins.
func (s *State) committed(sku SKU) int64 {
	n := int64(0)
	for _, o := range s.Orders {
		if o.Source == "incoming" {
			continue
		}
		for i := range o.Lines {
			if l := &o.Lines[i]; l.SKU == sku {
				n += int64(l.ToPick())
			}
		}
	}
	return n
}

// LowItem is an item at or below the level its catalogue entry calls low.
type LowItem struct {
	SKU    SKU   `json:"sku"`
	Low    int   `json:"low"`
	OnHand int64 `json:"on_hand"`
}

// LowStock lists the items that run low, by their numbers.
func (s *State) LowStock() []LowItem {
	var out []LowItem
	for sku, it := range s.Items {
		if it.Low > 0 {
			if n := s.sellable(sku); n <= int64(it.Low) {
				out = append(out, LowItem{SKU: sku, Low: it.Low, OnHand: n})
			}
		}
	}
	slices.SortFunc(out, func(a, b LowItem) int { return strings.Compare(string(a.SKU), string(b.SKU)) })
	return out
}

// level puts an item on the desk when a movement took it down to its low level, and takes it off again when
// one brought it above.
func (s *State) level(m Move) {
	it := s.Items[m.SKU]
	out, in := m.From.Bin() != "", m.To.Bin() != ""
	if it == nil || it.Low <= 0 || out == in {
		return
	}
	n, low, subject := s.sellable(m.SKU), int64(it.Low), "item/"+string(m.SKU)
	switch {
	case n > low:
		s.settle("low_stock", subject)
	case out && n+int64(m.Qty) > low:
		s.settle("low_stock", subject)
		s.raise("low_stock", subject, "sku", string(m.SKU), "left", strconv.FormatInt(n, 10), "low", strconv.FormatInt(low, 10))
	}
}
