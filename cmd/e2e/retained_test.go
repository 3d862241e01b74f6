package e2e

import (
	"net"
	"strings"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/wire"
)

// onlyPresenceIsRetained asks the broker, as somebody who may hear all, for what it keeps after the day's work.
func (r *rig) onlyPresenceIsRetained() {
	r.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.brokerSet, "broker.url=tcp://"))
	require.NoError(r.t, err)
	defer c.Close()
	ear := linktest.NewRaw(c)
	require.NoError(r.t, ear.Hello("ear", ""))
	_, err = ear.Ask("#")
	require.NoError(r.t, err)
	heard, err := ear.Heard()
	require.NoError(r.t, err)
	var kept []string
	for _, p := range heard {
		topic, payload := p.Message()
		if p.Kind&1 == 1 { // retained; what is just being said is not
			kept = append(kept, topic)
			require.NotContains(r.t, payload, "Jo", "no person's data")
			_, err := wire.Decode([]byte(payload))
			require.NoError(r.t, err)
		}
	}
	require.ElementsMatch(r.t, []string{"picket/1/demo/" + wire.SiteID("north").Shard() + "/north/u/state", wire.CentreState("demo")}, kept)
}
