package view

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"picket/edge/floor"
)

// Findable is what an order can be found by. References and digests in it never leave the box.
type Findable struct {
	Row      *OrderRow
	Refs     []string // to sealed rows with names and phone numbers
	CodeSalt string
	CodeHash string
	Units    []floor.UnitID
	Tracking []string
	Receipts []string // codes of gift receipts and of the labels goods come back with
}

// The length in characters of what orders are searched by; whole names may be shorter.
const (
	findMin = 3
	findMax = 80
)

// Asks says whether a text is long enough to search by. One or two letters of a script other than Latin, and two of Latin,
// are: somebody is called 李 or Li. They are a whole word of a name then, never the beginning of one.
func Asks(q string) (ok, whole bool) {
	if n := utf8.RuneCountInString(q); !utf8.ValidString(q) || n < 1 || n > findMax {
		return false, false
	} else if n >= findMin {
		return true, false
	}
	letters, latin := 0, false
	for _, r := range q {
		switch {
		case unicode.IsLetter(r):
			letters++
			latin = latin || unicode.Is(unicode.Latin, r)
		case !unicode.Is(unicode.M, r):
			return false, false
		}
	}
	ok = letters > 0 && (!latin || letters == 2)
	return ok, ok
}

// FindableOf is what one order can be found by.
func FindableOf(o *floor.Order) Findable {
	f := Findable{Row: RowOf(o), CodeSalt: o.CodeSalt, CodeHash: o.CodeHash}
	for _, ref := range []string{o.Contact, o.ShipTo} {
		if ref != "" && !slices.Contains(f.Refs, ref) {
			f.Refs = append(f.Refs, ref)
		}
	}
	for i := range o.Units {
		u := &o.Units[i]
		if u.State == floor.UnitVoid {
			continue
		}
		f.Units = append(f.Units, u.ID)
		if u.Tracking != "" {
			f.Tracking = append(f.Tracking, u.Tracking)
		}
		if u.ReturnNo != "" {
			f.Receipts = append(f.Receipts, u.ReturnNo)
		}
	}
	for i := range o.Labels {
		f.Tracking = append(f.Tracking, o.Labels[i].Tracking)
	}
	if o.Gift != nil && o.Gift.Receipt != "" {
		f.Receipts = append(f.Receipts, o.Gift.Receipt)
	}
	return f
}

// Findable lists the orders a person may ask for: open ones first, and those due last in front.
func (b *Board) Findable() []Findable {
	out := make([]Findable, 0, len(b.state.Orders))
	for _, o := range b.state.Orders {
		out = append(out, FindableOf(o))
	}
	SortFindable(out)
	return out
}

// FoundReturn is goods a customer brings back, found by the number on their receipt or the one they were announced by.
type FoundReturn struct {
	ID     floor.ReturnID `json:"id"`
	Number string         `json:"number"` // what people call it
	Order  floor.OrderID  `json:"order,omitempty"`
	State  string         `json:"state"` // announced, open, closed, lapsed
	Since  time.Time      `json:"since"`
	Says   string         `json:"says"`
}

// ReturnsCalled are the returns that go by a text, sorted.
func (b *Board) ReturnsCalled(q string) []FoundReturn {
	var out []FoundReturn
	for _, r := range b.state.Returns.All() {
		if !strings.EqualFold(r.Number, q) && !strings.EqualFold(r.RMA, q) && string(r.ID) != q {
			continue
		}
		f := FoundReturn{ID: r.ID, Number: r.Called(), Order: r.Order, State: string(r.State), Since: r.Since}
		switch came := len(r.Lines); r.State {
		case floor.ReturnAnnouncedState:
			f.Says = "It is announced and was not brought yet."
		case floor.ReturnOpen:
			f.Says = "It is being taken in: " + floor.Plural(came, "line") + " so far."
		default:
			f.Says = "It was taken in: " + floor.Plural(came, "line") + "."
		}
		out = append(out, f)
	}
	for _, l := range b.state.Lapsed.All() {
		if !strings.EqualFold(l.RMA, q) && string(l.ID) != q {
			continue
		}
		no := b.state.HasLapsed(l)
		out = append(out, FoundReturn{ID: l.ID, Number: cmp.Or(l.RMA, string(l.ID)), Order: l.Order, State: "lapsed", Since: l.At, Says: no.Words() + " " + no.Hint()})
	}
	slices.SortFunc(out, func(x, y FoundReturn) int { return cmp.Compare(x.ID, y.ID) })
	return out
}

// SortFindable puts open orders first, and those due last in front.
func SortFindable(out []Findable) {
	slices.SortFunc(out, func(x, y Findable) int {
		if x.Row.Open != y.Row.Open {
			if x.Row.Open {
				return -1
			}
			return 1
		}
		return cmp.Or(y.Row.Due.Compare(x.Row.Due), cmp.Compare(x.Row.ID, y.Row.ID))
	})
}
