package labels

import (
	"cmp"
	"fmt"
	"strings"

	"picket/edge/floor"
	"picket/zpl"
)

// Up to these a parcel may go with the short declaration, CN22; beyond them it needs CN23 (Universal Postal Convention,
// Regulations, items subject to customs control: CN22 up to a value of 300 SDR; 2 kg is the most a small packet weighs,
// and parcels always go with CN23). Posts take CN23 for less, too.
const cn22Grams = 2000

// cn22Worth is 300 SDR in the smallest coin of a currency, a good tenth less than rates have made of it for years: nobody
// here asks for today's rate, and a parcel near the limit goes with the form that is right on either side of it. Of any
// other currency nothing is known, and the form is CN23.
var cn22Worth = map[string]int64{
	"AUD": 500_00, "BGN": 590_00, "CAD": 460_00, "CHF": 280_00, "CNY": 2400_00, "CZK": 7000_00, "DKK": 2200_00, "EUR": 300_00, "GBP": 250_00,
	"HUF": 110_000_00, "JPY": 50_000, "NOK": 3400_00, "PLN": 1250_00, "RON": 1450_00, "SEK": 3300_00, "USD": 340_00,
}

// declared is what a parcel's declaration says.
type declared struct {
	form  string
	rows  []declaredRow
	gross int          // grams with the packaging, or the sum where nobody weighed it
	total *floor.Money // nil: not all values are known, or they are in several currencies
}

type declaredRow struct {
	qty              int
	name, hs, origin string
	grams            int
	value            *floor.Money
}

// known is what customs go by: tariff number and origin, as far as somebody knows them.
func (r *declaredRow) known() string {
	var out []string
	if r.hs != "" {
		out = append(out, "HS "+r.hs)
	}
	if r.origin != "" {
		out = append(out, "from "+r.origin)
	}
	return strings.Join(out, ", ")
}

func (r *declaredRow) weighs() string {
	if r.grams == 0 {
		return "not known"
	}
	return kilos(r.grams)
}

// signed is the day and the name that stand for the sender's signature.
func (f Facts) signed() string {
	if f.Job.Asked.IsZero() {
		return f.Sender.Name
	}
	return f.Job.Asked.In(f.zone()).Format("2006-01-02") + "  " + f.Sender.Name
}

// declares says what is in the parcel, from where, worth how much, weighing how much: as agreed about the line, and else
// as the catalogue says.
func declares(f Facts) declared {
	var d declared
	total, sure := floor.Money{}, true
	for _, x := range f.Unit.Contents {
		r := declaredRow{qty: x.Qty, name: f.name(x.SKU)}
		var price *floor.Money
		if f.Item != nil {
			if it := f.Item(x.SKU); it != nil {
				r.hs, r.origin, price, r.grams = it.HSCode, it.Origin, it.Price, it.WeightG*x.Qty
			}
		}
		if line := f.Order.Line(x.Line); line != nil {
			r.hs, r.origin = cmp.Or(line.HSCode, r.hs), cmp.Or(line.Origin, r.origin)
			if line.Price != nil {
				price = line.Price
			}
		}
		switch {
		case price == nil:
			sure = false
		case total.Currency != "" && total.Currency != price.Currency:
			sure = false
			fallthrough
		default:
			r.value = &floor.Money{Minor: price.Minor * int64(x.Qty), Currency: price.Currency}
			total.Minor, total.Currency = total.Minor+r.value.Minor, price.Currency
		}
		d.gross += r.grams
		d.rows = append(d.rows, r)
	}
	if f.Unit.WeightG > 0 {
		d.gross = f.Unit.WeightG
	}
	if sure && total.Currency != "" {
		d.total = &total
	}
	d.form = "CN23"
	if c := f.Order.Customs; c.Form == "CN22" && d.gross <= cn22Grams {
		most, known := cn22Worth[total.Currency]
		if d.total != nil && known && d.total.Minor <= most || total.Currency == "" && c.Content == "documents" {
			d.form = "CN22"
		}
	}
	return d
}

// categories are those of the forms, in their order.
var categories = []struct{ code, words string }{
	{"gift", "Gift"}, {"documents", "Documents"}, {"sale", "Sale of goods"}, {"sample", "Commercial sample"}, {"return", "Returned goods"}, {"", "Other"},
}

