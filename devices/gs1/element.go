package gs1

import (
	"fmt"
	"strings"
)

// part is one component of a value, as the dictionary describes it.
type part struct {
	set         byte // N digits, X set 82, Y set 39, Z base64url
	least, most int
	optional    bool
	checks      []check
}

// entry is one line of the dictionary: an AI, or a range of them that differ only in the last digit.
type entry struct {
	from, to, digits int
	predefined       bool // its length is known without FNC1 behind it (§7.8.5)
	attribute        bool // may stand in a Digital Link's query
	parts            []part
	req, ex          []string
	key              bool   // Digital Link primary key
	qualifiers       string // in order; "|" between alternatives
	title            string
}

// Element is one application identifier and its value.
type Element struct {
	AI    string
	Value string
	e     *entry
	at    int // of the AI in what was read
}

// Title is the data title GS1 gives the AI, such as "BATCH/LOT".
func (e Element) Title() string {
	if e.e == nil {
		return ""
	}
	return e.e.title
}

// Error says what is wrong with what was read, and where.
type Error struct {
	Pos  int    // offset in the data as it came, from 0
	AI   string // "" outside of an element
	Why  string
	what string // its title
}

func (e *Error) Error() string {
	if e.AI == "" {
		return fmt.Sprintf("barcode, character %d: %s", e.Pos+1, e.Why)
	}
	return fmt.Sprintf("barcode, character %d: (%s) %s: %s", e.Pos+1, e.AI, e.what, e.Why)
}

// first and last index the table by an AI's first two digits.
var first, last = func() (f, l [100]int16) {
	for i := range f {
		f[i] = -1
	}
	for i, e := range table {
		lo, hi := e.from, e.to
		for range e.digits - 2 {
			lo, hi = lo/10, hi/10
		}
		for p := lo; p <= hi; p++ {
			if f[p] < 0 {
				f[p] = int16(i)
			}
			l[p] = int16(i)
		}
	}
	return f, l
}()

// lookup finds the AI at the front of s, or nil.
func lookup(s string) *entry {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return nil
	}
	p := two(s)
	if first[p] < 0 {
		return nil
	}
	n, digits := p, 2
	for i := int(first[p]); i <= int(last[p]); i++ {
		e := &table[i]
		for digits < e.digits {
			if digits >= len(s) || !isDigit(s[digits]) {
				return nil
			}
			n, digits = 10*n+int(s[digits]-'0'), digits+1
		}
		if e.from <= n && n <= e.to {
			return e
		}
	}
	return nil
}

// length of a predefined AI's value.
func (e *entry) fixed() int {
	n := 0
	for _, p := range e.parts {
		n += p.most
	}
	return n
}

// least is how long a value is without its optional parts.
func (e *entry) least() int {
	n := 0
	for _, p := range e.parts {
		if !p.optional {
			n += p.least
		}
	}
	return n
}

// What a byte may be part of.
const (
	inN = 1 << iota
	inX
	inY
	inZ
	inAddress // of the web
	inHost
)

var letters = func() (t [256]byte) {
	for c := range t {
		b := byte(c)
		digit, upper, letter := isDigit(b), b >= 'A' && b <= 'Z', isLetter(b)
		in := func(bit byte, yes bool, more string) {
			if yes || c < 0x80 && strings.IndexByte(more, b) >= 0 {
				t[c] |= bit
			}
		}
		in(inN, digit, "")
		in(inX, digit || letter, `!"%&'()*+,-./:;<=>?_`)
		in(inY, digit || upper, "#-/")
		in(inZ, digit || letter, "-_=")
		in(inAddress, digit || letter, "-._~:/?#[]@!$&'()*+,;=%")
		in(inHost, digit || letter, "-.:[]")
	}
	return t
}()

// setBit is where a component's set stands in letters.
func setBit(set byte) byte {
	switch set {
	case 'N':
		return inN
	case 'X':
		return inX
	case 'Y':
		return inY
	}
	return inZ
}

var setWords = map[byte]string{'N': "only digits are allowed here", 'X': "the character is not in GS1 character set 82",
	'Y': "the character is not in GS1 character set 39", 'Z': "the character is not base64url"}

// outside is where the first byte of s stands that is not of the set, or -1.
func outside(s string, bit byte) int {
	for i := range len(s) {
		if letters[s[i]]&bit == 0 {
			return i
		}
	}
	return -1
}

