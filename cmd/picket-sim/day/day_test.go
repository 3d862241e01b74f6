package day

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStoresDayBalances(t *testing.T) {
	for _, seed := range []uint64{1, 2} {
		r, err := Run(context.Background(), Config{Seed: seed, Store: 40, Clumsy: 3, Together: 1}, nil)
		require.NoError(t, err)
		var out bytes.Buffer
		r.Print(&out)
		t.Logf("%s", &out)
		require.True(t, r.OK(), out.String())
	}
}
