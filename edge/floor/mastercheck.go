package floor

import (
	"slices"
	"strconv"
	"strings"
)

// BinUses are what a storage location may be for.
var BinUses = []string{"pick", "reserve", "staging", "receiving", "returns", "wall"}

// MaxSize is the longest side of an article or a carton, in millimetres, and maxMaster the largest number of
// master data that has no bound of its own.
const (
	MaxSize   = 100_000
	maxMaster = 10_000_000
	maxMetres = 100_000
)

// checkGTIN looks at a GTIN-8, -12, -13 or -14 and at its check digit.
func checkGTIN(field, text string) *Refusal {
	switch len(text) {
	case 8, 12, 13, 14:
	default:
		return badField(field, "is "+strconv.Quote(clip(text))+", but must be 8, 12, 13 or 14 digits")
	}
	if r := checkDigits(field, text, len(text)); r != nil {
		return r
	}
	return checkSum(field, text)
}

// gtin14 writes a GTIN with the zeros in front that make it 14 digits.
func gtin14(text string) string {
	return strings.Repeat("0", max(0, 14-len(text))) + text
}

// Canonical is the article with all its barcodes as 14 digits.
func (it Item) Canonical() Item {
	it.GTINs = append([]string{}, it.GTINs...)
	for i, g := range it.GTINs {
		it.GTINs[i] = gtin14(g)
	}
	it.Packs = slices.Clone(it.Packs)
	for i, p := range it.Packs {
		it.Packs[i].GTIN = gtin14(p.GTIN)
	}
	return it
}

// checkHandling refuses a handling class nobody knows.
func checkHandling(field string, classes []string) *Refusal {
	if r := checkRange(field, len(classes), 0, len(HandlingClasses)); r != nil {
		return r
	}
	for i, h := range classes {
		if !isHandling(h) {
			return badField(field+"["+strconv.Itoa(i)+"]", "is "+strconv.Quote(clip(h))+", but must be one of: "+strings.Join(HandlingClasses, ", "))
		}
	}
	return nil
}

// check looks at every field of an article.
func (it *Item) check() *Refusal {
	if r := check([2]string{"sku", string(it.SKU)}); r != nil {
		return r
	}
	if it.Name == "" {
		return badField("name", "is missing")
	}
	for _, f := range [][2]string{{"name", it.Name}, {"tell", it.Tell}, {"picture", it.Picture}} {
		if r := checkText(f[0], f[1], MaxText); r != nil {
			return r
		}
	}
	for _, n := range []struct {
		field     string
		n, at, to int
	}{
		{"gtins", len(it.GTINs), 0, 32}, {"packs", len(it.Packs), 0, 32}, {"weight_g", it.WeightG, 0, MaxWeightG},
		{"length_mm", it.LengthMM, 0, MaxSize}, {"width_mm", it.WidthMM, 0, MaxSize}, {"height_mm", it.HeightMM, 0, MaxSize},
		{"min_age", it.MinAge, 0, 99}, {"low", it.Low, 0, maxMaster},
	} {
		if r := checkRange(n.field, n.n, n.at, n.to); r != nil {
			return r
		}
	}
	if r := it.checkCodes(); r != nil {
		return r
	}
	if r := checkAmount("price", it.Price, 0); r != nil {
		return r
	}
	if r := checkAmount("cost", it.Cost, 0); r != nil {
		return r
	}
	if n := len(it.HSCode); n > 0 && (n < 6 || n > 12 || strings.Trim(it.HSCode, "0123456789") != "") {
		return badField("hs_code", "is "+strconv.Quote(clip(it.HSCode))+", but must be 6 to 12 digits")
	}
	if it.Origin != "" && !letters(it.Origin, 2) {
		return badField("origin", "is "+strconv.Quote(clip(it.Origin))+", but must be a country of two capital letters, such as DE")
	}
	return checkHandling("handling", it.Handling)
}

// checkCodes looks at the barcodes of an article: each is right, and none stands for two quantities.
func (it *Item) checkCodes() *Refusal {
	for i, g := range it.GTINs {
		if r := checkGTIN("gtins["+strconv.Itoa(i)+"]", g); r != nil {
			return r
		}
	}
	for i, p := range it.Packs {
		at := "packs[" + strconv.Itoa(i) + "]."
		if r := checkGTIN(at+"gtin", p.GTIN); r != nil {
			return r
		}
		if r := checkRange(at+"qty", p.Qty, 1, MaxQty); r != nil {
			return r
		}
		same := func(g string) bool { return gtin14(g) == gtin14(p.GTIN) }
		if slices.ContainsFunc(it.GTINs, same) || slices.IndexFunc(it.Packs, func(o Pack) bool { return same(o.GTIN) }) < i {
			return badField(at+"gtin", "is "+p.GTIN+", which stands for another quantity of this item already")
		}
	}
	return nil
}

// check looks at every field of a storage location.
func (b *Bin) check() *Refusal {
	if r := check([2]string{"id", string(b.ID)}); r != nil {
		return r
	}
	for _, f := range [][2]string{{"aisle", b.Aisle}, {"zone", b.Zone}} {
		if r := checkText(f[0], f[1], MaxID); r != nil {
			return r
		}
	}
	if b.Side != "" {
		if r := oneWord("side", b.Side, "left", "right"); r != nil {
			return r
		}
	}
	if b.Use != "" {
		if r := oneWord("use", b.Use, BinUses...); r != nil {
			return r
		}
	}
	for _, n := range []struct {
		field string
		n     int
	}{{"bay", b.Bay}, {"level", b.Level}, {"walk", b.Walk}, {"block", b.Block}, {"max", b.Max}, {"min", b.Min}} {
		if r := checkRange(n.field, n.n, 0, maxMaster); r != nil {
			return r
		}
	}
	if b.Max > 0 && b.Min > b.Max {
		return badField("min", "is "+strconv.Itoa(b.Min)+", which is more than max, "+strconv.Itoa(b.Max))
	}
	for _, m := range []struct {
		field string
		at    float64
	}{{"x", b.X}, {"y", b.Y}, {"z", b.Z}} {
		if !(m.at >= -maxMetres && m.at <= maxMetres) { // also what is no number
			return badField(m.field, "must be metres from "+strconv.Itoa(-maxMetres)+" to "+strconv.Itoa(maxMetres))
		}
	}
	return checkHandling("keeps", b.Keeps)
}
