package floor

import (
	"cmp"
	"slices"
	"strconv"
)

// StartRun begins a run as it was planned. The plan is the caller's; the floor only holds it against the
// orders.
type StartRun struct {
	ID     RunID     `json:"id,omitempty"` // empty: the command's own
	How    RunKind   `json:"kind"`
	Orders []OrderID `json:"orders"`
	Zone   string    `json:"zone,omitempty"`
	Totes  []ToteID  `json:"totes,omitempty"` // on the cart; empty: any
	Stops  []AskStop `json:"stops"`
	MaxG   int       `json:"max_g,omitempty"`  // what the cart carries
	MaxMl  int       `json:"max_ml,omitempty"` // what fits on it
}

// AskStop is a stop as the plan has it. Order and line are empty when the run is mixed, and may be where the
// item tells.
type AskStop struct {
	Bin   BinID   `json:"bin"`
	SKU   SKU     `json:"sku"`
	Qty   int     `json:"qty"`
	Order OrderID `json:"order,omitempty"`
	Line  LineID  `json:"line,omitempty"`
}

// RunStarted: these orders are claimed by this run.
type RunStarted struct {
	Run    RunID     `json:"run"`
	Kind   RunKind   `json:"kind"`
	Orders []OrderID `json:"orders"`
	Zone   string    `json:"zone,omitempty"`
	Totes  []ToteID  `json:"totes,omitempty"`
	Stops  []AskStop `json:"stops"`
	MaxG   int       `json:"max_g,omitempty"`
	MaxMl  int       `json:"max_ml,omitempty"`
	Picker UserID    `json:"picker"`
	Number string    `json:"number,omitempty"` // what people call it
}

// Limits on a run. They keep its record within what the line carries.
const (
	MaxRunOrders = 60
	MaxStops     = 400
	maxPlan      = 48 << 10
)

// Kind names the command.
func (*StartRun) Kind() string { return "run.start" }

// Type and Subject name the event. A claim is the site's own business.
func (*RunStarted) Type() string      { return "picket.local.run.started.v1" }
func (e *RunStarted) Subject() string { return "run/" + string(e.Run) }

func (e *RunStarted) made() (kind, id string) { return "run", string(e.Run) }

func (e *RunStarted) tell(Names) string {
	return capital(string(e.Kind)) + " run started: " + plural(len(e.Orders), "order") + ", " + plural(len(e.Stops), "stop") + "."
}

func (c *StartRun) decide(s *State, m Meta) ([]Event, *Refusal) {
	if m.Actor == "" {
		return nil, Refuse(NotSignedIn)
	}
	id := c.ID
	if id == "" {
		id = RunID(m.ID)
	}
	if r := c.check(s, id); r != nil {
		return nil, r
	}
	if r := s.recovering(); r != nil {
		return nil, r
	}
	if r := s.noRoom(); r != nil {
		return nil, r
	}
	for _, o := range c.Orders {
		if r := c.free(s, o, m.Actor); r != nil {
			return nil, r
		}
	}
	for _, t := range c.Totes {
		if o, busy := s.ToteOf(t); busy && !slices.Contains(c.Orders, o) {
			return nil, Refuse(ToteOfOther, "tote", string(t), "order", string(o))
		}
	}
	stops, r := c.resolve(s)
	if r != nil {
		return nil, r
	}
	if r := c.fits(s, stops); r != nil {
		return nil, r
	}
	orders := slices.Clone(c.Orders)
	slices.SortFunc(orders, func(a, b OrderID) int {
		x, y := s.Orders[a], s.Orders[b]
		return cmp.Or(x.Due.Compare(y.Due), cmp.Compare(y.Priority, x.Priority), cmp.Compare(a, b))
	})
	out := []Event{&RunStarted{Run: id, Kind: c.How, Orders: orders, Zone: c.Zone, Totes: c.Totes, Stops: stops, MaxG: c.MaxG, MaxMl: c.MaxMl, Picker: m.Actor, Number: s.nextPaper(runNumber, m.Now)}}
	for _, o := range orders {
		if fresh, _ := s.Orders[o].choose(nil, func(l *Line) bool { return !l.Accepted && l.Wanted() > 0 }); len(fresh) > 0 {
			out = append(out, accepted(o, fresh)...)
		}
		out = append(out, &PickStarted{Order: o, Picker: m.Actor, Run: id})
	}
	return out, nil
}

