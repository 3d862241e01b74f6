package floor

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoRefusalTellsTheBookOfABlindCount gives every command of every story while all bins are counted blind, to
// three sites that differ by one unit in the book of each bin. A refusal that says something else at one of them
// tells the book to whoever counts. The stories provoke every refusal there is (TestEveryRefusalIsProvoked).
func TestNoRefusalTellsTheBookOfABlindCount(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	held, open := 0, map[Code]bool{}
	for _, file := range files {
		in, err := os.ReadFile(file)
		require.NoError(t, err)
		playWatched(t, string(in), func(w *world, who UserID, c Command) {
			m := w.meta(who)
			w.n-- // it was only looked at
			says := func(blind bool, by int64) *Refusal {
				s := besides(t, w.s, blind, by)
				_, no := DecideWith(s, m, c, w.archive.lend(t, s, c))
				return no
			}
			for _, blind := range []bool{true, false} {
				var no *Refusal
				if blind {
					no = says(blind, 0)
				} else {
					_, no = DecideWith(w.s, m, c, w.archive.lend(t, w.s, c))
				}
				if no == nil {
					continue
				}
				for _, by := range []int64{1, -1} {
					other := says(blind, by)
					if other == nil || other.Code != no.Code {
						continue
					}
					if !blind && other.Words() != no.Words() {
						open[no.Code] = true
					}
					if blind {
						held++
						require.Equal(t, no, other, "%s by %s: %s", filepath.Base(file), c.Kind(), no.Words())
						require.Equal(t, no.Words()+no.Hint(), other.Words()+other.Hint())
					}
				}
			}
		})
	}
	require.Greater(t, held, 500)
	require.Subset(t, slices.Sorted(maps.Keys(open)), []Code{BinFull, CheckOtherBin, NotThere}, "the test can see the book")
}

// besides is another site as this one, with so many more of everything in its bins; blind: all of them are being
// counted by people who are not to see the book.
func besides(t *testing.T, s *State, blind bool, by int64) *State {
	c := NewState()
	for line := range strings.Lines(dump(t, s)) {
		require.NoError(t, c.Load([]byte(line)))
	}
	if blind {
		Apply(c, &CountOpened{Count: "all-of-it", What: CountFull, Blind: true})
		for _, x := range c.Counts.All() {
			c.Counts.change(c, x.ID).Blind = true
		}
		for _, row := range c.BinCounts.All() {
			if row.Done {
				c.BinCounts.drop(row.Bin)
			}
		}
	}
	for id, p := range c.Places {
		if id.Bin() == "" || blind && !c.Blind(id.Bin()) { // staging shelves are in no count
			continue
		}
		for sku, n := range p.Qty {
			lots := p.Lots[sku]
			for i := range lots {
				if lots[i].Qty+by > 0 {
					lots[i].Qty += by
					p.Qty[sku] += by
				}
			}
			if len(lots) == 0 && n+by > 0 {
				p.Qty[sku] += by
			}
		}
	}
	return c
}
