package site

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"log/slog"
	mrand "math/rand/v2"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/sync/link"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// startLine runs the uplink, wakes it when the journal grows, and shows its state.
func startLine(ctx context.Context, g *errgroup.Group, cfg Config, box string, boot uint64, file *journal.File, door *node.Door, v *vault, b *book, log *slog.Logger) error {
	var feed floor.Down
	b.with(func(board *view.Board) { feed = board.Feed() })
	state, err := remembered(file, feed)
	if err != nil {
		return err
	}
	tlsConfig, err := cfg.Broker.TLS()
	if err != nil {
		return err
	}
	password, err := cfg.Broker.Password()
	if err != nil {
		return err
	}
	up, err := uplink.New(uplink.Config{
		Tenant: wire.Tenant(cfg.Tenant), Site: wire.SiteID(cfg.Site), NodeID: wire.NodeID(box), Boot: boot, SW: "picketd",
		Connect: func(client string, filters []string, will link.Message) (link.Link, error) {
			return link.Dial(link.Config{
				Broker: cfg.Broker.URL, ClientID: client, Username: cfg.Broker.Username, Password: password, Filters: filters,
				Will: &will, TLS: tlsConfig, Rand: mrand.Float64, RetryMax: 15 * time.Second,
			})
		},
		Journal: outbox{file}, Node: inbox{door, v}, Keeper: keeper{file, door}, State: state,
		Rand: mrand.Float64, Nonce: func() wire.Nonce { return wire.Nonce(randomHex(16)) },
		Log:      log.With("part", "line"),
		OnStatus: func(s uplink.Status) { b.change(func(board *view.Board) { board.SetLink(linkState(s)) }) },
	})
	if err != nil {
		return fmt.Errorf("line: %w", err)
	}
	g.Go(func() error { return up.Run(ctx) })
	g.Go(func() error {
		for seq := floor.Seq(file.Head().Seq); ; {
			head, err := door.Wait(ctx, seq)
			if err != nil {
				return nil // the door's own end is told elsewhere
			}
			seq = head
			up.Wake()
		}
	})
	return nil
}

func linkState(s uplink.Status) view.LinkState {
	v := view.LinkState{Up: s.Connected, Since: s.Since, Acked: floor.Seq(s.Acked), Stable: floor.Seq(s.Stable)}
	switch {
	case s.Blocked != nil:
		v.Blocked = fmt.Sprintf("the centre cannot take record %d (%s) before it is updated", s.Blocked.Seq, s.Blocked.Type)
	case s.Stuck != nil:
		v.Blocked = fmt.Sprintf("this box cannot take the centre's record %d (%s) before it is updated", s.Stuck.Seq, s.Stuck.Type)
	case s.Trouble != "":
		v.Blocked = s.Reason
	}
	return v
}

func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24: the process ends instead
	return hex.EncodeToString(b)
}

// TLS is nil for a plain connection.
func (b Broker) TLS() (*tls.Config, error) {
	if b.CAFile == "" && b.CertFile == "" {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS13}
	if b.CAFile != "" {
		pem, err := os.ReadFile(b.CAFile)
		if err != nil {
			return nil, fmt.Errorf("broker.ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("broker.ca_file: %s holds no certificate", b.CAFile)
		}
	}
	if b.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(b.CertFile, b.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("broker.cert_file: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// Password reads the password's file; none means no password.
func (b Broker) Password() (string, error) {
	if b.PasswordFile == "" {
		return "", nil
	}
	text, err := os.ReadFile(b.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("broker.password_file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}
