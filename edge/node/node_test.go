package node

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

func TestRowsGoWithTheCommandAndOnlyOnce(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := site(t, mem, options())
	row := func(v string) []journal.Row {
		return []journal.Row{{Kind: "doc", Key: []byte("user/anna"), Value: []byte(v)}}
	}
	doc := func(version uint64) *floor.SetDoc {
		return &floor.SetDoc{Doc: floor.Doc{Kind: "user", Key: "anna", Version: version, Digest: "d"}}
	}
	set := func(id string, version uint64, v string) Submission {
		return Submission{Meta: floor.Meta{ID: floor.CommandID(id)}, Command: doc(version), Rows: row(v)}
	}
	require.Equal(t, floor.OutcomeAccepted, do(t, n, set("a", 2, "two")).Outcome)
	require.Equal(t, floor.OutcomeRefused, do(t, n, set("b", 1, "one")).Outcome)
	require.Equal(t, floor.OutcomeDuplicate, do(t, n, set("a", 2, "another")).Outcome)
	v, ok, err := mem.Row("doc", []byte("user/anna"))
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "two", string(v), "rows of a refused or repeated command are dropped")

	head := n.Head()
	for _, bad := range []journal.Row{{Key: []byte("k")}, {Kind: "doc"}, {Kind: "a\x00b", Key: []byte("k")}, {Kind: "doc", Key: []byte("k"), Value: make([]byte, journal.MaxRowBytes+1)}} {
		s := set("c", 3, "three")
		s.Rows = append(s.Rows, bad)
		replies, err := n.Step(day, []Submission{s})
		require.NoError(t, err)
		require.ErrorIs(t, replies[0].Err, ErrInvalid)
		require.ErrorContains(t, replies[0].Err, "rows[1]")
	}
	require.Equal(t, head, n.Head())
}

func TestWhatHasNoNameIsTurnedAway(t *testing.T) {
	n := site(t, journal.NewMem("log-1"), options())
	head := n.Head()
	for field, s := range map[string]Submission{
		"id":      {Command: &floor.Start{Order: "O-1"}},
		"n":       {Meta: floor.Meta{Device: "hh-1", ID: "x"}, Command: &floor.Start{Order: "O-1"}},
		"device":  {Meta: floor.Meta{Device: "hh 1", N: 1}, Command: &floor.Start{Order: "O-1"}},
		"command": {Meta: floor.Meta{ID: "x"}},
	} {
		replies, err := n.Step(day, []Submission{s})
		require.NoError(t, err)
		require.ErrorIs(t, replies[0].Err, ErrInvalid, field)
		require.ErrorContains(t, replies[0].Err, field+":")
	}
	require.Equal(t, head, n.Head())
}

func TestARecordTooLargeIsRefusedAndStopsNothing(t *testing.T) {
	n := site(t, journal.NewMem("log-1"), options())
	huge := Unknown(strings.Repeat("x", floor.MaxFact)) // with its envelope it is longer
	a := do(t, n, counted("hh-1", 1, huge))
	require.Equal(t, floor.OutcomeRefused, a.Outcome)
	require.Equal(t, floor.BadField, a.Refusal.Code)
	require.Contains(t, a.Refusal.Args["why"], "at most 60416")
	require.Equal(t, floor.OutcomeAccepted, do(t, n, counted("hh-1", 2, &floor.Start{Order: "O-1"})).Outcome)
	require.Equal(t, a, do(t, n, counted("hh-1", 1, huge)), "and the same answer again")
}

