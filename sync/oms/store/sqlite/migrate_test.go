package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

// The tables of schema 1 that schema 2 has no more.
const schema1 = `
	CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
	INSERT INTO meta VALUES('schema', '1');
	CREATE TABLE site_fact(site TEXT NOT NULL, pos BIGINT NOT NULL, record TEXT NOT NULL, log TEXT NOT NULL, seq BIGINT NOT NULL,
		hash BLOB NOT NULL, raw BLOB NOT NULL, PRIMARY KEY(site, pos)) WITHOUT ROWID;
	CREATE UNIQUE INDEX site_fact_once ON site_fact(site, record);
	CREATE TABLE site_chain(site TEXT NOT NULL, seq BIGINT NOT NULL, hash BLOB NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY(site, seq)) WITHOUT ROWID;
	CREATE TABLE site_run(site TEXT NOT NULL, seq BIGINT NOT NULL, n BIGINT NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY(site, seq)) WITHOUT ROWID;
	INSERT INTO site_run VALUES('north', 1, 1040, 1), ('south', 1, 2, 1);
	INSERT INTO site_chain VALUES('north', 1041, x'07', 3);`

func TestADatabaseOfSchema1IsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oms.db")
	db, err := sql.Open("sqlite", "file:"+path)
	require.NoError(t, err)
	_, err = db.Exec(schema1)
	require.NoError(t, err)
	// A run of a device, orphans on no chain among them, and the log of another box behind.
	var want []store.Fact
	for i := 1; i <= 1060; i++ {
		f := store.Fact{Pos: wire.Pos(i), Record: fmt.Sprintf("dev%d:%d/0", i%3, i/3), Log: "a", Seq: wire.Seq(i), Hash: wire.Hash{byte(i), byte(i >> 8)}, Raw: fmt.Appendf(nil, `{"n":%d}`, i)}
		if i > 1040 {
			f.Log, f.Seq = "b", 0
		}
		if i > 1050 {
			f.Record = fmt.Sprintf("back/%d", 1060-i)
		}
		want = append(want, f)
	}
	tx, err := db.Begin()
	require.NoError(t, err)
	add, err := tx.Prepare(`INSERT INTO site_fact VALUES(?, ?, ?, ?, ?, ?, ?)`)
	require.NoError(t, err)
	put := func(site string, f store.Fact) {
		_, err := add.Exec(site, int64(f.Pos), f.Record, string(f.Log), int64(f.Seq), f.Hash[:], f.Raw)
		require.NoError(t, err)
	}
	for _, f := range want {
		put("north", f)
	}
	put("south", want[0])
	put("south", want[1])
	require.NoError(t, tx.Commit())
	require.NoError(t, db.Close())

	s, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	look := func() {
		require.NoError(t, s.Update(ctx, func(tx store.Tx) error {
			got, err := tx.Facts("north", 0, 5000)
			require.NoError(t, err)
			require.Equal(t, want, got)
			got, err = tx.Facts("north", 1020, 10)
			require.NoError(t, err)
			require.Equal(t, want[1020:1030], got)
			got, err = tx.Facts("south", 1, 10)
			require.NoError(t, err)
			require.Equal(t, want[1:2], got)
			for _, i := range []int{0, 700, 1039, 1045, 1055} {
				f, err := tx.FactOf("north", want[i].Record)
				require.NoError(t, err)
				require.Equal(t, want[i], f)
			}
			h, err := tx.ChainHash("north", 1030)
			require.NoError(t, err)
			require.Equal(t, want[1029].Hash, h)
			added, err := tx.AddFact(floor.SiteID("north"), store.Fact{Pos: 1061, Record: want[1055].Record, Log: "c", Raw: []byte("{}")})
			require.NoError(t, err)
			require.False(t, added, "an id stays known")
			return nil
		}))
	}
	look()
	require.NoError(t, s.Close())

	// What it was stands beside it, for its owner alone, and is a database of schema 1.
	kept, err := sql.Open("sqlite", "file:"+path+".schema-1?mode=ro")
	require.NoError(t, err)
	var n int
	require.NoError(t, kept.QueryRow(`SELECT count(*) FROM site_fact`).Scan(&n))
	require.Equal(t, 1062, n)
	require.NoError(t, kept.Close())
	s, err = sqlite.Open(ctx, path)
	require.NoError(t, err)
	look()
	require.NoError(t, s.Close())
}
