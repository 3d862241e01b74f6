package labels

import (
	"fmt"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/zpl"
)

// returnLabel goes into the parcel ahead: the customer sticks it on what comes back.
func returnLabel(f Facts, m Media) ([]byte, error) {
	if f.Unit == nil || f.Unit.ReturnNo == "" {
		return nil, fmt.Errorf("return_no: parcel of order %s has no number to come back with", f.Order.Number)
	}
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	in := m.Width - 8
	l.Box(zpl.Box{Name: "title.box", X: 4, Y: 3, W: in, H: 14, Thickness: 14})
	l.Text(zpl.TextBox{Name: "title", X: 6, Y: 5, W: in - 4, H: 10, Size: 9.5, Align: zpl.Center, Reverse: true, Value: "RETURN"})
	l.Text(zpl.TextBox{Name: "to.title", X: 4, Y: 20, W: 20, H: 3, Size: 2.6, Value: "TO"})
	l.Text(zpl.TextBox{Name: "to.name", X: 4, Y: 24, W: in, H: 9, Size: 7, MinSize: 3.6, Lines: 2, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 34, W: in, H: 22, Size: 6, MinSize: 3.2, Lines: 4, Value: strings.Join(f.Sender.Lines, "\n")})
	l.Line(zpl.Line{X: 2, Y: 59, W: m.Width - 4, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 62, W: in, H: 6, Size: 5, Value: "Order " + f.Order.Number})
	l.Text(zpl.TextBox{Name: "how", X: 4, Y: 69, W: in, H: 12, Size: 4, MinSize: 3, Lines: 3, Value: "Put the goods into a box, stick this label on it, and cross out every other one."})
	copyMark(&l, f, m, 84)
	l.Code128(zpl.Code128{Name: "return_no", X: 2, Y: m.Height - 46, W: m.Width - 4, H: 30, Module: 0.5, MinModule: 0.25, Value: f.Unit.ReturnNo})
	l.Text(zpl.TextBox{Name: "return_no.text", X: 4, Y: m.Height - 14, W: in, H: 7, Size: 6.5, Align: zpl.Center, Value: f.Unit.ReturnNo})
	return l.Bytes()
}

