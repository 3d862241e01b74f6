package reconcile

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// TestRecordsWaitForTheNextMessageThatIsAtHand: what the shell says is followed by more is handed over together, but
// never more than a full commit.
func TestRecordsWaitForTheNextMessageThatIsAtHand(t *testing.T) {
	s := &session{}
	s.init(Timing{BatchRecords: 2}, nil, nil, nil, half, newLog("1"), nil)
	s.open(noon, "sess", 0, 0, 16)
	s.recv.restart(wire.Position{Log: "L"})
	at, hash := wire.Seq(0), wire.Hash{}
	hear := func(more bool) (handed int) {
		b := &wire.Batch{Session: "sess", Log: "L", From: at + 1, Prev: hash}
		for range 2 {
			at++
			raw := fmt.Appendf(nil, `{"n":%d}`, at)
			hash = wire.Chain(hash, raw)
			b.Records = append(b.Records, raw)
		}
		payload, err := s.codec.Frame(b, nil)
		require.NoError(t, err)
		out, cause, _ := s.onLog(noon, payload, nil)
		require.Empty(t, cause)
		s.more = more
		for _, e := range s.flow(noon, out) {
			if a, ok := e.(Apply); ok {
				handed += len(a.Records)
			}
		}
		return handed
	}
	require.Zero(t, hear(true))
	require.Zero(t, hear(true))
	require.Equal(t, 6, hear(false), "with the last of them all are handed over at once")
	s.onApplied(noon, Applied{UpTo: at}, nil)
	for range 3 {
		require.Zero(t, hear(true))
	}
	require.Equal(t, s.recv.most(), hear(true), "a full commit waits for no more")
}
