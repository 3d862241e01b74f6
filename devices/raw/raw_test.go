package raw_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/devices/devicetest"
	"picket/devices/raw"
	"picket/devices/virtual"
)

func openVirtual(t *testing.T, cfg virtual.Config) *virtual.Printer {
	cfg.Listen = "127.0.0.1:0"
	p, err := virtual.Open(cfg)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = p.Serve(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return p
}

var quick = raw.Options{Dial: 2 * time.Second, Answer: 250 * time.Millisecond, Write: 1500 * time.Millisecond, Busy: 20}

// TestPrinterSuite runs the suite against printers that say how they are in each of the ways there are.
func TestPrinterSuite(t *testing.T) {
	for _, k := range []struct {
		name  string
		in    virtual.Answers
		json  string
		tells devicetest.Tells
	}{
		{"hs", virtual.Everything, "", devicetest.Counters},
		{"hqes", virtual.Complaints, "", devicetest.Reasons},
		{"json", virtual.OnlyJSON, "127.0.0.1:0", devicetest.Reasons},
		{"silent", virtual.Nothing, "", devicetest.Silence},
	} {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			devicetest.Printer(t, func(t *testing.T) devicetest.Bench {
				p := openVirtual(t, virtual.Config{Name: "bench-1", PrintTime: 15 * time.Millisecond, Clients: 1, InError: k.in, JSON: k.json})
				o := quick
				o.JSON = p.JSONAddr()
				return devicetest.Bench{Driver: raw.New(p.Addr(), o), Machine: p, Answer: quick.Answer, PrintTime: 15 * time.Millisecond, Tells: k.tells}
			})
		})
	}
}

// once runs a driver's one session and gives it to use; the driver's error comes back.
func once(t *testing.T, o raw.Options, address string, use func(ctx context.Context, s devices.Session) error) error {
	t.Helper()
	return raw.New(address, o).Run(t.Context(), use)
}

func TestRecordedSessionPlaysBack(t *testing.T) {
	p := openVirtual(t, virtual.Config{})
	use := func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, devices.Idle, st.State)
		require.NoError(t, s.Print(ctx, []byte("^XA^FO1,1^FDx^FS^XZ")))
		return nil
	}
	var rec bytes.Buffer
	o := quick
	o.DialContext = devicetest.Record(new(net.Dialer).DialContext, &rec)
	require.NoError(t, once(t, o, p.Addr(), use))
	assert.Contains(t, rec.String(), `> "~HS`)

	o.DialContext = devicetest.Playback(t, strings.NewReader(rec.String()))
	require.NoError(t, once(t, o, p.Addr(), use))
}

// TestRecordings plays streams of printers back, and says what is made of each. Whether one is by hand or from a device
// stands in its first line.
func TestRecordings(t *testing.T) {
	for name, want := range map[string]devices.Status{
		"media-out-chatty": {State: devices.Stopped, Reasons: []devices.Reason{devices.CoverOpen, devices.MediaEmpty}, LabelsLeft: 3, FormatsInBuffer: 2},
		"open-and-empty":   {State: devices.Stopped, Reasons: []devices.Reason{devices.CoverOpen, devices.MediaEmpty}, Uncounted: true},
		"paused-and-empty": {State: devices.Stopped, Reasons: []devices.Reason{devices.MediaEmpty, devices.Paused}, Uncounted: true},
		"garbage":          {State: devices.Idle},
		"peel-and-full":    {State: devices.Stopped, Reasons: []devices.Reason{devices.OutputFull, devices.BufferFull}, LabelsLeft: 17, FormatsInBuffer: 128},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := os.Open("testdata/" + name + ".rec")
			require.NoError(t, err)
			defer f.Close()
			o := quick
			o.DialContext = devicetest.Playback(t, f)
			require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
				st, err := s.Status(ctx)
				require.NoError(t, err)
				st.At = time.Time{}
				assert.Equal(t, want, st)
				return nil
			}))
		})
	}
	files, err := os.ReadDir("testdata")
	require.NoError(t, err)
	for _, f := range files {
		if f.IsDir() {
			continue // seeds of a fuzz target
		}
		b, err := os.ReadFile("testdata/" + f.Name())
		require.NoError(t, err)
		assert.Regexp(t, `^# (By hand|From a device)`, string(b), f.Name())
	}
}

