package route

import (
	"cmp"
	"strings"
)

// Natural orders names as people count them: 2 before 10, Z before AA, upper and lower case alike.
// Names that differ at all never compare as equal.
func Natural(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		var p, q string
		p, x = piece(x)
		q, y = piece(y)
		if c := comparePiece(p, q); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(x), len(y)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

func class(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return 1
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return 2
	}
	return 0
}

// piece cuts the leading run of digits, of letters, or of anything else.
func piece(s string) (head, rest string) {
	n := 1
	for n < len(s) && class(s[n]) == class(s[0]) {
		n++
	}
	return s[:n], s[n:]
}

func comparePiece(p, q string) int {
	if c := cmp.Compare(class(p[0]), class(q[0])); c != 0 {
		return c
	}
	switch class(p[0]) {
	case 1:
		p, q = strings.TrimLeft(p, "0"), strings.TrimLeft(q, "0")
	case 2:
		p, q = strings.ToUpper(p), strings.ToUpper(q)
	default:
		return strings.Compare(p, q)
	}
	if c := cmp.Compare(len(p), len(q)); c != 0 {
		return c // the longer number is the larger, and AA comes after Z
	}
	return strings.Compare(p, q)
}
