package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryLorryHasANoteOfItsOwn: a business order leaves with two lorries, and then by itself. No two papers bear one
// number and say different things, and what a note said does not change when more leaves.
func TestEveryLorryHasANoteOfItsOwn(t *testing.T) {
	w := bench(t)
	o := func() *Order { return w.s.Orders["B2B"] }
	print := func(job JobID) {
		w.must("", &StartPrint{Job: job, Printer: "bench-1"})
		w.must("", &ConfirmPrint{Job: job})
	}
	pack := func(qty int) UnitID {
		u := w.must("anna", &OpenUnit{Order: "B2B"})[0].(*UnitOpened).Unit
		w.must("anna", &AddToUnit{Unit: u, SKU: "OAT", Qty: qty})
		for _, e := range w.must("anna", &CloseUnit{Unit: u}) {
			if e, ok := e.(*LabelRequested); ok {
				print(e.Job)
			}
		}
		return u
	}
	asked := func(events []Event) (out []JobID) {
		for _, e := range events {
			if e, ok := e.(*LabelRequested); ok && e.Doc == DocDeliveryNote {
				out = append(out, e.Job)
			}
		}
		return out
	}
	lorry := func(plate string, units ...UnitID) JobID {
		at := w.must("anna", &OpenManifest{Carrier: "DEMO"})[0].(*ManifestOpened).Manifest
		for _, u := range units {
			w.must("anna", &AddToManifest{Manifest: at, Unit: u})
		}
		notes := asked(w.must("anna", &CloseManifest{Manifest: at, Driver: "Jo", Plate: plate, Count: len(units)}))
		require.Len(t, notes, 1)
		return notes[0]
	}
	says := func(job JobID, number string, want Note) {
		t.Helper()
		j := o().Job(job)
		require.Equal(t, number, o().Unit(j.Unit).Delivery)
		require.Equal(t, &want, j.Note)
	}
	line := func(here, before, toCome, never int) []NoteLine {
		return []NoteLine{{SKU: "OAT", Here: here, Before: before, ToCome: toCome, Never: never}}
	}

	first := lorry("AB 1", pack(4))
	says(first, "web-B2B/1", Note{Parcels: 1, Lines: line(4, 0, 16, 0)})
	print(first)
	w.s.order("B2B").Line("1").Shorts = []Short{{Reason: NotInStock, Qty: 1}}
	w.s.order("B2B").Line("1").Qty++
	second := lorry("CD 2", pack(2), pack(3))
	says(second, "web-B2B/2", Note{Parcels: 2, Lines: line(5, 4, 11, 1)})
	says(first, "web-B2B/1", Note{Parcels: 1, Lines: line(4, 0, 16, 0)})

	// By itself: what leaves before the note is begun is on it, what leaves after it has one of its own.
	a, b, c := pack(1), pack(2), pack(3)
	third := asked(w.must("anna", &HandOver{Unit: a}))
	require.Len(t, third, 1)
	require.Empty(t, asked(w.must("anna", &HandOver{Unit: b})))
	says(third[0], "web-B2B/3", Note{Parcels: 2, Lines: line(3, 9, 8, 1)})
	print(third[0])
	fourth := asked(w.must("anna", &HandOver{Unit: c}))
	require.Len(t, fourth, 1)
	says(fourth[0], "web-B2B/4", Note{Parcels: 1, Lines: line(3, 12, 5, 1)})
	says(third[0], "web-B2B/3", Note{Parcels: 2, Lines: line(3, 9, 8, 1)})

	// A copy says what the first said, whatever became of the order since.
	w.s.order("B2B").Line("1").Shorts[0].Qty = 3
	again := asked(w.must("anna", &RequestLabel{Unit: o().Job(first).Unit, Doc: DocDeliveryNote, Reason: "lost"}))
	says(again[0], "web-B2B/1", Note{Parcels: 1, Lines: line(4, 0, 16, 0)})
}
