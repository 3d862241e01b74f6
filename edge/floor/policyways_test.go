package floor

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	setsPolicy = regexp.MustCompile(`(?m)^[a-z]+: policy\.set .*?name"?[=:]"?([a-z_]+)`)
	saysPolicy = regexp.MustCompile(`(?m)^  Policy ([a-z_]+) is .*\n`)
)

// shownElsewhere are the policies no command shows: who reads them, and in which test they are turned both ways.
var shownElsewhere = map[string][2]string{
	"walk_end":   {"../../cmd/internal/site/walkends_test.go", `set("walk_end", "off")`}, // the planner
	"proof_days": {"forget_test.go", `set("180")`},                                       // whoever clears away what is personal
}

// stories cuts a file of transcripts where another site begins.
func stories(text string) []string {
	var out []string
	for part := range strings.SplitSeq("\n"+text, "\ngiven ") {
		out = append(out, "given "+part)
	}
	return out[1:]
}

// TestEveryPolicyGoesBothWays: for each policy there is a story that ends otherwise where the policy is not turned. It is
// turned in the middle of the story, by its record: nothing is started anew.
func TestEveryPolicyGoesBothWays(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	told := map[string][]string{} // the stories a policy is turned in
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, story := range stories(string(text)) {
			for _, m := range setsPolicy.FindAllStringSubmatch(story, -1) {
				if !slices.Contains(told[m[1]], story) {
					told[m[1]] = append(told[m[1]], story)
				}
			}
		}
	}
	for _, p := range Policies() {
		differs := false
		if at, ok := shownElsewhere[p.Name]; ok {
			text, err := os.ReadFile(at[0])
			require.NoError(t, err)
			require.Contains(t, string(text), at[1], "%s no longer turns the policy %s", at[0], p.Name)
			continue
		}
		for _, story := range told[p.Name] {
			if differs = differently(t, story, p.Name); differs {
				break
			}
		}
		if !differs {
			t.Errorf("no story shows what the policy %s changes (of %d that turn it)", p.Name, len(told[p.Name]))
		}
	}
}

// differently says whether a story goes otherwise when a policy stays as it is.
func differently(t *testing.T, story, policy string) bool {
	p := &player{t: t, w: newWorld(t), vars: maps.Clone(listCodes), skip: policy}
	for line := range strings.Lines(story) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "  ") {
			continue
		}
		p.out.WriteString(line + "\n")
		p.line(line)
	}
	was := saysPolicy.ReplaceAllStringFunc(story, func(line string) string {
		if saysPolicy.FindStringSubmatch(line)[1] == policy {
			return ""
		}
		return line
	})
	return strings.TrimSpace(p.out.String()) != strings.TrimSpace(was)
}
