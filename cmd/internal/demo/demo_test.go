package demo

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/lock"
)

func TestATakenPortIsNamed(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	taken := ln.Addr().(*net.TCPAddr).Port
	err = Run(context.Background(), Config{Dir: t.TempDir(), Port: taken, Out: new(bytes.Buffer)})
	require.ErrorContains(t, err, "port "+strconv.Itoa(taken)+" is taken")
	require.ErrorContains(t, err, "--port")
}

func TestPortsThatAreNone(t *testing.T) {
	for _, p := range []int{0, -1, 80, 65530, 70000} {
		require.ErrorContains(t, Run(context.Background(), Config{Dir: t.TempDir(), Port: p, Out: new(bytes.Buffer)}), "choose 1024 to 65527")
	}
}

func TestASecondDemoOnTheSameDirectoryIsRefused(t *testing.T) {
	dir := t.TempDir()
	release, err := lock.Dir(dir, "picket demo")
	require.NoError(t, err)
	defer release()
	err = Run(context.Background(), Config{Dir: dir, Port: 8080, Out: new(bytes.Buffer)})
	require.ErrorContains(t, err, "is in use by picket demo (process ")
}

func TestAResetEmptiesOnlyWhatADemoMade(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(dir, "thesis.txt")
	require.NoError(t, os.WriteFile(precious, nil, 0o600))
	require.ErrorContains(t, reset(dir), "was not made by the demo")
	require.FileExists(t, precious)
	require.NoError(t, os.WriteFile(filepath.Join(dir, marker), nil, 0o600))
	require.NoError(t, reset(dir))
	require.NoFileExists(t, precious)
	require.NoError(t, reset(dir))
	require.NoError(t, reset(dir+"/none"))
}

// A part whose settings are wrong says so once, in its own words; one that was killed says nothing.
func TestAPartThatCannotStartIsTold(t *testing.T) {
	said := make(chan string, 10)
	try := func(script string, killed bool) {
		p := &Part{Name: "site", Argv: []string{"sh", "-c", script}, LogFile: filepath.Join(t.TempDir(), "log"), Fails: func(why string) { said <- why }}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		require.Eventually(t, func() bool {
			if killed && p.State().Starts == 1 && p.State().Running {
				p.Kill()
			}
			return p.State().Starts >= 3 || killed && p.State().Starts == 2
		}, 60*time.Second, 10*time.Millisecond)
		cancel()
		require.NoError(t, <-done)
	}
	try("echo reading; echo 'picket: tokens[6].roles: is not a role' >&2; exit 1", false)
	require.Equal(t, "picket: tokens[6].roles: is not a role", <-said)
	require.Empty(t, said, "once")
	try("exec sleep 600", true)
	require.Empty(t, said)
}

func TestAPartComesBackUnlessItWasStopped(t *testing.T) {
	p := &Part{Name: "sleep", Argv: []string{"sleep", "600"}, LogFile: filepath.Join(t.TempDir(), "log")}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	is := func(ok func(PartState) bool) {
		t.Helper()
		require.Eventually(t, func() bool { return ok(p.State()) }, 60*time.Second, 10*time.Millisecond)
	}
	is(func(s PartState) bool { return s.Running })
	p.Kill()
	is(func(s PartState) bool { return s.Running && s.Starts == 2 })
	p.Stop()
	is(func(s PartState) bool { return !s.Running && !s.Wanted })
	p.Start()
	is(func(s PartState) bool { return s.Running && s.Starts == 3 })
	cancel()
	require.NoError(t, <-done)
	require.False(t, p.State().Running)
}

