package link

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestGuardCutsAnnouncedGiants(t *testing.T) {
	for name, sent := range map[string][]byte{
		"256 MiB":                 {0x30, 0xff, 0xff, 0xff, 0x7f},
		"just over":               {0x30, 0x81, 0x80, 0x10},
		"five bytes of length":    {0x30, 0x80, 0x80, 0x80, 0x80},
		"behind a good packet":    {0xd0, 0x00, 0x30, 0xff, 0xff, 0xff, 0x7f},
		"behind one with content": {0x30, 0x02, 1, 2, 0x30, 0xff, 0xff, 0xff, 0x7f},
	} {
		client, broker := net.Pipe()
		g := newGuardConn(client, time.Second)
		go func() { _, _ = broker.Write(sent) }()
		got, err := io.ReadAll(oneByOne{g})
		require.ErrorContains(t, err, "link: the broker", name)
		require.NotEqual(t, sent, got, "the last byte of the length must not reach the client")
		require.NoError(t, g.Close())
	}
}

// oneByOne reads as the client does.
type oneByOne struct{ r io.Reader }

func (o oneByOne) Read(p []byte) (int, error) { return o.r.Read(p[:1]) }

func TestGuardLetsGoodPacketsPass(t *testing.T) {
	client, broker := net.Pipe()
	g := newGuardConn(client, time.Second)
	var stream []byte
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, maxPacket} {
		stream = append(stream, 0x30)
		for v := n; ; {
			b := byte(v & 0x7f)
			if v >>= 7; v > 0 {
				b |= 0x80
			}
			stream = append(stream, b)
			if v == 0 {
				break
			}
		}
		stream = append(stream, bytes.Repeat([]byte{0xff}, n)...)
	}
	go func() { _, _ = broker.Write(stream); _ = broker.Close() }()
	got, err := io.ReadAll(g)
	require.NoError(t, err)
	require.True(t, bytes.Equal(stream, got))
}

func TestGuardWritesAllAndReportsFailure(t *testing.T) {
	client, broker := net.Pipe()
	g := newGuardConn(client, time.Second)
	got := make(chan []byte, 1)
	go func() { b, _ := io.ReadAll(broker); got <- b }()
	for i := range 1000 {
		_, err := g.Write([]byte{byte(i)})
		require.NoError(t, err)
	}
	require.NoError(t, g.Close(), "what was written before is sent first")
	require.Len(t, <-got, 1000)
	_, err := g.Write([]byte{1})
	require.ErrorIs(t, err, net.ErrClosed)

	client, broker = net.Pipe()
	g = newGuardConn(client, 10*time.Millisecond) // nobody reads: the write times out
	_, err = g.Write([]byte{1})
	require.NoError(t, err)
	_, err = g.Read(make([]byte, 1))
	require.Error(t, err)
	require.False(t, errors.Is(err, net.ErrClosed), "the client would take that for its own doing")
	_, err = g.Write([]byte{1})
	require.Error(t, err)
	_ = broker.Close()
}

func FuzzGuard(f *testing.F) {
	f.Add([]byte{0x30, 0x02, 1, 2, 0xd0, 0x00}, 1)
	f.Fuzz(func(t *testing.T, stream []byte, cut int) {
		// However the stream is cut into reads, the verdict is the same.
		whole, pieces := &guardConn{}, &guardConn{}
		want := whole.scan(stream)
		var got error
		step := max(1, cut%17)
		for rest := stream; len(rest) > 0 && got == nil; {
			n := min(step, len(rest))
			got, rest = pieces.scan(rest[:n]), rest[n:]
		}
		require.Equal(t, want, got)
		require.LessOrEqual(t, whole.body, maxPacket)
	})
}

func TestMailboxKeepsTheNewestState(t *testing.T) {
	b := NewMailbox(3)
	for range 10 {
		b.Put(Message{Topic: "x"})
	}
	require.Equal(t, uint64(7), b.Dropped())
	b.State(Event{Kind: Down})
	b.State(Event{Kind: Up})
	b.Put(Message{Topic: "late"})
	b.Close()
	b.Put(Message{Topic: "after"})
	b.State(Event{Kind: Down})
	var kinds []Kind
	for e := range b.Events() {
		kinds = append(kinds, e.Kind)
	}
	require.Equal(t, []Kind{Received, Down, Up}, kinds)
}

// A thousand sites lose one broker: they come back spread over a span that doubles, each by its own chance.
func TestPausesAreFullJitterOverADoublingSpan(t *testing.T) {
	chance := 0.0
	l := &MQTT{cfg: Config{Rand: func() float64 { return chance }}.withDefaults()}
	require.Zero(t, l.pause(9), "from nothing")
	chance = 0.5
	require.Equal(t, 500*time.Millisecond, l.pause(0))
	require.Equal(t, 4*time.Second, l.pause(3))
	for _, attempt := range []int{6, 15, 16, 40, 1 << 30} {
		require.Equal(t, 30*time.Second, l.pause(attempt), "and to the longest")
	}
}

func TestDialNamesWhatIsWrong(t *testing.T) {
	half := func() float64 { return 0.5 }
	for want, cfg := range map[string]Config{
		`scheme "http"`:        {Broker: "http://h:1", ClientID: "c", Rand: half},
		"needs a host and":     {Broker: "tcp://h", ClientID: "c", Rand: half},
		"is no address":        {Broker: "tcp://h:\x00", ClientID: "c", Rand: half},
		"client id: must have": {Broker: "tcp://h:1", Rand: half},
		"rand: is missing":     {Broker: "tcp://h:1", ClientID: "c"},
	} {
		_, err := Dial(cfg)
		require.ErrorContains(t, err, want)
	}
}

// A flood of one sender leaves room to the others, and to itself once the owner has caught up. Without names all are one.
func TestMailboxIsTakenByNobodyFromTheOthers(t *testing.T) {
	names := func(topic string) string { return topic[:1] }
	for _, sender := range []func(string) string{nil, names} {
		b := NewMailbox(64)
		b.sender = sender
		for i := range 1000 {
			b.Put(Message{Topic: fmt.Sprintf("a/%d", i)})
		}
		for _, who := range []string{"b", "c"} {
			for range 8 {
				b.Put(Message{Topic: who})
			}
		}
		got := map[string]int{}
		for range len(b.ch) {
			got[(<-b.Events()).Message.Topic[:1]]++
		}
		if sender == nil {
			require.Equal(t, map[string]int{"a": 64}, got)
			continue
		}
		require.Equal(t, map[string]int{"a": 40, "b": 8, "c": 8}, got)
		for range 40 {
			b.Put(Message{Topic: "a"})
		}
		require.Len(t, b.ch, 40, "it was silent, and speaks again")
	}
}
