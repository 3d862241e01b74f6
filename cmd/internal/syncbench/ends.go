package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
	bolt "go.etcd.io/bbolt"

	"picket/edge/journal"
)

// The two ends of a pipe. A message is its number, 8 bytes, and behind it the records: each with its length in four
// bytes, packed by gzip in a ledger.

// records are some of the day's, as they stand in the site's journal.
func (d *day) records(most int) (out [][]byte, err error) {
	f, err := journal.Open(filepath.Join(d.dir, "site.db"), journal.Options{})
	if err != nil {
		return nil, err
	}
	_, err = f.Read(f.Head().Seq-min(d.events, uint64(most))+1, 0, func(_ uint64, raw []byte) error {
		out = append(out, bytes.Clone(raw))
		return nil
	})
	return out, errors.Join(err, f.Close())
}

type chained struct{ hash [32]byte }

func (c *chained) next(raw []byte) [32]byte {
	own := sha256.Sum256(raw)
	c.hash = sha256.Sum256(append(c.hash[:], own[:]...))
	return c.hash
}

type pipeSender struct {
	p     pipe
	chain chained
	buf   bytes.Buffer
	zip   *gzip.Writer
}

func newSender(p pipe) *pipeSender {
	s := &pipeSender{p: p}
	s.zip, _ = gzip.NewWriterLevel(&s.buf, 5)
	return s
}

func (s *pipeSender) message(no uint64) []byte {
	var text []byte
	for i := range s.p.records {
		raw := s.p.scans[(int(no)*s.p.records+i)%len(s.p.scans)]
		text = append(binary.BigEndian.AppendUint32(text, uint32(len(raw))), raw...)
		if s.p.kind == ledger {
			s.chain.next(raw)
		}
	}
	if s.p.kind == ledger {
		s.buf.Reset()
		s.zip.Reset(&s.buf)
		_, _ = s.zip.Write(text)
		_ = s.zip.Close()
		text = s.buf.Bytes()
	}
	return append(binary.BigEndian.AppendUint64(nil, no), text...)
}

type pipeReceiver struct {
	p     pipe
	bolt  *bolt.DB
	sql   *sql.DB
	add   *sql.Stmt
	chain chained
	next  uint64
	zip   gzip.Reader
	n     int64
}

func (p pipe) receiver(dir string) (*pipeReceiver, error) {
	r := &pipeReceiver{p: p}
	var err error
	switch p.kind {
	case bolted:
		r.bolt, err = bolt.Open(filepath.Join(dir, "pipe.db"), 0o600, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
	case ledger:
		r.sql, err = sql.Open("sqlite", "file:"+filepath.Join(dir, "pipe.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(8000)&_pragma=cache_size(-32000)&_txlock=immediate")
		if err != nil {
			break
		}
		r.sql.SetMaxOpenConns(1)
		if _, err = r.sql.Exec(`CREATE TABLE fact(pos INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, hash BLOB NOT NULL, raw BLOB NOT NULL)`); err == nil {
			r.add, err = r.sql.Prepare(`INSERT INTO fact VALUES` + strings.TrimSuffix(strings.Repeat("(?,?,?,?),", p.records), ","))
		}
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *pipeReceiver) close() {
	if r.bolt != nil {
		_ = r.bolt.Close()
	}
	if r.sql != nil {
		_ = r.sql.Close()
	}
}

func (r *pipeReceiver) take(m []byte) error {
	if r.p.kind == loose {
		return nil
	}
	if binary.BigEndian.Uint64(m) != r.next {
		return errors.New("a message is missing")
	}
	r.next++
	text := m[8:]
	if r.p.kind == ledger {
		if err := r.zip.Reset(bytes.NewReader(text)); err != nil {
			return err
		}
		var err error
		if text, err = io.ReadAll(&r.zip); err != nil {
			return err
		}
	}
	all := make([][]byte, 0, r.p.records)
	for len(text) > 0 {
		n := 4 + int(binary.BigEndian.Uint32(text))
		all, text = append(all, text[4:n]), text[n:]
	}
	if r.p.kind == bolted {
		return r.bolt.Update(func(tx *bolt.Tx) error { return journalled(tx, all) })
	}
	args := make([]any, 0, 4*len(all))
	for _, raw := range all {
		r.n++
		h := r.chain.next(raw)
		args = append(args, r.n, fmt.Sprintf("01JD8XK3W%010d:%d/0", r.n%64, r.n/64), h[:], raw) // as 64 handhelds count
	}
	tx, err := r.sql.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Stmt(r.add).Exec(args...); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func journalled(tx *bolt.Tx, all [][]byte) error {
	b, err := tx.CreateBucketIfNotExists([]byte("journal"))
	if err != nil {
		return err
	}
	b.FillPercent = 1
	for _, raw := range all {
		id, err := b.NextSequence()
		if err != nil {
			return err
		}
		if err := b.Put(binary.BigEndian.AppendUint64(nil, id), raw); err != nil {
			return err
		}
	}
	return nil
}
