package demo

import (
	"fmt"

	"picket/devices/gs1"
	"picket/edge/floor"
)

// families of goods: name, what tells it apart, grams, and millimetres long, wide and high.
var families = []struct {
	prefix string
	goods  []good
}{
	{"DRINK", []good{
		{"Oat drink 1 l", "blue cap", 1050, 70, 70, 240}, {"Rice drink 1 l", "green cap", 1050, 70, 70, 240},
		{"Almond drink 1 l", "brown cap", 1040, 70, 70, 240}, {"Soy drink 1 l", "red cap", 1045, 70, 70, 240},
		{"Apple juice 1 l", "glass bottle", 1420, 85, 85, 280}, {"Orange juice 1 l", "carton, orange", 1060, 70, 70, 240},
		{"Still water 0.5 l", "blue label", 520, 65, 65, 210}, {"Sparkling water 0.5 l", "green label", 520, 65, 65, 210},
	}},
	{"PANTRY", []good{
		{"Basmati rice 1 kg", "paper bag, yellow", 1010, 180, 110, 60}, {"Wholegrain rice 1 kg", "paper bag, brown", 1010, 180, 110, 60},
		{"Spaghetti 500 g", "blue pack", 510, 270, 70, 40}, {"Penne 500 g", "red pack", 510, 200, 110, 60},
		{"Tomato sauce 400 g", "glass, basil", 690, 80, 80, 130}, {"Olive oil 0.75 l", "dark bottle", 1180, 75, 75, 310},
		{"Sea salt 500 g", "blue tin", 560, 80, 80, 120}, {"Black pepper 60 g", "grinder", 180, 55, 55, 130},
		{"Chickpeas 400 g", "tin, white", 460, 75, 75, 110}, {"Kidney beans 400 g", "tin, red", 460, 75, 75, 110},
	}},
	{"SWEET", []good{
		{"Dark chocolate 100 g", "70 %, black", 105, 160, 80, 10}, {"Milk chocolate 100 g", "purple", 105, 160, 80, 10},
		{"Hazelnut spread 400 g", "glass, white lid", 640, 80, 80, 110}, {"Strawberry jam 340 g", "red lid", 540, 75, 75, 110},
		{"Honey 500 g", "squeeze bottle", 540, 70, 70, 170}, {"Oat biscuits 250 g", "green roll", 260, 220, 60, 60},
	}},
	{"BREAKFAST", []good{
		{"Ground coffee 500 g", "silver bag", 515, 150, 90, 70}, {"Coffee beans 1 kg", "black bag", 1020, 260, 130, 80},
		{"Green tea, 20 bags", "green box", 60, 130, 70, 65}, {"Black tea, 20 bags", "red box", 60, 130, 70, 65},
		{"Muesli 750 g", "fruit, orange bag", 765, 230, 150, 70}, {"Corn flakes 375 g", "yellow box", 450, 300, 190, 70},
	}},
	{"CARE", []good{
		{"Hand soap 300 ml", "pump, lavender", 370, 80, 55, 180}, {"Hand soap refill 1 l", "pouch", 1030, 240, 150, 60},
		{"Shampoo 250 ml", "white bottle", 290, 65, 40, 190}, {"Shower gel 250 ml", "blue bottle", 290, 65, 40, 190},
		{"Toothpaste 75 ml", "mint", 110, 190, 50, 40}, {"Toothbrush, soft", "two pack", 45, 240, 60, 25},
		{"Sun cream 200 ml", "SPF 30", 240, 65, 45, 170}, {"Lip balm", "stick", 15, 80, 20, 20},
	}},
	{"HOME", []good{
		{"Candle, 40 h", "white glass", 420, 85, 85, 100}, {"Tea lights, 50", "bag", 720, 250, 190, 50},
		{"LED bulb E27 8 W", "warm white", 80, 65, 65, 120}, {"LED bulb E14 5 W", "warm white, small", 55, 50, 50, 105},
		{"AA batteries, 8", "blister", 200, 130, 110, 20}, {"AAA batteries, 8", "blister, slim", 100, 120, 90, 16},
		{"Kitchen towels, 3", "stripes", 260, 220, 160, 40}, {"Dish brush", "wooden", 95, 250, 60, 60},
	}},
	{"PAPER", []good{
		{"Notebook A5", "dotted, grey", 310, 215, 150, 18}, {"Notebook A4", "ruled, black", 560, 300, 215, 20},
		{"Ballpoint pens, 5", "blue ink", 60, 160, 70, 15}, {"Pencils HB, 12", "tin", 120, 185, 95, 15},
		{"Envelopes C5, 50", "white", 420, 235, 170, 40}, {"Wrapping paper 2 m", "stars", 180, 700, 45, 45},
	}},
	{"TEXTILE", []good{
		{"Tea towel, set of 2", "blue checks", 190, 250, 180, 25}, {"Apron", "black", 260, 300, 240, 20},
		{"Socks 39-42, 3 pairs", "grey", 150, 220, 110, 45}, {"Socks 43-46, 3 pairs", "navy", 165, 220, 110, 45},
		{"T-shirt M", "white, cotton", 180, 300, 240, 20}, {"T-shirt L", "white, cotton", 195, 310, 250, 20},
	}},
	{"KITCHEN", []good{
		{"Mug 0.35 l", "blue glaze", 390, 125, 95, 105}, {"Mug 0.35 l", "white", 380, 125, 95, 105},
		{"Cutting board", "oak, 30 cm", 890, 300, 200, 20}, {"Chef's knife 20 cm", "boxed", 320, 380, 80, 35},
		{"Lunch box", "steel, two trays", 410, 180, 130, 70}, {"Bottle 0.5 l", "steel, black", 310, 75, 75, 235},
	}},
}

