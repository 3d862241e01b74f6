package floor

import (
	"strconv"
	"strings"
	"time"
)

// RowNamed is a sealed row beside the journal that a command names: what is personal stands in none of its events.
type RowNamed struct {
	Field string // of the command
	Ref   string // such as pii/O-1
	What  string // address, contact, note, label, proof, doc
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
	case *Authorise:
		if IsProof(c.Order, c.Ref) { // else it names a place of the shop's own
			add("ref", c.Ref, "proof")
		}
	case *SetDoc:
		add("key", "doc/"+c.Doc.Kind+"/"+c.Key, "doc")
	}
	return out
}

// IsProof says whether a reference names a proof of the order's hand-over, such as pii/O-1/proof/1: what the customer
// signed, or a picture of it.
func IsProof(order OrderID, ref string) bool {
	return strings.HasPrefix(ref, "pii/"+string(order)+"/proof/")
}

// ProofOver says whether the proofs of an order's hand-over may be erased where nobody else keeps them.
func (s *State) ProofOver(o *Order, now time.Time) bool {
	return s.PersonalOver(o, now) && now.Sub(o.Heard) >= time.Duration(s.Policy.ProofDays)*24*time.Hour
}
