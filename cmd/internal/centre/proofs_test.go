package centre

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/rows"
	"picket/edge/floor"
	"picket/sync/oms/api"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

type noLine struct{}

func (noLine) Status(floor.SiteID) (hub.Status, bool) { return hub.Status{}, false }

// nowhere says that no file of a directory has these bytes.
func nowhere(t *testing.T, dir string, what []byte) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.False(t, bytes.Contains(text, what), "%s has %q", path, what)
		return nil
	}))
}

// What shows who got an order is sealed in the transaction that takes its record, opened for who says why, and gone behind
// its time, out of older copies of the database too.
func TestProofsAreSealedSeenAndErased(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db := filepath.Join(dir, "oms.db")
	st, err := sqlite.Open(ctx, db)
	require.NoError(t, err)
	keys, err := rows.OpenVault(dir)
	require.NoError(t, err)
	defer keys.Close()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ids := newIDs()
	open := func(st store.Store, v clerk.Vault) *clerk.Clerk {
		c, err := clerk.New(st, clerk.Config{Tenant: "demo", Now: func() time.Time { return now }, NewID: ids.at, Vault: v, ProofDays: 180})
		require.NoError(t, err)
		return c
	}
	c := open(st, keys)
	require.NoError(t, st.Update(ctx, func(tx store.Tx) error {
		if err := tx.PutSite(store.Site{ID: "north", Name: "North", Zone: "UTC"}); err != nil {
			return err
		}
		if err := tx.AddOrder(order.Order{ID: "C-1", Channel: "web", Number: "1", Service: order.Standard, State: order.Waiting, Due: now, Captured: now}); err != nil {
			return err
		}
		return tx.AddAssignment(order.Assignment{ID: "a-1", Order: "C-1", At: "O-1", Site: "north", State: order.AssignmentTaken})
	}))
	raw := []byte(`{"specversion":"1.0","id":"x/0","source":"/t/demo/s/north/n/1","type":"picket.pickup.authorised.v1","subject":"order/O-1","data":{"order":"O-1"}}`)
	batch := func(body string) clerk.Intake {
		return clerk.Intake{Site: "north", Apply: reconcile.Apply{Log: "log-1", Records: []reconcile.Record{{Seq: 1, Hash: wire.Chain(wire.Hash{}, raw), Raw: raw}},
			PII: []wire.Sealed{{Ref: "pii/O-1/proof/1", Sealed: []byte(body)}}}}
	}
	const body = `{"media":"image/png","image":"c2lnbmVkIGJ5IEFkYQ=="}`
	blind := open(st, nil)
	require.Error(t, blind.TakeIn(ctx, batch(body))[0].Err, "it is not stored as it is")
	m, err := c.Mark(ctx, "north")
	require.NoError(t, err)
	require.Zero(t, m.Applied.Seq, "nor acknowledged")

	done := c.TakeIn(ctx, batch(body))[0]
	require.NoError(t, done.Err)
	require.EqualValues(t, 1, done.UpTo)
	now = now.Add(100 * 24 * time.Hour)
	require.NoError(t, c.TakeIn(ctx, batch(body))[0].Err, "the acknowledgement was lost, and it comes again")

	// Who looks says who they are, and why; the order tells it.
	h := api.Handler(api.Config{Token: "secret", Version: "1", Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}, c, noLine{})
	ask := func(token, path, says string) (int, string) {
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(says))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	code, _ := ask("guess", "/api/orders/C-1/proofs", `{"by":"Olga","reason":"never came"}`)
	require.Equal(t, 401, code)
	code, said := ask("secret", "/api/orders/C-1/proofs", `{"by":"Olga","reason":" "}`)
	require.Equal(t, 422, code, said)
	require.NotContains(t, said, "c2lnbmVk")
	code, _ = ask("secret", "/api/orders/C-9/proofs", `{"by":"Olga","reason":"never came"}`)
	require.Equal(t, 404, code)
	code, said = ask("secret", "/api/orders/C-1/proofs", `{"by":"Olga","reason":"never came"}`)
	require.Equal(t, 200, code, said)
	var got struct{ Proofs []clerk.Proof }
	require.NoError(t, json.Unmarshal([]byte(said), &got))
	require.Len(t, got.Proofs, 1)
	require.JSONEq(t, body, string(got.Proofs[0].Body))
	require.Equal(t, "2026-08-28", got.Proofs[0].Until.Format(time.DateOnly), "180 days behind the first time it came")
	d, err := c.Order(ctx, "C-1")
	require.NoError(t, err)
	last := d.Timeline[len(d.Timeline)-1]
	require.Equal(t, "proof.seen", last.What)
	require.Equal(t, "Olga looked at what shows who got it (1): never came", last.Words)

	// A copy of the database from before is of no use behind its time.
	require.NoError(t, st.Close())
	nowhere(t, dir, []byte("c2lnbmVk"))
	copyFile(t, db, db+".bak")
	st, err = sqlite.Open(ctx, db)
	require.NoError(t, err)
	c = open(st, keys)
	now = now.Add(79 * 24 * time.Hour)
	n, err := c.EraseProofs(ctx)
	require.NoError(t, err)
	require.Zero(t, n)
	now = now.Add(2 * 24 * time.Hour)
	n, err = c.EraseProofs(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	list, err := c.Proofs(ctx, "C-1", clerk.LookAtProofs{By: "Olga", Reason: "again"})
	require.NoError(t, err)
	require.Empty(t, list)
	require.NoError(t, st.Close())
	copyFile(t, db+".bak", db)
	st, err = sqlite.Open(ctx, db)
	require.NoError(t, err)
	c = open(st, keys)
	list, err = c.Proofs(ctx, "C-1", clerk.LookAtProofs{By: "Olga", Reason: "in an old copy"})
	require.NoError(t, err)
	require.Empty(t, list, "its key is gone")
	n, err = c.EraseProofs(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, n, "and what is left of it goes")
	require.NoError(t, st.Close())
	nowhere(t, dir, []byte("c2lnbmVk"))
}
