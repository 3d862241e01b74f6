package journal

import (
	"bytes"

	bolt "go.etcd.io/bbolt"
)

// Row is the value of one row, as a copy; false when there is none.
func (f *File) Row(kind string, key []byte) (value []byte, ok bool, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		if v := tx.Bucket(bucketRows).Get(rowKey(kind, key)); v != nil {
			value, ok = append([]byte{}, v...), true
		}
		return nil
	})
	return value, ok, err
}

// Rows gives fn the rows of one kind in the order of their keys, from the given key on (nil: the first), at most
// max (max ≤ 0: all). fn gets copies, runs outside of any transaction, and ends the reading with an error, which
// is returned as it is. Rows written while it runs may be seen or not.
func (f *File) Rows(kind string, from []byte, max int, fn func(key, value []byte) error) error {
	prefix := rowKey(kind, nil)
	at := rowKey(kind, from)
	for n := 0; at != nil; {
		var rows []Row
		err := f.view(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucketRows).Cursor()
			size := 0
			k, v := c.Seek(at)
			for ; hasPrefix(k, prefix) && size < sliceBytes && (max <= 0 || n+len(rows) < max); k, v = c.Next() {
				rows = append(rows, Row{Key: bytes.Clone(k[len(prefix):]), Value: append([]byte{}, v...)})
				size += len(k) + len(v)
			}
			at = nil
			if hasPrefix(k, prefix) {
				at = bytes.Clone(k)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if max > 0 && n == max {
				return nil
			}
			if err := fn(r.Key, r.Value); err != nil {
				return err
			}
			n++
		}
		if max > 0 && n == max {
			return nil
		}
	}
	return nil
}
