package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl/preview"
)

// pickAll picks what is wanted of an order and packs it into one parcel; the parcel's number comes back.
func (r *rig) pickAll(number string, shorts map[string]int) string {
	r.t.Helper()
	o, ok := r.onBoard(number)
	require.True(r.t, ok)
	r.ok("pick.start", m{"order": o.ID})
	gtin := map[string]string{"OAT": "9520000000011", "RICE": "9520000000028"}
	for _, l := range o.Lines {
		short := shorts[l.SKU]
		for range l.Qty - short {
			r.ok("pick.scan", m{"order": o.ID, "code": gtin[l.SKU]})
		}
		if short > 0 {
			r.ok("pick.short", m{"order": o.ID, "line": l.Line, "qty": short, "reason": "mismatch"})
		}
	}
	r.ok("pick.finish", m{"order": o.ID})
	return r.pack(o, shorts)
}

func (r *rig) pack(o boardOrder, shorts map[string]int) string {
	r.t.Helper()
	unit := r.ok("unit.open", m{"order": o.ID}).Unit
	require.Len(r.t, unit, 18)
	for _, l := range o.Lines {
		if n := l.Qty - shorts[l.SKU]; n > 0 {
			r.ok("unit.add", m{"unit": unit, "line": l.Line, "qty": n})
		}
	}
	r.ok("unit.close", m{"unit": unit, "weight_g": 2000})
	return unit
}

func (r *rig) labelled(number string) bool {
	o, ok := r.onBoard(number)
	return ok && len(o.Units) > 0 && o.Units[len(o.Units)-1].Labelled
}

// centreLine is a line's parts by state at the centre.
func (r *rig) centreOrder(id string) (state string, parts map[string]int) {
	var got struct {
		State string
		Lines []struct {
			SKU   string
			Parts []struct {
				State string
				Qty   int
			}
		}
	}
	if r.centre.try("GET", "/api/orders/"+id, nil, &got) != 200 {
		return "", nil
	}
	parts = map[string]int{}
	for _, l := range got.Lines {
		for _, p := range l.Parts {
			parts[l.SKU+" "+p.State] += p.Qty
		}
	}
	return got.State, parts
}

func TestAnOrderGoesFromTheCentreToAParcelAndBack(t *testing.T) {
	r := newRig(t)
	id := r.order("1001", m{"sku": "OAT", "qty": 2}, m{"sku": "RICE", "qty": 3})
	r.eventually("the order is on the board", func() bool { _, ok := r.onBoard("1001"); return ok })

	o, _ := r.onBoard("1001")
	r.ok("pick.start", m{"order": o.ID})
	a := r.op("pick.scan", m{"order": o.ID, "code": "4006381333931"})
	require.Equal(t, "refused", a.Outcome)
	require.Equal(t, "unknown_code", a.Refusal.Code)
	r.ok("pick.scan", m{"order": o.ID, "code": "9520000000011", "qty": 2})
	a = r.op("pick.scan", m{"order": o.ID, "code": "9520000000011"})
	require.Equal(t, "surplus", a.Refusal.Code)
	require.Contains(t, a.Refusal.Words, "Oat drink")
	same := r.again(r.n, "pick.scan", m{"order": o.ID, "code": "9520000000011"})
	require.Equal(t, "surplus", same.Refusal.Code, "asked again, the same answer")
	r.ok("pick.scan", m{"order": o.ID, "code": "9520000000028", "qty": 2})
	r.ok("pick.short", m{"order": o.ID, "line": o.Lines[1].Line, "qty": 1, "reason": "not_in_stock"})
	r.ok("pick.finish", m{"order": o.ID})
	unit := r.pack(o, map[string]int{"RICE": 1})
	r.eventually("the label is known to be printed", func() bool { return r.labelled("1001") })
	r.ok("handover", m{"unit": unit})

	r.eventually("the centre knows", func() bool {
		_, parts := r.centreOrder(id)
		return parts["OAT shipped"] == 2 && parts["RICE shipped"] == 2 && parts["RICE short"] == 1
	})
	var texts []string
	for _, l := range r.printer.Labels() {
		for _, d := range preview.Read(l.ZPL, preview.Options{Dpmm: 8}).Labels {
			texts = append(texts, strings.Join(d.Texts(), "\n"))
		}
	}
	require.Len(t, texts, 2, "a label and a packing slip, once")
	require.Contains(t, strings.Join(texts, "\n"), "Jo Doe")
	r.onlyPresenceIsRetained()
}

