package carton

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	small = Carton{ID: "S", Inner: Size{200, 150, 100}, Empty: 80, Max: 5000, Cost: 20}
	large = Carton{ID: "L", Inner: Size{400, 300, 250}, Outer: Size{410, 310, 264}, Empty: 300, Max: 20000, Cost: 70}
	brick = Item{ID: "brick", Line: "1", SKU: "B", Qty: 1, Size: Size{190, 140, 90}, Weight: 900}
)

func with(it Item, change func(*Item)) Item {
	change(&it)
	return it
}

func choose(t *testing.T, cartons []Carton, items []Item, r Rules) Plan {
	p, err := Choose(cartons, items, r)
	require.NoError(t, err)
	require.NoError(t, judge(cartons, items, r, p))
	return p
}

func ids(p Plan) (out []ID) {
	for _, c := range p.Cartons {
		out = append(out, c.Carton)
	}
	return out
}

func TestTakesTheCheapestThatHolds(t *testing.T) {
	both := []Carton{large, small}
	require.Equal(t, []ID{"S"}, ids(choose(t, both, []Item{brick}, Rules{})))
	p := choose(t, both, []Item{with(brick, func(i *Item) { i.Qty = 2 })}, Rules{})
	require.Equal(t, []ID{"L"}, ids(p), "one large before two small")
	require.Empty(t, p.Left)
	require.Equal(t, Money(70), p.Cost)

	flat := Carton{ID: "flat", Inner: Size{320, 200, 95}, Max: 5000, Cost: 60}
	p = choose(t, []Carton{large, flat}, []Item{brick}, Rules{})
	require.Equal(t, []ID{"flat"}, ids(p))
	p = choose(t, []Carton{large, with2(flat, func(c *Carton) { c.Cost = 90 })}, []Item{brick}, Rules{})
	require.Equal(t, []ID{"L"}, ids(p), "the larger one is cheaper")
	p = choose(t, []Carton{large, with2(flat, func(c *Carton) { c.Cost = 90 })}, []Item{brick}, Rules{Divisor: 5000, PerKg: 100})
	require.Equal(t, []ID{"flat"}, ids(p), "but not with what the carrier asks for air")
	require.Equal(t, Grams(1216), p.Cartons[0].DimWeight, "32 × 20 × 9.5 cm / 5000")
	require.Equal(t, Grams(1216), p.Cartons[0].Billable)
	require.Equal(t, Money(90+122), p.Cost)
}

func with2(c Carton, change func(*Carton)) Carton {
	change(&c)
	return c
}

func TestWeightsAndVoid(t *testing.T) {
	r := Rules{Divisor: 6000, Step: 500, Filler: 20, FreeShare: 100}
	c := choose(t, []Carton{small}, []Item{with(brick, func(i *Item) { i.Size = Size{100, 100, 100} })}, r).Cartons[0]
	require.Equal(t, Grams(900), c.Content)
	require.Equal(t, int64(1_000_000), c.Used)
	require.Equal(t, int64(2_000_000), c.Void)
	require.Equal(t, Grams(900+80+40), c.Gross)
	require.Equal(t, Grams(500), c.DimWeight)
	require.Equal(t, Grams(1500), c.Billable)

	w, notes, err := ExpectedWeight(small, []Item{with(brick, func(i *Item) { i.Size = Size{100, 100, 100} })}, r)
	require.NoError(t, err)
	require.Empty(t, notes)
	require.Equal(t, c.Gross, w)
}

func TestSeveralCartonsAndTheLastOneShrinks(t *testing.T) {
	p := choose(t, []Carton{small, large}, []Item{with(brick, func(i *Item) { i.Qty, i.Size, i.Weight = 25, Size{100, 100, 100}, 500 })}, Rules{})
	require.Equal(t, []ID{"L", "S"}, ids(p))
	require.Len(t, p.Cartons[0].Placements, 24)

	p = choose(t, []Carton{small, with2(large, func(c *Carton) { c.Limited, c.Count = true, 0 })}, []Item{with(brick, func(i *Item) { i.Qty = 3 })}, Rules{})
	require.Equal(t, []ID{"S", "S", "S"}, ids(p), "no large one is there")

	p = choose(t, []Carton{with2(small, func(c *Carton) { c.Limited, c.Count = true, 2 })}, []Item{with(brick, func(i *Item) { i.Qty = 3 })}, Rules{})
	require.Equal(t, []Left{{"brick", 1, "no carton that takes it is left on the shelf"}}, p.Left)

	p = choose(t, []Carton{small}, []Item{with(brick, func(i *Item) { i.Qty = 3 })}, Rules{MaxCartons: 2})
	require.Equal(t, []Left{{"brick", 1, "the order may take 2 cartons, and they are full"}}, p.Left)
}

