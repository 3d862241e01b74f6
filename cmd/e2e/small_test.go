package e2e

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
)

// ownBroker is a small company's line: the centre brings the broker along, secret like every other.
func ownBroker(r *rig, mqtt int) (conf, url string) {
	r.authority()
	enrol := r.enrol
	r.enrol = func() {
		enrol()
		r.picket.argv = append(r.picket.argv, "--set", "broker.spread=10ms")
	}
	r.omsSet = []string{fmt.Sprintf("broker.listen=127.0.0.1:%d", mqtt)}
	return "", fmt.Sprintf("tls://127.0.0.1:%d", mqtt)
}

// TestASmallCompanyNeedsNoOtherBroker: orders flow over the centre's own broker; the centre is killed and started again,
// and with it all the broker remembered; the site and it find each other, and who is there is seen on both sides. A
// certificate that is taken back ends the site's line without a signal to anybody.
func TestASmallCompanyNeedsNoOtherBroker(t *testing.T) {
	r := newRigOver(t, ownBroker)
	id := r.order("5001", m{"sku": "OAT", "qty": 2})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("5001"); return ok })
	unit := r.pickAll("5001", nil)

	r.oms.kill()
	r.eventually("the site sees it", func() bool { return !r.siteConnected() })
	r.eventually("labels print", func() bool { return r.labelled("5001") })
	r.ok("handover", m{"unit": unit})
	r.oms.start()
	r.eventually("the centre knows", func() bool { _, parts := r.centreOrder(id); return parts["OAT shipped"] == 2 })
	require.True(t, r.siteConnected())
	require.True(t, r.health().Connected)

	// The box dies: its last will says so, long before its silence would. It comes back.
	r.picket.kill()
	r.eventually("the centre sees that the box is gone", func() bool { return !r.health().Connected })
	r.picket.start()
	r.eventually("the centre sees that the box is back", func() bool { return r.health().Connected })

	// A centre that ends in good order and comes back.
	r.oms.end(syscall.SIGTERM)
	r.oms.start()
	r.eventually("they speak", func() bool { return r.siteConnected() && r.health().Connected })
	second := r.order("5002", m{"sku": "RICE", "qty": 1})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("5002"); return ok })
	require.NotEqual(t, id, second)

	// Nobody without a certificate, and no site beyond its own topics, gets anything of it.
	addr := strings.TrimPrefix(r.brokerSet, "broker.url=tls://")
	anybody := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}
	stranger, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer stranger.Close()
	require.Error(t, linktest.NewRaw(tls.Client(stranger, anybody)).Hello("stranger", ""))
	box := filepath.Join(r.dir, "site", "line", "line.pem")
	pair, err := tls.LoadX509KeyPair(box, box)
	require.NoError(t, err)
	anybody.Certificates = []tls.Certificate{pair}
	c, err := tls.Dial("tcp", addr, anybody)
	require.NoError(t, err)
	defer c.Close()
	ear := linktest.NewRaw(c)
	require.NoError(t, ear.Hello("north_ear", ""))
	code, err := ear.Ask("#")
	require.NoError(t, err)
	require.Equal(t, byte(0x80), code, "a site does not hear the others")

	require.Contains(t, r.run(r.omsCommand("site", "revoke", "north")...), "1 certificate taken back")
	r.eventually("the line of the site is cut", func() bool { return !r.siteConnected() && !r.health().Connected })
	r.eventually("its desk says why, and what to do", func() bool {
		_, desk := r.ask("GET", "/api/sync", nil)
		return strings.Contains(string(desk), "its certificate was taken back, or has ended") && strings.Contains(string(desk), "this box needs a new code")
	})
	_, err = os.Stat(filepath.Join(r.dir, "mosquitto.log"))
	require.ErrorIs(t, err, os.ErrNotExist, "no other broker ran")
}

// siteConnected is what the site's own page says of its line.
func (r *rig) siteConnected() bool {
	var s struct{ Link struct{ Up bool } }
	return r.machine("GET", "/api/site", nil, &s) == 200 && s.Link.Up
}
