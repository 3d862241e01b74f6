//go:build linux

package evdev

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"picket/devices/frame"
)

// stroke is one event as the kernel writes it.
func stroke(kind, code uint16, value int32) []byte {
	out := make([]byte, eventSize)
	binary.NativeEndian.PutUint16(out[2*wordSize:], kind)
	binary.NativeEndian.PutUint16(out[2*wordSize+2:], code)
	binary.NativeEndian.PutUint32(out[2*wordSize+4:], uint32(value))
	return out
}

func report() []byte { return stroke(typeSync, 0, 0) }

// typing is what a scanner set to a layout sends for a text: each key down and up, with the shift it needs.
func typing(t require.TestingT, l *Layout, text string) (out []byte) {
	press := func(code uint16) {
		out = append(out, stroke(4, 4, 0x70000)...) // MSC_SCAN stands before each key
		out = append(out, stroke(typeKey, code, 1)...)
		out = append(out, report()...)
		out = append(out, stroke(typeKey, code, 0)...)
		out = append(out, report()...)
	}
	held := func(with, code uint16) {
		out = append(out, stroke(typeKey, with, 1)...)
		press(code)
		out = append(out, stroke(typeKey, with, 0)...)
	}
	for _, c := range []byte(text) {
		switch {
		case c == '\r':
			press(keyEnter)
			continue
		case c == 0x1d:
			held(keyLeftCtrl, 27)
			continue
		}
		if code, ok := key(l.plain, c); ok {
			press(code)
		} else if code, ok := key(l.shift, c); ok {
			held(keyLeftShift, code)
		} else if code, ok := key(l.altGr, c); ok {
			held(keyRightAlt, code)
		} else {
			require.Failf(t, "no key", "%q", c)
		}
		if strings.IndexByte(l.dead, c) >= 0 {
			press(keySpace)
		}
	}
	return out
}

func key(m map[uint16]byte, c byte) (uint16, bool) {
	best, ok := uint16(0), false
	for code, is := range m {
		if is == c && (!ok || code < best) {
			best, ok = code, true
		}
	}
	return best, ok
}

func read(t require.TestingT, l *Layout, raw []byte) (out []string) {
	ty := &typed{keyboard: Keyboard{Layout: l}}
	ty.take(raw)
	c := frame.Cutter{}
	c.Push(ty.rest, func(s []byte) { out = append(out, string(s)) })
	return out
}

// Every character of GS1's set comes through in every layout, whatever the keys are called.
func TestLayouts(t *testing.T) {
	const all = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz#$@[\\]^`{|}~ "
	for _, name := range []string{"us", "de", "fr"} {
		l, err := LayoutNamed(name)
		require.NoError(t, err)
		require.Equal(t, []string{all}, read(t, l, typing(t, l, all+"\r")), name)
	}
	_, err := LayoutNamed("dvorak")
	require.EqualError(t, err, "layout=dvorak: it is one of de, fr, us, as the scanner was set")

	// A scanner set to one layout and read as another: the classic mistake is seen, not hidden.
	require.Equal(t, []string{"Yebra&/"}, read(t, layouts["de"], typing(t, layouts["us"], "Zebra^&\r")))
}

// The kernel's own codes (input-event-codes.h), not taken from the table they are looked up in.
func TestKeysByTheKernelsCodes(t *testing.T) {
	press := func(codes ...uint16) (out []byte) {
		for _, c := range codes {
			out = append(append(out, stroke(typeKey, c, 1)...), stroke(typeKey, c, 0)...)
		}
		return out
	}
	require.Equal(t, []string{"4006381333931"}, read(t, layouts["us"], press(5, 11, 11, 7, 4, 9, 2, 4, 4, 4, 10, 4, 2, 28)))
	require.Equal(t, []string{"zy"}, read(t, layouts["de"], press(21, 44, 28)))
	require.Equal(t, []string{"aqwzm"}, read(t, layouts["fr"], press(16, 30, 44, 17, 39, 28)))
	require.Equal(t, []string{"&(-_"}, read(t, layouts["fr"], press(2, 6, 7, 9, 28)), "digits without shift")
	require.Equal(t, []string{"123"}, read(t, layouts["us"], press(79, 80, 81, 96)), "the keypad")
	caps := append(press(58), press(30, 2, 28)...)
	require.Equal(t, []string{"A1"}, read(t, layouts["us"], caps), "caps lock turns letters only")
	require.Equal(t, []string{"a"}, read(t, layouts["us"], append(caps, press(58, 30, 28)...))[1:])
	alt := append(stroke(typeKey, keyLeftAlt, 1), press(82, 80, 73)...)
	alt = append(append(alt, stroke(typeKey, keyLeftAlt, 0)...), press(30, 28)...)
	require.Equal(t, []string{"\x1dq"}, read(t, layouts["fr"], alt), "Alt and 0 2 9")
	held := append(stroke(typeKey, 30, 1), stroke(typeKey, 30, 2)...)
	require.Equal(t, []string{"a"}, read(t, layouts["us"], append(held, press(28)...)), "a key held down is one stroke")
}

