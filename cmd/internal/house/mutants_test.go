package house

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a program ships with keeps every rule: what can leave one out stands behind the build tag mutants alone, and
// no program but the simulator can be made to do so even with it.
func TestNoShippedProgramCanLeaveARuleOut(t *testing.T) {
	behind := 0
	for _, p := range packages(t) {
		for _, f := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, f))
			require.NoError(t, err)
			require.NotContains(t, string(text), "//go:build mutants\n", "%s/%s is part of an ordinary build", p.ImportPath, f)
			for _, word := range []string{".LeaveOut(", "func LeaveOut("} {
				require.NotContains(t, string(text), word, "%s/%s", p.ImportPath, f)
			}
		}
		all, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		require.NoError(t, err)
		for _, f := range all {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			if !strings.HasPrefix(string(text), "//go:build mutants\n") || strings.HasSuffix(f, "_test.go") {
				continue
			}
			behind++
			if strings.Contains(string(text), ".LeaveOut(") {
				require.Equal(t, "cmd/picket-sim/fleet", p.ImportPath, "only the simulator leaves rules out")
			}
		}
	}
	require.NotZero(t, behind)
	for _, dir := range []string{"sync/reconcile", "sync/oms/clerk", "edge/floor", "edge/node"} {
		rules, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(dir), "rules_on.go"))
		require.NoError(t, err)
		require.Contains(t, string(rules), "//go:build !mutants\n")
		require.Contains(t, string(rules), "func on(Rule) bool { return true }", "a constant, which the compiler takes out")
	}
}
