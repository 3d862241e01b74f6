package slips

// col is a column; w is its share of the width.
type col struct {
	title string
	w     float64
	align align
	size  float64 // points; zero: 9
	bold  bool
	most  int // lines; zero: 3
}

// cell is what stands in one: text, with small text under it, over a barcode, or an empty box to write in.
type cell struct {
	text  string
	small string
	code  string
	blank bool
	bold  bool
}

const (
	pad     = 1.2
	codeH   = 8.0
	blankH  = 7.0
	tallest = 60.0
)

// table draws rows; its head is repeated on every page.
func (d *doc) table(cols []col, rows [][]cell) {
	total := 0.0
	for _, c := range cols {
		total += c.w
	}
	widths := make([]float64, len(cols))
	for i, c := range cols {
		widths[i] = c.w / total * d.inner()
	}
	d.need(24)
	d.tableHead(cols, widths)
	for _, r := range rows {
		h := d.draw(cols, widths, r, false)
		if d.need(h) {
			d.tableHead(cols, widths)
		}
		d.draw(cols, widths, r, true)
		d.y += h
		d.pdf.SetDrawColor(150, 150, 150)
		d.pdf.Line(margin, d.y, d.w-margin, d.y)
		d.pdf.SetDrawColor(0, 0, 0)
	}
	d.y += 2
}

func (d *doc) tableHead(cols []col, widths []float64) {
	d.pdf.SetFillColor(225, 225, 225)
	d.pdf.Rect(margin, d.y, d.inner(), 6, "F")
	d.pdf.SetFillColor(0, 0, 0)
	x := margin
	for i, c := range cols {
		d.text(x+pad, d.y+1.2, widths[i]-2*pad, 1, d.say(c.title), style{8, true}, c.align)
		x += widths[i]
	}
	d.y += 6
}

// draw gives the height of a row, and draws it when asked to: both by the same steps, so that they agree.
func (d *doc) draw(cols []col, widths []float64, r []cell, ink bool) float64 {
	tall, x := 5.0, margin
	for i, c := range cols {
		if i == len(r) {
			break
		}
		w := widths[i] - 2*pad
		y := d.y + pad
		most, st := c.most, style{c.size, c.bold || r[i].bold}
		if most == 0 {
			most = 3
		}
		if st.size == 0 {
			st.size = 9
		}
		if _, _, ok := code128For(w, r[i].code); ok {
			if ink {
				d.bars(x+pad, y, w, codeH, r[i].code)
			}
			y += codeH + 0.4
		}
		put := func(s string, most int, st style) {
			if s == "" {
				return
			}
			lines, st := d.fit(s, w, most, st)
			if ink {
				d.lines(x+pad, y, w, lines, st, c.align)
			}
			y += float64(len(lines)) * st.height()
		}
		put(r[i].text, most, st)
		put(r[i].small, 2, style{7, false})
		if r[i].blank {
			if ink {
				d.pdf.Rect(x+pad, d.y+pad, w, blankH, "D")
			}
			y = max(y, d.y+pad+blankH)
		}
		tall = max(tall, y-d.y+pad)
		x += widths[i]
	}
	return min(tall, tallest)
}
