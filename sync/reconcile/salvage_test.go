package reconcile

import (
	"crypto/ed25519"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// box is a site's end with a memory, as the replaced box and its successor are.
type box struct {
	log    *memLog
	state  SiteState
	node   wire.NodeID
	site   *Site
	known  map[string]int // facts taken, by how often
	handed uint64
	code   TroubleCode
}

// replacement is a centre and the two boxes of one site on one lossy line.
type replacement struct {
	t      *testing.T
	rng    *rand.Rand
	now    time.Time
	drop   float64
	centre *Centre
	row    CentreState
	former []wire.NodeID // boxes that held the site before
	held   *inbox        // by chain of the box that holds the site
	facts  []string
	ids    map[string]bool
	off    map[string]bool // the place in facts is on no chain
	boxes  []*box
	queue  []func()
	n      int
	cut    map[wire.NodeID]bool
	keys   keyring
}

func newReplacement(t *testing.T, seed uint64) *replacement {
	r := &replacement{t: t, rng: rand.New(rand.NewPCG(seed, 11)), now: noon, held: newInbox(""), ids: map[string]bool{}, off: map[string]bool{}, cut: map[wire.NodeID]bool{}, keys: keyring{}}
	r.startCentre()
	return r
}

func (r *replacement) token() string { r.n++; return fmt.Sprintf("t%d", r.n) }

func (r *replacement) startCentre() {
	r.row.Applied = r.held.cursor
	r.row.Key = r.keys[r.row.Node]
	r.centre = NewCentre(CentreConfig{Gen: "GEN1", Tenant: "acme", Site: "s1", Key: keyOf(9), KeyOf: r.keys.of, Former: func(n wire.NodeID) bool { return slices.Contains(r.former, n) }, Feed: newLog("1"), Chain: r.held, Facts: r, Rand: r.rng.Float64,
		Session: func() wire.SessionID { return wire.SessionID(r.token()) }, Chal: func() wire.Challenge { return wire.Challenge(r.token()) }}, r.row)
}

// Known obeys Facts.
func (r *replacement) Known(after wire.Pos, common wire.Seq, most, _ int) (out []wire.Fact, upTo wire.Pos, err error) {
	upTo = after
	for int(upTo) < len(r.facts) && len(out) < most {
		raw := []byte(r.facts[upTo])
		upTo++
		g, err := wire.Peek(raw)
		require.NoError(r.t, err)
		if !r.off[g.ID] && g.Seq != 0 && g.Seq <= common && r.held.hashes[g.Seq] != (wire.Hash{}) {
			continue
		}
		out = append(out, wire.Fact{Pos: upTo, Raw: raw})
	}
	return out, upTo, nil
}

func (r *replacement) add(node wire.NodeID, log wire.LogID) *box {
	b := &box{log: newLog(log), node: node, known: map[string]int{}}
	r.boxes = append(r.boxes, b)
	r.start(b)
	return b
}

func (r *replacement) start(b *box) {
	b.site = NewSite(SiteConfig{Tenant: "acme", Site: "s1", Key: keyOf(b.node[len(b.node)-1]), Centre: func() ed25519.PublicKey { return publicOf(9) }, Node: b.node, SW: "test", Log: b.log, Rand: r.rng.Float64, Nonce: func() wire.Nonce { return wire.Nonce(r.token()) }}, b.state)
	r.run(b, b.site.Step(r.now, LinkUp{}))
}

func (r *replacement) run(b *box, effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Publish:
			if !r.cut[b.node] && r.rng.Float64() >= r.drop {
				r.queue = append(r.queue, func() { r.runCentre(r.centre.Step(r.now, Received{Channel: e.Channel, Payload: e.Payload})) })
			}
		case Apply:
			r.queue = append(r.queue, func() { r.run(b, b.site.Step(r.now, Applied{UpTo: e.Records[len(e.Records)-1].Seq})) })
		case Take:
			for _, f := range e.Facts {
				g, err := wire.Peek(f.Raw)
				require.NoError(r.t, err)
				if f.Pos > b.state.Pos {
					b.known[g.ID]++
				}
			}
			b.state.Pos, b.state.Gen = e.To, e.Gen
			if e.Fork && !e.More {
				b.log.id = wire.LogID(r.token())
			}
			r.queue = append(r.queue, func() { r.run(b, b.site.Step(r.now, Taken{})) })
		case Acked:
			b.state.Acked, b.state.Stable, b.state.Pos, b.state.Gen = e.Acked, e.Stable, max(b.state.Pos, e.Pos), e.Gen
		case Opened:
			b.state.Epoch = e.Epoch
		case Handing:
			b.handed = e.Handed
		case Trouble:
			b.code = e.Code
		}
	}
}

