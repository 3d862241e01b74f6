package linktest_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/wire"
)

// authority is a CA of the test's own.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
	n    int64
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	a.cert, a.key, a.pem = a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "test CA"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

func (a *authority) issue(tmpl *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey, []byte) {
	a.n++
	tmpl.SerialNumber, tmpl.NotBefore, tmpl.NotAfter = big.NewInt(a.n), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = tmpl, key
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, &key.PublicKey, signer)
	require.NoError(a.t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	return cert, key, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// client is the TLS configuration of one name.
func (a *authority) client(name string) *tls.Config {
	cert, key, _ := a.issue(&x509.Certificate{Subject: pkix.Name{CommonName: name}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
}

// A site's certificate is its name at the broker, and the broker's list keeps it to its own topics.
func TestSitesAreKeptApartByTheirCertificates(t *testing.T) {
	ca := newAuthority(t)
	dir := t.TempDir()
	_, key, cert := ca.issue(&x509.Certificate{Subject: pkix.Name{CommonName: "broker"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}})
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, b, 0o600))
		return path
	}
	acl := "pattern write picket/1/acme/+/%u/u/#\npattern read picket/1/acme/+/%u/d/#\npattern read picket/1/acme/c/state\n" +
		"user centre\ntopic read picket/1/acme/+/+/u/#\ntopic write picket/1/acme/+/+/d/#\ntopic write picket/1/acme/c/state\n"
	m := linktest.NewMosquittoWith(t, fmt.Sprintf("cafile %s\ncertfile %s\nkeyfile %s\nrequire_certificate true\nuse_identity_as_username true\nacl_file %s\n",
		file("ca.pem", ca.pem), file("cert.pem", cert), file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})), file("acl", []byte(acl))))
	connect := func(name string, filters []string, conf *tls.Config) link.Link {
		cfg := m.Config(name, filters, nil)
		cfg.Broker, cfg.TLS = strings.Replace(m.URL(), "tcp://", "tls://", 1), conf
		l, err := link.Dial(cfg)
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	centre := connect("centre", wire.CentreFilters("acme"), ca.client("centre"))
	a := connect("a", append(wire.SiteFilters("acme", "a"), "#"), ca.client("a"))
	b := connect("b", wire.SiteFilters("acme", "b"), ca.client("b"))
	for _, l := range []link.Link{centre, a, b} {
		linktest.Next(t, l, link.Up)
	}
	topic := func(site wire.SiteID, dir wire.Direction) string {
		return wire.Topic{Tenant: "acme", Site: site, Dir: dir, Channel: wire.ChannelLog}.String()
	}
	// a forges: b's facts, orders for b, orders for itself, the centre's presence.
	for _, forged := range []string{topic("b", wire.Up), topic("b", wire.Down), topic("a", wire.Down), wire.CentreState("acme")} {
		require.NoError(t, a.Publish(forged, []byte("forged"), false))
	}
	require.NoError(t, a.Publish(topic("a", wire.Up), []byte("a's own"), false))
	require.Equal(t, "a's own", string(linktest.Next(t, centre, link.Received).Message.Payload))
	// The centre speaks to b, then to both; a, which asked for everything, hears its own only.
	require.NoError(t, centre.Publish(topic("b", wire.Down), []byte("for b"), false))
	require.NoError(t, centre.Publish(topic("a", wire.Down), []byte("for a"), false))
	require.Equal(t, "for b", string(linktest.Next(t, b, link.Received).Message.Payload))
	require.Equal(t, "for a", string(linktest.Next(t, a, link.Received).Message.Payload))

	// A certificate of another authority never gets up, and the reason is said.
	stranger := ca.client("c")
	stranger.Certificates = newAuthority(t).client("c").Certificates
	require.Error(t, linktest.Next(t, connect("c", nil, stranger), link.Down).Err)
	// Nor does a broker whose certificate is not ours.
	blind := ca.client("d")
	blind.RootCAs = x509.NewCertPool()
	require.ErrorContains(t, linktest.Next(t, connect("d", nil, blind), link.Down).Err, "certificate")
}
