package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/contract"
	"picket/cmd/internal/line"
	"picket/sync/wire"
)

// errBroken ends the command with 1: the report has said what.
var errBroken = errors.New("the contract is broken; see above")

// contractCommand plays a site against anybody's OMS.
func contractCommand() *cobra.Command {
	var cfg contract.Config
	var tenant, site, ca, cert, key, password, order, recall string
	var asJSON, ask bool
	c := &cobra.Command{
		Use:   "contract-test --broker tcp://host:1883 --tenant acme --site trial",
		Short: "Play a site against your own OMS, and say which rules of the contract it keeps",
		Long: `Plays a site against any OMS over the published contract (sync/wire/INTEGRATE.md), and says in words which rules it
keeps, which it breaks, and what to do about each.

Use a site id that nothing else uses and that your OMS knows: the test misbehaves on purpose, and leaves nonsense in
that site's log. For a second run take another site id.

No site can ask for an order, so say how your OMS is made to give one: --order and --recall are shell commands that
find PICKET_SITE and, for --recall, PICKET_ORDER (the order's id on the wire) in their environment. Or use --ask, and
do it by hand when you are told to. Without either the checks of assignment and recall are "not seen".

Ends with 0 when nothing is broken, 1 when something is, 2 when a flag is missing or unknown.`,
		Example: `  picket contract-test --broker tcp://127.0.0.1:1883 --tenant acme --site trial-7 --ask
  picket contract-test --broker tls://broker:8883 --ca ca.pem --cert trial.pem --key trial.key --tenant acme --site trial \
    --order 'curl -fsS -X POST http://oms/test-order?site=$PICKET_SITE' --recall 'curl -fsS -X POST http://oms/cancel/$PICKET_ORDER'`,
		Args: cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg.Tenant, cfg.Site = wire.Tenant(tenant), wire.SiteID(site)
			if err := line.CheckURL(cfg.Link.Broker); err != nil {
				return fmt.Errorf("--broker: %w", err)
			}
			var err error
			if cfg.Link.TLS, err = line.TLS(ca, cert, key); err != nil {
				return err
			}
			if cfg.Link.Password, err = line.Secret("--password-file", password); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if !asJSON {
				cfg.Tell = out
			}
			switch {
			case ask:
				cfg.Do = byHand(cmd.ErrOrStderr(), cmd.InOrStdin(), site)
			case order != "":
				cfg.Do = byCommand(map[contract.Action]string{contract.Order: order, contract.Recall: recall}, site)
			}
			r, err := contract.Run(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(out)
				e.SetIndent("", "  ")
				err = e.Encode(r)
			} else {
				err = r.Write(out)
			}
			if err == nil && !r.Passed() {
				err = errBroken
			}
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&cfg.Link.Broker, "broker", "", "the broker, tcp://host:1883 or tls://host:8883")
	f.StringVar(&tenant, "tenant", "", "the company, as in the topics")
	f.StringVar(&site, "site", "", "a site that only this test uses")
	f.StringVar(&ca, "ca", "", "the broker's certificate authority, PEM")
	f.StringVar(&cert, "cert", "", "the site's certificate, PEM")
	f.StringVar(&key, "key", "", "its key, PEM")
	f.StringVar(&cfg.Link.Username, "username", "", "name at the broker")
	f.StringVar(&password, "password-file", "", "file with the password for it")
	f.StringVar(&order, "order", "", "shell command that has your OMS give PICKET_SITE a new order")
	f.StringVar(&recall, "recall", "", "shell command that has it cancel PICKET_ORDER")
	f.BoolVar(&ask, "ask", false, "ask you to do it instead")
	f.StringSliceVar(&cfg.Only, "only", nil, "these checks alone, by name")
	f.BoolVar(&cfg.Quick, "quick", false, "leave out what takes longer than ten seconds to see (the whole takes two minutes)")
	f.DurationVar(&cfg.Patience, "patience", 5*time.Second, "how long an answer may take")
	f.BoolVar(&asJSON, "json", false, "print the report as JSON")
	for _, need := range []string{"broker", "tenant", "site"} {
		if err := c.MarkFlagRequired(need); err != nil {
			panic(err) // a flag of the lines above
		}
	}
	return c
}

// byCommand runs a shell command of whoever started this one.
func byCommand(commands map[contract.Action]string, site string) func(context.Context, contract.Action, string) error {
	return func(ctx context.Context, what contract.Action, order string) error {
		text := commands[what]
		if text == "" {
			return fmt.Errorf("--%s is not given", what)
		}
		sh := exec.CommandContext(ctx, "sh", "-c", text)
		sh.Env = append(os.Environ(), "PICKET_SITE="+site, "PICKET_ORDER="+order)
		out, err := sh.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %.300s", err, strings.TrimSpace(string(out)))
		}
		return nil
	}
}

// byHand asks the person at the terminal.
func byHand(w io.Writer, in io.Reader, site string) func(context.Context, contract.Action, string) error {
	return func(_ context.Context, what contract.Action, order string) error {
		text := "give site " + site + " a new order"
		if what == contract.Recall {
			text = "cancel order " + order + " as its customer would"
		}
		_, _ = fmt.Fprintf(w, "\n>> Have your OMS %s, then press Enter. ", text)
		var b [1]byte
		for {
			if _, err := in.Read(b[:]); err != nil {
				return fmt.Errorf("nobody answers: %w", err)
			}
			if b[0] == '\n' {
				return nil
			}
		}
	}
}
