package labels

import (
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
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	in := m.Width - 8 // usable width
	from := strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), "\n")
	l.Text(zpl.TextBox{Name: "from.title", X: 4, Y: 3, W: 20, H: 3, Size: 2.6, Value: "FROM"})
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 6, W: in * 0.55, H: 13, Size: 3.2, Lines: 4, Value: from})
	l.Text(zpl.TextBox{Name: "carrier", X: 4 + in*0.55, Y: 3, W: in * 0.45, H: 7, Size: 6.5, Align: zpl.Right, Value: f.Order.Carrier})
	l.Text(zpl.TextBox{Name: "service", X: 4 + in*0.55, Y: 11, W: in * 0.45, H: 6, Size: 5, Align: zpl.Right, Value: strings.ToUpper(f.Order.Service)})
	l.Line(zpl.Line{X: 2, Y: 21, W: m.Width - 4, Thickness: 0.5})

	l.Text(zpl.TextBox{Name: "to.title", X: 4, Y: 23, W: 20, H: 3, Size: 2.6, Value: "TO"})
	// Postcode and city have a line of their own: a long street never pushes them off the label.
	l.Text(zpl.TextBox{Name: "ship_to.name", X: 4, Y: 26, W: in, H: 8, Size: 6.5, MinSize: 3.6, Lines: 2, Value: f.To.Name})
	l.Text(zpl.TextBox{Name: "ship_to.street", X: 4, Y: 35, W: in, H: 12, Size: 5.5, MinSize: 3.2, Lines: 3, Value: strings.Join(f.To.Street, "\n")})
	l.Text(zpl.TextBox{Name: "ship_to.city", X: 4, Y: 49, W: in - 20, H: 8, Size: 7, MinSize: 3.2, Lines: 2, Value: strings.TrimSpace(f.To.Postcode + " " + f.To.City)})
	l.Text(zpl.TextBox{Name: "ship_to.country", X: m.Width - 20, Y: 48, W: 16, H: 10, Size: 10, Align: zpl.Right, Value: f.To.Country})
	l.Line(zpl.Line{X: 2, Y: 60, W: m.Width - 4, Thickness: 0.5})

	third := in / 3
	cell := func(i int, title, value string) {
		x := 4 + float64(i)*third
		l.Text(zpl.TextBox{Name: "title." + title, X: x, Y: 62, W: third - 2, H: 3, Size: 2.6, Value: title})
		l.Text(zpl.TextBox{Name: title, X: x, Y: 66, W: third - 2, H: 9, Size: 8, Value: value})
	}
	cell(0, "ORDER", tail(f.Order.Number))
	cell(1, "PARCEL", f.of())
	if f.Unit.WeightG > 0 {
		cell(2, "WEIGHT", weight(f.Unit.WeightG))
	}
	ref := in
	if f.Unit.COD != nil {
		ref = in * 0.45
		l.Text(zpl.TextBox{Name: "cod", X: 4 + ref, Y: 76, W: in - ref, H: 6, Size: 5.6, Align: zpl.Right, Value: "COLLECT " + f.Unit.COD.String()})
	}
	l.Text(zpl.TextBox{Name: "reference", X: 4, Y: 77, W: ref, H: 4, Size: 3.6, Value: "Ref " + f.Order.Number})
	l.Line(zpl.Line{X: 2, Y: 83, W: m.Width - 4, Thickness: 0.5})

	copyMark(&l, f, m, 85)
	l.Text(zpl.TextBox{Name: "marks", X: 26, Y: m.Height - 52, W: m.Width - 30, H: 5, Size: 4.6, Align: zpl.Right, Value: marks(f.Marks)})
	if f.Unit.Tracking != "" {
		tracking(&l, f, m)
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
	l.Box(zpl.Box{Name: "copy.box", X: 4, Y: y, W: m.Width - 8, H: 12, Thickness: 12})
	l.Text(zpl.TextBox{Name: "copy", X: 6, Y: y + 2, W: 40, H: 8, Size: 8, Reverse: true, Value: fmt.Sprintf("COPY %d", f.Job.Copy)})
	l.Text(zpl.TextBox{Name: "copy.reason", X: 48, Y: y + 2, W: m.Width - 56, H: 8, Size: 4, Lines: 2, Reverse: true, Value: f.Job.Reason})
}

// tracking is the carrier's own number where the SSCC stands otherwise; the carrier scans nothing else, and
// the SSCC is said in words.
func tracking(l *zpl.Label, f Facts, m Media) {
	l.Text(zpl.TextBox{Name: "tracking.title", X: 4, Y: m.Height - 51, W: 22, H: 3.4, Size: 3, Value: "TRACKING"})
	l.Code128(zpl.Code128{Name: "tracking", X: 2, Y: m.Height - 46, W: m.Width - 4, H: 30, Module: 0.6, MinModule: 0.25, Value: f.Unit.Tracking})
	l.Text(zpl.TextBox{Name: "tracking.text", X: 4, Y: m.Height - 15, W: m.Width - 8, H: 6, Size: 5.6, Align: zpl.Center, Value: f.Unit.Tracking})
	l.Text(zpl.TextBox{Name: "sscc.text", X: 4, Y: m.Height - 8, W: m.Width - 8, H: 4, Size: 3.4, Align: zpl.Center, Value: "SSCC " + string(f.Unit.ID)})
}

// marks says the handling classes as carriers' people say them.
func marks(classes []string) string {
	words := map[string]string{"upright": "THIS WAY UP", "dangerous": "DANGEROUS GOODS", "chilled": "KEEP CHILLED", "frozen": "KEEP FROZEN", "fragile": "FRAGILE"}
	var out []string
	for _, c := range classes {
		if w := words[c]; w != "" {
			out = append(out, w)
		}
	}
	return strings.Join(out, " - ")
}
