package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/view"
)

// A manager reads what is not sent, since when, and what to do, and a script reads the same.
func TestWhatIsNotSent(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	out, code := run(t, env, "sync", "status")
	require.Zero(t, code, out)
	require.Contains(t, out, "Cut off\n")
	require.Contains(t, out, "  6 records wait here to be sent; nothing is lost.\n", out)
	require.Contains(t, out, "The oldest of them is of 21 Nov 09:00, 0 seconds ago.", "by the site's own clock")
	require.Contains(t, out, "What waits:\n")
	require.Contains(t, out, "  1. Work on: everything is saved here")
	raw, code := run(t, env, "sync", "status", "--json")
	require.Zero(t, code, raw)
	var s view.Sync
	require.NoError(t, json.Unmarshal([]byte(raw), &s))
	require.Equal(t, view.SyncCutOff, s.State)
	sum := 0
	for _, w := range s.What {
		require.Equal(t, morning, w.Oldest)
		sum += w.Count
	}
	require.EqualValues(t, s.Unsent, sum, "what waits is all of it")
}

// Where one direction stands still the first line says which, and which does not.
func TestWhichWayNothingMoves(t *testing.T) {
	halt := &view.Halt{Seq: 3, Type: "picket.a.b.v1"}
	for want, s := range map[string]view.Sync{
		"NOTHING GOES OUT, but what the centre sends comes in": {State: view.SyncBlocked, Link: view.Link{Up: true}, Sends: halt},
		"NOTHING COMES IN, but what is done here goes out":     {State: view.SyncBlocked, Link: view.Link{Up: true}, Takes: halt},
		"NOTHING MOVES":                       {State: view.SyncBlocked, Link: view.Link{Up: true}, Sends: halt, Takes: halt},
		"All is well":                         {State: view.SyncUpToDate, Link: view.Link{Up: true}},
		"The centre has everything, but look": {State: view.SyncUpToDate, Do: []string{"Tell your operator."}},
		"Cut off\nWhat waits, of the oldest 10000:\n       1  about an order, since 01 Jan 00:00": {State: view.SyncCutOff, Sorted: 10000, What: []view.Waiting{{What: "orders", Count: 1}}},
	} {
		var out strings.Builder
		(&app{out: &out, zone: time.UTC}).tellSync(&s, time.Time{})
		require.Equal(t, want, strings.TrimSuffix(strings.SplitAfterN(out.String(), "\nWhat to do", 2)[0], "\n")[:len(want)], out.String())
	}
}

func TestHowLongPeopleSay(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "0 seconds", time.Second: "1 second", 59 * time.Second: "59 seconds", time.Minute: "1 minute", 119 * time.Minute: "1 hour", 47 * time.Hour: "47 hours", 50 * time.Hour: "2 days",
	} {
		require.Equal(t, want, howLong(d))
	}
}
