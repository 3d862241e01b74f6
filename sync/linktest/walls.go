package linktest

import (
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/wire"
)

// Castle is a broker that knows its clients by their certificates.
type Castle interface {
	Address() string
	// TLS is what a site, or the centre, connects with.
	TLS(name string) *tls.Config
	// Bad are those who must not get in, by what is wrong with them.
	Bad() map[string]*tls.Config
}

// Walls is what a broker between many sites passes: none hears or speaks for another, and who is not certified is
// nobody.
func Walls(t *testing.T, tenant wire.Tenant, castle func(t *testing.T) Castle) {
	topic := func(site wire.SiteID, dir wire.Direction, ch wire.Channel) string {
		return wire.Topic{Tenant: tenant, Site: site, Dir: dir, Channel: ch}.String()
	}
	all := func(site wire.SiteID, dir wire.Direction) string {
		return "picket/1/" + string(tenant) + "/" + site.Shard() + "/" + string(site) + "/" + string(dir) + "/#"
	}
	n := 0
	connect := func(t *testing.T, c Castle, name string, filters []string) link.Link {
		n++
		l, err := link.Dial(link.Config{Broker: "tls://" + c.Address(), ClientID: fmt.Sprintf("%s_box%d", name, n), Filters: filters, TLS: c.TLS(name), Rand: rand.Float64, RetryMin: 20 * time.Millisecond})
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		Next(t, l, link.Up)
		return l
	}
	raw := func(t *testing.T, c Castle, name, id, will string) (*Raw, error) {
		r, err := dialRaw(t, c.Address(), c.TLS(name))
		if err == nil {
			err = r.Hello(id, will)
		}
		return r, err
	}
	hears := func(t *testing.T, l link.Link, want string) {
		t.Helper()
		require.Equal(t, want, string(Next(t, l, link.Received).Message.Payload))
	}

	t.Run("a site hears its own alone", func(t *testing.T) {
		c := castle(t)
		centre := connect(t, c, "centre", wire.CentreFilters(tenant))
		b := connect(t, c, "b", wire.SiteFilters(tenant, "b"))
		greedy := []string{"#", "+/#", "$SYS/#", "picket/#", "picket/1/#", all("b", "d"), all("b", "u"), all("a", "u"),
			"picket/1/" + string(tenant) + "/+/+/u/#", "picket/1/" + string(tenant) + "/+/+/d/#", topic("b", wire.Up, wire.ChannelState), "$MQTT/#", "+/+/+/+/+/+/+"}
		var ears []*Raw
		listen := func() {
			for i, f := range greedy {
				r, err := raw(t, c, "a", fmt.Sprintf("a_ear_%d_%d", i, len(ears)), "")
				require.NoError(t, err)
				if _, err := r.Ask(f); err == nil { // no, silence, or the end of the connection: all the same
					ears = append(ears, r)
				}
			}
		}
		listen()
		said := 0
		for _, ch := range []wire.Channel{wire.ChannelHello, wire.ChannelLog, wire.ChannelAck, wire.ChannelSnap} {
			require.NoError(t, b.Publish(topic("b", wire.Up, ch), []byte("b's secret"), false))
			hears(t, centre, "b's secret")
			require.NoError(t, centre.Publish(topic("b", wire.Down, ch), []byte("b's secret"), false))
			hears(t, b, "b's secret")
			said++
		}
		require.NoError(t, b.Publish(topic("b", wire.Up, wire.ChannelState), []byte("b's secret"), true))
		hears(t, centre, "b's secret")
		listen() // what is retained must not reach who comes late either
		require.Equal(t, 4, said)
		a := connect(t, c, "a", wire.SiteFilters(tenant, "a"))
		require.NoError(t, centre.Publish(topic("a", wire.Down, wire.ChannelLog), []byte("a's own"), false))
		hears(t, a, "a's own")
		for _, r := range ears {
			heard, err := r.Heard()
			if err != nil {
				continue // thrown out: hears nothing at all
			}
			for _, p := range heard {
				topic, payload := p.Message()
				require.Equal(t, "a's own", payload, "on %s", topic)
			}
		}
	})

	t.Run("a site speaks for itself alone", func(t *testing.T) {
		c := castle(t)
		state := wire.CentreState(tenant)
		centre := connect(t, c, "centre", wire.CentreFilters(tenant))
		require.NoError(t, centre.Publish(state, []byte("true"), true))
		a, b := connect(t, c, "a", wire.SiteFilters(tenant, "a")), connect(t, c, "b", wire.SiteFilters(tenant, "b"))
		hears(t, a, "true")
		hears(t, b, "true")
		forged := []string{state, topic("b", wire.Up, wire.ChannelState), topic("b", wire.Up, wire.ChannelLog), topic("b", wire.Up, wire.ChannelHello),
			topic("b", wire.Down, wire.ChannelLog), topic("a", wire.Down, wire.ChannelLog), topic("a", wire.Down, wire.ChannelAck),
			"picket/1/" + string(tenant) + "/00/a/x/u/log", "picket/1/other/00/b/u/log", "elsewhere", "$SYS/broker/uptime"}
		for i, f := range forged {
			for _, retained := range []bool{false, true} {
				r, err := raw(t, c, "a", fmt.Sprintf("a_mouth_%d_%t", i, retained), "")
				require.NoError(t, err)
				require.NoError(t, r.Say(f, "forged", retained))
				_, _ = r.Heard() // the broker has dealt with it, whatever it did
			}
			// By a last will, which the broker itself speaks.
			if r, err := raw(t, c, "a", fmt.Sprintf("a_ghost_%d", i), f); err == nil {
				_, _ = r.Heard()
				require.NoError(t, r.Close())
			}
		}
		require.NoError(t, a.Publish(topic("a", wire.Up, wire.ChannelLog), []byte("a's own"), false))
		hears(t, centre, "a's own") // and nothing before it
		require.NoError(t, centre.Publish(topic("a", wire.Down, wire.ChannelLog), []byte("for a"), false))
		require.NoError(t, centre.Publish(topic("b", wire.Down, wire.ChannelLog), []byte("for b"), false))
		hears(t, a, "for a")
		hears(t, b, "for b")
		// Nothing forged is retained for who comes late.
		late := connect(t, c, "b", wire.SiteFilters(tenant, "b"))
		hears(t, late, "true")
		second := connect(t, c, "centre", append(wire.CentreFilters(tenant), state))
		hears(t, second, "true")
		require.NoError(t, second.Publish(topic("b", wire.Down, wire.ChannelLog), []byte("the end"), false))
		hears(t, late, "the end")
	})

	t.Run("who is not certified is nobody", func(t *testing.T) {
		c := castle(t)
		for what, conf := range c.Bad() {
			r, err := dialRaw(t, c.Address(), conf)
			if err == nil {
				err = r.Hello("a_box", "")
			}
			require.Error(t, err, what)
		}
		_, err := raw(t, c, "a", "a_box", "")
		require.NoError(t, err)
		// Nor is a broker whose certificate is not ours a broker; and the reason is said.
		blind := c.TLS("a").Clone()
		blind.RootCAs = nil
		l, err := link.Dial(link.Config{Broker: "tls://" + c.Address(), ClientID: "a_box", TLS: blind, Rand: rand.Float64})
		require.NoError(t, err)
		require.ErrorContains(t, Next(t, l, link.Down).Err, "certificate")
		require.NoError(t, l.Close())
	})
}

func dialRaw(t *testing.T, addr string, conf *tls.Config) (*Raw, error) {
	c, err := net.DialTimeout("tcp", addr, patience)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	if conf == nil {
		return NewRaw(c), nil
	}
	conf = conf.Clone()
	conf.ServerName = "127.0.0.1"
	tc := tls.Client(c, conf)
	if err := tc.Handshake(); err != nil {
		return nil, err
	}
	return NewRaw(tc), nil
}
