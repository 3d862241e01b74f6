// Package drivers turns a device's address into its driver. It is the one switch that names
// every driver there is.
//
// It must NEVER open anything: what it gives back is opened by its Run, again and again.
package drivers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"picket/devices"
	"picket/devices/evdev"
	"picket/devices/frame"
	"picket/devices/lp"
	"picket/devices/netscan"
	"picket/devices/raw"
	"picket/devices/scale"
	"picket/devices/tty"
	"picket/devices/virtual"
)

// Options are what drivers need of the process around them.
type Options struct {
	// Permit is asked before a device's network address is dialled, or heard; nil permits all.
	Permit func(netip.Addr) error
	// VirtualPrinter and VirtualScanner find a virtual device of this process by its name;
	// nil when the process has none.
	VirtualPrinter func(name string) (*virtual.Printer, bool)
	VirtualScanner func(name string) (*virtual.Scanner, bool)
}

const rawPort = "9100"

// OpenPrinter gives the driver for a printer's address:
//
//	tcp://host[:port]      ZPL over TCP; the port is 9100 unless said; json=9200 where it offers JSON there
//	usb:///dev/usb/lp0     at the box's USB port
//	serial:///dev/…        at a serial port; flow=rtscts or xonxoff as the printer is set
//	virtual://name         a virtual printer of this process
func OpenPrinter(address string, o Options) (devices.Printer, error) {
	a, err := split("printer", address)
	if err != nil {
		return nil, err
	}
	var d devices.Printer
	switch a.scheme {
	case "tcp":
		hostport, err := a.host(rawPort)
		if err != nil {
			return nil, err
		}
		side, err := a.side("json", hostport)
		if err != nil {
			return nil, err
		}
		d = raw.New(hostport, raw.Options{Permit: o.Permit, JSON: side})
	case "usb":
		path := a.u.Path
		if err := errors.Join(a.noHost(), lp.Check(path)); err != nil {
			return nil, a.wrong(err)
		}
		d = raw.New(path, raw.Options{Cable: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return lp.Open(path) }})
	case "serial":
		port, err := tty.Parse(a.u, a.q)
		if err != nil {
			return nil, a.wrong(err)
		}
		d = raw.New(port.String(), raw.Options{Cable: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return opened(port.Open()) }})
	case "virtual":
		if o.VirtualPrinter == nil {
			return nil, a.wrong(errors.New("this process has no virtual printers"))
		}
		p, ok := o.VirtualPrinter(a.u.Host)
		if !ok {
			return nil, a.wrong(fmt.Errorf("there is no virtual printer %q", a.u.Host))
		}
		d = raw.New(p.Addr(), raw.Options{})
	default:
		return nil, a.unknown("serial", "tcp", "usb", "virtual")
	}
	return d, a.rest()
}

