package site

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/logs"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// house is a site over HTTP: its file, its door, its board, its page; without printers and line.
type house struct {
	t    *testing.T
	url  string
	door *node.Door
	feed *web.Feed
	v    *vault
	file *journal.File
	n    int
	past time.Duration // how far the site's clock is ahead of the world's
	stop func()
}

func newHouse(t *testing.T) *house { return houseIn(t, t.TempDir(), 0) }

// houseIn starts a site on what stands in a directory.
func houseIn(t *testing.T, dir string, past time.Duration) *house {
	now := func() time.Time { return time.Now().Add(past) }
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: "log-1"})
	require.NoError(t, err)
	v, err := openVault(dir)
	require.NoError(t, err)
	n, err := node.Boot(f, node.Options{Source: "/t/demo/s/north/n/1", Seal: v})
	require.NoError(t, err)
	door := node.NewDoor(n, node.DoorOptions{Clock: now})
	state, _, seq, err := node.Load(f)
	require.NoError(t, err)
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "north", Name: "North", Zone: "Europe/London"}, "log-1", state, seq, now()), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = door.Serve(ctx) })
	running.Go(func() { _ = feed.Follow(ctx, door, f) })
	cfg := Config{Site: "north", Name: "North", Zone: "Europe/London", Address: []string{"1 High Street"}}
	for _, role := range []string{web.Integration, web.CLI, "lead"} {
		sum := sha256.Sum256([]byte(tokenOf(role)))
		cfg.Tokens = append(cfg.Tokens, Token{Name: role, SHA256: hex.EncodeToString(sum[:]), Roles: []string{role}})
	}
	log, err := logs.New("error")
	require.NoError(t, err)
	s, err := newServer(cfg, Clock{Now: now}, door, feed, newPress(cfg, feed, door, f, v, nil, slog.New(slog.DiscardHandler)), f, v, newArchive(f), newScanRing(feed), log, nil)
	require.NoError(t, err)
	server := httptest.NewServer(s)
	stop := sync.OnceFunc(func() {
		server.Close()
		s.Close()
		cancel()
		running.Wait()
		require.NoError(t, f.Close())
	})
	t.Cleanup(stop)
	return &house{t: t, url: server.URL, door: door, feed: feed, v: v, file: f, past: past, stop: stop}
}

// give puts commands through the door as the box and the centre do, and waits until they show.
func (h *house) give(all ...floor.Command) {
	h.t.Helper()
	for _, c := range all {
		h.row(c)
	}
}

func (h *house) row(c floor.Command, rows ...journal.Row) floor.Answer {
	h.t.Helper()
	h.n++
	a, err := h.door.Submit(h.t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", h.n)), Actor: "mia"}, Command: c, Rows: rows})
	require.NoError(h.t, err)
	require.Nil(h.t, a.Refusal, "%s: %+v", c.Kind(), a.Refusal)
	require.NoError(h.t, h.feed.Reach(h.t.Context(), a.Seq))
	return a
}

// call asks as a program of the site, or as its operator.
func (h *house) call(role, method, path string, body []byte, header ...string) (int, []byte) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, bytes.NewReader(body))
	require.NoError(h.t, err)
	r.Header.Set("Authorization", "Bearer "+tokenOf(role))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	out, err := io.ReadAll(res.Body)
	require.NoError(h.t, err)
	require.NoError(h.t, res.Body.Close())
	return res.StatusCode, out
}

// ask plans, and reads the answer.
func ask[P any](h *house, path, body string) P {
	h.t.Helper()
	method := "POST"
	if body == "" {
		method = "GET"
	}
	code, answer := h.call(web.Integration, method, path, []byte(body))
	require.Equal(h.t, 200, code, "%s", answer)
	var out P
	require.NoError(h.t, json.Unmarshal(answer, &out))
	return out
}

// start sends a planned run as it stands.
func (h *house) start(run json.RawMessage) (outcome string, answer string) {
	h.t.Helper()
	h.n++
	code, body := h.call(web.Integration, "POST", "/api/commands/run.start", run, "Idempotency-Key", fmt.Sprintf("run-%d", h.n))
	require.Equal(h.t, 200, code, "%s", body)
	var out struct{ Outcome string }
	require.NoError(h.t, json.Unmarshal(body, &out))
	return out.Outcome, string(body)
}

// runPlan is a plan whose starts are kept as the bytes the box sent.
type runPlan struct {
	Runs []struct {
		Start    json.RawMessage
		Metres   float64
		Units    int
		Totes    int
		Due      time.Time
		WeightG  int `json:"weight_g"`
		VolumeML int `json:"volume_ml"`
	}
	More  int
	Left  []web.LeftOut
	Basis string
}

func (p *runPlan) start(t *testing.T, i int) floor.StartRun {
	t.Helper()
	var out floor.StartRun
	require.NoError(t, json.Unmarshal(p.Runs[i].Start, &out))
	return out
}

