package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"picket/sync/oms/store/sqlstore"
)

// Copy writes one moment of the database file to another file, which must not be there, and syncs it. It reads by a
// connection of its own: who writes does not wait for it. What it leaves when it fails is no copy.
func Copy(ctx context.Context, from, to string) (err error) {
	abs, err := filepath.Abs(from)
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: abs}).EscapedPath()+"?mode=rw&_pragma=busy_timeout(10000)") // rw makes no database where none is
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) // its owner's, as the database is
	if err != nil {
		return fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("sqlite: copy: %w", err)
	}
	return f.Sync()
}

// Verify reads a copy from end to end, without changing it or leaving anything beside it, and says what it holds.
func Verify(ctx context.Context, path string) (h sqlstore.Holds, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return h, fmt.Errorf("sqlite: %w", err)
	}
	if _, err := os.Stat(abs); err != nil {
		return h, fmt.Errorf("sqlite: %w", err)
	}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: abs}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return h, fmt.Errorf("sqlite: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil {
		return h, fmt.Errorf("sqlite: it cannot be read: %w", err)
	}
	if said != "ok" {
		return h, fmt.Errorf("sqlite: it is damaged: %s", said)
	}
	return sqlstore.HeldBy(ctx, db)
}
