package day

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain answers as the child a site starts before it opens its file.
func TestMain(m *testing.M) {
	was, err := Child(os.Args)
	switch {
	case err != nil:
		os.Exit(1)
	case !was:
		os.Exit(m.Run())
	}
}

// play runs a day and gives its report as well.
func play(t *testing.T, cfg Config) (*Result, string) {
	r, err := Run(context.Background(), cfg, nil)
	require.NoError(t, err)
	var out bytes.Buffer
	r.Print(&out)
	return r, out.String()
}

func TestAStoresDayBalances(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		r, report := play(t, Config{Seed: seed, Store: 40, Clumsy: 4, Together: 1})
		require.True(t, r.OK(), report)
		require.Contains(t, report, "the books balance")
		require.NotZero(t, r.world.tally.Made[WrongItem], "people made no mistakes: this day shows nothing")
		require.NotZero(t, r.world.tally.Handed)
		require.NotZero(t, r.world.tally.Shipped)
		for _, m := range []Mistake{NewerLot, ExpiredLot, NoSerial, OtherSerial, WrongPiece,
			LineTwice, OtherPaper, PaperPicked, NoShowTwice, EmptyList, LeftBehind,
			ForgedList, ListTwice, ParcelTwice, LeftOut, BrokeOnWay, FellOut,
			OwnRecount, MovedFrozen, SignedEarly, SignedAlone, WrongPIN, BadFirst, BadSecond, UntoldMove, SouthStolen} {
			require.NotEmpty(t, r.world.tally.Caught[m], "%s: %s", m, report)
		}
		require.GreaterOrEqual(t, r.world.tally.Numbers, 10, report)
		require.GreaterOrEqual(t, r.books.Marks, 15, report)
		require.GreaterOrEqual(t, r.world.tally.Transfers, 8, report)
		require.NotZero(t, r.world.tally.Missed, report)
		require.Equal(t, 1, r.world.tally.Signed, report)
	}
}

func TestADistributionCentresDayBalances(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		r, report := play(t, Config{Seed: seed, Lines: 250, Pickers: 6, Clumsy: 4, Together: 1})
		require.True(t, r.OK(), report)
		require.NotZero(t, r.world.tally.Kinds["wall.sort"], report)
		require.NotZero(t, r.world.tally.Kinds["single.pack"], report)
		require.NotZero(t, r.world.tally.Kinds["manifest.close"], report)
	}
}

// The same seed plays the same day.
func TestASeedIsADay(t *testing.T) {
	a, _ := play(t, Config{Seed: 7, Store: 12, Clumsy: 4, Together: 1})
	b, _ := play(t, Config{Seed: 7, Store: 12, Clumsy: 4, Together: 1})
	require.Equal(t, a.world.tally, b.world.tally)
	require.Equal(t, a.books.Orders, b.books.Orders)
}

// A ledger that was fed one unit too few is found out: the comparison does compare.
func TestOneLostUnitIsFound(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 10, Clumsy: 0.001, Together: 1, Steal: true})
	require.False(t, r.OK(), report)
	require.Contains(t, report, "nobody went wrong there")
}

// Two yoghurts and two cameras that are not where the ledger says are found out, though every bin and order has as many.
func TestTwoSwappedPiecesAreFound(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 10, Clumsy: 0.001, Together: 1, Swap: true})
	require.False(t, r.OK(), report)
	all := strings.Join(r.books.Unequal, "\n")
	require.Contains(t, all, yoghurt)
	require.Contains(t, all, camera)
	require.NotContains(t, all, "there ", "by quantities everything is right")
}

// A hand-over the site was never told of is found out: by the shelf's book, and by the order's own account.
func TestOneForgottenHandOverIsFound(t *testing.T) {
	r, report := play(t, Config{Seed: 1, Store: 10, Clumsy: 0.001, Together: 1, Forget: "collect.handover"})
	require.False(t, r.OK(), report)
	all := strings.Join(r.books.Unequal, "\n")
	require.Contains(t, all, "staging: ")
	require.Contains(t, all, "left by the book")
}

// A ledger cannot hold a unit twice, nor lose one.
func TestTheLedgerIsSound(t *testing.T) {
	l := newTruth()
	l.make("TEA", 5, inBin("A"))
	require.Equal(t, 3, l.move("TEA", 3, inBin("A"), inTote("O-1")))
	require.Equal(t, 2, l.move("TEA", 9, inBin("A"), inTote("O-1")), "no more than there are")
	require.Equal(t, 0, l.move("TEA", 1, inBin("A"), inTote("O-1")))
	require.NoError(t, l.sound())
	require.Equal(t, "unit 1 of TEA: bin/A > tote/O-1", l.units[0].story())
	l.units[0].at = inBin("B")
	require.Error(t, l.sound())
	l.units[0].at = inTote("O-1")
	l.at[inTote("O-1")]["TEA"] = l.at[inTote("O-1")]["TEA"][1:]
	require.ErrorContains(t, l.sound(), "5 units were made, 4 are somewhere")
}
