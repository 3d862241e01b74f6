package floor

import (
	"fmt"
	"strconv"
	"time"
)

// Till is who may say what the tills sold: their system, with its token.
const Till Who = "till"

// SellAtTill says what a till sold. It has happened: it is never refused for a rule.
type SellAtTill struct {
	Receipt string     `json:"receipt"`
	SoldAt  time.Time  `json:"sold_at"`
	Lines   []SoldLine `json:"lines"`
	Till    string     `json:"till,omitempty"` // where each till numbers its receipts by itself
	Part    int        `json:"part,omitempty"` // of a receipt with more lines than one command brings, from 1
}

// SoldLine is an item a till sold, or took back.
type SoldLine struct {
	SKU  SKU    `json:"sku,omitempty"`
	GTIN string `json:"gtin,omitempty"` // instead of the item
	Qty  int    `json:"qty"`            // negative: taken back
	Bin  BinID  `json:"bin,omitempty"`  // empty: the first on the walk that has it
}

// TillSold: units left the sales floor with a customer, or came back to it.
type TillSold struct {
	Receipt string    `json:"receipt"`
	SoldAt  time.Time `json:"sold_at"`
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Bin     BinID     `json:"bin"`
	Said    time.Time `json:"said,omitzero"` // the till's clock said so; it goes wrong, and the sale was no later than it was known
	ReceiptKey
}

// SaleAbsorbed: a sale came to be known after a count that had seen it: the count has booked it already, as a
// difference. The bin stays as it is.
type SaleAbsorbed struct {
	Receipt string    `json:"receipt"`
	SoldAt  time.Time `json:"sold_at"`
	SKU     SKU       `json:"sku"`
	Qty     int       `json:"qty"`
	Bin     BinID     `json:"bin"`
	Counted time.Time `json:"counted"`
	ReceiptKey
}

// OrderAtRisk: somebody bought what an order was promised, or a correction of the book took it.
type OrderAtRisk struct {
	Order   OrderID `json:"order"`
	SKU     SKU     `json:"sku"`
	Short   int     `json:"short"`   // of all that is promised, so many are not there
	Receipt string  `json:"receipt"` // empty: a correction of the book
}

// Kind names the command.
func (*SellAtTill) Kind() string { return "till.sale" }

// Type and Subject name the event.
func (*TillSold) Type() string      { return "picket.till.sold.v1" }
func (e *TillSold) Subject() string { return "bin/" + string(e.Bin) }
func (e *TillSold) tell(n Names) string {
	if e.Qty < 0 {
		return fmt.Sprintf("The till took back %d × %s to %s, receipt %s.", -e.Qty, n(e.SKU), e.Bin, e.Receipt)
	}
	words := fmt.Sprintf("The till sold %d × %s from %s, receipt %s.", e.Qty, n(e.SKU), e.Bin, e.Receipt)
	if !e.Said.IsZero() {
		words += " Its clock goes wrong: it said " + e.Said.UTC().Format("2006-01-02 15:04") + "."
	}
	return words
}

// Type and Subject name the event.
func (*SaleAbsorbed) Type() string      { return "picket.sale.absorbed.v1" }
func (e *SaleAbsorbed) Subject() string { return "bin/" + string(e.Bin) }
func (e *SaleAbsorbed) tell(n Names) string {
	return fmt.Sprintf("The till sold %d × %s from %s, receipt %s, before it was counted: the count has seen it.", e.Qty, n(e.SKU), e.Bin, e.Receipt)
}

// Type and Subject name the event.
func (*OrderAtRisk) Type() string      { return "picket.order.at_risk.v1" }
func (e *OrderAtRisk) Subject() string { return "order/" + string(e.Order) }
func (e *OrderAtRisk) tell(n Names) string {
	if e.Receipt == "" {
		return fmt.Sprintf("Order %s is at risk: the book of %s was corrected, which was promised; %d %s missing now.", ref("order", string(e.Order)), n(e.SKU), e.Short, of(e.Short, "is", "are"))
	}
	return fmt.Sprintf("Order %s is at risk: the till sold %s that was promised; %d %s missing now.", ref("order", string(e.Order)), n(e.SKU), e.Short, of(e.Short, "is", "are"))
}

// MaxSold is how many lines one receipt brings.
const MaxSold = 100

// MaxSoldQty is how many of an item one line of a receipt brings: more is a slip of the keys. MaxAhead is how far
// ahead of the site's clock a till may be: one that goes wrong by minutes or by its time zone is put right here;
// a date of next week is no sale.
const (
	MaxSoldQty = 9_999
	MaxAhead   = 24 * time.Hour
)