func (r *replacement) store(raw []byte, loose bool) {
	g, err := wire.Peek(raw)
	require.NoError(r.t, err)
	if !r.ids[g.ID] {
		r.ids[g.ID], r.off[g.ID] = true, loose
		r.facts = append(r.facts, string(raw))
	}
}

func (r *replacement) runCentre(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Publish:
			for _, b := range r.boxes { // both listen to the site's topics
				if !r.cut[b.node] && r.rng.Float64() >= r.drop {
					r.queue = append(r.queue, func() { r.run(b, b.site.Step(r.now, Received{Channel: e.Channel, Payload: e.Payload})) })
				}
			}
		case Apply:
			for _, rec := range e.Records {
				r.store(rec.Raw, false)
				r.held.hashes[rec.Seq] = rec.Hash
			}
			r.held.cursor = e.Cursor()
			r.row.Pos = wire.Pos(len(r.facts))
			r.queue = append(r.queue, func() {
				r.runCentre(r.centre.Step(r.now, Applied{UpTo: e.Cursor().Seq, Pos: r.row.Pos}))
				r.runCentre(r.centre.Step(r.now, Stabled{At: e.Cursor()}))
			})
		case Salvaged:
			for _, rec := range e.Records {
				r.store(rec.Raw, true)
			}
			if p := wire.Pos(len(r.facts)); p > r.row.Pos {
				r.row.Pos, r.row.Orphan = p, p
			}
			last := e.Records[len(e.Records)-1].Seq
			r.queue = append(r.queue, func() { r.runCentre(r.centre.Step(r.now, SalvageStored{UpTo: last, Pos: r.row.Pos})) })
		case Adopt:
			if e.CutTo < r.held.cursor.Seq {
				r.row.Orphan = r.row.Pos
			}
			r.held.cursor = wire.Position{Log: e.Log, Seq: e.CutTo, Hash: r.held.hashes[e.CutTo]}
			for seq := range r.held.hashes {
				if seq > e.CutTo {
					delete(r.held.hashes, seq)
				}
			}
			for id := range r.ids { // what no chain holds any more
				r.off[id] = r.off[id] || e.CutTo == 0
			}
			r.row.Node, r.row.Epoch = e.Node, e.Epoch
			if e.Key != nil {
				require.Nil(r.t, r.keys[e.Node], "a key that is known is kept")
				r.keys[e.Node] = e.Key
			}
			r.queue = append(r.queue, func() { r.runCentre(r.centre.Step(r.now, Adopted{})) })
		}
	}
}

// enrol gives the site to another box, as the shell does in a transaction.
func (r *replacement) enrol(node wire.NodeID) {
	r.former = append(r.former, r.row.Node)
	r.row.Node, r.row.Epoch, r.row.Orphan = node, r.row.Epoch+1, r.row.Pos
	r.runCentre(r.centre.Step(r.now, Enrolled{Node: node, Epoch: r.row.Epoch, Orphan: r.row.Orphan}))
}

func (r *replacement) pass(d time.Duration) {
	for end := r.now.Add(d); r.now.Before(end); r.now = r.now.Add(50 * time.Millisecond) {
		for len(r.queue) > 0 {
			q := r.queue
			r.queue = nil
			for _, do := range q {
				do()
			}
		}
		for _, b := range r.boxes {
			r.run(b, b.site.Step(r.now, Tick{}))
		}
		r.runCentre(r.centre.Step(r.now, Tick{}))
	}
}

