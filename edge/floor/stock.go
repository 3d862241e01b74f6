package floor

import (
	"slices"
	"strconv"
	"time"
)

// AdjustStock corrects the book of a bin by a delta: the opening stock, what was found, what was lost.
type AdjustStock struct {
	SKU    SKU    `json:"sku"`
	Bin    BinID  `json:"bin"`
	Delta  int    `json:"delta"`
	Reason string `json:"reason"` // one of AdjustReasons
	Lot    string `json:"lot,omitempty"`

	Expiry  string   `json:"expiry,omitempty"`
	Serials []string `json:"serials,omitempty"`
}

// AdjustReasons list why the book of a bin is corrected.
var AdjustReasons = []Reason{"opening", "found", "lost", "correction", "stolen", "misplaced", "expired", "damaged", "data_entry", "own_use"}

// StockAdjusted: the book of a bin changed by Delta.
type StockAdjusted struct {
	SKU    SKU    `json:"sku"`
	Bin    BinID  `json:"bin"`
	Delta  int    `json:"delta"`
	Reason string `json:"reason"`
	Lot    string `json:"lot,omitempty"`

	Expiry  string   `json:"expiry,omitempty"`
	Serials []string `json:"serials,omitempty"`
	Below   int      `json:"below,omitempty"` // so many units the book is below zero now, which a count will explain
}

// Kind names the command.
func (*AdjustStock) Kind() string { return "stock.adjust" }

// Type and Subject name the event.
func (*StockAdjusted) Type() string      { return "picket.stock.adjusted.v1" }
func (e *StockAdjusted) Subject() string { return "bin/" + string(e.Bin) }

func (c *AdjustStock) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"sku", string(c.SKU)}, [2]string{"bin", string(c.Bin)}); r != nil {
		return nil, r
	}
	if s.Items[c.SKU] == nil {
		return nil, Refuse(UnknownItem, "sku", string(c.SKU))
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", string(c.Bin))
	}
	if c.Delta == 0 || c.Delta > MaxQty || c.Delta < -MaxQty {
		return nil, badField("delta", "is "+strconv.Itoa(c.Delta)+", but must be -"+strconv.Itoa(MaxQty)+" to "+strconv.Itoa(MaxQty)+" and not 0")
	}
	if r := oneOf(Reason(c.Reason), AdjustReasons, "a stock adjustment"); r != nil {
		return nil, r
	}
	if r := checkLot("lot", c.Lot); r != nil {
		return nil, r
	}
	if r := s.frozen(c.Bin); r != nil {
		return nil, r
	}
	g, units, from := Goods{Lot: c.Lot, Expiry: c.Expiry, Serials: slices.Clone(c.Serials)}, c.Delta, PlaceID("")
	if units < 0 {
		units, from = -units, InBin(c.Bin)
	}
	r := g.check(units)
	if r == nil {
		// The first stock comes out of the books of another system, which may not know the pieces apart.
		if r = s.named(c.SKU, units, from, &g); r != nil && c.Reason == "opening" && r.Code != SerialElsewhere {
			r = nil
		}
	}
	if r != nil {
		return nil, r
	}
	below := max(0, -(s.OnHand(InBin(c.Bin), c.SKU) + int64(c.Delta)))
	if c.Delta > 0 {
		below = 0 // it becomes less wrong
	}
	if below > 0 && !s.Policy.NegativeStock {
		return nil, s.there(InBin(c.Bin), c.SKU, "", -c.Delta)
	}
	out := []Event{&StockAdjusted{SKU: c.SKU, Bin: c.Bin, Delta: c.Delta, Reason: c.Reason, Lot: g.Lot, Expiry: g.Expiry, Serials: g.Serials, Below: int(below)}}
	if c.Delta < 0 && s.sells(c.Bin) {
		lost := min(int64(-c.Delta), max(0, s.OnHand(InBin(c.Bin), c.SKU)))
		if e := s.atRisk(c.SKU, lost, ""); e != nil {
			out = append(out, e)
		}
		if e := s.breaks(c.SKU, lost, ""); e != nil {
			out = append(out, e)
		}
	}
	return out, nil
}

