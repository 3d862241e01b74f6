//go:build linux

package scale

import (
	"context"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.bug.st/serial"

	"picket/devices"
	"picket/devices/devicetest"
	"picket/devices/tty"
)

func all(t *testing.T, p Protocol, stream string) (out []devices.Weight, bad int) {
	t.Helper()
	r := p.Reader()
	for _, b := range []byte(stream) {
		w, ok, err := r.Take(b)
		if err != nil {
			bad++
		}
		if ok {
			out = append(out, w)
		}
	}
	return out, bad
}

// msg is a message of continuous output with its checksum, worked out as the manual says.
func msg(status, weight string, sum bool) string {
	m := "\x02" + status + weight + "000000\r"
	if sum {
		total := 0
		for _, c := range []byte(m) {
			total += int(c)
		}
		m += string([]byte{byte(-total & 0x7f)})
	}
	return m
}

func TestContinuousOutput(t *testing.T) {
	const kg3, g0, lb2, oz3 = "\x2d\x30\x20", "\x2a\x20\x21", "\x2c\x20\x20", "\x2d\x20\x23"
	for name, tc := range map[string]struct {
		in   string
		want []devices.Weight
		bad  int
	}{
		"kilograms":                    {msg(kg3, "  1234", false), []devices.Weight{{Milligrams: 1_234_000, Settled: true}}, 0},
		"grams":                        {msg(g0, "000250", false), []devices.Weight{{Milligrams: 250_000, Settled: true}}, 0},
		"pounds":                       {msg(lb2, "000150", false), []devices.Weight{{Milligrams: 680_389, Settled: true}}, 0},
		"ounces":                       {msg(oz3, "001000", false), []devices.Weight{{Milligrams: 28_350, Settled: true}}, 0},
		"fixed noughts":                {msg("\x29\x30\x20", "000012", false), []devices.Weight{{Milligrams: 120_000_000, Settled: true}}, 0},
		"moving":                       {msg("\x2d\x38\x20", "001234", false), []devices.Weight{{Milligrams: 1_234_000}}, 0},
		"below nothing":                {msg("\x2d\x32\x20", "000010", false), []devices.Weight{{Milligrams: -10_000, Settled: true}}, 0},
		"too much":                     {msg("\x2d\x34\x20", "999999", false), []devices.Weight{{Bad: "more, or less, lies on the scale than it can weigh"}}, 0},
		"no zero yet":                  {msg("\x2d\x70\x20", "000000", false), []devices.Weight{{Bad: "the scale has not found its zero yet: empty it and press zero"}}, 0},
		"expanded by ten":              {msg("\x2d\x30\x30", "012345", false), []devices.Weight{{Milligrams: 1_234_500, Settled: true}}, 0},
		"begun in the middle":          {"1234000000\r" + msg(kg3, "000002", false), []devices.Weight{{Milligrams: 2000, Settled: true}}, 0},
		"cut off":                      {"\x02\x2d\x30" + msg(kg3, "000002", false), []devices.Weight{{Milligrams: 2000, Settled: true}}, 1},
		"a letter among the digits":    {msg(kg3, "00O002", false) + msg(kg3, "000003", false), []devices.Weight{{Milligrams: 3000, Settled: true}}, 1},
		"parity in the eighth bit":     {"\x82" + msg(kg3, "000002", false)[1:], []devices.Weight{{Milligrams: 2000, Settled: true}}, 0},
		"a checksum nobody asked for":  {msg(kg3, "000002", true) + msg(kg3, "000003", true), []devices.Weight{{Milligrams: 2000, Settled: true}, {Milligrams: 3000, Settled: true}}, 0},
		"a short form is not this one": {"\x02\x2d\x30\x20000002\r" + msg(kg3, "000003", false), []devices.Weight{{Milligrams: 3000, Settled: true}}, 1},
	} {
		got, bad := all(t, Toledo{}, tc.in)
		require.Equal(t, tc.want, got, name)
		require.Equal(t, tc.bad, bad, name)
	}
	good := msg(kg3, "001234", true)
	got, bad := all(t, Toledo{Checksum: true}, good+strings.Replace(good, "1234", "1243", 1)+strings.Replace(good, "1234", "1235", 1)+good)
	require.Len(t, got, 3, "a changed digit is seen; two that changed places are not: the sum is the same")
	require.Equal(t, 1, bad)
}

