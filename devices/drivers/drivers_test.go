package drivers_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/devices/drivers"
	"picket/devices/virtual"
)

func TestBadAddressesAreQuoted(t *testing.T) {
	for address, want := range map[string]string{
		"usb://dev/usb/lp9":                         "with three strokes",
		"usb:///etc/passwd":                         "is no device file",
		"ipp://10.0.0.4":                            `printer address "ipp://10.0.0.4": no printer driver for "ipp"; known: serial, tcp, usb, virtual`,
		"tcp://10.0.0.4?x=1":                        "x is nothing a printer at tcp:// knows",
		"serial:///dev/ttyS0?baud=9600&flwo=rtscts": "flwo is nothing a printer at serial:// knows",
		"10.0.0.4:9100":                             `"10.0.0.4:9100"`,
		"tcp://10.0.0.4:0":                          `port "0" is not between 1 and 65535`,
		"tcp://10.0.0.4:9x":                         "invalid port",
		"tcp://10.0.0.4?json=yes":                   "json=yes: it is a port, such as 9200",
		"usb:///dev/usb/lp0?json=9200":              "json is nothing a printer at usb:// knows",
		"tcp://:9100":                               "the host is missing",
		"tcp://a@10.0.0.4":                          "there is no user",
		"tcp://10.0.0.4/path":                       "nothing may follow",
		"virtual://bench-1":                         "no virtual printers",
		"":                                          "scheme://host",
	} {
		_, err := drivers.OpenPrinter(address, drivers.Options{})
		assert.ErrorContains(t, err, want, address)
	}
	for address, want := range map[string]string{
		"tcp://10.0.0.4":                              `port "" is not between`,
		"usb:///dev/usb/lp0":                          `no scanner driver for "usb"; known: evdev, listen, serial, tcp, virtual`,
		"evdev:///dev/input/by-id/x?layout=klingon":   "it is one of de, fr, us",
		"evdev:///dev/sda":                            "is no input device",
		"listen://:9004?from=all":                     `"all" is neither an address nor a network`,
		"serial:///dev/ttyACM0?frame=stx&frame=lines": "frame stands there twice",
		"serial:///dev/ttyACM0?frame=morse":           "it is lines, stx or quiet",
		"serial:///dev/ttyACM0?speed=9600":            "speed is nothing a scanner at serial:// knows",
		"virtual://gun?frame=lines":                   "no virtual scanners",
	} {
		_, err := drivers.OpenScanner(address, drivers.Options{})
		assert.ErrorContains(t, err, want, address)
	}
	for _, address := range []string{"serial:///dev/serial/by-id/usb-x?baud=115200&frame=stx", "serial://usb?vid=0c2e&pid=0b6a", "evdev:///dev/input/by-id/usb-x-event-kbd?layout=fr",
		"tcp://10.0.0.4:2005?suffix=0d0a", "listen://:9004?proto=udp&from=10.1.0.0/16&quiet=80"} {
		_, err := drivers.OpenScanner(address, drivers.Options{})
		assert.NoError(t, err, address)
	}
	for address, want := range map[string]string{
		"serial:///dev/ttyS0?protocol=morse": "it is toledo or nci", "evdev:///dev/input/x": "no scale driver", "tcp://10.0.0.4:4001?tare=1": "tare is nothing a scale",
	} {
		_, err := drivers.OpenScale(address, drivers.Options{})
		assert.ErrorContains(t, err, want, address)
	}
	_, err := drivers.OpenScale("serial:///dev/ttyS0?protocol=nci&baud=9600&bits=7&parity=even", drivers.Options{})
	assert.NoError(t, err)
	_, err = drivers.OpenScanner("virtual://x", drivers.Options{VirtualScanner: func(string) (*virtual.Scanner, bool) { return nil, false }})
	assert.ErrorContains(t, err, `there is no virtual scanner "x"`)
}

func TestVirtualAndTCPAddressesReachThePrinter(t *testing.T) {
	p, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	ctx := t.Context()
	go func() { _ = p.Serve(ctx) }()
	o := drivers.Options{VirtualPrinter: func(name string) (*virtual.Printer, bool) { return p, name == "bench-1" }}
	for _, address := range []string{"virtual://bench-1", "tcp://" + p.Addr()} {
		d, err := drivers.OpenPrinter(address, o)
		require.NoError(t, err)
		port := devices.NewPort("bench-1", devices.PortOptions{})
		go func() { _ = port.Run(ctx, devices.Supervisor{First: time.Millisecond}, d) }()
		require.Eventually(t, func() bool {
			st, err := port.Status(ctx)
			return err == nil && st.State == devices.Idle
		}, 60*time.Second, time.Millisecond)
	}
	_, err = drivers.OpenPrinter("virtual://bench-2", o)
	assert.ErrorContains(t, err, `there is no virtual printer "bench-2"`)
}

func TestVirtualScannerPlaysItsScriptAndIsFed(t *testing.T) {
	gun := virtual.NewScanner(virtual.Step{Data: []byte("]E09521234543213")})
	s, err := drivers.OpenScanner("virtual://gun", drivers.Options{VirtualScanner: func(string) (*virtual.Scanner, bool) { return gun, true }})
	require.NoError(t, err)
	got := make(chan devices.Scan)
	go func() {
		_ = devices.Listen(t.Context(), devices.Supervisor{Name: "gun"}, s, func(s devices.Scan) { got <- s })
	}()
	scan := <-got
	assert.Equal(t, "]E0", scan.AIM)
	go func() { _ = gun.Feed(t.Context(), []byte("BIN-A-07")) }()
	scan = <-got
	assert.Equal(t, "BIN-A-07", string(scan.Raw))
	assert.Empty(t, scan.AIM)
}
