package cli

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"picket/cmd/internal/socket"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
	"picket/sync/linktest/port"
)

var morning = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

type nobody struct{}

func (nobody) Authenticate(_ context.Context, badge, pin string) (web.Person, error) {
	if badge == "B-2" && pin == "746301" {
		return web.Person{User: "mia", Name: "Mia", Roles: []string{"lead"}}, nil
	}
	return web.Person{}, web.ErrRejected
}

// shelf shows the journal.
type shelf struct{ *journal.Mem }

func (a shelf) Span() (first, last uint64) { return a.First(), a.Head().Seq }
func (a shelf) Records(_ context.Context, subject string, fn func([]byte) error) error {
	_, err := a.Read(1, 0, func(_ uint64, raw []byte) error {
		if strings.Contains(string(raw), `"subject":"`+subject+`"`) {
			return fn(raw)
		}
		return nil
	})
	return err
}
func (a shelf) Chain(_ context.Context, from uint64, most int, fn func(uint64, []byte) error) ([32]byte, error) {
	before, err := a.HashAt(from - 1)
	if err == nil {
		_, err = a.Read(from, most, fn)
	}
	return before, err
}

// box runs a site on a socket in a data directory, as picketd does, with a journal in memory.
func box(t *testing.T) (data string) {
	data = t.TempDir()
	mem := journal.NewMem("log-1")
	n, err := node.Boot(mem, node.Options{Source: "/t/demo/s/st-1/n/1"})
	require.NoError(t, err)
	clock := func() time.Time { return morning }
	door := node.NewDoor(n, node.DoorOptions{Clock: clock})
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "st-1", Name: "North", Zone: "Europe/Berlin"}, "log-1", floor.NewState(), 0, morning), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = door.Serve(ctx) })
	running.Go(func() { _ = feed.Follow(ctx, door, mem) })
	s, err := web.New(web.Options{}, web.Parts{Door: door, Feed: feed, Auth: nobody{}, App: fstest.MapFS{"index.html": {Data: []byte("x")}}, Clock: clock, Random: rand.Reader, Archive: shelf{mem}})
	require.NoError(t, err)
	ln, err := socket.Listen(data)
	require.NoError(t, err)
	server := &httptest.Server{Listener: ln, Config: &http.Server{Handler: s.Local(func(context.Context) string { return "root" })}}
	server.Start()
	t.Cleanup(func() { server.Close(); s.Close(); cancel(); running.Wait() })
	for i, c := range []floor.Command{
		&floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "Oat drink 1 l, the one with the very long name nobody can read", GTINs: []string{"09521234543213"}}},
		&floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Level: 2, Walk: 1}},
		&floor.SetBin{Bin: floor.Bin{ID: "A-2", Aisle: "A", Level: 2, Walk: 2}},
		&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 9, Reason: "opening"},
		&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 1000},
		&floor.Assign{Order: "O-1", Assignment: "as-1", Number: "web-1001", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning.Add(time.Hour), Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 2}}},
	} {
		a, err := door.Submit(t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("centre-%d", i))}, Command: c})
		require.NoError(t, err)
		require.Nil(t, a.Refusal)
		require.NoError(t, feed.Reach(t.Context(), a.Seq))
	}
	return data
}

// run runs the command line.
func run(t *testing.T, env map[string]string, args ...string) (out string, code int) {
	var b bytes.Buffer
	code = runTo(t, &b, env, args...)
	return b.String(), code
}

// terminal is an output with so many columns.
type terminal struct {
	io.Writer
	columns int
}

func (t terminal) Columns() int { return t.columns }

func runTo(t *testing.T, b io.Writer, env map[string]string, args ...string) (code int) {
	ran := false
	root := &cobra.Command{Use: "picket", SilenceUsage: true, SilenceErrors: true, PersistentPreRun: func(*cobra.Command, []string) { ran = true }}
	root.AddGroup(&cobra.Group{ID: Group, Title: "x"})
	root.AddCommand(Commands(b, b, func(k string) string { return env[k] })...)
	root.SetArgs(args)
	root.SetOut(b)
	root.SetErr(b)
	err := root.ExecuteContext(t.Context())
	if err != nil {
		fmt.Fprintln(b, "picket:", Explain(err))
	}
	return ExitCode(err, ran)
}