func (r *replacement) write(b *box, n int) {
	for range n {
		b.log.append(string(b.node)+"-"+r.token()+"/0", "picket.test.v1")
	}
	r.run(b, b.site.Step(r.now, Woke{}))
}

// TestWhatAReplacedBoxHeldReachesItsSuccessorOnce: the old box was cut off with records nobody has; another took its
// place and worked; the old one comes back. Whatever the line loses, every record of both is at the centre once, and
// the new box knows each of the old one's.
func TestWhatAReplacedBoxHeldReachesItsSuccessorOnce(t *testing.T) {
	for seed := range uint64(40) {
		r := newReplacement(t, seed)
		a := r.add("BOXA", "LOGA")
		r.write(a, 5+r.rng.IntN(300))
		r.pass(20 * time.Second)
		require.Equal(t, a.log.Head().Seq, a.state.Acked)
		sent := a.log.Head().Seq
		r.cut["BOXA"] = true
		held := 1 + r.rng.IntN(600)
		r.write(a, held)
		r.enrol("BOXB")
		b := r.add("BOXB", "LOGB")
		b.state.Epoch = r.row.Epoch
		r.write(b, 1+r.rng.IntN(50))
		r.drop = r.rng.Float64() * 0.4
		r.pass(time.Duration(r.rng.IntN(120)) * time.Second)
		r.cut["BOXA"] = false
		if r.rng.IntN(2) == 0 {
			r.start(a)
		}
		for range 4 {
			r.write(b, r.rng.IntN(40))
			r.pass(time.Duration(r.rng.IntN(30)) * time.Second)
			switch r.rng.IntN(3) {
			case 0:
				r.startCentre()
			case 1:
				r.start(b)
			}
		}
		r.drop = 0
		r.pass(5 * time.Minute)

		require.Equal(t, wire.ModeSalvage, a.site.View().Mode, "seed %d", seed)
		require.Equal(t, TroubleFenced, a.code)
		require.True(t, b.site.View().Open, "seed %d: the successor works", seed)
		require.Len(t, r.facts, int(a.log.Head().Seq+b.log.Head().Seq), "seed %d: every record once", seed)
		for i, raw := range a.log.raws {
			g, err := wire.Peek(raw.Raw)
			require.NoError(t, err)
			require.Equal(t, 1, b.known[g.ID], "seed %d: the old box's record %d of %d (%d were sent before)", seed, i+1, len(a.log.raws), sent)
		}
		require.Equal(t, b.log.Head().Seq, b.state.Acked)
		if r.row.Pos != wire.Pos(len(r.facts)) {
			t.Fatalf("seed %d: pos %d of %d", seed, r.row.Pos, len(r.facts))
		}
	}
}

// TestAReplacedBoxCountsWhatItHandsOver: on a quiet line the count is what it held back.
func TestAReplacedBoxCountsWhatItHandsOver(t *testing.T) {
	r := newReplacement(t, 1)
	a := r.add("BOXA", "LOGA")
	r.write(a, 100)
	r.pass(10 * time.Second)
	r.cut["BOXA"] = true
	r.write(a, 37)
	r.enrol("BOXB")
	r.cut["BOXA"] = false
	r.pass(5 * time.Minute)
	require.Equal(t, uint64(37), a.handed)
	require.Len(t, r.facts, 137)
}

// TestAnEpochIsGrantedNeverClaimed: neither a box that was never enrolled nor an offer of one that never held the
// site gets anywhere.
func TestAnEpochIsGrantedNeverClaimed(t *testing.T) {
	r := newReplacement(t, 2)
	a := r.add("BOXA", "LOGA")
	r.write(a, 3)
	r.pass(5 * time.Second)
	thief := &box{log: newLog("LOGX"), node: "BOXX", known: map[string]int{}, state: SiteState{Epoch: 99}}
	r.boxes = append(r.boxes, thief)
	r.start(thief)
	r.write(thief, 4)
	r.pass(5 * time.Minute)
	require.Equal(t, TroubleFenced, thief.code)
	require.Len(t, r.facts, 3, "nothing of it was taken")
	require.Equal(t, wire.NodeID("BOXA"), r.row.Node)
	require.True(t, a.site.View().Open)
}

