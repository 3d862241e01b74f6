package sqlstore

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/s2" // quick, and a scan's record is much like the one before it

	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A pack is a row of facts one behind the other, as one value: a database that keeps each in a row of its own spends
// most of its time on finding places for rows. Its facts are of one log and follow one another in its chain, or are on
// no chain, all of them.
//
//	version 1 | uvarint count | uvarint seq of the first, 0: on no chain | uvarint length, log | count × hash, 32 bytes |
//	S2 block of count × (uvarint length, record id | uvarint length, raw)
const packVersion = 1

// What one pack holds at the most: it is read whole, whichever fact of it is wanted.
const (
	packFacts = 1024
	packBytes = 1 << 20
)

var errPack = errors.New("store: facts cannot be read")

// room is how many of the facts go into one pack, the first at least.
func room(fs []store.Fact) int {
	size := 0
	for i := range fs {
		f, first := &fs[i], &fs[0]
		follows := f.Log == first.Log && (first.Seq == 0 && f.Seq == 0 || first.Seq != 0 && f.Seq == first.Seq+wire.Seq(i))
		if size += len(f.Raw); i > 0 && (i == packFacts || size > packBytes || !follows) {
			return i
		}
	}
	return len(fs)
}

// packer renders packs; its buffers are used again for the next.
type packer struct{ text, out []byte }

// pack renders facts that have room in one. What it answers is good until it is asked again.
func (p *packer) pack(fs []store.Fact) []byte {
	text := p.text[:0]
	for i := range fs {
		text = append(binary.AppendUvarint(text, uint64(len(fs[i].Record))), fs[i].Record...)
		text = append(binary.AppendUvarint(text, uint64(len(fs[i].Raw))), fs[i].Raw...)
	}
	first := &fs[0]
	out := binary.AppendUvarint(append(p.out[:0], packVersion), uint64(len(fs)))
	out = binary.AppendUvarint(out, uint64(first.Seq))
	out = append(binary.AppendUvarint(out, uint64(len(first.Log))), first.Log...)
	for i := range fs {
		out = append(out, fs[i].Hash[:]...)
	}
	out = slices.Grow(out, s2.MaxEncodedLen(len(text)))
	out = out[:len(out)+len(s2.Encode(out[len(out):cap(out)], text))]
	p.text, p.out = text, out
	return out
}

// pack is one that was read; its hashes are at hand, its facts must be unpacked.
type pack struct {
	pos    wire.Pos
	n      int
	seq    wire.Seq
	log    wire.LogID
	hashes []byte
	block  []byte
}

func readPack(pos wire.Pos, b []byte) (p pack, err error) {
	bad := func(what string) (pack, error) { return pack{}, fmt.Errorf("%w: pack at %d: %s", errPack, pos, what) }
	if len(b) == 0 || b[0] != packVersion {
		return bad("its version is not known")
	}
	b = b[1:]
	var head [3]uint64
	for i := range head {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return bad("its head is cut off")
		}
		head[i], b = v, b[n:]
	}
	if head[2] > uint64(len(b)) {
		return bad("its log is cut off")
	}
	p.pos, p.seq, p.log, b = pos, wire.Seq(head[1]), wire.LogID(b[:head[2]]), b[head[2]:]
	if head[0] == 0 || head[0] > uint64(len(b)/len(wire.Hash{})) {
		return bad("its hashes are cut off")
	}
	p.n = int(head[0])
	p.hashes, p.block = b[:p.n*len(wire.Hash{})], b[p.n*len(wire.Hash{}):]
	return p, nil
}

func (p *pack) hash(i int) wire.Hash { return toHash(p.hashes[i*len(wire.Hash{}):][:len(wire.Hash{})]) }

// facts unpacks all.
func (p *pack) facts() ([]store.Fact, error) {
	bad := func(why error) ([]store.Fact, error) {
		return nil, fmt.Errorf("%w: pack at %d: %w", errPack, p.pos, why)
	}
	text, err := s2.Decode(nil, p.block)
	if err != nil {
		return bad(err)
	}
	cut := errors.New("it is cut off")
	next := func() ([]byte, bool) {
		size, n := binary.Uvarint(text)
		if n <= 0 || size > uint64(len(text)-n) {
			return nil, false
		}
		v := text[n : n+int(size) : n+int(size)]
		text = text[n+int(size):]
		return v, true
	}
	out := make([]store.Fact, p.n)
	for i := range out {
		id, ok := next()
		if !ok {
			return bad(cut)
		}
		raw, ok := next()
		if !ok {
			return bad(cut)
		}
		f := store.Fact{Pos: p.pos + wire.Pos(i), Record: string(id), Log: p.log, Hash: p.hash(i), Raw: raw}
		if p.seq > 0 {
			f.Seq = p.seq + wire.Seq(i)
		}
		out[i] = f
	}
	if len(text) > 0 {
		return bad(errors.New("bytes are left over"))
	}
	return out, nil
}
