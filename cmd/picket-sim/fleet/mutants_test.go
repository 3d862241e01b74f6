//go:build mutants

package fleet

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// caught says which of a world's invariants see that a mutant is one, and how many seeds it may take. A rule of the
// protocol, the clerk, the floor or the node that is not here is seen by a test of its package, whose table has all of them.
var caught = map[Mutant]struct {
	by    []string
	seeds uint64
	world Options
}{
	ForgetAtSend:    {[]string{"I1", "I6"}, 60, Options{}},
	NewNames:        {[]string{"I2", "I3", "I4", "I6"}, 60, Options{}},
	NoResend:        {[]string{"I6"}, 60, Options{}},
	TrustAccept:     {[]string{"I10"}, 60, Options{}},
	PrintFirst:      {[]string{"I10"}, 60, Options{}},
	AnswerFirst:     {[]string{"I1"}, 60, Options{}},
	ClaimForce:      {[]string{"L9"}, 60, Options{}},
	Miscount:        {[]string{"I3"}, 60, Options{Errands: true}},
	GivesAnyway:     {[]string{"I3", "I4", "I6"}, 60, Options{Errands: true}},
	KeepsName:       {[]string{"I1", "I2", "I6"}, 60, Options{Errands: true, Wipe: true}},
	ForgetAtSaved:   {[]string{"I1", "I3", "I6"}, 60, Options{Replace: true}},
	ReuseIDs:        {[]string{"I4", "I5", "I7", "P2"}, 60, Options{Restore: true}},
	SameLog:         {[]string{"I1", "I2", "I5", "I7", "I8"}, 60, Options{PutBack: true}},
	ForgetfulCentre: {[]string{"I1", "I6", "P2"}, 60, Options{}},

	"protocol:retransmit": {[]string{"I6"}, 60, Options{}},
	"protocol:window":     {[]string{"I13"}, 60, Options{}},
	"protocol:lost":       {[]string{"I6"}, 60, Options{}},
	"protocol:gap":        {[]string{"I1", "I5", "I6", "I7"}, 60, Options{}},
	"protocol:nonce":      {[]string{"I1", "I6"}, 60, Options{}},
	"protocol:known":      {[]string{"I1", "I3", "I6", "I7"}, 60, Options{PutBack: true}},

	"protocol:salvage": {[]string{"I6", "I7"}, 60, Options{Replace: true, Return: true}},

	"clerk:once":   {[]string{"I1", "I7"}, 60, Options{PutBack: true}},
	"node:numbers": {[]string{"I2"}, 60, Options{}},
	"node:ids":     {[]string{"I2"}, 60, Options{}},
	"floor:permit": {[]string{"I4", "L9"}, 60, Options{}},

	"clerk:stock.age":  {[]string{"P6"}, 60, Options{Errands: true}},
	"clerk:allotted":   {[]string{"P6"}, 60, Options{Errands: true, Escrow: true}},
	"clerk:quarantine": {[]string{"I4", "I7", "L9", "P2"}, 60, Options{Restore: true}},
}

// A rig that sees no mistakes is none: each mutant leaves one rule out, and a seed within the budget says so, by the
// invariant that is about it.
func TestMutants(t *testing.T) {
	t.Cleanup(func() { require.NoError(t, leaveOut(NoMutant)) })
	for _, m := range AllMutants() {
		c, ok := caught[m]
		if !ok {
			require.Contains(t, string(m), ":", "%s has no row", m)
			survey(t, m)
			continue
		}
		t.Run(string(m), func(t *testing.T) {
			opt, seen := c.world, false
			opt.Mutant = m
			RunMany(1, c.seeds, opt, func(r Result) bool {
				if r.Err == nil {
					return true
				}
				seen = true
				invariant, _, _ := strings.Cut(r.Err.Error(), ":")
				require.Contains(t, c.by, invariant, "%v", r.Err)
				t.Logf("seed %d: %.200v", r.Seed, r.Err)
				return false
			})
			require.True(t, seen, "%d seeds do not show it", c.seeds)
		})
	}
}

// survey looks for a rule that only directed tests see among PICKET_TEST_MUTANT_SEEDS seeds of each world, and tells
// what it found, until a world shows it: rules that guard against what seldom comes together are seen once in thousands of seeds.
func survey(t *testing.T, m Mutant) {
	n, _ := strconv.ParseUint(os.Getenv("PICKET_TEST_MUTANT_SEEDS"), 10, 64)
	if n == 0 {
		return
	}
	for _, world := range []string{"swarm", "putback", "restored", "replaced", "errands"} {
		opt, seen := Worlds[world], ""
		opt.Mutant = m
		RunMany(1, n, opt, func(r Result) bool {
			if r.Err != nil {
				seen = fmt.Sprintf("seed %d: %.160v", r.Seed, r.Err)
			}
			return r.Err == nil
		})
		if seen != "" {
			t.Logf("%s is seen by %s %s", m, world, seen)
			return
		}
	}
	t.Logf("%s is seen by directed tests alone, in %d seeds of each world", m, n)
}
