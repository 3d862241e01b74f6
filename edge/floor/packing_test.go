package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	parcel1 UnitID = "095200010000000010"
	parcel2 UnitID = "095200010000000027"
)

// packGoldens are the events of tasks, packing and shipping.
var packGoldens = []Event{
	&TaskClaimed{Task: "t-1", By: "anna"},
	&TaskReleased{Task: "t-1"},
	&TaskDone{Task: "t-1", What: "wrap", About: "order/O-1", SKU: "OAT", Qty: 2, Note: "red ribbon", By: "anna", Since: noon.Add(330 * time.Minute)},
	&CartonSet{Carton{ID: "M", Inner: Dims{300, 200, 150}, Outer: Dims{310, 210, 165}, WeightG: 180, MaxG: 15000, Cost: &Money{42, "EUR"}}},
	&CarrierSet{Carrier{Code: "DEMO", Name: "Demo Post", Labels: "block", Refuses: []string{"dangerous"}, Services: []Service{{
		Code: "express", Days: 1, CutOff: "16:30", MaxG: 31500, Max: Dims{1200, 600, 600}, Divisor: 5000, Currency: "EUR", Steps: []PriceStep{{2000, 590}},
	}}}},
	&NumbersBurnt{NewLog: "01LOG2", Left: 93},
	&LabelVerified{Order: "O-1", Unit: parcel1, Code: "00" + string(parcel1)},
	&UnitBlocked{Order: "O-1", Unit: parcel1, Why: labelOfOther, Other: parcel2, Note: "address wrong"},
	&UnitFreed{Order: "O-1", Unit: parcel1, Note: "labels changed over"},
	&ShipChosen{Order: "O-1", Carrier: "DEMO", Service: "express", Price: &Money{590, "EUR"}},
	&UnitNested{Order: "O-1", Unit: parcel1, Into: parcel2},
	&ManifestOpened{Manifest: "hh-1:9", Carrier: "DEMO", By: "anna"},
	&ManifestDropped{Manifest: "hh-1:9", Carrier: "DEMO", Number: "M-20261121-1"},
	&ManifestFilled{Manifest: "hh-1:9", Loaded: Loaded{Order: "O-1", Unit: parcel1, Tracking: "DM0001", WeightG: 2100}},
	&ManifestPart{Manifest: "hh-1:9", Page: 1, Of: 1, Parcels: []Loaded{{Order: "O-1", Unit: parcel1, Tracking: "DM0001", WeightG: 2100}}},
	&ManifestClosed{Manifest: "hh-1:9", Carrier: "DEMO", Driver: "J. Doe", Plate: "AB 12 CDE", Signature: "pii/hh-1:9", Parcels: 2, Count: 1, WeightG: 4200, Reason: "one left out", Overridden: Overridden{By: []UserID{"mia"}}},
	&CarrierMissing{Carrier: "DEMO", Parcels: 1},
	&TransferReceived{Order: "T-1", Unit: parcel1, Lines: []Content{{Line: "1", SKU: "OAT", Qty: 2, Got: 1}}, Over: []SKUQty{{SKU: "RICE", Qty: 1}}},
	&TransferSettled{Order: "T-1", Unit: parcel1, Line: "1", SKU: "OAT", Qty: 1, As: "lost", Note: "agreed with the other site"},
	&UnitReturned{Order: "O-1", Unit: parcel1, Code: "DM0001", Why: "refused", Contents: []Content{{Line: "1", SKU: "OAT", Qty: 2}}},
	&ParcelUnpacked{Order: "O-1", Unit: parcel1, Lines: []Unpacked{{Line: "1", SKU: "OAT", Qty: 1, To: "bin", Bin: "A-01-1"}, {Line: "1", SKU: "OAT", Qty: 1, To: "ship_again"}}, Cause: Refused, Again: parcel2, WeightG: 1100},
	&CollectionMissed{Order: "O-1", Carrier: "DEMO", Units: []UnitID{parcel1}},
}

// tasked is a stocked site with two tasks on its list.
func tasked(t require.TestingT) *world {
	w := stocked(t)
	w.s.Tasks.put(w.s, "t-1", Task{ID: "t-1", What: "wrap", Subject: "order/O-1"})
	w.s.Tasks.put(w.s, "t-2", Task{ID: "t-2", What: "replenish", SKU: "OAT", Qty: 6, From: "bin/A-02-1", To: "bin/A-01-1", Why: "low"})
	return w
}

// bench is a site that packs: goods with weights and handling classes, cartons, carriers with prices, numbers
// of every kind, and orders of every sort, picked.
func bench(t require.TestingT) *world {
	w := newWorld(t)
	w.s.Site.Zone = "Europe/London"
	w.must("", &SetBin{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Walk: 1}})
	for _, it := range []Item{
		{SKU: "OAT", Name: "Oat drink", GTINs: []string{"09520000000011"}, WeightG: 1050, Handling: []string{"food"}},
		{SKU: "BLEACH", Name: "Bleach", GTINs: []string{"09520000000035"}, WeightG: 1200, Handling: []string{"chemical"}},
		{SKU: "LAMP", Name: "Lamp", GTINs: []string{"09520000000042"}, WeightG: 800, Handling: []string{"fragile", "upright"}},
		{SKU: "SCENT", Name: "Scent", GTINs: []string{"09520000000059"}, WeightG: 300, Handling: []string{"dangerous"}},
	} {
		w.must("", &SetItem{it})
		w.must("", &AdjustStock{SKU: it.SKU, Bin: "A-01-1", Delta: 100, Reason: "opening"})
	}
	w.must("mia", &SetCarton{Carton{ID: "S", Inner: Dims{200, 150, 100}, Outer: Dims{210, 160, 110}, WeightG: 100, MaxG: 3000}})
	w.must("mia", &SetCarton{Carton{ID: "M", Inner: Dims{400, 300, 200}, Outer: Dims{410, 310, 215}, WeightG: 200, MaxG: 15000}})
	w.must("mia", &SetCarrier{Carrier{Code: "DEMO", Labels: "block", Services: []Service{
		{Code: "express", Days: 1, CutOff: "16:30", MaxG: 10000, Currency: "EUR", Steps: []PriceStep{{2000, 890}, {10000, 1290}}},
		{Code: "standard", Days: 3, CutOff: "18:00", MaxG: 20000, Divisor: 5000, Currency: "EUR", Steps: []PriceStep{{5000, 490}, {20000, 990}}},
	}}})
	w.must("mia", &SetCarrier{Carrier{Code: "AIR", Refuses: []string{"dangerous"}, Services: []Service{
		{Code: "next", Days: 1, CutOff: "20:00", Max: Dims{500, 400, 300}, Currency: "EUR", Steps: []PriceStep{{5000, 790}}},
	}}})
	w.must("", &LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 1000})
	w.must("", &LeaseNumbers{Number: "return", Prefix: "RT", From: 1, To: 200, Digits: 6})
	w.must("", &LeaseNumbers{Number: "carrier:DEMO", Prefix: "77", From: 1, To: 200, Digits: 8, Check: "mod10"})
	kinds := []struct {
		id    OrderID
		lines []AskedLine
		terms func(o *Order)
	}{
		{"O-1", []AskedLine{{Line: "1", SKU: "OAT", Qty: 2}, {Line: "2", SKU: "BLEACH", Qty: 1}}, func(o *Order) {}},
		{"O-2", []AskedLine{{Line: "1", SKU: "LAMP", Qty: 2}}, func(o *Order) { o.Carrier, o.Service = "", "" }},
		{"GIFT", []AskedLine{{Line: "1", SKU: "LAMP", Qty: 1}}, func(o *Order) {
			o.Gift, o.Returns = &Gift{Wrap: true, Note: "pii/GIFT-note", Receipt: "GR-7781"}, true
		}},
		{"COD", []AskedLine{{Line: "1", SKU: "OAT", Qty: 3}}, func(o *Order) {
			o.Pay, o.Customs = &Pay{When: "cod", Due: Money{4990, "EUR"}}, &Customs{Form: "CN22", Content: "sale"}
		}},
		{"NEXT", []AskedLine{{Line: "1", SKU: "SCENT", Qty: 2}}, func(o *Order) {
			o.Labels = []CarrierLabel{{Tracking: "ZZ100", Carrier: "DEMO", Ref: "pii/label-1"}, {Tracking: "ZZ101", Carrier: "DEMO", Ref: "pii/label-2"}}
		}},
		{"B2B", []AskedLine{{Line: "1", SKU: "OAT", Qty: 20}}, func(o *Order) { o.Purchase = "PO-881" }},
	}
	w.must("", &Assign{Order: "T-1", Assignment: "A-T", Number: "tr-77", Flow: FlowTransfer, Mode: ModeHold, Due: noon.Add(28 * time.Hour), Terms: Terms{To: "south"}, Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 4}, {Line: "2", SKU: "LAMP", Qty: 1}}})
	for _, k := range kinds {
		w.must("", &Assign{Order: k.id, Assignment: AssignmentID("A-" + k.id), Number: "web-" + string(k.id), Flow: FlowShip, Mode: ModeHold, Due: noon.Add(28 * time.Hour), Carrier: "DEMO", Service: "express", Lines: k.lines})
		k.terms(w.s.order(k.id))
		w.must("anna", &Start{Order: k.id})
		for _, l := range k.lines {
			w.must("anna", &Scan{Order: k.id, SKU: l.SKU, Qty: l.Qty})
		}
	}
	return w
}

