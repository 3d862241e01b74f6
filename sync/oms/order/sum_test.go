package order

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
)

// TestEveryUnitIsInOnePlace: whatever sites have made of an order, its units are held, cancelled or open, and
// together they are as many as were asked for; what is open is given away once, and then nothing is open.
func TestEveryUnitIsInOnePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Order{ID: "O", Lines: []Line{{ID: "1", SKU: "A", Qty: rapid.IntRange(1, 9).Draw(t, "qty")}, {ID: "2", SKU: "B", Qty: 4}}}
		var as []Assignment
		for n := range rapid.IntRange(1, 5).Draw(t, "sites") {
			left := Reroute(Of(&o, as))
			if len(left) == 0 {
				break
			}
			a := Assignment{ID: floor.AssignmentID(strconv.Itoa(n)), Order: "O", Group: n + 1, Site: floor.SiteID("s" + strconv.Itoa(n)), At: floor.OrderID("O-" + strconv.Itoa(n)), State: AssignmentSent, Lines: left}
			as = append(as, a)
			require.Empty(t, Reroute(Of(&o, as)), "what was given away is not given away again")
			f := floor.NewState()
			floor.Apply(f, &floor.OrderTaken{Assign: *o.Assign(&a, "post")[0].(*floor.Assign)})
			for range rapid.IntRange(0, 4).Draw(t, "facts") {
				l := left[rapid.IntRange(0, len(left)-1).Draw(t, "line")]
				q := rapid.IntRange(1, 3).Draw(t, "n")
				switch rapid.IntRange(0, 3).Draw(t, "fact") {
				case 0:
					floor.Apply(f, &floor.PickConfirmed{Order: a.At, Line: l.ID, SKU: l.SKU, Qty: q, Bin: "X"})
				case 1:
					floor.Apply(f, &floor.OrderDeclined{Order: a.At, Lines: []floor.LineQty{{Line: l.ID, Qty: q}}, Reason: floor.OutOfStock})
				case 2:
					floor.Apply(f, &floor.PickShort{Order: a.At, Line: l.ID, SKU: l.SKU, Qty: q, Reason: floor.Damaged, Bin: "X", Moved: q})
				case 3:
					cause := rapid.SampledFrom([]floor.Cause{floor.ByCustomer, floor.ByCentre, floor.NoStock, floor.NoShow}).Draw(t, "cause")
					floor.Apply(f, &floor.RecallGranted{Order: a.At, Cause: cause, Lines: []floor.LineState{{Line: l.ID, Qty: q}}})
				}
			}
			as[n].State, as[n].Folded = AssignmentTaken, f.Orders[a.At]
			as[n].Settle()
			held := 0
			for i := range as {
				for _, l := range as[i].Lines {
					s := as[i].shareOf(&l)
					held += s.inHouse + s.left
				}
			}
			p := Of(&o, as)
			open := 0
			for _, l := range p.Lines {
				open += l.Open
			}
			require.LessOrEqual(t, held+open, o.Lines[0].Qty+o.Lines[1].Qty, "no unit is served by two")
		}
	})
}

// TestNothingIsAskedBackThatASiteCannotLetGoOf: a site was asked for an order and gave all of it back, and then a parcel of it turned
// out to be closed there, packed by a box that did not know. What nobody is to serve any more is not asked for again and again.
func TestNothingIsAskedBackThatASiteCannotLetGoOf(t *testing.T) {
	o := Order{ID: "O", Lines: []Line{{ID: "1", SKU: "A", Qty: 2}}}
	taken := func(id, site string, more ...floor.Event) Assignment {
		a := Assignment{ID: floor.AssignmentID(id), Order: "O", Site: floor.SiteID(site), At: floor.OrderID("O-" + site), State: AssignmentSent, Lines: o.Lines}
		f := floor.NewState()
		floor.Apply(f, &floor.OrderTaken{Assign: *o.Assign(&a, "post")[0].(*floor.Assign)})
		for _, e := range more {
			floor.Apply(f, e)
		}
		a.Folded = f.Orders[a.At]
		a.Settle()
		return a
	}
	here := taken("1", "s1")
	packed := []floor.Event{
		&floor.PickConfirmed{Order: "O-s2", Line: "1", SKU: "A", Qty: 2, Bin: "X"},
		&floor.UnitOpened{Order: "O-s2", Unit: "U"},
		&floor.UnitFilled{Order: "O-s2", Unit: "U", Line: "1", SKU: "A", Qty: 2},
	}
	as := []Assignment{here, taken("2", "s2", packed...)}
	back, _ := Over(&o, as)
	require.Equal(t, []Excess{{At: 1, Lines: []AskLine{{Line: "1", Qty: 2}}}}, back, "it would let go of them")

	gone := &floor.RecallGranted{Order: "O-s2", Cause: floor.ByCentre, Lines: []floor.LineState{{Line: "1", Qty: 2}}}
	as[1] = taken("2", "s2", append([]floor.Event{gone}, packed...)...)
	require.Positive(t, as[1].rawShare(&o.Lines[0]).inHouse)
	back, _ = Over(&o, as)
	require.Empty(t, back, "it has nothing to serve any more")
}
