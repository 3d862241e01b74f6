package journal_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestPowerCut cuts the power at every write, sync, truncate, rename and directory sync the journal makes, with
// the unsynced bytes gone, there, there in part, or torn at a sector, and looks for everything acknowledged.
//
// bbolt has no seam for its syncs, so this test makes one: it copies the very bbolt this module requires, changes
// the six lines where bytes leave the process, and builds the rig (build tag crashstates) against the copy. Then
// it takes one sync away at a time and wants the rig to see it: a rig that cannot fail proves nothing.
//
// PICKET_CRASH_SEEDS=N explores N histories instead of one (about 3,000 states each).
func TestPowerCut(t *testing.T) {
	dir := t.TempDir()
	modfile := patchedBolt(t, dir)
	rig := filepath.Join(dir, "rig.test")
	out, err := command("go", "test", "-c", "-modfile="+modfile, "-tags=crashstates", "-o", rig, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)

	seeds := os.Getenv("PICKET_CRASH_SEEDS")
	if seeds == "" {
		seeds = "1"
	}
	n, err := strconv.Atoi(seeds)
	require.NoError(t, err, "PICKET_CRASH_SEEDS")
	// The states are many and short-lived: in memory where there is such a place. They are removed here, because a
	// rig that bbolt kills removes nothing.
	states := t.TempDir()
	if shm, err := os.MkdirTemp("/dev/shm", "picket-crash-"); err == nil {
		states = shm
		t.Cleanup(func() { _ = os.RemoveAll(shm) })
	}
	started := time.Now()
	out, err = rigRun(rig, states, "", n)
	require.NoError(t, err, "%s", out)
	found := regexp.MustCompile(`(\d+) states explored`).FindSubmatch(out)
	require.NotNil(t, found, "%s", out)
	explored, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	require.GreaterOrEqual(t, explored, 2000*n)
	t.Logf("%d crash states in %s, none lost an acknowledged entry", explored, time.Since(started).Round(time.Millisecond))

	for _, mutant := range []string{"data sync", "meta sync", "directory sync", "file sync at creation"} {
		t.Run("sees a dropped "+mutant, func(t *testing.T) {
			out, err := rigRun(rig, states, mutant, 1)
			require.Error(t, err, "the rig saw nothing:\n%s", out)
			require.Regexp(t, `crash state \d+: seed|panic: freepages|unexpected fault`, string(out))
			t.Logf("%s", regexp.MustCompile(`crash state \d+: seed.*|panic:.*|unexpected fault.*`).Find(out))
		})
	}
}

func rigRun(rig, dir, mutant string, seeds int) ([]byte, error) {
	cmd := command(rig, "-test.run=^TestCrashStates$", "-test.v", "-test.timeout=60m")
	cmd.Env = append(os.Environ(), "PICKET_CRASH_DIR="+dir, "PICKET_CRASH_MUTANT="+mutant, fmt.Sprintf("PICKET_CRASH_SEEDS=%d", seeds))
	return cmd.CombinedOutput()
}

func command(name string, args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), name, args...)
}

// patchedBolt writes the changed copy and a go.mod that uses it, and returns the go.mod's path.
func patchedBolt(t *testing.T, dir string) string {
	ask := func(args ...string) string {
		var errs bytes.Buffer
		cmd := command("go", args...)
		cmd.Stderr = &errs
		out, err := cmd.Output()
		require.NoError(t, err, "go %v: %s", args, &errs)
		return strings.TrimSpace(string(out))
	}
	src := ask("list", "-m", "-f", "{{.Dir}}", "go.etcd.io/bbolt")
	mod := ask("env", "GOMOD")
	dst := filepath.Join(dir, "bbolt")
	patched := map[string][][2]string{
		"db.go": {
			{"db.ops.writeAt = db.file.WriteAt", "db.ops.writeAt = hookWriteAt(db.file)"},
			{"db.file.Truncate(int64(sz))", "hookTruncate(db.file, int64(sz))"},
			{"db.file.Sync()", "hookSync(db.file)"},
		},
		"bolt_linux.go": {
			{"syscall.Fdatasync(int(db.file.Fd()))", "hookSync(db.file)"},
			{"import (\n\t\"syscall\"\n)\n", ""},
		},
	}
	require.NoError(t, filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == "cmd" || rel == "tests" || rel == "scripts" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(dst, rel), 0o755)
		}
		if rel != "go.mod" && (!strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go")) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, change := range patched[rel] {
			require.Equal(t, 1, bytes.Count(text, []byte(change[0])), "%s: %q", rel, change[0])
			text = bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
		}
		return os.WriteFile(filepath.Join(dst, rel), text, 0o644)
	}))
	require.NoError(t, os.WriteFile(filepath.Join(dst, "hook.go"), []byte(hookSource), 0o644))
	gomod, err := os.ReadFile(mod)
	require.NoError(t, err)
	gosum, err := os.ReadFile(filepath.Join(filepath.Dir(mod), "go.sum"))
	require.NoError(t, err)
	gomod = fmt.Appendf(gomod, "\nreplace go.etcd.io/bbolt => %s\n", dst)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), gomod, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), gosum, 0o644))
	return filepath.Join(dir, "go.mod")
}

const hookSource = `package bbolt

import (
	"os"
	"syscall"
)

// Hook, when set, hears of everything that leaves the process for the disk, after it was done.
var Hook interface {
	Write(f *os.File, b []byte, off int64)
	Truncate(f *os.File, size int64)
	Sync(f *os.File)
}

func hookWriteAt(f *os.File) func([]byte, int64) (int, error) {
	return func(b []byte, off int64) (int, error) {
		n, err := f.WriteAt(b, off)
		if Hook != nil {
			Hook.Write(f, b[:n], off)
		}
		return n, err
	}
}

func hookTruncate(f *os.File, size int64) error {
	err := f.Truncate(size)
	if Hook != nil && err == nil {
		Hook.Truncate(f, size)
	}
	return err
}

func hookSync(f *os.File) error {
	err := syscall.Fdatasync(int(f.Fd()))
	if Hook != nil && err == nil {
		Hook.Sync(f)
	}
	return err
}
`