// check looks at the plan alone.
func (c *StartRun) check(s *State, id RunID) *Refusal {
	if r := check([2]string{"id", string(id)}); r != nil {
		return r
	}
	if s.Runs.Get(id) != nil {
		return badField("id", "is in use for another run")
	}
	if s.held(id) {
		return badField("id", "was a run's whose goods are still here")
	}
	most := MaxRunOrders
	switch c.How {
	case RunDiscrete:
		most = 1
	case RunCluster, RunBatch, RunZone, RunSingles:
	default:
		return badField("kind", "is "+strconv.Quote(clip(string(c.How)))+", but must be discrete, batch, cluster, zone or singles")
	}
	for _, n := range []struct {
		field        string
		n, low, high int
	}{
		{"orders", len(c.Orders), 1, most}, {"totes", len(c.Totes), 0, MaxRunOrders}, {"stops", len(c.Stops), 1, MaxStops},
		{"max_g", c.MaxG, 0, 100 * MaxWeightG}, {"max_ml", c.MaxMl, 0, 100_000_000},
	} {
		if r := checkRange(n.field, n.n, n.low, n.high); r != nil {
			return r
		}
	}
	if c.Zone != "" || c.How == RunZone {
		if r := check([2]string{"zone", c.Zone}); r != nil {
			return r
		}
	}
	size := 0
	for i, o := range c.Orders {
		if slices.Contains(c.Orders[:i], o) {
			return badField("orders["+strconv.Itoa(i)+"]", "is "+clip(string(o))+" for the second time")
		}
		size += len(o) + 8
	}
	for i, t := range c.Totes {
		if r := check([2]string{"totes[" + strconv.Itoa(i) + "]", string(t)}); r != nil {
			return r
		}
		size += len(t) + 4
	}
	for i := range c.Stops {
		p, at := &c.Stops[i], "stops["+strconv.Itoa(i)+"]."
		if r := check([2]string{at + "bin", string(p.Bin)}, [2]string{at + "sku", string(p.SKU)}); r != nil {
			return r
		}
		if r := checkRange(at+"qty", p.Qty, 1, MaxQty); r != nil {
			return r
		}
		if p.Bin != NoBin && s.Bins[p.Bin] == nil && !slices.Contains(s.homes[p.SKU], p.Bin) {
			return Refuse(UnknownBin, "bin", string(p.Bin))
		}
		size += len(p.Bin) + len(p.SKU) + MaxID/2 + 64
	}
	if size > maxPlan {
		return badField("stops", "are too much for one run: plan two")
	}
	return nil
}

// free says whether an order may go into a run of this person's.
func (c *StartRun) free(s *State, id OrderID, who UserID) *Refusal {
	o, r := s.find(id)
	if r != nil {
		return r
	}
	if r := o.stopped(); r != nil {
		return r
	}
	if o.Source == "incoming" {
		return Refuse(NotHereYet, "order", string(id))
	}
	if o.Paper != "" {
		return Refuse(OnPaper, "order", string(id), "paper", o.Paper)
	}
	for _, other := range s.Runs.All() {
		if other.has(id) && (c.How != RunZone || other.Kind != RunZone) {
			return Refuse(InRunAlready, "order", string(id), "run", string(other.ID))
		}
	}
	if o.Started && o.Picker != who && !o.Finished && !(c.How == RunZone && s.inRun(id) != nil) {
		return Refuse(TakenByOther, "order", string(id), "who", string(o.Picker))
	}
	if lines, _ := o.choose(nil, func(l *Line) bool { return l.ToPick() > 0 }); len(lines) == 0 {
		return Refuse(NothingLeft, "what", s.orderSaid(id), "order", string(id))
	}
	return nil
}

// need is what is to be picked of a line, or of an item for a whole run, and what the stops have of it.
type need struct {
	order OrderID
	line  LineID
	sku   SKU
	want  int
	has   int
}

// resolve says of every stop which line it is for, and holds that the stops are exactly what is to be picked.
func (c *StartRun) resolve(s *State) ([]AskStop, *Refusal) {
	needs := c.needs(s)
	stops := slices.Clone(c.Stops)
	for i := range stops {
		p, at := &stops[i], "stops["+strconv.Itoa(i)+"]"
		if c.How.Mixed() {
			if p.Order != "" || p.Line != "" {
				return nil, badField(at+".order", "must be left out: this run picks for all of its orders at once")
			}
		} else if p.Order == "" && len(c.Orders) == 1 {
			p.Order = c.Orders[0]
		}
		var to *need
		for j := range needs {
			n := &needs[j]
			if n.order == p.Order && n.sku == p.SKU && (p.Line == "" || p.Line == n.line) && (to == nil || to.has >= to.want) {
				to = n
			}
		}
		if to == nil {
			return nil, Refuse(StopsWrong, "what", c.called(s, need{order: p.Order, sku: p.SKU}), "want", "0", "has", strconv.Itoa(p.Qty))
		}
		if r := s.unlisted(s.wanting(c.Orders, p.SKU), p.SKU); r != nil {
			return nil, r
		}
		p.Line = to.line
		to.has += p.Qty
	}
	for _, n := range needs {
		if n.has == n.want || c.How == RunZone && n.has == 0 {
			continue
		}
		return nil, Refuse(StopsWrong, "what", c.called(s, n), "want", strconv.Itoa(n.want), "has", strconv.Itoa(n.has))
	}
	return stops, c.apart(s, stops)
}