func TestHeavyGoodsAreSplitByWeight(t *testing.T) {
	heavy := with(brick, func(i *Item) { i.Size, i.Weight, i.Qty = Size{50, 50, 50}, 2400, 5 })
	p := choose(t, []Carton{small}, []Item{heavy}, Rules{})
	require.Equal(t, []ID{"S", "S", "S"}, ids(p))
	require.Equal(t, []Grams{4800, 4800, 2400}, []Grams{p.Cartons[0].Content, p.Cartons[1].Content, p.Cartons[2].Content})
}

func TestWhatStandsUprightAndWhatBearsNothing(t *testing.T) {
	bottle := Item{ID: "bottle", Qty: 1, Size: Size{70, 70, 220}, Weight: 1200}
	p := choose(t, []Carton{small}, []Item{with(bottle, func(i *Item) { i.Size.H = 180 })}, Rules{})
	require.Equal(t, []ID{"S"}, ids(p), "it may lie")
	p = choose(t, []Carton{small}, []Item{with(bottle, func(i *Item) { i.Size.H, i.Up = 180, Upright })}, Rules{})
	require.Equal(t, []Left{{"bottle", 1, "70×70×180 mm fits in no carton the way it may lie"}}, p.Left)
	p = choose(t, []Carton{small, large}, []Item{with(bottle, func(i *Item) { i.Up = Upright })}, Rules{})
	require.Equal(t, []ID{"L"}, ids(p))

	glass := Item{ID: "glass", Qty: 2, Size: Size{200, 150, 50}, Weight: 300}
	require.Equal(t, []ID{"S"}, ids(choose(t, []Carton{small}, []Item{glass}, Rules{})))
	glass.NoTop = true
	require.Equal(t, []ID{"S", "S"}, ids(choose(t, []Carton{small}, []Item{glass}, Rules{})))
	under := Item{ID: "book", Qty: 1, Size: Size{200, 150, 50}, Weight: 500}
	glass.Qty = 1
	p = choose(t, []Carton{small}, []Item{glass, under}, Rules{})
	require.Equal(t, []ID{"S"}, ids(p))
	require.Equal(t, ItemID("book"), p.Cartons[0].Placements[0].Item)
	require.Equal(t, 50, p.Cartons[0].Placements[1].Z, "the glass lies on the book")
}

func TestClassesKeptApart(t *testing.T) {
	soap := Item{ID: "soap", Qty: 1, Size: Size{80, 60, 30}, Weight: 100, Class: "chemicals"}
	rice := Item{ID: "rice", Qty: 1, Size: Size{80, 60, 30}, Weight: 100, Class: "food"}
	pen := Item{ID: "pen", Qty: 1, Size: Size{80, 10, 10}, Weight: 10}
	all := []Item{soap, rice, pen}
	require.Len(t, choose(t, []Carton{small}, all, Rules{}).Cartons, 1)
	r := Rules{Apart: []Apart{{"food", "chemicals"}, {"food", "dangerous"}}}
	require.Len(t, choose(t, []Carton{small}, all, r).Cartons, 2)

	f, err := Fits(large, all, r)
	require.NoError(t, err)
	require.False(t, f.OK)
	require.Equal(t, "soap (chemicals) must not share a carton with the rest", f.Reason)
}

func TestItemsInTheirOwnCarton(t *testing.T) {
	tv := Item{ID: "tv", Qty: 2, Size: Size{900, 150, 600}, Weight: 9000, Own: true}
	p := choose(t, []Carton{small}, []Item{tv, brick}, Rules{Divisor: 5000})
	require.Equal(t, []ID{"", "", "S"}, ids(p))
	require.Equal(t, Grams(16200), p.Cartons[0].Billable)
	p = choose(t, []Carton{small}, []Item{tv, brick}, Rules{MaxCartons: 1})
	require.Equal(t, []Left{{"tv", 1, "the order may take 1 cartons, and they are full"}, {"brick", 1, "the order may take 1 cartons, and they are full"}}, p.Left)
	p = choose(t, nil, []Item{tv}, Rules{})
	require.Len(t, p.Cartons, 2, "it needs none of ours")
}

