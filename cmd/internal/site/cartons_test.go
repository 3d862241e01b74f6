package site

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/web"
)

// bench is a site with two cartons and an order of goods that may not all lie together.
func bench(t *testing.T) *house {
	h := newHouse(t)
	item := func(sku floor.SKU, l, w, ht, g int, handling ...string) floor.Command {
		return &floor.SetItem{Item: floor.Item{SKU: sku, Name: "Item " + string(sku), GTINs: []string{}, LengthMM: l, WidthMM: w, HeightMM: ht, WeightG: g, Handling: handling}}
	}
	dims := func(l, w, ht int) floor.Dims { return floor.Dims{L: l, W: w, H: ht} }
	h.give(&floor.SetCarton{Carton: floor.Carton{ID: "S", Inner: dims(200, 150, 100), Outer: dims(206, 156, 106), WeightG: 100, MaxG: 5000}},
		&floor.SetCarton{Carton: floor.Carton{ID: "L", Inner: dims(400, 300, 300), Outer: dims(410, 310, 310), WeightG: 400, MaxG: 20000}},
		item("BOOK", 200, 150, 50, 900), item("RICE", 100, 100, 100, 1000, "food"), item("BLEACH", 100, 100, 200, 1200, "chemical"), item("LAMP", 2000, 100, 100, 3000),
		&floor.SetItem{Item: floor.Item{SKU: "ODD", Name: "Odd", GTINs: []string{}}}, &floor.SetItem{Item: floor.Item{SKU: "TENT", Name: "Tent", GTINs: []string{}, OwnBox: true, LengthMM: 900, WidthMM: 200, HeightMM: 200, WeightG: 4000}})
	h.order("O-1", noon, asked("1", "BOOK", 2), asked("2", "RICE", 1), asked("3", "BLEACH", 1), asked("4", "LAMP", 1), asked("5", "ODD", 1), asked("6", "TENT", 1))
	return h
}

func TestCartonsOfAnOrder(t *testing.T) {
	h := bench(t)
	books := ask[web.CartonPlan](h, "/api/plan/cartons", `{"order":"O-1","lines":[{"line":"1","qty":2}]}`)
	require.Len(t, books.Parcels, 1)
	require.Equal(t, floor.CartonID("S"), books.Parcels[0].Carton)
	require.EqualValues(t, 1900, books.Parcels[0].GrossG, "two books and the carton")
	require.Equal(t, []web.LineQty{{Line: "1", Qty: 2}}, books.Parcels[0].Contents)
	require.Len(t, books.Parcels[0].Placements, 2)
	require.NotEqual(t, books.Parcels[0].Placements[0].Z, books.Parcels[0].Placements[1].Z, "one lies on the other")

	all := ask[web.CartonPlan](h, "/api/plan/cartons", `{"order":"O-1"}`)
	require.Len(t, all.Parcels, 3, "food and chemicals lie apart, the tent goes as it is")
	units := map[floor.LineID]int{}
	for _, p := range all.Parcels {
		for _, c := range p.Contents {
			units[c.Line] += c.Qty
		}
		has := func(l floor.LineID) bool {
			for _, c := range p.Contents {
				if c.Line == l {
					return true
				}
			}
			return false
		}
		require.False(t, has("2") && has("3"))
		require.Equal(t, has("6"), p.Carton == "")
	}
	require.Equal(t, map[floor.LineID]int{"1": 2, "2": 1, "3": 1, "5": 1, "6": 1}, units)
	require.Equal(t, []web.LeftUnits{{Line: "4", SKU: "LAMP", Qty: 1, Why: all.Left[0].Why}}, all.Left)
	require.NotEmpty(t, all.Left[0].Why)
	require.NotEmpty(t, all.Notes, "the odd one's size is a guess, and is said to be")

	h.give(&floor.SetBin{Bin: floor.Bin{ID: "A-1", Walk: 1}}, &floor.AdjustStock{SKU: "BOOK", Bin: "A-1", Delta: 5, Reason: "opening"},
		&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "BOOK", Qty: 1})
	here := ask[web.CartonPlan](h, "/api/plan/cartons", `{"order":"O-1"}`)
	require.Len(t, here.Parcels, 1)
	require.Equal(t, []web.LineQty{{Line: "1", Qty: 1}}, here.Parcels[0].Contents, "what stands on the bench is packed first")
}

func TestWhetherItFits(t *testing.T) {
	h := bench(t)
	yes := ask[web.CartonFit](h, "/api/plan/fits", `{"order":"O-1","carton":"S","lines":[{"line":"1","qty":2}]}`)
	require.True(t, yes.OK)
	require.Len(t, yes.Parcel.Placements, 2)
	no := ask[web.CartonFit](h, "/api/plan/fits", `{"order":"O-1","carton":"L","lines":[{"line":"4","qty":1}]}`)
	require.False(t, no.OK)
	require.Nil(t, no.Parcel)
	require.NotEmpty(t, no.Why)
	for body, want := range map[string]string{
		`{"order":"O-1","carton":"XL"}`:                                        "body.carton",
		`{"order":"O-1","carton":"S","lines":[{"line":"9","qty":1}]}`:          "body.lines[0].line",
		`{"order":"O-1","carton":"S","lines":[{"line":"1","qty":3}]}`:          "body.lines[0].qty",
		`{"order":"O-1","carton":"S","lines":[{"line":"1","qty":1,"x":true}]}`: "is not a field",
	} {
		code, answer := h.call(web.Integration, "POST", "/api/plan/fits", []byte(body))
		require.Equal(t, 422, code, "%s", answer)
		require.Contains(t, string(answer), want)
	}
	code, _ := h.call(web.Integration, "POST", "/api/plan/fits", []byte(`{"order":"O-7","carton":"S"}`))
	require.Equal(t, 404, code)
	empty := newHouse(t)
	empty.give(&floor.SetItem{Item: floor.Item{SKU: "X", Name: "X", GTINs: []string{}}})
	empty.order("O-1", noon, asked("1", "X", 1))
	code, answer := empty.call(web.Integration, "POST", "/api/plan/cartons", []byte(`{"order":"O-1"}`))
	require.Equal(t, 422, code)
	require.Contains(t, string(answer), "no cartons")
}
