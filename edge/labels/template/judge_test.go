package template

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/zpl/judge"
)

// TestOthersReadATemplatesLabel: programs that are not ours draw labels of an operator's template and decode their barcodes.
func TestOthersReadATemplatesLabel(t *testing.T) {
	text := strings.Replace(shipping(t), "text: FROM", "text: Absender", 1)
	text = strings.Replace(text, "at: [4 + (W - 8)*0.55, 3], room: [(W - 8)*0.45, 7]", "at: [4 + (W - 8)*0.55, 3], room: [(W - 8)*0.35, 7]", 1)
	text += "      - {picture: " + picture8(t) + ", wide: 8, at: [W - 13, 2]}\n      - {qr: \"https://track.example/<tracking>\", when: tracking, at: [W - 21, 22], side: 18}\n"
	text = strings.Replace(text, "at: [4, 26], room: [W - 8, 8]", "at: [4, 26], room: [W - 28, 8]", 1)
	text = strings.Replace(text, "at: [4, 35], room: [W - 8, 12]", "at: [4, 35], room: [W - 28, 12]", 1)
	tp, err := Parse("shipping.lbl", []byte(text))
	require.NoError(t, err)
	require.NoError(t, tp.Check())
	m := labels.Media{Width: 100, Height: 150, Dpmm: 8}
	tracked, untracked := tp.doc.Worst(), tp.doc.Worst()
	untracked.Words["tracking"] = ""
	var job []byte
	for _, v := range []labels.Values{tracked, untracked} {
		one, err := tp.Draw(v, m)
		require.NoError(t, err)
		job = append(job, one...)
	}
	pictures, err := judge.Render(context.Background(), job, judge.Size{Width: m.Width, Height: m.Height, Dpmm: m.Dpmm})
	require.NoError(t, err)
	require.Len(t, pictures, 2)
	var got []string
	for _, p := range pictures {
		for _, c := range p.Codes {
			got = append(got, c.AIM+" "+c.Text)
		}
	}
	require.ElementsMatch(t, []string{"]C0 77000000019", "]Q1 https://track.example/77000000019", "]C1 00" + anSSCC}, got)
}
