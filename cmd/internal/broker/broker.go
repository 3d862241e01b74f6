// Package broker runs an MQTT broker inside the process, for the demo and for small shops that have no
// Mosquitto: MQTT 3.1.1 with clean sessions, QoS 0 and 1, retained messages and last wills, and with certificates the
// same walls between sites as deploy/mosquitto.acl. No site's flood takes a queue or the seats from the others.
//
// It must NEVER be relied on to keep a message: like every broker here it is a pipe, and what it loses the protocol
// above sends again. It must NEVER write to a disk, or let one client wait for another.
package broker

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// Config of a broker.
type Config struct {
	Listen string  // host:port
	Secret *Secret // nil: anybody who reaches the address is let in, and hears and says all
	// Look is how often connections that stand are held against the list of what was taken back: 5 s.
	Look time.Duration
}

// Run serves until ctx ends; ready is told the address once connections are taken.
func Run(ctx context.Context, cfg Config, ready func(addr string)) error {
	ln, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("broker: cannot listen on %s: %w", cfg.Listen, err)
	}
	defer func() { _ = ln.Close() }()
	h := newHub(nil)
	if cfg.Secret != nil {
		conf, err := cfg.Secret.tls()
		if err != nil {
			return err
		}
		h.rights = cfg.Secret.rights
		ln = tls.NewListener(ln, conf)
	}
	if cfg.Look == 0 {
		cfg.Look = 5 * time.Second
	}
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer h.close()
	defer cancel()
	all.Go(func() { <-ctx.Done(); _ = ln.Close() })
	if cfg.Secret != nil {
		all.Go(func() { watch(ctx, cfg, h) })
	}
	if ready != nil {
		ready(ln.Addr().String())
	}
	seats := make(chan struct{}, 2*maxClients) // with those who have not said who they are
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			var passing net.Error
			if errors.As(err, &passing) && !errors.Is(err, net.ErrClosed) { // such as too many open files
				select {
				case <-ctx.Done():
				case <-time.After(50 * time.Millisecond):
				}
				continue
			}
			return fmt.Errorf("broker: %w", err)
		}
		select {
		case seats <- struct{}{}:
			all.Go(func() {
				defer func() { <-seats }()
				defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
				h.serve(conn)
			})
		default:
			_ = conn.Close()
		}
	}
}

// watch throws out whose certificate was taken back or has ended.
func watch(ctx context.Context, cfg Config, h *hub) {
	t := time.NewTicker(cfg.Look)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		list, err := cfg.Secret.takenBack()
		if err != nil {
			continue // nobody new gets in either, and is told why
		}
		now := time.Now()
		h.expel(func(c *x509.Certificate) bool { return now.After(c.NotAfter) || list.has(c) })
	}
}
