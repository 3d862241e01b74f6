package journal

import (
	"encoding/binary"
	"hash/crc32"

	bolt "go.etcd.io/bbolt"
)

// Drop closes the file as a dying process does: nothing that was lazy is written.
func (f *File) Drop() error { return f.db.Close() }

// TrimUnseen trims as a commit does whose caller was not told of it yet.
func (f *File) TrimUnseen(before uint64) error {
	return f.db.Update(func(tx *bolt.Tx) error {
		_, err := trimSlice(tx, before, f.Head().Seq)
		return err
	})
}

// The decoders of outside bytes, for the fuzzers.
var DecodeForks = decodeForks

// AppendGroup packs entries that follow prev.
func AppendGroup(dst []byte, prev Hash, entries [][]byte) []byte {
	var t tail
	t.extend(Position{Hash: prev}, entries)
	return t.pack(dst)
}

// DecodeGroup opens a packed group into its previous hash and its entries.
func DecodeGroup(first uint64, b []byte) (Hash, [][]byte, error) {
	g, err := decodeGroup(first, b)
	return g.prev, g.entries, err
}

// EncodeForks is the inverse of DecodeForks.
var EncodeForks = encodeForks

// Sealed is b with its last four bytes made the checksum of the rest.
func Sealed(b []byte) []byte {
	body := b[: len(b)-4 : len(b)-4]
	return binary.LittleEndian.AppendUint32(body, crc32.Checksum(body, castagnoli))
}
