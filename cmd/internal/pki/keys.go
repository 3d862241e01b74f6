package pki

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"picket/cmd/internal/durable"
	"picket/sync/wire"
)

// Either end of the line signs what it says (sync/wire/INTEGRATE.md). The box's key reaches the centre within the request
// for a certificate, and the centre's key the box within the certificate: so both are bound to the code, and to the
// authority from then on, and those of before take neither amiss.
var (
	oidBoxKey    = asn1.ObjectIdentifier{2, 25, 1127604112, 1} // in a request: the key, and its proof
	oidCentreKey = asn1.ObjectIdentifier{2, 25, 1127604112, 2} // in a certificate
)

// OpenKey reads a key that is whose, or makes one: on the first day, and where the file is another one's.
func OpenKey(path, whose string) (ed25519.PrivateKey, error) {
	if key, err := ReadKey(path, whose); key != nil || err != nil {
		return key, err
	}
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails since Go 1.24: the process ends instead
	if err := durable.Write(path, []byte(whose+" "+hex.EncodeToString(seed)+"\n"), 0o600); err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// ReadKey is OpenKey for who makes none: nil where there is none.
func ReadKey(path, whose string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	name, seed, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	raw, err := hex.DecodeString(seed)
	if err != nil || len(raw) != ed25519.SeedSize {
		return nil, fmt.Errorf("key: %s is not one; remove it and another is made, which whoever knows this one has to be told", path)
	}
	if name != whose {
		return nil, nil
	}
	return ed25519.NewKeyFromSeed(raw), nil
}

const signFile = "sign.key"

// CentreKey is the centre's own. Where there is an authority it follows from that one's key, so that whoever keeps a copy
// of the authority has it too; else it is made at the first start. One that was made stays, whatever comes later.
func CentreKey(dir string) (ed25519.PrivateKey, error) {
	path := filepath.Join(dir, signFile)
	_, err := os.Stat(path)
	text, caErr := os.ReadFile(filepath.Join(dir, "ca.key"))
	if !errors.Is(err, fs.ErrNotExist) || errors.Is(caErr, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
		return OpenKey(path, Centre)
	}
	if caErr != nil {
		return nil, fmt.Errorf("key: %w", caErr)
	}
	key, err := decodeKey(text)
	if err != nil {
		return nil, fmt.Errorf("key: ca.key: %w", err)
	}
	secret, err := key.Bytes()
	if err != nil {
		return nil, fmt.Errorf("key: ca.key: %w", err)
	}
	seed, err := hkdf.Key(sha256.New, secret, nil, "picket line sign", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// KeyText is a public key as people copy it.
func KeyText(key ed25519.PublicKey) string { return base64.StdEncoding.EncodeToString(key) }

// ParseKey reads what KeyText wrote.
func ParseKey(text string) (ed25519.PublicKey, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%.60q is no key of 44 letters and digits, as `picket-oms line key` prints it", text)
	}
	return raw, nil
}

// boxKey of a request, which its maker has shown to have; nil: it says none.
func boxKey(exts []pkix.Extension, site, box string, pub *ecdsa.PublicKey) (ed25519.PublicKey, error) {
	raw, err := extension(exts, oidBoxKey, ed25519.PublicKeySize+ed25519.SignatureSize)
	if raw == nil || err != nil {
		return nil, err
	}
	bound, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	key := ed25519.PublicKey(raw[:ed25519.PublicKeySize])
	if !wire.KeyProven(key, wire.SiteID(site), wire.NodeID(box), bound, raw[ed25519.PublicKeySize:]) {
		return nil, &Refused{"request: says a key for the line which it does not prove to have"}
	}
	return key, nil
}

// claim is what a box adds to its request.
func claim(key ed25519.PrivateKey, site, box string, pub *ecdsa.PublicKey) ([]pkix.Extension, error) {
	bound, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return stated(oidBoxKey, append([]byte(key.Public().(ed25519.PublicKey)), wire.ProveKey(key, wire.SiteID(site), wire.NodeID(box), bound)...))
}

func stated(id asn1.ObjectIdentifier, raw []byte) ([]pkix.Extension, error) {
	der, err := asn1.Marshal(raw)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return []pkix.Extension{{Id: id, Value: der}}, nil
}

func extension(exts []pkix.Extension, id asn1.ObjectIdentifier, size int) ([]byte, error) {
	for _, e := range exts {
		if !e.Id.Equal(id) {
			continue
		}
		var raw []byte
		if rest, err := asn1.Unmarshal(e.Value, &raw); err != nil || len(rest) > 0 || len(raw) != size {
			return nil, &Refused{"request: says a key for the line that is none"}
		}
		return raw, nil
	}
	return nil, nil
}

// CentreKeyOf is the centre's key as a box's certificate says it; nil: there is no certificate, or it is of a centre that
// signs nothing.
func CentreKeyOf(dir string) (ed25519.PublicKey, error) {
	cert, err := readCert(filepath.Join(dir, BoxFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return extension(cert.Extensions, oidCentreKey, ed25519.PublicKeySize)
}
