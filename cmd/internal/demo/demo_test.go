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
	release, err := lock.Dir(dir)
	require.NoError(t, err)
	defer release()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := ln.Addr().(*net.TCPAddr).Port
	require.NoError(t, ln.Close())
	err = Run(context.Background(), Config{Dir: dir, Port: min(port, 65000), Out: new(bytes.Buffer)})
	require.ErrorContains(t, err, "is in use by another process")
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

func TestAPartComesBackUnlessItWasStopped(t *testing.T) {
	p := &Part{Name: "sleep", Argv: []string{"sleep", "600"}, LogFile: filepath.Join(t.TempDir(), "log")}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	is := func(ok func(PartState) bool) {
		t.Helper()
		require.Eventually(t, func() bool { return ok(p.State()) }, 20*time.Second, 10*time.Millisecond)
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
