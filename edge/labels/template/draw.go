package template

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"picket/edge/labels"
	"picket/zpl"
)

// What one document may come to at the most; a list that is longer is not drawn by a template.
const (
	mostPages = 200
	mostDrawn = 600     // elements on one label
	mostOut   = 8 << 20 // bytes
)

// what elements measure where a template does not say.
const (
	textSize    = 4.0   // mm
	lineThick   = 0.4   // mm
	module128   = 0.5   // mm
	leastSSCC   = 0.495 // mm: GS1 General Specifications 5.12.3, symbol specification table 5
	moduleSSCC  = 0.66  // mm
	barsSSCC    = 31.75 // mm: the same table
	least128    = 0.19  // mm: what the house's own scanners read
	bars128     = 9.0   // mm
	leastMatrix = 18.0  // mm: 20 modules and their quiet zone, of 1.5 times the bars of that table
	leastText   = 1.4   // mm: what anybody reads
)

// On says whether the template is for media of that size.
func (t *Template) On(m labels.Media) bool {
	for _, x := range t.Media {
		if math.Abs(x.Width-m.Width) < 0.06 && math.Abs(x.Height-m.Height) < 0.06 {
			return true
		}
	}
	return false
}

// Of says whether the template is for a carrier's parcels, and whether for no others.
func (t *Template) Of(carrier string) (is, alone bool) {
	if len(t.Carriers) == 0 {
		return true, false
	}
	return slices.Contains(t.Carriers, carrier), true
}

// Draw makes the document's bytes. The same values on the same media give the same bytes. The error is *Faults, and says where in the template
// that stands which cannot be drawn.
func (t *Template) Draw(v labels.Values, m labels.Media) ([]byte, error) {
	d := drawing{t: t, v: v, m: m}
	return d.all()
}

// drawing is a document while it is drawn.
type drawing struct {
	t   *Template
	v   labels.Values
	m   labels.Media
	out []byte

	l     zpl.Label
	row   labels.Row // the entry of a list that is drawn
	page  map[string]string
	done  int // labels before this one
	of    int // labels there are
	drawn int
	marks func(shape) // what is drawn where, for a check
	pages func()      // a label is done
}

// shape is one thing on a label.
type shape struct {
	e          *element
	x, y, w, h float64
	thick      float64
	text       string
}

func (d *drawing) all() ([]byte, error) {
	cuts := make([]cuts, len(d.t.labels))
	for i := range d.t.labels {
		l := &d.t.labels[i]
		switch {
		case l.rows != nil:
			var err error
			if cuts[i], err = d.paged(l); err != nil {
				return nil, err
			}
			d.of += len(cuts[i].at) - 1
		case l.each != "":
			d.of += len(d.v.Lists[l.each])
		default:
			d.of++
		}
	}
	for i := range d.t.labels {
		if err := d.section(&d.t.labels[i], cuts[i]); err != nil {
			return nil, err
		}
	}
	if len(d.out) == 0 {
		return nil, d.fault(d.t.labels[0].at, "there is nothing to draw: the list is empty")
	}
	return d.out, nil
}

// section draws the labels of one section.
func (d *drawing) section(l *label, c cuts) error {
	switch {
	case l.rows != nil:
		all := d.v.Lists[l.rows.of]
		for n := range len(c.at) - 1 {
			last := n == len(c.at)-2
			if err := d.label(l, last, all[c.at[n]:c.at[n+1]], c.alone && last); err != nil {
				return err
			}
		}
		return nil
	case l.each != "":
		entries := d.v.Lists[l.each]
		for n, row := range entries {
			d.row = row
			if err := d.label(l, n == len(entries)-1, nil, false); err != nil {
				return err
			}
		}
		d.row = nil
		return nil
	}
	return d.label(l, true, nil, false)
}

func (d *drawing) fault(p place, format string, args ...any) error {
	f := &Faults{File: d.t.Name}
	f.add(p, format, args...)
	return f
}

// cuts say with which entry each label of a list begins, and where the last one ends; alone: what stands below the list has the last
// label to itself.
type cuts struct {
	at    []int
	alone bool
}

