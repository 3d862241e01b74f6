package carton

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func anyRequest(t *rapid.T) ([]Carton, []Item, Rules) {
	n := func(low, high int, what string) int { return rapid.IntRange(low, high).Draw(t, what) }
	classes := []Class{"", "", "food", "chemicals", "chilled", "dangerous"}
	small, strong, big := 20, 100, 400
	if n(0, 3, "roomy") > 0 { // most requests fit into few cartons, with many units in each
		small, strong, big = 180, 9000, 200
	}
	var cartons []Carton
	for i := range n(0, 5, "types") {
		c := Carton{ID: ID(fmt.Sprint("c", i)), Inner: Size{n(small, 600, "l"), n(small, 400, "w"), n(small, 400, "h")}, Empty: Grams(n(0, 900, "empty")), Max: Grams(n(strong, 30000, "max")), Cost: Money(n(0, 300, "cost"))}
		if rapid.Bool().Draw(t, "outer") {
			c.Outer = Size{c.Inner.L + 10, c.Inner.W + 10, c.Inner.H + 20}
		}
		if n(0, 3, "limited") == 0 {
			c.Limited, c.Count = true, n(0, 3, "count")
		}
		cartons = append(cartons, c)
	}
	var items []Item
	for i := range n(0, 8, "items") {
		it := Item{ID: ItemID(fmt.Sprint("i", i)), Qty: n(1, 7, "qty"), Size: Size{n(5, big, "l"), n(5, big*3/4, "w"), n(5, big/2, "h")}, Weight: Grams(n(0, 10*big, "weight")),
			Up: Sides(n(0, 7, "up")), NoTop: n(0, 4, "noTop") == 0, Own: n(0, 9, "own") == 0, Class: classes[n(0, 5, "class")]}
		if n(0, 7, "unknown") == 0 {
			it.Size, it.Volume = Size{}, int64(n(0, 3_000_000, "volume"))
		}
		items = append(items, it)
	}
	r := Rules{Divisor: n(0, 6000, "divisor"), Step: Grams(n(0, 500, "step")), PerKg: Money(n(0, 200, "perKg")), FreeShare: n(0, 150, "free"), Filler: Grams(n(0, 30, "filler")),
		Support: n(0, 100, "support"), MaxCartons: max(0, n(-6, 6, "most")), Density: Grams(n(0, 900, "density")), AsVolume: 400_000, AsWeight: 200}
	if rapid.Bool().Draw(t, "apart") {
		r.Apart = []Apart{{"food", "chemicals"}, {"dangerous", "food"}, {"chilled", "dangerous"}}
	}
	return cartons, items, r
}

func TestNoPlanOverfills(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cartons, items, r := anyRequest(t)
		plan, err := Choose(cartons, items, r)
		require.NoError(t, err)
		require.NoError(t, judge(cartons, items, r, plan))
		again, err := Choose(cartons, items, r)
		require.NoError(t, err)
		require.Equal(t, plan, again, "the same input, another plan")
		if r.MaxCartons == 0 {
			for _, l := range plan.Left {
				require.True(t, misfit(cartons, items, r, l.Item), "%s is left (%s), but would go in a carton", l.Item, l.Reason)
			}
		}
	})
}

// misfit says that an item goes in no carton of which there are as many as one likes.
func misfit(cartons []Carton, items []Item, r Rules, id ItemID) bool {
	for _, c := range cartons {
		for _, it := range items {
			it.Qty = 1
			if f, err := Fits(c, []Item{it}, r); !c.Limited && it.ID == id && err == nil && f.OK {
				return false
			}
		}
	}
	return true
}

func TestWhatFitsIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cartons, items, r := anyRequest(t)
		for _, c := range cartons {
			c.Limited, c.Count = false, 0
			loose := items[:0:0]
			for _, it := range items {
				it.Own = false
				loose = append(loose, it)
			}
			f, err := Fits(c, loose, r)
			require.NoError(t, err)
			w, _, err := ExpectedWeight(c, loose, r)
			require.NoError(t, err)
			if !f.OK {
				require.NotEmpty(t, f.Reason)
				continue
			}
			require.Equal(t, f.Packed.Gross, w)
			plan := Plan{Cartons: []Packed{f.Packed}, Cost: f.Packed.Cost, Billable: f.Packed.Billable}
			require.NoError(t, judge([]Carton{c}, loose, r, plan))
		}
	})
}

// TestSawnCartonsArePutTogether: pieces of a carton sawn in three always go back in it.
func TestSawnCartonsArePutTogether(t *testing.T) {
	for seed := range uint64(200) {
		f, err := Fits(large, sawn(rand.New(rand.NewPCG(1, seed)), large.Inner, 3, 0), Rules{Support: 100})
		require.NoError(t, err)
		require.True(t, f.OK, "seed %d: %s", seed, f.Reason)
	}
}

