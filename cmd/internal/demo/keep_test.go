package demo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What somebody changed in the demo's settings is there at the next start; what nobody changed follows the demo.
func TestChangedSettingsAreKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "north.yaml")
	write := func(port string) error {
		return keepYAML(file, map[string]any{"http": map[string]any{"listen": "127.0.0.1:" + port}, "name": "North"}, "127.0.0.1:"+port)
	}
	read := func() string {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		return string(text)
	}
	require.NoError(t, write("8082"))
	require.Contains(t, read(), "RESET=1")
	require.NoError(t, write("9082"))
	require.Contains(t, read(), "127.0.0.1:9082", "nobody changed it")

	changed := strings.Replace(read(), "North", "Harbour", 1)
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
	require.NoError(t, write("9082"))
	require.Equal(t, changed, read())
	err := write("8082")
	require.ErrorContains(t, err, "north.yaml was changed by hand and does not have 127.0.0.1:8082")
	require.ErrorContains(t, err, "RESET=1")
	require.Equal(t, changed, read())

	// One of an earlier version has no head.
	require.NoError(t, os.WriteFile(file, []byte("name: Mine\nhttp: {listen: 127.0.0.1:8082}\n"), 0o600))
	require.NoError(t, write("8082"))
	require.Contains(t, read(), "Mine")
}
