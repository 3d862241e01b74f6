package oms_test

import (
	"bytes"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

func keyNo(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)) }

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// signs makes a box sign, and check its centre, from here on.
func signs(w *omstest.World, s *omstest.Site, key ed25519.PrivateKey) {
	s.Key, s.Centre = key, public(w.Key)
	w.RebootSite(s)
}

// signed is a world in which everybody signs, and somebody else reads all that is said and says what he likes: the broker
// keeps no list of rights.
func signed(t *testing.T, seed uint64, sites ...floor.SiteID) *omstest.World {
	w := world(t, seed, memory(t), quiet, sites...)
	w.Net.Attach(w.Now, "somebody")
	w.Key = keyNo(99)
	require.NoError(t, w.Restart(ctx))
	for i, s := range w.Sites {
		signs(w, s, keyNo(byte(i+1)))
		require.NoError(t, w.Opening(s, 10))
	}
	run(t, w, 10*time.Second)
	return w
}

func topicOf(site floor.SiteID, dir wire.Direction, ch wire.Channel) wire.Topic {
	return wire.Topic{Tenant: "t", Site: wire.SiteID(site), Dir: dir, Channel: ch}
}

// forge says a batch in a site's name, in its present session, and whatever record it holds.
func forge(t *testing.T, w *omstest.World, s *omstest.Site, key ed25519.PrivateKey) {
	v := s.Engine.View()
	at := s.Head()
	raw := []byte(`{"specversion":"1.0","id":"forged/0","source":"/t/t/s/` + string(s.ID) + `/n/x","type":"picket.stock.adjusted.v1","seq":` + strconv.FormatUint(uint64(at.Seq+1), 10) + `,"data":{}}`)
	b := &wire.Batch{Session: v.Session, Log: at.Log, From: at.Seq + 1, Prev: at.Hash, Records: [][]byte{raw}}
	payload, err := new(wire.Codec).Frame(b, wire.NewSigner(topicOf(s.ID, wire.Up, ""), key))
	require.NoError(t, err)
	w.Net.Send(w.Now, "somebody", topicOf(s.ID, wire.Up, wire.ChannelLog).String(), payload, false)
	run(t, w, time.Second)
}

func facts(t *testing.T, w *omstest.World, site floor.SiteID) wire.Pos {
	m, err := w.Centre.Clerk.Mark(ctx, site)
	require.NoError(t, err)
	return m.Pos
}

func inLine(w *omstest.World, s *omstest.Site) bool {
	st, _ := w.Centre.Hub.Status(s.ID)
	return s.Engine.View().Open && !st.Since.IsZero()
}

func healthOf(w *omstest.World) string {
	r := httptest.NewRequest(http.MethodGet, "http://localhost/api/sites", nil)
	r.RemoteAddr = "127.0.0.1:1"
	rec := httptest.NewRecorder()
	w.Centre.Handler.ServeHTTP(rec, r)
	return rec.Body.String()
}

// Who may write on another site's topics says what he likes in its name, with the session that he has read: it is dropped,
// counted and told, and stops neither end. So is what he says in the centre's name.
func TestNobodySpeaksInASitesName(t *testing.T) {
	w := signed(t, 71, "s1", "s2")
	s := w.Sites[0]
	require.True(t, inLine(w, s))
	had := facts(t, w, "s1")
	require.NotContains(t, healthOf(w), "signature")
	for _, key := range []ed25519.PrivateKey{nil, keyNo(2)} { // the second site's own, too
		forge(t, w, s, key)
	}
	st, _ := w.Centre.Hub.Status("s1")
	require.Equal(t, uint64(2), st.Forged)
	require.Equal(t, had, facts(t, w, "s1"))
	require.Contains(t, healthOf(w), `"signature"`)

	end, err := wire.Encode(&wire.NoSession{Session: s.Engine.View().Session})
	require.NoError(t, err)
	session := s.Engine.View().Session
	for _, dir := range []wire.Direction{wire.Up, wire.Down} {
		w.Net.Send(w.Now, "somebody", topicOf("s1", dir, wire.ChannelAck).String(), end, false)
	}
	run(t, w, time.Second)
	require.Equal(t, session, s.Engine.View().Session, "the session stands at both ends")
	require.True(t, inLine(w, s))

	require.NoError(t, w.Opening(s, 1))
	w.Wake(s)
	run(t, w, time.Second)
	require.Greater(t, facts(t, w, "s1"), had, "the site itself goes on")
}

