package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"picket/edge/floor"
	"picket/edge/journal/crashdisk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// TestPowerCut cuts the power under the centre's database: at every write and sync SQLite makes while sites' records are
// taken in, orders are captured and feeds grow, and the log is folded into the file now and then. Each disk that can be
// left must be whole and hold exactly what was committed up to the last one anybody was told of, or up to the one under
// way. Then one sync at a time is taken away, and commits are made without one: the rig must see each.
//
// PICKET_CRASH_SEEDS=N explores N histories, and longer ones. The race detector, which makes SQLite ten times as slow, looks
// at one disk of so many.
func TestPowerCut(t *testing.T) {
	seeds, length, least, started, states := crashdisk.Seeds(t, 0), 40, 4000, time.Now(), 0
	if seeds == 0 {
		seeds, length, least = 1, 6, 1000/every
	}
	for seed := range seeds {
		n, err := cuts(t, uint64(seed), length, "FULL", "")
		require.NoError(t, err, "seed %d", seed)
		states += n
	}
	require.GreaterOrEqual(t, states, least*seeds)
	t.Logf("%d crash states in %s, no acknowledged commit lost, none half", states, time.Since(started).Round(time.Millisecond))
	for _, mutant := range mutants {
		t.Run("sees a dropped "+mutant, func(t *testing.T) {
			_, err := cuts(t, 0, length, "FULL", mutant)
			require.Error(t, err)
			t.Log(err)
		})
	}
	t.Run("sees commits that are not synced", func(t *testing.T) {
		_, err := cuts(t, 0, length, "NORMAL", "")
		require.ErrorIs(t, err, errLost)
	})
}

var (
	errLost = errors.New("an acknowledged commit is lost, or half of one is there")
	errHurt = errors.New("the file is damaged")
)

// cuts makes one history and looks at every disk it can leave.
func cuts(t *testing.T, seed uint64, length int, synced, mutant string) (looked int, err error) {
	rec := &crashdisk.Recorder{}
	told := commits(t, seed, length, synced, mutant, rec)
	room := t.TempDir()
	if shm, err := os.MkdirTemp("/dev/shm", "picket-crash-"); err == nil { // in memory where there is such a place
		defer func() { _ = os.RemoveAll(shm) }()
		room = shm
	}
	looks, enough := errgroup.WithContext(context.Background())
	looks.SetLimit(2)
	states := 0
	_, err = crashdisk.Explore(rec, 1, rand.New(rand.NewPCG(seed, 2)), func(s crashdisk.State) error {
		if states++; s.Acked < 0 || enough.Err() != nil || states%every != 0 {
			return enough.Err() // the disk as it was found; or one was bad already
		}
		looked++
		dir, err := os.MkdirTemp(room, "")
		if err != nil {
			return err
		}
		if err := s.Restore(dir); err != nil {
			return err
		}
		looks.Go(func() error {
			defer func() { _ = os.RemoveAll(dir) }()
			if err := whole(filepath.Join(dir, "oms.db"), told, s.Acked); err != nil {
				return fmt.Errorf("%s: %w", s.Where, err)
			}
			return nil
		})
		return nil
	})
	if bad := looks.Wait(); bad != nil {
		err = bad
	}
	return looked, err
}

// whole looks at what is there when the power is back.
func whole(path string, told []string, acked int) error {
	db, err := writer(path)
	if err != nil {
		return err
	}
	defer db.Close()
	var says string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&says); err != nil || says != "ok" {
		return fmt.Errorf("%w: %s %v", errHurt, says, err)
	}
	now, err := everything(db)
	if err != nil {
		return err
	}
	for k := acked; k < min(acked+2, len(told)); k++ {
		if told[k] == now {
			return nil
		}
	}
	return errLost
}

