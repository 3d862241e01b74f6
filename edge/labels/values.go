package labels

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"picket/edge/floor"
)

// Values are the facts of one document as words, by the names operators' templates know them by. What a document does not
// have is empty. A code is the same bytes in every barcode; all else may hold any letters there are.
type Values struct {
	Words map[string]string
	Lists map[string][]Row
}

// Row is one entry of a list.
type Row map[string]string

// yes is the word of a field that only says whether something is so.
const yes = "yes"

// set puts words under their names; odd ones are the words.
func (v Values) set(pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Words[pairs[i]] = pairs[i+1]
	}
}

func (v Values) flag(name string, is bool) {
	if is {
		v.Words[name] = yes
	}
}

// Values are what a template of the job's document may show. The error names what cannot be drawn, in the words of Draw.
func (f Facts) Values() (Values, error) {
	v := Values{Words: map[string]string{}, Lists: map[string][]Row{}}
	v.set("site.name", f.Sender.Name, "site.address", strings.Join(f.Sender.Lines, "\n"),
		"site.line", strings.Join(append([]string{f.Sender.Name}, f.Sender.Lines...), ", "))
	if f.Job.Copy > 1 {
		v.set("copy", fmt.Sprint(f.Job.Copy), "copy.reason", f.Job.Reason)
	}
	if f.Order != nil && f.Manifest == nil {
		v.order(f)
	}
	switch f.Job.Doc {
	case floor.DocShippingLabel:
		if f.To.Name == "" {
			return v, fmt.Errorf("ship_to: the address of order %s is not here", f.Order.Number)
		}
	case floor.DocReturnLabel:
		if f.Unit == nil || f.Unit.ReturnNo == "" {
			return v, fmt.Errorf("return_no: parcel of order %s has no number to come back with", f.Order.Number)
		}
		v.set("return_no", f.Unit.ReturnNo)
	case floor.DocGiftNote:
		if f.Note == "" {
			return v, fmt.Errorf("note: the words for order %s are not here", f.Order.Number)
		}
		v.set("note", f.Note)
	case floor.DocCODSlip:
		if f.Unit == nil || f.Unit.COD == nil {
			return v, fmt.Errorf("cod: nothing is to be collected for this parcel of order %s", f.Order.Number)
		}
	case floor.DocHoldLabel:
		shelf, by, bags := f.held()
		v.set("shelf", shelf, "keep_until", by, "bags", bags, "order.code", f.Prefix+f.Order.Number)
		if due := f.Order.StillDue(); due.Minor > 0 {
			v.set("to_pay", f.decimal(due.String()))
		}
	case floor.DocPackingSlip:
		v.rows(slipRows(f))
	case floor.DocHangTag:
		if f.Return == nil || f.Job.No < 1 || f.Job.No > len(f.Return.Lines) {
			return v, fmt.Errorf("return: is not here, or has no line %d", f.Job.No)
		}
		v.tag(f, &f.Return.Lines[f.Job.No-1])
	case floor.DocContentList:
		if len(f.Lists) == 0 || f.Unit == nil {
			return v, fmt.Errorf("content list: parcel of order %s has none that is signed", f.Order.Number)
		}
		for i, text := range f.Lists {
			v.Lists["lists"] = append(v.Lists["lists"], Row{"code": string(text), "n": fmt.Sprint(i + 1), "of": fmt.Sprint(len(f.Lists))})
		}
		v.set("to.site", string(f.Order.To))
		return v, v.sheet(f)
	case floor.DocGiftReceipt, floor.DocDeliveryNote, floor.DocReturnReceipt, floor.DocClaimSlip, floor.DocManifest:
		return v, v.sheet(f)
	default:
		return v, fmt.Errorf("document %q: has a layout that is not a template's", f.Job.Doc)
	}
	return v, nil
}

// order is what any document of an order may say of it and of the parcel.
func (v Values) order(f Facts) {
	o := f.Order
	v.set("order.number", o.Number, "order.short", brief(o.Number), "order.purchase", o.Purchase,
		"carrier", cmp.Or(f.Carrier, o.Carrier), "service", strings.ToUpper(o.Service), "service.letter", letter(o.Service), "account", f.Account,
		"route.sort", f.Routing.Sort, "route.depot", f.Routing.Depot, "route.name", f.Routing.Route, "to.routing", routing(f.To.Country, f.To.Postcode),
		"to.name", f.To.Name, "to.street", strings.Join(f.To.Street, "\n"), "to.postcode", f.To.Postcode, "to.city", f.To.City,
		"to.town", strings.TrimSpace(f.To.Postcode+" "+f.To.City), "to.country", f.To.Country, "to.phone", f.To.Phone,
		"marks", f.marks(), "warnings", f.warnings(), "cares", f.cares())
	if f.Age > 0 {
		v.set("age", fmt.Sprint(f.Age))
	}
	for _, class := range []string{"dangerous", "chilled", "frozen", "fragile", "upright"} {
		v.flag("mark."+class, slices.Contains(f.Marks, class))
	}
	v.flag("gift", o.Gift != nil)
	if !f.Job.Asked.IsZero() {
		v.set("posted", f.Job.Asked.In(f.zone()).Format("2006-01-02"))
	}
	u := f.Unit
	if u == nil {
		return
	}
	v.set("parcel.of", f.of(), "sscc", string(u.ID), "tracking", u.Tracking)
	v.set("tracking.spaced", spokenNumber(u.Tracking))
	v.flag("parcel.one_of_one", f.alone())
	if u.WeightG > 0 {
		v.set("parcel.weight", f.weight(u.WeightG))
	}
	if u.COD != nil {
		v.set("cod", f.decimal(u.COD.String()))
	}
}

// letter is what a service is known by where it is read from afar.
func letter(service string) string {
	for _, r := range strings.ToUpper(service) {
		return string(r)
	}
	return ""
}

// tag is what a hang tag says of a line that was brought back; there is one label for each unit.
func (v Values) tag(f Facts, line *floor.ReturnLine) {
	code, detail := f.tagged(line)
	v.set("item", f.name(line.SKU), "item.detail", detail, "item.code", code, "condition", f.spoken(line.Condition), "goes_to", f.spoken(f.Job.To), "why", whyBack(f, line), "return.number", f.Return.Number)
	for n := range max(1, f.Job.Tags) {
		r := Row{}
		if f.Job.Tags > 1 {
			r["of"] = fmt.Sprintf(f.say("%d of %d"), n+1, f.Job.Tags)
		}
		v.Lists["tags"] = append(v.Lists["tags"], r)
	}
}

func (v Values) rows(rows []slipRow) {
	for _, r := range rows {
		v.Lists["rows"] = append(v.Lists["rows"], Row{"qty": r.qty, "text": r.text})
	}
}

// sheet is a document that is a list, as it stands without a template.
func (v Values) sheet(f Facts) error {
	s, err := sheetOf(f)
	if err != nil {
		return err
	}
	v.set("title", s.title, "code", s.code)
	v.rows(s.rows)
	for name, lines := range map[string][]string{"head": s.head, "foot": s.foot} {
		for _, text := range lines {
			v.Lists[name] = append(v.Lists[name], Row{"text": text})
		}
	}
	return nil
}
