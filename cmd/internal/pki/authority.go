package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"picket/cmd/internal/durable"
	"picket/sync/wire"
)

const (
	// Life of a site's certificate, and of the centre's own. A box that is cut off for longer needs a new code.
	Life = 30 * 24 * time.Hour
	// CodeLife is how long a code may be used.
	CodeLife = 15 * time.Minute

	brokerLife = 397 * 24 * time.Hour
	rootLife   = 20 // years
	// A list that has run out shuts every site out, and what reads it reads it only when told to. So it never runs
	// out in practice; its number says which is newer.
	listLife = 10 // years
	skew     = time.Hour

	// Centre and Broker are names no site may have.
	Centre = "centre"
	Broker = "broker"
)

// Files of an authority's directory that others read.
const (
	RootFile   = "ca.pem"
	ListFile   = "crl.pem"
	BrokerFile = "broker.pem" // certificate and key
	CentreFile = "centre.pem" // certificate and key
)

// Refused is a request that is not granted; its words may be told to whoever asked.
type Refused struct{ Words string }

func (r *Refused) Error() string { return r.Words }

// Authority signs. The daemon and the commands may each have one on the same directory.
type Authority struct {
	dir  string
	now  func() time.Time
	key  *ecdsa.PrivateKey
	root *x509.Certificate
	mu   sync.Mutex

	// Signs is the centre's key on the line: it stands in every certificate of a box. nil: it signs nothing.
	Signs ed25519.PublicKey
	// Keyed is told the key a box has shown, before the box is answered. byCode: with an operator's code, and nil is that it
	// signs nothing. nil: nobody wants to know.
	Keyed func(site, box string, key ed25519.PublicKey, byCode bool) error
}

// Exists says whether there is an authority in a directory.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, RootFile))
	return err == nil
}

