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
		"usb:///dev/usb/lp9":  "scheme://host",
		"ipp://10.0.0.4":      `printer address "ipp://10.0.0.4": no printer driver for "ipp"; known: tcp, virtual`,
		"10.0.0.4:9100":       `"10.0.0.4:9100"`,
		"tcp://10.0.0.4:0":    `port "0" is not between 1 and 65535`,
		"tcp://10.0.0.4:9x":   "invalid port",
		"tcp://:9100":         "the host is missing",
		"tcp://a@10.0.0.4":    "nothing may follow",
		"tcp://10.0.0.4/path": "nothing may follow",
		"virtual://bench-1":   "no virtual printers",
		"":                    "scheme://host",
	} {
		_, err := drivers.OpenPrinter(address, drivers.Options{})
		assert.ErrorContains(t, err, want, address)
	}
	_, err := drivers.OpenScanner("tcp://10.0.0.4:1", drivers.Options{})
	assert.ErrorContains(t, err, `no scanner driver for "tcp"; known: virtual`)
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
		}, 10*time.Second, time.Millisecond)
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
