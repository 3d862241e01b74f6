//go:build linux

package tty

import (
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"picket/devices"
	"picket/devices/devicetest"
	"picket/devices/frame"
)

func parse(t *testing.T, s string) (Address, error) {
	t.Helper()
	u, err := url.Parse(s)
	require.NoError(t, err)
	q := u.Query()
	a, err := Parse(u, q)
	if err == nil {
		require.Empty(t, q, "everything was understood")
	}
	return a, err
}

func TestAddresses(t *testing.T) {
	a, err := parse(t, "serial:///dev/serial/by-id/usb-Honeywell_1900-if00?baud=115200&bits=7&parity=even&stop=2&flow=xonxoff")
	require.NoError(t, err)
	require.Equal(t, Address{Path: "/dev/serial/by-id/usb-Honeywell_1900-if00", Flow: Software,
		Mode: serial.Mode{BaudRate: 115200, DataBits: 7, Parity: serial.EvenParity, StopBits: serial.TwoStopBits}}, a)
	a, err = parse(t, "serial://usb?vid=0c2e&pid=0b6a&serial=77")
	require.NoError(t, err)
	require.Equal(t, [3]string{"0C2E", "0B6A", "77"}, [3]string{a.Vendor, a.Product, a.Serial})
	for _, bad := range []string{
		"serial://dev/ttyUSB0", "serial:///etc/passwd", "serial:///dev/../etc/passwd", "serial://usb?vid=0c2e", "serial://usb?vid=xyzw&pid=0b6a",
		"serial:///dev/ttyS0?baud=9", "serial:///dev/ttyS0?bits=9", "serial:///dev/ttyS0?parity=odd-ish", "serial:///dev/ttyS0?stop=3", "serial:///dev/ttyS0?flow=up",
	} {
		_, err := parse(t, bad)
		require.Error(t, err, bad)
	}
}

func TestADeviceIsFoundByItsMake(t *testing.T) {
	ports := func() ([]Found, error) {
		return []Found{{Port: "/dev/ttyACM0", Vendor: "0C2E", Product: "0B6A", Serial: "1"}, {Port: "/dev/ttyACM1", Vendor: "0C2E", Product: "0B6A", Serial: "2"},
			{Port: "/dev/ttyUSB0", Vendor: "067B", Product: "2303"}, {Port: "/dev/ttyS0"}}, nil
	}
	got, err := Address{Vendor: "067B", Product: "2303"}.find(ports)
	require.NoError(t, err)
	require.Equal(t, "/dev/ttyUSB0", got)
	got, err = Address{Vendor: "0C2E", Product: "0B6A", Serial: "2"}.find(ports)
	require.NoError(t, err)
	require.Equal(t, "/dev/ttyACM1", got)
	_, err = Address{Vendor: "0C2E", Product: "0B6A"}.find(ports)
	require.ErrorContains(t, err, "2 devices are USB 0C2E:0B6A")
	_, err = Address{Vendor: "1111", Product: "2222"}.find(ports)
	require.EqualError(t, err, "USB 1111:2222 is not plugged in")
	_, err = Ports()
	require.NoError(t, err, "this machine's own")
}

// heard is a sink, and where the scans go.
type heard struct {
	up    chan struct{}
	scans chan string
}

func newHeard() *heard { return &heard{make(chan struct{}, 64), make(chan string, 64)} }

func (h *heard) Up()           { h.up <- struct{}{} }
func (h *heard) Scan(b []byte) { h.scans <- string(b) }

func next[T any](t *testing.T, from <-chan T) (out T) {
	t.Helper()
	select {
	case out = <-from:
	case <-time.After(30 * time.Second):
		require.Fail(t, "nothing came")
	}
	return out
}

func TestAScannerOnAPort(t *testing.T) {
	device, port := devicetest.Pty(t)
	s := &Scanner{Address: Address{Path: port, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}}
	h := newHeard()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- s.Run(ctx, h) }()
	next(t, h.up)
	for _, chunk := range []string{"]E0400638", "", "1333931\r", "\n]C1010952000000001110A\x1d2112\r\n", "X1\rX2\r"} {
		_, err := device.WriteString(chunk)
		require.NoError(t, err)
		time.Sleep(tick + tick/2) // longer than a read waits: a pause is no end
	}
	require.Equal(t, "]E04006381333931", next(t, h.scans))
	require.Equal(t, "]C1010952000000001110A\x1d2112", next(t, h.scans))
	require.Equal(t, "X1", next(t, h.scans))
	require.Equal(t, "X2", next(t, h.scans))

	require.NoError(t, s.Say([]byte("\x07")))
	beep := make([]byte, 8)
	require.NoError(t, device.SetReadDeadline(time.Now().Add(60*time.Second)))
	n, err := device.Read(beep)
	require.NoError(t, err)
	require.Equal(t, "\x07", string(beep[:n]), "the scanner beeps")

	other := &Scanner{Address: s.Address}
	require.ErrorContains(t, other.Run(ctx, newHeard()), "another program has", "two nodes never share a port")

	cancel()
	require.ErrorIs(t, next(t, over), context.Canceled)
	require.Error(t, s.Say([]byte("\x07")), "a port that is shut is not spoken to")
}

