package fleet

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// seeds is how many the ordinary test lives through; FLEET_SEEDS asks for more.
func seeds(t *testing.T) uint64 {
	text := os.Getenv("FLEET_SEEDS")
	if text == "" {
		return 200
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, "FLEET_SEEDS")
	return n
}

// told is how a failing seed is reported: its last lines, and the command that shows all of them.
func told(r Result, opt Options) string {
	opt.Transcript = true
	lines := Run(r.Seed, opt).Lines
	return fmt.Sprintf("%s\nseed %d breaks %v\nrun it again: go run ./cmd/picket-sim fleet -seed %d -world %s -v",
		strings.Join(lines[max(0, len(lines)-80):], "\n"), r.Seed, r.Err, r.Seed, name(opt))
}

// worlds are the shares of the seeds that each world gets, in hundredths.
var worlds = []struct {
	name       string
	hundredths uint64
}{{"swarm", 59}, {"restored", 10}, {"replaced", 10}, {"returned", 5}, {"wiped", 3}, {"escrow", 3}, {"paced", 3}, {"carried", 5}, {"disaster", 2}}

func TestEverySeedKeepsItsPromises(t *testing.T) {
	for _, w := range worlds {
		t.Run(w.name, func(t *testing.T) { everySeed(t, Worlds[w.name], seeds(t)*w.hundredths/100) })
	}
}

func everySeed(t *testing.T, opt Options, n uint64) {
	began := time.Now()
	var sum Result
	RunMany(1, n, opt, func(r Result) bool {
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, opt) }))
		sum.Restores += r.Restores
		sum.Replaced += r.Replaced
		sum.PutBacks += r.PutBacks
		sum.Returned += r.Returned
		sum.Wiped += r.Wiped
		sum.Tabbed += r.Tabbed
		sum.Allotted += r.Allotted
		sum.Records += r.Records
		sum.Deaths += r.Deaths
		sum.Papers += r.Papers
		sum.Parcels += r.Parcels
		sum.Left += r.Left
		sum.Virtual += r.Virtual
		sum.Settled = max(sum.Settled, r.Settled)
		return true
	})
	t.Logf("%d seeds, %.1f seeds/s; %s virtual, %d records, %d parcels, %d papers, %d processes died; the slowest converged in %s",
		n, float64(n)/time.Since(began).Seconds(), sum.Virtual.Round(time.Second), sum.Records, sum.Parcels, sum.Papers, sum.Deaths, sum.Settled.Round(time.Millisecond))
	// A rig in which nothing happens keeps every promise.
	require.Greater(t, sum.Parcels, int(n))
	require.Greater(t, sum.Left, int(n), "orders leave the floor")
	require.Greater(t, sum.Papers, sum.Parcels)
	require.Greater(t, sum.Deaths, int(n)/2)
	if opt.Restore {
		require.Greater(t, sum.Restores, int(n))
	}
	if opt.Replace {
		require.Greater(t, sum.Replaced, int(n))
	}
	if opt.PutBack {
		require.GreaterOrEqual(t, sum.PutBacks, int(n)/8)
	}
	if opt.Wipe {
		require.Greater(t, sum.Wiped, int(n))
		require.Greater(t, sum.Tabbed, int(n))
	}
	if opt.Escrow {
		require.Greater(t, sum.Allotted, int(n))
	}
	if opt.Return {
		require.Greater(t, sum.Returned, int(n)/2)
	}
}