// paged says over how many labels a list goes. What stands below it keeps its room on the last one, or gets one of its own.
func (d *drawing) paged(l *label) (cuts, error) {
	r := l.rows
	all := d.v.Lists[r.of]
	s := d.space()
	top, height, end, last := r.top.of(s), r.height.of(s), r.end.of(s), r.last.of(s)
	if !(height >= 2 && top >= 0 && end <= d.m.Height && last <= d.m.Height && end-top >= height-0.001) {
		return cuts{}, d.fault(r.at, "rows from %.1f to %.1f mm, each %.1f mm high: none fits a label of %g mm", top, end, height, d.m.Height)
	}
	full, on := max(1, int((end-top)/height)), int((last-top)/height)
	alone := on < 1
	var cut []int
	for at := 0; ; {
		cut = append(cut, at)
		least := on
		if alone {
			least = full
		}
		if len(all)-at <= least {
			break
		}
		at = min(len(all), at+full)
	}
	cut = append(cut, len(all))
	if alone {
		cut = append(cut, len(all))
	}
	if pages := len(cut) - 1; pages > mostPages {
		return cuts{}, d.fault(r.at, "%d labels; a template draws at most %d", pages, mostPages)
	}
	return cuts{cut, alone}, nil
}

func (d *drawing) space() space {
	return space{d.m.Width, d.m.Height, func(name string) int {
		if d.v.Words[name] != "" {
			return 1
		}
		return len(d.v.Lists[name])
	}}
}

// label draws one label.
func (d *drawing) label(l *label, last bool, entries []labels.Row, alone bool) error {
	d.l = zpl.New(d.m.Width, d.m.Height, d.m.Dpmm)
	d.l.Hand = d.m.Hand
	d.drawn = 0
	d.done++
	d.page = map[string]string{"page": fmt.Sprint(d.done), "pages": fmt.Sprint(d.of), "page.last": flag(last), "page.alone": flag(alone)}
	if err := d.elements(l.draw, 0); err != nil {
		return err
	}
	if l.rows != nil {
		s := d.space()
		for i, row := range entries {
			d.row = row
			if err := d.elements(l.rows.draw, l.rows.top.of(s)+float64(i)*l.rows.height.of(s)); err != nil {
				return err
			}
		}
		d.row = nil
	}
	out, err := d.l.AppendTo(d.out)
	if err != nil {
		var field *zpl.FieldError
		if errors.As(err, &field) {
			where, there := d.t.places[field.Field]
			if !there {
				where = l.at
			}
			return d.fault(where, "%s on %s mm at %d dots/mm: %s", field.Field, Size(d.m), d.m.Dpmm, field.Reason)
		}
		return err
	}
	if len(out) > mostOut {
		return d.fault(l.at, "more than %d MiB", mostOut>>20)
	}
	d.out = out
	if d.pages != nil {
		d.pages()
	}
	return nil
}

func flag(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// word is what a field holds.
func (d *drawing) word(field string) string {
	if in, is := strings.CutPrefix(field, "row."); is {
		return d.row[in]
	}
	if w, is := d.page[field]; is {
		return w
	}
	if list := d.v.Lists[field]; len(list) > 0 {
		return "yes"
	}
	return d.v.Words[field]
}

func (d *drawing) holds(when []condition) bool {
	for _, c := range when {
		if (d.word(c.field) == "") != c.not {
			return false
		}
	}
	return true
}

func (d *drawing) elements(all []element, down float64) error {
	for i := range all {
		e := &all[i]
		if !d.holds(e.when) {
			continue
		}
		if e.kind == "draw" {
			if err := d.group(e, down); err != nil {
				return err
			}
			continue
		}
		if d.drawn++; d.drawn > mostDrawn {
			return d.fault(e.at, "more than %d elements on one label", mostDrawn)
		}
		if err := d.element(e, down); err != nil {
			return err
		}
	}
	return nil
}

func (d *drawing) group(e *element, down float64) error {
	if e.each == "" {
		return d.elements(e.draw, down)
	}
	around := d.row
	for i, row := range d.v.Lists[e.each] {
		if d.drawn++; d.drawn > mostDrawn {
			return d.fault(e.at, "more than %d elements on one label", mostDrawn)
		}
		d.row = row
		if err := d.elements(e.draw, down+float64(i)*e.step.of(d.space())); err != nil {
			return err
		}
	}
	d.row = around
	return nil
}

// or is a length, or what it is where the template does not say.
func (n number) or(s space, otherwise float64) float64 {
	if n.said {
		return n.of(s)
	}
	return otherwise
}

func (d *drawing) said(parts []part) string {
	if len(parts) == 1 {
		return parts[0].words + d.field(parts[0].field)
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.words + d.field(p.field))
	}
	return b.String()
}