var noon = time.Now().Add(3 * time.Hour).UTC().Truncate(time.Second)

// stocked is a house of three aisles in two zones, with six items and their stock.
func stocked(t *testing.T) *house { return stockedIn(newHouse(t)) }

func stockedIn(h *house) *house {
	for i := range 6 {
		aisle := string(rune('A' + i/2))
		bin := floor.BinID(fmt.Sprintf("%s-%d", aisle, i%2+1))
		zone := "dry"
		if aisle == "C" {
			zone = "cold"
		}
		sku := floor.SKU(fmt.Sprintf("I-%d", i+1))
		h.give(&floor.SetBin{Bin: floor.Bin{ID: bin, Aisle: aisle, Bay: i%2*10 + 1, Level: 1, Walk: i + 1, Zone: zone, X: float64(i/2) * 3, Y: float64(i%2)*10 + 1}},
			&floor.SetItem{Item: floor.Item{SKU: sku, Name: "Item " + string(sku), GTINs: []string{}, WeightG: 1000, LengthMM: 100, WidthMM: 100, HeightMM: 200}},
			&floor.AdjustStock{SKU: sku, Bin: bin, Delta: 20, Reason: "opening"})
	}
	return h
}

func (h *house) order(id floor.OrderID, due time.Time, lines ...floor.AskedLine) {
	h.t.Helper()
	h.give(&floor.Assign{Order: id, Assignment: floor.AssignmentID("as-" + id), Number: "web-" + string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: due, Carrier: "DEMO", Lines: lines},
		&floor.Accept{Order: id})
}

func asked(line floor.LineID, sku floor.SKU, qty int) floor.AskedLine {
	return floor.AskedLine{Line: line, SKU: sku, Qty: qty}
}

// What is planned in each mode, sent as it stands, is a run the floor begins.
func TestWhatIsPlannedIsARun(t *testing.T) {
	for _, mode := range []string{"discrete", "batch", "cluster", "zone", "singles"} {
		t.Run(mode, func(t *testing.T) {
			h := stocked(t)
			for i := range 6 {
				id, sku := floor.OrderID(fmt.Sprintf("O-%d", i+1)), floor.SKU(fmt.Sprintf("I-%d", i+1))
				if mode == "singles" {
					h.order(id, noon.Add(time.Duration(i)*time.Minute), asked("1", "I-3", 1))
					continue
				}
				h.order(id, noon.Add(time.Duration(i)*time.Minute), asked("1", sku, 2), asked("2", "I-1", 1), asked("3", "I-6", 15))
			}
			plan := ask[runPlan](h, "/api/plan/runs", fmt.Sprintf(`{"mode":%q,"cart":{"weight_g":90000,"volume_ml":400000,"totes":8}}`, mode))
			require.Equal(t, "measured", plan.Basis)
			require.Empty(t, plan.Left)
			require.NotEmpty(t, plan.Runs)
			units := 0
			for i, r := range plan.Runs {
				outcome, body := h.start(r.Start)
				require.Equal(t, "accepted", outcome, "%s\n%s", r.Start, body)
				require.Positive(t, r.Metres)
				require.Positive(t, r.Totes)
				require.LessOrEqual(t, r.WeightG, 90000)
				n := 0
				for _, s := range plan.start(t, i).Stops {
					n += s.Qty
				}
				require.Equal(t, r.Units, n)
				units += n
			}
			want := 6 * 18
			if mode == "singles" {
				want = 6
			}
			require.Equal(t, want, units, "every unit stands in one run")
			again := ask[runPlan](h, "/api/plan/runs", fmt.Sprintf(`{"mode":%q}`, mode))
			require.Empty(t, again.Runs, "what is begun is not planned again")
		})
	}
}