func (c *SellAtTill) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := check([2]string{"receipt", c.Receipt}); r != nil {
		return nil, r
	}
	if c.SoldAt.IsZero() {
		return nil, badField("sold_at", "is missing")
	}
	if r := checkRange("lines", len(c.Lines), 1, MaxSold); r != nil {
		return nil, r
	}
	soldAt := c.SoldAt.UTC().Truncate(time.Millisecond)
	if last := m.Now.Add(MaxAhead); soldAt.After(last) {
		return nil, badField("sold_at", "is "+soldAt.Format(time.RFC3339)+", but must be "+last.UTC().Format(time.RFC3339)+" or before: a till is at most 24 hours ahead of this site's clock")
	}
	key, r := c.key(s, soldAt)
	if r != nil {
		return nil, r
	}
	if twice, r := s.again(c, key, m.Now); twice != nil || r != nil {
		return twice, r
	}
	said := time.Time{}
	if soldAt.After(m.Now.Add(s.skew())) { // it has happened: a clock that goes wrong changes nothing of that
		said, soldAt = soldAt, m.Now.UTC().Truncate(time.Millisecond)
	}
	var out []Event
	left := map[SKU]int64{}
	var skus []SKU
	for i, l := range c.Lines {
		at := fmt.Sprintf("lines[%d].", i)
		sku, n := l.SKU, 1
		if l.GTIN != "" {
			var r *Refusal
			if sku, n, r = s.coded(at+"gtin", l.GTIN); r != nil {
				return nil, r
			}
			if l.SKU != "" && l.SKU != sku {
				return nil, badField(at+"gtin", "is "+clip(l.GTIN)+", which is "+s.name(sku)+" ("+string(sku)+"), but sku says "+clip(string(l.SKU))+" ("+clip(s.name(l.SKU))+")")
			}
		}
		if s.Items[sku] == nil {
			return nil, Refuse(UnknownItem, "sku", clip(string(sku)))
		}
		if l.Qty == 0 || l.Qty > MaxSoldQty || l.Qty < -MaxSoldQty {
			return nil, badField(at+"qty", "is "+strconv.Itoa(l.Qty)+", but must be -"+strconv.Itoa(MaxSoldQty)+" to "+strconv.Itoa(MaxSoldQty)+" and not 0")
		}
		if l.Bin != "" && s.Bins[l.Bin] == nil {
			return nil, Refuse(UnknownBin, "bin", string(l.Bin))
		}
		bin := l.Bin
		if bin == "" {
			bin = s.Suggest(sku)
		}
		if _, seen := left[sku]; !seen {
			skus = append(skus, sku)
		}
		qty := l.Qty * n
		if p := s.Places[InBin(bin)]; p != nil && soldAt.Before(p.Counted.Add(-s.skew())) {
			out = append(out, &SaleAbsorbed{Receipt: c.Receipt, SoldAt: soldAt, SKU: sku, Qty: qty, Bin: bin, Counted: p.Counted, ReceiptKey: key})
			key = ReceiptKey{}
			left[sku] += 0
			continue
		}
		left[sku] += int64(qty)
		out = append(out, &TillSold{Receipt: c.Receipt, SoldAt: soldAt, Said: said, SKU: sku, Qty: qty, Bin: bin, ReceiptKey: key})
		key = ReceiptKey{} // the first line uses the number up
	}
	for _, sku := range skus {
		if e := s.atRisk(sku, left[sku], c.Receipt); e != nil {
			out = append(out, e)
		}
		if e := s.breaks(sku, left[sku], c.Receipt); e != nil {
			out = append(out, e)
		}
	}
	return out, nil
}

// key names the receipt among those of its till and business day.
func (c *SellAtTill) key(s *State, soldAt time.Time) (ReceiptKey, *Refusal) {
	if c.Till != "" {
		if r := checkTill(c.Till); r != nil {
			return ReceiptKey{}, r
		}
	}
	if r := checkRange("part", c.Part, 0, 1000); r != nil {
		return ReceiptKey{}, r
	}
	return ReceiptKey{Till: c.Till, Date: Date(s.Calendar().Day(soldAt)), Part: c.Part, Sum: c.sum()}, nil
}

// atRisk is the order that a sale, or a correction of the book, leaves without its goods: of those that still wait for the item the one that
// is due last, unless it stands on the desk already.
func (s *State) atRisk(sku SKU, sold int64, receipt string) *OrderAtRisk {
	short := s.committed(sku) - (s.sellable(sku) - sold)
	if sold <= 0 || short <= 0 {
		return nil
	}
	var last *Order
	for _, o := range s.Orders {
		if o.Source == "incoming" {
			continue
		}
		for i := range o.Lines {
			if l := &o.Lines[i]; l.SKU == sku && l.ToPick() > 0 {
				if last == nil || o.Due.After(last.Due) || o.Due.Equal(last.Due) && o.ID > last.ID {
					last = o
				}
			}
		}
	}
	if last == nil {
		return nil
	}
	for _, id := range s.Cases.IDs() {
		if k := s.Cases.Get(id); k.What == "order_at_risk" && k.Subject == "order/"+string(last.ID) && k.Args["sku"] == string(sku) {
			return nil
		}
	}
	return &OrderAtRisk{Order: last.ID, SKU: sku, Short: int(short), Receipt: receipt}
}

func (e *TillSold) apply(s *State) {
	e.use(s, e.Receipt)
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: Sold, At: e.SoldAt})
}

func (e *SaleAbsorbed) apply(s *State) {
	e.use(s, e.Receipt)
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: Adjusted, To: Sold})
}

func (e *OrderAtRisk) apply(s *State) {
	s.raise("order_at_risk", e.Subject(), "order", string(e.Order), "sku", string(e.SKU), "short", strconv.Itoa(e.Short))
}
