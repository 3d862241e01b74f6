package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// TestWorkThatWasBegunIsTakenBackThoughItWasRefusedSince: a box is put back, does not know it, and refuses what a device says
// again. The centre's fact shows that it was taken before: that work is begun stands at both ends; what moves goods stays refused.
func TestWorkThatWasBegunIsTakenBackThoughItWasRefusedSince(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	do(t, a, counted("hh-1", 2, scanOf("O-1", "1")))
	var lost []floor.LostFact
	_, err := old.Read(kept+1, 0, func(seq uint64, raw []byte) error {
		lost = append(lost, floor.LostFact{Pos: seq, Raw: append([]byte(nil), raw...)})
		return nil
	})
	require.NoError(t, err)
	require.Len(t, lost, 3, "accepted, begun, picked")

	j := journal.NewMem("log-1")
	b := boot(t, j, options())
	require.Equal(t, floor.UnknownOrder, do(t, b, counted("hh-1", 1, &floor.Start{Order: "O-1"})).Refusal.Code)
	require.Equal(t, floor.UnknownOrder, do(t, b, counted("hh-1", 2, scanOf("O-1", "1"))).Refusal.Code)
	do(t, b, Submission{Meta: floor.Meta{ID: "again"}, Command: assign(1)})
	do(t, b, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G1", To: 9, Fork: true, Log: "log-2", Facts: lost}})
	own := []floor.CommandID(nil)
	_, err = j.Read(1, 0, func(_ uint64, raw []byte) error {
		r, err := floor.Decode(raw)
		if e, is := r.Event.(*floor.FactsTakenBack); is {
			own = append(own, e.Own...)
		}
		return err
	})
	require.NoError(t, err)
	require.Equal(t, []floor.CommandID{"hh-1:2"}, own, "it says of which its own record stands")
	o := b.state.Orders["O-1"]
	require.True(t, o.Started)
	require.True(t, o.Lines[0].Accepted)
	require.Zero(t, o.Lines[0].Picked, "whoever was told no has put it back")
	require.Equal(t, floor.UnknownOrder, do(t, b, counted("hh-1", 1, &floor.Start{Order: "O-1"})).Refusal.Code, "what was told is told again")
	head := b.Head().Seq
	do(t, b, Submission{Meta: floor.Meta{ID: "take-2"}, Command: &floor.TakeBack{Gen: "G2", To: 9, Facts: lost}})
	var behind []string
	_, err = j.Read(head+1, 0, func(_ uint64, raw []byte) error {
		r, err := floor.Decode(raw)
		behind = append(behind, r.Type)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, []string{"picket.local.facts.taken_back.v1", "picket.site.corrected.v1", "picket.site.corrected.v1"}, behind,
		"a centre that was put back since brings it again: it stands already, and what stays refused is told")
	again := boot(t, j, options())
	require.Equal(t, memory(t, b.state, b.marks), memory(t, again.state, again.marks))
}
