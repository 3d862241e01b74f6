package template

import (
	"slices"
	"strings"

	"picket/edge/labels"
	"picket/zpl/preview"
)

// Check draws the template with the longest values there may be, and with each of them missing that the template asks for,
// on all its media at 8, 12 and 24 dots/mm. What cannot be drawn, what runs into another thing, and what a document is for and
// does not stand on it is a fault at its line. The error is *Faults.
func (t *Template) Check() error {
	c := &checking{t: t, faults: &Faults{File: t.Name}}
	for _, m := range t.Media {
		for _, v := range c.cases() {
			for _, m.Dpmm = range []int{8, 12, 24} {
				c.draw(v, m)
			}
		}
		c.says(t.doc.Worst(), m, t.doc.must, true)
		c.says(t.doc.Example(), m, append(slices.Clone(t.doc.must), t.doc.shown...), false)
		for _, code := range t.doc.barred { // each of those that may stand for it
			v := t.doc.Worst()
			for _, other := range t.doc.barred {
				if other != code {
					v.Words[other] = ""
				}
			}
			c.bars(v, m, code)
		}
	}
	return c.faults.err()
}

type checking struct {
	t      *Template
	faults *Faults
	drawn  int
}

// mostChecked is how many things a check draws: one that needs more would keep a site from starting.
const mostChecked = 300_000

// cases are the longest values, and the same with each thing missing that the template has a condition for.
func (c *checking) cases() []labels.Values {
	all := []labels.Values{c.t.doc.Worst()}
	for _, name := range c.t.conditions() {
		v := c.t.doc.Worst()
		v.Words[name] = ""
		if _, is := v.Lists[name]; is {
			v.Lists[name] = nil
		}
		all = append(all, v)
	}
	return all
}

// conditions are the fields of the document that something depends on.
func (t *Template) conditions() (out []string) {
	var walk func([]element)
	walk = func(all []element) {
		for i := range all {
			for _, w := range all[i].when {
				if f := t.doc.field(w.field, nil); f != nil && !slices.Contains(out, w.field) && !strings.HasPrefix(w.field, "page") {
					out = append(out, w.field)
				}
			}
			walk(all[i].draw)
		}
	}
	for i := range t.labels {
		walk(t.labels[i].draw)
		if t.labels[i].rows != nil {
			walk(t.labels[i].rows.draw)
		}
	}
	return out
}

// tell tells what is wrong with an element: once, and not again for each media and each case.
func (c *checking) tell(p place, format string, args ...any) {
	for _, f := range c.faults.List {
		if f.Line == p.line && f.Column == p.column {
			return
		}
	}
	c.faults.add(p, format, args...)
}

// take keeps what a drawing found.
func (c *checking) take(err error) {
	if f, is := err.(*Faults); is {
		for _, x := range f.List {
			c.tell(place{x.Line, x.Column}, "%s", x.Words)
		}
	}
}

// draw draws it, and looks for things that run into each other.
func (c *checking) draw(v labels.Values, m labels.Media) (job []byte, shapes []shape) {
	if c.drawn > mostChecked {
		c.tell(place{1, 1}, "there is too much to check: fewer media:, elements or conditions")
		return nil, nil
	}
	d := drawing{t: c.t, v: v, m: m}
	var page []shape
	d.marks = func(s shape) {
		c.drawn++
		page = append(page, s)
	}
	d.pages = func() {
		c.apart(page, m)
		shapes, page = append(shapes, page...), nil
	}
	job, err := d.all()
	c.take(err)
	return job, shapes
}

// slack is how far things may reach into each other: rounding to dots.
const slack = 0.06 // mm

func (a shape) meets(b shape) bool {
	return a.x+slack < b.x+b.w && b.x+slack < a.x+a.w && a.y+slack < b.y+b.h && b.y+slack < a.y+a.h
}

func (a shape) in(b shape) bool {
	return a.x+slack >= b.x && a.y+slack >= b.y && a.x+a.w <= b.x+b.w+slack && a.y+a.h <= b.y+b.h+slack
}

// filled tells a box of ink from a frame.
func (a shape) filled() bool { return a.e.kind == "box" && a.thick >= min(a.w, a.h)/2 }

