package drivers

import (
	"net/url"
	"path/filepath"
	"strings"

	"picket/devices/tty"
)

// Place names what an address leads to: the device file behind every link to it, or a host and its port. Two addresses of one
// place are one device, and a device has one owner. "" when the address is none, which its driver says better.
func Place(address string) string {
	a, err := split("device", address)
	if err != nil {
		return ""
	}
	switch {
	case a.scheme == "serial":
		port, err := tty.Parse(a.u, a.q)
		if err != nil {
			return ""
		}
		if path := port.Plugged(); path != "" {
			return real(path)
		}
		return port.String()
	case a.u.Path != "":
		return real(a.u.Path)
	case a.scheme == "tcp":
		at, err := a.host(rawPort)
		if err != nil {
			return ""
		}
		return "tcp://" + strings.ToLower(at)
	case a.scheme == "listen":
		if a.q.Get("proto") == "udp" {
			return "udp port " + a.u.Port()
		}
		return "port " + a.u.Port()
	}
	return (&url.URL{Scheme: a.scheme, Host: a.u.Host}).String()
}

// real is the file behind links; a file that is not there is called as it is.
func real(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return filepath.Clean(path)
}