// benchFixtures are the variations of the bench.
var benchFixtures = map[string]func(t require.TestingT) *world{
	"tasked": tasked,
	"bench":  bench,
	"bench-without-prices": func(t require.TestingT) *world {
		w := bench(t)
		w.must("mia", &SetCarrier{Carrier{Code: "AIR", Gone: true}})
		w.must("mia", &SetCarrier{Carrier{Code: "DEMO"}})
		return w
	},
	"bench-waiting": func(t require.TestingT) *world {
		w := bench(t)
		for _, x := range []struct {
			id  OrderID
			sku SKU
		}{{"O-1", "OAT"}, {"O-2", "LAMP"}, {"COD", "OAT"}, {"NEXT", "SCENT"}} {
			w.s.order(x.id).Carrier = "DEMO"
			u := w.must("anna", &OpenUnit{Order: x.id})[0].(*UnitOpened).Unit
			w.must("anna", &AddToUnit{Unit: u, SKU: x.sku, Qty: 1})
			job := w.must("anna", &CloseUnit{Unit: u})[1].(*LabelRequested).Job
			w.must("", &StartPrint{Job: job, Printer: "p"})
			w.must("", &ConfirmPrint{Job: job})
		}
		w.s.order("O-1").Hold = "payment"
		w.s.order("O-2").NotBefore = noon.Add(72 * time.Hour)
		cod := w.s.order("COD")
		cod.WaitAll, cod.Part, cod.Of = true, 1, 2
		w.s.order("NEXT").Partial = "together"
		return w
	},
	"bench-returned": func(t require.TestingT) *world {
		w := bench(t)
		u := w.must("anna", &OpenUnit{Order: "O-2"})[0].(*UnitOpened).Unit
		w.must("anna", &AddToUnit{Unit: u, SKU: "LAMP", Qty: 2})
		w.must("anna", &HandOver{Unit: u, Done: true})
		w.s.order("O-2").Lines[0].Returned = 1
		return w
	},
	"bench-crowded": func(t require.TestingT) *world {
		w := bench(t)
		for i := range MaxCartons - 2 {
			w.must("mia", &SetCarton{Carton{ID: fmt.Sprintf("C%d", i), Inner: Dims{1, 1, 1}, Outer: Dims{1, 1, 1}}})
		}
		for i := range MaxCarriers - 2 {
			w.must("mia", &SetCarrier{Carrier{Code: fmt.Sprintf("C%d", i)}})
		}
		o := w.s.order("O-1")
		for i := len(o.Units); i < MaxUnits; i++ {
			o.Units = append(o.Units, Unit{ID: UnitID(fmt.Sprintf("%018d", i)), State: UnitVoid})
		}
		full, closed := Manifest{ID: "full", Carrier: "AIR"}, Manifest{ID: "closed", Carrier: "AIR", Closed: noon}
		for i := range MaxManifest {
			full.Parcels = append(full.Parcels, Loaded{Order: "X", Unit: UnitID(fmt.Sprintf("%018d", i))})
		}
		for i := range 50 {
			closed.Jobs = append(closed.Jobs, Job{ID: JobID(fmt.Sprintf("j%d", i)), Doc: DocManifest, Copy: 1, State: JobCompleted})
		}
		w.s.Manifests.put(w.s, "full", full)
		w.s.Manifests.put(w.s, "closed", closed)
		return w
	},
}

