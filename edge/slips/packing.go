package slips

import "fmt"

// SlipLine is one line of an order as the customer sees it. Prices are written by the caller, in the customer's way.
type SlipLine struct {
	SKU     string
	Name    string
	Ordered int
	Here    int    // in this parcel
	Later   string // what becomes of the rest: "follows", "cancelled"
	Price   string
	Sum     string
}

// PackingSlip lies in the parcel. As a gift it has no prices at all: none that it was given are printed.
type PackingSlip struct {
	Head
	Order   string
	Ordered string // the day
	To      []string
	Parcel  int
	Parcels int
	Gift    bool
	Message string // gift note
	Return  string // return code, as barcode; for a gift the gift receipt
	Lines   []SlipLine
	Totals  []Fact // "Shipping", "Total": not for gifts
	Note    string
}

// Packing makes a packing slip.
func Packing(p PackingSlip) ([]byte, error) {
	if err := checkRows("lines", len(p.Lines)); err != nil {
		return nil, err
	}
	if p.Parcel < 0 || p.Parcels < 0 || p.Parcel > p.Parcels {
		return nil, fmt.Errorf("parcel: is %d of %d", p.Parcel, p.Parcels)
	}
	for i, l := range p.Lines {
		for _, q := range []struct {
			name string
			n    int
		}{{"ordered", l.Ordered}, {"here", l.Here}} {
			if err := checkQty(fmt.Sprintf("lines[%d].%s", i, q.name), q.n); err != nil {
				return nil, err
			}
		}
	}
	title := "Packing slip"
	if p.Gift {
		title = "Gift slip"
	}
	facts := []Fact{{"Order", p.Order}, {"Ordered", p.Ordered}}
	if p.Parcels > 0 {
		facts = append(facts, Fact{"Parcel", fmt.Sprintf("%d of %d", p.Parcel, p.Parcels)})
	}
	d, err := begin(p.Head, title, facts...)
	if err != nil {
		return nil, err
	}
	for i, a := range p.To {
		if i < 8 {
			d.y += d.text(margin, d.y, 90, 2, a, style{10, i == 0}, left)
		}
	}
	d.y += 4
	if p.Message != "" {
		d.message(p.Message)
	}
	cols := []col{{title: "Item", w: 60}, {title: "Ordered", w: 14, align: right}, {title: "In this parcel", w: 22, align: right, bold: true}, {title: "", w: 24, size: 8}}
	if !p.Gift {
		cols = append(cols, col{title: "Price", w: 20, align: right, most: 1}, col{title: "Sum", w: 22, align: right, most: 1})
	}
	var rows [][]cell
	for _, l := range p.Lines {
		r := []cell{{text: l.Name, small: l.SKU}, {text: fmt.Sprint(l.Ordered)}, {text: fmt.Sprint(l.Here)}, {text: l.Later}}
		if !p.Gift {
			r = append(r, cell{text: l.Price}, cell{text: l.Sum})
		}
		rows = append(rows, r)
	}
	d.table(cols, rows)
	if !p.Gift {
		for _, t := range p.Totals {
			d.need(6)
			d.text(d.w-margin-100, d.y, 60, 1, t.Name, style{9, false}, right)
			d.y += d.text(d.w-margin-38, d.y, 38-pad, 1, t.Value, style{10, true}, right) + 0.8
		}
	}
	if p.Return != "" {
		d.need(26)
		d.y += 3
		says := "To send something back, show or enclose this code"
		if p.Gift {
			says = "Gift receipt: exchange or send back with this code"
		}
		d.y += d.text(margin, d.y, 90, 2, says, style{8, false}, left) + 1
		if d.bars(margin, d.y, 80, 11, p.Return) {
			d.y += 11.5
		}
		d.y += d.text(margin, d.y, 80, 1, p.Return, style{9, true}, centre) + 2
	}
	if p.Note != "" {
		d.paragraph(p.Note, style{9, false})
	}
	return d.end()
}

// message draws the gift note in a frame.
func (d *doc) message(s string) {
	lines, st := d.fit(s, d.inner()-16, 14, style{12, false})
	h := float64(len(lines))*st.height() + 10
	d.need(h + 4)
	d.pdf.RoundedRect(margin, d.y, d.inner(), h, 3, "1234", "D")
	d.lines(margin+8, d.y+5, d.inner()-16, lines, st, centre)
	d.y += h + 5
}
