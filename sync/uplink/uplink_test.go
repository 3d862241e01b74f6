package uplink

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/wire"
)

func memory(b *linktest.Broker) dialer {
	return func(id string, filters []string, will *link.Message) link.Link { return b.Connect(id, filters, will) }
}

// together runs a site and a centre on a broker in memory, under a clock that the test owns.
func together(t *testing.T, seed uint64, f linktest.Faults, play func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := linktest.NewBroker(seed, f)
		s, c := newSiteBox(t, memory(b)), newCentreBox(memory(b))
		c.start()
		defer func() { c.end() }()
		s.start()
		defer func() { s.end() }()
		play(t, b, s, c)
	})
}

// pass lets time go by on the bubble's clock; nothing really waits.
func pass(d time.Duration) { <-time.After(d) }

// converge waits until each end has what the other wrote, and until both have nothing left to do: what
// status says follows what the node took.
func converge(t *testing.T, s *siteBox, c *centreBox) {
	t.Helper()
	require.Eventually(t, func() bool {
		st := s.u.Status()
		return s.tray.equals(c.feed) == nil && c.tray.equals(s.log) == nil && st.Unsent == 0 && st.Connected
	}, 4*time.Minute, 50*time.Millisecond, "site: %v, centre: %v", s.tray.equals(c.feed), c.tray.equals(s.log))
	synctest.Wait()
}

func TestBadLineConvergesExactlyOnceInOrder(t *testing.T) {
	for seed := uint64(1); seed <= 40; seed++ {
		bad := linktest.Faults{Drop: 0.3, Dup: 0.3, Replay: 0.1, DelayMin: time.Millisecond, DelayMax: 2 * time.Second}
		together(t, seed, bad, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
			rng := rand.New(rand.NewPCG(seed, 7))
			for range 15 {
				s.write(rng.IntN(40))
				c.write(rng.IntN(15))
				pass(time.Duration(rng.IntN(8000)) * time.Millisecond)
				switch rng.IntN(8) {
				case 0:
					b.Kick("s1_node1")
				case 1:
					b.Stop()
					pass(time.Duration(rng.IntN(90)) * time.Second)
					b.Start()
				case 2:
					s.end()
					s.start()
				case 3:
					c.end()
					c.start()
				}
			}
			b.SetFaults(linktest.Faults{DelayMax: 20 * time.Millisecond})
			converge(t, s, c)
		})
	}
}

func TestStatusTellsOfTheLine(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		s.write(5)
		converge(t, s, c)
		synctest.Wait()
		st := s.u.Status()
		require.True(t, st.Line)
		require.True(t, st.CentreUp)
		require.Equal(t, wire.Seq(5), st.Acked)
		require.False(t, st.LastAck.IsZero())
		since := st.Since

		pass(time.Minute)
		b.Stop()
		s.write(7)
		synctest.Wait()
		st = s.u.Status()
		require.False(t, st.Line)
		require.False(t, st.Connected)
		require.True(t, st.Since.After(since))
		require.Equal(t, uint64(7), st.Unsent)
		require.Equal(t, "the broker died", st.LineErr)

		pass(72 * time.Hour)
		b.Start()
		converge(t, s, c)
		require.Zero(t, s.u.Status().Unsent)
	})
}

// A centre that says it goes off is off at once, and back when it is heard again.
func TestACentreThatGoesOffIsKnownToBeOff(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		converge(t, s, c)
		other := b.Connect("other", nil, nil)
		say := func(online bool) {
			state, err := wire.Encode(&wire.State{Online: online, Boot: 7, Gen: c.gen})
			require.NoError(t, err)
			require.NoError(t, other.Publish(wire.CentreState("acme"), state, true))
			synctest.Wait()
		}
		require.True(t, s.u.Status().CentreOff.IsZero())
		say(false)
		at := s.u.Status().CentreOff
		require.False(t, at.IsZero())
		require.True(t, s.u.Status().Connected, "its session has not run out")
		pass(time.Second)
		say(false)
		require.Equal(t, at, s.u.Status().CentreOff, "since when")
		s.write(1)
		pass(10 * time.Second)
		require.True(t, s.u.Status().CentreOff.IsZero(), "it answers: it is there")
		say(false)
		say(true)
		require.True(t, s.u.Status().CentreOff.IsZero())
		require.NoError(t, other.Close())
	})
}

func TestCentreThatForgotItsSessionIsGreetedAnew(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		converge(t, s, c)
		c.end()
		s.write(3)
		pass(10 * time.Minute)
		require.False(t, s.u.Status().Connected, "45 s without an acknowledgement end a session")
		c.start()
		c.write(2)
		converge(t, s, c)
	})
}

func TestPassingFaultOfTheNodeIsToldAndHeals(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		s.tray.set(func(y *tray) { y.fail = errors.New("the disk said no") })
		c.write(10)
		pass(30 * time.Second)
		synctest.Wait()
		require.Equal(t, "the disk said no", s.u.Status().Reason)
		require.Zero(t, s.u.Status().Feed)
		s.tray.set(func(y *tray) { y.fail = nil })
		converge(t, s, c)
		require.Empty(t, s.u.Status().Trouble)
	})
}

func TestUnknownTypeBlocksBeforeItAndGoesOnAfterAnUpgrade(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		s.tray.set(func(y *tray) { y.refuse = func(raw []byte) bool { return strings.Contains(string(raw), "order-4/") } })
		c.write(10)
		pass(30 * time.Second)
		synctest.Wait()
		require.Equal(t, wire.Seq(3), s.tray.at())
		require.Equal(t, &wire.Blocked{Seq: 4, Type: "picket.future.v9"}, s.u.Status().Stuck)
		s.write(4)
		pass(10 * time.Second)
		require.NoError(t, c.tray.equals(s.log), "the other direction goes on")
		s.tray.set(func(y *tray) { y.refuse = nil })
		converge(t, s, c)
		require.Nil(t, s.u.Status().Stuck)
	})
}

