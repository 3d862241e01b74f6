// Package storetest is the suite that every store of the centre passes.
//
// It must never know which database it runs on.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

var ctx = context.Background()

// Suite runs against a store that open makes empty, and that reopen opens again after Close with what was
// committed; reopen is nil for a store that forgets.
func Suite(t *testing.T, open func(t *testing.T) store.Store, reopen func(t *testing.T) store.Store) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, s store.Store)
	}{
		{"nothing of a failed update stays", failed},
		{"nothing of a panicking update stays", panicked},
		{"a view cannot write", readOnly},
		{"meta", meta},
		{"commits are counted", commits},
		{"items and their barcodes", items},
		{"sites, bins, people, numbers and marks", sites},
		{"feeds", feeds},
		{"a fact is stored once", facts},
		{"proofs of hand-overs", proofs},
		{"facts in a row are stored once", factsInARow},
		{"a fact gives way to another under its id", exchanged},
		{"facts by the hundred are what they are one by one", factsAsOneByOne},
		{"an order has one name", orders},
		{"lists of orders", lists},
		{"one live assignment per line group", live},
		{"time lines keep their order", timelines},
		{"stock adds up", stock},
		{"drift is kept by site and item", drift},
		{"an order may become another channel's", claimed},
		{"one portrait of a site is kept", portraits},
		{"a site tells anew", restated},
		{"updates run one behind the other", serial},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			c.test(t, s)
			require.NoError(t, s.Close())
		})
	}
	if reopen == nil {
		return
	}
	t.Run("what was committed is there after a restart", func(t *testing.T) {
		s := open(t)
		update(t, s, func(tx store.Tx) { require.NoError(t, tx.SetMeta("k", "v")) })
		n := s.Commits()
		require.NoError(t, s.Close())
		s = reopen(t)
		require.Equal(t, n, s.Commits(), "opening it is no commit")
		view(t, s, func(tx store.Tx) {
			v, err := tx.Meta("k")
			require.NoError(t, err)
			require.Equal(t, "v", v)
		})
		require.NoError(t, s.Close())
	})
}

func update(t *testing.T, s store.Store, do func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, s.Update(ctx, func(tx store.Tx) error { do(tx); return nil }))
}

func view(t *testing.T, s store.Store, do func(tx store.Tx)) {
	t.Helper()
	require.NoError(t, s.View(ctx, func(tx store.Tx) error { do(tx); return nil }))
}

func failed(t *testing.T, s store.Store) {
	no := errors.New("no")
	require.ErrorIs(t, s.Update(ctx, func(tx store.Tx) error {
		require.NoError(t, tx.SetMeta("k", "v"))
		return no
	}), no)
	view(t, s, func(tx store.Tx) {
		v, err := tx.Meta("k")
		require.NoError(t, err)
		require.Empty(t, v)
	})
}

func panicked(t *testing.T, s store.Store) {
	require.Panics(t, func() {
		_ = s.Update(ctx, func(tx store.Tx) error {
			require.NoError(t, tx.SetMeta("k", "v"))
			panic("on purpose")
		})
	})
	update(t, s, func(tx store.Tx) {
		v, err := tx.Meta("k")
		require.NoError(t, err)
		require.Empty(t, v)
	})
}

func readOnly(t *testing.T, s store.Store) {
	require.Error(t, s.View(ctx, func(tx store.Tx) error { return tx.SetMeta("k", "v") }))
}

func meta(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.SetMeta("k", "1"))
		require.NoError(t, tx.SetMeta("k", "2"))
		v, err := tx.Meta("k")
		require.NoError(t, err)
		require.Equal(t, "2", v)
	})
}