const (
	certifyCN22 = "I, the undersigned, whose name and address are given on the item, certify that the particulars given in this declaration are correct and that this item does not contain any dangerous article or articles prohibited by legislation or by postal or customs regulations."
	certifyCN23 = "I certify that the particulars given in this customs declaration are correct and that this item does not contain any dangerous article or articles prohibited by legislation or by postal or customs regulations."
)

// customsForm is the declaration of a parcel, with the fields of the postal forms CN22 and CN23 in their order, over as
// many labels as it takes.
func customsForm(f Facts, m Media) ([]byte, error) {
	c := f.Order.Customs
	if c == nil || f.Unit == nil {
		return nil, fmt.Errorf("customs: order %s has no declaration", f.Order.Number)
	}
	d := declares(f)
	p := &form{f: f, m: m, in: m.Width - 8, name: d.form}
	p.open()
	if d.form == "CN23" {
		p.parties(c)
	}
	p.item()
	p.ticks(c.Content)
	p.table(&d)
	if d.form == "CN22" {
		p.certify(certifyCN22)
		return p.bytes()
	}
	p.pairs([][2]string{{"Postal charges", money(c.Postage)}, {"Invoice no.", c.Invoice}, {"Licence no.", c.Licence}, {"Certificate no.", c.Certificate}})
	p.line("Comments: goods subject to quarantine, sanitary or phytosanitary inspection, other restrictions", cmp.Or(c.Comments, "none"), 2)
	p.line("Office of origin, date of posting", "______________________", 1)
	p.certify(certifyCN23)
	return p.bytes()
}

func money(m *floor.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

// kilos are kilograms with grams.
func kilos(g int) string { return fmt.Sprintf("%d.%03d", g/1000, g%1000) }

// form is a declaration in the making: what comes next stands below what is there, on a new label where it has no room.
type form struct {
	f     Facts
	m     Media
	name  string
	in, y float64
	pages []zpl.Label
}

func (p *form) page() *zpl.Label { return &p.pages[len(p.pages)-1] }

func (p *form) wide() bool { return p.m.Width >= 80 }

// open begins a label.
func (p *form) open() {
	p.pages = append(p.pages, p.m.blank())
	l := p.page()
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 3, W: p.in - 20, H: 6.4, Size: 5.4, MinSize: 2.8, Lines: 2, Value: "Customs declaration"})
	l.Text(zpl.TextBox{Name: "form", X: p.m.Width - 23, Y: 3, W: 19, H: 6.4, Size: 6.4, Align: zpl.Right, Value: p.name})
	l.Text(zpl.TextBox{Name: "operator", X: 4, Y: 10, W: p.in*0.44 - 1, H: 3.4, Size: 3.2, MinSize: 2, Value: cmp.Or(p.f.Carrier, p.f.Order.Carrier)})
	l.Text(zpl.TextBox{Name: "opened", X: 4 + p.in*0.44, Y: 10, W: p.in * 0.56, H: 3.4, Size: 3.2, MinSize: 2, Align: zpl.Right, Value: "May be opened officially"})
	p.y = 14.6
	if p.f.Job.Copy > 1 {
		copyTag(l, p.f, 4, p.y, p.in, 5)
		p.y += 6
	}
	l.Line(zpl.Line{X: 2, Y: p.y, W: p.m.Width - 4, Thickness: 0.4})
	p.y += 1.4
}

// need begins a new label where the next h millimetres have no room, and says so.
func (p *form) need(h float64) bool {
	if p.y+h <= p.m.Height-8 {
		return false
	}
	p.open()
	return true
}

func (p *form) text(name string, x, y, w, h, size float64, lines int, align zpl.Align, value string) {
	p.page().Text(zpl.TextBox{Name: name, X: x, Y: y, W: w, H: h, Size: size, MinSize: min(size, 2.2), Lines: lines, Align: align, Value: value})
}

// rule ends a section.
func (p *form) rule() {
	p.page().Line(zpl.Line{X: 2, Y: p.y, W: p.m.Width - 4, Thickness: 0.25})
	p.y += 1.2
}