func TestGarbageIsCountedAndStopsNothing(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		converge(t, s, c)
		evil := b.Connect("evil", nil, nil)
		down := func(ch wire.Channel) string {
			return wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Down, Channel: ch}.String()
		}
		for _, m := range []struct{ topic, text string }{
			{down(wire.ChannelHello), `{"kind":"welcome","v":1}`},
			{down(wire.ChannelAck), `{"kind":"ack","v":1,"session":7}`},
			{down(wire.ChannelLog), "PKT1\xff\xff\xff\xff"},
			{down(wire.ChannelLog), ""},
			{wire.CentreState("acme"), "[]"},
		} {
			require.NoError(t, evil.Publish(m.topic, []byte(m.text), false))
		}
		synctest.Wait()
		require.Equal(t, uint64(5), s.u.Status().Malformed)
		c.write(3)
		s.write(3)
		converge(t, s, c)
		require.NoError(t, evil.Close())
	})
}

func TestTheWillOfAnEarlierLifeOfTheCentreIsIgnored(t *testing.T) {
	together(t, 1, linktest.Faults{}, func(t *testing.T, b *linktest.Broker, s *siteBox, c *centreBox) {
		converge(t, s, c)
		old := b.Connect("old", nil, nil)
		say := func(online bool, boot uint64) bool {
			state, err := wire.Encode(&wire.State{Online: online, Boot: boot, Gen: c.gen})
			require.NoError(t, err)
			require.NoError(t, old.Publish(wire.CentreState("acme"), state, true))
			synctest.Wait()
			return s.u.Status().CentreUp
		}
		require.True(t, say(true, 7))
		require.True(t, say(false, 6), "a line of the sixth life was given up late")
		require.False(t, say(false, 7))
		require.True(t, say(true, 8))
		require.NoError(t, old.Close())
	})
}

// A broker may let fall what a slow client does not take: nothing is lost by that, and nothing comes twice.
func TestASlowCentreBehindABrokerThatLetsMessagesFall(t *testing.T) {
	for name, limits := range map[string]string{"its default limits": "", "narrow ones": "max_inflight_messages 1\nmax_queued_messages 1\n"} {
		t.Run(name, func(t *testing.T) {
			m := linktest.NewMosquittoWith(t, "allow_anonymous true\n"+limits)
			var centre *link.MQTT
			dial := func(id string, filters []string, will *link.Message) link.Link {
				cfg := m.Config(id, filters, will)
				if id == "centre" {
					cfg.Mailbox = 2
				}
				l, err := link.Dial(cfg)
				require.NoError(t, err)
				t.Cleanup(func() { _ = l.Close() })
				if id == "centre" {
					centre = l
				}
				return l
			}
			s, c := newSiteBox(t, dial), newCentreBox(dial)
			s.timing.RetransmitMin, s.timing.HelloMin, s.timing.HelloSpread = 20*time.Millisecond, 20*time.Millisecond, time.Millisecond
			c.timing = s.timing
			c.start()
			s.start()
			s.write(10_000)
			noise := dial("noise", nil, nil)
			linktest.Next(t, noise, link.Up)
			junk := wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Up, Channel: wire.ChannelLog}.String()
			for range 3000 {
				require.Eventually(t, func() bool { return noise.Publish(junk, []byte("junk"), false) == nil }, 60*time.Second, time.Millisecond)
			}
			c.write(300)
			require.Eventually(t, func() bool {
				return s.tray.equals(c.feed) == nil && c.tray.equals(s.log) == nil && s.u.Status().Unsent == 0
			}, 60*time.Second, 10*time.Millisecond, "each once, in order")
			if limits == "" { // with narrow ones it is the broker that lets them fall
				require.NotZero(t, centre.Dropped(), "the centre was slow")
			}
			s.end()
			c.end()
		})
	}
}

func TestMissingPartsAreNamed(t *testing.T) {
	_, err := New(Config{Tenant: "acme", Site: "s/1"})
	require.ErrorContains(t, err, `site has "/"`)
	_, err = New(Config{Tenant: "acme", Site: "s1", NodeID: "n"})
	require.ErrorContains(t, err, "connect: is missing")
}

// The broker of the field, killed and started again while both sides write.
func TestMosquittoKilledAndRestarted(t *testing.T) {
	m := linktest.NewMosquitto(t)
	dial := func(id string, filters []string, will *link.Message) link.Link {
		return m.Connect(t, id, filters, will)
	}
	s, c := newSiteBox(t, dial), newCentreBox(dial)
	s.timing.RetransmitMin, s.timing.HelloMin, s.timing.HelloSpread = 50*time.Millisecond, 50*time.Millisecond, time.Millisecond
	c.timing = s.timing
	c.start()
	s.start()
	for round := range 4 {
		s.write(500)
		c.write(200)
		if round > 0 {
			m.Stop()
			s.write(300)
			c.write(100)
			m.Start()
		}
		s.write(100)
		require.Eventually(t, func() bool {
			return s.tray.equals(c.feed) == nil && c.tray.equals(s.log) == nil && s.u.Status().Unsent == 0
		}, 60*time.Second, 10*time.Millisecond)
	}
	c.end()
	s.write(50)
	c.start()
	require.Eventually(t, func() bool { return c.tray.equals(s.log) == nil }, 60*time.Second, 10*time.Millisecond)
	s.end()
	c.end()
}
