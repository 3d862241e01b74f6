package pki

import (
	"bytes"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// town is an authority behind HTTP, and a clock.
type town struct {
	t   *testing.T
	dir string
	a   *Authority
	url string
	mu  sync.Mutex
	at  time.Time
	// spoil may change an answer on its way.
	spoil func(path string, answer []byte) []byte
	seen  [][]byte // every body that crossed the network, both ways
}

func (w *town) now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.at }

func newTown(t *testing.T) *town {
	w := &town{t: t, dir: t.TempDir(), at: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	a, err := Create(w.dir, "acme", w.now)
	require.NoError(t, err)
	w.a = a
	inner := a.Handler(slog.New(slog.NewTextHandler(io.Discard, nil)))
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		rec := httptest.NewRecorder()
		inner.ServeHTTP(rec, r)
		answer := rec.Body.Bytes()
		w.seen = append(w.seen, body, bytes.Clone(answer))
		if w.spoil != nil {
			answer = w.spoil(r.URL.Path, answer)
		}
		rw.WriteHeader(rec.Code)
		_, _ = rw.Write(answer)
	}))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

func (w *town) pass(d time.Duration) { w.mu.Lock(); w.at = w.at.Add(d); w.mu.Unlock() }

func (w *town) certify(site string) string {
	code, until, err := w.a.Certify(site)
	require.NoError(w.t, err)
	require.Equal(w.t, w.now().Add(15*time.Minute), until)
	return code
}

func (w *town) enrol(dir, site, code string) error {
	_, err := Enrol(w.t.Context(), dir, w.url, site, boxIn(dir), ownKey(dir), code, w.now())
	return err
}

// ownKey is the box's key for the line, which lies where it keeps its own secrets; nil where it has none.
func ownKey(dir string) ed25519.PrivateKey {
	if _, err := os.Stat(filepath.Join(dir, "node.key")); err != nil {
		return nil
	}
	key, err := OpenKey(filepath.Join(dir, "node.key"), boxIn(dir))
	if err != nil {
		panic(err)
	}
	return key
}

// boxIn is the id of the box whose directory this is.
func boxIn(dir string) string { return "BOX-" + filepath.Base(dir) }

func (w *town) renew(dir string) (bool, error) {
	renewed, _, err := Renew(w.t.Context(), dir, "OTHER", ownKey(dir), w.now())
	return renewed, err
}

func (w *town) cert(dir string) *x509.Certificate {
	c, err := readCert(filepath.Join(dir, BoxFile))
	require.NoError(w.t, err)
	return c
}

func (w *town) revoked(c *x509.Certificate) bool {
	text, err := os.ReadFile(filepath.Join(w.dir, ListFile))
	require.NoError(w.t, err)
	b, _ := pem.Decode(text)
	l, err := x509.ParseRevocationList(b.Bytes)
	require.NoError(w.t, err)
	require.NoError(w.t, l.CheckSignatureFrom(w.a.root))
	require.True(w.t, l.NextUpdate.After(w.now().AddDate(5, 0, 0)), "a list that runs out shuts everybody out")
	for _, e := range l.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
			return true
		}
	}
	return false
}

