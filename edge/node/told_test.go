package node

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// TestWhatWasToldNamesALogOfThisBox: a device that says it was told something already is believed when it names a log
// this box had and has no more. Anybody else's word is a command like any other.
func TestWhatWasToldNamesALogOfThisBox(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	do(t, n, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	do(t, n, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: 1, Fork: true, Log: "log-2"}})
	do(t, n, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: 1}})
	require.NotNil(t, n.state.Recovery)
	require.False(t, n.state.Awaits(), "the centre has told all, hh-1 has not")

	claim := func(device string, no uint64, order floor.OrderID, told floor.Told) floor.Answer {
		s := counted(device, no, &floor.Start{Order: order})
		s.Meta.Told = &told
		return do(t, n, s)
	}
	for i, log := range []floor.LogID{"", "log-9", "log-2"} {
		a := claim("hh-2", uint64(i+1), "O-1", floor.Told{Log: log})
		require.NotNil(t, a.Refusal, "log %q is none this box had before", log)
		require.Equal(t, floor.IsRecovering, a.Refusal.Code)
	}
	require.Equal(t, floor.ToldNo, claim("hh-2", 4, "O-1", floor.Told{Log: "log-9", Refused: true}).Refusal.Code, "its own command, which it might as well not have sent")
	require.Equal(t, floor.ToldNo, claim("hh-2", 5, "O-1", floor.Told{Log: "log-2", Refused: true}).Refusal.Code, "the box may have been put back once more since, while it waits")
	s := Submission{Meta: floor.Meta{ID: "erp-1", Actor: "api:erp", Told: &floor.Told{Log: "log-1"}}, Command: &floor.Start{Order: "O-1"}}
	require.Equal(t, floor.IsRecovering, do(t, n, s).Refusal.Code, "who counts nothing keeps nothing")
	fact := counted("hh-2", 6, &floor.MoveStock{SKU: "OAT", Qty: 90, From: "A-1", To: "A-2"})
	fact.Meta.Told, fact.Insist = &floor.Told{Log: "log-9"}, &floor.MoveStock{SKU: "OAT", Qty: 90, From: "A-1", To: "A-2", Done: true}
	require.Equal(t, floor.NotThere, do(t, n, fact).Refusal.Code)
	require.Equal(t, floor.OutcomeAccepted, claim("hh-1", 2, "O-1", floor.Told{Log: "log-1"}).Outcome, "it was told so before the box was put back")

	again := boot(t, j, options())
	require.Equal(t, memory(t, n.state, n.marks), memory(t, again.state, again.marks))
	n = again
	require.Equal(t, floor.OutcomeAccepted, claim("hh-1", 3, "O-2", floor.Told{Log: "log-1"}).Outcome, "and after a start")
}

// TestTheLogsOfABoxThatTookAnothersPlace: it never wrote them, and knows them by what the centre gave back.
func TestTheLogsOfABoxThatTookAnothersPlace(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	var lost []floor.LostFact
	_, err := old.Read(1, 0, func(seq uint64, raw []byte) error {
		lost = append(lost, floor.LostFact{Pos: seq, Raw: append([]byte(nil), raw...)})
		return nil
	})
	require.NoError(t, err)

	o := options()
	o.SnapshotEvery = 1
	j := journal.NewMem("log-5")
	b := boot(t, j, o)
	to := lost[len(lost)-1].Pos
	do(t, b, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: to, Fork: true, Log: "log-6", Facts: lost}})
	do(t, b, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: to}})
	for range 8 {
		_, err := b.Step(day, nil) // the snapshot is written
		require.NoError(t, err)
	}
	_, _, err = j.ReadSnapshot()
	require.NoError(t, err)
	for _, n := range []*Node{b, boot(t, j, o)} {
		require.True(t, n.had("log-1"))
		require.True(t, n.had("log-5"))
		require.False(t, n.had("log-6"), "it has it still")
		require.False(t, n.had("log-2"))
	}
	s := counted("hh-1", 2, &floor.Start{Order: "O-1"})
	s.Meta.Told = &floor.Told{Log: "log-1"}
	require.Equal(t, floor.OutcomeAccepted, do(t, b, s).Outcome)
}

