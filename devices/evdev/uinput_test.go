//go:build linux

package evdev

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// recording is a stream of events as evemu-record writes them, with what the test has to know in remarks before.
type recording struct {
	made, layout string
	scans        []string
	events       [][3]int // type, code, value
}

func recorded(t *testing.T, file string) (r recording) {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		line := sc.Text()
		if remark, ok := strings.CutPrefix(line, "# "); ok {
			switch name, value, _ := strings.Cut(remark, ": "); {
			case r.made == "":
				r.made = remark
			case name == "layout":
				r.layout = value
			case name == "scan":
				s, err := strconv.Unquote(value)
				require.NoError(t, err)
				r.scans = append(r.scans, s)
			}
			continue
		}
		var at float64
		var e [3]int
		_, err := fmt.Sscanf(line, "E: %f %x %x %d", &at, &e[0], &e[1], &e[2])
		require.NoError(t, err, "%q", line)
		r.events = append(r.events, e)
	}
	require.Regexp(t, "^(By hand, |From a device: )", r.made, "a recording says first whether it is from a device or made by hand")
	require.NotEmpty(t, r.scans)
	return r
}

func (r *recording) bytes() (out []byte) {
	for _, e := range r.events {
		out = append(out, stroke(uint16(e[0]), uint16(e[1]), int32(e[2]))...)
	}
	return out
}

func (r *recording) lost() bool {
	return slices.ContainsFunc(r.events, func(e [3]int) bool { return e[0] == typeSync && e[1] == syncDropped })
}

func recordings(t *testing.T) map[string]recording {
	files, err := filepath.Glob("testdata/*.events")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 5)
	out := map[string]recording{}
	for _, f := range files {
		out[strings.TrimSuffix(filepath.Base(f), ".events")] = recorded(t, f)
	}
	return out
}

func TestRecordings(t *testing.T) {
	for name, r := range recordings(t) {
		l, err := LayoutNamed(r.layout)
		require.NoError(t, err)
		require.Equal(t, r.scans, read(t, l, r.bytes()), name)
	}
}

// The recordings through the kernel, where there is a way to be an input device: grabbed, read, and unplugged. Where there is
// none the test says so, and the recordings come through the driver from a pipe, which nobody can grab.
func TestThroughTheKernel(t *testing.T) {
	for name, r := range recordings(t) {
		t.Run(name, func(t *testing.T) {
			l, err := LayoutNamed(r.layout)
			require.NoError(t, err)
			s := &Scanner{Layout: l}
			write, unplug, err := s.kernel(t)
			if r.lost() { // only the kernel itself says so, and when is its own affair
				write, unplug = s.pipe(t)
			} else if err != nil {
				t.Logf("no input device can be made on this machine (%v): the grab itself is not exercised here, and the recorded stream comes from a pipe", err)
				write, unplug = s.pipe(t)
			}
			h := &heard{make(chan struct{}, 1), make(chan string, 8)}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over := make(chan error, 1)
			go func() { over <- s.Run(ctx, h) }()
			select {
			case <-h.up:
			case err := <-over:
				require.NoError(t, err)
			}
			write(r)
			for _, want := range r.scans {
				select {
				case got := <-h.scans:
					require.Equal(t, want, got)
				case <-time.After(60 * time.Second):
					require.Fail(t, "no scan came")
				}
			}
			if unplug == nil {
				cancel()
				require.ErrorIs(t, <-over, context.Canceled)
				return
			}
			require.ErrorContains(t, (&Scanner{Path: s.Path, Layout: l}).Run(ctx, h), "cannot be had alone", "it is grabbed")
			unplug()
			require.ErrorContains(t, <-over, "unplugged")
		})
	}
}

// pipe is a file that events are written to.
func (s *Scanner) pipe(t *testing.T) (write func(recording), unplug func()) {
	s.Path = filepath.Join(t.TempDir(), "event")
	require.NoError(t, unix.Mkfifo(s.Path, 0o600))
	f, err := os.OpenFile(s.Path, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Close() })
	s.grab = func(*os.File) error { return nil }
	return func(r recording) {
		for raw := r.bytes(); len(raw) > 0; {
			n := min(41, len(raw)) // in pieces that split events
			_, err := f.Write(raw[:n])
			require.NoError(t, err)
			raw = raw[n:]
		}
	}, nil
}

// kernel is a keyboard of the kernel's own (linux/uinput.h).
func (s *Scanner) kernel(t *testing.T) (write func(recording), unplug func(), err error) {
	const (
		setEvents, setKeys        = 0x40045564, 0x40045565
		setUp, create, destroy    = 0x405c5503, 0x5501, 0x5502
		sysName, usb, nameSize, k = 0x8040552c, 3, 80, 128
	)
	fd, err := unix.Open("/dev/uinput", unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("/dev/uinput: %w", err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	call := func(what uint, arg uintptr) error {
		if _, _, e := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(what), arg); e != 0 {
			return e
		}
		return nil
	}
	for _, kind := range []uintptr{typeSync, typeKey, 4} {
		if err := call(setEvents, kind); err != nil {
			return nil, nil, err
		}
	}
	for key := range uintptr(k) {
		if err := call(setKeys, key); err != nil {
			return nil, nil, err
		}
	}
	var setup [8 + nameSize + 4]byte
	binary.NativeEndian.PutUint16(setup[0:], usb)
	binary.NativeEndian.PutUint16(setup[2:], 0x0c2e)
	copy(setup[8:], "Picket test scanner")
	if err := call(setUp, uintptr(unsafe.Pointer(&setup))); err != nil {
		return nil, nil, err
	}
	if err := call(create, 0); err != nil {
		return nil, nil, err
	}
	var name [64]byte
	if err := call(sysName, uintptr(unsafe.Pointer(&name))); err != nil {
		return nil, nil, err
	}
	under := filepath.Join("/sys/devices/virtual/input", unix.ByteSliceToString(name[:]), "event*")
	for by := time.Now().Add(5 * time.Second); ; {
		if found, _ := filepath.Glob(under); len(found) == 1 {
			s.Path = filepath.Join("/dev/input", filepath.Base(found[0]))
			if f, err := os.Open(s.Path); err == nil {
				_ = f.Close()
				break
			}
		}
		if time.Now().After(by) {
			return nil, nil, fmt.Errorf("the device %s did not appear under /dev/input", under)
		}
	}
	write = func(r recording) {
		for _, e := range r.events {
			if e[0] == typeKey && e[2] == 2 {
				continue // the kernel repeats by itself
			}
			_, err := unix.Write(fd, stroke(uint16(e[0]), uint16(e[1]), int32(e[2])))
			require.NoError(t, err)
		}
	}
	return write, func() { require.NoError(t, call(destroy, 0)) }, nil
}
