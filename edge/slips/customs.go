package slips

import "fmt"

// Declared is one kind of goods on a customs declaration.
type Declared struct {
	What   string // quantity and description
	Known  string // tariff number and origin
	Weight string // kilograms
	Value  string
}

// Category is one of those a declaration ticks.
type Category struct {
	Name   string
	Ticked bool
}

// Customs is a parcel's customs declaration on paper, as often as the parcel needs it: one goes on it in a pouch, the others with
// the post and through the customs of both countries. It is in English, which posts read everywhere.
type Customs struct {
	Head              // its number is the postal item's
	Form       string // CN22 or CN23
	Operator   string
	Spaced     string // the number as people read it out
	Order      string
	From, To   []string
	Sender     []Fact // what customs know the sender by
	Importer   []Fact
	Categories []Category
	Lines      []Declared
	Weight     string // of the parcel
	Value      string // of all of it
	Known      []Fact // charges, and papers that go with it
	Comments   string
	Certify    string
	Signed     string
	Copies     int // 1 and up
}

// mostCopies is how often one declaration is printed.
const mostCopies = 8

// Declare makes customs declarations: those of all parcels of an order, each as often as it needs to be, on pages of their own.
func Declare(all ...Customs) ([]byte, error) {
	if len(all) == 0 {
		return nil, fmt.Errorf("declarations: are none")
	}
	rows := 0
	for i := range all {
		if c := all[i].Copies; c < 1 || c > mostCopies {
			return nil, fmt.Errorf("declarations[%d].copies: is %d, must be from 1 to %d", i, c, mostCopies)
		}
		all[i].Lang = ""
		rows += len(all[i].Lines) * all[i].Copies
	}
	if err := checkRows("lines", rows); err != nil {
		return nil, err
	}
	var d *doc
	for i := range all {
		for n := 1; n <= all[i].Copies; n++ {
			c := &all[i]
			facts := []Fact{{"Operator", c.Operator}, {"Item", c.Spaced}, {"Order", c.Order}, {"Sheet", fmt.Sprintf("%d of %d", n, c.Copies)}}
			if d == nil {
				var err error
				if d, err = begin(c.Head, "Customs declaration "+c.Form, facts...); err != nil {
					return nil, err
				}
			} else {
				d.another(c.Head, "Customs declaration "+c.Form, facts)
			}
			d.declaration(c)
		}
	}
	return d.end()
}

// another begins a paper with a number of its own behind the one before.
func (d *doc) another(h Head, title string, facts []Fact) {
	d.head, d.facts = h, facts
	d.number, d.title = d.cleanTo(h.Number, perLine), d.cleanTo(title, perLine)
	d.firstPage()
}

// declaration draws one sheet below its head.
func (d *doc) declaration(c *Customs) {
	d.y += d.text(margin, d.y, d.inner(), 1, "May be opened officially", style{9, true}, left) + 2
	half := d.inner()/2 - 3
	top, low := d.y, d.y
	for i, p := range []struct {
		title string
		lines []string
		known []Fact
	}{{"From", c.From, c.Sender}, {"To", c.To, c.Importer}} {
		x := margin + float64(i)*(half+6)
		d.y = top + d.text(x, top, half, 1, p.title, style{7.5, false}, left)
		for k, line := range p.lines {
			if k < 10 {
				d.y += d.text(x, d.y, half, 2, line, style{10, k == 0}, left)
			}
		}
		for _, f := range p.known {
			d.y += d.text(x, d.y+0.6, half, 2, f.Name+" "+f.Value, style{9, false}, left) + 0.6
		}
		low = max(low, d.y)
	}
	d.y = low + 2
	d.rule(0.2)
	third := d.inner() / 3
	for i, k := range c.Categories {
		x, y := margin+third*float64(i%3), d.y+6*float64(i/3)
		d.pdf.Rect(x, y, 4, 4, "D")
		if k.Ticked {
			d.text(x, y, 4, 1, "X", style{9, true}, centre)
		}
		d.text(x+6, y, third-8, 1, k.Name, style{9, false}, left)
	}
	d.y += 6*float64((len(c.Categories)+2)/3) + 2
	var rows [][]cell
	for _, l := range c.Lines {
		rows = append(rows, []cell{{text: l.What, small: l.Known}, {text: l.Weight}, {text: l.Value}})
	}
	rows = append(rows, []cell{{text: "Total gross weight, total value", bold: true}, {text: c.Weight, bold: true}, {text: c.Value, bold: true}})
	d.table([]col{{title: "Quantity and detailed description of contents; HS tariff number, origin", w: 118}, {title: "Net weight (kg)", w: 30, align: right, most: 1}, {title: "Value", w: 34, align: right, most: 1}}, rows)
	d.pairs(c.Known)
	if c.Comments != "" {
		d.y++
		d.paragraph("Comments (goods subject to quarantine, sanitary or phytosanitary inspection, other restrictions): "+c.Comments, style{9, false})
	}
	d.need(40) // what is signed, and the signature, stand together
	d.paragraph(c.Certify, style{8, false})
	d.y += d.text(margin, d.y, d.inner(), 1, c.Signed, style{10, true}, left)
	d.sign("Sender's signature", "Office of origin, date of posting", "Addressee's receipt, date and signature")
}
