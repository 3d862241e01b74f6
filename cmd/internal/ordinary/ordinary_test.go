package ordinary

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOrdinaryFilesAlone: a pipe nobody writes to does not hold up, and a service follows no link.
func TestOrdinaryFilesAlone(t *testing.T) {
	dir := t.TempDir()
	file, link, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	require.NoError(t, os.WriteFile(file, []byte("12345"), 0o600))
	require.NoError(t, os.Symlink(file, link))
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	for _, read := range []func(string, int64) ([]byte, error){Read, ReadNamed} {
		text, err := read(file, 5)
		require.NoError(t, err)
		require.Equal(t, "12345", string(text))
		text, err = read(file, 3)
		require.NoError(t, err)
		require.Equal(t, "1234", string(text), "one more than the most: whoever reads sees that there is more")
		for _, other := range []string{pipe, dir, "/dev/null"} {
			_, err = read(other, 5)
			require.ErrorIs(t, err, ErrKind, other)
		}
		_, err = read(filepath.Join(dir, "none"), 5)
		require.ErrorIs(t, err, os.ErrNotExist)
	}
	_, err := Read(link, 5)
	require.ErrorIs(t, err, ErrLink)
	require.ErrorContains(t, err, link)
	text, err := ReadNamed(link, 5)
	require.NoError(t, err)
	require.Equal(t, "12345", string(text))
}
