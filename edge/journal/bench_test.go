package journal_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
	"picket/edge/journal/journaltest"
	"picket/edge/journal/reference"
)

// ours is the journal under the same gather as the references: what the format and the chain cost by themselves.
func ours(dir string, clients int, d time.Duration) (reference.Result, error) {
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: "LOG1"})
	if err != nil {
		return reference.Result{}, err
	}
	var commits int64
	g := reference.NewGather(func(entries [][]byte) error {
		commits++
		_, err := f.Append(journal.Batch{Entries: entries})
		return err
	})
	raw := journaltest.Record(1, reference.EntryBytes)
	acks := make([]chan error, clients)
	for i := range acks {
		acks[i] = make(chan error, 1)
	}
	res, err := reference.Drive(clients, d, func(c int, _ uint32) error { return g.Do(raw, acks[c]) })
	g.Close()
	res.Name, res.Commits = "picket journal, gather", commits
	res.Payload, res.File = res.Ops*reference.EntryBytes, f.FileBytes()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return res, err
}

// BenchmarkAgainstReferences prints, per number of clients, the medians of interleaved rounds and the ratios.
// One iteration is one round of every program; use -benchtime=5x.
func BenchmarkAgainstReferences(b *testing.B) {
	programs := append([]reference.Program{{Name: "picket journal, gather", Run: ours}}, reference.Programs()...)
	for _, clients := range []int{1, 16, 64, 256} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			rounds := make([][]reference.Result, len(programs))
			for b.Loop() {
				for i, p := range programs {
					r, err := p.Run(b.TempDir(), clients, 500*time.Millisecond)
					require.NoError(b, err, p.Name)
					r.Name = p.Name
					rounds[i] = append(rounds[i], r)
				}
			}
			for i := range programs {
				var ratios []float64
				for n := range rounds[i] {
					ratios = append(ratios, rounds[0][n].PerSecond()/rounds[i][n].PerSecond())
				}
				slices.Sort(ratios)
				slices.SortFunc(rounds[i], func(x, y reference.Result) int { return int(x.PerSecond() - y.PerSecond()) })
				m := rounds[i][len(rounds[i])/2]
				b.Logf("%s  disk/payload %.2f  picket is %.2fx", m, float64(m.File)/float64(m.Payload), ratios[len(ratios)/2])
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	f := filled(b, 100_000, 64)
	for b.Loop() {
		_, n, err := f.Verify()
		require.NoError(b, err)
		require.Equal(b, uint64(100_000), n)
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkRead(b *testing.B) {
	f := filled(b, 100_000, 64)
	for b.Loop() {
		_, err := f.Read(1, 0, func(uint64, []byte) error { return nil })
		require.NoError(b, err)
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func filled(b *testing.B, entries, group int) *journal.File {
	f, err := journal.Open(filepath.Join(b.TempDir(), "site.db"), journal.Options{Log: "LOG1"})
	require.NoError(b, err)
	b.Cleanup(func() { _ = f.Drop() })
	raw := journaltest.Record(1, reference.EntryBytes)
	for left := entries; left > 0; {
		n := min(left, group)
		_, err := f.Append(journal.Batch{Entries: slices.Repeat([][]byte{raw}, n)})
		require.NoError(b, err)
		left -= n
	}
	return f
}
