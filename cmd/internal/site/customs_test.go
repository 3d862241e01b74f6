package site

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/web"
)

// TestDeclarationsOnPaper: a parcel that goes abroad has its declaration on paper in as many sheets as posts ask for; an order that
// does not, or whose address is erased, has none.
func TestDeclarationsOnPaper(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	address, err := json.Marshal(map[string]any{"name": "Ada King", "street": []string{"1 High St"}, "postcode": "0150", "city": "Oslo", "country": "NO", "phone": "+47 22 00 00 00"})
	require.NoError(t, err)
	line := asked("1", "I-1", 3)
	line.Price, line.HSCode, line.Origin = &floor.Money{Minor: 250, Currency: "EUR"}, "220299", "SE"
	h.row(&floor.Assign{Order: "C-1", Assignment: "c", Number: "web-77", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", ShipTo: "pii/C-1", Lines: []floor.AskedLine{line},
		Terms: floor.Terms{Customs: &floor.Customs{Form: "CN23", Content: "sale", Invoice: "INV-1"}}}, journal.Row{Kind: "pii", Key: []byte("C-1"), Value: h.v.Seal("pii/C-1", address)})
	h.give(&floor.Start{Order: "C-1"}, &floor.Scan{Order: "C-1", SKU: "I-1", Qty: 3})
	var units []floor.UnitID
	for _, qty := range []int{1, 2} {
		u := h.row(&floor.OpenUnit{Order: "C-1"}).Unit
		h.give(&floor.AddToUnit{Unit: u, SKU: "I-1", Qty: qty}, &floor.CloseUnit{Unit: u, WeightG: 1000 * qty})
		units = append(units, u)
	}
	read := func(query string) []string {
		code, pdf := h.call(web.CLI, "GET", "/api/papers/customs.pdf?order=web-77"+query, nil)
		require.Equal(t, 200, code, "%s", pdf)
		pages := readPaper(t, pdf)
		for i := range pages {
			pages[i] = strings.Join(strings.Fields(pages[i]), " ")
		}
		return pages
	}
	all := read("")
	require.Len(t, all, 8, "four of each")
	require.Contains(t, all[7], "Sheet 4 of 4")
	require.Contains(t, all[7], "2 x Item I-1")
	require.Contains(t, all[7], "HS 220299, from SE")
	require.Contains(t, all[7], "2.000 5.00 EUR")
	require.Contains(t, all[7], "Tel. +47 22 00 00 00")
	require.Contains(t, all[7], "INV-1")
	require.Contains(t, all[7], string(units[1]))
	require.Contains(t, all[0], string(units[0]))
	require.Len(t, read("&unit="+string(units[0])+"&sheets=2"), 2)
	code, body := h.call(web.CLI, "GET", "/api/papers/customs.pdf?order=web-77&sheets=9", nil)
	require.Equal(t, 422, code)
	require.Contains(t, string(body), "from 1 to 8")

	h.order("D-1", noon, asked("1", "I-2", 1))
	code, _ = h.call(web.CLI, "GET", "/api/papers/customs.pdf?order=D-1", nil)
	require.Equal(t, 404, code, "it goes nowhere abroad")
}
