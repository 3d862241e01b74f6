package labels

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl/preview"
)

// TestAPaperCountsItsOwnPart: three parcels in two deliveries, and some of the goods are not packed yet.
func TestAPaperCountsItsOwnPart(t *testing.T) {
	f := facts(floor.DocDeliveryNote, 1, plain)
	o := f.Order
	o.Purchase = "PO-881"
	o.Lines = []floor.Line{{ID: "1", SKU: "OAT", Qty: 20, Picked: 15, Accepted: true}, {ID: "2", SKU: "RICE", Qty: 3, Accepted: true, Shorts: []floor.Short{{Reason: floor.NotInStock, Qty: 1}}}}
	unit := func(no int, state floor.UnitState, delivery string, oat int) floor.Unit {
		return floor.Unit{ID: floor.UnitID(sscc[:17] + string(rune('0'+no))), No: no, State: state, Delivery: delivery, Contents: []floor.Content{{Line: "1", SKU: "OAT", Qty: oat}}}
	}
	o.Units = []floor.Unit{unit(1, floor.UnitDeparted, "web-100471/1", 4), unit(2, floor.UnitDeparted, "web-100471/1", 2), unit(3, floor.UnitDeparted, "web-100471/2", 5), unit(4, floor.UnitClosed, "", 3), unit(5, floor.UnitVoid, "", 9)}
	o.Deliveries = []floor.Delivery{{No: "web-100471/1", Day: "2026-11-20"}, {No: "web-100471/2", Day: "2026-11-21"}}
	rows := func(doc floor.Document, no int) []string {
		f.Unit, f.Job.Doc, f.Job.Unit = &o.Units[no-1], doc, o.Units[no-1].ID
		paper, err := Draw(f, Parcel)
		require.NoError(t, err)
		var out []string
		texts := preview.Read(paper, preview.Options{Dpmm: 8}).Labels[0].Texts()
		for i, x := range texts {
			if n := len(x); n > 2 && x[n-2:] == " x" {
				out = append(out, x+" "+texts[i+1])
			}
		}
		return out
	}
	const rice, short = "2 x still to come: Rice drink 1 l", "1 x not in this parcel: Rice drink 1 l"
	const never = "1 x will not come: Rice drink 1 l"
	require.Equal(t, []string{"6 x Oat drink 1 l", "14 x still to come: Oat drink 1 l", rice, never}, rows(floor.DocDeliveryNote, 1), "also when it is printed once more after the second")
	require.Equal(t, []string{"5 x Oat drink 1 l", "6 x delivered before: Oat drink 1 l", "9 x still to come: Oat drink 1 l", rice, never}, rows(floor.DocDeliveryNote, 3))
	f.Job.Note = &floor.Note{Parcels: 1, Lines: []floor.NoteLine{{SKU: "OAT", Here: 4, ToCome: 2}}}
	require.Equal(t, []string{"4 x Oat drink 1 l", "2 x still to come: Oat drink 1 l"}, rows(floor.DocDeliveryNote, 3), "what was said when it was asked for")
	require.Equal(t, []string{"4 x Oat drink 1 l", "2 x in another parcel: Oat drink 1 l", "14 x still to come: Oat drink 1 l", rice, short}, rows(floor.DocPackingSlip, 1))
	require.Equal(t, []string{"5 x Oat drink 1 l", "6 x sent before: Oat drink 1 l", "9 x still to come: Oat drink 1 l", rice, short}, rows(floor.DocPackingSlip, 3))
	require.Equal(t, []string{"3 x Oat drink 1 l", "11 x sent before: Oat drink 1 l", "6 x still to come: Oat drink 1 l", rice, short}, rows(floor.DocPackingSlip, 4))
}
