package floor

import (
	"strconv"
	"strings"
)

// returnNumber is the next number of the blocks leased for returns, without taking it.
func (s *State) returnNumber() (string, bool) {
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == "return" && b.Next <= b.To {
			return b.Prefix + strconv.FormatUint(b.Next, 10), true
		}
	}
	return "", false
}

// burnReturn marks a number as used. A burnt number never comes back.
func (s *State) burnReturn(number string) {
	for i := range s.Blocks {
		b := &s.Blocks[i]
		rest, ok := strings.CutPrefix(number, b.Prefix)
		n, err := strconv.ParseUint(rest, 10, 64)
		if b.Kind == "return" && ok && err == nil && n >= b.Next && n <= b.To {
			b.Next = n + 1
		}
	}
}
