package linktest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/linktest/port"
)

// Mosquitto is Debian's broker as a child of the test.
type Mosquitto struct {
	t    *testing.T
	bin  string
	conf string
	port int
	cmd  *exec.Cmd

	lines Lines
}

// NewMosquitto starts a broker on a free port, with nothing kept on disk. The test fails, and names the package,
// where there is none.
func NewMosquitto(t *testing.T) *Mosquitto {
	return NewMosquittoWith(t, "allow_anonymous true\n")
}

// NewMosquittoWith is NewMosquitto with further lines for its one listener.
func NewMosquittoWith(t *testing.T, lines string) *Mosquitto {
	t.Helper()
	return NewMosquittoFrom(t, func(port int) string {
		return fmt.Sprintf("listener %d 127.0.0.1\nuser root\npersistence false\nlog_type none\n%s", port, lines)
	})
}

// NewMosquittoFrom starts a broker with a configuration of one's own, which must listen on the port at 127.0.0.1.
func NewMosquittoFrom(t *testing.T, conf func(port int) string) *Mosquitto {
	t.Helper()
	bin, err := exec.LookPath("mosquitto")
	if err != nil {
		bin = "/usr/sbin/mosquitto"
		_, err = os.Stat(bin)
	}
	require.NoError(t, err, "this test needs a real broker: install the Debian package mosquitto")
	m := &Mosquitto{t: t, bin: bin, port: port.For(t).Number()}
	m.conf = filepath.Join(t.TempDir(), "mosquitto.conf")
	require.NoError(t, os.WriteFile(m.conf, []byte(conf(m.port)), 0o600))
	m.Start()
	t.Cleanup(m.Stop)
	return m
}

// URL of the broker.
func (m *Mosquitto) URL() string { return fmt.Sprintf("tcp://127.0.0.1:%d", m.port) }

// Address of the broker.
func (m *Mosquitto) Address() string { return fmt.Sprintf("127.0.0.1:%d", m.port) }

// Reread makes the broker read its files again.
func (m *Mosquitto) Reread() { require.NoError(m.t, m.cmd.Process.Signal(syscall.SIGHUP)) }

// Start runs the broker and waits until it listens.
func (m *Mosquitto) Start() {
	if m.cmd != nil {
		return
	}
	m.cmd = exec.Command(m.bin, "-c", m.conf)
	require.NoError(m.t, m.cmd.Start())
	require.Eventually(m.t, func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", m.port))
		if err != nil {
			return false
		}
		_ = c.Close()
		return true
	}, patience, 5*time.Millisecond, "mosquitto does not listen")
}

// Stop kills the broker at once, as a power cut does.
func (m *Mosquitto) Stop() {
	if m.cmd == nil {
		return
	}
	_ = m.cmd.Process.Kill()
	_ = m.cmd.Wait()
	m.cmd = nil
}

// Config of a client that reconnects quickly.
func (m *Mosquitto) Config(clientID string, filters []string, will *link.Message) link.Config {
	return m.lines.Config(link.Config{Broker: m.URL(), ClientID: clientID, Filters: filters, Will: will})
}

// Connect implements Rig.
func (m *Mosquitto) Connect(t *testing.T, clientID string, filters []string, will *link.Message) link.Link {
	l, err := link.Dial(m.Config(clientID, filters, will))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// Drop implements Rig.
func (m *Mosquitto) Drop(clientID string) { m.lines.Drop(clientID) }

// Memory is a Broker as a Rig.
type Memory struct{ *Broker }

// Connect implements Rig.
func (m Memory) Connect(t *testing.T, clientID string, filters []string, will *link.Message) link.Link {
	l := m.Broker.Connect(clientID, filters, will)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// Drop implements Rig.
func (m Memory) Drop(clientID string) { m.Kick(clientID) }

var (
	_ Rig = (*Mosquitto)(nil)
	_ Rig = Memory{}
)
