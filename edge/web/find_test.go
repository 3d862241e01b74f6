package web

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// TestShortNames: who is called 山田, 李 or Li is found by the whole of it, and by no part.
func TestShortNames(t *testing.T) {
	for q, want := range map[string]struct{ ok, whole bool }{
		"山田": {true, true}, "李": {true, true}, "김": {true, true}, "Я": {true, true}, "โอ": {true, true}, "Li": {true, true}, "Øy": {true, true},
		"L": {}, "12": {}, "A1": {}, "李1": {}, "山-": {}, "": {}, "\xff\xfe": {}, "lee": {true, false}, "山田太": {true, false}, "123": {true, false},
		strings.Repeat("山", 80): {true, false}, strings.Repeat("x", 81): {},
	} {
		ok, whole := view.Asks(q)
		require.Equal(t, want.ok, ok, q)
		require.Equal(t, want.whole, whole, q)
	}
	yamada, li := Customer{Name: "山田 太郎"}, Customer{Name: "Bo Lindt", OrderedBy: "Mei Li"}
	require.Equal(t, "name", foundByPerson("山田", yamada, true))
	require.Empty(t, foundByPerson("山", yamada, true), "the beginning of a word is no whole name")
	require.Equal(t, "customer", foundByPerson("li", li, true), "Lindt is not Li")
	require.Equal(t, "name", foundByPerson("Bo", li, true))
	require.Equal(t, "name", foundByPerson("lin", li, false))
}

// TestWhatCameBackCameBack is a sentence.
func TestWhatCameBackCameBack(t *testing.T) {
	require.Equal(t, "It came back.", where(&view.OrderRow{State: floor.OrderCameBack}))
	require.Equal(t, "It is ready to collect.", where(&view.OrderRow{State: floor.OrderCollectable}))
}

// TestAShortNameIsAsked over the API, and what is no name is refused there.
func TestAShortNameIsAsked(t *testing.T) {
	b := newBox(t, withTokens, func(b *box) {
		b.names = book{"pii/O-2": {Name: "山田 太郎"}, "pii/O-3": {Name: "山田花子"}}
	})
	for i, name := range []string{"O-2", "O-3"} {
		b.give(&floor.Assign{Order: floor.OrderID(name), Assignment: "as", Number: []string{"web-7", "web-8"}[i], Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning,
			ShipTo: "pii/" + name, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
	}
	h := b.signedIn("hh-1", "B-1")
	code, body := h.get("/api/find?q=%E5%B1%B1%E7%94%B0")
	require.Equal(t, 200, code, body)
	require.Contains(t, body, "web-7")
	require.NotContains(t, body, "web-8")
	code, body = h.get("/api/find?q=L")
	require.Equal(t, 422, code)
	require.Contains(t, body, "must have 3 to 80 characters, or be a whole name of two letters")
}
