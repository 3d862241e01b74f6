package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/contract"
	"picket/cmd/internal/line"
	"picket/cmd/internal/pki"
	"picket/sync/wire"
)

// errBroken ends the command with 1: the report has said what.
var errBroken = errors.New("the contract is broken; see above")

// contractCommand plays a site against anybody's OMS.
func contractCommand() *cobra.Command {
	var cfg contract.Config
	var tenant, site, ca, cert, key, password, order, recall, second, cert2, key2, username2, password2 string
	var asJSON, ask bool
	var centreKey string
	var does []string
	c := &cobra.Command{
		Use:   "contract-test --broker tcp://host:1883 --tenant acme --site trial",
		Short: "Play a site against your own OMS, and say which rules of the contract it keeps",
		Long: `Plays a site against any OMS over the published contract (sync/wire/INTEGRATE.md), and says in words which rules it
keeps, which it breaks, and what to do about each.

Use a site id that nothing else uses and that your OMS knows: the test misbehaves on purpose, and leaves nonsense in
that site's log. For a second run take another site id.

Do it at a trial OMS, not where people work: one check shows the OMS a feed it never sent. An OMS has to take that for a
restore of its own, so it begins a new life and holds older orders of ALL sites until each was heard.

No site can ask for an order, so say how your OMS is made to give one: --do order=COMMAND, --do recall=COMMAND and so on are
shell commands that find PICKET_SITE, PICKET_OTHER (the second site) and PICKET_ORDER (the order's id on the wire) in
their environment. Or use --ask, and do it by hand when you are told to; what has no command is then asked of you, and is
waited for five minutes. Without either such checks are "not seen". There is

  order     gives PICKET_SITE a new order
  recall    cancels PICKET_ORDER as its customer would
  confirm   gives PICKET_SITE an order that may not leave without a permit (mode confirm, Profile B)
  back      gives PICKET_ORDER to PICKET_OTHER, and forces nothing
  force     gives PICKET_ORDER to PICKET_OTHER although PICKET_SITE does not answer
  backup    makes a backup of the OMS
  restore   stops the OMS, puts that backup back, and starts it again
  again     takes in order number PICKET_ORDER once more, as one that was placed before the restore
  spread    takes in a new order for PICKET_SITE or PICKET_OTHER, whichever has its goods (Profile B)
  change    changes PICKET_ORDER: another note, due time, quantity or address (Profile B)
  keep      asks PICKET_SITE to keep four units of something for you (an allotment, Profile B)

From confirm on they show rows 4 to 8, 16, 20 and 22 of the conflict table, and allotments. Most of those take two sites: --second names another one that
only the test uses.

Ends with 0 when nothing is broken, 1 when something is, 2 when a flag is missing or unknown.`,
		Example: `  picket contract-test --broker tcp://127.0.0.1:1883 --tenant acme --site trial-7 --ask
  picket contract-test --broker tls://broker:8883 --ca ca.pem --cert trial.pem --key trial.key --tenant acme --site trial \
    --do order='curl -fsS -X POST http://oms/test-order?site=$PICKET_SITE' --do recall='curl -fsS -X POST http://oms/cancel/$PICKET_ORDER'
  picket contract-test --broker tcp://127.0.0.1:1883 --tenant acme --site trial-8 --second trial-9 --ask --do backup='pg_dump -Fc oms >b' --do restore=./put-back.sh`,
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
			if centreKey != "" {
				if cfg.Key, err = pki.ParseKey(centreKey); err != nil {
					return fmt.Errorf("--centre-key: %w", err)
				}
			}
			out := cmd.OutOrStdout()
			if !asJSON {
				cfg.Tell = out
			}
			commands, err := doing(does, order, recall)
			if err != nil {
				return err
			}
			var hand doer
			if ask {
				hand = byHand(cmd.ErrOrStderr(), cmd.InOrStdin(), site, second)
			}
			if ask || len(commands) > 0 {
				cfg.Do = byCommand(commands, site, second, hand)
			}
			if cfg.Second = wire.SiteID(second); second != "" && (cert2 != "" || username2 != "" || password2 != "") {
				other := cfg.Link
				if other.TLS, err = line.TLS(ca, cert2, key2); err != nil {
					return fmt.Errorf("second site: %w", err)
				}
				if other.Password, err = line.Secret("--second-password-file", password2); err != nil {
					return err
				}
				other.Username, cfg.Other = username2, &other
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
	f.StringVar(&centreKey, "centre-key", "", "the Ed25519 key by which the OMS signs, base64; then all it says has to be signed by it")
	f.StringVar(&cfg.Link.Username, "username", "", "name at the broker")
	f.StringVar(&password, "password-file", "", "file with the password for it")
	f.StringArrayVar(&does, "do", nil, "shell command that has your OMS do something, as in order=COMMAND; see above")
	f.StringVar(&order, "order", "", "the same as --do order=")
	f.StringVar(&recall, "recall", "", "the same as --do recall=")
	f.BoolVar(&ask, "ask", false, "ask you to do what has no command")
	f.StringVar(&second, "second", "", "another site that only this test uses, for what takes two")
	f.StringVar(&cert2, "second-cert", "", "its certificate, PEM; default: the first one's way to the broker")
	f.StringVar(&key2, "second-key", "", "its key, PEM")
	f.StringVar(&username2, "second-username", "", "its name at the broker")
	f.StringVar(&password2, "second-password-file", "", "file with the password for it")
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

// doer has the OMS do something.
type doer = func(context.Context, contract.Action, string) error

// doing reads what commands are given.
func doing(does []string, order, recall string) (map[contract.Action]string, error) {
	out := map[contract.Action]string{}
	for what, text := range map[contract.Action]string{contract.Order: order, contract.Recall: recall} {
		if text != "" {
			out[what] = text
		}
	}
	for _, d := range does {
		what, text, ok := strings.Cut(d, "=")
		if !ok || text == "" || !slices.Contains(contract.Actions, contract.Action(what)) {
			return nil, fmt.Errorf("--do: %.60q is not one of %v, with = and a command", d, contract.Actions)
		}
		out[contract.Action(what)] = text
	}
	return out, nil
}

// byCommand runs a shell command of whoever started this one; what has none is left to otherwise, where there is somebody.
func byCommand(commands map[contract.Action]string, site, second string, otherwise doer) doer {
	return func(ctx context.Context, what contract.Action, order string) error {
		text := commands[what]
		switch {
		case text == "" && otherwise != nil:
			return otherwise(ctx, what, order)
		case text == "":
			return fmt.Errorf("--do %s=COMMAND is not given", what)
		}
		sh := exec.CommandContext(ctx, "sh", "-c", text)
		sh.Env = append(os.Environ(), "PICKET_SITE="+site, "PICKET_OTHER="+second, "PICKET_ORDER="+order)
		out, err := sh.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %.300s", err, strings.TrimSpace(string(out)))
		}
		return nil
	}
}

// byHand asks the person at the terminal, for as long as the test waits.
func byHand(w io.Writer, in io.Reader, site, second string) doer {
	answers := make(chan error)
	waiting := false // a read that nobody answered in time is still open
	return func(ctx context.Context, what contract.Action, order string) error {
		_, _ = fmt.Fprintf(w, "\n>> Have your OMS %s, then press Enter. ", what.Words(site, second, order))
		if !waiting {
			waiting = true
			go func() {
				var b [1]byte
				for {
					if _, err := in.Read(b[:]); err != nil {
						answers <- fmt.Errorf("nobody answers: %w", err)
						return
					}
					if b[0] == '\n' {
						answers <- nil
						return
					}
				}
			}()
		}
		select {
		case err := <-answers:
			waiting = false
			return err
		case <-ctx.Done():
			return errors.New("nobody answered in time")
		}
	}
}
