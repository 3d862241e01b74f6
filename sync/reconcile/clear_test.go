package reconcile

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// told answers Known from a list; a fact whose place is in chained is one the site has by the common chain.
type told struct {
	head    wire.Pos
	chained map[wire.Pos]bool
	atOnce  int
	err     error
	asked   int
}

func (f *told) Known(after wire.Pos, _ wire.Seq, _, _ int) (out []wire.Fact, upTo wire.Pos, err error) {
	f.asked++
	for upTo = after; upTo < f.head && (f.atOnce == 0 || int(upTo-after) < f.atOnce); {
		if upTo++; !f.chained[upTo] {
			out = append(out, wire.Fact{Pos: upTo})
		}
	}
	return out, upTo, f.err
}

// TestASnapshotStandsOnlyWhereNothingBehindItIsKnown: a fact behind a snapshot that the site has by the common chain would
// come neither with the snapshot nor with the import behind it; then each fact is told by itself.
func TestASnapshotStandsOnlyWhereNothingBehindItIsKnown(t *testing.T) {
	const at, head, common = 8, 12, 5
	clear := func(f Facts, common wire.Seq) bool {
		e := NewCentre(CentreConfig{Facts: f}, CentreState{Pos: head})
		return e.clear(at, common)
	}
	require.True(t, clear(&told{head: head}, common), "all of it is news")
	require.False(t, clear(&told{head: head, chained: map[wire.Pos]bool{10: true}}, common), "one of it the site has")
	require.True(t, clear(&told{head: head, chained: map[wire.Pos]bool{3: true}}, common), "what stands before is in the snapshot")

	pages := &told{head: head, atOnce: 1}
	require.True(t, clear(pages, common))
	require.Equal(t, 4, pages.asked, "page by page up to the newest fact")
	require.False(t, clear(&told{head: head, atOnce: 1, chained: map[wire.Pos]bool{12: true}}, common), "the last page counts, too")

	require.False(t, clear(&told{head: head, err: errors.New("the disk")}, common), "what cannot be read is not known to be clear")
	require.False(t, clear(&told{head: at}, common), "a store that ends too early is no proof")
	require.False(t, clear(nil, common), "nor is none")
	require.True(t, clear(nil, 0), "where nothing is common, nothing can be known by it")
}
