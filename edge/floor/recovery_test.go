package floor

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestASiteThatLostRecordsIsWhatItWas: whatever happened on the floor, a site put back to any earlier state and told
// the rest, in pieces that may come twice, is what it was.
func TestASiteThatLostRecordsIsWhatItWas(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := counter(rt)
		for range rapid.IntRange(1, 25).Draw(rt, "commands") {
			flow := rapid.SampledFrom(generators).Draw(rt, "flow")
			w.do(rapid.SampledFrom([]UserID{"anna", "bert"}).Draw(rt, "actor"), flow(rt, w))
		}
		s := NewState()
		s.Policy.PrintHoldLabel = false // as the fixture has it
		kept := rapid.IntRange(0, len(w.log)).Draw(rt, "kept")
		for i := range w.log[:kept] {
			ApplyRecord(s, &w.log[i])
		}
		rest := w.log[kept:]
		seq := Seq(kept)
		for at := 0; at < len(rest); {
			piece := rapid.IntRange(1, 20).Draw(rt, "piece")
			to := min(len(rest), at+piece)
			c := &TakeBack{Gen: "G1", To: uint64(kept + to), Fork: true, More: to < len(rest), Log: "L2"}
			for i := max(0, at-rapid.IntRange(0, 3).Draw(rt, "again")); i < to; i++ {
				raw, err := rest[i].AppendTo(nil)
				require.NoError(rt, err)
				c.Facts = append(c.Facts, LostFact{Pos: uint64(kept + i + 1), Raw: raw})
			}
			events, no := Decide(s, Meta{ID: CommandID("import/" + itoa(at)), Now: noon}, c)
			require.Nil(rt, no)
			for _, rec := range Records("/t/x/s/y/n/z", "L2", seq+1, Meta{ID: CommandID("import/" + itoa(at)), Now: noon}, events) {
				raw, err := rec.AppendTo(nil)
				require.NoError(rt, err)
				back, err := Decode(raw)
				require.NoError(rt, err)
				ApplyRecord(s, &back)
				seq++
			}
			at = to
		}
		if len(rest) > 0 {
			events, no := Decide(s, Meta{ID: "told", Now: noon}, &TakeBack{Gen: "G1", To: uint64(len(w.log))})
			require.Nil(rt, no)
			for _, rec := range Records("/t/x/s/y/n/z", "L2", seq+1, Meta{ID: "told", Now: noon}, events) {
				ApplyRecord(s, &rec)
			}
			require.Nil(rt, s.Recovery, "no device is waited for")
			require.Equal(rt, uint64(len(w.log)), s.Known.Pos)
		}
		for i := range w.s.Blocks {
			if w.s.Blocks[i].Next <= w.s.Blocks[i].To && len(rest) > 0 {
				require.Greater(rt, s.Blocks[i].Next, s.Blocks[i].To, "numbers nobody can vouch for are burnt")
			}
		}
		s.Known, s.Blocks = Known{}, w.s.Blocks
		undoubted(s)
		undoubted(w.s)
		require.Equal(rt, plainly(dump(rt, w.s)), plainly(dump(rt, s)))
	})
}

// plainly leaves out what a recovery adds.
func plainly(text string) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.Contains(line, `"recovering"`) && !strings.Contains(line, `"numbers_burnt"`) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// undoubted makes no difference between paper that is asked for and paper that may be there.
func undoubted(s *State) {
	plain := func(j *Job) {
		if j.waiting() || j.State == JobUnknown {
			j.State, j.Reasons = JobUnknown, nil
		}
	}
	for _, o := range s.Orders {
		o.Unheard = 0
		for i := range o.Jobs {
			plain(&o.Jobs[i])
		}
	}
	for _, j := range s.PaperJobs() {
		plain(j)
	}
}

// While the feed has still to come again, neither facts that were added at the centre nor the loss of the last device
// make a site whole.
func TestASiteIsNotWholeBeforeItsFeedStandsWhereItEnded(t *testing.T) {
	s, seq := NewState(), Seq(0)
	give := func(id CommandID, down *Down, c Command) {
		t.Helper()
		m := Meta{ID: id, Now: noon, Down: down}
		events, no := Decide(s, m, c)
		require.Nil(t, no)
		for _, rec := range Records("/t/x/s/y/n/z", "L2", seq+1, m, events) {
			ApplyRecord(s, &rec)
			seq++
		}
	}
	give("start", nil, &TakeBack{Gen: "none", Fork: true, More: true, Devices: []DeviceID{"hh-1"}})
	give("told", nil, &TakeBack{Gen: "G1", To: 4, Feed: 1})
	give("lost", nil, &LoseDevice{Device: "hh-1", Reason: "it fell into the dock"})
	require.True(t, s.Awaits())
	require.Empty(t, s.Recovery.Waits)
	give("added", nil, &TakeBack{Gen: "G1", To: 5})
	require.True(t, s.Awaits())
	give("feed", &Down{Lineage: 1, Seq: 1, Hash: "aa"}, &SetItem{Item: Item{SKU: "OAT", Name: "Oats"}})
	require.True(t, s.Whole())
	give("end", nil, &EndRecovery{})
	require.Nil(t, s.Recovery)
}
