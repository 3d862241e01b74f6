package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/view"
)

// sync is `picket sync status`: how the site and the centre do.
func (a *app) sync() *cobra.Command {
	c := &cobra.Command{Use: "sync", Short: "The site and the centre: what is not sent yet, what is blocked", Args: cobra.NoArgs}
	status := &cobra.Command{Use: "status", Short: "What is not sent yet, since when, what is blocked, and what to do", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		raw, err := client.Get[json.RawMessage](cmd.Context(), k, "/api/sync", nil)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(raw)
		}
		var s view.Sync
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		site, err := client.Get[siteNow](cmd.Context(), k, "/api/site", nil)
		if err != nil {
			return err
		}
		a.zone = zoneOf(site.Zone)
		a.tellSync(&s, site.Now)
		return nil
	}}
	c.AddCommand(status)
	return c
}

var syncTitles = map[string]string{
	view.SyncAlone: "No centre", view.SyncReplaced: "THIS BOX WAS REPLACED", view.SyncRecovering: "RECOVERING", view.SyncBlocked: "NOTHING MOVES",
	view.SyncCutOff: "Cut off", view.SyncCatchingUp: "Sending", view.SyncUpToDate: "All is well",
}

func (a *app) tellSync(s *view.Sync, now time.Time) {
	title := syncTitles[s.State]
	switch {
	case title == "":
		title = plain(s.State)
	case s.State == view.SyncUpToDate && len(s.Do) > 0:
		title = "The centre has everything, but look"
	case s.State == view.SyncBlocked && s.Up && s.Takes == nil && s.Sends != nil:
		title = "NOTHING GOES OUT, but what the centre sends comes in"
	case s.State == view.SyncBlocked && s.Up && s.Sends == nil && s.Takes != nil:
		title = "NOTHING COMES IN, but what is done here goes out"
	}
	if s.State != view.SyncAlone && !s.Since.IsZero() {
		word := "connected"
		if !s.Up {
			word = "not connected"
		}
		title += fmt.Sprintf(" (%s since %s)", word, a.when(s.Since))
	}
	fmt.Fprintln(a.out, title)
	for _, text := range s.Says {
		fmt.Fprintln(a.out, "  "+plain(text))
	}
	if s.Unsent > 0 && s.Oldest != nil {
		fmt.Fprintf(a.out, "  The oldest of them is of %s, %s ago.\n", a.when(*s.Oldest), howLong(now.Sub(*s.Oldest)))
	}
	for i, w := range s.What {
		if i == 0 {
			if s.Sorted > 0 {
				fmt.Fprintf(a.out, "What waits, of the oldest %d:\n", s.Sorted)
			} else {
				fmt.Fprintln(a.out, "What waits:")
			}
		}
		fmt.Fprintf(a.out, "  %6d  %s, since %s\n", w.Count, plain(w.Words()), a.when(w.Oldest))
	}
	for i, text := range s.Do {
		if i == 0 {
			fmt.Fprintln(a.out, "What to do:")
		}
		fmt.Fprintf(a.out, "  %d. %s\n", i+1, plain(text))
	}
	if s.Cause != "" {
		fmt.Fprintln(a.out, "For the operator: "+plain(s.Cause))
	}
}

// howLong is a time as people say it.
func howLong(d time.Duration) string {
	unit := func(n int, what string) string {
		if n == 1 {
			return "1 " + what
		}
		return fmt.Sprintf("%d %ss", n, what)
	}
	switch {
	case d < 0:
		d = 0
		fallthrough
	case d < time.Minute:
		return unit(int(d/time.Second), "second")
	case d < time.Hour:
		return unit(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return unit(int(d/time.Hour), "hour")
	}
	return unit(int(d/(24*time.Hour)), "day")
}