// TestTheJudgeSees: a plan made wrong in any way is found out.
func TestTheJudgeSees(t *testing.T) {
	items := []Item{{ID: "a", Qty: 4, Size: Size{100, 75, 40}, Weight: 100, Up: Upright}, {ID: "f", Qty: 1, Size: Size{90, 70, 40}, Weight: 100, NoTop: true, Class: "x"}}
	r := Rules{Apart: []Apart{{"x", "y"}}}
	for name, spoil := range map[string]func(*Plan, []Item){
		"overlap":  func(p *Plan, _ []Item) { p.Cartons[0].Placements[1] = p.Cartons[0].Placements[0] },
		"outside":  func(p *Plan, _ []Item) { p.Cartons[0].Placements[0].X = 150 },
		"below":    func(p *Plan, _ []Item) { p.Cartons[0].Placements[0].Z = -1 },
		"hanging":  func(p *Plan, _ []Item) { p.Cartons[0].Placements[4].Z += 1 },
		"turned":   func(p *Plan, _ []Item) { p.Cartons[0].Placements[0].Up = UpL },
		"shrunk":   func(p *Plan, _ []Item) { p.Cartons[0].Placements[0].Size.L-- },
		"unit":     func(p *Plan, _ []Item) { p.Cartons[0].Placements[0].Unit = 1 },
		"lost":     func(p *Plan, _ []Item) { p.Cartons[0].Placements = p.Cartons[0].Placements[1:] },
		"weight":   func(_ *Plan, it []Item) { it[0].Weight = 1300 },
		"gross":    func(p *Plan, _ []Item) { p.Cartons[0].Gross-- },
		"sum":      func(p *Plan, _ []Item) { p.Cost++ },
		"class":    func(_ *Plan, it []Item) { it[0].Class = "y" },
		"fragile":  func(_ *Plan, it []Item) { it[0].NoTop = true },
		"own":      func(_ *Plan, it []Item) { it[1].Own = true },
		"no words": func(p *Plan, _ []Item) { p.Left = []Left{{Item: "a", Qty: 1}} },
	} {
		mine := append([]Item{}, items...)
		p := choose(t, []Carton{small}, mine, r)
		require.Len(t, p.Cartons, 1)
		spoil(&p, mine)
		require.Error(t, judge([]Carton{small}, mine, r, p), name)
	}
}

// TestTheEffortIsBounded: large requests with nothing alike stay near their budget of steps, a step being some 20 ns.
func TestTheEffortIsBounded(t *testing.T) {
	for _, c := range []struct{ types, units, most int }{{8, 20, 100_000}, {8, 200, 2_000_000}, {MaxTypes, 200, 2_500_000}, {MaxTypes, MaxUnits, 25_000_000}} {
		rnd := rand.New(rand.NewPCG(3, 3))
		var cartons []Carton
		for i := range c.types {
			cartons = append(cartons, Carton{ID: ID(fmt.Sprint(i)), Inner: Size{200 + rnd.IntN(400), 150 + rnd.IntN(250), 100 + rnd.IntN(300)}, Max: 20000, Cost: Money(i)})
		}
		var items []Item
		for i := range c.units {
			items = append(items, Item{ID: ItemID(fmt.Sprint(i)), Qty: 1, Size: Size{20 + rnd.IntN(180), 20 + rnd.IntN(130), 20 + rnd.IntN(80)}, Weight: Grams(50 + rnd.IntN(500)), NoTop: i%9 == 0})
		}
		p, _, err := newPlanner(cartons, items, &Rules{})
		require.NoError(t, err)
		left, _ := p.screen()
		best := p.search(left, p.allowed(0))
		require.Zero(t, best.units)
		require.Less(t, p.steps, c.most, "%d units, %d types", c.units, c.types)
	}
}

// FuzzChoose feeds numbers no one would type. Whatever they are: an error that names a field, or a plan the judge accepts.
func FuzzChoose(f *testing.F) {
	f.Add([]byte{})
	f.Add(binary.LittleEndian.AppendUint64(nil, 1<<63))
	seed := []byte{}
	for _, n := range []uint64{1, 300, 200, 100, 0, 0, 0, 10, 5000, 7, 0, 2, 3, 100, 90, 80, 0, 400, 0, 0, 5000, 50, 50, 80} {
		seed = binary.LittleEndian.AppendUint64(seed, n)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func() int64 {
			var b [8]byte
			data = data[copy(b[:], data):]
			return int64(binary.LittleEndian.Uint64(b[:]))
		}
		var cartons []Carton
		for i := range uint64(next()) % 4 {
			cartons = append(cartons, Carton{ID: ID(fmt.Sprint(i)), Inner: Size{int(next()), int(next()), int(next())}, Outer: Size{int(next()), int(next()), int(next())},
				Empty: Grams(next()), Max: Grams(next()), Cost: Money(next()), Limited: next()%2 == 1, Count: int(next())})
		}
		var items []Item
		for i := range uint64(next()) % 6 {
			flags := next()
			items = append(items, Item{ID: ItemID(fmt.Sprint(i)), Qty: int(next()), Size: Size{int(next()), int(next()), int(next())}, Volume: next(), Weight: Grams(next()),
				Up: Sides(flags & 7), NoTop: flags&8 != 0, Own: flags&16 != 0, Class: Class([]string{"", "x", "y", "z"}[flags>>5&3])})
		}
		r := Rules{Divisor: int(next()), Step: Grams(next()), PerKg: Money(next()), FreeShare: int(next()), Filler: Grams(next()), Support: int(next()), MaxCartons: int(next()),
			Density: Grams(next()), AsVolume: next(), AsWeight: Grams(next()), Apart: []Apart{{"x", "y"}}}
		plan, err := Choose(cartons, items, r)
		if err != nil {
			require.Regexp(t, `^(cartons|items|rules)[\[.:]`, err.Error())
			return
		}
		require.NoError(t, judge(cartons, items, r, plan))
	})
}
