package journal_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/journal"
	"picket/edge/journal/journaltest"
)

func openFile(t *testing.T, log string) journaltest.Bench {
	path := filepath.Join(t.TempDir(), "site.db")
	f, err := journal.Open(path, journal.Options{Log: log})
	require.NoError(t, err)
	t.Cleanup(func() { _ = f.Drop() })
	again := func() journaltest.Journal {
		require.NoError(t, journal.CheckAll(path))
		f, err = journal.Open(path, journal.Options{Check: journal.Check})
		require.NoError(t, err)
		return f
	}
	return journaltest.Bench{Journal: f,
		Crash:  func() journaltest.Journal { require.NoError(t, f.Drop()); return again() },
		Reopen: func() journaltest.Journal { require.NoError(t, f.Close()); return again() },
	}
}

func openMem(_ *testing.T, log string) journaltest.Bench {
	m := journal.NewMem(log)
	return journaltest.Bench{Journal: m,
		Crash:  func() journaltest.Journal { m.Crash(); return m },
		Reopen: func() journaltest.Journal { _ = m.Close(); m.Crash(); return m },
	}
}

func TestFile(t *testing.T) { journaltest.Suite(t, openFile) }
func TestMem(t *testing.T)  { journaltest.Suite(t, openMem) }
