package floor

import (
	"slices"
	"strings"
)

// The refusals of barcodes two items have. AmbiguousCode may be said of any scan.
const (
	BarcodeTaken  Code = "barcode_taken"
	AmbiguousCode Code = "ambiguous_code"
)

var codeWords = map[Code][2]string{
	BarcodeTaken:  {"The barcode {code} is that of {got} ({sku}).", "Look at the article's number again; to move a barcode, take it from {got} first."},
	AmbiguousCode: {"The barcode {code} is that of {got} and of {other}: nobody can tell which this is.", "Look at the goods and choose the item by hand; the catalogue has to be put right."},
}

var codeCases = map[string][2]string{
	"barcode_twice": {"The catalogue gives the barcode {code} to {sku} and to {other}.", "Ask the centre which it is; until then neither can be scanned by it, and people choose the item by hand."},
}

// itemCodes are the barcodes of an article, with the units one scan is. Its own stand before those of its cases.
func (it *Item) itemCodes(each func(gtin string, qty int)) {
	for _, p := range it.Packs {
		each(p.GTIN, p.Qty)
	}
	for _, g := range it.GTINs {
		each(g, 1)
	}
}

// others are the other items that have a barcode, sorted.
func (c Coded) others(sku SKU) []SKU {
	all := append([]SKU{c.SKU}, c.Also...)
	slices.Sort(all)
	return slices.DeleteFunc(all, func(x SKU) bool { return x == sku || x == "" })
}

// taken refuses an article's barcodes that are another's. The centre's own feed is not refused: it becomes a case.
func (s *State) taken(it *Item) (no *Refusal) {
	it.itemCodes(func(g string, _ int) {
		if others := s.Codes[g].others(it.SKU); no == nil && len(others) > 0 {
			no = Refuse(BarcodeTaken, "code", g, "got", s.name(others[0]), "sku", string(others[0]))
		}
	})
	return no
}

// code makes a barcode an item's. The item with the lowest number stands first, whichever came first.
func (s *State) code(gtin string, sku SKU, qty int) {
	at, known := s.Codes[gtin]
	switch {
	case !known || at.SKU == sku && len(at.Also) == 0:
		s.Codes[gtin] = Coded{SKU: sku, Qty: qty}
	case at.SKU != sku && !slices.Contains(at.Also, sku):
		all := append(at.others(sku), sku)
		slices.Sort(all)
		s.Codes[gtin] = Coded{SKU: all[0], Qty: 1, Also: all[1:]}
	}
}

// uncode forgets a barcode of an item. Of two that had it the other one has it alone from here on.
func (s *State) uncode(gtin string, sku SKU) {
	at, known := s.Codes[gtin]
	if !known || at.SKU != sku && !slices.Contains(at.Also, sku) {
		return
	}
	left := at.others(sku)
	delete(s.Codes, gtin)
	for _, other := range left {
		if it := s.Items[other]; it != nil {
			it.itemCodes(func(g string, qty int) {
				if g == gtin {
					s.code(gtin, other, qty)
				}
			})
		}
	}
	if len(left) == 1 {
		s.settle("barcode_twice", "barcode/"+gtin)
	}
}

// unreadable refuses a scan of which nobody can say what it is: two items have it, or none.
func (s *State) unreadable(code string) *Refusal {
	text := code
	if len(text) > 3 && text[0] == ']' {
		text = text[3:]
	}
	if len(text) >= 16 && strings.HasPrefix(text, "01") {
		text = text[2:16]
	}
	for len(text) < 14 {
		text = "0" + text
	}
	if at := s.Codes[text]; len(at.Also) > 0 {
		return Refuse(AmbiguousCode, "code", text, "got", s.name(at.SKU), "other", s.name(at.Also[0]))
	}
	return Refuse(UnknownCode, "code", code)
}