func TestAManagerOverSSH(t *testing.T) {
	data := box(t)
	env := map[string]string{"PICKET_DATA": data}
	for _, c := range []struct {
		line string
		code int
		want []string
	}{
		{"orders", 0, []string{"NUMBER", "web-1001", "O-1", "ship", "21 Nov 10:00"}},
		{"orders state=picking", 0, []string{"Nothing."}},
		{"orders colour=blue", 2, []string{"is not a parameter of this list"}},
		{"orders state x", 2, []string{`"state" is not field=value`}},
		{"orders accept O-1", 0, []string{"Accepted."}},
		{"orders accept O-1", 1, []string{"is accepted already"}},
		{"orders accept O-9", 1, []string{"Order O-9 is not at this site. Go back to the list and pick another."}},
		{"orders accept", 2, []string{"missing: ORDER; type picket orders accept ORDER, such as: picket orders accept web-1001"}},
		{"orders accept O-1 O-2", 2, []string{`"O-2" is too much`}},
		{"orders show web-1001", 0, []string{"Order web-1001 (O-1)", "OAT", "2 accepted", "21 Nov 09:00  box:root   Accepted 1 line."}},
		{"orders show O-9", 1, []string{"Order O-9 is not at this site."}},
		{"do pick.start order=O-1 --id again", 0, []string{"Done."}},
		{"do pick.start order=O-1 --id again", 0, []string{"nothing was done again"}},
		{`do pick.scan order=O-1 code=09521234543213 qty=2`, 0, []string{"Done."}},
		{`do pick.scan {"order":"O-1","colour":1}`, 2, []string{"colour"}},
		{"do pick.scan order=O-1 qty=two", 2, []string{"qty", "no number"}},
		{"do pick.scan colour=blue", 2, []string{"has no field colour", "order"}},
		{"do no.such", 2, []string{"there is no command no.such"}},
		{"do unit.open order=O-1", 0, []string{"Done. Parcel 095200100"}},
		{"do session.open id=x", 1, []string{"You may not give session.open"}},
		{"stock", 0, []string{"SKU", "OAT", "7"}},
		{"stock sku OAT", 0, []string{"on hand:", "A-1"}},
		{"stock bin A-1", 0, []string{"OAT"}},
		{"stock bin Z-9", 1, []string{"nothing called Z-9"}},
		{"stock move OAT 2 A-1 A-2", 0, []string{"Moved."}},
		{"stock move OAT x A-1 A-2", 2, []string{"QTY"}},
		{"stock adjust OAT A-1 --by -1 --reason lost", 0, []string{"The book is corrected."}},
		{"stock adjust OAT A-1 --by -1 --reason magic", 1, []string{"magic"}},
		{"scan 09521234543213", 0, []string{"Oat drink", "Item OAT, 1 a scan."}},
		{"scan A-2", 0, []string{"A bin.", "Holds 2"}},
		{"scan nonsense", 1, []string{"Nobody here knows the code nonsense.", "picket find"}},
		{"scan 00095200100000000995", 1, []string{"not known here"}},
		{"orders web-1001", 0, []string{"Order web-1001 (O-1)"}},
		{"orders 999", 1, []string{"Order 999 is not at this site.", "picket find 999"}},
		{"desk", 0, []string{"The desk is empty."}},
		{"desk settle none --note x", 1, []string{"There is no case none on the desk."}},
		{"policy", 0, []string{"book_touched = true"}},
		{"policy set book_touched false", 0, []string{"In force."}},
		{"policy", 0, []string{"book_touched = false (usually true)"}},
		{"policy set colour blue", 1, []string{"colour"}},
		{"site", 0, []string{"North (st-1)", "Sat 21 Nov 2026 09:00, Europe/Berlin", "new ones may come", "records wait to be sent", "always"}},
		{"site pause --why fog", 0, []string{"Paused"}},
		{"site", 0, []string{"PAUSED", "fog"}},
		{"site resume", 0, []string{"may come again"}},
		{"site --json", 0, []string{`"zone": "Europe/Berlin"`}},
		{"find web-1001", 0, []string{"web-1001", "number"}},
		{"find a", 2, []string{"3 to 80"}},
		{"find 12", 2, []string{"3 to 80"}},
		{"find Li", 1, []string{"nothing here goes by that"}},
		{"find nothing-like-it", 1, []string{"nothing here goes by that"}},
		{"runs", 0, []string{"Nothing."}},
		{"counts", 0, []string{"Nothing."}},
		{"returns", 0, []string{"Nothing."}},
		{"list bins use=", 0, []string{"A-1", "A-2"}},
		{"list nothing", 2, []string{"there is no list nothing; there are:", "bins"}},
		{"list", 0, []string{"bins", "Bins and what the book", "numbers"}},
		{"list orders --limit 1 open=true", 0, []string{"web-1001"}},
		{"numbers", 0, []string{"sscc", "LEFT", "999"}},
		{"pickups", 0, []string{"Nothing."}},
		{"policy proof_above", 0, []string{"proof_above = none"}},
		{"policy proof_below", 2, []string{"there is no policy proof_below"}},
		{"policy set proof_above off", 0, []string{"In force."}},
		{"commands", 0, []string{"picket do pick.scan"}},
		{"commands pick.scan", 0, []string{"wrong_item", "It may be refused"}},
		{"commands no.such", 2, []string{"there is no command"}},
		{"journal --verify", 0, []string{"records stand as they were written"}},
		{"journal --from 2 --to 3", 0, []string{`"seq":2`, `"seq":3`}},
		{"orders --json --csv", 2, []string{"not both"}},
		{"orders --csv", 0, []string{"id,number,"}},
		{"orders --json", 0, []string{`"id": "O-1"`}},
		{"orders --nothing", 2, []string{"unknown flag", "picket orders --help"}},
	} {
		args := strings.Fields(c.line)
		if i := strings.Index(c.line, "{"); i > 0 {
			args = append(strings.Fields(c.line[:i]), c.line[i:])
		}
		out, code := run(t, env, args...)
		require.Equal(t, c.code, code, "picket %s\n%s", c.line, out)
		for _, w := range c.want {
			require.Contains(t, out, w, "picket %s", c.line)
		}
	}
}