// parties are the sender and the addressee. How to reach the importer has lines of its own: a long address never pushes it off.
func (p *form) parties(c *floor.Customs) {
	to := p.f.To
	where := append([]string{to.Name}, to.Street...)
	where = append(where, strings.TrimSpace(to.Postcode+" "+to.City), to.Country)
	said := func(caption, value string) string {
		if value == "" {
			return ""
		}
		return caption + " " + value
	}
	moreHigh := 3.4 // of a reference: one line, or four of the smallest letters for the longest there may be
	if max(len(c.Sender), len(to.Phone), len(to.TaxID)) > 16 {
		moreHigh = 9.2
	}
	w, x, high := p.in, 4.0, [2]float64{13, 21}
	if p.wide() {
		w, high = p.in/2-1, [2]float64{21, 21}
	}
	for i, party := range []struct {
		name, caption string
		lines, more   []string
	}{
		{"from", "From", append([]string{p.f.Sender.Name}, p.f.Sender.Lines...), []string{said("Customs ref.", c.Sender)}},
		{"to", "To", where, []string{said("Tel.", to.Phone), said("Importer's ref.", to.TaxID)}},
	} {
		tall := 3 + high[i] + moreHigh*float64(len(party.more))
		switch {
		case i == 0 && p.wide():
			p.need(tall + moreHigh)
		case p.wide():
			x += p.in/2 + 1
		default:
			p.need(tall)
		}
		p.text(party.name+".title", x, p.y, w, 2.8, 2.6, 1, zpl.Left, party.caption)
		p.page().Text(zpl.TextBox{Name: party.name, X: x, Y: p.y + 3, W: w, H: high[i] - 0.2, Size: 3.4, MinSize: 2, Lines: 10, Value: strings.Join(party.lines, "\n")})
		for k, more := range party.more {
			p.text(party.name+".more", x, p.y+3+high[i]+moreHigh*float64(k), w, moreHigh-0.2, 3, 4, zpl.Left, more)
		}
		if i == 1 || !p.wide() {
			p.y += tall + 0.4
		}
	}
	p.rule()
}

// item is the number of the postal item, as its barcode where it is a postal one.
func (p *form) item() {
	number := p.f.Unit.Tracking
	if !floor.IsS10(number) {
		p.need(5)
		p.text("item", 4, p.y, p.in, 4, 3.2, 1, zpl.Left, "Item "+cmp.Or(number, "SSCC "+string(p.f.Unit.ID)))
		p.y += 4.6
		p.rule()
		return
	}
	p.need(20)
	p.page().Code128(zpl.Code128{Name: "item", X: 2, Y: p.y, W: p.m.Width - 4, H: 13, Module: 0.4, MinModule: 0.25, Value: number})
	p.text("item.text", 4, p.y+13.6, p.in, 4.4, 4.2, 1, zpl.Center, spacedS10(number))
	p.y += 18.6
	p.rule()
}

// spacedS10 is a postal item number as people read it out: RR 473 124 829 GB.
func spacedS10(n string) string {
	return n[:2] + " " + n[2:5] + " " + n[5:8] + " " + n[8:11] + " " + n[11:]
}

// ticks are the categories with the right one ticked.
func (p *form) ticks(content string) {
	columns := 3
	if !p.wide() {
		columns = 2
	}
	rows := len(categories) / columns
	p.need(4.8 * float64(rows))
	w := p.in / float64(columns)
	for i, c := range categories {
		x, y := 4+w*float64(i%columns), p.y+4.8*float64(i/columns)
		p.page().Box(zpl.Box{Name: "category.box", X: x, Y: y, W: 3.6, H: 3.6, Thickness: 0.3})
		if c.code == content {
			p.text("ticked", x+0.8, y+0.3, 2.4, 3.2, 3.2, 1, zpl.Center, "X")
		}
		p.text("category", x+4.6, y+0.4, w-5, 3.2, 3, 1, zpl.Left, c.words)
	}
	p.y += 4.8 * float64(rows)
	p.rule()
}

