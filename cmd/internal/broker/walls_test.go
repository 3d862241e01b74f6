package broker_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/broker"
	"picket/cmd/internal/pki"
	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/wire"
)

// town is a company's authority and the boxes it certified.
type town struct {
	t     *testing.T
	dir   string
	a     *pki.Authority
	boxes map[string]*tls.Config
}

func newTown(t *testing.T) *town {
	w := &town{t: t, dir: filepath.Join(t.TempDir(), "line"), boxes: map[string]*tls.Config{}}
	_, err := pki.Create(w.dir, "demo", func() time.Time { return time.Now().AddDate(0, 0, -90) })
	require.NoError(t, err)
	a, err := pki.Open(w.dir, time.Now)
	require.NoError(t, err)
	w.a = a
	_, err = a.Serve([]string{"127.0.0.1"})
	require.NoError(t, err)
	return w
}

// box is certified as a box in the field is, at some time.
func (w *town) box(site string, now func() time.Time) *tls.Config {
	a, err := pki.Open(w.dir, now)
	require.NoError(w.t, err)
	srv := httptest.NewServer(a.Handler(slog.New(slog.NewTextHandler(io.Discard, nil))))
	defer srv.Close()
	code, _, err := a.Certify(site)
	require.NoError(w.t, err)
	dir := w.t.TempDir()
	_, err = pki.Enrol(w.t.Context(), dir, srv.URL, site, "BOX-"+site, nil, code, now())
	require.NoError(w.t, err)
	return w.conf(filepath.Join(dir, pki.BoxFile))
}

func (w *town) conf(file string) *tls.Config {
	pair, err := tls.LoadX509KeyPair(file, file)
	require.NoError(w.t, err)
	pool := x509.NewCertPool()
	require.True(w.t, pool.AppendCertsFromPEM(w.a.Root()))
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, Certificates: []tls.Certificate{pair}}
}

func (w *town) TLS(name string) *tls.Config {
	if name == pki.Centre {
		return w.conf(filepath.Join(w.dir, pki.CentreFile))
	}
	if w.boxes[name] == nil {
		w.boxes[name] = w.box(name, time.Now)
	}
	return w.boxes[name].Clone()
}

// bad are those who must not get in. The list of what was taken back must be written before the broker reads it.
func (w *town) bad() map[string]*tls.Config {
	old := w.TLS("a")
	old.MaxVersion = tls.VersionTLS12
	none := w.TLS("a")
	none.Certificates = nil
	stranger := w.TLS("a")
	stranger.Certificates = newTown(w.t).TLS("a").Certificates
	server := w.conf(filepath.Join(w.dir, pki.BrokerFile))
	out := map[string]*tls.Config{
		"TLS 1.2": old, "no certificate": none, "no TLS": nil, "another authority": stranger, "a server's certificate": server,
		"an ended certificate": w.box("a", func() time.Time { return time.Now().AddDate(0, 0, -40) }),
		"a revoked one":        w.TLS("robbed"),
	}
	_, err := w.a.Revoke("robbed")
	require.NoError(w.t, err)
	return out
}

// deployed starts Mosquitto with exactly the files of deploy/, their paths put in.
func deployed(t *testing.T, w *town) *linktest.Mosquitto {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", "..", "deploy", name))
		require.NoError(t, err)
		return string(text)
	}
	require.NoError(t, os.WriteFile(filepath.Join(w.dir, "mosquitto.acl"), []byte(read("mosquitto.acl")), 0o600))
	return linktest.NewMosquittoFrom(t, func(port int) string {
		text := strings.ReplaceAll(read("mosquitto-tls.conf"), "/etc/picket/line", w.dir)
		require.Contains(t, text, "listener 8883\n")
		return strings.Replace(text, "listener 8883\n", fmt.Sprintf("listener %d 127.0.0.1\nuser root\n", port), 1)
	})
}

type mosquitto struct {
	*town
	*linktest.Mosquitto
	refused map[string]*tls.Config
}

func (m mosquitto) Bad() map[string]*tls.Config { return m.refused }

