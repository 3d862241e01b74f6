package reconcile

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
)

var (
	seeds    = flag.Int("seeds", 300, "worlds of faults to run")
	oneSeed  = flag.Uint64("seed", 0, "run this world only, and print its transcript")
	goodLine = linktest.Faults{DelayMin: time.Millisecond, DelayMax: 20 * time.Millisecond}
)

func TestQuietLineCarriesBothWays(t *testing.T) {
	w := newWorld(1, goodLine)
	w.siteWrites(1000)
	w.centreWrites(300)
	w.run(5 * time.Second)
	require.Empty(t, w.agree(), w.tail(40))
	require.True(t, w.site.View().Open)
	require.Empty(t, w.site.View().Blocked)
}

func TestOneRecordIsAppliedWithinASecond(t *testing.T) {
	w := newWorld(1, goodLine)
	w.run(time.Second)
	w.centreWrites(1)
	w.siteWrites(1)
	w.run(500 * time.Millisecond)
	require.Empty(t, w.agree(), w.tail(40))
}

// Faults for four minutes, then four to heal, as the protocol's rules were first measured.
func TestManyBadLines(t *testing.T) {
	from, to := uint64(1), uint64(*seeds)
	if *oneSeed != 0 {
		from, to = *oneSeed, *oneSeed
	}
	for seed := from; seed <= to; seed++ {
		w := worldOfFaults(seed)
		if why := w.agree(); why != "" || *oneSeed != 0 {
			if why == "" {
				t.Log(w.tail(1 << 30))
				continue
			}
			t.Fatalf("seed %d: %s\nthe end of its transcript:\n%s", seed, why, w.tail(60))
		}
	}
}

func worldOfFaults(seed uint64) *world {
	w := newWorld(seed, linktest.Faults{})
	r := w.rng
	// Each seed draws its own faults: a full mix hides what a few alone would show.
	f := linktest.Faults{DelayMin: time.Millisecond, DelayMax: 50 * time.Millisecond}
	pick := func() bool { return r.IntN(2) == 0 }
	if pick() {
		f.Drop = 0.3 * r.Float64()
	}
	if pick() {
		f.Dup = 0.3 * r.Float64()
	}
	if pick() {
		f.DelayMax = 3 * time.Second
	}
	if pick() {
		f.Replay = 0.2 * r.Float64()
	}
	if pick() {
		f.Truncate = 0.05
	}
	w.net.Faults(f)
	if pick() {
		w.commitFail = 0.2
	}
	if pick() {
		w.slow = 2 * time.Second
	}
	if pick() {
		w.timing = Timing{BatchRecords: 1 + r.IntN(5), WindowStart: 1, WindowMax: 1 + r.IntN(4), RetransmitMin: time.Millisecond * time.Duration(1+r.IntN(2000)), Ready: 1 + r.IntN(3)}
	}
	crash, restart, restore := pick(), pick(), r.IntN(3) == 0
	if restore && pick() {
		w.snaps = 1 + r.IntN(20)
		w.startSite()
	}
	for range 24 {
		switch r.IntN(10) {
		case 0:
			w.net.Cut("site", true)
		case 1:
			w.net.Cut("site", false)
		case 2:
			if crash {
				w.startSite() // from what is durable; a commit under way is lost
			}
		case 3:
			if crash {
				w.startCentre()
			}
		case 4:
			if restart {
				w.net.Restart()
				w.runSite(w.site.Step(w.now, LinkDown{}))
				w.net.Attach(w.now, "centre", "picket/1/acme/+/+/u/#")
				w.net.Attach(w.now, "site", "picket/1/acme/+/s1/d/#")
				w.runSite(w.site.Step(w.now, LinkUp{}))
			}
		case 5:
			if restore {
				w.backUp()
			}
		case 6:
			if restore {
				w.restoreSite()
			}
		default:
			w.siteWrites(r.IntN(30))
			w.centreWrites(r.IntN(10))
		}
		w.run(time.Duration(r.IntN(20_000)) * time.Millisecond)
	}
	w.net.Faults(goodLine)
	w.net.Cut("site", false)
	w.commitFail, w.slow = 0, 20*time.Millisecond
	w.run(4 * time.Minute)
	return w
}