func taskCommand(rt *rapid.T, w *world) Command {
	id := rapid.SampledFrom(append([]TaskID{"none"}, w.s.Tasks.IDs()...)).Draw(rt, "task")
	switch rapid.IntRange(0, 2).Draw(rt, "task command") {
	case 0:
		return &ClaimTask{Task: id, TakeOver: rapid.Bool().Draw(rt, "over")}
	case 1:
		return &ReleaseTask{Task: id}
	}
	return &FinishTask{Task: id, Note: "done"}
}

// carryCommand packs, labels and gives away as the ship flow's own generator does not.
func carryCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"O-1", "O-2", "T-1", "T-1", "O-9"}).Draw(rt, "order")
	if t := w.s.Orders["T-1"]; t == nil {
		return &Assign{Order: "T-1", Assignment: "A-T", Number: "T-1", Flow: FlowTransfer, Mode: ModeHold, Due: noon, Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 3}}, Terms: Terms{To: "south"}}
	} else if !t.Started && w.n%2 == 0 {
		return &Start{Order: "T-1", TakeOver: true}
	} else if t.Started && t.Lines[0].ToPick() > 0 && w.n%2 == 0 {
		return &Scan{Order: "T-1", SKU: "OAT", Qty: 1, Done: true}
	}
	unit, other := someUnit(rt, w.s), someUnit(rt, w.s)
	manifest := rapid.SampledFrom(append([]ManifestID{"none"}, w.s.Manifests.IDs()...)).Draw(rt, "manifest")
	carrier := rapid.SampledFrom([]string{"DEMO", "DEMO", "AIR"}).Draw(rt, "carrier")
	yes := rapid.Bool().Draw(rt, "yes")
	switch rapid.IntRange(0, 25).Draw(rt, "carry command") {
	case 21, 22:
		return &ReceiveTransfer{Unit: unit, Lines: []SKUQty{{SKU: "OAT", Qty: rapid.IntRange(0, 3).Draw(rt, "came")}}}
	case 23:
		return &SettleTransfer{Unit: unit, Line: "1", Qty: 1, As: rapid.SampledFrom([]string{"arrived", "lost"}).Draw(rt, "as"), Note: "agreed"}
	case 24:
		return &OpenUnit{Order: "T-1"}
	case 25:
		return &AddToUnit{Unit: unit, SKU: "OAT", Qty: 1}
	case 18:
		return &ParcelBack{Code: string(unit), Why: string(rapid.SampledFrom(BackReasons).Draw(rt, "why"))}
	case 19:
		c := &UnpackParcel{Unit: unit}
		if _, u, _ := w.s.findUnit(unit); u != nil {
			for _, x := range u.Contents {
				c.Lines = append(c.Lines, Unpacked{Line: x.Line, Qty: x.Qty, To: rapid.SampledFrom([]string{"bin", "quarantine", "missing", "ship_again"}).Draw(rt, "to")})
			}
		}
		return c
	case 20:
		return &InterceptParcel{Unit: unit, Note: "wrong address"}
	case 0:
		return &OpenUnit{Order: o, As: UnitPallet}
	case 1, 2:
		return &NestUnit{Unit: unit, Into: rapid.SampledFrom([]UnitID{"", other, other}).Draw(rt, "into")}
	case 3:
		return &VerifyLabel{Unit: unit, Code: "00" + string(rapid.SampledFrom([]UnitID{unit, unit, other}).Draw(rt, "code"))}
	case 4:
		return &FreeUnit{Unit: unit, Note: "looked"}
	case 5:
		return &OpenManifest{Carrier: carrier}
	case 6:
		return &AddToManifest{Manifest: manifest, Unit: unit}
	case 7:
		return &HandOver{Unit: unit, Manifest: manifest, Done: yes}
	case 8:
		return &CloseManifest{Manifest: manifest, Driver: "J", Count: rapid.IntRange(0, 3).Draw(rt, "count"), All: yes, Done: rapid.Bool().Draw(rt, "done")}
	case 9:
		return &CarrierNoShow{Carrier: carrier}
	case 10:
		return &ChooseShip{Order: o, Carrier: carrier, Service: "express"}
	case 11:
		return &SetCarrier{Carrier{Code: carrier, Labels: "block", Gone: yes}}
	case 12:
		return &LeaseNumbers{Number: CarrierNumbers(carrier), Prefix: "7", From: uint64(1 + 100*w.n), To: uint64(2 + 100*w.n), Digits: 9, Check: "mod10"}
	case 13:
		return &PrintManifest{Manifest: manifest, Reason: "lost"}
	case 14:
		return &CloseUnit{Unit: unit, WeightG: rapid.IntRange(0, 9000).Draw(rt, "weight"), Done: yes}
	case 15:
		return &RequestLabel{Unit: unit, Doc: rapid.SampledFrom(unitDocs).Draw(rt, "doc"), Reason: "torn"}
	case 16:
		return &SetCarton{Carton{ID: "S", Inner: Dims{9, 9, 9}, Outer: Dims{9, 9, 9}, MaxG: 500, Gone: yes}}
	}
	return &BurnNumbers{Log: LogID(fmt.Sprintf("log-%d", w.n))}
}

