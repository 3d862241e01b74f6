package site

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"picket/edge/batch"
	"picket/edge/floor"
	"picket/edge/route"
	"picket/edge/view"
	"picket/edge/web"
)

// planning asks the planners on behalf of callers: it copies what they need off the board, plans without
// holding the board up, and gives answers that are the data of commands.
type planning struct {
	feed  *web.Feed
	clock func() time.Time

	mu   sync.Mutex
	made uint64     // the layout the map was made of
	ends [2]string  // where walks began and ended on it
	site *route.Map // nil: none yet
}

// mostOrders bounds one planning; those due first are planned.
const mostOrders = 1000

// chart is the map of the site, made anew when a bin changed.
func (p *planning) chart() (*route.Map, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var l route.Layout
	var layout uint64
	var ends [2]string
	stale := false
	p.feed.Look(func(b *view.Board) {
		layout = b.Layout()
		b.Floor(func(s *floor.State) {
			ends = [2]string{s.Policy.WalkStart, s.Policy.WalkEnd}
			if stale = p.site == nil || layout != p.made || ends != p.ends; stale {
				l = layoutOf(s)
			}
		})
	})
	if !stale {
		return p.site, nil
	}
	m, err := route.New(l)
	if err != nil {
		// Master data that cannot be: the store's own walk numbers still can.
		for i, at := range l.Locations {
			l.Locations[i] = route.Location{ID: at.ID, Walk: at.Walk}
		}
		if m, err = route.New(l); err != nil {
			return nil, fmt.Errorf("layout: %w", err)
		}
	}
	p.site, p.made, p.ends = m, layout, ends
	return m, nil
}

// layoutOf is the site as the route planner sees it. Goods nobody knows the bin of are fetched last.
func layoutOf(s *floor.State) route.Layout {
	var l route.Layout
	last := 0
	for id, b := range s.Bins {
		l.Locations = append(l.Locations, route.Location{ID: route.LocationID(id), Aisle: b.Aisle, Block: b.Block, Bay: b.Bay, Level: b.Level, Side: b.Side,
			X: b.X, Y: b.Y, Z: b.Z, Walk: b.Walk})
		last = max(last, b.Walk)
	}
	if s.Bins[floor.NoBin] == nil {
		l.Locations = append(l.Locations, route.Location{ID: route.LocationID(floor.NoBin), Walk: last + 1})
	}
	slices.SortFunc(l.Locations, func(a, b route.Location) int { return cmp.Compare(a.ID, b.ID) })
	at := func(bin string) *route.Point {
		if bin == "" || s.Bins[floor.BinID(bin)] == nil {
			return nil
		}
		return &route.Point{At: route.LocationID(bin)}
	}
	l.Start, l.End = at(s.Policy.WalkStart), at(s.Policy.WalkEnd)
	return l
}

// Runs obeys web.Planner.
func (p *planning) Runs(ctx context.Context, ask web.RunsAsk) (web.RunPlan, error) {
	if err := checkRuns(&ask); err != nil {
		return web.RunPlan{}, err
	}
	m, err := p.chart()
	if err != nil {
		return web.RunPlan{}, err
	}
	out := web.RunPlan{Runs: []web.PlannedRun{}, Left: []web.LeftOut{}, Basis: string(m.Basis())}
	var orders []batch.Order
	p.feed.Look(func(b *view.Board) {
		b.Floor(func(s *floor.State) { orders, out.Left, err = openWork(s, &ask, p.clock()) })
	})
	if err != nil {
		return web.RunPlan{}, err
	}
	r := rounds{ctx: ctx, feed: p.feed, m: m, ask: &ask, clock: p.clock, out: &out}
	limit := floor.MaxRunOrders
	if ask.Cart.Orders > 0 {
		limit = min(limit, ask.Cart.Orders)
	}
	if err := r.build(orders, limit); err != nil {
		return web.RunPlan{}, err
	}
	p.feed.Look(func(b *view.Board) {
		b.Floor(func(s *floor.State) {
			for i := range out.Left {
				if o := s.Orders[out.Left[i].Order]; o != nil {
					out.Left[i].Number = o.Number
				}
			}
		})
	})
	return out, nil
}

