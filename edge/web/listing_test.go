package web

import (
	"bytes"
	"crypto/ed25519"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

func readList(t *testing.T, body string) (rows []map[string]any, next string) {
	var out struct {
		Log  string
		Seq  uint64
		Rows []map[string]any
		Next string
	}
	require.NoError(t, json.Unmarshal([]byte(body), &out), body)
	require.NotZero(t, out.Seq)
	return out.Rows, out.Next
}

func TestListsByPage(t *testing.T) {
	b := newBox(t)
	for i := 2; i < 6; i++ {
		b.give(&floor.Assign{Order: floor.OrderID(fmt.Sprintf("O-%d", i)), Assignment: "as", Number: fmt.Sprint(1000 + i), Flow: floor.FlowShip, Mode: floor.ModeHold,
			Due: morning.Add(time.Duration(9-i) * time.Hour), Lines: []floor.AskedLine{{Line: "1", SKU: "RICE", Qty: i}}})
	}
	h := b.signedIn("hh-1", "B-1")
	var seen []any
	path := "/api/orders?limit=2"
	for next := ""; ; {
		code, body := h.get(path + "&after=" + next)
		if next == "" {
			code, body = h.get(path)
		}
		require.Equal(t, 200, code, body)
		var rows []map[string]any
		rows, next = readList(t, body)
		for _, r := range rows {
			seen = append(seen, r["id"])
		}
		if next == "" {
			break
		}
	}
	require.Equal(t, []any{"O-1", "O-5", "O-4", "O-3", "O-2"}, seen, "what is due first")

	_, body := h.get("/api/lines?sku=RICE&q=1003")
	rows, _ := readList(t, body)
	require.Len(t, rows, 1)

	_, body = h.get("/api/stock/OAT")
	require.Contains(t, body, `"on_hand":9`)
	code, body := h.get("/api/stock/NO")
	require.Equal(t, 404, code, body)
}

func TestParametersOfListsAreJudgedByName(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	for query, location := range map[string]string{
		"colour=blue": "query.colour", "limit=0": "query.limit", "limit=1001": "query.limit", "limit=x": "query.limit", "after=%21": "query.after", "after=garbage": "query.after",
		"format=xml": "query.format", "state=a&state=b": "query.state", "q=" + strings.Repeat("x", 201): "query.q", "started=maybe": "query.started", "lines=two": "query.lines",
	} {
		code, body := h.get("/api/orders?" + query)
		require.Equal(t, 422, code, query)
		require.Equal(t, location, readProblem(t, body).Errors[0].Location, query)
	}
	code, _ := h.get("/api/orders?a=%zz")
	require.Equal(t, 400, code)
	for path, location := range map[string]string{
		"/api/orders/O-1?colour=1": "query.colour", "/api/changes?log=log-1": "query.since", "/api/changes?log=log-1&since=1&wait=99": "query.wait",
		"/api/changes?x=1": "query.x", "/api/scan": "query.code", "/api/find?q=a": "query.q", "/api/find?q=12": "query.q", "/api/find?q=A1": "query.q",
	} {
		code, body := h.get(path)
		require.Equal(t, 422, code, path)
		require.Equal(t, location, readProblem(t, body).Errors[0].Location, path)
	}
}

// A table for spreadsheets, in which no text can become a formula.
func TestCSV(t *testing.T) {
	b := newBox(t)
	for i, name := range []string{`=HYPERLINK("http://evil")`, "+1", "-1", "@SUM(A1)", `Oat, "fresh"`, "＝1+1", " =1+1"} {
		b.give(&floor.SetItem{Item: floor.Item{SKU: floor.SKU(fmt.Sprintf("S-%d", i)), Name: name, GTINs: []string{}}})
	}
	b.give(&floor.SetPolicy{Name: "negative_stock", Value: []byte("true")})
	b.give(&floor.AdjustStock{SKU: "S-0", Bin: "A-1", Delta: -3, Reason: "lost"})
	h := b.signedIn("hh-1", "B-1")
	res := h.do("GET", "/api/items?q=", "", "Accept", "text/csv")
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, res.Header.Get("Content-Type"), "text/csv")
	all, err := csv.NewReader(strings.NewReader(text(res))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"sku", "name"}, all[0][:2])
	names := map[string]string{}
	for _, row := range all[1:] {
		names[row[0]] = row[1]
	}
	require.Equal(t, `'=HYPERLINK("http://evil")`, names["S-0"])
	require.Equal(t, "'+1", names["S-1"])
	require.Equal(t, "'-1", names["S-2"])
	require.Equal(t, "'@SUM(A1)", names["S-3"])
	require.Equal(t, `Oat, "fresh"`, names["S-4"])
	require.Equal(t, "'＝1+1", names["S-5"])
	require.Equal(t, "' =1+1", names["S-6"])

	code, body := h.get("/api/stock?format=csv&sku=S-0")
	require.Equal(t, 200, code)
	require.Contains(t, body, ",-3,", "a number stays a number")

	res = h.do("GET", "/api/items?format=csv&limit=2", "")
	require.Contains(t, res.Header.Get("Link"), `rel="next"`)
	link, _, _ := strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
	code, body = h.get(link)
	require.Equal(t, 200, code)
	require.Contains(t, body, "sku,name")
}

