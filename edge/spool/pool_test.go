package spool

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

func TestWhoPrintsForAPrinterThatCannot(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	parcel, tag := Media{101.6, 152.4, 8}, Media{58, 100, 8}
	fine := Media{101.6, 152.4, 12}
	all := []Standing{
		{ID: "b1", Pool: "pack", Media: parcel, Since: now.Add(-29 * time.Second), Grace: 30 * time.Second, Waiting: 3},
		{ID: "b2", Pool: "pack", Media: fine, Ready: true},
		{ID: "b3", Pool: "pack", Media: tag, Ready: true},
		{ID: "b4", Pool: "pack", Media: parcel, Ready: true, Waiting: 2},
		{ID: "b5", Pool: "pack", Media: parcel, Ready: true, Waiting: 1},
		{ID: "b6", Media: parcel, Ready: true},
		{ID: "b7", Pool: "pack", Media: parcel, Since: now},
	}
	require.Empty(t, StandIn(all, "b1", now), "not yet: somebody may be loading labels")
	now = now.Add(time.Second)
	require.Equal(t, floor.PrinterID("b5"), StandIn(all, "b1", now), "same labels, same pool, fewest jobs")
	require.Empty(t, StandIn(all, "b4", now), "it needs nobody")
	all[4].Ready = false
	require.Equal(t, floor.PrinterID("b4"), StandIn(all, "b1", now))
	all[3].Ready = false
	require.Empty(t, StandIn(all, "b1", now), "other labels or another pool are no help")
	require.Equal(t, floor.PrinterID("b6"), Elsewhere(all, "b1"), "but a person may send them there")
	all[3].Ready = true
	require.Equal(t, floor.PrinterID("b4"), Elsewhere(all, "b1"), "the pool first, though more wait there")
	all[0].Since = time.Time{}
	require.Empty(t, StandIn(all, "b1", now), "nobody knows yet since when")
	require.Empty(t, Elsewhere(all, "none"))
}