func checkRuns(ask *web.RunsAsk) error {
	switch ask.Mode {
	case floor.RunDiscrete, floor.RunBatch, floor.RunCluster, floor.RunZone, floor.RunSingles:
	default:
		return &web.PlanError{Field: "mode", Why: "must be discrete, batch, cluster, zone or singles"}
	}
	for _, f := range []struct {
		name string
		n    int
		most int
	}{
		{"cart.weight_g", ask.Cart.WeightG, 100 * floor.MaxWeightG}, {"cart.volume_ml", ask.Cart.VolumeML, 100_000_000}, {"cart.totes", ask.Cart.Totes, 1000},
		{"cart.orders", ask.Cart.Orders, floor.MaxRunOrders}, {"cart.tote_weight_g", ask.Cart.ToteWeightG, floor.MaxWeightG},
		{"cart.tote_volume_ml", ask.Cart.ToteVolumeML, 10_000_000}, {"orders", len(ask.Orders), mostOrders}, {"most", ask.Most, mostOrders},
		{"window_min", ask.WindowMin, 7 * 24 * 60},
	} {
		if f.n < 0 || f.n > f.most {
			return &web.PlanError{Field: f.name, Why: fmt.Sprintf("is %d, must be from 0 to %d", f.n, f.most)}
		}
	}
	return nil
}

// rounds builds runs the floor takes.
type rounds struct {
	ctx   context.Context
	feed  *web.Feed
	m     *route.Map
	ask   *web.RunsAsk
	clock func() time.Time
	out   *web.RunPlan
}

// build plans the orders. A run the floor would not take, for its length or for one of its orders, is planned
// again with fewer orders at a time.
func (r *rounds) build(orders []batch.Order, limit int) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	c := r.ask.Cart
	plan, err := batch.Build(r.m, batch.Task{Mode: batch.Mode(r.ask.Mode), Orders: orders, Window: time.Duration(r.ask.WindowMin) * time.Minute, Cart: batch.Cart{MaxWeightG: c.WeightG, MaxVolumeML: c.VolumeML,
		MaxTotes: c.Totes, MaxOrders: limit, ToteWeightG: c.ToteWeightG, ToteVolumeML: c.ToteVolumeML}})
	if err != nil {
		return err
	}
	for _, l := range plan.Left {
		r.out.Left = append(r.out.Left, web.LeftOut{Order: floor.OrderID(l.Order), Line: floor.LineID(l.Line), Why: l.Why})
	}
	for i := range plan.Runs {
		run := &plan.Runs[i]
		if r.ask.Most > 0 && len(r.out.Runs) >= r.ask.Most {
			r.out.More++
			continue
		}
		one := r.planned(run)
		switch no := r.taken(&one.Start); {
		case no == nil:
			r.out.Runs = append(r.out.Runs, one)
		case len(run.Orders) > 1:
			if err := r.build(again(run, orders), (len(run.Orders)+1)/2); err != nil {
				return err
			}
		default:
			for _, o := range run.Orders {
				r.out.Left = append(r.out.Left, web.LeftOut{Order: floor.OrderID(o.Order), Why: no.Words()})
			}
		}
	}
	return nil
}

// taken asks the floor whether it would take the run now; nil: it would. Nothing is changed by asking.
func (r *rounds) taken(start *floor.StartRun) (no *floor.Refusal) {
	r.feed.Look(func(b *view.Board) {
		b.Floor(func(s *floor.State) {
			_, no = floor.Decide(s, floor.Meta{ID: "planner", Actor: "planner", Now: r.clock()}, start)
		})
	})
	return no
}

