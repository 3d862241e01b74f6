package reconcile

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

func keyOf(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func publicOf(n byte) ed25519.PublicKey { return keyOf(n).Public().(ed25519.PublicKey) }

// up and down sign for the topics of site s1.
func up(n byte) *wire.Signer {
	return wire.NewSigner(wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Up}, keyOf(n))
}

func down(n byte) *wire.Signer {
	return wire.NewSigner(wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Down}, keyOf(n))
}

// by is a message as it arrives, signed; nil signs nothing.
func by(t *testing.T, s *wire.Signer, ch wire.Channel, m wire.Message) Received {
	t.Helper()
	b, err := wire.EncodeSigned(m, ch, s)
	require.NoError(t, err)
	return Received{Channel: ch, Payload: b}
}

func framed(t *testing.T, s *wire.Signer, b *wire.Batch) Received {
	t.Helper()
	payload, err := new(wire.Codec).Frame(b, s)
	require.NoError(t, err)
	return Received{Channel: wire.ChannelLog, Payload: payload}
}

// keyring knows boxes by their keys.
type keyring map[wire.NodeID]ed25519.PublicKey

func (k keyring) of(n wire.NodeID) (ed25519.PublicKey, error) { return k[n], nil }

func signing(k keyring) CentreConfig {
	return CentreConfig{Gen: "GEN1", Tenant: "acme", Site: "s1", Key: keyOf(9), KeyOf: k.of, Feed: newLog("1"), Chain: newInbox(""), Rand: half, Former: func(n wire.NodeID) bool { return n != "NODE2" },
		Session: counter[wire.SessionID]("sess"), Chal: counter[wire.Challenge]("chal")}
}

func hello1(n wire.Nonce, key ed25519.PublicKey) *wire.Hello1 {
	return &wire.Hello1{Node: "NODE1", Epoch: 1, Nonce: n, Schema: wire.Schema{Min: 1, Max: 1}, Key: key}
}

func requireNone[T Effect](t *testing.T, out []Effect) {
	t.Helper()
	for _, e := range out {
		_, is := e.(T)
		require.False(t, is, "%+v", e)
	}
}

func requireForged(t *testing.T, out []Effect) {
	t.Helper()
	require.Equal(t, WhySignature, only[Dropped](t, out).Why)
	for _, e := range out {
		if p, ok := e.(Publish); ok {
			m, err := wire.Decode(p.Payload)
			require.NoError(t, err)
			require.Equal(t, wire.RejectSignature, m.(*wire.Reject).Code)
		}
	}
}

// Once the centre knows a box's key, nothing counts in its name that is not signed by it: no hello, no proof, no record, no
// acknowledgement, no end of a session. A replay of what was signed gains nothing.
func TestWhereAKeyIsKnownNothingUnsignedCounts(t *testing.T) {
	log := written(3)
	c := NewCentre(signing(keyring{"NODE1": publicOf(1)}), CentreState{Key: publicOf(1)})
	for i, bad := range []*wire.Signer{nil, up(2), down(1), wire.NewSigner(wire.Topic{Tenant: "acme", Site: "s2", Dir: wire.Up}, keyOf(1))} {
		out := c.Step(noon, by(t, bad, wire.ChannelHello, hello1("n1", publicOf(1))))
		requireForged(t, out)
		require.Equal(t, wire.RejectSignature, said[*wire.Reject](t, out).Code, i)
	}
	first := by(t, up(1), wire.ChannelHello, hello1("n1", publicOf(1)))
	ch := said[*wire.ChallengeMsg](t, c.Step(noon, first))
	// The box's nonce in another's mouth does not end its handshake.
	out := c.Step(noon, by(t, nil, wire.ChannelHello, hello1("n1", nil)))
	requireForged(t, out)
	require.Len(t, out, 1)
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", Head: 3, HeadHash: log.hashes[3], First: 1, Mode: wire.ModeNormal}
	for _, bad := range []*wire.Signer{nil, up(2)} {
		out := c.Step(noon, by(t, bad, wire.ChannelHello, h2))
		requireForged(t, out)
		require.Len(t, out, 1)
	}
	proof := by(t, up(1), wire.ChannelHello, h2)
	a := only[Adopt](t, c.Step(noon, proof))
	require.Nil(t, a.Key, "it is known")
	w := said[*wire.Welcome](t, c.Step(noon, Adopted{}))
	batch := &wire.Batch{Session: w.Session, Log: "LOG1", From: 1, Records: [][]byte{log.raws[0].Raw}}
	for _, bad := range []*wire.Signer{nil, up(2), down(1)} {
		out := c.Step(noon, framed(t, bad, batch))
		requireForged(t, out)
		requireForged(t, c.Step(noon, by(t, bad, wire.ChannelAck, &wire.Ack{Session: w.Session, Applied: 77, Window: 1})))
		requireForged(t, c.Step(noon, by(t, bad, wire.ChannelAck, &wire.NoSession{Session: w.Session})))
		require.True(t, c.View().Open)
	}
	require.Len(t, only[Apply](t, c.Step(noon, framed(t, up(1), batch))).Records, 1)
	c.Step(noon, Applied{UpTo: 1, Pos: 1})

	// What was said is said again.
	require.Equal(t, "an answer to another challenge", only[Dropped](t, c.Step(noon, proof)).Why)
	out = c.Step(noon, framed(t, up(1), batch))
	requireNone[Apply](t, out)
	again := said[*wire.ChallengeMsg](t, c.Step(noon, first))
	require.NotEqual(t, ch.Chal, again.Chal)
	require.Equal(t, "an answer to another challenge", only[Dropped](t, c.Step(noon, proof)).Why)
	require.True(t, c.View().Open, "the session stands")
	only[Closed](t, c.Step(noon, by(t, up(1), wire.ChannelAck, &wire.NoSession{Session: w.Session})))
	require.Equal(t, "another session", only[Dropped](t, c.Step(noon, framed(t, up(1), batch))).Why)
}

