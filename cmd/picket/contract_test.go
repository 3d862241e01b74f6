package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/contract"
	"picket/sync/linktest"
)

// TestContractTestCommand: the command says what is broken, in words and as JSON, and ends as it should.
func TestContractTestCommand(t *testing.T) {
	b := linktest.NewMosquitto(t)
	run := func(args ...string) (string, error) {
		c := contractCommand()
		var out bytes.Buffer
		c.SetOut(&out)
		c.SetErr(&out)
		c.SetIn(strings.NewReader(""))
		c.SetArgs(append([]string{"--broker", b.URL(), "--tenant", "acme", "--site", "trial", "--patience", "50ms", "--quick", "--only", "challenge,ack"}, args...))
		err := c.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := run()
	require.ErrorIs(t, err, errBroken, "nobody answers")
	require.Contains(t, out, "BROKEN handshake (challenge, profile A)")
	require.Contains(t, out, "to do: Subscribe to picket/1/{tenant}/+/+/u/#")
	require.Contains(t, out, "22  not seen The clocks disagree")

	out, err = run("--json", "--order", "true")
	require.ErrorIs(t, err, errBroken)
	var r contract.Report
	require.NoError(t, json.Unmarshal([]byte(out), &r), out)
	require.Equal(t, contract.Broken, r.Find("challenge").Outcome)
	require.Len(t, r.Rows, 22)

	_, err = run("--broker", "mqtt.example")
	require.ErrorContains(t, err, "--broker")
	_, err = run("--site", "a/b")
	require.ErrorContains(t, err, "site")
}

// TestByCommand: a hook finds the site and the order in its environment, and its failure is told with its words.
func TestByCommand(t *testing.T) {
	do := byCommand(map[contract.Action]string{contract.Order: `[ "$PICKET_SITE" = trial ]`, contract.Recall: `echo "no order $PICKET_ORDER" >&2; exit 3`}, "trial")
	require.NoError(t, do(t.Context(), contract.Order, ""))
	require.ErrorContains(t, do(t.Context(), contract.Recall, "O-7"), "no order O-7")
	require.ErrorContains(t, byCommand(nil, "trial")(t.Context(), contract.Recall, "O-7"), "--recall is not given")
	require.ErrorContains(t, byHand(&bytes.Buffer{}, strings.NewReader(""), "trial")(t.Context(), contract.Order, ""), "nobody answers")
	require.NoError(t, byHand(&bytes.Buffer{}, strings.NewReader("\n"), "trial")(t.Context(), contract.Order, ""))
}
