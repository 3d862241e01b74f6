package zpl

import (
	"strings"
	"unicode"
)

// Hand draws what a printer's own font lacks. Package script is one.
type Hand interface {
	// Draws tells whether the printer's font lacks a character of s, so that s must be a picture.
	Draws(s string) bool
	// Advance is how wide one line of s is, in 1/1000 of the cell height.
	Advance(s string) int
	// Ink draws s as one line with its cell's top left corner at (x, y); what lies beyond the bitmap is not drawn.
	Ink(b *Bitmap, s string, x, y, cell int)
}

// maxDrawn is the most characters of a text that are drawn as a picture; the rest is cut off visibly.
const maxDrawn = 500

// Alt begins the comment (^FX) that says in hex what a drawn text says, for those who read a label and cannot see.
const Alt = "text "

// word is a piece of text that a line is not broken within, if it can be helped.
type word struct {
	text  string
	w     int  // in 1/1000 of the cell height
	glue  bool // stands right behind the word before, without a space
	fresh bool // begins a line
}

// words takes a text apart where lines may be broken: at spaces, and before and behind every Han or kana character.
func (l *Label) words(value string) []word {
	var out []word
	var now strings.Builder
	glue, fresh, n := true, true, 0
	flush := func() {
		if now.Len() > 0 {
			out = append(out, word{now.String(), l.Hand.Advance(now.String()), glue, fresh})
			now.Reset()
			glue, fresh = true, false
		}
	}
	for _, r := range value {
		switch {
		case n == maxDrawn:
			flush()
			return append(out, word{ellipsis, l.Hand.Advance(ellipsis), true, false})
		case r == '\n':
			flush()
			fresh = true
		case dropped(r):
		case r == ' ':
			flush()
			glue = false
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			flush()
			now.WriteRune(r)
			flush()
		default:
			now.WriteRune(r)
		}
		n++
	}
	flush()
	return out
}

// broken is a word in pieces that fit into room; a mark stays with its letter.
func (l *Label) broken(w word, room int) []word {
	var out []word
	rest := []rune(w.text)
	for len(rest) > 0 {
		n := len(rest)
		for n > 1 && l.Hand.Advance(string(rest[:n])) > room {
			n--
		}
		for n < len(rest) && n > 1 && unicode.In(rest[n], unicode.Mn, unicode.Mc) {
			n--
		}
		s := string(rest[:n])
		out = append(out, word{s, l.Hand.Advance(s), w.glue || len(out) > 0, w.fresh && len(out) == 0})
		rest = rest[n:]
	}
	return out
}

// drawnLines are the lines of words that fit into n lines of room, and whether nothing was left over.
func (l *Label) drawnLines(words []word, room, n int) (lines []string, whole bool) {
	space, w := l.Hand.Advance("a a")-l.Hand.Advance("aa"), 0
	for _, x := range words {
		gap := space
		if x.glue {
			gap = 0
		}
		switch {
		case len(lines) == 0, x.fresh, w+gap+x.w > room:
			if len(lines) == n || x.w > room {
				return lines, false
			}
			lines, w = append(lines, x.text), x.w
		default:
			if !x.glue {
				lines[len(lines)-1] += " "
			}
			lines[len(lines)-1] += x.text
			w += gap + x.w
		}
	}
	return lines, true
}

// drawn appends a text as a picture in its box: it shrinks, wraps and ends in "..." as printed text does.
func (l *Label) drawn(dst []byte, i, least int) ([]byte, error) {
	e := &l.elements[i]
	x, y, w, h := l.dots(e.x), l.dots(e.y), l.dots(e.w), l.dots(e.h)
	cell, most := min(l.dots(e.size), h), max(e.lines, 1)
	least = max(min(least, cell), 1)
	words := l.words(e.value)
	var lines []string
	for whole := false; ; cell = max(least, cell-max(1, cell/24)) {
		if cell < 1 {
			return dst, l.fieldError(i, "the box of %.1f x %.1f mm holds no text", e.w, e.h)
		}
		if lines, whole = l.drawnLines(words, w*1000/cell, min(most, h/cell)); whole {
			break
		}
		if cell > least {
			continue
		}
		room := w * 1000 / cell
		var pieces []word
		for _, x := range words {
			if x.w <= room {
				pieces = append(pieces, x)
			} else {
				pieces = append(pieces, l.broken(x, room)...)
			}
		}
		if lines, whole = l.drawnLines(pieces, room, min(most, h/cell)); !whole {
			if len(lines) == 0 || l.Hand.Advance(ellipsis) > room {
				return dst, l.fieldError(i, "the box of %.1f x %.1f mm holds no text", e.w, e.h)
			}
			last := []rune(lines[len(lines)-1])
			for len(last) > 0 && l.Hand.Advance(string(last)+ellipsis) > room {
				last = last[:len(last)-1]
			}
			lines[len(lines)-1] = strings.TrimRight(string(last), " ") + ellipsis
		}
		break
	}
	b := &Bitmap{Width: w, Height: len(lines) * cell}
	b.Bits = make([]byte, b.stride()*b.Height)
	for n, s := range lines {
		at := 0
		if room := w - l.Hand.Advance(s)*cell/1000; room > 0 {
			at = [...]int{Left: 0, Center: room / 2, Right: room}[e.align]
		}
		l.Hand.Ink(b, s, at, n*cell, cell)
	}
	if problem := b.problem(); problem != "" {
		return dst, l.fieldError(i, "%s", problem)
	}
	dst = append(dst, "^FX"+Alt...)
	for _, c := range []byte(strings.Join(lines, "\n")) {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	dst = append(dst, '\n')
	dst = origin(dst, x, y)
	if e.reverse {
		dst = append(dst, "^FR"...)
	}
	return b.append(dst), nil
}
