package linktest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		filter, topic string
		want          bool
	}{
		{"a/b", "a/b", true}, {"a/b", "a/b/c", false}, {"a/b/c", "a/b", false}, {"a/+", "a/b", true}, {"a/+", "a", false},
		{"a/+/c", "a/b/c", true}, {"a/#", "a", true}, {"a/#", "a/b/c", true}, {"a/#", "b", false}, {"#", "x/y", true}, {"+", "x", true}, {"+/y", "x", false},
	} {
		require.Equal(t, c.want, Match(c.filter, c.topic), "%s on %s", c.filter, c.topic)
	}
}

// play runs one seed and writes down all that arrives.
func play(seed uint64) string {
	n := NewNet(seed, Faults{Drop: 0.2, Dup: 0.2, Replay: 0.2, DelayMax: time.Second, Truncate: 0.1, Flip: 0.1})
	now := time.Unix(0, 0)
	n.Attach(now, "b", "t/#")
	n.Attach(now, "a", "t/#")
	var out string
	for i := range 200 {
		n.Send(now, "a", "t/x", fmt.Appendf(nil, "message %d", i), i%9 == 0)
		now = now.Add(50 * time.Millisecond)
		for _, d := range n.Due(now) {
			out += fmt.Sprintf("%d %s %q\n", d.At.UnixNano(), d.To, d.Payload)
		}
	}
	return out
}

func TestOneSeedIsOneWorld(t *testing.T) {
	require.Equal(t, play(3), play(3))
	require.NotEqual(t, play(3), play(4))
}

func TestFaultsHappenAtTheirRates(t *testing.T) {
	n := NewNet(1, Faults{Drop: 0.3, Dup: 0.3})
	now := time.Unix(0, 0)
	n.Attach(now, "a", "x")
	for range 10_000 {
		n.Send(now, "a", "x", []byte("m"), false)
	}
	require.InDelta(t, 10_000*0.7*1.3, len(n.Due(now)), 300)
	n.Cut("a", true)
	n.Send(now, "a", "x", []byte("m"), false)
	n.Cut("a", false)
	n.Faults(Faults{DelayMin: time.Minute, DelayMax: time.Minute})
	n.Send(now, "a", "x", []byte("late"), false)
	at, ok := n.Next()
	require.True(t, ok)
	require.Equal(t, now.Add(time.Minute), at)
	n.Attach(at, "a", "x")
	require.Empty(t, n.Due(at), "what was under way to an earlier connection is lost")
}
