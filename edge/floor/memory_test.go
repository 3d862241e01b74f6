package floor

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// quick gives a command without the looks a story takes before and after it: a thousand of them are wanted.
func (w *world) quick(actor UserID, c Command) []Event {
	m := w.meta(actor)
	events, no := Decide(w.s, m, c)
	require.Nil(w.t, no, "%s: %+v", c.Kind(), no)
	for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, m, events) {
		w.seq = r.Seq
		ApplyRecord(w.s, &r)
	}
	return events
}

// held is how many rows of each kind the floor holds.
func held(s *State) map[string]int {
	out := map[string]int{}
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			if rows, ok := v.Field(i).Addr().Interface().(Section); ok {
				out[f.Name] = len(rows.Keys())
			}
		}
	}
	return out
}

// TestWhatIsOverIsForgotten: a thousand runs, counts, deliveries, returns, collections and days' tasks, each to
// its end, leave nothing behind but the last manifests and returns.
func TestWhatIsOverIsForgotten(t *testing.T) {
	w := shop(t)
	w.quick("", &LeaseNumbers{Number: "return", Prefix: "R9", From: 1, To: 5000, Digits: 6})
	w.quick("", &LeaseNumbers{Number: "sscc", Prefix: "0952077", From: 1, To: 5000})
	w.quick("", &AdjustStock{SKU: "OAT", Bin: "A-01-1", Delta: 5000, Reason: "found"})
	before := held(w.s)
	for i := range 1000 {
		id := OrderID(fmt.Sprintf("M-%d", i))
		w.quick("", &Assign{Order: id, Assignment: AssignmentID(id), Number: string(id), Flow: FlowShip, Mode: ModeHold, Due: noon, Carrier: "DEMO", Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
		run := w.quick("anna", &StartRun{How: RunCluster, Orders: []OrderID{id}, Stops: []AskStop{{Bin: "A-01-1", SKU: "OAT", Qty: 1, Order: id, Line: "1"}}})
		w.quick("anna", &Scan{Order: id, SKU: "OAT", Qty: 1, Bin: "A-01-1", Tote: ToteID(fmt.Sprintf("T-%d", i))})
		for _, e := range run {
			if e, ok := e.(*RunStarted); ok && w.s.Runs.Get(e.Run) != nil {
				w.quick("anna", &FinishRun{Run: e.Run})
			}
		}
		unit := w.quick("anna", &OpenUnit{Order: id})[0].(*UnitOpened).Unit
		w.quick("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 1})
		manifest := w.quick("anna", &OpenManifest{Carrier: "DEMO"})[0].(*ManifestOpened).Manifest
		w.quick("anna", &HandOver{Unit: unit, Manifest: manifest, Done: true})
		w.quick("anna", &CloseManifest{Manifest: manifest, Driver: "J", Count: 1})

		count := w.quick("lea", &OpenCount{What: CountDirected, Bins: []BinID{"A-02-1"}})[0].(*CountOpened).Count
		if row := w.s.BinCounts.Get("A-02-1"); row != nil || w.s.Counts.Get(count) != nil {
			w.quick("lea", &DropCount{Count: count, Reason: "not today"})
		}
		in := InboundID(fmt.Sprintf("ASN-M-%d", i))
		w.quick("", &AnnounceInbound{Inbound: in, What: "asn", Lines: []Announced{{SKU: "OAT", Qty: 1}}})
		w.quick("anna", &ReceiveScan{Inbound: in, SKU: "OAT", Qty: 1, Done: true})
		w.quick("anna", &PutAway{Inbound: in, SKU: "OAT", Qty: 1, Bin: "A-01-1", Done: true})
		w.quick("anna", &CloseInbound{Inbound: in})

		back := w.quick("anna", &OpenReturn{Blind: true})[0].(*ReturnOpened).Return
		w.quick("anna", &ScanReturn{Return: back, SKU: "OAT", Qty: 1, Reason: "other", Condition: "as_new", Done: true})
		w.quick("anna", &CloseReturn{Return: back, Wants: "none"})
		w.quick("anna", &DisposeReturn{Return: back, No: 1, Disposition: "quarantine"})
		for _, c := range w.s.Cases.IDs() {
			w.quick("lea", &SettleCase{Case: c, Note: "looked at"})
		}
	}
	after := held(w.s)
	for kind, n := range after {
		most := before[kind]
		switch kind {
		case "Manifests":
			most += MostManifests
		case "Returns":
			most += MostReturns // for their papers, which nobody prints here
		case "Totes":
			most++ // the last one, until the next is bound
		case "Days":
			most++
		}
		require.LessOrEqual(t, n, most, "%s pile up: %v", kind, after)
	}
	require.NotEmpty(t, after)
}
