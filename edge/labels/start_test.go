package labels_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/edge/labels/template"
)

// TestTheStartIsWhatIsBuiltIn: the templates to start from draw the same bytes as no template, on all media, of ordinary
// facts and of the longest.
func TestTheStartIsWhatIsBuiltIn(t *testing.T) {
	drawn := map[string]int{}
	for _, all := range []map[string]labels.Facts{labels.Plain(), labels.Everything()} {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			f := all[name]
			for _, m := range []labels.Media{labels.Parcel, {Width: 100, Height: 150}, {Width: 102, Height: 76}, {Width: 58, Height: 150}} {
				file, text, ok := template.Start(f.Job.Doc, m)
				if !ok {
					continue
				}
				tp, err := template.Parse(file, text)
				require.NoError(t, err)
				drawn[file]++
				for _, m.Dpmm = range []int{8, 12, 24} {
					want, err := labels.Draw(f, m)
					require.NoError(t, err)
					v, err := f.Values()
					require.NoError(t, err)
					got, err := tp.Draw(v, m)
					require.NoError(t, err)
					if strings.Contains(string(text), "  - rows:") { // entries are drawn last
						want, got = sorted(want), sorted(got)
					}
					assert.Equal(t, string(want), string(got), fmt.Sprintf("%s by %s on %gx%g at %d", name, file, m.Width, m.Height, m.Dpmm))
				}
			}
		}
	}
	require.Len(t, drawn, 26, "every file is drawn")
}

// sorted are the lines of a job, in an order of their own.
func sorted(job []byte) []byte {
	lines := strings.Split(string(job), "\n")
	slices.Sort(lines)
	return []byte(strings.Join(lines, "\n"))
}

// TestTheStartIsChecked: what an operator starts from has no fault.
func TestTheStartIsChecked(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range template.Documents() {
		for _, m := range []labels.Media{labels.Parcel, {Width: 100, Height: 150}, {Width: 102, Height: 76}, {Width: 58, Height: 150}} {
			file, text, ok := template.Start(d.Doc, m)
			if !ok || seen[file] {
				continue
			}
			seen[file] = true
			tp, err := template.Parse(file, text)
			require.NoError(t, err)
			assert.NoError(t, tp.Check(), file)
		}
	}
}