func TestABoxIsEnrolledByACodeThatCountsOnce(t *testing.T) {
	w, box := newTown(t), t.TempDir()
	code := w.certify("north")
	require.NoError(t, w.enrol(box, "north", strings.ToLower(strings.ReplaceAll(code, "-", " "))), "however it is typed")
	c := w.cert(box)
	require.Equal(t, "north", c.Subject.CommonName)
	require.Equal(t, w.now().Add(30*24*time.Hour), c.NotAfter)
	require.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, c.ExtKeyUsage)
	_, err := tls.LoadX509KeyPair(filepath.Join(box, BoxFile), filepath.Join(box, BoxFile))
	require.NoError(t, err, "certificate and key lie in one file")
	info, err := os.Stat(filepath.Join(box, BoxFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.ErrorContains(t, w.enrol(t.TempDir(), "north", code), "used by another box")
	other := w.certify("north")
	require.ErrorContains(t, w.enrol(t.TempDir(), "south", other), "no such code is open")
	wrong := []byte(other)
	wrong[len(wrong)-1] = map[bool]byte{true: '0', false: '1'}[wrong[len(wrong)-1] != '0']
	require.ErrorContains(t, w.enrol(t.TempDir(), "north", string(wrong)), "no such code is open")
	w.pass(CodeLife)
	require.ErrorContains(t, w.enrol(t.TempDir(), "north", other), "no such code is open")
	require.ErrorContains(t, w.enrol(t.TempDir(), "north", "short"), "code: must have 32")

	parsed, err := parseCode(code)
	require.NoError(t, err)
	for _, body := range w.seen {
		require.NotContains(t, string(body), parsed.secret, "the secret never crosses the network")
		require.NotContains(t, string(body), "PRIVATE KEY")
	}
}

func TestAnAnswerThatIsNotTheCentresIsNotTaken(t *testing.T) {
	w, box := newTown(t), t.TempDir()
	code := w.certify("north")
	evil := newTown(t)
	w.spoil = func(_ string, answer []byte) []byte {
		var g Grant
		require.NoError(t, json.Unmarshal(answer, &g))
		g.Root = evil.a.Root()
		out, _ := json.Marshal(g)
		return out
	}
	require.ErrorContains(t, w.enrol(box, "north", code), "does not know the code")
	require.False(t, Enrolled(box))
	// The true answer of the same asking still comes: the code was used for this very key.
	w.spoil = nil
	require.NoError(t, w.enrol(box, "north", code))
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	w, box := newTown(t), t.TempDir()
	code := w.certify("north")
	w.spoil = func(string, []byte) []byte { return nil }
	require.Error(t, w.enrol(box, "north", code))
	w.spoil = nil
	require.NoError(t, w.enrol(box, "north", code))
	issued, err := w.a.Issued()
	require.NoError(t, err)
	require.Len(t, issued, 1, "the same request has the same certificate")

	w.pass(11 * 24 * time.Hour)
	w.spoil = func(string, []byte) []byte { return nil }
	_, err = w.renew(box)
	require.Error(t, err)
	w.spoil = nil
	renewed, err := w.renew(box)
	require.NoError(t, err)
	require.True(t, renewed)
	issued, err = w.a.Issued()
	require.NoError(t, err)
	require.Len(t, issued, 2)
}

func TestACertificateIsRenewedInItsSecondThirdAndNotByStrangers(t *testing.T) {
	w, box := newTown(t), t.TempDir()
	require.NoError(t, w.enrol(box, "north", w.certify("north")))
	first := w.cert(box)
	renewed, err := w.renew(box)
	require.NoError(t, err)
	require.False(t, renewed, "not before a third of its life")
	w.pass(11 * 24 * time.Hour)
	renewed, err = w.renew(box)
	require.NoError(t, err)
	require.True(t, renewed)
	second := w.cert(box)
	require.NotEqual(t, first.PublicKey, second.PublicKey, "with a new key")
	require.True(t, second.NotAfter.After(first.NotAfter))
	require.False(t, w.revoked(first), "both count: nothing is interrupted")

	// A certificate is public; without its key it renews nothing.
	var last RenewRequest
	require.NoError(t, json.Unmarshal(w.seen[len(w.seen)-2], &last))
	stranger := last
	_, stranger.Request, err = asked(t.TempDir(), "north", "BOX", "BOX", nil)
	require.NoError(t, err)
	_, err = w.a.Renew(stranger)
	require.ErrorContains(t, err, "not by the certificate's key")
	foreign := newTown(t)
	_, err = foreign.a.Renew(last)
	require.ErrorContains(t, err, "not one of this centre's")

	w.pass(Life + time.Hour)
	_, err = w.renew(box)
	require.ErrorContains(t, err, "the box needs a new code")
}

func TestWhatIsTakenBackStandsInTheListAndIsNotRenewed(t *testing.T) {
	w, box, other := newTown(t), t.TempDir(), t.TempDir()
	require.NoError(t, w.enrol(box, "north", w.certify("north")))
	require.NoError(t, w.enrol(other, "south", w.certify("south")))
	open := w.certify("north")
	require.False(t, w.revoked(w.cert(box)))
	n, err := w.a.Revoke("north")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.True(t, w.revoked(w.cert(box)))
	require.False(t, w.revoked(w.cert(other)))
	require.ErrorContains(t, w.enrol(t.TempDir(), "north", open), "no such code", "nor may an open code be used")
	w.pass(11 * 24 * time.Hour)
	_, err = w.renew(box)
	require.ErrorContains(t, err, "was taken back")
	_, err = w.renew(other)
	require.NoError(t, err)
	// The replacement gets in by a new code.
	require.NoError(t, w.enrol(t.TempDir(), "north", w.certify("north")))
}

func TestNamesOfTheLineAreNoSites(t *testing.T) {
	w := newTown(t)
	for _, name := range []string{"centre", "broker", "a/b", "+", "#", "", strings.Repeat("x", 33)} {
		_, _, err := w.a.Certify(name)
		require.Error(t, err, "%q", name)
	}
	_, err := Create(w.dir, "acme", w.now)
	require.ErrorContains(t, err, "holds an authority already")
	_, err = Open(t.TempDir(), w.now)
	require.ErrorContains(t, err, "line init")
	require.ErrorContains(t, w.enrol(t.TempDir(), "north", "nope"), "code: must have")
}

func TestTheBrokersAndTheCentresCertificatesRenewThemselves(t *testing.T) {
	w := newTown(t)
	changed, err := w.a.Serve([]string{"broker.example", "10.1.2.3"})
	require.NoError(t, err)
	require.True(t, changed)
	b, err := readCert(filepath.Join(w.dir, BrokerFile))
	require.NoError(t, err)
	require.NoError(t, b.VerifyHostname("broker.example"))
	require.NoError(t, b.VerifyHostname("10.1.2.3"))
	c, err := readCert(filepath.Join(w.dir, CentreFile))
	require.NoError(t, err)
	require.Equal(t, "centre", c.Subject.CommonName)

	changed, err = w.a.Serve(nil)
	require.NoError(t, err)
	require.False(t, changed)
	w.pass(11 * 24 * time.Hour)
	_, err = w.a.Serve(nil)
	require.NoError(t, err)
	c2, err := readCert(filepath.Join(w.dir, CentreFile))
	require.NoError(t, err)
	require.NotEqual(t, c.SerialNumber, c2.SerialNumber)
	w.pass(140 * 24 * time.Hour)
	changed, err = w.a.Serve(nil)
	require.NoError(t, err)
	require.True(t, changed)
	b2, err := readCert(filepath.Join(w.dir, BrokerFile))
	require.NoError(t, err)
	require.NoError(t, b2.VerifyHostname("broker.example"))
	_, err = w.a.Serve([]string{"tls://x"})
	require.ErrorContains(t, err, "neither a name nor an address")
}

func TestBodiesThatAreNoRequestsAreRefused(t *testing.T) {
	w := newTown(t)
	for _, body := range []string{"", "[]", `{"site":"north"}`, `{"unknown":1}`, strings.Repeat("x", maxBody+1)} {
		res, err := http.Post(w.url+EnrolPath, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.Contains(t, []int{400, 403}, res.StatusCode, body[:min(len(body), 20)])
		require.NoError(t, res.Body.Close())
		res, err = http.Post(w.url+RenewPath, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.Contains(t, []int{400, 403}, res.StatusCode)
		require.NoError(t, res.Body.Close())
	}
}

func FuzzCode(f *testing.F) {
	f.Add(newCode().String())
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCode(text)
		if err != nil {
			return
		}
		again, err := parseCode(c.String())
		require.NoError(t, err)
		require.Equal(t, c, again)
	})
}

// A certificate names its box, for its whole life: what one box was given is taken back without that of the box that took
// its place, and the old one gets no other.
func TestABoxIsTakenBackByItself(t *testing.T) {
	w, old, next, third := newTown(t), filepath.Join(t.TempDir(), "old"), filepath.Join(t.TempDir(), "new"), filepath.Join(t.TempDir(), "third")
	require.NoError(t, w.enrol(old, "north", w.certify("north")))
	require.NoError(t, w.enrol(next, "north", w.certify("north")))
	require.Equal(t, []string{"BOX-old"}, w.cert(old).Subject.OrganizationalUnit)
	w.pass(11 * 24 * time.Hour)
	for _, dir := range []string{old, next} {
		renewed, err := w.renew(dir) // under another name: that of the certificate stands
		require.NoError(t, err)
		require.True(t, renewed)
		require.Equal(t, []string{boxIn(dir)}, w.cert(dir).Subject.OrganizationalUnit)
	}

	// The old one hands over by its own line: its certificate counts on, but it gets no further one.
	n, err := w.a.Replaced("north", "BOX-new", false)
	require.NoError(t, err)
	require.Zero(t, n)
	require.False(t, w.revoked(w.cert(old)))
	w.pass(11 * 24 * time.Hour)
	_, err = w.renew(old)
	require.ErrorContains(t, err, "box BOX-old was replaced by box BOX-new")
	renewed, err := w.renew(next)
	require.NoError(t, err)
	require.True(t, renewed)
	n, err = w.a.RevokeBox("north", "BOX-old")
	require.NoError(t, err)
	require.Equal(t, 2, n, "the first one and the one it was renewed to")
	require.True(t, w.revoked(w.cert(old)))
	require.False(t, w.revoked(w.cert(next)))

	// A stolen one: from the moment another has the site it is nobody.
	require.NoError(t, w.enrol(third, "north", w.certify("north")))
	n, err = w.a.Replaced("north", "BOX-third", true)
	require.NoError(t, err)
	require.Equal(t, 3, n)
	require.True(t, w.revoked(w.cert(next)))
	require.False(t, w.revoked(w.cert(third)))
	n, err = w.a.Replaced("north", "BOX-third", true)
	require.NoError(t, err)
	require.Zero(t, n, "said again it changes nothing")
	require.Error(t, w.enrol(t.TempDir(), "north", w.certify("south")))
}

func TestABoxOfAnImpossibleNameIsRefused(t *testing.T) {
	w := newTown(t)
	_, err := Enrol(t.Context(), t.TempDir(), w.url, "north", "a b/#", nil, w.certify("north"), w.now())
	require.ErrorContains(t, err, "names a box of other than")
}
