package floor

import (
	"slices"
	"strconv"
	"strings"
)

// OrderLine is a line of an order, and how much of it is neither picked nor on the cart of a run.
type OrderLine struct {
	Order OrderID `json:"order"`
	Line  LineID  `json:"line"`
	Qty   int     `json:"qty"`
}

// Offered lists the lines of open orders that wait for an item, sorted by order. When no bin has any of it,
// people are offered to decline them all. What lies on the cart of a mixed run is theirs already, in the order of
// that run: nobody is told to decline what a colleague is about to sort.
func (s *State) Offered(sku SKU) []OrderLine {
	var out []OrderLine
	carted := s.carted(sku)
	for _, o := range s.Orders {
		if o.Source == "incoming" {
			continue // it comes with its own delivery
		}
		for i := range o.Lines {
			if l := &o.Lines[i]; l.SKU == sku {
				if n := l.ToPick() - carted[orderLine{o.ID, l.ID}]; n > 0 {
					out = append(out, OrderLine{Order: o.ID, Line: l.ID, Qty: n})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b OrderLine) int {
		switch {
		case a.Order < b.Order:
			return -1
		case a.Order > b.Order:
			return 1
		}
		return 0
	})
	return out
}

type orderLine struct {
	order OrderID
	line  LineID
}

// carted says how much of an item lies on the carts of mixed runs for which line: whose order is due first has it
// first, as at the sorting.
func (s *State) carted(sku SKU) map[orderLine]int {
	var out map[orderLine]int
	for _, r := range s.Runs.All() {
		if !r.Kind.Mixed() {
			continue
		}
		has := int(max(0, s.OnHand(InRun(r.ID), sku)))
		for _, id := range r.Orders {
			o := s.Orders[id]
			if o == nil || has == 0 {
				continue
			}
			for i := range o.Lines {
				l := &o.Lines[i]
				if l.SKU != sku {
					continue
				}
				k := orderLine{o.ID, l.ID}
				n := min(has, l.ToPick()-out[k])
				if n <= 0 {
					continue
				}
				if out == nil {
					out = map[orderLine]int{}
				}
				out[k] += n
				has -= n
			}
		}
	}
	return out
}

// DeclineItem declines every open line that waits for an item, in all orders or in those named.
type DeclineItem struct {
	SKU    SKU       `json:"sku"`
	Orders []OrderID `json:"orders,omitempty"`
	Reason Reason    `json:"reason"`
}

// Kind names the command.
func (*DeclineItem) Kind() string { return "item.decline" }

// maxAtOnce is how many orders one command declines; it can be given again.
const maxAtOnce = 500

func (c *DeclineItem) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"sku", string(c.SKU)}); r != nil {
		return nil, r
	}
	if r := checkRange("orders", len(c.Orders), 0, maxAtOnce); r != nil {
		return nil, r
	}
	if s.Items[c.SKU] == nil {
		return nil, Refuse(UnknownItem, "sku", string(c.SKU))
	}
	if r := oneOf(c.Reason, DeclineReasons, "declining"); r != nil {
		return nil, r
	}
	for _, id := range c.Orders {
		if _, r := s.find(id); r != nil {
			return nil, r
		}
	}
	var out []Event
	offered, orders := s.Offered(c.SKU), 0
	for i := 0; i < len(offered) && orders < maxAtOnce; {
		id := offered[i].Order
		var lines []LineQty
		for ; i < len(offered) && offered[i].Order == id; i++ {
			lines = append(lines, LineQty{Line: offered[i].Line, Qty: offered[i].Qty})
		}
		if o := s.Orders[id]; o.Coming == 0 && (len(c.Orders) == 0 || slices.Contains(c.Orders, id)) {
			for _, piece := range inPieces(lines) {
				out = append(out, &OrderDeclined{Order: id, Lines: piece, Reason: c.Reason})
			}
			orders++
		}
	}
	if len(out) == 0 {
		return nil, Refuse(NothingLeft, "what", s.name(c.SKU))
	}
	return out, nil
}

// after puts on the desk, and takes off it, what follows from a record for the rest of the floor.
func (s *State) after(r *Record) {
	switch e := r.Event.(type) {
	case *PickConfirmed:
		if o := s.Orders[e.Order]; o != nil && o.Hold != "" {
			s.touchedOnHold(o)
		}
	case *PickShort:
		if e.Reason == NotInStock {
			s.itemGone(e.SKU)
		}
	case *OrderDeclined:
		if o := s.Orders[e.Order]; o != nil && e.Reason == OutOfStock {
			for _, q := range e.Lines {
				if l := o.Line(q.Line); l != nil {
					s.itemGone(l.SKU)
				}
			}
		}
	}
	var o *Order
	if id, ok := strings.CutPrefix(r.Subject, "order/"); ok {
		o = s.Orders[OrderID(id)]
	}
	if len(s.gone) > 0 {
		s.settleGone(o)
	}
	if o != nil && o.TakenBack && !o.inVain() {
		s.order(o.ID).TakenBack = false
		s.settle("taken_back", r.Subject)
	}
}

// itemGone offers an item for rejection in all open orders, when no bin has any of it.
func (s *State) itemGone(sku SKU) {
	if s.gone[sku] != "" || s.inBins(sku) {
		return
	}
	lines := s.Offered(sku)
	if len(lines) == 0 {
		return
	}
	n := 1
	for i := 1; i < len(lines); i++ {
		if lines[i].Order != lines[i-1].Order {
			n++
		}
	}
	id := CaseID(string(s.rec.ID) + "/item_gone/" + string(sku))
	s.raiseAs(id, "item_gone", "item/"+string(sku), "sku", string(sku), "item", s.name(sku), "orders", plural(n, "order"), "lines", strconv.Itoa(len(lines)))
	s.noteGone(s.Cases.Get(id))
}

// noteGone remembers which item a case is about.
func (s *State) noteGone(c *Case) {
	if c.What != "item_gone" {
		return
	}
	if s.gone == nil {
		s.gone = map[SKU]CaseID{}
	}
	s.gone[SKU(c.Args["sku"])] = c.ID
}

// settleGone takes an item off the desk that is there again, or that nobody waits for any more. Only the order
// that has just changed can have stopped waiting, so that a scan never looks at all the others.
func (s *State) settleGone(changed *Order) {
	for sku, id := range s.gone {
		switch {
		case s.Cases.Get(id) == nil: // a person settled it
		case s.inBins(sku), s.gaveUp(changed, sku) && len(s.Offered(sku)) == 0:
			s.dropCase(id)
		default:
			continue
		}
		delete(s.gone, sku)
	}
}

// inBins says whether any bin has the item by its book.
func (s *State) inBins(sku SKU) bool {
	for _, b := range s.homes[sku] {
		if s.OnHand(InBin(b), sku) > 0 {
			return true
		}
	}
	return false
}

// gaveUp says whether an order has lines of an item, and waits for none of it but what a cart holds for it.
func (s *State) gaveUp(o *Order, sku SKU) bool {
	if o == nil {
		return false
	}
	has, carted := false, s.carted(sku)
	for i := range o.Lines {
		if l := &o.Lines[i]; l.SKU == sku {
			if has = true; l.ToPick() > carted[orderLine{o.ID, l.ID}] {
				return false
			}
		}
	}
	return has
}