func TestNumbersAreDrawnOnceAndCheck(t *testing.T) {
	w := newWorld(t)
	w.must("", &LeaseNumbers{Number: "carrier:DEMO", Prefix: "77", From: 9, To: 11, Digits: 4, Check: "mod10"})
	b := &w.s.Blocks[0]
	for n, want := range map[uint64]string{9: "7700095", 10: "7700101", 11: "7700118"} {
		require.Equal(t, want, b.at(n))
		got, ok := b.serial(want)
		require.True(t, ok)
		require.Equal(t, n, got)
	}
	for _, no := range []string{"", "77", "7700091", "7700122", "x700092", "77000922"} {
		_, ok := b.serial(no)
		require.False(t, ok, no)
	}
	rapid.Check(t, func(rt *rapid.T) {
		b := NumberBlock{Kind: "return", Prefix: rapid.StringMatching(`[A-Z0-9]{0,4}`).Draw(rt, "prefix"), From: 1, To: 99999, Digits: 5}
		n := rapid.Uint64Range(1, 99999).Draw(rt, "n")
		got, ok := b.serial(b.at(n))
		require.True(rt, ok)
		require.Equal(rt, n, got)
	})
}

func TestOldPoliciesKeepNewDefaults(t *testing.T) {
	s := NewState()
	require.NoError(t, s.Load([]byte(`{"policy":{"book_touched":false,"print_slip":false}}`)))
	want := DefaultPolicy()
	want.BookTouched, want.PrintSlip = false, false
	require.Equal(t, want, s.Policy, "what nobody knew then is the default")
	require.ErrorContains(t, s.Load([]byte(`{"policy":{"print_slip":7}}`)), "print_slip")
}

