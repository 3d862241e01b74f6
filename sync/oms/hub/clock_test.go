package hub_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/oms/hub"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// A hello1 need not say the time, and may say one that no duration reaches.
func TestAHelloWithoutATimeIsNoWrongClock(t *testing.T) {
	ctx := t.Context()
	st, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "oms.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
	require.NoError(t, err)
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
	topic := wire.Topic{Tenant: "t", Site: "north", Dir: wire.Up, Channel: wire.ChannelHello}.String()
	status := func() hub.Status {
		s, ok := w.Centre.Hub.Status("north")
		require.True(t, ok)
		return s
	}
	greets := func(at string) wire.Challenge {
		out := w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: topic, Payload: []byte(`{"kind":"hello1","v":1,"node":"N1","epoch":0,"nonce":"n","schema":{"min":1,"max":1}` + at + `}`)})
		for _, said := range out {
			if m, err := wire.Decode(said.Payload); err == nil {
				if c, ok := m.(*wire.ChallengeMsg); ok {
					return c.Chal
				}
			}
		}
		require.FailNow(t, "no challenge")
		return ""
	}
	says := func(at string) int64 {
		payload, err := wire.Encode(&wire.Hello2{Nonce: "n", Chal: greets(at), Log: "L", First: 1, Mode: wire.ModeNormal})
		require.NoError(t, err)
		w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: topic, Payload: payload})
		return int64(status().Skew)
	}
	require.Zero(t, says(""))
	require.Empty(t, notices(t, w))
	skew := says(`,"t":"0001-01-01T00:00:00.001Z"`)
	require.Negative(t, skew)
	require.Positive(t, -skew)
	require.Len(t, notices(t, w), 1)

	// A hello alone may be of long ago: nobody is heard by it, and no clock is read.
	was := status()
	w.Now = w.Now.Add(20 * time.Second)
	greets(`,"t":"2020-01-01T00:00:00Z"`)
	require.Equal(t, was.Skew, status().Skew)
	require.Equal(t, was.LastHeard, status().LastHeard)

	// What the broker kept is of long ago as well, and nobody may keep a hello there.
	dropped := status().Dropped
	require.Empty(t, w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: topic, Retained: true, Payload: []byte(`{"kind":"hello1","v":1,"node":"N1","epoch":0,"nonce":"n","schema":{"min":1,"max":1}}`)}))
	require.Equal(t, dropped+1, status().Dropped)
	require.Equal(t, "hello: retained", status().LastDrop)

	// The clock is set right, and goes wrong again: it is told anew, in the place of what was told before.
	require.Zero(t, says(`,"t":"`+w.Now.UTC().Format(time.RFC3339Nano)+`"`))
	require.Equal(t, w.Now, status().LastHeard)
	says(`,"t":"` + w.Now.Add(time.Hour).UTC().Format(time.RFC3339Nano) + `"`)
	told := notices(t, w)
	require.Len(t, told, 1)
	require.Contains(t, told[0], "60 minutes ahead")
}

// What was said once keeps no site alive, however often it is said again.
func TestAReplayedWordIsNoSignOfLife(t *testing.T) {
	ctx := t.Context()
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	w, err := omstest.NewWorld(ctx, 1, st, linktest.Faults{})
	require.NoError(t, err)
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "north"))
	topic := wire.Topic{Tenant: "t", Site: "north", Dir: wire.Up}
	say := func(ch wire.Channel, payload []byte) []wire.Message {
		topic.Channel = ch
		var out []wire.Message
		for _, m := range w.Centre.Hub.Step(ctx, w.Now, hub.Arrived{Topic: topic.String(), Payload: payload}) {
			if m, err := wire.Decode(m.Payload); err == nil {
				out = append(out, m)
			}
		}
		return out
	}
	encoded := func(m wire.Message) []byte {
		b, err := wire.Encode(m)
		require.NoError(t, err)
		return b
	}
	h1 := encoded(&wire.Hello1{Node: "N1", Nonce: "n", Schema: wire.Schema{Min: 1, Max: 1}, T: w.Now})
	chal := say(wire.ChannelHello, h1)[0].(*wire.ChallengeMsg).Chal
	welcome := say(wire.ChannelHello, encoded(&wire.Hello2{Nonce: "n", Chal: chal, Log: "L", First: 1, Mode: wire.ModeNormal}))[0].(*wire.Welcome)
	ack := encoded(&wire.Ack{Session: welcome.Session, Applied: welcome.D.Seq, Hash: welcome.D.Hash, Window: 16, Nth: 1})
	beat, err := new(wire.Codec).Frame(&wire.Batch{Session: welcome.Session, Log: "L", From: 1, Nth: 1}, nil)
	require.NoError(t, err)
	w.Now = w.Now.Add(time.Second)
	say(wire.ChannelAck, ack)
	say(wire.ChannelLog, beat)
	said := w.Now
	for range 20 {
		w.Now = w.Now.Add(3 * time.Second)
		say(wire.ChannelAck, ack)
		say(wire.ChannelLog, beat)
		say(wire.ChannelHello, h1)
	}
	s, ok := w.Centre.Hub.Status("north")
	require.True(t, ok)
	require.Equal(t, said, s.LastHeard)
	require.False(t, s.Connected(w.Now))
	require.True(t, s.Since.IsZero(), "no session stands with nobody")
}

func notices(t *testing.T, w *omstest.World) []string {
	all, err := w.Centre.Clerk.Notices(t.Context())
	require.NoError(t, err)
	var out []string
	for _, n := range all {
		out = append(out, n.Words)
	}
	return out
}
