package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// refusals are a way to have each subcommand fail, and what it ends with. A subcommand that is not here fails the test.
var refusals = map[string]struct {
	args string
	exit int
}{
	"orders": {"nobody-knows-it", 1}, "orders show": {"O-9", 1}, "orders accept": {"O-9", 1}, "orders decline": {"O-9", 1}, "orders hold": {"O-9 --reason x", 1}, "orders release": {"O-9", 1},
	"stock": {"colour=blue", 2}, "stock sku": {"NOPE", 1}, "stock bin": {"Z-9", 1}, "stock move": {"OAT 2 A-1 Z-9", 1}, "stock adjust": {"OAT A-1 --by -1 --reason magic", 1},
	"scan": {"nonsense", 1}, "desk": {"AWAY", 3}, "desk settle": {"none --note x", 1}, "tasks": {"colour=blue", 2}, "policy": {"no_such", 2}, "policy set": {"colour blue", 1},
	"site": {"AWAY", 3}, "site pause": {"AWAY --why fog", 3}, "site resume": {"", 1}, "sync status": {"AWAY", 3}, "find": {"nothing-like-it", 1}, "reports": {"nothing", 2},
	"commands": {"no.such", 2}, "do": {"order.accept order=O-9", 1}, "list": {"nothing", 2}, "journal": {"--from 999999", 2},
	"plan runs": {"sideways", 1}, "plan cartons": {"O-9", 1}, "paper": {"no-such-paper", 2}, "watch": {"colour", 2},
	"pickups": {"colour=blue", 2}, "numbers": {"colour=blue", 2}, "runs": {"colour=blue", 2}, "counts": {"colour=blue", 2}, "returns": {"colour=blue", 2}, "inbounds": {"colour=blue", 2},
	"manifests": {"colour=blue", 2}, "parcels": {"colour=blue", 2}, "people": {"colour=blue", 2}, "people known": {"x", 2}, "people set": {"NOBODY", 1}, "people remove": {"NOBODY", 1}, "approve": {"no.such order/O-1", 2}, "printers": {"colour=blue", 2},
	"devices": {"colour=blue", 2}, "devices list": {"colour=blue", 2}, "devices found": {"x", 2}, "devices watch": {"colour", 2}, "devices jobs": {"a b", 2}, "devices pause": {"p 1", 2}, "devices resume": {"NOBODY", 1}, "devices cancel": {"NOBODY --reason x", 1}, "devices move": {"NOBODY NOWHERE", 1}, "devices printed": {"NOBODY", 1}, "devices send": {"NOBODY OTHER", 1}, "devices reprint": {"NOBODY --reason torn", 1}, "print-test": {"no-such-printer", 1}, "scan-test": {"--count -1", 2},
}

// Whatever goes wrong does not end with 0, stands on the errors in words, and as JSON on the output where JSON was asked for.
func TestWhatFailsDoesNotEndWell(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	away := filepath.Join(t.TempDir(), "nobody")
	seen := map[string]bool{}
	var look func(c *cobra.Command, path string)
	look = func(c *cobra.Command, path string) {
		for _, sub := range c.Commands() {
			look(sub, strings.TrimSpace(path+" "+sub.Name()))
		}
		if !c.Runnable() || path == "" {
			return
		}
		r, ok := refusals[path]
		if !ok {
			t.Errorf("nothing here has picket %s fail", path)
			return
		}
		seen[path] = true
		for _, asJSON := range []bool{false, true} {
			args := strings.Fields(path + " " + strings.Replace(r.args, "AWAY", "--data "+away, 1))
			if asJSON {
				args = append(args, "--json")
			}
			var out, errs bytes.Buffer
			ran := false
			root := &cobra.Command{Use: "picket", SilenceUsage: true, SilenceErrors: true, PersistentPreRun: func(*cobra.Command, []string) { ran = true }}
			root.AddGroup(&cobra.Group{ID: Group, Title: "x"})
			root.AddCommand(Commands(&out, &errs, func(k string) string { return env[k] })...)
			root.SetArgs(args)
			root.SetOut(&out)
			root.SetErr(&errs)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			err := root.ExecuteContext(ctx)
			cancel()
			if !assertFails(t, path, err, ran, r.exit) {
				continue
			}
			fmt.Fprintln(&errs, "picket:", Explain(err))
			require.Greater(t, len(strings.Fields(errs.String())), 3, "picket %s says: %s", path, errs.String())
			require.NotContains(t, out.String(), "picket: ", path)
			if asJSON && ran {
				require.True(t, json.Valid(out.Bytes()), "picket %s --json printed: %s", path, out.String())
			}
		}
	}
	root := &cobra.Command{Use: "picket"}
	root.AddCommand(Commands(&bytes.Buffer{}, &bytes.Buffer{}, func(string) string { return "" })...)
	look(root, "")
	for path := range refusals {
		require.True(t, seen[path], "there is no picket %s", path)
	}
}

func assertFails(t *testing.T, path string, err error, ran bool, exit int) bool {
	if err == nil {
		t.Errorf("picket %s ends with 0", path)
		return false
	}
	if got := ExitCode(err, ran); got != exit {
		t.Errorf("picket %s ends with %d, not %d: %v", path, got, exit, err)
	}
	return true
}
