package zpl

import (
	"strings"
	"unicode/utf8"
)

const (
	maxLines = 32
	ellipsis = "..." // three full stops: the one character is not in every printer's font 0
)

// span is one printed line: value[from:to], and an ellipsis after it where text was cut off.
type span struct {
	from, to int32
	cut      bool
}

// fitted is a text box worked out: the cell height in dots and the lines.
type fitted struct {
	dots  int
	n     int
	lines [maxLines]span
}

// width is the advance of a string in 1/1000 of the cell height.
func width(s string) int {
	w, _ := measure(s)
	return w
}

// fit works out size and line breaks: shrink while whole words fit nowhere, then break words, then cut off.
// It reports false where the box is too small for any text at all.
func (f *fitted) fit(s string, w, h, size, least, lines int) bool {
	if size > h {
		size = h
	}
	if least > size {
		least = size
	}
	if least < 1 || size < 1 {
		return false
	}
	f.dots = size
	total, broken := measure(s)
	if !broken {
		if total <= units(w, size) {
			return f.whole(s)
		}
		if lines == 1 { // the largest size at which one line holds it
			if f.dots = w * (1000 - safety) / max(total, 1); f.dots >= least {
				return f.whole(s)
			}
			f.dots = least
		}
	}
	for lines > 1 || broken {
		if f.wrap(s, units(w, f.dots), min(lines, h/f.dots), false) {
			return true
		}
		if f.dots == least {
			break
		}
		f.dots = max(least, f.dots-max(1, f.dots/24))
	}
	room := units(w, f.dots)
	if room < width(ellipsis) {
		return false
	}
	n := min(lines, h/f.dots)
	if !f.wrap(s, room, n, true) {
		f.cut(s, room)
	}
	return true
}

// measure is the width of a string in 1/1000 of the cell height, and whether it has line breaks of its own.
func measure(s string) (total int, broken bool) {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			total += int(font0[c])
			broken = broken || c == '\n'
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		total += RuneWidth(r)
		i += n
	}
	return total, broken
}

// whole makes all of s one line, without the spaces around it.
func (f *fitted) whole(s string) bool {
	from, to := 0, len(s)
	for from < to && s[from] == ' ' {
		from++
	}
	for to > from && s[to-1] == ' ' {
		to--
	}
	f.lines[0], f.n = span{from: int32(from), to: int32(to)}, 1
	return true
}

// units is how much text, in 1/1000 of the cell height, is taken to fit into w dots.
func units(w, dots int) int { return w * (1000 - safety) / dots }

// wrap breaks s into at most n lines of at most room, at spaces and line feeds; where hard, also within words.
// It reports whether all of s is in f.lines.
func (f *fitted) wrap(s string, room, n int, hard bool) bool {
	f.n = 0
	i := 0
	for {
		for i < len(s) && (s[i] == ' ' || s[i] == '\r') {
			i++
		}
		if i == len(s) {
			return true
		}
		if f.n == n {
			return false
		}
		from, end, next, w := i, i, -1, 0 // end: where the line may end; next: where the following one begins
		for i < len(s) {
			c := s[i]
			if c == '\n' {
				end, next = i, i+1
				break
			}
			if c == ' ' {
				end, next = i, i+1
			}
			size, adv := 1, 0
			if c < utf8.RuneSelf {
				adv = int(font0[c])
			} else {
				var r rune
				r, size = utf8.DecodeRuneInString(s[i:])
				adv = RuneWidth(r)
			}
			if w+adv > room && c != ' ' {
				if next < 0 {
					if !hard || i == from {
						return false
					}
					end, next = i, i
					if k := strings.LastIndexByte(s[from:i], '-') + 1; k > (i-from)/2 { // a name of two breaks between them
						end, next = from+k, from+k
					}
				}
				break
			}
			w += adv
			i += size
			if i == len(s) {
				end, next = i, i
			}
		}
		i = next
		for end > from && s[end-1] == ' ' {
			end--
		}
		f.lines[f.n] = span{from: int32(from), to: int32(end)}
		f.n++
	}
}

// cut makes the last line end in an ellipsis: text was left over.
func (f *fitted) cut(s string, room int) {
	if f.n == 0 {
		f.lines[0], f.n = span{cut: true}, 1
		return
	}
	last := &f.lines[f.n-1]
	last.cut = true
	room -= width(ellipsis)
	for last.to > last.from && width(s[last.from:last.to]) > room {
		_, n := utf8.DecodeLastRuneInString(s[last.from:last.to])
		last.to -= int32(n)
	}
	for last.to > last.from && s[last.to-1] == ' ' {
		last.to--
	}
}

// blank reports whether nothing of s would be seen.
func blank(s string) bool {
	for _, r := range s {
		if r != ' ' && !dropped(r) {
			return false
		}
	}
	return true
}
