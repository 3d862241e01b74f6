package floor

import (
	"slices"
	"strconv"
	"strings"
)

// Pulled is what the centre took out of an open parcel in the books. The goods lie in it until its packer sees that,
// and a parcel closed before would leave with too much.
type Pulled struct {
	Seq   Seq       `json:"seq"` // the last record that says so
	Goods []Content `json:"goods"`
}

// pull notes what left the parcel by nobody's hand.
func (u *Unit) pull(s *State, e *UnitTaken) {
	if s.rec == nil || s.rec.Actor != "" {
		return // whoever took it out holds it
	}
	p := Pulled{Seq: s.rec.Seq}
	if u.Pulled != nil {
		p.Goods = slices.Clone(u.Pulled.Goods)
	}
	p.Goods = append(p.Goods, Content{Line: e.Line, SKU: e.SKU, Qty: e.Qty})
	u.Pulled = &p
}

// unseen refuses to close a parcel whose packer has not seen yet that goods are to come out of it.
func (u *Unit) unseen(s *State, seen Seq) *Refusal {
	if u.Pulled == nil || seen == 0 || seen >= u.Pulled.Seq {
		return nil
	}
	var goods []string
	for _, g := range u.Pulled.Goods {
		goods = append(goods, strconv.Itoa(g.Qty)+" × "+s.name(g.SKU))
	}
	return Refuse(ParcelChanged, "unit", string(u.ID), "goods", strings.Join(goods, ", "))
}
