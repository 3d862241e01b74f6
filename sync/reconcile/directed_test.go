package reconcile

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func counter[T ~string](prefix string) func() T {
	n := 0
	return func() T { n++; return T(prefix + string(rune('a'+n))) }
}

func half() float64 { return 0.5 }

// only returns the one effect of a type.
func only[T Effect](t *testing.T, effects []Effect) T {
	t.Helper()
	var found []T
	for _, e := range effects {
		if x, ok := e.(T); ok {
			found = append(found, x)
		}
	}
	require.Len(t, found, 1, "%+v", effects)
	return found[0]
}

// said decodes the one published JSON message of a type.
func said[M wire.Message](t *testing.T, effects []Effect) M {
	t.Helper()
	for _, e := range effects {
		if p, ok := e.(Publish); ok && p.Channel != wire.ChannelLog {
			m, err := wire.Decode(p.Payload)
			require.NoError(t, err)
			if want, ok := m.(M); ok {
				return want
			}
		}
	}
	require.FailNow(t, "not said", "%+v", effects)
	panic("unreachable")
}

func encode(t *testing.T, m wire.Message) []byte {
	t.Helper()
	b, err := wire.Encode(m)
	require.NoError(t, err)
	return b
}

func hello(t *testing.T, m wire.Message) Received {
	t.Helper()
	return Received{Channel: wire.ChannelHello, Payload: encode(t, m)}
}

// greeted is a centre that has heard hello1 and asked its challenge.
func greeted(t *testing.T, cfg CentreConfig, state CentreState) (*Centre, *wire.ChallengeMsg) {
	t.Helper()
	cfg.Gen, cfg.Rand = "GEN1", half
	cfg.Session, cfg.Chal = counter[wire.SessionID]("sess"), counter[wire.Challenge]("chal")
	if cfg.Feed == nil {
		cfg.Feed = newLog("1")
	}
	c := NewCentre(cfg, state)
	out := c.Step(noon, hello(t, &wire.Hello1{Node: "NODE1", Epoch: 1, Nonce: "n1", Schema: wire.Schema{Min: 1, Max: 4}}))
	return c, said[*wire.ChallengeMsg](t, out)
}

// held is a centre's row and chain after n records of a log.
func held(l *memLog, n int) (CentreState, *inbox) {
	in := newInbox(l.id)
	for i := 1; i <= n; i++ {
		in.hashes[wire.Seq(i)] = l.hashes[i]
	}
	in.cursor = wire.Position{Log: l.id, Seq: wire.Seq(n), Hash: l.hashes[n]}
	return CentreState{Node: "NODE1", Epoch: 1, Applied: in.cursor, Pos: wire.Pos(n)}, in
}

func written(n int) *memLog {
	l := newLog("LOG1")
	for i := range n {
		l.append("id"+string(rune('a'+i%26))+"/0", "picket.test.v1")
	}
	return l
}

func TestCentreProbesForItsOwnPoint(t *testing.T) {
	log := written(100)
	state, chain := held(log, 77)
	c, ch := greeted(t, CentreConfig{Chain: chain}, state)
	require.Contains(t, ch.Ask, wire.Seq(77))
	// A site that does not answer what was asked, and whose own points miss 77.
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 100, HeadHash: log.hashes[100], First: 1,
		Chain: []wire.Point{{Seq: 50, Hash: log.hashes[50]}}, Gen: "GEN1", Pos: 77, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal}
	out := c.Step(noon, hello(t, h2))
	require.Equal(t, []wire.Seq{77}, said[*wire.Probe](t, out).Seqs)
	out = c.Step(noon, hello(t, h2))
	require.Equal(t, "an answer without the point that was asked for", only[Dropped](t, out).Why, "a second copy of it, by the network")
	h2.Chain = append(h2.Chain, wire.Point{Seq: 77, Hash: log.hashes[77]})
	out = c.Step(noon, hello(t, h2))
	require.Equal(t, wire.Seq(77), only[Adopt](t, out).CutTo)
	w := said[*wire.Welcome](t, c.Step(noon, Adopted{}))
	require.Equal(t, wire.Seq(77), w.Resume)
	require.Equal(t, 1, w.Schema, "the highest that both speak")
}

