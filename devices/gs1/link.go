package gs1

import (
	"fmt"
	"strings"
)

// isLink says whether text could be a GS1 Digital Link: any web address, until its path says otherwise.
func isLink(t string) bool {
	return len(t) > 8 && (strings.EqualFold(t[:7], "http://") || strings.EqualFold(t[:8], "https://"))
}

// link reads a GS1 Digital Link address (GS1 Digital Link Standard: URI Syntax, uncompressed form). A web address that
// has no primary key in its path is Plain and no error. The address is never followed, and its host is not looked at: any
// company may host its own.
func (c *Code) link(data string, from int) error {
	path, base := data, from+8
	if i := strings.IndexByte(path[from:], '#'); i >= 0 {
		path = path[:from+i]
	}
	slash := strings.IndexByte(path[min(base-1, len(path)):], '/')
	if slash < 0 {
		return nil
	}
	start := base - 1 + slash
	query := len(path)
	if i := strings.IndexByte(path[start:], '?'); i >= 0 {
		query = start + i
	}
	key := primaryKey(path[start:query])
	if key < 0 {
		return nil
	}
	c.Kind = Elements
	if err := c.pairs(path[:query], start+key); err != nil {
		return err
	}
	return c.query(path, query+1)
}

// primaryKey finds the last "/ai/value" in a path whose AI is a primary key and that has only pairs behind it; -1: none.
func primaryKey(p string) int {
	end := strings.TrimSuffix(p, "/")
	for {
		v := strings.LastIndexByte(end, '/')
		if v <= 0 {
			return -1
		}
		k := strings.LastIndexByte(end[:v], '/')
		if k < 0 {
			return -1
		}
		ai := end[k+1 : v]
		e := lookup(ai)
		if e == nil || e.digits != len(ai) {
			return -1
		}
		if e.key {
			return k
		}
		end = end[:k]
	}
}

// pairs reads "/01/…/10/…" from i to the end of p.
func (c *Code) pairs(p string, i int) error {
	var seq string // of the primary key
	var used []string
	for i < len(p) && p[i] == '/' && i+1 < len(p) {
		n := strings.IndexByte(p[i+1:], '/')
		ai := p[i+1 : i+1+n] // primaryKey saw that it is there
		v := i + n + 2
		end := len(p)
		if m := strings.IndexByte(p[v:], '/'); m >= 0 {
			end = v + m
		}
		e := lookup(ai)
		if seq == "" && len(used) == 0 && e.key {
			seq = e.qualifiers
		} else {
			used = append(used, ai)
			if !inOrder(seq, used) {
				return &Error{Pos: i + 1, AI: ai, Why: "it may not stand here behind the primary key", what: e.title}
			}
		}
		val, err := c.unescape(p, v, end, false)
		if err != nil {
			return err
		}
		if e.from == 1 && e.digits == 2 && (len(val) == 8 || len(val) == 12 || len(val) == 13) {
			val = "000000"[:14-len(val)] + val
		}
		if err := c.addDecoded(i+1, ai, val, p[v:end], v, e); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// inOrder says whether used is a subsequence of one of the alternatives.
func inOrder(seq string, used []string) bool {
	for alt := range strings.SplitSeq(seq, "|") {
		rest := used
		for q := range strings.SplitSeq(alt, ",") {
			if len(rest) > 0 && rest[0] == q {
				rest = rest[1:]
			}
		}
		if len(rest) == 0 {
			return true
		}
	}
	return false
}

// query reads the attributes: "17=261231&3103=000195". What is not a number is the address's own business.
func (c *Code) query(p string, i int) error {
	for i < len(p) {
		end := len(p)
		if m := strings.IndexAny(p[i:], "&;"); m >= 0 {
			end = i + m
		}
		eq := strings.IndexByte(p[i:end], '=')
		ai := p[i:end]
		if eq >= 0 {
			ai = p[i : i+eq]
		}
		if strings.Trim(ai, "0123456789") == "" && ai != "" {
			e := lookup(ai)
			switch {
			case e == nil || e.digits != len(ai):
				return &Error{Pos: i, Why: fmt.Sprintf("%q is no application identifier", ai)}
			case !e.attribute:
				return &Error{Pos: i, AI: ai, Why: "it may not stand in a query", what: e.title}
			case eq < 0:
				return &Error{Pos: end, AI: ai, Why: "= and a value are missing", what: e.title}
			}
			val, err := c.unescape(p, i+eq+1, end, true)
			if err != nil {
				return err
			}
			if err := c.addDecoded(i, ai, val, p[i+eq+1:end], i+eq+1, e); err != nil {
				return err
			}
		}
		i = end + 1
	}
	return nil
}

// unescape undoes percent-encoding in p[from:end].
func (c *Code) unescape(p string, from, end int, query bool) (string, error) {
	s := p[from:end]
	if strings.IndexByte(s, '%') < 0 && !(query && strings.IndexByte(s, '+') >= 0) {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%':
			if i+2 >= len(s) || hex(s[i+1]) < 0 || hex(s[i+2]) < 0 {
				return "", &Error{Pos: from + i, Why: "% is not followed by two hexadecimal digits"}
			}
			b = append(b, byte(hex(s[i+1])<<4|hex(s[i+2])))
			i += 2
		case query && s[i] == '+':
			b = append(b, ' ')
		default:
			b = append(b, s[i])
		}
	}
	return string(b), nil
}