func items(t *testing.T, s store.Store) {
	a := floor.Item{SKU: "A", Name: "Äpfel", GTINs: []string{"09521234000013", "09521234000020"}, WeightG: 5}
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.PutItem(a))
		require.NoError(t, tx.PutItem(floor.Item{SKU: "B", Name: "b", GTINs: []string{}}))
		got, err := tx.Item("A")
		require.NoError(t, err)
		require.Equal(t, a, got)
		_, err = tx.Item("C")
		require.ErrorIs(t, err, store.ErrNone)
		sku, err := tx.Coded("09521234000020")
		require.NoError(t, err)
		require.Equal(t, floor.SKU("A"), sku)

		a.GTINs = a.GTINs[:1]
		require.NoError(t, tx.PutItem(a))
		_, err = tx.Coded("09521234000020")
		require.ErrorIs(t, err, store.ErrNone, "a barcode that was taken off leads nowhere")
		list, err := tx.Items("", 1)
		require.NoError(t, err)
		require.Equal(t, []floor.Item{a}, list)
		list, err = tx.Items("A", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
	require.ErrorIs(t, s.Update(ctx, func(tx store.Tx) error {
		return tx.PutItem(floor.Item{SKU: "B", Name: "b", GTINs: []string{"09521234000013"}})
	}), store.ErrTaken)
}

func sites(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		row := store.Site{ID: "s", Name: "S", Zone: "Europe/Zurich", Capacity: 3, Prefix: "39521234", Block: 100}
		require.NoError(t, tx.PutSite(row))
		row.Name = "S2"
		require.NoError(t, tx.PutSite(row))
		got, err := tx.Site("s")
		require.NoError(t, err)
		require.Equal(t, row, got)
		_, err = tx.Site("none")
		require.ErrorIs(t, err, store.ErrNone)
		all, err := tx.Sites()
		require.NoError(t, err)
		require.Equal(t, []store.Site{row}, all)

		for _, b := range []floor.Bin{{ID: "Z", Aisle: "Z", Walk: 1}, {ID: "A", Aisle: "A", Walk: 2}, {ID: "Z", Aisle: "Y", Walk: 1}} {
			require.NoError(t, tx.PutBin("s", b))
		}
		bins, err := tx.Bins("s")
		require.NoError(t, err)
		require.Equal(t, []floor.Bin{{ID: "Z", Aisle: "Y", Walk: 1}, {ID: "A", Aisle: "A", Walk: 2}}, bins, "in the order of the walk")

		require.NoError(t, tx.PutUser("s", store.User{Key: "u", Version: 1, Digest: "d", Body: []byte("x")}))
		require.NoError(t, tx.PutUser("s", store.User{Key: "u", Version: 2, Digest: "e", Body: []byte("y")}))
		users, err := tx.Users("s")
		require.NoError(t, err)
		require.Equal(t, []store.User{{Key: "u", Version: 2, Digest: "e", Body: []byte("y")}}, users)

		require.NoError(t, tx.PutBlock(store.Block{Prefix: "39521234", From: 1, To: 100, Site: "s"}))
		require.NoError(t, tx.PutBlock(store.Block{Prefix: "39521234", From: 101, To: 200, Site: "other"}))
		require.NoError(t, tx.PutBlock(store.Block{Prefix: "39521234", From: 1, To: 100, Site: "s", Used: 7}))
		last, err := tx.LastNumber("39521234")
		require.NoError(t, err)
		require.Equal(t, uint64(200), last)
		last, err = tx.LastNumber("30000")
		require.NoError(t, err)
		require.Zero(t, last)
		blocks, err := tx.Blocks("s")
		require.NoError(t, err)
		require.Equal(t, []store.Block{{Prefix: "39521234", From: 1, To: 100, Site: "s", Used: 7}}, blocks)

		m, err := tx.Mark("s")
		require.NoError(t, err)
		require.Equal(t, store.Mark{}, m)
		at := time.Date(2026, 11, 21, 8, 0, 0, int(5*time.Millisecond), time.UTC)
		m = store.Mark{Node: "n", Epoch: 2, Applied: wire.Position{Log: "l", Seq: 3, Hash: wire.Hash{1, 2}}, Pos: 4, Orphan: 5, Stable: 6, Lineage: 7, Acked: 8,
			Folded: 9, AsOf: 10, AsOfAt: at, Heard: at, Stuck: &wire.Blocked{Seq: 11, Type: "t"}, Odd: 12, OddLast: "why"}
		require.NoError(t, tx.PutMark("s", m))
		got2, err := tx.Mark("s")
		require.NoError(t, err)
		require.Equal(t, m, got2)
		m.Stuck = nil
		require.NoError(t, tx.PutMark("s", m))
		got2, err = tx.Mark("s")
		require.NoError(t, err)
		require.Equal(t, m, got2)
	})
}

