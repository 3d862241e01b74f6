package site

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/slips"
	"picket/edge/web"
)

// Every paper is made of what is there, the same twice; who asks for one that names customers is a lead; what
// is not there makes no paper.
func TestPapers(t *testing.T) {
	h := stocked(t)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "S-1", Use: "staging", Walk: 99}}, &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	price := &floor.Money{Minor: 1250, Currency: "EUR"}
	line := asked("1", "I-1", 2)
	line.Price = price
	to := journal.Row{Kind: "pii", Key: []byte("O-1"), Value: h.v.Seal("pii/O-1", []byte(`{"name":"Ada King","street":["1 High St"],"postcode":"N1 9GU","city":"London","country":"GB"}`))}
	h.row(&floor.Assign{Order: "O-1", Assignment: "a", Number: "web-1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", ShipTo: "pii/O-1", Lines: []floor.AskedLine{line},
		Terms: floor.Terms{Gift: &floor.Gift{Receipt: "G-77", Note: "pii/O-1/gift"}}}, to,
		journal.Row{Kind: "pii", Key: []byte("O-1/gift"), Value: h.v.Seal("pii/O-1/gift", []byte(`{"note":"Happy birthday, Ada"}`))})
	who := journal.Row{Kind: "pii", Key: []byte("O-2"), Value: h.v.Seal("pii/O-2", []byte(`{"name":"Ben Moss"}`))}
	h.row(&floor.Assign{Order: "O-2", Assignment: "b", Number: "web-2", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: noon, Lines: []floor.AskedLine{asked("1", "I-2", 1)}, Terms: floor.Terms{Contact: "pii/O-2"}}, who)
	h.give(&floor.Start{Order: "O-2"}, &floor.Scan{Order: "O-2", SKU: "I-2", Qty: 1}, &floor.StageGoods{Order: "O-2", Shelf: "S-1"})
	run := ask[runPlan](h, "/api/plan/runs", `{"mode":"cluster","orders":["O-1"]}`)
	require.Len(t, run.Runs, 1)
	outcome, body := h.start(run.Runs[0].Start)
	require.Equal(t, "accepted", outcome, body)
	runs := ask[struct{ Rows []struct{ ID string } }](h, "/api/runs", "")
	require.Len(t, runs.Rows, 1)
	count := h.row(&floor.OpenCount{What: "directed", Bins: []floor.BinID{"A-1", "S-1"}}).Made["count"]
	manifest := h.row(&floor.OpenManifest{Carrier: "DEMO"}).Made["manifest"]
	all := map[string]bool{ // whether it is for leads
		"picklist.pdf?order=O-1":              false,
		"picklist.pdf?run=" + runs.Rows[0].ID: false,
		"countsheet.pdf?count=" + count:       false,
		"checklist.pdf?size=letter":           false,
		"paper-mode.pdf":                      true,
		"manifest.pdf?manifest=" + manifest:   true,
		"packing.pdf?order=O-1":               true,
	}
	for path, leads := range all {
		code, body := h.call(web.Integration, "GET", "/api/papers/"+path, nil)
		if leads {
			require.Equal(t, 403, code, "%s: %s", path, body)
			code, body = h.call(web.CLI, "GET", "/api/papers/"+path, nil)
		}
		require.Equal(t, 200, code, "%s: %s", path, body)
		require.True(t, bytes.HasPrefix(body, []byte("%PDF-")), path)
	}
	for path, want := range map[string]int{"picklist.pdf?order=O-9": 404, "picklist.pdf?run=none": 404, "countsheet.pdf?count=none": 404, "packing.pdf?order=O-1&unit=none": 404, "manifest.pdf?manifest=no": 404,
		"picklist.pdf": 422, "picklist.pdf?order=O-1&run=x": 422, "checklist.pdf?order=O-1": 422, "checklist.pdf?size=a3": 422, "picklist.pdf?order=O-1&order=O-1": 422, "gossip.pdf": 404} {
		code, body := h.call(web.CLI, "GET", "/api/papers/"+path, nil)
		require.Equal(t, want, code, "%s: %s", path, body)
	}

	// What is written, and that the same is written twice.
	p := papers{Config{Name: "North", Zone: "Europe/London"}, h.feed, &planning{feed: h.feed, clock: time.Now}, h.file, h.v, func() time.Time { return noon }, nil}
	for _, ask := range []web.PaperAsk{{Name: "packing", Order: "O-1"}, {Name: "paper-mode", By: "lea"}, {Name: "picklist", Order: "O-1"}, {Name: "checklist"}} {
		one, err := p.PDF(t.Context(), ask)
		require.NoError(t, err)
		two, err := p.PDF(t.Context(), ask)
		require.NoError(t, err)
		require.Equal(t, one, two, ask.Name)
	}
	sheets, err := p.sheet(web.PaperAsk{Order: "O-1"}, time.UTC).slips()
	require.NoError(t, err)
	require.Len(t, sheets, 1)
	slip := sheets[0]
	require.Equal(t, []string{"Ada King", "1 High St", "N1 9GU London", "GB"}, slip.To)
	require.True(t, slip.Gift)
	require.Equal(t, "Happy birthday, Ada", slip.Message, "the words, not the row they came in")
	require.Equal(t, "G-77", slip.Return)
	require.Equal(t, []slips.SlipLine{{SKU: "I-1", Name: "Item I-1", Ordered: 2, Later: "2 still to come"}}, slip.Lines, "a gift has no prices")
	mode, err := p.sheet(web.PaperAsk{}, time.UTC).openWork()
	require.NoError(t, err)
	require.Len(t, mode.Pickups, 1)
	require.Equal(t, "Ben", mode.Pickups[0].Name, "the first name is enough")
	require.Equal(t, "1 × Item I-2", mode.Pickups[0].Items)
	require.Len(t, mode.Runs, 1)
}
