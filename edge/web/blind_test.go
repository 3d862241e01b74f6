package web

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// A bin that is counted blind: nobody who counts learns its book by any address; a lead does.
func TestABlindCountIsBlindEverywhere(t *testing.T) {
	b := newBox(t)
	b.give(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 7768, Reason: "opening"}) // 7777 in all
	book := regexp.MustCompile(`\b777[5-7]\b`)                                         // what is reserved taken off, too
	anna, ben := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	shows := func(h *hand) (out []string) {
		for _, rt := range b.web.table() {
			if rt.method != "GET" || strings.Contains(rt.pattern, "preview") {
				continue
			}
			for _, id := range []string{"A-1", "OAT", "O-1"} {
				path := strings.NewReplacer("{id...}", id, "{id}", id, "{rest...}", id, "{name}", id).Replace(rt.pattern)
				for _, q := range []string{"", "?code=A-1", "?q=oat", "?q=1001", "?format=csv", "?timeline=true", "?log=log-1&since=1"} {
					if _, body := h.get(path + q); book.MatchString(body) {
						out = append(out, path+q)
					}
				}
			}
		}
		return out
	}
	require.NotEmpty(t, shows(anna), "the test can see the book")
	a := b.give(&floor.OpenCount{What: floor.CountDirected, Bins: []floor.BinID{"A-1"}})
	require.Nil(t, a.Refusal)
	require.Empty(t, shows(anna))
	require.NotEmpty(t, shows(ben), "a lead reviews it")
	_, stock := anna.get("/api/stock/OAT")
	require.Contains(t, stock, `"hidden":true`)
	require.NotContains(t, stock, `"on_hand"`, "what nobody may know is not said to be 0")
	require.NotContains(t, stock, `"available"`)
	_, none := anna.get("/api/stock?on_hand=0&sku=OAT")
	require.NotContains(t, none, `"OAT"`, "nor found as what is not there")
	_, bin := anna.get("/api/bins/A-1")
	require.Contains(t, bin, `"holds":[],"hidden":true`)
	for _, path := range []string{"/api/stock/OAT", "/api/bins/A-1"} {
		_, body := ben.get(path)
		require.NotContains(t, body, `"hidden"`, path)
		require.Contains(t, body, `"on_hand":7777`, path)
	}
}
