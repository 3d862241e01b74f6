package order

import (
	"fmt"
	"slices"
	"time"

	"picket/edge/floor"
)

// Allotted is what a site keeps of an item for the centre, as the centre knows it: what the site's facts come to, and what
// the centre has decided of it since and the site has not answered. All it promises of it is taken off here first, in the
// transaction that tells the site; the site only ever hears of it later, and only the site adds to it. So there is
// never less at the site than here, unless the site says so.
type Allotted struct {
	Want  *int64 `json:"want,omitempty"` // so many are to be kept; nil: nobody said
	Told  int64  `json:"told"`           // kept there, by the site's facts
	Asked IDs    `json:"asked,omitempty"`
	Back  IDs    `json:"back,omitempty"`  // given back; AllOfIt for all that is left
	Drawn IDs    `json:"drawn,omitempty"` // promised, by assignment

	Wanted  int64  `json:"wanted,omitempty"` // the site would have so many back
	Note    string `json:"note,omitempty"`   // why
	Refused string `json:"refused,omitempty"`
}

// IDs is how many units each of some things the site has not answered is about.
type IDs map[string]int64

// AllOfIt stands for as many as there are.
const AllOfIt = -1

func (m IDs) sum() (n int64) {
	for _, x := range m {
		n += x
	}
	return n
}

// Put adds units to one.
func (m *IDs) Put(id string, n int64) {
	if *m == nil {
		*m = IDs{}
	}
	(*m)[id] += n
}

// Names lists the things, in the order they were decided.
func (m IDs) Names() []string {
	out := make([]string, 0, len(m))
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// Kept is what is kept there and not promised: nothing else may promise it.
func (a *Allotted) Kept() int64 {
	if a == nil {
		return 0
	}
	return max(0, a.Told-a.Drawn.sum())
}

// Free is what may still be promised of it.
func (a *Allotted) Free() int64 {
	if a == nil {
		return 0
	}
	for _, n := range a.Back {
		if n == AllOfIt {
			return 0
		}
	}
	return max(0, a.Kept()-a.Back.sum())
}

// Coming is what was asked for and not answered: the site may keep it already, so nobody is promised it.
func (a *Allotted) Coming() int64 {
	if a == nil {
		return 0
	}
	return a.Asked.sum()
}

// None says that nothing is known or wanted of it.
func (a *Allotted) None() bool {
	return (a.Want == nil || *a.Want == 0) && a.Told == 0 && len(a.Asked)+len(a.Back)+len(a.Drawn) == 0 && a.Wanted == 0
}

// Draw takes what it can of some lines off, for an assignment, and says on each line how many that is.
func Draw(id floor.AssignmentID, lines []Line, kept func(floor.SKU) *Allotted) []Line {
	out := slices.Clone(lines)
	for i := range out {
		l := &out[i]
		l.Allotted = 0
		a := kept(l.SKU)
		if n := min(int64(l.Qty), a.Free()); n > 0 {
			l.Allotted = int(n)
			a.Drawn.Put(string(id), n)
		}
	}
	return out
}

// Taken notes that a site has lines of an assignment.
func (a *Allotted) Taken(id floor.AssignmentID, n int) {
	if had, ok := a.Drawn[string(id)]; ok {
		if had -= int64(n); had > 0 {
			a.Drawn[string(id)] = had
		} else {
			delete(a.Drawn, string(id))
		}
	}
}

// Lives says that a site keeps something, or is to.
func (a *Allotted) Lives() bool {
	return a != nil && (a.Want != nil && *a.Want > 0 || a.Told > 0 || len(a.Drawn) > 0)
}

// With is Of at a site that keeps units of the item for the centre. While it is not heard these are promised, whatever their
// age, and nothing besides: what else stood there may be gone, and an order for it would eat into what is kept.
func (c Caution) With(a *Allotted, onHand, open int64, seen float64, age time.Duration) Promise {
	p := c.Of(onHand-a.Kept()-a.Coming(), open, seen, age)
	if !a.Lives() {
		return p
	}
	p.Allotted = a.Free()
	if age < 0 || age >= Fresh {
		p.ATP, p.Floor, p.Drift = p.Allotted, 0, 0
		p.Why = "The site is not heard: the " + fmt.Sprint(p.Allotted) + " it keeps for us " + of(p.Allotted, "is", "are") + " promised, and nothing else of it."
		return p
	}
	p.ATP += p.Allotted
	return p
}

func of(n int64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