func feeds(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		seq, hash, err := tx.FeedHead("s", 1)
		require.NoError(t, err)
		require.Zero(t, seq)
		require.Zero(t, hash)
		var want []store.FeedEntry
		for i := range 5 {
			raw := []byte(fmt.Sprintf(`{"id":"r%d"}`, i))
			hash = wire.Chain(hash, raw)
			e := store.FeedEntry{Seq: wire.Seq(i + 1), Hash: hash, ID: fmt.Sprint("r", i), Raw: raw}
			if i%2 == 0 {
				e.Rows = []wire.Sealed{{Ref: "pii/a", Sealed: []byte("1")}, {Ref: "pii/b", Sealed: []byte("2")}}
			}
			require.NoError(t, tx.AppendFeed("s", 1, e))
			want = append(want, e)
		}
		require.NoError(t, tx.AppendFeed("s", 2, store.FeedEntry{Seq: 1, Raw: []byte("{}"), ID: "other life"}))
		seq, got, err := tx.FeedHead("s", 1)
		require.NoError(t, err)
		require.Equal(t, wire.Seq(5), seq)
		require.Equal(t, hash, got)
		got, err = tx.FeedHash("s", 1, 3)
		require.NoError(t, err)
		require.Equal(t, want[2].Hash, got)
		_, err = tx.FeedHash("s", 1, 6)
		require.ErrorIs(t, err, store.ErrNone)
		list, err := tx.ReadFeed("s", 1, 2, 3, 1<<20)
		require.NoError(t, err)
		require.Equal(t, want[1:4], list)
		list, err = tx.ReadFeed("s", 1, 2, 100, 1)
		require.NoError(t, err)
		require.Equal(t, want[1:2], list, "at least one, whatever its size")
		list, err = tx.ReadFeed("s", 1, 6, 100, 1<<20)
		require.NoError(t, err)
		require.Empty(t, list)
		require.ErrorIs(t, tx.AppendFeed("s", 1, want[4]), store.ErrTaken)
	})
	update(t, s, func(tx store.Tx) {
		got, err := tx.Settings("kept")
		require.NoError(t, err)
		require.Empty(t, got)
		for _, body := range []string{"1", "2"} {
			require.NoError(t, tx.PutSetting("kept", store.Setting{Key: "b", Type: "t", Subject: "site", Body: []byte(body)}))
		}
		require.NoError(t, tx.PutSetting("kept", store.Setting{Key: "a", Type: "t", Subject: "site", Body: []byte("3")}))
		got, err = tx.Settings("kept")
		require.NoError(t, err)
		require.Equal(t, []store.Setting{{Key: "a", Type: "t", Subject: "site", Body: []byte("3")}, {Key: "b", Type: "t", Subject: "site", Body: []byte("2")}}, got)

		require.NoError(t, tx.AppendFeed("kept", 3, store.FeedEntry{Seq: 1, ID: "op:1", Raw: []byte("raw")}))
		e, err := tx.FeedRecord("kept", "op:1")
		require.NoError(t, err)
		require.Equal(t, "raw", string(e.Raw))
		require.EqualValues(t, 1, e.Seq)
		_, err = tx.FeedRecord("kept", "op:2")
		require.ErrorIs(t, err, store.ErrNone)
	})
}