// Seeds that broke once, and what was wrong (DESIGN.md, What it found).
func TestSeedsThatBrokeOnce(t *testing.T) {
	for world, list := range map[string][]uint64{
		"swarm":    {23066, 23307, 36731, 40019, 43254},
		"carried":  {195, 247, 404, 470, 717, 877, 894, 1017, 1204, 4688, 4735, 8746, 10413, 10419, 10544, 20150},
		"returned": {9, 25},
		"havoc":    {5, 9, 35, 56, 77, 108, 165, 174, 235, 281},
		"restored": {9, 24, 31, 47, 60, 133, 142, 169, 334, 722, 1685, 1695, 2546, 5694, 13683},
		"replaced": {17, 21, 25, 46, 78, 401, 435, 604, 638, 810, 1326, 1932, 3412, 4249, 7061, 8314, 9329, 11433},
		"burnt":    {730, 1241, 1285, 2947},
		"sunk":     {3362},
		"errands":  {12647},
		"putback":  {10, 28, 162, 518, 541, 1009, 2264, 2632, 2932, 6474, 7180, 7235, 8006},
		"disaster": {2, 12, 16, 29, 36, 37, 48, 63, 70, 79, 84, 91, 101, 144, 146, 192, 306, 322, 381, 402, 424, 443, 494, 568, 604},
	} {
		for _, seed := range list {
			r := Run(seed, Worlds[world])
			require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Worlds[world]) }))
		}
	}
}

// lazy is text that is made only when it is needed.
type lazy func() string

func (l lazy) String() string { return l() }

func name(opt Options) string {
	opt.Transcript, opt.Mutant = false, NoMutant
	for n, w := range Worlds {
		if w == opt {
			return n
		}
	}
	return "?"
}

func TestTheSameSeedIsTheSameWorld(t *testing.T) {
	for seed := uint64(1); seed <= 4; seed++ {
		a, b := Run(seed, Options{Transcript: true}), Run(seed, Options{Transcript: true})
		require.Equal(t, a.Lines, b.Lines)
		require.Equal(t, a.Trace, b.Trace)
		require.Equal(t, a.Trace, Run(seed, Options{}).Trace, "whether or not it is told")
		require.NotEqual(t, a.Trace, Run(seed+100, Options{}).Trace)
	}
}

// The centre's store in memory is a twin: over SQLite the very same things happen.
func TestTheStoresAreTwins(t *testing.T) {
	for seed := uint64(1); seed <= 5; seed++ {
		mem, sql := Run(seed, Options{}), Run(seed, Options{SQLite: true})
		require.NoError(t, sql.Err)
		require.Equal(t, mem.Trace, sql.Trace, "seed %d", seed)
	}
}

func TestADayWithoutFaults(t *testing.T) {
	for seed := uint64(1); seed <= 10; seed++ {
		r := Run(seed, Options{Calm: true})
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Options{Calm: true}) }))
		require.Zero(t, r.Deaths)
	}
}

// The table of invariants has every one that the code can report.
func TestEveryInvariantIsListed(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, i := range Invariants() {
		listed[i.ID] = true
	}
	reported := regexp.MustCompile(`(?:fail\(|Errorf\()"(world|[IPL]\d+)\b`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range reported.FindAllStringSubmatch(string(text), -1) {
			require.True(t, listed[m[1]], "%s reports %s", f, m[1])
		}
	}
}

// A centre that is older than its sites waits before what it does not know, whatever else goes wrong, and has it all once
// it is updated.
func TestAnOlderCentreCatchesUp(t *testing.T) {
	waited := 0
	for seed := uint64(9); seed < 9+6*16; seed += 16 {
		r := Run(seed, Options{Transcript: true})
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Options{}) }))
		if slices.ContainsFunc(r.Lines, func(l string) bool { return strings.Contains(l, `trouble "blocked"`) }) {
			waited++
		}
	}
	require.Greater(t, waited, 3)
}

// Sites that are older than the centre wait before what they do not know of its feed, and have it all once they are updated.
func TestOlderSitesCatchUp(t *testing.T) {
	waited := 0
	for seed := uint64(5); seed < 5+6*16; seed += 16 {
		r := Run(seed, Options{Transcript: true})
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Options{}) }))
		if slices.ContainsFunc(r.Lines, func(l string) bool { return strings.Contains(l, "waits before record") }) {
			waited++
		}
	}
	require.Greater(t, waited, 2)
}
