package linktest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/wire"
)

// Flood is what a broker passes that one site cannot take from the others: somebody with its certificate says all it may say as fast as
// it can, on several connections, while another site speaks with the centre, which takes its time with every message.
func Flood(t *testing.T, tenant wire.Tenant, castle func(t *testing.T) Castle) {
	up := func(site wire.SiteID) string {
		return wire.Topic{Tenant: tenant, Site: site, Dir: wire.Up, Channel: wire.ChannelLog}.String()
	}
	c := castle(t)
	conf := link.Config{Broker: "tls://" + c.Address(), ClientID: "centre_flood", Filters: wire.CentreFilters(tenant), TLS: c.TLS("centre"), Rand: rand.Float64,
		RetryMin: 20 * time.Millisecond, Mailbox: 4096, Sender: wire.SenderOf}
	centre, err := link.Dial(conf)
	require.NoError(t, err)
	t.Cleanup(func() { _ = centre.Close() })
	Next(t, centre, link.Up)
	b, err := link.Dial(link.Config{Broker: "tls://" + c.Address(), ClientID: "b_box", Filters: wire.SiteFilters(tenant, "b"), TLS: c.TLS("b"), Rand: rand.Float64, RetryMin: 20 * time.Millisecond})
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	Next(t, b, link.Up)

	var all sync.WaitGroup
	over := make(chan struct{})
	defer all.Wait()
	defer close(over)
	for i := range 3 {
		r, err := dialRaw(t, c.Address(), c.TLS("a"))
		require.NoError(t, err)
		require.NoError(t, r.Hello(fmt.Sprintf("a_box%d", i), ""))
		all.Go(func() {
			for { // what it is answered is read and left
				if _, err := r.Read(); err != nil {
					return
				}
			}
		})
		all.Go(func() {
			defer func() { _ = r.Close() }()
			text := make([]byte, 64)
			for n := 0; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				if r.Send(PublishNow, Text(fmt.Sprintf("%s/%d", up("a"), n%100)), text) != nil {
					return
				}
			}
		})
	}
	heard := make(chan string, 1024)
	all.Go(func() {
		for n := 0; ; {
			select {
			case <-over:
				return
			case e := <-centre.Events():
				if e.Kind == link.Received && e.Message.Topic == up("b") {
					heard <- string(e.Message.Payload)
				}
				if n++; n%16 == 0 {
					time.Sleep(time.Millisecond) // it has more to do than to listen
				}
			}
		}
	})
	began, said := time.Now(), 0
	missing := map[string]bool{"1": true, "2": true, "3": true, "4": true}
	for again := time.After(0); len(missing) > 0; {
		select {
		case got := <-heard:
			delete(missing, got)
		case <-again:
			require.Less(t, time.Since(began), 40*time.Second, "%d messages of b never came: the flood took the line from it", len(missing))
			for want := range missing { // again and again, as the protocol does
				_ = b.Publish(up("b"), []byte(want), false)
			}
			said, again = said+1, time.After(250*time.Millisecond)
		}
	}
	t.Logf("4 messages beside the flood: %d tries, %v", said, time.Since(began).Round(time.Millisecond))
}
