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
	require.Regexp(t, `^calm 1 \S+ 0x[0-9a-f]+ ok\ncalm 2 \S+ 0x[0-9a-f]+ ok\ncalm 3 \S+ 0x[0-9a-f]+ ok\n$`, string(text))

	// Another world of the same ledger begins at its own first seed, and nothing new is told by 0 seeds.
	require.NoError(t, os.WriteFile(book, append(text, "putback 7 abc 0x3 I6: not converged: why\n"...), 0o600))
	out.Reset()
	ok, err = run([]string{"-seeds", "0", "-ledger", book}, &out)
	require.NoError(t, err)
	require.True(t, ok)
	require.Regexp(t, `putback +1 +1\n`, out.String())
	require.Regexp(t, `calm +3 +0\n`, out.String())
	require.Regexp(t, `I6 .* 4 +1\n`, out.String())
	require.Regexp(t, `drop +1 +1\n`, out.String())
	require.Contains(t, out.String(), "putback seed 7 at abc: I6: not converged: why")

	for line, why := range map[string]string{
		"seven\n": `line 1: "seven" is not world`, "calm x abc 0x0 ok\n": "line 1: seed", "calm 1 abc what ok\n": "line 1: faults",
	} {
		require.NoError(t, os.WriteFile(book, []byte(line), 0o600))
		_, err = run([]string{"-ledger", book}, &out)
		require.ErrorContains(t, err, why)
	}
}

func TestBadFlagsAreNamed(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-world", "flat"}, `-world: is "flat"`},
		{[]string{"-mutant", "x-man"}, `-mutant: is "x-man"`},
		{[]string{"-mutant", "trust-accept"}, "only in a build with -tags mutants"},
		{[]string{"more"}, `"more" is not a flag`},
		{[]string{"-seeds", "many"}, "-seeds"},
	} {
		_, err := run(c.args, &bytes.Buffer{})
		require.ErrorContains(t, err, c.want)
	}
}
