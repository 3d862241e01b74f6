package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// formula are the characters a spreadsheet begins a formula with. The wide ones are taken for the narrow ones by
// those that are set to Chinese, Japanese or Korean.
const formula = "=+-@\uff1d\uff0b\uff0d\uff20"

// Plain is a text as a cell of CSV: one that a spreadsheet would run as a formula gets an apostrophe before it.
// Blanks before the sign do not help it, as they do not stop the spreadsheet. Whatever writes CSV puts its texts
// through here.
func Plain(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); first == '\t' || first == '\r' || first == '\n' {
		return "'" + text
	}
	bare := strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) || r == '\'' || r == '"'
	})
	if first, n := utf8.DecodeRuneInString(bare); n > 0 && strings.ContainsRune(formula, first) {
		return "'" + text
	}
	return text
}
