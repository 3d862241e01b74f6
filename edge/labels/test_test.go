package labels

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/zpl/judge"
	"picket/zpl/preview"
)

// The test label fits every media a printer may be set to, and programs that are not ours read its codes.
func TestTheTestLabel(t *testing.T) {
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for _, m := range []Media{Parcel, {Width: 100, Height: 150, Dpmm: 12}, {Width: 102, Height: 100, Dpmm: 24}, {Width: 50, Height: 100, Dpmm: 8}, {Width: 102, Height: 76, Dpmm: 8}, {Width: 220, Height: 1000, Dpmm: 8}} {
		job, err := Test(Sender{Name: "Northgate Store"}, "Bench 1 ^XZ~JR", at, m)
		require.NoError(t, err, "%v", m)
		if m.Dpmm != 8 || m.Height > 200 {
			continue
		}
		pictures, err := judge.Render(context.Background(), job, judge.Size{Width: m.Width, Height: m.Height, Dpmm: m.Dpmm})
		require.NoError(t, err)
		require.Len(t, pictures, 1)
		var read []string
		for _, c := range pictures[0].Codes {
			read = append(read, c.Text)
		}
		require.ElementsMatch(t, []string{"PICKET", "PICKET"}, read, "%v", m)
		require.Len(t, preview.Read(job, preview.Options{Dpmm: m.Dpmm}).Labels, 1)
	}
}
