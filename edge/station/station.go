// Package station turns what a scanner read into what a person meant: an item of the catalogue, a parcel,
// or nothing that is known here. It completes commands that carry a barcode, so that the floor gets typed
// ids beside the bytes as read (the floor itself parses nothing).
//
// A scan is data. The package must never follow an address it reads, never guess an item the catalogue does
// not have, and never replace what the caller said itself.
package station

import (
	"strings"

	"picket/devices/gs1"
	"picket/edge/floor"
)

// Catalogue says what the site knows.
type Catalogue interface {
	// Code is the item a GTIN (14 digits) belongs to.
	Code(gtin string) (floor.SKU, bool)
	// Known says whether there is such an item.
	Known(sku floor.SKU) bool
}

// MaxCode is the longest barcode that is looked at, in bytes. GS1 DataMatrix and Digital Link stay below it;
// what is longer is no barcode of goods.
const MaxCode = 256

// Meaning is what a barcode means here. The zero Meaning is: nothing that is known.
type Meaning struct {
	SKU  floor.SKU    // an item of the catalogue
	GTIN string       // its number as scanned, 14 digits; empty when the SKU itself was read
	Unit floor.UnitID // a parcel: the digits of its SSCC, known here or not
}

// Read says what a barcode means. An item is found by GTIN-8, -12, -13 and -14, UPC-E, element strings and
// Digital Link, with or without an AIM prefix; eight digits that could be an EAN-8 or a UPC-E are the one the
// catalogue has. A text that is no GS1 code may be the SKU itself, as typed by hand.
func Read(cat Catalogue, raw string) Meaning {
	text, ok := clean(raw)
	if !ok {
		return Meaning{}
	}
	if u, ok := sscc(text); ok {
		return Meaning{Unit: u}
	}
	for _, g := range gtins(text) {
		if sku, ok := cat.Code(g); ok {
			return Meaning{SKU: sku, GTIN: g}
		}
	}
	_, plain := gs1.SplitAIM(text)
	for _, s := range [...]string{plain, strings.ToUpper(plain), strings.ToLower(plain)} {
		if sku := floor.SKU(s); cat.Known(sku) {
			return Meaning{SKU: sku}
		}
	}
	return Meaning{}
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
		item(cat, &c.SKU, c.Code)
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
	c, err := gs1.Parse(text)
	if err != nil {
		return "", false
	}
	s, ok := c.SSCC()
	if !ok {
		return "", false
	}
	return floor.UnitID(s.String()), true
}

// gtins are the numbers a barcode can stand for, the likeliest first.
func gtins(text string) []string {
	var out []string
	add := func(g gs1.GTIN, err error) {
		if s := g.String(); err == nil && (len(out) == 0 || out[0] != s) {
			out = append(out, s)
		}
	}
	if c, err := gs1.Parse(text); err == nil {
		if g, ok := c.GTIN(); ok {
			add(g, nil)
		}
	}
	aim, plain := gs1.SplitAIM(text)
	switch {
	case aim == "]E4": // the scanner says it is an EAN-8
	case len(plain) == 8:
		add(gs1.ParseGTIN(plain))
		add(gs1.ParseUPCE(plain))
	case len(plain) == 6, len(plain) == 7:
		add(gs1.ParseUPCE(plain))
	}
	return out
}
