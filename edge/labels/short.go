package labels

import (
	"cmp"
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/zpl"
)

// Labels of 102 x 76 mm (4 x 3 inches, about A7) hold what the large ones do, side by side and smaller. Their barcodes
// keep the heights and widths that the large ones have at the least.
const shortest = 100.0 // mm: media lower than that get the short layouts

func (m Media) short() bool { return m.Height < shortest }

// copyTag is the copy mark where there is no room for a bar across the label.
func copyTag(l *zpl.Label, f Facts, x, y, w, h float64) {
	if f.Job.Copy < 2 {
		return
	}
	l.Box(zpl.Box{Name: "copy.box", X: x, Y: y, W: w, H: h, Thickness: h})
	l.Text(zpl.TextBox{Name: "copy", X: x + 1, Y: y + 0.5, W: w - 2, H: h - 1, Size: (h - 1) / 1.4, MinSize: min(2, (h-1)/2), Lines: 2, Reverse: true, Value: fmt.Sprintf(f.say("COPY %d: %s"), f.Job.Copy, f.Job.Reason)})
}

func shippingShort(f Facts, m Media) ([]byte, error) {
	l := m.blank()
	in := m.Width - 8
	from := strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), ", ")
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 2, W: in*0.5 - 2, H: 5.4, Size: 2.6, MinSize: 2, Lines: 2, Value: f.say("FROM ") + from})
	l.Text(zpl.TextBox{Name: "carrier", X: 4 + in*0.5, Y: 2, W: in * 0.5, H: 5.4, Size: 5, MinSize: 2.6, Align: zpl.Right, Value: strings.TrimSpace(cmp.Or(f.Carrier, f.Order.Carrier) + " " + strings.ToUpper(f.Order.Service))})
	l.Line(zpl.Line{X: 2, Y: 8, W: m.Width - 4, Thickness: 0.4})
	l.Text(zpl.TextBox{Name: "ship_to.name", X: 4, Y: 9, W: in, H: 6, Size: 5.2, MinSize: 2.8, Lines: 2, Value: f.To.Name})
	l.Text(zpl.TextBox{Name: "ship_to.street", X: 4, Y: 15.5, W: in - 38, H: 7.2, Size: 3.6, MinSize: 2.4, Lines: 3, Value: strings.Join(f.To.Street, "\n")})
	if f.warnings() != "" { // there is no room for two: all stands in one box
		warnBox(&l, f.marks(), m.Width-41, 15, 37, 7.8)
	} else {
		l.Text(zpl.TextBox{Name: "cares", X: m.Width - 34, Y: 15.5, W: 30, H: 7.2, Size: 3.4, MinSize: 2, Lines: 3, Align: zpl.Right, Value: f.cares()})
	}
	l.Text(zpl.TextBox{Name: "ship_to.city", X: 4, Y: 23, W: in - 14, H: 5.6, Size: 5, MinSize: 2.6, Lines: 2, Value: strings.TrimSpace(f.To.Postcode + " " + f.To.City)})
	l.Text(zpl.TextBox{Name: "ship_to.country", X: m.Width - 16, Y: 23, W: 12, H: 5.6, Size: 5.6, Align: zpl.Right, Value: f.To.Country})
	l.Line(zpl.Line{X: 2, Y: 29, W: m.Width - 4, Thickness: 0.4})
	extra := ""
	if f.Unit.WeightG > 0 {
		extra = f.weight(f.Unit.WeightG)
	}
	if f.Unit.COD != nil { // what is to be collected comes before what it weighs
		extra = f.say("COLLECT ") + f.decimal(f.Unit.COD.String())
	}
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 30.2, W: 28, H: 4.6, Size: 4.4, MinSize: 2.6, Value: f.say("Order ") + brief(f.Order.Number)})
	l.Text(zpl.TextBox{Name: "parcel", X: 33, Y: 30.2, W: 11, H: 4.6, Size: 4.4, MinSize: 2.4, Value: f.of()})
	l.Text(zpl.TextBox{Name: "extra", X: 45, Y: 30.2, W: 26, H: 4.6, Size: 4.4, MinSize: 2.4, Value: extra})
	copyTag(&l, f, m.Width-30, 29.8, 26, 5.6)
	if f.Unit.Tracking != "" {
		l.Code128(zpl.Code128{Name: "tracking", X: 2, Y: 36.5, W: m.Width - 4, H: m.Height - 50, Module: 0.6, MinModule: 0.25, Value: f.Unit.Tracking})
		l.Text(zpl.TextBox{Name: "tracking.text", X: 4, Y: m.Height - 12, W: in, H: 5, Size: 4.8, Align: zpl.Center, Value: f.Unit.Tracking})
		l.Text(zpl.TextBox{Name: "sscc.text", X: 4, Y: m.Height - 6, W: in, H: 3.4, Size: 3, Align: zpl.Center, Value: "SSCC " + string(f.Unit.ID)})
		return l.Bytes()
	}
	l.GS1128(zpl.GS1128{
		Name: "sscc", X: 2, Y: 36.5, W: m.Width - 4, H: 32, Module: 0.66, MinModule: 0.495, HRI: 4.4,
		Data: []zpl.AI{{Code: "00", Value: string(f.Unit.ID)}},
	})
	return l.Bytes()
}

