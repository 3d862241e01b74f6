package journal

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// pieceBytes is what a snapshot's bytes are cut into: two pieces with their headers fill a page. bbolt never
// splits a page of four values or fewer, however large they are, so larger ones would be written again up to
// four times as the next come in behind them.
const pieceBytes = 2008

// strayPieces is how many pieces of dead snapshots one commit drops.
const strayPieces = 64

// Append writes the batch in one transaction and returns the new head; when it returns without error all of it
// is durable, together with every cursor set lazily since the last commit. An empty batch writes nothing.
//
// Errors: ErrBatch means the caller's mistake, nothing changed, and the journal goes on. Any other error is a
// fault of the disk: whether the batch stands in the file is not known until it is opened again, so the journal
// takes nothing more (ErrBroken) and the caller must stop rather than answer anybody.
//
// The bytes of the batch are not kept; the caller may reuse them after the return.
func (f *File) Append(b Batch) (Position, error) {
	if err := b.validate(); err != nil {
		return f.Head(), err
	}
	f.write.Lock()
	defer f.write.Unlock()
	return f.append(b)
}

func (f *File) append(b Batch) (Position, error) {
	f.mu.RLock()
	head, broken, snap := f.head, f.broken, f.snap
	lazy := slices.SortedFunc(maps.Values(f.lazy), func(a, b Cursor) int { return cmp.Compare(a.Name, b.Name) })
	f.mu.RUnlock()
	if broken != nil {
		return head, broken
	}
	if b.empty() && len(lazy) == 0 {
		return head, nil
	}
	asm, err := f.asm.add(b.Chunks, head.Seq)
	if err == nil && b.Complete != nil {
		err = asm.accepts(*b.Complete, snap, f.HashAt)
		snap = b.Complete
	}
	if err != nil {
		return head, err
	}
	next := head
	if len(b.Entries) > 0 {
		f.tail.extend(head, b.Entries)
		f.enc = f.tail.pack(f.enc[:0])
		next.Seq += uint64(len(b.Entries))
		for _, raw := range b.Entries {
			next.Hash = next.Hash.Next(raw)
		}
	}
	cursors := append(lazy, b.Cursors...) // in this order: what the batch says is the newer
	first, stray, id := f.First(), f.stray, f.snapID
	err = f.db.Update(func(tx *bolt.Tx) error {
		if len(b.Entries) > 0 {
			j := tx.Bucket(bucketJournal)
			j.FillPercent = 1 // keys only rise: a half-empty page would never be filled
			if err := j.Put(seqKey(f.tail.first), f.enc); err != nil {
				return err
			}
		}
		st := tx.Bucket(bucketState)
		for _, c := range cursors {
			if err := st.Put(append(slices.Clone(prefixCur), c.Name...), encodeCursor(c)); err != nil {
				return err
			}
		}
		if err := putRows(tx, b.Rows); err != nil {
			return err
		}
		var err error
		if asm.id, err = putChunks(tx, b.Chunks, f.asm); err != nil {
			return err
		}
		if b.Complete != nil {
			id, stray = asm.id, true
			if err := st.Put(keySnapshot, encodeSnapshot(id, *b.Complete)); err != nil {
				return err
			}
		}
		if b.Trim > 0 {
			if first, err = trimSlice(tx, trimmable(b.Trim, snap, f.allCursors(cursors)), next.Seq); err != nil {
				return err
			}
		}
		if stray || len(b.Chunks) > 0 {
			stray, err = dropStray(tx, id, asm.id)
		}
		return err
	})
	if err != nil {
		f.mu.Lock()
		f.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		f.mu.Unlock()
		return head, &Error{Op: "append", Path: f.path, Err: err, Hint: "stop, look at the disk (space, errors), start again"}
	}
	f.asm, f.stray, f.snapID = asm, stray, id
	if b.Complete != nil {
		f.asm = assembly{}
	}
	f.tail.seal()
	if cap(f.enc) > 1<<20 {
		f.enc = nil // one giant batch must not be paid for until the end of the shift
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.head, f.first = next, first
	if b.Complete != nil {
		s := *b.Complete
		f.snap = &s
	}
	for _, c := range lazy {
		if now, ok := f.lazy[c.Name]; ok && now.equal(c) { // else it was set again meanwhile, and stays
			delete(f.lazy, c.Name)
		}
	}
	for _, c := range cursors {
		f.cursors[c.Name] = c.clone()
	}
	return next, nil
}

func (c Cursor) equal(o Cursor) bool {
	return c.Name == o.Name && c.Seq == o.Seq && c.Hold == o.Hold && string(c.Data) == string(o.Data)
}

func (c Cursor) clone() Cursor {
	c.Data = append([]byte(nil), c.Data...)
	return c
}

// SetCursor sets a cursor lazily: readers of Cursor see it at once, and it becomes durable with the next commit,
// whatever that is. A crash before it takes the cursor back, so use it only where doing work again is harmless.
// Errors: ErrBatch for a bad cursor, ErrBroken, ErrClosed.
func (f *File) SetCursor(c Cursor) error {
	if err := c.validate(); err != nil {
		return err
	}
	c = c.clone()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.broken != nil {
		return f.broken
	}
	f.lazy[c.Name] = c
	return nil
}

// Flush makes every lazily set cursor durable now. It writes nothing when there is none.
func (f *File) Flush() error {
	f.write.Lock()
	defer f.write.Unlock()
	return f.flush()
}

func (f *File) flush() error {
	_, err := f.append(Batch{})
	return err
}

// NewLog begins another log id at the head: after a restore, or when the centre knows more than this file does.
// Numbers and the chain go on; the fork is remembered for ever. A name used before is refused with ErrBatch.
func (f *File) NewLog(log string) (Position, error) {
	f.write.Lock()
	defer f.write.Unlock()
	f.mu.RLock()
	head, forks, broken := f.head, slices.Clone(f.forks), f.broken
	f.mu.RUnlock()
	if broken != nil {
		return head, broken
	}
	forks, err := fork(head, forks, log)
	if err != nil {
		return head, err
	}
	err = f.db.Update(func(tx *bolt.Tx) error {
		st := tx.Bucket(bucketState)
		if err := st.Put(keyForks, encodeForks(forks)); err != nil {
			return err
		}
		return st.Put(keyLog, []byte(log))
	})
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		return head, &Error{Op: "new log", Path: f.path, Err: err}
	}
	f.head.Log, f.forks = log, forks
	return f.head, nil
}

