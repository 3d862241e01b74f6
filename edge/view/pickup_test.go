package view_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// The counter sees where an order stands, who waits and what is to be checked, and never a code.
func TestTheCounterSeesWhoWaits(t *testing.T) {
	w := busy(t)
	w.must(t, "", &floor.SetBin{Bin: floor.Bin{ID: "PICKUP-1", Use: "staging"}})
	w.must(t, "", &floor.Assign{
		Order: "P-1", Assignment: "as", Number: "P1", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: morning, Lines: []floor.AskedLine{asked("1", "oat", 1)},
		Terms: floor.Terms{CodeSalt: "00aa11bb22cc33dd", CodeHash: floor.HashCode("00aa11bb22cc33dd", "7KQ2"), MinAge: 18, Gift: &floor.Gift{}},
	})
	w.must(t, "anna", &floor.Start{Order: "P-1"})
	w.must(t, "anna", &floor.Scan{Order: "P-1", SKU: "oat", Qty: 1})
	w.must(t, "anna", &floor.StageGoods{Order: "P-1", Shelf: "PICKUP-1", Bags: 2})
	w.must(t, "anna", &floor.MakeReady{Order: "P-1"})
	w.must(t, "anna", &floor.CustomerComes{Order: "P-1", How: "curbside", Bay: "2"})
	b := view.NewBoard(site, w.log, w.state, floor.Seq(len(w.records)), morning)
	o, ok := b.Order("P-1")
	require.True(t, ok)
	require.Equal(t, []floor.BinID{"PICKUP-1"}, o.Pickup.Shelves)
	require.Equal(t, 18, o.Pickup.Age)
	require.True(t, o.Pickup.NoPrices)
	require.Equal(t, []floor.ProofMethod{floor.ProofCode}, o.Pickup.Proof)

	require.Equal(t, "2", o.Pickup.Here.Bay)
	require.Equal(t, 2, o.Pickup.Bags)
	require.Equal(t, 1, o.Pickup.Units)
	raw, err := json.Marshal(o)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "00aa11bb22cc33dd", "neither the code nor what it is made of")
	sent, ok := b.Order("O-1")
	require.True(t, ok)
	require.Nil(t, sent.Pickup)
}