func TestScalesThatAreAsked(t *testing.T) {
	for name, tc := range map[string]struct {
		in   string
		want []devices.Weight
		bad  int
	}{
		"pounds":           {"\n0001.50lb\r\n00\r\x03", []devices.Weight{{Milligrams: 680_389, Settled: true}}, 0},
		"kilograms":        {"\n  1.234kg\r\n00\r\x03", []devices.Weight{{Milligrams: 1_234_000, Settled: true}}, 0},
		"grams with space": {"\n 250 g \r\n00\r\x03", []devices.Weight{{Milligrams: 250_000, Settled: true}}, 0},
		"moving":           {"\n10\r\x03", []devices.Weight{{}}, 0},
		"moving, weighed":  {"\n  1.234KG\r\n10\r\x03", []devices.Weight{{Milligrams: 1_234_000}}, 0},
		"below nothing":    {"\n -0.010kg\r\n00\r\x03", []devices.Weight{{Milligrams: -10_000, Settled: true}}, 0},
		"too much":         {"\n02\r\x03", []devices.Weight{{Bad: "more lies on the scale than it can weigh"}}, 0},
		"too little":       {"\n01\r\x03", []devices.Weight{{Bad: "less lies on the scale than nothing: empty it and press zero"}}, 0},
		"a fault":          {"\n40\r\x03", []devices.Weight{{Bad: "the scale reports a fault of its own: have it looked at"}}, 0},
		"three bytes":      {"\n0.5kg\r\n0p0\r\x03", []devices.Weight{{Milligrams: 500_000, Settled: true}}, 0},
		"not understood":   {"\n?\r\x03", nil, 1},
		"torn, then whole": {"34kg\r\n00\r\x03\n0.5kg\r\n00\r\x03", []devices.Weight{{Bad: "the scale gives no weight"}, {Milligrams: 500_000, Settled: true}}, 0},
		"noise":            {strings.Repeat("x", 50) + "\x03\n0.5kg\r\n00\r\x03", []devices.Weight{{Milligrams: 500_000, Settled: true}}, 2},
		"a unit of stones": {"\n0.5st\r\n00\r\x03", nil, 1},
		"no number":        {"\nkg\r\n00\r\x03", nil, 1},
	} {
		got, bad := all(t, NCI{}, tc.in)
		require.Equal(t, tc.want, got, name)
		require.Equal(t, tc.bad, bad, name)
	}
	require.Equal(t, 680, devices.Weight{Milligrams: 680_389}.Grams())
	require.Equal(t, -10, devices.Weight{Milligrams: -10_400}.Grams())
}

type heard struct {
	up      chan struct{}
	weights chan devices.Weight
}

func newHeard() *heard                   { return &heard{make(chan struct{}, 8), make(chan devices.Weight, 64)} }
func (h *heard) Up()                     { h.up <- struct{}{} }
func (h *heard) Weight(w devices.Weight) { h.weights <- w }

func next[T any](t *testing.T, from <-chan T) (out T) {
	t.Helper()
	select {
	case out = <-from:
	case <-time.After(30 * time.Second):
		require.Fail(t, "nothing came")
	}
	return out
}

func TestAScaleOnASerialPort(t *testing.T) {
	device, port := devicetest.Pty(t)
	s := &Scale{Protocol: Toledo{}, Open: func(context.Context) (Conn, error) {
		return tty.Address{Path: port, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}.Open()
	}}
	h, over := newHeard(), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { over <- s.Run(ctx, h) }()
	m := msg("\x2d\x30\x20", "001234", false)
	up := false
	for beat := time.NewTicker(20 * time.Millisecond); !up; { // it speaks whether anybody listens or not
		_, _ = device.WriteString(m[7:] + m[:7])
		select {
		case <-h.up:
			up = true
		case <-beat.C:
		case err := <-over:
			require.NoError(t, err)
		}
	}
	require.Equal(t, 1234, next(t, h.weights).Grams())
	cancel()
	require.ErrorIs(t, next(t, over), context.Canceled)
}

func TestAScaleThatIsAskedOverTheNetwork(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	asked := make(chan int, 1)
	go func() {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		buf := make([]byte, 16)
		for n := 0; n < 3; n++ {
			if _, err := c.Read(buf); err != nil {
				return
			}
			_, _ = c.Write([]byte("\n  1.500kg\r\n00\r\x03"))
		}
		asked <- 3
	}()
	s := &Scale{Protocol: NCI{}, Every: 5 * time.Millisecond, Open: func(ctx context.Context) (Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", ln.Addr().String())
	}}
	h := newHeard()
	require.ErrorContains(t, s.Run(t.Context(), h), "closed the connection")
	require.Equal(t, 3, next(t, asked))
	require.Equal(t, 1500, next(t, h.weights).Grams())
}

func TestAScaleThatSaysNothing(t *testing.T) {
	_, port := devicetest.Pty(t)
	for _, p := range []Protocol{Toledo{}, NCI{}} {
		s := &Scale{Protocol: p, Silent: 300 * time.Millisecond, Open: func(context.Context) (Conn, error) {
			return tty.Address{Path: port, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}.Open()
		}}
		require.ErrorIs(t, s.Run(t.Context(), newHeard()), errSilent)
	}
}

func TestNamed(t *testing.T) {
	q, _ := url.ParseQuery("protocol=toledo&checksum=yes&baud=4800")
	p, err := Named(q)
	require.NoError(t, err)
	require.Equal(t, Toledo{Checksum: true}, p)
	require.Equal(t, "baud=4800", q.Encode())
	for _, bad := range []string{"protocol=x", "checksum=maybe", "protocol=nci&checksum=yes"} {
		q, _ := url.ParseQuery(bad)
		_, err := Named(q)
		require.Error(t, err, bad)
	}
}

// Whatever comes, a reading is in bounds, and settled only when it is a weight.
func FuzzReaders(f *testing.F) {
	f.Add([]byte(msg("\x2d\x30\x20", "001234", true)))
	f.Add([]byte("\n  1.234kg\r\n00\r\x03"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		for _, p := range []Protocol{Toledo{}, Toledo{Checksum: true}, NCI{}} {
			r := p.Reader()
			for _, b := range stream {
				w, ok, err := r.Take(b)
				if ok && (err != nil || w.Bad != "" && (w.Settled || w.Milligrams != 0) || w.Milligrams > 1<<60 || w.Milligrams < -1<<60) {
					t.Fatalf("%+v %v", w, err)
				}
			}
		}
	})
}
