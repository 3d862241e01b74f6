// Package evdev drives scanners that present themselves as a keyboard at the box's own USB port. The device is grabbed, so that
// what is scanned is typed nowhere else.
//
// It must NEVER read a keyboard it could not grab, and never give a scan of which the kernel says that strokes were lost.
package evdev

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"picket/devices"
	"picket/devices/frame"
)

// An event of the kernel's (struct input_event of linux/input.h): a time of two words, then type, code and value.
const (
	wordSize  = 32 << (^uint(0) >> 63) / 8
	eventSize = 2*wordSize + 8

	typeSync, typeKey = 0, 1
	syncDropped       = 3
)

// Scanner is a scanner that types. Its Run obeys [devices.Scanner].
type Scanner struct {
	Path   string // best one under /dev/input/by-id
	Layout *Layout
	Format frame.Format

	grab func(*os.File) error // tests read recordings, which nobody can grab
}

// Check says whether a path can be an input device.
func Check(path string) error {
	if !filepath.IsAbs(path) || filepath.Clean(path) != path || !strings.HasPrefix(path, "/dev/input/") {
		return fmt.Errorf("%q is no input device: it stands under /dev/input/, best under /dev/input/by-id/", path)
	}
	return nil
}

// Found lists the keyboards, and what types like one, by their stable names.
func Found() []string {
	list, err := filepath.Glob("/dev/input/by-id/*-event-kbd")
	if err != nil {
		return nil
	}
	return list
}

// Run reads scans until the device is gone or ctx ends.
func (s *Scanner) Run(ctx context.Context, sink devices.ScanSink) error {
	f, err := os.OpenFile(s.Path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return devices.Because(devices.NotPlugged, fmt.Errorf("%s is not plugged in", s.Path))
	case errors.Is(err, fs.ErrPermission):
		return devices.MayNotOpen(s.Path)
	case err != nil:
		return err
	}
	defer f.Close()
	take := s.grab
	if take == nil {
		take = grab
	}
	if err := take(f); err != nil {
		return devices.Because(devices.InUse, fmt.Errorf("%s cannot be had alone: is another program reading it? %w", s.Path, err))
	}
	sink.Up()
	return frame.Read(ctx, &typed{File: f, keyboard: Keyboard{Layout: s.Layout}}, s.Format, sink.Scan)
}

// typed is a keyboard read as the bytes it types.
type typed struct {
	*os.File
	keyboard Keyboard
	rest     []byte // typed and not read yet
	half     []byte // of an event
	lost     bool   // strokes were lost: nothing counts up to the next end
	tears    []int  // places in rest where a scan was torn: whoever holds its beginning has to be told
}

// Read gives what was typed; nothing, when the strokes that came stand for nothing.
func (t *typed) Read(b []byte) (int, error) {
	if len(t.rest) == 0 && len(t.tears) == 0 {
		buf := make([]byte, 64*eventSize)
		n, err := t.File.Read(buf)
		if errors.Is(err, syscall.ENODEV) {
			err = devices.Because(devices.NotPlugged, fmt.Errorf("%s was unplugged", t.Name()))
		}
		if err != nil {
			return 0, err
		}
		t.take(buf[:n])
	}
	upTo := len(t.rest)
	if len(t.tears) > 0 {
		upTo = t.tears[0]
	}
	n := copy(b, t.rest[:upTo])
	t.rest = t.rest[n:]
	for i := range t.tears {
		t.tears[i] -= n
	}
	if len(t.tears) > 0 && t.tears[0] == 0 {
		t.tears = t.tears[1:]
		return n, frame.ErrTorn
	}
	return n, nil
}

func (t *typed) take(raw []byte) {
	t.half = append(t.half, raw...)
	for ; len(t.half) >= eventSize; t.half = t.half[eventSize:] {
		e := t.half[2*wordSize : eventSize]
		kind, code, value := binary.NativeEndian.Uint16(e), binary.NativeEndian.Uint16(e[2:]), int32(binary.NativeEndian.Uint32(e[4:]))
		switch {
		case kind == typeSync && code == syncDropped:
			// What stands behind the last end is the beginning of the scan that was torn.
			t.rest = t.rest[:bytes.LastIndexByte(t.rest, End)+1]
			t.tears = append(slices.DeleteFunc(t.tears, func(at int) bool { return at > len(t.rest) }), len(t.rest))
			t.lost, t.keyboard = true, Keyboard{Layout: t.keyboard.Layout, caps: t.keyboard.caps}
		case kind == typeKey && value != 2: // a key held down says nothing new
			out := t.keyboard.Stroke(code, value == 1)
			if t.lost {
				t.lost = len(out) == 0 || out[len(out)-1] != End
				continue
			}
			t.rest = append(t.rest, out...)
		}
	}
}
