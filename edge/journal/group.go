package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// A group is what one commit wrote, packed:
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

func appendGroup(dst []byte, prev Hash, entries [][]byte) []byte {
	start := len(dst)
	dst = append(dst, groupVersion)
	dst = binary.AppendUvarint(dst, uint64(len(entries)))
	dst = append(dst, prev[:]...)
	for _, raw := range entries {
		dst = binary.AppendUvarint(dst, uint64(len(raw)))
		dst = append(dst, raw...)
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
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
