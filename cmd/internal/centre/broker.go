package centre

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"path/filepath"

	"picket/cmd/internal/broker"
	"picket/cmd/internal/line"
	"picket/cmd/internal/pki"
	"picket/sync/link"
	"picket/sync/wire"
)

// ownBroker is the broker that runs within the centre, where broker.listen asks for one: nil where it does not. With the
// certificates of `picket-oms line init` it is as secret as any other; without them it is for this machine alone.
type ownBroker struct {
	cfg  broker.Config
	name string        // what its certificate calls it
	up   chan struct{} // closed when it listens
	addr string        // where, once it is up
}

func newOwnBroker(cfg Config) (*ownBroker, error) {
	if cfg.Broker.Listen == "" {
		return nil, nil
	}
	o := &ownBroker{cfg: broker.Config{Listen: cfg.Broker.Listen}, up: make(chan struct{})}
	if !pki.Exists(cfg.lineDir()) {
		at, err := net.ResolveTCPAddr("tcp", cfg.Broker.Listen)
		if err != nil {
			return nil, fmt.Errorf("broker.listen: %w", err)
		}
		if !at.IP.IsLoopback() {
			return nil, fmt.Errorf("broker.listen: %s is not loopback, so the line needs certificates first: `picket-oms line init --host NAME`", cfg.Broker.Listen)
		}
		return o, nil
	}
	in := func(name string) string { return filepath.Join(cfg.lineDir(), name) }
	own, err := tls.LoadX509KeyPair(in(pki.BrokerFile), in(pki.BrokerFile))
	if err != nil {
		return nil, fmt.Errorf("broker.listen: %w", err)
	}
	switch {
	case len(own.Leaf.DNSNames) > 0:
		o.name = own.Leaf.DNSNames[0]
	case len(own.Leaf.IPAddresses) > 0:
		o.name = own.Leaf.IPAddresses[0].String()
	}
	o.cfg.Secret = &broker.Secret{Tenant: wire.Tenant(cfg.Tenant), Root: in(pki.RootFile), Own: in(pki.BrokerFile), List: in(pki.ListFile), Centre: pki.Centre}
	return o, nil
}

// run serves until ctx ends.
func (o *ownBroker) run(ctx context.Context) error {
	return broker.Run(ctx, o.cfg, func(addr string) { o.addr = addr; close(o.up) })
}

// reach makes a link of the centre's lead here, whatever names the sites know this broker by.
func (o *ownBroker) reach(cfg Config, l link.Config) (link.Config, error) {
	l.Broker = "tcp://127.0.0.1:1883" // the place is filled in by Dial
	if o.cfg.Secret != nil {
		root, own := o.cfg.Secret.Root, filepath.Join(cfg.lineDir(), pki.CentreFile)
		conf, err := line.TLS(root, own, "")
		if err != nil {
			return l, err
		}
		conf.ServerName = o.name
		l.Broker, l.TLS = "tls://"+net.JoinHostPort(o.name, "8883"), conf
	}
	l.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		select {
		case <-o.up:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		_, port, err := net.SplitHostPort(o.addr)
		if err != nil {
			return nil, err
		}
		host, _, err := net.SplitHostPort(o.cfg.Listen)
		if ip := net.ParseIP(host); err != nil || host == "" || ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		return (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	}
	return l, nil
}
