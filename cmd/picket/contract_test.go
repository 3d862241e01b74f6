package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
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
	require.Contains(t, out, "22  not seen   The clocks disagree")

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

// TestByCommand: a hook finds the sites and the order in its environment, and its failure is told with its words; what has
// none is asked of a person, for a while.
func TestByCommand(t *testing.T) {
	given, err := doing([]string{`force=[ "$PICKET_OTHER $PICKET_ORDER" = "second O-7" ]`}, `[ "$PICKET_SITE" = trial ]`, `echo "no order $PICKET_ORDER" >&2; exit 3`)
	require.NoError(t, err)
	do := byCommand(given, "trial", "second", nil)
	require.NoError(t, do(t.Context(), contract.Order, ""))
	require.NoError(t, do(t.Context(), contract.Force, "O-7"))
	require.ErrorContains(t, do(t.Context(), contract.Recall, "O-7"), "no order O-7")
	require.ErrorContains(t, do(t.Context(), contract.Restore, ""), "--do restore=COMMAND is not given")
	for _, bad := range []string{"forced=x", "force", "force="} {
		_, err := doing([]string{bad}, "", "")
		require.ErrorContains(t, err, "--do: ")
	}

	var told bytes.Buffer
	hand := byHand(&told, strings.NewReader("\n"), "trial", "second")
	require.NoError(t, byCommand(given, "trial", "second", hand)(t.Context(), contract.Back, "O-7"))
	require.Contains(t, told.String(), ">> Have your OMS give order O-7 to site second instead of site trial, without forcing it, then press Enter.")
	require.ErrorContains(t, hand(t.Context(), contract.Order, ""), "nobody answers")
	never, _ := io.Pipe()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, byHand(io.Discard, never, "trial", "")(over, contract.Order, ""), "nobody answered in time")
	for _, what := range contract.Actions {
		require.NotEmpty(t, what.Words("a", "b", "O-7"), what)
		require.Contains(t, contractCommand().Long, "\n  "+string(what)+" ", "%s is explained", what)
	}
}