type good struct {
	name, tell       string
	grams            int
	length, wide, hi int
}

// Items is the catalogue: 64 articles with GTINs under 952, GS1's prefix for demonstrations.
func Items() []floor.Item {
	var out []floor.Item
	for _, f := range families {
		for i, g := range f.goods {
			out = append(out, floor.Item{
				SKU: floor.SKU(fmt.Sprintf("%s-%02d", f.prefix, i+1)), Name: g.name, Tell: g.tell, GTINs: []string{gtin(len(out) + 1)},
				WeightG: g.grams, LengthMM: g.length, WidthMM: g.wide, HeightMM: g.hi,
				Price: &floor.Money{Minor: int64(149 + 50*(len(out)%17)), Currency: "GBP"}, Cost: &floor.Money{Minor: int64(80 + 25*(len(out)%17)), Currency: "GBP"},
			})
		}
	}
	return out
}

// gtin is the n-th GTIN-13 of the demonstration company, as 14 digits.
func gtin(n int) string {
	body := fmt.Sprintf("0952000001%03d", n)
	c, err := gs1.CheckDigit(body)
	if err != nil {
		panic(err) // digits only, by construction
	}
	return body + string(c)
}

// Stock is what stands in a bin on the first day.
type Stock struct {
	SKU floor.SKU
	Bin floor.BinID
	Qty int
}

// Site is one of the company's sites.
type Site struct {
	ID, Name, Zone string
	Address        []string
	Bins           []floor.Bin
	Stock          []Stock
	Printers       int
}

// Sites are the store and the warehouse.
func Sites() []Site {
	store := Site{ID: "north", Name: "Northgate Store", Zone: "Europe/London", Address: []string{"12 Market Square", "NG1 2AB Nottingham"}, Printers: 1}
	store.layOut([]string{"A", "B"}, 8, 3, 3)
	dc := Site{ID: "riverside", Name: "Riverside Warehouse", Zone: "Europe/London", Address: []string{"Dock Road 4", "DE24 8ZZ Derby"}, Printers: 2}
	dc.layOut([]string{"A", "B", "C", "D"}, 10, 3, 1)
	store.addPlaces()
	dc.addPlaces()
	return []Site{store, dc}
}