// What comes first is due first; what is held, begun, on paper or not accepted is in no run, and the one who
// asks for it by name is told why.
func TestWhatIsPlannedNow(t *testing.T) {
	h := stocked(t)
	for i := range 7 {
		h.order(floor.OrderID(fmt.Sprintf("O-%d", i+1)), noon.Add(-time.Duration(i)*2*time.Hour), asked("1", "I-2", 1))
	}
	h.give(&floor.Hold{Order: "O-1", Reason: "fraud"}, &floor.Start{Order: "O-2"}, &floor.BeginPaper{Orders: []floor.OrderID{"O-3"}, Paper: "P-1"},
		&floor.Assign{Order: "O-9", Assignment: "as-9", Number: "9", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon.Add(-5 * time.Hour), Carrier: "DEMO", Lines: []floor.AskedLine{asked("1", "I-2", 1)}})
	plan := ask[runPlan](h, "/api/plan/runs", `{"mode":"discrete"}`)
	var ids []floor.OrderID
	for i := range plan.Runs {
		ids = append(ids, plan.start(t, i).Orders...)
	}
	require.Equal(t, []floor.OrderID{"O-7", "O-6", "O-5", "O-4"}, ids)
	require.Equal(t, []web.LeftOut{{Order: "O-9", Number: "9", Why: "is not accepted yet: somebody accepts it first (order.accept), or names it here"},
		{Order: "O-1", Number: "web-O-1", Why: "is on hold: fraud"}}, plan.Left, "what waits for somebody is said; what is under way is not")

	two := ask[runPlan](h, "/api/plan/runs", `{"mode":"discrete","most":1}`)
	require.Len(t, two.Runs, 1)
	require.Equal(t, 3, two.More)

	named := ask[runPlan](h, "/api/plan/runs", `{"mode":"cluster","window_min":90,"orders":["O-1","O-2","O-3","O-4","O-9"]}`)
	require.Len(t, named.Runs, 1)
	require.ElementsMatch(t, []floor.OrderID{"O-4", "O-9"}, named.start(t, 0).Orders, "who is named may be begun before it is accepted")
	require.Equal(t, []web.LeftOut{{Order: "O-1", Number: "web-O-1", Why: "is on hold: fraud"}, {Order: "O-2", Number: "web-O-2", Why: "is being picked by mia"}, {Order: "O-3", Number: "web-O-3", Why: "is picked from paper P-1"}}, named.Left)
	outcome, body := h.start(named.Runs[0].Start)
	require.Equal(t, "accepted", outcome, body)

	for body, want := range map[string]string{
		`{"mode":"wave"}`:                           "body.mode",
		`{"mode":"batch","orders":["O-77"]}`:        "body.orders[0]",
		`{"mode":"batch","orders":["O-4","O-4"]}`:   "body.orders[1]",
		`{"mode":"batch","cart":{"weight_g":-1}}`:   "body.cart.weight_g",
		`{"mode":"batch","cart":{"orders":61}}`:     "body.cart.orders",
		`{"mode":"batch","most":-3}`:                "body.most",
		`{"mode":"batch","cart":{"colour":"blue"}}`: "colour",
	} {
		code, answer := h.call(web.Integration, "POST", "/api/plan/runs", []byte(body))
		require.Equal(t, 422, code, "%s", answer)
		require.Contains(t, string(answer), want)
	}
}

// A zone's run takes what lies in the zone; other modes with a zone take only orders that lie in it as a whole.
func TestPlanningAZone(t *testing.T) {
	h := stocked(t)
	h.order("O-1", noon, asked("1", "I-1", 1), asked("2", "I-6", 1))
	h.order("O-2", noon, asked("1", "I-5", 2))
	cold := ask[runPlan](h, "/api/plan/runs", `{"mode":"zone","zone":"cold"}`)
	require.Len(t, cold.Runs, 1)
	require.Equal(t, "cold", cold.start(t, 0).Zone)
	require.Equal(t, 3, cold.Runs[0].Units)
	whole := ask[runPlan](h, "/api/plan/runs", `{"mode":"cluster","zone":"cold"}`)
	require.Equal(t, []floor.OrderID{"O-2"}, whole.start(t, 0).Orders)
	require.Len(t, whole.Left, 1)
	outcome, body := h.start(cold.Runs[0].Start)
	require.Equal(t, "accepted", outcome, body)
	rest := ask[runPlan](h, "/api/plan/runs", `{"mode":"zone"}`)
	require.Len(t, rest.Runs, 1)
	require.Equal(t, "dry", rest.start(t, 0).Zone, "the other zone's part is planned beside the run that goes on")
	outcome, body = h.start(rest.Runs[0].Start)
	require.Equal(t, "accepted", outcome, body)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "Z-1", Aisle: "Z", Walk: 99}}, &floor.SetItem{Item: floor.Item{SKU: "Z", Name: "Z", GTINs: []string{}}},
		&floor.AdjustStock{SKU: "Z", Bin: "Z-1", Delta: 5, Reason: "opening"})
	h.order("O-3", noon, asked("1", "Z", 1))
	none := ask[runPlan](h, "/api/plan/runs", `{"mode":"zone"}`)
	require.Equal(t, []web.LeftOut{{Order: "O-3", Number: "web-O-3", Line: "1", Why: "bin Z-1 lies in no zone"}}, none.Left)
}

