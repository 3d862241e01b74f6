package slips

import (
	"fmt"
	"slices"
)

// SlipLine is one line of an order as the customer sees it. Prices are written by the caller, in the customer's way.
type SlipLine struct {
	SKU     string
	Name    string
	Ordered int
	Before  int    // sent before
	Here    int    // in this parcel
	Later   string // what becomes of the rest: "2 still to come", "1 not delivered"
	Price   string
	Sum     string
}

// PackingSlip lies in the parcel. As a gift it has no prices at all: none that it was given are printed.
type PackingSlip struct {
	Head
	Order   string
	Ordered string // the day
	To      []string
	Parcel  int // 0: it is of no parcel
	Parcels int // 0: nobody knows yet
	Gift    bool
	Message string // gift note
	Return  string // return code, as barcode; for a gift the gift receipt
	Lines   []SlipLine
	Totals  []Fact // "Shipping", "Total": not for gifts
	Note    string

	Purchase string // of a business order: the customer's own number
	Delivery string // and the number of the delivery it is part of
}

// Packing makes packing slips: one, or those of all parcels of an order, each on a page of its own.
func Packing(all ...PackingSlip) ([]byte, error) {
	if len(all) == 0 {
		return nil, fmt.Errorf("slips: are none")
	}
	rows := 0
	for i := range all {
		if err := all[i].check(); err != nil {
			return nil, err
		}
		rows += len(all[i].Lines)
	}
	if err := checkRows("lines", rows); err != nil {
		return nil, err
	}
	d, err := begin(all[0].Head, all[0].title(), all[0].facts()...)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if i > 0 {
			d.facts = all[i].facts()
			d.firstPage()
		}
		d.parcel(&all[i])
	}
	return d.end()
}

func (p *PackingSlip) title() string {
	if p.Gift {
		return "Gift slip"
	}
	return "Packing slip"
}

func (p *PackingSlip) facts() []Fact {
	out := []Fact{{"Order", p.Order}, {"Ordered", p.Ordered}, {"Your order", p.Purchase}, {"Delivery", p.Delivery}}
	switch {
	case p.Parcels > 0:
		out = append(out, Fact{"Parcel", fmt.Sprintf(p.say("%d of %d"), p.Parcel, p.Parcels)})
	case p.Parcel > 0: // nobody knows yet of how many
		out = append(out, Fact{"Parcel", fmt.Sprint(p.Parcel)})
	}
	return out
}

func (p *PackingSlip) check() error {
	if p.Parcel < 0 || p.Parcels < 0 || p.Parcels > 0 && p.Parcel > p.Parcels {
		return fmt.Errorf("parcel: is %d of %d", p.Parcel, p.Parcels)
	}
	for i, l := range p.Lines {
		for _, q := range []struct {
			name string
			n    int
		}{{"ordered", l.Ordered}, {"before", l.Before}, {"here", l.Here}} {
			if err := checkQty(fmt.Sprintf("lines[%d].%s", i, q.name), q.n); err != nil {
				return err
			}
		}
	}
	return nil
}

// parcel draws one slip below its head.
func (d *doc) parcel(p *PackingSlip) {
	for i, a := range p.To {
		if i < 8 {
			d.y += d.text(margin, d.y, 90, 2, a, style{10, i == 0}, left)
		}
	}
	d.y += 4
	if p.Message != "" {
		d.message(p.Message)
	}
	here := "In this parcel"
	if p.Parcel == 0 {
		here = "Here"
	}
	cols := []col{{title: "Item", w: 60}, {title: "Ordered", w: 15, align: right}}
	before := slices.ContainsFunc(p.Lines, func(l SlipLine) bool { return l.Before > 0 })
	if before {
		cols = append(cols, col{title: "Sent before", w: 19, align: right})
	}
	cols = append(cols, col{title: here, w: 22, align: right, bold: true}, col{title: "", w: 26, size: 8})
	if !p.Gift {
		cols = append(cols, col{title: "Price", w: 20, align: right, most: 1}, col{title: "Sum", w: 22, align: right, most: 1})
	}
	var rows [][]cell
	for _, l := range p.Lines {
		r := []cell{{text: l.Name, small: l.SKU}, {text: fmt.Sprint(l.Ordered)}}
		if before {
			r = append(r, cell{text: fmt.Sprint(l.Before)})
		}
		r = append(r, cell{text: fmt.Sprint(l.Here)}, cell{text: l.Later})
		if !p.Gift {
			r = append(r, cell{text: l.Price}, cell{text: l.Sum})
		}
		rows = append(rows, r)
	}
	d.table(cols, rows)
	if !p.Gift {
		for _, t := range p.Totals {
			d.need(6)
			d.text(d.w-margin-100, d.y, 60, 1, d.say(t.Name), style{9, false}, right)
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
		d.y += d.text(margin, d.y, 90, 2, d.say(says), style{8, false}, left) + 1
		if d.bars(margin, d.y, 80, 11, p.Return) {
			d.y += 11.5
		}
		d.y += d.text(margin, d.y, 80, 1, p.Return, style{9, true}, centre) + 2
	}
	if p.Note != "" {
		d.paragraph(p.Note, style{9, false})
	}
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
