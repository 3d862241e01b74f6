package contract

import (
	"fmt"
	"io"
	"strings"
)

// Outcome of a check.
type Outcome string

// The outcomes. NotScored is a row's alone: what it asks of the centre shows in nothing that a site is sent.
const (
	Kept      Outcome = "kept"
	Broken    Outcome = "broken"
	NotSeen   Outcome = "not seen"
	NotScored Outcome = "not scored"
)

// Result is what one check came to.
type Result struct {
	Check   string  `json:"check"`
	Rule    string  `json:"rule"` // of the protocol: S1, R3, handshake
	Profile string  `json:"profile"`
	Title   string  `json:"title"`
	Outcome Outcome `json:"outcome"`
	Said    string  `json:"said,omitempty"` // what was seen
	Do      string  `json:"do,omitempty"`   // what to do about it
}

// Row of the conflict table.
type Row struct {
	Row       int      `json:"row"`
	Situation string   `json:"situation"`
	Outcome   Outcome  `json:"outcome"`
	By        []string `json:"by,omitempty"` // the checks that show it
	Said      string   `json:"said,omitempty"`
}

// Report of a run.
type Report struct {
	Tenant  string   `json:"tenant"`
	Site    string   `json:"site"`
	Checks  []Result `json:"checks"`
	Rows    []Row    `json:"conflicts"`
	Kept    int      `json:"kept"`
	Broken  int      `json:"broken"`
	NotSeen int      `json:"not_seen"`
}

// Passed says that nothing was broken, and that there was a session to see it in.
func (r *Report) Passed() bool { return r.Broken == 0 && r.Kept > 0 }

// Find is the result of a check; nil when there is none of that name.
func (r *Report) Find(check string) *Result {
	for i := range r.Checks {
		if r.Checks[i].Check == check {
			return &r.Checks[i]
		}
	}
	return nil
}

func (p *player) add(c *check, o Outcome, said string) {
	r := Result{Check: c.id, Rule: c.rule, Profile: c.profile, Title: c.title, Outcome: o, Said: said}
	if o == Broken {
		r.Do = c.do
	}
	p.results = append(p.results, r)
	if p.cfg.Tell != nil {
		_, _ = fmt.Fprintln(p.cfg.Tell, line(&r))
	}
}

func line(r *Result) string {
	s := fmt.Sprintf("%-8s %-9s %s", r.Outcome, r.Rule, r.Title)
	if r.Said != "" && r.Outcome != Kept {
		s += ": " + r.Said
	}
	return s
}

func (p *player) report() *Report {
	out := &Report{Tenant: string(p.cfg.Tenant), Site: string(p.cfg.Site), Checks: p.results}
	for i := range out.Checks {
		switch out.Checks[i].Outcome {
		case Kept:
			out.Kept++
		case Broken:
			out.Broken++
		case NotSeen:
			out.NotSeen++
		}
	}
	for _, c := range conflicts {
		out.Rows = append(out.Rows, c.of(out))
	}
	return out
}

// of folds the checks that show a row: one that is broken counts more than one that was not seen, and that more than one that
// is kept. Where the checks cannot show all the row asks, they can break it and no more.
func (c conflict) of(r *Report) Row {
	row := Row{Row: c.row, Situation: c.situation, Outcome: Kept, By: c.by, Said: c.why}
	if c.outside != "" {
		row.Outcome, row.Said = NotScored, "not scored from outside: "+c.outside
	}
	for _, id := range c.by {
		f := r.Find(id)
		switch {
		case f != nil && f.Outcome == Broken:
			row.Outcome, row.Said = Broken, f.Said
			return row
		case row.Outcome != Kept || f != nil && f.Outcome == Kept:
		case f == nil:
			row.Outcome, row.Said = NotSeen, id+" was not played"
		default:
			row.Outcome, row.Said = NotSeen, f.Said
		}
	}
	return row
}

// Write prints the report for people: what is broken first, with what to do.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\nSite %s of %s: %d kept, %d broken, %d not seen.\n", r.Site, r.Tenant, r.Kept, r.Broken, r.NotSeen)
	for i := range r.Checks {
		if c := &r.Checks[i]; c.Outcome == Broken {
			fmt.Fprintf(&b, "\nBROKEN %s (%s, profile %s): %s\n  seen:  %s\n  to do: %s\n", c.Rule, c.Check, c.Profile, c.Title, c.Said, c.Do)
		}
	}
	b.WriteString("\nThe conflict table, as far as it is seen from the line:\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "  %2d  %-10s %s", row.Row, row.Outcome, row.Situation)
		if row.Said != "" {
			b.WriteString(" (" + row.Said + ")")
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}