func TestLostStrokesSpoilOnlyTheirScan(t *testing.T) {
	us := layouts["us"]
	raw := typing(t, us, "FIRST\rHAL")
	raw = append(raw, stroke(typeSync, syncDropped, 0)...)
	raw = append(raw, typing(t, us, "F\rLAST\r")...)
	require.Equal(t, []string{"FIRST", "LAST"}, read(t, us, raw))
}

// heard is a sink.
type heard struct {
	up    chan struct{}
	scans chan string
}

func (h *heard) Up()           { h.up <- struct{}{} }
func (h *heard) Scan(b []byte) { h.scans <- string(b) }

// The driver over a real file that is written to while it reads; what is missing of a real device is the grab.
func TestADeviceIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "event")
	require.NoError(t, unix.Mkfifo(path, 0o600))
	keep, err := os.OpenFile(path, os.O_RDWR, 0)
	require.NoError(t, err)
	defer keep.Close()
	grabbed := false
	s := &Scanner{Path: path, Layout: layouts["us"], grab: func(*os.File) error { grabbed = true; return nil }}
	h := &heard{make(chan struct{}, 1), make(chan string, 8)}
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- s.Run(ctx, h) }()
	<-h.up
	require.True(t, grabbed)
	raw := typing(t, layouts["us"], "]C1010952000000001110A\x1d2112\rX")
	for len(raw) > 0 { // in pieces that split events
		n := min(37, len(raw))
		_, err := keep.Write(raw[:n])
		require.NoError(t, err)
		raw = raw[n:]
	}
	require.Equal(t, "]C1010952000000001110A\x1d2112", <-h.scans)
	_, err = keep.Write(append(stroke(typeSync, syncDropped, 0), typing(t, layouts["us"], "Y\rZ\r")...))
	require.NoError(t, err)
	require.Equal(t, "Z", <-h.scans, "the beginning of a torn scan is dropped")
	cancel()
	select {
	case err := <-over:
		require.ErrorIs(t, err, context.Canceled)
	case <-time.After(30 * time.Second):
		require.Fail(t, "a waiting read did not end")
	}
	require.Error(t, (&Scanner{Path: path}).Run(t.Context(), h), "what cannot be grabbed is not read")
	require.ErrorContains(t, (&Scanner{Path: filepath.Join(t.TempDir(), "x")}).Run(t.Context(), h), "not plugged in")
	require.NoError(t, Check("/dev/input/by-id/usb-x-event-kbd"))
	require.Error(t, Check("/dev/input/../sda"))
}

// Any text of what a layout has keys for comes through.
func TestWhatIsTypedIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := layouts[rapid.SampledFrom([]string{"us", "de", "fr"}).Draw(t, "layout")]
		text := rapid.StringOfN(rapid.RuneFrom([]rune("AZaz09^`~ /]\x1d@#")), 1, 30, -1).Draw(t, "text")
		if strings.ContainsAny(text, "^`~") && strings.Contains(text, "\x1d") {
			text = strings.ReplaceAll(text, "\x1d", "")
		}
		if text == "" {
			return
		}
		if _, ok := key(l.plain, ']'); !ok {
			text = strings.ReplaceAll(text, "\x1d", "") // Ctrl and ] needs a key for it
		}
		want := []string{text}
		if text == "" {
			want = nil
		}
		require.Equal(t, want, read(t, l, typing(t, l, text+"\r")))
	})
}

func FuzzEvents(f *testing.F) {
	f.Add(bytes.Repeat(stroke(typeKey, 30, 1), 3))
	f.Add([]byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, l := range layouts {
			whole := &typed{keyboard: Keyboard{Layout: l}}
			whole.take(raw)
			pieces := &typed{keyboard: Keyboard{Layout: l}}
			for _, b := range raw {
				pieces.take([]byte{b})
			}
			if !bytes.Equal(whole.rest, pieces.rest) || len(whole.rest) > 2*len(raw) {
				t.Fatal("pieces make a difference")
			}
		}
	})
}
