package tty

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"go.bug.st/serial/enumerator"

	"picket/devices"
)

// Found is a serial port of this box.
type Found struct {
	Port    string // the device file as the kernel numbers it
	Stable  string // the same under /dev/serial/by-id; empty when it has no such name
	Vendor  string // USB's, four hexadecimal digits; empty for a port that is no USB device
	Product string
	Serial  string // the device's own number
	Called  string // what the device says it is
}

// Address is how the settings would name it.
func (f Found) Address() string {
	switch {
	case f.Stable != "":
		return "serial://" + f.Stable
	case f.Vendor != "":
		return "serial://usb?vid=" + strings.ToLower(f.Vendor) + "&pid=" + strings.ToLower(f.Product)
	}
	return "serial://" + f.Port
}

// Ports lists the serial ports there are, in the order of their names.
func Ports() ([]Found, error) {
	list, err := enumerator.GetDetailedPortsList()
	if err != nil {
		return nil, fmt.Errorf("the serial ports cannot be listed: %w", err)
	}
	stable := byID("/dev/serial/by-id")
	out := make([]Found, 0, len(list))
	for _, p := range list {
		f := Found{Port: p.Name, Stable: stable[p.Name], Called: p.Product}
		if p.IsUSB {
			f.Vendor, f.Product, f.Serial = strings.ToUpper(p.VID), strings.ToUpper(p.PID), p.SerialNumber
		}
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Port < out[j].Port })
	return out, nil
}

// byID maps device files to their stable names.
func byID(dir string) map[string]string {
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return out // no such device is plugged in
	}
	for _, e := range entries {
		link := filepath.Join(dir, e.Name())
		if to, err := filepath.EvalSymlinks(link); err == nil {
			out[to] = link
		}
	}
	return out
}

// find is the device file of an address.
func (a Address) find(ports func() ([]Found, error)) (string, error) {
	if a.Path != "" {
		return a.Path, nil
	}
	list, err := ports()
	if err != nil {
		return "", err
	}
	var at []Found
	for _, f := range list {
		if f.Vendor == a.Vendor && f.Product == a.Product && (a.Serial == "" || f.Serial == a.Serial) {
			at = append(at, f)
		}
	}
	switch len(at) {
	case 0:
		return "", devices.Because(devices.NotPlugged, fmt.Errorf("%s is not plugged in", a))
	case 1:
		return at[0].Port, nil
	}
	all := make([]string, len(at))
	for i, f := range at {
		all[i] = f.Address()
	}
	return "", fmt.Errorf("%d devices are %s: say which with serial=, or by path: %s", len(at), a, strings.Join(all, ", "))
}

// Plugged is the device file the address leads to now: its path, or where a device of its make is plugged in; "" when there is
// none, or more than one.
func (a Address) Plugged() string {
	if path, err := a.find(Ports); err == nil {
		return path
	}
	return ""
}