// TestALeadApprovesOverSSH: the PIN comes from a file, and the printed id is good for the command.
func TestALeadApprovesOverSSH(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	pin := filepath.Join(t.TempDir(), "pin")
	require.NoError(t, os.WriteFile(pin, []byte("746301\n"), 0o600))
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"approve handover order/O-1 --badge B-2 --pin-file " + pin, 0, "Mia approves handover of order/O-1 until 21 Nov 09:05. Give the command with approvals=approval."},
		{"approve handover order/O-1 --badge B-3 --pin-file " + pin, 1, "Badge or PIN is wrong"},
		{"approve no.such order/O-1 --badge B-2 --pin-file " + pin, 2, "there is no command no.such"},
		{"approve handover order/O-1 --pin-file " + pin, 2, "--badge: is missing"},
		{"approve handover order/O-1 --badge B-2 --pin-file " + pin + ".none", 2, "no PIN came"},
	} {
		out, code := run(t, env, strings.Fields(c.line)...)
		require.Equal(t, c.code, code, "picket %s\n%s", c.line, out)
		require.Contains(t, out, c.want, c.line)
	}
}

// TestALimitIsKept: a page of the box holds more than was asked for.
func TestALimitIsKept(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	for _, line := range []string{"list bins --limit 1", "list bins --limit 1 --csv"} {
		out, code := run(t, env, strings.Fields(line)...)
		require.Zero(t, code, out)
		require.Contains(t, out, "A-1", line)
		require.NotContains(t, out, "A-2", line)
	}
	out, code := run(t, env, "orders", "--limit", "-1")
	require.Equal(t, ExitUsage, code, out)
}