func TestARecordingOfJSON(t *testing.T) {
	f, err := os.Open("testdata/json-open.rec")
	require.NoError(t, err)
	defer f.Close()
	client, device := net.Pipe() // the port for jobs, where nothing is answered
	defer device.Close()
	go func() { _, _ = io.Copy(io.Discard, device) }()
	play := devicetest.Playback(t, f)
	o := quick
	o.JSON = "printer:9200"
	o.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == o.JSON {
			return play(ctx, network, address)
		}
		return client, nil
	}
	require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		st.At = time.Time{}
		assert.Equal(t, devices.Status{State: devices.Stopped, Reasons: []devices.Reason{devices.CoverOpen, devices.Paused}, Uncounted: true}, st)
		return nil
	}))
}

// TestAPrinterThatSaysWhyItWaitsIsWaitedFor: the connection that carries a job outlasts any number of questions that are
// answered with what is wrong, and not that many that find silence.
func TestAPrinterThatSaysWhyItWaitsIsWaitedFor(t *testing.T) {
	for in, want := range map[virtual.Answers]devices.Verdict{virtual.Complaints: devices.Printed, virtual.Nothing: devices.Lost} {
		p := openVirtual(t, virtual.Config{InError: in})
		p.LoadMedia(1)
		o := quick
		o.Answer, o.Busy = 50*time.Millisecond, 4
		before, got := devices.Status{}, devices.Lost
		_ = once(t, o, p.Addr(), func(ctx context.Context, s devices.Session) (err error) {
			for before.State != devices.Idle {
				if before, err = s.Status(ctx); err != nil {
					return err
				}
			}
			if err := s.Print(ctx, []byte("^XA^FO1,1^FDx^FS^PQ2^XZ")); err != nil {
				return err
			}
			for range 8 {
				if _, err = s.Status(ctx); err != nil {
					return err
				}
			}
			p.LoadMedia(9)
			for range 100 {
				now, err := s.Status(ctx)
				if err != nil {
					return err
				}
				if got = devices.Judge(before, now); got == devices.Printed {
					break
				}
			}
			return nil
		})
		assert.Equal(t, want, got, "%d", in)
	}
}

type failures struct {
	*testing.T
	said []string
	end  []func()
}

func (f *failures) Errorf(format string, args ...any) { f.said = append(f.said, format) }
func (f *failures) Cleanup(fn func())                 { f.end = append(f.end, fn) }

func TestPlaybackFailsOnWhatIsLeftOver(t *testing.T) {
	for _, rec := range []string{`< "late"`, "> \"never\"", "> \"~HX\""} {
		fake := &failures{T: t}
		dial := devicetest.Playback(fake, strings.NewReader(rec))
		c, err := dial(t.Context(), "tcp", "x:1")
		require.NoError(t, err)
		_ = c.SetDeadline(time.Now().Add(time.Second))
		if strings.Contains(rec, "HX") {
			_, _ = c.Write([]byte("~HS"))
		}
		for _, end := range fake.end {
			end()
		}
		assert.NotEmpty(t, fake.said, rec)
	}
}

// A late answer, taken before the job, must not complete the job: the printer here answers the first
// question after the driver gave it up, and knows of a label left only in the answers that follow.
func TestALateAnswerDoesNotCompleteAJob(t *testing.T) {
	idle := "\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
	left := strings.Replace(idle, "00000000,1", "00000001,1", 1)
	client, device := net.Pipe()
	o := quick
	o.DialContext = func(context.Context, string, string) (net.Conn, error) { return client, nil }
	job := "^XA^FDx^FS^XZ"
	gaveUp := make(chan struct{})
	go func() {
		read := func(n int) bool {
			_, err := device.Read(make([]byte, n))
			return err == nil
		}
		if !read(3) || !read(5) { // ~HS, and then ~HQES
			return
		}
		<-gaveUp
		if !read(64) { // the job
			return
		}
		if !read(3) {
			return
		}
		_, _ = device.Write([]byte(idle)) // the answer to the first question, at last
		_, _ = device.Write([]byte(left)) // the answer to the second
		for read(3) {
			_, _ = device.Write([]byte(left))
		}
	}()
	require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
		before, err := s.Status(ctx)
		require.NoError(t, err)
		require.Equal(t, devices.Silent, before.State)
		close(gaveUp)
		require.NoError(t, s.Print(ctx, []byte(job)))
		now, err := s.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, 1, now.LabelsLeft)
		assert.Equal(t, devices.Waiting, devices.Judge(before, now))
		return nil
	}))
}

