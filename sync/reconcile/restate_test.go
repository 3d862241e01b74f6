package reconcile

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// dropped is a log that keeps nothing before first any more.
type dropped struct {
	*memLog
	first wire.Seq
}

func (d *dropped) First() wire.Seq { return d.first }

func (d *dropped) HashAt(seq wire.Seq) (wire.Hash, bool) {
	if seq+1 < d.first && seq != 0 {
		return wire.Hash{}, false
	}
	return d.memLog.HashAt(seq)
}

// A centre was put back to before what it had called stable, and its site keeps nothing from there any more: the site
// writes down what its past comes to, and the centre goes on behind the gap, with what is kept and that in it.
func TestASiteRestatesWhatNobodyHasAnyMore(t *testing.T) {
	log := &dropped{written(100), 60}
	state, chain := held(log.memLog, 40)
	c := NewCentre(CentreConfig{Gen: "GEN2", Rand: half, Feed: newLog("1"), Chain: chain,
		Session: counter[wire.SessionID]("sess"), Chal: counter[wire.Challenge]("chal")}, state)
	forks := []wire.ForkAt{{Log: "LOG0", Seq: 7}}
	for len(forks) < 100 { // a box that was put back very often
		forks = append(forks, wire.ForkAt{Log: "LOG0", Seq: 8})
	}
	s := NewSite(SiteConfig{Node: "NODE1", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n"), Forks: func() []wire.ForkAt { return forks }, Parents: make([]wire.LogID, 100)},
		SiteState{Epoch: 1, Acked: 100, Stable: 90, Gen: "GEN1", Pos: 100})
	for i := range s.cfg.Parents {
		s.cfg.Parents[i] = "LOG0"
	}

	// carry hands messages to and fro until an effect is for a shell.
	carry := func(out []Effect) []Effect {
		t.Helper()
		for up := true; ; up = !up {
			var next, shell []Effect
			for _, e := range out {
				p, ok := e.(Publish)
				switch {
				case !ok:
					shell = append(shell, e)
				case up:
					next = append(next, c.Step(noon, Received{Channel: p.Channel, Payload: p.Payload})...)
				default:
					next = append(next, s.Step(noon, Received{Channel: p.Channel, Payload: p.Payload})...)
				}
			}
			for _, e := range shell {
				switch e.(type) {
				case Restate, Adopt, Apply:
					return shell
				}
			}
			require.NotEmpty(t, next)
			out = next
		}
	}
	out := carry(s.Step(noon, LinkUp{}))
	require.Equal(t, TroubleRestate, only[Trouble](t, out).Code, "a person can see what goes on")
	only[Restate](t, out)
	require.Empty(t, s.Step(noon.Add(time.Hour), Tick{}), "nothing is said before the shell has answered")

	// The disk is full; then it is not.
	out = s.Step(noon, Restated{Err: errors.New("disk full")})
	require.Equal(t, TroubleApply, only[Trouble](t, out).Code)
	out = carry(s.Step(s.Next(), Tick{}))
	only[Restate](t, out)

	log.append("restate/0", "picket.site.restated.v1")
	log.append("restated/0", "picket.site.restated.v1")
	out = carry(s.Step(noon, Restated{From: 101}))
	a := only[Adopt](t, out)
	require.Equal(t, wire.Seq(40), a.CutTo, "what the centre holds stays")
	require.Equal(t, wire.Position{Log: "LOG1", Seq: 59, Hash: log.hashes[59]}, a.Past, "the gap is declared")
	require.Equal(t, forks[100-wire.MaxParents:], a.Forks, "the newest")
	require.Equal(t, wire.Seq(102), a.Head, "it is in quarantine until it has told what it came to")
	w := said[*wire.Welcome](t, c.Step(noon, Adopted{}))
	require.Equal(t, wire.Seq(59), w.Resume)
	out = s.Step(noon, hello(t, w))
	only[Opened](t, out)
	got := only[Apply](t, carry(out))
	require.Equal(t, wire.Seq(60), got.Records[0].Seq)
	require.Equal(t, wire.Seq(102), got.Cursor().Seq)
	require.Equal(t, log.hashes[102], got.Cursor().Hash)
}

// A centre that asks for it again behind a restatement does not understand it: that is for people, and the log does not
// grow for ever.
func TestASiteRestatesOnce(t *testing.T) {
	log := &dropped{written(100), 60}
	s := NewSite(SiteConfig{Node: "NODE1", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n")}, SiteState{Restated: 80})
	h1 := said[*wire.Hello1](t, s.Step(noon, LinkUp{}))
	h2 := said[*wire.Hello2](t, s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c", Gen: "GEN1"})))
	require.Equal(t, wire.Seq(80), h2.Restated)
	out := s.Step(noon, hello(t, &wire.Reject{Nonce: h1.Nonce, Code: wire.RejectNeedSnapshot, Reason: "whatever"}))
	require.Equal(t, TroubleRejected, only[Trouble](t, out).Code)
	require.Greater(t, s.Next(), noon.Add(10*time.Second))

	// One that is not whole any more counts for nothing.
	log.first = 81
	require.Greater(t, log.First(), h2.Restated)
	h1 = said[*wire.Hello1](t, s.Step(s.Next(), Tick{}))
	s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c", Gen: "GEN1"}))
	only[Restate](t, s.Step(noon, hello(t, &wire.Reject{Nonce: h1.Nonce, Code: wire.RejectNeedSnapshot, Reason: "whatever"})))
}

// A box whose log is not the one the centre holds is asked for its own past like any other; one that was rolled back
// below the cursor is told what it lost, whatever it has dropped.
func TestARolledBackSiteIsNoSiteThatDropped(t *testing.T) {
	log := &dropped{written(100), 20}
	state, chain := held(log.memLog, 40)
	c, ch := greeted(t, CentreConfig{Chain: chain}, state)
	short := &dropped{written(30), 20}
	out := c.Step(noon, hello(t, &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 30, HeadHash: short.hashes[30], First: 20,
		Chain: points(short, 30, 20, ch.Ask), Gen: "GEN1", Pos: 40, D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal, Restated: 25}))
	m := said[*wire.Import](t, out)
	require.True(t, m.Fork)
	require.Equal(t, wire.Seq(30), m.Common)
}

// A box began from a snapshot of the centre's facts, and the centre was put back to before it had them. It is told no older
// past in their place, and has no session before the box has said what they came to.
func TestASiteThatStandsUponWhatTheCentreLacksRestates(t *testing.T) {
	for name, c := range map[string]struct {
		has      bool
		restated wire.Seq
		adopted  bool // what it stands upon, as the shell is told
		refused  bool
		held     int // of the site's log, at the centre
	}{"the centre has it": {has: true}, "the centre lacks it": {refused: true}, "it was restated before": {restated: 2, refused: true},
		"it is restated": {restated: 4, adopted: true}, "it was told that": {restated: 4, held: 5}} {
		t.Run(name, func(t *testing.T) {
			log := written(10)
			state, chain := held(log, c.held)
			e, ch := greeted(t, CentreConfig{Chain: chain, Has: func(g wire.Generation, p wire.Pos) bool {
				require.Equal(t, wire.Generation("GEN0"), g)
				require.Equal(t, wire.Pos(69), p)
				return c.has
			}}, state)
			out := e.Step(noon, hello(t, &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 10, HeadHash: log.hashes[10], First: 1,
				Chain: points(log, 10, 1, ch.Ask), Gen: "GEN1", D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal, Restated: c.restated, Upon: &wire.Upon{Gen: "GEN0", Pos: 69, Seq: 3}}))
			if c.refused {
				require.Equal(t, wire.RejectNeedSnapshot, said[*wire.Reject](t, out).Code)
				return
			}
			require.Equal(t, c.adopted, only[Adopt](t, out).Upon != nil)
		})
	}

	// One that was put back as well is told first what it lost: what it restates has to hold that.
	log := written(10)
	state, chain := held(log, 8)
	state.Pos = 8
	e, ch := greeted(t, CentreConfig{Chain: chain, Has: func(wire.Generation, wire.Pos) bool { return false }}, state)
	short := written(5)
	m := said[*wire.Import](t, e.Step(noon, hello(t, &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 5, HeadHash: short.hashes[5], First: 1,
		Chain: points(short, 5, 1, ch.Ask), Gen: "GEN1", D: wire.FeedMark{Lineage: 1}, Mode: wire.ModeNormal, Upon: &wire.Upon{Gen: "GEN0", Pos: 69, Seq: 3}})))
	require.True(t, m.Fork)

	log = written(10)
	at := SiteState{Restated: 2, Upon: &wire.Upon{Gen: "GEN0", Pos: 69, Seq: 3}}
	s := NewSite(SiteConfig{Node: "NODE1", Log: log, Rand: half, Nonce: counter[wire.Nonce]("n")}, at)
	h1 := said[*wire.Hello1](t, s.Step(noon, LinkUp{}))
	h2 := said[*wire.Hello2](t, s.Step(noon, hello(t, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c", Gen: "GEN1"})))
	require.Equal(t, at.Upon, h2.Upon)
	only[Restate](t, s.Step(noon, hello(t, &wire.Reject{Nonce: h1.Nonce, Code: wire.RejectNeedSnapshot, Reason: "whatever"})))
}
