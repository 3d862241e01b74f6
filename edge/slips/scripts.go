package slips

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"picket/zpl/script"
)

const (
	joiner    = '\u200d' // it and the one that parts shape the letters beside them in Arabic and in India's scripts
	nonJoiner = '\u200c'
)

// fromRight are scripts that DejaVu has, but that the PDF library neither joins nor puts in order.
var fromRight = []*unicode.RangeTable{unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko}

// ownShapes says whether a character is drawn as outlines of package script: its script needs it, or DejaVu lacks it.
func (d *doc) ownShapes(r rune) bool {
	if r < 0x2b0 { // Latin, the most of all text
		return false
	}
	if is, known := d.drawn[r]; known {
		return is
	}
	is := (unicode.In(r, fromRight...) || !d.shows(r)) && len(d.scripts().Lacks(string(r))) == 0
	d.drawn[r] = is
	return is
}

func (d *doc) scripts() *script.Fonts {
	if d.head.Fonts == nil {
		d.head.Fonts = script.New()
	}
	return d.head.Fonts
}

// piece is a part of a line: text of the PDF, or a drawing of it.
type piece struct {
	text  string
	drawn bool
}

// pieces takes a line apart. One with letters from the right is drawn as a whole: the order of its parts is not that
// in which they stand.
func (d *doc) pieces(s string) []piece {
	if strings.IndexFunc(s, d.ownShapes) < 0 {
		return []piece{{s, false}}
	}
	for _, r := range s {
		if unicode.In(r, fromRight...) && d.ownShapes(r) {
			return []piece{{s, true}}
		}
	}
	var out []piece
	for _, r := range s {
		n := len(out)
		drawn := d.ownShapes(r)
		if n > 0 && joins(r) {
			drawn = drawn || out[n-1].drawn
		}
		if n > 0 && out[n-1].drawn == drawn {
			out[n-1].text += string(r)
		} else {
			out = append(out, piece{string(r), drawn})
		}
	}
	return out
}

// joins says whether a character belongs to the one before it.
func joins(r rune) bool {
	return r == joiner || r == nonJoiner || r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Mc)
}

// drawnWidth is in text sizes.
func (d *doc) drawnWidth(s string) float64 {
	if w, ok := d.runs[s]; ok {
		return w
	}
	w := d.scripts().Width(s)
	d.runs[s] = w
	return w
}

// outlines draws a run with its left end on the baseline at (x, y). Under it lies one blank that says in the PDF what is
// drawn, so that it can be searched for and copied.
func (d *doc) outlines(x, y float64, s string, st style) {
	var b strings.Builder
	shade := "0 g"
	if d.white {
		shade = "1 g"
	}
	px, py := x/point, (d.h-y)/point
	fmt.Fprintf(&b, "q %s\n", shade)
	for _, l := range d.scripts().Letters(s) {
		k := l.Scale * st.size
		fmt.Fprintf(&b, "q %.5f 0 0 %.5f %.2f %.2f cm", k, k, px+l.X*st.size, py+l.Y*st.size)
		for _, p := range l.Path {
			n := 2
			if p.Op == 'c' {
				n = 6
			}
			for _, v := range p.P[:n] {
				fmt.Fprintf(&b, " %.0f", v)
			}
			b.WriteByte(' ')
			b.WriteByte(p.Op)
		}
		b.WriteString(" f Q\n")
	}
	b.WriteString("Q\n")
	blank := d.width(" ", st)
	fmt.Fprintf(&b, "/Span <</ActualText <FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	fmt.Fprintf(&b, ">>> BDC q 3 Tr %.2f Tz", d.drawnWidth(s)*st.size*point/blank*100)
	d.use(st)
	d.pdf.RawWriteStr(b.String())
	d.pdf.Text(x, y, " ")
	d.pdf.RawWriteStr("Q EMC")
}