// A scanner that is pulled out and put in again, as another device file under the same stable name, is used again.
func TestAScannerComesBack(t *testing.T) {
	dir := t.TempDir()
	stable := filepath.Join(dir, "usb-scanner")
	device, port := devicetest.Pty(t)
	require.NoError(t, os.Symlink(port, stable))
	got := make(chan devices.Scan, 8)
	var health = make(chan devices.Health, 256)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	sup := devices.Supervisor{Name: "bench-1", First: 10 * time.Millisecond, Longest: 20 * time.Millisecond, Health: func(h devices.Health) { health <- h }}
	go func() {
		over <- devices.Listen(ctx, sup, &Scanner{Address: Address{Path: stable, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}}, func(s devices.Scan) { got <- s })
	}()
	require.True(t, next(t, health).Up)
	_, err := device.WriteString("half a sc")
	require.NoError(t, err)
	require.NoError(t, device.Close())
	require.NoError(t, os.Remove(stable))
	why := ""
	for why == "" || !strings.Contains(why, "plugged") {
		if h := next(t, health); h.Err != nil {
			why = h.Err.Error()
		}
	}
	require.Contains(t, why, "plugged")

	device, port = devicetest.Pty(t)
	require.NoError(t, os.Symlink(port, stable))
	for !next(t, health).Up {
	}
	_, err = device.WriteString("A1\r")
	require.NoError(t, err)
	scan := next(t, got)
	require.Equal(t, "A1", string(scan.Raw), "the half is gone with its plug")
	require.Equal(t, devices.Name("bench-1"), scan.Device)
	cancel()
	<-over
}

func TestAWriteNobodyReadsEnds(t *testing.T) {
	_, port := devicetest.Pty(t)
	p, err := Address{Path: port, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}.Open()
	require.NoError(t, err)
	require.NoError(t, p.SetWriteDeadline(time.Now().Add(300*time.Millisecond)))
	n, err := p.Write(make([]byte, 1<<20))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Positive(t, n, "some may have left")
	require.NoError(t, p.Close(), "a port that is full is closed at once")
	_, err = p.Write([]byte("x"))
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = p.Read(make([]byte, 1))
	require.ErrorIs(t, err, net.ErrClosed)
}

func TestFlowControlIsSet(t *testing.T) {
	for flow, bits := range map[Flow][2]uint32{NoFlow: {0, 0}, Hardware: {unix.CRTSCTS, 0}, Software: {0, unix.IXON | unix.IXOFF}} {
		_, port := devicetest.Pty(t)
		p, err := Address{Path: port, Flow: flow, Mode: serial.Mode{BaudRate: 19200, DataBits: 8}}.Open()
		require.NoError(t, err)
		term, err := unix.IoctlGetTermios(p.hold.fd, unix.TCGETS)
		require.NoError(t, err)
		require.Equal(t, bits, [2]uint32{term.Cflag & unix.CRTSCTS, term.Iflag & (unix.IXON | unix.IXOFF)}, flow)
		require.Zero(t, term.Lflag&unix.ICANON, "a port is raw")
		require.NoError(t, p.Close())
	}
}

// A printer that is full says XOFF: the job waits in the box, and goes on with XON, whole. RTS and CTS are lines that a pseudo
// terminal does not have; that they are asked for is all that is tested of them.
func TestAFullPrinterStopsTheSender(t *testing.T) {
	device, port := devicetest.Pty(t)
	p, err := Address{Path: port, Flow: Software, Mode: serial.Mode{BaudRate: 115200, DataBits: 8}}.Open()
	require.NoError(t, err)
	defer p.Close()
	_, err = device.Write([]byte{0x13})
	require.NoError(t, err)
	job := []byte(strings.Repeat("^FX a long label ^FS", 8000))
	require.NoError(t, p.SetWriteDeadline(time.Now().Add(400*time.Millisecond)))
	sent, err := p.Write(job)
	require.ErrorIs(t, err, os.ErrDeadlineExceeded, "it is stopped")
	require.Less(t, sent, len(job))

	_, err = device.Write([]byte{0x11})
	require.NoError(t, err)
	require.NoError(t, p.SetWriteDeadline(time.Now().Add(60*time.Second)))
	over := make(chan error, 1)
	go func() { _, err := p.Write(job[sent:]); over <- err }()
	got := make([]byte, len(job))
	require.NoError(t, device.SetReadDeadline(time.Now().Add(60*time.Second)))
	_, err = io.ReadFull(device, got)
	require.NoError(t, err)
	require.Equal(t, string(job), string(got), "nothing of it is lost or sent twice")
	require.NoError(t, next(t, over))
}

func TestSilenceEndsAScanWhereItIsSaid(t *testing.T) {
	device, port := devicetest.Pty(t)
	h := newHeard()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() {
		over <- (&Scanner{Address: Address{Path: port, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}, Format: frame.Format{Quiet: 50 * time.Millisecond}}).Run(ctx, h)
	}()
	next(t, h.up)
	_, err := device.WriteString("A1")
	require.NoError(t, err)
	require.Equal(t, "A1", next(t, h.scans))
	cancel()
	<-over
}

func TestAPortNobodyMayOpen(t *testing.T) {
	if os.Getuid() == 0 {
		path := filepath.Join(t.TempDir(), "tty")
		require.NoError(t, os.WriteFile(path, nil, 0o660))
		require.NoError(t, os.Chmod(path, 0o660))
		require.NoError(t, os.Chown(path, 0, 20))
		require.Regexp(t, `has to be in the group \w+ \(usermod -aG`, devices.MayNotOpen(path).Error())
	}
	path := filepath.Join(t.TempDir(), "tty")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.ErrorContains(t, devices.MayNotOpen(path), "udev rule")
	_, err := Address{Path: filepath.Join(t.TempDir(), "none")}.Open()
	require.ErrorContains(t, err, "is not plugged in")
}
