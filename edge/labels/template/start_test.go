package template

import (
	"path"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every file to start from is read, and none is for the same document and media as another.
func TestStartsAreRead(t *testing.T) {
	seen := map[string]string{}
	for _, name := range startFiles() {
		text, err := starts.ReadFile(path.Join("start", name))
		require.NoError(t, err)
		tp, err := Parse(name, text)
		require.NoError(t, err)
		for _, m := range tp.Media {
			key := string(tp.Document) + " " + Size(m)
			require.Empty(t, seen[key], name)
			seen[key] = name
		}
	}
}
