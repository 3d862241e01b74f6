package node

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
	"picket/edge/journal"
)

// command draws any command of the floor over a small site, sensible and not.
func command(t *rapid.T) floor.Command {
	order := floor.OrderID(rapid.SampledFrom([]string{"O-1", "O-2", "O-3", "O-9"}).Draw(t, "order"))
	line := floor.LineID(rapid.SampledFrom([]string{"1", "2"}).Draw(t, "line"))
	sku := map[floor.LineID]floor.SKU{"1": "OAT", "2": "SOY"}[line]
	qty := rapid.IntRange(0, 3).Draw(t, "qty")
	unit := floor.UnitID(rapid.SampledFrom([]string{"395212340000000014", "395212340000000021", "395212340000000038"}).Draw(t, "unit"))
	job := floor.JobID(rapid.SampledFrom([]string{"hh-1:9/1", "hh-2:7/1", "setup-1/0"}).Draw(t, "job"))
	return rapid.SampledFrom([]floor.Command{
		&floor.Accept{Order: order}, &floor.Decline{Order: order, Lines: []floor.LineID{line}, Reason: "not_in_stock"}, &floor.Start{Order: order, TakeOver: qty == 0},
		&floor.Scan{Order: order, Line: line, SKU: sku, Qty: qty}, &floor.Scan{Order: order, SKU: sku, Qty: qty, Done: true},
		&floor.Scan{Order: order, Line: line, SKU: sku, Qty: 1}, &floor.Undo{Order: order, Line: line, Qty: qty},
		&floor.ReportShort{Order: order, Line: line, Qty: qty, Reason: floor.NotInStock}, &floor.Finish{Order: order},
		&floor.OpenUnit{Order: order}, &floor.AddToUnit{Unit: unit, Line: line, Qty: qty}, &floor.TakeFromUnit{Unit: unit, Line: line, Qty: qty},
		&floor.CloseUnit{Unit: unit}, &floor.VoidUnit{Unit: unit, Reason: "torn"}, &floor.StartPrint{Job: job}, &floor.HandOver{Unit: unit},
		&floor.AdjustStock{SKU: sku, Bin: "A-1", Delta: qty - 1, Reason: "found"}, &floor.SignOut{ID: "nobody"},
		&floor.Malformed{Was: "pick.scan", Why: "data: is missing"}, Unknown("pick.guess"),
	}).Draw(t, "command")
}

// Whatever is cut off when, sent again or twice: a site that crashed ends as one that did not, in its memory, in
// its journal but for the times, and in every answer.
func TestCrashesLeaveNoTrace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		devices := []string{"hh-1", "hh-2"}
		opt := Options{Source: source, SnapshotEvery: rapid.IntRange(1, 40).Draw(t, "snapshot every"), ChunksPer: 1}
		calm, rough := journal.NewMem("log-1"), journal.NewMem("log-1")
		a, b := site(t, calm, Options{Source: source, SnapshotEvery: 1 << 30}), site(t, rough, opt)
		next := map[string]uint64{}
		feed := uint64(0)
		var said []Submission // everything that was answered, to be asked again
		var answers []floor.Answer
		for round := range rapid.IntRange(1, 12).Draw(t, "rounds") {
			var group []Submission
			for range rapid.IntRange(0, 6).Draw(t, "size") {
				who := rapid.SampledFrom([]string{"hh-1", "hh-2", "call", "feed"}).Draw(t, "who")
				switch who {
				case "call":
					group = append(group, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("call-%d-%d", round, len(group))), Actor: "bo"}, Command: command(t)})
				case "feed":
					feed++
					s := Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("rec-%d", feed)), Down: &floor.Down{Lineage: 1, Seq: feed, Hash: "c0ffee"}}}
					s.Command = assign(rapid.IntRange(1, 8).Draw(t, "order no"))
					group = append(group, s)
				default:
					next[who]++
					group = append(group, counted(who, next[who], command(t)))
				}
			}
			now := day.Add(time.Duration(round) * time.Minute)
			want, err := a.Step(now, copied(group))
			require.NoError(t, err)
			if rapid.Bool().Draw(t, "crash") {
				rough.FailNext(journal.Fault{Err: errors.New("EIO"), Kept: rapid.Bool().Draw(t, "kept")})
				_, err := b.Step(now, copied(group))
				if err != nil {
					require.ErrorIs(t, err, ErrStopped)
					_, again := b.Step(now, nil)
					require.ErrorIs(t, again, ErrStopped, "a fault is for ever")
				}
				rough.Crash()
				b = boot(t, rough, opt)
			}
			got, err := b.Step(now, copied(group)) // sent, or sent again by those who heard nothing
			require.NoError(t, err)
			for i := range group {
				require.NoError(t, got[i].Err)
				if group[i].Meta.Down == nil || got[i].Answer.Outcome != floor.OutcomeDuplicate {
					require.Equal(t, once(want[i].Answer), once(got[i].Answer), "%d: %#v", i, group[i].Command)
				}
				if group[i].Meta.Down == nil {
					said, answers = append(said, group[i]), append(answers, want[i].Answer)
				}
			}
			if len(said) > 0 {
				i := rapid.IntRange(0, len(said)-1).Draw(t, "asked again")
				head := b.Head()
				got, err := b.Step(now, copied(said[i:i+1]))
				require.NoError(t, err)
				require.Equal(t, once(answers[i]), once(got[0].Answer))
				require.Equal(t, head.Seq, b.Head().Seq, "a second effect")
			}
		}
		require.Equal(t, memory(t, a.state, a.marks), memory(t, b.state, b.marks))
		require.Equal(t, records(t, calm, 1), records(t, rough, 1))
		state, marks, seq, err := Load(rough)
		require.NoError(t, err)
		require.EqualValues(t, b.Head().Seq, seq)
		require.Equal(t, memory(t, b.state, b.marks), memory(t, state, marks), "replay equals what is live")
		for _, d := range devices {
			require.Equal(t, next[d], marks.Last(floor.DeviceID(d)))
		}
	})
}

// once is an answer without the difference between the first time and the second.
func once(a floor.Answer) floor.Answer {
	if a.Outcome == floor.OutcomeDuplicate {
		a.Outcome = floor.OutcomeAccepted
	}
	return a
}

func copied(subs []Submission) []Submission { return append([]Submission(nil), subs...) }
