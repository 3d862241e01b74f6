package zpl

import "math"

// rect is a rectangle of dots, x1 and y1 outside it.
type rect struct{ x0, y0, x1, y1 int }

func (a rect) meets(b rect) bool { return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1 }

// check verifies the layout: sizes a printer has, every box on the label, no ink in a barcode's box.
func (l *Label) check() error {
	if l.Dpmm != 8 && l.Dpmm != 12 && l.Dpmm != 24 {
		return l.fieldError(-1, "no printer has %d dots per mm: want 8, 12 or 24", l.Dpmm)
	}
	if !(l.Width >= 5 && l.Width <= maxSide && l.Height >= 5 && l.Height <= maxSide) {
		return l.fieldError(-1, "%g x %g mm: each side must be from 5 to %g mm", l.Width, l.Height, maxSide)
	}
	if l.Copies < 0 || l.Copies > maxCopies {
		return l.fieldError(-1, "%d copies: want 1 to %d", l.Copies, maxCopies)
	}
	w, h := l.dots(l.Width), l.dots(l.Height)
	var scratch [32]rect
	boxes := scratch[:0]
	for i := range l.elements {
		e := &l.elements[i]
		if e.kind == kindGraphic {
			if problem := e.bitmap.problem(); problem != "" {
				return l.fieldError(i, "%s", problem)
			}
		}
		if !(e.x >= 0 && e.y >= 0 && e.w > 0 && e.h > 0 && e.x <= maxSide && e.y <= maxSide && e.w <= maxSide && e.h <= maxSide) {
			return l.fieldError(i, "position (%g, %g) and size %g x %g mm must be positive", e.x, e.y, e.w, e.h)
		}
		if e.thickness < 0 || math.IsNaN(e.thickness) || e.kind == kindBox && e.thickness == 0 {
			return l.fieldError(i, "thickness %g mm must be positive", e.thickness)
		}
		if e.kind <= kindGS1128 && e.kind != kindBox && !(e.size > 0 && e.size <= maxSide && e.min >= 0 && e.min <= e.size) {
			return l.fieldError(i, "size %g mm, at least %g mm: both must be positive, the least not above the size", e.size, e.min)
		}
		if e.kind == kindText && (e.lines < 0 || e.lines > maxLines || e.align > Right) {
			return l.fieldError(i, "%d lines with alignment %d: want at most %d lines, and Left, Center or Right", e.lines, e.align, maxLines)
		}
		r := l.rect(e)
		boxes = append(boxes, r)
		if r.x1 > w || r.y1 > h {
			return l.fieldError(i, "reaches to (%.1f, %.1f) mm, beyond the label of %g x %g mm",
				float64(r.x1)/float64(l.Dpmm), float64(r.y1)/float64(l.Dpmm), l.Width, l.Height)
		}
	}
	return l.clear(boxes)
}

// clear verifies that nothing else stands in the box of a barcode.
func (l *Label) clear(boxes []rect) error {
	for i := range l.elements {
		if k := l.elements[i].kind; k < kindCode128 || k > kindDataMatrix {
			continue
		}
		for j := range boxes {
			if j != i && boxes[j].meets(boxes[i]) && l.inks(&l.elements[j], boxes[j], boxes[i]) {
				return l.fieldError(j, "runs over the barcode %q", l.fieldError(i, "").(*FieldError).Field)
			}
		}
	}
	return nil
}

// inks reports whether an element, whose box r meets b, may put ink into b. A frame inks only its four sides.
func (l *Label) inks(e *element, r, b rect) bool {
	if e.kind != kindBox {
		return true
	}
	t := max(l.dots(e.thickness), 1)
	inner := rect{r.x0 + t, r.y0 + t, r.x1 - t, r.y1 - t}
	return b.x0 < inner.x0 || b.y0 < inner.y0 || b.x1 > inner.x1 || b.y1 > inner.y1
}

// rect is the box an element may ink.
func (l *Label) rect(e *element) rect {
	x, y := l.dots(e.x), l.dots(e.y)
	r := rect{x, y, x + l.dots(e.w), y + l.dots(e.h)}
	if e.kind == kindGS1128 && e.thickness > 0 {
		r.y1 += l.dots(0.5) + l.dots(e.thickness)
	}
	return r
}
