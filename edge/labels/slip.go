package labels

import (
	"fmt"

	"picket/edge/floor"
	"picket/zpl"
)

// packingSlip lists what the customer gets, over as many labels as it takes. What is missing is said.
func packingSlip(f Facts, m Media) ([]byte, error) {
	rows := slipRows(f)
	const head, row, foot = 42.0, 8.0, 8.0
	per := max(1, int((m.Height-head-foot-4)/row))
	pages := (len(rows) + per - 1) / per
	var out []byte
	for p := range pages {
		l := zpl.New(m.Width, m.Height, m.Dpmm)
		slipHead(&l, f, m)
		for i, r := range rows[p*per : min(len(rows), (p+1)*per)] {
			y := head + float64(i)*row
			l.Text(zpl.TextBox{Name: "qty", X: 4, Y: y, W: 13, H: 6, Size: 5, Align: zpl.Right, Value: r.qty})
			l.Text(zpl.TextBox{Name: "item", X: 20, Y: y, W: m.Width - 24, H: 6.6, Size: 4.4, MinSize: 3, Lines: 2, Value: r.text})
		}
		l.Line(zpl.Line{X: 2, Y: m.Height - 9, W: m.Width - 4, Thickness: 0.3})
		l.Text(zpl.TextBox{Name: "page", X: 4, Y: m.Height - 7, W: m.Width - 8, H: 4, Size: 3.4, Align: zpl.Right, Value: fmt.Sprintf("Page %d of %d", p+1, pages)})
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func slipHead(l *zpl.Label, f Facts, m Media) {
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 4, W: m.Width - 8, H: 5, Size: 4, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 10, W: m.Width - 8, H: 8, Size: 7.5, Value: "Packing slip"})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 20, W: m.Width - 8, H: 6, Size: 5, Value: "Order " + f.Order.Number})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 27, W: m.Width - 8, H: 5, Size: 4, Value: "For " + f.To.Name})
	if f.Job.Copy > 1 {
		l.Text(zpl.TextBox{Name: "copy", X: m.Width - 44, Y: 10, W: 40, H: 8, Size: 6, Align: zpl.Right, Value: fmt.Sprintf("COPY %d", f.Job.Copy)})
	}
	l.Line(zpl.Line{X: 2, Y: 36, W: m.Width - 4, Thickness: 0.5})
}

type slipRow struct{ qty, text string }

func slipRows(f Facts) []slipRow {
	name := func(s floor.SKU) string {
		if f.Name != nil {
			if n := f.Name(s); n != "" {
				return n
			}
		}
		return string(s)
	}
	var out []slipRow
	for i := range f.Order.Lines {
		l := &f.Order.Lines[i]
		if n := f.Order.InUnits(l.ID); n > 0 {
			out = append(out, slipRow{fmt.Sprintf("%d x", n), name(l.SKU)})
		}
	}
	for i := range f.Order.Lines {
		l := &f.Order.Lines[i]
		if n := l.Short() + l.Declined; n > 0 {
			out = append(out, slipRow{fmt.Sprintf("%d x", n), "not in this parcel: " + name(l.SKU)})
		}
	}
	return out
}
