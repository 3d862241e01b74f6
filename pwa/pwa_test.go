package pwa

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestFilesServesTheBuiltApp(t *testing.T) {
	built := fstest.MapFS{"dist/index.html": {Data: []byte("app")}, "dist/.keep": {}}
	page, err := fs.ReadFile(choose(built, missing), "index.html")
	require.NoError(t, err)
	require.Equal(t, "app", string(page))
}

func TestFilesSaysHowToBuildTheAppWhenItWasNotBuilt(t *testing.T) {
	page, err := fs.ReadFile(choose(fstest.MapFS{"dist/.keep": {}}, missing), "index.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "make app")
	require.NotContains(t, string(page), "<script", "the page must work under the strict policy of the app")
}

func TestFilesAlwaysHasAPage(t *testing.T) {
	_, err := fs.Stat(Files(), "index.html")
	require.NoError(t, err)
}
