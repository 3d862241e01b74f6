package site

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// A hand-over at the counter, in a real file: its records are found, its chain holds, the customer is known by
// the sealed row, and the file for a dispute is made.
func TestLookingBack(t *testing.T) {
	dir := t.TempDir()
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: "log-1"})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	v, err := openVault(dir)
	require.NoError(t, err)
	n, err := node.Boot(f, node.Options{Source: "/t/demo/s/st-1/n/1"})
	require.NoError(t, err)
	door := node.NewDoor(n, node.DoorOptions{Clock: time.Now})
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "st-1"}, "log-1", floor.NewState(), 0, time.Now()), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = door.Serve(ctx) })
	running.Go(func() { _ = feed.Follow(ctx, door, f) })
	defer func() { cancel(); running.Wait() }()
	give := func(id string, c floor.Command, rows ...journal.Row) {
		a, err := door.Submit(t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(id), Actor: "mia"}, Command: c, Rows: rows})
		require.NoError(t, err)
		require.Nil(t, a.Refusal, "%+v", a.Refusal)
		require.NoError(t, feed.Reach(t.Context(), a.Seq))
	}
	sealed := journal.Row{Kind: "pii", Key: []byte("O-1"), Value: v.Seal("pii/O-1", []byte(`{"name":"Ada King","phone":"0171 555 1234"}`))}
	for i, c := range []floor.Command{
		&floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "Oat drink", GTINs: []string{}}},
		&floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Level: 1, Walk: 1}},
		&floor.SetBin{Bin: floor.Bin{ID: "S-1", Aisle: "S", Level: 1, Walk: 2, Use: "staging"}},
		&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 9, Reason: "opening"},
	} {
		give(fmt.Sprintf("c-%d", i), c)
	}
	give("assign", &floor.Assign{Order: "O-1", Assignment: "as-1", Number: "web-1", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: time.Now(), ShipTo: "pii/O-1",
		Terms: floor.Terms{CodeSalt: "5a17", CodeHash: floor.HashCode("5a17", "7KQ2")},
		Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 2}}}, sealed)

	d := disputes{Config{Name: "North", Zone: "Europe/London"}, feed, newArchive(f), people{f, v}, nil}
	_, err = d.PDF(t.Context(), "O-1")
	require.ErrorIs(t, err, web.ErrNoDispute, "nothing was handed over yet")
	_, err = d.PDF(t.Context(), "O-9")
	require.ErrorIs(t, err, web.ErrNoDispute)

	give("p-1", &floor.Start{Order: "O-1"})
	give("p-2", &floor.Scan{Order: "O-1", SKU: "OAT", Qty: 2})
	give("p-3", &floor.Finish{Order: "O-1"})
	give("p-4", &floor.StageGoods{Order: "O-1", Shelf: "S-1"})
	give("p-5", &floor.HandOut{Order: "O-1", Done: true})

	pdf, err := d.PDF(t.Context(), "O-1")
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")))

	x := disputed{zone: time.UTC, name: func(s floor.SKU) string { return string(s) }}
	require.NoError(t, d.records(t.Context(), "order/O-1", &x))
	require.Len(t, x.h.Handed, 1)
	require.Equal(t, "mia", x.h.Handed[0].By)
	require.Len(t, x.h.Handed[0].Items, 1)
	require.Equal(t, 2, x.h.Handed[0].Items[0].Qty)
	for i := range x.h.Records {
		require.True(t, x.h.Records[i].Holds(), "record %d", x.h.Records[i].Seq)
		require.NotContains(t, string(x.h.Records[i].Raw), floor.HashCode("5a17", "7KQ2"), "a code could be guessed from it")
	}
	require.Nil(t, x.h.Records[0].Raw)
	require.NotEmpty(t, x.h.Records[0].Kept)
	require.Equal(t, [32]byte(f.Head().Hash), x.h.Root)

	found := 0
	require.NoError(t, newArchive(f).Records(t.Context(), "order/O-1", func([]byte) error { found++; return nil }))
	require.Equal(t, len(x.h.Records), found)
	require.NoError(t, newArchive(f).Records(t.Context(), "order/O", func([]byte) error { return fmt.Errorf("O is not O-1") }))
	gone, stop := context.WithCancel(t.Context())
	stop()
	_, err = newArchive(f).Chain(gone, 1, 5, func(uint64, []byte) error { return nil })
	require.ErrorIs(t, err, context.Canceled)

	p, err := people{f, v}.Person("pii/O-1")
	require.NoError(t, err)
	require.Equal(t, "Ada King 0171 555 1234", p.Name+" "+p.Phone)
	p, err = people{f, v}.Person("pii/O-2")
	require.NoError(t, err)
	require.Empty(t, p, "an erased row is nobody's")
}
