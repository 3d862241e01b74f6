// Package cli is the part of the command picket that speaks with a running box: over the socket in its data
// directory, or over its address with a token. A manager uses it over ssh, where there is no screen but text.
//
// It must NEVER decide anything itself, and never reach past the API: it shows what the box says, in its words.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/socket"
	"picket/edge/client"
)

// What the command ends with.
const (
	ExitOK          = 0
	ExitRefused     = 1 // the box said no, in words
	ExitUsage       = 2 // the command line cannot be right
	ExitUnreachable = 3 // nobody answers
)

// app is what the commands share.
type app struct {
	out, errs io.Writer
	env       func(string) string
	url       string
	tokenFile string
	data      string
	json, csv bool
	zone      *time.Location // of the site, once it was asked for
	id        string         // the id of the command that is given
	limit     int
	watch     bool
	printed   bool // JSON went out
}

// Usage is an error of the command line.
type usage struct{ error }

// refused is the box's no, where it said it in other words than a refusal.
type refused struct{ error }

// firstOf is the first error that is one.
func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// failing lets a command that was asked for JSON say what went wrong as JSON, too, on its output; the words go to the errors
// either way. What was refused by the floor stands there already, as its answer.
func (a *app) failing(c *cobra.Command) {
	for _, sub := range c.Commands() {
		a.failing(sub)
	}
	run := c.RunE
	if run == nil {
		return
	}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		err := run(cmd, args)
		if err != nil && a.json && !a.printed {
			out := map[string]any{"error": Explain(err), "exit": ExitCode(err, true)}
			var p *client.Problem
			if errors.As(err, &p) {
				out["problem"] = p
			}
			_ = a.print(out) // the error itself is what counts
		}
		return err
	}
}

// ExitCode is what a command that ended with err ends the process with. ran says whether it got as far as to
// run: what went wrong before is the command line's.
func ExitCode(err error, ran bool) int {
	var bad usage
	var p *client.Problem
	switch {
	case err == nil:
		return ExitOK
	case !ran, errors.As(err, &bad):
		return ExitUsage
	case errors.Is(err, client.ErrUnreachable):
		return ExitUnreachable
	case errors.As(err, &p) && p.Status >= 500:
		return ExitUnreachable
	case errors.As(err, &p) && (p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusBadRequest):
		return ExitUsage
	}
	return ExitRefused
}

// Commands are the commands that speak with a box.
func Commands(out, errs io.Writer, env func(string) string) []*cobra.Command {
	a := &app{out: out, errs: errs, env: env}
	all := []*cobra.Command{
		a.orders(), a.stock(), a.scan(), a.desk(), a.tasks(), a.policy(), a.site(), a.sync(), a.find(), a.reports(), a.commands(), a.do(), a.list(), a.journal(), a.plan(), a.paper(), a.watchAll(),
		a.usually("pickups", "Orders that customers collect; open= shows closed ones, too", client.Query{"open": "true"}), a.named("numbers", "Number blocks leased to this site, and how many are left"), a.named("runs", "Pick runs"), a.named("counts", "Counts of bins"), a.named("returns", "Goods that come back"), a.named("inbounds", "Deliveries"),
		a.named("manifests", "Lists of the parcels a carrier takes"), a.named("parcels", "Parcels"), a.people(), a.approve(),
		a.named("printers", "Printers and how they do"), a.devices(), a.printTest(), a.scanTest(),
	}
	for _, c := range all {
		a.flags(c)
		explain(c)
		a.failing(c)
		c.GroupID = Group
	}
	return all
}

// Group is the help's heading over the commands that speak with a box.
const Group = "box"

func (a *app) flags(c *cobra.Command) {
	f := c.PersistentFlags()
	f.StringVar(&a.data, "data", "", "the box's data directory, whose socket is used (PICKET_DATA; default /var/lib/picket)")
	f.StringVar(&a.url, "url", "", "the box's address instead, such as https://north.edge.example (PICKET_URL)")
	f.StringVar(&a.tokenFile, "token-file", "", "file with the token for it (or the token itself in PICKET_TOKEN)")
	f.BoolVar(&a.json, "json", false, "print JSON")
	f.BoolVar(&a.csv, "csv", false, "print CSV")
}

// first is the first that is not empty.
func first(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// client is the way to the box. A token is never taken from the command line, where every account sees it.
func (a *app) client() (*client.Client, error) {
	if a.json && a.csv {
		return nil, usage{errors.New("--json or --csv, not both")}
	}
	if base := first(a.url, a.env("PICKET_URL")); base != "" && a.data == "" {
		token := a.env("PICKET_TOKEN")
		if a.tokenFile != "" {
			text, err := os.ReadFile(a.tokenFile)
			if err != nil {
				return nil, usage{fmt.Errorf("--token-file: %w", err)}
			}
			token = strings.TrimSpace(string(text))
		}
		c, err := client.New(base, token, client.Options{Tries: 3})
		if err != nil {
			return nil, usage{fmt.Errorf("--url: %w", err)}
		}
		return c, nil
	}
	data := first(a.data, a.env("PICKET_DATA"), "/var/lib/picket")
	return client.New("http://picket.invalid", "", client.Options{Tries: 2, HTTP: &http.Client{
		Timeout: 40 * time.Second,
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, err := socket.Dial(ctx, data)
			if err != nil {
				return nil, fmt.Errorf("no box runs with the data directory %s, or it is not yours (--data, --url): %w", data, err)
			}
			return c, nil
		}},
	}})
}

// Explain is an error as people read it.
func Explain(err error) string {
	var p *client.Problem
	if errors.As(err, &p) && len(p.Errors) > 0 {
		return p.Detail
	}
	return err.Error()
}