// A site is not heard by what somebody else says in its name: it does not count as connected, and its stock not as known, its
// clock is not read there, and what cannot be checked is no better than what is wrong.
func TestASiteIsNotHeardByWhatOthersSay(t *testing.T) {
	w := signed(t, 75, "s1")
	s := w.Sites[0]
	w.Unplug(s)
	run(t, w, 10*time.Minute)
	was, _ := w.Centre.Hub.Status("s1")
	require.False(t, was.Connected(w.Now))
	h1 := &wire.Hello1{Node: s.Node, Epoch: 9, Nonce: "n1", Schema: wire.Schema{Min: 1, Max: 1}, T: w.Now.Add(-time.Hour)}
	for name, m := range map[string]wire.Message{
		"hello1": h1,
		"hello2": &wire.Hello2{Nonce: "n1", Chal: "c1", Log: "LOG1", First: 1, Mode: wire.ModeNormal},
		"offer":  &wire.Offer{Nonce: "n1", Node: s.Node, Log: "LOG1", From: 1, Head: 2},
		"ack":    &wire.Ack{Session: "old", Window: 1},
	} {
		payload, err := wire.Encode(m)
		require.NoError(t, err, name)
		ch := wire.ChannelHello
		if name == "ack" {
			ch = wire.ChannelAck
		}
		w.Net.Send(w.Now, "somebody", topicOf("s1", wire.Up, ch).String(), payload, false)
	}
	for _, ch := range []wire.Channel{wire.ChannelHello, wire.ChannelLog, wire.ChannelAck} {
		w.Net.Send(w.Now, "somebody", topicOf("s1", wire.Up, ch).String(), []byte("nonsense"), false)
	}
	run(t, w, time.Second)
	st, _ := w.Centre.Hub.Status("s1")
	require.Equal(t, was.Dropped+7, st.Dropped, "all of it came")
	require.Equal(t, was.LastHeard, st.LastHeard)
	require.Equal(t, was.Skew, st.Skew)
	require.NotContains(t, healthOf(w), `"clock"`)
	w.Plug(s)
	run(t, w, 2*time.Minute)
	st, _ = w.Centre.Hub.Status("s1")
	require.True(t, st.Connected(w.Now))
}

// A box that signed once is never again believed without; nor by another key; an operator's code lets it in anew. A site that
// never signed goes on, and so does one whose centre began to sign.
func TestASignedBoxDoesNotComeBackUnsigned(t *testing.T) {
	w := signed(t, 72, "s1", "s2")
	s, plain := w.Sites[0], w.Sites[1]
	for _, key := range []ed25519.PrivateKey{nil, keyNo(7)} {
		s.Key = key
		w.RebootSite(s)
		run(t, w, 3*time.Minute)
		require.False(t, inLine(w, s))
		known, err := w.Centre.Clerk.KeyOf(ctx, "s1", s.Node)
		require.NoError(t, err)
		require.Equal(t, public(keyNo(1)), known, "no hello resets it")
	}
	require.NoError(t, w.Centre.Clerk.Keyed(ctx, "s1", s.Node, public(keyNo(7)), false))
	run(t, w, 3*time.Minute)
	require.False(t, inLine(w, s), "a renewal says a key only where none is known")
	require.NoError(t, w.Centre.Clerk.Keyed(ctx, "s1", s.Node, public(keyNo(7)), true))
	run(t, w, 3*time.Minute)
	require.True(t, inLine(w, s), "its enrolment with a code")
	require.NoError(t, w.Centre.Clerk.Keyed(ctx, "s1", s.Node, nil, true))
	s.Key = nil
	w.RebootSite(s)
	run(t, w, 3*time.Minute)
	require.True(t, inLine(w, s), "it went back to a version that signs nothing, and was let in as such")

	old := w.Add("s3")
	require.NoError(t, omstest.SetUp(ctx, w.Centre.Clerk, "s3"))
	run(t, w, 3*time.Minute)
	require.True(t, inLine(w, old))
	forgedBefore, _ := w.Centre.Hub.Status("s2")
	w.Key = nil // a centre of before takes the place of this one; a site that knows no key of it goes on
	plain.Centre = nil
	require.NoError(t, w.Restart(ctx))
	run(t, w, 3*time.Minute)
	require.True(t, inLine(w, plain))
	require.Zero(t, forgedBefore.Forged)
}