func TestSiteAnswersAProbe(t *testing.T) {
	log := written(100)
	s := NewSite(SiteConfig{Node: "NODE1", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n")}, SiteState{})
	h1 := said[*wire.Hello1](t, s.Step(noon, LinkUp{}))
	out := s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c", Gen: "GEN1"}))
	require.NotContains(t, said[*wire.Hello2](t, out).Chain, wire.Point{Seq: 77, Hash: log.hashes[77]})
	out = s.Step(noon, hello(t, &wire.Probe{Nonce: h1.Nonce, Chal: "c", Seqs: []wire.Seq{77}}))
	require.Contains(t, said[*wire.Hello2](t, out).Chain, wire.Point{Seq: 77, Hash: log.hashes[77]})
	out = s.Step(noon, hello(t, &wire.Probe{Nonce: "another", Chal: "c", Seqs: []wire.Seq{78}}))
	require.Equal(t, "an answer to another hello", only[Dropped](t, out).Why)
}

func TestAChallengeIsGoodForOneHello(t *testing.T) {
	log := written(3)
	state, chain := held(log, 3)
	c, ch := greeted(t, CentreConfig{Chain: chain}, state)
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 3, HeadHash: log.hashes[3], First: 1, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal}
	only[Adopt](t, c.Step(noon, hello(t, h2)))
	c.Step(noon, Adopted{})
	session := c.View().Session
	require.Equal(t, "an answer to another challenge", only[Dropped](t, c.Step(noon, hello(t, h2))).Why)
	require.Equal(t, session, c.View().Session, "a hello2 that comes twice leaves the session alone")
	// Nor does a hello1 that was delayed for a year.
	c.Step(noon, hello(t, &wire.Hello1{Node: "NODE1", Epoch: 1, Nonce: "old", Schema: wire.Schema{Min: 1, Max: 1}}))
	require.Equal(t, session, c.View().Session)
}

func TestAnAnswerOfLongAgoSaysNothingOfNow(t *testing.T) {
	log := written(3)
	state, chain := held(log, 3)
	c, ch := greeted(t, CentreConfig{Chain: chain}, state)
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 3, HeadHash: log.hashes[3], First: 1, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal}
	late := only[Dropped](t, c.Step(noon.Add(45*time.Second), hello(t, h2)))
	require.Equal(t, "an answer to a challenge of long ago", late.Why)
	require.True(t, late.Unproven, "the site is not heard by it")
	require.Empty(t, c.View().Session)
	// In time it is taken.
	only[Adopt](t, c.Step(noon.Add(44*time.Second), hello(t, h2)))
}