// TestWhatABurntBoxSaidIsForTheDesk: a device was told under a log that neither this box nor the centre ever heard of, and
// comes when nothing is waited for any more. Its word decides nothing, but a refusal says that a person was told otherwise.
func TestWhatABurntBoxSaidIsForTheDesk(t *testing.T) {
	j := journal.NewMem("log-2")
	n := site(t, j, options())
	require.Nil(t, n.state.Recovery)
	for i, c := range []struct {
		told *floor.Told
		said bool
	}{
		{nil, false},
		{&floor.Told{}, false},
		{&floor.Told{Log: "log-9"}, true},
		{&floor.Told{Log: "log-9", Refused: true}, false},
	} {
		s := counted("hh-1", uint64(i+1), &floor.Accept{Order: "O-nobody-knows"})
		s.Meta.Told = c.told
		require.NotNil(t, do(t, n, s).Refusal)
		_, err := j.Read(j.Head().Seq, 1, func(_ uint64, raw []byte) error {
			r, err := floor.Decode(raw)
			require.NoError(t, err)
			require.Equal(t, c.said, r.Event.(*floor.CommandRefused).Said, "%+v", c.told)
			return nil
		})
		require.NoError(t, err)
	}
	s := counted("hh-1", 5, &floor.MoveStock{SKU: "OAT", Qty: 90, From: "A-1", To: "A-2"})
	s.Meta.Told, s.Insist = &floor.Told{Log: "log-9"}, &floor.MoveStock{SKU: "OAT", Qty: 90, From: "A-1", To: "A-2", Done: true}
	require.Equal(t, floor.NotThere, do(t, n, s).Refusal.Code, "a log nobody heard of is no proof")
}

// TestAParcelOfABurntBoxKeepsItsNumber: nobody heard of the log, nor of the run the number is from. What its device says next is
// of that parcel, and a label may be on it.
func TestAParcelOfABurntBoxKeepsItsNumber(t *testing.T) {
	n := site(t, journal.NewMem("log-2"), options())
	do(t, n, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	do(t, n, counted("hh-1", 2, scanOf("O-1", "1")))
	first := do(t, n, counted("hh-1", 3, &floor.OpenUnit{Order: "O-1"})).Unit
	ours := n.state.Blocks[0]
	named, sum := fmt.Sprintf("%s%0*d", ours.Prefix, 17-len(ours.Prefix), ours.To+50), 0
	for i := range named {
		sum += int(named[i]-'0') * (3 - i%2*2)
	}
	named += strconv.Itoa((10 - sum%10) % 10)
	for i, told := range []*floor.Told{{Log: "log-9", Unit: floor.UnitID(named)}, {Log: "log-9", Unit: first}} {
		s := counted("hh-1", uint64(4+i), &floor.OpenUnit{Order: "O-1"})
		s.Meta.Told = told
		a := do(t, n, s)
		require.Nil(t, a.Refusal)
		require.Equal(t, i == 0, a.Unit == told.Unit, "%+v", told)
	}
	require.Equal(t, "parcel_renumbered", n.state.Cases.All()[len(n.state.Cases.All())-1].What, "another has it: somebody is told")
}

// TestADeviceWithALogThisBoxNeverHadWaitsForTheCentre: the file may be a copy from before its newest log. Only the
// centre's word decides: until it was heard that device waits, and nobody else.
func TestADeviceWithALogThisBoxNeverHadWaitsForTheCentre(t *testing.T) {
	o := options()
	o.Centre = true
	j := journal.NewMem("log-1")
	n := site(t, j, o)
	ask := func(device string, no uint64, screen floor.LogID, told *floor.Told) error {
		s := counted(device, no, &floor.Accept{Order: "O-1"})
		s.Screen, s.Meta.Told = screen, told
		got, err := n.Step(day, []Submission{s})
		require.NoError(t, err)
		return got[0].Err
	}
	waits := func(err error) {
		t.Helper()
		var gap *GapError
		require.ErrorAs(t, err, &gap)
		require.True(t, gap.Waits)
		require.False(t, gap.Older, "no device says that the file is an older copy of a log nobody knows")
	}
	waits(ask("hh-1", 1, "log-7", nil))
	waits(ask("hh-1", 1, "log-1", nil)) // its screen was brought forward since
	waits(ask("hh-1", 9, "log-1", nil)) // and the numbers it holds are given no other name
	waits(ask("hh-2", 1, "log-1", &floor.Told{Log: "log-7"}))
	require.True(t, n.Strange("hh-1", "log-1"))
	require.NoError(t, ask("hh-3", 1, "log-1", nil), "nobody else waits")
	require.NoError(t, ask("hh-4", 1, "", nil), "who shows nothing is like anybody")
	require.Nil(t, n.state.Recovery)
	waits(ask("hh-4", 2, "log-7", nil))
	require.NoError(t, ask("hh-4", 1, "log-7", nil), "what was taken is answered")

	n.Heard()
	require.NoError(t, ask("hh-1", 1, "log-7", nil))
	require.False(t, n.Strange("hh-1", "log-7"))

	do(t, n, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: 1, Fork: true, Log: "log-2"}})
	n = boot(t, j, o)
	require.False(t, n.Strange("hh-1", "log-1"), "a log it had")
	require.False(t, n.Strange("hh-1", "log-2"))
	require.True(t, n.Strange("hh-1", "log-7"))
	n = boot(t, j, options())
	require.False(t, n.Strange("hh-1", "log-7"), "a site without a centre asks nobody")
}

