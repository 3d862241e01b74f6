package oms_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// wroteBy is a site's log of one record of each type that its version has, in the bytes that version wrote.
func wroteBy(t *testing.T, version int) []reconcile.Record {
	t.Helper()
	var all [][]byte
	if version == floor.SchemaVersion {
		files, err := filepath.Glob("../../edge/floor/testdata/events/*.json")
		require.NoError(t, err)
		for _, f := range files {
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			all = append(all, raw)
		}
	} else {
		text, err := os.ReadFile(fmt.Sprintf("../../edge/floor/testdata/versions/%d.ndjson", version))
		require.NoError(t, err)
		all = bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	}
	require.NotEmpty(t, all)
	out, hash := make([]reconcile.Record, len(all)), wire.Hash{}
	for i, raw := range all {
		raw = bytes.Replace(raw, []byte(`"id":"hh-1:9/0"`), fmt.Appendf(nil, `"id":"v%d:%d/0"`, version, i), 1)
		hash = wire.Chain(hash, raw)
		out[i] = reconcile.Record{Seq: wire.Seq(i + 1), Hash: hash, Raw: raw}
	}
	return out
}

// centreOf is a centre of a version: it does not know the types that came later.
func centreOf(t *testing.T, st store.Store, version int) *clerk.Clerk {
	t.Helper()
	cfg := clerk.Config{Tenant: "demo", Now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }, NewID: numberedIDs()}
	if version < floor.SchemaVersion {
		knows := map[string]bool{}
		for _, r := range wroteBy(t, version) {
			peek, err := floor.Decode(r.Raw)
			require.NoError(t, err)
			knows[peek.Type] = true
		}
		for _, e := range floor.Types() {
			if !knows[e.Type()] {
				cfg.Lacks = append(cfg.Lacks, e.Type())
			}
		}
	}
	c, err := clerk.New(st, cfg)
	require.NoError(t, err)
	return c
}

func numberedIDs() func(time.Time) string {
	n := 0
	return func(time.Time) string { n++; return fmt.Sprintf("ID%d", n) }
}

// Sites and centres of this version and the two before it, in every pairing: an older site is read to its end; a newer one
// is read up to what the centre does not know, waits there, and goes on when the centre is updated, nothing lost, nothing twice.
func TestEveryVersionWithEveryOther(t *testing.T) {
	ctx := context.Background()
	for site := floor.SchemaVersion - 2; site <= floor.SchemaVersion; site++ {
		for centre := floor.SchemaVersion - 2; centre <= floor.SchemaVersion; centre++ {
			t.Run(fmt.Sprintf("site %d, centre %d", site, centre), func(t *testing.T) {
				st, err := sqlite.Memory(ctx)
				require.NoError(t, err)
				defer st.Close()
				require.NoError(t, st.Update(ctx, func(tx store.Tx) error { return tx.PutSite(store.Site{ID: "north", Name: "North", Zone: "UTC"}) }))
				log := wroteBy(t, site)
				done := wire.Seq(0)
				take := func(c *clerk.Clerk) reconcile.Applied {
					got := c.TakeIn(ctx, clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: "log-1", Records: log[done:]}})[0]
					require.NoError(t, got.Err)
					done = got.UpTo
					for {
						n, err := c.Fold(ctx, "north", 64)
						require.NoError(t, err)
						if n == 0 {
							return got
						}
					}
				}
				got := take(centreOf(t, st, centre))
				if site <= centre {
					require.Nil(t, got.Blocked)
				} else {
					require.NotNil(t, got.Blocked, "it waits before what it does not know")
					require.Equal(t, done+1, got.Blocked.Seq)
					next, err := floor.Decode(log[done].Raw)
					require.NoError(t, err)
					require.Equal(t, next.Type, got.Blocked.Type)
					require.False(t, floor.IsLocal(next.Type), "what is the site's own business is stored unread")
					got = take(centreOf(t, st, floor.SchemaVersion))
					require.Nil(t, got.Blocked)
				}
				require.EqualValues(t, len(log), done)
				require.NoError(t, st.View(ctx, func(tx store.Tx) error {
					facts, err := tx.Facts("north", 0, 1000)
					require.NoError(t, err)
					require.Len(t, facts, len(log))
					for i := range facts {
						require.Equal(t, log[i].Raw, facts[i].Raw, "the bytes stay as they were written")
					}
					m, err := tx.Mark("north")
					require.NoError(t, err)
					require.EqualValues(t, len(log), m.Folded)
					return nil
				}))
			})
		}
	}
}
