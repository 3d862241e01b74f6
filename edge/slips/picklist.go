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
	Line  string // of the order: late entry asks for it
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
	Order  string // of a list of one order: its number
	Under  string // number it is entered under; empty: its own
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
	under, order := p.Under, p.Order
	if under == p.Number { // it stands at the head
		under = ""
	}
	if order == p.Number {
		order = ""
	}
	d, err := begin(p.Head, "Pick list", Fact{"Picker", p.Picker}, Fact{"Cart", p.Cart}, Fact{"Due", p.Due}, Fact{"Paper", under}, Fact{"Order", order},
		Fact{"To pick", fmt.Sprintf(p.say("%d lines, %d units, %d orders"), len(p.Lines), units, p.Orders)})
	if err != nil {
		return nil, err
	}
	if order != "" {
		d.orderCode(order)
	}
	d.picks(p)
	if p.ByHand {
		d.paragraph(fmt.Sprintf(d.say("Write what was picked, and sign. Enter it as late entry under paper number %s once the system is back: with the time written here and the witness."), first(p.Under, p.Number)), style{8, false})
		d.sign("Picker, time", "Witness")
	}
	return d.end()
}

// picks draws the stops of a list, with room to write when it is worked by hand.
func (d *doc) picks(p PickList) {
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
			small += d.say(" · lot ") + l.Lot
		}
		if l.Note != "" {
			small += " · " + l.Note
		}
		r := []cell{{text: fmt.Sprint(i + 1)}, {text: l.Bin}, {text: l.Name, small: small}, {text: code, code: code}, {text: fmt.Sprint(l.Qty), small: l.Unit}, {text: l.Order, small: d.lineOf(l.Line)}}
		if p.ByHand {
			r = append(r, cell{blank: true}, cell{blank: true})
		}
		rows = append(rows, r)
	}
	d.table(cols, rows)
}

func (d *doc) lineOf(line string) string {
	if line == "" {
		return ""
	}
	return d.say("line ") + line
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

	Lists []PickList // of every order that is still to be picked, each on a page of its own; their heads do not count
	More  int        // orders that have no list, because there are too many
}

// GoToPaper makes the sheet.
func GoToPaper(p PaperMode) ([]byte, error) {
	if p.Blank < 0 || p.Blank > 500 {
		return nil, fmt.Errorf("blank: is %d, must be from 0 to 500", p.Blank)
	}
	if p.From < 0 || p.From > 1_000_000_000 {
		return nil, fmt.Errorf("from: is %d, must be from 0 to 1000000000", p.From)
	}
	n := len(p.Pickups) + len(p.Runs)
	for i, l := range p.Lists {
		n += len(l.Lines)
		for k, line := range l.Lines {
			if err := checkQty(fmt.Sprintf("lists[%d].lines[%d].qty", i, k), line.Qty); err != nil {
				return nil, err
			}
		}
	}
	if err := checkRows("pickups, runs and lines", n); err != nil {
		return nil, err
	}
	d, err := begin(p.Head, "Going on by paper", Fact{"Since", p.Since}, Fact{"Why", p.Why}, Fact{"Ordered by", p.By},
		Fact{"Open", fmt.Sprintf(p.say("%d pickups, %d runs, %d pick lists"), len(p.Pickups), len(p.Runs), len(p.Lists))})
	if err != nil {
		return nil, err
	}
	d.paragraph(d.say("Goods may go out when the proof named here was seen. Write every hand-over, pick and receipt on one of the numbered lines, with the time, and let a second person sign. Enter the lines as late entries when the system is back; each number once."), style{9, false})
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
	for _, l := range p.Lists {
		d.handList(l)
	}
	if p.More > 0 {
		d.paragraph(fmt.Sprintf(d.say("%d more orders are open and have no list here: they are due later."), p.More), style{10, true})
	}
	if len(p.Lists) > 0 {
		d.howToEnter()
	}
	return d.end()
}

// wideCode is how wide the barcode of an order is on a list.
const wideCode = 62.0

// orderCode is the barcode of the order a list is of, at the right: late entry begins with it.
func (d *doc) orderCode(order string) {
	d.need(codeH + 6)
	if d.bars(d.w-margin-wideCode, d.y, wideCode, codeH, order) {
		d.text(d.w-margin-wideCode, d.y+codeH+0.4, wideCode, 1, order, style{7.5, false}, centre)
		d.y += codeH + 6
	}
}

// handList is the pick list of one order, on a page of its own. One that was begun is called by its paper's number,
// any other by its order's.
func (d *doc) handList(l PickList) {
	d.next()
	number := l.Under
	if number == d.head.Number {
		number = l.Order
	}
	top := d.y
	d.text(margin, d.y, d.inner()-wideCode-4, 1, d.say("Pick list ")+number, style{14, true}, left)
	d.y += 8
	d.pairs([]Fact{{"Paper", l.Under}, {"Order", l.Order}, {"Run", l.Cart}, {"Picker", l.Picker}, {"Due", l.Due}})
	at := d.y
	d.y = top
	d.orderCode(l.Order)
	d.y = max(d.y, at)
	l.ByHand = true
	d.picks(l)
	d.sign("Picker, time it was finished", "Witness")
}

// howToEnter is the last page: what to do with the lists when the system is back.
func (d *doc) howToEnter() {
	d.next()
	d.heading("When the system is back: late entry")
	for i, s := range []string{
		"Keep the lists together. Whoever wrote on one signs it, with the time of the last pick.",
		"Enter the lists before anybody picks these orders on a handheld: what is not entered is picked twice.",
		"For each list: scan or type the number of its order, and choose Late entry (the command pick.enter).",
		"Paper number: the one that stands on the list as Paper. Time: the one that was written, not the one of the entry. Picked by: the picker who signed; witness: who signed below.",
		"For each line: the line's number (under the order), what was written under Picked, and the bin. Was it another bin, enter that one.",
		"What is written under Short goes in as short, with the reason: not in stock, damaged, mismatch or no variance.",
		"Finish the list when every line was picked or is short. What does not fit the books is taken all the same, and stands on the desk.",
		"Hand-overs and receipts on the numbered lines are entered one by one, each number once.",
	} {
		d.paragraph(fmt.Sprintf("%d.  %s", i+1, d.say(s)), style{11, false})
		d.y++
	}
	d.sign("Entered by", "Date, time", "Checked by")
}
