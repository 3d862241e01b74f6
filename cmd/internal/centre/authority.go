package centre

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/durable"
	"picket/cmd/internal/line"
	"picket/cmd/internal/pki"
	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/wire"
)

func (c *Config) lineDir() string { return filepath.Join(c.Data, "line") }

// brokerFiles are the files of the line: those that are named, or those of the centre's own authority.
func (c *Config) brokerFiles() Broker {
	b := c.Broker
	line.Files(b.URL, &b.CAFile, &b.CertFile, filepath.Join(c.lineDir(), pki.RootFile), filepath.Join(c.lineDir(), pki.CentreFile))
	return b
}

// certifying answers boxes beside everything else, where there is an authority, and keeps the centre's own
// certificates from ending.
func certifying(ctx context.Context, cfg Config, c *clerk.Clerk, sign ed25519.PrivateKey, next http.Handler, log *slog.Logger) (http.Handler, func(context.Context) error, error) {
	if !pki.Exists(cfg.lineDir()) {
		return next, func(context.Context) error { return nil }, nil
	}
	a, err := pki.Open(cfg.lineDir(), time.Now)
	if err != nil {
		return nil, nil, err
	}
	a.Signs = sign.Public().(ed25519.PublicKey)
	a.Keyed = func(site, box string, key ed25519.PublicKey, byCode bool) error {
		return c.Keyed(ctx, floor.SiteID(site), wire.NodeID(box), key, byCode)
	}
	keep := func() {
		changed, err := a.Serve(nil)
		switch {
		case err != nil:
			log.Error("the line's own certificates could not be renewed", "err", err)
		case changed:
			log.Warn("the broker has a new certificate: make it read its files again (kill -HUP)", "file", filepath.Join(cfg.lineDir(), pki.BrokerFile))
		}
	}
	keep()
	mux := http.NewServeMux()
	mux.Handle("/line/", a.Handler(log))
	mux.Handle("/", next)
	return mux, func(ctx context.Context) error {
		t := time.NewTicker(time.Hour)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-t.C:
				keep()
			}
		}
	}, nil
}

// replaced keeps the certificates of a site to the box that holds it; nil where the line has none of ours.
func replaced(cfg Config, log *slog.Logger) func(floor.SiteID, wire.NodeID, bool) error {
	if !pki.Exists(cfg.lineDir()) {
		return nil
	}
	return func(site floor.SiteID, holder wire.NodeID, stolen bool) error {
		a, err := pki.Open(cfg.lineDir(), time.Now)
		if err != nil {
			return err
		}
		n, err := a.Replaced(string(site), string(holder), stolen)
		if err == nil && n > 0 {
			log.Warn("certificates of a stolen box were taken back: give the broker the list and make it read its files again", "site", site, "count", n, "list", filepath.Join(cfg.lineDir(), pki.ListFile))
		}
		return err
	}
}

// clientID of the centre's connection, minted once. It is not to be guessed: who connects with another's client id
// throws it off the broker, and no list of rights prevents that.
func clientID(cfg Config) (string, error) {
	path := filepath.Join(cfg.Data, "client.id")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(token16())
		err = durable.Write(path, text, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("data: %w", err)
	}
	id := strings.TrimSpace(string(text))
	if _, err := hex.DecodeString(id); err != nil || id == "" {
		return "", fmt.Errorf("data: %s does not hold a client id; remove it and another is made", path)
	}
	return "centre_" + cfg.Tenant + "_" + id, nil
}

// LineCommands are the commands about certificates: line init, site certify, site revoke, site certificates.
func LineCommands(load func() (Config, error)) []*cobra.Command {
	open := func() (*pki.Authority, Config, error) {
		cfg, err := load()
		if err != nil {
			return nil, cfg, err
		}
		a, err := pki.Open(cfg.lineDir(), time.Now)
		return a, cfg, err
	}
	var hosts []string
	initialise := &cobra.Command{
		Use: "init --host broker.example", Short: "Make the authority of the line, and the broker's and the centre's certificates", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			if len(hosts) == 0 {
				return errors.New("--host is missing: the names and addresses the sites reach the broker at")
			}
			dir := cfg.lineDir()
			var a *pki.Authority
			if pki.Exists(dir) { // again: other hosts
				a, err = pki.Open(dir, time.Now)
			} else {
				a, err = pki.Create(dir, cfg.Tenant, time.Now)
			}
			if err != nil {
				return err
			}
			if _, err := a.Serve(hosts); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "For the broker: %[1]s/ca.pem, %[1]s/crl.pem and %[1]s/broker.pem (see deploy/mosquitto-tls.conf).\nKeep a copy of %[1]s apart: without it every site needs a new code.\n", dir)
			return nil
		},
	}
	initialise.Flags().StringSliceVar(&hosts, "host", nil, "a name or address the sites reach the broker at; may be given again")
	certify := &cobra.Command{
		Use: "certify SITE", Short: "Give a code that lets one box be a site; it counts once, for 15 minutes", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, _, err := open()
			if err != nil {
				return err
			}
			code, until, err := a.Certify(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\nUntil %s, at the box: picketd enrol --config site.yaml --centre ADDRESS --code CODE\n", code, until.Local().Format("15:04"))
			return nil
		},
	}
	box := ""
	revoke := &cobra.Command{
		Use: "revoke SITE [--box ID]", Short: "Take back the certificates of one box of a site, or every one and its open codes", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, cfg, err := open()
			if err != nil {
				return err
			}
			take := func() (int, error) { return a.Revoke(args[0]) }
			if box != "" {
				take = func() (int, error) { return a.RevokeBox(args[0], box) }
			}
			n, err := take()
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s taken back. Give the broker %s and make it read its files again (kill -HUP); a connection that stands is cut by a restart.\n",
				floor.Plural(n, "certificate"), filepath.Join(cfg.lineDir(), pki.ListFile))
			return nil
		},
	}
	revoke.Flags().StringVar(&box, "box", "", "the box alone, as `picket-oms site certificates` names it")
	list := &cobra.Command{
		Use: "certificates", Short: "List who is certified, until when, and who no more", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a, _, err := open()
			if err != nil {
				return err
			}
			issued, err := a.Issued()
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 8, 2, ' ', 0)
			fmt.Fprintln(w, "NAME\tBOX\tUNTIL\tSERIAL\tTAKEN BACK")
			for _, c := range issued {
				gone := ""
				if !c.Revoked.IsZero() {
					gone = c.Revoked.Local().Format(time.DateTime)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", c.Name, c.Box, c.Until.Local().Format(time.DateTime), c.Serial, gone)
			}
			return w.Flush()
		},
	}
	lineGroup := &cobra.Command{Use: "line", Short: "Certificates of the broker and the centre, and its key"}
	lineGroup.AddCommand(initialise, &cobra.Command{
		Use: "key", Short: "Print the centre's key, for broker.centre_key of sites that do not have it from a certificate", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			key, err := pki.CentreKey(cfg.lineDir())
			if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), pki.KeyText(key.Public().(ed25519.PublicKey)))
			return nil
		},
	})
	siteGroup := &cobra.Command{Use: "site", Short: "Certificates of sites"}
	siteGroup.AddCommand(certify, revoke, list)
	return []*cobra.Command{lineGroup, siteGroup}
}
