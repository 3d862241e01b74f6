package order

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"picket/edge/floor"
)

// Diff names the fields in which a capture differs from the order that has its channel and number already.
// Nothing means that it is the same order again. Erased personal data (nil) is not compared.
func Diff(o Order, had *Personal, c Capture, cat Catalogue) []string {
	var out []string
	differ := func(field string, yes bool) {
		if yes {
			out = append(out, field)
		}
	}
	service := c.Service
	if service == "" {
		service = Standard
	}
	// A changed order is still the one that was captured.
	now := o
	if was := o.Original; was != nil {
		o.Service, o.Due, o.Note, o.Lines = was.Service, was.Due, was.Note, slices.Clone(o.Lines)
		for i := range o.Lines {
			o.Lines[i].Qty = was.Qty[i]
		}
	}
	way := c.Flow
	if way == "" {
		way = floor.FlowShip
	}
	differ("flow", o.Way() != way)
	if had != nil {
		differ("customer.name", had.Customer.Name != c.Customer.Name)
		differ("customer.email", had.Customer.Email != c.Customer.Email)
		a, b := had.ShipTo, c.ShipTo
		if had.First != nil {
			a = *had.First
		}
		differ("ship_to.name", a.Name != b.Name)
		differ("ship_to.street", !slices.Equal(a.Street, b.Street))
		differ("ship_to.postcode", a.Postcode != b.Postcode)
		differ("ship_to.city", a.City != b.City)
		differ("ship_to.country", a.Country != b.Country)
		differ("ship_to.phone", a.Phone != b.Phone)
		differ("ship_to.tax_id", a.TaxID != b.TaxID)
	}
	if had != nil {
		gift := ""
		if c.Gift != nil {
			gift = c.Gift.Note
		}
		differ("gift.note", had.Gift != gift)
		if way == floor.FlowPickup && had.Contact != nil {
			differ("contact", *had.Contact != *c.contact())
		}
	}
	differ("wait_all", o.WaitAll != c.WaitAll)
	t := now.Terms
	coded := t.CodeHash != ""
	t.CodeSalt, t.CodeHash = "", ""
	differ("code_form", way == floor.FlowPickup && coded == (c.CodeForm == "none"))
	for _, field := range differing(t, c.terms(o.ID, way)) {
		differ(field, field != "contact")
	}
	differ("service", o.Service != service)
	differ("due", o.AskedDue != (c.Due != nil) || c.Due != nil && !o.Due.Equal(c.Due.Truncate(1e9)))
	differ("note", o.Note != c.Note)
	differ("site", o.Site != c.Site)
	if len(o.Lines) != len(c.Lines) {
		return append(out, "lines")
	}
	for i, l := range c.Lines {
		sku, _ := cat.Find(l)
		differ("lines["+strconv.Itoa(i)+"].sku", sku != o.Lines[i].SKU)
		differ("lines["+strconv.Itoa(i)+"].qty", l.Qty != o.Lines[i].Qty)
		for _, field := range differing(o.Lines[i].LineTerms, l.LineTerms) {
			differ("lines["+strconv.Itoa(i)+"]."+field, true)
		}
	}
	return out
}

// differing names the fields in which two values of one type differ, by their JSON names, sorted.
func differing(a, b any) []string {
	fields := func(v any) map[string]json.RawMessage {
		out := map[string]json.RawMessage{}
		if text, err := json.Marshal(v); err == nil {
			_ = json.Unmarshal(text, &out) // it was written a line above
		}
		return out
	}
	x, y := fields(a), fields(b)
	var out []string
	for _, k := range slices.Sorted(maps.Keys(x)) {
		if !bytes.Equal(x[k], y[k]) {
			out = append(out, k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(y)) {
		if _, both := x[k]; !both {
			out = append(out, k)
		}
	}
	return out
}
