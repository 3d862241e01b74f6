package station

import (
	"fmt"
	"strings"
)

// House are the beginnings of the site's own barcodes: what is printed in front of the id, so that a tote's
// label can never be taken for a bin's. An empty one means that labels of that kind carry the bare id, which is
// then only known by what the catalogue has.
type House struct {
	Bin   string
	Tote  string
	Slot  string
	Order string
	Run   string
}

// DefaultHouse is what the labels this box prints begin with.
var DefaultHouse = House{Bin: "BIN-", Tote: "TOTE-", Slot: "SLOT-", Order: "ORDER-", Run: "RUN-"}

// Check says what is wrong with the patterns: none may begin with another, and none may be taken for a GS1 code.
func (h House) Check() error {
	all := h.all()
	for i, a := range all {
		switch {
		case a.prefix == "":
			continue
		case a.prefix[0] == '(' || a.prefix[0] == ']' || a.prefix[0] == 0x1d || strings.Trim(a.prefix, "0123456789") == "":
			return fmt.Errorf("the pattern of a %s, %q, could be a GS1 code: begin it with a letter", a.class, a.prefix)
		case strings.Contains(strings.ToLower(a.prefix), "http"):
			return fmt.Errorf("the pattern of a %s, %q, could be an address", a.class, a.prefix)
		}
		for _, b := range all[i+1:] {
			if b.prefix != "" && (strings.HasPrefix(a.prefix, b.prefix) || strings.HasPrefix(b.prefix, a.prefix)) {
				return fmt.Errorf("the patterns of a %s, %q, and of a %s, %q, clash: one begins with the other", a.class, a.prefix, b.class, b.prefix)
			}
		}
	}
	return nil
}

type pattern struct{ class, prefix string }

func (h House) all() [5]pattern {
	return [...]pattern{{"bin", h.Bin}, {"tote", h.Tote}, {"slot", h.Slot}, {"order", h.Order}, {"run", h.Run}}
}

// Match takes one of the site's own barcodes apart. It is what gs1.Reader asks before it guesses anything.
func (h House) Match(text string) (class, id string, ok bool) {
	for _, p := range h.all() {
		if rest, has := strings.CutPrefix(text, p.prefix); p.prefix != "" && has && rest != "" {
			return p.class, rest, true
		}
	}
	return "", "", false
}
