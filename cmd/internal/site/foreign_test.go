package site

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/zpl/preview"
)

// TestACarriersLabelIsFiltered: a label that a carrier drew reaches the printer without settings of the printer; one that
// holds a dangerous command is not printed, and the reason names the command.
func TestACarriersLabelIsFiltered(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	address, err := json.Marshal(map[string]any{"name": "Ada King", "street": []string{"1 High St"}, "postcode": "N1 9GU", "city": "London", "country": "GB"})
	require.NoError(t, err)
	sealed := func(ref string, body []byte) journal.Row {
		return journal.Row{Kind: "pii", Key: []byte(ref), Value: h.v.Seal("pii/"+ref, body)}
	}
	for id, zpl := range map[floor.OrderID]string{
		"O-GOOD": "^XA^PR9^MMT^FO40,40^A0N,40,40^FDEXPRESS^FS^XZ",
		"O-EVIL": "^XA^FO40,40^A0N,40,40^FDEXPRESS^FS^XZ~DYE:X.TTF,B,T,4,0,abcd",
	} {
		h.row(&floor.Assign{Order: id, Assignment: floor.AssignmentID(id), Number: "web-" + string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", ShipTo: "pii/" + string(id),
			Terms: floor.Terms{Labels: []floor.CarrierLabel{{Tracking: "1Z-" + string(id), Carrier: "DEMO", Ref: "pii/label-" + string(id)}}},
			Lines: []floor.AskedLine{asked("1", "I-1", 1)}}, sealed(string(id), address), sealed("label-"+string(id), []byte(zpl)))
		h.give(&floor.Start{Order: id}, &floor.Scan{Order: id, SKU: "I-1", Qty: 1})
		unit := h.row(&floor.OpenUnit{Order: id}).Unit
		h.give(&floor.AddToUnit{Unit: unit, SKU: "I-1", Qty: 1})
		jobs := h.row(&floor.CloseUnit{Unit: unit, WeightG: 500}).Jobs
		require.NotEmpty(t, jobs)
		draw := func(policy string) (string, error) {
			p := newPress(Config{Name: "North", Zone: "Europe/London", CarrierZPL: policy}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
			doc, _, err := p.draw(jobs[0], p.media("none"))
			return string(doc), err
		}
		two := newPress(Config{Name: "North", Zone: "Europe/London", Printers: []Printer{{ID: "bench", WidthMM: 100, HeightMM: 150, Dpmm: 8}, {ID: "same", WidthMM: 100, HeightMM: 150, Dpmm: 8},
			{ID: "fine", WidthMM: 100, HeightMM: 150, Dpmm: 12}, {ID: "small", WidthMM: 102, HeightMM: 76, Dpmm: 8}}}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
		for at, stays := range map[floor.PrinterID]bool{"bench": false, "same": false, "fine": true, "small": true} {
			require.Equal(t, stays, two.unfit(jobs[0], at) != "", at)
			require.Empty(t, two.unfit(jobs[1], at), "what is drawn here is drawn anew for other labels")
		}
		require.Contains(t, two.unfit(jobs[0], "fine"), "send it to a printer with the same labels")
		asIs, err := draw("as-is")
		require.NoError(t, err)
		require.Equal(t, zpl, asIs)
		doc, err := draw("")
		if id == "O-GOOD" {
			require.NoError(t, err)
			require.Equal(t, "^XA^MUD^LH0,0^FWN^PON^LRN^FO40,40^A0N,40,40^FDEXPRESS^FS^XZ\n", doc)
			_, err = draw("strict")
			require.ErrorContains(t, err, "^PR is not allowed")
			one := newPress(Config{Name: "North", Zone: "Europe/London", Printers: []Printer{{ID: "bench", WidthMM: 100, HeightMM: 150, Dpmm: 8}}}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
			_, _, err = one.draw(jobs[0], one.media("bench"))
			require.NoError(t, err)
			_, err = one.Submit(t.Context(), &floor.StartPrint{Job: jobs[0], Printer: "bench"})
			require.NoError(t, err)
			require.NoError(t, func() (err error) {
				told := ""
				_, err = h.file.Read(1, 0, func(_ uint64, raw []byte) error { told += string(raw); return nil })
				require.Contains(t, told, `"left":["^PR9","^MMT"]`, "people see it in the order's record")
				return err
			}())
			h.give(&floor.ConfirmPrint{Job: jobs[0]})
			again := h.row(&floor.RequestLabel{Unit: unit, Doc: floor.DocShippingLabel, Reason: "label torn"}).Jobs
			p := newPress(Config{Name: "North", Zone: "Europe/London"}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
			copied, _, err := p.draw(again[0], p.media("none"))
			require.NoError(t, err)
			tag, own := strings.CutPrefix(string(copied), doc)
			require.True(t, own, "the carrier's label is as it was")
			says := preview.Read([]byte(tag), preview.Options{Dpmm: 8}).Labels
			require.Len(t, says, 1, "and a tag beside it says that it is a copy")
			require.Subset(t, says[0].Texts(), []string{"COPY 2", "label torn", "Order web-O-GOOD", "1Z-O-GOOD"})
			continue
		}
		require.ErrorContains(t, err, "~DY outside of a label")
	}
}
