package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// pool hands out a database's connections, each with the statements it has made ready. As many as the database may
// open are there; who finds none waits for its turn.
type pool struct {
	db    *sql.DB
	free  chan *line
	lines int
}

// line is one connection, nil before it was first needed. Between take and give it is one transaction's own.
type line struct {
	conn   *sql.Conn
	ready  map[string]*sql.Stmt
	packer packer
}

// manyLines is for a database that sets no limit of its own.
const manyLines = 8

func newPool(db *sql.DB) *pool {
	n := db.Stats().MaxOpenConnections
	if n <= 0 {
		n = manyLines
	}
	p := &pool{db: db, free: make(chan *line, n), lines: n}
	for range n {
		p.free <- &line{}
	}
	return p
}

var errClosed = errors.New("store: the database is closed")

func (p *pool) take(ctx context.Context) (*line, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var l *line
	var open bool
	select {
	case l, open = <-p.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !open {
		return nil, errClosed
	}
	if l.conn != nil {
		return l, nil
	}
	conn, err := p.db.Conn(ctx)
	if err != nil {
		p.free <- l
		return nil, err
	}
	l.conn, l.ready = conn, map[string]*sql.Stmt{}
	return l, nil
}

func (p *pool) give(l *line, sound bool) {
	if !sound {
		_ = l.hang()
	}
	p.free <- l
}

// hang gives the connection back to the database, which closes it if it is broken.
func (l *line) hang() error {
	var all error
	if l.conn != nil {
		for _, s := range l.ready {
			all = errors.Join(all, s.Close())
		}
		all = errors.Join(all, l.conn.Close())
	}
	l.conn, l.ready = nil, nil
	return all
}

// close waits for what runs.
func (p *pool) close() error {
	var all error
	for range p.lines {
		l, open := <-p.free
		if !open {
			return nil // it is closed already
		}
		all = errors.Join(all, l.hang())
	}
	close(p.free)
	return errors.Join(all, p.db.Close())
}
