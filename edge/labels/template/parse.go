package template

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"picket/edge/floor"
	"picket/edge/labels"
	"picket/zpl"
)

// What one template may be at the most.
const (
	MaxBytes     = 256 << 10
	MaxPicture   = 144 << 10 // of the PNG file: in base64, and indented, it leaves room for the rest
	mostMedia    = 8
	mostCarriers = 20
	mostLabels   = 4
	mostElements = 200
	deepest      = 4 // groups within groups
)

// Template is a template that was read. It never changes.
type Template struct {
	Name     string // the file's
	Hash     string // of its bytes: the first 16 hexadecimal digits of their SHA-256
	Document floor.Document
	Media    []labels.Media // their width and height
	Carriers []string       // whose parcels it is for, by code; none: everybody's

	doc    Document
	labels []label
	places map[string]place // of the elements, by name
}

// label is what one section of a template draws: one label, one for each entry of a list, or as many as a list's rows need.
type label struct {
	at   place
	each string
	rows *rows
	draw []element
}

// rows are entries below each other, over as many labels as it takes; what else is drawn is on each of them.
type rows struct {
	at          place
	of          string
	top, height number // where the first one begins, and how far the next one is
	end, last   number // where they end on a label, and on the last one
	draw        []element
}

// element is one thing on a label.
type element struct {
	kind string
	name string
	at   place
	when []condition

	x, y, w, h         number
	size, least, thick number
	lines              int
	align              zpl.Align
	white              bool
	ecc                zpl.ECC
	text               []part
	picture            picture

	each string // of a group: once for every entry of this list
	step number // each so much lower
	draw []element
}

// reading is a template while it is read.
type reading struct {
	faults *Faults
	doc    Document
	places map[string]place
	count  int
}

// Parse reads a template. The error is *Faults.
func Parse(name string, text []byte) (t *Template, err error) {
	faults := &Faults{File: name}
	top := place{1, 1}
	if len(text) > MaxBytes {
		faults.add(top, "more than %d KiB; a template has at most that", MaxBytes>>10)
		return nil, faults.err()
	}
	root, second, err := tree(text)
	if err != nil {
		where, words := syntax(err, text)
		faults.add(where, "this is no YAML: %s", words)
		return nil, faults.err()
	}
	if root == nil {
		faults.add(top, "it is empty; `picket label export` writes one to start from")
		return nil, faults.err()
	}
	if second != nil {
		faults.add(at(second), "a second document begins; a file holds one template, and no line with --- behind its first")
		return nil, faults.err()
	}
	p := &reading{faults: faults, places: map[string]place{}}
	if !p.plain(root, 0) {
		return nil, faults.err()
	}
	sum := sha256.Sum256(text)
	t = &Template{Name: name, Hash: hex.EncodeToString(sum[:8])}
	p.template(t, root)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return t, nil
}

// syntax is where YAML cannot be read, and why. Its reader names lines alone, and those of brackets counted from 0.
func syntax(err error, text []byte) (place, string) {
	words := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 0
	if m := inLine.FindStringSubmatch(words); m != nil {
		line, _ = strconv.Atoi(m[1])
		words = m[2]
	}
	brackets := strings.HasPrefix(words, "did not find expected")
	if brackets || line == 0 {
		line++
	}
	switch {
	case brackets, strings.HasPrefix(words, "mapping values"):
		words += "; words with : , [ ] { } or # in them stand in quotation marks, and each bracket is closed"
	case strings.Contains(words, "tab character"):
		words += "; lines begin with spaces, not with tabs"
	}
	words = inQuotes.ReplaceAllStringFunc(words, func(q string) string { return q[:1] + short(q[1:len(q)-1]) + q[len(q)-1:] })
	return place{line, indent(text, line)}, words
}

var (
	inLine   = regexp.MustCompile(`^line (\d+): (.*)$`)
	inQuotes = regexp.MustCompile(`'[^']*'|"[^"]*"`)
)

// tree reads the YAML, and the beginning of what follows it, nil when that is nothing. A fault within its reader is a fault of the text.
func tree(text []byte) (root, second *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, second, err = nil, nil, errors.New("it cannot be read")
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(text))
	next := func() (*yaml.Node, error) {
		var doc yaml.Node
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			return nil, errors.New(strings.Split(err.Error(), "\n")[0])
		case len(doc.Content) == 0:
			return nil, nil
		}
		return doc.Content[0], nil
	}
	if root, err = next(); root == nil || err != nil {
		return nil, nil, err
	}
	second, err = next()
	return root, second, err
}

// indent is the column in which a line begins.
func indent(text []byte, line int) int {
	lines := strings.SplitN(string(text), "\n", line+1)
	if line < 1 || line > len(lines) {
		return 1
	}
	l := lines[line-1]
	return len(l) - len(strings.TrimLeft(l, " \t")) + 1
}

// plain tells whether there are no anchors, aliases and tags in it, and no more levels than a template has.
func (p *reading) plain(n *yaml.Node, depth int) bool {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		p.faults.add(at(n), "& and * of YAML are not read here: write it out")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		p.faults.add(at(n), "! of YAML is not read here")
		return false
	case depth > 8+4*deepest:
		p.faults.add(at(n), "too many levels")
		return false
	}
	for _, c := range n.Content {
		if !p.plain(c, depth+1) {
			return false
		}
	}
	return true
}

