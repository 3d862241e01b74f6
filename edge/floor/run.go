package floor

import (
	"slices"
	"time"
)

// Run is a walk through the site that picks for one order or many. What was picked stands in the orders; the
// run knows who walks where, and what is still to be fetched at each stop.
type Run struct {
	ID      RunID     `json:"id"`
	Number  string    `json:"number,omitempty"` // what people call it
	Kind    RunKind   `json:"kind"`
	Orders  []OrderID `json:"orders"` // in due order
	Zone    string    `json:"zone,omitempty"`
	Totes   []ToteID  `json:"totes,omitempty"` // on the cart; empty: any
	Stops   []Stop    `json:"stops"`
	Pickers []UserID  `json:"pickers"` // who walks it, the first is who began it
	Since   time.Time `json:"since"`
	Picked  bool      `json:"picked,omitempty"` // the walk is over; its goods are being sorted
	Wall    []Slot    `json:"wall,omitempty"`
	Skips   int       `json:"skips,omitempty"` // how often a stop was put off
}

// RunKind is how a run picks.
type RunKind string

// One order; several, each into a tote of its own; several mixed into one tote and sorted at a wall; the part
// of orders that stands in one zone; many orders of one unit each, told apart at the bench.
const (
	RunDiscrete RunKind = "discrete"
	RunCluster  RunKind = "cluster"
	RunBatch    RunKind = "batch"
	RunZone     RunKind = "zone"
	RunSingles  RunKind = "singles"
)

// Mixed says whether a run's goods are told apart only later.
func (k RunKind) Mixed() bool { return k == RunBatch || k == RunSingles }

// Stop is what is fetched at one bin: for one line of an order, or for the whole run when it is mixed.
type Stop struct {
	Bin    BinID   `json:"bin"`
	SKU    SKU     `json:"sku"`
	Qty    int     `json:"qty"`
	Order  OrderID `json:"order,omitempty"`
	Line   LineID  `json:"line,omitempty"`
	Picked int     `json:"picked,omitempty"`
	Short  int     `json:"short,omitempty"`
	By     UserID  `json:"by,omitempty"`   // who works on it
	Skip   int     `json:"skip,omitempty"` // put off: it comes back at the end, the first put off first
}

// Left is what the stop still waits for.
func (p *Stop) Left() int { return max(0, p.Qty-p.Picked-p.Short) }

// Slot is a compartment of a put wall, and whose goods go into it.
type Slot struct {
	Slot  string  `json:"slot"`
	Order OrderID `json:"order"`
}

func (r Run) clone() Run {
	r.Stops = slices.Clone(r.Stops)
	r.Pickers = slices.Clone(r.Pickers)
	return r
}

// has says whether the run picks for the order.
func (r *Run) has(o OrderID) bool { return slices.Contains(r.Orders, o) }

// Walk lists the stops by their number in the order in which they are walked: as planned, what was put off
// at the end.
func (r *Run) Walk() []int {
	out := make([]int, len(r.Stops))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return r.Stops[a].Skip - r.Stops[b].Skip })
	return out
}

// stop finds the stop a pick belongs to: one that still waits for the item, at that bin if there is one. An
// empty bin or order fits any. It is -1 when the run has none at all.
func (r *Run) stop(bin BinID, sku SKU, o OrderID, l LineID) int {
	best, rank := -1, -1
	for _, i := range r.Walk() {
		p := &r.Stops[i]
		if p.SKU != sku || o != "" && p.Order != o || l != "" && p.Line != l {
			continue
		}
		n := 0
		if p.Bin == bin {
			n++
		}
		if p.Left() > 0 {
			n += 2
		}
		if n > rank {
			best, rank = i, n
		}
	}
	return best
}

