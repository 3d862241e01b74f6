package lock

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoComesSecondIsToldWhoHoldsIt(t *testing.T) {
	dir := t.TempDir()
	release, err := Dir(dir, "picketd of site north")
	require.NoError(t, err)
	_, err = Dir(dir, "picket-oms")
	require.EqualError(t, err, fmt.Sprintf("%s is in use by picketd of site north (process %d); stop that one, or give this one a directory of its own. Nothing was touched", dir, os.Getpid()))
	release()
	release, err = Dir(dir, "picket-oms")
	require.NoError(t, err, "it goes with its process")
	_, err = Dir(dir, "picketd of site north")
	require.ErrorContains(t, err, "in use by picket-oms (process ", "and the one that has it now is named")
	release()
	_, err = Dir(dir+"/nowhere", "x")
	require.Error(t, err)
}
