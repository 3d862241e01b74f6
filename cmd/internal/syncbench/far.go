package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// far is a centre in a process of its own, as the broker is: what stands on machines of its own can then be given
// what the site leaves of this one, so that the site's own work is what is measured.
type far struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
}

const farArg = "serve-centre" // dir url

func openFar(dir, url string) (*far, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &far{cmd: exec.Command(self, farArg, dir, url)}
	f.cmd.Stderr = os.Stderr
	f.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if f.stdin, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return f, f.cmd.Start()
}

// close has the centre end as it does when it is told to.
func (f *far) close() error {
	return errors.Join(f.stdin.Close(), f.cmd.Wait())
}

// serveFar is the child: a centre until its standard input ends.
func serveFar(dir, url string) error {
	c, err := openCentre(dir, url)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, c.close())
}

// rank sets how gladly every thread of a process gives way: 0 as all do, 19 the most.
func rank(pid, nice int) error {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		return err
	}
	for _, t := range tasks {
		id, err := strconv.Atoi(filepath.Base(t))
		if err != nil {
			return err
		}
		if err := syscall.Setpriority(syscall.PRIO_PROCESS, id, nice); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

// aside has broker and centre take what the site leaves while something is measured.
func (x *shift) aside(measure func() error) error {
	for _, pid := range []int{x.b.cmd.Process.Pid, x.c.cmd.Process.Pid} {
		if err := rank(pid, 19); err != nil {
			return err
		}
		defer func() { _ = rank(pid, 0) }()
	}
	return measure()
}
