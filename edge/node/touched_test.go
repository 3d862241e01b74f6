package node

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// held is a journal of which long readings wait, once, until they are let through; it says how many entries they gave.
type held struct {
	*journal.Mem
	hold    atomic.Bool
	reading chan struct{}
	pass    chan struct{}
	long    atomic.Int64
	first   uint64 // 0: whatever it keeps
}

func (h *held) First() uint64 { return max(h.first, h.Mem.First()) }

func (h *held) Read(from uint64, most int, fn func(uint64, []byte) error) (uint64, error) {
	if from < h.first {
		return from, journal.ErrTrimmed
	}
	if most == 1 {
		return h.Mem.Read(from, most, fn)
	}
	if h.hold.CompareAndSwap(true, false) {
		h.reading <- struct{}{}
		<-h.pass
	}
	return h.Mem.Read(from, most, func(seq uint64, raw []byte) error {
		h.long.Add(1)
		return fn(seq, raw)
	})
}

// TestNobodyWaitsWhileATakingBackIsCompared: what a box did since its copy is read beside the loop, once for all pieces of a taking back, and a
// scan is answered meanwhile. The loop reads what came since.
func TestNobodyWaitsWhileATakingBackIsCompared(t *testing.T) {
	old := journal.NewMem("log-1")
	a := site(t, old, options())
	kept := a.Head().Seq
	do(t, a, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	facts := lostFrom(t, old, kept)

	h := &held{Mem: copyOf(t, old, kept), reading: make(chan struct{}), pass: make(chan struct{})}
	b := boot(t, h, options())
	other := counted("hh-2", 1, &floor.Start{Order: "O-1"})
	other.Meta.Actor = "ben"
	do(t, b, other)
	for i := range 300 {
		do(t, b, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", i))}, Command: &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}})
	}
	own := int64(b.Head().Seq - kept)
	d, end := open(t, b, DoorOptions{})
	pass := sync.OnceFunc(func() { close(h.pass) })
	t.Cleanup(pass)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	h.hold.Store(true)
	pos := facts[len(facts)-1].Pos
	taken := make(chan error, 1)
	put := func(name string, c *floor.TakeBack) error {
		_, err := d.Submit(ctx, Submission{Meta: floor.Meta{ID: floor.CommandID(name)}, Command: c})
		return err
	}
	h.long.Store(0)
	go func() {
		taken <- put("take-1", &floor.TakeBack{Gen: "G1", To: pos, Fork: true, More: true, Facts: facts})
	}()
	select {
	case <-h.reading:
	case <-ctx.Done():
		require.Fail(t, "nothing was read")
	}
	_, err := d.Submit(ctx, counted("hh-3", 1, &floor.Start{Order: "O-2"}))
	require.NoError(t, err, "a scan waits for nobody")
	pass()
	require.NoError(t, <-taken)
	require.LessOrEqual(t, h.long.Load(), own+5, "and the loop read what came since")
	require.NoError(t, put("take-2", &floor.TakeBack{Gen: "G1", To: pos + 1, Fork: true, More: true}))
	require.LessOrEqual(t, h.long.Load(), own+10, "nothing is read twice")
	require.NoError(t, put("take-3", &floor.TakeBack{Gen: "G1", To: pos + 1, Fork: true, Log: "log-2"}))
	require.NoError(t, put("told", &floor.TakeBack{Gen: "G1", To: pos + 1}))
	require.NoError(t, end())
	require.Zero(t, b.touched, "nothing of it is kept")
	require.Zero(t, d.ahead.read)
	said := stands(t, h.Mem, kept)
	require.NotEmpty(t, said)
	require.Equal(t, floor.OrderID("O-1"), said[0].Order)
}

// TestWhatIsKeptOfTheOwnRecordsIsCompared: the log may be trimmed behind the place where it was forked.
func TestWhatIsKeptOfTheOwnRecordsIsCompared(t *testing.T) {
	h := &held{Mem: journal.NewMem("log-1")}
	n := site(t, h.Mem, options())
	do(t, n, counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	do(t, n, counted("hh-1", 2, &floor.Start{Order: "O-2"}))
	h.first = n.Head().Seq
	var seen touched
	require.NoError(t, seen.read(h, 1))
	require.Equal(t, []floor.OrderID{"O-2"}, seen.names.Orders)
	require.Equal(t, n.Head().Seq, seen.upTo)
}
