package labels

import (
	"fmt"

	"picket/zpl"
)

// contentList is what is in a parcel to another site, as a signed code for each part of the list, so that the
// other site books it in while both are cut off.
func contentList(f Facts, m Media) ([]byte, error) {
	if len(f.Lists) == 0 || f.Unit == nil {
		return nil, fmt.Errorf("content list: parcel of order %s has none that is signed", f.Order.Number)
	}
	list := contents(f)
	list.before = len(f.Lists)
	cut, _, _, _ := list.paged(m)
	var out []byte
	for i, text := range f.Lists {
		l := m.blank()
		beside := m // where the code goes below what it is about, or, on a short label, beside it
		size := min(m.Width-8, m.Height-52)
		x, y := (m.Width-size)/2, 44.0
		if m.short() {
			beside.Width = m.Width / 2
			size = min(m.Width/2-2, m.Height-4)
			x, y = m.Width/2, (m.Height-size)/2
		}
		sheetHead(&l, f, beside, f.say("Contents"), []string{
			f.say("For site ") + string(f.Order.To), f.say("Order ") + f.Order.Number + f.say(", parcel ") + f.of(), "SSCC " + string(f.Unit.ID),
			fmt.Sprintf(f.say("Code %d of %d - scan it to book the parcel in"), i+1, len(f.Lists)),
		})
		l.QR(zpl.QR{Name: "list", X: x, Y: y, Size: size, ECC: zpl.LowECC, Value: string(text)})
		pageOf(&l, f, beside, i+1, len(f.Lists)+len(cut)-1)
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	forPeople, err := list.draw(f, m)
	return append(out, forPeople...), err
}

// contents is what is in the parcel, for people.
func contents(f Facts) sheet {
	s := sheet{title: f.say("Contents"), head: []string{f.say("For site ") + string(f.Order.To), f.say("Order ") + f.Order.Number + f.say(", parcel ") + f.of(), "SSCC " + string(f.Unit.ID)}}
	for _, x := range f.Unit.Contents {
		s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", x.Qty), f.name(x.SKU) + " (" + string(x.SKU) + ")"})
	}
	return s
}

// deliveryNote goes with one delivery of a business order: what comes now, what came before, what is still to
// come, and what never will.
func deliveryNote(f Facts) (sheet, error) {
	if f.Unit == nil || f.Unit.Delivery == "" {
		return sheet{}, fmt.Errorf("delivery: this parcel of order %s has not left yet", f.Order.Number)
	}
	s := sheet{title: f.say("Delivery note ") + f.Unit.Delivery, head: []string{f.say("Order ") + f.Order.Number + f.say(", your order ") + f.Order.Purchase}}
	if f.To.Name != "" {
		s.head = append(s.head, f.say("For ")+f.To.Name)
	}
	note := f.Job.Note
	if note == nil { // asked for before notes were kept
		note = f.Order.NoteOf(f.Unit)
	}
	var before, later []slipRow
	for _, p := range note.Lines {
		for _, r := range []struct {
			to    *[]slipRow
			n     int
			words string
		}{{&s.rows, p.Here, ""}, {&before, p.Before, f.say("delivered before: ")}, {&later, p.ToCome, f.say("still to come: ")}, {&later, p.Never, f.say("will not come: ")}} {
			if r.n > 0 {
				*r.to = append(*r.to, slipRow{fmt.Sprintf("%d x", r.n), r.words + f.name(p.SKU)})
			}
		}
	}
	s.rows = append(append(s.rows, before...), later...)
	s.foot = []string{fmt.Sprintf(f.say("Parcels and pallets in this delivery: %d"), note.Parcels), f.say("Received: ______________________")}
	return s, nil
}

// manifest is what a carrier signs for.
func manifest(f Facts) (sheet, error) {
	a := f.Manifest
	if a == nil {
		return sheet{}, fmt.Errorf("manifest: is not here")
	}
	s := sheet{title: f.say("Manifest ") + a.Carrier, head: []string{a.Called()}, code: a.Called()}
	if !a.Closed.IsZero() {
		s.head = append(s.head, a.Closed.In(f.zone()).Format("2006-01-02 15:04"))
		if driver := f.say("Driver ") + a.Driver; a.Driver != "" { // else it is erased
			if a.Plate != "" {
				driver += ", " + a.Plate
			}
			s.head = append(s.head, driver)
		}
	}
	grams := 0
	for i, p := range a.Parcels {
		text := string(p.Unit)
		if p.Tracking != "" {
			text = p.Tracking + " (" + ending(string(p.Unit)) + ")"
		}
		if p.WeightG > 0 {
			text += ", " + f.weight(p.WeightG)
		}
		grams += p.WeightG
		s.rows = append(s.rows, slipRow{fmt.Sprint(i + 1), text})
	}
	total := f.parcels(len(a.Parcels)) + ", " + f.weight(grams)
	if a.Count != 0 && a.Count != len(a.Parcels) {
		total += fmt.Sprintf(f.say("; the driver counted %d"), a.Count)
	}
	s.foot = []string{total, f.say("Received by the carrier: ______________________")}
	return s, nil
}

// ending is the end of an SSCC, which tells the parcels of a site apart.
func ending(sscc string) string { return "..." + sscc[max(0, len(sscc)-6):] }
