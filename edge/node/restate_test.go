package node

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// foldedAt is what a centre's facts of a site come to, that holds nothing of its journal before from.
func foldedAt(t *testing.T, j *journal.Mem, from uint64) *floor.Past {
	t.Helper()
	past := floor.NewPast()
	_, err := j.Read(from, 0, func(seq uint64, raw []byte) error { return past.Add(seq, bytes.Clone(raw)) })
	require.NoError(t, err)
	return past
}

// TestWhatIsRestatedIsAllThereWas: of a site whose early records nobody has any more, its restatement and what follows
// come to what all of its records come to. At the site itself it changes nothing, and a second one counts from its own. A floor
// that is large is told in several commits, and comes to the same.
func TestWhatIsRestatedIsAllThereWas(t *testing.T) {
	for name, bytes := range map[string]int{"in one commit": 0, "a line a commit": 1, "by pieces": 300} {
		t.Run(name, func(t *testing.T) { restatedIsAllThereWas(t, bytes) })
	}
}

func restatedIsAllThereWas(t *testing.T, bytes int) {
	j := journal.NewMem("log-1")
	o := options()
	o.Restate = bytes
	n := site(t, j, o)
	do(t, n, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	do(t, n, counted("hh-1", 2, &floor.Start{Order: "O-1"}))
	do(t, n, counted("hh-1", 3, scanOf("O-1", "1")))
	gap := n.Head().Seq
	do(t, n, counted("hh-2", 1, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 2, Reason: "found"}))

	require.Equal(t, floor.NothingLeft, do(t, n, Submission{Meta: floor.Meta{ID: "too-soon"}, Command: &floor.Restate{Whole: true}}).Refusal.Code)
	before := memory(t, n.state, newMarks(Keep{}))
	a := do(t, n, Submission{Meta: floor.Meta{ID: "restate-1"}, Command: &floor.Restate{}})
	require.Nil(t, a.Refusal)
	began := n.state.Restatement.Began
	parts, left := 0, 0
	_, err := j.Read(uint64(began), 0, func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(raw)
		e := rec.Event.(*floor.Restated)
		parts++
		require.Equal(t, parts, e.Part)
		if e.More {
			left++
		}
		return err
	})
	require.NoError(t, err)
	require.Equal(t, bytes > 0, left > 1, "%d of %d parts have more behind them", left, parts)
	require.Equal(t, gap+2+1, uint64(began), "the refusal is a record, too")
	do(t, n, Submission{Meta: floor.Meta{ID: "restate-2"}, Command: &floor.Restate{Whole: true}})
	require.Equal(t, floor.Restatement{Whole: began}, n.state.Restatement)
	n.state.Restatement = floor.Restatement{}
	require.Equal(t, before, memory(t, n.state, newMarks(Keep{})), "the site is what it was")
	n.state.Restatement = floor.Restatement{Whole: began}
	do(t, n, counted("hh-1", 4, scanOf("O-1", "1")))
	do(t, n, counted("hh-2", 2, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: -1, Reason: "damaged"}))

	same := func(past *floor.Past) {
		t.Helper()
		ids, last := past.Devices()
		require.Equal(t, []floor.DeviceID{"hh-1", "hh-2"}, ids)
		require.Equal(t, uint64(4), last["hh-1"], "what was dropped counts in its device's number")
		got := past.Under(n.state, nil)
		require.Equal(t, memory(t, foldedAt(t, j, 1).Under(n.state, nil), newMarks(Keep{})), memory(t, got, newMarks(Keep{})))
	}
	// A past stands before its newest command: the newest adjustment is in neither.
	same(foldedAt(t, j, gap+1))
	var past *floor.Past
	past, err = floor.LoadPast(linesOf(t, foldedAt(t, j, gap+1)))
	require.NoError(t, err)
	same(past)

	again := boot(t, j, options())
	require.Equal(t, floor.Restatement{Whole: began}, again.state.Restatement, "known at the next start")
}

// TestARestatementThatIsCutShortIsNotWhole: the box died between two commits of it. Nobody can call it whole, and the next one
// begins anew.
func TestARestatementThatIsCutShortIsNotWhole(t *testing.T) {
	j := journal.NewMem("log-1")
	o := options()
	o.Restate = 1
	n := site(t, j, o)
	at := n.Head().Seq
	do(t, n, Submission{Meta: floor.Meta{ID: "restate-1"}, Command: &floor.Restate{}})
	require.Greater(t, n.Head().Seq, at+3)

	short := journal.NewMem("log-1")
	_, err := j.Read(1, int(at+2), func(_ uint64, raw []byte) error {
		_, err := short.Append(journal.Batch{Entries: [][]byte{bytes.Clone(raw)}})
		return err
	})
	require.NoError(t, err)
	n = boot(t, short, o)
	require.True(t, n.state.Restatement.More)
	require.Equal(t, floor.NothingLeft, do(t, n, Submission{Meta: floor.Meta{ID: "restate-2"}, Command: &floor.Restate{Whole: true}}).Refusal.Code)
	do(t, n, Submission{Meta: floor.Meta{ID: "restate-3"}, Command: &floor.Restate{}})
	require.False(t, n.state.Restatement.More)
	require.Equal(t, at+2+1+1, uint64(n.state.Restatement.Began), "behind the refusal")
	require.Nil(t, do(t, n, Submission{Meta: floor.Meta{ID: "restate-4"}, Command: &floor.Restate{Whole: true}}).Refusal)
	require.Equal(t, floor.NothingLeft, do(t, n, Submission{Meta: floor.Meta{ID: "restate-5"}, Command: &floor.Restate{On: true}}).Refusal.Code, "nothing goes on behind nothing")
}
