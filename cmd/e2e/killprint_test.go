package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/zpl/preview"
)

// TestKilledInAPrint kills the box with the real journal, before a printer over TCP, at each step of a print, and at
// several one after the other: a label comes out once, or the picker is asked, and then the copy says that it is one.
func TestKilledInAPrint(t *testing.T) {
	killable := buildKillable(t)
	r := newRig(t)
	r.picket.argv[0] = filepath.Join(killable, "picketd")
	r.picket.kill()
	r.picket.start()

	type trial struct {
		points []string // where it dies, life by life
		paused bool     // the printer is paused until the last life
		ends   string
		labels int // without a mark; -1: it may have come out or not
	}
	trials := []trial{
		{points: []string{"print.ready"}, ends: "completed", labels: 1},
		{points: []string{"print.starting"}, ends: "completed", labels: 1},
		{points: []string{"print.started"}, ends: "unknown"},
		{points: []string{"print.torn"}, ends: "unknown"},
		{points: []string{"print.sent"}, ends: "unknown", labels: -1}, // the connection may be gone before the bytes are
		{points: []string{"print.seen"}, ends: "unknown", labels: 1},
		{points: []string{"print.confirmed"}, ends: "completed", labels: 1},
		{points: []string{"print.seen", "print.failing", "print.failed"}, ends: "unknown", labels: 1},
		{points: []string{"print.failing", "print.failed"}, paused: true, ends: "completed", labels: 1},
	}
	numbers := make([]string, len(trials))
	for i := range trials {
		numbers[i] = fmt.Sprint("P-", i)
		r.order(numbers[i], m{"sku": "OAT", "qty": 1})
	}
	units := make([]string, len(trials))
	for i, number := range numbers {
		var o boardOrder
		r.eventually("order "+number+" is here", func() (ok bool) { o, ok = r.onBoard(number); return ok })
		r.ok("pick.start", m{"order": o.ID})
		r.ok("pick.scan", m{"order": o.ID, "code": "9520000000011"})
		r.ok("pick.finish", m{"order": o.ID})
		units[i] = r.ok("unit.open", m{"order": o.ID}).Unit
		r.ok("unit.add", m{"unit": units[i], "line": o.Lines[0].Line, "qty": 1})
	}
	began := time.Now()
	for i, c := range trials {
		says := fmt.Sprintf("killed at %s", strings.Join(c.points, ", then at "))
		r.printer.Pause(c.paused)
		r.n++
		n := r.n
		for life, point := range c.points {
			r.picket.kill()
			r.picket.env = []string{"PICKET_TEST_KILL=" + point + ":1"}
			r.picket.start()
			dead := func() bool {
				select {
				case <-r.picket.done:
					return true
				default:
					return false
				}
			}
			r.eventually("the box dies at "+point, func() bool {
				if life == 0 && !dead() { // what asks for the label; the answer may be lost
					r.site.raw("POST", "/api/ops", m{"install": "hh-1", "ops": []m{{"n": n, "id": fmt.Sprintf("hh-1:%d", n), "type": "unit.close", "at": time.Now().UTC().Format(time.RFC3339),
						"data": m{"unit": units[i], "weight_g": 900}}}})
				}
				return dead()
			})
		}
		r.picket.env = nil
		r.picket.kill()
		r.picket.start()
		require.Contains(t, []string{"accepted", "duplicate"}, r.again(n, "unit.close", m{"unit": units[i], "weight_g": 900}).Outcome)
		if c.paused {
			held := func() (o boardOrder, ok bool) {
				o, ok = r.onBoard(numbers[i])
				return o, ok && len(o.Jobs) > 0 && o.Jobs[0].State == "held"
			}
			r.eventually("it is held, and said so", func() bool { _, ok := held(); return ok })
			r.printer.Pause(false)
		}
		var o boardOrder
		r.eventually(says+": the label's job comes to its end", func() bool {
			o, _ = r.onBoard(numbers[i])
			return len(o.Jobs) > 0 && o.Jobs[0].State == c.ends
		})
		if c.ends == "unknown" {
			require.False(t, o.Units[0].Labelled, says)
			r.ok("label.request", m{"unit": units[i], "doc": "shipping_label", "reason": "nobody saw it"})
		}
		r.eventually(says+": the parcel has its label", func() bool {
			o, _ = r.onBoard(numbers[i])
			return len(o.Units) > 0 && o.Units[0].Labelled
		})
		r.eventually(says+": nothing of it waits any more", func() bool { // or the next life would die in what is left of this one
			o, _ = r.onBoard(numbers[i])
			for _, j := range o.Jobs {
				if j.State == "pending" || j.State == "held" || j.State == "processing" {
					return false
				}
			}
			return true
		})
		plain, copies := r.labelsOf(units[i])
		if c.labels >= 0 {
			require.Equal(t, c.labels, plain, "%s: labels without a mark", says)
		}
		require.LessOrEqual(t, plain, 1, says)
		require.Equal(t, c.ends == "unknown", copies == 1, "%s: %d copies", says, copies)
	}
	t.Logf("%d trials in %s", len(trials), time.Since(began).Round(time.Millisecond))
}

// labelsOf counts a parcel's shipping labels in the tray, without a mark and with one.
func (r *rig) labelsOf(unit string) (plain, copies int) {
	for _, l := range r.printer.Labels() {
		for _, d := range preview.Read(l.ZPL, preview.Options{Dpmm: 8}).Labels {
			text := strings.Join(d.Texts(), "\n")
			switch {
			case !strings.Contains(string(l.ZPL), unit) || !strings.Contains(text, "High Street"):
			case strings.Contains(text, "COPY"):
				copies++
			default:
				plain++
			}
		}
	}
	return plain, copies
}
