package slips

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

const (
	longest = 4000 // characters of a paragraph that are looked at
	box     = '□'  // stands for a character the font does not have
	ellipse = "…"
)

// clean makes text from outside safe to lay out: one form for accented letters, nothing that is not seen, no character
// that no font has. Line breaks stay where the paper allows for them.
func (d *doc) clean(s string) string { return d.cleanTo(s, longest) }

func (d *doc) cleanTo(s string, longest int) string {
	if len(s) > 8*longest { // far more than is looked at
		s = s[:8*longest]
	}
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	n, last := 0, ' '
	for _, r := range s {
		if n++; n > longest {
			b.WriteString(ellipse)
			break
		}
		switch {
		case r == '\n':
			b.WriteByte('\n')
		case r == '\t' || r == '\r' || unicode.Is(unicode.Z, r):
			b.WriteByte(' ')
		case (r == joiner || r == nonJoiner) && d.ownShapes(last):
			b.WriteRune(r)
			continue
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Co):
		case !d.shows(r) && !d.ownShapes(r):
			b.WriteRune(box)
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return strings.TrimRight(b.String(), " \n")
}

// shows says whether both fonts have a character. Past 0xFFFF the PDF library cannot go.
func (d *doc) shows(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	if r > 0xFFFD {
		return false
	}
	if ok, known := d.shown[r]; known {
		return ok
	}
	ok := true
	var buf sfnt.Buffer
	for _, f := range d.faces {
		i, err := f.GlyphIndex(&buf, r)
		ok = ok && err == nil && i != 0
	}
	d.shown[r] = ok
	return ok
}

// style is how text looks; Size in points.
type style struct {
	size float64
	bold bool
}

const (
	point   = 25.4 / 72
	leading = 1.22
)

func (s style) height() float64 { return s.size * point * leading }

func (d *doc) use(s style) {
	if s.bold {
		d.pdf.SetFont(family, "B", s.size)
	} else {
		d.pdf.SetFont(family, "", s.size)
	}
}

// width of cleaned text in millimetres.
func (d *doc) width(s string, st style) float64 {
	sum := 0.0
	for _, p := range d.pieces(s) {
		sum += d.pieceWidth(p, st)
	}
	return sum
}

func (d *doc) pieceWidth(p piece, st style) float64 {
	if p.drawn {
		return d.drawnWidth(p.text) * st.size * point
	}
	sum := 0
	for _, r := range p.text {
		sum += d.runeWidth(r, st.bold)
	}
	return float64(sum) * st.size * point / 1000
}

func (d *doc) runeWidth(r rune, bold bool) int {
	key := r << 1
	if bold {
		key |= 1
	}
	if w, ok := d.widths[key]; ok {
		return w
	}
	d.use(style{10, bold})
	w := d.pdf.GetStringSymbolWidth(string(r))
	d.widths[key] = w
	return w
}

// wrap breaks cleaned text into lines no wider than w; a word that is wider is broken where it must.
func (d *doc) wrap(s string, w float64, st style) []string {
	var out []string
	for par := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, t := range tokens(par) {
			word, gap := t.word, " "
			if t.glued {
				gap = ""
			}
			if line != "" && d.width(line+gap+word, st) <= w {
				line += gap + word
				continue
			}
			if line != "" {
				out = append(out, line)
			}
			for d.width(word, st) > w {
				n := d.cut(word, w, st)
				out = append(out, word[:n])
				word = word[n:]
			}
			line = word
		}
		out = append(out, line)
	}
	return out
}

// token is what a line is not broken within, if it can be helped; glued: no blank stands before it.
type token struct {
	word  string
	glued bool
}

// tokens takes a paragraph apart at its blanks, and before every letter of Han and kana: there are no blanks in them.
// What closes a clause stays with what is before it.
func tokens(par string) []token {
	var out []token
	for word := range strings.FieldsSeq(par) {
		from, wide := 0, false
		glued := false
		for i, r := range word {
			is := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
			if i > from && (is || wide) && !joins(r) && !strings.ContainsRune("、。，．・：；？！）」』】〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]", r) {
				out = append(out, token{word[from:i], glued})
				from, glued = i, true
			}
			wide = is
		}
		out = append(out, token{word[from:], glued})
	}
	return out
}

// cut says how many bytes of a word fit; at least one character with its marks, or no end would come.
func (d *doc) cut(word string, w float64, st style) int {
	fits, at, sum := 0, 0, 0.0
	for i, r := range word {
		if i > at && !joins(r) {
			if sum += d.width(word[at:i], st); sum > w && fits > 0 {
				break
			}
			fits, at = i, i
		}
	}
	if fits == 0 {
		return len(word)
	}
	for n := fits; d.width(word[:n], st) > w; { // letters that are joined may be wider than alone
		_, last := utf8.DecodeLastRuneInString(word[:n])
		if n -= last; n == 0 {
			break
		}
		if r, _ := utf8.DecodeRuneInString(word[n:]); !joins(r) {
			fits = n
		}
	}
	return fits
}

const (
	smallest = 6.0 // points; below it nobody reads
	perLine  = 300 // more characters than any line has room for
)

// fit makes text fit in so many lines: it wraps, then shrinks, then ends in "…".
func (d *doc) fit(s string, w float64, most int, st style) ([]string, style) {
	s = d.cleanTo(s, most*perLine)
	for {
		lines := d.wrap(s, w, st)
		wide := func(l string) bool { return d.width(l, st) > w }
		if len(lines) <= most && !slices.ContainsFunc(lines, wide) {
			return lines, st
		}
		if st.size <= smallest {
			for i, l := range lines {
				if wide(l) {
					lines[i] = "" // a single character there is no room for
				}
			}
			if len(lines) <= most {
				return lines, st
			}
			lines = lines[:most]
			last := lines[most-1]
			for last != "" && wide(last+ellipse) {
				r := []rune(last)
				last = string(r[:len(r)-1])
			}
			if last += ellipse; wide(last) {
				last = "" // there is no room even for that
			}
			lines[most-1] = last
			return lines, st
		}
		st.size = max(smallest, st.size-0.5)
	}
}

type align int

const (
	left align = iota
	right
	centre
)

// text puts fitted text in a box from (x, y) and gives the height it took.
func (d *doc) text(x, y, w float64, most int, s string, st style, a align) float64 {
	lines, st := d.fit(s, w, most, st)
	d.lines(x, y, w, lines, st, a)
	return float64(len(lines)) * st.height()
}

func (d *doc) lines(x, y, w float64, lines []string, st style, a align) {
	for i, line := range lines {
		at := x
		switch a {
		case right:
			at = x + w - d.width(line, st)
		case centre:
			at = x + (w-d.width(line, st))/2
		}
		base := y + float64(i)*st.height() + st.size*point*0.98
		for _, p := range d.pieces(line) {
			if p.drawn {
				d.outlines(at, base, p.text, st)
			} else {
				d.use(st) // measuring may have changed it
				d.pdf.Text(at, base, p.text)
			}
			at += d.pieceWidth(p, st)
		}
	}
}