func TestCentreDecides(t *testing.T) {
	log := written(20)
	for _, c := range []struct {
		name string
		edit func(*wire.Hello2, *CentreState)
		want any // *wire.Import, *wire.Reject or Adopt
	}{
		{"knows all", func(*wire.Hello2, *CentreState) {}, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG1", CutTo: 10}},
		{"lost ack: pos behind, chain whole", func(h *wire.Hello2, _ *CentreState) { h.Pos = 4 }, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG1", CutTo: 10}},
		{"facts on no chain, not imported", func(h *wire.Hello2, s *CentreState) { s.Orphan, h.Pos = 7, 6 }, &wire.Import{Nonce: "n1", Common: 10, ToPos: 10, Facts: []wire.Fact{}}},
		{"facts on no chain, imported", func(h *wire.Hello2, s *CentreState) { s.Orphan, h.Pos = 7, 7 }, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG1", CutTo: 10}},
		{"imported under another life line", func(h *wire.Hello2, s *CentreState) { s.Orphan, h.Pos, h.Gen = 7, 7, "GEN0" }, &wire.Import{Nonce: "n1", Common: 10, ToPos: 10, Facts: []wire.Fact{}}},
		{"same log, rolled back", func(h *wire.Hello2, _ *CentreState) {
			h.Head, h.HeadHash, h.Chain = 8, log.hashes[8], nil
		}, &wire.Import{Nonce: "n1", Fork: true, Common: 8, ToPos: 10, Facts: []wire.Fact{}}},
		{"new log, nothing imported", func(h *wire.Hello2, _ *CentreState) {
			h.Log, h.Pos, h.Head, h.HeadHash, h.Chain = "LOG2", 8, 8, log.hashes[8], nil
		}, &wire.Import{Nonce: "n1", Fork: true, Common: 8, ToPos: 10, Facts: []wire.Fact{}}},
		{"new log, all imported", func(h *wire.Hello2, _ *CentreState) {
			h.Log, h.Head, h.HeadHash, h.Chain = "LOG2", 8, log.hashes[8], nil
		}, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG2", CutTo: 8}},
		{"trimmed", func(h *wire.Hello2, _ *CentreState) { h.First = 12 }, &wire.Reject{Nonce: "n1", Code: wire.RejectNeedSnapshot, Reason: "the centre holds the log up to 10, the site keeps it from 12"}},
		{"feed ahead", func(h *wire.Hello2, _ *CentreState) { h.D = wire.FeedMark{Lineage: 6, Seq: 3} }, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG1", CutTo: 10, Reissue: 7}},
		{"feed unknown", func(h *wire.Hello2, _ *CentreState) { h.D = wire.FeedMark{Lineage: 1, Seq: 3} }, Adopt{Node: "NODE1", Epoch: 1, Log: "LOG1", CutTo: 10, Reissue: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			state, chain := held(log, 10)
			h2 := &wire.Hello2{Nonce: "n1", Log: "LOG1", Head: 20, HeadHash: log.hashes[20], First: 1,
				Chain: []wire.Point{{Seq: 10, Hash: log.hashes[10]}}, Gen: "GEN1", Pos: 10, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal}
			c.edit(h2, &state)
			e, ch := greeted(t, CentreConfig{Chain: chain}, state)
			h2.Chal = ch.Chal
			out := e.Step(noon, hello(t, h2))
			switch want := c.want.(type) {
			case Adopt:
				want.Head, want.Feed = h2.Head, h2.D
				require.Equal(t, want, only[Adopt](t, out))
			case *wire.Import:
				require.Equal(t, want, said[*wire.Import](t, out))
				require.False(t, e.View().Open)
			case *wire.Reject:
				require.Equal(t, want, said[*wire.Reject](t, out))
			}
		})
	}
}

// A box that knows that it lost records, and a centre that has heard nothing of it yet, and so sees no fork.
func TestWhatComesToABoxThatLostRecordsIsItsPast(t *testing.T) {
	log := newLog("NEW")
	s := NewSite(SiteConfig{Node: "NODE2", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n")},
		SiteState{Epoch: 2, Mode: wire.ModeRecovering, Snap: &wire.Held{}})
	greet := func(out []Effect) wire.Nonce {
		n := said[*wire.Hello1](t, out).Nonce
		require.Equal(t, wire.ModeRecovering, said[*wire.Hello2](t, s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: n, Chal: "c", Gen: "GEN1"}))).Mode)
		return n
	}
	n := greet(s.Step(noon, LinkUp{}))
	data := make([]byte, wire.MaxPiece)
	piece := encode(t, &wire.Snapshot{Nonce: n, ID: "SNAP", Pos: 2, Bytes: wire.MaxPiece + 1, Pieces: 2, Sum: wire.Sum(data), Data: data})
	require.True(t, only[Stage](t, s.Step(noon, Received{Channel: wire.ChannelSnap, Payload: piece})).Fork)

	n = greet(s.Step(noon, Staged{Have: 1}))
	fact := wire.Fact{Pos: 3, Raw: written(3).raws[2].Raw}
	require.True(t, only[Take](t, s.Step(noon, hello(t, &wire.Import{Nonce: n, ToPos: 3, Facts: []wire.Fact{fact}}))).Fork)

	// It has heard all once a session stands; what is added then is no loss of its own.
	log.id = "NEW2"
	n = greet(s.Step(noon, Taken{}))
	welcome := hello(t, &wire.Welcome{Nonce: n, Session: "s1", Epoch: 2, Log: "NEW2", Pos: 3, Gen: "GEN1", Window: 4, Schema: wire.VersionMax})
	require.True(t, only[Take](t, s.Step(noon, welcome)).Told)
	s.Step(noon, Taken{})
	n = greet(s.Step(noon, Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.NoSession{Session: "s1"})}))
	fact.Pos = 4
	require.False(t, only[Take](t, s.Step(noon, hello(t, &wire.Import{Nonce: n, ToPos: 4, Facts: []wire.Fact{fact}}))).Fork)
}

func TestFencing(t *testing.T) {
	for _, c := range []struct {
		node   wire.NodeID
		epoch  wire.Epoch
		fenced bool
	}{
		{"NODE1", 3, false}, {"NODE1", 0, false}, {"NODE1", 2, true}, {"NODE2", 3, true}, {"NODE2", 0, true}, {"NODE2", 4, true},
	} {
		e := NewCentre(CentreConfig{Gen: "G", Feed: newLog("1"), Rand: half, Chal: counter[wire.Challenge]("c")}, CentreState{Node: "NODE1", Epoch: 3})
		out := e.Step(noon, hello(t, &wire.Hello1{Node: c.node, Epoch: c.epoch, Nonce: "n", Schema: wire.Schema{Min: 1, Max: 1}}))
		if c.fenced {
			require.Equal(t, wire.RejectFenced, said[*wire.Reject](t, out).Code, "%+v", c)
			continue
		}
		said[*wire.ChallengeMsg](t, out)
	}
}

func TestAFailedAdoptionOpensNothing(t *testing.T) {
	log := written(2)
	c, ch := greeted(t, CentreConfig{Chain: newInbox("")}, CentreState{})
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 2, HeadHash: log.hashes[2], First: 1, Mode: wire.ModeNormal}
	only[Adopt](t, c.Step(noon, hello(t, h2)))
	require.Equal(t, TroubleApply, only[Trouble](t, c.Step(noon, Adopted{Err: errors.New("disk")})).Code)
	require.False(t, c.View().Open)
}

