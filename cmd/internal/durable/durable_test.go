package durable

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWriteReplacesWholeFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mark")
	require.NoError(t, Write(file, []byte("a longer first text"), 0o600))
	require.NoError(t, Write(file, []byte("second"), 0o644))
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "second", string(got))
	st, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o644), st.Mode().Perm())
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing but the file is left")
}

// What cannot be written leaves what was there, nothing beside it, and an error that names the file.
func TestWriteLeavesTheOldOneWhenItFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "taken")
	require.NoError(t, os.MkdirAll(filepath.Join(file, "full"), 0o700)) // a directory that is not empty cannot be replaced
	require.ErrorContains(t, Write(file, []byte("x"), 0o600), file)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1)
	missing := filepath.Join(dir, "none", "file")
	require.ErrorContains(t, Write(missing, nil, 0o600), missing)
}
