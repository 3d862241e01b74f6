package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// A group is what one commit wrote, or a few small ones in a row, packed:
//
//	version 1 | uvarint count | prev hash, 32 bytes | count × (uvarint length, raw) | CRC-32C of all before, 4 bytes little-endian
//
// Its first seq is the key it stands under. The checksum is there because bbolt has none on its data pages: a
// rotten page is named when it is read and not when a chain no longer fits somewhere behind it.
const groupVersion = 1

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// group is a decoded one; entries point into the bytes it was decoded from.
type group struct {
	first   uint64
	prev    Hash
	entries [][]byte
}

func (g *group) last() uint64 { return g.first + uint64(len(g.entries)) - 1 }

// hashAt walks the chain to seq, which must be first-1 to last.
func (g *group) hashAt(seq uint64) Hash {
	h := g.prev
	for i := g.first; i <= seq; i++ {
		h = h.Next(g.entries[i-g.first])
	}
	return h
}

// tailBytes is how large the records of the newest group may become by taking in those of the next commit. Its
// page is written again in any case, and two such groups fill two pages: with one scan a commit, as in a quiet
// shop, the file is 1.05 times the payload and not 1.7, and fewer pages are walked at opening.
const tailBytes = 4024

// tail is the newest group, kept at hand so that the next commit can go on with it.
type tail struct {
	first uint64
	prev  Hash
	count uint64 // 0: begin a new one
	body  []byte // the packed records
}

// extend takes in the records that follow head: behind the others while there is room, else as a group of their own.
func (t *tail) extend(head Position, entries [][]byte) {
	size := 0
	for _, raw := range entries {
		size += packedBytes(raw)
	}
	if t.count == 0 || len(t.body)+size > tailBytes {
		*t = tail{first: head.Seq + 1, prev: head.Hash, body: t.body[:0]}
	}
	for _, raw := range entries {
		t.body = binary.AppendUvarint(t.body, uint64(len(raw)))
		t.body = append(t.body, raw...)
	}
	t.count += uint64(len(entries))
}

// seal ends a group that cannot grow, and lets go of the memory of a giant one.
func (t *tail) seal() {
	if len(t.body) < tailBytes {
		return
	}
	t.count = 0
	if cap(t.body) > 1<<20 {
		t.body = nil
	}
}

func (t *tail) pack(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, groupVersion)
	dst = binary.AppendUvarint(dst, t.count)
	dst = append(dst, t.prev[:]...)
	dst = append(dst, t.body...)
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// tailOf goes on with a group that was read.
func tailOf(g group) tail {
	var t tail
	t.extend(Position{Seq: g.first - 1, Hash: g.prev}, g.entries)
	t.seal()
	return t
}

func packedBytes(raw []byte) int {
	n := 1
	for size := len(raw); size >= 0x80; size >>= 7 {
		n++
	}
	return n + len(raw)
}

// decodeGroup reads outside bytes: whatever they are, it answers with a group or with ErrCorrupt and the reason.
func decodeGroup(first uint64, b []byte) (group, error) {
	bad := func(format string, a ...any) (group, error) {
		return group{}, fmt.Errorf("%w: group at %d: %s", ErrCorrupt, first, fmt.Sprintf(format, a...))
	}
	if first == 0 {
		return bad("numbers begin at 1")
	}
	if len(b) < 1+1+len(Hash{})+4 {
		return bad("%d bytes are too few", len(b))
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if got := crc32.Checksum(body, castagnoli); got != sum {
		return bad("checksum %08x, want %08x", got, sum)
	}
	if body[0] != groupVersion {
		return bad("version %d, want %d", body[0], groupVersion)
	}
	body = body[1:]
	count, n := binary.Uvarint(body)
	if n <= 0 || count == 0 || len(body)-n < len(Hash{}) {
		return bad("no count")
	}
	body = body[n:]
	g := group{first: first}
	body = body[copy(g.prev[:], body):]
	if count > uint64(len(body))/2 { // an entry takes two bytes at the least: bounds what is allocated
		return bad("count %d for %d bytes", count, len(body))
	}
	if first+count < first {
		return bad("numbers overflow")
	}
	g.entries = make([][]byte, 0, count)
	for i := range count {
		size, n := binary.Uvarint(body)
		if n <= 0 || size == 0 || size > uint64(len(body)-n) {
			return bad("entry %d: bad length", i)
		}
		body = body[n:]
		g.entries = append(g.entries, body[:size:size])
		body = body[size:]
	}
	if len(body) != 0 {
		return bad("%d bytes left over", len(body))
	}
	return g, nil
}
