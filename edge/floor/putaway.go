package floor

import (
	"fmt"
	"slices"
	"strconv"
)

// PutAway carries goods of a delivery from receiving to a bin.
type PutAway struct {
	Inbound InboundID `json:"inbound"`
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Bin     BinID     `json:"bin"`
	Lot     string    `json:"lot,omitempty"`
	Done    bool      `json:"done,omitempty"`
	Serials []string  `json:"serials,omitempty"`
}

// StockPutAway: goods of a delivery stand in a bin, and may be promised.
type StockPutAway struct {
	Inbound InboundID `json:"inbound"`
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Bin     BinID     `json:"bin"`
	Lot     string    `json:"lot,omitempty"`
	Expiry  string    `json:"expiry,omitempty"`
	Beyond  bool      `json:"beyond,omitempty"` // the rules said no
	Serials []string  `json:"serials,omitempty"`
}

// Kind names the command.
func (*PutAway) Kind() string { return "stock.putaway" }

// Type and Subject name the event.
func (*StockPutAway) Type() string      { return "picket.stock.put_away.v1" }
func (e *StockPutAway) Subject() string { return "bin/" + string(e.Bin) }
func (e *StockPutAway) doubt() bool     { return e.Beyond }
func (e *StockPutAway) tell(n Names) string {
	words := fmt.Sprintf("Put %d × %s%s away to %s", e.Qty, n(e.SKU), ofLot(e.Lot), e.Bin)
	if e.Beyond {
		words += ", though the rules said no"
	}
	return words + "."
}

// putAwayOf is the one task that asks to put an item of a delivery away.
func putAwayOf(i InboundID, sku SKU) TaskID {
	return TaskID("put_away/" + string(i) + "/" + string(sku))
}

// putAway asks to put goods away, or takes back what was put away.
func (s *State) putAway(i InboundID, sku SKU, qty int) {
	id := putAwayOf(i, sku)
	t := s.Tasks.change(s, id)
	switch {
	case t == nil && qty > 0:
		task := Task{ID: id, What: "put_away", Subject: "inbound/" + string(i), SKU: sku, Qty: qty, From: Receiving(i), Why: "received", Since: s.now()}
		if b := s.SuggestPutAway(sku, "", qty); b != "" {
			task.To = InBin(b)
		}
		s.Tasks.put(s, id, task)
	case t == nil:
	case t.Qty+qty <= 0:
		s.Tasks.drop(id)
	default:
		t.Qty += qty
	}
}

// SuggestPutAway is the bin to put goods in: the first on the walk that holds the item, has room and suits the
// lot; or else an empty reserve bin; empty when there is none.
func (s *State) SuggestPutAway(sku SKU, lot string, qty int) BinID {
	best := BinID("")
	for _, b := range s.homes[sku] {
		if s.fits(b, sku, lot, qty) == nil && (best == "" || s.before(b, best)) {
			best = b
		}
	}
	if best != "" {
		return best
	}
	for id, b := range s.Bins {
		if p := s.Places[InBin(id)]; b.Use != "reserve" || p != nil && slices.ContainsFunc(p.skus(), func(x SKU) bool { return p.Qty[x] != 0 }) {
			continue
		}
		if s.fits(id, sku, lot, qty) == nil && (best == "" || s.before(id, best)) {
			best = id
		}
	}
	return best
}

// skus lists the items a place knows, sorted.
func (p *Place) skus() []SKU {
	out := make([]SKU, 0, len(p.Qty))
	for sku := range p.Qty {
		out = append(out, sku)
	}
	slices.Sort(out)
	return out
}

// fits refuses to put more into a bin than it holds, or another lot beside one where lots are kept apart.
func (s *State) fits(b BinID, sku SKU, lot string, qty int) *Refusal {
	bin := s.Bins[b]
	if bin == nil {
		return Refuse(UnknownBin, "bin", string(b))
	}
	if has := s.OnHand(InBin(b), sku); bin.Max > 0 && has+int64(qty) > int64(bin.Max) {
		return Refuse(BinFull, "bin", string(b), "max", strconv.Itoa(bin.Max), "has", strconv.FormatInt(has, 10)).hide(s, b)
	}
	if r := s.suits(bin, sku); r != nil {
		return r
	}
	if lot == "" || s.Policy.MixLots {
		return nil
	}
	for _, l := range s.Lots(InBin(b), sku) {
		if l.Lot != lot && l.Qty > 0 {
			return Refuse(LotsMixed, "bin", string(b), "lot", l.Lot)
		}
	}
	return nil
}

func (c *PutAway) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"inbound", string(c.Inbound)}); r != nil {
		return nil, r
	}
	if s.Inbounds.Get(c.Inbound) == nil {
		return nil, Refuse(UnknownInbound, "inbound", string(c.Inbound))
	}
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", string(c.Bin))
	}
	if r := (&Goods{Serials: c.Serials}).check(c.Qty); r != nil {
		return nil, r
	}
	from := Receiving(c.Inbound)
	no := s.there(from, c.SKU, c.Lot, c.Qty)
	if no == nil {
		no = s.fits(c.Bin, c.SKU, c.Lot, c.Qty)
	}
	if no == nil {
		no = firstNo(s.frozen(c.Bin), s.numbered(c.SKU, c.Qty, from, c.Serials))
	}
	if no != nil && !c.Done {
		return nil, no
	}
	return []Event{&StockPutAway{Inbound: c.Inbound, SKU: c.SKU, Qty: c.Qty, Bin: c.Bin, Lot: c.Lot, Expiry: s.ExpiryOf(from, c.SKU, c.Lot), Beyond: no != nil, Serials: slices.Clone(c.Serials)}}, nil
}

func (e *StockPutAway) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: Receiving(e.Inbound), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	s.putAway(e.Inbound, e.SKU, -e.Qty)
	if e.Beyond {
		s.raise("put_away_against", e.Subject(), "bin", string(e.Bin), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty))
	}
	s.endInbound(e.Inbound)
}
