package slips

import "fmt"

// PickLine is one stop of a pick list.
type PickLine struct {
	Bin   string
	SKU   string
	Name  string
	Code  string // what a scanner reads on the item: its barcode on paper
	Qty   int
	Unit  string // "pcs", "case"
	Lot   string
	Order string // or the tote it goes in
	Note  string
}

// PickList is a run on paper. By hand, it has room to write what was picked, for the late entry.
type PickList struct {
	Head
	Picker string
	Cart   string
	Due    string
	Orders int
	ByHand bool
	Lines  []PickLine
}

// Pick makes a pick list.
func Pick(p PickList) ([]byte, error) {
	if err := checkRows("lines", len(p.Lines)); err != nil {
		return nil, err
	}
	units := 0
	for i, l := range p.Lines {
		if err := checkQty(fmt.Sprintf("lines[%d].qty", i), l.Qty); err != nil {
			return nil, err
		}
		units += l.Qty
	}
	d, err := begin(p.Head, "Pick list", Fact{"Picker", p.Picker}, Fact{"Cart", p.Cart}, Fact{"Due", p.Due},
		Fact{"To pick", fmt.Sprintf("%d lines, %d units, %d orders", len(p.Lines), units, p.Orders)})
	if err != nil {
		return nil, err
	}
	cols := []col{{title: "#", w: 6, size: 8, most: 1}, {title: "Bin", w: 17, size: 11, bold: true, most: 2}, {title: "Item", w: 34, most: 3}, {title: "Code", w: 32, align: centre, size: 7},
		{title: "Qty", w: 9, align: right, size: 13, bold: true, most: 1}, {title: "For", w: 16, size: 8}}
	if p.ByHand {
		cols = append(cols, col{title: "Picked", w: 11}, col{title: "Short, why", w: 16})
		cols[2].w, cols[3].w = 27, 32
	}
	var rows [][]cell
	for i, l := range p.Lines {
		code := first(l.Code, l.SKU)
		small := l.SKU
		if l.Lot != "" {
			small += " · lot " + l.Lot
		}
		if l.Note != "" {
			small += " · " + l.Note
		}
		r := []cell{{text: fmt.Sprint(i + 1)}, {text: l.Bin}, {text: l.Name, small: small}, {text: code, code: code}, {text: fmt.Sprint(l.Qty), small: l.Unit}, {text: l.Order}}
		if p.ByHand {
			r = append(r, cell{blank: true}, cell{blank: true})
		}
		rows = append(rows, r)
	}
	d.table(cols, rows)
	if p.ByHand {
		d.paragraph("Write what was picked, and sign. Enter it as late entry under paper number "+p.Number+" once the system is back: with the time written here and the witness.", style{8, false})
		d.sign("Picker, time", "Witness")
	}
	return d.end()
}

func first(s ...string) string {
	for _, v := range s {
		if v != "" {
			return v
		}
	}
	return ""
}

// OpenPickup is an order that waits for its customer.
type OpenPickup struct {
	Order string
	Name  string // first name: see the site's rule for what may stand on paper
	Shelf string
	Items string
	Proof string // what is asked for at the counter
	Due   string // amount to be paid, if any
}

// OpenRun is a run under way.
type OpenRun struct {
	Run    string
	Picker string
	Left   string // "12 of 30 lines"
	Due    string
}

// PaperMode is the sheet to go on with when the power fails: what is open, and numbered lines for what happens.
type PaperMode struct {
	Head
	Since   string
	Why     string
	By      string
	Pickups []OpenPickup
	Runs    []OpenRun
	From    int // first paper number
	Blank   int // numbered lines
}

// GoToPaper makes the sheet.
func GoToPaper(p PaperMode) ([]byte, error) {
	if p.Blank < 0 || p.Blank > 500 {
		return nil, fmt.Errorf("blank: is %d, must be from 0 to 500", p.Blank)
	}
	if p.From < 0 || p.From > 1_000_000_000 {
		return nil, fmt.Errorf("from: is %d, must be from 0 to 1000000000", p.From)
	}
	if err := checkRows("pickups and runs", len(p.Pickups)+len(p.Runs)); err != nil {
		return nil, err
	}
	d, err := begin(p.Head, "Going on by paper", Fact{"Since", p.Since}, Fact{"Why", p.Why}, Fact{"Ordered by", p.By},
		Fact{"Open", fmt.Sprintf("%d pickups, %d runs", len(p.Pickups), len(p.Runs))})
	if err != nil {
		return nil, err
	}
	d.paragraph("Goods may go out when the proof named here was seen. Write every hand-over, pick and receipt on one of the numbered lines, with the time, "+
		"and let a second person sign. Enter the lines as late entries when the system is back; each number once.", style{9, false})
	d.heading("Pickups waiting on the shelf")
	var rows [][]cell
	for _, o := range p.Pickups {
		rows = append(rows, []cell{{text: o.Order, code: o.Order}, {text: o.Name}, {text: o.Shelf}, {text: o.Items}, {text: o.Proof}, {text: o.Due}, {blank: true}})
	}
	d.table([]col{{title: "Order", w: 36, size: 8, align: centre}, {title: "Name", w: 20}, {title: "Shelf", w: 13, bold: true, size: 11, most: 2}, {title: "Items", w: 30, size: 8, most: 4},
		{title: "Proof", w: 18, size: 8}, {title: "To pay", w: 15, align: right}, {title: "Given, time", w: 20}}, rows)
	d.heading("Runs under way")
	rows = nil
	for _, o := range p.Runs {
		rows = append(rows, []cell{{text: o.Run, code: o.Run}, {text: o.Picker}, {text: o.Left}, {text: o.Due}, {blank: true}})
	}
	d.table([]col{{title: "Run", w: 38, size: 8, align: centre}, {title: "Picker", w: 25}, {title: "Left", w: 25}, {title: "Due", w: 25}, {title: "Paper list handed to", w: 35}}, rows)
	d.heading("What happened")
	rows = nil
	for i := range p.Blank {
		rows = append(rows, []cell{{text: fmt.Sprintf("%06d", p.From+i)}, {blank: true}, {blank: true}, {blank: true}, {blank: true}, {blank: true}})
	}
	d.table([]col{{title: "Paper no.", w: 15, bold: true, most: 1}, {title: "Time", w: 15}, {title: "Order or bin", w: 30}, {title: "What, how many", w: 55}, {title: "Who", w: 18}, {title: "Witness", w: 18}}, rows)
	return d.end()
}
