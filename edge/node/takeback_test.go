package node

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// TestANodePutBackTakesItsPastFromTheCentre: a journal that is an old copy takes back what it told the centre. Answers
// stand where they stood, a device's numbers go on, what the centre sends again changes nothing but brings its rows.
func TestANodePutBackTakesItsPastFromTheCentre(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 2, &floor.Start{Order: "O-1"}))
	do(t, a, counted("hh-1", 3, scanOf("O-1", "1")))
	third := do(t, a, counted("hh-1", 4, scanOf("O-1", "1")))
	fed := Submission{
		Meta:    floor.Meta{ID: "centre-7", Down: &floor.Down{Lineage: 1, Seq: 1, Hash: "aa"}},
		Command: assign(9),
		Rows:    []journal.Row{{Kind: "pii", Key: []byte("O-9"), Value: []byte("sealed")}},
	}
	require.Equal(t, floor.OutcomeAccepted, do(t, a, fed).Outcome)

	put := func() (*journal.Mem, *Node) {
		j := journal.NewMem("log-1")
		_, err := old.Read(1, int(kept), func(_ uint64, raw []byte) error {
			_, err := j.Append(journal.Batch{Entries: [][]byte{append([]byte(nil), raw...)}})
			return err
		})
		require.NoError(t, err)
		return j, boot(t, j, options())
	}
	var lost []floor.LostFact
	_, err := old.Read(kept+1, 0, func(seq uint64, raw []byte) error {
		lost = append(lost, floor.LostFact{Pos: seq, Raw: append([]byte(nil), raw...)})
		return nil
	})
	require.NoError(t, err)

	j, b := put()
	sold := Submission{Meta: floor.Meta{ID: "till-1"}, Command: &floor.SellAtTill{Receipt: "4711", SoldAt: day, Lines: []floor.SoldLine{{SKU: "RICE", Qty: 1}}}}
	// One command is told again by its device before the centre speaks.
	require.Equal(t, floor.OutcomeAccepted, do(t, b, counted("hh-1", 2, &floor.Start{Order: "O-1"})).Outcome)
	for i, f := range lost { // a fact at a time: a command's records come in two pieces
		c := &floor.TakeBack{Gen: "G1", To: f.Pos, Fork: true, More: i < len(lost)-1, Log: "log-2", Facts: []floor.LostFact{f}}
		got := do(t, b, Submission{Meta: floor.Meta{ID: floor.CommandID("take-" + string(rune('a'+i)))}, Command: c})
		require.Equal(t, floor.OutcomeAccepted, got.Outcome, i)
		if i == 0 { // a till sold what this box does not know again yet
			at := j.Head()
			old := Submission{Meta: floor.Meta{ID: "till-2"}, Command: &floor.SellAtTill{Receipt: "4000", SoldAt: day.AddDate(-1, 0, 0), Lines: []floor.SoldLine{{SKU: "OAT", Qty: 1}}}}
			replies, err := b.Step(day, []Submission{sold, old})
			require.NoError(t, err)
			require.ErrorIs(t, replies[0].Err, ErrNotYet)
			require.ErrorIs(t, replies[1].Err, ErrNotYet, "it may be among what was lost")
			require.Equal(t, at, j.Head())
		}
	}
	require.Equal(t, "log-2", b.Head().Log)
	require.Equal(t, "log-2", j.Head().Log)
	require.Equal(t, uint64(4), b.Last("hh-1"))
	require.NotNil(t, b.state.Recovery)
	require.Equal(t, []floor.DeviceID{"hh-1"}, b.state.Recovery.Waits)
	require.Equal(t, a.state.Orders["O-1"].Lines, b.state.Orders["O-1"].Lines)
	require.Equal(t, a.state.OnHand(floor.InBin("A-1"), "OAT"), b.state.OnHand(floor.InBin("A-1"), "OAT"))
	require.Zero(t, b.state.NumbersLeft("sscc"), "numbers that may have been drawn are burnt")

	again := do(t, b, counted("hh-1", 4, scanOf("O-1", "1")))
	require.Equal(t, floor.OutcomeDuplicate, again.Outcome)
	require.Equal(t, third.Outcome, floor.OutcomeAccepted)
	require.Equal(t, uint64(b.marks.devices["hh-1"].ops[3].seq), uint64(again.Seq), "where it stands in this log, not in the one that was lost: a screen waits for it")
	require.Equal(t, 2, b.state.Orders["O-1"].Lines[0].Picked, "counted once")

	require.Equal(t, floor.OutcomeAccepted, do(t, b, fed).Outcome)
	require.Equal(t, uint64(1), b.state.Feed.Seq, "the feed goes on")
	_, ok, err := j.Row("pii", []byte("O-9"))
	require.NoError(t, err)
	require.True(t, ok, "the row that was lost with its record came again")
	require.Equal(t, floor.OutcomeDuplicate, do(t, b, fed).Outcome)

	do(t, b, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: lost[len(lost)-1].Pos, Feed: 1}})
	do(t, b, Submission{Meta: floor.Meta{ID: "drain"}, Command: &floor.DrainDevice{Device: "hh-1", Seq: 1}})
	require.Nil(t, b.state.Recovery)
	require.Equal(t, floor.OutcomeRefused, do(t, b, sold).Outcome, "nobody knows it, now that all is told")

	fresh := boot(t, j, options())
	require.Equal(t, memory(t, b.state, b.marks), memory(t, fresh.state, fresh.marks), "the journal's replay is the live memory")
}

