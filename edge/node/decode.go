package node

import (
	"encoding/json"
	"strconv"

	"picket/edge/floor"
)

// scanOp reads the usual shape of an op without the detours of a general decoder: an object of known fields, each
// at most once, strings without escapes and in plain ASCII, n and seen as plain digits. Whatever is otherwise
// shaped, right or wrong, is left to encoding/json, which also finds the words for what is wrong; the fuzz test
// holds both to the same answer. The scan path takes a third of the time by it.
func scanOp(b []byte, o *Op) bool {
	s := scanner{b: b}
	if !s.eat('{') {
		return false
	}
	seen := 0
	for {
		name, ok := s.text()
		if !ok || !s.eat(':') {
			return false
		}
		field := 0
		switch string(name) {
		case "n":
			field = 1
			o.N, ok = s.number()
		case "id":
			field = 2
			o.ID, ok = textAs(&s, o.ID)
		case "type":
			field = 4
			o.Type, ok = textAs(&s, o.Type)
		case "work":
			field = 8
			o.Work, ok = textAs(&s, o.Work)
		case "seen":
			field = 16
			o.Seen, ok = numberAs(&s, o.Seen)
		case "at":
			field = 32
			var v []byte
			if v, ok = s.text(); ok {
				ok = o.At.UnmarshalText(v) == nil
			}
		case "data":
			field = 64
			o.Data, ok = s.flat()
		default:
			return false
		}
		if !ok || seen&field != 0 {
			return false
		}
		seen |= field
		switch {
		case s.eat(','):
		case s.eat('}'):
			return s.end()
		default:
			return false
		}
	}
}

type scanner struct {
	b []byte
	i int
}

func (s *scanner) blank() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\t' || s.b[s.i] == '\r') {
		s.i++
	}
}

func (s *scanner) eat(c byte) bool {
	s.blank()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) end() bool {
	s.blank()
	return s.i == len(s.b)
}

// text is a string of plain ASCII without escapes.
func (s *scanner) text() ([]byte, bool) {
	if !s.eat('"') {
		return nil, false
	}
	for from := s.i; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1], true
		case c < ' ' || c >= 0x7f || c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// number is a plain unsigned integer of at most 18 digits.
func (s *scanner) number() (uint64, bool) {
	s.blank()
	from := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	digits := s.b[from:s.i]
	if len(digits) == 0 || len(digits) > 18 || (digits[0] == '0' && len(digits) > 1) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits), 10, 64)
	return n, err == nil
}

// flat is an object of strings, numbers and words, without another object or list in it. What the values are is
// for the command's decoder to judge.
func (s *scanner) flat() ([]byte, bool) {
	if !s.eat('{') {
		return nil, false
	}
	from := s.i - 1
	inside := false
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '\\' || c >= 0x7f || (inside && c < ' '):
			return nil, false
		case c == '"':
			inside = !inside
		case inside:
		case c == '{' || c == '[' || c == ']':
			return nil, false
		case c == '}':
			s.i++
			v := append([]byte(nil), s.b[from:s.i]...)
			return v, json.Valid(v)
		}
	}
	return nil, false
}

func textAs[T ~string](s *scanner, _ T) (T, bool) {
	v, ok := s.text()
	return T(v), ok
}

func numberAs[T ~uint64](s *scanner, _ T) (T, bool) {
	v, ok := s.number()
	return T(v), ok
}

// scanPick reads the data of pick.scan, which is nine of ten commands, as scanOp reads the op round it.
func scanPick(b []byte) (*floor.Scan, bool) {
	s, c := scanner{b: b}, &floor.Scan{}
	if !s.eat('{') {
		return nil, false
	}
	seen := 0
	for {
		name, ok := s.text()
		if !ok || !s.eat(':') {
			return nil, false
		}
		field := 0
		switch string(name) {
		case "order":
			field = 1
			c.Order, ok = textAs(&s, c.Order)
		case "line":
			field = 2
			c.Line, ok = textAs(&s, c.Line)
		case "sku":
			field = 4
			c.SKU, ok = textAs(&s, c.SKU)
		case "bin":
			field = 8
			c.Bin, ok = textAs(&s, c.Bin)
		case "code":
			field = 16
			c.Code, ok = textAs(&s, c.Code)
		case "qty":
			field = 32
			var n uint64
			n, ok = s.number()
			c.Qty = int(n)
		case "done":
			field = 64
			c.Done, ok = s.truth()
		case "run":
			field = 128
			c.Run, ok = textAs(&s, c.Run)
		case "tote":
			field = 256
			c.Tote, ok = textAs(&s, c.Tote)
		case "lot":
			field = 512
			c.Lot, ok = textAs(&s, c.Lot)
		case "expiry":
			field = 1024
			c.Expiry, ok = textAs(&s, c.Expiry)
		case "pack":
			field = 2048
			var n uint64
			n, ok = s.number()
			c.Pack = int(n)
		case "grams":
			field = 4096
			var n uint64
			n, ok = s.number()
			c.Grams = int(n)
		default: // serial numbers come in a list, and seldom
			return nil, false
		}
		if !ok || seen&field != 0 {
			return nil, false
		}
		seen |= field
		switch {
		case s.eat(','):
		case s.eat('}'):
			return c, s.end()
		default:
			return nil, false
		}
	}
}

// truth is the word true or false.
func (s *scanner) truth() (value, ok bool) {
	s.blank()
	for _, w := range []string{"false", "true"} {
		if rest := s.b[s.i:]; len(rest) >= len(w) && string(rest[:len(w)]) == w {
			s.i += len(w)
			return w == "true", true
		}
	}
	return false, false
}
