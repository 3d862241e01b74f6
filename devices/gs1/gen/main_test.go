package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheTableIsFresh(t *testing.T) {
	src, err := os.ReadFile("gs1-syntax-dictionary.txt")
	require.NoError(t, err)
	want, err := generate(string(src))
	require.NoError(t, err)
	got, err := os.ReadFile("../table.go")
	require.NoError(t, err)
	assert.True(t, string(want) == string(got), "table.go is not what the dictionary says: run go generate ./devices/gs1")
}

func TestAMalformedLineIsNamed(t *testing.T) {
	for _, line := range []string{"01", "1x N2", "01 Q3 # T", "01 N # T", "01-012 N2", "01 N..999"} {
		_, err := generate("# a remark\n" + line + "\n")
		assert.ErrorContains(t, err, "dictionary line 2", line)
	}
}
