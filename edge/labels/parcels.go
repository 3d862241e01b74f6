package labels

import (
	"fmt"
	"strings"
	"time"

	"picket/zpl"
)

// returnLabel goes into the parcel ahead: the customer sticks it on what comes back.
func returnLabel(f Facts, m Media) ([]byte, error) {
	if f.Unit == nil || f.Unit.ReturnNo == "" {
		return nil, fmt.Errorf("return_no: parcel of order %s has no number to come back with", f.Order.Number)
	}
	if m.short() {
		return returnShort(f, m)
	}
	l := m.blank()
	in := m.Width - 8
	l.Box(zpl.Box{Name: "title.box", X: 4, Y: 3, W: in, H: 14, Thickness: 14})
	l.Text(zpl.TextBox{Name: "title", X: 6, Y: 5, W: in - 4, H: 10, Size: 9.5, Align: zpl.Center, Reverse: true, Value: f.say("RETURN")})
	l.Text(zpl.TextBox{Name: "to.title", X: 4, Y: 20, W: 20, H: 3, Size: 2.6, Value: f.say("TO")})
	l.Text(zpl.TextBox{Name: "to.name", X: 4, Y: 24, W: in, H: 9, Size: 7, MinSize: 3.6, Lines: 2, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 34, W: in, H: 22, Size: 6, MinSize: 3.2, Lines: 4, Value: strings.Join(f.Sender.Lines, "\n")})
	l.Line(zpl.Line{X: 2, Y: 59, W: m.Width - 4, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 62, W: in, H: 6, Size: 5, Value: f.say("Order ") + f.Order.Number})
	l.Text(zpl.TextBox{Name: "how", X: 4, Y: 69, W: in, H: 12, Size: 4, MinSize: 3, Lines: 3, Value: f.say(howToReturn)})
	copyMark(&l, f, m, 84)
	l.Code128(zpl.Code128{Name: "return_no", X: 2, Y: m.Height - 46, W: m.Width - 4, H: 30, Module: 0.5, MinModule: 0.25, Value: f.Unit.ReturnNo})
	l.Text(zpl.TextBox{Name: "return_no.text", X: 4, Y: m.Height - 14, W: in, H: 7, Size: 6.5, Align: zpl.Center, Value: f.Unit.ReturnNo})
	return l.Bytes()
}

const howToReturn = "Put the goods into a box, stick this label on it, and cross out every other one."

// giftReceipt shows what is in a gift and the code to bring it back with, and no price.
func giftReceipt(f Facts) (sheet, error) {
	if f.Order.Gift == nil {
		return sheet{}, fmt.Errorf("gift: order %s is no gift", f.Order.Number)
	}
	s := sheet{title: f.say("Gift receipt"), head: []string{f.say("Order ") + f.Order.Number}}
	if code := f.Order.Gift.Receipt; code != "" {
		s.head, s.code = append(s.head, f.say("Return code ")+code), code
	}
	for i := range f.Order.Lines {
		if n := f.Order.InUnits(f.Order.Lines[i].ID); n > 0 {
			s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", n), f.name(f.Order.Lines[i].SKU)})
		}
	}
	s.foot = []string{f.say("To exchange or return this gift, show this receipt.")}
	return s, nil
}

// giftNote is the giver's words and nothing else.
func giftNote(f Facts, m Media) ([]byte, error) {
	if f.Note == "" {
		return nil, fmt.Errorf("note: the words for order %s are not here", f.Order.Number)
	}
	l := m.blank()
	l.Box(zpl.Box{Name: "frame", X: 4, Y: 4, W: m.Width - 8, H: m.Height - 8, Thickness: 0.6})
	l.Text(zpl.TextBox{Name: "note", X: 12, Y: 16, W: m.Width - 24, H: m.Height - 40, Size: 7, MinSize: 3.6, Lines: 24, Align: zpl.Center, Value: f.Note})
	l.Text(zpl.TextBox{Name: "from", X: 8, Y: m.Height - 16, W: m.Width - 16, H: 5, Size: 3.6, Align: zpl.Center, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "order", X: 8, Y: m.Height - 10, W: m.Width - 16, H: 4, Size: 3, MinSize: 2, Align: zpl.Center, Value: f.say("Order ") + f.Order.Number})
	return l.Bytes()
}

const wholeOrder = "This is for the whole order. Collect nothing for its other parcels."

// codSlip tells whoever brings the parcel what to collect.
func codSlip(f Facts, m Media) ([]byte, error) {
	if f.Unit == nil || f.Unit.COD == nil {
		return nil, fmt.Errorf("cod: nothing is to be collected for this parcel of order %s", f.Order.Number)
	}
	if m.short() {
		return codShort(f, m)
	}
	l := m.blank()
	sheetHead(&l, f, m, f.say("Cash on delivery"), []string{f.say("Order ") + f.Order.Number + f.say(", parcel ") + f.of(), f.say("For ") + f.To.Name})
	l.Text(zpl.TextBox{Name: "collect", X: 4, Y: 44, W: m.Width - 8, H: 6, Size: 5, Value: f.say("To be collected on delivery")})
	l.Text(zpl.TextBox{Name: "amount", X: 4, Y: 54, W: m.Width - 8, H: 16, Size: 15, MinSize: 5, Value: f.decimal(f.Unit.COD.String())})
	l.Text(zpl.TextBox{Name: "all", X: 4, Y: 78, W: m.Width - 8, H: 12, Size: 4.4, Lines: 2, Value: f.say(wholeOrder)})
	l.Text(zpl.TextBox{Name: "got", X: 4, Y: m.Height - 24, W: m.Width - 8, H: 6, Size: 4.4, Value: f.say("Received: ______________________")})
	return l.Bytes()
}

