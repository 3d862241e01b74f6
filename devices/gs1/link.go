package gs1

import (
	"fmt"
	"strings"
)

// isLink says whether text could be a GS1 Digital Link: any web address, until its path says otherwise. The scheme is written
// small or large; a lenient reader takes what browsers take.
func isLink(t string, lenient bool) bool {
	if len(t) < len("http://a") {
		return false
	}
	n := len("http")
	if t[n] != ':' {
		n++
	}
	if t[n:n+3] != "://" {
		return false
	}
	switch s := t[:n]; s {
	case "http", "https", "HTTP", "HTTPS":
		return true
	default:
		return lenient && (strings.EqualFold(s, "http") || strings.EqualFold(s, "https"))
	}
}

// link reads a GS1 Digital Link address (GS1 Digital Link Standard: URI Syntax, uncompressed form). A web address that
// has no primary key in its path is Plain and no error. The address is never followed, and its host is not looked at but for
// its letters: any company may host its own.
func (c *Code) link(data string, from int) error {
	p := data
	if i := strings.IndexByte(p[from:], '#'); i >= 0 {
		p = p[:from+i]
	}
	host := from + strings.Index(p[from:], "://") + len("://")
	slash := strings.IndexByte(p[host:], '/')
	if slash < 1 || outside(p[host:host+slash], inHost) >= 0 {
		return nil
	}
	start, path := host+slash, p
	query := len(p)
	if i := strings.IndexByte(p[start:], '?'); i >= 0 {
		query = start + i
		path = p[:query]
	}
	if c.lenient {
		path = strings.TrimRight(path, "/")
	}
	key := c.primaryKey(path[min(start, len(path)):])
	if key < 0 {
		return nil
	}
	c.Kind = Elements
	if i := outside(data[from:], inAddress); i >= 0 {
		return &Error{Pos: from + i, Why: "the character may not stand in a web address"}
	}
	seq, used, err := c.pairs(path, start+key)
	if err != nil {
		return err
	}
	return c.query(p, min(query+1, len(p)), seq, used)
}

// primaryKey finds the last "/ai/value" in a path whose AI is a primary key and that has only pairs behind it; -1: none.
func (c *Code) primaryKey(p string) int {
	for end := p; ; {
		v := strings.LastIndexByte(end, '/')
		if v <= 0 {
			return -1
		}
		k := strings.LastIndexByte(end[:v], '/')
		if k < 0 {
			return -1
		}
		_, e := c.inPath(end[k+1 : v])
		if e == nil {
			return -1
		}
		if e.key {
			return k
		}
		end = end[:k]
	}
}

// inPath is the AI a part of a path names: its number, or for a lenient reader its name in the first Digital Link standard.
func (c *Code) inPath(s string) (string, *entry) {
	if c.lenient {
		if i := strings.Index(pathNames, " "+s+"="); i >= 0 && s != "" {
			n := pathNames[i+len(s)+2:]
			s = n[:strings.IndexByte(n, ' ')]
		}
	}
	if e := lookup(s); e != nil && e.digits == len(s) {
		return s, e
	}
	return "", nil
}

// pathNames are the names that stood for numbers until Digital Link 1.2.
const pathNames = " gtin=01 itip=8006 cpid=8010 gmn=8013 gln=414 party=417 gsrnp=8017 gsrn=8018 gcn=255 sscc=00 gdti=253" +
	" ginc=401 gsin=402 grai=8003 giai=8004 cpv=22 lot=10 ser=21 cpsn=8011 glnx=254 refno=8020 srin=8019 "

// pairs reads "/01/…/10/…" from i to the end of p, and gives the order of the key's qualifiers and those that are there.
func (c *Code) pairs(p string, i int) (seq string, used [4]string, err error) {
	n := -1
	for ; i < len(p); n++ {
		k := i + 1 + strings.IndexByte(p[i+1:], '/') // primaryKey saw that it is there
		ai, e := c.inPath(p[i+1 : k])
		end := len(p)
		if m := strings.IndexByte(p[k+1:], '/'); m >= 0 {
			end = k + 1 + m
		}
		if n < 0 {
			seq = e.qualifiers
		} else if n == len(used) {
			return seq, used, behind(i+1, ai, e)
		} else if used[n] = ai; !inOrder(seq, used[:n+1]) {
			return seq, used, behind(i+1, ai, e)
		}
		if err := c.pair(p, i+1, ai, k+1, end, e, false); err != nil {
			return seq, used, err
		}
		i = end
	}
	return seq, used, nil
}

func behind(at int, ai string, e *entry) error {
	return &Error{Pos: at, AI: ai, Why: "it may not stand here behind the primary key", what: e.title}
}

// pair keeps the AI at k with the value p[v:end].
func (c *Code) pair(p string, k int, ai string, v, end int, e *entry, query bool) error {
	val := unescape(p[v:end], query)
	if c.lenient && ai == "01" && (len(val) == 8 || len(val) == 12 || len(val) == 13) {
		val = "000000"[:14-len(val)] + val
	}
	if c.find(ai, -1) != "" {
		return &Error{Pos: k, AI: ai, Why: "it stands there twice", what: e.title}
	}
	return c.addDecoded(k, ai, val, p[v:end], v, e)
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

// belongsInPath says whether the path with that AI too would still be in order: then it must not be an attribute.
func belongsInPath(ai, seq string, used [4]string) bool {
	for at := range used {
		var with [len(used) + 1]string
		n := copy(with[:], used[:at])
		with[n] = ai
		n++
		for _, u := range used[at:] {
			if u != "" {
				with[n] = u
				n++
			}
		}
		if inOrder(seq, with[:n]) {
			return true
		}
		if used[at] == "" {
			return false
		}
	}
	return false
}

// query reads the attributes: "17=261231&3103=000195". What is not a number with a value is the address's own business.
func (c *Code) query(p string, i int, seq string, used [4]string) error {
	for i < len(p) {
		end := len(p)
		if m := strings.IndexByte(p[i:], '&'); m >= 0 {
			end = i + m
		}
		if m := strings.IndexByte(p[i:end], ';'); m >= 0 && c.lenient { // the first standard allowed both
			end = i + m
		}
		if eq := strings.IndexByte(p[i:end], '='); eq > 0 && outside(p[i:i+eq], inN) < 0 {
			ai := p[i : i+eq]
			e := lookup(ai)
			switch {
			case e == nil || e.digits != len(ai):
				return &Error{Pos: i, Why: fmt.Sprintf("%q is no application identifier", ai)}
			case !e.attribute:
				return &Error{Pos: i, AI: ai, Why: "it may not stand in a query", what: e.title}
			case !c.lenient && belongsInPath(ai, seq, used):
				return &Error{Pos: i, AI: ai, Why: "it belongs in the path and not in the query", what: e.title}
			}
			if err := c.pair(p, i, ai, i+eq+1, end, e, true); err != nil {
				return err
			}
		}
		i = end + 1
	}
	return nil
}

// unescape undoes percent-encoding. A % without two hexadecimal digits behind it stands for itself, as in GS1's own reading.
func unescape(s string, query bool) string {
	if strings.IndexByte(s, '%') < 0 && !(query && strings.IndexByte(s, '+') >= 0) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%' && i+2 < len(s) && hex(s[i+1]) >= 0 && hex(s[i+2]) >= 0:
			b = append(b, byte(hex(s[i+1])<<4|hex(s[i+2])))
			i += 2
		case query && s[i] == '+':
			b = append(b, ' ')
		default:
			b = append(b, s[i])
		}
	}
	return string(b)
}
