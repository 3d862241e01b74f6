package web

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// A site without a line to a centre takes orders from a machine that may give the centre's commands. It may
// give no others, and nobody else may give those.
func TestAMachineInPlaceOfTheCentre(t *testing.T) {
	for _, e := range floor.Entries() {
		kind := e.New().Kind()
		require.Equal(t, e.Who == floor.Centre, may([]string{Central}, kind), kind)
		if e.Who == floor.Centre {
			require.False(t, may([]string{Integration, CLI, Operator, Manager, PrintServer}, kind), kind)
		}
	}
	b := newBox(t, withTokens, func(b *box) {
		b.opt.Tokens = append(b.opt.Tokens, Token{Name: "oms", SHA256: digestHex("oms-token-0123456789abcdef"), Roles: []string{Central}})
	})
	ask := func(method, path, body string) (int, string) {
		res := b.hand("x").do(method, path, body, "Authorization", "Bearer oms-token-0123456789abcdef")
		return res.StatusCode, text(res)
	}
	code, body := ask("POST", "/api/commands", `{"commands":[{"id":"m-1","type":"item.set","data":{"sku":"TEA","name":"Tea","gtins":["09520000000936"]}}]}`)
	require.Equal(t, 200, code, body)
	require.Equal(t, floor.OutcomeAccepted, readCommands(t, body).Answers[0].Outcome, body)
	code, _ = ask("POST", "/api/commands", `{"commands":[{"id":"m-2","type":"pick.start","data":{"order":"O-1"}}]}`)
	require.Equal(t, 403, code)
	code, _ = ask("GET", "/api/orders", "")
	require.Equal(t, 403, code, "it sends, it does not look")
}

// A print server says what became of labels, and gives no other command of the box.
func TestAPrintServer(t *testing.T) {
	for _, e := range floor.Entries() {
		kind := e.New().Kind()
		want := kind == "print.start" || kind == "label.printed" || kind == "label.failed"
		require.Equal(t, want, may([]string{PrintServer}, kind), kind)
	}
}
