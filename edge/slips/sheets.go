package slips

import "fmt"

// CountLine is one place and item to count.
type CountLine struct {
	Bin  string
	SKU  string
	Name string
	Code string
	Lot  string
	Book int // not shown on a blind sheet
}

// CountSheet is a count on paper.
type CountSheet struct {
	Head
	Zone    string
	Counter string
	Blind   bool
	Second  bool // a second person counts again
	Lines   []CountLine
	Spare   int // empty lines for what is found and not listed
}

// Count makes a count sheet.
func Count(c CountSheet) ([]byte, error) {
	if err := checkRows("lines", len(c.Lines)); err != nil {
		return nil, err
	}
	if c.Spare < 0 || c.Spare > 200 {
		return nil, fmt.Errorf("spare: is %d, must be from 0 to 200", c.Spare)
	}
	kind := c.say("with book quantity")
	if c.Blind {
		kind = c.say("blind")
	}
	d, err := begin(c.Head, "Count sheet", Fact{"Zone", c.Zone}, Fact{"Counter", c.Counter}, Fact{"Kind", kind}, Fact{"Lines", fmt.Sprint(len(c.Lines))})
	if err != nil {
		return nil, err
	}
	cols := []col{{title: "Bin", w: 20, size: 11, bold: true, most: 2}, {title: "Item", w: 42}, {title: "Code", w: 38, align: centre, size: 7}, {title: "Lot", w: 18, size: 8}}
	if !c.Blind {
		cols = append(cols, col{title: "Book", w: 14, align: right, most: 1})
	}
	cols = append(cols, col{title: "Counted", w: 18})
	if c.Second {
		cols = append(cols, col{title: "Second", w: 18})
	}
	var rows [][]cell
	add := func(l CountLine, listed bool) {
		r := []cell{{text: l.Bin, blank: !listed}, {text: l.Name, small: l.SKU, blank: !listed}, {text: first(l.Code, l.SKU), code: first(l.Code, l.SKU)}, {text: l.Lot}}
		if !c.Blind {
			book := cell{}
			if listed {
				book.text = fmt.Sprint(l.Book)
			}
			r = append(r, book)
		}
		r = append(r, cell{blank: true})
		if c.Second {
			r = append(r, cell{blank: true})
		}
		rows = append(rows, r)
	}
	for _, l := range c.Lines {
		add(l, true)
	}
	for range c.Spare {
		add(CountLine{}, false)
	}
	d.table(cols, rows)
	if c.Second {
		d.sign("Counted by, time", "Second count by, time", "Checked by")
	} else {
		d.sign("Counted by, time", "Checked by")
	}
	return d.end()
}

// Check is one point of the closing checklist.
type Check struct {
	Text string
	Done bool
	Open string // what still stands open, if anything
	By   string
	At   string
	Note string
}

// Closing is the checklist at the end of a day or shift.
type Closing struct {
	Head
	Day    string
	Shift  string
	Lead   string
	Checks []Check
	Sums   []Fact // "Cash on delivery", "Parcels handed to carriers"
}

// Close makes the closing checklist.
func Close(c Closing) ([]byte, error) {
	if err := checkRows("checks and sums", len(c.Checks)+len(c.Sums)); err != nil {
		return nil, err
	}
	done := 0
	for _, k := range c.Checks {
		if k.Done {
			done++
		}
	}
	d, err := begin(c.Head, "Closing checklist", Fact{"Day", c.Day}, Fact{"Shift", c.Shift}, Fact{"Lead", c.Lead}, Fact{"Done", fmt.Sprintf(c.say("%d of %d"), done, len(c.Checks))})
	if err != nil {
		return nil, err
	}
	var rows [][]cell
	for _, k := range c.Checks {
		mark := cell{blank: true}
		if k.Done {
			mark = cell{text: "✓", bold: true}
		}
		rows = append(rows, []cell{mark, {text: k.Text, small: k.Open, bold: !k.Done}, {text: k.By, small: k.At}, {text: k.Note}})
	}
	d.table([]col{{title: "", w: 9, align: centre, size: 13}, {title: "What", w: 80}, {title: "Who, when", w: 35, size: 8}, {title: "Note", w: 50, size: 8}}, rows)
	if len(c.Sums) > 0 {
		d.heading("Sums")
		d.pairs(c.Sums)
	}
	d.sign("Lead", "Second person", "Date, time")
	return d.end()
}

// ReceiptLine is one item that came back, or goes back on the shelf.
type ReceiptLine struct {
	SKU    string
	Name   string
	Code   string
	Qty    int
	State  string // condition found
	Reason string
	To     string // bin or disposition
}

// Receipt is given for goods that came back, or goes with goods to be put back.
type Receipt struct {
	Head
	Kind    string // "Return receipt", "Claim slip", "Put back"
	Order   string
	Name    string
	Channel string
	By      string
	Lines   []ReceiptLine
	Refund  string // what happens with the money, in words
	Amount  string
	Sign    []string // who signs; none: nobody
}

// Back makes a return receipt, a claim slip or a put-back list.
func Back(r Receipt) ([]byte, error) {
	if err := checkRows("lines", len(r.Lines)); err != nil {
		return nil, err
	}
	if r.Kind == "" {
		return nil, fmt.Errorf("kind: is missing")
	}
	for i, l := range r.Lines {
		if err := checkQty(fmt.Sprintf("lines[%d].qty", i), l.Qty); err != nil {
			return nil, err
		}
	}
	if len(r.Sign) > 3 {
		return nil, fmt.Errorf("sign: are %d, at most 3 have room", len(r.Sign))
	}
	d, err := begin(r.Head, r.Kind, Fact{"Order", r.Order}, Fact{"Name", r.Name}, Fact{"Bought", r.Channel}, Fact{"Taken by", r.By})
	if err != nil {
		return nil, err
	}
	var rows [][]cell
	for _, l := range r.Lines {
		rows = append(rows, []cell{{text: fmt.Sprint(l.Qty)}, {text: l.Name, small: l.SKU}, {text: l.Code, code: l.Code}, {text: l.State}, {text: l.Reason}, {text: l.To}})
	}
	d.table([]col{{title: "Qty", w: 10, align: right, bold: true, most: 1}, {title: "Item", w: 52}, {title: "Code", w: 38, align: centre, size: 7}, {title: "Condition", w: 24, size: 8}, {title: "Reason", w: 26, size: 8},
		{title: "To", w: 24, bold: true}}, rows)
	if r.Amount != "" {
		d.need(10)
		d.y += d.text(margin, d.y, d.inner(), 1, r.Amount, style{13, true}, right) + 1
	}
	if r.Refund != "" {
		d.paragraph(r.Refund, style{10, false})
	}
	if len(r.Sign) > 0 {
		d.sign(r.Sign...)
	}
	return d.end()
}