// Create makes an authority in an empty or new directory.
func Create(dir, company string, now func() time.Time) (*Authority, error) {
	if Exists(dir) {
		return nil, fmt.Errorf("%s holds an authority already: it would be lost, and every site with it", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Picket line of " + company},
		NotBefore: now().Add(-skew), NotAfter: now().AddDate(rootLife, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	// The key first: an authority whose certificate stands there is whole.
	if err := durable.Write(filepath.Join(dir, "ca.key"), keyPEM, 0o600); err != nil {
		return nil, err
	}
	if err := durable.Write(filepath.Join(dir, RootFile), encodeCert(der), 0o644); err != nil {
		return nil, err
	}
	a, err := Open(dir, now)
	if err != nil {
		return nil, err
	}
	return a, a.list()
}

// Open reads the authority of a directory.
func Open(dir string, now func() time.Time) (*Authority, error) {
	certText, err := os.ReadFile(filepath.Join(dir, RootFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds no authority yet: `picket-oms line init` makes one", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	keyText, err := os.ReadFile(filepath.Join(dir, "ca.key"))
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	root, err := decodeCert(certText)
	if err != nil {
		return nil, fmt.Errorf("authority: %s: %w", RootFile, err)
	}
	key, err := decodeKey(keyText)
	if err != nil {
		return nil, fmt.Errorf("authority: ca.key: %w", err)
	}
	if !key.PublicKey.Equal(root.PublicKey) {
		return nil, fmt.Errorf("authority: ca.key is not the key of %s", RootFile)
	}
	return &Authority{dir: dir, now: now, key: key, root: root}, nil
}

// Root is the certificate everybody on the line trusts, as PEM.
func (a *Authority) Root() []byte { return encodeCert(a.root.Raw) }

func checkSite(site string) error {
	if err := wire.SiteID(site).Check(); err != nil {
		return &Refused{err.Error()}
	}
	if site == Centre || site == Broker {
		return &Refused{fmt.Sprintf("site: %q is the name of a part of the line", site)}
	}
	return nil
}

// Certify gives a code that lets one box be a site.
func (a *Authority) Certify(site string) (text string, until time.Time, err error) {
	if err := checkSite(site); err != nil {
		return "", time.Time{}, err
	}
	c := newCode()
	until = a.now().Add(CodeLife)
	err = a.update(func(s *state) error {
		s.Codes = append(s.Codes, openCode{ID: c.id, Secret: c.secret, Site: site, Until: until})
		return nil
	})
	return c.String(), until, err
}

// Enrol grants a certificate to a box that knows a code.
func (a *Authority) Enrol(r EnrolRequest) (Grant, error) {
	if err := checkSite(r.Site); err != nil {
		return Grant{}, err
	}
	var g Grant
	err := a.update(func(s *state) error {
		i := slices.IndexFunc(s.Codes, func(c openCode) bool { return c.ID == r.Code && c.Site == r.Site })
		if i < 0 {
			return &Refused{"no such code is open for this site: it was used up, its 15 minutes are over, or it is for another site"}
		}
		c := code{id: s.Codes[i].ID, secret: s.Codes[i].Secret}
		if !hmac.Equal(r.Proof, c.proof("enrol", []byte(r.Site), r.Request)) {
			return &Refused{"no such code is open for this site: it was used up, its 15 minutes are over, or it is for another site"}
		}
		sum := digest(r.Request)
		if used := s.Codes[i].Used; used != "" && used != sum {
			return &Refused{"the code was used by another box, or has given this one its certificate already: it counts once"}
		}
		cert, err := a.grant(s, r.Site, "", r.Request)
		if err != nil {
			return err
		}
		s.Codes[i].Used = sum
		g = Grant{Certificate: cert, Root: a.Root()}
		g.Proof = c.proof("grant", g.Certificate, g.Root)
		return nil
	})
	if err == nil {
		err = a.keyed(r.Site, "", r.Request, true)
	}
	if err != nil {
		return Grant{}, err
	}
	return g, nil
}

// keyed tells the key of a request that was granted. A box that hears no answer asks the same again, and it is told again.
func (a *Authority) keyed(site, box string, request []byte, byCode bool) error {
	csr, pub, err := requested(request)
	if err != nil || a.Keyed == nil {
		return err
	}
	if box == "" {
		box = boxOf(csr.Subject)
	}
	key, err := boxKey(csr.Extensions, site, box, pub)
	if err != nil || box == "" || key == nil && !byCode {
		return err
	}
	return a.Keyed(site, box, key, byCode)
}

// requested reads a request and the key it asks for.
func requested(request []byte) (*x509.CertificateRequest, *ecdsa.PublicKey, error) {
	csr, err := x509.ParseCertificateRequest(request)
	if err == nil {
		err = csr.CheckSignature()
	}
	if err != nil {
		return nil, nil, &Refused{"request: " + err.Error()}
	}
	pub, ok := csr.PublicKey.(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, nil, &Refused{"request: the key must be of the curve P-256"}
	}
	return csr, pub, nil
}

// Renew grants a new certificate to whoever proves to hold the key of one that counts.
func (a *Authority) Renew(r RenewRequest) (Grant, error) {
	old, err := decodeCert(r.Certificate)
	if err != nil {
		return Grant{}, &Refused{"certificate: " + err.Error()}
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.root)
	_, err = old.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: a.now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return Grant{}, &Refused{"certificate: has ended; the box needs a new code"}
	case err != nil:
		return Grant{}, &Refused{"certificate: is not one of this centre's"}
	}
	pub, ok := old.PublicKey.(*ecdsa.PublicKey)
	sum := renewDigest(r.Request)
	if !ok || !ecdsa.VerifyASN1(pub, sum[:], r.Proof) {
		return Grant{}, &Refused{"proof: is not by the certificate's key"}
	}
	if err := checkSite(old.Subject.CommonName); err != nil {
		return Grant{}, err
	}
	var g Grant
	var name, box string
	err = a.update(func(s *state) error {
		i := slices.IndexFunc(s.Issued, func(c Issued) bool { return c.Serial == hexSerial(old) })
		if i < 0 || !s.Issued[i].Revoked.IsZero() {
			return &Refused{"certificate: was taken back; the box needs a new code"}
		}
		name, box = old.Subject.CommonName, boxOf(old.Subject)
		if holder := s.Holders[name]; holder != "" && box != "" && box != holder {
			return &Refused{fmt.Sprintf("certificate: box %s was replaced by box %s", box, holder)}
		}
		cert, err := a.grant(s, name, box, r.Request)
		g = Grant{Certificate: cert, Root: a.Root()}
		return err
	})
	if err == nil {
		err = a.keyed(name, box, r.Request, false)
	}
	if err != nil {
		return Grant{}, err
	}
	return g, nil
}

// subject of a certificate: the site is all the broker goes by; the box stands beside it.
func subject(site, box string) pkix.Name {
	n := pkix.Name{CommonName: site}
	if box != "" {
		n.OrganizationalUnit = []string{box}
	}
	return n
}

// boxOf is the box a subject names; "" for one of before boxes were named.
func boxOf(n pkix.Name) string {
	if len(n.OrganizationalUnit) != 1 {
		return ""
	}
	return n.OrganizationalUnit[0]
}

// grant signs a request for a name and a box, the request's own where none is given; the same request again gets the
// certificate it got.
func (a *Authority) grant(s *state, name, box string, request []byte) ([]byte, error) {
	sum := digest(request)
	for _, c := range s.Issued {
		if c.Request == sum && c.Name == name && c.Revoked.IsZero() && a.now().Before(c.Until) {
			return []byte(c.PEM), nil
		}
	}
	csr, pub, err := requested(request)
	if err != nil {
		return nil, err
	}
	// Of the request only the keys and the box count: the site is the one the code was given for.
	if box == "" {
		box = boxOf(csr.Subject)
	}
	if box != "" && wire.SiteID(box).Check() != nil { // the same letters
		return nil, &Refused{"request: names a box of other than 1 to 32 letters, digits, _ and -"}
	}
	if _, err := boxKey(csr.Extensions, name, box, pub); err != nil {
		return nil, err
	}
	tmpl := &x509.Certificate{Subject: subject(name, box), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	if a.Signs != nil {
		if tmpl.ExtraExtensions, err = stated(oidCentreKey, a.Signs); err != nil {
			return nil, err
		}
	}
	return a.sign(s, tmpl, pub, Life, sum)
}

func (a *Authority) sign(s *state, tmpl *x509.Certificate, pub crypto.PublicKey, life time.Duration, request string) ([]byte, error) {
	tmpl.SerialNumber, tmpl.NotBefore, tmpl.NotAfter = serial(), a.now().Add(-skew), a.now().Add(life)
	tmpl.KeyUsage, tmpl.BasicConstraintsValid = x509.KeyUsageDigitalSignature, true
	der, err := x509.CreateCertificate(rand.Reader, tmpl, a.root, pub, a.key)
	if err != nil {
		return nil, fmt.Errorf("authority: %w", err)
	}
	text := encodeCert(der)
	s.Issued = append(s.Issued, Issued{
		Serial: tmpl.SerialNumber.Text(16), Name: tmpl.Subject.CommonName, Box: boxOf(tmpl.Subject), Until: tmpl.NotAfter, Request: request, PEM: string(text),
	})
	return text, nil
}

// Revoke takes back every certificate and every open code of a name and renews the list. It says how many
// certificates that were.
func (a *Authority) Revoke(name string) (n int, err error) {
	return a.revoke(name, func(s *state) error {
		s.Codes = slices.DeleteFunc(s.Codes, func(c openCode) bool { return c.Site == name })
		return nil
	}, func(string) bool { return true })
}

// RevokeBox takes back the certificates of one box of a site.
func (a *Authority) RevokeBox(name, box string) (n int, err error) {
	return a.revoke(name, nil, func(b string) bool { return b == box })
}

// Replaced notes that a box holds a site now: no other box's certificate is renewed any more. With now they do not
// count from here on; what names no box, as certificates did once, is another's then.
func (a *Authority) Replaced(name, holder string, now bool) (n int, err error) {
	note := func(s *state) error {
		if s.Holders == nil {
			s.Holders = map[string]string{}
		}
		s.Holders[name] = holder
		return nil
	}
	if !now {
		return 0, a.update(note)
	}
	return a.revoke(name, note, func(b string) bool { return b != holder })
}

func (a *Authority) revoke(name string, also func(*state) error, whose func(box string) bool) (n int, err error) {
	err = a.update(func(s *state) error {
		if also != nil {
			if err := also(s); err != nil {
				return err
			}
		}
		for i := range s.Issued {
			if c := &s.Issued[i]; c.Name == name && whose(c.Box) && c.Revoked.IsZero() {
				c.Revoked = a.now()
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, a.list()
}

// Issued are all certificates that have not long ended.
func (a *Authority) Issued() (out []Issued, err error) {
	err = a.update(func(s *state) error { out = slices.Clone(s.Issued); return nil })
	return out, err
}

// list writes the list of what was taken back.
func (a *Authority) list() error {
	return a.update(func(s *state) error {
		s.CRL++
		l := &x509.RevocationList{Number: big.NewInt(s.CRL), ThisUpdate: a.now().Add(-skew), NextUpdate: a.now().AddDate(listLife, 0, 0)}
		for _, c := range s.Issued {
			if c.Revoked.IsZero() {
				continue
			}
			n, ok := new(big.Int).SetString(c.Serial, 16)
			if !ok {
				return fmt.Errorf("authority: %s: serial %q is no number", stateFile, c.Serial)
			}
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: c.Revoked})
		}
		der, err := x509.CreateRevocationList(rand.Reader, l, a.root, a.key)
		if err != nil {
			return fmt.Errorf("authority: %w", err)
		}
		return durable.Write(filepath.Join(a.dir, ListFile), pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), 0o644)
	})
}

// Serve makes the broker's certificate for the hosts it is reached at, and the centre's own, each when there is none
// or a third of its life is over. It says whether the broker has to read its files again. Without hosts the broker's
// are those of its present certificate.
func (a *Authority) Serve(hosts []string) (changed bool, err error) {
	brokerFile := filepath.Join(a.dir, BrokerFile)
	old, err := readCert(brokerFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if old != nil && len(hosts) == 0 {
		hosts = names(old)
	}
	if len(hosts) > 0 && (old == nil || due(old, a.now()) || !slices.Equal(names(old), hosts)) {
		tmpl := &x509.Certificate{Subject: pkix.Name{CommonName: Broker}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
		for _, h := range hosts {
			if ip := net.ParseIP(h); ip != nil {
				tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
			} else if h == "" || strings.ContainsAny(h, ":/ ") {
				return false, &Refused{fmt.Sprintf("host: %q is neither a name nor an address", h)}
			} else {
				tmpl.DNSNames = append(tmpl.DNSNames, h)
			}
		}
		if err := a.own(brokerFile, tmpl, brokerLife); err != nil {
			return false, err
		}
		changed = true
	}
	centreFile := filepath.Join(a.dir, CentreFile)
	old, err = readCert(centreFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return changed, err
	}
	if old == nil || due(old, a.now()) {
		tmpl := &x509.Certificate{Subject: pkix.Name{CommonName: Centre}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
		return changed, a.own(centreFile, tmpl, Life)
	}
	return changed, nil
}

// own makes a key and a certificate of the centre's own machines, in one file, so that they cannot come apart.
func (a *Authority) own(path string, tmpl *x509.Certificate, life time.Duration) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return err
	}
	return a.update(func(s *state) error {
		cert, err := a.sign(s, tmpl, &key.PublicKey, life, "")
		if err != nil {
			return err
		}
		return durable.Write(path, append(cert, keyPEM...), 0o600)
	})
}

func names(c *x509.Certificate) []string {
	out := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		out = append(out, ip.String())
	}
	return out
}

// due says that a third of a certificate's life is over: two thirds remain to get a new one, while both count.
func due(c *x509.Certificate, now time.Time) bool {
	return now.After(c.NotBefore.Add(c.NotAfter.Sub(c.NotBefore) / 3))
}

func serial() *big.Int {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24: the process ends instead
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b[:])
}

func hexSerial(c *x509.Certificate) string { return c.SerialNumber.Text(16) }

func digest(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
