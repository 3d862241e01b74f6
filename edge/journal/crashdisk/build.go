package crashdisk

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

	"github.com/stretchr/testify/require"
)

// Rig is the tests of one package, built over a bbolt that is heard.
type Rig struct {
	t    *testing.T
	bin  string
	room string // where the states are made: in memory where there is such a place
}

// Build builds the rig of the package the test is in.
func Build(t *testing.T) *Rig {
	dir := t.TempDir()
	modfile := PatchedBolt(t, dir, hookSource)
	r := &Rig{t: t, bin: filepath.Join(dir, "rig.test"), room: t.TempDir()}
	out, err := command("go", "test", "-c", "-modfile="+modfile, "-tags=crashstates", "-o", r.bin, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	// The states are many and short-lived. They are removed here, because a rig that bbolt kills removes nothing.
	if shm, err := os.MkdirTemp("/dev/shm", "picket-crash-"); err == nil {
		r.room = shm
		t.Cleanup(func() { _ = os.RemoveAll(shm) })
	}
	return r
}

// Run runs TestCrashStates in the rig over so many seeds, and says how many states it looked at.
func (r *Rig) Run(seeds int) (states int) {
	out, err := r.run("", seeds)
	require.NoError(r.t, err, "%s", out)
	found := regexp.MustCompile(`(\d+) states explored`).FindSubmatch(out)
	require.NotNil(r.t, found, "%s", out)
	states, err = strconv.Atoi(string(found[1]))
	require.NoError(r.t, err)
	r.t.Logf("%s", regexp.MustCompile(`\d+ states explored.*`).Find(out))
	return states
}

// Sees wants the rig to fail when one sync is taken away: a rig that cannot fail proves nothing.
func (r *Rig) Sees(t *testing.T, mutant string) {
	out, err := r.run(mutant, 1)
	require.Error(t, err, "the rig saw nothing:\n%s", out)
	saw := regexp.MustCompile(`crash state \d+: after.*|panic: freepages.*|panic: assertion failed.*|panic: page \d+.*|unexpected fault.*`).Find(out)
	require.NotNil(t, saw, "the rig failed of something else:\n%s", out)
	t.Logf("%s", saw[:min(len(saw), 200)])
}

func (r *Rig) run(mutant string, seeds int) ([]byte, error) {
	cmd := command(r.bin, "-test.run=^TestCrashStates$", "-test.v", "-test.timeout=60m")
	cmd.Env = append(os.Environ(), "PICKET_CRASH_DIR="+r.room, "PICKET_CRASH_MUTANT="+mutant, fmt.Sprintf("PICKET_CRASH_SEEDS=%d", seeds))
	return cmd.CombinedOutput()
}

// Seeds is how many histories are wanted: PICKET_CRASH_SEEDS, or what is usual.
func Seeds(t *testing.T, usual int) int {
	s := os.Getenv("PICKET_CRASH_SEEDS")
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	require.NoError(t, err, "PICKET_CRASH_SEEDS")
	return n
}

func command(name string, args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), name, args...)
}

// PatchedBolt writes the changed copy, with hook as its further file, and a go.mod that uses it, and returns the
// go.mod's path. hook declares hookWriteAt, hookTruncate and hookSync.
func PatchedBolt(t *testing.T, dir, hook string) string {
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
	require.NoError(t, os.WriteFile(filepath.Join(dst, "hook.go"), []byte(hook), 0o644))
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
