package lock

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoComesSecondIsRefused(t *testing.T) {
	dir := t.TempDir()
	release, err := Dir(dir)
	require.NoError(t, err)
	_, err = Dir(dir)
	require.ErrorContains(t, err, dir+" is in use by another process")
	release()
	release, err = Dir(dir)
	require.NoError(t, err)
	release()
	_, err = Dir(dir + "/none")
	require.Error(t, err)
}
