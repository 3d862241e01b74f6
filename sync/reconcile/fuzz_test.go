package reconcile

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// memory is a chain the centre keeps, and the facts of it.
type memory struct {
	raws   [][]byte
	hashes []wire.Hash
}

func newMemory(n int) *memory {
	h := &memory{hashes: make([]wire.Hash, 1)}
	for i := range n {
		raw := []byte(`{"id":"c/` + string(rune('a'+i)) + `","type":"t"}`)
		h.raws, h.hashes = append(h.raws, raw), append(h.hashes, wire.Chain(h.hashes[i], raw))
	}
	return h
}

func (h *memory) HashAt(seq wire.Seq) (wire.Hash, bool) {
	if int(seq) >= len(h.hashes) {
		return wire.Hash{}, false
	}
	return h.hashes[seq], true
}

func (h *memory) Head() wire.Position {
	return wire.Position{Log: "3", Seq: wire.Seq(len(h.raws)), Hash: h.hashes[len(h.raws)]}
}

func (h *memory) First() wire.Seq { return 1 }

func (h *memory) Read(from wire.Seq, most, _ int) (out []wire.Entry, _ error) {
	for i := int(from) - 1; i < len(h.raws) && len(out) < most; i++ {
		out = append(out, wire.Entry{Raw: h.raws[i]})
	}
	return out, nil
}

func (h *memory) Known(after wire.Pos, common wire.Seq, most, _ int) (out []wire.Fact, upTo wire.Pos, _ error) {
	for upTo = after; int(upTo) < len(h.raws) && len(out) < most; upTo++ {
		if wire.Seq(upTo) >= common {
			out = append(out, wire.Fact{Pos: upTo + 1, Raw: h.raws[upTo]})
		}
	}
	return out, upTo, nil
}

// FuzzHello lets any box with any past say hello to a centre that holds eight records of the site. Whatever it says,
// the centre keeps to SYNC 1.7.4: it adopts only at a place whose hash was told and is its own, only a site that knows
// all it must, and never over a hole; what it imparts are its own facts, behind what the site knows.
func FuzzHello(f *testing.F) {
	f.Add(uint64(8), uint64(1), uint64(8), uint64(0), uint64(8), true, true, uint64(3), uint64(4), true, []byte{})
	f.Add(uint64(5), uint64(1), uint64(5), uint64(0), uint64(5), true, true, uint64(3), uint64(9), true, []byte{})
	f.Add(uint64(20), uint64(15), uint64(8), uint64(9), uint64(8), true, false, uint64(0), uint64(0), false, []byte("junk"))
	f.Add(uint64(79), uint64(25), uint64(1), uint64(0), uint64(1), true, true, uint64(3), uint64(3), true, []byte("0"))
	f.Fuzz(func(t *testing.T, head, first, told, lie, pos uint64, sameGen, sameLog bool, lineage, dseq uint64, dtrue bool, junk []byte) {
		own := newMemory(8)
		now := time.Unix(1e9, 0)
		const applied = 8
		c := NewCentre(CentreConfig{Gen: "GEN", Feed: newMemory(4), Chain: own, Facts: own, Rand: func() float64 { return 0 },
			Session: func() wire.SessionID { return "S" }, Chal: func() wire.Challenge { return "C" }},
			CentreState{Node: "N", Epoch: 1, Applied: wire.Position{Log: "LOG", Seq: applied, Hash: own.hashes[applied]}, Pos: applied, Orphan: 2})
		hear := func(m wire.Message) []Effect {
			payload, err := wire.Encode(m)
			if err != nil {
				return nil // no such message can come
			}
			return c.Step(now, Received{Channel: wire.ChannelHello, Payload: payload})
		}
		for _, ch := range []wire.Channel{wire.ChannelHello, wire.ChannelAck, wire.ChannelLog} {
			for _, e := range c.Step(now, Received{Channel: ch, Payload: junk}) {
				_, adopts := e.(Adopt)
				require.False(t, adopts, "without a challenge")
			}
		}
		hear(&wire.Hello1{Node: "N", Epoch: 1, Nonce: "X", Schema: wire.Schema{Min: 1, Max: 1}})
		h := &wire.Hello2{Nonce: "X", Chal: "C", Log: "OTHER", Head: wire.Seq(head), First: wire.Seq(first), Pos: wire.Pos(pos), Gen: "OLD", Mode: wire.ModeNormal,
			D: wire.FeedMark{Lineage: wire.Lineage(lineage), Seq: wire.Seq(dseq)}}
		if sameGen {
			h.Gen = "GEN"
		}
		if sameLog {
			h.Log = "LOG"
		}
		if dtrue {
			h.D.Hash, _ = newMemory(4).HashAt(h.D.Seq)
		}
		truth := wire.Seq(0) // the highest place where both agree, as far as it was told
		for seq := wire.Seq(1); seq <= min(wire.Seq(told), applied, h.Head); seq++ {
			p := wire.Point{Seq: seq, Hash: own.hashes[seq]}
			if uint64(seq) == lie {
				p.Hash[0] ^= 1
			} else {
				truth = seq
			}
			h.Chain = append(h.Chain, p)
		}
		if h.First > applied+1 && sameLog {
			truth = applied // it keeps no hash from so early: its log is taken for the one it was
		}
		knows := h.Pos
		if !sameGen {
			knows = 0
		}
		for _, e := range hear(h) {
			switch e := e.(type) {
			case Adopt:
				require.Equal(t, truth, e.CutTo, "where both agree")
				require.LessOrEqual(t, h.First, e.CutTo+1, "no hole")
				require.GreaterOrEqual(t, knows, wire.Pos(2), "the facts that are on no chain")
				if truth < applied {
					require.GreaterOrEqual(t, knows, wire.Pos(applied), "all facts")
					require.NotEqual(t, wire.LogID("LOG"), e.Log, "a log that was put back goes on under another name")
				}
				if e.Reissue != 0 {
					require.Greater(t, e.Reissue, h.D.Lineage, "above what the site has seen")
				}
				var opened bool
				for _, e := range c.Step(now, Adopted{}) {
					_, is := e.(Opened)
					opened = opened || is
				}
				require.True(t, opened)
			case Publish:
				m, err := wire.Decode(e.Payload)
				require.NoError(t, err, "what the centre says can be read")
				if im, is := m.(*wire.Import); is {
					require.Equal(t, truth, im.Common)
					require.Equal(t, truth < applied, im.Fork)
					for _, fact := range im.Facts {
						require.Greater(t, fact.Pos, knows)
						require.Equal(t, own.raws[fact.Pos-1], fact.Raw)
					}
				}
			}
		}
	})
}
