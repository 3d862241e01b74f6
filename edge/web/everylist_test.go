package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
)

// busyBox is a site with rows in as many lists as a few commands fill.
func busyBox(t *testing.T) *box {
	b := newBox(t, withTokens)
	h := b.signedIn("hh-1", "B-1")
	for i, c := range []string{"OAT", "RICE"} {
		b.give(&floor.AdjustStock{SKU: floor.SKU(c), Bin: "A-2", Delta: 20 + i, Reason: "opening"})
	}
	for i := 2; i < 5; i++ {
		flow := []floor.Flow{floor.FlowShip, floor.FlowPickup}[i%2]
		b.give(&floor.Assign{Order: floor.OrderID(fmt.Sprintf("O-%d", i)), Assignment: floor.AssignmentID(fmt.Sprintf("as-%d", i)), Number: fmt.Sprintf("100%d", i), Flow: flow, Mode: floor.ModeHold,
			Due: morning.Add(time.Duration(i) * time.Hour), Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}, {Line: "2", SKU: "RICE", Qty: 1}}})
	}
	n := uint64(0)
	do := func(typ, format string, a ...any) opAnswer {
		n++
		return h.send(op(n, typ, fmt.Sprintf(format, a...))).Answers[0]
	}
	for i := 2; i < 5; i += 2 {
		do("pick.start", `{"order":"O-%d"}`, i)
		do("pick.scan", `{"order":"O-%d","sku":"OAT"}`, i)
		do("pick.scan", `{"order":"O-%d","sku":"RICE"}`, i)
		do("pick.finish", `{"order":"O-%d"}`, i)
		unit := do("unit.open", `{"order":"O-%d"}`, i).Unit
		do("unit.add", `{"unit":%q,"sku":"OAT","qty":1}`, unit)
		do("unit.add", `{"unit":%q,"sku":"RICE","qty":1}`, unit)
		do("unit.close", `{"unit":%q}`, unit)
	}
	for _, bin := range []string{"A-1", "A-2"} {
		b.give(&floor.OpenCount{What: floor.CountDirected, Bins: []floor.BinID{floor.BinID(bin)}})
	}
	for i := range 2 {
		b.give(&floor.AnnounceInbound{Inbound: floor.InboundID(fmt.Sprintf("IN-%d", i)), What: "asn", Lines: []floor.Announced{{SKU: "OAT", Qty: 3}}})
	}
	b.signedIn("hh-2", "B-4")
	return b
}

// Every list, page by page of one row, gives each row of the whole once and in the same order; each of its filters,
// asked with what a row says, gives that row and none that says another thing; what is no filter, or no value
// of one, is refused by its name.
func TestEveryListByPageAndFilter(t *testing.T) {
	b := busyBox(t)
	filled, asked := 0, 0
	for _, l := range b.web.lists {
		get := func(q url.Values) (int, string) { return b.machine("ops", "GET", "/api/"+l.Name+"?"+q.Encode(), "") }
		rows := func(q url.Values) ([]json.RawMessage, string) {
			code, body := get(q)
			require.Equal(t, http.StatusOK, code, "%s?%s: %s", l.Name, q.Encode(), body)
			var out listReply
			require.NoError(t, json.Unmarshal([]byte(body), &out))
			return out.Rows, out.Next
		}
		whole, next := rows(url.Values{"limit": {"1000"}})
		require.Empty(t, next, l.Name)
		var paged []json.RawMessage
		for q := (url.Values{"limit": {"1"}}); ; {
			page, after := rows(q)
			paged = append(paged, page...)
			require.LessOrEqual(t, len(paged), len(whole)+1, l.Name)
			if after == "" {
				break
			}
			q.Set("after", after)
		}
		require.Equal(t, len(whole), len(paged), l.Name)
		for i := range whole {
			require.JSONEq(t, string(whole[i]), string(paged[i]), "%s, row %d", l.Name, i)
		}
		if len(whole) > 1 {
			filled++
		}
		for _, f := range l.Filters() {
			wrong := map[string]string{"integer": "many", "boolean": "perhaps"}[l.FilterKind(f)]
			if wrong != "" {
				code, body := get(url.Values{f: {wrong}})
				require.Equal(t, http.StatusUnprocessableEntity, code, "%s?%s=%s: %s", l.Name, f, wrong, body)
				require.Equal(t, "query."+f, readProblem(t, body).Errors[0].Location, l.Name)
			}
			for _, raw := range whole[:min(len(whole), 3)] {
				var row map[string]any
				require.NoError(t, json.Unmarshal(raw, &row))
				v, ok := row[f]
				value := fmt.Sprint(v)
				if n, is := v.(float64); is {
					value = fmt.Sprintf("%.0f", n)
				}
				if _, text := v.(string); !ok || text && value == "" {
					continue
				}
				asked++
				found := false
				got, _ := rows(url.Values{f: {value}, "limit": {"1000"}})
				for _, g := range got {
					var one map[string]any
					require.NoError(t, json.Unmarshal(g, &one))
					require.Equal(t, v, one[f], "%s?%s=%s", l.Name, f, value)
					found = found || string(g) == string(raw)
				}
				require.True(t, found, "%s?%s=%s does not give the row it is of: %s", l.Name, f, value, raw)
			}
		}
		for name, value := range map[string]string{"colour": "blue", "limit": "0", "after": "nonsense", "format": "xml"} {
			code, body := get(url.Values{name: {value}})
			require.Equal(t, http.StatusUnprocessableEntity, code, "%s?%s=%s: %s", l.Name, name, value, body)
			require.Equal(t, "query."+name, readProblem(t, body).Errors[0].Location, l.Name)
		}
	}
	require.Greater(t, filled, 9, "lists with rows enough to page through")
	require.Greater(t, asked, 60)
}

// Every command's example is taken by a running site, or refused with one of the refusals that are listed for it.
func TestEveryExampleIsAnswered(t *testing.T) {
	b := newBox(t)
	for i, e := range floor.Entries() {
		kind := e.New().Kind()
		listed := map[floor.Code]bool{}
		for _, r := range refusalsOf(e) {
			listed[r.Code] = true
		}
		c, err := floor.DecodeCommand(kind, []byte(e.Example))
		require.NoError(t, err, kind)
		a, err := b.door.Submit(t.Context(), node.Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("example-%d", i)), Actor: "mia"}, Command: c})
		require.NoError(t, err, kind)
		if a.Refusal != nil {
			require.True(t, listed[a.Refusal.Code], "the example of %s is refused as %s, which is not listed for it: %s", kind, a.Refusal.Code, a.Refusal.Words())
		}
	}
}
