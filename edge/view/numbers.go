package view

import (
	"fmt"

	"picket/edge/floor"
)

// NumberRow is a block of numbers leased to the site.
type NumberRow struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // sscc, return or carrier:<code>
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Left   uint64 `json:"left"` // not used yet
}

// numberKey names a block: blocks of one kind and prefix never overlap.
func numberKey(n *floor.NumberBlock) string {
	return fmt.Sprintf("%s/%s/%020d", n.Kind, n.Prefix, n.From)
}

func numberRow(n *floor.NumberBlock) *NumberRow {
	r := &NumberRow{ID: numberKey(n), Kind: n.Kind, Prefix: n.Prefix, From: n.From, To: n.To}
	if next := max(n.Next, n.From); next <= n.To {
		r.Left = n.To - next + 1
	}
	return r
}
