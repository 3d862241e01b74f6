package storetest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
	"picket/sync/wire"
)

// factsAsOneByOne holds facts that come by the hundred against a plain list: ids of handhelds that count, of commands
// with several records, and ids of any other form; some come again, in another order, in other pieces, after a cut.
func factsAsOneByOne(t *testing.T, s store.Store) {
	const site = "many"
	rnd := rand.New(rand.NewPCG(1, 2))
	var told []store.Fact // each id once
	known := map[string]int{}
	chain := map[wire.Seq]wire.Hash{}
	head := wire.Seq(0)
	count := map[int]int{}
	id := func() string {
		switch d := rnd.IntN(6); {
		case d < 3:
			if count[d]++; rnd.IntN(20) == 0 {
				count[d] += rnd.IntN(3) // commands without a record here
			}
			if count[d] > 3 && rnd.IntN(15) == 0 {
				return fmt.Sprintf("dev%d:%d/0", d, 1+rnd.IntN(count[d])) // again, or one that was left out
			}
			return fmt.Sprintf("dev%d:%d/%d", d, count[d], rnd.IntN(2))
		case d == 3:
			return fmt.Sprintf("01J%d/%d", rnd.IntN(40), rnd.IntN(12))
		case d == 4:
			return []string{"dev0:01/0", "dev0:1", "dev0:x/0", "a:9/b", "a:9/0", "/", ":/0", "n1/00", "a/b:3/1"}[rnd.IntN(9)]
		}
		return fmt.Sprintf("free-%d", rnd.IntN(60))
	}
	for round := range 18 {
		if round%9 == 8 { // the site was put back
			head -= wire.Seq(rnd.IntN(int(head)))
			for seq := range chain {
				if seq > head {
					delete(chain, seq)
				}
			}
			update(t, s, func(tx store.Tx) { require.NoError(t, tx.CutChain(site, head)) })
		}
		var fs []store.Fact
		fresh := 0
		for range 1 + rnd.IntN(50) {
			head++
			f := store.Fact{Record: id(), Log: wire.LogID(fmt.Sprint("log", round/9)), Seq: head, Hash: wire.Hash{byte(round), byte(head), byte(head >> 8)}}
			f.Raw = fmt.Appendf(nil, "%s in round %d", f.Record, round)
			fs = append(fs, f)
			chain[head] = f.Hash
			if _, had := known[f.Record]; !had {
				fresh++
				f.Pos = wire.Pos(len(told) + 1)
				known[f.Record] = len(told)
				told = append(told, f)
			}
		}
		update(t, s, func(tx store.Tx) {
			n, err := tx.AddFacts(site, wire.Pos(len(told)-fresh), fs)
			require.NoError(t, err)
			require.Equal(t, fresh, n, "round %d", round)
		})
	}
	update(t, s, func(tx store.Tx) {
		all, err := tx.Facts(site, 0, len(told)+10)
		require.NoError(t, err)
		require.Equal(t, told, all)
		for range 10 {
			from, most := rnd.IntN(len(told)), 1+rnd.IntN(90)
			some, err := tx.Facts(site, wire.Pos(from), most)
			require.NoError(t, err)
			require.Equal(t, told[from:min(from+most, len(told))], some)
		}
		for at := 0; at < len(told); at += 3 {
			name := told[at].Record
			f, err := tx.FactOf(site, name)
			require.NoError(t, err, name)
			require.Equal(t, told[at], f)
		}
		for _, name := range []string{"dev0:9999/0", "dev1:0/0", "dev0:1/00", "ndev0:/0", "01J0/99", "", "/"} {
			if _, had := known[name]; !had {
				_, err := tx.FactOf(site, name)
				require.ErrorIs(t, err, store.ErrNone, name)
			}
		}
		for seq := wire.Seq(1); seq <= head; seq += 3 {
			h, err := tx.ChainHash(site, seq)
			require.NoError(t, err, seq)
			require.Equal(t, chain[seq], h, seq)
		}
		_, err = tx.ChainHash(site, head+1)
		require.ErrorIs(t, err, store.ErrNone)
	})
}
