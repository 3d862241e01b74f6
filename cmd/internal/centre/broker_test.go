package centre

import (
	"context"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/pki"
)

func ownBrokerConfig(t *testing.T, listen string) Config {
	cfg := Defaults()
	cfg.Data, cfg.HTTP.Listen, cfg.Broker.Listen = t.TempDir(), "127.0.0.1:0", listen
	return cfg
}

// Who leaves the certificates out gets a line within this machine, and no other.
func TestABrokerWithoutCertificatesIsForThisMachine(t *testing.T) {
	for _, listen := range []string{":18830", "0.0.0.0:18830"} {
		_, err := newOwnBroker(ownBrokerConfig(t, listen))
		require.ErrorContains(t, err, "broker.listen")
		require.ErrorContains(t, err, "picket-oms line init --host NAME")
	}
	o, err := newOwnBroker(ownBrokerConfig(t, "127.0.0.1:0"))
	require.NoError(t, err)
	require.Nil(t, o.cfg.Secret)

	cfg := ownBrokerConfig(t, ":18830")
	a, err := pki.Create(cfg.lineDir(), cfg.Tenant, time.Now)
	require.NoError(t, err)
	_, err = newOwnBroker(cfg)
	require.ErrorContains(t, err, pki.BrokerFile, "which file is missing is said")
	_, err = a.Serve([]string{"broker.example"})
	require.NoError(t, err)
	o, err = newOwnBroker(cfg)
	require.NoError(t, err)
	require.NotNil(t, o.cfg.Secret)
	require.Equal(t, "broker.example", o.name)

	o, err = newOwnBroker(Defaults())
	require.NoError(t, err)
	require.Nil(t, o, "no broker of its own unless it is asked for")
}

func TestAnAddressThatIsNoneIsNamed(t *testing.T) {
	cfg := ownBrokerConfig(t, "8883")
	require.ErrorContains(t, cfg.Check(), `broker.listen: "8883" is not host:port`)
	cfg = ownBrokerConfig(t, ":8883")
	cfg.Broker.URL = "" // nobody asks for it
	require.NoError(t, cfg.Check())
}

// A port that is taken ends the centre with the reason, and does not leave one that nobody reaches.
func TestATakenPortOfTheBrokerIsSaid(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err = Run(ctx, ownBrokerConfig(t, ln.Addr().String()), slog.New(slog.NewTextHandler(io.Discard, nil)), nil)
	require.ErrorContains(t, err, "address already in use")
	require.NoError(t, ctx.Err())
}
