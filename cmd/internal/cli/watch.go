package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// watchRest is the shortest time between two prints: a busy box changes many times a second.
const watchRest = time.Second

// watching prints something now and whenever the board changes, until Ctrl-C.
func (a *app) watching(cmd *cobra.Command, show func() error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt)
	defer stop()
	k, err := a.client()
	if err != nil {
		return err
	}
	news := make(chan struct{}, 1)
	end := make(chan error, 1)
	go func() {
		end <- k.Watch(ctx, client.Mark{}, func(client.Update) error {
			select {
			case news <- struct{}{}:
			default: // it is to be printed again already
			}
			return nil
		})
	}()
	for first := true; ; first = false {
		select {
		case err := <-end:
			return done(err)
		case <-news:
		}
		if !first && !a.json && !a.csv {
			fmt.Fprintf(a.out, "\n%s\n", a.when(time.Now()))
		}
		if err := show(); err != nil {
			return done(err)
		}
		rest := time.NewTimer(watchRest)
		select {
		case <-rest.C:
		case err := <-end:
			rest.Stop()
			return done(err)
		}
	}
}

// done is how it ends when somebody has seen enough.
func done(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// watchAll tells what changes, a line each, as it happens.
func (a *app) watchAll() *cobra.Command {
	c := &cobra.Command{Use: "watch", Short: "Tell what changes as it happens: orders, printers, the line, the desk", Args: cobra.NoArgs}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.following(cmd, func(u client.Update) error {
			switch {
			case u.Full != nil && a.json:
				return nil
			case u.Full != nil:
				fmt.Fprintf(a.out, "%s  %s on the board; Ctrl-C ends this.\n", a.when(u.Full.Now), floor.Plural(len(u.Full.Orders), "order"))
			case a.json:
				return a.print(u.Delta)
			default:
				a.tellDelta(u.Delta)
			}
			return nil
		})
	}
	return c
}

// following gives the board and each change of it to tell, until Ctrl-C.
func (a *app) following(cmd *cobra.Command, tell func(client.Update) error) error {
	return a.untilInterrupt(cmd, func(ctx context.Context, k *client.Client) error { return done(k.Watch(ctx, client.Mark{}, tell)) })
}

// untilInterrupt speaks with the box until Ctrl-C.
func (a *app) untilInterrupt(cmd *cobra.Command, do func(context.Context, *client.Client) error) error {
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt)
	defer stop()
	k, err := a.client()
	if err != nil {
		return err
	}
	a.siteZone(ctx, k)
	return do(ctx, k)
}

// printerLine is a printer's words, which name it as people do, with its id where that is another.
func printerLine(p *view.Printer) string {
	if p.Name == string(p.ID) {
		return p.Words
	}
	return fmt.Sprintf("%s (%s)", p.Words, p.ID)
}

func (a *app) tellDelta(d *view.Delta) {
	now := a.when(time.Now())
	say := func(format string, args ...any) {
		fmt.Fprintf(a.out, "%s  %s\n", now, plain(fmt.Sprintf(format, args...)))
	}
	for _, o := range d.Orders {
		text := fmt.Sprintf("order %s: %s", o.Number, words(string(o.State)))
		if o.Picker != "" {
			text += ", " + string(o.Picker)
		}
		if o.ToPick > 0 {
			text += fmt.Sprintf(", %d to pick", o.ToPick)
		}
		if o.Hold != "" {
			text += ", on hold: " + o.Hold
		}
		say("%s", text)
	}
	for _, p := range d.Printers {
		say("%s", printerLine(&p))
	}
	for _, p := range d.Devices {
		say("%s %s: %s", p.Kind, p.ID, p.Words)
	}
	if n := len(d.Rows["cases"]); n > 0 {
		say("the desk: %d new or changed; picket desk", n)
	}
	for _, name := range []string{"runs", "tasks", "counts", "returns", "inbounds", "manifests"} {
		if n := len(d.Rows[name]); n > 0 {
			say("%s: %d changed; picket list %s", strings.TrimSuffix(name, "s")+"s", n, name)
		}
	}
	if d.Link != nil && !d.Link.Up {
		say("%s", a.lineSays(d.Link))
	}
}
