package floor

import (
	"fmt"
	"slices"
	"strconv"
)

// MoveStock says that units were, or are about to be, carried from one bin to another.
type MoveStock struct {
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	From BinID  `json:"from"`
	To   BinID  `json:"to"`
	Lot  string `json:"lot,omitempty"`
	Done bool   `json:"done,omitempty"` // it has moved already: record it, whatever the book says

	Serials []string `json:"serials,omitempty"`
}

// StockMoved: units stand in another bin.
type StockMoved struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	From   BinID  `json:"from"`
	To     BinID  `json:"to"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"` // of the lot, as the first bin's book knows it
	Beyond bool   `json:"beyond,omitempty"` // the book had less, and the rules said no
	Task   TaskID `json:"task,omitempty"`   // the task it was carried for

	Serials []string `json:"serials,omitempty"`
}

// Kind names the command.
func (*MoveStock) Kind() string { return "stock.move" }

// Type and Subject name the event.
func (*StockMoved) Type() string      { return "picket.stock.moved.v1" }
func (e *StockMoved) Subject() string { return "bin/" + string(e.From) }
func (e *StockMoved) doubt() bool     { return e.Beyond }
func (e *StockMoved) tell(n Names) string {
	words := fmt.Sprintf("Moved %d × %s%s from %s to %s", e.Qty, n(e.SKU), ofLot(e.Lot), e.From, e.To)
	if e.Beyond {
		words += ", though the rules said no"
	}
	return words + "."
}

func (c *MoveStock) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if r := check([2]string{"from", string(c.From)}, [2]string{"to", string(c.To)}); r != nil {
		return nil, r
	}
	for _, b := range []BinID{c.From, c.To} {
		if s.Bins[b] == nil {
			return nil, Refuse(UnknownBin, "bin", string(b))
		}
	}
	if c.From == c.To {
		return nil, badField("to", "is the bin the goods stand in already")
	}
	g := Goods{Lot: c.Lot, Serials: slices.Clone(c.Serials)}
	if r := g.check(c.Qty); r != nil {
		return nil, r
	}
	no := s.there(InBin(c.From), c.SKU, c.Lot, c.Qty)
	if s.Policy.MoveBeyondBook {
		no = nil
	}
	if r := s.named(c.SKU, c.Qty, InBin(c.From), &g); no == nil {
		no = r
	}
	if no == nil {
		no = s.strange(InBin(c.From), c.SKU, g.Serials)
	}
	if no == nil {
		no = s.suits(s.Bins[c.To], c.SKU)
	}
	for _, b := range []BinID{c.From, c.To} {
		if r := s.frozen(b); r != nil && no == nil {
			no = r
		}
	}
	if no != nil && !c.Done {
		return nil, no
	}
	return []Event{&StockMoved{
		SKU: c.SKU, Qty: c.Qty, From: c.From, To: c.To, Lot: g.Lot, Expiry: s.ExpiryOf(InBin(c.From), c.SKU, g.Lot), Serials: g.Serials, Beyond: no != nil,
	}}, nil
}

func (e *StockMoved) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.From), To: InBin(e.To), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	s.filled(e.Task, e.Qty)
	if e.Beyond {
		s.raise("moved_beyond_book", e.Subject(), "bin", string(e.From), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty))
	}
}

// checkGoods looks at what every command about goods says of them.
func (s *State) checkGoods(sku SKU, qty int, lot string) *Refusal {
	if r := check([2]string{"sku", string(sku)}); r != nil {
		return r
	}
	if s.Items[sku] == nil {
		return Refuse(UnknownItem, "sku", string(sku))
	}
	if r := checkRange("qty", qty, 1, MaxQty); r != nil {
		return r
	}
	return checkLot("lot", lot)
}

// there refuses to take more from a place than its book has; of a lot, more than the book has of that lot.
func (s *State) there(p PlaceID, sku SKU, lot string, qty int) *Refusal {
	has := max(0, s.OnHand(p, sku))
	if lot != "" {
		has = min(has, max(0, s.LotAt(p, sku, lot)))
	}
	if int64(qty) <= has {
		return nil
	}
	return Refuse(NotThere, "place", p.said(), "got", s.name(sku)+ofLot(lot), "has", strconv.FormatInt(has, 10), "qty", strconv.Itoa(qty)).hide(s, p.Bin())
}

// said is what people call a place.
func (p PlaceID) said() string {
	if b := p.Bin(); b != "" {
		return string(b)
	}
	return plain(string(p))
}

func ofLot(lot string) string {
	if lot == "" {
		return ""
	}
	return " of lot " + lot
}
