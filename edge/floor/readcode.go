package floor

import (
	"slices"
	"strings"

	"picket/devices/gs1"
)

// maxBarcode is the longest text that is looked at as a barcode of goods.
const maxBarcode = 256

// GTINs are the numbers of an item a barcode can stand for, 14 digits each, the likeliest first: GTIN-8, -12, -13
// and -14, UPC-E, element strings and Digital Link, with or without what scanners put before them.
func GTINs(text string) []string {
	var out []string
	add := func(g gs1.GTIN, err error) {
		if s := g.String(); err == nil && (len(out) == 0 || out[0] != s) {
			out = append(out, s)
		}
	}
	var c gs1.Code
	if err := (gs1.Reader{Lenient: true}).Read(text, &c); err == nil {
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

// meant is what a barcode stands for in the catalogue.
func (s *State) meant(text string) (Coded, bool) {
	if n := len(text); n >= 8 && n <= 14 && allDigits(text) { // by far the most frequent
		if at, ok := s.Codes["00000000000000"[n:]+text]; ok {
			return at, true
		}
	}
	for _, g := range GTINs(text) {
		if at, ok := s.Codes[g]; ok {
			return at, true
		}
	}
	return Coded{}, false
}

func allDigits(text string) bool { return strings.Trim(text, "0123456789") == "" }

// misread refuses a barcode beside an item that is not the item's: whoever names the item has not scanned it by
// that. No barcode is fine here; whether one is needed is another rule. The item's own number, typed or printed,
// stands for the item; of a barcode two items have, the person has said which it is.
func (s *State) misread(sku SKU, code string) *Refusal {
	if code == "" {
		return nil
	}
	text := strings.Trim(code, " \t\r\n")
	if text == "" || len(text) > maxBarcode {
		return Refuse(UnknownCode, "code", code)
	}
	at, ok := s.meant(text)
	_, plain := gs1.SplitAIM(text)
	switch {
	case ok && (at.SKU == sku || slices.Contains(at.Also, sku)), !ok && strings.EqualFold(plain, string(sku)):
		return nil
	case ok:
		return Refuse(WrongItem, "got", s.name(at.SKU), "want", s.name(sku))
	}
	return Refuse(UnknownCode, "code", code)
}
