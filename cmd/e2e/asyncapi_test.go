package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const foreign = "../../sync/wire/foreign"

// node runs a program of the foreign OMS.
func node(t *testing.T, args ...string) *exec.Cmd {
	for _, need := range []string{"mqtt", "@asyncapi/parser"} {
		_, err := os.Stat(filepath.Join(foreign, "node_modules", need))
		require.NoError(t, err, "run `make deps`, or `npm ci` in sync/wire/foreign")
	}
	cmd := exec.Command("node", args...)
	cmd.Dir = foreign
	return cmd
}

// TestTheOfficialParserTakesThePublishedFile: AsyncAPI's own parser finds nothing against asyncapi.yaml, the
// schemas it leads to are there, and a file with a fault in it is refused by the same program.
func TestTheOfficialParserTakesThePublishedFile(t *testing.T) {
	text, err := os.ReadFile("../../sync/wire/asyncapi.yaml")
	require.NoError(t, err)
	require.Contains(t, string(text), "schema/site.json")
	out, err := node(t, "asyncapi.mjs", "../asyncapi.yaml").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "3.0.0:")

	broken := filepath.Join(t.TempDir(), "broken.yaml")
	require.NoError(t, os.WriteFile(broken, []byte("asyncapi: 3.0.0\ninfo: { title: Broken, version: 1.0.0 }\nchannels: { a: { address: a } }\noperations: { x: { action: shout, channel: { $ref: \"#/channels/a\" } } }\n"), 0o600))
	out, err = node(t, "asyncapi.mjs", broken).CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "action")
}