func TestRatesByWeightSizeDayAndClass(t *testing.T) {
	w := bench(t)
	o := w.s.Orders["O-2"]
	pick := func(marks []string, g int, d Dims, now time.Time) string {
		var out []string
		for _, f := range w.s.Rate(o, marks, g, d, now, false) {
			out = append(out, fmt.Sprintf("%s/%s %d %s %v", f.Carrier, f.Service, f.Price.Minor, f.Arrives.Format("02"), f.InTime))
		}
		return strings.Join(out, "; ")
	}
	at := func(h, m int) time.Time { return time.Date(2026, 11, 21, h, m, 0, 0, time.UTC) } // due on the 22nd
	require.Equal(t, "AIR/next 790 22 true; DEMO/express 890 22 true; DEMO/standard 490 24 false", pick(nil, 900, Dims{}, at(12, 0)))
	require.Equal(t, "AIR/next 790 22 true; DEMO/express 890 23 false; DEMO/standard 490 24 false", pick(nil, 900, Dims{}, at(17, 0)), "past the cut-off of express")
	for _, f := range w.s.Rate(o, nil, 900, Dims{}, at(12, 0), true) {
		require.Equal(t, "22", f.Leaves.Format("02"), "noon by a clock that is off is no promise that it is before the cut-off")
		require.False(t, f.InTime)
	}
	require.Equal(t, "DEMO/express 890 22 true; DEMO/standard 490 24 false", pick([]string{"dangerous"}, 900, Dims{}, at(12, 0)), "not by air")
	require.Equal(t, "DEMO/express 1290 22 true; DEMO/standard 990 24 false", pick(nil, 9000, Dims{600, 500, 100}, at(12, 0)), "too large for air; paid by size")
	require.Equal(t, "DEMO/standard 990 24 false", pick(nil, 15000, Dims{}, at(12, 0)))
	require.Empty(t, pick(nil, 25000, Dims{}, at(12, 0)))
	w.s.Site.Closed = []string{"2026-11-21"}
	require.Equal(t, "AIR/next 790 23 false; DEMO/express 890 23 false; DEMO/standard 490 25 false", pick(nil, 900, Dims{}, at(12, 0)), "a closed day")
	w.s.Site = Site{Zone: "America/New_York"}
	require.Contains(t, pick(nil, 900, Dims{}, at(21, 15)), "DEMO/express 890 22 true", "the cut-off is the site's clock: 16:15 there")
	// The night the clocks change has 25 hours; days stay days.
	w.s.Site = Site{Zone: "Europe/London"}
	f := w.s.Rate(o, nil, 900, Dims{}, time.Date(2026, 10, 24, 22, 59, 0, 0, time.UTC), false)
	require.Equal(t, "AIR", f[1].Carrier)
	require.Equal(t, "2026-10-26 00:00", f[1].Arrives.Format("2006-01-02 15:04"))
}

func TestALargeManifestFitsTheLine(t *testing.T) {
	w := newWorld(t)
	w.must("", &LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 100000})
	w.must("anna", &OpenManifest{Carrier: "DEMO"})
	id := ManifestID(fmt.Sprintf("hh-1:%d", w.n))
	m := w.s.Manifests.change(w.s, id)
	long := strings.Repeat("x", MaxID-3)
	for i := range MaxManifest {
		u := UnitID(fmt.Sprintf("%018d", i))
		oid := OrderID(fmt.Sprintf("%s%03d", long, i))
		w.s.Orders[oid] = &Order{ID: oid, Flow: FlowShip, Carrier: "DEMO", Units: []Unit{{ID: u, State: UnitDeparted, WeightG: MaxWeightG}}}
		w.s.Units[u] = oid
		m.Parcels = append(m.Parcels, Loaded{Order: oid, Unit: u, Tracking: fmt.Sprintf("%s%03d", long, i), WeightG: MaxWeightG})
	}
	from := len(w.log)
	w.must("anna", &CloseManifest{Manifest: id, Driver: strings.Repeat("<", MaxText), Plate: strings.Repeat("<", MaxText), Signature: strings.Repeat("<", MaxText), Count: MaxManifest})
	pages := 0
	for i := range w.log[from:] {
		raw, err := w.log[from+i].AppendTo(nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(raw), MaxRecord)
		if _, ok := w.log[from+i].Event.(*ManifestPart); ok {
			pages++
		}
	}
	require.Equal(t, 5, pages)
	w.refused("anna", &CloseManifest{Manifest: id, Driver: "J", Count: 1}, ManifestIsClosed)
}