// TestPaperOfAnEarlierLogIsLookedAt: a device that comes from an earlier log says again what it never heard the answer
// to. The paper may be there; what it gives from then on is new.
func TestPaperOfAnEarlierLogIsLookedAt(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	do(t, n, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: 1, Fork: true, Log: "log-2"}})
	late := func(no uint64, screen floor.LogID, head uint64) bool {
		s := counted("hh-1", no, &floor.Accept{Order: "O-1"})
		s.Screen, s.Head = screen, head
		_, err := n.Step(day, []Submission{s})
		require.NoError(t, err)
		return n.strangers.before(&s)
	}
	require.True(t, late(1, "log-1", 3))
	require.True(t, late(2, "log-2", 3), "its screen was brought forward, and the number is from before")
	require.True(t, late(3, "log-2", 4))
	require.False(t, late(4, "log-2", 4))
	require.False(t, late(5, "", 5))
}

// TestAnOpSaysUnderWhichLogItWasGiven: its screen stands on this box's log by now, and it was given to the one before, whose answer
// nobody read. The device says so itself, with each sending and behind each start: the paper is looked at, and what is refused
// counts as a print.
func TestAnOpSaysUnderWhichLogItWasGiven(t *testing.T) {
	for under, want := range map[string]bool{"": false, `,"under":"log-2"`: false, `,"under":"log-1"`: true, `,"under":"log-of-a-box-nobody-heard-of"`: true} {
		j := journal.NewMem("log-1")
		n := site(t, j, options())
		do(t, n, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: 1, Fork: true, Log: "log-2"}})
		do(t, n, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: 1}})
		n = boot(t, j, options())
		o, err := DecodeOp([]byte(`{"n":1,"type":"unit.close","data":{"unit":"095200010000000010","weight_g":5}` + under + `}`))
		require.NoError(t, err)
		s := o.Submission("hh-1")
		s.Screen = "log-2"
		a := do(t, n, s)
		require.Equal(t, floor.UnknownUnit, a.Refusal.Code)
		require.Equal(t, want, strings.Contains(lastRecord(t, j), `"paper":"unit/095200010000000010"`), "under %s: %s", under, lastRecord(t, j))
	}
	_, err := DecodeOp([]byte(`{"n":1,"type":"unit.close","under":"a b","data":{}}`))
	require.ErrorContains(t, err, "under")
}

// lastRecord is the newest record's bytes.
func lastRecord(t *testing.T, j *journal.Mem) (last string) {
	_, err := j.Read(1, 0, func(_ uint64, raw []byte) error {
		last = string(raw)
		return nil
	})
	require.NoError(t, err)
	return last
}

