package gs1

import (
	"fmt"
	"strings"
)

// Kind is what a scan turned out to be.
type Kind uint8

const (
	// Plain is text without a GS1 meaning: an internal code, or something foreign.
	Plain Kind = iota
	// House is a code of the company's own, named by a HousePattern.
	House
	// Item is a bare GTIN, as in EAN, UPC and ITF-14 barcodes.
	Item
	// Elements is one or more application identifiers, however they were written.
	Elements
)

// Code is a scan that was read. Its strings share the memory of the data. A Code that is
// read into again keeps its space, so reading allocates nothing.
type Code struct {
	Kind Kind
	// AIM is the symbology identifier, "" when the scanner sends none.
	AIM string
	// Text is the data without it.
	Text string
	// Guessed: without an AIM identifier the data only looks like what Kind says.
	Guessed bool
	// Class and ID of a House code: "bin", "A-07-3-2".
	Class, ID string
	// Elements in the order in which they stood. Beside an Item they are of its composite component.
	Elements []Element
	// Fault is what a lenient Reader left out: Elements are those before it.
	Fault error

	item    GTIN
	lenient bool
}

// Value is an AI's value.
func (c *Code) Value(ai string) (string, bool) {
	for i := range c.Elements {
		if c.Elements[i].AI == ai {
			return c.Elements[i].Value, true
		}
	}
	return "", false
}

// GTIN is the item scanned: a bare GTIN, or AI (01). It is not (02), which is what a pallet contains.
func (c *Code) GTIN() (GTIN, bool) {
	if c.Kind == Item {
		return c.item, true
	}
	v, found := c.Value("01")
	if !found {
		return 0, false
	}
	g, err := ParseGTIN(v)
	return g, err == nil
}

// SSCC is the handling unit scanned: AI (00).
func (c *Code) SSCC() (SSCC, bool) {
	v, found := c.Value("00")
	if !found {
		return 0, false
	}
	s, err := ParseSSCC(v)
	return s, err == nil
}

// Lot is AI (10).
func (c *Code) Lot() (string, bool) { return c.Value("10") }

// Serial is AI (21).
func (c *Code) Serial() (string, bool) { return c.Value("21") }

// HousePattern knows the company's own codes. Match is asked before anything is guessed, and never
// about data whose AIM identifier says that it is GS1's.
type HousePattern interface {
	Match(text string) (class, id string, ok bool)
}

// Reader reads scans. The zero value knows no house codes and goes by the letter of GS1's standards. It may be used by many
// goroutines.
type Reader struct {
	House HousePattern
	// Lenient also takes what is to be met on real goods and from real scanners, though the standards do not have it: EAN-13
	// and UPC sent without leading zeros, an FNC1 sent in front, web addresses of the first Digital Link standard (short
	// GTINs, names for numbers, a slash at the end, a lot in the query); and of element strings that begin with a sound (00) or (01) and go wrong
	// behind it, what stands before the fault. It never takes a number whose check digit is wrong.
	Lenient bool
}

// Parse reads a scan without house codes.
func Parse(data string) (Code, error) {
	var c Code
	err := Reader{}.Read(data, &c)
	return c, err
}

// Read reads a scan into c: the AIM identifier decides where there is one, house codes come next, and
// what is left is guessed by its looks and marked so. An error is an *Error and says that the data claims to be
// GS1's and is not right; c is then Plain with its Text. Foreign data is no error.
func (r Reader) Read(data string, c *Code) error {
	*c = Code{Elements: c.Elements[:0], lenient: r.Lenient}
	c.AIM, c.Text = SplitAIM(data)
	err := r.read(data, len(c.AIM), c)
	if err != nil && r.Lenient && c.Kind == Elements && len(c.Elements) > 0 && (c.Elements[0].AI == "01" || c.Elements[0].AI == "00") {
		c.Fault = err
		return nil
	}
	if err != nil {
		c.Kind, c.Elements, c.item, c.Guessed = Plain, c.Elements[:0], 0, false
	}
	return err
}