// Over a cable a session is only ours: what the printer still had to answer comes to the next one. It must not be taken for
// an answer to that one's question, and must not keep the half job in the printer from being cancelled.
func TestALateAnswerOverACableIsNotTheNextSessions(t *testing.T) {
	idle := "\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
	left := strings.Replace(idle, "00000000,1", "00000001,1", 1)
	line := make(chan net.Conn, 1)
	o := quick
	o.Cable = true
	o.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, device := net.Pipe()
		line <- device
		return ours, nil
	}
	heard := make(chan string, 64)
	hear := func(device net.Conn) (string, error) {
		b := make([]byte, 64)
		n, err := device.Read(b)
		return string(b[:n]), err
	}
	next := func() string {
		select {
		case q := <-heard:
			return q
		case <-time.After(60 * time.Second):
			return "nothing"
		}
	}
	printer := raw.New("cable", o)
	go func() { _, _ = io.Copy(io.Discard, <-line) }() // it hangs: nothing is answered
	require.NoError(t, printer.Run(t.Context(), func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		require.Equal(t, devices.Silent, st.State)
		return nil
	}))
	go func() {
		device := <-line
		late := idle // the answer to the first session's question
		for {
			q, err := hear(device)
			if err != nil {
				return
			}
			heard <- q
			if q == "~HS" {
				_, _ = device.Write([]byte(late + left))
				late = ""
			}
		}
	}()
	require.NoError(t, printer.Run(t.Context(), func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, 1, st.LabelsLeft, "an answer to the question that was asked")
		return nil
	}))
	assert.Equal(t, "~JX", next(), "before anything else")
	go func() {
		device := <-line
		for {
			q, err := hear(device)
			if err != nil {
				return
			}
			heard <- q
		}
	}()
	for len(heard) > 0 {
		<-heard
	}
	require.NoError(t, printer.Run(t.Context(), func(ctx context.Context, s devices.Session) error {
		return s.Print(ctx, []byte("^XA^FDx^FS^XZ"))
	}))
	assert.Equal(t, "~JX", next(), "also where the job comes before the first question")
	assert.Equal(t, "^XA^FDx^FS^XZ", next())
}

func TestAnAddressOutsideThePrintersNetworksIsNotDialled(t *testing.T) {
	p := openVirtual(t, virtual.Config{})
	o := quick
	o.Permit = func(a netip.Addr) error {
		if a.IsLoopback() {
			return errors.New("not in the printers' networks")
		}
		return nil
	}
	_, port, _ := net.SplitHostPort(p.Addr())
	err := once(t, o, "localhost:"+port, func(context.Context, devices.Session) error { panic("it was dialled") })
	assert.ErrorContains(t, err, "not in the printers' networks")
}

// A mobile printer takes one client: while another program has it, ours is turned away and says so; when that is gone, it is
// ready by itself, and never was there a second connection of ours.
func TestAPrinterThatTakesOneClient(t *testing.T) {
	p := openVirtual(t, virtual.Config{Clients: 1, JSON: "127.0.0.1:0"})
	other, err := net.Dial("tcp", p.Addr())
	require.NoError(t, err)
	_, err = other.Write([]byte("~HS"))
	require.NoError(t, err)
	_, err = other.Read(make([]byte, 1)) // it is in
	require.NoError(t, err)
	o := quick
	o.JSON = p.JSONAddr()
	dials, open := 0, 0
	o.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil && address == p.Addr() {
			dials++
			open++
			assert.Equal(t, 1, open, "one connection at a time")
			c = &counted{c, func() { open-- }}
		}
		return c, err
	}
	port := devices.NewPort("bench-1", devices.PortOptions{Every: 20 * time.Millisecond})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = port.Run(ctx, devices.Supervisor{First: 5 * time.Millisecond, Longest: 20 * time.Millisecond}, raw.New(p.Addr(), o))
	}()
	require.Eventually(t, func() bool { return strings.Contains(port.Last().Detail, "closed the connection") }, 60*time.Second, time.Millisecond)
	assert.Equal(t, devices.NotSent, devices.SentOf(port.Print(ctx, nil)))
	assert.False(t, port.Last().Ready())
	require.NoError(t, other.Close())
	require.Eventually(t, func() bool { return port.Last().State == devices.Idle }, 60*time.Second, time.Millisecond)
	cancel()
	<-over
	assert.Greater(t, dials, 1)
}

type counted struct {
	net.Conn
	closed func()
}

func (c *counted) Close() error {
	if c.closed != nil {
		c.closed()
		c.closed = nil
	}
	return c.Conn.Close()
}

func TestAConnectionKnownDeadIsNotSent(t *testing.T) {
	client, device := net.Pipe()
	o := quick
	o.DialContext = func(context.Context, string, string) (net.Conn, error) { return client, nil }
	require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
		device.Close()
		require.Eventually(t, func() bool {
			_, err := s.Status(ctx)
			return err != nil
		}, 60*time.Second, time.Millisecond)
		err := s.Print(ctx, []byte("x"))
		assert.Equal(t, devices.NotSent, devices.SentOf(err))
		return nil
	}))
}
