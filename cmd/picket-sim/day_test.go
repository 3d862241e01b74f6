package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/picket-sim/day"
)

// TestMain answers as the child a site starts before it opens its file.
func TestMain(m *testing.M) {
	was, err := day.Child(os.Args)
	switch {
	case err != nil:
		os.Exit(1)
	case !was:
		os.Exit(m.Run())
	}
}

func TestWhatADayCannotBe(t *testing.T) {
	for args, want := range map[string]string{
		"":                        "nothing to do",
		"-store -1":               "-store: is -1",
		"-lines 300000":           "-lines: is 300000",
		"-lines 10 -pickers 0":    "-pickers: is 0",
		"-store 1 -clumsy 90":     "-clumsy: is 90",
		"-store 1 -together 0":    "-together: is 0",
		"-store 1 tomorrow":       `"tomorrow" is not a flag`,
		"-store 1 -together many": "invalid value",
	} {
		_, err := runDay(strings.Fields(args), io.Discard)
		require.ErrorContains(t, err, want, args)
	}
}

func TestASmallDayIsTold(t *testing.T) {
	var out strings.Builder
	ok, err := runDay([]string{"-store", "6", "-seed", "3"}, &out)
	require.NoError(t, err)
	require.True(t, ok, out.String())
	require.Contains(t, out.String(), "the books balance")
}
