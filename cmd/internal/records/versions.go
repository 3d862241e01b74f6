package records

import (
	"fmt"
	"sort"
	"strings"

	"picket/edge/floor"
)

// Shapes is what the data of every record a site writes is made of, one line for each field: its type, its place, its
// kind. It is what a later version must still be able to read.
func Shapes() []string {
	var out []string
	for _, e := range floor.Types() {
		m := &maker{words: words{}, defs: obj{}, up: true}
		out = append(out, e.Type())
		walk(e.Type(), m.object(typeOf(e)), m.defs, nil, &out)
	}
	sort.Strings(out)
	return out
}

// walk adds the fields of a schema; a field of a field is named behind a dot, one of a list behind [].
func walk(at string, s, defs obj, above []string, out *[]string) {
	top := !strings.Contains(at, " ")
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		for _, a := range above {
			if a == name {
				return // it holds itself
			}
		}
		inner, _ := defs[name].(obj)
		walk(at, inner, defs, append(above, name), out)
		return
	}
	if items, ok := s["items"].(obj); ok {
		walk(at+"[]", items, defs, above, out)
	}
	if more, ok := s["additionalProperties"].(obj); ok {
		walk(at+".*", more, defs, above, out)
	}
	props, _ := s["properties"].(obj)
	for name, p := range props {
		p, _ := p.(obj)
		if either, ok := p["anyOf"].([]any); ok { // it may be null
			p, _ = either[0].(obj)
		}
		kind := "anything"
		if p["$ref"] != nil {
			kind = "object"
		} else if p["type"] != nil {
			kind = fmt.Sprint(p["type"])
		}
		if f := p["format"]; f != nil {
			kind += " " + fmt.Sprint(f)
		}
		place := at + "." + name
		if top {
			place = at + " " + name
		}
		*out = append(*out, place+" "+kind)
		walk(place, p, defs, above, out)
	}
}

// Lost are the lines of an earlier shape that the present one does not have, but for those a cast reads.
func Lost(then, now []string) []string {
	has := map[string]bool{}
	for _, line := range now {
		has[line] = true
	}
	var lost []string
	for _, line := range then {
		if has[line] {
			continue
		}
		parts := strings.SplitN(line, " ", 3)
		if len(parts) == 1 {
			parts = append(parts, "", "")
		}
		typ, field, ok := floor.Renamed(parts[0], parts[1])
		if ok && has[strings.TrimRight(typ+" "+field+" "+parts[2], " ")] {
			continue
		}
		lost = append(lost, line)
	}
	return lost
}
