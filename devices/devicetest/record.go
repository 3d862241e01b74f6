package devicetest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Dial is how a driver reaches the network.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Record wraps a dialler and writes what passes over its connections to w, one stretch a line:
// "> " and a quoted Go string for bytes to the device, "< " for bytes from it. The first
// line says what was dialled. Lines that start with "#" are remarks.
func Record(dial Dial, w io.Writer) Dial {
	var mu sync.Mutex
	say := func(dir byte, b []byte) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, "%c %q\n", dir, b)
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		fmt.Fprintf(w, "# %s %s\n", network, address)
		mu.Unlock()
		return &recorder{Conn: c, say: say}, nil
	}
}

type recorder struct {
	net.Conn
	say func(dir byte, b []byte)
}

func (r *recorder) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	if n > 0 {
		r.say('<', b[:n])
	}
	return n, err
}

func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.Conn.Write(b)
	if n > 0 {
		r.say('>', b[:n])
	}
	return n, err
}

type stretch struct {
	to    bool
	bytes []byte
}

func readRecording(r io.Reader) ([]stretch, error) {
	var out []stretch
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 16<<20)
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" || line[0] == '#' {
			continue
		}
		dir, quoted, ok := strings.Cut(line, " ")
		s, err := strconv.Unquote(quoted)
		if !ok || err != nil || dir != ">" && dir != "<" {
			return nil, fmt.Errorf("recording line %d: %q is neither a remark nor a stretch", n, line)
		}
		if k := len(out) - 1; k >= 0 && out[k].to == (dir == ">") {
			out[k].bytes = append(out[k].bytes, s...)
			continue
		}
		out = append(out, stretch{dir == ">", []byte(s)})
	}
	return out, sc.Err()
}

// TB is what Playback needs of a test.
type TB interface {
	require.TestingT
	Helper()
	Cleanup(func())
}

// Playback plays the device's side of a recording to the first connection, and refuses any further
// one. Bytes to the device must be the recorded ones, however they are split. The
// test fails if at its end any recorded byte is left over, in either direction.
func Playback(t TB, recording io.Reader) Dial {
	t.Helper()
	script, err := readRecording(recording)
	require.NoError(t, err)
	client, device := net.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- play(device, script) }()
	t.Cleanup(func() {
		client.Close()
		if err := <-ended; err != nil {
			t.Errorf("playback: %v", err)
		}
	})
	var mu sync.Mutex
	taken := false
	return func(context.Context, string, string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if taken {
			return nil, os.ErrClosed
		}
		taken = true
		return client, nil
	}
}

func play(device net.Conn, script []stretch) error {
	defer device.Close()
	for i, s := range script {
		if !s.to {
			if n, err := device.Write(s.bytes); err != nil {
				return fmt.Errorf("stretch %d: %d bytes from the device left over: %q", i+1, len(s.bytes)-n, s.bytes[n:])
			}
			continue
		}
		got := make([]byte, len(s.bytes))
		n, err := io.ReadFull(device, got)
		if !bytes.Equal(got[:n], s.bytes[:n]) {
			return fmt.Errorf("stretch %d: the device was sent %q, the recording has %q", i+1, got[:n], s.bytes)
		}
		if err != nil {
			return fmt.Errorf("stretch %d: %d bytes to the device left over: %q", i+1, len(s.bytes)-n, s.bytes[n:])
		}
	}
	extra := make([]byte, 64)
	_ = device.SetReadDeadline(time.Time{})
	if n, _ := device.Read(extra); n > 0 {
		return fmt.Errorf("after the end of the recording the device was sent %q", extra[:n])
	}
	return nil
}

// Heard is a recording of a device that only speaks: what its remarks say of it, and its stretches, each as it came in one read.
type Heard struct {
	// Made is the first line: whether it is from a device, and which, or made by hand, and after what.
	Made string
	// Says are the remarks of the form "name: value", in their order.
	Says      [][2]string
	Stretches [][]byte
}

// All are the values of a remark.
func (h *Heard) All(name string) (out []string) {
	for _, s := range h.Says {
		if s[0] == name {
			out = append(out, s[1])
		}
	}
	return out
}

// Recordings lets do hear each recording under testdata, of which there are at least so many.
func Recordings(t *testing.T, least int, do func(t *testing.T, heard *Heard)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.rec")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), least)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".rec"), func(t *testing.T) {
			f, err := os.Open(file)
			require.NoError(t, err)
			defer f.Close()
			do(t, Hear(t, f))
		})
	}
}

// Hear reads a recording of a device that only speaks, in the format of Record.
func Hear(t TB, r io.Reader) *Heard {
	t.Helper()
	h := &Heard{}
	lines, err := io.ReadAll(r)
	require.NoError(t, err)
	for n, line := range strings.Split(strings.TrimRight(string(lines), "\n"), "\n") {
		remark, is := strings.CutPrefix(line, "# ")
		quoted, from := strings.CutPrefix(line, "< ")
		switch {
		case n == 0:
			h.Made = remark
			require.True(t, strings.HasPrefix(remark, "By hand, ") || strings.HasPrefix(remark, "From a device: "), "a recording says first whether it is from a device or made by hand: %q", line)
		case is:
			if name, value, ok := strings.Cut(remark, ": "); ok {
				h.Says = append(h.Says, [2]string{name, value})
			}
		case from:
			s, err := strconv.Unquote(quoted)
			require.NoError(t, err, "line %d", n+1)
			h.Stretches = append(h.Stretches, []byte(s))
		default:
			require.Failf(t, "neither a remark nor a stretch", "line %d: %q", n+1, line)
		}
	}
	return h
}
