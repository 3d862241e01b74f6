package template

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"picket/zpl"
)

// kinds are the elements, each with the keys it has besides name: and when:. The key that is an element's kind says what it
// shows.
var kinds = []struct{ kind, must, may, says string }{
	{"text", "at room", "size least lines align white", "words"},
	{"line", "at", "thick upright", "a line: how long it is"},
	{"box", "at", "thick", "a frame, or filled: [width, height]"},
	{"code128", "at room", "module least", "a barcode of printable ASCII"},
	{"sscc", "at room", "module least digits", "the parcel's number as GS1-128"},
	{"qr", "at side", "ecc", "a QR code"},
	{"datamatrix", "at side", "", "a DataMatrix code"},
	{"picture", "at wide", "", "a PNG, as `picket label picture` writes it"},
	{"draw", "", "each step", "several elements under one condition, or for each entry of a list"},
}

func (p *reading) elements(n *yaml.Node, of *Field, depth int) (out []element) {
	if depth > deepest {
		p.faults.add(at(n), "more than %d groups within each other", deepest)
		return nil
	}
	for _, x := range p.list(n, "elements", mostElements) {
		if p.count++; p.count > mostElements {
			p.faults.add(at(x), "more than %d elements", mostElements)
			return out
		}
		out = append(out, p.element(x, of, depth))
	}
	return out
}

func (p *reading) element(n *yaml.Node, of *Field, depth int) (e element) {
	e.at = at(n)
	var all []string
	which := -1
	for i, k := range kinds {
		all = append(all, k.kind)
		for j := 0; n.Kind == yaml.MappingNode && j+1 < len(n.Content); j += 2 {
			if n.Content[j].Value != k.kind {
				continue
			}
			if which >= 0 && which != i {
				p.faults.add(at(n.Content[j]), "an element is one thing: %s or %s", kinds[which].kind, k.kind)
				return e
			}
			which = i
		}
	}
	if which < 0 {
		p.noKind(n, all)
		return e
	}
	k := kinds[which]
	must := strings.Fields(k.must)
	m := p.mapping(n, k.kind, append(append([]string{k.kind, "name", "when"}, must...), strings.Fields(k.may)...)...)
	if m == nil {
		return e
	}
	e.kind = k.kind
	if m["when"] != nil {
		e.when = p.when(m["when"], of)
	}
	if e.kind == "draw" {
		p.group(&e, m, of, depth)
		return e
	}
	e.name = fmt.Sprintf("%s in line %d", e.kind, e.at.line)
	if m["name"] != nil {
		if e.name = m["name"].Value; len(e.name) > mostQuoted {
			p.faults.add(at(m["name"]), "a name of %d characters; at most %d", len(e.name), mostQuoted)
		}
	} else if _, there := p.places[e.name]; there {
		e.name += " at " + strconv.Itoa(e.at.column)
	}
	if was, there := p.places[e.name]; there {
		p.faults.add(e.at, "name: %q is also what the element in line %d is called", short(e.name), was.line)
	}
	p.places[e.name] = e.at
	if p.lacks(m, e.at, k.kind+" is "+k.says, must...) {
		return e
	}
	p.measures(&e, m)
	p.content(&e, m[e.kind], of)
	return e
}

// noKind tells that nothing says what an element is: by the key that somebody meant to, where there is one.
func (p *reading) noKind(n *yaml.Node, all []string) {
	known := []string{"name", "when"}
	for _, k := range kinds {
		known = append(append(known, strings.Fields(k.must)...), strings.Fields(k.may)...)
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if slices.Contains(known, k.Value) {
			continue
		}
		if meant := near(k.Value, all); meant != "" {
			p.faults.add(at(k), "there is no element %q; there is %s", short(k.Value), meant)
		} else {
			p.faults.add(at(k), "there is no element %q; want one of %s", short(k.Value), strings.Join(all, ", "))
		}
		return
	}
	p.faults.add(at(n), "want an element: one of %s", strings.Join(all, ", "))
}

func (p *reading) group(e *element, m map[string]*yaml.Node, of *Field, depth int) {
	switch {
	case m["each"] == nil && m["step"] != nil:
		p.faults.add(at(m["step"]), "step: goes with each:, the list whose entries stand below each other")
	case m["each"] != nil && of != nil:
		p.faults.add(at(m["each"]), "a list within a list")
	case m["each"] != nil:
		if p.lacks(m, e.at, "how much lower each entry stands, in millimetres", "step") {
			return
		}
		of, e.each, e.step = p.listed(m["each"]), m["each"].Value, p.number(m["step"])
	}
	e.draw = p.elements(m["draw"], of, depth+1)
}

// pair reads [x, y].
func (p *reading) pair(n *yaml.Node, what string) (a, b number) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		p.faults.add(at(n), "want %s in millimetres", what)
		return number{}, number{}
	}
	return p.number(n.Content[0]), p.number(n.Content[1])
}

// measures are where an element stands, how large it is and how it looks.
func (p *reading) measures(e *element, m map[string]*yaml.Node) {
	for _, k := range []struct {
		key string
		to  *number
	}{{"size", &e.size}, {"module", &e.size}, {"least", &e.least}, {"thick", &e.thick}, {"digits", &e.thick}, {"side", &e.w}, {"wide", &e.w}} {
		if m[k.key] != nil {
			*k.to = p.number(m[k.key])
		}
	}
	e.x, e.y = p.pair(m["at"], "at: [from the left, from the top]")
	if m["room"] != nil {
		e.w, e.h = p.pair(m["room"], "room: [width, height]")
	}
	if m["lines"] != nil {
		if n, err := strconv.Atoi(m["lines"].Value); err == nil && n >= 1 && n <= 32 {
			e.lines = n
		} else {
			p.faults.add(at(m["lines"]), "want how many lines there may be, from 1 to 32")
		}
	}
	p.word(m["align"], func(i int) { e.align = zpl.Align(i) }, "left", "center", "right")
	p.word(m["ecc"], func(i int) { e.ecc = zpl.ECC(i) }, "medium", "low", "quartile", "high")
	p.word(m["white"], func(i int) { e.white = i == 0 }, "true", "false")
	p.word(m["upright"], func(i int) { e.white = i == 0 }, "true", "false")
}

// word reads one of the words that there are.
func (p *reading) word(n *yaml.Node, is func(int), all ...string) {
	if n == nil {
		return
	}
	for i, w := range all {
		if n.Value == w {
			is(i)
			return
		}
	}
	p.faults.add(at(n), "want one of %s", strings.Join(all, ", "))
}

// content is what an element shows.
func (p *reading) content(e *element, n *yaml.Node, of *Field) {
	switch e.kind {
	case "text", "qr":
		e.text = p.text(n, of, Words, Code)
	case "code128", "datamatrix":
		e.text = p.text(n, of, Code)
	case "sscc":
		if n.Value != "<sscc>" || p.doc.field("sscc", of) == nil {
			p.faults.add(at(n), "want sscc: <sscc>, in a document that has a parcel; any other number is a code128")
		}
		e.text = []part{{field: "sscc"}}
	case "line":
		e.w = p.number(n)
	case "box":
		e.w, e.h = p.pair(n, "box: [width, height]")
	case "picture":
		e.picture = p.picture(n, e.w)
	}
	if len(e.text) == 0 && (e.kind == "qr" || e.kind == "code128" || e.kind == "datamatrix") && n.Kind == yaml.ScalarNode && n.Value == "" {
		p.faults.add(at(n), "a code of nothing")
	}
}
