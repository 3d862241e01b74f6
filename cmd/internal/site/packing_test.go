package site

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/web"
)

// TestAPackingSlipForEachParcel: a business order leaves in two parts, and some of it is not packed yet. Each page counts
// what is in its own parcel.
func TestAPackingSlipForEachParcel(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	line := asked("1", "I-1", 9)
	line.Price = &floor.Money{Minor: 250, Currency: "EUR"}
	h.give(&floor.Assign{Order: "B-1", Assignment: "b", Number: "web-77", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", Lines: []floor.AskedLine{line, asked("2", "I-2", 1)}, Terms: floor.Terms{Purchase: "PO-881"}},
		&floor.Start{Order: "B-1"}, &floor.Scan{Order: "B-1", SKU: "I-1", Qty: 7})
	pack := func(qty int) floor.UnitID {
		u := h.row(&floor.OpenUnit{Order: "B-1"}).Unit
		h.give(&floor.AddToUnit{Unit: u, SKU: "I-1", Qty: qty}, &floor.CloseUnit{Unit: u, WeightG: 500})
		return u
	}
	read := func(query string) []string {
		code, pdf := h.call(web.CLI, "GET", "/api/papers/packing.pdf?"+query, nil)
		require.Equal(t, 200, code, "%s", pdf)
		pages := readPaper(t, pdf)
		for i := range pages {
			pages[i] = strings.Join(strings.Fields(pages[i]), " ")
		}
		return pages
	}
	first := pack(4)
	h.give(&floor.HandOver{Unit: first, Done: true})
	second := pack(2)
	pages := read("order=web-77")
	require.Len(t, pages, 2, "one for each parcel")
	require.Contains(t, pages[0], "Item I-1 9 4 5 still to come 2.50 EUR 10.00 EUR")
	require.Contains(t, pages[0], "Parcel 1")
	require.Contains(t, pages[0], "Delivery web-77/1")
	require.Contains(t, pages[0], "Your order PO-881")
	require.Contains(t, pages[1], "Sent before")
	require.Contains(t, pages[1], "Item I-1 9 4 2 3 still to come 2.50 EUR 5.00 EUR")
	require.Contains(t, pages[1], "Item I-2 1 0 0 1 still to come")
	require.Equal(t, []string{strings.ReplaceAll(pages[1], "Page 2 of 2", "Page 1 of 1")}, read("order=web-77&unit="+string(second)))

	// Each of its hand-overs has a file of its own, too.
	h.give(&floor.HandOver{Unit: second, Done: true})
	file := func(query string) string {
		code, pdf := h.call(web.CLI, "GET", "/api/papers/dispute.pdf?order=web-77"+query, nil)
		require.Equal(t, 200, code, "%s", pdf)
		return strings.Join(strings.Fields(strings.Join(readPaper(t, pdf), " ")), " ")
	}
	all, one := file(""), file("&handover=2")
	require.Contains(t, all, "Hand-overs told all 2")
	require.Contains(t, all, "Hand-over 1: ")
	require.Contains(t, all, "Parcels "+string(first))
	require.Contains(t, one, "Hand-overs told number 2 of 2")
	require.NotContains(t, one, "Hand-over 1: ")
	require.Contains(t, one, "Hand-over 2: ")
	require.Contains(t, one, "Parcels "+string(second))
	require.Contains(t, one, "agrees", "the journal's hashes")
	for query, want := range map[string]int{"&handover=3": 404, "&handover=0": 422, "&handover=x": 422} {
		code, body := h.call(web.CLI, "GET", "/api/papers/dispute.pdf?order=web-77"+query, nil)
		require.Equal(t, want, code, "%s: %s", query, body)
	}
}