func TestMosquittoAsDeployedKeepsTheSitesApart(t *testing.T) {
	linktest.Walls(t, "demo", func(t *testing.T) linktest.Castle {
		w := newTown(t)
		refused := w.bad()
		return mosquitto{w, deployed(t, w), refused}
	})
}

func TestNoSiteTakesMosquittoAsDeployedFromTheOthers(t *testing.T) {
	linktest.Flood(t, "demo", func(t *testing.T) linktest.Castle {
		w := newTown(t)
		return mosquitto{w, deployed(t, w), nil}
	})
}

func TestNoSiteTakesTheOwnBrokerFromTheOthers(t *testing.T) {
	linktest.Flood(t, "demo", func(t *testing.T) linktest.Castle {
		w := newTown(t)
		return ownCastle{w, newOwn(t, secret(w)), nil}
	})
}

// own is the broker of this package in the test's process.
type own struct {
	t    *testing.T
	addr string
	conf broker.Config
	stop func()
	net  linktest.Lines
}

func newOwn(t *testing.T, secret *broker.Secret) *own {
	o := &own{t: t, conf: broker.Config{Listen: "127.0.0.1:0", Secret: secret}}
	o.Start()
	o.conf.Listen = o.addr
	t.Cleanup(o.Stop)
	return o
}

func (o *own) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	up, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- broker.Run(ctx, o.conf, func(addr string) { up <- addr }) }()
	o.stop = func() { cancel(); require.NoError(o.t, <-done) }
	select {
	case o.addr = <-up:
	case err := <-done:
		require.NoError(o.t, err)
	}
}

func (o *own) Stop() {
	if o.stop != nil {
		o.stop()
		o.stop = nil
	}
}

func (o *own) Address() string { return o.addr }

func (o *own) Drop(clientID string) { o.net.Drop(clientID) }

func (o *own) Connect(t *testing.T, clientID string, filters []string, will *link.Message) link.Link {
	return o.net.Connect(t, link.Config{Broker: "tcp://" + o.addr, ClientID: clientID, Filters: filters, Will: will})
}

type ownCastle struct {
	*town
	*own
	refused map[string]*tls.Config
}

func (c ownCastle) Bad() map[string]*tls.Config { return c.refused }

func secret(w *town) *broker.Secret {
	in := func(name string) string { return filepath.Join(w.dir, name) }
	return &broker.Secret{Tenant: "demo", Root: in(pki.RootFile), Own: in(pki.BrokerFile), List: in(pki.ListFile), Centre: pki.Centre}
}

func TestOwnBrokerKeepsTheSitesApart(t *testing.T) {
	linktest.Walls(t, "demo", func(t *testing.T) linktest.Castle {
		w := newTown(t)
		refused := w.bad()
		return ownCastle{w, newOwn(t, secret(w)), refused}
	})
}

func TestOwnBrokerIsALinkLikeAllOthers(t *testing.T) {
	linktest.Run(t, func(t *testing.T) linktest.Rig { return newOwn(t, nil) })
}

func TestOwnBrokerSaysWhichFileIsMissing(t *testing.T) {
	w := newTown(t)
	for _, name := range []string{pki.ListFile, pki.BrokerFile, pki.RootFile} {
		require.NoError(t, os.Remove(filepath.Join(w.dir, name)))
		err := broker.Run(t.Context(), broker.Config{Listen: "127.0.0.1:0", Secret: secret(w)}, nil)
		require.ErrorContains(t, err, name)
	}
}

func TestOwnBrokerKnowsAtOnceWhoWasTakenBack(t *testing.T) {
	w := newTown(t)
	o := newOwn(t, secret(w))
	try := func() error {
		c, err := tls.Dial("tcp", o.Address(), w.TLS("a"))
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		return linktest.NewRaw(c).Hello("a_box", "")
	}
	require.NoError(t, try())
	_, err := w.a.Revoke("a")
	require.NoError(t, err)
	require.Error(t, try())
	w.boxes["a"] = w.box("a", time.Now)
	require.NoError(t, try())
}

