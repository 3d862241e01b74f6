package day

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Print tells how the day went.
func (r *Result) Print(out io.Writer) {
	w, t := r.world, r.world.tally
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("seed %d: %d orders, %d lines, %d units asked for", r.Config.Seed, len(w.ids), t.Lines, t.Units)
	say("orders at the end: %s", counts(r.books.Orders))
	if len(r.books.OpenWhy) > 0 {
		say("open, and why: %s", counts(r.books.OpenWhy))
	}
	say("")
	say("picked %d units at %d stops, short %s, packed %d units in %d parcels, %d parcels shipped, %d orders (%d units) handed over",
		t.Picked, t.PickedAt, counts(t.Shorts), t.Packed, t.Parcels, t.Shipped, t.Handed, t.HandedU)
	if t.Expired > 0 {
		say("%d orders (%d units) were given up: nobody came for them", t.Expired, t.ExpiredU)
	}
	say("")
	total := time.Duration(0)
	for _, p := range w.phases {
		total += p.Took
		say("%-28s %8s  %6d commands", p.Name, p.Took.Round(time.Millisecond), p.Commands)
	}
	slices.Sort(w.times)
	at := func(q float64) time.Duration {
		if len(w.times) == 0 {
			return 0
		}
		return w.times[min(len(w.times)-1, int(q*float64(len(w.times))))].Round(10 * time.Microsecond)
	}
	say("%d commands, %d scans, %.0f commands/s, %.0f scans/s; answers: median %s, 95 %% %s, 99 %% %s, longest %s", t.Commands, t.Scans,
		float64(t.Commands)/total.Seconds(), float64(t.Scans)/total.Seconds(), at(.5), at(.95), at(.99), at(1))
	say("%d of the commands came from handhelds, under numbers of their own", t.Ops)
	say("walked %.1f km in %s of the people's day, %d breaks", t.Metres/1000, w.now.Round(time.Minute), t.Breaks)
	say("")
	say("%-40s %6s  found", "mistakes", "made")
	for _, m := range sorted(t.Made) {
		if t.Made[m] > 0 {
			say("%-40s %6d  %s", m, t.Made[m], counts(t.Caught[m]))
		}
	}
	say("")
	say("refused: %s", counts(t.Refused))
	say("")
	b := &r.books
	say("books: %d bins, %d wrong before the counts (%d by a mistake the simulator made); %d counted", b.Bins, b.Wrong, b.Excused, t.Counted)
	say("units: %d were ever here, %d still are; %d stolen, %d booked as missing", b.Units, b.InHouse, b.Lost, b.Missing)
	say("desk: %s", counts(b.Desk))
	say("checklist, open at the end: %s", strings.Join(append([]string{fmt.Sprintf("%d questions", len(b.Checks))}, b.Checks...), ", "))
	say("lots and serial numbers: %d held against the goods, in bins and with orders", b.Marks)
	say("reports: %d figures of the site's held against the simulator's own", b.Compared)
	for i, u := range b.Unequal {
		if i == 40 {
			say("… and %d more", len(b.Unequal)-i)
			break
		}
		say("DIFFERS %s", u)
	}
	for _, x := range w.breaches {
		say("BROKEN %s", x)
	}
	if r.OK() {
		say("the books balance: every unit is where the site says it is")
	}
}

// counts puts a tally into words, the largest first.
func counts(m map[string]int) string {
	keys := sorted(m)
	slices.SortStableFunc(keys, func(a, b string) int { return m[b] - m[a] })
	var out []string
	for _, k := range keys {
		out = append(out, fmt.Sprintf("%s %d", k, m[k]))
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}
