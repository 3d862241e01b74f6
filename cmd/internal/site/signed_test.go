package site

import (
	"crypto/ed25519"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/pki"
	"picket/sync/link"
	"picket/sync/wire"
)

// overheard is the newest batch that a site said with records in it, to somebody who reads everything.
func overheard(t *testing.T, l link.Link, say func()) (topic string, b *wire.Batch) {
	said := false
	give := time.NewTimer(time.Minute)
	defer give.Stop()
	for {
		select {
		case ev, ok := <-l.Events():
			require.True(t, ok)
			if ev.Kind == link.Up && !said {
				said = true
				say()
			}
			at, err := wire.ParseTopic(ev.Message.Topic)
			if ev.Kind != link.Received || err != nil || at.Dir != wire.Up || at.Channel != wire.ChannelLog {
				continue
			}
			if b, err := new(wire.Codec).Open(ev.Message.Payload, nil); err == nil && len(b.Records) > 0 && strings.Contains(string(b.Records[len(b.Records)-1]), `"opening"`) {
				return ev.Message.Topic, b
			}
		case <-give.C:
			t.Fatal("nothing was said")
		}
	}
}

// At a broker that keeps no list of rights somebody reads a site's session and goes on in its name: the centre drops it and
// says so, and the site's own words count on. A box that lost its key is not believed either, and says why; a code lets it in.
func TestNobodySpeaksInASitesName(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	site := p.siteUp("north", "")
	p.shows(site+"/api/bins/A-1", "A-1")
	p.shows(site+"/api/items", `"OAT"`)

	l, err := link.Dial(link.Config{Broker: "tcp://" + p.mqtt, ClientID: "somebody", Filters: []string{"picket/1/demo/#"}, Rand: rand.Float64})
	require.NoError(t, err)
	defer l.Close()
	topic, b := overheard(t, l, func() {
		p.ok(site, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 20, "reason": "opening"})
	})
	p.eventually("the centre has everything", func() bool { return p.unsent(site) == 0 })
	prev := b.Prev
	for _, raw := range b.Records {
		prev = wire.Chain(prev, raw)
	}
	last := string(b.Records[len(b.Records)-1])
	g, err := wire.Peek([]byte(last))
	require.NoError(t, err)
	forged := &wire.Batch{Session: b.Session, Log: b.Log, From: b.Last() + 1, Prev: prev, Records: [][]byte{[]byte(strings.Replace(last, g.ID, "forged/0", 1))}}
	own, err := pki.OpenKey(filepath.Join(t.TempDir(), "node.key"), "another site's box")
	require.NoError(t, err)
	at, err := wire.ParseTopic(topic)
	require.NoError(t, err)
	for _, by := range []*wire.Signer{nil, wire.NewSigner(at, own)} {
		payload, err := new(wire.Codec).Frame(forged, by)
		require.NoError(t, err)
		require.NoError(t, l.Publish(topic, payload, false))
	}
	p.eventually("the centre says that somebody speaks in the site's name", func() bool {
		return strings.Contains(p.alarms(oms, "north")["signature"], "2 messages in the site's name")
	})
	p.ok(site, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})
	p.eventually("the site goes on", func() bool { return p.unsent(site) == 0 })
	p.shows(oms+"/api/stock?site=north", `"on_hand":19`) // what is acknowledged is folded a moment later

	dir := p.siteDir("north")
	st, err := os.Stat(filepath.Join(dir, "node.key"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), st.Mode().Perm())
	p.stop("north")
	require.NoError(t, os.Remove(filepath.Join(dir, "node.key")))
	site = p.siteUp("north", "")
	p.shows(site+"/api/site", "signature: ")
	p.stop("north")
	require.Empty(t, p.enrolled(oms, "north", dir), "nobody else held it")
	site = p.siteUp("north", "")
	p.ok(site, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": -1, "reason": "damaged"})
	p.eventually("it is in again", func() bool { return p.unsent(site) == 0 })

	// It was told the centre's key with the grant, and checks it.
	var held grant
	_, err = readFile(grantFile(dir), &held)
	require.NoError(t, err)
	key, err := pki.CentreKey(filepath.Join(p.dir, "oms", "line"))
	require.NoError(t, err)
	require.Equal(t, key.Public().(ed25519.PublicKey), ed25519.PublicKey(held.CentreKey))
}

// A centre of before takes no key with a code: the box takes the site all the same, and says its key with its hello once the
// centre is of this version.
func TestABoxTakesASiteOfACentreOfBefore(t *testing.T) {
	p := newParty(t)
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q map[string]any
		require.NoError(t, json.NewDecoder(r.Body).Decode(&q))
		asked++
		if q["key"] != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(`{"title":"Unprocessable Entity","status":422,"errors":[{"message":"unexpected property","location":"body.key"}]}`))
			return
		}
		_, _ = w.Write([]byte(`{"epoch":2,"secret":"s"}`))
	}))
	defer srv.Close()
	_, _, err := Replace(t.Context(), p.siteConfig("north", p.siteDir("north")), srv.URL, "CODE")
	require.NoError(t, err)
	require.Equal(t, 2, asked)
}

// What the settings say of the centre's key goes before a certificate and a grant.
func TestTheCentreKeyOfTheSettings(t *testing.T) {
	p := newParty(t)
	cfg := p.siteConfig("north", p.siteDir("north"))
	held := grant{CentreKey: make([]byte, 32)}
	c, err := openCentreKey(cfg, grant{})
	require.NoError(t, err)
	require.Nil(t, c.get(), "nobody said one: nothing is checked")
	c, err = openCentreKey(cfg, held)
	require.NoError(t, err)
	require.Equal(t, ed25519.PublicKey(held.CentreKey), c.get())
	cfg.Broker.CentreKey = pki.KeyText(append(make([]byte, 31), 1))
	require.NoError(t, cfg.Check())
	c, err = openCentreKey(cfg, held)
	require.NoError(t, err)
	require.NotEqual(t, ed25519.PublicKey(held.CentreKey), c.get())
	cfg.Broker.CentreKey = "abc"
	require.ErrorContains(t, cfg.Check(), "broker.centre_key")
}
