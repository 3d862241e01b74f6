package labels

import (
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/zpl"
)

// returnPaper is what a customer takes home for goods they brought back: the receipt, or, while nobody can say
// yet what they get for them, the claim slip. It never names a price: the money is the centre's to say, and a
// gift has none.
func returnPaper(f Facts, m Media) ([]byte, error) {
	r := f.Return
	if r == nil || r.Number == "" {
		return nil, fmt.Errorf("return: is not here, or has no number yet")
	}
	s := sheet{title: "Return receipt", code: r.Number}
	s.head = []string{"Return " + r.Number + ", taken back " + r.Since.In(f.zone()).Format("2006-01-02 15:04")}
	if f.Sender.Name != "" {
		s.head = append(s.head, "At "+strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), ", "))
	}
	if of := f.returnOf(); of != "" {
		s.head = append(s.head, of)
	}
	if r.Wants != "" && r.Wants != "none" {
		s.head = append(s.head, "The customer asked for: "+r.Wants)
	}
	for _, l := range r.Lines {
		s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", l.Qty), f.name(l.SKU) + ", " + spoken(l.Condition)})
	}
	s.foot = []string{"Keep this receipt: its number finds the return."}
	if f.Job.Doc == floor.DocClaimSlip {
		s.title = "Claim slip"
		s.foot = []string{
			"The store has the goods listed above.",
			"Head office is cut off: the money is not decided yet.",
			"You will be told. Keep this slip: it is your claim.",
			"For the store: ______________________",
		}
	}
	return s.draw(f, m)
}

// returnOf says what the goods were bought with, by numbers people know.
func (f Facts) returnOf() string {
	r := f.Return
	var of []string
	switch {
	case r.Gift:
		of = append(of, "Gift receipt "+r.Receipt)
	case f.Order != nil:
		of = append(of, "Order "+f.Order.Number)
	case r.Receipt != "":
		of = append(of, "Receipt "+r.Receipt)
	}
	if r.RMA != "" {
		of = append(of, "announced as "+r.RMA)
	}
	if len(of) == 0 && r.Blind {
		return "Without a receipt"
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
	code := string(line.SKU)
	if f.Item != nil {
		if it := f.Item(line.SKU); it != nil && len(it.GTINs) > 0 {
			code = it.GTINs[0]
		}
	}
	var out []byte
	in := m.Width - 8
	for n := range max(1, f.Job.Tags) {
		l := zpl.New(m.Width, m.Height, m.Dpmm)
		l.Text(zpl.TextBox{Name: "title", X: 4, Y: 4, W: in * 0.6, H: 6, Size: 5, Value: "Brought back"})
		if f.Job.Tags > 1 {
			l.Text(zpl.TextBox{Name: "of", X: 4 + in*0.6, Y: 4, W: in * 0.4, H: 6, Size: 5, Align: zpl.Right, Value: fmt.Sprintf("%d of %d", n+1, f.Job.Tags)})
		}
		l.Text(zpl.TextBox{Name: "item", X: 4, Y: 13, W: in, H: 20, Size: 9, MinSize: 4, Lines: 2, Value: f.name(line.SKU)})
		detail := "SKU " + string(line.SKU)
		if line.Lot != "" {
			detail += ", lot " + line.Lot
		}
		if line.Serial != "" {
			detail += ", serial " + line.Serial
		}
		l.Text(zpl.TextBox{Name: "detail", X: 4, Y: 35, W: in, H: 6, Size: 4.4, MinSize: 2.8, Value: detail})
		l.Line(zpl.Line{X: 2, Y: 43, W: m.Width - 4, Thickness: 0.5})
		for i, c := range [][2]string{{"CONDITION", spoken(line.Condition)}, {"GOES TO", spoken(f.Job.To)}} {
			y := 45 + 22*float64(i)
			l.Text(zpl.TextBox{Name: "title." + c[0], X: 4, Y: y, W: in, H: 3.4, Size: 3, Value: c[0]})
			l.Text(zpl.TextBox{Name: c[0], X: 4, Y: y + 4, W: in, H: 15, Size: 13, MinSize: 5, Value: c[1]})
		}
		l.Text(zpl.TextBox{Name: "why", X: 4, Y: 90, W: in, H: 6, Size: 4.6, MinSize: 3, Value: fmt.Sprintf("Return %s, line %d: %s", f.Return.Number, f.Job.No, spoken(string(line.Reason)))})
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

// spoken writes a word of the floor as people do.
func spoken(word string) string { return strings.ReplaceAll(word, "_", " ") }
