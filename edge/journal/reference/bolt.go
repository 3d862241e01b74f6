package reference

import (
	"encoding/binary"
	"os"

	bolt "go.etcd.io/bbolt"
)

var (
	bJournal = []byte("journal")
	bOutbox  = []byte("outbox")
	bState   = []byte("state")
)

// boltStore is bbolt used the way its own documentation shows, with the options that were measured best.
type boltStore struct {
	db    *bolt.DB
	path  string
	seq   uint64
	value []byte
	scan  bool // false: journal only
}

func openBolt(path string, scan bool) (*boltStore, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		NoFreelistSync: true, FreelistType: bolt.FreelistMapType, InitialMmapSize: 8 << 30, NoStatistics: true,
	})
	if err != nil {
		return nil, err
	}
	s := &boltStore{db: db, path: path, value: payload(EntryBytes), scan: scan}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bJournal, bOutbox, bState} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		if !scan {
			return nil
		}
		for line := range uint32(Lines) {
			if err := tx.Bucket(bState).Put(lineKey(line), payload(StateBytes)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

func openBoltJournal(path string) (store, error) { return openBolt(path, false) }
func openBoltScan(path string) (store, error)    { return openBolt(path, true) }

func (s *boltStore) commit(scans []scan) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		j, o, st := tx.Bucket(bJournal), tx.Bucket(bOutbox), tx.Bucket(bState)
		j.FillPercent, o.FillPercent = 1, 1
		for _, sc := range scans {
			s.seq++
			key := binary.BigEndian.AppendUint64(nil, s.seq)
			if err := j.Put(key, s.value); err != nil {
				return err
			}
			if !s.scan {
				continue
			}
			next := append([]byte(nil), st.Get(lineKey(sc.line))...)
			binary.BigEndian.PutUint64(next, s.seq)
			if err := st.Put(lineKey(sc.line), next); err != nil {
				return err
			}
			if err := o.Put(key, s.value); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *boltStore) close() (int64, error) {
	var size int64
	err := s.db.View(func(tx *bolt.Tx) error { size = tx.Size(); return nil })
	if cerr := s.db.Close(); err == nil {
		err = cerr
	}
	if rerr := os.Remove(s.path); err == nil {
		err = rerr
	}
	return size, err
}

func lineKey(line uint32) []byte { return binary.BigEndian.AppendUint32(nil, line) }

// payload is n bytes that look like a record: a file system that compresses gains nothing worth having.
func payload(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + (i*7+i/26)%26)
	}
	return b
}
