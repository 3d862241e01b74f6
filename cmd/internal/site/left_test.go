package site

import (
	"encoding/json"
	"log/slog"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// An order that was sent and one that was collected leave for the archive: whatever answered about them before
// answers the same, sealed rows, restarts and all; and what comes back finds its order.
func TestWhatLeftIsStillAnswered(t *testing.T) {
	dir := t.TempDir()
	h := stockedIn(houseIn(t, dir, 0))
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "S-1", Use: "staging", Walk: 99}}, &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100},
		&floor.LeaseNumbers{Number: "return", Prefix: "RT", From: 1, To: 100, Digits: 6},
		&floor.LeaseNumbers{Number: "carrier:AIR", Prefix: "AB", From: 7, To: 500, Digits: 6},
		&floor.SetCarrier{Carrier: floor.Carrier{Code: "AIR", Labels: "block"}})
	to := journal.Row{Kind: "pii", Key: []byte("O-1"), Value: h.v.Seal("pii/O-1", []byte(`{"name":"Ada King","street":["1 High St"],"postcode":"N1 9GU","city":"London","country":"GB"}`))}
	h.row(&floor.Assign{Order: "O-1", Assignment: "a", Number: "web-1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "AIR", ShipTo: "pii/O-1", Lines: []floor.AskedLine{asked("1", "I-1", 2)},
		Terms: floor.Terms{Gift: &floor.Gift{Receipt: "GR-7781"}}}, to)
	who := journal.Row{Kind: "pii", Key: []byte("O-2"), Value: h.v.Seal("pii/O-2", []byte(`{"name":"Charles Babbage","phone":"+44 20 7946 0018","ordered_by":"Mary Somerville"}`))}
	h.row(&floor.Assign{Order: "O-2", Assignment: "b", Number: "web-2", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: noon.Add(time.Hour), Terms: floor.Terms{Contact: "pii/O-2"}, Lines: []floor.AskedLine{asked("1", "I-2", 1)}}, who)
	h.row(&floor.Assign{Order: "O-3", Assignment: "c", Number: "web-3", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon.Add(30 * time.Minute), Carrier: "AIR", Lines: []floor.AskedLine{asked("1", "I-3", 1)}})
	h.give(&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "I-1", Qty: 2})
	unit := h.row(&floor.OpenUnit{Order: "O-1"}).Unit
	h.give(&floor.AddToUnit{Unit: unit, SKU: "I-1", Qty: 2})
	h.give(&floor.CloseUnit{Unit: unit})
	o, _ := h.facts("O-1")
	tracking := o.Units[0].Tracking
	require.NotEmpty(t, tracking)
	require.NotEmpty(t, o.Jobs)
	h.print("O-1")
	manifest := h.row(&floor.OpenManifest{Carrier: "AIR"}).Made["manifest"]
	h.give(&floor.AddToManifest{Manifest: floor.ManifestID(manifest), Unit: unit})
	h.give(&floor.CloseManifest{Manifest: floor.ManifestID(manifest), Driver: "Dora", Count: 1})
	h.give(&floor.Start{Order: "O-2"}, &floor.Scan{Order: "O-2", SKU: "I-2", Qty: 1}, &floor.Finish{Order: "O-2"}, &floor.StageGoods{Order: "O-2", Shelf: "S-1"}, &floor.HandOut{Order: "O-2", Done: true})
	h.settle()
	h.print("O-2")

	job := url.QueryEscape(string(o.Jobs[0].ID))
	same := []string{"/api/orders/O-1", "/api/orders/web-1?timeline=true", "/api/pickups/web-2", "/api/orders/O-1?timeline=true", "/api/orders/O-2?timeline=true", "/api/orders/O-9",
		"/api/find?q=web-1", "/api/find?q=O-2", "/api/find?q=" + string(unit), "/api/find?q=" + tracking, "/api/find?q=gr-7781", "/api/find?q=ada+k", "/api/find?q=babbage", "/api/find?q=somer", "/api/find?q=9460018", "/api/find?q=eb-2",
		"/api/scan?code=" + string(unit), "/api/scan?code=" + tracking, "/api/scan?code=web-2", "/api/scan?code=ORDER-web-2", "/api/scan?code=O-1", "/api/scan?code=GR-7781", "/api/scan?code=" + job,
		"/api/orders", "/api/orders?open=false", "/api/orders?open=true", "/api/orders?limit=1", "/api/orders?state=shipped", "/api/orders?q=web-2", "/api/orders?open=false&format=csv",
		"/api/lines", "/api/lines?open=false&sku=I-2", "/api/lines?limit=2", "/api/parcels/" + string(unit), "/api/jobs/preview.png?job=" + job}
	papers := []string{"/api/orders/web-2/dispute.pdf", "/api/papers/packing.pdf?order=WEB-1", "/api/orders/O-1/dispute.pdf", "/api/orders/O-2/dispute.pdf", "/api/papers/packing.pdf?order=O-1", "/api/papers/packing.pdf?order=O-1&unit=" + string(unit), "/api/papers/manifest.pdf?manifest=" + manifest}
	read := func(h *house) map[string]string {
		out := map[string]string{}
		for _, path := range same {
			role := web.CLI
			if strings.Contains(path, "preview") {
				role = "lead" // it left: the picture with its address is for leads
			}
			code, body := h.call(role, "GET", path, nil)
			if path != "/api/orders/O-9" {
				require.Equal(t, 200, code, "%s: %s", path, body)
			}
			var reply struct{ Log, Seq any }
			if json.Unmarshal(body, &reply) == nil && !strings.Contains(path, "format") && (strings.HasPrefix(path, "/api/lines") || strings.HasPrefix(path, "/api/orders?") || path == "/api/orders") {
				body = []byte(regexpSeq.ReplaceAllString(string(body), `"seq":0`))
			}
			out[path] = string(body)
		}
		for _, path := range papers {
			code, body := h.call(web.CLI, "GET", path, nil)
			require.Equal(t, 200, code, "%s: %s", path, body)
			require.True(t, strings.HasPrefix(string(body), "%PDF-"), path)
		}
		slip, err := h.papers().sheet(web.PaperAsk{Order: "O-1", Unit: unit}, time.UTC).slips()
		require.NoError(t, err)
		text, err := json.Marshal(slip)
		require.NoError(t, err)
		out["slip"] = string(text)
		return out
	}
	h.stop()
	h = houseIn(t, dir, 72*time.Hour) // they are off the board by then
	h.n = 1000
	before := read(h)
	require.Contains(t, before["/api/find?q="+tracking], `"by":"tracking"`)
	require.Contains(t, before["/api/find?q=gr-7781"], `"by":"receipt"`)
	for q, by := range map[string]string{"ada+k": "name", "babbage": "name", "somer": "customer", "9460018": "phone", "eb-2": "number"} {
		require.Contains(t, before["/api/find?q="+q], `"by":"`+by+`"`, q)
	}
	require.Equal(t, before["/api/orders/O-1?timeline=true"], before["/api/orders/web-1?timeline=true"])
	require.Contains(t, before["/api/orders?limit=1"], `"next"`)
	require.Contains(t, before["slip"], "Ada King")

	h.give(&floor.ArchiveOrders{Orders: []floor.OrderID{"O-1", "O-2", "O-3"}})
	for _, id := range []floor.OrderID{"O-1", "O-2"} {
		_, here := h.facts(id)
		require.False(t, here, id)
	}
	_, here := h.facts("O-3")
	require.True(t, here, "it is open")
	row, ok, err := h.file.Row("closed", []byte("O-1"))
	require.NoError(t, err)
	require.True(t, ok)
	require.NotContains(t, string(row), "web-1", "what is folded does not lie in clear")
	equal(t, before, read(h))

	h.stop()
	h = houseIn(t, dir, 73*time.Hour)
	h.n = 2000
	equal(t, before, read(h)) // a restart changes nothing

	// All pages, one row at a time, name every order once and what is due first in front.
	var all []string
	for path := "/api/orders?limit=1"; path != ""; {
		page := ask[struct {
			Rows []struct{ ID string }
			Next string
		}](h, path, "")
		require.Len(t, page.Rows, 1)
		if all, path = append(all, page.Rows[0].ID), ""; page.Next != "" {
			path = "/api/orders?limit=1&after=" + page.Next
		}
	}
	require.Equal(t, []string{"O-1", "O-3", "O-2"}, all)

	// Goods come back by the receipt, and by the parcel itself; a label is printed again.
	opened := h.row(&floor.OpenReturn{Receipt: "GR-7781"})
	require.NotEmpty(t, opened.Made["return"])
	_, here = h.facts("O-1")
	require.True(t, here, "it is back")
	for _, path := range []string{"/api/find?q=web-1", "/api/orders?q=web-1"} {
		_, body := h.call(web.CLI, "GET", path, nil)
		require.Equal(t, 1, strings.Count(string(body), `"id":"O-1"`), "%s: %s: once, not also from the archive", path, body)
	}
	h.give(&floor.ParcelBack{Code: string(unit), Why: "refused"})
	again := h.row(&floor.RequestLabel{Unit: unit, Doc: floor.DocPackingSlip, Reason: "lost"})
	require.NotEmpty(t, again.Jobs)
	doc, _, err := newPress(Config{Name: "North", Zone: "Europe/London"}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler)).draw(again.Jobs[0], newPress(Config{}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler)).media("none"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "Ada King")

	// Without the key nobody reads what was folded.
	require.NoError(t, err)
	other, err := openVault(filepath.Join(dir, "another"))
	require.NoError(t, err)
	_, err = node.NewArchive(h.file, other).Order("O-2")
	require.ErrorContains(t, err, "keys/rows.key")
}

