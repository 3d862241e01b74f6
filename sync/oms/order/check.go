package order

import (
	"fmt"
	"net/mail"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"picket/edge/floor"
)

// Limits of a capture. Each is far above any real order and far below what could hurt.
const (
	MaxLines  = floor.MaxOrderLines
	MaxQty    = 10_000
	MaxName   = 120 // bytes of a name, a street line, a city
	MaxNote   = 500
	MaxStreet = 4
	MaxBody   = 1 << 20 // bytes of the body a capture comes in
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
	if c.Channel == LostChannel || strings.HasPrefix(c.Channel, LostChannel+"/") {
		p.add("channel", "is the centre's own name for orders it lost", clip(c.Channel))
	}
	p.id("number", c.Number, 40)
	p.wishes(&c, sites)
	if c.Flow != floor.FlowTransfer || c.Customer.Name != "" {
		p.text("customer.name", c.Customer.Name, 1, MaxName)
	}
	if e := c.Customer.Email; e != "" {
		if a, err := mail.ParseAddress(e); err != nil || a.Address != e || len(e) > 254 {
			p.add("customer.email", "is no e-mail address", nil)
		}
	}
	if c.Flow != floor.FlowPickup || !c.ShipTo.none() {
		p.address("ship_to", c.ShipTo)
	}
	if c.Service != "" && c.Service != Standard && c.Service != Express {
		p.add("service", "must be standard or express", c.Service)
	}
	p.due(c.Due, now)
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

func (a *Address) none() bool {
	return a.Name == "" && len(a.Street) == 0 && a.Postcode == "" && a.City == "" && a.Country == "" && a.Phone == "" && a.TaxID == ""
}

func (p *Problems) address(at string, a Address) {
	p.text(at+".name", a.Name, 1, MaxName)
	if len(a.Street) < 1 || len(a.Street) > MaxStreet {
		p.add(at+".street", "must be 1 to "+strconv.Itoa(MaxStreet)+" lines, there are "+strconv.Itoa(len(a.Street)), nil)
	} else {
		for i, s := range a.Street {
			p.text(at+".street["+strconv.Itoa(i)+"]", s, 1, MaxName)
		}
	}
	p.text(at+".postcode", a.Postcode, 1, 16)
	p.text(at+".city", a.City, 1, MaxName)
	if !IsCountry(a.Country) {
		p.add(at+".country", "is no country code of ISO 3166-1 alpha-2, upper case, such as DE", clip(a.Country))
	}
	p.text(at+".phone", a.Phone, 0, 32)
	p.text(at+".tax_id", a.TaxID, 0, 32)
}

func (p *Problems) id(field, id string, most int) {
	if err := floor.CheckID(field, id); err != nil {
		p.add(field, strings.TrimPrefix(err.Error(), field+": "), clip(id))
	} else if len(id) > most {
		p.add(field, fmt.Sprintf("is %d bytes long, at most %d are allowed", len(id), most), clip(id))
	}
}

// text checks what people wrote: length, encoding, and nothing hidden, which could command a printer or look like another text.
// Its value is never repeated: it may be personal.
func (p *Problems) text(field, s string, least, most int) { p.words(field, s, least, most, false) }

// words checks a text; one that people write may have lines.
func (p *Problems) words(field, s string, least, most int, lines bool) {
	switch {
	case !utf8.ValidString(s):
		p.add(field, "is not valid UTF-8", nil)
	case least > 0 && strings.TrimSpace(s) == "":
		p.add(field, "is missing", nil)
	case len(s) > most:
		p.add(field, fmt.Sprintf("is %d bytes long, at most %d are allowed", len(s), most), nil)
	default:
		if err := floor.CheckWords(field, s, lines); err != nil {
			p.add(field, strings.TrimPrefix(err.Error(), field+": "), nil)
		}
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

// CheckChange lists every fault of what may be changed of an order.
func CheckChange(due *time.Time, to *Address, note string, now time.Time) Problems {
	var p Problems
	p.due(due, now)
	if to != nil {
		p.address("ship_to", *to)
	}
	p.text("note", note, 0, MaxNote)
	return p
}

// CheckReason lists what is wrong with a reason people gave.
func CheckReason(reason string) Problems {
	var p Problems
	p.text("reason", reason, 1, MaxNote)
	return p
}

func (p *Problems) due(due *time.Time, now time.Time) {
	if due != nil && (due.Before(now.Add(-24*time.Hour)) || due.After(now.AddDate(1, 0, 0))) {
		p.add("due", "must lie between yesterday and a year from now", due.Format(time.RFC3339))
	}
}