// planned makes of a round the data of run.start.
func (r *rounds) planned(run *batch.Run) web.PlannedRun {
	c := r.ask.Cart
	one := web.PlannedRun{Start: floor.StartRun{How: r.ask.Mode, Zone: run.Zone}, Metres: run.Metres, Units: run.Units, Totes: run.Totes, WeightG: run.WeightG, VolumeML: run.VolumeML,
		Due: run.Due, Trips: run.Trips}
	if run.Trips <= 1 { // an order by itself that no cart takes goes all the same
		one.Start.MaxG, one.Start.MaxMl = c.WeightG, c.VolumeML
	}
	for _, o := range run.Orders {
		one.Start.Orders = append(one.Start.Orders, floor.OrderID(o.Order))
	}
	mixed := r.ask.Mode.Mixed()
	for _, stop := range run.Stops {
		first := len(one.Start.Stops)
		for _, k := range stop.Picks {
			at := floor.AskStop{Bin: floor.BinID(stop.Location), SKU: floor.SKU(k.SKU), Qty: k.Qty}
			if !mixed {
				at.Order, at.Line = floor.OrderID(k.Order), floor.LineID(k.Line)
			}
			same := slices.IndexFunc(one.Start.Stops[first:], func(x floor.AskStop) bool { return mixed && x.SKU == at.SKU })
			if same >= 0 {
				one.Start.Stops[first+same].Qty += at.Qty
				continue
			}
			one.Start.Stops = append(one.Start.Stops, at)
		}
	}
	return one
}

// again is what a run has of the orders, to be planned anew.
func again(run *batch.Run, orders []batch.Order) []batch.Order {
	has := map[batch.OrderID]map[batch.LineID]bool{}
	for _, o := range run.Orders {
		has[o.Order] = map[batch.LineID]bool{}
	}
	for _, s := range run.Stops {
		for _, k := range s.Picks {
			has[k.Order][k.Line] = true
		}
	}
	var out []batch.Order
	for _, o := range orders {
		if lines := has[o.ID]; lines != nil {
			o.Lines = slices.Clone(o.Lines)
			o.Lines = slices.DeleteFunc(o.Lines, func(l batch.Line) bool { return !lines[l.ID] })
			out = append(out, o)
		}
	}
	return out
}

// Walk obeys web.Planner.
func (p *planning) Walk(_ context.Context, id floor.OrderID) (web.OrderWalk, error) {
	m, err := p.chart()
	if err != nil {
		return web.OrderWalk{}, err
	}
	out := web.OrderWalk{Order: id, Basis: string(m.Basis()), Stops: []web.WalkStop{}}
	at := map[route.LocationID]*web.WalkStop{}
	var stops []route.LocationID
	known := false
	p.feed.Look(func(b *view.Board) {
		b.Floor(func(s *floor.State) {
			o := s.Orders[id]
			if known = o != nil; !known {
				return
			}
			h := newShelves(s, p.clock())
			for i := range o.Lines {
				l := &o.Lines[i]
				for _, t := range h.take(l, l.ToPick(), false) {
					where := route.LocationID(t.bin)
					if !m.Has(where) {
						where = route.LocationID(floor.NoBin) // described since the map was made
					}
					if at[where] == nil {
						stops = append(stops, where)
						at[where] = &web.WalkStop{Bin: t.bin}
						if bin := s.Bins[t.bin]; bin != nil {
							at[where].Aisle, at[where].Bay, at[where].Level, at[where].Side = bin.Aisle, bin.Bay, bin.Level, bin.Side
						}
					}
					at[where].Picks = append(at[where].Picks, web.WalkPick{Line: l.ID, SKU: l.SKU, Name: b.Called(l.SKU), Qty: t.qty})
				}
			}
		})
	})
	if !known {
		return web.OrderWalk{}, web.ErrNoOrder
	}
	if len(stops) == 0 {
		return out, nil
	}
	path, err := m.Plan(stops)
	if err != nil {
		return web.OrderWalk{}, err
	}
	out.Metres = path.Metres
	for _, where := range path.Stops {
		out.Stops = append(out.Stops, *at[where])
	}
	return out, nil
}
