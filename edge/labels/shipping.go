package labels

import (
	"cmp"
	"fmt"
	"strings"

	"picket/zpl"
)

// shipping is the GS1 logistic label: carrier segment above, customer segment in the middle, and the SSCC-18
// as GS1-128 at the bottom with its text below (GS1 Logistic Label Guideline; General Specifications 6.6:
// bars of at least 32 mm, X-dimension 0.495 to 0.94 mm).
func shipping(f Facts, m Media) ([]byte, error) {
	if f.To.Name == "" {
		return nil, fmt.Errorf("ship_to: the address of order %s is not here", f.Order.Number)
	}
	if m.short() {
		return shippingShort(f, m)
	}
	l := m.blank()
	in := m.Width - 8 // usable width
	from := strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), "\n")
	l.Text(zpl.TextBox{Name: "from.title", X: 4, Y: 3, W: 20, H: 3, Size: 2.6, Value: f.say("FROM")})
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 6, W: in * 0.55, H: 13, Size: 3.2, Lines: 4, Value: from})
	l.Text(zpl.TextBox{Name: "carrier", X: 4 + in*0.55, Y: 3, W: in * 0.45, H: 7, Size: 6.5, Align: zpl.Right, Value: cmp.Or(f.Carrier, f.Order.Carrier)})
	l.Text(zpl.TextBox{Name: "service", X: 4 + in*0.55, Y: 11, W: in * 0.45, H: 6, Size: 5, Align: zpl.Right, Value: strings.ToUpper(f.Order.Service)})
	l.Line(zpl.Line{X: 2, Y: 21, W: m.Width - 4, Thickness: 0.5})

	l.Text(zpl.TextBox{Name: "to.title", X: 4, Y: 23, W: 20, H: 3, Size: 2.6, Value: f.say("TO")})
	// Postcode and city have a line of their own: a long street never pushes them off the label.
	l.Text(zpl.TextBox{Name: "ship_to.name", X: 4, Y: 26, W: in, H: 8, Size: 6.5, MinSize: 2.6, Lines: 3, Value: f.To.Name})
	l.Text(zpl.TextBox{Name: "ship_to.street", X: 4, Y: 35, W: in, H: 12, Size: 5.5, MinSize: 3.2, Lines: 3, Value: strings.Join(f.To.Street, "\n")})
	l.Text(zpl.TextBox{Name: "ship_to.city", X: 4, Y: 49, W: in - 20, H: 8, Size: 7, MinSize: 2.4, Lines: 3, Value: strings.TrimSpace(f.To.Postcode + " " + f.To.City)})
	l.Text(zpl.TextBox{Name: "ship_to.country", X: m.Width - 20, Y: 48, W: 16, H: 10, Size: 10, Align: zpl.Right, Value: f.To.Country})
	l.Line(zpl.Line{X: 2, Y: 60, W: m.Width - 4, Thickness: 0.5})

	// The order's number has the widest cell: it is shown whole.
	x := 4.0
	cell := func(share float64, title, value string) {
		w := in * share
		l.Text(zpl.TextBox{Name: "title." + title, X: x, Y: 62, W: w - 2, H: 3, Size: 2.6, Value: title})
		l.Text(zpl.TextBox{Name: title, X: x, Y: 66, W: w - 2, H: 9, Size: 8, MinSize: 2.4, Value: value})
		x += w
	}
	cell(0.46, f.say("ORDER"), brief(f.Order.Number))
	cell(0.26, f.say("PARCEL"), f.of())
	if f.Unit.WeightG > 0 {
		cell(0.28, f.say("WEIGHT"), f.weight(f.Unit.WeightG))
	}
	ref := in
	if f.Unit.COD != nil {
		ref = in * 0.45
		l.Text(zpl.TextBox{Name: "cod", X: 4 + ref, Y: 76, W: in - ref, H: 6, Size: 5.6, MinSize: 2.4, Align: zpl.Right, Value: f.say("COLLECT ") + f.decimal(f.Unit.COD.String())})
	}
	l.Text(zpl.TextBox{Name: "reference", X: 4, Y: 77, W: ref, H: 4, Size: 3.6, Value: f.say("Ref ") + f.Order.Number})
	l.Line(zpl.Line{X: 2, Y: 83, W: m.Width - 4, Thickness: 0.5})

	switch {
	case f.warnings() == "":
		copyMark(&l, f, m, 85)
	case f.Job.Copy < 2:
		warnBox(&l, f.warnings(), 4, 85, in, 12)
	default: // side by side
		warnBox(&l, f.warnings(), 4, 85, in*0.64-1, 12)
		l.Box(zpl.Box{Name: "copy.box", X: 4 + in*0.64, Y: 85, W: in * 0.36, H: 12, Thickness: 12})
		l.Text(zpl.TextBox{Name: "copy", X: 5 + in*0.64, Y: 85.6, W: in*0.36 - 2, H: 5, Size: 5, MinSize: 2, Reverse: true, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
		l.Text(zpl.TextBox{Name: "copy.reason", X: 5 + in*0.64, Y: 90.8, W: in*0.36 - 2, H: 6, Size: 3, MinSize: 2, Lines: 3, Reverse: true, Value: f.Job.Reason})
	}
	l.Text(zpl.TextBox{Name: "cares", X: 26, Y: m.Height - 52, W: m.Width - 30, H: 5, Size: 4.6, MinSize: 2, Lines: 2, Align: zpl.Right, Value: f.cares()})
	if f.Unit.Tracking != "" {
		tracking(&l, f, m)
		return l.Bytes()
	}
	if m.Width < narrowest128 {
		matrix(&l, f, m)
		return l.Bytes()
	}
	l.GS1128(zpl.GS1128{
		Name: "sscc", X: 2, Y: m.Height - 45, W: m.Width - 4, H: 34, Module: 0.66, MinModule: 0.495, HRI: 5,
		Data: []zpl.AI{{Code: "00", Value: string(f.Unit.ID)}},
	})
	l.Text(zpl.TextBox{Name: "sscc.title", X: 4, Y: m.Height - 51, W: 20, H: 3.4, Size: 3, Value: "SSCC"})
	return l.Bytes()
}

// copyMark says, in white on black, that this is not the original, and why it was printed again.
func copyMark(l *zpl.Label, f Facts, m Media, y float64) {
	if f.Job.Copy < 2 {
		return
	}
	left := min(40, (m.Width-12)*0.45)
	l.Box(zpl.Box{Name: "copy.box", X: 4, Y: y, W: m.Width - 8, H: 12, Thickness: 12})
	l.Text(zpl.TextBox{Name: "copy", X: 6, Y: y + 2, W: left, H: 8, Size: 8, MinSize: 3, Reverse: true, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
	l.Text(zpl.TextBox{Name: "copy.reason", X: 8 + left, Y: y + 2, W: m.Width - 16 - left, H: 8, Size: 4, MinSize: 2.4, Lines: 3, Reverse: true, Value: f.Job.Reason})
}

// tracking is the carrier's own number where the SSCC stands otherwise; the carrier scans nothing else, and
// the SSCC is said in words.
func tracking(l *zpl.Label, f Facts, m Media) {
	l.Text(zpl.TextBox{Name: "tracking.title", X: 4, Y: m.Height - 51, W: 22, H: 3.4, Size: 3, Value: f.say("TRACKING")})
	l.Code128(zpl.Code128{Name: "tracking", X: 2, Y: m.Height - 46, W: m.Width - 4, H: 30, Module: 0.6, MinModule: 0.25, Value: f.Unit.Tracking})
	l.Text(zpl.TextBox{Name: "tracking.text", X: 4, Y: m.Height - 15, W: m.Width - 8, H: 6, Size: 5.6, Align: zpl.Center, Value: f.Unit.Tracking})
	l.Text(zpl.TextBox{Name: "sscc.text", X: 4, Y: m.Height - 8, W: m.Width - 8, H: 4, Size: 3.4, Align: zpl.Center, Value: "SSCC " + string(f.Unit.ID)})
}

// narrowest128 is the width in millimetres that an SSCC needs as GS1-128 at the narrowest bars GS1 allows it, 0.495 mm, with
// its quiet zones and the label's margins.
const narrowest128 = 92.0

// matrix is the SSCC where its bars have no room: a GS1 DataMatrix whose modules are 1.5 times as wide as the bars of table 5
// may be (0.743 to 1.50 mm), as the tables of the GS1 General Specifications ask of 2-D codes, and the number in digits. It is no
// GS1 logistic label, which must have the bars.
func matrix(l *zpl.Label, f Facts, m Media) {
	const side = 26.0
	l.Text(zpl.TextBox{Name: "sscc.title", X: 4, Y: m.Height - 51, W: 20, H: 3.4, Size: 3, Value: "SSCC"})
	l.DataMatrix(zpl.DataMatrix{Name: "sscc", X: (m.Width - side) / 2, Y: m.Height - 46, Size: side, Data: []zpl.AI{{Code: "00", Value: string(f.Unit.ID)}}})
	l.Text(zpl.TextBox{Name: "sscc.text", X: 4, Y: m.Height - 18, W: m.Width - 8, H: 5, Size: 4.6, Align: zpl.Center, Value: "(00) " + string(f.Unit.ID)})
}

// marks says all that hands should know, as carriers' people say it.
func (f Facts) marks() string {
	return strings.Join(append(f.warned(), f.cared()...), " - ")
}

// warnings are what does harm where it is overlooked: an age to be checked, dangerous goods, what must stay cold.
func (f Facts) warnings() string { return strings.Join(f.warned(), " - ") }

// cares are what is good to know: how to hold the parcel, and that it is a gift.
func (f Facts) cares() string { return strings.Join(f.cared(), " - ") }

func (f Facts) warned() (out []string) {
	if f.Age > 0 {
		out = append(out, fmt.Sprintf(f.say("CHECK AGE %d+"), f.Age))
	}
	return append(out, f.handled(map[string]string{"dangerous": f.say("DANGEROUS GOODS"), "chilled": f.say("KEEP CHILLED"), "frozen": f.say("KEEP FROZEN")})...)
}

func (f Facts) cared() []string {
	out := f.handled(map[string]string{"upright": f.say("THIS WAY UP"), "fragile": f.say("FRAGILE")})
	if f.Order != nil && f.Order.Gift != nil {
		out = append(out, f.say("GIFT"))
	}
	return out
}

// handled are the words for the handling classes of what is inside, in their order.
func (f Facts) handled(words map[string]string) (out []string) {
	for _, c := range f.Marks {
		if w := words[c]; w != "" {
			out = append(out, w)
		}
	}
	return out
}

// warnBox says the words in white on black, as large as the box lets them be.
func warnBox(l *zpl.Label, words string, x, y, w, h float64) {
	if words == "" {
		return
	}
	l.Box(zpl.Box{Name: "warnings.box", X: x, Y: y, W: w, H: h, Thickness: h})
	l.Text(zpl.TextBox{Name: "warnings", X: x + 1, Y: y + 1.1, W: w - 2, H: h - 1.4, Size: h - 1.4, MinSize: 2, Lines: 3, Align: zpl.Center, Reverse: true, Value: words})
}

// CopyTag is a label of its own that says that the one before it is a copy, and why: nothing may be printed on a label that
// its carrier made.
func CopyTag(f Facts, m Media) ([]byte, error) {
	l := m.blank()
	in := m.Width - 8
	number := ""
	if u := f.Order.Unit(f.Job.Unit); u != nil {
		number = cmp.Or(u.Tracking, string(u.ID))
	}
	l.Box(zpl.Box{Name: "copy.box", X: 4, Y: 4, W: in, H: 16, Thickness: 16})
	l.Text(zpl.TextBox{Name: "copy", X: 6, Y: 6.5, W: in - 4, H: 11, Size: 11, MinSize: 4, Align: zpl.Center, Reverse: true, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
	l.Text(zpl.TextBox{Name: "copy.reason", X: 4, Y: 23, W: in, H: 13, Size: 6, MinSize: 3, Lines: 3, Value: f.Job.Reason})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 38, W: in, H: 5, Size: 4.6, MinSize: 2.6, Value: f.say("Order ") + f.Order.Number})
	l.Text(zpl.TextBox{Name: "number", X: 4, Y: 45, W: in, H: 5, Size: 4.6, MinSize: 2.6, Value: number})
	l.Text(zpl.TextBox{Name: "how", X: 4, Y: 53, W: in, H: 13, Size: 4.4, MinSize: 2.8, Lines: 4, Value: f.say("The carrier's label before this one is a copy. Throw the other one away. This tag does not go on the parcel.")})
	return l.Bytes()
}