// A box nobody enrolled with a key says it with its first hello, and proves that it has it. It is kept with the session.
func TestTheFirstKeyIsKept(t *testing.T) {
	c := NewCentre(signing(keyring{}), CentreState{Node: "NODE1", Epoch: 1})
	for _, bad := range []*wire.Signer{nil, up(2)} {
		requireForged(t, c.Step(noon, by(t, bad, wire.ChannelHello, hello1("n1", publicOf(1)))))
	}
	ch := said[*wire.ChallengeMsg](t, c.Step(noon, by(t, up(1), wire.ChannelHello, hello1("n1", publicOf(1)))))
	h2 := &wire.Hello2{Nonce: "n1", Chal: ch.Chal, Log: "LOG1", First: 1, Mode: wire.ModeNormal}
	requireForged(t, c.Step(noon, by(t, nil, wire.ChannelHello, h2)))
	require.Equal(t, publicOf(1), only[Adopt](t, c.Step(noon, by(t, up(1), wire.ChannelHello, h2))).Key)
	w := said[*wire.Welcome](t, c.Step(noon, Adopted{}))
	requireForged(t, c.Step(noon, framed(t, nil, &wire.Batch{Session: w.Session, Log: "LOG1", From: 1})))
}

// A key that is known stands, whatever a hello says of another one or of none.
func TestAKeyThatIsKnownIsKept(t *testing.T) {
	c := NewCentre(signing(keyring{"NODE1": publicOf(1)}), CentreState{Node: "NODE1", Epoch: 1, Key: publicOf(1)})
	out := c.Step(noon, by(t, up(2), wire.ChannelHello, hello1("n1", publicOf(2))))
	require.Equal(t, wire.RejectSignature, said[*wire.Reject](t, out).Code)
	requireForged(t, c.Step(noon, by(t, nil, wire.ChannelHello, hello1("n2", nil))))
	// An operator's enrolment says another one; or none: the box is of a version that signs nothing.
	said[*wire.ChallengeMsg](t, c.Step(noon, by(t, up(1), wire.ChannelHello, hello1("n3", publicOf(1)))))
	c.Step(noon, Keyed{Node: "NODE1", Key: publicOf(2)})
	require.Equal(t, "an answer to another challenge", only[Dropped](t, c.Step(noon, by(t, up(1), wire.ChannelHello, &wire.Hello2{Nonce: "n3", Chal: "chalb", Log: "LOG1", First: 1, Mode: wire.ModeNormal}))).Why)
	c.cfg.KeyOf = keyring{}.of
	c.Step(noon, Keyed{Node: "NODE1"})
	said[*wire.ChallengeMsg](t, c.Step(noon, by(t, nil, wire.ChannelHello, hello1("n4", nil))))
	// A store that is ill is no word that there is no key.
	c.cfg.KeyOf = func(wire.NodeID) (ed25519.PublicKey, error) { return nil, errors.New("disk") }
	require.Equal(t, TroubleLog, only[Trouble](t, c.Step(noon, by(t, nil, wire.ChannelHello, hello1("n5", nil)))).Code)
}

