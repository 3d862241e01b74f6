// Package netscan drives scanners that speak over the network: those that are called, and those that call the box, such as a
// handheld's own network output.
//
// It must NEVER take bytes from an address nobody allowed, let one scanner's bytes run into another's, or hold more than
// a few scanners' beginnings: a network is not a cable.
package netscan

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"sync"
	"syscall"
	"time"

	"picket/devices"
	"picket/devices/frame"
)

// most connections of one listening port.
const most = 64

// Permit says whether an address may send scans or be called.
type Permit func(netip.Addr) error

// keep finds out when a scanner lost its power or its network: it would look silent for ever.
var keep = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

// Caller is a scanner that waits to be called. Its Run obeys [devices.Scanner].
type Caller struct {
	Address string // host:port
	Format  frame.Format
	Permit  Permit

	say devices.Mouth
}

// Run calls the scanner and reads scans until the connection or ctx ends.
func (c *Caller) Run(ctx context.Context, sink devices.ScanSink) error {
	conn, err := Dial(ctx, c.Address, c.Permit)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer c.say.Open(conn)()
	sink.Up()
	return frame.Read(ctx, conn, c.Format, sink.Scan)
}

// Dial calls a device at an address somebody allowed.
func Dial(ctx context.Context, address string, permit Permit) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second, KeepAliveConfig: keep, ControlContext: control(permit)}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, devices.Because(devices.Unreachable, fmt.Errorf("%s cannot be reached: %w", address, devices.NoCall(err)))
	}
	return conn, nil
}

// Say obeys [devices.Speaker].
func (c *Caller) Say(b []byte) error { return c.say.Say(b) }

// Listener takes scans from scanners that call. Its Run obeys [devices.Scanner].
type Listener struct {
	Address  string // [host]:port
	Datagram bool   // UDP instead of TCP: each datagram holds whole scans
	Format   frame.Format
	From     []netip.Prefix // who may call; none is whoever Permit lets
	Permit   Permit

	// Bound is told the address that is listened at, if it is not nil.
	Bound func(net.Addr)

	say devices.Mouth
}

// Say answers whoever scanned last. It obeys [devices.Speaker].
func (l *Listener) Say(b []byte) error { return l.say.Say(b) }

func (l *Listener) allowed(a net.Addr) error {
	ap, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return err
	}
	ip := ap.Addr().Unmap()
	for _, p := range l.From {
		if p.Contains(ip) {
			return nil
		}
	}
	if len(l.From) > 0 {
		return fmt.Errorf("%s is not among those who may send scans here", ip)
	}
	if l.Permit != nil {
		return l.Permit(ip)
	}
	return nil
}

// Run listens until the port or ctx ends.
func (l *Listener) Run(ctx context.Context, sink devices.ScanSink) error {
	var lc net.ListenConfig
	if l.Datagram {
		pc, err := lc.ListenPacket(ctx, "udp", l.Address)
		if err != nil {
			return untaken(l.Address, err)
		}
		return l.datagrams(ctx, pc, sink)
	}
	lc.KeepAliveConfig = keep
	ln, err := lc.Listen(ctx, "tcp", l.Address)
	if err != nil {
		return untaken(l.Address, err)
	}
	return l.calls(ctx, ln, sink)
}

func (l *Listener) up(at net.Addr, sink devices.ScanSink) {
	if l.Bound != nil {
		l.Bound(at)
	}
	sink.Up()
}

func (l *Listener) calls(ctx context.Context, ln net.Listener, sink devices.ScanSink) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = ln.Close() })()
	l.up(ln.Addr(), sink)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	var one sync.Mutex // whoever takes scans takes one at a time
	room := make(chan struct{}, most)
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		select {
		case room <- struct{}{}:
		default:
			_ = conn.Close()
			continue
		}
		if l.allowed(conn.RemoteAddr()) != nil {
			_ = conn.Close()
			<-room
			continue
		}
		all.Go(func() {
			defer func() { _ = conn.Close(); <-room }()
			// A connection that ends is that scanner's own affair: it calls again.
			_ = frame.Read(ctx, conn, l.Format, func(scan []byte) {
				one.Lock()
				defer one.Unlock()
				l.say.Open(conn)
				sink.Scan(scan)
			})
		})
	}
}

func (l *Listener) datagrams(ctx context.Context, pc net.PacketConn, sink devices.ScanSink) error {
	defer pc.Close()
	defer context.AfterFunc(ctx, func() { _ = pc.Close() })()
	l.up(pc.LocalAddr(), sink)
	buf := make([]byte, 1<<16)
	for {
		n, from, err := pc.ReadFrom(buf)
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
		if l.allowed(from) != nil {
			continue
		}
		f := l.Format
		f.Quiet = 1 // the end of a datagram ends its last scan
		c := frame.Cutter{Format: f}
		c.Push(buf[:n], sink.Scan)
		c.Idle(sink.Scan)
	}
}

// untaken says why nothing can call here.
func untaken(address string, err error) error {
	err, why := fmt.Errorf("scans cannot be taken at %s: %w", address, err), devices.OtherReason
	if errors.Is(err, syscall.EADDRINUSE) {
		why = devices.InUse
	}
	return devices.Because(why, err)
}

// Parse reads the rest of an address that listens: proto=tcp or udp, from=10.1.2.0/24,10.1.3.7. It takes what it knows
// out of the query.
func Parse(u *url.URL, q url.Values) (*Listener, error) {
	l := &Listener{Address: u.Host}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil || n == 0 || u.Path != "" {
		return nil, errors.New("it must look like listen://:9004, with a port between 1 and 65535")
	}
	switch q.Get("proto") {
	case "", "tcp":
	case "udp":
		l.Datagram = true
	default:
		return nil, fmt.Errorf("proto=%s: it is tcp or udp", q.Get("proto"))
	}
	if q.Has("from") {
		if l.From, err = prefixes(q.Get("from")); err != nil {
			return nil, err
		}
	}
	q.Del("proto")
	q.Del("from")
	return l, nil
}
