package memory

import (
	"io/fs"
	"log/slog"
	"math"
	"os"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestADaemonGetsAShareOfWhatThereIs(t *testing.T) {
	machine := func(kib string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("MemFree: 1 kB\nMemTotal:       " + kib + " kB\n")}
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text + "\n")} }
	const gib = 1 << 30
	for name, c := range map[string]struct {
		root fs.FS
		want int64
	}{
		"half of the machine":         {fstest.MapFS{"proc/meminfo": machine("4194304")}, 2 * gib},
		"three quarters of its group": {fstest.MapFS{"proc/meminfo": machine("4194304"), "proc/self/cgroup": file("0::/a/b"), "sys/fs/cgroup/a/b/memory.max": file("1073741824")}, gib / 4 * 3},
		"of a group around it":        {fstest.MapFS{"proc/meminfo": machine("4194304"), "proc/self/cgroup": file("0::/a/b"), "sys/fs/cgroup/a/b/memory.max": file("max"), "sys/fs/cgroup/a/memory.max": file("1073741824")}, gib / 4 * 3},
		"a group wider than it":       {fstest.MapFS{"proc/meminfo": machine("1048576"), "proc/self/cgroup": file("0::/"), "sys/fs/cgroup/memory.max": file("8589934592")}, gib / 2},
		"never less than it needs":    {fstest.MapFS{"proc/meminfo": machine("65536")}, least},
		"nobody can say":              {fstest.MapFS{"proc/meminfo": machine("much")}, 0},
		"another system":              {fstest.MapFS{}, 0},
	} {
		require.Equal(t, c.want, share(c.root), name)
	}
}

// What somebody has set stands.
func TestALimitThatIsSetStands(t *testing.T) {
	was := debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() { debug.SetMemoryLimit(was) })
	t.Setenv("GOMEMLIMIT", "1GiB")
	Bound(slog.New(slog.DiscardHandler))
	require.EqualValues(t, math.MaxInt64, debug.SetMemoryLimit(-1))
	t.Setenv("GOMEMLIMIT", "")
	Bound(slog.New(slog.DiscardHandler))
	require.Equal(t, share(os.DirFS("/")) > 0, debug.SetMemoryLimit(-1) < math.MaxInt64)
}
