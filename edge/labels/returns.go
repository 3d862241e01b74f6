package labels

import (
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/zpl"
)

// returnPaper is what a customer takes home for goods they brought back: the receipt, or, while the site is cut off,
// the claim slip. It never names a price and never promises what the centre has not said: a line that broke a moment
// ago is not yet known to be down.
func returnPaper(f Facts) (sheet, error) {
	r := f.Return
	if r == nil || r.Number == "" {
		return sheet{}, fmt.Errorf("return: is not here, or has no number yet")
	}
	s := sheet{title: f.say("Return receipt"), code: r.Number}
	s.head = []string{f.say("Return ") + r.Number + f.say(", taken back ") + r.Since.In(f.zone()).Format("2006-01-02 15:04")}
	if f.Sender.Name != "" {
		s.head = append(s.head, f.say("At ")+strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), ", "))
	}
	if of := f.returnOf(); of != "" {
		s.head = append(s.head, of)
	}
	if r.Wants != "" && r.Wants != "none" {
		s.head = append(s.head, f.say("The customer asked for: ")+f.spoken(r.Wants))
	}
	for _, l := range r.Lines {
		s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", l.Qty), f.name(l.SKU) + ", " + f.spoken(l.Condition)})
	}
	s.foot = []string{f.say("Keep this receipt: its number finds the return.")}
	switch {
	case r.Wants == "" || r.Wants == "none":
	case r.Refunded:
		s.foot = append(s.foot, f.say("It is settled: head office said so."))
	default: // whether the line is up or about to be missed: nobody has decided
		s.foot = append(s.foot, f.say("What you get for it is not decided yet: head office tells you."))
	}
	if f.Job.Doc == floor.DocClaimSlip {
		s.title = f.say("Claim slip")
		s.foot = []string{
			f.say("The store has the goods listed above."),
			f.say("Head office is cut off: the money is not decided yet."),
			f.say("You will be told. Keep this slip: it is your claim."),
			f.say("For the store: ______________________"),
		}
	}
	return s, nil
}

// returnOf says what the goods were bought with, by numbers people know.
func (f Facts) returnOf() string {
	r := f.Return
	var of []string
	switch {
	case r.Gift:
		of = append(of, f.say("Gift receipt ")+r.Receipt)
	case f.Order != nil:
		of = append(of, f.say("Order ")+f.Order.Number)
	case r.Receipt != "":
		of = append(of, f.say("Receipt ")+r.Receipt)
	}
	if r.RMA != "" {
		of = append(of, f.say("announced as ")+r.RMA)
	}
	if len(of) == 0 && r.Blind {
		return f.say("Without a receipt")
	}
	return strings.Join(of, ", ")
}

// hangTag goes on goods that were brought back: what they are, in what condition, and where they go; one for each
// unit. It carries the item's own barcode, because what comes back has often lost it.
func hangTag(f Facts, m Media) ([]byte, error) {
	if f.Return == nil || f.Job.No < 1 || f.Job.No > len(f.Return.Lines) {
		return nil, fmt.Errorf("return: is not here, or has no line %d", f.Job.No)
	}
	line := &f.Return.Lines[f.Job.No-1]
	code, detail := f.tagged(line)
	var out []byte
	in := m.Width - 8
	for n := range max(1, f.Job.Tags) {
		of := ""
		if f.Job.Tags > 1 {
			of = fmt.Sprintf(f.say("%d of %d"), n+1, f.Job.Tags)
		}
		if m.short() {
			var err error
			l := hangTagShort(f, m, line, detail, code, of)
			if out, err = l.AppendTo(out); err != nil {
				return nil, err
			}
			continue
		}
		l := m.blank()
		l.Text(zpl.TextBox{Name: "title", X: 4, Y: 4, W: in * 0.6, H: 6, Size: 5, Value: f.say("Brought back")})
		l.Text(zpl.TextBox{Name: "of", X: 4 + in*0.6, Y: 4, W: in * 0.4, H: 6, Size: 5, Align: zpl.Right, Value: of})
		l.Text(zpl.TextBox{Name: "item", X: 4, Y: 13, W: in, H: 20, Size: 9, MinSize: 4, Lines: 2, Value: f.name(line.SKU)})
		l.Text(zpl.TextBox{Name: "detail", X: 4, Y: 35, W: in, H: 6, Size: 4.4, MinSize: 2.8, Value: detail})
		l.Line(zpl.Line{X: 2, Y: 43, W: m.Width - 4, Thickness: 0.5})
		for i, c := range [][2]string{{f.say("CONDITION"), f.spoken(line.Condition)}, {f.say("GOES TO"), f.spoken(f.Job.To)}} {
			y := 45 + 22*float64(i)
			l.Text(zpl.TextBox{Name: "title." + c[0], X: 4, Y: y, W: in, H: 3.4, Size: 3, Value: c[0]})
			l.Text(zpl.TextBox{Name: c[0], X: 4, Y: y + 4, W: in, H: 15, Size: 13, MinSize: 5, Value: c[1]})
		}
		l.Text(zpl.TextBox{Name: "why", X: 4, Y: 90, W: in, H: 6, Size: 4.6, MinSize: 2.2, Value: whyBack(f, line)})
		if f.Job.Copy > 1 {
			copyMark(&l, f, m, 97)
		}
		l.Code128(zpl.Code128{Name: "code", X: 2, Y: m.Height - 38, W: m.Width - 4, H: 24, Module: 0.5, MinModule: 0.19, Value: code})
		l.Text(zpl.TextBox{Name: "code.text", X: 4, Y: m.Height - 12, W: in, H: 6, Size: 5, Align: zpl.Center, Value: code})
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tagged is the barcode of what came back, and what tells it from others of its kind.
func (f Facts) tagged(line *floor.ReturnLine) (code, detail string) {
	code = string(line.SKU)
	if f.Item != nil {
		if it := f.Item(line.SKU); it != nil && len(it.GTINs) > 0 {
			code = it.GTINs[0]
		}
	}
	detail = "SKU " + string(line.SKU)
	if line.Lot != "" {
		detail += f.say(", lot ") + line.Lot
	}
	if line.Serial != "" {
		detail += f.say(", serial ") + line.Serial
	}
	return code, detail
}

// whyBack says which return a line is of, and why it came back.
func whyBack(f Facts, line *floor.ReturnLine) string {
	return fmt.Sprintf(f.say("Return %s, line %d: %s"), f.Return.Number, f.Job.No, f.spoken(string(line.Reason)))
}
