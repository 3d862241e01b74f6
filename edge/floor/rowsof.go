package floor

import "strconv"

// RowNamed is a sealed row beside the journal that a command names: what is personal stands in none of its events.
type RowNamed struct {
	Field string // of the command
	Ref   string // such as pii/O-1
	What  string // address, contact, note, label, doc
}

// RowsOf lists the rows a command names, in the order of its fields.
func RowsOf(c Command) []RowNamed {
	var out []RowNamed
	add := func(field, ref, what string) {
		if ref != "" {
			out = append(out, RowNamed{field, ref, what})
		}
	}
	switch c := c.(type) {
	case *Assign:
		add("ship_to", c.ShipTo, "address")
		add("contact", c.Contact, "contact")
		if c.Gift != nil {
			add("gift.note", c.Gift.Note, "note")
		}
		for i := range c.Labels {
			add("labels["+strconv.Itoa(i)+"].ref", c.Labels[i].Ref, "label")
		}
	case *Change:
		add("ship_to", c.ShipTo, "address")
	case *SetDoc:
		add("key", "doc/"+c.Doc.Kind+"/"+c.Key, "doc")
	}
	return out
}
