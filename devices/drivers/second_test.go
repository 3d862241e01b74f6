//go:build linux

package drivers_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.bug.st/serial"

	"picket/devices/devicetest"
	"picket/devices/lp"
	"picket/devices/tty"
)

// openers open a device file as the drivers do.
var openers = map[string]func(string) (net.Conn, error){
	"serial": func(file string) (net.Conn, error) {
		p, err := tty.Address{Path: file, Mode: serial.Mode{BaudRate: 9600, DataBits: 8}}.Open()
		if err != nil {
			return nil, err
		}
		return p, nil
	},
	"usb": lp.Open,
}

// TestMain lets this program be the second process: it opens what it is told, says what became of it, and keeps it until its
// input ends.
func TestMain(m *testing.M) {
	how, file, ok := strings.Cut(os.Getenv("PICKET_TEST_SECOND"), ":")
	if !ok {
		os.Exit(m.Run())
	}
	c, err := openers[how](file)
	if err != nil {
		fmt.Println("refused:", err)
		return
	}
	fmt.Println("open")
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = c.Close()
}

// second starts this program again, as another user if uid is one, and gives what it says first.
func second(t *testing.T, program, how, file string, uid uint32) (says string, end func()) {
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "PICKET_TEST_SECOND="+how+":"+file, "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0") // else a second each, with the race detector
	cmd.Dir = "/"
	if uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	says, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(says), func() { _ = in.Close(); _ = cmd.Wait() }
}

// Two processes never share a port: the second is told that another has it, whichever came first, and gets it when that ends.
func TestTwoProcessesNeverShareAPort(t *testing.T) {
	me, err := os.Executable()
	require.NoError(t, err)
	for how, open := range openers {
		t.Run(how, func(t *testing.T) {
			_, port := devicetest.Pty(t)
			says, end := second(t, me, how, port, 0)
			require.Equal(t, "open", says)
			_, err := open(port)
			require.ErrorContains(t, err, "another program has "+port+" open")
			end()
			var c net.Conn
			require.Eventually(t, func() bool { c, err = open(port); return err == nil }, 60*time.Second, time.Millisecond, "it is free again")
			says, end = second(t, me, how, port, 0)
			end()
			require.Contains(t, says, "refused: another program has "+port+" open")
			require.NoError(t, c.Close())
		})
	}
}

// A process that may not open a port is told which group may. It takes another user to see that, and only the superuser can be
// one; anybody else is that user himself.
func TestAProcessThatMayNotOpenAPortIsToldTheGroup(t *testing.T) {
	group := "20"
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	me, err := os.Executable()
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "picket-second")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o755))
	copied := filepath.Join(dir, "second")
	b, err := os.ReadFile(me)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(copied, b, 0o755))
	require.NoError(t, os.Chmod(copied, 0o755))
	for how := range openers {
		_, port := devicetest.Pty(t)
		if os.Getuid() != 0 {
			require.NoError(t, os.Chmod(port, 0))
			says, end := second(t, copied, how, port, 0)
			end()
			require.Contains(t, says, "udev rule")
			continue
		}
		require.NoError(t, os.Chown(port, 0, 20))
		require.NoError(t, os.Chmod(port, 0o660))
		says, end := second(t, copied, how, port, 65534)
		end()
		require.Contains(t, says, "refused: "+port+" may not be opened: ", how)
		require.Contains(t, says, "has to be in the group "+group+" (usermod -aG "+group)
		require.Contains(t, says, "then start picketd again")
	}
}
