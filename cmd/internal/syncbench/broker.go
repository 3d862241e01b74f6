package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"picket/sync/linktest/port"
)

// broker is a Mosquitto as a child of the measurement.
type broker struct {
	cmd  *exec.Cmd
	addr string
	bin  string
	conf string
}

// pipeConf is a broker that keeps nothing and drops nothing for being full: what is measured is not its limits. It says at
// once what it has to say, as deploy/mosquitto.conf has it: the product acknowledges promptly enough for a broker that does
// not, but bare clients and the proxy would stand still for 40 ms every few messages.
const pipeConf = "set_tcp_nodelay true\npersistence false\nmax_queued_messages 0\nmax_inflight_messages 0\n"

// startBroker runs Mosquitto with further lines of configuration, and waits until it listens.
func startBroker(dir, lines string) (*broker, error) {
	bin, err := exec.LookPath("mosquitto")
	if err != nil {
		if bin = "/usr/sbin/mosquitto"; !exists(bin) {
			return nil, errors.New("a real broker is needed: install the Debian package mosquitto")
		}
	}
	at, err := port.Keep()
	if err != nil {
		return nil, err
	}
	if dir, err = os.MkdirTemp(dir, "broker-"); err != nil {
		return nil, err
	}
	b := &broker{addr: at.Addr()}
	conf := filepath.Join(dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %d 127.0.0.1\nallow_anonymous true\nuser root\nlog_type none\n%s", at.Number(), lines)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return nil, err
	}
	b.bin, b.conf = bin, conf
	return b, b.start()
}

func (b *broker) start() error {
	b.cmd = exec.Command(b.bin, "-c", b.conf)
	b.cmd.Dir = filepath.Dir(b.conf)
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := b.cmd.Start(); err != nil {
		return err
	}
	if err := until(10*time.Second, func() bool {
		c, err := net.Dial("tcp", b.addr)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}); err != nil {
		b.stop()
		return fmt.Errorf("mosquitto does not listen: %w", err)
	}
	return nil
}

// restart kills the broker and starts it again.
func (b *broker) restart() error {
	b.stop()
	return b.start()
}

func (b *broker) url() string { return "tcp://" + b.addr }

func (b *broker) stop() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

var errLate = errors.New("it did not come in time")

func (b *broker) cpu() time.Duration { return cpuOf(b.cmd.Process.Pid) }

// cpuOf is the processor time a process has used.
func cpuOf(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ") // behind the name, which may have blanks
	f := strings.Fields(rest)
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(f[11], 10, 64)
	sys, _ := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+sys) * (time.Second / 100) // the kernel tells it in hundredths
}

// ownCPU is the processor time this process has used: site, centre and whoever measures.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// until looks again and again whether something holds.
func until(limit time.Duration, holds func() bool) error {
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	end := time.Now().Add(limit)
	for !holds() {
		if time.Now().After(end) {
			return errLate
		}
		<-look.C
	}
	return nil
}

// proxy is a line of its own length between a client and the broker: every byte arrives the delay after it was sent,
// and is counted. It does not narrow the line.
type proxy struct {
	ln       net.Listener
	to       string
	delay    time.Duration
	up, down atomic.Int64
	all      sync.WaitGroup
	mu       sync.Mutex
	conns    []net.Conn
}

func startProxy(to string, delay time.Duration) (*proxy, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{ln: ln, to: to, delay: delay}
	p.all.Go(p.serve)
	return p, nil
}

func (p *proxy) url() string { return "tcp://" + p.ln.Addr().String() }

func (p *proxy) stop() {
	_ = p.ln.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.all.Wait()
}

func (p *proxy) serve() {
	for {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		d, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = c.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, c, d)
		p.mu.Unlock()
		p.all.Go(func() { p.carry(d, c, &p.up) })
		p.all.Go(func() { p.carry(c, d, &p.down) })
	}
}

type parcel struct {
	due  time.Time
	data []byte
}

// carry moves bytes one way.
func (p *proxy) carry(to, from net.Conn, count *atomic.Int64) {
	under := make(chan parcel, 4096)
	p.all.Go(func() {
		for b := range under {
			if wait := time.Until(b.due); wait > 0 {
				t := time.NewTimer(wait)
				<-t.C
			}
			if _, err := to.Write(b.data); err != nil {
				_ = from.Close()
				continue // what is left is read and thrown away
			}
		}
		_ = to.Close()
	})
	defer close(under)
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			count.Add(int64(n))
			under <- parcel{time.Now().Add(p.delay), append([]byte(nil), buf[:n]...)}
		}
		if err != nil {
			return
		}
	}
}

// copyFile copies bytes, and waits until they are on the disk.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}
