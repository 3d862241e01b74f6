package e2e

import (
	"bytes"
	"crypto/tls"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
)

// TestAStolenBoxIsNobodyAndItsDiskIsReadLater: a box that holds what nobody else knows is stolen. From the moment another
// box has the site, the stolen one gets nowhere on the line, and the other does. Its disk is found: what was on it is
// brought to the centre by hand, once, however often.
func TestAStolenBoxIsNobodyAndItsDiskIsReadLater(t *testing.T) {
	r := newRigOver(t, ownBroker)
	r.order("6001", m{"sku": "OAT", "qty": 2})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("6001"); return ok })
	r.eventually("the centre has everything", func() bool { return r.unsent() == 0 })
	r.oms.kill()
	r.eventually("the line is down", func() bool { return !r.siteConnected() })
	r.ok("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": -3, "reason": "damaged"})
	require.NotZero(t, r.unsent())
	old := slices.Clone(r.picket.argv)
	r.picket.kill()
	r.oms.start()
	r.eventually("the centre is up", func() bool { return r.centre.try("GET", "/readyz", nil, nil) == 200 })

	// Another box: a code for the site, and one for its certificate.
	listen := "http.listen=" + strings.TrimPrefix(r.omsURL, "http://")
	first := func(text string) string { text, _, _ = strings.Cut(text, "\n"); return text }
	dir := filepath.Join(r.dir, "site-2")
	at := []string{"--config", r.siteConf, "--set", "data=" + dir, "--centre", r.omsURL, "--code"}
	daemon := func(word string, more ...string) []string {
		return append([]string{filepath.Join(bin, "picketd"), word}, more...)
	}
	r.run(daemon("enrol", append(at, first(r.run(r.omsCommand("site", "certify", "north")...)))...)...)
	words := r.run(daemon("replace", append(at, first(r.run(r.omsCommand("replace", "north", "--stolen", "--set", listen)...)))...)...)
	require.Contains(t, words, "certificates count no more")
	for i, a := range r.picket.argv {
		if strings.HasPrefix(a, "data=") {
			r.picket.argv[i] = "data=" + dir
		}
	}
	r.picket.start()
	on := func(n string) func() bool {
		return func() bool {
			_, body := r.ask("GET", "/api/bins/A-01-1", nil)
			return bytes.Contains(body, []byte(`"on_hand":`+n))
		}
	}
	r.eventually("the new box has the site's past", on("50"))
	r.eventually("and speaks with the centre", func() bool { return r.siteConnected() && r.health().Connected })
	require.Regexp(t, `(?m)^north .*\d{4}-\d\d-\d\d \S+ +\S+ +\d{4}-`, r.run(r.omsCommand("site", "certificates")...), "one of them is taken back")

	// The thief has the disk, its key and its certificate.
	box := filepath.Join(r.dir, "site", "line", "line.pem")
	pair, err := tls.LoadX509KeyPair(box, box)
	require.NoError(t, err)
	c, err := tls.Dial("tcp", strings.TrimPrefix(r.brokerSet, "broker.url=tls://"), &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}})
	if err == nil { // a client hears of it when it reads
		defer c.Close()
		err = linktest.NewRaw(c).Hello("north_thief", "")
	}
	require.Error(t, err)

	// The disk comes back, and a person brings what is on it.
	data := old[slices.Index(old, "data="+filepath.Join(r.dir, "site"))]
	file := filepath.Join(r.dir, "old-box.txt")
	require.Regexp(t, `^(1 record is|[1-9]\d* records are) in`, r.run(daemon("hand-out", file, "--config", r.siteConf, "--set", data)...))
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	cut := filepath.Join(r.dir, "cut.txt")
	require.NoError(t, os.WriteFile(cut, whole[:len(whole)-40], 0o600))
	importBox := func(file string) (string, error) {
		return r.command(r.omsCommand("import-box", file, "--set", listen)...)
	}
	text, err := importBox(cut)
	require.Error(t, err)
	require.Contains(t, text, "cannot be read")
	require.True(t, on("50")(), "half a file is none")
	text, err = importBox(file)
	require.NoError(t, err, text)
	require.NotContains(t, text, " 0 of them")
	r.eventually("the box that holds the site learns it", on("47"))
	text, err = importBox(file)
	require.NoError(t, err, text)
	require.Contains(t, text, " 0 of which nobody else had")
	r.signIn() // whoever worked at the old box works at the new one
	r.ok("stock.adjust", m{"sku": "OAT", "bin": "A-01-1", "delta": -1, "reason": "damaged"})
	r.eventually("the new box goes on", on("46"))
	r.eventually("and the centre has the same", func() bool {
		_, body := r.centre.raw("GET", "/api/stock?site=north", nil)
		return r.unsent() == 0 && bytes.Contains(body, []byte(`"on_hand":46`))
	})
	var notices struct {
		Notices []struct{ What, Words string }
	}
	r.centre.must("GET", "/api/notices", nil, &notices)
	require.True(t, slices.ContainsFunc(notices.Notices, func(n struct{ What, Words string }) bool { return n.What == "salvage.imported" }))

	// The box that holds the site hands its own in by the line: from its disk nobody takes it.
	r.picket.kill()
	held := filepath.Join(r.dir, "held.txt")
	r.run(daemon("hand-out", held, "--config", r.siteConf, "--set", "data="+dir)...)
	r.picket.start()
	text, err = importBox(held)
	if err == nil {
		require.Contains(t, text, ": 0 records read")
	} else {
		require.Contains(t, text, "was not replaced at this site")
	}
}

func (r *rig) unsent() int {
	var s struct{ Link struct{ Unsent int } }
	if r.machine("GET", "/api/site", nil, &s) != 200 {
		return -1
	}
	return s.Link.Unsent
}