func TestAnOrderByItsNumber(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	out, code := run(t, env, "orders", "hold", "web-1001", "--reason", "the customer asked")
	require.Zero(t, code, out)
	out, code = run(t, env, "do", "order.release", "order=web-1001")
	require.Zero(t, code, out)
	out, code = run(t, env, "orders", "hold", "web-9", "--reason", "x")
	require.Equal(t, ExitRefused, code, out)
	require.Contains(t, out, "web-9 is not at this site")
}

func TestReportsForPeople(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	out, code := run(t, env, "reports")
	require.Zero(t, code, out)
	require.Contains(t, out, "throughput")
	out, code = run(t, env, "reports", "throughput", "from=2026-11-01", "to=2026-11-30")
	require.Zero(t, code, out)
	require.Contains(t, out, "DAY ")
	out, code = run(t, env, "reports", "shorts", "--csv")
	require.Zero(t, code, out)
	require.Contains(t, out, "reason,units,share (%)")
	out, code = run(t, env, "reports", "shorts", "--json")
	require.Zero(t, code, out)
	require.Contains(t, out, `"columns"`)
	out, code = run(t, env, "reports", "nothing")
	require.Equal(t, ExitUsage, code, out)
	require.Contains(t, out, "picket reports lists them")
	out, code = run(t, env, "reports", "shorts", "from=2026-11-30", "to=2026-11-01")
	require.Equal(t, ExitUsage, code, out)
	require.Contains(t, out, "query.from is 2026-11-30")
	_, code = run(t, env, "reports", "shorts", "yesterday")
	require.Equal(t, ExitUsage, code)
}

// On a terminal a table fits, and what goes into a file or to another program is never cut: there an id is what somebody needs.
func TestTablesFitATerminal(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	for _, name := range []string{"orders", "stock", "items", "bins", "lines", "policies"} {
		var b bytes.Buffer
		require.Zero(t, runTo(t, terminal{&b, wide}, env, "list", name), b.String())
		for _, l := range strings.Split(b.String(), "\n") {
			require.LessOrEqual(t, utf8.RuneCountInString(l), wide, "%s:\n%s", name, b.String())
		}
		out, code := run(t, env, "list", name)
		require.Zero(t, code, out)
		require.NotContains(t, out, "…", name)
	}
	require.Equal(t, math.MaxInt, widest(&bytes.Buffer{}))
	file, err := os.Create(filepath.Join(t.TempDir(), "list.txt"))
	require.NoError(t, err)
	require.Equal(t, math.MaxInt, widest(file))
	require.NoError(t, file.Close())
	var b bytes.Buffer
	table(&b, []string{"a_b", "n"}, [][]string{{"x\x1b[2J\n", "7"}, {"long", "12"}})
	require.Equal(t, "A B      N\nx�[2J�   7\nlong    12\n", b.String(), "no escape reaches the terminal, and numbers stand to the right")
}

func TestNobodyAnswers(t *testing.T) {
	out, code := run(t, map[string]string{"PICKET_DATA": t.TempDir()}, "orders")
	require.Equal(t, ExitUnreachable, code, out)
	require.Contains(t, out, "no box runs with the data directory")

	out, code = run(t, map[string]string{"PICKET_URL": "http://" + port.For(t).Addr()}, "orders")
	require.Equal(t, ExitUnreachable, code, out)
	_, code = run(t, map[string]string{"PICKET_URL": "north"}, "orders")
	require.Equal(t, ExitUsage, code)
}

