package records

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

func shapeFile(version int) string {
	return filepath.Join(source, "testdata", "versions", strconv.Itoa(version)+".shape")
}

// A record may grow within a version, and -update writes that down. One that loses a field, or keeps it as another kind of
// value, would no longer be read from the journals and the sites that have it: that takes a new version
// (floor.SchemaVersion, with the records of this one frozen beside the others) and a cast.
func TestNoRecordChangesItsShapeWithoutAVersionAndACast(t *testing.T) {
	now := Shapes()
	text, err := os.ReadFile(shapeFile(floor.SchemaVersion))
	if os.IsNotExist(err) && *update {
		err = nil
	}
	require.NoError(t, err, "a version has its shape written down")
	var then []string
	if len(text) > 0 {
		then = strings.Split(strings.TrimSpace(string(text)), "\n")
	}
	require.Empty(t, Lost(then, now), "records lost what version %d wrote: raise floor.SchemaVersion and add a cast", floor.SchemaVersion)
	if *update {
		require.NoError(t, os.WriteFile(shapeFile(floor.SchemaVersion), []byte(strings.Join(now, "\n")+"\n"), 0o644))
		then = now
	}
	require.Equal(t, then, now, "records have grown: go test ./cmd/internal/records -update")
}

func TestWhatIsLostIsSeen(t *testing.T) {
	then := []string{"picket.a.v1", "picket.a.v1 lines array", "picket.a.v1 lines[].qty integer"}
	require.Empty(t, Lost(then, append([]string{"picket.a.v1 more string"}, then...)))
	require.Equal(t, then[2:], Lost(then, append([]string{"picket.a.v1 lines[].qty string"}, then[:2]...)))
	require.Equal(t, then, Lost(then, nil))
	require.Contains(t, Shapes(), "picket.pick.confirmed.v1 qty integer")
	require.Contains(t, Shapes(), "picket.manifest.closed.v1")
}
