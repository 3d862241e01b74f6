package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeedsAreCountedAndTheLedgerGoesOn(t *testing.T) {
	book := filepath.Join(t.TempDir(), "done")
	var out bytes.Buffer
	ok, err := run([]string{"-seeds", "2", "-world", "calm", "-ledger", book}, &out)
	require.NoError(t, err)
	require.True(t, ok, "%s", out.String())
	require.Contains(t, out.String(), "2 seeds, 0 fail")

	ok, err = run([]string{"-seeds", "1", "-world", "calm", "-ledger", book}, &out)
	require.NoError(t, err)
	require.True(t, ok)
	text, err := os.ReadFile(book)
	require.NoError(t, err)
	require.Equal(t, "1\n2\n3\n", string(text))

	require.NoError(t, os.WriteFile(book, []byte("seven\n"), 0o600))
	_, err = run([]string{"-ledger", book}, &out)
	require.ErrorContains(t, err, `"seven" is no seed`)
}

func TestAFailingSeedTellsItsStoryAndHowToSeeItAgain(t *testing.T) {
	var out bytes.Buffer
	ok, err := run([]string{"-seed", "1", "-mutant", "trust-accept"}, &out)
	require.NoError(t, err)
	require.False(t, ok)
	require.Contains(t, out.String(), "anna records", "the transcript")
	require.Contains(t, out.String(), "seed 1 breaks I10")
	require.Contains(t, out.String(), "go run ./cmd/picket-sim fleet -seed 1 -world swarm -v -mutant trust-accept")
}

func TestBadFlagsAreNamed(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-world", "flat"}, `-world: is "flat"`},
		{[]string{"-mutant", "x-man"}, `-mutant: is "x-man"`},
		{[]string{"more"}, `"more" is not a flag`},
		{[]string{"-seeds", "many"}, "-seeds"},
	} {
		_, err := run(c.args, &bytes.Buffer{})
		require.ErrorContains(t, err, c.want)
	}
}