// opened keeps a port that was not opened from looking like a connection.
func opened(p *tty.Port, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// OpenScanner gives the driver for a scanner's address:
//
//	serial:///dev/serial/by-id/…           RS-232 or USB-CDC
//	serial://usb?vid=0c2e&pid=0b6a         whichever port has a device of this make
//	evdev:///dev/input/by-id/…?layout=de   a scanner that types, at the box's USB port
//	tcp://host:port                        a scanner that is called
//	listen://:9004                         scanners that call the box; ?proto=udp, ?from=10.1.2.0/24
//	virtual://name                         a virtual scanner of this process
//
// with ?frame=lines, stx or quiet, or prefix=, suffix= and quiet=, for how it marks a scan's end.
func OpenScanner(address string, o Options) (devices.Scanner, error) {
	a, err := split("scanner", address)
	if err != nil {
		return nil, err
	}
	var format frame.Format
	if a.scheme != "virtual" {
		if format, err = frame.Parse(a.q); err != nil {
			return nil, a.wrong(err)
		}
	}
	var d devices.Scanner
	switch a.scheme {
	case "serial":
		port, err := tty.Parse(a.u, a.q)
		if err != nil {
			return nil, a.wrong(err)
		}
		d = &tty.Scanner{Address: port, Format: format}
	case "evdev":
		l, err := evdev.LayoutNamed(a.q.Get("layout"))
		if err = errors.Join(err, a.noHost(), evdev.Check(a.u.Path)); err != nil {
			return nil, a.wrong(err)
		}
		a.q.Del("layout")
		d = &evdev.Scanner{Path: a.u.Path, Layout: l, Format: format}
	case "tcp":
		hostport, err := a.host("")
		if err != nil {
			return nil, err
		}
		d = &netscan.Caller{Address: hostport, Format: format, Permit: o.Permit}
	case "listen":
		l, err := netscan.Parse(a.u, a.q)
		if err != nil {
			return nil, a.wrong(err)
		}
		l.Format, l.Permit = format, o.Permit
		d = l
	case "virtual":
		if o.VirtualScanner == nil {
			return nil, a.wrong(errors.New("this process has no virtual scanners"))
		}
		s, ok := o.VirtualScanner(a.u.Host)
		if !ok {
			return nil, a.wrong(fmt.Errorf("there is no virtual scanner %q", a.u.Host))
		}
		d = s
	default:
		return nil, a.unknown("evdev", "listen", "serial", "tcp", "virtual")
	}
	return d, a.rest()
}

// OpenScale gives the driver for a scale's address:
//
//	serial:///dev/serial/by-id/…   or serial://usb?vid=…&pid=…
//	tcp://host:port                a scale behind a serial server
//
// with ?protocol=toledo (and checksum=yes where it sends one) or nci.
func OpenScale(address string, o Options) (devices.Scale, error) {
	a, err := split("scale", address)
	if err != nil {
		return nil, err
	}
	p, err := scale.Named(a.q)
	if err != nil {
		return nil, a.wrong(err)
	}
	d := &scale.Scale{Protocol: p}
	switch a.scheme {
	case "serial":
		port, err := tty.Parse(a.u, a.q)
		if err != nil {
			return nil, a.wrong(err)
		}
		d.Open = func(context.Context) (scale.Conn, error) { return opened(port.Open()) }
	case "tcp":
		hostport, err := a.host("")
		if err != nil {
			return nil, err
		}
		d.Open = func(ctx context.Context) (scale.Conn, error) { return netscan.Dial(ctx, hostport, o.Permit) }
	default:
		return nil, a.unknown("serial", "tcp")
	}
	return d, a.rest()
}

// address is an address taken apart. What its driver knows of the query is taken out of it.
type address struct {
	kind, text, scheme string
	u                  *url.URL
	q                  url.Values
}

func split(kind, text string) (*address, error) {
	a := &address{kind: kind, text: text}
	u, err := url.Parse(text)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return nil, a.wrong(err)
	}
	if u.Scheme == "" || u.Host == "" && u.Path == "" || u.Opaque != "" {
		return nil, a.wrong(errors.New("it must look like scheme://host, or scheme:///dev/file"))
	}
	if u.User != nil || u.Fragment != "" {
		return nil, a.wrong(errors.New("there is no user and no fragment in it"))
	}
	a.u, a.scheme = u, strings.ToLower(u.Scheme)
	if a.q, err = url.ParseQuery(u.RawQuery); err != nil {
		return nil, a.wrong(err)
	}
	for name, values := range a.q {
		if len(values) > 1 {
			return nil, a.wrong(fmt.Errorf("%s stands there twice", name))
		}
	}
	return a, nil
}

func (a *address) wrong(err error) error {
	return fmt.Errorf("%s address %q: %w", a.kind, a.text, err)
}

func (a *address) noHost() error {
	if a.u.Host != "" {
		return fmt.Errorf("%q is no host to look for a device file on: write %s:///dev/… with three strokes", a.u.Host, a.scheme)
	}
	return nil
}

// host is the host and the port, or the usual port; without a usual one it must be said.
func (a *address) host(usual string) (string, error) {
	if a.u.Path != "" {
		return "", a.wrong(errors.New("nothing may follow the host but a port"))
	}
	port := a.u.Port()
	if port == "" {
		port = usual
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", a.wrong(fmt.Errorf("port %q is not between 1 and 65535", port))
	}
	if a.u.Hostname() == "" {
		return "", a.wrong(errors.New("the host is missing"))
	}
	return net.JoinHostPort(a.u.Hostname(), port), nil
}

// side is another port of the same host, when the query names one.
func (a *address) side(name, hostport string) (string, error) {
	port := a.q.Get(name)
	if !a.q.Has(name) {
		return "", nil
	}
	a.q.Del(name)
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", a.wrong(fmt.Errorf("%s=%s: it is a port, such as 9200", name, port))
	}
	host, _, err := net.SplitHostPort(hostport)
	return net.JoinHostPort(host, port), err
}

// rest refuses what no driver took out of the query: a word spelt wrong would else be a setting that does nothing.
func (a *address) rest() error {
	if len(a.q) == 0 {
		return nil
	}
	var names []string
	for name := range a.q {
		names = append(names, name)
	}
	slices.Sort(names)
	return a.wrong(fmt.Errorf("%s is nothing a %s at %s:// knows", strings.Join(names, ", "), a.kind, a.scheme))
}

func (a *address) unknown(known ...string) error {
	return a.wrong(fmt.Errorf("no %s driver for %q; known: %s", a.kind, a.scheme, strings.Join(known, ", ")))
}
