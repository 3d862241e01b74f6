package station

import (
	"strings"

	"picket/devices/gs1"
)

// digitRows are what the digits' keys 1 to 0 type on the keyboards scanners are set to: plain in France, with shift in
// the United States and in Germany.
var digitRows = [...]string{"&é\"'(-è_çà", "!@#$%^&*()", "!\"§$%&/()="}

// longestExtra is how much a scanner set up for something else puts before or behind a code.
const longestExtra = 4

// Misread says in words what is wrong with the scanner that read a code nobody knows, or "" when it need not be the
// scanner. It is told to whoever sets scanners up; it never makes an item of what was read.
func Misread(cat Catalogue, raw string) string {
	text, ok := clean(raw)
	if !ok && len(raw) > MaxCode {
		return "it is longer than any code that means something here"
	}
	if !ok {
		return "it has characters that no barcode of goods has: look at the scanner's prefix and suffix, and at frame= in its address"
	}
	if swapped(text) {
		return "its letters come with their case swapped: Caps Lock is on at this scanner"
	}
	_, plain := gs1.SplitAIM(text)
	if typedElsewhere(plain) {
		return "the digits were typed as on another keyboard: set the scanner's keyboard to the one of its address (layout=us, de or fr)"
	}
	for n := 1; n <= longestExtra && len(text)-n >= 8; n++ {
		if before, rest := text[:n], text[n:]; known(cat, rest) {
			return "“" + before + "” stands before a code that is known: switch the scanner's prefix off"
		}
		if rest, behind := text[:len(text)-n], text[len(text)-n:]; known(cat, rest) {
			return "“" + behind + "” stands behind a code that is known: switch the scanner's suffix off"
		}
	}
	return ""
}

func known(cat Catalogue, text string) bool {
	m := Read(cat, text)
	return m.GTIN != ""
}

// typedElsewhere says whether all of a text are digits' keys of one keyboard, typed on another.
func typedElsewhere(text string) bool {
	if len(text) < 6 || strings.Trim(text, "-") == "" {
		return false
	}
	for _, row := range digitRows {
		if strings.Trim(text, row) == "" {
			return true
		}
	}
	return false
}

// swapped says whether the letters came with their case swapped, as Caps Lock does it: the identifier in front is one that no symbology
// in use has, and a usual one's with the case swapped (]D2 of a DataMatrix, ]c1 of a GS1-128, ]e0 before an EAN). A lot or a serial
// number behind it would be another than the one on the goods.
func swapped(text string) bool {
	if len(text) < 4 || text[0] != ']' || text[2] < '0' || text[2] > '9' {
		return false
	}
	if text[1] == 'e' {
		rest := text[3:]
		return (len(rest) == 8 || len(rest) == 12 || len(rest) == 13) && strings.Trim(rest, "0123456789") == ""
	}
	return strings.IndexByte("abcfgijklmnqrtuxD", text[1]) >= 0
}