func (e *StockAdjusted) doubt() bool { return e.Below > 0 }

func (e *StockAdjusted) apply(s *State) {
	from := Adjusted
	if e.Reason == "opening" {
		from = Opening
	}
	m := Move{SKU: e.SKU, Qty: e.Delta, From: from, To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials}
	if e.Delta < 0 && len(e.Serials) > 0 { // the named units leave the bin
		m.Qty, m.From, m.To = -m.Qty, m.To, m.From
	}
	s.move(m)
	if e.Below > 0 {
		s.raise("book_below_zero", e.Subject(), "bin", string(e.Bin), "sku", string(e.SKU), "below", strconv.Itoa(e.Below))
	}
}

// NoBin stands for a bin when the book knows none: picking from it makes its book negative, which a count
// will explain.
const NoBin BinID = "none"

// Suggest is the bin to take an item from. It is one that pickers take from and that has any; of those, the
// one whose goods expire first, then the first on the walk. When none has any it is the first it ever stood in.
func (s *State) Suggest(sku SKU) BinID { return s.suggest(sku, "") }

// SuggestFor is the bin to take a line's item from: what expires first, of what keeps long enough for the line.
func (s *State) SuggestFor(l *Line, now time.Time) BinID {
	if it := s.Items[l.SKU]; !s.lotted || it == nil || !it.Expires {
		return s.suggest(l.SKU, "")
	}
	return s.suggest(l.SKU, keepsUntil(l, s.date(now)))
}

func (s *State) suggest(sku SKU, until string) BinID {
	best, has := NoBin, -1
	first := ""
	for _, b := range s.homes[sku] {
		rank, expires := s.offers(b, sku, until)
		switch {
		case rank < has:
			continue
		case rank > has:
		case expires != first:
			if expires == "" || first != "" && first < expires {
				continue
			}
		case !s.before(b, best):
			continue
		}
		best, has, first = b, rank, expires
	}
	return best
}

// offers says how good a bin is to take an item from: it has none, it has some but nobody picks there, it has
// some that keeps long enough; and when the first of that expires.
func (s *State) offers(b BinID, sku SKU, until string) (rank int, expires string) {
	at := s.Places[InBin(b)]
	if at == nil || at.Qty[sku] <= 0 {
		return 0, ""
	}
	if !s.pickable(b) {
		return 1, ""
	}
	lots := at.Lots[sku]
	if len(lots) == 0 {
		return 3, ""
	}
	if expires = s.earliest(b, sku, until); expires == "" && until != "" {
		named := int64(0)
		for _, x := range lots {
			if x.Expiry == "" {
				return 3, ""
			}
			named += x.Qty
		}
		if named >= at.Qty[sku] {
			return 2, "" // all of it is too old
		}
	}
	return 3, expires
}

// pickable says whether people take goods for orders from a bin. One nobody described may be.
func (s *State) pickable(b BinID) bool {
	at := s.Bins[b]
	return at == nil || at.Use == "" || at.Use == "pick"
}

// Stocked lists the bins whose book has the item, in the order of the walk.
func (s *State) Stocked(sku SKU) []BinID {
	var out []BinID
	for _, b := range s.homes[sku] {
		if s.OnHand(InBin(b), sku) <= 0 {
			continue
		}
		at := len(out)
		for at > 0 && s.before(b, out[at-1]) {
			at--
		}
		out = append(out, "")
		copy(out[at+1:], out[at:])
		out[at] = b
	}
	return out
}

// before orders bins by the walk, then by name.
func (s *State) before(a, b BinID) bool {
	wa, wb := s.walk(a), s.walk(b)
	return wa < wb || wa == wb && a < b
}

func (s *State) walk(b BinID) int {
	if at := s.Bins[b]; at != nil {
		return at.Walk
	}
	return 1 << 30
}
