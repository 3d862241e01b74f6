package site

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/line"
	"picket/cmd/internal/pki"
)

func (c *Config) lineDir() string { return filepath.Join(c.Data, "line") }

// brokerFiles are the files of the line: those that are named, or those of this box's enrolment.
func (c *Config) brokerFiles() Broker {
	b := c.Broker
	line.Files(b.URL, &b.CAFile, &b.CertFile, filepath.Join(c.lineDir(), pki.RootFile), filepath.Join(c.lineDir(), pki.BoxFile))
	return b
}

// renewing asks for the next certificate long before the present one ends. The line reads it at its next handshake.
func renewing(ctx context.Context, cfg Config, box string, own ed25519.PrivateKey, centre *centreKey, every time.Duration, log *slog.Logger) {
	if !pki.Enrolled(cfg.lineDir()) {
		return
	}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		renewed, until, err := pki.Renew(ctx, cfg.lineDir(), box, own, time.Now())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("the line's certificate could not be renewed; it is tried again", "counts_until", until, "err", err)
		case renewed:
			log.Info("the line has a new certificate", "counts_until", until)
			centre.renewed(log)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// EnrolCommand gets this box its certificate for the line.
func EnrolCommand(load func() (Config, error)) *cobra.Command {
	var centre, code string
	cmd := &cobra.Command{
		Use: "enrol --config site.yaml --centre ADDRESS --code CODE", Short: "Get this box its certificate for the line, with a code from the centre",
		Args: cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			if err := cfg.Check(); err != nil {
				return fmt.Errorf("configuration: %w", err)
			}
			if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
				return fmt.Errorf("data: %w", err)
			}
			box, err := boxID(cfg.Data)
			if err != nil {
				return err
			}
			own, err := lineKey(cfg.Data, box)
			if err != nil {
				return err
			}
			until, err := pki.Enrol(cmd.Context(), cfg.lineDir(), centre, cfg.Site, box, own, code, time.Now())
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "This box is %s on the line until %s and renews that by itself. Set broker.url to tls://HOST:8883 and start picketd.\n", cfg.Site, until.Local().Format(time.DateOnly))
			return nil
		},
	}
	cmd.Flags().StringVar(&centre, "centre", "", "address of the centre, such as https://oms.example")
	cmd.Flags().StringVar(&code, "code", "", "what `picket-oms site certify` printed")
	return cmd
}
