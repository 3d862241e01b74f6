package reconcile

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// TestRecordsWaitForTheNextMessageThatIsAtHand: what the shell says is followed by more is handed over together, but
// never more than a full commit.
func TestRecordsWaitForTheNextMessageThatIsAtHand(t *testing.T) {
	s := &session{}
	s.init(Timing{BatchRecords: 2}, nil, nil, half, newLog("1"), nil)
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

// TestALittleWaitsForAnAcknowledgement: a busy floor is told of in few batches, a quiet one at once, and a backlog with
// all of the window.
func TestALittleWaitsForAnAcknowledgement(t *testing.T) {
	log := written(1)
	s, out := inSession(t, log, Timing{BatchRecords: 4, Gather: -1, Pace: -1}, "sess1")
	sent := func(out []Effect) []int { return sizes(t, out) }
	more := func(n int) []int {
		for range n {
			log.append(fmt.Sprintf("more%d", len(log.hashes)), "x")
		}
		return sent(s.Step(noon, Woke{}))
	}
	ack := func(n wire.Seq) []int {
		return sent(s.Step(noon, Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.Ack{Session: "sess1", Applied: n, Hash: log.hashes[n], Window: 16})}))
	}
	require.Equal(t, []int{1}, sent(out), "at once")
	require.Equal(t, []int{1}, more(1), "one more, while the first is under way")
	require.Empty(t, more(1), "then a little waits")
	require.Empty(t, more(2))
	require.Equal(t, []int{4}, more(1), "but a batch that is full does not")
	require.Empty(t, more(3))
	require.Equal(t, []int{3}, ack(6), "and an acknowledgement brings what has gathered")

	log = written(3)
	s, out = inSession(t, log, Timing{BatchRecords: 8, AckRecords: 3, Gather: -1}, "sess1")
	require.Equal(t, []int{3}, sent(out))
	require.Empty(t, more(2), "what is under way is acknowledged without delay: one batch of it is enough")
	require.Equal(t, []int{2}, ack(3))
	require.Equal(t, []int{1}, more(1), "these are not")
	require.Empty(t, more(1), "now they are")

	log = written(13)
	_, out = inSession(t, log, Timing{BatchRecords: 4}, "sess2")
	require.Equal(t, []int{4, 4, 4, 1}, sent(out), "the end of a backlog waits for nothing")
}

// sizes are how many records each batch of them holds.
func sizes(t *testing.T, effects []Effect) (records []int) {
	t.Helper()
	for _, e := range effects {
		if p, ok := e.(Publish); ok && p.Channel == wire.ChannelLog {
			b, err := (&wire.Codec{}).Open(p.Payload, nil)
			require.NoError(t, err)
			records = append(records, len(b.Records))
		}
	}
	return records
}

// TestABusyFloorIsToldOfInFewBatches: what comes within 20 ms of a batch goes together, and nothing waits longer than that.
func TestABusyFloorIsToldOfInFewBatches(t *testing.T) {
	log := written(1)
	s, out := inSession(t, log, Timing{BatchRecords: 8}, "sess1")
	write := func(at time.Duration, n int) []int {
		for range n {
			log.append(fmt.Sprintf("more%d", len(log.hashes)), "x")
		}
		return sizes(t, s.Step(noon.Add(at), Woke{}))
	}
	const ms = time.Millisecond
	require.Equal(t, []int{1}, sizes(t, out), "at once")
	require.Empty(t, write(5*ms, 2))
	require.Equal(t, noon.Add(20*ms), s.Next(), "it waits for company, and for no longer")
	require.Empty(t, write(12*ms, 3))
	require.Equal(t, []int{5}, sizes(t, s.Step(noon.Add(20*ms), Tick{})))
	require.Equal(t, []int{8}, write(30*ms, 8), "what is full does not wait for company")
}

// TestABacklogGivesWayToThePeople: where nobody works it goes with all of the window, and where somebody does, a batch each 8 ms.
func TestABacklogGivesWayToThePeople(t *testing.T) {
	const ms = time.Millisecond
	log := written(20)
	s, out := inSession(t, log, Timing{BatchRecords: 4, WindowStart: 4}, "sess1")
	require.Equal(t, []int{4, 4, 4, 4}, sizes(t, out), "nobody works")
	ack := func(at time.Duration, n wire.Seq) []int {
		return sizes(t, s.Step(noon.Add(at), Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.Ack{Session: "sess1", Applied: n, Hash: log.hashes[n], Window: 16})}))
	}
	for i := range 8 {
		log.append(fmt.Sprintf("scan%d", i), "x")
	}
	require.Empty(t, sizes(t, s.Step(noon.Add(3*ms), Woke{})), "the window is full")
	require.Empty(t, ack(5*ms, 16))
	require.Equal(t, noon.Add(8*ms), s.Next())
	require.Equal(t, []int{4}, sizes(t, s.Step(noon.Add(8*ms), Tick{})))
	require.Empty(t, ack(10*ms, 20))
	require.Equal(t, []int{4}, sizes(t, s.Step(noon.Add(16*ms), Tick{})))
	for i := range 12 {
		log.append(fmt.Sprintf("last%d", i), "x")
	}
	require.Equal(t, []int{4}, sizes(t, s.Step(noon.Add(24*ms), Woke{})))
	require.Equal(t, []int{4, 4, 4}, ack(24*ms+people, 28), "a second behind the last record nobody does")
}
