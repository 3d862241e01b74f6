package station

import (
	"fmt"
	"strings"
)

// pattern is a form of barcode: one class of characters for each place, and perhaps any number of any behind them. The
// language is kept so small that whether two patterns share a code is decided, not tried.
//
//	#  a digit      @  a letter      *  one or more characters, at the end only
//	[…]  the part that is the id; without it the id begins at the first # @ or *
//
// Every other letter, digit and - _ . / : + stands for itself.
type pattern struct {
	text     string
	places   []byte // '#', '@', or the character itself behind a 0 in literal
	literal  []bool
	open     bool // a * stands at the end
	from, to int  // of the id; to counts from the end of what is fixed, -1: to the end
}

// longest is how many places a pattern may have.
const longest = 40

func compile(text string) (p pattern, err error) {
	p = pattern{text: text, from: -1, to: -1}
	wild, closed := -1, false
	for i := range len(text) {
		c := text[i]
		switch {
		case p.open && (c != ']' || p.from < 0 || closed):
			return p, fmt.Errorf("%q: * stands at the end only", text)
		case c == '[' && p.from < 0 && !closed:
			p.from = len(p.places)
		case c == ']' && p.from >= 0 && !closed && (len(p.places) > p.from || p.open):
			closed = true
			if !p.open {
				p.to = len(p.places)
			}
		case c == '*':
			p.open = true
		case c == '#' || c == '@':
			p.places, p.literal = append(p.places, c), append(p.literal, false)
		case letter(c) || digit(c) || strings.IndexByte("-_./:+", c) >= 0:
			p.places, p.literal = append(p.places, c), append(p.literal, true)
		default:
			return p, fmt.Errorf("%q: has %q at position %d; letters, digits, - _ . / : +, # for a digit, @ for a letter, * at the end and one [ ] are allowed", text, c, i+1)
		}
		if wild < 0 && (c == '*' || c == '#' || c == '@') {
			if wild = len(p.places); c != '*' {
				wild--
			}
		}
	}
	switch {
	case p.from >= 0 && !closed:
		return p, fmt.Errorf("%q: the [ is not closed", text)
	case wild < 0:
		return p, fmt.Errorf("%q: fits one code alone; put # @ or * where codes differ", text)
	case len(p.places) > longest:
		return p, fmt.Errorf("%q: is longer than %d places", text, longest)
	case p.from < 0:
		p.from = wild
	}
	return p, nil
}

func letter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// anything is what * takes: all but control characters.
func anything(c byte) bool { return c >= ' ' && c != 0x7f }

// takes says whether a character may stand at a place.
func (p *pattern) takes(at int, c byte) bool {
	switch {
	case at >= len(p.places):
		return p.open && anything(c)
	case p.literal[at]:
		return p.places[at] == c
	case p.places[at] == '#':
		return digit(c)
	}
	return letter(c)
}

// match gives the id in a code of this form.
func (p *pattern) match(text string) (id string, ok bool) {
	if n := len(p.places); len(text) < n || p.open != (len(text) > n) {
		return "", false
	}
	for i := range len(text) {
		if !p.takes(i, text[i]) {
			return "", false
		}
	}
	to := p.to
	if to < 0 {
		to = len(text)
	}
	return text[p.from:to], true
}

// common gives a code that fits both patterns, empty when there is none. Both are a row of classes, so a shared code is
// one of the shortest length both may have: as long as the longer, and one more where a * wants it.
func common(a, b *pattern) string {
	n := max(len(a.places), len(b.places))
	if a.open && len(a.places) == n || b.open && len(b.places) == n {
		n++
	}
	if !a.open && len(a.places) != n || !b.open && len(b.places) != n {
		return ""
	}
	out := make([]byte, n)
	for i := range n {
		out[i] = either(a, b, i)
		if out[i] == 0 {
			return ""
		}
	}
	return string(out)
}

// likely are all characters a place of its own may take, in the order in which an example reads best: two classes that
// share a character share one of these.
const likely = "1A234567890BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_./:+"

func either(a, b *pattern, at int) byte {
	for i := range len(likely) {
		if c := likely[i]; a.takes(at, c) && b.takes(at, c) {
			return c
		}
	}
	return 0
}

// digits gives a code of digits alone that fits, empty when there is none: it could be a GTIN or an SSCC.
func (p *pattern) digits() string {
	out := make([]byte, 0, longest)
	for i := range len(p.places) {
		switch {
		case p.literal[i] && digit(p.places[i]):
			out = append(out, p.places[i])
		case !p.literal[i] && p.places[i] == '#':
			out = append(out, '1')
		default:
			return ""
		}
	}
	if p.open {
		out = append(out, '1')
	}
	return string(out)
}
