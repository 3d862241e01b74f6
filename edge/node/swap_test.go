package node

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// pastOf folds a journal's entries as the centre does with what it was told, and gives the facts behind.
func pastOf(t *testing.T, j *journal.Mem) (p Past, behind []floor.LostFact) {
	past := floor.NewPast()
	var all []floor.LostFact
	_, err := j.Read(1, 0, func(seq uint64, raw []byte) error {
		all = append(all, floor.LostFact{Pos: seq, Raw: bytes.Clone(raw)})
		return past.Add(seq, bytes.Clone(raw))
	})
	require.NoError(t, err)
	return Past{ID: "s", Gen: "G1", Pos: past.Pos(), Fork: true, Lines: linesOf(t, past)}, all[past.Pos():]
}

func linesOf(t *testing.T, past *floor.Past) []byte {
	var b bytes.Buffer
	require.NoError(t, past.Lines(func(line []byte) error {
		b.Write(line)
		return b.WriteByte('\n')
	}))
	return b.Bytes()
}

// TestABoxTakesItsPastAsOne: a box put back to an old copy takes what its facts come to in one commit. What it was told
// meanwhile stands on top, what is known is not counted twice, answers and numbers go on, and behind it the taking back
// ends as it always does.
func TestABoxTakesItsPastAsOne(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 2, &floor.Start{Order: "O-1"}))
	do(t, a, counted("hh-1", 3, scanOf("O-1", "1")))
	do(t, a, counted("hh-1", 4, scanOf("O-1", "1")))
	fed := Submission{
		Meta:    floor.Meta{ID: "centre-7", Down: &floor.Down{Lineage: 1, Seq: 1, Hash: "aa"}},
		Command: assign(9),
		Rows:    []journal.Row{{Kind: "pii", Key: []byte("O-9"), Value: []byte("sealed")}},
	}
	require.Equal(t, floor.OutcomeAccepted, do(t, a, fed).Outcome)
	do(t, a, Submission{Meta: floor.Meta{ID: "call-1"}, Command: &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 2, Reason: "found"}})
	p, facts := pastOf(t, old)
	require.NotEmpty(t, facts, "a past stands before the newest command")
	p.Common = kept

	j := journal.NewMem("log-1")
	_, err := old.Read(1, int(kept), func(_ uint64, raw []byte) error {
		_, err := j.Append(journal.Batch{Entries: [][]byte{bytes.Clone(raw)}})
		return err
	})
	require.NoError(t, err)
	b := boot(t, j, options())
	do(t, b, counted("hh-1", 2, &floor.Start{Order: "O-1"})) // the device says it again before the centre speaks
	do(t, b, counted("hh-2", 1, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: -1, Reason: "damaged"}))
	before := j.Head()

	damaged := p
	damaged.Lines = bytes.Replace(p.Lines, []byte(`"past":1`), []byte(`"past":9`), 1)
	_, err = Swap(j, options(), day, damaged)
	require.ErrorContains(t, err, "past: line 1: past: is 9, but this version reads 1")
	damaged.Lines = p.Lines[:len(p.Lines)-3]
	_, err = Swap(j, options(), day, damaged)
	require.ErrorContains(t, err, "has no end")
	damaged.Lines, damaged.Pos = p.Lines, p.Pos+1
	_, err = Swap(j, options(), day, damaged)
	require.ErrorContains(t, err, "want ")
	require.Equal(t, before, j.Head(), "nothing is changed by what cannot be read")

	done, err := Swap(j, options(), day, p)
	require.NoError(t, err)
	require.True(t, done)
	done, err = Swap(j, options(), day, p)
	require.NoError(t, err)
	require.False(t, done, "once")
	upon := floor.Upon{Gen: "G1", Pos: p.Pos, Seq: floor.Seq(j.Head().Seq)}

	b = boot(t, j, options())
	require.Equal(t, "log-1", b.Head().Log)
	require.Equal(t, floor.Known{Gen: "G1", Pos: p.Pos}, b.state.Known)
	require.Equal(t, []floor.DeviceID{"hh-1", "hh-2"}, b.state.Recovery.Waits)
	require.Equal(t, uint64(4), b.Last("hh-1"))
	require.Equal(t, uint64(1), b.Last("hh-2"))
	for _, fresh := range []bool{false, true} { // from the swap's own snapshot, and from the next
		if fresh {
			b = boot(t, j, Options{SnapshotEvery: 1})
			do(t, b, counted("hh-3", 1, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
			do(t, b, counted("hh-3", 2, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: -1, Reason: "damaged"}))
			b = boot(t, j, options())
		}
		state, marks, _, err := Load(j)
		require.NoError(t, err)
		require.Equal(t, upon, state.Upon, "what the records stand upon is told in each hello")
		marks.Devices(func(id floor.DeviceID, n uint64, seq floor.Seq) {
			require.Greater(t, uint64(seq), before.Seq, "%s, %d: no device forgets what only a centre has that may be put back", id, n)
		})
	}
	require.Equal(t, a.state.Orders["O-1"].Lines, b.state.Orders["O-1"].Lines)
	require.Contains(t, b.state.Orders, floor.OrderID("O-9"))
	for i, f := range facts {
		c := &floor.TakeBack{Gen: "G1", To: f.Pos, Fork: true, More: i < len(facts)-1, Log: "log-2", Facts: []floor.LostFact{f}}
		require.Equal(t, floor.OutcomeAccepted, do(t, b, Submission{Meta: floor.Meta{ID: floor.CommandID("take-" + string(rune('a'+i)))}, Command: c}).Outcome)
	}
	require.Equal(t, "log-2", j.Head().Log)
	require.Equal(t, a.state.OnHand(floor.InBin("A-1"), "OAT")-1, b.state.OnHand(floor.InBin("A-1"), "OAT"))
	require.Zero(t, b.state.NumbersLeft("sscc"), "numbers that may have been drawn are burnt")
	require.Equal(t, floor.OutcomeDuplicate, do(t, b, counted("hh-1", 4, scanOf("O-1", "1"))).Outcome)
	require.Equal(t, 2, b.state.Orders["O-1"].Lines[0].Picked, "counted once")

	require.Equal(t, floor.OutcomeAccepted, do(t, b, fed).Outcome)
	_, ok, err := j.Row("pii", []byte("O-9"))
	require.NoError(t, err)
	require.True(t, ok, "the row that was lost with its record came again")

	fresh := boot(t, j, options())
	require.Equal(t, memory(t, b.state, b.marks), memory(t, fresh.state, fresh.marks), "the journal's replay is the live memory")
}