// handIn brings a piece of a box's log by hand, again until the centre's end has time for it.
func (r *replacement) handIn(b *box, from, n int) {
	var in HandIn
	in.Node, in.Log = b.node, b.log.id
	for i := from; i < min(from+n, len(b.log.raws)); i++ {
		hash, _ := b.log.HashAt(wire.Seq(i + 1))
		in.Records = append(in.Records, Record{Seq: wire.Seq(i + 1), Hash: hash, Raw: b.log.raws[i].Raw})
	}
	for len(in.Records) > 0 {
		out := r.centre.Step(r.now, in)
		r.runCentre(out)
		for _, e := range out {
			if _, taken := e.(Salvaged); taken {
				return
			}
		}
		r.pass(50 * time.Millisecond)
	}
}

// TestWhatAPersonBringsReachesTheSuccessorOnce: the old box never comes back, its disk does. What a person brings of it,
// in pieces and more than once, while the successor works and either end starts anew, is at the centre once, and the
// successor knows it.
func TestWhatAPersonBringsReachesTheSuccessorOnce(t *testing.T) {
	for seed := range uint64(20) {
		r := newReplacement(t, seed)
		a := r.add("BOXA", "LOGA")
		r.write(a, 5+r.rng.IntN(100))
		r.pass(20 * time.Second)
		r.cut["BOXA"] = true
		r.write(a, 1+r.rng.IntN(200))
		r.enrol("BOXB")
		b := r.add("BOXB", "LOGB")
		b.state.Epoch = r.row.Epoch
		r.drop = r.rng.Float64() * 0.3
		r.pass(time.Duration(r.rng.IntN(60)) * time.Second)
		for again := range 2 {
			for from := r.rng.IntN(5) * (1 - again); from < len(a.log.raws); from += 64 {
				r.handIn(a, from, 64)
				r.write(b, r.rng.IntN(10))
				switch r.rng.IntN(4) {
				case 0:
					r.pass(time.Duration(r.rng.IntN(20)) * time.Second)
				case 1:
					r.start(b)
				case 2:
					r.pass(time.Second) // a commit under way is the shell's to finish before it starts anew
					r.startCentre()
				}
			}
		}
		r.drop = 0
		r.pass(5 * time.Minute)
		require.True(t, b.site.View().Open, "seed %d: the successor works", seed)
		require.Len(t, r.facts, int(a.log.Head().Seq+b.log.Head().Seq), "seed %d: every record once", seed)
		for i, raw := range a.log.raws {
			g, err := wire.Peek(raw.Raw)
			require.NoError(t, err)
			require.Equal(t, 1, b.known[g.ID], "seed %d: the old box's record %d", seed, i+1)
		}
		require.Equal(t, b.log.Head().Seq, b.state.Acked)
	}
}

// TestNobodyBringsWhatIsOfNoFormerBox: neither the box that holds the site nor a stranger is read from a disk.
func TestNobodyBringsWhatIsOfNoFormerBox(t *testing.T) {
	r := newReplacement(t, 3)
	a := r.add("BOXA", "LOGA")
	r.write(a, 3)
	r.pass(5 * time.Second)
	for _, node := range []wire.NodeID{"BOXA", "BOXX"} {
		out := r.centre.Step(r.now, HandIn{Node: node, Log: "LOGA", Records: []Record{{Seq: 1, Raw: a.log.raws[0].Raw}}})
		require.Len(t, out, 1)
		require.IsType(t, Dropped{}, out[0])
		require.True(t, r.centre.View().Open, "the session stands")
	}
}
