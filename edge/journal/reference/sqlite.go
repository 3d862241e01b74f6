package reference

import (
	"context"
	"database/sql"
	"os"

	_ "modernc.org/sqlite" // the driver registers itself under the name "sqlite"
)

// sqliteStore is SQLite in its durable setting: WAL, synchronous=FULL, one connection, prepared statements.
type sqliteStore struct {
	db         *sql.DB
	conn       *sql.Conn
	path       string
	seq        int64
	value      []byte
	jour, out  *sql.Stmt
	get, put   *sql.Stmt
	begin, end *sql.Stmt
}

func openSQLite(path string) (store, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		return nil, err
	}
	s := &sqliteStore{db: db, path: path, value: payload(EntryBytes)}
	if s.conn, err = db.Conn(ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.conn.Close()
		_ = db.Close()
		return nil, err
	}
	return s, nil
}

func (s *sqliteStore) prepare(ctx context.Context) error {
	for _, q := range []string{
		`CREATE TABLE journal (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL)`,
		`CREATE TABLE outbox (seq INTEGER PRIMARY KEY, raw BLOB NOT NULL)`,
		`CREATE TABLE state (line INTEGER PRIMARY KEY, v BLOB NOT NULL)`,
		`BEGIN`,
	} {
		if _, err := s.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	var err error
	prep := func(q string) *sql.Stmt {
		if err != nil {
			return nil
		}
		var st *sql.Stmt
		st, err = s.conn.PrepareContext(ctx, q)
		return st
	}
	s.begin, s.end = prep(`BEGIN IMMEDIATE`), prep(`COMMIT`)
	s.jour, s.out = prep(`INSERT INTO journal VALUES (?,?)`), prep(`INSERT INTO outbox VALUES (?,?)`)
	s.get, s.put = prep(`SELECT v FROM state WHERE line=?`), prep(`INSERT OR REPLACE INTO state VALUES (?,?)`)
	if err != nil {
		return err
	}
	for line := range Lines {
		if _, err := s.put.Exec(line, payload(StateBytes)); err != nil {
			return err
		}
	}
	_, err = s.end.Exec()
	return err
}

func (s *sqliteStore) commit(scans []scan) error {
	if _, err := s.begin.Exec(); err != nil {
		return err
	}
	for _, sc := range scans {
		s.seq++
		if _, err := s.jour.Exec(s.seq, s.value); err != nil {
			return err
		}
		var v []byte
		if err := s.get.QueryRow(sc.line).Scan(&v); err != nil {
			return err
		}
		v[0]++
		if _, err := s.put.Exec(sc.line, v); err != nil {
			return err
		}
		if _, err := s.out.Exec(s.seq, s.value); err != nil {
			return err
		}
	}
	_, err := s.end.Exec()
	return err
}

func (s *sqliteStore) close() (int64, error) {
	err := s.conn.Close()
	if cerr := s.db.Close(); err == nil {
		err = cerr
	}
	info, serr := os.Stat(s.path)
	if err == nil {
		err = serr
	}
	if err != nil {
		return 0, err
	}
	return info.Size(), os.Remove(s.path)
}
