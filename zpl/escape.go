package zpl

import "unicode/utf8"

// maxField is the most bytes one ^FD takes (ZPL II Programming Guide, ^FD), counted as sent, escapes included:
// which of the two counts the firmware means is not documented, and the larger one is safe in both readings.
const maxField = 3072

const hexDigits = "0123456789ABCDEF"

// plain tells the bytes that stand for themselves under ^FH_: letters, digits and the space.
var plain = func() (t [256]bool) {
	for c := range 256 {
		t[c] = '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == ' '
	}
	return t
}()

// appendByte appends one byte of field data under ^FH_.
func appendByte(dst []byte, c byte) []byte {
	if plain[c] {
		return append(dst, c)
	}
	return append(dst, '_', hexDigits[c>>4], hexDigits[c&15])
}

// appendText appends text under ^FH_ without what is no text (see dropped). In a ^FB block a backslash is itself an
// escape and is doubled.
func appendText(dst []byte, s string, block bool) []byte {
	for i := 0; i < len(s); {
		run := i
		for i < len(s) && plain[s[i]] {
			i++
		}
		if dst = append(dst, s[run:i]...); i == len(s) {
			break
		}
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			if c < 0x20 || c == 0x7F {
				continue
			}
			dst = appendByte(dst, c)
			if block && c == '\\' {
				dst = appendByte(dst, c)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(dst, "_EF_BF_BD"...) // U+FFFD: a reader sees that something was there
		} else if !dropped(r) {
			for _, b := range []byte(s[i : i+n]) {
				dst = append(dst, '_', hexDigits[b>>4], hexDigits[b&15])
			}
		}
		i += n
	}
	return dst
}

// dropped tells characters that are never printed: controls C0 and C1, and the marks that reorder text
// (a name must not be able to turn the line it stands in), and the soft hyphen, which is none unless a line ends there.
func dropped(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7F && r < 0xA0:
		return true
	case r == 0xAD, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
		return true
	}
	return false
}

func printableASCII(s string) (at int, ok bool) {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] > 0x7E {
			return i, false
		}
	}
	return 0, true
}
