package journal

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"
)

// Trim drops entries before seq, as far as they are behind the newest complete snapshot and behind every cursor
// that holds, and says how many. It goes in slices of at most TrimSlice entries, one small commit each, so that
// Append never waits for more than one; a node under load trims by Batch.Trim instead. Entries go in the groups
// they are kept in (what one commit wrote, or small commits in a row up to about 4 KB): one of which a part is
// still needed stays whole, and so does the newest group, always.
func (f *File) Trim(before uint64) (dropped uint64, err error) {
	for {
		was := f.First()
		if _, err := f.Append(Batch{Trim: before}); err != nil {
			return dropped, err
		}
		now := f.First()
		if now == was {
			return dropped, nil
		}
		dropped += now - was
	}
}

// trimSlice drops one slice of what is before the limit and returns the first seq that is left.
func trimSlice(tx *bolt.Tx, limit, head uint64) (first uint64, err error) {
	bk := tx.Bucket(bucketJournal)
	c := bk.Cursor()
	k, _ := c.First()
	if k == nil {
		return head + 1, nil
	}
	first = binary.BigEndian.Uint64(k)
	var dead [][]byte // collected first: deleting under a cursor skips keys
	begin := first
	for k != nil {
		// The key of the next group says where this one ends; the newest has none and stays.
		mine := append([]byte(nil), k...)
		if k, _ = c.Next(); k == nil {
			break
		}
		next := binary.BigEndian.Uint64(k)
		if next > limit || (next-begin > TrimSlice && len(dead) > 0) {
			break
		}
		dead, first = append(dead, mine), next
	}
	for _, k := range dead {
		if err := bk.Delete(k); err != nil {
			return first, err
		}
	}
	return first, nil
}

// dropStray drops some pieces that belong neither to the complete snapshot nor to the one under way, and says
// whether there may be more.
func dropStray(tx *bolt.Tx, complete, underWay uint64) (more bool, err error) {
	bk := tx.Bucket(bucketSnapshot)
	c := bk.Cursor()
	var dead [][]byte
	for k, _ := c.First(); k != nil; {
		id := binary.BigEndian.Uint64(k)
		if id == complete || id == underWay {
			k, _ = c.Seek(seqKey(id + 1))
			continue
		}
		if len(dead) == strayPieces {
			more = true
			break
		}
		dead = append(dead, append([]byte(nil), k...))
		k, _ = c.Next()
	}
	for _, k := range dead {
		if err := bk.Delete(k); err != nil {
			return false, err
		}
	}
	return more, nil
}
