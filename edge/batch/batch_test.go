package batch

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/route"
)

func anyTask(t *rapid.T, at []route.Location) Task {
	task := Task{
		Mode:   rapid.SampledFrom([]Mode{Discrete, Batch, Cluster, Zone, Singles}).Draw(t, "mode"),
		Window: time.Duration(rapid.IntRange(0, 90).Draw(t, "window")) * time.Minute,
		TopUp:  time.Duration(rapid.SampledFrom([]int{0, 0, 20, 600}).Draw(t, "top up")) * time.Minute,
		Cart: Cart{
			MaxWeightG:   rapid.SampledFrom([]int{0, 5_000, 30_000}).Draw(t, "max weight"),
			MaxVolumeML:  rapid.SampledFrom([]int{0, 9_000, 60_000}).Draw(t, "max volume"),
			MaxTotes:     rapid.IntRange(0, 6).Draw(t, "max totes"),
			MaxOrders:    rapid.IntRange(0, 5).Draw(t, "max orders"),
			ToteWeightG:  rapid.SampledFrom([]int{0, 4_000}).Draw(t, "tote weight"),
			ToteVolumeML: rapid.SampledFrom([]int{0, 3_000, 20_000}).Draw(t, "tote volume"),
		},
	}
	for i := range rapid.IntRange(0, 18).Draw(t, "orders") {
		o := Order{ID: OrderID(fmt.Sprintf("O%d", i)), Priority: rapid.IntRange(0, 1).Draw(t, "priority")}
		if d := rapid.IntRange(-1, 300).Draw(t, "due"); d >= 0 {
			o.Due = morning.Add(time.Duration(d) * time.Minute)
		}
		for j := range rapid.IntRange(0, 4).Draw(t, "lines") {
			b := rapid.SampledFrom(at).Draw(t, "bin")
			l := Line{ID: LineID(fmt.Sprint(j)), SKU: SKU("S" + b.ID), Location: b.ID, Zone: b.Aisle, Qty: rapid.SampledFrom([]int{1, 1, 2, 30}).Draw(t, "qty"),
				WeightG: rapid.IntRange(0, 1_500).Draw(t, "weight"), VolumeML: rapid.IntRange(0, 3_500).Draw(t, "volume")}
			if rapid.IntRange(0, 30).Draw(t, "a lost bin") == 30 {
				l.Location = "nowhere"
			}
			o.Lines = append(o.Lines, l)
		}
		task.Orders = append(task.Orders, o)
	}
	return task
}

// windowsOf says in which window each order is due, by the words of the contract.
func windowsOf(orders []Order, length time.Duration) map[OrderID]int {
	if length == 0 {
		length = 30 * time.Minute
	}
	orders = slices.Clone(orders)
	slices.SortFunc(orders, func(a, b Order) int { return a.Due.Compare(b.Due) })
	out := map[OrderID]int{}
	n, opened := 0, time.Time{}
	for _, o := range orders {
		if o.Due.IsZero() {
			out[o.ID] = 1 << 20
			continue
		}
		if opened.IsZero() || o.Due.Sub(opened) >= length {
			n, opened = n+1, o.Due
		}
		out[o.ID] = n
	}
	return out
}

func TestRunsKeepTheirPromises(t *testing.T) {
	m, at := site(t, 2, 4, 6)
	rapid.Check(t, func(t *rapid.T) {
		task := anyTask(t, at)
		plan, err := Build(m, task)
		require.NoError(t, err)
		given := map[OrderID]Order{}
		for _, o := range task.Orders {
			given[o.ID] = o
		}

		// Every line is picked once, in full, or stands among those left.
		open := map[string]int{}
		for _, o := range task.Orders {
			for _, l := range o.Lines {
				open[fmt.Sprint(o.ID, "/", l.ID)] = l.Qty
			}
		}
		for _, r := range plan.Runs {
			for _, s := range r.Stops {
				for _, p := range s.Picks {
					k := fmt.Sprint(p.Order, "/", p.Line)
					require.Equal(t, open[k], p.Qty, "%s is asked for and picked once", k)
					delete(open, k)
				}
			}
		}
		for _, l := range plan.Left {
			require.NotEmpty(t, l.Why)
			for k := range open {
				if order, line, _ := strings.Cut(k, "/"); order == string(l.Order) && (l.Line == "" || line == string(l.Line)) {
					delete(open, k)
				}
			}
		}
		require.Empty(t, open)

		place := map[OrderID][]int{}
		for n, r := range plan.Runs {
			checkRun(t, m, task, r, given)
			for _, p := range r.Orders {
				place[p.Order] = append(place[p.Order], n)
			}
		}

		// Nothing due in an earlier window is picked after something due in a later one.
		var planned []Order
		for id := range place {
			planned = append(planned, given[id])
		}
		if task.Mode != Zone {
			of := windowsOf(planned, task.Window)
			for a := range place {
				for b := range place {
					if of[a] < of[b] {
						require.LessOrEqual(t, slices.Max(place[a]), slices.Min(place[b]), "%s is due before %s", a, b)
					}
					if task.TopUp == 0 && of[a] != of[b] {
						require.NotEqual(t, place[a], place[b], "%s and %s share a cart", a, b)
					}
					if of[a] == of[b] && given[a].Priority > given[b].Priority {
						require.LessOrEqual(t, slices.Max(place[a]), slices.Min(place[b]), "%s goes before %s", a, b)
					}
				}
			}
		}

		task.Orders = rapid.Permutation(task.Orders).Draw(t, "shuffled")
		again, err := Build(m, task)
		require.NoError(t, err)
		require.Equal(t, plan, again)
	})
}

