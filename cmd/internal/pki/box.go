package pki

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"picket/cmd/internal/durable"
)

// EnrolRequest asks for the first certificate.
type EnrolRequest struct {
	Site    string `json:"site"`
	Code    string `json:"code"`    // the code's id; its secret is in the proof alone
	Request []byte `json:"request"` // PKCS #10, DER
	Proof   []byte `json:"proof"`
}

// RenewRequest asks for the next one.
type RenewRequest struct {
	Certificate []byte `json:"certificate"` // the present one, PEM
	Request     []byte `json:"request"`
	Proof       []byte `json:"proof"` // the present key's signature over the request
}

// Grant is the centre's answer.
type Grant struct {
	Certificate []byte `json:"certificate"` // PEM
	Root        []byte `json:"root"`
	Proof       []byte `json:"proof,omitempty"` // of the code, for the first certificate
}

func renewDigest(request []byte) [32]byte {
	return sha256.Sum256(append([]byte("picket line renew"), request...))
}

// Files of a box's directory.
const (
	BoxFile    = "line.pem"  // certificate and key, in one file so that they cannot come apart
	askedFile  = "asked.key" // the key of a request that has no answer yet
	centreFile = "centre.url"
)

// Enrol gets a box its first certificate. Called again with the same code after a failure it asks for the same.
// The request names the box, so that what it was given can be taken back without that of another box.
func Enrol(ctx context.Context, dir, centre, site, box string, own ed25519.PrivateKey, typed string, now time.Time) (until time.Time, err error) {
	c, err := parseCode(typed)
	if err != nil {
		return time.Time{}, err
	}
	u, err := url.Parse(centre)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return time.Time{}, fmt.Errorf("centre: %q is not an address such as https://oms.example", centre)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return time.Time{}, fmt.Errorf("enrol: %w", err)
	}
	key, request, err := asked(dir, site, box, box, own)
	if err != nil {
		return time.Time{}, err
	}
	var g Grant
	err = post(ctx, centre, EnrolPath, EnrolRequest{Site: site, Code: c.id, Request: request, Proof: c.proof("enrol", []byte(site), request)}, &g)
	if err != nil {
		return time.Time{}, err
	}
	if !hmac.Equal(g.Proof, c.proof("grant", g.Certificate, g.Root)) {
		return time.Time{}, errors.New("enrol: whoever answered does not know the code: it is not the centre that gave it")
	}
	if err := durable.Write(filepath.Join(dir, centreFile), []byte(centre+"\n"), 0o600); err != nil {
		return time.Time{}, err
	}
	if err := durable.Write(filepath.Join(dir, RootFile), g.Root, 0o644); err != nil {
		return time.Time{}, err
	}
	return take(dir, site, key, g.Certificate, now)
}

// Enrolled says whether a box has a certificate of this package's.
func Enrolled(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, BoxFile))
	return err == nil
}

// Renew gets the next certificate when a third of the present one's life is over. The present one goes on counting;
// so there is no hurry, and a failure is tried again later.
func Renew(ctx context.Context, dir, box string, own ed25519.PrivateKey, now time.Time) (renewed bool, until time.Time, err error) {
	text, err := os.ReadFile(filepath.Join(dir, BoxFile))
	if err != nil {
		return false, time.Time{}, fmt.Errorf("renew: %w", err)
	}
	old, err := decodeCert(text)
	if err != nil {
		return false, time.Time{}, fmt.Errorf("renew: %s: %w", BoxFile, err)
	}
	if !due(old, now) {
		return false, old.NotAfter, nil
	}
	oldKey, err := decodeKey(text)
	if err != nil {
		return false, old.NotAfter, fmt.Errorf("renew: %s: %w", BoxFile, err)
	}
	centre, err := os.ReadFile(filepath.Join(dir, centreFile))
	if err != nil {
		return false, old.NotAfter, fmt.Errorf("renew: %w", err)
	}
	was := boxOf(old.Subject) // whatever this box is called now: that is who renews
	if was == "" {
		was = box
	}
	key, request, err := asked(dir, old.Subject.CommonName, box, was, own)
	if err != nil {
		return false, old.NotAfter, err
	}
	sum := renewDigest(request)
	proof, err := ecdsa.SignASN1(rand.Reader, oldKey, sum[:])
	if err != nil {
		return false, old.NotAfter, fmt.Errorf("renew: %w", err)
	}
	var g Grant
	err = post(ctx, strings.TrimSpace(string(centre)), RenewPath, RenewRequest{Certificate: encodeCert(old.Raw), Request: request, Proof: proof}, &g)
	if err != nil {
		return false, old.NotAfter, err
	}
	// The root is the one the box has: an answer cannot bring another.
	until, err = take(dir, old.Subject.CommonName, key, g.Certificate, now)
	if err != nil {
		return false, old.NotAfter, err
	}
	return true, until, nil
}

