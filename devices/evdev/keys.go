package evdev

import (
	"fmt"
	"sort"
	"strings"
)

// Key codes of linux/input-event-codes.h that a scanner sends beside letters.
const (
	keyTab, keyEnter, keyLeftCtrl          = 15, 28, 29
	keyLeftShift, keyRightShift            = 42, 54
	keyLeftAlt, keySpace, keyCaps          = 56, 57, 58
	keyKPEnter, keyRightCtrl, keyRightAlt  = 96, 97, 100
	keyLineFeed                            = 101
	keyKP7, keyKP4, keyKP1, keyKP0, keyDot = 71, 75, 79, 82, 83
)

// Layout is what the keys of a keyboard mean: the layout the scanner was set to speak.
type Layout struct {
	plain, shift, altGr map[uint16]byte
	dead                string // characters that wait for the next key: a space behind them is themselves
}

// row gives consecutive key codes their characters; a space has no meaning.
func row(to map[uint16]byte, first uint16, chars string) {
	for i := range len(chars) {
		if chars[i] != ' ' {
			to[first+uint16(i)] = chars[i]
		}
	}
}

func layout(dead string, rows ...string) *Layout {
	l := &Layout{dead: dead, plain: map[uint16]byte{keySpace: ' '}, shift: map[uint16]byte{keySpace: ' '}, altGr: map[uint16]byte{}}
	firsts := [...]uint16{2, 16, 30, 41, 43, 44, 86}
	for level, to := range [...]map[uint16]byte{l.plain, l.shift, l.altGr} {
		for i, first := range firsts {
			row(to, first, rows[level*len(firsts)+i])
		}
	}
	for code, c := range map[uint16]byte{55: '*', 74: '-', 78: '+', 98: '/', keyDot: '.', keyKP0: '0'} {
		l.plain[code], l.shift[code] = c, c
	}
	for i, first := range [...]uint16{keyKP1, keyKP4, keyKP7} {
		for k := range uint16(3) {
			c := byte('1' + uint16(i)*3 + k)
			l.plain[first+k], l.shift[first+k] = c, c
		}
	}
	return l
}

// The rows are: the digits, the letters' two upper rows, the key left of 1, the key left of Enter, the lowest row, and the key
// beside the left shift. Characters that are no ASCII stand as a space: a barcode of goods has none
// (GS1 General Specifications, figure 7.11-1).
var layouts = map[string]*Layout{
	"us": layout("",
		"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "`", "\\", "zxcvbnm,./", "\\",
		"!@#$%^&*()_+", "QWERTYUIOP{}", "ASDFGHJKL:\"", "~", "|", "ZXCVBNM<>?", "|",
		"", "", "", "", "", "", ""),
	"de": layout("^`",
		"1234567890  ", "qwertzuiop +", "asdfghjkl  ", "^", "#", "yxcvbnm,.-", "<",
		"!\" $%&/()=?`", "QWERTZUIOP *", "ASDFGHJKL  ", " ", "'", "YXCVBNM;:_", ">",
		"      {[]}\\ ", "@          ~", "", "", "", "", "|"),
	"fr": layout("^`~",
		"& \"'(- _  )=", "azertyuiop^$", "qsdfghjklm ", " ", "*", "wxcvbn,;:!", "<",
		"1234567890 +", "AZERTYUIOP  ", "QSDFGHJKLM%", " ", " ", "WXCVBN?./ ", ">",
		" ~#{[|`\\^@]}", "", "", "", "", "", ""),
}

// LayoutNamed is us, de or fr.
func LayoutNamed(name string) (*Layout, error) {
	if name == "" {
		name = "us"
	}
	if l, ok := layouts[name]; ok {
		return l, nil
	}
	var known []string
	for n := range layouts {
		known = append(known, n)
	}
	sort.Strings(known)
	return nil, fmt.Errorf("layout=%s: it is one of %s, as the scanner was set", name, strings.Join(known, ", "))
}

// Keyboard turns a scanner's key strokes into the bytes it read. It is used by one goroutine.
type Keyboard struct {
	Layout *Layout

	shift, ctrl, alt, altGr, caps bool
	number, digits                int // typed on the keypad while Alt is held
	waits                         byte
}

// End is what a stroke that ends a scan gives.
const End = '\r'

// Stroke takes one key going down or up and gives the bytes it stands for, none for most.
func (k *Keyboard) Stroke(code uint16, down bool) []byte {
	switch code {
	case keyLeftShift, keyRightShift:
		k.shift = down
		return nil
	case keyLeftCtrl, keyRightCtrl:
		k.ctrl = down
		return nil
	case keyRightAlt:
		k.altGr = down
		return nil
	case keyLeftAlt:
		k.alt = down
		n, digits := k.number, k.digits
		k.number, k.digits = 0, 0
		if !down && digits > 0 && n < 256 {
			return k.give(byte(n))
		}
		return nil
	case keyCaps:
		k.caps = k.caps != down
		return nil
	}
	if !down {
		return nil
	}
	switch code {
	case keyEnter, keyKPEnter, keyTab, keyLineFeed:
		return append(k.flush(), End)
	}
	if k.alt {
		k.keypad(code)
		return nil
	}
	c, ok := k.char(code)
	if !ok {
		return nil
	}
	if k.ctrl {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c < '@' || c > '_' {
			return nil
		}
		return k.give(c & 0x1f) // Ctrl and ] is the group separator
	}
	return k.give(c)
}

// keypad takes a digit of a character typed by its number: Alt and 0 2 9 is the group separator, on any layout.
func (k *Keyboard) keypad(code uint16) {
	c, ok := layouts["us"].plain[code]
	if ok && c >= '0' && c <= '9' && code >= keyKP7 && k.digits < 4 {
		k.number, k.digits = k.number*10+int(c-'0'), k.digits+1
	}
}

func (k *Keyboard) char(code uint16) (byte, bool) {
	l := k.Layout
	if l == nil {
		l = layouts["us"]
	}
	if k.altGr {
		c, ok := l.altGr[code]
		return c, ok
	}
	shift := k.shift
	if c := l.plain[code]; k.caps && c >= 'a' && c <= 'z' {
		shift = !shift
	}
	if shift {
		c, ok := l.shift[code]
		return c, ok
	}
	c, ok := l.plain[code]
	return c, ok
}

// give is a character and what waited for it. A dead key and a space is the dead key's character; so is a dead key before
// anything else, because barcodes have no accents.
func (k *Keyboard) give(c byte) []byte {
	l := k.Layout
	if l == nil {
		l = layouts["us"]
	}
	before := k.flush()
	if len(before) > 0 && c == ' ' {
		return before
	}
	if strings.IndexByte(l.dead, c) >= 0 {
		k.waits = c
		return before
	}
	return append(before, c)
}

func (k *Keyboard) flush() []byte {
	if k.waits == 0 {
		return nil
	}
	out := []byte{k.waits}
	k.waits = 0
	return out
}
