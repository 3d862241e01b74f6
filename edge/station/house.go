package station

import "fmt"

// Codes are the forms of the site's own barcodes, so that a tote's label can never be taken for a bin's. An empty one means
// that labels of that kind carry the bare id, which is then only known by what the catalogue has.
type Codes struct {
	Bin    string `yaml:"bin"`
	Tote   string `yaml:"tote"`
	Slot   string `yaml:"slot"` // of a wall of slots, and of a staging shelf
	Order  string `yaml:"order"`
	Run    string `yaml:"run"`
	Badge  string `yaml:"badge"`
	Pickup string `yaml:"pickup"` // what a customer shows
}

// DefaultCodes are what the labels this box prints begin with.
var DefaultCodes = Codes{Bin: "BIN-*", Tote: "TOTE-*", Slot: "SLOT-*", Order: "ORDER-*", Run: "RUN-*"}

// House reads the site's own barcodes. The zero value knows none.
type House struct{ rows []ownCode }

type ownCode struct {
	class string
	pattern
}

// NewHouse checks the forms: no code may fit two of them, and none may be taken for a GS1 code or an address.
func NewHouse(c Codes) (House, error) {
	var h House
	for _, r := range [...]struct{ class, text string }{{"bin", c.Bin}, {"tote", c.Tote}, {"slot", c.Slot}, {"order", c.Order}, {"run", c.Run}, {"badge", c.Badge}, {"pickup", c.Pickup}} {
		if r.text == "" {
			continue
		}
		p, err := compile(r.text)
		if err != nil {
			return House{}, fmt.Errorf("codes.%s: %w", r.class, err)
		}
		if code := p.digits(); code != "" {
			return House{}, fmt.Errorf("codes.%s: %q fits %s, which could be the number of an article or a parcel: put a letter into it", r.class, r.text, code)
		}
		for i := range addresses {
			if code := common(&p, &addresses[i]); code != "" {
				return House{}, fmt.Errorf("codes.%s: %q fits %s, which is an address", r.class, r.text, code)
			}
		}
		for i := range h.rows {
			if code := common(&h.rows[i].pattern, &p); code != "" {
				return House{}, fmt.Errorf("codes.%s: %q and codes.%s: %q clash: %s fits both", h.rows[i].class, h.rows[i].text, r.class, r.text, code)
			}
		}
		h.rows = append(h.rows, ownCode{r.class, p})
	}
	return h, nil
}

// addresses begin like this, in small letters or large.
var addresses = func() (out []pattern) {
	for _, text := range [...]string{"http://*", "https://*", "HTTP://*", "HTTPS://*"} {
		p, err := compile(text)
		if err == nil {
			out = append(out, p)
		}
	}
	return out
}()

// DefaultHouse reads DefaultCodes.
var DefaultHouse, _ = NewHouse(DefaultCodes)

// Match takes one of the site's own barcodes apart. It is what gs1.Reader asks before it guesses anything.
func (h House) Match(text string) (class, id string, ok bool) {
	for i := range h.rows {
		if id, ok := h.rows[i].match(text); ok {
			return h.rows[i].class, id, true
		}
	}
	return "", "", false
}

// Before is what stands before an id in a class's barcode; empty where the id is the whole of it, or more stands behind it.
func (h House) Before(class string) string {
	for i := range h.rows {
		if r := &h.rows[i]; r.class == class && r.open && r.to < 0 && r.from == len(r.places) {
			return string(r.places)
		}
	}
	return ""
}
