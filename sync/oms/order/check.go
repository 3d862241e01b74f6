package order

import (
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"picket/edge/floor"
)

// Limits of a capture. Each is far above any real order and far below what could hurt.
const (
	MaxLines  = 200
	MaxQty    = 10_000
	MaxName   = 120 // bytes of a name, a street line, a city
	MaxNote   = 500
	MaxStreet = 4
	MaxBody   = 64 << 10 // bytes of the body a capture comes in
)

// Problem is one fault of what came from outside: which field, and why.
type Problem struct {
	Field string // as in lines[2].sku
	Why   string // reads on from the field: "is missing"
	Value any    // what was there; nil for personal data
}

// Problems are all faults found. It is an error, so that it can travel as one.
type Problems []Problem

// Error lists them.
func (p Problems) Error() string {
	parts := make([]string, len(p))
	for i, x := range p {
		parts[i] = x.Field + ": " + x.Why
	}
	return strings.Join(parts, "; ")
}

func (p *Problems) add(field, why string, value any) {
	*p = append(*p, Problem{Field: field, Why: why, Value: value})
}

// Catalogue answers what a capture's lines mean. It holds at least every item the capture names.
type Catalogue struct {
	SKUs  map[floor.SKU]bool   // items that exist
	Codes map[string]floor.SKU // GTINs of 14 digits
}

// Find is the item of a line.
func (c Catalogue) Find(l Asked) (floor.SKU, bool) {
	if l.SKU != "" {
		return l.SKU, c.SKUs[l.SKU]
	}
	g, ok := GTIN14(l.GTIN)
	if !ok {
		return "", false
	}
	sku, ok := c.Codes[g]
	return sku, ok
}

// Check lists every fault of a capture, in the order of its fields.
func Check(c Capture, cat Catalogue, sites map[floor.SiteID]bool, now time.Time) Problems {
	var p Problems
	p.id("channel", c.Channel, 32)
	p.id("number", c.Number, 40)
	p.text("customer.name", c.Customer.Name, 1, MaxName)
	if e := c.Customer.Email; e != "" {
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e || len(e) > 254 {
			p.add("customer.email", "is no e-mail address", nil)
		}
	}
	p.address(c.ShipTo)
	if c.Service != "" && c.Service != Standard && c.Service != Express {
		p.add("service", "must be standard or express", c.Service)
	}
	if c.Due != nil && (c.Due.Before(now.Add(-24*time.Hour)) || c.Due.After(now.AddDate(1, 0, 0))) {
		p.add("due", "must lie between yesterday and a year from now", c.Due.Format(time.RFC3339))
	}
	p.text("note", c.Note, 0, MaxNote)
	p.lines(c.Lines, cat)
	if c.Site != "" && !sites[c.Site] {
		p.add("site", "is not a site of this centre", c.Site)
	}
	return p
}

func (p *Problems) lines(lines []Asked, cat Catalogue) {
	if len(lines) < 1 || len(lines) > MaxLines {
		p.add("lines", "must be 1 to "+strconv.Itoa(MaxLines)+", there are "+strconv.Itoa(len(lines)), nil)
		return
	}
	for i, l := range lines {
		at := "lines[" + strconv.Itoa(i) + "]"
		switch {
		case l.SKU != "" && l.GTIN != "":
			p.add(at+".gtin", "must not be given beside sku", l.GTIN)
		case l.SKU != "":
			if err := floor.CheckID("sku", string(l.SKU)); err != nil {
				p.add(at+".sku", strings.TrimPrefix(err.Error(), "sku: "), clip(string(l.SKU)))
			} else if _, ok := cat.Find(l); !ok {
				p.add(at+".sku", "is not in the catalogue", l.SKU)
			}
		case l.GTIN != "":
			if _, ok := GTIN14(l.GTIN); !ok {
				p.add(at+".gtin", "must be 8, 12, 13 or 14 digits with a right check digit", clip(l.GTIN))
			} else if _, ok := cat.Find(l); !ok {
				p.add(at+".gtin", "is not in the catalogue", l.GTIN)
			}
		default:
			p.add(at+".sku", "is missing; give sku or gtin", nil)
		}
		if l.Qty < 1 || l.Qty > MaxQty {
			p.add(at+".qty", "must be 1 to "+strconv.Itoa(MaxQty), l.Qty)
		}
	}
}

func (p *Problems) address(a Address) {
	p.text("ship_to.name", a.Name, 1, MaxName)
	if len(a.Street) < 1 || len(a.Street) > MaxStreet {
		p.add("ship_to.street", "must be 1 to "+strconv.Itoa(MaxStreet)+" lines, there are "+strconv.Itoa(len(a.Street)), nil)
	} else {
		for i, s := range a.Street {
			p.text("ship_to.street["+strconv.Itoa(i)+"]", s, 1, MaxName)
		}
	}
	p.text("ship_to.postcode", a.Postcode, 1, 16)
	p.text("ship_to.city", a.City, 1, MaxName)
	if !IsCountry(a.Country) {
		p.add("ship_to.country", "is no country code of ISO 3166-1 alpha-2, upper case, such as DE", clip(a.Country))
	}
	p.text("ship_to.phone", a.Phone, 0, 32)
}

func (p *Problems) id(field, id string, most int) {
	if err := floor.CheckID(field, id); err != nil {
		p.add(field, strings.TrimPrefix(err.Error(), field+": "), clip(id))
	} else if len(id) > most {
		p.add(field, fmt.Sprintf("is %d bytes long, at most %d are allowed", len(id), most), clip(id))
	}
}

// text checks what people wrote: length, encoding, and nothing that could command a terminal or a printer.
// Its value is never repeated: it may be personal.
func (p *Problems) text(field, s string, least, most int) {
	switch {
	case !utf8.ValidString(s):
		p.add(field, "is not valid UTF-8", nil)
	case least > 0 && strings.TrimSpace(s) == "":
		p.add(field, "is missing", nil)
	case len(s) > most:
		p.add(field, fmt.Sprintf("is %d bytes long, at most %d are allowed", len(s), most), nil)
	case strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) >= 0:
		p.add(field, "has a control character", nil)
	}
}

func clip(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}

// GTIN14 reads a GTIN-8, -12, -13 or -14 as 14 digits; false when it is none (GS1 General Specifications,
// section 7.9: weights 3 and 1 from the right).
func GTIN14(s string) (string, bool) {
	switch len(s) {
	case 8, 12, 13, 14:
	default:
		return "", false
	}
	sum := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < '0' || c > '9' {
			return "", false
		}
		d := int(c - '0')
		if (len(s)-i)%2 == 0 {
			d *= 3
		}
		sum += d
	}
	if sum%10 != 0 {
		return "", false
	}
	return strings.Repeat("0", 14-len(s)) + s, true
}