func returnShort(f Facts, m Media) ([]byte, error) {
	l := m.blank()
	in := m.Width - 8
	title := in
	if f.Job.Copy > 1 {
		title = in*0.6 - 2
	}
	l.Box(zpl.Box{Name: "title.box", X: 4, Y: 2, W: title, H: 8, Thickness: 8})
	l.Text(zpl.TextBox{Name: "title", X: 6, Y: 3, W: title - 4, H: 6, Size: 6, Align: zpl.Center, Reverse: true, Value: f.say("RETURN")})
	copyTag(&l, f, 4+in*0.6, 2, in*0.4, 8)
	l.Text(zpl.TextBox{Name: "to.name", X: 4, Y: 11.5, W: in, H: 6.4, Size: 5, MinSize: 3, Lines: 2, Value: f.say("TO ") + f.Sender.Name})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 18.5, W: in, H: 11, Size: 3.6, MinSize: 2.6, Lines: 4, Value: strings.Join(f.Sender.Lines, "\n")})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 30, W: in, H: 4, Size: 3.6, MinSize: 2.6, Value: f.say("Order ") + f.Order.Number})
	l.Text(zpl.TextBox{Name: "how", X: 4, Y: 34.6, W: in, H: 3.4, Size: 3, MinSize: 2, Value: f.say(howToReturn)})
	l.Code128(zpl.Code128{Name: "return_no", X: 2, Y: 39, W: m.Width - 4, H: m.Height - 50, Module: 0.5, MinModule: 0.25, Value: f.Unit.ReturnNo})
	l.Text(zpl.TextBox{Name: "return_no.text", X: 4, Y: m.Height - 9, W: in, H: 6, Size: 5.6, Align: zpl.Center, Value: f.Unit.ReturnNo})
	return l.Bytes()
}

func holdShort(f Facts, m Media, cells [3][2]string) ([]byte, error) {
	l := m.blank()
	in := m.Width - 8
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 2, W: in * 0.5, H: 4, Size: 3.4, MinSize: 2.4, Value: f.Sender.Name})
	copyTag(&l, f, 4+in*0.55, 1.6, in*0.45, 5)
	l.Text(zpl.TextBox{Name: "short", X: 4, Y: 7.4, W: in, H: 16, Size: 15, MinSize: 6, Align: zpl.Center, Value: brief(f.Order.Number)})
	l.Text(zpl.TextBox{Name: "name", X: 4, Y: 24.4, W: in, H: 7, Size: 6, MinSize: 3, Lines: 2, Align: zpl.Center, Value: f.To.Name})
	l.Line(zpl.Line{X: 2, Y: 32, W: m.Width - 4, Thickness: 0.4})
	x := 4.0
	for i, c := range cells {
		w := in * [...]float64{0.36, 0.4, 0.24}[i]
		if c[1] != "" {
			l.Text(zpl.TextBox{Name: "title." + c[0], X: x, Y: 33, W: w - 2, H: 2.6, Size: 2.4, Value: c[0]})
			l.Text(zpl.TextBox{Name: c[0], X: x, Y: 36, W: w - 2, H: 5.6, Size: 5, MinSize: 2.6, Lines: 2, Value: c[1]})
		}
		x += w
	}
	half := in
	if f.cares() != "" {
		half = in*0.5 - 1
		l.Text(zpl.TextBox{Name: "cares", X: 4 + in*0.5, Y: 43, W: in * 0.5, H: 4.8, Size: 4.4, MinSize: 2, Lines: 2, Align: zpl.Right, Value: f.cares()})
	}
	if due := f.Order.StillDue(); due.Minor > 0 {
		l.Text(zpl.TextBox{Name: "pay", X: 4, Y: 43, W: half, H: 4.6, Size: 4.4, MinSize: 2.4, Value: f.say("To pay ") + f.decimal(due.String())})
	}
	warnBox(&l, f.warnings(), 4, 48.2, in, 8)
	top := 49.0
	if f.warnings() != "" {
		top = 57.5
	}
	l.Code128(zpl.Code128{Name: "order", X: 2, Y: top, W: m.Width - 4, H: m.Height - 8 - top, Module: 0.5, MinModule: 0.25, Value: f.Prefix + f.Order.Number})
	l.Text(zpl.TextBox{Name: "order.text", X: 4, Y: m.Height - 6.5, W: in, H: 4, Size: 3.6, Align: zpl.Center, Value: f.say("Order ") + f.Order.Number})
	return l.Bytes()
}