func TestRetriesSpread(t *testing.T) {
	require.Equal(t, 2*time.Second, backoff(2*time.Second, time.Minute, 0, half), "the first is never early")
	require.Equal(t, 5*time.Second, backoff(2*time.Second, time.Minute, 2, half))
	require.Equal(t, 31*time.Second, backoff(2*time.Second, time.Minute, 40, half))
}

// A record that no frame can carry is said, and does not make the engine spin.
func TestUnsendableRecordIsTroubleOnce(t *testing.T) {
	w := newWorld(1, goodLine)
	w.run(time.Second)
	w.siteLog.append("big/0", string(bytes.Repeat([]byte("x"), wire.MaxRecord)))
	w.runSite(w.site.Step(w.now, Woke{}))
	w.run(10 * time.Second)
	require.NoError(t, w.fail)
	require.Equal(t, 1, w.trouble[TroubleUnsendable])
	w.centreWrites(3)
	w.run(10 * time.Second)
	require.Equal(t, w.feed.Head().Seq, w.siteIn.cursor.Seq, "the other direction goes on")
}

// inSession is a site with a log of n records and an open session.
func inSession(t *testing.T, log *memLog, timing Timing, session wire.SessionID) (*Site, []Effect) {
	t.Helper()
	s := NewSite(SiteConfig{Node: "NODE1", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n"), Timing: timing}, SiteState{})
	return s, openSession(t, s, session)
}

func openSession(t *testing.T, s *Site, session wire.SessionID) []Effect {
	t.Helper()
	h1 := said[*wire.Hello1](t, s.Step(noon, LinkUp{}))
	h2 := said[*wire.Hello2](t, s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c", Gen: "GEN1"})))
	w := &wire.Welcome{Nonce: h1.Nonce, Session: session, Log: h2.Log, Gen: "GEN1", D: wire.FeedMark{Lineage: 1}, Window: 16, Schema: 1}
	if h2.D.Lineage == 1 {
		w.D = h2.D
	}
	return s.Step(noon, hello(t, w))
}

func batches(effects []Effect) (n int) {
	for _, e := range effects {
		if p, ok := e.(Publish); ok && p.Channel == wire.ChannelLog {
			n++
		}
	}
	return n
}

func TestNoMoreThanTheWindowIsUnderWay(t *testing.T) {
	log := written(100)
	s, out := inSession(t, log, Timing{BatchRecords: 2}, "sess1")
	require.Equal(t, 4, batches(out))
	require.Zero(t, batches(s.Step(noon, Woke{})))
	ack := func(n wire.Seq) []Effect {
		return s.Step(noon, Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.Ack{Session: "sess1", Applied: n, Hash: log.hashes[n], Window: 16})})
	}
	require.Equal(t, 2, batches(ack(2)), "one for the acknowledged, one because the window grows")
	require.Equal(t, 8, batches(ack(10)))
	out = s.Step(noon.Add(3*time.Second), Tick{})
	require.Equal(t, 4, batches(out), "silence halves the window, and all goes out again")
	first, err := (&wire.Codec{}).Open(firstBatch(out), nil)
	require.NoError(t, err)
	require.Equal(t, wire.Seq(11), first.From)
}

func firstBatch(effects []Effect) []byte {
	for _, e := range effects {
		if p, ok := e.(Publish); ok && p.Channel == wire.ChannelLog {
			return p.Payload
		}
	}
	return nil
}

func TestNothingOfAnOlderSessionCounts(t *testing.T) {
	log := written(10)
	s, _ := inSession(t, log, Timing{}, "sess1")
	openSession(t, s, "sess2")
	stale := encode(t, &wire.Ack{Session: "sess1", Applied: 7, Hash: log.hashes[7], Window: 16})
	out := s.Step(noon, Received{Channel: wire.ChannelAck, Payload: stale})
	require.Zero(t, s.View().Acked)
	require.Equal(t, wire.SessionID("sess1"), said[*wire.NoSession](t, out).Session)
	feed := written(1)
	frame, err := (&wire.Codec{}).Frame(&wire.Batch{Session: "sess1", Log: "1", From: 1, Records: [][]byte{feed.raws[0].Raw}}, nil)
	require.NoError(t, err)
	require.Equal(t, "another session", only[Dropped](t, s.Step(noon, Received{Channel: wire.ChannelLog, Payload: frame})).Why)
	out = s.Step(noon, Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.NoSession{Session: "sess1"})})
	require.Equal(t, "another session", only[Dropped](t, out).Why)
	require.True(t, s.View().Open)
}

