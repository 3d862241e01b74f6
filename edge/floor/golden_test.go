package floor

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldenRecords freezes the bytes of every event that ships. An event may grow; what is written here
// must be readable for ever.
func TestGoldenRecords(t *testing.T) {
	due := time.Date(2026, 11, 21, 17, 30, 0, 0, time.UTC)
	contents := []Content{{Line: "1", SKU: "OAT", Qty: 2}}
	full := []Event{
		&OrderTaken{Assign: Assign{Order: "O-1", Assignment: "01J", Number: "web-1001", Flow: FlowShip, Mode: ModeHold, Due: due, Priority: 1, Carrier: "DEMO", Service: "express", ShipTo: "pii/O-1", Note: "leave <upright> & \"dry\"", Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 2}}}},
		&OrderAccepted{Order: "O-1", Lines: []LineID{"1"}},
		&OrderDeclined{Order: "O-1", Lines: []LineQty{{Line: "1", Qty: 2}}, Reason: OutOfStock},
		&PickStarted{Order: "O-1", Picker: "anna"},
		&PickConfirmed{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1", Code: "]E09520000000011"},
		&PickUndone{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1"},
		&PickShort{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Reason: NotInStock, Bin: "A-01-1", Moved: 3},
		&PickFinished{Order: "O-1"},
		&UnitOpened{Order: "O-1", Unit: "095200010000000010", Carton: "M"},
		&UnitFilled{Order: "O-1", Unit: "095200010000000010", Line: "1", SKU: "OAT", Qty: 2},
		&UnitTaken{Order: "O-1", Unit: "095200010000000010", Line: "1", SKU: "OAT", Qty: 1},
		&UnitSealed{Order: "O-1", Unit: "095200010000000010", WeightG: 2100},
		&UnitVoided{Order: "O-1", Unit: "095200010000000010", Contents: contents, Reason: "wrong carton"},
		&LabelRequested{Order: "O-1", Job: "hh-1:9/1", Doc: DocShippingLabel, Unit: "095200010000000010", Copy: 2, Reason: "torn", Station: "bench-1"},
		&LabelVoided{Order: "O-1", Unit: "095200010000000010", Reason: "smudged"},
		&PrintStarted{Order: "O-1", Job: "hh-1:9/1", Printer: "bench-1"},
		&LabelPrinted{Order: "O-1", Job: "hh-1:9/1", Unit: "095200010000000010", Doc: DocShippingLabel, Copy: 2},
		&LabelFailed{Order: "O-1", Job: "hh-1:9/1", Unit: "095200010000000010", Doc: DocShippingLabel, State: JobHeld, Reasons: []string{"media-empty"}},
		&CaseSettled{Case: "hh-1:9/0/unproved_departure", What: "unproved_departure", About: "order/O-1", Note: "label found", Settler: "mia"},
		&UnitLeft{Order: "O-1", Unit: "095200010000000010", Carrier: "DEMO", Contents: contents, Unproved: true},
		&ItemSet{Item{SKU: "OAT", Name: "Oat drink 1 l", Tell: "blue cap", GTINs: []string{"09520000000011"}, WeightG: 1050, LengthMM: 70, WidthMM: 70, HeightMM: 240, Picture: "oat"}},
		&BinSet{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Side: "left", Walk: 1}},
		&DocSet{Doc{Kind: "user", Key: "anna", Version: 3, Digest: "ab12"}},
		&NumbersLeased{Number: "sscc", Prefix: "09520001", From: 1, To: 1000},
		&CountOpened{Count: "hh-1:9", What: CountInventory, Blind: true, Bins: []BinID{"A-01-1"}, Zones: []string{"dry"}, Who: "anna", By: "mia", Day: "2026-12-31", Mode: "freeze"},
		&BinCounted{Count: "hh-1:9", Bin: "A-01-1", Counter: "anna", Began: due.Add(-time.Minute), End: due, Late: true, Blind: true, Lines: []CountLine{{SKU: "YOG", Lot: "L7", Expiry: "2026-12-31", Counted: 8, Book: 10}}, Unmatched: []UnmatchedScan{{Code: "4006381333931", After: "YOG"}}, Waits: []DeviceID{"hh-2"}, Unclear: true},
		&CountAccepted{Count: "hh-1:9", Bin: "A-01-1", By: "mia"},
		&CountConfirmed{Count: "hh-1:9", Bin: "A-01-1", Zone: "dry", Counter: "anna", End: due, Units: 8, Lines: []Variance{{SKU: "YOG", Lot: "L7", Expiry: "2026-12-31", Delta: -2, Missing: 1, Cost: &Money{Minor: 80, Currency: "EUR"}}}, By: "mia", Forced: []DeviceID{"hh-2"}, Last: true},
		&CountDropped{Count: "hh-1:9", Bin: "A-01-1", Reason: "wrong aisle"},
		&DeviceDrained{Device: "hh-2", Seq: 812},
		&FactTakenBack{Pos: 8, Fact: json.RawMessage(`{"specversion":"1.0","id":"hh-1:8/0"}`)},
		&FactsTakenBack{Known: Known{Gen: "01J", Pos: 9, Skip: "hh-1:8"}, Fork: true, More: true, Waits: []DeviceID{"hh-2"}, Logs: []LogID{"01K"}},
		&FeedPassed{Command: "01J"},
		&DeviceLost{Device: "hh-2", Reason: "it fell into the dock"},
		&Restated{Part: 1, Parts: 2, Devices: []DeviceLast{{Device: "hh-2", Last: 7}}, Lines: []json.RawMessage{json.RawMessage(`{"bin":{"id":"A-01-1","aisle":"A","bay":1,"level":1,"side":"left","walk":1}}`)}, Closed: true, Whole: 9},
		&Corrected{Order: "O-1", Lines: []json.RawMessage{json.RawMessage(`{"order":{"id":"O-1"}}`)}, Items: []SKU{"OAT"}, Stock: []StoodAt{{Place: "bin/A-01-1", SKU: "OAT", Qty: 9, Lots: []LotQty{{Lot: "L7", Expiry: "2026-12-31", Qty: 2}}}}, Commands: []CommandID{"hh-1:8"}},
		&Recovered{},
		&DiskLevelSet{Level: DiskFull, Percent: 96, FreeMB: 512},
		&StockMoved{SKU: "OAT", Qty: 2, From: "A-01-1", To: "A-02-1", Lot: "L7", Expiry: "2026-12-31", Beyond: true},
		&InboundOpened{Inbound: "ASN-7", What: "asn", Ref: "4711", From: "Oat mill", Due: due, Lines: []Announced{{SKU: "OAT", Qty: 24, Lot: "L7", Order: "O-1", Line: "1", Unit: "095200010000000010"}}, Against: true},
		&GoodsReceived{Inbound: "ASN-7", Index: 1, SKU: "OAT", Qty: 6, Lot: "L7", Expiry: "2026-12-31", Serial: "S1", Unit: "095200010000000010", To: "hold/ASN-7", Why: "over"},
		&OrderReceived{Order: "O-1", Line: "1", SKU: "OAT", Qty: 2, Lot: "L7", Expiry: "2026-12-31", Inbound: "ASN-7", Index: 1, Unit: "095200010000000010"},
		&HoldDecided{Inbound: "ASN-7", SKU: "OAT", Qty: 6, Lot: "L7", Expiry: "2026-12-31", Decision: "accept"},
		&InboundClosed{Inbound: "ASN-7", What: "asn", Ref: "4711", From: "Oat mill", Units: 30, Over: []ItemQty{{"OAT", 6}}, Short: []ItemQty{{"RICE", 1}}, Unexpected: []ItemQty{{"SOAP", 1}}, Damaged: []ItemQty{{"OAT", 1}}},
		&StockPutAway{Inbound: "ASN-7", SKU: "OAT", Qty: 6, Bin: "A-01-1", Lot: "L7", Expiry: "2026-12-31", Beyond: true},
		&StockSetApart{SKU: "OAT", Qty: 1, Bin: "A-01-1", Lot: "L7", Expiry: "2026-12-31", Reason: Damaged, Beyond: true},
		&StockReleased{SKU: "OAT", Qty: 1, Bin: "A-01-1", Lot: "L7", Expiry: "2026-12-31"},
		&StockDisposed{SKU: "OAT", Qty: 1, Lot: "L7", How: "destroy", Reason: Damaged, Cost: &Money{Minor: 120, Currency: "EUR"}},
		&ReplenishPlanned{Needs: []Need{{Bin: "A-01-1", SKU: "OAT", Qty: 6, From: "R-01-4"}}},
		&TillSold{Receipt: "T1-4711", SoldAt: due, SKU: "OAT", Qty: 1, Bin: "A-01-1"},
		&SaleAbsorbed{Receipt: "T1-4711", SoldAt: due, SKU: "OAT", Qty: 1, Bin: "A-01-1", Counted: due.Add(time.Hour)},
		&OrderAtRisk{Order: "O-1", SKU: "OAT", Short: 1, Receipt: "T1-4711"},
		&InventorySigned{Overridden: Overridden{By: []UserID{"mia", "ole"}}, Count: "hh-1:9", Day: "2026-12-31", Bins: 2, Zones: []ZoneSum{{Zone: "dry", Bins: 2, Units: 12, Over: 1, Under: 2, Worth: []Money{{Minor: -120, Currency: "EUR"}}}}},
		&StockAdjusted{SKU: "OAT", Bin: "A-01-1", Delta: -2, Reason: "lost"},
		&SessionOpened{Session{ID: "5f", User: "anna", Name: "Anna", Roles: []string{"picker"}, Device: "hh-1", Expires: due}},
		&SessionClosed{ID: "5f"},
		&CommandRefused{Kind: "pick.scan", Code: WrongItem, Args: map[string]string{"got": "Rice drink", "want": "Oat drink"}},
	}
	full = append(full, orderGoldens...)
	full = append(full, collectGoldens...)
	full = append(full, returnGoldens...)
	full = append(full, packGoldens...)
	full = append(full, pickGoldens...)
	full = append(full, listGoldens...)
	full = append(full, moneyGoldens...)
	full = append(full, againGoldens...)
	full = append(full, archiveGoldens...)
	full = append(full, forgetGoldens...)
	full = append(full, queueGoldens...)
	full = append(full, allotGoldens...)
	require.Len(t, full, len(Types()), "a new event needs a golden record")
	for _, e := range full {
		m := Meta{ID: "hh-1:9", Device: "hh-1", N: 9, Actor: "anna", Station: "bench-1", Now: noon, At: noon.Add(-time.Minute), Digest: "0011", Down: &Down{Lineage: 1, Seq: 7, Hash: "beef"}}
		r := Records(Source("demo", "north", "box"), "01LOG", 812, m, []Event{e})[0]
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		file := filepath.Join("testdata", "events", e.Type()+".json")
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, raw, 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(raw), "the bytes of %s changed: a changed meaning is a new type", e.Type())
		back, err := Decode(want)
		require.NoError(t, err)
		require.Equal(t, r, back)
	}
	files, err := filepath.Glob("testdata/events/*.json")
	require.NoError(t, err)
	require.Len(t, files, len(full), "a record that ever shipped stays readable")
}

// TestNothingNeedsWhatWasBefore: records are folded where what came before them is kept nowhere any more, until a
// restatement says what it came to.
func TestNothingNeedsWhatWasBefore(t *testing.T) {
	files, err := filepath.Glob("testdata/events/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	past := NewPast()
	for i, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		rec, err := Decode(raw)
		require.NoError(t, err, file)
		require.NotPanics(t, func() { ApplyRecord(NewState(), &rec) }, file)
		require.NotPanics(t, func() { require.NoError(t, past.Add(uint64(i+1), raw), file) }, file)
	}
}
