package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"picket/edge/journal"
	"picket/edge/journal/journaltest"
)

// TestMain answers as the child that cmd starts before it opens a file.
func TestMain(m *testing.M) {
	if path := os.Getenv("PICKET_TEST_CHECK"); path != "" {
		if err := journal.CheckAll(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// checkInChild is how Options.Check is meant to be given.
func checkInChild(path string) error {
	cmd := exec.Command(os.Args[0])
	// A program built with the race detector sleeps a second before it ends, lest a race be told too late: here is none to wait for.
	cmd.Env = append(os.Environ(), "PICKET_TEST_CHECK="+path, "GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func TestFileAndTwinAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		require.NoError(rt, err)
		path := filepath.Join(dir, "site.db")
		f, err := journal.Open(path, journal.Options{Log: "LOG1"})
		require.NoError(rt, err)
		defer func() { _ = f.Drop() }()
		again := func() journaltest.Journal {
			f, err = journal.Open(path, journal.Options{})
			require.NoError(rt, err)
			return f
		}
		file := journaltest.Bench{Journal: f,
			Crash:  func() journaltest.Journal { require.NoError(rt, f.Drop()); return again() },
			Reopen: func() journaltest.Journal { require.NoError(rt, f.Close()); return again() },
		}
		journaltest.Compare(rt, file, openMem(t, "LOG1"))
	})
}

func TestOpenRefusesWhatItCannotTrust(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.db")
	_, err := journal.Open(path, journal.Options{})
	require.ErrorIs(t, err, fs.ErrNotExist)
	_, err = journal.Open(path, journal.Options{Log: "a\nb"})
	require.ErrorContains(t, err, "log id has a control character")
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, err = journal.Open(path, journal.Options{Log: "LOG1"})
	require.ErrorIs(t, err, journal.ErrForeign)
	require.ErrorIs(t, journal.Check(path), journal.ErrForeign)

	require.NoError(t, os.WriteFile(path, bytes.Repeat([]byte("not a journal "), 2000), 0o600))
	_, err = journal.Open(path, journal.Options{Log: "LOG1"})
	require.ErrorIs(t, err, journal.ErrForeign)
	require.ErrorContains(t, err, path)

	require.NoError(t, os.Remove(path))
	db, err := bolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	_, err = journal.Open(path, journal.Options{Log: "LOG1"})
	require.ErrorIs(t, err, journal.ErrForeign, "a bbolt file of somebody else")
}

func TestASecondProcessIsTurnedAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.db")
	f, err := journal.Open(path, journal.Options{Log: "LOG1"})
	require.NoError(t, err)
	_, err = journal.Open(path, journal.Options{LockTimeout: 60 * time.Millisecond})
	require.ErrorIs(t, err, journal.ErrLocked)
	require.ErrorContains(t, err, path)
	require.ErrorContains(t, err, "another picketd holds it")
	var fault *journal.Error
	require.ErrorAs(t, err, &fault)
	require.NotEmpty(t, fault.Hint)
	require.NoError(t, f.Close())
	f, err = journal.Open(path, journal.Options{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
}

// TestDamageIsFoundBeforeOpening flips one byte at a time all over a real file: a child process must say so, or
// the journal must open and read as before, because the byte was in no page that is in use.
func TestDamageIsFoundBeforeOpening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.db")
	f, err := journal.Open(path, journal.Options{Log: "LOG1"})
	require.NoError(t, err)
	journaltest.Fill(t, f, 1, 1, 40, 1, 90, 2, 7)
	journaltest.Snap(t, f, bytes.Repeat([]byte("state"), 2000))
	all := journaltest.Fill(t, f, 1, 30)
	kept := journaltest.ReadAll(t, f, 1)
	require.NotEmpty(t, all)
	require.NoError(t, f.Close())
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	end := len(bytes.TrimRight(good, "\x00"))
	found, harmless := 0, 0
	for at := 0; at < end; at += 4096/3 + 1 {
		bad := bytes.Clone(good)
		bad[at] ^= 0x41
		require.NoError(t, os.WriteFile(path, bad, 0o600))
		f, err := journal.Open(path, journal.Options{Check: checkInChild})
		if err != nil {
			found++
			continue
		}
		require.Equal(t, kept, journaltest.ReadAll(t, f, 1), "byte %d was changed and nobody noticed", at)
		_, data, err := f.ReadSnapshot()
		require.NoError(t, err)
		require.Equal(t, bytes.Repeat([]byte("state"), 2000), data)
		require.NoError(t, f.Drop())
		harmless++
	}
	require.Greater(t, found, 10)
	t.Logf("%d damages found, %d in bytes that are not in use", found, harmless)
}

func TestTwinFailsAsTold(t *testing.T) {
	for _, kept := range []bool{false, true} {
		m := journal.NewMem("LOG1")
		journaltest.Fill(t, m, 3)
		noSpace := errors.New("no space left on device")
		m.FailNext(journal.Fault{Err: noSpace, Kept: kept})
		_, err := m.Append(journal.Batch{Entries: [][]byte{{1}}})
		require.ErrorIs(t, err, noSpace)
		_, err = m.Append(journal.Batch{Entries: [][]byte{{2}}})
		require.ErrorIs(t, err, journal.ErrBroken, "nothing more is taken before somebody looked")
		require.ErrorIs(t, err, noSpace)
		require.ErrorIs(t, m.SetCursor(journal.Cursor{Name: "c"}), journal.ErrBroken)
		m.Crash()
		want := uint64(3)
		if kept {
			want = 4
		}
		require.Equal(t, want, m.Head().Seq)
		journaltest.Fill(t, m, 1)
	}
}

// TestFileStopsAfterAFailedCommit takes the disk away under a real file.
func TestFileStopsAfterAFailedCommit(t *testing.T) {
	f, err := journal.Open(filepath.Join(t.TempDir(), "site.db"), journal.Options{Log: "LOG1"})
	require.NoError(t, err)
	journaltest.Fill(t, f, 3)
	head := f.Head()
	require.NoError(t, f.Drop())
	_, err = f.Append(journal.Batch{Entries: [][]byte{{1}}})
	require.Error(t, err)
	require.NotErrorIs(t, err, journal.ErrBatch)
	_, err = f.Append(journal.Batch{Entries: [][]byte{{1}}})
	require.ErrorIs(t, err, journal.ErrBroken)
	require.Equal(t, head, f.Head())
}

// Whoever reads what a trimming drops is told so, also while the trimming's own caller has not heard of it yet: it is
// no damage.
func TestReadWhileItIsTrimmed(t *testing.T) {
	f, err := journal.Open(filepath.Join(t.TempDir(), "site.db"), journal.Options{Log: "LOG1"})
	require.NoError(t, err)
	defer f.Close()
	for range 50 {
		journaltest.FillWith(t, f, journaltest.Alone, 1)
	}
	require.NoError(t, f.TrimUnseen(20))
	require.Equal(t, uint64(1), f.First())
	_, err = f.Read(2, 0, func(uint64, []byte) error { return nil })
	require.ErrorIs(t, err, journal.ErrTrimmed)
	_, err = f.HashAt(3)
	require.ErrorIs(t, err, journal.ErrTrimmed)
	_, err = f.Read(30, 0, func(uint64, []byte) error { return nil })
	require.NoError(t, err)
}

func FuzzDecodeGroup(f *testing.F) {
	f.Add(uint64(1), journal.AppendGroup(nil, journal.Hash{}, [][]byte{[]byte("{}"), bytes.Repeat([]byte("x"), 300)}))
	f.Add(uint64(1<<63), journal.AppendGroup(nil, journal.Hash{1}, [][]byte{{0}}))
	f.Add(uint64(0), []byte{})
	f.Fuzz(func(t *testing.T, first uint64, b []byte) {
		prev, entries, err := journal.DecodeGroup(first, b)
		if err != nil {
			require.ErrorIs(t, err, journal.ErrCorrupt)
			// The same bytes under a fitting checksum reach the parser behind it.
			if len(b) > 4 && first > 0 {
				prev, entries, err = journal.DecodeGroup(first, journal.Sealed(b))
			}
			if err != nil {
				require.ErrorIs(t, err, journal.ErrCorrupt)
				return
			}
		}
		require.NotEmpty(t, entries)
		again, entries2, err := journal.DecodeGroup(first, journal.AppendGroup(nil, prev, entries))
		require.NoError(t, err)
		require.Equal(t, prev, again)
		require.Equal(t, entries, entries2)
	})
}

func FuzzDecodeForks(f *testing.F) {
	f.Add([]byte{1})
	f.Add(append(append([]byte{1, 1, 'a'}, make([]byte, 40)...), 1, 'b'))
	f.Fuzz(func(t *testing.T, b []byte) {
		forks, err := journal.DecodeForks(b)
		if err != nil {
			require.ErrorIs(t, err, journal.ErrCorrupt)
			return
		}
		if len(b) > 0 {
			require.Equal(t, b, journal.EncodeForks(forks))
		}
	})
}
