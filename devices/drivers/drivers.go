// Package drivers turns a device's address into its driver. It is the one switch that names
// every driver there is.
//
// It must NEVER open anything: what it gives back is opened by its Run, again and again.
package drivers

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"picket/devices"
	"picket/devices/raw"
	"picket/devices/virtual"
)

// Options are what drivers need of the process around them.
type Options struct {
	// Permit is asked before a printer's network address is dialled; nil permits all.
	Permit func(netip.Addr) error
	// VirtualPrinter and VirtualScanner find a virtual device of this process by its name;
	// nil when the process has none.
	VirtualPrinter func(name string) (*virtual.Printer, bool)
	VirtualScanner func(name string) (*virtual.Scanner, bool)
}

const rawPort = "9100"

// OpenPrinter gives the driver for a printer's address:
//
//	tcp://host[:port]   ZPL over TCP; the port is 9100 unless said
//	virtual://name      a virtual printer of this process
func OpenPrinter(address string, o Options) (devices.Printer, error) {
	scheme, rest, err := split("printer", address)
	if err != nil {
		return nil, err
	}
	switch scheme {
	case "tcp":
		hostport, err := tcpAddress(rest)
		if err != nil {
			return nil, fmt.Errorf("printer address %q: %w", address, err)
		}
		return raw.New(hostport, raw.Options{Permit: o.Permit}), nil
	case "virtual":
		if o.VirtualPrinter == nil {
			return nil, fmt.Errorf("printer address %q: this process has no virtual printers", address)
		}
		p, ok := o.VirtualPrinter(rest.Host)
		if !ok {
			return nil, fmt.Errorf("printer address %q: there is no virtual printer %q", address, rest.Host)
		}
		return raw.New(p.Addr(), raw.Options{}), nil
	}
	return nil, unknown("printer", address, scheme, "tcp", "virtual")
}

// OpenScanner gives the driver for a scanner's address:
//
//	virtual://name      a virtual scanner of this process
func OpenScanner(address string, o Options) (devices.Scanner, error) {
	scheme, rest, err := split("scanner", address)
	if err != nil {
		return nil, err
	}
	if scheme != "virtual" {
		return nil, unknown("scanner", address, scheme, "virtual")
	}
	if o.VirtualScanner == nil {
		return nil, fmt.Errorf("scanner address %q: this process has no virtual scanners", address)
	}
	s, ok := o.VirtualScanner(rest.Host)
	if !ok {
		return nil, fmt.Errorf("scanner address %q: there is no virtual scanner %q", address, rest.Host)
	}
	return s, nil
}

func split(kind, address string) (string, *url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err
		}
		return "", nil, fmt.Errorf("%s address %q: %w", kind, address, err)
	}
	if u.Scheme == "" || u.Host == "" {
		return "", nil, fmt.Errorf("%s address %q: it must look like scheme://host", kind, address)
	}
	if u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", nil, fmt.Errorf("%s address %q: nothing may follow or precede the host but a port", kind, address)
	}
	return strings.ToLower(u.Scheme), u, nil
}

func tcpAddress(u *url.URL) (string, error) {
	port := u.Port()
	if port == "" {
		port = rawPort
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", fmt.Errorf("port %q is not between 1 and 65535", port)
	}
	if u.Hostname() == "" {
		return "", errors.New("the host is missing")
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

func unknown(kind, address, scheme string, known ...string) error {
	return fmt.Errorf("%s address %q: no %s driver for %q; known: %s", kind, address, kind, scheme, strings.Join(known, ", "))
}
