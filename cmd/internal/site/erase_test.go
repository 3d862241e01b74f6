package site

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/rows"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/web"
)

// errWiped says that a row's key is gone, and the row with it.
var errWiped = rows.ErrWiped

const street = "1 Quartermaster Lane"

func nowhereIn(t *testing.T, dir, what string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.False(t, bytes.Contains(text, []byte(what)), "%s has %q", path, what)
		return nil
	}))
}

// What is personal of an order goes thirty days after it was over, though the order left for the archive long ago: the
// row, what was written over before, and the key, so that no copy of the journal can be opened either.
func TestWhatIsPersonalIsErased(t *testing.T) {
	dir := t.TempDir()
	h := stockedIn(houseIn(t, dir, 0))
	h.v.Before = standing(h.file)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "S-1", Use: "staging", Walk: 99}})
	row := func(ref, street string) journal.Row {
		body, err := json.Marshal(map[string]any{"name": "Ada King", "street": []string{street}, "postcode": "N1 9GU", "city": "London", "country": "GB"})
		require.NoError(t, err)
		return journal.Row{Kind: "pii", Key: []byte(ref), Value: h.v.Seal("pii/"+ref, body)}
	}
	first := row("O-1", "2 "+street)
	for i, id := range []floor.OrderID{"O-1", "O-2"} { // O-2 waits for its customer
		h.row(&floor.Assign{Order: id, Assignment: floor.AssignmentID(id), Number: "web-" + string(id), Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: noon,
			Terms: floor.Terms{Contact: "pii/" + string(id)}, Lines: []floor.AskedLine{asked("1", floor.SKU([]string{"I-1", "I-2"}[i]), 1)}}, row(string(id), street))
	}
	old := row("O-1/2", street)
	_, err := h.file.Append(journal.Batch{Rows: []journal.Row{row("O-2/2", street), old}}) // as an order that was changed has
	require.NoError(t, err)
	sealed, found, err := h.file.Row("pii", []byte("O-1"))
	require.NoError(t, err)
	require.True(t, found)
	h.give(&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "I-1", Qty: 1}, &floor.Finish{Order: "O-1"}, &floor.StageGoods{Order: "O-1", Shelf: "S-1"}, &floor.HandOut{Order: "O-1", Done: true})
	h.settle()
	h.print("O-1")
	h.stop()

	at := func(days int) *house {
		h := houseIn(t, dir, time.Duration(days)*24*time.Hour)
		h.n = 1000 * days
		return h
	}
	look := func(h *house, days int) *eraser {
		e := &eraser{file: h.file, vault: h.v, door: h.door, feed: h.feed, archive: node.NewArchive(h.file, h.v)}
		require.NoError(t, e.look(t.Context(), time.Now().Add(time.Duration(days)*24*time.Hour)))
		require.NoError(t, h.feed.Reach(t.Context(), floor.Seq(h.file.Head().Seq)))
		return e
	}
	h = at(3)
	h.give(&floor.ArchiveOrders{Orders: []floor.OrderID{"O-1"}})
	look(h, 29)
	body, err := h.v.Open("pii/O-1", sealed)
	require.NoError(t, err)
	require.Contains(t, string(body), street, "not yet")
	code, reply := h.call(web.CLI, "GET", "/api/find?q=web-O-1", nil)
	require.Equal(t, 200, code)
	require.Contains(t, string(reply), `"named":"A… K…"`)
	h.stop()
	copied, err := os.ReadFile(filepath.Join(dir, "site.db"))
	require.NoError(t, err)

	h = at(31)
	head := h.file.Head().Seq
	look(h, 31)
	require.Equal(t, head+1, h.file.Head().Seq, "one record")
	_, err = h.file.Read(head+1, 1, func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(raw)
		require.NoError(t, err)
		require.Equal(t, &floor.PersonalErased{ErasePersonal: floor.ErasePersonal{Orders: 1, Rows: 2, Days: 30}}, rec.Event)
		require.NotContains(t, string(raw), "O-1")
		return nil
	})
	require.NoError(t, err)
	look(h, 32)
	require.Equal(t, head+1, h.file.Head().Seq, "and no second one")
	for _, key := range []string{"O-1", "O-1/2"} {
		_, found, err = h.file.Row("pii", []byte(key))
		require.NoError(t, err)
		require.False(t, found, key)
	}
	for _, key := range []string{"O-2", "O-2/2"} {
		_, err = readRow(h.file, h.v, "pii/"+key)
		require.NoError(t, err, "its order is open")
	}
	_, found, err = h.file.Row(rowShred, []byte{0, 0, 0, 0})
	require.NoError(t, err)
	require.False(t, found, "nothing is left to be wiped")
	_, reply = h.call(web.CLI, "GET", "/api/find?q="+url.QueryEscape("web-O-1"), nil)
	require.Contains(t, string(reply), `"personal_erased":true`)
	require.Contains(t, string(reply), "Its personal data are erased.")
	require.NotContains(t, string(reply), "A… K…")
	_, reply = h.call(web.CLI, "GET", "/api/find?q=web-O-2", nil)
	require.NotContains(t, string(reply), "erased")
	code, _ = h.call(web.CLI, "GET", "/api/orders/O-1", nil)
	require.Equal(t, 200, code, "the order itself stays")
	h.stop()

	// Neither the pages the journal gave back nor an older copy of it can be opened.
	nowhereIn(t, dir, "Quartermaster")
	v, err := openVault(dir)
	require.NoError(t, err)
	for _, was := range [][]byte{sealed, old.Value} {
		for _, name := range []string{"pii/O-1", "pii/O-1/2"} {
			_, err = v.Open(name, was)
			require.ErrorIs(t, err, errWiped)
		}
	}
	_, err = v.Open("pii/O-1", first.Value)
	require.NoError(t, err, "it was sealed, and never written")
	backup := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(backup, "site.db"), copied, 0o600))
	f, err := journal.Open(filepath.Join(backup, "site.db"), journal.Options{Log: "log-1"})
	require.NoError(t, err)
	_, err = readRow(f, v, "pii/O-1")
	require.ErrorIs(t, err, errWiped)
	_, err = readRow(f, v, "pii/O-2")
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// A row that is written over keeps its key, so that wiping it reaches what stood there before; and what a stop left
// to be wiped is wiped at the next look.
func TestKeysOfRows(t *testing.T) {
	dir := t.TempDir()
	h := houseIn(t, dir, 0)
	h.v.Before = standing(h.file)
	one := h.v.Seal("pii/O-1", []byte("one"))
	_, err := h.file.Append(journal.Batch{Rows: []journal.Row{{Kind: "pii", Key: []byte("O-1"), Value: one}}})
	require.NoError(t, err)
	two := h.v.Seal("pii/O-1", []byte("two"))
	p, ok := ownPlace(one)
	q, _ := ownPlace(two)
	require.True(t, ok)
	require.Equal(t, p, q)
	other := h.v.Seal("pii/O-2", []byte("other"))
	q, _ = ownPlace(other)
	require.NotEqual(t, p, q)
	_, ok = ownPlace(h.v.Seal("doc/user/anna", []byte("doc")))
	require.False(t, ok, "only what is personal of orders has a key of its own")
	_, err = h.v.Open("pii/O-2", two)
	require.Error(t, err, "it is bound to its name")

	_, err = h.file.Append(journal.Batch{Rows: []journal.Row{{Kind: rowShred, Key: []byte{0, 0, 0, byte(p)}}, {Kind: rowShred, Key: []byte{0, 9, 0, 0}}}})
	require.NoError(t, err)
	h.stop()
	h = houseIn(t, dir, 0)
	body, err := h.v.Open("pii/O-1", one)
	require.NoError(t, err)
	require.Equal(t, "one", string(body))
	e := &eraser{file: h.file, vault: h.v, door: h.door, feed: h.feed, archive: node.NewArchive(h.file, h.v)}
	require.NoError(t, e.look(t.Context(), time.Now()))
	for _, was := range [][]byte{one, two} {
		_, err = h.v.Open("pii/O-1", was)
		require.ErrorIs(t, err, errWiped)
	}
	_, err = h.v.Open("pii/O-2", other)
	require.NoError(t, err)
	again, _ := ownPlace(h.v.Seal("pii/O-3", []byte("x")))
	require.Greater(t, again, q, "no key is used twice")
}
