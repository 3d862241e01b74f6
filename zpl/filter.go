package zpl

import (
	"bytes"
	"fmt"
	"strings"
)

// Policy says what Filter does with a label that comes from outside.
type Policy string

const (
	Mend   Policy = "mend"   // settings of the printer are left out and said; what is dangerous refuses the label
	Strict Policy = "strict" // whatever is no part of a picture refuses the label
	AsIs   Policy = "as-is"  // nothing is looked at: for a sender as trusted as the site itself
)

// ReadPolicy reads it as settings write it; nothing is Mend.
func ReadPolicy(s string) (Policy, error) {
	switch p := Policy(s); p {
	case "":
		return Mend, nil
	case Mend, Strict, AsIs:
		return p, nil
	}
	return "", fmt.Errorf("%q: want mend, strict or as-is", s)
}

const (
	maxForeign       = 1 << 20 // bytes of a label from outside
	maxForeignLabels = 4       // ^XA … ^XZ in it
)

// drawing are the commands that place ink on one label and leave nothing behind that the next label's header does not
// set right: all that a label from outside may hold.
var drawing = commandSet("^A ^A@ ^B0 ^B1 ^B2 ^B3 ^B4 ^B5 ^B7 ^B8 ^B9 ^BA ^BB ^BC ^BD ^BE ^BF ^BI ^BJ ^BK ^BL ^BM ^BO ^BP ^BQ ^BR ^BS ^BT ^BU ^BX ^BY ^BZ " +
	"^CF ^CI ^FB ^FD ^FH ^FM ^FO ^FP ^FR ^FS ^FT ^FV ^FW ^FX ^GB ^GC ^GD ^GE ^GF ^GS ^LH ^LL ^LR ^MU ^PO ^PW ^SN ^TB ^XG")

// lasting are the settings that labels often carry along and that outlive them. A printer belongs to whoever set it
// up: Mend leaves them out.
var lasting = commandSet("^JM ^JZ ^LS ^LT ^MC ^MD ^MF ^ML ^MM ^MN ^MP ^MT ^PF ^PH ^PM ^PQ ^PR ^SS ^SZ ~SD ~TA ~JS")

func commandSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, c := range strings.Fields(s) {
		m[c] = true
	}
	return m
}

// header is set behind the ^XA of every label from outside, so that it does not depend on what was printed before.
const header = "^MUD^LH0,0^FWN^PON^LRN"

// Filter makes a label from outside, such as a carrier's, fit to be sent to a printer. What comes back holds nothing but
// drawing commands in complete labels, each printed once; said lists what was left out. An error names the command that
// refuses the whole label: stored objects (^DF ~DG ~DY ^IS ^XF …), control commands, settings that are saved (^JU), changed prefixes (^CC),
// upload and network commands, a label within a label or without an end, binary graphics, whose length can hide commands, control characters.
func Filter(stream []byte, p Policy) (out []byte, said []string, err error) {
	if p == AsIs {
		return stream, nil, nil
	}
	if len(stream) > maxForeign {
		return nil, nil, fmt.Errorf("label from outside: %d bytes, at most %d", len(stream), maxForeign)
	}
	for i, c := range stream {
		// Some firmware takes 0x1E for ^ and 0x10 for ~, and others wake up at STX or ESC.
		if c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7F {
			return nil, nil, fmt.Errorf("label from outside: byte %d is the control character 0x%02X", i+1, c)
		}
	}
	stream = bytes.TrimPrefix(stream, []byte("\xef\xbb\xbf")) // some systems begin every text with it
	f := filter{policy: p, said: map[string]bool{}}
	for _, t := range Tokens(stream) {
		if err := f.token(t); err != nil {
			return nil, nil, fmt.Errorf("label from outside: byte %d: %w", t.Offset+1, err)
		}
	}
	switch {
	case f.inside:
		return nil, nil, fmt.Errorf("label from outside: it ends before ^XZ")
	case f.labels == 0:
		return nil, nil, fmt.Errorf("label from outside: there is no ^XA … ^XZ in it")
	}
	return f.out, f.left, nil
}

type filter struct {
	policy Policy
	out    []byte
	inside bool
	labels int
	left   []string
	said   map[string]bool
}

func (f *filter) token(t Token) error {
	c := t.Command()
	switch {
	case c == "":
		if len(bytes.TrimSpace(t.Data)) == 0 {
			return nil
		}
		return fmt.Errorf("%q is no command", shorten(t.Data))
	case c == "^XA":
		if f.inside {
			return fmt.Errorf("^XA within a label")
		}
		if f.labels++; f.labels > maxForeignLabels {
			return fmt.Errorf("more than %d labels", maxForeignLabels)
		}
		f.inside = true
		f.out = append(f.out, "^XA"+header...)
		if len(bytes.TrimSpace(t.Data)) > 0 {
			return fmt.Errorf("%q behind ^XA is no command", shorten(t.Data))
		}
		return nil
	case !f.inside && !(lasting[c] && f.policy == Mend):
		return fmt.Errorf("%s outside of a label", c)
	case c == "^XZ":
		f.inside = false
		f.out = append(f.out, "^XZ\n"...)
		return nil
	case c == "^PQ" && (t.Param(0) == "1" || t.Param(0) == ""):
		return nil // what a label without it does
	case c == "^PM" && t.Param(0) == "N":
		return nil
	case lasting[c] && f.policy == Mend:
		if !f.said[c] {
			f.said[c] = true
			f.left = append(f.left, c+shorten(t.Data))
		}
		return nil
	case !drawing[c]:
		return fmt.Errorf("%s is not allowed in a label from outside", c)
	case c == "^GF" && (len(t.Data) < 2 || t.Data[0] != 'A' && t.Data[0] != 'a' || t.Data[1] != ','):
		return fmt.Errorf("^GF with data that are not in hexadecimal")
	case c == "^XG" && !recalled(t.Param(0)):
		return fmt.Errorf("^XG%s is not the name of a stored picture", shorten(t.Data))
	}
	f.out = append(append(append(f.out, t.Prefix), t.Code...), t.Data...)
	return nil
}

// recalled tells the name of a picture that somebody stored in the printer, such as E:LOGO.GRF.
func recalled(name string) bool {
	if len(name) < 3 || len(name) > 18 || name[1] != ':' {
		return false
	}
	return !strings.ContainsAny(name, "*?/\\")
}

// shorten is the beginning of data, for a message.
func shorten(b []byte) string {
	s := strings.ToValidUTF8(strings.TrimSpace(string(b)), "\uFFFD")
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "..."
	}
	return s
}