func facts(t *testing.T, s store.Store) {
	fact := func(pos, seq int, id string) store.Fact {
		return store.Fact{Pos: wire.Pos(pos), Record: id, Log: "l", Seq: wire.Seq(seq), Hash: wire.Hash{byte(seq)}, Raw: []byte(id)}
	}
	update(t, s, func(tx store.Tx) {
		for i := 1; i <= 3; i++ {
			added, err := tx.AddFact("s", fact(i, i, fmt.Sprint("r", i)))
			require.NoError(t, err)
			require.True(t, added)
		}
		again := fact(4, 4, "r2")
		again.Raw = []byte("not what it was")
		added, err := tx.AddFact("s", again)
		require.NoError(t, err)
		require.False(t, added, "its id is known for ever")
		added, err = tx.AddFact("other", fact(1, 1, "r2"))
		require.NoError(t, err)
		require.True(t, added)
		got, err := tx.Facts("s", 1, 10)
		require.NoError(t, err)
		require.Equal(t, []store.Fact{fact(2, 2, "r2"), fact(3, 3, "r3")}, got, "the bytes that came first stay")
		h, err := tx.ChainHash("s", 4)
		require.NoError(t, err)
		require.Equal(t, wire.Hash{4}, h, "the chain moves on over a known record")

		loose := fact(4, 0, "r4")
		added, err = tx.AddFact("s", loose)
		require.NoError(t, err)
		require.True(t, added)
		f, err := tx.FactOf("s", "r4")
		require.NoError(t, err)
		require.Equal(t, loose, f, "found by its id")
		_, err = tx.FactOf("s", "r5")
		require.ErrorIs(t, err, store.ErrNone)
		_, err = tx.ChainHash("s", 0)
		require.ErrorIs(t, err, store.ErrNone, "it is on no chain")

		require.NoError(t, tx.CutChain("s", 2))
		_, err = tx.ChainHash("s", 3)
		require.ErrorIs(t, err, store.ErrNone)
		got, err = tx.Facts("s", 0, 2)
		require.NoError(t, err)
		require.Len(t, got, 2, "the facts stay when the chain is cut")
		require.NoError(t, errors.Join(tx.Park("s", 9, []byte("x")), tx.Park("s", 9, []byte("y"))))
	})
}

func factsInARow(t *testing.T, s store.Store) {
	fact := func(seq int) store.Fact {
		return store.Fact{Record: fmt.Sprint("r", seq), Log: "l", Seq: wire.Seq(seq), Hash: wire.Hash{byte(seq), byte(seq >> 8)}, Raw: fmt.Appendf(nil, "raw %d", seq)}
	}
	row := func(from, to int) (out []store.Fact) {
		for seq := from; seq <= to; seq++ {
			out = append(out, fact(seq))
		}
		return out
	}
	update(t, s, func(tx store.Tx) {
		n, err := tx.AddFacts("row", 0, row(1, 150))
		require.NoError(t, err)
		require.Equal(t, 150, n)
		n, err = tx.AddFacts("row", 150, row(151, 153))
		require.NoError(t, err)
		require.Equal(t, 3, n)
	})
	update(t, s, func(tx store.Tx) {
		more := row(154, 160)
		more[2].Record, more[5].Record = "r7", "r158" // known from before, and twice in one piece
		n, err := tx.AddFacts("row", 153, more)
		require.NoError(t, err)
		require.Equal(t, 5, n)
		n, err = tx.AddFacts("row", 158, row(161, 170))
		require.NoError(t, err)
		require.Equal(t, 10, n)
	})
	chain := func(tx store.Tx, to int) {
		for seq := 1; seq <= to; seq++ {
			h, err := tx.ChainHash("row", wire.Seq(seq))
			require.NoError(t, err, seq)
			require.Equal(t, fact(seq).Hash, h, seq)
		}
		_, err := tx.ChainHash("row", wire.Seq(to+1))
		require.ErrorIs(t, err, store.ErrNone)
		_, err = tx.ChainHash("row", 0)
		require.ErrorIs(t, err, store.ErrNone)
	}
	update(t, s, func(tx store.Tx) {
		chain(tx, 170)
		all, err := tx.Facts("row", 0, 1000)
		require.NoError(t, err)
		require.Len(t, all, 168)
		for i, f := range all {
			require.EqualValues(t, i+1, f.Pos, "no number is left out")
		}
		require.Equal(t, "r158", all[156].Record)
		require.Equal(t, "r160", all[157].Record, "the one that came twice stands where it came first")
		f, err := tx.FactOf("row", "r7")
		require.NoError(t, err)
		require.Equal(t, "raw 7", string(f.Raw), "the bytes that came first stay")
	})
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.CutChain("row", 100))
		chain(tx, 100)
		n, err := tx.AddFacts("row", 168, row(101, 140))
		require.NoError(t, err)
		require.Zero(t, n, "the facts of the cut piece are known")
		again := fact(141)
		again.Record, again.Hash = "other", wire.Hash{9}
		n, err = tx.AddFacts("row", 168, []store.Fact{again})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		h, err := tx.ChainHash("row", 141)
		require.NoError(t, err)
		require.Equal(t, wire.Hash{9}, h)
		require.NoError(t, tx.CutChain("row", 140))
		chain(tx, 140)
	})
}