// The token goes along, from the environment or a file, never from the command line.
func TestTheTokenGoesAlong(t *testing.T) {
	got := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"status":401,"detail":"The token is not one of this box's."}`)
	}))
	defer server.Close()
	out, code := run(t, map[string]string{"PICKET_URL": server.URL, "PICKET_TOKEN": "secret-1"}, "orders")
	require.Equal(t, ExitRefused, code)
	require.Equal(t, "Bearer secret-1", got)
	require.NotContains(t, out, "secret-1")
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("secret-2\n"), 0o600))
	_, _ = run(t, nil, "orders", "--url", server.URL, "--token-file", file)
	require.Equal(t, "Bearer secret-2", got)
}

// One changed byte of the journal is found.
func TestAChangedRecordIsFound(t *testing.T) {
	out, code := run(t, map[string]string{"PICKET_DATA": box(t)}, "journal")
	require.Zero(t, code)
	var hash []byte
	_, n, err := checkChain([]byte(out), &hash)
	require.NoError(t, err)
	require.Equal(t, 6, n)
	hash = nil
	_, _, err = checkChain([]byte(strings.Replace(out, `"qty":2`, `"qty":3`, 1)), &hash)
	require.ErrorContains(t, err, "record 6 is not what was written")
}

// Every command, and every one under it, says what it does and what one may type.
func TestEveryCommandHasAnExample(t *testing.T) {
	used := map[string]bool{}
	var look func(c *cobra.Command)
	look = func(c *cobra.Command) {
		name := strings.TrimPrefix(path(c), "picket ")
		used[name] = true
		require.NotEmpty(t, c.Short, name)
		require.Contains(t, c.Example, "picket "+name, name)
		out, code := run(t, nil, append(strings.Fields(name), "--help")...)
		require.Zero(t, code, name)
		require.Contains(t, out, "Examples:\n  picket "+name, name)
		for _, sub := range c.Commands() {
			look(sub)
		}
	}
	for _, c := range Commands(io.Discard, io.Discard, func(string) string { return "" }) {
		look(c)
	}
	for name := range examples {
		require.True(t, used[name], "an example of a command that is none: %s", name)
	}
}

// What keeps an order from going on is said, with what to do about it.
func TestWhyAnOrderStands(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	give := func(line string) string {
		out, code := run(t, env, strings.Fields(line)...)
		require.Zero(t, code, "%s: %s", line, out)
		return out
	}
	give("orders accept O-1")
	give("do pick.start order=O-1")
	give("do pick.scan order=O-1 sku=OAT qty=2")
	out := give("do unit.open order=O-1")
	_, unit, _ := strings.Cut(out, "Parcel ")
	unit, _, _ = strings.Cut(unit, ".")
	give("do unit.add unit=" + unit + " line=1 qty=2")
	give("do unit.close unit=" + unit)
	give("do unit.void unit=" + unit + " reason=torn")
	give("orders hold web-1001 --reason fraud")
	out = give("orders show web-1001")
	for _, want := range []string{
		"! On hold: fraud. A lead lets it go on: picket orders release web-1001",
		"! Parcel " + unit + " was cancelled at 21 Nov 09:00: torn.", "2 picked", "Picker box:root.",
	} {
		require.Contains(t, out, want)
	}
}

// --watch prints what changed, until somebody has seen enough.
func TestWatching(t *testing.T) {
	data := box(t)
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	r, w := io.Pipe()
	root := &cobra.Command{Use: "picket", SilenceUsage: true, SilenceErrors: true}
	root.AddGroup(&cobra.Group{ID: Group, Title: "x"})
	root.AddCommand(Commands(w, w, func(string) string { return data })...)
	root.SetArgs([]string{"orders", "--watch", "--data", data})
	end := make(chan error, 1)
	go func() { end <- root.ExecuteContext(ctx); _ = w.Close() }()
	lines := bufio.NewScanner(r)
	until := func(want string) {
		for lines.Scan() {
			if strings.Contains(lines.Text(), want) {
				return
			}
		}
		t.Fatalf("%q was never said", want)
	}
	until("new")
	_, code := run(t, map[string]string{"PICKET_DATA": data}, "do", "pick.start", "order=web-1001")
	require.Zero(t, code)
	until("picking")
	stop()
	for lines.Scan() {
		_ = lines.Text() // whatever was under way
	}
	require.NoError(t, <-end)
}
