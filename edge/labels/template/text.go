package template

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// part is a piece of a text: words as they stand, or a field.
type part struct {
	words string
	field string // empty: words
}

// text reads "COLLECT <cod>": words, and fields in angle brackets; << is a bracket itself. only says which kinds of fields
// may stand in it.
func (p *reading) text(n *yaml.Node, of *Field, only ...Kind) []part {
	if n.Kind != yaml.ScalarNode {
		p.faults.add(at(n), "want words, with fields in angle brackets: COLLECT <cod>; words with : or # in them stand in quotation marks")
		return nil
	}
	s := n.Value
	if len(s) > 2000 {
		p.faults.add(at(n), "a text of %d characters; at most 2000", len(s))
		return nil
	}
	var out []part
	words := ""
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "<<"):
			words += "<"
			i += 2
		case s[i] == '<':
			end := strings.IndexByte(s[i:], '>')
			if end < 0 {
				p.faults.add(within(n, i), "a field that is not closed: want <name>; an angle bracket itself is written <<")
				return nil
			}
			name := strings.TrimSpace(s[i+1 : i+end])
			if p.known(within(n, i), name, of, only...) {
				if words != "" {
					out = append(out, part{words: words})
				}
				out, words = append(out, part{field: name}), ""
			}
			i += end + 1
		default:
			words += s[i : i+1]
			i++
		}
	}
	if words != "" {
		out = append(out, part{words: words})
	}
	return out
}

// known tells whether a field is one of the document's, and of a kind that may stand here.
func (p *reading) known(where place, name string, of *Field, only ...Kind) bool {
	f := p.doc.field(name, of)
	if f == nil {
		switch meant := near(name, p.doc.names(of)); {
		case strings.HasPrefix(name, "row.") && of == nil:
			p.faults.add(where, "<%s> is an entry's: it stands within rows: or each: alone", short(name))
		case meant != "":
			p.faults.add(where, "%s has no field %q; there is %s", p.doc.Doc, short(name), meant)
		default:
			p.faults.add(where, "%s has no field %q; `picket label list %s` shows what there is", p.doc.Doc, short(name), p.doc.Doc)
		}
		return false
	}
	for _, k := range only {
		if f.Kind == k {
			return true
		}
	}
	if len(only) == 0 {
		return true
	}
	switch {
	case f.Kind == List:
		p.faults.add(where, "%q is a list: its entries are shown with rows: or each:", name)
	case f.Kind == YesNo:
		p.faults.add(where, "%q says yes or no: it belongs into when:, with words of your own beside it", name)
	default:
		p.faults.add(where, "%q may hold letters that no barcode of this kind has; there is %s", name, strings.Join(p.doc.names(of, Code), ", "))
	}
	return false
}

// condition is a field that must hold something, or must not.
type condition struct {
	field string
	not   bool
}

// when reads "cod and not tracking".
func (p *reading) when(n *yaml.Node, of *Field) (out []condition) {
	if n.Kind != yaml.ScalarNode || strings.TrimSpace(n.Value) == "" {
		p.faults.add(at(n), "want a field that holds something, or does not: cod, not tracking, cod and not tracking")
		return nil
	}
	offset := 0
	for i, one := range strings.Split(n.Value, " and ") {
		c := condition{field: strings.TrimSpace(one)}
		if rest, is := strings.CutPrefix(c.field, "not "); is {
			c.field, c.not = strings.TrimSpace(rest), true
		}
		if i >= 16 {
			p.faults.add(at(n), "more than 16 conditions")
			return nil
		}
		if p.known(within(n, offset+strings.Index(one, c.field)), c.field, of) {
			out = append(out, c)
		}
		offset += len(one) + len(" and ")
	}
	return out
}
