package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNumbersOfPapersAreGivenOnce: rising by the day, whatever the clock does, and whatever somebody writes.
func TestNumbersOfPapersAreGivenOnce(t *testing.T) {
	w := newWorld(t)
	open := func(carrier string) string {
		e := w.must("anna", &OpenManifest{Carrier: carrier})[0].(*ManifestOpened)
		require.Equal(t, e.Number, w.s.Manifests.Get(e.Manifest).Called())
		return e.Number
	}
	require.Equal(t, "M-20261121-1", open("A"))
	require.Equal(t, "M-20261121-2", open("B"))
	w.late += 24 * time.Hour
	require.Equal(t, "M-20261122-1", open("C"))
	w.late -= 30 * 24 * time.Hour // the clock falls back
	require.Equal(t, "M-20261122-2", open("D"))
	w.s.rec.Time = noon.Add(24 * time.Hour)
	for _, wrote := range []string{"M-99991231-1", "M-20261122-999999", "M-20261122-x", "M-20261122", "", "P-20261122-9"} {
		w.s.tookPaper(manifestNumber, wrote)
		require.Equal(t, "M-20261122-3", w.s.nextPaper(manifestNumber, noon), wrote)
	}
	require.Equal(t, "P-20261122-1", w.s.nextPaper(paperNumber, noon), "each kind counts for itself")
	require.Equal(t, "old", (&Run{ID: "old"}).Called(), "what began before there were numbers")
}
