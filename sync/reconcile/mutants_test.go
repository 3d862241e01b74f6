package reconcile

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mutants says for each rule which test fails when it is left out, and what it says then. What the rules are for,
// end to end, is shown by the simulator (cmd/picket-sim/fleet).
var mutants = map[Rule]struct{ test, says string }{
	RuleWindow:     {"TestNoMoreThanTheWindowIsUnderWay", "actual  : 50"},
	RuleRetransmit: {"TestManyBadLines", "it does not come to rest"},
	RuleLost:       {"TestTranscripts", "silent_line"},
	RuleSession:    {"TestNothingOfAnOlderSessionCounts", "Should be zero"},
	RuleNoSession:  {"TestTranscripts", "centre_restarts"},
	RuleGap:        {"TestTranscripts", "lost_batch"},
	RuleHash:       {"TestTranscripts", "forked_in_session"},
	RuleCommit:     {"TestManyBadLines", "the site believes"},
	RuleLostData:   {"TestTranscripts", "lost_data_in_session"},
	RuleNonce:      {"TestManyBadLines", "the centre is at"},
	RuleChallenge:  {"TestAChallengeIsGoodForOneHello", "should have 1 item"},
	RuleKnown:      {"TestCentreDecides", "not said"},
	RuleFence:      {"TestFencing", "not said"},
	RuleGranted:    {"TestAnEpochIsGrantedNeverClaimed", "expected: \"fenced\""},
	RuleSnapshot:   {"TestPiecesThatDoNotFitAreNotKept", "should have 1 item"},
	RuleSalvage:    {"TestWhatAReplacedBoxHeldReachesItsSuccessorOnce", "the old box's record"},
	RuleRestated:   {"TestASiteRestatesWhatNobodyHasAnyMore", "should have 1 item"},
	RuleStable:     {"TestABackupOfAnotherLogMakesNothingStable", "the backup has nothing of it"},
	RuleUpon:       {"TestASiteThatStandsUponWhatTheCentreLacksRestates", "said"},
	RuleOwes:       {"TestWhatComesToABoxThatLostRecordsIsItsPast", "Should be true"},
	RuleSigned:     {"TestWhereAKeyIsKnownNothingUnsignedCounts", "should have 1 item"},
	RuleLate:       {"TestABoxLearntOfBehindARestoreIsNotTakenByTheKeyItSays", "not said"},
	RuleKeyKept:    {"TestAKeyThatIsKnownIsKept", "not said"},
	RuleNth:        {"TestWhatWasSaidBeforeKeepsNobodyAlive", "Should be false"},
	RuleTrim:       {"TestTranscripts", "knows acked 5 stable 5"},
	RuleFresh:      {"TestAnAnswerOfLongAgoSaysNothingOfNow", "should have 1 item"},
}

// A rule without a mutant that fails is not a rule.
func TestEveryRuleHasAMutant(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var code strings.Builder
	for _, f := range files {
		if !strings.HasSuffix(f, "_test.go") {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			code.Write(text)
		}
	}
	list, err := os.ReadFile("rules.go")
	require.NoError(t, err)
	named := regexp.MustCompile(`(?m)^\t(Rule\w+)\s`).FindAllStringSubmatch(string(list), -1)
	require.Len(t, named, int(rules))
	for i, n := range named {
		require.NotEmpty(t, Rule(i).String(), "%s has no name", n[1])
		require.Contains(t, code.String(), "on("+n[1]+")", "%s is kept nowhere", n[1])
		m, ok := mutants[Rule(i)]
		require.True(t, ok, "%s has no mutant", n[1])
		require.NotEmpty(t, m.test)
	}
}
