package labels

import (
	"cmp"
	"fmt"
	"strings"
)

// Declaration is what a parcel's customs form says, for a paper that says it as the label does. It is in English, as posts read it.
type Declaration struct {
	Form      string // CN22 or CN23
	Operator  string // the carrier
	Item      string // the postal item's number, or the SSCC
	Spaced    string // the same as people read it out
	From, To  []string
	FromKnown []Row // name, value: what customs know the sender by
	ToKnown   []Row
	Content   []Row // name; ticked: the category that is declared
	Rows      []Row // what, known (tariff and origin), weight, value
	Weight    string
	Value     string
	Known     []Row  // name, value: charges and papers that go with it
	Comments  string // of goods that are inspected
	Certify   string // what the sender signs
	Signed    string // the day, and who
}

// Declare says what a parcel's customs form says.
func Declare(f Facts) (Declaration, error) {
	c := f.Order.Customs
	if c == nil || f.Unit == nil {
		return Declaration{}, fmt.Errorf("customs: order %s has no declaration", f.Order.Number)
	}
	d := declares(f)
	number := cmp.Or(f.Unit.Tracking, string(f.Unit.ID))
	out := Declaration{Form: d.form, Operator: cmp.Or(f.Carrier, f.Order.Carrier), Item: number, Spaced: spokenNumber(number), Certify: certifyCN23,
		From: append([]string{f.Sender.Name}, f.Sender.Lines...), Weight: "not known", Value: "not known", Signed: f.signed()}
	if d.form == "CN22" {
		out.Certify = certifyCN22
	}
	for _, line := range append(append([]string{f.To.Name}, f.To.Street...), strings.TrimSpace(f.To.Postcode+" "+f.To.City), f.To.Country) {
		if line != "" {
			out.To = append(out.To, line)
		}
	}
	out.FromKnown = known([2]string{"Customs ref.", c.Sender})
	out.ToKnown = known([2]string{"Tel.", f.To.Phone}, [2]string{"Importer's ref.", f.To.TaxID})
	for _, x := range categories {
		r := Row{"name": x.words}
		if x.code == c.Content {
			r["ticked"] = yes
		}
		out.Content = append(out.Content, r)
	}
	for _, r := range d.rows {
		out.Rows = append(out.Rows, Row{"what": fmt.Sprintf("%d x %s", r.qty, r.name), "known": r.known(), "weight": r.weighs(), "value": cmp.Or(money(r.value), "not known")})
	}
	if d.gross > 0 {
		out.Weight = kilos(d.gross)
	}
	if d.total != nil {
		out.Value = d.total.String()
	}
	if d.form == "CN23" {
		out.Known = known([2]string{"Postal charges", money(c.Postage)}, [2]string{"Invoice no.", c.Invoice}, [2]string{"Licence no.", c.Licence}, [2]string{"Certificate no.", c.Certificate})
		out.Comments = cmp.Or(c.Comments, "none")
	}
	return out, nil
}

func known(pairs ...[2]string) (out []Row) {
	for _, p := range pairs {
		if p[1] != "" {
			out = append(out, Row{"name": p[0], "value": p[1]})
		}
	}
	return out
}
