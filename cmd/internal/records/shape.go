package records

import (
	"encoding/json"
	"reflect"
	"sort"
	"strings"
	"time"
)

func typeOf(v any) reflect.Type {
	t := reflect.TypeOf(v)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// maker turns Go types into schemas; named structs become $defs.
type maker struct {
	words words
	defs  obj
	up    bool // what a site writes may grow; what it reads is taken to the letter
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
)

func (m *maker) schema(t reflect.Type) obj {
	switch t {
	case timeType:
		return obj{"type": "string", "format": "date-time"}
	case rawType:
		return obj{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.schema(t.Elem())
	case reflect.String:
		s := obj{"type": "string"}
		if known := m.words.known[t.Name()]; len(known) > 1 {
			s["description"] = "Known: " + strings.Join(known, ", ") + "."
		}
		return s
	case reflect.Bool:
		return obj{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return obj{"type": "integer"}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return obj{"type": "integer", "minimum": 0}
	case reflect.Float32, reflect.Float64:
		return obj{"type": "number"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return obj{"type": "string", "contentEncoding": "base64"}
		}
		return obj{"type": "array", "items": m.schema(t.Elem())}
	case reflect.Map:
		return obj{"type": "object", "additionalProperties": m.schema(t.Elem())}
	case reflect.Struct:
		name := t.Name()
		if m.defs[name] == nil {
			m.defs[name] = obj{} // it may hold itself
			m.defs[name] = m.object(t)
		}
		return obj{"$ref": "#/$defs/" + name}
	}
	panic("records: no JSON is known for " + t.String()) // a type of this repository: the test sees it
}

// object is a struct, with what it embeds laid flat as encoding/json does.
func (m *maker) object(t reflect.Type) obj {
	props, required, depth := obj{}, []string{}, map[string]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		if at, had := depth[name]; had && at <= len(f.Index) {
			continue
		}
		depth[name] = len(f.Index)
		s := m.schema(f.Type)
		always := !strings.Contains(opts, "omitempty") && !strings.Contains(opts, "omitzero")
		if always {
			required = append(required, name)
			switch f.Type.Kind() {
			case reflect.Slice, reflect.Map, reflect.Pointer: // none of them is written as null
				if f.Type != rawType {
					s = obj{"anyOf": []any{s, obj{"type": "null"}}}
				}
			}
		}
		if about := m.words.field(t, f); about != "" {
			if known, ok := s["description"].(string); ok {
				about += ". " + known
			}
			s["description"] = about
		}
		props[name] = s
	}
	sort.Strings(required)
	out := obj{"type": "object", "properties": props}
	if len(required) > 0 {
		out["required"] = required
	}
	if !m.up {
		out["additionalProperties"] = false
	}
	if about := m.words.of(t); about != "" {
		out["description"] = about
	}
	return out
}