// regexpSeq is where a list says which record it is of.
var regexpSeq = regexp.MustCompile(`"seq":[0-9]+`)

func equal(t *testing.T, want, got map[string]string) {
	for path := range want {
		require.Equal(t, want[path], got[path], path)
	}
}

// facts is an order on the floor.
func (h *house) facts(id floor.OrderID) (o floor.Order, here bool) {
	h.feed.Look(func(b *view.Board) {
		if at := b.Facts(id); at != nil {
			o, here = *at, true
		}
	})
	return o, here
}

// print lets every document of an order come out.
func (h *house) print(id floor.OrderID) {
	o, _ := h.facts(id)
	for i := range o.Jobs {
		h.give(&floor.StartPrint{Job: o.Jobs[i].ID, Printer: "p"}, &floor.ConfirmPrint{Job: o.Jobs[i].ID})
	}
}

// settle takes every case off the desk.
func (h *house) settle() {
	var ids []floor.CaseID
	h.feed.Look(func(b *view.Board) { b.Floor(func(f *floor.State) { ids = f.Cases.IDs() }) })
	for _, id := range ids {
		h.give(&floor.SettleCase{Case: id, Note: "looked at"})
	}
}

func (h *house) papers() papers {
	return papers{Config{Name: "North", Zone: "Europe/London"}, h.feed, &planning{feed: h.feed, clock: time.Now}, h.file, h.v, func() time.Time { return noon }, nil}
}
