package reference

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEveryProgramRuns(t *testing.T) {
	for _, p := range Programs() {
		t.Run(p.Name, func(t *testing.T) {
			r, err := p.Run(t.TempDir(), 4, 30*time.Millisecond)
			require.NoError(t, err)
			require.Positive(t, r.Ops)
			require.LessOrEqual(t, r.Commits, r.Ops)
			require.Positive(t, r.File)
			require.Equal(t, r.Ops*EntryBytes, r.Payload)
			require.LessOrEqual(t, r.P50, r.P99)
		})
	}
}

func TestGatherAnswersAllAndOnlyAfterTheCommit(t *testing.T) {
	bad := errors.New("disk full")
	committed := map[int]bool{}
	g := NewGather(func(vs []int) error {
		for _, v := range vs {
			if v == 13 {
				return bad
			}
			committed[v] = true
		}
		return nil
	})
	ack := make(chan error, 1)
	for v := range 13 {
		require.NoError(t, g.Do(v, ack))
	}
	require.ErrorIs(t, g.Do(13, ack), bad)
	g.Close()
	require.Len(t, committed, 13)
}

func TestDriveReportsARefusal(t *testing.T) {
	bad := errors.New("no")
	_, err := Drive(2, time.Second, func(c int, _ uint32) error { return bad })
	require.ErrorIs(t, err, bad)
}
