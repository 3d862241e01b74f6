//go:build mutants

package node

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain leaves out the rule that the environment names: the tests of this package then run against a mutant.
func TestMain(m *testing.M) {
	if err := LeaveOut(os.Getenv("PICKET_MUTANT")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// Each mutant is run by the test that has to see it, in a process of its own: it fails.
func TestMutants(t *testing.T) {
	if os.Getenv("PICKET_MUTANT") != "" {
		t.Fatal("a mutant is not asked about mutants")
	}
	for rule, by := range mutants {
		t.Run(rule, func(t *testing.T) {
			again := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+by+"$", "-test.timeout", "60s")
			again.Env = append(os.Environ(), "PICKET_MUTANT="+rule)
			out, err := again.CombinedOutput()
			var failed *exec.ExitError
			require.True(t, errors.As(err, &failed), "%s does not see that rule %s is left out\n%s", by, rule, out)
			require.Equal(t, 1, failed.ExitCode(), "%s", out)
			require.Contains(t, string(out), "--- FAIL: "+by, "it failed by itself")
		})
	}
}
