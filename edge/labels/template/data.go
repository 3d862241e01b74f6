package template

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"picket/edge/labels"
)

// ReadData reads values for a preview: {"to.name": "Jo Doe", "rows": [{"qty": "2 x", "text": "Oat drink"}]}. What it does not
// say is as in the example.
func (d *Document) ReadData(text []byte) (labels.Values, error) {
	v := d.Example()
	var said map[string]json.RawMessage
	if err := json.Unmarshal(text, &said); err != nil {
		return v, fmt.Errorf("want an object of fields: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(said)) {
		f := d.field(name, nil)
		if f == nil {
			return v, fmt.Errorf("%s has no field %q; there is %s", d.Doc, name, strings.Join(d.names(nil), ", "))
		}
		if f.Kind != List {
			var words string
			if err := json.Unmarshal(said[name], &words); err != nil {
				return v, fmt.Errorf("%s: want words: %w", name, err)
			}
			v.Words[name] = words
			continue
		}
		var rows []labels.Row
		if err := json.Unmarshal(said[name], &rows); err != nil {
			return v, fmt.Errorf("%s: want a list of objects: %w", name, err)
		}
		for i, row := range rows {
			for _, in := range slices.Sorted(maps.Keys(row)) {
				if d.field("row."+in, f) == nil {
					return v, fmt.Errorf("%s[%d]: its entries have no %q", name, i, in)
				}
			}
		}
		v.Lists[name] = rows
	}
	return v, nil
}