func TestAGroupTooLargeForOneCommitTakesSeveral(t *testing.T) {
	mem := journal.NewMem("log-1")
	j := &tally{Mem: mem}
	n := site(t, j, options())
	var subs []Submission
	for i := range 800 {
		big := Unknown(strings.Repeat("x", 50_000))
		subs = append(subs, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", i))}, Command: big})
	}
	before := j.commits
	replies, err := n.Step(day, subs)
	require.NoError(t, err)
	require.Len(t, replies, 800)
	require.Equal(t, 5, j.commits-before, "40 MB in groups of a little more than 8 MiB")
	require.EqualValues(t, replies[0].Answer.Seq+799, replies[799].Answer.Seq)
}

// tally counts commits.
type tally struct {
	*journal.Mem
	commits int
}

func (j *tally) Append(b journal.Batch) (journal.Position, error) {
	j.commits++
	return j.Mem.Append(b)
}

func TestSnapshotsBoundTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.db")
	f, err := journal.Open(path, journal.Options{Log: "log-1"})
	require.NoError(t, err)
	opt := Options{Source: source, SnapshotEvery: 50, ChunksPer: 1}
	n := site(t, f, opt)
	for i := range 160 {
		do(t, n, counted("hh-1", uint64(i+1), &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
		do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", i))}, Command: scanOf("O-1", "1")})
	}
	s, ok := f.Snapshot()
	require.True(t, ok)
	require.Greater(t, s.Seq, uint64(190))
	want := memory(t, n.state, n.marks)
	require.NoError(t, f.Close())

	f, err = journal.Open(path, journal.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	tail := &watched{File: f}
	n = boot(t, tail, opt)
	require.Equal(t, want, memory(t, n.state, n.marks))
	require.Equal(t, s.Seq+1, tail.from, "only what is behind the snapshot is read")
	a := do(t, n, counted("hh-1", 120, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
	require.Equal(t, floor.OutcomeDuplicate, a.Outcome)
	require.NotZero(t, a.Seq)
}

type watched struct {
	*journal.File
	from uint64
}

func (w *watched) Read(from uint64, max int, fn func(uint64, []byte) error) (uint64, error) {
	if w.from == 0 {
		w.from = from
	}
	return w.File.Read(from, max, fn)
}

func TestADamagedJournalDoesNotStart(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := site(t, mem, options())
	_, err := Boot(&forged{Mem: mem, at: n.Head().Seq / 2}, options())
	require.ErrorIs(t, err, journal.ErrCorrupt)

	_, err = mem.Append(journal.Batch{Entries: [][]byte{[]byte(`{"specversion":"1.0","id":"x/0","type":"picket.order.teleported.v9","seq":11,"cause":"x","data":{}}`)}})
	require.NoError(t, err)
	_, err = Boot(mem, options())
	require.ErrorIs(t, err, floor.ErrUnknownType, "a later version wrote it")
}

// forged changes one entry as it is read.
type forged struct {
	*journal.Mem
	at uint64
}

func (f *forged) Read(from uint64, max int, fn func(uint64, []byte) error) (uint64, error) {
	return f.Mem.Read(from, max, func(seq uint64, raw []byte) error {
		if seq == f.at {
			raw = []byte(strings.Replace(string(raw), "50", "51", 1))
		}
		return fn(seq, raw)
	})
}

func TestOldEntriesGoWhenNobodyNeedsThem(t *testing.T) {
	mem := journal.NewMem("log-1")
	opt := Options{Source: source, SnapshotEvery: 1000, Retain: 30 * 24 * time.Hour}
	n := site(t, mem, opt)
	add := func(now time.Time, count int) {
		var subs []Submission
		for range count {
			subs = append(subs, counted("hh-1", n.Last("hh-1")+1+uint64(len(subs)), &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
		}
		for len(subs) > 0 {
			k := min(64, len(subs))
			_, err := n.Step(now, subs[:k])
			require.NoError(t, err)
			subs = subs[k:]
		}
	}
	idle := func(now time.Time) {
		for range 40 {
			_, err := n.Step(now, nil)
			require.NoError(t, err)
		}
	}
	add(day, 3000)
	old := n.Head().Seq
	idle(day)
	require.EqualValues(t, 1, mem.First())

	n.Stable(floor.Seq(old))
	idle(day.AddDate(0, 0, 29))
	require.EqualValues(t, 1, mem.First(), "younger than the retention")

	require.NoError(t, mem.SetCursor(journal.Cursor{Name: "spool", Seq: 500, Hold: true}))
	require.NoError(t, mem.Flush())
	add(day.AddDate(1, 0, 0), 1)
	idle(day.AddDate(1, 0, 0))
	require.EqualValues(t, 1, mem.First(), "a clock that jumps makes nothing old")
	n = boot(t, mem, opt)
	n.Stable(floor.Seq(old))
	later := day.AddDate(0, 0, 31)
	for at := day; at.Before(later); at = at.Add(12 * time.Hour) {
		add(at, 1)
	}
	add(later, 1000)
	idle(later)
	require.LessOrEqual(t, mem.First(), uint64(501), "a reader still needs them")
	require.Greater(t, mem.First(), uint64(256))

	require.NoError(t, mem.SetCursor(journal.Cursor{Name: "spool", Seq: n.Head().Seq, Hold: true}))
	add(later, 1001)
	idle(later)
	require.LessOrEqual(t, mem.First(), old+1, "nothing that is not stable")
	require.Greater(t, mem.First(), old-256)

	a := do(t, n, counted("hh-1", 5, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
	require.Equal(t, floor.OutcomeDuplicate, a.Outcome)
	want := memory(t, n.state, n.marks)
	n = boot(t, mem, opt)
	require.Equal(t, n.Last("hh-1"), uint64(5064))
	n.Stable(floor.Seq(old))
	require.Equal(t, want, memory(t, n.state, n.marks))
}

func TestCallsAreKeptForATimeAndNeverFewerThanSo(t *testing.T) {
	m := newMarks(Keep{Calls: time.Hour, MinCalls: 3})
	take := func(id string, at time.Time) {
		m.take(&floor.Record{Seq: 1, Cause: floor.CommandID(id), Time: at}, 1)
	}
	knows := func(id string) bool {
		_, known, err := m.find(&Submission{Meta: floor.Meta{ID: floor.CommandID(id)}})
		require.NoError(t, err)
		return known
	}
	for i := range 5 {
		take(fmt.Sprintf("c-%d", i), day)
	}
	require.True(t, knows("c-0"), "young")
	take("late", day.Add(2*time.Hour)) // or the clock jumped: nobody can tell
	require.False(t, knows("c-0"))
	require.True(t, knows("c-3"), "the last few are kept whatever the clock says")
	require.True(t, knows("late"))

	m = newMarks(Keep{Ops: 2})
	for n := uint64(1); n <= 3; n++ {
		m.take(&floor.Record{Seq: floor.Seq(n), Cause: OpID("hh-1", n), Device: "hh-1", N: n}, 1)
	}
	was, known, err := m.find(&Submission{Meta: floor.Meta{Device: "hh-1", N: 1, ID: "hh-1:1"}})
	require.NoError(t, err)
	require.True(t, known, "a number below the last is never new")
	require.Zero(t, was)
}