// table lists what is in the parcel, and the sums.
func (p *form) table(d *declared) {
	desc, kg, worth := p.in*0.54, p.in*0.2, p.in*0.26
	words := [4]string{"Quantity and detailed description of contents; HS tariff number, origin", "Net weight (kg)", "Value and currency", "Total gross weight, total value"}
	if !p.wide() {
		words = [4]string{"Quantity, contents; HS number, origin", "Net kg", "Value", "Gross weight, value"}
	}
	head := func() {
		p.text("title.contents", 4, p.y, desc-1, 5.6, 2.6, 2, zpl.Left, words[0])
		p.text("title.weight", 4+desc, p.y, kg-1, 5.6, 2.6, 2, zpl.Right, words[1])
		p.text("title.value", 4+desc+kg, p.y, worth, 5.6, 2.6, 2, zpl.Right, words[2])
		p.y += 6
		p.rule()
	}
	const row = 8.6
	p.need(7.2 + row)
	head()
	for _, r := range d.rows {
		if p.need(row) {
			head()
		}
		p.page().Text(zpl.TextBox{Name: "contents", X: 4, Y: p.y, W: desc - 1, H: 4.4, Size: 3.6, MinSize: 2.2, Lines: 2, Value: fmt.Sprintf("%d x %s", r.qty, r.name)})
		p.text("tariff", 4, p.y+4.4, desc-1, 3, 2.8, 1, zpl.Left, r.known())
		p.text("weight", 4+desc, p.y, kg-1, 4, 3.4, 1, zpl.Right, r.weighs())
		p.text("value", 4+desc+kg, p.y, worth, 4, 3.4, 1, zpl.Right, cmp.Or(money(r.value), "not known"))
		p.y += row
	}
	p.rule()
	p.need(6)
	p.text("total.title", 4, p.y, desc-1, 4, 3.2, 1, zpl.Left, words[3])
	weighs, value := "not known", "not known"
	if d.gross > 0 {
		weighs = kilos(d.gross)
	}
	if d.total != nil {
		value = d.total.String()
	}
	p.text("total.weight", 4+desc, p.y, kg-1, 4, 3.6, 1, zpl.Right, weighs)
	p.text("total.value", 4+desc+kg, p.y, worth, 4, 3.6, 1, zpl.Right, value)
	p.y += 4.8
	p.rule()
}

// pairs are fields that have a value, side by side.
func (p *form) pairs(fields [][2]string) {
	columns := 2
	if !p.wide() {
		columns = 1
	}
	w := p.in / float64(columns)
	for at := 0; at < len(fields); at += columns {
		p.need(11)
		for i, f := range fields[at:min(len(fields), at+columns)] {
			x := 4 + w*float64(i)
			p.text("title."+f[0], x, p.y, w-1, 2.8, 2.6, 1, zpl.Left, f[0])
			p.text(f[0], x, p.y+3, w-1, 7, 3.2, 3, zpl.Left, cmp.Or(f[1], "-"))
		}
		p.y += 10.4
	}
	p.rule()
}

// line is a field across the label.
func (p *form) line(caption, value string, lines int) {
	h := 4 * float64(lines)
	p.need(6 + h)
	p.text("title.line", 4, p.y, p.in, 5, 2.5, 2, zpl.Left, caption)
	p.text("line", 4, p.y+5.2, p.in, h, 3.2, lines, zpl.Left, value)
	p.y += 5.6 + h
	p.rule()
}

// certify is what the sender signs, with the day and the name that the site fills in.
func (p *form) certify(words string) {
	h := 11.0
	if !p.wide() {
		h = 18
	}
	p.need(h + 10)
	p.text("certify", 4, p.y, p.in, h, 2.8, 8, zpl.Left, words)
	p.y += h + 0.6
	p.text("sign.title", 4, p.y, p.in, 2.8, 2.6, 1, zpl.Left, "Date and sender's signature")
	p.text("sign", 4, p.y+3.2, p.in*0.6-1, 5, 3.4, 2, zpl.Left, p.f.signed())
	p.text("sign.line", 4+p.in*0.6, p.y+3.2, p.in*0.4, 4, 3.4, 1, zpl.Right, "____________")
	p.y += 8.6
}

// bytes are the labels with their foot.
func (p *form) bytes() ([]byte, error) {
	var out []byte
	for i := range p.pages {
		l := &p.pages[i]
		l.Text(zpl.TextBox{Name: "of", X: 4, Y: p.m.Height - 6, W: p.in*0.7 - 1, H: 3.4, Size: 3, MinSize: 2, Value: p.f.say("Order ") + p.f.Order.Number + p.f.say(", parcel ") + p.f.of()})
		l.Text(zpl.TextBox{Name: "page", X: 4 + p.in*0.7, Y: p.m.Height - 6, W: p.in * 0.3, H: 3.4, Size: 3, MinSize: 2, Align: zpl.Right, Value: fmt.Sprintf(p.f.say("Page %d of %d"), i+1, len(p.pages))})
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}