func TestGuessesAreSaid(t *testing.T) {
	r := Rules{Density: 250, AsVolume: 125_000, AsWeight: 150}
	p := choose(t, []Carton{small}, []Item{
		{ID: "shirt", Qty: 1, Weight: 250}, {ID: "mug", Qty: 1, Volume: 512_000, Weight: 300}, {ID: "thing", Qty: 1},
		with(brick, func(i *Item) { i.Size, i.Weight = Size{20, 20, 20}, 0 }),
	}, r)
	require.Equal(t, []string{
		"shirt has no size: taken as a cube of 100 mm from its weight at 250 g per litre",
		"mug has no size: taken as a cube of 80 mm from its volume",
		"thing has no weight: taken as 150 g; thing has no size: taken as a cube of 50 mm from the site's usual volume",
		"brick has no weight: taken as 150 g",
	}, p.Notes)
	require.Equal(t, Grams(250+300+150+150), p.Cartons[0].Content)
	require.Equal(t, 1, cube(1))
	require.Equal(t, 2, cube(2))
	require.Equal(t, 101, cube(1_000_001))
}

func TestReasons(t *testing.T) {
	weak := with2(large, func(c *Carton) { c.Max = 400 })
	cases := []struct {
		cartons []Carton
		item    Item
		rules   Rules
		why     string
	}{
		{nil, brick, Rules{}, "there are no cartons to choose from"},
		{[]Carton{small}, with(brick, func(i *Item) { i.Weight = 5001 }), Rules{}, "weighs 5001 g, the strongest carton takes 5000 g"},
		{[]Carton{small}, with(brick, func(i *Item) { i.Size.L = 201 }), Rules{}, "its longest side is 201 mm, the longest carton is 200 mm inside"},
		{[]Carton{small}, with(brick, func(i *Item) { i.Size.W = 160 }), Rules{}, "190×160×90 mm fits in no carton the way it may lie"},
		{[]Carton{small}, with(brick, func(i *Item) { i.Size = small.Inner }), Rules{FreeShare: 50}, "200×150×100 mm leaves no carton the free space the rules ask for"},
		{[]Carton{small, weak}, with(brick, func(i *Item) { i.Size.L = 300 }), Rules{}, "the cartons 300×140×90 mm fits in do not take 900 g"},
		{[]Carton{with2(small, func(c *Carton) { c.Limited = true })}, brick, Rules{}, "no carton that takes it is left on the shelf"},
		{[]Carton{small}, Item{ID: "brick", Qty: 1, Weight: 1, Volume: 9_000_000}, Rules{}, "its longest side is 209 mm, the longest carton is 200 mm inside (its size is a guess)"},
	}
	for _, c := range cases {
		p := choose(t, c.cartons, []Item{c.item}, c.rules)
		require.Equal(t, []Left{{"brick", 1, c.why}}, p.Left)
	}
}

func TestFits(t *testing.T) {
	why := func(c Carton, r Rules, items ...Item) string {
		f, err := Fits(c, items, r)
		require.NoError(t, err)
		require.Equal(t, f.OK, f.Reason == "")
		require.Equal(t, f.OK, len(f.Packed.Placements) > 0)
		return f.Reason
	}
	require.Empty(t, why(small, Rules{}, brick))
	require.Equal(t, "too heavy: 5400 g, it takes 5000 g", why(small, Rules{}, with(brick, func(i *Item) { i.Qty = 6 })))
	require.Equal(t, "too much: 4788 cm³ of goods, it holds 3000 cm³", why(small, Rules{}, with(brick, func(i *Item) { i.Qty = 2 })))
	require.Equal(t, "too full: 2394 cm³ of goods, with space for filler it holds 2250 cm³", why(small, Rules{FreeShare: 250}, brick))
	require.Equal(t, "brick does not lie in it the way it may: it is 200×150×100 mm inside", why(small, Rules{}, with(brick, func(i *Item) { i.Size.L = 201 })))
	require.Equal(t, "no arrangement was found: 1 of 2 units go in", why(small, Rules{}, with(brick, func(i *Item) { i.Qty, i.Size = 2, Size{110, 110, 95} })))
}

