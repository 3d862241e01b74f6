package site

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// TestADriversNameIsKeptApartAndForgotten: it stands on the list the driver signs and in the file of a hand-over, in no
// record, and after so many days nowhere.
func TestADriversNameIsKeptApartAndForgotten(t *testing.T) {
	dir := t.TempDir()
	h := stockedIn(houseIn(t, dir, 0))
	h.v.Before = standing(h.file)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100},
		&floor.Assign{Order: "O-1", Assignment: "a", Number: "web-1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", Lines: []floor.AskedLine{asked("1", "I-1", 1)}},
		&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "I-1", Qty: 1})
	unit := h.row(&floor.OpenUnit{Order: "O-1"}).Unit
	h.give(&floor.AddToUnit{Unit: unit, SKU: "I-1", Qty: 1}, &floor.CloseUnit{Unit: unit, WeightG: 500})
	list := h.row(&floor.OpenManifest{Carrier: "DEMO"}).Made["manifest"]
	h.give(&floor.HandOver{Unit: unit, Manifest: floor.ManifestID(list), Done: true})
	body := `{"manifest":"` + list + `","driver":"Quirin Zwiebelturm","plate":"QX 4711 Z","count":1}`
	closed := h.command("manifest.close", body)
	require.Equal(t, "accepted", closed.Outcome)
	again := func(body string) (int, string) {
		code, reply := h.call(web.Integration, "POST", "/api/commands/manifest.close", []byte(body), "Idempotency-Key", fmt.Sprintf("cmd-%d", h.n))
		return code, string(reply)
	}
	code, reply := again(body)
	require.Equal(t, 200, code)
	require.Contains(t, reply, `"duplicate"`, "the same, sent twice")
	code, _ = again(strings.Replace(body, "Quirin", "Corbin", 1))
	require.Equal(t, 409, code, "another driver is another command")
	code, reply = again(`{"manifest":"M","driver":"Q","driver_ref":"pii/O-1","count":1}`)
	require.Equal(t, 422, code)
	require.Contains(t, reply, "body.driver_ref")
	var at floor.Manifest
	h.feed.Look(func(b *view.Board) { at = *b.Manifest(floor.ManifestID(list)) })
	require.Empty(t, at.Driver)
	require.True(t, strings.HasPrefix(at.DriverRef, floor.DriverRows), at.DriverRef)
	require.Equal(t, "Quirin Zwiebelturm", driverOf(h.file, h.v, at.DriverRef).Driver)
	_, pdf := h.call(web.CLI, "GET", "/api/papers/dispute.pdf?order=web-1", nil)
	require.Contains(t, strings.Join(readPaper(t, pdf), ""), "Quirin Zwiebelturm, QX 4711 Z")
	sealed, found, err := h.file.Row("pii", []byte(strings.TrimPrefix(at.DriverRef, "pii/")))
	require.NoError(t, err)
	require.True(t, found)
	raw, err := json.Marshal(at)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "Zwiebelturm")

	look := func(days int) {
		e := &eraser{file: h.file, vault: h.v, door: h.door, feed: h.feed, archive: node.NewArchive(h.file, h.v)}
		require.NoError(t, e.look(t.Context(), time.Now().Add(time.Duration(days)*24*time.Hour)))
		require.NoError(t, h.feed.Reach(t.Context(), floor.Seq(h.file.Head().Seq)))
	}
	look(29)
	require.NotEmpty(t, driverOf(h.file, h.v, at.DriverRef).Driver, "not yet")
	look(31)
	_, found, err = h.file.Row("pii", []byte(strings.TrimPrefix(at.DriverRef, "pii/")))
	require.NoError(t, err)
	require.False(t, found)
	_, err = h.v.Open(at.DriverRef, sealed)
	require.ErrorIs(t, err, errWiped)
	_, pdf = h.call(web.CLI, "GET", "/api/papers/dispute.pdf?order=web-1", nil)
	require.Contains(t, strings.Join(readPaper(t, pdf), ""), "no longer kept")
	h.stop()
	for _, text := range []string{"Zwiebelturm", "4711"} {
		file, err := os.ReadFile(filepath.Join(dir, "site.db"))
		require.NoError(t, err)
		require.NotContains(t, string(file), text)
	}
}