func TestTheDesk(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-2")
	h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT","qty":2}`), op(3, "pick.finish", `{"order":"O-1"}`),
		op(4, "unit.open", `{"order":"O-1"}`))
	require.NoError(t, b.feed.Reach(t.Context(), floor.Seq(b.door.Head().Seq)))
	_, body := h.get("/api/parcels")
	rows, _ := readList(t, body)
	unit := rows[0]["unit"].(string)
	h.send(op(5, "unit.add", fmt.Sprintf(`{"unit":%q,"sku":"OAT","qty":2}`, unit)), op(6, "unit.close", fmt.Sprintf(`{"unit":%q}`, unit)),
		op(7, "handover", fmt.Sprintf(`{"unit":%q,"done":true}`, unit)))
	require.NoError(t, b.feed.Reach(t.Context(), floor.Seq(b.door.Head().Seq)))
	_, body = h.get("/api/desk")
	rows, _ = readList(t, body)
	require.Len(t, rows, 1)
	require.NotEmpty(t, rows[0]["words"])
	require.NotEmpty(t, rows[0]["hint"])
	settle, err := json.Marshal(map[string]any{"case": rows[0]["id"], "note": "label found"})
	require.NoError(t, err)
	code, body := h.post("/api/commands", fmt.Sprintf(`{"commands":[{"id":"settle-1","type":"desk.settle","data":%s}]}`, settle))
	require.Equal(t, 200, code, body)
	_, body = h.get("/api/desk")
	rows, _ = readList(t, body)
	require.Empty(t, rows)
}

// Whoever keeps a board of his own waits for news and gets what changed.
func TestChanges(t *testing.T) {
	b := newBox(t, withTokens)
	at := b.feed.Seq()
	code, body := b.machine("erp", "GET", fmt.Sprintf("/api/changes?log=log-1&since=%d", at), "")
	require.Equal(t, 200, code)
	require.JSONEq(t, `{}`, body)

	done := make(chan string)
	go func() {
		_, body := b.machine("erp", "GET", fmt.Sprintf("/api/changes?log=log-1&since=%d&wait=20", at), "")
		done <- body
	}()
	b.give(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"})
	require.Contains(t, <-done, `"on_hand":10`)

	_, body = b.machine("erp", "GET", "/api/changes?log=another&since=1", "")
	require.JSONEq(t, `{"reload":true}`, body)
}

// No read is older than what anybody was answered before it was asked, however far the screens are behind.
func TestAReadSeesWhatWasAnswered(t *testing.T) {
	b := newBox(t, func(b *box) { b.lag = 30 * time.Millisecond })
	h := b.signedIn("hh-1", "B-1")
	for n := uint64(1); n <= 3; n++ {
		require.Contains(t, fmt.Sprint(h.send(op(n, "stock.move", `{"sku":"OAT","from":"A-1","to":"A-2","qty":1}`))), "accepted")
		_, body := h.get("/api/stock")
		require.Contains(t, body, fmt.Sprintf(`{"bin":"A-2","on_hand":%d}`, n))
	}
}

func TestWhatACodeMeans(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	for code, want := range map[string]string{"09521234543213": `"sku":"OAT"`, "A-1": `"bin":{"id":"A-1"`, "1001": `"order":{"id":"O-1"`, "nonsense": "Nobody here knows the code nonsense.",
		"09521234543214": "The check digit is wrong", "bin-a-1": "Looks like BIN-A-1 in small letters"} {
		_, body := h.get("/api/scan?code=" + code)
		require.Contains(t, body, want, code)
	}
}

// A parcel another site announced says so, and whether it is booked in.
func TestWhatAComingParcelMeans(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	_, body := h.get("/api/scan?code=095200010000000010")
	require.Contains(t, body, "not known here")
	b.give(&floor.AnnounceInbound{Inbound: "transfer/1", What: "transfer", From: "south", Lines: []floor.Announced{{SKU: "OAT", Qty: 3, Unit: "095200010000000010"}}})
	_, body = h.get("/api/scan?code=095200010000000010")
	require.Contains(t, body, `"inbound":"transfer/1"`)
	require.Contains(t, body, `"known":true,"words":"A parcel from south. It was announced, and is to be received."`)
	require.Contains(t, fmt.Sprint(h.send(op(1, "receive.scan", `{"inbound":"transfer/1","unit":"095200010000000010"}`))), "accepted")
	_, body = h.get("/api/scan?code=095200010000000010")
	require.Contains(t, body, "A parcel from south. It is booked in.")
}

// A list of contents is read off a parcel, and the answer says whether it is to be gone by, before anybody is.
func TestWhatAListMeans(t *testing.T) {
	b := newBox(t)
	h := b.signedIn("hh-1", "B-1")
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	c := floor.ContentList{From: "south", To: "north", Unit: "095200010000000010", Order: "T-1", No: 1, Of: 1, Key: "south-1", Lines: []floor.ListedLine{{SKU: "OAT", Qty: 3}}}
	code := string(c.Sealed(ed25519.Sign(key, c.Bytes())))
	look := func() string {
		_, body := h.get("/api/scan?code=" + url.QueryEscape("]d2"+code+"\r"))
		return body
	}
	require.Contains(t, look(), `"refused":"unknown_list_key"`)
	require.Contains(t, look(), "Receive the parcel blind")
	b.give(&floor.SetListKey{ID: "south-1", Site: "south", Public: hex.EncodeToString(key.Public().(ed25519.PublicKey))})
	require.Contains(t, look(), "The list of a parcel from south.")
	require.NotContains(t, look(), "refused")
	out := h.send(op(1, "receive.list", fmt.Sprintf(`{"code":%q}`, "]d2"+code)))
	require.Contains(t, fmt.Sprint(out), "inbound:hh-1:1")
	require.Contains(t, look(), `"inbound":"hh-1:1"`)
}
