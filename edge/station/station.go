// Package station turns what a scanner read into what a person meant: an item of the catalogue, a parcel,
// or nothing that is known here. It completes commands that carry a barcode, so that the floor gets typed
// ids beside the bytes as read (the floor itself only looks whether a barcode is the item's).
//
// A scan is data. The package must never follow an address it reads, never guess an item the catalogue does
// not have, and never replace what the caller said itself.
package station

import (
	"strconv"
	"strings"
	"time"

	"picket/devices/gs1"
	"picket/edge/floor"
)

// Catalogue says what the site knows.
type Catalogue interface {
	// Code is the item a GTIN (14 digits) belongs to, and how many units one scan of it is.
	Code(gtin string) (floor.Coded, bool)
	// Known says whether there is such an item.
	Known(sku floor.SKU) bool
}

// Places is a catalogue that knows the site's own labels as well. Without it bins, totes, slots and orders are
// left as they were read.
type Places interface {
	House() House
	// HasBin says whether there is such a bin.
	HasBin(id floor.BinID) bool
	// OrderNamed is the order of that id or number.
	OrderNamed(name string) (floor.OrderID, bool)
	// RunNamed is the run of that id or number; the number is what stands on its label, its beginning and all.
	RunNamed(name string) (floor.RunID, bool)
}

// MaxCode is the longest barcode that is looked at, in bytes. GS1 DataMatrix and Digital Link stay below it;
// what is longer is no barcode of goods.
const MaxCode = 256

// Meaning is what a barcode means here. The zero Meaning is: nothing that is known.
type Meaning struct {
	SKU  floor.SKU    // an item of the catalogue
	GTIN string       // its number as scanned, 14 digits; empty when the SKU itself was read
	Qty  int          // units one scan of it is, for a case; 0 is one
	Unit floor.UnitID // a parcel: the digits of its SSCC, known here or not

	Lot    string // what the barcode says of the goods beside their number
	Expiry string // 2006-01-02
	Serial string
	Grams  int

	Bin   floor.BinID // the site's own labels
	Tote  floor.ToteID
	Slot  string
	Order floor.OrderID
	Run   floor.RunID
}

// Read says what a barcode means. An item is found by GTIN-8, -12, -13 and -14, UPC-E, element strings and
// Digital Link, with or without an AIM prefix; eight digits that could be an EAN-8 or a UPC-E are the one the
// catalogue has. A text that is no GS1 code may be one of the site's own labels, or the SKU, the bin or the
// order itself, as typed by hand.
func Read(cat Catalogue, raw string) Meaning {
	text, ok := clean(raw)
	if !ok || swapped(text) {
		return Meaning{}
	}
	places, _ := cat.(Places)
	house := gs1.Reader{Lenient: true}
	if places != nil {
		house.House = places.House()
	}
	var code gs1.Code
	err := house.Read(text, &code)
	if err == nil && code.Kind == gs1.House {
		return own(places, code.Class, code.Text, code.ID)
	}
	if u, ok := sscc(text); ok {
		return Meaning{Unit: u}
	}
	for _, g := range floor.GTINs(text) {
		if item, ok := cat.Code(g); ok {
			m := Meaning{SKU: item.SKU, GTIN: g}
			if item.Qty > 1 {
				m.Qty = item.Qty
			}
			if err == nil {
				m.goods(&code)
			}
			return m
		}
	}
	_, plain := gs1.SplitAIM(text)
	for _, s := range [...]string{plain, strings.ToUpper(plain), strings.ToLower(plain)} {
		if sku := floor.SKU(s); cat.Known(sku) {
			return Meaning{SKU: sku}
		}
	}
	if places != nil {
		return bare(places, plain)
	}
	return Meaning{}
}

// own is one of the site's own labels. What it names need not be known: the floor says so in its own words.
func own(places Places, class, text, id string) Meaning {
	switch class {
	case "bin":
		return Meaning{Bin: floor.BinID(id)}
	case "tote":
		return Meaning{Tote: floor.ToteID(id)}
	case "slot":
		return Meaning{Slot: id}
	case "run":
		for _, name := range [...]string{text, id} {
			if r, ok := places.RunNamed(name); ok {
				return Meaning{Run: r}
			}
		}
		return Meaning{Run: floor.RunID(id)}
	case "badge":
		return Meaning{} // a person is no goods
	}
	if o, ok := places.OrderNamed(id); ok {
		return Meaning{Order: o}
	}
	return Meaning{Order: floor.OrderID(id)}
}