func (r Reader) read(data string, from int, c *Code) error {
	switch c.AIM {
	case "]C1", "]e0", "]d2", "]Q3", "]J1": // figure 5.1.2-2: the symbology carries element strings
		c.Kind = Elements
		if r.Lenient && from < len(data) && data[from] == gs { // an FNC1 sent over and above
			from++
		}
		return c.elements(data, from, gs)
	case "]E0": // EAN-13, UPC-A and UPC-E, all sent as 13 digits
		return c.ean(data, from, 13)
	case "]E3": // the same with an add-on of 2 or 5 digits behind, which says nothing about the item
		return c.addOn(data, from)
	case "]E4":
		return c.ean(data, from, 8)
	case "]I1", "]I3": // ITF with its check digit verified
		if len(c.Text) == 14 {
			return c.gtin(data, from, 14)
		}
	}
	if r.House != nil {
		if class, id, found := r.House.Match(c.Text); found {
			c.Kind, c.Class, c.ID = House, class, id
			return nil
		}
	}
	if isLink(c.Text, r.Lenient) {
		return c.link(data, from)
	}
	if len(c.Text) >= 4 && c.Text[0] == '(' && lookup(c.Text[1:]) != nil {
		c.Kind, c.Guessed = Elements, true
		return c.bracketed(data, from)
	}
	if c.AIM != "" && c.AIM[1] != 'I' && c.AIM[1] != 'E' && c.AIM[1] != 'C' && c.AIM[1] != 'A' {
		return nil // the symbology says that it is not GS1's
	}
	return c.guess(data, from)
}

// ean reads n digits, and the composite component behind them: a message of its own, which a scanner may send on the heels
// of the first.
func (c *Code) ean(data string, from, n int) error {
	component, whole := -1, data
	if i := strings.IndexByte(data[from:], ']'); i >= 0 && strings.HasPrefix(data[from+i:], "]e0") {
		component = from + i + len("]e0")
		data = strings.TrimSuffix(data[:from+i], "|") // how GS1 writes where a new message begins
	}
	got := len(data) - from
	if c.lenient && n == 13 && (got == 12 || got == 8) { // from scanners set to send no leading zeros
		n = got
	}
	if got > n {
		return &Error{Pos: from + n, Why: fmt.Sprintf("too long: it has %d digits", n)}
	}
	if got == 8 && n == 8 && c.AIM == "]E0" { // a UPC-E that was not expanded: an EAN-8 would have come as ]E4
		if g, err := ParseUPCE(data[from:]); err == nil {
			c.Kind, c.item = Item, g
			return nil
		}
	}
	if err := c.gtin(data, from, n); err != nil || component < 0 {
		return err
	}
	return c.elements(whole, component, gs)
}

func (c *Code) addOn(data string, from int) error {
	switch got := len(data) - from; {
	case got == 15, got == 18, c.lenient && got >= 13:
		return c.gtin(data[:from+13], from, 13)
	default:
		return &Error{Pos: min(from+13, len(data)), Why: "it has 13 digits and an add-on of 2 or 5"}
	}
}

func (c *Code) gtin(data string, from, n int) error {
	c.Kind = Item
	if len(data)-from < n {
		return &Error{Pos: len(data), Why: fmt.Sprintf("too short: %d digits are needed", n)}
	}
	g, err := ParseGTIN(data[from : from+n])
	if err != nil {
		return &Error{Pos: from + max(n-1, 0), Why: err.Error()}
	}
	c.item = g
	return nil
}

// guess reads data whose symbology nobody told. It only ever takes what is right in every
// detail, so it has no errors, but for data with a GS in it, which nothing else has.
func (c *Code) guess(data string, from int) error {
	t := c.Text
	c.Guessed = true
	if c.AIM == "" && strings.IndexByte(t, gs) >= 0 {
		c.Kind = Elements
		if t[0] == gs {
			from++
		}
		return c.elements(data, from, gs)
	}
	if len(t) > 3 && t[0] == '^' && lookup(t[1:]) != nil { // as GS1's own tools write FNC1
		c.Kind = Elements
		return c.elements(data, from+1, '^')
	}
	for i := range len(t) {
		if !isDigit(t[i]) {
			// The whole of it may still be element strings: "010952123454321310ABC".
			if i < 16 || c.AIM != "" {
				c.Guessed = false
				return nil
			}
			break
		}
	}
	switch len(t) {
	case 8, 12, 13, 14:
		if g, err := ParseGTIN(t); err == nil {
			c.Kind, c.item = Item, g
			return nil
		}
		if len(t) == 8 {
			if g, err := ParseUPCE(t); err == nil {
				c.Kind, c.item = Item, g
				return nil
			}
		}
	}
	if c.AIM == "" && len(t) >= 16 && (t[:2] == "01" || t[:2] == "00" || t[:2] == "02") {
		if c.elements(data, from, gs) == nil {
			c.Kind = Elements
			return nil
		}
		c.Elements = c.Elements[:0]
	}
	c.Guessed = false
	return nil
}
