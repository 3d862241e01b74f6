package journal

import (
	"crypto/sha256"
	"hash"
)

// assembly is the snapshot under way: what its chunks were so far, so that the marker can be held against them
// without reading them again. It lives in memory; a restart begins a new snapshot.
type assembly struct {
	active bool
	seq    uint64
	next   uint32
	bytes  uint64
	digest hash.Hash
	id     uint64 // the File's number for this attempt; 0 in the twin
}

// add says what the assembly is after the chunks of a batch, and leaves the old one as it was.
func (a assembly) add(chunks []Chunk, head uint64) (assembly, error) {
	if len(chunks) > 0 && a.active {
		d, err := a.digest.(hash.Cloner).Clone()
		if err != nil {
			return a, err
		}
		a.digest = d
	}
	for i, c := range chunks {
		if c.Index == 0 {
			a = assembly{active: true, seq: c.Seq, digest: sha256.New()}
		}
		if !a.active || c.Seq != a.seq || c.Index != a.next {
			return a, refuse("chunks[%d] is part %d of the snapshot at %d, want part %d of %d", i, c.Index, c.Seq, a.next, a.seq)
		}
		if c.Seq > head {
			return a, refuse("chunks[%d]: snapshot at %d is beyond the head %d", i, c.Seq, head)
		}
		a.digest.Write(c.Data)
		a.bytes += uint64(len(c.Data))
		a.next++
	}
	return a, nil
}

// accepts holds the marker against the chunks that came, and against the newest complete snapshot.
func (a assembly) accepts(s Snapshot, newest *Snapshot, hashAt func(uint64) (Hash, error)) error {
	if !a.active || s.Seq != a.seq {
		return refuse("complete: no chunks of a snapshot at %d", s.Seq)
	}
	if newest != nil && s.Seq < newest.Seq {
		return refuse("complete: snapshot at %d is older than the one at %d", s.Seq, newest.Seq)
	}
	if s.Chunks != a.next || s.Bytes != a.bytes || s.Digest != Hash(a.digest.Sum(nil)) {
		return refuse("complete: snapshot at %d has %d chunks, %d bytes and another digest than the %d chunks, %d bytes written",
			s.Seq, s.Chunks, s.Bytes, a.next, a.bytes)
	}
	h, err := hashAt(s.Seq)
	if err != nil {
		return refuse("complete: snapshot at %d: %v", s.Seq, err)
	}
	if h != s.Hash {
		return refuse("complete: snapshot at %d is of another history: hash %s, want %s", s.Seq, s.Hash, h)
	}
	return nil
}

// NewSnapshot cuts an encoded state into the chunks and the marker that store it. at is the position the state
// stands for. The chunks point into data. Empty data gives no chunks, and Append refuses such a snapshot.
func NewSnapshot(at Position, data []byte) ([]Chunk, Snapshot) {
	s := Snapshot{Seq: at.Seq, Hash: at.Hash, Bytes: uint64(len(data)), Digest: sha256.Sum256(data)}
	var chunks []Chunk
	for len(data) > 0 {
		n := min(len(data), MaxChunkBytes)
		chunks = append(chunks, Chunk{Seq: at.Seq, Index: s.Chunks, Data: data[:n:n]})
		data = data[n:]
		s.Chunks++
	}
	return chunks, s
}