// bare is a label without a beginning, or an id typed by hand: only what is known here.
func bare(places Places, text string) Meaning {
	for _, s := range [...]string{text, strings.ToUpper(text)} {
		if places.HasBin(floor.BinID(s)) {
			return Meaning{Bin: floor.BinID(s)}
		}
	}
	if o, ok := places.OrderNamed(text); ok {
		return Meaning{Order: o}
	}
	return Meaning{}
}

// goods reads what an element string or a Digital Link says of the goods: lot, expiry (or best before), serial
// number, net weight, and how many there are.
func (m *Meaning) goods(c *gs1.Code) {
	m.Lot, _ = c.Lot()
	m.Serial, _ = c.Serial()
	for _, ai := range [...]string{"17", "15"} {
		if v, ok := c.Value(ai); ok && m.Expiry == "" {
			m.Expiry = day(v)
		}
	}
	for i := range c.Elements {
		e := &c.Elements[i]
		if strings.HasPrefix(e.AI, "310") && len(e.AI) == 4 {
			m.Grams = grams(e.Value, int(e.AI[3]-'0'))
		}
	}
}

// day is a date of six digits (GS1 General Specifications 7.12: the century is the nearest, a day of 00 is the
// last of its month). Which century is near depends on no clock: goods that expire before 2000 are none.
func day(v string) string {
	if len(v) != 6 || strings.Trim(v, "0123456789") != "" {
		return ""
	}
	if v[4:] != "00" {
		if t, err := time.Parse("20060102", "20"+v); err == nil {
			return t.Format(time.DateOnly)
		}
		return ""
	}
	t, err := time.Parse("200601", "20"+v[:4])
	if err != nil {
		return ""
	}
	return t.AddDate(0, 1, -1).Format(time.DateOnly)
}

// grams is a net weight in kilograms with so many decimals.
func grams(v string, decimals int) int {
	n, err := strconv.Atoi(v)
	if err != nil || decimals < 0 || decimals > 5 {
		return 0
	}
	for ; decimals < 3; decimals++ {
		n *= 10
	}
	for ; decimals > 3; decimals-- {
		n = (n + 5) / 10
	}
	return n
}

// List reads a code of the signed list on a parcel from another site; false when it is none. Whether its
// signature is to be believed is not looked at here.
func List(raw string) (floor.SignedList, bool) {
	l, err := floor.ParseContentList([]byte(listText(raw)))
	return l, err == nil
}

// listText is a code without what scanners put before and behind it.
func listText(raw string) string {
	_, text := gs1.SplitAIM(strings.Trim(raw, " \t\r\n"))
	return text
}

// Unit reads the barcode of a parcel: an SSCC bare, as an element string (00), or as a Digital Link.
func Unit(raw string) (floor.UnitID, bool) {
	text, ok := clean(raw)
	if !ok {
		return "", false
	}
	return sscc(text)
}

