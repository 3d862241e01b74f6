package labels

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl/judge"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// TestDensePrintersReadBack: what 300 and 600 dpi printers are sent is drawn by the independent renderer and decoded. A sample
// of the matrix, because the renderer is slow: every document that has a code at 12 dots/mm, and one of each kind of code at 24.
func TestDensePrintersReadBack(t *testing.T) {
	all, hand := everything(), script.New().For(script.Latin)
	for _, c := range []struct {
		m     Media
		names []string
	}{
		{Media{Width: 102, Height: 76, Dpmm: 12}, slices.Sorted(maps.Keys(codes))},
		{Media{Width: 102, Height: 76, Dpmm: 24}, []string{"shipping", "customs_cn23"}},
		{Media{Width: 58, Height: 150, Dpmm: 24}, []string{"shipping", "hold_label", "content_list"}},
	} {
		c.m.Hand = hand
		var stream strings.Builder
		var want []string
		for _, name := range c.names {
			job, err := Draw(all[name], c.m)
			require.NoError(t, err, name)
			for _, label := range strings.SplitAfter(string(job), "^XZ\n") {
				if doc := preview.Read([]byte(label), preview.Options{Dpmm: c.m.Dpmm}); len(doc.Labels) == 1 && len(doc.Labels[0].Codes()) == 1 {
					stream.WriteString(label)
					want = append(want, expected(name, c.m)[0])
					break // the others of its kind say the same
				}
			}
		}
		require.Len(t, want, len(c.names))
		pictures, err := judge.Render(context.Background(), []byte(stream.String()), judge.Size{Width: c.m.Width, Height: c.m.Height, Dpmm: c.m.Dpmm})
		require.NoError(t, err)
		require.Len(t, pictures, len(want))
		for i, p := range pictures {
			at := fmt.Sprintf("%s on %g x %g at %d", c.names[i], c.m.Width, c.m.Height, c.m.Dpmm)
			require.Len(t, p.Codes, 1, at)
			require.Equal(t, want[i], p.Codes[0].AIM+" "+p.Codes[0].Text, at)
		}
	}
}
