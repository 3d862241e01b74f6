//go:build mutants

package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMutantsTellTheirStoryAndHowToSeeItAgain(t *testing.T) {
	var out bytes.Buffer
	ok, err := run([]string{"-seed", "1", "-mutant", "trust-accept"}, &out)
	require.NoError(t, err)
	require.False(t, ok)
	require.Contains(t, out.String(), "anna records", "the transcript")
	require.Contains(t, out.String(), "seed 1 breaks I10")
	require.Contains(t, out.String(), "go run ./cmd/picket-sim fleet -seed 1 -world swarm -v -mutant trust-accept")
}