// TestOldManifestsAreForgotten: closed manifests are kept until their paper is out, and then the last twenty.
func TestOldManifestsAreForgotten(t *testing.T) {
	w := newWorld(t)
	for i := range KeptManifests + 9 {
		id := ManifestID(fmt.Sprintf("m-%02d", i))
		m := Manifest{ID: id, Carrier: "X", Opened: noon}
		if i == 0 {
			m.Jobs = []Job{{ID: "j", State: JobPending, Manifest: id}}
		}
		w.s.Manifests.put(w.s, id, m)
		w.s.rec = &Record{Time: noon.Add(time.Duration(i) * time.Minute)}
		(&ManifestClosed{Manifest: id, Carrier: "X"}).apply(w.s)
	}
	require.Equal(t, KeptManifests+1, w.s.Manifests.Len())
	require.NotNil(t, w.s.Manifests.Get("m-00"), "its paper is not out yet")
	require.Nil(t, w.s.Manifests.Get("m-08"))
}

func showUnits(s *State, id string) string {
	o := s.Orders[OrderID(id)]
	var out []string
	for i := range o.Units {
		u := &o.Units[i]
		text := fmt.Sprintf("%s %s %s", u.ID, plain(string(o.unitPart(u))), plain(string(u.State)))
		for _, x := range [][2]string{{"number", u.Tracking}, {"return", u.ReturnNo}, {"on pallet", string(u.In)}, {"delivery", u.Delivery}, {"blocked:", plain(u.Blocked)}, {map[UnitState]string{UnitVoid: "undone:"}[u.State] + map[bool]string{true: "back:"}[u.State != UnitVoid], plain(u.Why)}} {
			if x[1] != "" {
				text += ", " + x[0] + " " + x[1]
			}
		}
		if u.Verified {
			text += ", verified"
		}
		if u.COD != nil {
			text += fmt.Sprintf(", collects %d %s", u.COD.Minor, u.COD.Currency)
		}
		if marks := s.Marks(u); len(marks) > 0 {
			text += ", marked " + strings.Join(marks, " ")
		}
		out = append(out, text)
	}
	return strings.Join(out, "\n")
}

func showManifest(s *State, id string) string {
	m := s.Manifests.Get(ManifestID(id))
	if m == nil {
		return "no manifest"
	}
	out := fmt.Sprintf("manifest of %s, %d parcels", m.Carrier, len(m.Parcels))
	if !m.Closed.IsZero() {
		out += ", closed by " + m.Driver
	}
	for _, j := range m.Jobs {
		out += fmt.Sprintf("\n%s %s", j.Doc, j.State)
	}
	return out
}

// checkAway holds the places of parcels outside against the parcels.
func checkAway(t require.TestingT, s *State, o *Order, u *Unit, c Content) {
	transit, back := 0, 0
	switch {
	case u.State == UnitBack:
		back = c.Qty
	case u.State == UnitDeparted && o.Flow == FlowTransfer:
		transit = c.Qty - c.Got
	}
	require.EqualValues(t, transit, s.OnHand(InTransitTo(u.ID), c.SKU), "parcel %s on its way", u.ID)
	require.EqualValues(t, back, s.OnHand(CameBack(u.ID), c.SKU), "parcel %s that came back", u.ID)
}
