package reconcile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/wire"
)

// snaps folds what the centre of a world holds: the facts themselves, made long enough that some make a few pieces.
type snaps struct{ w *world }

const padding = 4 << 10

func (s snaps) bytes(pos int) []byte {
	var b bytes.Buffer
	for _, raw := range s.w.centreIn.raws[:pos] {
		b.WriteString(raw)
		b.WriteString(strings.Repeat(" ", padding))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func (s snaps) Ready(knows wire.Pos) (SnapshotInfo, bool, bool) {
	pos := len(s.w.centreIn.raws) - 1
	if s.w.snaps == 0 || pos-int(knows) < s.w.snaps {
		return SnapshotInfo{}, false, true
	}
	data := s.bytes(pos)
	return SnapshotInfo{ID: wire.SnapshotID(fmt.Sprintf("at-%d", pos)), Pos: wire.Pos(pos), Bytes: int64(len(data)), Digest: wire.Sum(data)}, false, false
}

func (s snaps) Piece(id wire.SnapshotID, index int) ([]byte, error) {
	var pos int
	if _, err := fmt.Sscanf(string(id), "at-%d", &pos); err != nil {
		return nil, err
	}
	data := s.bytes(pos)[index*wire.MaxPiece:]
	return data[:min(len(data), wire.MaxPiece)], nil
}

// stage is the durable half of a site's shell.
func (w *world) stage(e Stage) Staged {
	if w.rng.Float64() < w.commitFail {
		return Staged{Have: w.staged.Have, Err: errDisk}
	}
	if e.ID != w.staged.ID {
		w.staged, w.pieces = wire.Held{ID: e.ID}, nil
	}
	if e.Index > w.staged.Have {
		w.broken(fmt.Sprintf("piece %d came behind %d", e.Index, w.staged.Have))
		return Staged{}
	}
	w.pieces = append(w.pieces[:e.Index*wire.MaxPiece:e.Index*wire.MaxPiece], e.Data...)
	w.staged.Have = e.Index + 1
	if !e.Last() {
		return Staged{Have: w.staged.Have}
	}
	whole := w.pieces
	w.staged, w.pieces = wire.Held{}, nil
	if wire.Sum(whole) != e.Digest {
		return Staged{}
	}
	for _, raw := range slices.Collect(bytes.Lines(whole)) {
		g, err := wire.Peek(bytes.TrimSpace(raw))
		if err != nil {
			w.broken("site: " + err.Error())
		}
		w.imported[g.ID] = true
	}
	w.swaps++
	w.siteState.Pos, w.siteState.Gen = e.Pos, e.Gen
	if e.Fork {
		w.siteState.Mode = wire.ModeRecovering
	}
	return Staged{Swapped: true}
}

// A box that has nothing takes a long past by a snapshot, whatever the line and either end do meanwhile.
func TestALongPastComesAsASnapshot(t *testing.T) {
	for seed := uint64(1); seed <= 20; seed++ {
		w := newWorld(seed, goodLine)
		w.snaps = 20
		w.siteWrites(300)
		w.centreWrites(20)
		w.run(10 * time.Second)
		require.Empty(t, w.agree(), w.tail(40))
		*w.siteLog = *newLog("SITELOG2")
		w.siteState = SiteState{}
		w.imported, w.taken = map[string]bool{}, 20
		w.siteIn = newInbox("0")
		w.startSite()
		w.net.Faults(linktest.Faults{Drop: 0.1, Dup: 0.1, DelayMin: time.Millisecond, DelayMax: 300 * time.Millisecond})
		for i := range 6 {
			w.run(700 * time.Millisecond)
			switch {
			case i%3 == 0:
				w.startSite()
			case i%3 == 1:
				w.startCentre()
			}
		}
		w.net.Faults(goodLine)
		w.siteWrites(3)
		w.run(2 * time.Minute)
		require.NoError(t, w.fail, w.tail(60))
		require.GreaterOrEqual(t, w.swaps, 1, "seed %d\n%s", seed, w.tail(60))
		require.Equal(t, 303, len(w.imported)+len(w.siteLog.raws), "seed %d: it knows every fact", seed)
		require.Equal(t, w.siteLog.Head(), w.centreIn.cursor, "seed %d\n%s", seed, w.tail(60))
		require.Equal(t, wire.ModeRecovering, w.siteState.Mode)
	}
}

// A piece that was changed on its way, one that skips another, and pieces of two snapshots are not put together.
func TestPiecesThatDoNotFitAreNotKept(t *testing.T) {
	w := newWorld(1, goodLine)
	w.snaps = 1
	w.startSite()
	w.net.Cut("site", true)
	w.net.Cut("centre", true)
	e := w.site
	greet := func() {
		for e.phase == siteDown || e.phase == siteOpen || e.phase == siteRefused {
			e.Step(w.now, LinkUp{})
		}
		e.phase, e.chal = siteProving, &wire.ChallengeMsg{Nonce: e.nonce, Chal: "c", Gen: "GEN1"}
	}
	piece := func(id wire.SnapshotID, index int) *wire.Snapshot {
		data := bytes.Repeat([]byte{byte(index + 1)}, wire.MaxPiece)
		return &wire.Snapshot{Nonce: e.nonce, ID: id, Pos: 9, Bytes: 4 * wire.MaxPiece, Pieces: 4, Index: index, Sum: wire.Sum(data), More: true, Data: data}
	}
	take := func(m *wire.Snapshot) []Effect {
		raw, err := wire.Encode(m)
		require.NoError(t, err)
		return e.Step(w.now, Received{Channel: wire.ChannelSnap, Payload: raw})
	}
	dropped := func(out []Effect, why string) {
		t.Helper()
		require.Len(t, out, 1)
		require.Equal(t, why, out[0].(Dropped).Why)
	}
	greet()
	bad := piece("a", 0)
	bad.Data = bytes.Clone(bad.Data)
	bad.Data[5] ^= 1
	dropped(take(bad), "a piece that is not what its hash says")
	dropped(take(piece("a", 1)), "a piece before it is missing")
	out := take(piece("a", 0))
	require.IsType(t, Stage{}, out[len(out)-1])
	dropped(take(piece("b", 1)), "a piece before it is missing")
	dropped(take(piece("a", 2)), "a piece before it is missing")
	require.Empty(t, take(piece("a", 1)), "it waits for the commit")
	out = e.Step(w.now, Staged{Have: 1})
	require.Equal(t, 1, out[0].(Stage).Index)
	out = e.Step(w.now, Staged{Have: 2})
	require.Empty(t, out, "the next is on its way")
	require.Equal(t, wire.Held{ID: "a", Have: 2}, *e.pieces())
	dropped(take(piece("b", 2)), "a piece before it is missing")
	stale := piece("a", 2)
	stale.Nonce = "old"
	dropped(take(stale), "an answer to another hello")
	require.IsType(t, Stage{}, take(piece("a", 2))[0])
	out = e.Step(w.now, Staged{Have: 2, Err: errDisk})
	require.Equal(t, TroubleApply, out[0].(Trouble).Code)
	require.Equal(t, siteRefused, e.phase, "it says hello again a little later")
	require.False(t, e.Next().IsZero())
}