func TestNothingAsked(t *testing.T) {
	require.Equal(t, Plan{}, choose(t, []Carton{small}, nil, Rules{}))
	f, err := Fits(small, nil, Rules{})
	require.NoError(t, err)
	require.True(t, f.OK)
}

func TestWrongInputIsNamed(t *testing.T) {
	fails := func(want string, cartons []Carton, items []Item, r Rules) {
		t.Helper()
		_, err := Choose(cartons, items, r)
		require.EqualError(t, err, want)
	}
	item := func(want string, change func(*Item)) {
		t.Helper()
		fails(want, []Carton{small}, []Item{brick, with(with(brick, func(i *Item) { i.ID = "b" }), change)}, Rules{})
	}
	box := func(want string, change func(*Carton)) {
		t.Helper()
		fails(want, []Carton{with2(small, change)}, []Item{brick}, Rules{})
	}
	item("items[1].id: is missing", func(i *Item) { i.ID = "" })
	item(`items[1].id: "brick" is there twice`, func(i *Item) { i.ID = "brick" })
	item("items[1].qty: is 0, must be from 1 to 1000 units", func(i *Item) { i.Qty = 0 })
	item("items[1].qty: brings the order to more than 1000 units; plan large orders by pallet", func(i *Item) { i.Qty = 1000 })
	item("items[1].size.width: is -1, must be from 1 to 20000 mm", func(i *Item) { i.Size.W = -1 })
	item("items[1].size.height: is 0, must be from 1 to 20000 mm", func(i *Item) { i.Size.H = 0 })
	item("items[1].size: is missing, and so are its volume and a rule for items without either", func(i *Item) { i.Size = Size{} })
	item("items[1].weight: is missing, and the rules say nothing of items without one", func(i *Item) { i.Weight = 0 })
	item("items[1].weight: is -5, must be from 0 to 50000000 g", func(i *Item) { i.Weight = -5 })
	item("items[1].volume: is -1, must be from 0 to 8000000000000 mm³", func(i *Item) { i.Volume = -1 })
	item("items[1].up: has unknown sides (8)", func(i *Item) { i.Up = 8 })
	item(`items[1].class: "a\nb" has a control character`, func(i *Item) { i.Class = "a\nb" })
	box("cartons[0].inner.length: is 9223372036854775807, must be from 1 to 20000 mm", func(c *Carton) { c.Inner.L = math.MaxInt })
	box("cartons[0].outer: 199×150×100 mm is smaller than the inside, 200×150×100 mm", func(c *Carton) { c.Outer = Size{199, 150, 100} })
	box("cartons[0].max: is 0, must be from 1 to 50000000 g", func(c *Carton) { c.Max = 0 })
	box("cartons[0].cost: is -1, must be from 0 to 1000000000000 minor units", func(c *Carton) { c.Cost = -1 })
	box("cartons[0].count: is 3, but the carton is not limited", func(c *Carton) { c.Count = 3 })
	fails(`cartons[1].id: "S" is there twice`, []Carton{small, small}, nil, Rules{})
	fails("cartons: are 101 types, at most 100 are allowed", slices.Repeat([]Carton{small}, 101), nil, Rules{})
	fails("items: are 1001, at most 1000 are allowed", nil, slices.Repeat([]Item{brick}, 1001), Rules{})
	fails("rules.divisor: is -1, must be from 0 to 1000000 cm³/kg", nil, nil, Rules{Divisor: -1})
	fails("rules.support: is 101, must be from 0 to 100 per cent", nil, nil, Rules{Support: 101})
	fails("rules.freeShare: is 901, must be from 0 to 900 per mille", nil, nil, Rules{FreeShare: 901})
	fails("rules.apart[0].b: is missing", nil, nil, Rules{Apart: []Apart{{A: "food"}}})
	fails(`rules.apart[0]: "x" cannot be kept apart from itself; mark its items as shipping in their own carton`, nil, nil, Rules{Apart: []Apart{{"x", "x"}}})
}
