package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// pickers is the shop with two pickers, each signed in at a handheld, and bert picking order O-1.
func pickers(t require.TestingT) *world {
	w := shop(t)
	for user, device := range map[UserID]DeviceID{"anna": "hh-1", "bert": "hh-2"} {
		w.must("", &SignIn{Session{ID: "s-" + string(user), User: user, Name: string(user), Roles: []string{"picker"}, Device: device, Expires: noon.Add(24 * time.Hour)}})
	}
	w.must("bert", &Start{Order: "O-1"})
	return w
}

func showCount(s *State, id string) string {
	c := s.Counts.Get(CountID(id))
	if c == nil {
		return "no open count " + id
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s count\n", c.Kind)
	for _, bin := range s.CountBins(c) {
		fmt.Fprintf(&b, "%s %s", bin, plain(s.CountState(bin)))
		if row := s.BinCounts.Get(bin); row != nil {
			for i := range row.Tries {
				fmt.Fprintf(&b, "; %s", row.Tries[i].By)
				for j := range row.Tries[i].Lines {
					l := &row.Tries[i].Lines[j]
					fmt.Fprintf(&b, " %s %+d", l.SKU, l.Delta())
				}
			}
			for _, d := range row.Waits {
				fmt.Fprintf(&b, "; waits for %s", d)
			}
		}
		b.WriteByte('\n')
	}
	for _, z := range c.Sums {
		fmt.Fprintf(&b, "zone %s: %d bins, %d units, %d over, %d under, worth %v\n", z.Zone, z.Bins, z.Units, z.Over, z.Under, z.Worth)
	}
	return b.String()
}

// countCommand gives random commands about counts, some of which arrive late.
func countCommand(rt *rapid.T, w *world) Command {
	bin := rapid.SampledFrom([]BinID{"A-01-1", "A-02-1", "A-01-1", "A-02-1", "Z-9"}).Draw(rt, "counted")
	count := CountID("none")
	if ids := w.s.Counts.IDs(); len(ids) > 0 {
		count = rapid.SampledFrom(ids).Draw(rt, "count")
	}
	switch rapid.IntRange(0, 9).Draw(rt, "count command") {
	case 0:
		return &OpenCount{What: rapid.SampledFrom([]string{CountDirected, CountCycle, CountFull, "odd"}).Draw(rt, "kind"), Bins: rapid.SampledFrom([][]BinID{nil, {bin}, {"A-01-1", "A-02-1"}}).Draw(rt, "bins")}
	case 1, 2, 3, 4:
		c := &CountBin{Bin: bin, Done: rapid.Bool().Draw(rt, "done")}
		for _, sku := range []SKU{"OAT", "RICE"} {
			if n := rapid.IntRange(0, 12).Draw(rt, "units"); n > 0 {
				c.Lines = append(c.Lines, CountedItem{SKU: sku, Qty: n, Lot: rapid.SampledFrom([]string{"", "", "L1"}).Draw(rt, "lot")})
			}
		}
		c.Empty = len(c.Lines) == 0
		if rapid.Bool().Draw(rt, "named") {
			c.Count = count
		}
		w.ago = time.Duration(rapid.SampledFrom([]int{0, 0, 1, 5, 30}).Draw(rt, "ago")) * time.Minute
		return c
	case 5:
		return &AcceptCount{Bin: bin}
	case 6:
		return &ConfirmCount{Bin: bin, Force: rapid.Bool().Draw(rt, "force")}
	case 7:
		return &DropCount{Count: count, Bin: rapid.SampledFrom([]BinID{"", bin}).Draw(rt, "of"), Reason: "test"}
	case 8:
		return &DrainDevice{Device: "hh-2", Seq: w.seq}
	}
	return &Scan{Order: "O-1", SKU: "OAT", Qty: 1, Bin: bin, Done: true}
}

// TestACountIsRightWhilePickingGoesOn: pickers take units with handhelds that are now and then out of reach,
// with clocks that differ within what the site allows; others count meanwhile, live or late. Once every
// handheld has handed in what it held and what asks for a recount was recounted, the book is what stands there.
func TestACountIsRightWhilePickingGoesOn(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := pickers(rt)
		w.must("", &SetPolicy{Name: "count_tolerance", Value: []byte("1000")})
		truth := map[BinID]int{"A-01-1": 50, "A-02-1": 50}
		for bin := range truth {
			has := int(w.s.OnHand(InBin(bin), "OAT"))
			if book := 50 + rapid.IntRange(-3, 3).Draw(rt, "wrong by") - has; book != 0 {
				w.must("", &AdjustStock{SKU: "OAT", Bin: bin, Delta: book, Reason: "opening"})
			}
		}
		w.must("", &Assign{Order: "O-5", Assignment: "A-5", Number: "5", Flow: FlowShip, Mode: ModeHold, Due: noon, Lines: []AskedLine{{Line: "1", SKU: "OAT", Qty: 5000}}})
		w.must("bert", &Start{Order: "O-5"})
		skew := map[DeviceID]time.Duration{}
		for _, d := range []DeviceID{"hh-1", "hh-2"} {
			skew[d] = time.Duration(rapid.IntRange(-55, 55).Draw(rt, "clock"))*time.Second + 371*time.Millisecond
		}
		type held struct {
			c  Command
			at time.Time
		}
		queue := map[DeviceID][]held{}
		now := func() time.Time { return noon.Add(w.late + time.Duration(w.n)*time.Second) }
		give := func(user UserID, device DeviceID, c Command, at time.Time) {
			w.from, w.ago = device, now().Add(time.Second).Sub(at)
			w.do(user, c)
			w.from, w.ago = "", 0
		}
		drain := func(device DeviceID, user UserID) {
			for _, h := range queue[device] {
				give(user, device, h.c, h.at)
			}
			queue[device] = nil
			w.do("", &DrainDevice{Device: device, Seq: w.seq})
		}
		act := func(device DeviceID, user UserID, offline bool, c Command) {
			if offline {
				queue[device] = append(queue[device], held{c, now().Add(skew[device])})
				return
			}
			drain(device, user)
			give(user, device, c, now().Add(time.Second))
		}
		count := func(bin BinID) *CountBin {
			return &CountBin{Bin: bin, Lines: []CountedItem{{SKU: "OAT", Qty: truth[bin]}}, Empty: truth[bin] == 0, Done: true}
		}
		for range rapid.IntRange(4, 25).Draw(rt, "steps") {
			w.late += time.Duration(rapid.SampledFrom([]int{1, 20, 90, 600}).Draw(rt, "seconds")) * time.Second
			bin := rapid.SampledFrom([]BinID{"A-01-1", "A-02-1"}).Draw(rt, "bin")
			offline := rapid.Bool().Draw(rt, "out of reach")
			switch rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1, 2:
				n := rapid.IntRange(1, 2).Draw(rt, "units")
				truth[bin] -= n
				act("hh-2", "bert", offline, &Scan{Order: "O-5", SKU: "OAT", Qty: n, Bin: bin, Done: true})
			case 3:
				act("hh-1", "anna", offline, count(bin))
			case 4:
				w.do("mia", &OpenCount{What: CountCycle, Bins: []BinID{bin}})
			case 5:
				drain("hh-2", "bert")
			case 6:
				act("hh-1", "anna", false, count(bin))
			}
		}
		drain("hh-1", "anna")
		drain("hh-2", "bert")
		w.late += time.Hour
		counted := map[BinID]bool{}
		for bin := range truth {
			counted[bin] = w.s.Tasks.Get(recountOf(bin)) != nil || w.s.CountState(bin) == BinRecount
			p := w.s.Places[InBin(bin)]
			if !counted[bin] && (p == nil || p.Counted.IsZero()) {
				continue // nobody ever counted it: the book may still be wrong
			}
			if counted[bin] {
				act("hh-1", "anna", false, count(bin))
				drain("hh-2", "bert")
			}
			require.EqualValues(rt, truth[bin], w.s.OnHand(InBin(bin), "OAT"), "bin %s", bin)
		}
	})
}