// Goods are handed out once: what one order is sent for, the next is not; what expires first goes first; the
// last units and those the book does not have are looked for where the floor sends people anyway.
func TestGoodsArePlannedOnce(t *testing.T) {
	h := stocked(t)
	day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
	h.give(&floor.SetItem{Item: floor.Item{SKU: "MILK", Name: "Milk", GTINs: []string{}, Expires: true, Lots: true}})
	for _, x := range []struct {
		bin    floor.BinID
		lot    string
		expiry string
		qty    int
	}{{"A-1", "L-LATE", day(30), 5}, {"B-1", "L-SOON", day(9), 3}, {"C-1", "L-OLD", day(2), 7}} {
		h.receive("MILK", x.bin, x.lot, x.expiry, x.qty)
	}
	milk := func(qty int) floor.AskedLine {
		l := asked("1", "MILK", qty)
		l.MinLife = 5
		return l
	}
	h.order("O-1", noon, milk(2))
	h.order("O-2", noon.Add(time.Hour), milk(4))
	h.order("O-3", noon.Add(2*time.Hour), milk(4))
	plan := ask[runPlan](h, "/api/plan/runs", `{"mode":"discrete"}`)
	require.Len(t, plan.Runs, 3)
	stops := func(i int) map[floor.BinID]int {
		out := map[floor.BinID]int{}
		for _, s := range plan.start(t, i).Stops {
			out[s.Bin] += s.Qty
		}
		return out
	}
	require.Equal(t, map[floor.BinID]int{"B-1": 2}, stops(0), "what expires first goes first")
	require.Equal(t, map[floor.BinID]int{"B-1": 1, "A-1": 3}, stops(1), "and only as far as there is any")
	require.Equal(t, 4, stops(2)["A-1"]+stops(2)["B-1"], "what the book does not have is looked for all the same, and never among what is too old")
	for _, r := range plan.Runs {
		outcome, body := h.start(r.Start)
		require.Equal(t, "accepted", outcome, body)
	}
}

// More stops than one run takes are planned as several; a bin that moves makes another map.
func TestLongPlansAndANewMap(t *testing.T) {
	h := newHouse(t)
	var skus []floor.SKU
	for i := range 260 {
		bin, sku := floor.BinID(fmt.Sprintf("A-%03d", i)), floor.SKU(fmt.Sprintf("S-%03d", i))
		skus = append(skus, sku)
		h.give(&floor.SetBin{Bin: floor.Bin{ID: bin, Walk: i + 1}}, &floor.SetItem{Item: floor.Item{SKU: sku, Name: string(sku), GTINs: []string{}}},
			&floor.AdjustStock{SKU: sku, Bin: bin, Delta: 50, Reason: "opening"})
	}
	for o := range 4 {
		var lines []floor.AskedLine
		for i := range 130 {
			lines = append(lines, asked(floor.LineID(fmt.Sprint(i)), skus[(o*40+i)%260], 1))
		}
		h.order(floor.OrderID(fmt.Sprintf("O-%d", o)), noon, lines...)
	}
	plan := ask[runPlan](h, "/api/plan/runs", `{"mode":"cluster"}`)
	require.Equal(t, "walkOrder", plan.Basis)
	require.Greater(t, len(plan.Runs), 1)
	var ids []floor.OrderID
	for i, r := range plan.Runs {
		one := plan.start(t, i)
		ids = append(ids, one.Orders...)
		require.True(t, slices.IsSortedFunc(one.Stops, func(a, b floor.AskStop) int { return bytes.Compare([]byte(a.Bin), []byte(b.Bin)) }))
		outcome, body := h.start(r.Start)
		require.Equal(t, "accepted", outcome, body)
	}
	require.ElementsMatch(t, []floor.OrderID{"O-0", "O-1", "O-2", "O-3"}, ids)

	walk := ask[web.OrderWalk](h, "/api/orders/O-0/walk", "")
	require.Len(t, walk.Stops, 130)
	require.Equal(t, floor.BinID("A-000"), walk.Stops[0].Bin)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "A-000", Walk: 999}})
	walk = ask[web.OrderWalk](h, "/api/orders/O-0/walk", "")
	require.Equal(t, floor.BinID("A-000"), walk.Stops[129].Bin, "the bin is at the end of the walk now")
	code, _ := h.call(web.Integration, "GET", "/api/orders/O-77/walk", nil)
	require.Equal(t, 404, code)
}

// receive brings units of a lot into a bin, as a delivery does.
func (h *house) receive(sku floor.SKU, bin floor.BinID, lot, expiry string, qty int) {
	h.t.Helper()
	id := floor.InboundID("ASN-" + lot)
	h.give(&floor.AnnounceInbound{Inbound: id, What: "asn", From: "the dairy", Lines: []floor.Announced{{SKU: sku, Qty: qty}}})
	h.give(&floor.ReceiveScan{Inbound: id, SKU: sku, Qty: qty, Lot: lot, Expiry: expiry},
		&floor.PutAway{Inbound: id, SKU: sku, Qty: qty, Bin: bin, Lot: lot, Done: true})
}

// tokenOf is the token of a caller in a role.
func tokenOf(role string) string { return role + "-0123456789abcdef0123456789abcdef" }