func timelines(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		for _, w := range []string{"b", "a", "c"} {
			require.NoError(t, tx.Tell("1", order.Happened{Words: w}))
		}
		require.NoError(t, tx.Tell("2", order.Happened{Words: "x"}))
		got, err := tx.Timeline("1")
		require.NoError(t, err)
		require.Equal(t, []order.Happened{{Words: "b"}, {Words: "a"}, {Words: "c"}}, got)
	})
}

func stock(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) {
		require.NoError(t, tx.Move("s", []store.Standing{{Place: "bin/1", SKU: "A", Qty: 5}, {Place: "bin/2", SKU: "A", Qty: -2}, {Place: "tote/o", SKU: "A", Qty: 2}, {Place: "outside/opening", SKU: "A", Qty: -5}}))
		require.NoError(t, tx.Move("s", []store.Standing{{Place: "bin/1", SKU: "A", Qty: 1}, {Place: "tote/o", SKU: "A", Qty: -2}, {Place: "bin/1", SKU: "B", Qty: 0}}))
		require.NoError(t, tx.Move("other", []store.Standing{{Place: "bin/1", SKU: "A", Qty: 100}}))
		require.NoError(t, tx.Reserve("a1", "s", []order.Line{{ID: "1", SKU: "A", Qty: 3}, {ID: "2", SKU: "C", Qty: 1}}))
		require.NoError(t, tx.Reserve("a1", "s", []order.Line{{ID: "1", SKU: "A", Qty: 2}, {ID: "2", SKU: "C", Qty: 1}}))
		require.NoError(t, tx.Reserve("a2", "s", []order.Line{{ID: "1", SKU: "A", Qty: 1}}))
		got, err := tx.Levels("s", nil)
		require.NoError(t, err)
		require.Equal(t, []store.Level{
			{Site: "s", SKU: "A", OnHand: 4, Promised: 6, Reserved: 3, Other: map[string]int64{"outside": -5}},
			{Site: "s", SKU: "B", Other: map[string]int64{}},
			{Site: "s", SKU: "C", Reserved: 1, Other: map[string]int64{}},
		}, got, "a bin below zero promises nothing, and what was moved away is gone")
		got, err = tx.Levels("s", []floor.SKU{"C"})
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.NoError(t, tx.Reserve("a1", "s", nil))
		got, err = tx.Levels("s", []floor.SKU{"C"})
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

func serial(t *testing.T, s store.Store) {
	const n, each = 8, 20
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			for range each {
				err := s.Update(ctx, func(tx store.Tx) error {
					m, err := tx.Mark("s")
					if err != nil {
						return err
					}
					m.Pos++
					return tx.PutMark("s", m)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	view(t, s, func(tx store.Tx) {
		m, err := tx.Mark("s")
		require.NoError(t, err)
		require.Equal(t, wire.Pos(n*each), m.Pos)
	})
}