// Settings are read again by the parts that do so; the others hear nothing, and go on.
func TestAHangupReachesThoseThatReadTheirSettingsAgain(t *testing.T) {
	dir := t.TempDir()
	part := func(name string, rereads bool) *Part {
		file := filepath.Join(dir, name)
		script := "trap 'touch " + file + ".heard' HUP; touch " + file + ".up; while :; do sleep 0.02; done"
		// Where the tests were started with nohup, a shell could not trap what is ignored from the start.
		return &Part{Name: name, Argv: []string{"env", "--default-signal=HUP", "sh", "-c", script}, LogFile: file + ".log", Rereads: rereads}
	}
	site, broker := part("site", true), part("broker", false)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, p := range []*Part{site, broker} {
		running.Go(func() { _ = p.Run(ctx) })
	}
	there := func(name string) bool { _, err := os.Stat(filepath.Join(dir, name)); return err == nil }
	require.Eventually(t, func() bool { return there("site.up") && there("broker.up") }, time.Minute, 10*time.Millisecond)
	broker.Hangup()
	site.Hangup()
	require.Eventually(t, func() bool { return there("site.heard") }, time.Minute, 10*time.Millisecond)
	require.False(t, there("broker.heard"))
	require.Equal(t, 1, site.State().Starts)
	require.Equal(t, 1, broker.State().Starts)
	cancel()
	running.Wait()
}

func TestThePageIsItsOwn(t *testing.T) {
	co := &company{cfg: Config{Port: 8080}, at: Config{Port: 8080}.layout(), push: make(chan struct{}, 1), parts: []*Part{{Name: "oms"}}}
	ask := func(method, path, host, origin string) int {
		r := httptest.NewRequest(method, path, nil)
		r.Host = host
		if origin != "" {
			r.Header.Set("Origin", origin)
		}
		w := httptest.NewRecorder()
		co.handler().ServeHTTP(w, r)
		return w.Code
	}
	require.Equal(t, http.StatusOK, ask("GET", "/", "127.0.0.1:8080", ""))
	require.Equal(t, http.StatusOK, ask("GET", "/barcodes", "127.0.0.1:8080", ""))
	require.Equal(t, http.StatusOK, ask("GET", "/barcodes/9520000010010.png", "127.0.0.1:8080", ""))
	require.Equal(t, http.StatusNotFound, ask("GET", "/barcodes/passwd", "127.0.0.1:8080", ""))
	require.Equal(t, http.StatusSeeOther, ask("POST", "/orders", "127.0.0.1:8080", "http://127.0.0.1:8080"))
	require.Equal(t, http.StatusSeeOther, ask("POST", "/parts/oms/stop", "localhost:8080", "http://localhost:8080"))
	require.Equal(t, http.StatusNotFound, ask("POST", "/parts/nobody/stop", "localhost:8080", ""))
	require.Equal(t, http.StatusForbidden, ask("POST", "/parts/oms/stop", "127.0.0.1:8080", "http://evil.example"), "another site's page pulls no plug here")
	require.Equal(t, http.StatusMisdirectedRequest, ask("GET", "/", "evil.example:8080", ""), "nor one that comes by a rebound name")
}

// With a broker that runs already the demo starts none, and one that is not there is said before anything starts.
func TestABrokerThatRunsAlreadyIsTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	at := "tcp://" + ln.Addr().String()
	dir := t.TempDir()
	cfg := Config{Dir: dir, Port: 8080, Broker: at}
	require.NoError(t, reachable(t.Context(), at))
	co := &company{cfg: cfg, at: cfg.layout()}
	require.NoError(t, co.makeParts())
	require.Nil(t, co.part("broker"))
	for _, file := range []string{"oms.yaml", "north.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		require.NoError(t, err)
		require.Contains(t, string(text), at)
	}
	defer ln.Close()
	require.ErrorContains(t, Run(t.Context(), Config{Dir: dir, Port: 8080, Broker: "tcp://127.0.0.1:1", Out: new(bytes.Buffer)}), "nobody answers at")
	require.ErrorContains(t, Run(t.Context(), Config{Dir: dir, Port: 8080, Broker: "mosquitto", Out: new(bytes.Buffer)}), "is not tcp://host:1883")
}
