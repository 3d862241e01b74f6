package floor

import (
	"fmt"
	"strconv"
)

// CheckZero answers whether a bin is empty after the book said so.
type CheckZero struct {
	Bin   BinID `json:"bin"`
	SKU   SKU   `json:"sku"`
	Empty bool  `json:"empty"`
	Left  int   `json:"left,omitempty"` // what is still there, when it was counted
}

// ZeroChecked: somebody looked into the bin. It moves no stock: a count does, if the book was wrong.
type ZeroChecked struct {
	Bin   BinID `json:"bin"`
	SKU   SKU   `json:"sku"`
	Empty bool  `json:"empty,omitempty"`
	Left  int   `json:"left,omitempty"`
	Wrong bool  `json:"wrong,omitempty"` // the book says otherwise
}

// FindStock says that goods turned up that were booked as missing.
type FindStock struct {
	SKU SKU    `json:"sku"`
	Bin BinID  `json:"bin"`
	Qty int    `json:"qty"`
	Lot string `json:"lot,omitempty"`
}

// StockFound: goods that were missing stand in a bin.
type StockFound struct {
	SKU    SKU    `json:"sku"`
	Bin    BinID  `json:"bin"`
	Qty    int    `json:"qty"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"`
}

// Kind names the command.
func (*CheckZero) Kind() string { return "bin.zero" }
func (*FindStock) Kind() string { return "stock.found" }

// Type and Subject name the event.
func (*ZeroChecked) Type() string      { return "picket.bin.zero_checked.v1" }
func (e *ZeroChecked) Subject() string { return "bin/" + string(e.Bin) }
func (*StockFound) Type() string       { return "picket.stock.found.v1" }
func (e *StockFound) Subject() string  { return "bin/" + string(e.Bin) }

func (e *ZeroChecked) tell(n Names) string {
	words := fmt.Sprintf("%s has no %s left", e.Bin, n(e.SKU))
	if !e.Empty {
		words = fmt.Sprintf("%s still has %s", e.Bin, n(e.SKU))
		if e.Left > 0 {
			words = fmt.Sprintf("%s still has %d × %s", e.Bin, e.Left, n(e.SKU))
		}
	}
	if e.Wrong {
		words += "; the book was wrong"
	}
	return words + "."
}

func (e *StockFound) tell(n Names) string {
	return fmt.Sprintf("Found %d × %s again, now in %s.", e.Qty, n(e.SKU), e.Bin)
}

func (c *CheckZero) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"sku", string(c.SKU)}); r != nil {
		return nil, r
	}
	if r := checkRange("left", c.Left, 0, MaxQty); r != nil {
		return nil, r
	}
	if c.Empty && c.Left > 0 {
		return nil, badField("left", "must be 0 when the bin is empty")
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", clip(string(c.Bin)))
	}
	if s.Items[c.SKU] == nil {
		return nil, Refuse(UnknownItem, "sku", string(c.SKU))
	}
	book := s.OnHand(InBin(c.Bin), c.SKU)
	wrong := book != int64(c.Left)
	if !c.Empty && c.Left == 0 {
		wrong = book <= 0
	}
	return []Event{&ZeroChecked{Bin: c.Bin, SKU: c.SKU, Empty: c.Empty, Left: c.Left, Wrong: wrong}}, nil
}

func (e *ZeroChecked) apply(s *State) {
	if e.Wrong {
		s.recount(e.Bin, e.SKU, "zero")
	}
}

func (c *FindStock) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := s.checkGoods(c.SKU, c.Qty, c.Lot); r != nil {
		return nil, r
	}
	if s.Bins[c.Bin] == nil {
		return nil, Refuse(UnknownBin, "bin", clip(string(c.Bin)))
	}
	if has := max(0, s.OnHand(Missing, c.SKU)); int64(c.Qty) > has {
		return nil, Refuse(NotMissing, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "has", strconv.FormatInt(has, 10))
	}
	if r := s.frozen(c.Bin); r != nil {
		return nil, r
	}
	return []Event{&StockFound{SKU: c.SKU, Bin: c.Bin, Qty: c.Qty, Lot: c.Lot, Expiry: s.ExpiryOf(Missing, c.SKU, c.Lot)}}, nil
}

func (e *StockFound) apply(s *State) {
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: Missing, To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry})
}
