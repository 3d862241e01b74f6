package order

import (
	"slices"
	"strconv"
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
	if had != nil {
		differ("customer.name", had.Customer.Name != c.Customer.Name)
		differ("customer.email", had.Customer.Email != c.Customer.Email)
		a, b := had.ShipTo, c.ShipTo
		differ("ship_to.name", a.Name != b.Name)
		differ("ship_to.street", !slices.Equal(a.Street, b.Street))
		differ("ship_to.postcode", a.Postcode != b.Postcode)
		differ("ship_to.city", a.City != b.City)
		differ("ship_to.country", a.Country != b.Country)
		differ("ship_to.phone", a.Phone != b.Phone)
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
	}
	return out
}