// addPlaces gives a site the places that are no shelves for picking.
func (s *Site) addPlaces() {
	walk := len(s.Bins)
	for i, b := range []floor.Bin{{ID: "PICKUP-1", Use: "staging"}, {ID: "PICKUP-2", Use: "staging"}, {ID: "DOCK-1", Use: "receiving"}, {ID: "BACK-1", Use: "returns"}} {
		b.Walk = walk + 1 + i
		s.Bins = append(s.Bins, b)
	}
}

// Cartons of every site: small, middle, large, and one that is long.
func Cartons() []floor.Carton {
	box := func(id string, l, w, h, grams, max int) floor.Carton {
		return floor.Carton{ID: id, Inner: floor.Dims{L: l, W: w, H: h}, Outer: floor.Dims{L: l + 8, W: w + 8, H: h + 12}, WeightG: grams, MaxG: max}
	}
	return []floor.Carton{box("S", 250, 180, 110, 120, 5000), box("M", 320, 250, 260, 260, 12000), box("L", 480, 350, 330, 520, 25000), box("LONG", 750, 120, 120, 240, 5000)}
}

// layOut makes the bins in the order of a serpentine walk and puts the catalogue into them: every item at the
// warehouse, some in two bins; every so many-th left out at the store.
func (s *Site) layOut(aisles []string, bays, levels, leaveOut int) {
	for a, aisle := range aisles {
		for i := range bays {
			bay := i + 1
			if a%2 == 1 {
				bay = bays - i
			}
			side := "left"
			if bay%2 == 0 {
				side = "right"
			}
			for level := 1; level <= levels; level++ {
				s.Bins = append(s.Bins, floor.Bin{
					ID: floor.BinID(fmt.Sprintf("%s-%02d-%d", aisle, bay, level)), Aisle: aisle, Bay: bay, Level: level, Side: side, Walk: len(s.Bins) + 1,
				})
			}
		}
	}
	at := 0
	for i, it := range Items() {
		if leaveOut > 1 && i%leaveOut == leaveOut-1 {
			continue
		}
		qty := 6 + (i*7)%19
		if leaveOut == 1 {
			qty *= 10
		}
		s.Stock = append(s.Stock, Stock{SKU: it.SKU, Bin: s.Bins[at%len(s.Bins)].ID, Qty: qty})
		if at++; i%6 == 0 {
			s.Stock = append(s.Stock, Stock{SKU: it.SKU, Bin: s.Bins[at%len(s.Bins)].ID, Qty: qty / 2})
			at++
		}
	}
}

// Person works at a site of the demo.
type Person struct {
	User, Name, Badge, PIN string
	Roles                  []string
}

// People of every site.
func People() []Person {
	return []Person{
		{"anna", "Anna", "B-1001", "2580", []string{"picker", "packer"}},
		{"ben", "Ben", "B-1002", "2580", []string{"picker", "packer"}},
		{"mia", "Mia", "B-1003", "2580", []string{"lead", "manager"}},
	}
}

// customers of the demo, invented.
var customers = []struct{ name, street, postcode, city, country string }{
	{"Jo Doe", "1 High Street", "N1 9GU", "London", "GB"}, {"Zoë Müller", "Straße des 17. Juni 135", "10623", "Berlin", "DE"},
	{"Łukasz Żółć", "ul. Długa 7", "31-146", "Kraków", "PL"}, {"Ελένη Παππά", "Ερμού 5", "105 63", "Αθήνα", "GR"},
	{"Chloé Lefèvre", "8 rue de l'Église", "69005", "Lyon", "FR"}, {"Sam O'Neill", "22 Quay Road", "D02 X285", "Dublin", "IE"},
	{"Nguyễn Thị Hoa", "Flat 9, 40 Mill Lane", "M1 2JW", "Manchester", "GB"}, {"Ada King", "5 St James's Square", "SW1Y 4LE", "London", "GB"},
}
