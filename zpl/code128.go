package zpl

// Code 128 goes out in mode N with every start and shift said by invocation code, never left to the printer, so
// that the width of the symbol is known when the label is laid out and is the same on every firmware.
//
// The data begins in subset C as long as it comes in pairs of digits, then moves to subset B for good. Going
// back (">5") would shorten mixed data a little; the independent renderer that proves our symbols does not know
// it, and what has not been proved is not sent. For the same reason the part in subset B is never a single character.

// pairs is how many bytes of data go out in subset C, FNC1 included.
func pairs(data []byte) int {
	i, n := 0, 0 // n: digit pairs so far
	for i < len(data) {
		if data[i] == fnc1 {
			i++
			continue
		}
		if i+1 < len(data) && isDigit(data[i]) && isDigit(data[i+1]) {
			i += 2
			n++
			continue
		}
		break
	}
	if i == len(data) {
		return i
	}
	if len(data)-i == 1 && i >= 2 && data[i-1] != fnc1 {
		i -= 2
		n--
	}
	if n < 2 {
		return 0 // start B is shorter or equal
	}
	return i
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// symbols128 is the number of symbol characters: start, data, shifts, check and stop.
func symbols128(data []byte) int {
	n, c := 3, pairs(data)
	for i := 0; i < c; {
		n++
		if data[i] == fnc1 {
			i++
		} else {
			i += 2
		}
	}
	if c > 0 && c < len(data) {
		n++
	}
	return n + len(data) - c
}

// modules128 is the width of the symbol in modules without its quiet zones: 11 for each symbol, 13 for the stop.
func modules128(data []byte) int { return symbols128(data)*11 + 2 }

// append128 appends the field data of ^BC in mode N. '>' is raw: it is this writer's command, not data.
func append128(dst, data []byte) []byte {
	c := pairs(data)
	if c > 0 {
		dst = append(dst, ">;"...)
	} else {
		dst = append(dst, ">:"...)
	}
	for i, ch := range data {
		if i == c && c > 0 {
			dst = append(dst, ">6"...)
		}
		switch ch {
		case fnc1:
			dst = append(dst, ">8"...)
		case '>':
			dst = append(dst, ">0"...)
		case '^':
			dst = append(dst, "><"...)
		case '~':
			dst = append(dst, ">="...)
		default:
			dst = appendByte(dst, ch)
		}
	}
	return dst
}