// A new box has a new key. What the old one still held is taken over by its own key, and from nobody else in its name.
func TestAReplacedBoxHandsOverByItsOwnKey(t *testing.T) {
	w := signed(t, 73, "s1")
	w.Unplug(w.Sites[0])
	require.NoError(t, w.Opening(w.Sites[0], 5)) // nobody heard of it
	old := w.Sites[0]
	box, err := w.Replace(ctx, 0)
	require.NoError(t, err)
	run(t, w, time.Minute)
	require.True(t, inLine(w, box))
	had := facts(t, w, "s1")

	key := old.Key
	for _, bad := range []ed25519.PrivateKey{nil, keyNo(9)} {
		old.Key = bad
		w.RebootSite(old)
		run(t, w, 2*time.Minute)
		require.Equal(t, had, facts(t, w, "s1"))
		require.Zero(t, old.Handed)
		w.Unplug(old)
	}
	old.Key = key
	w.RebootSite(old)
	run(t, w, 2*time.Minute)
	require.Greater(t, facts(t, w, "s1"), had)
	require.NotZero(t, old.Handed)
	require.Equal(t, wire.ModeSalvage, old.Engine.View().Mode)
	require.True(t, inLine(w, box))
}

// A centre that was put back to a copy knows the keys that the copy knows. Behind one from before a key was said it is said
// with the next hello, and then stands again.
func TestACentreThatWasPutBackKnowsItsBoxes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "oms.db")
	st, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	w := world(t, 74, st, quiet, "s1")
	run(t, w, 5*time.Second)
	copied := func(name string) {
		require.NoError(t, st.Close())
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), body, 0o600))
		st, err = sqlite.Open(ctx, path)
		require.NoError(t, err)
		w.Store = st
		require.NoError(t, w.Restart(ctx))
	}
	copied("before")
	w.Key = keyNo(99)
	require.NoError(t, w.Restart(ctx))
	s := w.Sites[0]
	signs(w, s, keyNo(1))
	require.NoError(t, w.Opening(s, 10))
	run(t, w, time.Minute)
	copied("after")
	require.NoError(t, st.Close())
	for _, name := range []string{"after", "before"} {
		st, err := sqlite.Open(ctx, filepath.Join(dir, name))
		require.NoError(t, err)
		w.Store = st
		require.NoError(t, w.Restart(ctx))
		_, err = w.Centre.Clerk.Restored(ctx, w.Now, "by hand")
		require.NoError(t, err)
		if name == "after" {
			s.Key = nil
			w.RebootSite(s)
			run(t, w, 3*time.Minute)
			require.False(t, inLine(w, s), "an older copy forgot nothing that it had")
			s.Key = keyNo(1)
			w.RebootSite(s)
		}
		run(t, w, 3*time.Minute)
		require.True(t, inLine(w, s), name)
		known, err := w.Centre.Clerk.KeyOf(ctx, "s1", s.Node)
		require.NoError(t, err)
		require.Equal(t, public(keyNo(1)), known)
		w.Unplug(s)
		require.NoError(t, st.Close())
		w.Plug(s)
	}
}