// customsForm is a declaration after the pattern of CN22: what is in the parcel, from where, worth how much,
// weighing how much.
func customsForm(f Facts, m Media) ([]byte, error) {
	c := f.Order.Customs
	if c == nil || f.Unit == nil {
		return nil, fmt.Errorf("customs: order %s has no declaration", f.Order.Number)
	}
	s := sheet{title: "Customs declaration " + c.Form, head: []string{"May be opened officially - content: " + c.Content, "To " + f.To.Name + ", " + f.To.Country, "Order " + f.Order.Number + ", parcel " + f.of()}}
	total, currency, grams, sure := int64(0), "", 0, true
	for _, x := range f.Unit.Contents {
		line := f.Order.Line(x.Line)
		it := (*floor.Item)(nil)
		if f.Item != nil {
			it = f.Item(x.SKU)
		}
		hs, origin, price, g := "", "", (*floor.Money)(nil), 0
		if it != nil {
			hs, origin, price, g = it.HSCode, it.Origin, it.Price, it.WeightG*x.Qty
		}
		if line != nil { // what was agreed goes before the catalogue
			hs, origin = first(line.HSCode, hs), first(line.Origin, origin)
			if line.Price != nil {
				price = line.Price
			}
		}
		text := f.name(x.SKU)
		if hs != "" {
			text += ", HS " + hs
		}
		if origin != "" {
			text += ", " + origin
		}
		if price != nil && (currency == "" || currency == price.Currency) {
			v := floor.Money{Minor: price.Minor * int64(x.Qty), Currency: price.Currency}
			total, currency = total+v.Minor, v.Currency
			text += ", " + v.String()
		} else {
			sure = false
		}
		if g > 0 {
			text += ", " + kilos(g)
		}
		grams += g
		s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", x.Qty), text})
	}
	if f.Unit.WeightG > 0 {
		grams = f.Unit.WeightG
	}
	value := "Total value not known"
	if sure && currency != "" {
		value = "Total value " + floor.Money{Minor: total, Currency: currency}.String()
	}
	s.foot = []string{
		value + ", total weight " + kilos(grams),
		"I certify that the particulars are correct and that this item contains no dangerous",
		"article prohibited by legislation or by postal or customs regulations.",
		"Date and signature of the sender: ______________________",
	}
	return s.draw(f, m)
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// kilos are kilograms with grams.
func kilos(g int) string { return fmt.Sprintf("%d.%03d kg", g/1000, g%1000) }

// giftReceipt shows what is in a gift and the code to bring it back with, and no price.
func giftReceipt(f Facts, m Media) ([]byte, error) {
	if f.Order.Gift == nil {
		return nil, fmt.Errorf("gift: order %s is no gift", f.Order.Number)
	}
	s := sheet{title: "Gift receipt", head: []string{"Order " + f.Order.Number}}
	if code := f.Order.Gift.Receipt; code != "" {
		s.head, s.code = append(s.head, "Return code "+code), code
	}
	for i := range f.Order.Lines {
		if n := f.Order.InUnits(f.Order.Lines[i].ID); n > 0 {
			s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", n), f.name(f.Order.Lines[i].SKU)})
		}
	}
	s.foot = []string{"To exchange or return this gift, show this receipt."}
	return s.draw(f, m)
}

// giftNote is the giver's words and nothing else.
func giftNote(f Facts, m Media) ([]byte, error) {
	if f.Note == "" {
		return nil, fmt.Errorf("note: the words for order %s are not here", f.Order.Number)
	}
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	l.Box(zpl.Box{Name: "frame", X: 4, Y: 4, W: m.Width - 8, H: m.Height - 8, Thickness: 0.6})
	l.Text(zpl.TextBox{Name: "note", X: 12, Y: 16, W: m.Width - 24, H: m.Height - 40, Size: 7, MinSize: 3.6, Lines: 24, Align: zpl.Center, Value: f.Note})
	l.Text(zpl.TextBox{Name: "from", X: 8, Y: m.Height - 16, W: m.Width - 16, H: 5, Size: 3.6, Align: zpl.Center, Value: f.Sender.Name})
	return l.Bytes()
}

// codSlip tells whoever brings the parcel what to collect.
func codSlip(f Facts, m Media) ([]byte, error) {
	if f.Unit == nil || f.Unit.COD == nil {
		return nil, fmt.Errorf("cod: nothing is to be collected for this parcel of order %s", f.Order.Number)
	}
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	sheetHead(&l, f, m, "Cash on delivery", []string{"Order " + f.Order.Number + ", parcel " + f.of(), "For " + f.To.Name})
	l.Text(zpl.TextBox{Name: "collect", X: 4, Y: 44, W: m.Width - 8, H: 6, Size: 5, Value: "To be collected on delivery"})
	l.Text(zpl.TextBox{Name: "amount", X: 4, Y: 54, W: m.Width - 8, H: 16, Size: 15, MinSize: 5, Value: f.Unit.COD.String()})
	l.Text(zpl.TextBox{Name: "all", X: 4, Y: 78, W: m.Width - 8, H: 12, Size: 4.4, Lines: 2, Value: "This is for the whole order. Collect nothing for its other parcels."})
	l.Text(zpl.TextBox{Name: "got", X: 4, Y: m.Height - 24, W: m.Width - 8, H: 6, Size: 4.4, Value: "Received: ______________________"})
	return l.Bytes()
}

// holdLabel stands on a bag on the staging shelf: what people look for is large.
func holdLabel(f Facts, m Media) ([]byte, error) {
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	in := m.Width - 8
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 3, W: in, H: 5, Size: 4, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "short", X: 4, Y: 12, W: in, H: 28, Size: 27, MinSize: 9, Align: zpl.Center, Value: short(f.Order.Number)})
	l.Text(zpl.TextBox{Name: "name", X: 4, Y: 44, W: in, H: 12, Size: 10, MinSize: 4, Lines: 2, Align: zpl.Center, Value: f.To.Name})
	l.Line(zpl.Line{X: 2, Y: 59, W: m.Width - 4, Thickness: 0.5})
	shelf, by, bags := "", "", ""
	if p := f.Order.Pickup; p != nil {
		var names []string
		for _, s := range p.Shelves {
			if len(names) == 0 || names[len(names)-1] != string(s.Shelf) {
				names = append(names, string(s.Shelf))
			}
		}
		shelf = strings.Join(names, ", ")
		if !p.By.IsZero() {
			by = p.By.In(f.zone()).Format("Mon 2 Jan 2006")
		}
		if p.Bags > 1 {
			bags = fmt.Sprintf("%d bags", p.Bags)
		}
	}
	for i, c := range [][2]string{{"SHELF", shelf}, {"KEEP UNTIL", by}, {"BAGS", bags}} {
		y := 62 + 14*float64(i)
		if c[1] != "" {
			l.Text(zpl.TextBox{Name: "title." + c[0], X: 4, Y: y, W: in, H: 3, Size: 2.6, Value: c[0]})
			l.Text(zpl.TextBox{Name: c[0], X: 4, Y: y + 3.6, W: in, H: 9, Size: 8, MinSize: 4, Value: c[1]})
		}
	}
	if due := f.Order.Pay; due != nil && due.When == "pickup" {
		l.Text(zpl.TextBox{Name: "pay", X: 4, Y: 104, W: in, H: 7, Size: 6, Value: "To pay " + due.Due.String()})
	}
	if f.Job.Copy > 1 {
		l.Text(zpl.TextBox{Name: "copy", X: m.Width - 30, Y: 3, W: 26, H: 6, Size: 5, Align: zpl.Right, Value: fmt.Sprintf("COPY %d", f.Job.Copy)})
	}
	l.Code128(zpl.Code128{Name: "order", X: 2, Y: m.Height - 34, W: m.Width - 4, H: 22, Module: 0.5, MinModule: 0.19, Value: f.Prefix + f.Order.Number})
	l.Text(zpl.TextBox{Name: "order.text", X: 4, Y: m.Height - 10, W: in, H: 5, Size: 4.4, Align: zpl.Center, Value: "Order " + f.Order.Number})
	return l.Bytes()
}

// short is the end of an order's number, which is what people call out.
func short(number string) string {
	if len(number) > 4 {
		return number[len(number)-4:]
	}
	return number
}

func (f Facts) zone() *time.Location {
	if f.Zone != nil {
		return f.Zone
	}
	return time.UTC
}
