package site

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/uplink"
)

// A centre that said it goes off is off, 45 seconds before its session ends; and what somebody else says in its name is
// told, and is no reason that nothing moves.
func TestTheLineAsTheUplinkKnowsIt(t *testing.T) {
	since, off := time.Unix(1_800_000_000, 0), time.Unix(1_800_000_300, 0)
	up := uplink.Status{Line: true, Connected: true, Since: since}
	f := &fence{}
	v := linkState(up, f)
	require.True(t, v.Up)
	require.False(t, v.Off)

	gone := up
	gone.CentreOff = off
	v = linkState(gone, f)
	require.False(t, v.Up)
	require.True(t, v.Off)
	require.Equal(t, off, v.Since)

	gone.Connected, gone.Since = false, off.Add(45*time.Second)
	v = linkState(gone, f)
	require.Equal(t, off, v.Since, "and not since its session ended")
	gone.Since = since

	gone.Line = false
	v = linkState(gone, f)
	require.False(t, v.Off, "with the line down nobody knows")
	require.Equal(t, since, v.Since)

	forged := uplink.Status{Forged: 3, ForgedAt: off, Since: since}
	v = linkState(forged, f)
	require.Equal(t, off, v.Forged)
	require.Empty(t, v.Blocked, "the broker is stopped, and that is all")
}
