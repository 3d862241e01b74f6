package floor

import (
	"fmt"
	"strconv"
)

// PickForRun takes units for a whole run, mixed.
type PickForRun struct {
	Run  RunID  `json:"run"`
	SKU  SKU    `json:"sku,omitempty"`
	Qty  int    `json:"qty"`
	Bin  BinID  `json:"bin,omitempty"`
	Code string `json:"code,omitempty"`
	Pack int    `json:"pack,omitempty"`
	Done bool   `json:"done,omitempty"`
	Goods
}

// RunPicked: units moved from a bin into the run's tote. Whose they are is said when they are sorted.
type RunPicked struct {
	Run  RunID  `json:"run"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	Bin  BinID  `json:"bin"`
	Code string `json:"code,omitempty"`
	Pack int    `json:"pack,omitempty"`
	Goods
	ZeroCheck bool  `json:"zero_check,omitempty"`
	Against   Code  `json:"against,omitempty"`
	Named     BinID `json:"named,omitempty"` // the bin that was named, which the site does not have
}

// UndoForRun takes units of a mixed run back to a bin.
type UndoForRun struct {
	Run  RunID  `json:"run"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`
	Bin  BinID  `json:"bin,omitempty"`
	Lot  string `json:"lot,omitempty"`
	Done bool   `json:"done,omitempty"`
}

// RunUndone: units went back from the run into a bin.
type RunUndone struct {
	Run    RunID  `json:"run"`
	SKU    SKU    `json:"sku"`
	Qty    int    `json:"qty"`
	Bin    BinID  `json:"bin"`
	Lot    string `json:"lot,omitempty"`
	Expiry string `json:"expiry,omitempty"`
	Over   bool   `json:"over,omitempty"`  // nobody wanted them any more
	Named  BinID  `json:"named,omitempty"` // the bin that was named, which the site does not have
}

// Kind names the command.
func (*PickForRun) Kind() string { return "run.pick" }
func (*UndoForRun) Kind() string { return "run.undo" }

// Type and Subject name the event.
func (*RunPicked) Type() string      { return "picket.run.picked.v1" }
func (e *RunPicked) Subject() string { return "run/" + string(e.Run) }
func (e *RunPicked) doubt() bool     { return e.Against != "" || e.Named != "" }
func (*RunUndone) Type() string      { return "picket.run.undone.v1" }
func (e *RunUndone) Subject() string { return "run/" + string(e.Run) }
func (e *RunUndone) doubt() bool     { return e.Named != "" }

func (e *RunPicked) told() []string {
	if !e.ZeroCheck {
		return nil
	}
	return []string{"zero_check", string(e.Bin)}
}

func (e *RunPicked) tell(n Names) string {
	return fmt.Sprintf("Picked %d × %s%s from %s for the run.", e.Qty, n(e.SKU), ofLot(e.Lot), binWords(e.Bin))
}

func (e *RunUndone) tell(n Names) string {
	return fmt.Sprintf("Put %d × %s of the run back to %s.", e.Qty, n(e.SKU), e.Bin)
}

func (c *PickForRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	if no := checkRange("qty", c.Qty, 1, s.Policy.MaxScan); no != nil {
		return nil, no
	}
	if no := checkText("code", c.Code, MaxText); no != nil {
		return nil, no
	}
	if !r.Kind.Mixed() {
		return nil, Refuse(NotMixed, "run", string(r.ID))
	}
	if c.SKU == "" {
		return nil, s.unreadable(c.Code)
	}
	if c.Bin != "" {
		if no := check([2]string{"bin", string(c.Bin)}); no != nil {
			return nil, no
		}
	}
	units, no := s.units(c.SKU, c.Qty, c.Pack)
	if no == nil {
		no = c.Goods.check(units)
	}
	if no != nil {
		return nil, no
	}
	at := r.stop(c.Bin, c.SKU, "", "")
	if at < 0 {
		return nil, Refuse(WrongItem, "got", s.name(c.SKU), "want", s.nextItem(r))
	}
	bin, named, no := s.binFor(c.Bin, c.SKU, c.Done, func() BinID { return r.Stops[at].Bin })
	if no != nil {
		return nil, no
	}
	against := s.misread(c.SKU, c.Code)
	if !c.Done {
		if no := firstNo(s.unlisted(s.wanting(r.Orders, c.SKU), c.SKU), against, c.may(s, m, r, at, units), s.frozen(bin)); no != nil {
			return nil, no
		}
	}
	e := &RunPicked{Run: r.ID, SKU: c.SKU, Qty: units, Bin: bin, Named: named, Code: c.Code, Goods: c.Goods}
	if c.Pack > 1 {
		e.Pack = c.Pack
	}
	e.Serials = nil // a unit's number is read when it is sorted to its order
	if no := s.fill(m, nil, e.SKU, units, bin, &e.Goods); no != nil {
		if !c.Done {
			return nil, no
		}
		against = firstNo(against, no)
	}
	if against != nil {
		e.Against = against.Code
	}
	e.ZeroCheck = s.Policy.ZeroCheck && s.OnHand(InBin(bin), e.SKU) == int64(units)
	return []Event{e}, nil
}

// nextItem is what the run wants next.
func (s *State) nextItem(r *Run) string {
	for _, i := range r.Walk() {
		if s.left(r, i) > 0 {
			return s.name(r.Stops[i].SKU)
		}
	}
	return "nothing more"
}

func (c *PickForRun) may(s *State, m Meta, r *Run, at, units int) *Refusal {
	left := 0
	for i := range r.Stops {
		if r.Stops[i].SKU == c.SKU {
			left += r.Stops[i].Left()
		}
	}
	left = min(left, s.wanted(r, c.SKU))
	if no := r.walks(m.Actor, r.Orders[0], at); no != nil {
		return no
	}
	switch {
	case left == 0:
		return Refuse(Surplus, "got", s.name(c.SKU), "qty", strconv.FormatInt(s.OnHand(InRun(r.ID), c.SKU), 10))
	case units > left:
		return s.tooMany(c.SKU, units, c.Pack, left)
	}
	if s.Policy.ForceScan || s.Policy.ScanBin {
		if no := s.scanned(c.Code, c.Bin, c.SKU); no != nil {
			return no
		}
	}
	if c.Bin != "" {
		return s.wrongBin(c.Bin, r.Stops[at].Bin, c.SKU)
	}
	return nil
}

func (e *RunPicked) apply(s *State) {
	if r := s.Runs.change(s, e.Run); r != nil {
		r.count(r.stop(e.Bin, e.SKU, "", ""), e.Qty, 0, s.rec.Actor)
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InBin(e.Bin), To: InRun(e.Run), Lot: e.Lot, Expiry: e.Expiry})
	s.took(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
	if e.Against != "" {
		s.raise("pick_against_rule", e.Subject(), "sku", string(e.SKU), "qty", strconv.Itoa(e.Qty), "rule", plain(string(e.Against)))
	}
}

func (c *UndoForRun) decide(s *State, _ Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	for _, no := range []*Refusal{check([2]string{"sku", string(c.SKU)}), checkRange("qty", c.Qty, 1, MaxQty), checkLot("lot", c.Lot)} {
		if no != nil {
			return nil, no
		}
	}
	if c.Bin != "" {
		if no := check([2]string{"bin", string(c.Bin)}); no != nil {
			return nil, no
		}
	}
	bin, named := c.Bin, BinID("")
	if bin == "" {
		bin = s.Suggest(c.SKU)
	} else if s.Bins[bin] == nil {
		if !c.Done {
			return nil, Refuse(UnknownBin, "bin", clip(string(bin)))
		}
		bin, named = s.Suggest(c.SKU), bin
	}
	has := s.OnHand(InRun(r.ID), c.SKU)
	if int64(c.Qty) > has && !c.Done {
		return nil, s.notInTote(r, c.SKU, c.Qty)
	}
	over := r.Picked || s.wanted(r, c.SKU) == 0
	e := &RunUndone{Run: r.ID, SKU: c.SKU, Qty: c.Qty, Bin: bin, Named: named, Lot: c.Lot, Expiry: s.ExpiryOf(InRun(r.ID), c.SKU, c.Lot), Over: over}
	return append([]Event{e}, s.over(r, c.SKU, c.Qty)...), nil
}

func (s *State) notInTote(r *Run, sku SKU, qty int) *Refusal {
	return Refuse(NotInTote, "run", string(r.ID), "has", strconv.FormatInt(s.OnHand(InRun(r.ID), sku), 10), "got", s.name(sku), "qty", strconv.Itoa(qty))
}

func (e *RunUndone) apply(s *State) {
	if r := s.Runs.change(s, e.Run); r != nil && !e.Over {
		r.uncount(e.Bin, e.SKU, e.Qty)
	}
	s.move(Move{SKU: e.SKU, Qty: e.Qty, From: InRun(e.Run), To: InBin(e.Bin), Lot: e.Lot, Expiry: e.Expiry})
	s.laid(e.Named, e.Bin, e.Subject(), e.SKU, e.Qty)
	s.Tasks.drop(leftOver(e.Run, e.SKU))
}

// uncount takes units back off the stops they may have come from, that bin's first.
func (r *Run) uncount(bin BinID, sku SKU, qty int) {
	for _, same := range []bool{true, false} {
		for i := range r.Stops {
			p := &r.Stops[i]
			if p.SKU != sku || (p.Bin == bin) != same {
				continue
			}
			n := min(qty, p.Picked)
			p.Picked -= n
			qty -= n
		}
	}
}
