// Package tty opens serial ports, RS-232 and USB-CDC, by a path that stays the same or by vendor and product, and drives
// scanners on them. An open port is a connection with deadlines, so that whoever speaks over a network can speak
// over it as well.
//
// It must NEVER share a port with another program, take a pause in a scan for its end unless it is told to, and never retry:
// a port that is gone is an error, and the supervisor opens it again when it is back.
package tty

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"go.bug.st/serial"
)

// Flow says who may stop the sender.
type Flow string

// Ways to stop the sender.
const (
	NoFlow   Flow = ""
	Hardware Flow = "rtscts"
	Software Flow = "xonxoff"
)

// Address is which port, and how it speaks.
type Address struct {
	Path string // a device file; one under /dev/serial/by-id stays the same whatever is plugged in first
	// Vendor and Product are USB's, four hexadecimal digits each, and Serial the device's own number, when there is no path:
	// whichever port has such a device.
	Vendor, Product, Serial string

	Mode serial.Mode
	Flow Flow
}

// Parse reads an address:
//
//	serial:///dev/serial/by-id/usb-…   a port
//	serial://usb?vid=0c2e&pid=0b6a     the port a device of this make is at; &serial=… for one of several
//
// with ?baud=9600&bits=8&parity=none&stop=1&flow=rtscts or xonxoff. It takes what it knows out of the query, and leaves the rest.
func Parse(u *url.URL, q url.Values) (Address, error) {
	a := Address{Path: u.Path, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}
	switch {
	case u.Host == "usb" && a.Path == "":
		for _, f := range []struct {
			name string
			to   *string
		}{{"vid", &a.Vendor}, {"pid", &a.Product}} {
			*f.to = strings.ToUpper(q.Get(f.name))
			if n, err := strconv.ParseUint(*f.to, 16, 16); err != nil || n == 0 || len(*f.to) != 4 {
				return a, fmt.Errorf("%s=%s: it is USB's, four hexadecimal digits such as 0c2e", f.name, q.Get(f.name))
			}
		}
		a.Serial = q.Get("serial")
	case u.Host != "":
		return a, fmt.Errorf("%q is no port: write serial:///dev/… with three strokes, or serial://usb?vid=…&pid=…", u.Host)
	case !filepath.IsAbs(a.Path) || filepath.Clean(a.Path) != a.Path || !strings.HasPrefix(a.Path, "/dev/"):
		return a, fmt.Errorf("%q is no device file: it stands under /dev/, best under /dev/serial/by-id/", a.Path)
	}
	if err := a.mode(q); err != nil {
		return a, err
	}
	for _, name := range [...]string{"vid", "pid", "serial", "baud", "bits", "parity", "stop", "flow"} {
		q.Del(name)
	}
	return a, nil
}

func (a *Address) mode(q url.Values) error {
	if v := q.Get("baud"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 300 || n > 4_000_000 {
			return fmt.Errorf("baud=%s: it is 300 to 4000000", v)
		}
		a.Mode.BaudRate = n
	}
	switch v := q.Get("bits"); v {
	case "", "8":
	case "7":
		a.Mode.DataBits = 7
	default:
		return fmt.Errorf("bits=%s: it is 7 or 8", v)
	}
	switch v := q.Get("parity"); v {
	case "", "none":
	case "even":
		a.Mode.Parity = serial.EvenParity
	case "odd":
		a.Mode.Parity = serial.OddParity
	default:
		return fmt.Errorf("parity=%s: it is none, even or odd", v)
	}
	switch v := q.Get("stop"); v {
	case "", "1":
	case "2":
		a.Mode.StopBits = serial.TwoStopBits
	default:
		return fmt.Errorf("stop=%s: it is 1 or 2", v)
	}
	switch v := Flow(q.Get("flow")); v {
	case NoFlow, Hardware, Software:
		a.Flow = v
	case "none":
	default:
		return errors.New("flow=" + string(v) + ": it is none, rtscts or xonxoff")
	}
	return nil
}

// String names the port for people.
func (a Address) String() string {
	if a.Path != "" {
		return a.Path
	}
	s := "USB " + a.Vendor + ":" + a.Product
	if a.Serial != "" {
		s += " " + a.Serial
	}
	return s
}