func (d *drawing) field(name string) string {
	if name == "" {
		return ""
	}
	return d.word(name)
}

func (d *drawing) element(e *element, down float64) error {
	s := d.space()
	x, y, w, h := e.x.of(s), e.y.of(s)+down, e.w.of(s), e.h.of(s)
	thick := e.thick.or(s, lineThick)
	for _, v := range []float64{x, y, w, h, thick, e.size.of(s), e.least.of(s)} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return d.fault(e.at, "%s on %s mm: a length of it is a division by zero", e.name, Size(d.m))
		}
	}
	text := d.said(e.text)
	switch e.kind {
	case "text":
		size, least := e.size.or(s, textSize), e.least.or(s, 0)
		if least == 0 && size*0.6 < leastText || least != 0 && least < leastText {
			return d.fault(e.at, "letters of less than %g mm are not read by anybody: size: %.1f, least: %.1f", leastText, size, least)
		}
		d.l.Text(zpl.TextBox{Name: e.name, X: x, Y: y, W: w, H: h, Size: size, MinSize: least, Lines: e.lines, Align: e.align, Reverse: e.white, Value: text})
	case "line":
		line := zpl.Line{Name: e.name, X: x, Y: y, W: w, Thickness: thick}
		h = thick
		if e.white { // upright
			line.W, line.H = 0, w
			w, h = thick, w
		}
		d.l.Line(line)
	case "box":
		d.l.Box(zpl.Box{Name: e.name, X: x, Y: y, W: w, H: h, Thickness: thick})
	case "picture":
		b := e.picture[d.m.Dpmm]
		d.l.Graphic(zpl.Graphic{Name: e.name, X: x, Y: y, Bitmap: b})
		if b != nil {
			h = float64(b.Height) / float64(d.m.Dpmm)
		}
	default:
		if err := d.code(e, text, x, y, w, h); err != nil {
			return err
		}
		if e.kind == "qr" || e.kind == "datamatrix" {
			h = w
		}
	}
	if d.marks != nil && (e.kind != "text" || strings.TrimSpace(text) != "") {
		d.marks(shape{e, x, y, w, h, thick, text})
	}
	return nil
}

// code draws a barcode, with the measures that scanners and GS1 ask for.
func (d *drawing) code(e *element, text string, x, y, w, h float64) error {
	s := d.space()
	switch e.kind {
	case "code128":
		least := e.least.or(s, 0.25)
		if least < least128 || h < bars128 {
			return d.fault(e.at, "a barcode has modules of at least %g mm (least: %g) and bars of at least %g mm (they have %.1f)", least128, least, bars128, h)
		}
		d.l.Code128(zpl.Code128{Name: e.name, X: x, Y: y, W: w, H: h, Module: max(e.size.or(s, module128), least), MinModule: least, Value: text})
	case "sscc":
		least := e.least.or(s, leastSSCC)
		if least < leastSSCC || h < barsSSCC {
			return d.fault(e.at, "GS1 asks for modules of at least %g mm (least: %g) and bars of at least %g mm (they have %.1f) in a parcel's number", leastSSCC, least, barsSSCC, h)
		}
		d.l.GS1128(zpl.GS1128{Name: e.name, X: x, Y: y, W: w, H: h, Module: max(e.size.or(s, moduleSSCC), least), MinModule: least, HRI: e.thick.or(s, 0), Data: []zpl.AI{{Code: "00", Value: text}}})
	case "qr":
		d.l.QR(zpl.QR{Name: e.name, X: x, Y: y, Size: w, ECC: e.ecc, Value: text})
	case "datamatrix":
		if len(e.text) == 1 && e.text[0].field == "sscc" { // which is GS1's wherever it stands
			if w < leastMatrix {
				return d.fault(e.at, "GS1 asks for modules of at least 0.743 mm in a parcel's number: side: must be at least %g, and is %.1f", leastMatrix, w)
			}
			d.l.DataMatrix(zpl.DataMatrix{Name: e.name, X: x, Y: y, Size: w, Data: []zpl.AI{{Code: "00", Value: text}}})
			break
		}
		d.l.DataMatrix(zpl.DataMatrix{Name: e.name, X: x, Y: y, Size: w, Value: text})
	}
	return nil
}