// holdLabel stands on a bag on the staging shelf: what people look for is large.
func holdLabel(f Facts, m Media) ([]byte, error) {
	shelf, by, bags := f.held()
	cells := [3][2]string{{f.say("SHELF"), shelf}, {f.say("KEEP UNTIL"), by}, {f.say("BAGS"), bags}}
	if m.short() {
		return holdShort(f, m, cells)
	}
	l := m.blank()
	in := m.Width - 8
	from := in
	if f.Job.Copy > 1 {
		from -= 30 // the mark stands beside it
	}
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 3, W: from, H: 5, Size: 4, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "short", X: 4, Y: 12, W: in, H: 28, Size: 27, MinSize: 5, Align: zpl.Center, Value: brief(f.Order.Number)})
	l.Text(zpl.TextBox{Name: "name", X: 4, Y: 44, W: in, H: 12, Size: 10, MinSize: 3, Lines: 3, Align: zpl.Center, Value: f.To.Name})
	l.Line(zpl.Line{X: 2, Y: 59, W: m.Width - 4, Thickness: 0.5})
	for i, c := range cells {
		at := [...]zpl.TextBox{{X: 4, Y: 62, W: in*0.62 - 2, MinSize: 3}, {X: 4, Y: 76, W: in, MinSize: 4}, {X: 4 + in*0.62, Y: 62, W: in * 0.38, MinSize: 2.6}}[i]
		if c[1] != "" {
			l.Text(zpl.TextBox{Name: "title." + c[0], X: at.X, Y: at.Y, W: at.W, H: 3, Size: 2.6, Value: c[0]})
			l.Text(zpl.TextBox{Name: c[0], X: at.X, Y: at.Y + 3.6, W: at.W, H: 9, Size: 8, MinSize: at.MinSize, Lines: 2, Value: c[1]})
		}
	}
	warnBox(&l, f.warnings(), 4, 90, in, 12)
	if due := f.Order.StillDue(); due.Minor > 0 {
		l.Text(zpl.TextBox{Name: "pay", X: 4, Y: 103, W: in, H: 6, Size: 6, MinSize: 3, Value: f.say("To pay ") + f.decimal(due.String())})
	}
	l.Text(zpl.TextBox{Name: "cares", X: 4, Y: 109.4, W: in, H: 5, Size: 5, MinSize: 2.2, Lines: 2, Value: f.cares()})
	if f.Job.Copy > 1 {
		l.Text(zpl.TextBox{Name: "copy", X: m.Width - 30, Y: 3, W: 26, H: 6, Size: 5, Align: zpl.Right, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
		l.Text(zpl.TextBox{Name: "copy.reason", X: 4, Y: 9.2, W: in, H: 2.8, Size: 2.6, MinSize: 2, Align: zpl.Right, Value: f.Job.Reason})
	}
	if m.Width < 80 { // the bars would be too narrow to read
		l.QR(zpl.QR{Name: "order", X: (m.Width - 24) / 2, Y: m.Height - 35, Size: 24, ECC: zpl.MediumECC, Value: f.Prefix + f.Order.Number})
	} else {
		l.Code128(zpl.Code128{Name: "order", X: 2, Y: m.Height - 34, W: m.Width - 4, H: 22, Module: 0.5, MinModule: 0.19, Value: f.Prefix + f.Order.Number})
	}
	l.Text(zpl.TextBox{Name: "order.text", X: 4, Y: m.Height - 10, W: in, H: 5, Size: 4.4, Align: zpl.Center, Value: f.say("Order ") + f.Order.Number})
	return l.Bytes()
}

// held says where a pickup stands, until when, and in how many bags; what is not known is empty.
func (f Facts) held() (shelf, by, bags string) {
	p := f.Order.Pickup
	if p == nil {
		return "", "", ""
	}
	var names []string
	for _, s := range p.Shelves {
		if len(names) == 0 || names[len(names)-1] != string(s.Shelf) {
			names = append(names, string(s.Shelf))
		}
	}
	if !p.By.IsZero() {
		by = p.By.In(f.zone()).Format(f.say("Mon 2 Jan 2006"))
	}
	if p.Bags > 1 {
		bags = fmt.Sprintf(f.say("%d bags"), p.Bags)
	}
	return strings.Join(names, ", "), by, bags
}

func (f Facts) zone() *time.Location {
	if f.Zone != nil {
		return f.Zone
	}
	return time.UTC
}