// What a replaced box hands over is checked by its own key, not by its successor's; one that never said a key hands over as before.
func TestAReplacedBoxIsKnownByItsOwnKey(t *testing.T) {
	log := written(2)
	for _, c := range []struct {
		name  string
		known keyring
		old   *wire.Signer
		bad   []*wire.Signer
	}{
		{"with a key", keyring{"NODE1": publicOf(1), "NODE2": publicOf(2)}, up(1), []*wire.Signer{nil, up(2), up(3)}},
		{"said now", keyring{"NODE2": publicOf(2)}, up(1), []*wire.Signer{nil, up(2)}},
		{"without", keyring{"NODE2": publicOf(2)}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := NewCentre(signing(c.known), CentreState{Node: "NODE2", Epoch: 2, Key: publicOf(2)})
			fenced := by(t, c.old, wire.ChannelHello, hello1("n1", c.old.Public()))
			require.Equal(t, wire.RejectFenced, said[*wire.Reject](t, e.Step(noon, fenced)).Code)
			offer := &wire.Offer{Nonce: "n1", Node: "NODE1", Log: "LOG1", From: 1, Head: 2}
			for _, bad := range c.bad {
				requireForged(t, e.Step(noon, by(t, bad, wire.ChannelHello, offer)))
			}
			s := said[*wire.Salvage](t, e.Step(noon, by(t, c.old, wire.ChannelHello, offer)))
			b := &wire.Batch{Session: s.Session, Log: "LOG1", From: 1, Records: [][]byte{log.raws[0].Raw, log.raws[1].Raw}}
			for _, bad := range c.bad {
				requireNone[Salvaged](t, e.Step(noon, framed(t, bad, b)))
			}
			require.Len(t, only[Salvaged](t, e.Step(noon, framed(t, c.old, b))).Records, 2)
		})
	}
	// Nobody offers in the name of another box than the one that was refused.
	e := NewCentre(signing(keyring{}), CentreState{Node: "NODE2", Epoch: 2})
	e.Step(noon, by(t, nil, wire.ChannelHello, &wire.Hello1{Node: "NODE3", Nonce: "n1", Schema: wire.Schema{Min: 1, Max: 1}}))
	require.Equal(t, "an offer to another answer", only[Dropped](t, e.Step(noon, by(t, nil, wire.ChannelHello, &wire.Offer{Nonce: "n1", Node: "NODE1", Log: "LOG1", From: 1, Head: 2}))).Why)
}

// A key that one replaced box says changes nothing for another: neither for the one that hands over, nor for the one that offers.
func TestAReplacedBoxsNewKeyIsItsOwnAlone(t *testing.T) {
	log := written(2)
	e := NewCentre(signing(keyring{"NODE1": publicOf(1), "NODE2": publicOf(2), "NODE3": publicOf(3)}), CentreState{Node: "NODE2", Epoch: 2, Key: publicOf(2)})
	greets := func(n wire.Nonce, node wire.NodeID, key byte) {
		h := hello1(n, publicOf(key))
		h.Node = node
		require.Equal(t, wire.RejectFenced, said[*wire.Reject](t, e.Step(noon, by(t, up(key), wire.ChannelHello, h))).Code)
	}
	greets("n1", "NODE1", 1)
	s := said[*wire.Salvage](t, e.Step(noon, by(t, up(1), wire.ChannelHello, &wire.Offer{Nonce: "n1", Node: "NODE1", Log: "LOG1", From: 1, Head: 2})))
	greets("n2", "NODE3", 3)
	e.Step(noon, Keyed{Node: "NODE3", Key: publicOf(4)})
	b := &wire.Batch{Session: s.Session, Log: "LOG1", From: 1, Records: [][]byte{log.raws[0].Raw, log.raws[1].Raw}}
	requireNone[Salvaged](t, e.Step(noon, framed(t, up(4), b)))
	require.Len(t, only[Salvaged](t, e.Step(noon, framed(t, up(1), b))).Records, 2, "NODE1 hands over by its own key")
	e.Step(noon, Keyed{Node: "NODE1", Key: publicOf(5)})
	requireForged(t, e.Step(noon, by(t, up(5), wire.ChannelHello, &wire.Offer{Nonce: "n2", Node: "NODE3", Log: "LOG3", From: 1, Head: 2})))
}

