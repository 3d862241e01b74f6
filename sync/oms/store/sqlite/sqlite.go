// Package sqlite opens package store on SQLite: one file, WAL, every commit synced, one writer and several
// readers. It needs no server and no C compiler.
//
// The package must never lower the durability it was asked for, and never hold rows of its own: the SQL is
// sqlstore's.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver

	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlstore"
)

// Open opens the database file, and creates it (readable by its owner only) when it is not there.
func Open(ctx context.Context, path string) (store.Store, error) {
	if path == "" {
		return nil, errors.New("sqlite: path: is missing")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	write, err := writer(abs)
	if err != nil {
		return nil, err
	}
	read, err := pool("file:"+(&url.URL{Path: abs}).EscapedPath(), "deferred", "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(4)
	return open(ctx, write, read, func(ctx context.Context, schema string) error { return keep(ctx, write, abs+".schema-"+schema) })
}

// writer is the one connection that writes. FULL syncs the log on every commit: what was acknowledged
// survives the loss of power. The log is folded into the file every 32 MB, not every 4: a flood of records
// would pay for that with every twentieth commit. What a statement needs to be undone is held in memory.
func writer(path string) (*sql.DB, error) { return writing(path, "FULL", 8000) }

func writing(path, synced string, pages int) (*sql.DB, error) {
	db, err := pool("file:"+(&url.URL{Path: path}).EscapedPath(), "immediate", "journal_mode(WAL)", "synchronous("+synced+")",
		fmt.Sprintf("wal_autocheckpoint(%d)", pages), "cache_size(-32000)", "temp_store(2)")
	if err == nil {
		db.SetMaxOpenConns(1) // SQLite has one writer; a queue here is fair, its own lock is not
	}
	return db, err
}

// Memory is a database that is forgotten when it is closed: for simulators and tests of what is above.
func Memory(ctx context.Context) (store.Store, error) {
	db, err := pool("file::memory:", "immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)    // a second connection would see another database
	db.SetConnMaxLifetime(0) // and a fresh one an empty one
	db.SetConnMaxIdleTime(0)
	return open(ctx, db, db, nil)
}

// pool opens connections whose transactions begin as said: a writer takes its lock at once, so that it never
// has to give up halfway; a reader never takes it.
func pool(dsn, begin string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_txlock": {begin}}
	q.Add("_pragma", "busy_timeout(10000)")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	db, err := sql.Open("sqlite", dsn+"?"+q.Encode())
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return db, nil
}

func open(ctx context.Context, write, read *sql.DB, keep func(context.Context, string) error) (store.Store, error) {
	s, err := sqlstore.New(ctx, write, read, sqlstore.Dialect{Bytes: "BLOB", Keyed: " WITHOUT ROWID", Keep: keep})
	if err != nil {
		err = errors.Join(err, write.Close())
		if read != write {
			err = errors.Join(err, read.Close())
		}
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return s, nil
}

// keep copies the database as it is, whole, in the place of a copy that an earlier attempt left.
func keep(ctx context.Context, db *sql.DB, path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // its owner's, as the database is
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	if err != nil {
		return fmt.Errorf("keep a copy of the database before it is changed: %w", err)
	}
	return nil
}
