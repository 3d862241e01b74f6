// Package line holds what both ends of the line set up alike: TLS and the password. It must NEVER log a
// secret.
package line

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// TLS is nil for a plain connection. The errors name the setting.
func TLS(caFile, certFile, keyFile string) (*tls.Config, error) {
	if caFile == "" && certFile == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS13}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("broker.ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("broker.ca_file: %s holds no certificate", caFile)
		}
	}
	if certFile != "" {
		if keyFile == "" {
			keyFile = certFile // both may lie in one file
		}
		load := func() (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(certFile, keyFile)
			if err != nil {
				return nil, fmt.Errorf("broker.cert_file: %w", err)
			}
			return &pair, nil
		}
		if _, err := load(); err != nil {
			return nil, err
		}
		// Read at each handshake: a certificate that was renewed counts without a restart.
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return load() }
	}
	return c, nil
}

// Files fills in what an enrolment stored, where no file is named and the line is to be secret.
func Files(url string, caFile, certFile *string, storedCA, storedCert string) {
	if !strings.HasPrefix(url, "tls://") || *caFile != "" || *certFile != "" {
		return
	}
	if _, err := os.Stat(storedCert); err == nil {
		*caFile, *certFile = storedCA, storedCert
	}
}

// CheckURL says whether a broker may be reached at a URL.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "tcp" && u.Scheme != "tls") || u.Hostname() == "" || u.Port() == "" {
		return fmt.Errorf("broker.url: %q is not tcp://host:1883 or tls://host:8883", text)
	}
	return nil
}

// Secret reads a file that holds one secret; no file is no secret.
func Secret(setting, file string) (string, error) {
	if file == "" {
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", setting, err)
	}
	return strings.TrimSpace(string(text)), nil
}