// TestABackupOfAnotherLogMakesNothingStable: what a backup holds of the log that another box wrote says nothing about records
// of the same numbers in the one that took its place. Devices may forget what is stable.
func TestABackupOfAnotherLogMakesNothingStable(t *testing.T) {
	old, fresh := written(50), newLog("LOG2")
	for range 9 {
		fresh.append("new"+string(rune('a'+fresh.Head().Seq))+"/0", "picket.test.v1")
	}
	state, chain := held(old, 50)
	state.Node, state.Epoch = "NODE1", 1
	c, ch := greeted(t, CentreConfig{Chain: chain}, state)
	kept := state.Applied
	c.Step(noon, Stabled{At: kept})
	out := c.Step(noon, hello(t, &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG2", Head: 9, HeadHash: fresh.hashes[9], First: 1,
		Gen: "GEN1", Pos: 50, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal}))
	require.Zero(t, only[Adopt](t, out).CutTo)
	chain.hashes, chain.cursor = map[wire.Seq]wire.Hash{}, wire.Position{Log: "LOG2"}
	w := said[*wire.Welcome](t, c.Step(noon, Adopted{}))
	tell := func(upTo wire.Seq) (stable wire.Seq) {
		t.Helper()
		at := c.View().Applied
		var records [][]byte
		for _, e := range fresh.raws[at.Seq:upTo] {
			records = append(records, e.Raw)
		}
		b, err := new(wire.Codec).Frame(&wire.Batch{Session: w.Session, Log: "LOG2", From: at.Seq + 1, Prev: at.Hash, Records: records}, nil)
		require.NoError(t, err)
		only[Apply](t, c.Step(noon, Received{Channel: wire.ChannelLog, Payload: b}))
		for i := at.Seq + 1; i <= upTo; i++ {
			chain.hashes[i] = fresh.hashes[i]
		}
		c.Step(noon, Applied{UpTo: upTo, Pos: 50 + wire.Pos(upTo)})
		return said[*wire.Ack](t, c.Step(noon.Add(time.Second), Tick{})).Stable
	}
	require.Zero(t, tell(5), "the backup has nothing of it")
	c.Step(noon, Stabled{At: wire.Position{Log: old.id, Seq: 4, Hash: old.hashes[4]}})
	require.Zero(t, tell(7), "an older backup neither")
	c.Step(noon, Stabled{At: wire.Position{Log: fresh.id, Seq: 6, Hash: fresh.hashes[6]}})
	require.Equal(t, wire.Seq(6), tell(9))
}