func checkRun(t *rapid.T, m *route.Map, task Task, r Run, given map[OrderID]Order) {
	c := task.Cart
	weight, volume, units := 0, 0, 0
	perOrder := map[OrderID]int{}
	var stops []route.LocationID
	for _, s := range r.Stops {
		stops = append(stops, s.Location)
		for _, p := range s.Picks {
			i := slices.IndexFunc(given[p.Order].Lines, func(l Line) bool { return l.ID == p.Line })
			l := given[p.Order].Lines[i]
			require.Equal(t, l.SKU, p.SKU)
			require.Equal(t, s.Location, l.Location)
			if task.Mode == Zone {
				require.Equal(t, r.Zone, l.Zone)
			}
			weight, volume, units = weight+p.Qty*l.WeightG, volume+p.Qty*l.VolumeML, units+p.Qty
			perOrder[p.Order] += p.Qty * l.VolumeML
		}
	}
	require.Equal(t, []int{weight, volume, units}, []int{r.WeightG, r.VolumeML, r.Units})
	require.Len(t, r.Orders, len(perOrder))
	own := 0
	for _, p := range r.Orders {
		require.Contains(t, perOrder, p.Order)
		own += p.Totes
		if task.Mode == Cluster || task.Mode == Discrete {
			require.Positive(t, p.Totes)
			require.LessOrEqual(t, perOrder[p.Order], p.Totes*max(c.ToteVolumeML, 1<<40*b2i(c.ToteVolumeML < 3_500)), "%s fits its totes", p.Order)
		}
	}
	if task.Mode == Cluster || task.Mode == Discrete {
		require.Equal(t, own, r.Totes)
	}
	require.Positive(t, r.Totes)
	if r.Trips > 1 || len(r.TooBig) > 0 && !holds(c, r) {
		require.Len(t, r.Orders, 1, "only an order alone may exceed the cart")
		return
	}
	require.True(t, holds(c, r), "%+v holds %+v", c, r)
	require.LessOrEqual(t, len(r.Orders), max(c.MaxOrders, 1<<20*b2i(c.MaxOrders == 0)))
	path, err := m.Plan(stops)
	require.NoError(t, err)
	require.Equal(t, path.Stops, stops, "in walking order")
	require.InDelta(t, path.Metres, r.Metres, 1e-9)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func holds(c Cart, r Run) bool {
	return (c.MaxWeightG == 0 || r.WeightG <= c.MaxWeightG) && (c.MaxVolumeML == 0 || r.VolumeML <= c.MaxVolumeML) &&
		(c.MaxTotes == 0 || r.Totes <= c.MaxTotes)
}

// order is one line from each bin, due so many minutes into the day.
func order(id string, due int, bins ...route.LocationID) Order {
	o := Order{ID: OrderID(id), Due: morning.Add(time.Duration(due) * time.Minute)}
	for i, b := range bins {
		o.Lines = append(o.Lines, Line{ID: LineID(fmt.Sprint(i + 1)), SKU: SKU("S" + b), Location: b, Zone: string(b[:1]), Qty: 1, WeightG: 1000, VolumeML: 1000})
	}
	return o
}

// who is the orders of each run.
func who(p Plan) []string {
	var out []string
	for _, r := range p.Runs {
		var ids []string
		for _, o := range r.Orders {
			ids = append(ids, string(o.Order))
		}
		out = append(out, strings.Join(ids, " "))
	}
	return out
}

func build(t *testing.T, m *route.Map, task Task) Plan {
	p, err := Build(m, task)
	require.NoError(t, err)
	return p
}

func TestClosenessDecidesOnlyWithinAWindow(t *testing.T) {
	m, _ := site(t, 1, 10, 10)
	two := Cart{MaxOrders: 2}
	orders := []Order{order("a", 0, "A1-01"), order("far", 20, "J1-10"), order("b", 25, "A1-02"), order("far2", 28, "J1-09")}
	require.Equal(t, []string{"a b", "far far2"}, who(build(t, m, Task{Mode: Cluster, Orders: orders, Cart: two})))
	// A window of 22 minutes: b and far2 expire in the next one and wait, however close they are.
	require.Equal(t, []string{"a far", "b far2"}, who(build(t, m, Task{Mode: Cluster, Orders: orders, Cart: two, Window: 22 * time.Minute})))
	// Higher priority goes first within the window, what is close to it along with it; never before an earlier window.
	orders[3].Priority = 1
	require.Equal(t, []string{"far far2", "a b"}, who(build(t, m, Task{Mode: Cluster, Orders: orders, Cart: two})))
	require.Equal(t, []string{"a far", "b far2"}, who(build(t, m, Task{Mode: Cluster, Orders: orders, Cart: two, Window: 22 * time.Minute})))
}

func TestALastCartIsToppedUp(t *testing.T) {
	m, _ := site(t, 1, 10, 10)
	orders := []Order{order("now", 0, "A1-01"), order("soon", 50, "J1-01"), order("close", 55, "A1-02"), order("evening", 700, "A1-01")}
	orders = append(orders, Order{ID: "whenever", Lines: orders[0].Lines})
	task := Task{Mode: Batch, Orders: orders, Cart: Cart{MaxOrders: 2}}
	require.Equal(t, []string{"now", "soon close", "evening", "whenever"}, who(build(t, m, task)))
	task.TopUp = 30 * time.Minute
	require.Equal(t, []string{"now close", "soon", "evening", "whenever"}, who(build(t, m, task)))
	task.Cart.MaxOrders = 0
	require.Equal(t, []string{"now soon close", "evening", "whenever"}, who(build(t, m, task)))
}

func TestAnOrderLargerThanTheCart(t *testing.T) {
	m, _ := site(t, 1, 4, 10)
	big := order("big", 0, "A1-05", "B1-05", "C1-05")
	for i := range big.Lines {
		big.Lines[i].Qty = 4
	}
	orders := []Order{big, order("small", 0, "A1-05"), order("tiny", 0, "A1-06")}
	for _, c := range []Cart{{MaxWeightG: 5000}, {MaxVolumeML: 5000}, {MaxTotes: 5, ToteVolumeML: 1000}, {MaxTotes: 1, ToteWeightG: 5500}} {
		p := build(t, m, Task{Mode: Batch, Orders: orders, Cart: c})
		require.Equal(t, []string{"big", "tiny small"}, who(p))
		require.Equal(t, []int{3, 1}, []int{p.Runs[0].Trips, p.Runs[1].Trips}, "%+v", c)
		require.Empty(t, p.Runs[0].TooBig)
		once, err := m.Plan([]route.LocationID{"A1-05", "B1-05", "C1-05"})
		require.NoError(t, err)
		require.Greater(t, p.Runs[0].Metres, once.Metres, "it goes three times")
	}
	safe := order("safe", 0, "A1-01")
	safe.Lines[0].WeightG = 400_000
	p := build(t, m, Task{Mode: Batch, Orders: []Order{safe, orders[1]}, Cart: Cart{MaxWeightG: 50_000}})
	require.Equal(t, []string{"safe", "small"}, who(p))
	require.Equal(t, []LineID{"1"}, p.Runs[0].TooBig)
	require.Equal(t, 1, p.Runs[0].Trips)
}

func TestTotes(t *testing.T) {
	m, _ := site(t, 1, 4, 10)
	var orders []Order
	for i := range 4 {
		orders = append(orders, order(fmt.Sprint("o", i), 0, "A1-01", "A1-02")) // two litres each
	}
	tote := Cart{MaxTotes: 2, ToteVolumeML: 4000}
	p := build(t, m, Task{Mode: Batch, Orders: orders, Cart: tote})
	require.Equal(t, []string{"o0 o1 o2 o3"}, who(p), "mixed: eight litres in two totes of four")
	require.Equal(t, 2, p.Runs[0].Totes)
	p = build(t, m, Task{Mode: Cluster, Orders: orders, Cart: tote})
	require.Equal(t, []string{"o0 o1", "o2 o3"}, who(p), "a tote is one order's")
	require.Equal(t, []Part{{"o0", 1}, {"o1", 1}}, p.Runs[0].Orders)
	p = build(t, m, Task{Mode: Discrete, Orders: orders, Cart: tote})
	require.Equal(t, []string{"o0", "o1", "o2", "o3"}, who(p))
	// Units are not cut to fill a tote: three of three litres need three totes of five.
	bulky := order("bulky", 0, "A1-01")
	bulky.Lines[0].Qty, bulky.Lines[0].VolumeML = 3, 3000
	p = build(t, m, Task{Mode: Batch, Orders: []Order{bulky}, Cart: Cart{ToteVolumeML: 5000}})
	require.Equal(t, 3, p.Runs[0].Totes)
}

func TestZonesSplitOrders(t *testing.T) {
	m, _ := site(t, 1, 4, 10)
	p := build(t, m, Task{Mode: Zone, Orders: []Order{order("x", 0, "A1-01", "B1-01"), order("y", 60, "B1-02", "A1-03")}, Window: 2 * time.Hour})
	require.Equal(t, []string{"x y", "x y"}, who(p))
	require.Equal(t, "A", p.Runs[0].Zone)
	require.Equal(t, []Stop{{"B1-01", []Pick{{"x", "2", "SB1-01", 1}}}, {"B1-02", []Pick{{"y", "1", "SB1-02", 1}}}}, p.Runs[1].Stops)
	p = build(t, m, Task{Mode: Zone, Orders: []Order{order("x", 0, "A1-01", "B1-01"), order("y", 60, "B1-02", "A1-03")}})
	require.Equal(t, []string{"x", "x", "y", "y"}, who(p), "what is due first goes first in every zone")
}

func TestSinglesGoByItem(t *testing.T) {
	m, _ := site(t, 1, 10, 10)
	var orders []Order
	for i, b := range []route.LocationID{"A1-01", "J1-01", "A1-01", "J1-01", "A1-01", "A1-01"} {
		orders = append(orders, order(fmt.Sprint("o", i), i, b))
	}
	orders = append(orders, order("two lines", 0, "A1-01", "A1-02"), Order{ID: "none"})
	orders[5].Lines[0].Location = "A9-99"
	p := build(t, m, Task{Mode: Singles, Orders: orders, Cart: Cart{MaxWeightG: 3000}})
	require.Equal(t, []string{"o0 o2 o4", "o1 o3"}, who(p))
	require.Equal(t, []Stop{{"A1-01", []Pick{{"o0", "1", "SA1-01", 1}, {"o2", "1", "SA1-01", 1}, {"o4", "1", "SA1-01", 1}}}}, p.Runs[0].Stops)
	require.ElementsMatch(t, []Left{{"two lines", "", "has 2 units, singles have one"}, {"none", "", "has 0 units, singles have one"},
		{"o5", "1", `location "A9-99" is not in the layout`}}, p.Left)
	// More of one item than the cart takes: what is due sooner first.
	p = build(t, m, Task{Mode: Singles, Orders: orders, Cart: Cart{MaxWeightG: 2000}})
	require.Equal(t, []string{"o0 o2", "o1 o3", "o4"}, who(p))
}

func TestWhatHasNoPlaceIsLeft(t *testing.T) {
	m, _ := site(t, 1, 2, 2)
	half := order("half", 0, "A1-01", "Z9-99")
	p := build(t, m, Task{Mode: Batch, Orders: []Order{half, {ID: "empty"}, order("lost", 0, "Z9-98")}})
	require.Equal(t, []string{"half"}, who(p))
	require.Len(t, p.Runs[0].Stops, 1)
	require.Equal(t, []Left{{"half", "2", `location "Z9-99" is not in the layout`}, {"lost", "1", `location "Z9-98" is not in the layout`},
		{"empty", "", "has no lines"}}, p.Left)
	require.Equal(t, Plan{}, build(t, m, Task{Mode: Batch}))
}

func TestAStoreThatKnowsOnlyItsWalk(t *testing.T) {
	m, err := route.New(route.Layout{Locations: []route.Location{{ID: "TILL", Walk: 1}, {ID: "SHELF", Walk: 2}, {ID: "BACK", Walk: 90}, {ID: "YARD", Walk: 91}}})
	require.NoError(t, err)
	var orders []Order
	for i, b := range []route.LocationID{"TILL", "YARD", "SHELF", "BACK"} {
		orders = append(orders, order(fmt.Sprint(b), i, b))
	}
	p := build(t, m, Task{Mode: Cluster, Orders: orders, Cart: Cart{MaxOrders: 2}})
	require.Equal(t, []string{"TILL SHELF", "YARD BACK"}, who(p))
	require.Equal(t, route.LocationID("BACK"), p.Runs[1].Stops[0].Location)
}

func TestBadTasks(t *testing.T) {
	m, _ := site(t, 1, 2, 2)
	with := func(f func(*Task)) Task {
		task := Task{Mode: Batch, Orders: []Order{order("a", 0, "A1-01")}}
		f(&task)
		return task
	}
	line := func(f func(*Line)) Task { return with(func(t *Task) { f(&t.Orders[0].Lines[0]) }) }
	for _, c := range []struct {
		task Task
		want string
	}{
		{with(func(t *Task) { t.Mode = "wave" }), `mode: is "wave"; discrete, batch, cluster, zone or singles are allowed`},
		{with(func(t *Task) { t.Cart.MaxWeightG = -1 }), `cart: max weight: is -1, must not be below 0`},
		{with(func(t *Task) { t.Cart.ToteVolumeML = -7 }), `cart: tote volume: is -7, must not be below 0`},
		{with(func(t *Task) { t.Window = -time.Second }), `window: is -1s, 0 to 8784h0m0s are allowed`},
		{with(func(t *Task) { t.TopUp = 1 << 62 }), `top up: is 1281023h53m38.427387904s, 0 to 8784h0m0s are allowed`},
		{with(func(t *Task) { t.Orders[0].ID = "" }), `order 1: id: is missing`},
		{with(func(t *Task) { t.Orders = append(t.Orders, t.Orders[0]) }), `order "a": id: stands twice`},
		{with(func(t *Task) { t.Orders = make([]Order, maxOrders+1) }), `orders: 20001 are given, at most 20000 are planned at once`},
		{with(func(t *Task) { t.Orders[0].Lines = make([]Line, maxLines+1) }), `lines: more than 200000 are given, which is the most planned at once`},
		{line(func(l *Line) { l.ID = "" }), `order "a": line 1: id: is missing`},
		{line(func(l *Line) { l.Qty = 0 }), `order "a": line "1": qty: is 0, 1 to 100000 are allowed`},
		{line(func(l *Line) { l.WeightG = -1 }), `order "a": line "1": weight: is -1 g, 0 to 100000000 are allowed`},
		{line(func(l *Line) { l.VolumeML = maxUnit + 1 }), `order "a": line "1": volume: is 100000001 ml, 0 to 100000000 are allowed`},
		{with(func(t *Task) { t.Orders[0].Lines = append(t.Orders[0].Lines, t.Orders[0].Lines[0]) }), `order "a": line "1": stands twice for location "A1-01"`},
	} {
		_, err := Build(m, c.task)
		require.EqualError(t, err, c.want)
	}
	_, err := Build(nil, Task{Mode: Batch})
	require.EqualError(t, err, "layout: is missing")
}

// TestExtremesEndSoon: the largest numbers let through neither overflow nor hang.
func TestExtremesEndSoon(t *testing.T) {
	m, at := site(t, 1, 4, 10)
	var orders []Order
	for i := range 60 {
		o := order(fmt.Sprint("o", i), i, at[i%len(at)].ID)
		o.Lines[0].Qty, o.Lines[0].WeightG, o.Lines[0].VolumeML = maxQty, maxUnit, maxUnit
		orders = append(orders, o)
	}
	p := build(t, m, Task{Mode: Batch, Orders: orders, Cart: Cart{MaxWeightG: 1000, MaxTotes: 3, ToteVolumeML: 1}})
	require.Len(t, p.Runs, 60)
	require.Equal(t, maxTrips, p.Runs[0].Trips)
	p = build(t, m, Task{Mode: Batch, Orders: orders, Window: time.Hour})
	require.Len(t, p.Runs, 1)
	require.Equal(t, 60*maxQty*maxUnit, p.Runs[0].WeightG)

	many := day(rand.New(rand.NewSource(5)), at, 800, 2, cutOffs)
	p = build(t, m, Task{Mode: Cluster, Orders: many, Cart: trolley})
	_, lines := sums(p)
	want := 0
	for _, o := range many {
		want += len(o.Lines)
	}
	require.Equal(t, want, lines)
}
