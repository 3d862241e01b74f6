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
	var out []byte
	for i, text := range f.Lists {
		l := zpl.New(m.Width, m.Height, m.Dpmm)
		sheetHead(&l, f, m, "Contents", []string{
			"For site " + string(f.Order.To), "Order " + f.Order.Number + ", parcel " + f.of(), "SSCC " + string(f.Unit.ID),
			fmt.Sprintf("Code %d of %d - scan it to book the parcel in", i+1, len(f.Lists)),
		})
		size := min(m.Width-8, m.Height-52)
		l.QR(zpl.QR{Name: "list", X: (m.Width - size) / 2, Y: 44, Size: size, ECC: zpl.LowECC, Value: string(text)})
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	s := sheet{title: "Contents", head: []string{"For site " + string(f.Order.To), "Order " + f.Order.Number + ", parcel " + f.of(), "SSCC " + string(f.Unit.ID)}}
	for _, x := range f.Unit.Contents {
		s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", x.Qty), f.name(x.SKU) + " (" + string(x.SKU) + ")"})
	}
	list, err := s.draw(f, m)
	return append(out, list...), err
}

// deliveryNote goes with one delivery of a business order: what comes now, and what is still to come.
func deliveryNote(f Facts, m Media) ([]byte, error) {
	if f.Unit == nil || f.Unit.Delivery == "" {
		return nil, fmt.Errorf("delivery: this parcel of order %s has not left yet", f.Order.Number)
	}
	s := sheet{title: "Delivery note " + f.Unit.Delivery, head: []string{"Order " + f.Order.Number + ", your order " + f.Order.Purchase}}
	if f.To.Name != "" {
		s.head = append(s.head, "For "+f.To.Name)
	}
	parcels := 0
	for i := range f.Order.Units {
		if u := &f.Order.Units[i]; u.Delivery == f.Unit.Delivery {
			parcels++
		}
	}
	for i := range f.Order.Lines {
		line, n := &f.Order.Lines[i], 0
		for k := range f.Order.Units {
			if u := &f.Order.Units[k]; u.Delivery == f.Unit.Delivery {
				n += u.Holds(line.ID)
			}
		}
		if n > 0 {
			s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", n), f.name(line.SKU)})
		}
	}
	for i := range f.Order.Lines {
		line, gone := &f.Order.Lines[i], 0
		for k := range f.Order.Units {
			if u := &f.Order.Units[k]; u.Delivery != "" {
				gone += u.Holds(line.ID)
			}
		}
		if left := line.Wanted() - gone; left > 0 {
			s.rows = append(s.rows, slipRow{fmt.Sprintf("%d x", left), "still to come: " + f.name(line.SKU)})
		}
	}
	s.foot = []string{fmt.Sprintf("Parcels and pallets in this delivery: %d", parcels), "Received: ______________________"}
	return s.draw(f, m)
}

// manifest is what a carrier signs for.
func manifest(f Facts, m Media) ([]byte, error) {
	a := f.Manifest
	if a == nil {
		return nil, fmt.Errorf("manifest: is not here")
	}
	s := sheet{title: "Manifest " + a.Carrier, head: []string{a.Called()}, code: a.Called()}
	if !a.Closed.IsZero() {
		driver := "Driver " + a.Driver
		if a.Plate != "" {
			driver += ", " + a.Plate
		}
		s.head = append(s.head, a.Closed.In(f.zone()).Format("2006-01-02 15:04"), driver)
	}
	grams := 0
	for i, p := range a.Parcels {
		text := string(p.Unit)
		if p.Tracking != "" {
			text = p.Tracking + " (" + tail(string(p.Unit)) + ")"
		}
		if p.WeightG > 0 {
			text += ", " + weight(p.WeightG)
		}
		grams += p.WeightG
		s.rows = append(s.rows, slipRow{fmt.Sprint(i + 1), text})
	}
	total := fmt.Sprintf("%d parcels, %s", len(a.Parcels), weight(grams))
	if a.Count != 0 && a.Count != len(a.Parcels) {
		total += fmt.Sprintf("; the driver counted %d", a.Count)
	}
	s.foot = []string{total, "Received by the carrier: ______________________"}
	return s.draw(f, m)
}
