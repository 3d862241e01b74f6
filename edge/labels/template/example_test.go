package template

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/zpl/preview"
)

// TestTheExampleOfThePage: the template that DESIGN.md shows is good, and its picture is what it draws.
func TestTheExampleOfThePage(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile("example/" + name)
		require.NoError(t, err)
		return text
	}
	tp, err := Parse("shipping.lbl", read("shipping.lbl"))
	require.NoError(t, err)
	require.NoError(t, tp.Check())
	v, err := tp.doc.ReadData(read("chilled.json"))
	require.NoError(t, err)
	job, err := tp.Draw(v, labels.Media{Width: 100, Height: 150, Dpmm: 8})
	require.NoError(t, err)
	drawn := preview.Read(job, preview.Options{Dpmm: 8}).Labels
	require.Len(t, drawn, 1)
	picture, err := drawn[0].PNG()
	require.NoError(t, err)
	differ, inked, err := preview.Difference(picture, read("shipping.png"))
	require.NoError(t, err)
	require.Less(t, differ, inked/20, "draw it again: picket label preview --template shipping.lbl --media 100x150 --data chilled.json --out shipping.png")

	page, err := os.ReadFile("DESIGN.md")
	require.NoError(t, err)
	for _, d := range Documents() {
		require.Contains(t, string(page), "`"+string(d.Doc)+"`")
	}
	for _, k := range kinds {
		require.Contains(t, string(page), "`"+k.kind+":`")
	}
}
