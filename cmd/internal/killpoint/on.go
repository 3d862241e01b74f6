//go:build killpoints

package killpoint

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/sync/link"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// trap ends the process when its point was passed so often.
type trap struct {
	point string
	left  atomic.Int64
}

func set() *trap {
	t := &trap{}
	point, count, _ := strings.Cut(os.Getenv("PICKET_TEST_KILL"), ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if err == nil && n > 0 {
		t.point = point
		t.left.Store(n)
	}
	return t
}

func (t *trap) pass(point string) {
	if point != "" && point == t.point && t.left.Add(-1) == 0 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // nothing more happens, however long the signal takes
	}
}

type killingJournal struct {
	node.Journal
	*trap
}

// Journal is the journal with its points.
func Journal(j node.Journal) node.Journal { return killingJournal{j, set()} }

func (j killingJournal) Append(b journal.Batch) (journal.Position, error) {
	j.pass("journal.decided")
	p, err := j.Journal.Append(b)
	j.pass("journal.committed")
	return p, err
}

type killingLink struct {
	link.Link
	*trap
}

// Link is the link with its points.
func Link(l link.Link) link.Link { return killingLink{l, set()} }

func (l killingLink) Publish(topic string, payload []byte, retained bool) error {
	l.pass("link.sending")
	err := l.Link.Publish(topic, payload, retained)
	l.pass("link.sent")
	return err
}

type killingStore struct {
	store.Store
	*trap
}

// Store is the store with its points.
func Store(s store.Store) store.Store { return killingStore{s, set()} }

func (s killingStore) Update(ctx context.Context, do func(store.Tx) error) error {
	err := s.Store.Update(ctx, func(tx store.Tx) error {
		err := do(&killingTx{Tx: tx, trap: s.trap})
		s.pass("store.deciding")
		return err
	})
	s.pass("store.committed")
	return err
}

type killingTx struct {
	store.Tx
	*trap
	facts int
}

func (t *killingTx) AddFact(site floor.SiteID, f store.Fact) (bool, error) {
	if t.facts++; t.facts > 1 {
		t.pass("taken.between")
	}
	return t.Tx.AddFact(site, f)
}

// AddFacts passes the point behind the first of several.
func (t *killingTx) AddFacts(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	if len(fs) < 2 {
		return t.Tx.AddFacts(site, after, fs)
	}
	n, err := t.Tx.AddFacts(site, after, fs[:1])
	if err != nil {
		return n, err
	}
	t.pass("taken.between")
	more, err := t.Tx.AddFacts(site, after+wire.Pos(n), fs[1:])
	return n + more, err
}

type killingPrinter struct {
	spool.Printer
	*trap
}

type killingDesk struct {
	spool.Desk
	*trap
}

// Press is a lane's printer and its desk with their points.
func Press(p spool.Printer, d spool.Desk) (spool.Printer, spool.Desk) {
	t := set()
	return killingPrinter{p, t}, killingDesk{d, t}
}

func (p killingPrinter) Status(ctx context.Context) (devices.Status, error) {
	st, err := p.Printer.Status(ctx)
	if err == nil && st.Ready() {
		p.pass("print.ready")
	}
	return st, err
}

func (p killingPrinter) Print(ctx context.Context, job []byte) error {
	if p.point == "print.torn" {
		if err := p.Printer.Print(ctx, job[:len(job)/2]); err != nil {
			return err
		}
		p.pass("print.torn")
		return p.Printer.Print(ctx, job[len(job)/2:])
	}
	err := p.Printer.Print(ctx, job)
	p.pass("print.sent")
	return err
}

func (d killingDesk) Submit(ctx context.Context, c floor.Command) (floor.Answer, error) {
	var before, after string
	switch c.(type) {
	case *floor.StartPrint:
		before, after = "print.starting", "print.started"
	case *floor.ConfirmPrint:
		before, after = "print.seen", "print.confirmed"
	case *floor.FailPrint:
		before, after = "print.failing", "print.failed"
	}
	d.pass(before)
	a, err := d.Desk.Submit(ctx, c)
	d.pass(after)
	return a, err
}
