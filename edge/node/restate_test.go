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
// come to what all of its records come to. At the site itself it changes nothing, and a second one counts from its own.
func TestWhatIsRestatedIsAllThereWas(t *testing.T) {
	j := journal.NewMem("log-1")
	n := site(t, j, options())
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
	past, err := floor.LoadPast(linesOf(t, foldedAt(t, j, gap+1)))
	require.NoError(t, err)
	same(past)

	again := boot(t, j, options())
	require.Equal(t, floor.Restatement{Whole: began}, again.state.Restatement, "known at the next start")
}
