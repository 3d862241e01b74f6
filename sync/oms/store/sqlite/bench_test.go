package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// BenchmarkFacts is what a drain costs the database, a fact: 1,024 of 64 handhelds in a transaction.
func BenchmarkFacts(b *testing.B) {
	s, err := sqlite.Open(ctx, filepath.Join(b.TempDir(), "oms.db"))
	require.NoError(b, err)
	defer s.Close()
	const most = 1024
	at := 0
	var h wire.Hash
	for b.Loop() {
		fs := make([]store.Fact, most)
		for i := range fs {
			raw := fmt.Appendf(nil, `{"specversion":"1.0","id":"01JD8XK3W%017d:%d/0","source":"/t/bench/s/s1/n/n1","type":"picket.pick.confirmed.v1","subject":"order/01M82VP263BXQNC3SM4PCFH288","time":"2026-11-23T00:07:57.257Z","seq":%d,"log":"01JBENCH0000000000000000000","dev":"01JD8XK3W00000000000182137","devseq":76,"actor":"anna","station":"aisle","cause":"01JD8XK3W00000000000182137:76","data":{"order":"01M82VP263BXQNC3SM4PCFH288","line":"5","sku":"SKU-%d","qty":1}}`, at%64, at/64, at, at%500)
			h = wire.Chain(h, raw)
			at++
			fs[i] = store.Fact{Record: fmt.Sprintf("01JD8XK3W%017d:%d/0", at%64, at/64), Log: "log", Seq: wire.Seq(at), Hash: h, Raw: raw}
		}
		require.NoError(b, s.Update(ctx, func(tx store.Tx) error {
			_, err := tx.AddFacts("s", wire.Pos(at-most), fs)
			return err
		}))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(at), "µs/fact")
}
