package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"picket/sync/oms/store"
)

// Dialect is what differs between databases.
type Dialect struct {
	Bytes string              // type of a column of bytes
	Keyed string              // behind a table whose rows are to lie in the order of their key; may be empty
	Bind  func(string) string // turns ? into the database's own marks; nil leaves them
	Again func(error) bool    // the transaction lost against another and may be run again; nil is never
	// Keep makes a copy of a database of an earlier schema before it is brought up to this one's; nil keeps none.
	Keep func(ctx context.Context, schema string) error
}

// DB is a store over database/sql.
type DB struct {
	write, read *pool
	d           Dialect
	commits     atomic.Uint64
}

// New makes the store and its tables. read may be the same pool as write.
func New(ctx context.Context, write, read *sql.DB, d Dialect) (*DB, error) {
	s := &DB{write: newPool(write), d: d}
	if s.read = s.write; read != write {
		s.read = newPool(read)
	}
	shape := strings.NewReplacer("{bytes}", d.Bytes, "{keyed}", d.Keyed)
	for _, text := range Schema {
		if _, err := write.ExecContext(ctx, shape.Replace(text)); err != nil {
			return nil, fmt.Errorf("create tables: %w", err)
		}
	}
	var from string
	err := s.View(ctx, func(t store.Tx) (err error) {
		if from, err = t.Meta("schema"); err != nil {
			return err
		}
		n, err := commits(t)
		s.commits.Store(n)
		return err
	})
	if err == nil && older(from) && d.Keep != nil {
		err = d.Keep(ctx, from)
	}
	if err != nil {
		return nil, err
	}
	// It is not counted: a database that is only opened was never in use.
	return s, s.again(func() error {
		return s.run(ctx, s.write, writing, func(t store.Tx) error {
			from, err := t.Meta("schema")
			if err != nil {
				return err
			}
			return t.(*tx).migrate(from)
		})
	})
}

// Update is one transaction.
func (s *DB) Update(ctx context.Context, do func(store.Tx) error) error {
	return s.again(func() error { return s.run(ctx, s.write, counting, do) })
}

func (s *DB) again(do func() error) error {
	for try := 0; ; try++ {
		err := do()
		if err == nil || try == 9 || s.d.Again == nil || !s.d.Again(err) {
			return err
		}
	}
}

// View is one moment.
func (s *DB) View(ctx context.Context, do func(store.Tx) error) error {
	return s.run(ctx, s.read, reading, do)
}

// Commits is how many transactions ever wrote.
func (s *DB) Commits() uint64 { return s.commits.Load() }

func commits(t store.Tx) (n uint64, err error) {
	text, err := t.Meta(store.CommitsKey)
	if err != nil || text == "" {
		return 0, err
	}
	if n, err = strconv.ParseUint(text, 10, 64); err != nil {
		return 0, fmt.Errorf("count of commits: %w", err)
	}
	return n, nil
}

// Close closes the database.
func (s *DB) Close() error {
	if s.read == s.write {
		return s.write.close()
	}
	return errors.Join(s.read.close(), s.write.close())
}

// mode is what a transaction is for.
type mode uint8

const (
	reading  mode = iota
	writing       // and nobody counts it
	counting      // and it is counted when it wrote
)

func (s *DB) run(ctx context.Context, p *pool, m mode, do func(store.Tx) error) (err error) {
	line, err := p.take(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	sound := false // what ended in an unknown state is not used again
	defer func() { p.give(line, sound) }()
	// A statement that may be cancelled costs the driver a goroutine each time; the caller's wish to stop is looked at
	// between them (see stmt) instead.
	calm := context.WithoutCancel(ctx)
	raw, err := line.conn.BeginTx(calm, &sql.TxOptions{ReadOnly: m == reading})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	done := false
	defer func() {
		if !done {
			_ = raw.Rollback() // do panicked: nothing of it may stay
		}
	}()
	t := &tx{ctx: ctx, calm: calm, line: line, bind: s.d.Bind, readOnly: m == reading}
	err = do(t)
	if err == nil && m != reading {
		err = ctx.Err()
	}
	count := uint64(0)
	if err == nil && m == counting && t.wrote {
		if count, err = commits(t); err == nil {
			count++
			err = t.SetMeta(store.CommitsKey, strconv.FormatUint(count, 10))
		}
	}
	done = true
	if err != nil || m == reading {
		rerr := rollback(raw)
		sound = rerr == nil
		return errors.Join(err, rerr)
	}
	if err := raw.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if count > 0 {
		s.commits.Store(count)
	}
	sound = true
	return nil
}

func rollback(t *sql.Tx) error {
	if err := t.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("roll back: %w", err)
	}
	return nil
}

type tx struct {
	ctx, calm context.Context
	line      *line
	bind      func(string) string
	readOnly  bool
	wrote     bool // some row is not as it was
}

// stmt is a statement made ready once for the connection's life: all transactions run the same few.
func (t *tx) stmt(q string) (*sql.Stmt, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	if s := t.line.ready[q]; s != nil {
		return s, nil
	}
	text := q
	if t.bind != nil {
		text = t.bind(q)
	}
	s, err := t.line.conn.PrepareContext(t.calm, text)
	if err == nil {
		t.line.ready[q] = s
	}
	return s, err
}

var errReadOnly = errors.New("store: this transaction only reads")

// exec runs a statement and says how many rows it changed.
func (t *tx) exec(q string, args ...any) (int64, error) {
	if t.readOnly {
		return 0, errReadOnly
	}
	stmt, err := t.stmt(q)
	if err != nil {
		return 0, err
	}
	r, err := stmt.ExecContext(t.calm, args...)
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	t.wrote = t.wrote || n > 0
	return n, err
}

func (t *tx) do(q string, args ...any) error {
	_, err := t.exec(q, args...)
	return err
}

// one scans one row; no row is ErrNone.
func (t *tx) one(q string, args []any, into ...any) error {
	stmt, err := t.stmt(q)
	if err != nil {
		return err
	}
	err = stmt.QueryRowContext(t.calm, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return store.ErrNone
	}
	return err
}

// each scans every row.
func (t *tx) each(q string, args []any, row func(scan func(...any) error) error) error {
	stmt, err := t.stmt(q)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(t.calm, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (t *tx) Meta(key string) (string, error) {
	var v string
	err := t.one(`SELECT value FROM meta WHERE name = ?`, []any{key}, &v)
	if errors.Is(err, store.ErrNone) {
		return "", nil
	}
	return v, err
}

func (t *tx) SetMeta(key, value string) error {
	return t.do(`INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value`, key, value)
}

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// marks is n question marks.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }
