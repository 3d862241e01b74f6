package floor

import (
	"slices"
	"strconv"
)

// ShortForRun says that units of a mixed run cannot be had. The orders that are due last go without.
type ShortForRun struct {
	Run     RunID   `json:"run"`
	SKU     SKU     `json:"sku"`
	Qty     int     `json:"qty"`
	Reason  Reason  `json:"reason"`
	Bin     BinID   `json:"bin,omitempty"`
	Checked []BinID `json:"checked,omitempty"`
	All     bool    `json:"alternates_checked,omitempty"`
	Done    bool    `json:"done,omitempty"`
}

// Kind names the command.
func (*ShortForRun) Kind() string { return "run.short" }

func (c *ShortForRun) decide(s *State, _ Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	if !r.Kind.Mixed() {
		return nil, Refuse(NotMixed, "run", string(r.ID))
	}
	for _, no := range []*Refusal{oneOf(c.Reason, ShortReasons, "a short pick"), checkRange("qty", c.Qty, 1, MaxQty), checkRange("checked", len(c.Checked), 0, MaxAlternates)} {
		if no != nil {
			return nil, no
		}
	}
	if c.Bin != "" {
		if no := check([2]string{"bin", string(c.Bin)}); no != nil {
			return nil, no
		}
	}
	if c.SKU == "" {
		return nil, badField("sku", "is missing")
	}
	at := r.stop(c.Bin, c.SKU, "", "")
	if at < 0 {
		return nil, Refuse(NotInRun, "run", string(r.ID), "what", s.name(c.SKU))
	}
	if left := s.wanted(r, c.SKU); c.Qty > left {
		return nil, Refuse(TooMany, "got", s.name(c.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(left))
	}
	bin := c.Bin
	if bin == "" {
		bin = r.Stops[at].Bin
	}
	if c.Reason == NotInStock && !c.All && !c.Done {
		if no := s.otherBin(c.SKU, bin, c.Checked); no != nil {
			return nil, no
		}
	}
	return s.without(r, c, bin), nil
}

// without lets the lines that are due last go without, and finishes orders that miss nothing else.
func (s *State) without(r *Run, c *ShortForRun, bin BinID) []Event {
	var out []Event
	left := c.Qty
	for _, id := range slices.Backward(r.Orders) {
		o := s.Orders[id]
		if o == nil {
			continue
		}
		gone := 0
		for i := range o.Lines {
			l := &o.Lines[i]
			if n := min(left, l.ToPick()); l.SKU == c.SKU && n > 0 {
				e := &PickShort{Order: id, Line: l.ID, SKU: c.SKU, Qty: n, Reason: c.Reason, Bin: bin, Run: r.ID}
				s.loss(e, &ReportShort{Checked: c.Checked, All: c.All})
				if len(out) > 0 && c.Reason == NotInStock {
					e.Moved, e.Also = 0, nil // the first has emptied the books
				}
				out = append(out, e)
				left -= n
				gone += n
			}
		}
		if gone > 0 && o.toPick() == gone && o.Started && !o.Finished {
			out = append(out, &PickFinished{Order: id})
		}
	}
	return out
}