// TestAForkIsTakenOnce: what comes twice, after a crash between the facts and their mark, changes nothing.
func TestAForkIsTakenOnce(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	take := func(id string) floor.Answer {
		return do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID(id)}, Command: &floor.TakeBack{Gen: "G1", To: 3, Fork: true, Log: floor.LogID("log-" + id)}})
	}
	take("2")
	require.Equal(t, "log-2", j.Head().Log)
	take("3")
	require.Equal(t, "log-3", j.Head().Log)
	require.True(t, n.state.Awaits(), "the centre has not said that it was all")
	do(t, n, Submission{Meta: floor.Meta{ID: "told"}, Command: &floor.TakeBack{Gen: "G1", To: 3}})
	require.Nil(t, n.state.Recovery, "nobody is waited for")
	require.Len(t, j.Forks(), 2)
}

// TestWhatADocumentSaysComesBeside: a box that knows from another box's facts that there is a document gets what it says
// when it is sent anew, under whatever id: without it nobody could sign in there.
func TestWhatADocumentSaysComesBeside(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	feed := uint64(0)
	doc := func(version uint64, digest, body string) floor.Answer {
		feed++
		return do(t, n, Submission{
			Meta:    floor.Meta{ID: floor.CommandID("centre-" + string(rune('a'+feed))), Down: &floor.Down{Lineage: 1, Seq: feed, Hash: "aa"}},
			Command: &floor.SetDoc{Doc: floor.Doc{Kind: "user", Key: "mia", Version: version, Digest: digest}},
			Rows:    []journal.Row{{Kind: "doc", Key: []byte("user/mia"), Value: []byte(body)}},
		})
	}
	stands := func() string {
		row, _, err := j.Row("doc", []byte("user/mia"))
		require.NoError(t, err)
		return string(row)
	}
	require.Equal(t, floor.OutcomeAccepted, doc(3, "abc", "sealed by the box before").Outcome)
	require.Equal(t, floor.OutcomeAccepted, doc(3, "abc", "sealed here").Outcome)
	require.Equal(t, "sealed here", stands())
	require.Equal(t, floor.OutcomeRefused, doc(2, "older", "older").Outcome)
	require.Equal(t, floor.OutcomeRefused, doc(3, "other", "another of the same version").Outcome)
	require.Equal(t, "sealed here", stands())
	require.Equal(t, uint64(4), n.state.Feed.Seq)
}

// A feed that begins anew brings again, under their ids, records this box took itself. Each has its effect once: a recall
// of one unit that was granted takes no second one. The rows it names come again, for they may have been lost.
func TestWhatAnotherLineageBringsAgainHasNoEffect(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
	fed := func(lineage, seq uint64, id string, c floor.Command) floor.Answer {
		return do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID(id), Down: &floor.Down{Lineage: lineage, Seq: seq, Hash: "aa"}}, Command: c,
			Rows: []journal.Row{{Kind: "pii", Key: []byte("O-9"), Value: []byte(fmt.Sprint(lineage))}}})
	}
	recall := &floor.Recall{Order: "O-9", Cause: floor.ByCustomer, Lines: []floor.LineQty{{Line: "1", Qty: 1}}}
	fed(1, 1, "A-9", assign(9))
	line := func() floor.Line { return n.state.Orders["O-9"].Lines[0] }
	asked := line().Qty
	require.Greater(t, asked, 2)
	fed(1, 2, "O-9:1", recall)
	once := line()
	require.Equal(t, asked-1, once.ToPick())
	for lineage := uint64(2); lineage < 4; lineage++ { // and again, in the same log
		fed(lineage, 1, "A-9", assign(9))
		fed(lineage, 2, "O-9:1", recall)
		fed(lineage, 3, "A-9", assign(9)) // twice in one lineage
		require.Equal(t, once, line())
		require.Equal(t, uint64(3), n.state.Feed.Seq)
	}
	row, ok, err := j.Row("pii", []byte("O-9"))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "3", string(row))
	ids := map[floor.RecordID]bool{}
	_, err = j.Read(1, 0, func(_ uint64, raw []byte) error {
		r, err := floor.Decode(bytes.Clone(raw))
		require.False(t, ids[r.ID], "%s is there twice", r.ID)
		ids[r.ID] = true
		return err
	})
	require.NoError(t, err)
	fresh := boot(t, j, options())
	require.Equal(t, memory(t, n.state, n.marks), memory(t, fresh.state, fresh.marks))
}

// What a box refused because it had not heard yet what it lost, and what turns out to have been taken by the box before it,
// happened: it is taken in. A person was told no, and looks at a screen that says yes.
func TestARefusalOfABoxThatKnewNothingDoesNotStandAgainstTheFact(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	from := a.Head().Seq
	require.Equal(t, floor.OutcomeAccepted, do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"})).Outcome)
	var facts []floor.LostFact
	_, err := old.Read(from+1, 0, func(seq uint64, raw []byte) error {
		facts = append(facts, floor.LostFact{Pos: seq, Raw: bytes.Clone(raw)})
		return nil
	})
	require.NoError(t, err)

	j := journal.NewMem("log-2")
	n := site(t, j, options())
	do(t, n, Submission{Meta: floor.Meta{ID: "start"}, Command: &floor.TakeBack{Gen: "none", Fork: true, More: true}})
	require.Equal(t, floor.OutcomeRefused, do(t, n, counted("hh-1", 1, &floor.Start{Order: "O-1"})).Outcome)
	do(t, n, Submission{Meta: floor.Meta{ID: "take"}, Command: &floor.TakeBack{Gen: "G1", To: 99, Fork: true, Log: "log-3", Facts: facts}})
	require.True(t, n.state.Orders["O-1"].Started)
	require.Equal(t, floor.OutcomeRefused, do(t, n, counted("hh-1", 1, &floor.Start{Order: "O-1"})).Outcome, "the answer stays")
	fresh := boot(t, j, options())
	require.Equal(t, memory(t, n.state, n.marks), memory(t, fresh.state, fresh.marks))
}

// The centre had heard of nothing but commands that the new box did by itself. The log of the box before is known all the
// same: what its devices were told under it was told.
func TestALogWhoseFactsAreKnownIsThisSites(t *testing.T) {
	old := journal.NewMem("log-1")
	site(t, old, options())
	var facts []floor.LostFact
	_, err := old.Read(1, 0, func(seq uint64, raw []byte) error {
		facts = append(facts, floor.LostFact{Pos: seq, Raw: bytes.Clone(raw)})
		return nil
	})
	require.NoError(t, err)
	j := journal.NewMem("log-2")
	n := site(t, j, options())
	require.False(t, n.had("log-1"))
	do(t, n, Submission{Meta: floor.Meta{ID: "take"}, Command: &floor.TakeBack{Gen: "G1", To: 99, Fork: true, Log: "log-3", Facts: facts}})
	require.True(t, n.had("log-1"))
	require.True(t, boot(t, j, options()).had("log-1"))
}

// TestAPlaceInTheFeedOfAForgottenLifeSaysNothing: a lost box got an order by a feed that the centre forgot. The box in its place
// got others in the same places of the same lineage, because the centre did not know that it was put back.
func TestAPlaceInTheFeedOfAForgottenLifeSaysNothing(t *testing.T) {
	for name, forgets := range map[string]bool{"all calls are remembered": false, "calls may be forgotten": true} {
		t.Run(name, func(t *testing.T) {
			lost := journal.NewMem("log-1")
			a := site(t, lost, options())
			at := a.Head().Seq + 1
			require.Equal(t, floor.OutcomeAccepted, do(t, a, Submission{Meta: floor.Meta{ID: "of-another-life", Down: &floor.Down{Lineage: 1, Seq: 1, Hash: "aa"}}, Command: assign(9)}).Outcome)
			var fact floor.LostFact
			_, err := lost.Read(at, 1, func(seq uint64, raw []byte) error {
				fact = floor.LostFact{Pos: seq, Raw: append([]byte(nil), raw...)}
				return nil
			})
			require.NoError(t, err)

			o := options()
			if forgets {
				o.Keep.MinCalls = 1
			}
			b := site(t, journal.NewMem("log-2"), o)
			require.Equal(t, floor.OutcomeAccepted, do(t, b, Submission{Meta: floor.Meta{ID: "of-this-life", Down: &floor.Down{Lineage: 1, Seq: 1, Hash: "bb"}}, Command: assign(8)}).Outcome)
			do(t, b, Submission{Meta: floor.Meta{ID: "take"}, Command: &floor.TakeBack{Gen: "G1", To: fact.Pos, Fork: true, Log: "log-3", Facts: []floor.LostFact{fact}}})
			require.Equal(t, forgets, b.state.Orders["O-9"] == nil)
			require.NotNil(t, b.state.Orders["O-8"])
		})
	}
}
