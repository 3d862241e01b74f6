package socket

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheSocketIsTheOwnersAlone(t *testing.T) {
	for name, dir := range map[string]string{"short": t.TempDir(), "long": filepath.Join(t.TempDir(), strings.Repeat("deep/", 25))} {
		for range 2 { // the second finds what the first left
			l, err := Listen(dir)
			require.NoError(t, err, name)
			st, err := os.Stat(Path(dir))
			require.NoError(t, err)
			require.EqualValues(t, 0o600, st.Mode().Perm())
			st, err = os.Stat(filepath.Dir(Path(dir)))
			require.NoError(t, err)
			require.EqualValues(t, 0o700, st.Mode().Perm())
			c, err := Dial(t.Context(), dir)
			require.NoError(t, err, name)
			require.NoError(t, c.Close())
			require.NoError(t, l.Close())
		}
		_, err := Dial(t.Context(), dir)
		require.Error(t, err, "nobody listens")
	}
}