// taken finds the stop that units came from which go back, -1 when there is none.
func (r *Run) taken(bin BinID, sku SKU, o OrderID, l LineID) int {
	best := -1
	for i := range r.Stops {
		if p := &r.Stops[i]; p.SKU == sku && p.Order == o && p.Line == l && p.Picked > 0 && (best < 0 || p.Bin == bin) {
			best = i
		}
	}
	return best
}

// count adds what happened to the stop it happened at.
func (r *Run) count(i int, picked, short int, by UserID) {
	if i < 0 || i >= len(r.Stops) {
		return
	}
	p := &r.Stops[i]
	p.Picked += picked
	p.Short += short
	if p.By == "" {
		p.By = by
	}
}

// Tote is a box with a barcode of its own. It belongs to one order from its first scan on, until nothing of
// that order is in the aisles or loose any more.
type Tote struct {
	ID    ToteID  `json:"id"`
	Order OrderID `json:"order"`
	Run   RunID   `json:"run,omitempty"`
	Full  bool    `json:"full,omitempty"`
}

func (t Tote) clone() Tote { return t }

// ToteOf is the order a tote belongs to now.
func (s *State) ToteOf(id ToteID) (OrderID, bool) {
	t := s.Totes.Get(id)
	if t == nil {
		return "", false
	}
	o := s.Orders[t.Order]
	if o == nil {
		return "", false
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; o.Started && l.ToPick() > 0 || o.Loose(l) > 0 {
			return o.ID, true
		}
	}
	return "", false
}

// TotesOf lists the totes an order's goods are in.
func (s *State) TotesOf(id OrderID) []Tote {
	var out []Tote
	for _, t := range s.Totes.All() {
		if t.Order != id {
			continue
		}
		if _, busy := s.ToteOf(t.ID); busy {
			out = append(out, *t)
		}
	}
	return out
}

// freeTotes forgets the totes that are nobody's any more, so that there are never more than the open work has.
func (s *State) freeTotes() {
	for _, t := range s.Totes.All() {
		if _, busy := s.ToteOf(t.ID); !busy {
			s.Totes.drop(t.ID)
		}
	}
}

// bind gives a tote to an order.
func (s *State) bind(id ToteID, o OrderID, run RunID) {
	if id == "" {
		return
	}
	t := s.Totes.Get(id)
	if t == nil {
		s.freeTotes()
	}
	if t == nil || t.Order != o || t.Run != run {
		s.Totes.put(s, id, Tote{ID: id, Order: o, Run: run})
	}
}

// runOf is the run a pick for an order belongs to: the one said, or the one the order is in.
func (s *State) runOf(said RunID, o *Order) *Run {
	if said == "" {
		said = o.Run
	}
	if said == "" {
		return nil
	}
	return s.Runs.Get(said)
}

// inRun is the open run an order is in, nil when it is in none.
func (s *State) inRun(o OrderID) *Run {
	for _, r := range s.Runs.All() {
		if r.has(o) {
			return r
		}
	}
	return nil
}

// wanted is how many units of an item a mixed run's orders still want beyond what the run has.
func (s *State) wanted(r *Run, sku SKU) int {
	n := 0
	for _, id := range r.Orders {
		if o := s.Orders[id]; o != nil {
			for i := range o.Lines {
				if l := &o.Lines[i]; l.SKU == sku {
					n += l.ToPick()
				}
			}
		}
	}
	return max(0, n-int(s.OnHand(InRun(r.ID), sku)))
}

// left is what a stop still waits for, as far as anybody still wants it.
func (s *State) left(r *Run, i int) int {
	p := &r.Stops[i]
	if r.Kind.Mixed() {
		return min(p.Left(), s.wanted(r, p.SKU))
	}
	if o := s.Orders[p.Order]; o != nil {
		if l := o.Line(p.Line); l != nil {
			return min(p.Left(), l.ToPick())
		}
	}
	return 0
}

// held says whether a mixed run still has goods.
func (s *State) held(r RunID) bool {
	p := s.Places[InRun(r)]
	return p != nil && len(p.Qty) > 0
}
