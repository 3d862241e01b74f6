package day

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Eight people wait for the site's answer at once: what somebody saw is no longer so when they are answered,
// and the books balance all the same.
func TestADayOfPeopleTogetherBalances(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		r, report := play(t, Config{Seed: seed, Store: 24, Clumsy: 4, Together: 8})
		require.True(t, r.OK(), report)
		require.NotZero(t, r.world.tally.Handed, report)
		require.NotZero(t, r.world.tally.Changed+r.world.tally.Recalled, report)
		r, report = play(t, Config{Seed: seed, Lines: 120, Pickers: 6, Clumsy: 4, Together: 8})
		require.True(t, r.OK(), report)
		require.NotZero(t, r.world.tally.Shipped, report)
		require.NotZero(t, r.world.tally.Ops, report)
	}
}

// What a handheld gets no answer to it sends again under the same number, and it happens once.
func TestAHandheldSendsAgain(t *testing.T) {
	r, report := play(t, Config{Seed: 4, Store: 12, Clumsy: 25, Together: 4})
	require.True(t, r.OK(), report)
	require.Greater(t, r.world.tally.Ops, 20, report)
	require.NotZero(t, r.world.tally.Made[LostAnswer])
	require.Equal(t, r.world.tally.Made[LostAnswer], r.world.tally.Caught[LostAnswer]["the same answer again"], report)
}

// With people together one stolen unit is found out as well.
func TestOneLostUnitIsFoundAmongPeopleTogether(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 10, Clumsy: 0.001, Together: 8, Steal: true})
	require.False(t, r.OK(), report)
	require.Contains(t, report, "nobody went wrong there")
}

// And so is a hand-over the site was never told of.
func TestOneForgottenHandOverIsFoundAmongPeopleTogether(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 10, Clumsy: 0.001, Together: 8, Forget: "collect.handover"})
	require.False(t, r.OK(), report)
	require.Contains(t, strings.Join(r.books.Unequal, "\n"), "left by the book")
}

// Two people never stand in front of one bin.
func TestABinHasRoomForOne(t *testing.T) {
	w := newWorld(t.Context(), Config{Seed: 1, Together: 2}, nil)
	inside, most := 0, 0
	for range 4 {
		w.hire("picker-1", 0, func(p *person) {
			p.front("A", func() {
				inside++
				most = max(most, inside)
				p.work(20)
				p.front("A", func() { p.work(5) }) // who stands there already does not wait
				inside--
			})
		})
	}
	w.play()
	require.NoError(t, w.broken)
	require.Equal(t, 1, most)
	require.Empty(t, w.stands)
}