// TestWhatWasToldAsSavedAndIsRefusedHereIsNotedOnce: a second copy of a command came when the file had been put back, and was refused; the
// device was told of the first that it is saved, and says so when it hears of another start of the box.
func TestWhatWasToldAsSavedAndIsRefusedHereIsNotedOnce(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	do(t, n, counted("hh-2", 1, &floor.Start{Order: "O-1"}))
	first := do(t, n, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	require.Equal(t, floor.OutcomeRefused, first.Outcome)
	do(t, n, counted("hh-1", 2, &floor.Start{Order: "O-2"}))
	cases := func() int { return casesOf(n, "said_saved") }
	says := func(no uint64, order floor.OrderID, told *floor.Told) floor.Answer {
		s := counted("hh-1", no, &floor.Start{Order: order})
		s.Meta.Told = told
		return do(t, n, s)
	}
	head := n.Head().Seq
	require.Equal(t, first.Refusal.Code, says(1, "O-1", nil).Refusal.Code)
	require.Equal(t, first.Refusal.Code, says(1, "O-1", &floor.Told{Log: "log-1", Refused: true}).Refusal.Code)
	require.Equal(t, floor.OutcomeDuplicate, says(2, "O-2", &floor.Told{Log: "log-1"}).Outcome)
	require.Equal(t, head, n.Head().Seq, "both know the same")
	require.Zero(t, cases())

	for range 2 {
		got := says(1, "O-1", &floor.Told{Log: "log-1"})
		require.Equal(t, first.Refusal.Code, got.Refusal.Code, "the answer stays what it is")
		require.Equal(t, first.Seq, got.Seq)
		require.Equal(t, head+1, n.Head().Seq, "noted once")
		require.Equal(t, 1, cases(), "and a person is told")
		n = boot(t, j, options())
	}
}

// casesOf counts the desk's cases of a kind.
func casesOf(n *Node, what string) (out int) {
	for _, c := range n.state.Cases.All() {
		if c.What == what {
			out++
		}
	}
	return out
}

// TestWhatWasTakenBackAnswersWhatWasTold: of a refusal it took back the box knows no more than of its own. And what it refused before
// it took it back as done stands: nobody is told to book it once more.
func TestWhatWasTakenBackAnswersWhatWasTold(t *testing.T) {
	start := func(device string, who floor.UserID) Submission {
		s := counted(device, 1, &floor.Start{Order: "O-1"})
		s.Meta.Actor = who
		return s
	}
	for name, stands := range map[string]bool{"refused by the lost box": false, "refused here, and taken back": true} {
		t.Run(name, func(t *testing.T) {
			old := journal.NewMem("log-1")
			a := site(t, old, options())
			kept := a.Head().Seq
			if !stands {
				do(t, a, start("hh-2", "ben"))
			}
			do(t, a, start("hh-1", "ann"))
			facts := lostFrom(t, old, kept)
			j := copyOf(t, old, kept)
			b := boot(t, j, options())
			if stands { // nobody told it that it was put back
				do(t, b, start("hh-2", "ben"))
				require.Equal(t, floor.TakenByOther, do(t, b, start("hh-1", "ann")).Refusal.Code)
			}
			pos := facts[len(facts)-1].Pos
			do(t, b, Submission{Meta: floor.Meta{ID: "take"}, Command: &floor.TakeBack{Gen: "G1", To: pos, Fork: true, Log: "log-2", Facts: facts}})
			do(t, b, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: pos}})
			says := start("hh-1", "ann")
			says.Meta.Told = &floor.Told{Log: "log-1"}
			want := map[bool]floor.Outcome{true: floor.OutcomeDuplicate, false: floor.OutcomeRefused}[stands]
			for range 2 {
				require.Equal(t, want, do(t, b, says).Outcome)
				require.Equal(t, stands, casesOf(b, "said_saved") == 0)
				require.LessOrEqual(t, casesOf(b, "said_saved"), 1)
				b = boot(t, j, options())
			}
		})
	}
}