// everything is a digest of every row of every table.
func everything(db *sql.DB) (string, error) {
	h := sha256.New()
	names, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`)
	if err != nil {
		return "", err
	}
	var tables []string
	for names.Next() {
		var name string
		if err := names.Scan(&name); err != nil {
			return "", err
		}
		tables = append(tables, name)
	}
	if err := errors.Join(names.Err(), names.Close()); err != nil {
		return "", err
	}
	for _, name := range tables {
		rows, err := db.Query("SELECT * FROM " + name)
		if err != nil {
			return "", err
		}
		columns, err := rows.Columns()
		if err != nil {
			return "", err
		}
		row, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %q\n", name, row)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// commits is one history of a centre's database: what the disk heard, and what was there behind each commit.
func commits(t *testing.T, seed uint64, length int, synced, mutant string, rec *crashdisk.Recorder) (told []string) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "oms.db")
	first, err := Open(ctx, path)
	require.NoError(t, err)
	require.NoError(t, first.Update(ctx, func(tx store.Tx) error { return tx.PutSite(store.Site{ID: "north"}) }))
	require.NoError(t, first.Close())
	require.NoError(t, rec.Holds(path))

	t.Run("history", func(t *testing.T) { // its end ends the listening
		listen(t, path, rec, mutant)
		write, err := writing(path, synced, 12)
		require.NoError(t, err)
		s, err := open(ctx, write, write, nil)
		require.NoError(t, err)
		read, err := pool("file:"+path, "deferred", "query_only(1)")
		require.NoError(t, err)
		tell := func() {
			now, err := everything(read)
			require.NoError(t, err)
			rec.Ack(len(told))
			told = append(told, now)
		}
		tell()
		day := &aDay{rnd: rnd}
		for range length {
			require.NoError(t, s.Update(ctx, day.commit))
			tell()
		}
		require.NoError(t, read.Close())
		require.NoError(t, s.Close()) // folds the log into the file, and removes it
	})
	return told
}

// aDay is what a centre stores.
type aDay struct {
	rnd           *rand.Rand
	seq           wire.Seq
	pos           wire.Pos
	feed          wire.Seq
	orders, noted int
}

func (d *aDay) commit(tx store.Tx) error {
	if d.rnd.IntN(3) > 0 {
		var facts []store.Fact
		for range 1 + d.rnd.IntN(30) {
			d.seq++
			facts = append(facts, store.Fact{Record: fmt.Sprintf("dev:%d/0", d.seq), Log: "LOG", Seq: d.seq, Hash: d.hash(), Raw: d.bytes()})
		}
		n, err := tx.AddFacts("north", d.pos, facts)
		if err != nil {
			return err
		}
		d.pos += wire.Pos(n)
		if err := tx.PutMark("north", store.Mark{Applied: wire.Position{Log: "LOG", Seq: d.seq, Hash: facts[len(facts)-1].Hash}, Pos: d.pos}); err != nil {
			return err
		}
	}
	if d.rnd.IntN(2) == 0 {
		d.orders++
		o := order.Order{ID: floor.OrderID(fmt.Sprintf("O-%d", d.orders)), Channel: "web", Number: fmt.Sprint(d.orders), State: order.Waiting}
		if err := tx.AddOrder(o); err != nil {
			return err
		}
		if err := tx.Tell(o.ID, order.Happened{Words: "captured"}); err != nil {
			return err
		}
		d.feed++
		if err := tx.AppendFeed("north", 1, store.FeedEntry{Seq: d.feed, Hash: d.hash(), ID: string(o.ID), Raw: d.bytes()}); err != nil {
			return err
		}
	}
	d.noted++
	return tx.SetMeta("noted", fmt.Sprint(d.noted))
}

func (d *aDay) hash() (h wire.Hash) {
	for i := range h {
		h[i] = byte(d.rnd.Uint32())
	}
	return h
}

func (d *aDay) bytes() []byte {
	b := make([]byte, 1+d.rnd.IntN(600))
	for i := range b {
		b[i] = byte(d.rnd.Uint32())
	}
	return b
}
