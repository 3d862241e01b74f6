package floor

import (
	"fmt"
	"slices"
	"strings"
)

// SetApart takes units out of a bin that are not to be sold.
type SetApart struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Bin    BinID  `json:"bin"`
	Lot    string `json:"lot,omitempty"`
	Reason Reason `json:"reason"`
	Done   bool   `json:"done,omitempty"`

	Serials []string `json:"serials,omitempty"`
}

// StockSetApart: units stand in quarantine.
type StockSetApart struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Bin    BinID  `json:"bin"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"`
	Reason Reason `json:"reason"`
	Beyond bool   `json:"beyond,omitempty"`

	Serials []string `json:"serials,omitempty"`
}

// ReleaseStock puts units that were set apart back into a bin.
type ReleaseStock struct {
	SKU SKU    `json:"sku"`
	Qty int    `json:"qty"`
	Bin BinID  `json:"bin"`
	Lot string `json:"lot,omitempty"`

	Serials []string `json:"serials,omitempty"`
}

// StockReleased: units that were set apart may be sold again.
type StockReleased struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Bin    BinID  `json:"bin"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"`

	Serials []string `json:"serials,omitempty"`
}

// DisposeStock gives units that were set apart away for good.
type DisposeStock struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Lot    string `json:"lot,omitempty"`
	How    string `json:"how"` // destroy, vendor
	Reason Reason `json:"reason"`

	Serials []string `json:"serials,omitempty"`
}

// StockDisposed: units left the stock for good.
type StockDisposed struct {
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Lot    string `json:"lot,omitempty"`
	How    string `json:"how"`
	Reason Reason `json:"reason"`
	Cost   *Money `json:"cost,omitempty"` // of one unit

	Serials []string `json:"serials,omitempty"`
}

// ApartReasons list why goods are set apart or given away.
var ApartReasons = []Reason{Damaged, "expired", "recall", "inspection", "other"}

// Kind names the command.
func (*SetApart) Kind() string { return "stock.quarantine" }

// Kind names the command.
func (*ReleaseStock) Kind() string { return "stock.release" }

// Kind names the command.
func (*DisposeStock) Kind() string { return "stock.dispose" }

// Type and Subject name the event.
func (*StockSetApart) Type() string      { return "picket.stock.set_apart.v1" }
func (e *StockSetApart) Subject() string { return "bin/" + string(e.Bin) }
func (e *StockSetApart) doubt() bool     { return e.Beyond }
func (e *StockSetApart) tell(n Names) string {
	words := fmt.Sprintf("Set %d × %s%s from %s apart: %s", e.Qty, n(e.SKU), ofLot(e.Lot), e.Bin, plain(string(e.Reason)))
	if e.Beyond {
		words += ", though the book had less"
	}
	return words + "."
}

// Type and Subject name the event.
func (*StockReleased) Type() string      { return "picket.stock.released.v1" }
func (e *StockReleased) Subject() string { return "bin/" + string(e.Bin) }
func (e *StockReleased) tell(n Names) string {
	return fmt.Sprintf("Released %d × %s%s to %s.", e.Qty, n(e.SKU), ofLot(e.Lot), e.Bin)
}

// Type and Subject name the event.
func (*StockDisposed) Type() string      { return "picket.stock.disposed.v1" }
func (e *StockDisposed) Subject() string { return "item/" + string(e.SKU) }
func (e *StockDisposed) tell(n Names) string {
	how := "Destroyed"
	if e.How == "vendor" {
		how = "Sent back to the vendor"
	}
	return fmt.Sprintf("%s: %d × %s%s, %s.", how, e.Qty, n(e.SKU), ofLot(e.Lot), plain(string(e.Reason)))
}

func (c *SetApart) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", string(c.Bin))
	}
	if r := oneOf(c.Reason, ApartReasons, "setting goods apart"); r != nil {
		return nil, r
	}
	if r := (&Goods{Serials: c.Serials}).check(c.Qty); r != nil {
		return nil, r
	}
	from := InBin(c.Bin)
	no := firstNo(s.there(from, c.SKU, c.Lot, c.Qty), s.frozen(c.Bin), s.numbered(c.SKU, c.Qty, from, c.Serials))
	if no != nil && !c.Done {
		return nil, no
	}
	return []Event{&StockSetApart{SKU: c.SKU, Qty: c.Qty, Bin: c.Bin, Lot: c.Lot, Expiry: s.ExpiryOf(from, c.SKU, c.Lot), Reason: c.Reason, Beyond: no != nil, Serials: slices.Clone(c.Serials)}}, nil
}

func (e *StockSetApart) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: Quarantine, Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
	if e.Beyond {
		s.raise("moved_beyond_book", e.Subject(), "bin", string(e.Bin), "sku", string(e.SKU), "qty", fmt.Sprint(e.Qty))
	}
}

func (c *ReleaseStock) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", string(c.Bin))
	}
	if r := (&Goods{Serials: c.Serials}).check(c.Qty); r != nil {
		return nil, r
	}
	if r := firstNo(s.there(Quarantine, c.SKU, c.Lot, c.Qty), s.frozen(c.Bin), s.numbered(c.SKU, c.Qty, Quarantine, c.Serials)); r != nil {
		return nil, r
	}
	return []Event{&StockReleased{SKU: c.SKU, Qty: c.Qty, Bin: c.Bin, Lot: c.Lot, Expiry: s.ExpiryOf(Quarantine, c.SKU, c.Lot), Serials: slices.Clone(c.Serials)}}, nil
}

func (e *StockReleased) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: Quarantine, To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry, Serials: e.Serials})
}

func (c *DisposeStock) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if c.How != "destroy" && c.How != "vendor" {
		return nil, badField("how", "is "+clip(strings.TrimSpace(c.How))+", but must be destroy or vendor")
	}
	if r := oneOf(c.Reason, ApartReasons, "giving goods away"); r != nil {
		return nil, r
	}
	if r := (&Goods{Serials: c.Serials}).check(c.Qty); r != nil {
		return nil, r
	}
	if r := firstNo(s.there(Quarantine, c.SKU, c.Lot, c.Qty), s.numbered(c.SKU, c.Qty, Quarantine, c.Serials)); r != nil {
		return nil, r
	}
	e := &StockDisposed{SKU: c.SKU, Qty: c.Qty, Lot: c.Lot, How: c.How, Reason: c.Reason, Serials: slices.Clone(c.Serials)}
	if it := s.Items[c.SKU]; it.Cost != nil {
		cost := *it.Cost
		e.Cost = &cost
	}
	return []Event{e}, nil
}

func (e *StockDisposed) apply(s *State) {
	to := Disposed
	if e.How == "vendor" {
		to = Vendor
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: Quarantine, To: to, Lot: e.Lot, Serials: e.Serials})
}