func codShort(f Facts, m Media) ([]byte, error) {
	l := m.blank()
	in := m.Width - 8
	sheetHead(&l, f, m, f.say("Cash on delivery"), []string{f.say("Order ") + f.Order.Number + f.say(", parcel ") + f.of(), f.say("For ") + f.To.Name})
	l.Text(zpl.TextBox{Name: "collect", X: 4, Y: 32, W: in, H: 4, Size: 3.6, Value: f.say("To be collected on delivery")})
	l.Text(zpl.TextBox{Name: "amount", X: 4, Y: 37, W: in, H: 15, Size: 14, MinSize: 5, Value: f.decimal(f.Unit.COD.String())})
	l.Text(zpl.TextBox{Name: "all", X: 4, Y: 54, W: in, H: 8, Size: 3.6, Lines: 2, Value: f.say(wholeOrder)})
	l.Text(zpl.TextBox{Name: "got", X: 4, Y: m.Height - 10, W: in, H: 5, Size: 4, Value: f.say("Received: ______________________")})
	return l.Bytes()
}

// hangTagShort is one tag of a line that was brought back.
func hangTagShort(f Facts, m Media, line *floor.ReturnLine, detail, code, of string) zpl.Label {
	l := m.blank()
	in := m.Width - 8
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 2.5, W: in*0.36 - 2, H: 5, Size: 4.4, MinSize: 2.6, Value: f.say("Brought back")})
	l.Text(zpl.TextBox{Name: "of", X: 4 + in*0.36, Y: 2.5, W: in*0.18 - 2, H: 5, Size: 4.4, MinSize: 2.4, Value: of})
	copyTag(&l, f, 4+in*0.55, 2, in*0.45, 6)
	l.Text(zpl.TextBox{Name: "item", X: 4, Y: 9, W: in, H: 10.6, Size: 5.3, MinSize: 3, Lines: 2, Value: f.name(line.SKU)})
	l.Text(zpl.TextBox{Name: "detail", X: 4, Y: 20, W: in, H: 4, Size: 3.4, MinSize: 2.4, Value: detail})
	l.Line(zpl.Line{X: 2, Y: 25, W: m.Width - 4, Thickness: 0.4})
	for i, c := range [][2]string{{f.say("CONDITION"), f.spoken(line.Condition)}, {f.say("GOES TO"), f.spoken(f.Job.To)}} {
		x := 4 + in/2*float64(i)
		l.Text(zpl.TextBox{Name: "title." + c[0], X: x, Y: 26, W: in/2 - 2, H: 2.8, Size: 2.6, Value: c[0]})
		l.Text(zpl.TextBox{Name: c[0], X: x, Y: 29.4, W: in/2 - 2, H: 9, Size: 8, MinSize: 3.4, Value: c[1]})
	}
	l.Text(zpl.TextBox{Name: "why", X: 4, Y: 40, W: in, H: 4, Size: 3.4, MinSize: 2.4, Value: whyBack(f, line)})
	l.Code128(zpl.Code128{Name: "code", X: 2, Y: 47, W: m.Width - 4, H: m.Height - 57, Module: 0.5, MinModule: 0.25, Value: code})
	l.Text(zpl.TextBox{Name: "code.text", X: 4, Y: m.Height - 8, W: in, H: 5, Size: 4.4, Align: zpl.Center, Value: code})
	return l
}
