package demo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/devices/gs1"
	"picket/edge/floor"
)

func TestTheCatalogueIsBelievable(t *testing.T) {
	items := Items()
	require.GreaterOrEqual(t, len(items), 60)
	seen := map[string]bool{}
	for _, it := range items {
		require.Len(t, it.GTINs[0], 14)
		require.Equal(t, "0952", it.GTINs[0][:4], "GS1's demonstration prefix")
		_, err := gs1.ParseGTIN(it.GTINs[0])
		require.NoError(t, err, it.GTINs[0])
		require.False(t, seen[it.GTINs[0]] || seen[string(it.SKU)])
		seen[it.GTINs[0]], seen[string(it.SKU)] = true, true
		require.Positive(t, it.WeightG*it.LengthMM*it.WidthMM*it.HeightMM)
		require.NotEmpty(t, it.Tell)
	}
}

func TestTheSitesTakeTheirMasterData(t *testing.T) {
	for _, s := range Sites() {
		st := floor.NewState()
		put := func(c floor.Command) {
			events, no := floor.Decide(st, floor.Meta{}, c)
			require.Nil(t, no)
			for _, e := range events {
				floor.Apply(st, e)
			}
		}
		for _, b := range s.Bins {
			put(&floor.SetBin{Bin: b})
		}
		for _, it := range Items() {
			put(&floor.SetItem{Item: it})
		}
		for _, x := range s.Stock {
			require.Contains(t, st.Bins, x.Bin)
			require.Contains(t, st.Items, x.SKU)
			put(&floor.AdjustStock{SKU: x.SKU, Bin: x.Bin, Delta: x.Qty, Reason: "opening"})
		}
		for _, c := range Cartons() {
			put(&floor.SetCarton{Carton: c})
		}
	}
}
