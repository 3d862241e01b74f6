//go:build linux

package drivers_test

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"picket/devices/devicetest"
	"picket/devices/lp"
	"picket/devices/raw"
	"picket/devices/tty"
	"picket/devices/virtual"
)

// cable puts a virtual printer at the other end of a device file. A printer that is switched off is unplugged: its file
// is gone until it is on again.
func cable(t *testing.T, p *virtual.Printer, rawLine bool) (file string) {
	dir := t.TempDir()
	file = filepath.Join(dir, "printer")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			conn, err := net.Dial("tcp", p.Addr())
			if err != nil {
				select {
				case <-ctx.Done():
				case <-time.After(5 * time.Millisecond):
				}
				continue
			}
			device, port, err := devicetest.OpenPty()
			if err != nil || rawLine && !setRaw(port) {
				if err == nil {
					_ = device.Close()
				}
				_ = conn.Close()
				continue
			}
			_ = os.Symlink(port, file)
			var one sync.Once
			cut := func() {
				one.Do(func() { _ = os.Remove(file); _ = device.Close(); _ = conn.Close() })
			}
			stop := context.AfterFunc(ctx, cut)
			go func() { defer cut(); _, _ = io.Copy(conn, &patient{File: device}) }()
			_, _ = io.Copy(device, conn)
			cut()
			stop()
		}
	}()
	require.Eventually(t, func() bool { _, err := os.Lstat(file); return err == nil }, 60*time.Second, time.Millisecond)
	return file
}

// patient reads a pseudo terminal that nobody has opened at its other end yet. Once it was, closing it is the end.
type patient struct {
	*os.File
	used bool
}

func (p *patient) Read(b []byte) (int, error) {
	for {
		n, err := p.File.Read(b)
		if n > 0 || err == nil || p.used {
			p.used = true
			return n, err
		}
		if pe, ok := err.(*os.PathError); !ok || pe.Err != unix.EIO {
			return 0, err
		}
		time.Sleep(5 * time.Millisecond) // EIO: it was never opened
	}
}

// setRaw keeps the terminal from changing what goes through, as a printer's file does; false when it is gone again.
func setRaw(port string) bool {
	fd, err := unix.Open(port, unix.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	term, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return false
	}
	term.Iflag, term.Oflag, term.Lflag = 0, 0, 0
	return unix.IoctlSetTermios(fd, unix.TCSETS, term) == nil
}

func printer(t *testing.T) *virtual.Printer {
	p, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0", PrintTime: 15 * time.Millisecond, Clients: 1})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = p.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return p
}

// The suite every printer passes, at a serial port that obeys XON and XOFF, and at a USB printer's device file.
func TestPrinterSuiteOverCables(t *testing.T) {
	const answer = 250 * time.Millisecond
	for name, open := range map[string]func(string) (net.Conn, error){
		"serial": func(file string) (net.Conn, error) {
			p, err := tty.Address{Path: file, Flow: tty.Software, Mode: serial.Mode{BaudRate: 115200, DataBits: 8}}.Open()
			if err != nil {
				return nil, err
			}
			return p, nil
		},
		"usb": lp.Open,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			devicetest.Printer(t, func(t *testing.T) devicetest.Bench {
				p := printer(t)
				file := cable(t, p, name == "usb")
				o := raw.Options{Dial: 2 * time.Second, Answer: answer, Write: 1500 * time.Millisecond, Busy: 20, Cable: true,
					DialContext: func(context.Context, string, string) (net.Conn, error) { return open(file) }}
				return devicetest.Bench{Driver: raw.New(file, o), Machine: p, Answer: answer, PrintTime: 15 * time.Millisecond}
			})
		})
	}
}

func TestAPrintersFileIsUsedByOne(t *testing.T) {
	device, file, err := devicetest.OpenPty() // nobody at its other end pulls the plug
	require.NoError(t, err)
	defer device.Close()
	first, err := lp.Open(file)
	require.NoError(t, err)
	_, err = lp.Open(file)
	require.ErrorContains(t, err, "another program has")
	require.NoError(t, first.Close())
	require.NoError(t, lp.Check("/dev/usb/lp0"))
	require.Error(t, lp.Check("/dev/../etc/shadow"))
}
