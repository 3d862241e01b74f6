package site

import (
	"bytes"
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"sync"
)

// subjects finds the records of a subject, such as order/O-1, without reading the whole journal. It stands beside
// the commit path, never in it: it is made from the journal when somebody asks for the first time, goes on from
// there with every question, and is gone with the process.
//
// For each block of records it keeps the hashes of the subjects in it, sorted: about 4 bytes for every subject and
// block, a megabyte for a million records. What an order went through lies in a few blocks; those are read.
type subjects struct {
	from records

	mu     sync.Mutex
	next   uint64 // the first record that is not indexed; 0: none is
	blocks []block
}

// records is the journal as the index reads it.
type records interface {
	First() uint64
	Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error)
}

// block is some records in a row.
type block struct {
	from, to uint64 // to: the last one
	hashes   []uint32
}

const blockSize = 512

// records gives fn the records of a subject in order of seq, as far back as they are kept.
func (x *subjects) records(ctx context.Context, subject string, fn func(seq uint64, raw []byte) error) error {
	name, err := json.Marshal(subject)
	if err != nil {
		return err
	}
	blocks, err := x.blocksOf(ctx, hashOf(name[1:len(name)-1]))
	if err != nil {
		return err
	}
	needle := append([]byte(`"subject":`), name...)
	for _, b := range blocks {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		from := max(b.from, x.from.First()) // what was trimmed meanwhile is gone
		if from > b.to {
			continue
		}
		if _, err := x.from.Read(from, int(b.to-from+1), func(seq uint64, raw []byte) error {
			// The subject stands in the envelope, before the data.
			head, _, _ := bytes.Cut(raw, []byte(`,"data":`))
			if bytes.Contains(head, needle) {
				return fn(seq, raw)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// blocksOf brings the index up to the journal's head and finds the blocks a hash is in.
func (x *subjects) blocksOf(ctx context.Context, hash uint32) ([]block, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	first := x.from.First()
	kept := 0
	for kept < len(x.blocks) && x.blocks[kept].to < first {
		kept++
	}
	x.blocks = slices.Delete(x.blocks, 0, kept)
	x.next = max(x.next, first)
	n := 0
	next, err := x.from.Read(x.next, 0, func(seq uint64, raw []byte) error {
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		x.add(seq, raw)
		return nil
	})
	if x.next = max(x.next, next); err != nil {
		return nil, err
	}
	var out []block
	for _, b := range x.blocks {
		if _, in := slices.BinarySearch(b.hashes, hash); in {
			out = append(out, b)
		}
	}
	return out, nil
}

func (x *subjects) add(seq uint64, raw []byte) {
	if n := len(x.blocks); n == 0 || x.blocks[n-1].to-x.blocks[n-1].from+1 >= blockSize {
		if n > 0 {
			x.blocks[n-1].hashes = slices.Clip(x.blocks[n-1].hashes)
		}
		x.blocks = append(x.blocks, block{from: seq})
	}
	b := &x.blocks[len(x.blocks)-1]
	b.to = seq
	h := hashOf(subjectOf(raw))
	if at, in := slices.BinarySearch(b.hashes, h); !in {
		b.hashes = slices.Insert(b.hashes, at, h)
	}
}

// subjectOf is the subject of a record as its bytes have it, without the quotes; empty when it has none.
func subjectOf(raw []byte) []byte {
	_, rest, found := bytes.Cut(raw, []byte(`"subject":"`))
	if !found {
		return nil
	}
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return rest[:i]
		}
	}
	return nil
}

func hashOf(subject []byte) uint32 {
	h := fnv.New32a()
	_, _ = h.Write(subject) // never fails
	return h.Sum32()
}
