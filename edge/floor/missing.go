package floor

import (
	"reflect"
	"slices"
	"strings"
)

// missing turns "nobody knows an order of no name" into "order is missing": what was not found, because nothing was
// said, is named by its field.
func missing(c Command, no *Refusal) *Refusal {
	if !strings.HasPrefix(string(no.Code), "unknown_") && no.Code != NotInCount || no.Args["carrier"] != "" { // a carrier needs no service
		return no
	}
	var empty []string
	for name, value := range no.Args {
		if value == "" {
			empty = append(empty, name)
		}
	}
	if len(empty) == 0 {
		return no
	}
	slices.Sort(empty)
	fields := fieldsOf(c)
	for _, name := range empty {
		at := slices.IndexFunc(fields, func(f textField) bool { return f.name == name })
		switch {
		case at >= 0 && (fields[at].must || no.Code == UnknownCode):
			return badField(name, "is missing")
		case at >= 0: // it may be left out
			continue
		}
		if at = slices.IndexFunc(fields, func(f textField) bool { return f.must && f.empty }); at >= 0 {
			return badField(fields[at].name, "is missing")
		}
		return badField(name, "is missing")
	}
	return no
}

// textField is a field of a command that holds a text or an id.
type textField struct {
	name        string
	must, empty bool
}

func fieldsOf(c Command) (out []textField) {
	v := reflect.Indirect(reflect.ValueOf(c))
	if v.Kind() != reflect.Struct {
		return nil
	}
	for _, f := range reflect.VisibleFields(v.Type()) {
		name, how, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() == reflect.String && name != "" && name != "-" {
			out = append(out, textField{name: name, must: how == "", empty: v.FieldByIndex(f.Index).Len() == 0})
		}
	}
	return out
}
