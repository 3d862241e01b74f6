package web

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two orders that named one row would share the address that came last: an order names its own rows alone.
func TestAnOrderNamesItsOwnRowsAlone(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.opt.Tokens = []Token{{Name: "shop", SHA256: digestHex("shop-token-0123456789abcdef"), Roles: []string{Central, Integration}}}
	})
	post := func(path, body string) (int, string) {
		res := b.hand("x").do("POST", path, body, "Authorization", "Bearer shop-token-0123456789abcdef")
		return res.StatusCode, text(res)
	}
	assign := func(order, rest string) string {
		return fmt.Sprintf(`{"order":%q,"assignment":"a","number":"7","flow":"ship","mode":"hold","due":"2026-11-21T12:00:00Z","carrier":"dhl","lines":[{"line":"1","sku":"OAT","qty":1}],%s}`, order, rest)
	}
	n := 0
	for _, c := range []struct{ typ, data, field string }{
		{"order.assign", assign("O-7", `"ship_to":"pii/O-7"`), ""},
		{"order.assign", assign("O-8", `"ship_to":"pii/O-8/to","contact":"pii/O-8/contact","gift":{"note":"pii/O-8"}`), ""},
		{"order.assign", assign("O-9", `"ship_to":"pii/O-7"`), ".ship_to"},
		{"order.assign", assign("O-9", `"ship_to":"pii/O-99"`), ".ship_to"},
		{"order.assign", assign("O-9", `"ship_to":"pii/O-9","contact":"pii/O-7/contact"`), ".contact"},
		{"order.assign", assign("O-9", `"ship_to":"pii/O-9","gift":{"note":"pii/O-7"}`), ".gift.note"},
		{"order.assign", assign("O-9", `"ship_to":"pii/O-9","labels":[{"tracking":"T-1","carrier":"dhl","ref":"pii/T-1"}]`), ".labels[0].ref"},
		{"order.change", `{"order":"O-7","ship_to":"pii/O-8"}`, ".ship_to"},
		{"order.change", `{"order":"O-7","ship_to":"pii/O-7/2"}`, ""},
	} {
		n++
		if c.field != "" {
			code, body := post("/api/ops", fmt.Sprintf(`{"install":"shop","ops":[{"id":"o-%d","type":%q,"data":%s}]}`, n, c.typ, c.data))
			require.Equal(t, 422, code, body)
			require.Equal(t, "body.ops[0].data"+c.field, readProblem(t, body).Errors[0].Location)
		}
		code, body := post("/api/commands", fmt.Sprintf(`{"commands":[{"id":"c-%d","type":%q,"data":%s}]}`, n, c.typ, c.data))
		if c.field == "" {
			require.Equal(t, 200, code, body)
			require.Nil(t, readCommands(t, body).Answers[0].Refusal, c.data)
			continue
		}
		require.Equal(t, 422, code, c.data)
		require.Equal(t, "body.commands[0].data"+c.field, readProblem(t, body).Errors[0].Location)
	}
}