// asked is the key to ask for and its request. The key is stored first: when the answer is lost, the same is asked
// again, for a code counts for one key only.
func asked(dir, site, box, as string, own ed25519.PrivateKey) (*ecdsa.PrivateKey, []byte, error) {
	path := filepath.Join(dir, askedFile)
	text, err := os.ReadFile(path)
	if err == nil && !says(text, own) {
		err = fs.ErrNotExist // asked by an earlier version, or before this installation
	}
	if errors.Is(err, fs.ErrNotExist) {
		var key *ecdsa.PrivateKey
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, nil, fmt.Errorf("key: %w", err)
		}
		var request []byte
		if text, err = encodeKey(key); err != nil {
			return nil, nil, err
		}
		ask := &x509.CertificateRequest{Subject: subject(site, box)}
		if own != nil {
			if ask.ExtraExtensions, err = claim(own, site, as, &key.PublicKey); err != nil {
				return nil, nil, err
			}
		}
		request, err = x509.CreateCertificateRequest(rand.Reader, ask, key)
		if err != nil {
			return nil, nil, fmt.Errorf("request: %w", err)
		}
		text = append(text, encodeRequest(request)...)
		if err := durable.Write(path, text, 0o600); err != nil {
			return nil, nil, err
		}
	} else if err != nil {
		return nil, nil, fmt.Errorf("key: %w", err)
	}
	key, err := decodeKey(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", askedFile, err)
	}
	request, err := block(text, "CERTIFICATE REQUEST")
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", askedFile, err)
	}
	return key, request, nil
}

// says whether a request that was stored says this box's key for the line.
func says(text []byte, own ed25519.PrivateKey) bool {
	request, err := block(text, "CERTIFICATE REQUEST")
	if err != nil || own == nil {
		return true // what is wrong with it is told where it is used
	}
	csr, err := x509.ParseCertificateRequest(request)
	if err != nil {
		return true
	}
	raw, err := extension(csr.Extensions, oidBoxKey, ed25519.PublicKeySize+ed25519.SignatureSize)
	return err == nil && raw != nil && bytes.Equal(raw[:ed25519.PublicKeySize], own.Public().(ed25519.PublicKey))
}

// take checks a certificate and puts it, with its key, in the place of the one before.
func take(dir, site string, key *ecdsa.PrivateKey, text []byte, now time.Time) (time.Time, error) {
	cert, err := decodeCert(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("certificate: %w", err)
	}
	root, err := readCert(filepath.Join(dir, RootFile))
	if err != nil {
		return time.Time{}, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		return time.Time{}, fmt.Errorf("certificate: %w (is this box's clock right?)", err)
	}
	if cert.Subject.CommonName != site || !key.PublicKey.Equal(cert.PublicKey) {
		return time.Time{}, fmt.Errorf("certificate: is for %q and not for this box", cert.Subject.CommonName)
	}
	keyPEM, err := encodeKey(key)
	if err != nil {
		return time.Time{}, err
	}
	if err := durable.Write(filepath.Join(dir, BoxFile), append(encodeCert(cert.Raw), keyPEM...), 0o600); err != nil {
		return time.Time{}, err
	}
	if err := os.Remove(filepath.Join(dir, askedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, fmt.Errorf("certificate: %w", err)
	}
	return cert.NotAfter, nil
}

func post(ctx context.Context, centre, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("ask the centre: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(centre, "/")+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask the centre: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the centre: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return fmt.Errorf("ask the centre: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the centre refused: %s", strings.TrimSpace(string(text)))
	}
	if err := json.Unmarshal(text, out); err != nil {
		return fmt.Errorf("the centre's answer cannot be read: %w", err)
	}
	return nil
}
