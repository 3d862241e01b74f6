package oms_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mutants says for each rule, by its name, which test of this package fails when it is left out.
var mutants = map[string]string{
	"permit.asked":   "TestConflict05ConfirmTakenBack",
	"quarantine":     "TestAPermitThatWasWithheldIsGivenBehindTheQuarantine",
	"ask.anew":       "TestWhatASiteCouldNotSayIsAskedAnew",
	"ask.back":       "TestWhatWasGivenToAnotherSiteIsAskedBackInTheNextLineage",
	"stops":          "TestAStopOfAForgottenLifeFollowsWhatWasSaidSince",
	"witness":        "TestADatabaseThatWasPutBackFindsItOutBeforeItDecides",
	"numbers.margin": "TestNumbersOfABoxThatIsLostUnheardAreNobodys",
	"brought.back":   "TestWhatASiteTookBackOutlivesTheCentresRestore",
	"rows":           "TestASiteThatTookAnOrderBackGetsItsAddressFromACentreThatForgotIt",
	"feed.gen":       "TestACopyFromTheMiddleOfAQuarantineIsFoundOut",
	"stock.age":      "TestASilentSitePromisesLessAndThenNothing",
	"apart":          "TestOneSiteThatLiesStopsNobodyElse",
	"former":         "TestABoxThatARestoredCentreForgotIsTakenOver",
	"stands":         "TestWhatTheBoxThatHoldsTheSiteSaysStands",
	"corrected":      "TestWhatABoxCorrectsTakesThePlace",
	"covered":        "TestWhatADeclaredGapNamesCountsOnce",
	"forked":         "TestWhatAForkedLogHadCountsOnce",
	"allotted":       "TestWhatIsKeptAtASilentSiteIsPromisedOnce",
	"hold":           "TestNoTimeTakesTheAuthorityFromASite",
	"once":           "TestConflict18OldBoxComesBack",
	"unknown.type":   "TestAnUnknownTypeStopsTheCursorBeforeItAndSaysSo",
	"own":            "TestARecordOfAnotherSiteIsNotTaken",
	"live":           "TestADeclinedLineGoesToAnotherSiteAtOnce",
	"one.only":       "TestConflict07TwoSitesHoldOneOrder",
	"permits":        "TestWhatWasOnItsWayAtTheBackupIsNotHandedOutInQuarantine",
}

// A rule without a mutant that fails is not a rule.
func TestEveryRuleHasAMutant(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("clerk", "*.go"))
	require.NoError(t, err)
	var code strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			code.Write(text)
		}
	}
	list, err := os.ReadFile(filepath.Join("clerk", "rules.go"))
	require.NoError(t, err)
	constants := regexp.MustCompile(`(?m)^\t(Rule\w+)\s`).FindAllStringSubmatch(string(list), -1)
	names := regexp.MustCompile(`(Rule\w+): +"([a-z._-]+)"`).FindAllStringSubmatch(string(list), -1)
	require.NotEmpty(t, constants)
	require.Len(t, names, len(constants))
	for _, n := range names {
		require.Contains(t, code.String(), "on("+n[1]+")", "%s is kept nowhere", n[1])
		require.NotEmpty(t, mutants[n[2]], "%s has no mutant", n[2])
	}
	require.Len(t, mutants, len(names))
}