// Once a site knows its centre's key, nothing counts in the centre's name that is not signed by it; a centre that signs is
// understood by a site that knows no key, which is one of before.
func TestASiteBelievesItsCentreAlone(t *testing.T) {
	var known ed25519.PublicKey
	s := NewSite(SiteConfig{Node: "NODE1", Tenant: "acme", Site: "s1", Key: keyOf(1), Centre: func() ed25519.PublicKey { return known },
		Log: written(2), Rand: half, Nonce: counter[wire.Nonce]("n")}, SiteState{})
	h1 := said[*wire.Hello1](t, s.Step(noon, LinkUp{}))
	require.Equal(t, publicOf(1), h1.Key)
	said[*wire.Hello2](t, s.Step(noon, by(t, down(9), wire.ChannelHello, &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c0", Gen: "GEN1"})))
	known = publicOf(9) // its certificate was renewed
	chal := &wire.ChallengeMsg{Nonce: h1.Nonce, Chal: "c1", Gen: "GEN1"}
	for _, bad := range []*wire.Signer{nil, down(8), up(9), wire.NewSigner(wire.Topic{Tenant: "acme", Site: "s2", Dir: wire.Down}, keyOf(9))} {
		requireForged(t, s.Step(noon, by(t, bad, wire.ChannelHello, chal)))
		requireForged(t, s.Step(noon, by(t, bad, wire.ChannelHello, &wire.Reject{Nonce: h1.Nonce, Code: wire.RejectFenced, Reason: "go"})))
	}
	out := s.Step(noon, by(t, down(9), wire.ChannelHello, chal))
	said[*wire.Hello2](t, out)
	require.NoError(t, wire.Verify(only[Publish](t, out).Payload, wire.ChannelHello, wire.NewChecker(wire.Topic{Tenant: "acme", Site: "s1", Dir: wire.Up}, publicOf(1))))
	welcome := by(t, down(9), wire.ChannelHello, &wire.Welcome{Nonce: h1.Nonce, Session: "sess1", Log: "LOG1", Gen: "GEN1", D: wire.FeedMark{Lineage: 1}, Window: 16, Schema: 1})
	s.Step(noon, welcome)
	require.True(t, s.View().Open)
	feed := newLog("1")
	feed.append("f1/0", "picket.test.v1")
	batch := &wire.Batch{Session: "sess1", Log: "1", From: 1, Records: [][]byte{feed.raws[0].Raw}}
	for _, bad := range []*wire.Signer{nil, down(8)} {
		requireForged(t, s.Step(noon, framed(t, bad, batch)))
		requireForged(t, s.Step(noon, by(t, bad, wire.ChannelAck, &wire.Ack{Session: "sess1", Applied: 77, Window: 1})))
		requireForged(t, s.Step(noon, by(t, bad, wire.ChannelAck, &wire.NoSession{Session: "sess1"})))
		require.True(t, s.View().Open)
	}
	only[Apply](t, s.Step(noon, framed(t, down(9), batch)))
	require.Equal(t, "an answer to another hello", only[Dropped](t, s.Step(noon, welcome)).Why, "a replay gains nothing")
}

// TestABoxLearntOfBehindARestoreIsNotTakenByTheKeyItSays: a centre that was put back has forgotten a replaced box and its key. Somebody
// names the box, and whoever has rights on the site's topics may be first to speak in its name: with a key of their own, or with none.
// Nothing of it is taken from the line; by hand it is. Where its key is known, or the site's boxes sign nothing, the line will do.
func TestABoxLearntOfBehindARestoreIsNotTakenByTheKeyItSays(t *testing.T) {
	offer := func(c *Centre, s *wire.Signer, key ed25519.PublicKey) []Effect {
		t.Helper()
		m := hello1("n1", key)
		m.Node = "LOST"
		require.Equal(t, wire.RejectFenced, said[*wire.Reject](t, c.Step(noon, by(t, s, wire.ChannelHello, m))).Code)
		return c.Step(noon, by(t, s, wire.ChannelHello, &wire.Offer{Nonce: "n1", Node: "LOST", Log: "LOG9", From: 1, Head: 3}))
	}
	centre := func(k keyring, late bool) *Centre {
		cfg := signing(k)
		cfg.Late = func(n wire.NodeID) bool { return late && n == "LOST" }
		return NewCentre(cfg, CentreState{Node: "NODE1", Epoch: 3, Key: k["NODE1"]})
	}
	for name, key := range map[string]ed25519.PublicKey{"a key of its own": publicOf(7), "none": nil} {
		t.Run(name, func(t *testing.T) {
			signer := up(7)
			if key == nil {
				signer = nil
			}
			c := centre(keyring{"NODE1": publicOf(1)}, true)
			out := offer(c, signer, key)
			requireNone[Salvaged](t, out)
			require.Contains(t, said[*wire.Reject](t, out).Reason, "by hand")
			require.True(t, only[Dropped](t, out).Unproven, "people are told")
			only[Salvaged](t, c.Step(noon, HandIn{Node: "LOST", Log: "LOG9"}))

			said[*wire.Salvage](t, offer(centre(keyring{"NODE1": publicOf(1)}, false), signer, key)) // replaced here, before it signed
			said[*wire.Salvage](t, offer(centre(keyring{}, true), signer, key))
		})
	}
	said[*wire.Salvage](t, offer(centre(keyring{"NODE1": publicOf(1), "LOST": publicOf(7)}, true), up(7), publicOf(7)))
}