// apart tells where things on a label run into each other. Barcodes are looked after where they are drawn.
func (c *checking) apart(page []shape, m labels.Media) {
	for i, a := range page {
		if a.e.kind == "text" && a.e.white && !slices.ContainsFunc(page[:i], func(b shape) bool { return b.filled() && a.in(b) }) {
			c.tell(a.e.at, "%s on %s mm: white letters are seen on a filled box alone; it must come before them and be as large", a.e.name, Size(m))
		}
		for _, b := range page[i+1:] {
			if !a.meets(b) || !(a.e.kind == "text" || b.e.kind == "text" || a.e.kind == "picture" && b.e.kind == "picture") {
				continue
			}
			if (a.e.kind == "text") != (b.e.kind == "text") {
				text, other := a, b
				if b.e.kind == "text" {
					text, other = b, a
				}
				if other.e.kind == "box" && (text.e.white && other.filled() || !other.filled() && text.within(other)) {
					continue
				}
			}
			name := a.e.name
			if a.e == b.e {
				name = "the next of its kind"
			}
			c.tell(b.e.at, "%s on %s mm runs into %s: move one of them, or make its room smaller", b.e.name, Size(m), name)
		}
	}
}

// within tells what stands inside a frame, clear of its sides.
func (a shape) within(frame shape) bool {
	inner := frame
	inner.x, inner.y, inner.w, inner.h = frame.x+frame.thick, frame.y+frame.thick, frame.w-2*frame.thick, frame.h-2*frame.thick
	return a.in(inner)
}

// says looks for what must stand on the document, as it is read back from what the printer gets.
func (c *checking) says(v labels.Values, m labels.Media, must []string, worst bool) {
	if len(c.faults.List) > 0 {
		return
	}
	m.Dpmm = 8
	job, shapes := c.draw(v, m)
	var texts []string
	read := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
	for i := range read.Labels {
		texts = append(texts, read.Labels[i].Texts()...)
		for _, code := range read.Labels[i].Codes() {
			texts = append(texts, code.Text)
		}
	}
	said := squeeze(strings.Join(texts, " "))
	for _, name := range must {
		if one, other, either := strings.Cut(name, "|"); either { // the one that the template shows
			name = one
			if _, shown := c.shows(other); shown {
				name = other
			}
		}
		values := []string{v.Words[name]}
		if listed, in, is := strings.Cut(name, "."); is && len(v.Lists[listed]) > 0 {
			values = nil
			for _, row := range v.Lists[listed] {
				values = append(values, row[in])
			}
		}
		for _, want := range values {
			if want == "" || strings.Contains(said, squeeze(want)) && slices.ContainsFunc(shapes, func(s shape) bool { return s.e.shows(name) }) {
				continue
			}
			if where, shown := c.shows(name); !shown {
				c.tell(where, "<%s> must stand on every %s, and stands nowhere in this template", name, c.t.Document)
			} else if worst {
				c.tell(where, "<%s> must stand on every %s, whole: on %s mm %q does not; give it more room:, more lines: or a smaller least:", name, c.t.Document, Size(m), want)
			} else {
				c.tell(where, "<%s> must stand on every %s: on %s mm %q does not", name, c.t.Document, Size(m), want)
			}
			break
		}
	}
}

// squeeze leaves out all white: a line may break anywhere.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// bars looks for the barcode a document is for.
func (c *checking) bars(v labels.Values, m labels.Media, name string) {
	if len(c.faults.List) > 0 {
		return
	}
	m.Dpmm = 8
	job, _ := c.draw(v, m)
	want := []string{v.Words[name]}
	if listed, in, is := strings.Cut(name, "."); is {
		want = nil
		for _, row := range v.Lists[listed] {
			want = append(want, row[in])
		}
	}
	var got []string
	read := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
	for i := range read.Labels {
		for _, code := range read.Labels[i].Codes() {
			got = append(got, strings.TrimPrefix(code.Text, "00"), code.Text)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			where, _ := c.shows(name)
			c.tell(where, "<%s> must stand in a barcode of every %s where there is one: on %s mm it does not", name, c.t.Document, Size(m))
			return
		}
	}
}

// shows tells whether a field, or that of a list's entries, is in an element's words.
func (e *element) shows(name string) bool {
	_, in, _ := strings.Cut(name, ".")
	also := map[string]string{"to.postcode": "to.town", "to.city": "to.town", "order.number": "order.short"}[name]
	return slices.ContainsFunc(e.text, func(p part) bool {
		return p.field == name || in != "" && p.field == "row."+in || also != "" && p.field == also
	})
}

// shows is where a field is shown; where it is nowhere, the template's first line.
func (c *checking) shows(name string) (found place, shown bool) {
	found = place{1, 1}
	var walk func([]element)
	walk = func(all []element) {
		for i := range all {
			if all[i].shows(name) {
				found, shown = all[i].at, true
			}
			walk(all[i].draw)
		}
	}
	for i := range c.t.labels {
		walk(c.t.labels[i].draw)
		if c.t.labels[i].rows != nil {
			walk(c.t.labels[i].rows.draw)
		}
	}
	return found, shown
}