// wanting is the first of these orders that has a line of an item.
func (s *State) wanting(orders []OrderID, sku SKU) OrderID {
	for _, id := range orders {
		if o := s.Orders[id]; o != nil && slices.ContainsFunc(o.Lines, func(l Line) bool { return l.SKU == sku }) {
			return id
		}
	}
	return ""
}

func (c *StartRun) needs(s *State) []need {
	var out []need
	for _, id := range c.Orders {
		o := s.Orders[id]
		for i := range o.Lines {
			l := &o.Lines[i]
			if l.ToPick() == 0 {
				continue
			}
			if !c.How.Mixed() {
				out = append(out, need{order: id, line: l.ID, sku: l.SKU, want: l.ToPick()})
				continue
			}
			at := slices.IndexFunc(out, func(n need) bool { return n.sku == l.SKU })
			if at < 0 {
				at, out = len(out), append(out, need{sku: l.SKU})
			}
			out[at].want += l.ToPick()
		}
	}
	return out
}

func (c *StartRun) called(s *State, n need) string {
	if n.order != "" {
		return s.name(n.sku) + " of order " + string(n.order)
	}
	return s.name(n.sku)
}

// apart holds what a kind of run asks beyond that: singles are one unit each, zones share no line.
func (c *StartRun) apart(s *State, stops []AskStop) *Refusal {
	for _, id := range c.Orders {
		n := s.Orders[id].toPick()
		if c.How == RunSingles && n != 1 {
			return Refuse(StopsWrong, "what", s.orderSaid(id), "order", string(id), "want", strconv.Itoa(n), "has", "1")
		}
		if c.How == RunZone && !slices.ContainsFunc(stops, func(p AskStop) bool { return p.Order == id }) {
			return Refuse(StopsWrong, "what", s.orderSaid(id), "order", string(id), "want", strconv.Itoa(n), "has", "0")
		}
	}
	for _, r := range s.Runs.All() {
		for i := range r.Stops {
			q := &r.Stops[i]
			if c.How == RunZone && slices.ContainsFunc(stops, func(p AskStop) bool { return p.Order == q.Order && p.Line == q.Line }) && s.left(r, i) > 0 {
				return Refuse(InRunAlready, "order", string(q.Order), "run", string(r.ID))
			}
		}
	}
	return nil
}

// toPick is what is still to be picked of the whole order.
func (o *Order) toPick() int {
	n := 0
	for i := range o.Lines {
		n += o.Lines[i].ToPick()
	}
	return n
}

// fits holds the plan against what the cart carries, as far as weights and sizes are known.
func (c *StartRun) fits(s *State, stops []AskStop) *Refusal {
	g, ml := 0, 0
	for _, p := range stops {
		if it := s.Items[p.SKU]; it != nil {
			g += p.Qty * it.WeightG
			ml += p.Qty * (it.LengthMM * it.WidthMM * it.HeightMM / 1000)
		}
	}
	switch {
	case c.MaxG > 0 && g > c.MaxG:
		return Refuse(CartFull, "what", strconv.Itoa(g)+" g", "most", strconv.Itoa(c.MaxG)+" g")
	case c.MaxMl > 0 && ml > c.MaxMl:
		return Refuse(CartFull, "what", strconv.Itoa(ml)+" ml", "most", strconv.Itoa(c.MaxMl)+" ml")
	case c.How == RunCluster && len(c.Totes) > 0 && len(c.Totes) < len(c.Orders):
		return Refuse(CartFull, "what", plural(len(c.Orders), "order"), "most", plural(len(c.Totes), "tote"))
	}
	return nil
}

func (e *RunStarted) apply(s *State) {
	s.tookPaper(runNumber, e.Number)
	r := Run{ID: e.Run, Number: e.Number, Kind: e.Kind, Orders: e.Orders, Zone: e.Zone, Totes: e.Totes, Pickers: []UserID{e.Picker}, Since: s.now(), Stops: make([]Stop, len(e.Stops))}
	for i, p := range e.Stops {
		r.Stops[i] = Stop{Bin: p.Bin, SKU: p.SKU, Qty: p.Qty, Order: p.Order, Line: p.Line}
	}
	s.Runs.put(s, e.Run, r)
}