// Complete fills in what a command leaves to its barcode: the item of a scan, the parcel behind a label.
// What cannot be read is left as it came; the floor then says in its own words that nobody knows it.
func Complete(cat Catalogue, c floor.Command) {
	switch c := c.(type) {
	case *floor.Scan:
		bin(cat, &c.Bin)
		tote(cat, &c.Tote)
		pack(goods(cat, &c.SKU, c.Code, &c.Goods), &c.Pack)
	case *floor.PickForRun:
		bin(cat, &c.Bin)
		pack(goods(cat, &c.SKU, c.Code, &c.Goods), &c.Pack)
	case *floor.Substitute:
		bin(cat, &c.Bin)
		goods(cat, &c.SKU, c.Code, &c.Goods)
	case *floor.SortUnit:
		if own, ok := labelled(cat, "slot", c.Slot); ok {
			c.Slot = own
		}
		goods(cat, &c.SKU, c.Code, &c.Goods)
	case *floor.PackSingle:
		goods(cat, &c.SKU, c.Code, &c.Goods)
	case *floor.Undo:
		bin(cat, &c.Bin)
	case *floor.ReportShort:
		bin(cat, &c.Bin)
	case *floor.ConfirmPutBack:
		bin(cat, &c.Bin)
	case *floor.CheckZero:
		bin(cat, &c.Bin)
	case *floor.FindStock:
		bin(cat, &c.Bin)
	case *floor.MoveStock:
		bin(cat, &c.From)
		bin(cat, &c.To)
	case *floor.NextTote:
		tote(cat, &c.Tote)
		tote(cat, &c.Full)
	case *floor.StageGoods:
		bin(cat, &c.Shelf)
		tote(cat, &c.Tote)
	case *floor.ScanReturn:
		if m := Read(cat, c.Code); c.Code != "" {
			fill(&c.SKU, m.SKU)
			fill(&c.Lot, m.Lot)
			fill(&c.Serial, m.Serial)
		}
	case *floor.ScanList:
		c.Code = listText(c.Code)
	case *floor.ReceiveScan:
		parcel(&c.Unit)
	case *floor.AddToUnit:
		parcel(&c.Unit)
		if c.Line == "" {
			item(cat, &c.SKU, c.Code)
		}
	case *floor.TakeFromUnit:
		parcel(&c.Unit)
	case *floor.CloseUnit:
		parcel(&c.Unit)
	case *floor.VoidUnit:
		parcel(&c.Unit)
	case *floor.RequestLabel:
		parcel(&c.Unit)
	case *floor.VoidLabel:
		parcel(&c.Unit)
	case *floor.HandOver:
		parcel(&c.Unit)
	}
}

func item(cat Catalogue, sku *floor.SKU, code string) {
	if *sku == "" && code != "" {
		*sku = Read(cat, code).SKU
	}
}

// goods fills in the item, and what the barcode says of the units; what the caller said itself stands.
func goods(cat Catalogue, sku *floor.SKU, code string, g *floor.Goods) Meaning {
	if code == "" {
		return Meaning{}
	}
	m := Read(cat, code)
	fill(sku, m.SKU)
	if *sku != m.SKU {
		return Meaning{} // the caller speaks of another item
	}
	fill(&g.Lot, m.Lot)
	fill(&g.Expiry, m.Expiry)
	if len(g.Serials) == 0 && m.Serial != "" {
		g.Serials = []string{m.Serial}
	}
	if g.Grams == 0 {
		g.Grams = m.Grams
	}
	return m
}

func pack(m Meaning, to *int) {
	if *to == 0 {
		*to = m.Qty
	}
}

func fill[T comparable](to *T, v T) {
	var none T
	if *to == none {
		*to = v
	}
}

// bin reads the label of a bin, if it is one; what the caller said is left as it is otherwise.
func bin(cat Catalogue, id *floor.BinID) {
	if own, ok := labelled(cat, "bin", string(*id)); ok {
		*id = floor.BinID(own)
	}
}

func tote(cat Catalogue, id *floor.ToteID) {
	if own, ok := labelled(cat, "tote", string(*id)); ok {
		*id = floor.ToteID(own)
	}
}

// labelled is the id behind one of the site's own labels. It looks nothing up: most scans name a bin.
func labelled(cat Catalogue, class, raw string) (string, bool) {
	places, ok := cat.(Places)
	if !ok || raw == "" {
		return "", false
	}
	_, text := gs1.SplitAIM(strings.TrimSpace(raw))
	got, id, ok := places.House().Match(text)
	return id, ok && got == class
}

func parcel(u *floor.UnitID) {
	if id, ok := Unit(string(*u)); ok {
		*u = id
	}
}

// clean takes the blanks off the ends. Control characters other than FNC1's GS do not come from goods.
func clean(raw string) (string, bool) {
	text := strings.Trim(raw, " \t\r\n")
	if text == "" || len(text) > MaxCode {
		return "", false
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' && c != 0x1d || c == 0x7f {
			return "", false
		}
	}
	return text, true
}

func sscc(text string) (floor.UnitID, bool) {
	if s, err := gs1.ParseSSCC(text); err == nil {
		return floor.UnitID(s.String()), true
	}
	var c gs1.Code
	if err := (gs1.Reader{Lenient: true}).Read(text, &c); err != nil {
		return "", false
	}
	s, ok := c.SSCC()
	if !ok {
		return "", false
	}
	return floor.UnitID(s.String()), true
}
