package floor

import (
	"fmt"
	"strconv"
)

// CheckAllotments looks whether what is kept for the centre is there. The box gives it by itself when something is not:
// goods go in many ways besides the till, and each of them has to be told.
type CheckAllotments struct{}

// AllotmentBroken: units that were kept for the centre went otherwise: over the counter, by a count, a correction, a bin
// nobody sells from, or an order the centre did not take from what is kept. They are kept no more.
type AllotmentBroken struct {
	SKU     SKU    `json:"sku"`
	Qty     int64  `json:"qty"`
	Left    int64  `json:"left"`              // still kept
	Receipt string `json:"receipt,omitempty"` // of the sale that did it
}

// AllotmentOverdrawn: an order came for units that were kept for it, and of which so many were kept no more: what broke the
// allotment was told, but the centre had promised them before it heard it.
type AllotmentOverdrawn struct {
	Order OrderID `json:"order"`
	SKU   SKU     `json:"sku"`
	Qty   int64   `json:"qty"`
}

// Kind names the command.
func (*CheckAllotments) Kind() string { return "allotment.check" }

// Type and Subject name the event.
func (*AllotmentBroken) Type() string      { return "picket.allotment.broken.v1" }
func (e *AllotmentBroken) Subject() string { return "item/" + string(e.SKU) }
func (e *AllotmentBroken) doubt() bool     { return e.Receipt != "" }
func (e *AllotmentBroken) tell(n Names) string {
	how := "are not there any more"
	if e.Qty == 1 {
		how = "is not there any more"
	}
	if e.Receipt != "" {
		how = of(int(e.Qty), "was", "were") + " sold, receipt " + e.Receipt
	}
	return fmt.Sprintf("%d × %s kept for the centre %s; %d still kept. The centre is told.", e.Qty, n(e.SKU), how, e.Left)
}

// Type and Subject name the event.
func (*AllotmentOverdrawn) Type() string      { return "picket.allotment.overdrawn.v1" }
func (e *AllotmentOverdrawn) Subject() string { return "order/" + string(e.Order) }
func (e *AllotmentOverdrawn) tell(n Names) string {
	return fmt.Sprintf("The centre promised order %s %d × %s of what was kept for it, and %s kept no more.", ref("order", string(e.Order)), e.Qty, n(e.SKU), of(int(e.Qty), "that one is", "those are"))
}

// broken is what is kept of an item and not covered any more once so many units have gone; nil when all of it is. While
// the site takes back what it lost it cannot tell: it is looked at again behind that.
func (s *State) broken(sku SKU, committed, gone int64, receipt string) *AllotmentBroken {
	left := s.Kept(sku)
	if left == 0 || s.Recovery != nil || !on(RuleBroken) {
		return nil
	}
	there := max(0, s.sellable(sku)-gone-committed)
	if left <= there {
		return nil
	}
	return &AllotmentBroken{SKU: sku, Qty: left - there, Left: there, Receipt: receipt}
}

// breaks is broken for a fact that is being decided: so many units of an item go by it.
func (s *State) breaks(sku SKU, gone int64, receipt string) *AllotmentBroken {
	if gone <= 0 || s.Kept(sku) == 0 {
		return nil
	}
	return s.broken(sku, s.committed(sku), gone, receipt)
}

// BrokenAllotments lists what is kept for the centre and is not there. It looks at the orders only where anything is kept.
func (s *State) BrokenAllotments() []*AllotmentBroken {
	if s.Recovery != nil || !s.Allotments.any(func(a *Allotment) bool { return a.Left() > 0 }) {
		return nil
	}
	committed := map[SKU]int64{}
	for _, o := range s.Orders {
		for i := range o.Lines {
			if l := &o.Lines[i]; o.Source != "incoming" {
				committed[l.SKU] += int64(l.ToPick())
			}
		}
	}
	var out []*AllotmentBroken
	for _, a := range s.Allotments.All() {
		if e := s.broken(a.SKU, committed[a.SKU], 0, ""); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// checkedAtOnce is how many items one look tells of: what is left follows with the next.
const checkedAtOnce = 200

func (*CheckAllotments) decide(s *State, _ Meta) ([]Event, *Refusal) {
	all := s.BrokenAllotments()
	if len(all) == 0 {
		return nil, Refuse(NothingLeft, "what", "what is kept for the centre")
	}
	var out []Event
	for _, e := range all[:min(len(all), checkedAtOnce)] {
		out = append(out, e)
	}
	return out, nil
}

func (e *AllotmentBroken) apply(s *State) {
	s.allotment(e.SKU).Broken += e.Qty
	s.settle("allotment_broken", e.Subject())
	s.raiseAs(CaseID(string(s.rec.ID)+"/allotment_broken"), "allotment_broken", e.Subject(), "sku", string(e.SKU), "qty", strconv.FormatInt(e.Qty, 10), "left", strconv.FormatInt(e.Left, 10))
}

// drawAllotted takes from what is kept for the centre what an order's lines are of it.
func (s *State) drawAllotted(lines []AskedLine) {
	for i := range lines {
		if n := lines[i].Allotted; n > 0 {
			s.allotment(lines[i].SKU).Drawn += int64(n)
		}
	}
}

// overdrawn tells of what lines take from what is kept for the centre and is kept no more.
func (s *State) overdrawn(order OrderID, lines []AskedLine) (out []Event) {
	var skus []SKU
	drawn := map[SKU]int64{}
	for i := range lines {
		l := &lines[i]
		if l.Allotted == 0 {
			continue
		}
		if drawn[l.SKU] == 0 {
			skus = append(skus, l.SKU)
		}
		drawn[l.SKU] += int64(l.Allotted)
	}
	for _, sku := range skus {
		if n := drawn[sku] - s.Kept(sku); n > 0 {
			out = append(out, &AllotmentOverdrawn{Order: order, SKU: sku, Qty: n})
		}
	}
	return out
}

func (e *AllotmentOverdrawn) apply(s *State) { s.allotment(e.SKU).Over += e.Qty }
