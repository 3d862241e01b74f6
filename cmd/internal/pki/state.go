package pki

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"picket/cmd/internal/durable"
)

// state is all the authority remembers besides its key.
type state struct {
	// Holders are the boxes that hold the sites, where one took a site from another: what names another box is not
	// renewed any more.
	Holders map[string]string `json:"holders,omitempty"`
	Codes   []openCode        `json:"codes"`
	Issued  []Issued          `json:"issued"`
	CRL     int64             `json:"crl"` // number of the newest list
}

// openCode is a code that may still be used.
type openCode struct {
	ID     string    `json:"id"`
	Secret string    `json:"secret"`
	Site   string    `json:"site"`
	Until  time.Time `json:"until"`
	// Used is the digest of the request it was used for; the same request again gets the same answer, for the first
	// one may have been lost on the way.
	Used string `json:"used,omitempty"`
}

// Issued is one certificate.
type Issued struct {
	Serial  string    `json:"serial"` // hex
	Name    string    `json:"name"`   // the site's id, or centre, or broker
	Box     string    `json:"box,omitempty"`
	Until   time.Time `json:"until"`
	Revoked time.Time `json:"revoked,omitzero"`
	Request string    `json:"request,omitempty"` // digest of the request
	PEM     string    `json:"pem"`
}

const stateFile = "state.json"

// update reads the state, lets change edit it, and stores it; the daemon and the commands may do so at the same time.
func (a *Authority) update(change func(*state) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	lock, err := os.OpenFile(filepath.Join(a.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	var s state
	text, err := os.ReadFile(filepath.Join(a.dir, stateFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("authority: %w", err)
	}
	if err == nil {
		if err := json.Unmarshal(text, &s); err != nil {
			return fmt.Errorf("authority: %s: %w", stateFile, err)
		}
	}
	s.tidy(a.now())
	if err := change(&s); err != nil {
		return err
	}
	text, err = json.MarshalIndent(&s, "", " ")
	if err != nil {
		return fmt.Errorf("authority: %w", err)
	}
	return durable.Write(filepath.Join(a.dir, stateFile), text, 0o600)
}

// tidy forgets what counts no more: codes whose time is over, and certificates that ended a year ago.
func (s *state) tidy(now time.Time) {
	codes := s.Codes[:0]
	for _, c := range s.Codes {
		if now.Before(c.Until) {
			codes = append(codes, c)
		}
	}
	s.Codes = codes
	issued := s.Issued[:0]
	for _, c := range s.Issued {
		if now.Before(c.Until.AddDate(1, 0, 0)) {
			issued = append(issued, c)
		}
	}
	s.Issued = issued
}