// TestASwapKeepsWhatABoxTookBack: of what a box took back the centre knows nothing any more, as it was put back since. The past it
// hands over stands below it, and the command is known: its device is told that it was given.
func TestASwapKeepsWhatABoxTookBack(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	p, _ := pastOf(t, old)
	do(t, a, counted("hh-1", 2, scanOf("O-1", "1")))
	facts := []floor.LostFact{}
	_, err := old.Read(a.Head().Seq, 1, func(seq uint64, raw []byte) error {
		facts = append(facts, floor.LostFact{Pos: seq, Raw: bytes.Clone(raw)})
		return nil
	})
	require.NoError(t, err)
	j := journal.NewMem("log-1")
	b := boot(t, j, options())
	do(t, b, Submission{Meta: floor.Meta{ID: "take-1"}, Command: &floor.TakeBack{Gen: "G0", To: 90, Fork: true, Log: "log-2", Facts: facts}})
	done, err := Swap(j, options(), day, p)
	require.NoError(t, err)
	require.True(t, done)
	b = boot(t, j, options())
	require.Equal(t, 1, b.state.Orders["O-1"].Lines[0].Picked)
	require.Equal(t, uint64(2), b.Last("hh-1"))
	require.Equal(t, floor.OutcomeDuplicate, do(t, b, counted("hh-1", 2, scanOf("O-1", "1"))).Outcome)
	require.Equal(t, 1, b.state.Orders["O-1"].Lines[0].Picked, "counted once")
}

// A commit that fails leaves the box as it was.
func TestASwapThatFailsChangesNothing(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	do(t, a, counted("hh-1", 1, &floor.Accept{Order: "O-1"}))
	do(t, a, counted("hh-1", 2, &floor.Start{Order: "O-1"}))
	p, _ := pastOf(t, old)
	j := journal.NewMem("log-2")
	site(t, j, options())
	head := j.Head()
	_, err := Swap(noAppend{j}, options(), day, p)
	require.ErrorIs(t, err, ErrStopped)
	require.Equal(t, head, j.Head())
	n := boot(t, j, options())
	require.Empty(t, n.state.Known.Gen)
}

type noAppend struct{ *journal.Mem }

func (noAppend) Append(journal.Batch) (journal.Position, error) {
	return journal.Position{}, errors.New("the disk said no")
}

// FuzzPast: whatever comes as a past is taken or refused in words, and what is taken is written as it was read.
func FuzzPast(f *testing.F) {
	f.Add([]byte("{\"past\":1,\"pos\":3,\"devices\":1,\"calls\":1}\n{\"device\":\"hh-1\",\"last\":2}\n{\"call\":\"c\",\"at\":5}\n{\"item\":{\"sku\":\"OAT\",\"name\":\"Oat\"}}\n"))
	f.Add([]byte("{\"past\":1,\"pos\":3,\"devices\":-1,\"calls\":9}\n"))
	f.Add([]byte("{\"past\":1}\n{\"order\":{\"id\":\"O-1\"}}\n{\"place\":{\"id\":\"bin/A\"}}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		past, err := floor.LoadPast(data)
		if err != nil {
			require.ErrorContains(t, err, "past: ")
			return
		}
		again, err := floor.LoadPast(linesOf(t, past))
		require.NoError(t, err)
		require.Equal(t, past.Pos(), again.Pos())
		require.Equal(t, past.Calls(), again.Calls())
	})
}
