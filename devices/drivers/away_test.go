package drivers_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/devices/drivers"
)

type noSink struct{}

func (noSink) Up()         {}
func (noSink) Scan([]byte) {}

type noWeights struct{}

func (noWeights) Up()                   {}
func (noWeights) Weight(devices.Weight) {}

// TestWhyADeviceIsAway: each driver's error has the reason people are told in their language.
func TestWhyADeviceIsAway(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	const nobody = "tcp://127.0.0.1:1"
	for address, want := range map[string]devices.Reason{
		"serial:///dev/serial/by-id/usb-nobody": devices.NotPlugged,
		"serial://usb?vid=ffff&pid=fffe":        devices.NotPlugged,
		"evdev:///dev/input/by-id/nobody":       devices.NotPlugged,
		nobody:                                  devices.Unreachable,
		"listen://" + ln.Addr().String():        devices.InUse,
		"listen://192.0.2.1:9":                  devices.OtherReason, // no address of this machine's
	} {
		d, err := drivers.OpenScanner(address, drivers.Options{})
		require.NoError(t, err, address)
		require.Equal(t, want, devices.AwayFor(d.Run(ctx, noSink{})), address)
	}
	for address, want := range map[string]devices.Reason{
		"serial:///dev/serial/by-id/usb-nobody": devices.NotPlugged,
		nobody:                                  devices.Unreachable,
	} {
		d, err := drivers.OpenScale(address, drivers.Options{})
		require.NoError(t, err, address)
		require.Equal(t, want, devices.AwayFor(d.Run(ctx, noWeights{})), address)
	}
	file := filepath.Join(t.TempDir(), "port")
	require.NoError(t, os.WriteFile(file, nil, 0))
	require.Equal(t, devices.NoRight, devices.AwayFor(devices.MayNotOpen(file)))
	require.Equal(t, devices.NoAnswer, devices.AwayFor(devices.ErrSilent))
}

// TestAPlaceIsOne: two ways to write one place are one, and what leads elsewhere is another.
func TestAPlaceIsOne(t *testing.T) {
	require.Equal(t, drivers.Place("tcp://Zebra.example"), drivers.Place("tcp://zebra.example:9100?json=9200"))
	require.NotEqual(t, drivers.Place("tcp://zebra.example:9101"), drivers.Place("tcp://zebra.example"))
	require.NotEqual(t, drivers.Place("virtual://a"), drivers.Place("virtual://b"))
	require.Empty(t, drivers.Place("nonsense"))
}