func TestTheFloorGoesOnWithoutTheBrokerAndWithoutTheCentre(t *testing.T) {
	r := newRig(t)
	first := r.order("2001", m{"sku": "OAT", "qty": 1})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("2001"); return ok })

	r.broker.kill()
	unit := r.pickAll("2001", nil)
	r.eventually("labels print with the line down", func() bool { return r.labelled("2001") })
	r.ok("handover", m{"unit": unit})
	second := r.order("2002", m{"sku": "RICE", "qty": 2})
	r.broker.start()
	r.eventually("the parcel is known, and the order sent meanwhile is here", func() bool {
		_, parts := r.centreOrder(first)
		_, here := r.onBoard("2002")
		return parts["OAT shipped"] == 1 && here
	})

	r.oms.kill()
	unit = r.pickAll("2002", map[string]int{"RICE": 1})
	r.eventually("labels print without the centre", func() bool { return r.labelled("2002") })
	r.ok("handover", m{"unit": unit})
	r.oms.start()
	r.eventually("both sides agree", func() bool {
		_, parts := r.centreOrder(second)
		return parts["RICE shipped"] == 1 && parts["RICE short"] == 1
	})
	_, parts := r.centreOrder(first)
	require.Equal(t, map[string]int{"OAT shipped": 1}, parts, "nothing twice")
}

// TestTheBoxIsKilledInTheMiddleOfAPick: after each kill -9 the handheld sends what it has no answer for
// again, and goes on where it was.
func TestTheBoxIsKilledInTheMiddleOfAPick(t *testing.T) {
	r := newRig(t)
	id := r.order("3001", m{"sku": "OAT", "qty": 8}, m{"sku": "RICE", "qty": 4})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("3001"); return ok })
	o, _ := r.onBoard("3001")
	r.ok("pick.start", m{"order": o.ID})
	for i := range 8 {
		r.ok("pick.scan", m{"order": o.ID, "code": "9520000000011"})
		if i%2 == 1 {
			r.picket.kill()
			r.picket.start()
			// The answer was lost, says the handheld, and asks again.
			r.again(r.n, "pick.scan", m{"order": o.ID, "code": "9520000000011"})
			now, ok := r.onBoard("3001")
			require.True(t, ok, "still signed in, and the order is there")
			require.Equal(t, i+1, now.Lines[0].Picked, "each scan once")
		}
	}
	for range 4 {
		r.ok("pick.scan", m{"order": o.ID, "code": "9520000000028"})
	}
	r.ok("pick.finish", m{"order": o.ID})
	unit := r.pack(o, nil)
	r.picket.kill() // perhaps in the middle of the label
	r.picket.start()
	r.eventually("the label is settled", func() bool {
		now, ok := r.onBoard("3001")
		if !ok {
			return false
		}
		for _, j := range now.Jobs {
			if j.Doc == "shipping_label" && j.State == "unknown" {
				return true
			}
		}
		return r.labelled("3001")
	})
	if !r.labelled("3001") {
		r.ok("label.request", m{"unit": unit, "doc": "shipping_label", "reason": "nobody saw it"})
		r.eventually("the copy is printed", func() bool { return r.labelled("3001") })
	}
	r.ok("handover", m{"unit": unit})
	r.eventually("the centre knows", func() bool {
		_, parts := r.centreOrder(id)
		return parts["OAT shipped"] == 8 && parts["RICE shipped"] == 4
	})
}
