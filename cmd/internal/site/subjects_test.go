package site

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// paper is a journal in memory that counts what is read of it.
type paper struct {
	first uint64
	all   [][]byte // from seq 1
	read  int
}

func (p *paper) First() uint64 { return p.first }
func (p *paper) Read(from uint64, most int, fn func(uint64, []byte) error) (uint64, error) {
	if from < p.first {
		return from, fmt.Errorf("%d is trimmed", from)
	}
	for n := 0; from <= uint64(len(p.all)) && (most <= 0 || n < most); n++ {
		p.read++
		if err := fn(from, p.all[from-1]); err != nil {
			return from, err
		}
		from++
	}
	return from, nil
}

func (p *paper) write(subject string) {
	p.all = append(p.all, fmt.Appendf(nil, `{"specversion":"1.0","id":"x/0","subject":%q,"data":{"note":"\"subject\":\"order/O-1\""}}`, subject))
}

// The records of one subject are found among many, block by block; what comes later and what was trimmed is seen,
// and the journal as a whole is read once.
func TestTheRecordsOfASubject(t *testing.T) {
	p := &paper{first: 1}
	var want []uint64
	write := func(n int) {
		for range n {
			i := len(p.all)
			switch {
			case i%9973 < 3:
				p.write("order/O-1")
				want = append(want, uint64(i+1))
			case i == 77:
				p.write(`order/with "quotes" in it`)
			default:
				p.write(fmt.Sprintf("order/N-%d", i/40))
			}
		}
	}
	write(40_000)
	x := &subjects{from: p}
	seqs := func(subject string) []uint64 {
		var out []uint64
		require.NoError(t, x.records(t.Context(), subject, func(seq uint64, _ []byte) error { out = append(out, seq); return nil }))
		return out
	}
	require.Equal(t, want, seqs("order/O-1"))
	require.Equal(t, []uint64{78}, seqs(`order/with "quotes" in it`))
	require.Empty(t, seqs("order/O"), "the beginning of a name is not the name")

	p.read = 0
	require.Equal(t, want, seqs("order/O-1"))
	require.LessOrEqual(t, p.read, (len(want)+1)*blockSize, "the blocks it is in, and no others")
	write(700)
	require.Equal(t, want, seqs("order/O-1"))
	require.Len(t, seqs("order/N-1016"), 40)

	p.first = 9_000 // the oldest are trimmed
	require.Equal(t, want[3:], seqs("order/O-1"))
	require.Less(t, len(x.blocks), 64)

	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.ErrorIs(t, x.records(ctx, "order/O-1", func(uint64, []byte) error { return nil }), context.Canceled)
}