// TestWhatWasSaidBeforeKeepsNobodyAlive: whoever took down what one end said, and says it again, keeps no session open by that.
func TestWhatWasSaidBeforeKeepsNobodyAlive(t *testing.T) {
	ackOf := func(n wire.Seq, log *memLog, nth uint64) Received {
		return Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.Ack{Session: "sess1", Applied: n, Hash: log.hashes[n], Window: 16, Nth: nth})}
	}
	log := written(10)
	s, _ := inSession(t, log, Timing{}, "sess1")
	s.Step(noon.Add(time.Second), ackOf(10, log, 7))
	for i := 2; i < 60; i += 3 {
		s.Step(noon.Add(time.Duration(i)*time.Second), ackOf(10, log, 7))
		s.Step(noon.Add(time.Duration(i)*time.Second), ackOf(10, log, 6))
		s.Step(noon.Add(time.Duration(i)*time.Second), ackOf(10, log, 0))
	}
	require.False(t, s.View().Open)

	// Who counts on is alive; who never counted is an older peer, and is believed as it was.
	for _, first := range []uint64{1, 0} {
		s, _ := inSession(t, log, Timing{}, "sess1")
		for i := range 20 {
			nth := uint64(0)
			if first > 0 {
				nth = first + 2*uint64(i)
			}
			s.Step(noon.Add(time.Duration(3*i)*time.Second), ackOf(10, log, nth))
		}
		require.True(t, s.View().Open)
	}
}

// TestEachEndCountsWhatItSays: acks and batches by themselves, a batch that is sent again and a heartbeat too, and from 1 in each session.
func TestEachEndCountsWhatItSays(t *testing.T) {
	log := written(10)
	s, out := inSession(t, log, Timing{BatchRecords: 5}, "sess1")
	nths := func(out []Effect) (batches, acks []uint64) {
		for _, e := range out {
			switch p, ok := e.(Publish); {
			case !ok:
			case p.Channel == wire.ChannelLog:
				b, err := new(wire.Codec).Open(p.Payload, nil)
				require.NoError(t, err)
				batches = append(batches, b.Nth)
			case p.Channel == wire.ChannelAck:
				m, err := wire.Decode(p.Payload)
				require.NoError(t, err)
				acks = append(acks, m.(*wire.Ack).Nth)
			}
		}
		return
	}
	b, _ := nths(out)
	require.Equal(t, []uint64{1, 2}, b)
	b, _ = nths(s.Step(noon.Add(3*time.Second), Tick{}))
	require.Equal(t, []uint64{3, 4}, b, "they are said again")
	out = s.Step(noon.Add(4*time.Second), Received{Channel: wire.ChannelAck, Payload: encode(t, &wire.Ack{Session: "sess1", Applied: 10, Hash: log.hashes[10], Window: 16})})
	b, _ = nths(append(out, s.Step(noon.Add(20*time.Second), Tick{})...))
	require.Equal(t, []uint64{5}, b, "a heartbeat")
	_, a := nths(s.Step(noon.Add(31*time.Second), Tick{}))
	require.Equal(t, []uint64{1}, a)
	_, a = nths(s.Step(noon.Add(40*time.Second), framed(t, nil, &wire.Batch{Session: "sess1", Log: "1", From: 1})))
	require.Equal(t, []uint64{2}, a)
	b, _ = nths(openSession(t, s, "sess2"))
	require.Equal(t, []uint64{1}, b[:1], "another session")
}
