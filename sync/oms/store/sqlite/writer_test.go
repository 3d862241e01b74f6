package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The kernel keeps what a killed process wrote, so only the setting itself shows that power may fail.
func TestEveryCommitIsSynced(t *testing.T) {
	db, err := writer(filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, err)
	var mode string
	require.NoError(t, db.QueryRow("PRAGMA journal_mode").Scan(&mode))
	require.Equal(t, "wal", mode)
	var sync int
	require.NoError(t, db.QueryRow("PRAGMA synchronous").Scan(&sync))
	require.Equal(t, 2, sync, "2 is FULL")
	require.NoError(t, db.Close())
}
