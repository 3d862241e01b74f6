package fleet

import (
	"fmt"
	"os"
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
	return fmt.Sprintf("%s\nseed %d breaks %v\nrun it again: go run ./cmd/picket-sim fleet -seed %d -v",
		strings.Join(lines[max(0, len(lines)-80):], "\n"), r.Seed, r.Err, r.Seed)
}

func TestEverySeedKeepsItsPromises(t *testing.T) {
	n, began := seeds(t), time.Now()
	var sum Result
	RunMany(1, n, Options{}, func(r Result) bool {
		require.NoError(t, r.Err, "%s", lazy(func() string { return told(r, Options{}) }))
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
}

// lazy is text that is made only when it is needed.
type lazy func() string

func (l lazy) String() string { return l() }

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

// A rig that sees no mistakes is none: each mutant switches one rule off, and a seed within the budget says so,
// by the invariant that is about it.
func TestMutantsAreSeen(t *testing.T) {
	for m, invariants := range map[Mutant][]string{
		ForgetAtSend: {"I1", "I6"}, NewNames: {"I2", "I3", "I4", "I6"}, NoResend: {"I6"}, TrustAccept: {"I10"},
		PrintFirst: {"I10"}, AnswerFirst: {"I1"}, ForgetfulCentre: {"I1", "P2"},
	} {
		t.Run(string(m), func(t *testing.T) {
			seen := false
			RunMany(1, 200, Options{Mutant: m}, func(r Result) bool {
				if r.Err == nil {
					return true
				}
				seen = true
				invariant, _, _ := strings.Cut(r.Err.Error(), ":")
				require.Contains(t, invariants, invariant, "%v", r.Err)
				t.Logf("seed %d: %v", r.Seed, r.Err)
				return false
			})
			require.True(t, seen, "200 seeds do not show it")
		})
	}
}