// mapping are the values of a mapping by their keys; a key that is not among them is a fault.
func (p *reading) mapping(n *yaml.Node, what string, keys ...string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		p.faults.add(at(n), "want %s, as key: value, of: %s", what, strings.Join(keys, ", "))
		return nil
	}
	out := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		known := false
		for _, x := range keys {
			known = known || x == k.Value
		}
		switch {
		case !known && near(k.Value, keys) != "":
			p.faults.add(at(k), "%s has no %q; there is %s", what, short(k.Value), near(k.Value, keys))
		case !known:
			p.faults.add(at(k), "%s has no %q; it has %s", what, short(k.Value), strings.Join(keys, ", "))
		case out[k.Value] != nil:
			p.faults.add(at(k), "%q stands there twice", short(k.Value))
		default:
			out[k.Value] = v
		}
	}
	return out
}

// list are the entries of a list.
func (p *reading) list(n *yaml.Node, what string, most int) []*yaml.Node {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		p.faults.add(at(n), "want a list of %s", what)
		return nil
	}
	if len(n.Content) > most {
		p.faults.add(at(n.Content[most]), "more than %d %s", most, what)
		return n.Content[:most]
	}
	return n.Content
}

// lacks tells that a key is missing, at the mapping it is missing in.
func (p *reading) lacks(m map[string]*yaml.Node, where place, what string, keys ...string) (lacks bool) {
	for _, k := range keys {
		if m[k] == nil {
			p.faults.add(where, "%s: is missing: %s", k, what)
			lacks = true
		}
	}
	return lacks
}

func (p *reading) template(t *Template, root *yaml.Node) {
	m := p.mapping(root, "a template", "document", "carrier", "media", "labels")
	if m == nil {
		return
	}
	var doc Document
	if n := m["document"]; n != nil {
		var ok bool
		if doc, ok = Find(n.Value); !ok {
			p.faults.add(at(n), "no document %q that a template can draw; there is %s", short(n.Value), cmp.Or(near(n.Value, Names()), strings.Join(Names(), ", ")))
			return
		}
	}
	if p.lacks(m, at(root), "a template says document:, media: and labels:", "document", "media", "labels") {
		return
	}
	p.doc, t.doc, t.Document = doc, doc, doc.Doc
	if n := m["carrier"]; n != nil {
		p.carriers(t, n)
	}
	for _, n := range p.list(m["media"], "media, such as [100x150]", mostMedia) {
		media, err := ReadMedia(n.Value)
		if err != nil {
			p.faults.add(at(n), "%v", err)
		}
		t.Media = append(t.Media, media)
	}
	for _, n := range p.list(m["labels"], "labels", mostLabels) {
		t.labels = append(t.labels, p.label(n))
	}
	t.places = p.places
}

// carriers are those a shipping label is for.
func (p *reading) carriers(t *Template, n *yaml.Node) {
	if t.Document != floor.DocShippingLabel {
		p.faults.add(at(n), "carrier: is for %s alone", floor.DocShippingLabel)
		return
	}
	for _, n := range p.list(n, "carriers' codes, such as [DPX]", mostCarriers) {
		if err := floor.CheckID("carrier", n.Value); err != nil {
			p.faults.add(at(n), "%q is no carrier's code", short(n.Value))
		}
		t.Carriers = append(t.Carriers, n.Value)
	}
}

// ReadMedia reads a size such as 101.6x152.4.
func ReadMedia(s string) (labels.Media, error) {
	w, h, ok := strings.Cut(strings.ReplaceAll(s, " ", ""), "x")
	m := labels.Media{Dpmm: 8}
	var err1, err2 error
	m.Width, err1 = strconv.ParseFloat(w, 64)
	m.Height, err2 = strconv.ParseFloat(h, 64)
	if !ok || err1 != nil || err2 != nil || !(m.Width >= 20 && m.Width <= 300 && m.Height >= 20 && m.Height <= 1000) {
		return m, fmt.Errorf("media %q: want width x height in millimetres, such as 101.6x152.4, from 20x20 to 300x1000", short(s))
	}
	return m, nil
}

func (p *reading) label(n *yaml.Node) label {
	l := label{at: at(n)}
	m := p.mapping(n, "a label", "each", "rows", "draw")
	if m == nil || p.lacks(m, at(n), "what stands on the label", "draw") {
		return l
	}
	var of *Field
	if m["each"] != nil {
		of = p.listed(m["each"])
		l.each = m["each"].Value
		if m["rows"] != nil {
			p.faults.add(at(m["rows"]), "rows: does not go with each: a label has the one or the other")
			return l
		}
	}
	l.draw = p.elements(m["draw"], of, 0)
	if m["rows"] != nil {
		l.rows = p.rows(m["rows"])
	}
	return l
}

// listed is the list of that name.
func (p *reading) listed(n *yaml.Node) *Field {
	f := p.doc.field(n.Value, nil)
	if f == nil || f.Kind != List {
		p.faults.add(at(n), "%s has no list %q; there is %s", p.doc.Doc, short(n.Value), cmp.Or(strings.Join(p.doc.lists(), ", "), "none"))
		return nil
	}
	return f
}

func (p *reading) rows(n *yaml.Node) *rows {
	r := &rows{at: at(n)}
	m := p.mapping(n, "rows", "of", "top", "height", "end", "last", "draw")
	if m == nil || p.lacks(m, at(n), "rows say of: which list, top: where they begin, height: of one, end: where they end, draw: what one shows", "of", "top", "height", "end", "draw") {
		return r
	}
	of := p.listed(m["of"])
	r.of = m["of"].Value
	r.top, r.height, r.end = p.number(m["top"]), p.number(m["height"]), p.number(m["end"])
	r.last = r.end
	if m["last"] != nil {
		r.last = p.number(m["last"])
	}
	if of != nil {
		r.draw = p.elements(m["draw"], of, 0)
	}
	return r
}

// Size is media as settings and templates write them.
func Size(m labels.Media) string { return fmt.Sprintf("%gx%g", m.Width, m.Height) }
