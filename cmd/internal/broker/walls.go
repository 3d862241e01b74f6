package broker

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"

	"picket/sync/wire"
)

// Secret is the line's TLS: each client by its certificate, each kept to its own topics. All files are read at each
// handshake, so what was renewed or taken back counts at once for new connections.
type Secret struct {
	Tenant wire.Tenant
	Root   string // certificate of the authority
	Own    string // certificate and key of the broker
	List   string // what was taken back
	Centre string // the common name that is no site
}

// TLS is what clients meet.
func (s *Secret) tls() (*tls.Config, error) {
	conf := func(*tls.ClientHelloInfo) (*tls.Config, error) {
		root, err := os.ReadFile(s.Root)
		if err != nil {
			return nil, fmt.Errorf("broker: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(root) {
			return nil, fmt.Errorf("broker: %s holds no certificate", s.Root)
		}
		own, err := tls.LoadX509KeyPair(s.Own, s.Own)
		if err != nil {
			return nil, fmt.Errorf("broker: %w", err)
		}
		list, err := s.takenBack()
		if err != nil {
			return nil, err
		}
		return &tls.Config{
			MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool, Certificates: []tls.Certificate{own},
			// A resumed session would get past the list: each connection shows its certificate anew.
			SessionTicketsDisabled: true,
			VerifyConnection: func(c tls.ConnectionState) error {
				for _, chain := range c.VerifiedChains {
					if err := list.CheckSignatureFrom(chain[len(chain)-1]); err != nil {
						return fmt.Errorf("broker: %s: %w", s.List, err)
					}
				}
				if list.has(c.PeerCertificates[0]) {
					return errors.New("broker: the certificate was taken back")
				}
				return nil
			},
		}, nil
	}
	first, err := conf(nil) // at the start a missing file is told, not met by the first client
	if err != nil {
		return nil, err
	}
	first.GetConfigForClient = conf
	return first, nil
}

// taken is the list of what was taken back.
type taken struct{ *x509.RevocationList }

func (l taken) has(c *x509.Certificate) bool {
	return slices.ContainsFunc(l.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool { return e.SerialNumber.Cmp(c.SerialNumber) == 0 })
}

func (s *Secret) takenBack() (taken, error) {
	text, err := os.ReadFile(s.List)
	if err != nil {
		return taken{}, fmt.Errorf("broker: %w", err)
	}
	b, _ := pem.Decode(text)
	if b == nil {
		return taken{}, fmt.Errorf("broker: %s holds no list", s.List)
	}
	list, err := x509.ParseRevocationList(b.Bytes)
	if err != nil {
		return taken{}, fmt.Errorf("broker: %s: %w", s.List, err)
	}
	return taken{list}, nil
}

// rights are what a client may say and hear, as in deploy/mosquitto.acl.
func (s *Secret) rights(name string) (say, hear []string) {
	if wire.SiteID(name).Check() != nil { // it stands in topics: no wildcard gets there
		return nil, nil
	}
	top, state := "picket/1/"+string(s.Tenant), wire.CentreState(s.Tenant)
	if name == s.Centre {
		return []string{top + "/+/+/d/#", state}, []string{top + "/+/+/u/#", state}
	}
	return []string{top + "/+/" + name + "/u/#"}, []string{top + "/+/" + name + "/d/#", state}
}