// fork adds one to the list, if the name is good and new.
func fork(head Position, forks []Fork, log string) ([]Fork, error) {
	if err := validName(log); err != nil {
		return nil, refuse("log id %v", err)
	}
	used := head.Log == log
	for _, f := range forks {
		used = used || f.Log == log || f.Parent.Log == log
	}
	if used {
		return nil, refuse("log id %q was used before", log)
	}
	return append(forks, Fork{Parent: head, Log: log}), nil
}

// allCursors are the committed ones under those of this transaction: what stands once it is durable. One that was
// set lazily a moment ago is not among them, and so lets nothing be trimmed that a crash would need again.
func (f *File) allCursors(now []Cursor) []Cursor {
	f.mu.RLock()
	defer f.mu.RUnlock()
	m := maps.Clone(f.cursors)
	for _, c := range now {
		m[c.Name] = c
	}
	return slices.Collect(maps.Values(m))
}

func putRows(tx *bolt.Tx, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	bk := tx.Bucket(bucketRows)
	for _, r := range rows {
		key := rowKey(r.Kind, r.Key)
		if r.Delete {
			if err := bk.Delete(key); err != nil {
				return err
			}
			continue
		}
		if err := bk.Put(key, r.Value); err != nil {
			return err
		}
	}
	return nil
}

func rowKey(kind string, key []byte) []byte {
	k := make([]byte, 0, len(kind)+1+len(key))
	k = append(k, kind...)
	k = append(k, 0)
	return append(k, key...)
}

// putChunks writes the chunks behind those that asm has already, and says under which number. Every attempt at a
// snapshot gets a number of its own, so that what a crash left of an earlier one never mixes with it.
func putChunks(tx *bolt.Tx, chunks []Chunk, asm assembly) (id uint64, err error) {
	bk := tx.Bucket(bucketSnapshot)
	bk.FillPercent = 1
	id = asm.id
	at := asm.bytes
	for _, c := range chunks {
		if c.Index == 0 {
			at = 0
			if id, err = bk.NextSequence(); err != nil {
				return 0, err
			}
		}
		for data := c.Data; len(data) > 0; {
			n := min(len(data), pieceBytes)
			if err := bk.Put(pieceKey(id, at), data[:n]); err != nil {
				return 0, err
			}
			at += uint64(n)
			data = data[n:]
		}
	}
	return id, nil
}

func pieceKey(id, offset uint64) []byte { return binary.BigEndian.AppendUint64(seqKey(id), offset) }
