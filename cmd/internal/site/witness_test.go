package site

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/durable"
	"picket/edge/journal"
)

// copyFile copies a site's file as a backup would, or puts a backup back.
func copyFile(t *testing.T, from, to string) {
	raw, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, raw, 0o600))
}

// A box whose file is put back from an older copy draws none of the numbers the lost one may have printed; one
// that is merely started again goes on where it was. Numbers that run low are asked for by themselves.
func TestNoNumberIsPrintedTwice(t *testing.T) {
	p := newParty(t)
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	p.must("POST", oms+"/api/sites/north/numbers", m{"number": "return", "prefix": "R", "size": 40, "digits": 6})
	north := p.siteUp("north", "")
	p.shows(north+"/api/bins/A-1", "A-1")
	p.shows(north+"/api/items", `"OAT"`)
	p.ok(north, "stock.adjust", m{"sku": "OAT", "bin": "A-1", "delta": 9, "reason": "opening"})
	p.must("POST", oms+"/api/orders", m{"channel": "web", "number": "1001", "customer": m{"name": "Jo Doe"}, "site": "north",
		"ship_to": m{"name": "Jo Doe", "street": []string{"1 High Street"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}, "lines": []m{{"sku": "OAT", "qty": 5}}})
	p.shows(north+"/api/orders", `"number":"1001"`)
	var orders struct{ Rows []struct{ ID string } }
	require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/orders", nil), &orders))
	order := m{"order": orders.Rows[0].ID}
	p.ok(north, "pick.start", order)
	p.ok(north, "pick.scan", m{"order": orders.Rows[0].ID, "sku": "OAT", "qty": 5, "code": "09520000000011"})
	first := p.ok(north, "unit.open", order).Unit
	returned := p.ok(north, "return.open", m{"receipt": "4711"})

	// Started again: nothing is burnt, and the return numbers, which are few, are asked for and leased.
	p.stop("north")
	north = p.siteUp("north", "")
	p.shows(oms+"/api/sites/north", `"id":"north"`)
	second := p.ok(north, "unit.open", order).Unit
	require.Equal(t, first[:16], second[:16])
	require.NotEqual(t, first, second)
	p.eventually("more return numbers are leased", func() bool {
		return strings.Count(string(p.must("GET", north+"/api/journal", nil)), `"picket.numbers.leased.v1"`) >= 3
	})
	require.Contains(t, string(p.must("GET", north+"/api/journal", nil)), `"from":41,"to":80`)
	require.NotContains(t, string(p.must("GET", north+"/api/journal", nil)), "numbers.burnt")
	require.NotEmpty(t, returned.Made["return"])

	// A copy is made, work goes on, the box is lost, and the copy is put back, with the line down.
	p.stop("north")
	file, backup := filepath.Join(p.siteDir("north"), "site.db"), filepath.Join(p.dir, "backup.db")
	copyFile(t, file, backup)
	north = p.siteUp("north", "")
	lost := p.ok(north, "unit.open", order).Unit
	p.stop("north")
	p.stop("broker")
	copyFile(t, backup, file)
	north = p.siteUp("north", "")
	a := p.give(north, "unit.open", order)
	require.Equal(t, "refused", a.Outcome, "%s was printed by the lost box, and this gave %s", lost, a.Unit)
	require.Equal(t, "no_numbers", a.Refusal.Code)
	a = p.give(north, "return.open", m{"receipt": "4712"})
	require.Equal(t, "refused", a.Outcome)
	require.Equal(t, "no_return_numbers", a.Refusal.Code)
	p.shows(north+"/api/desk", "numbers_burnt")
	p.stop("north")

	// The next start burns nothing again.
	north = p.siteUp("north", "")
	require.Equal(t, 1, strings.Count(string(p.must("GET", north+"/api/journal", nil)), `"picket.numbers.burnt.v1"`))
}

// TestTheWitness: which files are the one that was in use here, and which are not.
func TestTheWitness(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "witness")
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: "log-1"})
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	w, known, err := readWitness(file)
	require.NoError(t, err)
	require.False(t, w.replaced(known, f), "the first day")
	boot, err := countBoot(f)
	require.NoError(t, err)
	require.True(t, w.replaced(false, f), "it was in use, and not here")
	require.NoError(t, seen(file, boot, f))
	for _, c := range []struct {
		w    witness
		want bool
	}{
		{witness{Log: "log-1", Boot: 1}, false}, {witness{Log: "log-1", Boot: 0}, false}, {witness{Log: "log-2", Boot: 1}, true},
		{witness{Log: "log-1", Boot: 2}, true}, {witness{Log: "log-1", Boot: 1, Seq: 7}, true},
	} {
		require.Equal(t, c.want, c.w.replaced(true, f), "%+v", c.w)
	}
	fresh, err := newLife(file, f)
	require.NoError(t, err)
	require.False(t, fresh)
	require.NoError(t, witness{Log: "log-1", Boot: 9}.write(file))
	fresh, err = newLife(file, f)
	require.NoError(t, err)
	require.True(t, fresh)
	require.NotEqual(t, "log-1", f.Head().Log)
	require.NoError(t, os.WriteFile(file, []byte(`{"log":`), 0o600))
	_, known, err = readWitness(file)
	require.NoError(t, err)
	require.False(t, known, "a torn one says nothing")
}

// TestAWitnessElsewhere: a copy of the whole directory is told from the original where the witness lies on another
// partition; one that lies in the directory after all, or where nothing is, is said at the start.
func TestAWitnessElsewhere(t *testing.T) {
	dir := t.TempDir()
	c := Config{Data: filepath.Join(dir, "data"), Witness: filepath.Join(dir, "other", "north")}
	require.ErrorContains(t, durable.Apart("witness", c.Witness, c.Data), "witness: ")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "other"), 0o700))
	require.NoError(t, os.MkdirAll(c.Data, 0o700))
	require.NoError(t, durable.Apart("witness", c.Witness, c.Data))
	inside := Config{Data: c.Data, Witness: filepath.Join(c.Data, "w")}
	require.ErrorContains(t, durable.Apart("witness", inside.Witness, inside.Data), "lies in the data directory")
	relative := Config{Data: c.Data, Witness: "north"}
	require.ErrorContains(t, durable.Apart("witness", relative.Witness, relative.Data), "must begin with /")

	open := func() *journal.File {
		f, err := journal.Open(filepath.Join(c.Data, "site.db"), journal.Options{Log: "log-1"})
		require.NoError(t, err)
		return f
	}
	start := func() (fresh bool) { // as Run does it
		f := open()
		fresh, err := newLife(c.witnessFile(), f)
		require.NoError(t, err)
		boot, err := countBoot(f)
		require.NoError(t, err)
		require.NoError(t, seen(c.witnessFile(), boot, f))
		require.NoError(t, f.Close())
		return fresh
	}
	require.False(t, start(), "the first day")
	require.False(t, start())
	entries, err := os.ReadDir(c.Data)
	require.NoError(t, err)
	for _, e := range entries {
		require.NotContains(t, e.Name(), "witness", "it is in no copy of the directory")
	}
	copied := filepath.Join(dir, "copy.db")
	copyFile(t, filepath.Join(c.Data, "site.db"), copied)
	require.False(t, start(), "work goes on")
	copyFile(t, copied, filepath.Join(c.Data, "site.db"))
	require.True(t, start(), "the copy is older than what the witness saw")
	require.False(t, start())
}
