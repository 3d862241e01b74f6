package node

import (
	"bytes"
	"slices"
	"strings"
)

// maxNest is how deep the order of names is looked at. No command nests so deep.
const maxNest = 16

// AppendCanonical appends JSON without white space between its tokens, and every object with its names in order: a
// program that sends a command again may write the names in another order, and it is the same command. A number or a
// text in another spelling is another one. What is no JSON stays as it is.
func AppendCanonical(b, data []byte) []byte {
	c := canon{in: data, out: b}
	if c.value(0) {
		if c.blank(); c.at == len(data) {
			return c.out
		}
	}
	return append(b, data...)
}

// ends are what a number or a word ends at.
const ends = " \n\t\r,]}:{[\""

type canon struct {
	in, out []byte
	at      int
}

func (c *canon) blank() {
	for c.at < len(c.in) && (c.in[c.at] == ' ' || c.in[c.at] == '\n' || c.in[c.at] == '\t' || c.in[c.at] == '\r') {
		c.at++
	}
}

func (c *canon) eat(want byte) bool {
	c.blank()
	if c.at < len(c.in) && c.in[c.at] == want {
		c.at++
		return true
	}
	return false
}

func (c *canon) value(deep int) bool {
	c.blank()
	switch {
	case c.at == len(c.in) || deep > maxNest:
		return false
	case c.in[c.at] == '{':
		return c.object(deep)
	case c.in[c.at] == '[':
		return c.array(deep)
	case c.in[c.at] == '"':
		return c.text()
	}
	from := c.at
	for c.at < len(c.in) && strings.IndexByte(ends, c.in[c.at]) < 0 {
		c.at++
	}
	c.out = append(c.out, c.in[from:c.at]...)
	return c.at > from
}

func (c *canon) text() bool {
	from := c.at
	if !c.eat('"') {
		return false
	}
	for ; c.at < len(c.in); c.at++ {
		switch c.in[c.at] {
		case '\\':
			c.at++
		case '"':
			c.at++
			c.out = append(c.out, c.in[from:c.at]...)
			return true
		}
	}
	return false
}

func (c *canon) array(deep int) bool {
	c.eat('[')
	c.out = append(c.out, '[')
	for first := true; ; first = false {
		if c.eat(']') {
			c.out = append(c.out, ']')
			return true
		}
		if !first {
			if !c.eat(',') {
				return false
			}
			c.out = append(c.out, ',')
		}
		if !c.value(deep + 1) {
			return false
		}
	}
}

// member is where a name and its value stand in what was written.
type member struct{ from, name, to int }

func (c *canon) object(deep int) bool {
	c.eat('{')
	c.out = append(c.out, '{')
	var room [16]member
	list := room[:0]
	for !c.eat('}') {
		if len(list) > 0 {
			if !c.eat(',') {
				return false
			}
			c.out = append(c.out, ',')
		}
		c.blank()
		m := member{from: len(c.out)}
		if !c.text() {
			return false
		}
		m.name = len(c.out)
		if !c.eat(':') {
			return false
		}
		c.out = append(c.out, ':')
		if !c.value(deep + 1) {
			return false
		}
		m.to = len(c.out)
		list = append(list, m)
	}
	c.sort(list)
	c.out = append(c.out, '}')
	return true
}

// sort puts the members into the order of their names.
func (c *canon) sort(list []member) {
	before := func(a, b member) int { return bytes.Compare(c.out[a.from:a.name], c.out[b.from:b.name]) }
	if slices.IsSortedFunc(list, before) {
		return
	}
	at := list[0].from
	var room [512]byte
	was := append(room[:0], c.out[at:]...)
	slices.SortStableFunc(list, before)
	c.out = c.out[:at]
	for i, m := range list {
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.out = append(c.out, was[m.from-at:m.to-at]...)
	}
}