// valid checks a value against the dictionary; at is an offset in v.
func (e *entry) valid(v string) (at int, why string) {
	for i := range e.parts {
		p := &e.parts[i]
		left := len(v) - at
		if left == 0 && p.optional {
			return 0, ok
		}
		if left < p.least {
			return len(v), fmt.Sprintf("too short: %d characters, and at least %d are needed", len(v), at+p.least)
		}
		s := v[at : at+min(left, p.most)]
		if j := outside(s, setBit(p.set)); j >= 0 {
			return at + j, setWords[p.set]
		}
		if p.set == 'Z' {
			if body := strings.TrimRight(s, "="); strings.Contains(body, "=") || len(s)-len(body) > 2 {
				return at, "= stands only at the end of base64url, at most twice"
			}
		}
		for _, c := range p.checks {
			if off, why := c(s); why != ok {
				return at + off, why
			}
		}
		at += len(s)
	}
	if at < len(v) {
		return at, fmt.Sprintf("too long: %d characters, and at most %d are allowed", len(v), at)
	}
	return 0, ok
}

// add checks a value and keeps it. The same AI twice with the same value is one; with another it is an error (§4.14).
func (c *Code) add(at int, ai, v string, vAt int, e *entry) error {
	if off, why := e.valid(v); why != ok {
		return &Error{Pos: vAt + off, AI: ai, Why: why, what: e.title}
	}
	for i := range c.Elements {
		if c.Elements[i].AI != ai {
			continue
		}
		if c.Elements[i].Value == v {
			return nil
		}
		return &Error{Pos: at, AI: ai, Why: "it stands there twice with different values", what: e.title}
	}
	c.Elements = append(c.Elements, Element{AI: ai, Value: v, e: e, at: at})
	return nil
}

// addDecoded is add for a value that does not stand in the data as it is: an error then points at the value's beginning.
func (c *Code) addDecoded(at int, ai, v, raw string, vAt int, e *entry) error {
	err := c.add(at, ai, v, vAt, e)
	if ge, isOurs := err.(*Error); isOurs && v != raw && ge.Pos > vAt {
		ge.Pos = vAt
	}
	return err
}

// gs is how scanners send FNC1 inside the data.
const gs = 0x1D

// elements reads an element string: data[from:] without a leading FNC1. sep is how FNC1 is written inside.
func (c *Code) elements(data string, from int, sep byte) error {
	if from == len(data) {
		return &Error{Pos: from, Why: "nothing stands behind the FNC1"}
	}
	for i := from; i < len(data); {
		e := lookup(data[i:])
		if e == nil {
			return &Error{Pos: i, Why: fmt.Sprintf("%q is no application identifier", data[i:min(len(data), i+4)])}
		}
		ai, v := data[i:i+e.digits], i+e.digits
		end := strings.IndexByte(data[v:], sep)
		if end < 0 {
			end = len(data)
		} else {
			end += v
		}
		if e.predefined && end > v+e.fixed() {
			end = v + e.fixed()
		}
		if err := c.add(i, ai, data[v:end], v, e); err != nil {
			return err
		}
		i = end
		if i < len(data) && data[i] == sep {
			i++ // not needed behind a predefined length, nor at the end: both are to be borne
		}
	}
	return nil
}

// bracketed reads "(01)09521234543213(10)A\(1\)": what stands below a barcode for people. "\(" is a bracket in a value.
func (c *Code) bracketed(data string, from int) error {
	for i := from; i < len(data); {
		if data[i] != '(' {
			return &Error{Pos: i, Why: "an application identifier in brackets is expected"}
		}
		n := strings.IndexByte(data[i:], ')')
		e := lookup(data[i+1:])
		if n < 0 || e == nil || n != e.digits+1 {
			return &Error{Pos: i, Why: fmt.Sprintf("%q is no application identifier in brackets", data[i:min(len(data), i+6)])}
		}
		v := i + n + 1
		end := v
		for end < len(data) && data[end] != '(' {
			if data[end] == '\\' && end+1 < len(data) && data[end+1] == '(' {
				end++
			}
			end++
		}
		val := data[v:end]
		if strings.Contains(val, `\(`) {
			val = strings.ReplaceAll(val, `\(`, "(")
		}
		if err := c.addDecoded(i, data[i+1:i+1+e.digits], val, data[v:end], v, e); err != nil {
			return err
		}
		i = end
	}
	return nil
}