func TestOwnBrokerThrowsOutWhoWasTakenBack(t *testing.T) {
	w := newTown(t)
	conf := secret(w)
	o := &own{t: t, conf: broker.Config{Listen: "127.0.0.1:0", Secret: conf, Look: 10 * time.Millisecond}}
	o.Start()
	t.Cleanup(o.Stop)
	l := o.net.Connect(t, link.Config{Broker: "tls://" + o.addr, ClientID: "a_box", TLS: w.TLS("a")})
	linktest.Next(t, l, link.Up)
	_, err := w.a.Revoke("a")
	require.NoError(t, err)
	linktest.Next(t, l, link.Down)
}

func TestNoSiteThrowsAnotherOutByItsClientID(t *testing.T) {
	w := newTown(t)
	o := newOwn(t, secret(w))
	hello := func(site string) (*linktest.Raw, error) {
		c, err := tls.Dial("tcp", o.Address(), w.TLS(site))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		r := linktest.NewRaw(c)
		return r, r.Hello("centre_demo", "")
	}
	centre, err := hello("centre")
	require.NoError(t, err)
	_, err = hello("a")
	require.ErrorContains(t, err, "refused the connection: 2")
	_, err = centre.Heard()
	require.NoError(t, err, "the centre is still there")
	_, err = hello("centre")
	require.NoError(t, err, "but its own next connection takes its place")
}

func TestMosquittoLearnsWhoWasTakenBackWithoutARestart(t *testing.T) {
	w := newTown(t)
	m := deployed(t, w)
	conf := w.TLS("a")
	try := func() error {
		c, err := tls.Dial("tcp", m.Address(), conf)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		return linktest.NewRaw(c).Hello("a_box", "")
	}
	require.NoError(t, try())
	_, err := w.a.Revoke("a")
	require.NoError(t, err)
	m.Reread()
	require.Eventually(t, func() bool { return try() != nil }, 60*time.Second, 20*time.Millisecond)
	conf = w.box("a", time.Now) // the box that takes its place
	require.NoError(t, try())
}

// A site may write below a topic of its own. What it asks to be retained there would fill the centre's memory, and leave no
// place for the presence of others: presence alone is kept.
func TestOwnBrokerRetainsPresenceAlone(t *testing.T) {
	w := newTown(t)
	o := newOwn(t, secret(w))
	enter := func(name string) *linktest.Raw {
		c, err := tls.Dial("tcp", o.Address(), w.TLS(name))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		r := linktest.NewRaw(c)
		require.NoError(t, r.Hello(name+"_box", ""))
		return r
	}
	site := func(id wire.SiteID, ch wire.Channel) string {
		return wire.Topic{Tenant: "demo", Site: id, Dir: wire.Up, Channel: ch}.String()
	}
	a, centre := enter("a"), enter("centre")
	up := site("a", wire.ChannelState)
	for _, topic := range []string{site("a", wire.ChannelLog), site("a", wire.ChannelHello), up + "/1", "picket/1/demo/zz/a/u/state", "picket/1/demo/" + wire.SiteID("a").Shard() + "/a/u/x"} {
		require.NoError(t, a.Say(topic, "for ever", true))
	}
	require.NoError(t, a.Say(up, strings.Repeat("x", 64<<10), true))
	require.NoError(t, a.Say(up, "here", true))
	require.NoError(t, centre.Say(wire.CentreState("demo"), "here, too", true))
	for _, r := range []*linktest.Raw{a, centre} { // all that was said has arrived
		_, err := r.Heard()
		require.NoError(t, err)
	}
	kept := func(name, filter string) map[string]string {
		r := enter(name)
		code, err := r.Ask(filter)
		require.NoError(t, err)
		require.NotEqual(t, byte(0x80), code)
		heard, err := r.Heard()
		require.NoError(t, err)
		out := map[string]string{}
		for _, p := range heard {
			topic, text := p.Message()
			out[topic] = text
		}
		return out
	}
	require.Equal(t, map[string]string{up: "here"}, kept("centre", "picket/1/demo/+/+/u/#"))
	require.Equal(t, map[string]string{wire.CentreState("demo"): "here, too"}, kept("a", wire.CentreState("demo")))
}
