package raw_test

import (
	"bytes"
	"context"
	"errors"
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

type machine struct{ *virtual.Printer }

func (m machine) Coming() bool { return m.State().Printing }

func (m machine) Out() (whole, torn int) {
	for _, l := range m.Labels() {
		if l.Torn {
			torn++
		} else {
			whole++
		}
	}
	return whole, torn
}

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

func TestPrinterSuite(t *testing.T) {
	devicetest.Printer(t, func(t *testing.T) devicetest.Bench {
		p := openVirtual(t, virtual.Config{Name: "bench-1", PrintTime: 15 * time.Millisecond, Clients: 1})
		return devicetest.Bench{Driver: raw.New(p.Addr(), quick), Machine: machine{p}, Answer: quick.Answer, PrintTime: 15 * time.Millisecond}
	})
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

func TestPlaybackOfAPrinterThatChats(t *testing.T) {
	f, err := os.Open("testdata/media-out-chatty.rec")
	require.NoError(t, err)
	defer f.Close()
	o := quick
	o.DialContext = devicetest.Playback(t, f)
	require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
		st, err := s.Status(ctx)
		require.NoError(t, err)
		assert.Equal(t, devices.Stopped, st.State)
		assert.Equal(t, []devices.Reason{devices.CoverOpen, devices.MediaEmpty}, st.Reasons)
		assert.Equal(t, 3, st.LabelsLeft)
		assert.Equal(t, 2, st.FormatsInBuffer)
		return nil
	}))
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
		if !read(3) {
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

func TestAConnectionKnownDeadIsNotSent(t *testing.T) {
	client, device := net.Pipe()
	o := quick
	o.DialContext = func(context.Context, string, string) (net.Conn, error) { return client, nil }
	require.NoError(t, once(t, o, "printer:9100", func(ctx context.Context, s devices.Session) error {
		device.Close()
		require.Eventually(t, func() bool {
			_, err := s.Status(ctx)
			return err != nil
		}, 5*time.Second, time.Millisecond)
		err := s.Print(ctx, []byte("x"))
		assert.Equal(t, devices.NotSent, devices.SentOf(err))
		return nil
	}))
}
