package day

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"picket/edge/route"
)

// item is an article as the simulator knows it.
type item struct {
	sku   string
	gtin  string
	grams int
	size  [3]int // millimetres
	price int64
	bins  []string // where it lives, the pick bin first
}

// bin is a location.
type bin struct {
	id    string
	aisle string
	bay   int
	level int
	side  string
	use   string
	zone  string
	walk  int
	x, y  float64
	most  int // units a bin is filled up to
	least int
}

// shop is the building and what it sells.
type shop struct {
	items   []*item
	by      map[string]*item
	code    map[string]*item
	bins    []*bin
	bin     map[string]*bin
	shelves []string
	m       *route.Map
	cache   map[[2]string]float64
}

// plan is how large a building is.
type plan struct {
	aisles, bays, levels, items int
	reserve                     bool // goods beyond the pick bins stand in a reserve
	shelves                     int
	zones                       int
	stock                       int // units of an item, about
}

func newShop(dice *rand.Rand, p plan) (*shop, error) {
	s := &shop{by: map[string]*item{}, code: map[string]*item{}, bin: map[string]*bin{}, cache: map[[2]string]float64{}}
	for a := range p.aisles {
		name := fmt.Sprintf("%c%c", 'A'+a/26, 'A'+a%26)
		for bay := 1; bay <= p.bays; bay++ {
			for _, side := range []string{"left", "right"} {
				for level := 1; level <= p.levels; level++ {
					b := &bin{id: fmt.Sprintf("%s-%02d-%s%d", name, bay, side[:1], level), aisle: name, bay: bay, level: level, side: side,
						x: float64(a) * 3.5, y: float64(bay) * 1.2, zone: fmt.Sprintf("Z%d", a*max(1, p.zones)/p.aisles+1)}
					if p.reserve && level == p.levels {
						b.use = "reserve"
					} else if p.reserve {
						b.most, b.least = 120, 10
					}
					s.add(b)
				}
			}
		}
	}
	for i := range p.shelves {
		id := fmt.Sprintf("PICKUP-%d", i+1)
		s.add(&bin{id: id, aisle: "Counter", bay: i + 1, level: 1, use: "staging", x: -5, y: float64(i)})
		s.shelves = append(s.shelves, id)
	}
	var pick, reserve []*bin
	for _, b := range s.bins {
		switch b.use {
		case "":
			pick = append(pick, b)
		case "reserve":
			reserve = append(reserve, b)
		}
	}
	dice.Shuffle(len(pick), func(i, j int) { pick[i], pick[j] = pick[j], pick[i] })
	for i := range p.items {
		it := &item{sku: fmt.Sprintf("SKU-%04d", i+1), gtin: gtin(i + 1), grams: 40 + dice.IntN(1800), price: int64(99 + dice.IntN(9000))}
		it.size = [3]int{40 + dice.IntN(260), 30 + dice.IntN(170), 10 + dice.IntN(140)}
		it.bins = []string{pick[i%len(pick)].id}
		if dice.IntN(5) == 0 && !p.reserve { // some stand in two places
			if other := pick[(i*7+3)%len(pick)].id; other != it.bins[0] {
				it.bins = append(it.bins, other)
			}
		}
		if p.reserve && len(reserve) > 0 {
			it.bins = append(it.bins, reserve[i%len(reserve)].id)
		}
		s.items = append(s.items, it)
		s.by[it.sku], s.code[it.gtin] = it, it
	}
	return s, s.survey()
}

func (s *shop) add(b *bin) {
	b.walk = len(s.bins) + 1
	s.bins = append(s.bins, b)
	s.bin[b.id] = b
}

// survey makes the map the planner and the people walk by.
func (s *shop) survey() (err error) {
	l := route.Layout{Start: &route.Point{X: 0, Y: 0}}
	for _, b := range s.bins {
		if b.use == "staging" {
			continue
		}
		l.Locations = append(l.Locations, route.Location{ID: route.LocationID(b.id), Aisle: b.aisle, Bay: b.bay, Level: b.level, Side: b.side, X: b.x, Y: b.y, Walk: b.walk})
	}
	s.m, err = route.New(l)
	return err
}

// metres is how far it is from one bin to another; from nowhere it is the way from the benches.
func (w *world) metres(from, to string) float64 {
	s := w.shop
	if from == to {
		return 0
	}
	if !s.m.Has(route.LocationID(from)) || !s.m.Has(route.LocationID(to)) {
		return 15 // between the counter or a bench and the aisles
	}
	k := [2]string{from, to}
	if m, ok := s.cache[k]; ok {
		return m
	}
	m, err := s.m.Metres(route.LocationID(from), route.LocationID(to))
	if err != nil {
		panic(err)
	}
	s.cache[k] = m
	return m
}

// gtin is a GTIN-14 under 952, the prefix for demonstrations.
func gtin(n int) string {
	digits := fmt.Sprintf("0952%09d", n)
	sum := 0
	for i, c := range digits {
		weight := 1
		if i%2 == 0 {
			weight = 3
		}
		sum += int(c-'0') * weight
	}
	return digits + fmt.Sprint((10-sum%10)%10)
}

// neighbour is an item near another one: what a hand takes by mistake.
func (s *shop) neighbour(it *item, dice *rand.Rand) *item {
	for {
		if other := s.items[dice.IntN(len(s.items))]; other != it {
			return other
		}
	}
}

// masters are the centre's commands that describe the building and the goods.
func (s *shop) masters() (items, bins []D) {
	for _, it := range s.items {
		items = append(items, D{"sku": it.sku, "name": "Article " + it.sku[4:], "gtins": []string{it.gtin}, "weight_g": it.grams,
			"length_mm": it.size[0], "width_mm": it.size[1], "height_mm": it.size[2], "price": D{"minor": it.price, "currency": "EUR"}})
	}
	for _, b := range s.bins {
		d := D{"id": b.id, "aisle": b.aisle, "bay": b.bay, "level": b.level, "walk": b.walk, "x": b.x, "y": b.y}
		for k, v := range map[string]string{"side": b.side, "use": b.use, "zone": b.zone} {
			if v != "" {
				d[k] = v
			}
		}
		if b.most > 0 {
			d["max"], d["min"] = b.most, b.least
		}
		bins = append(bins, d)
	}
	return items, bins
}

// rank is how well an item sells: the first sells best.
func (s *shop) rank(it *item) int { return slices.Index(s.items, it) }
