package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// siteNow is what the box says of its site.
type siteNow struct {
	view.Site
	Now   time.Time
	Hours floor.Site
	Link  view.Link
	Disk  floor.Disk
}

func (a *app) site() *cobra.Command {
	c := &cobra.Command{Use: "site", Short: "The site: hours, paused or not, the line to the centre", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		raw, err := client.Get[json.RawMessage](cmd.Context(), k, "/api/site", nil)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(raw)
		}
		var s siteNow
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		a.zone = zoneOf(s.Zone)
		a.tellSite(&s)
		return nil
	}}
	for _, v := range []struct{ use, kind, short, done string }{
		{"pause", "site.pause", "No new orders please", "Paused: the centre sends no new orders."}, {"resume", "site.resume", "New orders may come again", "New orders may come again."},
	} {
		if _, known := floor.EntryOf(v.kind); !known {
			continue
		}
		var why func(map[string]any)
		one := &cobra.Command{Use: v.use, Short: v.short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			data := map[string]any{}
			why(data)
			return a.give(cmd, v.kind, data, v.done)
		}}
		why = reasonFlag(one, "why", v.kind)
		a.named1(one)
		c.AddCommand(one)
	}
	return c
}

func zoneOf(name string) *time.Location {
	if z, err := time.LoadLocation(name); err == nil {
		return z
	}
	return time.UTC
}

func (a *app) tellSite(s *siteNow) {
	line := func(name, format string, args ...any) {
		fmt.Fprintf(a.out, "%-10s %s\n", name+":", plain(fmt.Sprintf(format, args...)))
	}
	line("site", "%s (%s)", s.Name, s.ID)
	line("now", "%s, %s", s.Now.In(a.zone).Format("Mon 02 Jan 2006 15:04"), s.Zone)
	if s.Hours.Paused {
		line("orders", "PAUSED, no new ones come: %s. picket site resume lets them come again.", cmp.Or(s.Hours.Why, "no reason was given"))
	} else if s.Hours.Capacity > 0 {
		line("orders", "new ones may come, %d open ones at most", s.Hours.Capacity)
	} else {
		line("orders", "new ones may come")
	}
	if s.Centre == view.NoCentre {
		line("link", "this site has no centre (centre: none); nothing is sent. Keep backups of the box.")
	} else {
		line("link", "%s", a.lineSays(&s.Link))
	}
	if d := s.Disk; d.Level == floor.DiskFull {
		line("disk", "FULL (%d %%, %d MB left): no new work is begun, what is done is still saved. Make room now.", d.Percent, d.FreeMB)
	} else if d.Level != floor.DiskFine {
		line("disk", "%d %% full, %d MB left since %s. Make room.", d.Percent, d.FreeMB, a.when(d.Since))
	}
	if len(s.Hours.Hours) == 0 {
		line("open", "always (no opening hours are set)")
	}
	for day := range 7 {
		var spans []string
		for _, h := range s.Hours.Hours {
			if h.Day == (day+1)%7 { // Monday first
				spans = append(spans, h.From+" to "+h.To)
			}
		}
		if len(spans) > 0 {
			slices.Sort(spans)
			line(strings.ToLower(time.Weekday((day+1)%7).String()), "%s", strings.Join(spans, ", "))
		}
	}
	if len(s.Hours.Closed) > 0 {
		line("closed on", "%s", strings.Join(s.Hours.Closed, ", "))
	}
	for _, h := range s.Hours.Shifts {
		line("shift", "%s, %s to %s", h.Name, h.From, h.To)
	}
	if s.Hours.DayStart != "" {
		line("day", "begins at %s", s.Hours.DayStart)
	}
	if s.Hours.Day != "" {
		line("day", "%s is open", s.Hours.Day)
	}
	if s.Hours.Done != "" {
		line("closed", "the business day %s was the last", s.Hours.Done)
	}
}

func waiting(n uint64) string {
	if n == 1 {
		return "1 record waits"
	}
	return fmt.Sprintf("%d records wait", n)
}

// lineSays is how the line to the centre does.
func (a *app) lineSays(l *view.Link) string {
	state := "down"
	if l.Up {
		state = "up"
	}
	text := "the line to the centre is " + state
	if !l.Since.IsZero() {
		text += " since " + a.when(l.Since)
	}
	switch {
	case l.Unsent == 0:
		text += "; the centre has everything"
	case l.Oldest != nil:
		text += fmt.Sprintf("; %s to be sent, the oldest of %s", waiting(l.Unsent), a.when(*l.Oldest))
	default:
		text += "; " + waiting(l.Unsent) + " to be sent"
	}
	if l.Blocked != "" {
		text += "; NOTHING MOVES: " + l.Blocked
	}
	return text
}

// list prints any list, and which there are.
func (a *app) list() *cobra.Command {
	c := &cobra.Command{Use: "list [NAME] [field=value]...", Short: "Print any list of the box; without a name: which there are"}
	q := ""
	c.Flags().StringVarP(&q, "search", "q", "", "only rows with this in some text")
	c.Flags().IntVar(&a.limit, "limit", 0, "stop after about so many rows")
	c.Flags().BoolVar(&a.watch, "watch", false, "print it again whenever something on the board changes, until Ctrl-C")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		type named struct {
			Name    string   `json:"name"`
			Says    string   `json:"says"`
			Filters []string `json:"filters"`
		}
		all, err := client.List[named](cmd.Context(), k, "lists", nil)
		if err != nil {
			return err
		}
		if len(args) == 0 {
			if a.json {
				return a.print(all)
			}
			for _, l := range all {
				fmt.Fprintf(a.out, "%-12s %s\n", l.Name, plain(l.Says))
			}
			return nil
		}
		var names []string
		for _, l := range all {
			names = append(names, l.Name)
		}
		if !slices.Contains(names, args[0]) {
			return usage{fmt.Errorf("there is no list %s; there are: %s", plain(args[0]), strings.Join(names, ", "))}
		}
		watch, limit := a.watch, a.limit // the inner command's flags begin anew
		inner := a.named(args[0], "")
		inner.SetContext(cmd.Context())
		if err := inner.Flags().Set("search", q); err != nil {
			return err
		}
		a.watch, a.limit = watch, limit
		return inner.RunE(inner, args[1:])
	}
	return c
}
