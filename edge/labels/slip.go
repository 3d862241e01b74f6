package labels

import (
	"fmt"
	"slices"

	"picket/edge/floor"
	"picket/zpl"
)

// packingSlip lists what the customer gets, over as many labels as it takes. What is missing is said.
func packingSlip(f Facts, m Media) ([]byte, error) {
	rows := slipRows(f)
	const row, foot = 8.0, 8.0
	head := 42.0
	if m.short() {
		head = 22.4
	}
	per := max(1, int((m.Height-head-foot-4)/row))
	pages := (len(rows) + per - 1) / per
	var out []byte
	for p := range pages {
		l := m.blank()
		slipHead(&l, f, m)
		for i, r := range rows[p*per : min(len(rows), (p+1)*per)] {
			y := head + float64(i)*row
			l.Text(zpl.TextBox{Name: "qty", X: 4, Y: y, W: 13, H: 6, Size: 5, Align: zpl.Right, Value: r.qty})
			l.Text(zpl.TextBox{Name: "item", X: 20, Y: y, W: m.Width - 24, H: 6.6, Size: 4.4, MinSize: 3, Lines: 2, Value: r.text})
		}
		l.Line(zpl.Line{X: 2, Y: m.Height - 9, W: m.Width - 4, Thickness: 0.3})
		l.Text(zpl.TextBox{Name: "page", X: 4, Y: m.Height - 7, W: m.Width - 8, H: 4, Size: 3.4, Align: zpl.Right, Value: fmt.Sprintf(f.say("Page %d of %d"), p+1, pages)})
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func slipHead(l *zpl.Label, f Facts, m Media) {
	order := f.say("Order ") + f.Order.Number
	if f.Unit != nil && !f.alone() {
		order += f.say(", parcel ") + f.of()
	}
	if m.short() {
		in := m.Width - 8
		l.Text(zpl.TextBox{Name: "title", X: 4, Y: 2.5, W: in*0.55 - 2, H: 6, Size: 5.6, MinSize: 3, Value: f.say("Packing slip")})
		l.Text(zpl.TextBox{Name: "order", X: 4, Y: 9, W: in*0.55 - 2, H: 4.6, Size: 4.4, MinSize: 2.4, Value: order})
		copyTag(l, f, 4+in*0.55, 2.5, in*0.45, 6)
		l.Text(zpl.TextBox{Name: "from", X: 4 + in*0.55, Y: 9, W: in * 0.45, H: 4.6, Size: 3.4, MinSize: 2.2, Align: zpl.Right, Value: f.Sender.Name})
		l.Text(zpl.TextBox{Name: "to", X: 4, Y: 14.4, W: in, H: 4.8, Size: 4, MinSize: 2.4, Lines: 2, Value: f.say("For ") + f.To.Name})
		l.Line(zpl.Line{X: 2, Y: 20, W: m.Width - 4, Thickness: 0.4})
		return
	}
	from, title := m.Width-8, m.Width-8
	if f.Job.Copy > 1 {
		from, title = m.Width/2-6, title-28
		l.Text(zpl.TextBox{Name: "copy.reason", X: m.Width / 2, Y: 4, W: m.Width/2 - 4, H: 5, Size: 3.4, MinSize: 2, Lines: 2, Align: zpl.Right, Value: f.Job.Reason})
	}
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 4, W: from, H: 5, Size: 4, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 10, W: title, H: 8, Size: 7.5, MinSize: 3.6, Lines: 2, Value: f.say("Packing slip")})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 20, W: m.Width - 8, H: 6, Size: 5, Value: order})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 27, W: m.Width - 8, H: 5, Size: 4, MinSize: 2.4, Lines: 2, Value: f.say("For ") + f.To.Name})
	if f.Job.Copy > 1 {
		l.Text(zpl.TextBox{Name: "copy", X: m.Width - 30, Y: 10, W: 26, H: 8, Size: 6, Align: zpl.Right, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
	}
	l.Line(zpl.Line{X: 2, Y: 36, W: m.Width - 4, Thickness: 0.5})
}

type slipRow struct{ qty, text string }

// slipRows are what is in the parcel, what went before it, and what the customer still waits for. Of an order that is
// collected there is no parcel: what is there is all of it.
func slipRows(f Facts) []slipRow {
	var here, before, later []slipRow
	add := func(to *[]slipRow, n int, words string, l *floor.Line) {
		if n > 0 {
			*to = append(*to, slipRow{fmt.Sprintf("%d x", n), words + f.name(l.SKU)})
		}
	}
	for i := range f.Order.Lines {
		l := &f.Order.Lines[i]
		if f.Unit == nil {
			add(&here, f.Order.InUnits(l.ID), "", l)
		} else {
			p := f.Order.Share(f.Unit, l)
			add(&here, p.Here, "", l)
			add(&before, p.Before, f.say("sent before: "), l)
			add(&later, p.Beside, f.say("in another parcel: "), l)
			add(&later, p.ToCome, f.say("still to come: "), l)
		}
		add(&later, l.Short()+l.Declined, f.say("not in this parcel: "), l) // it may come from elsewhere
	}
	return slices.Concat(here, before, later)
}
