package site

import (
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// TestTheSignerKeepsItsKey: what was signed before a restart is read with the same public key after it.
func TestTheSignerKeepsItsKey(t *testing.T) {
	dir := t.TempDir()
	s, err := openSigner(dir, "north")
	require.NoError(t, err)
	lists := s.lists(floor.ContentList{From: "north", To: "south", Unit: "095200010000000010", Order: "T-1", Key: s.id, Lines: []floor.ListedLine{{SKU: "OAT", Qty: 3}}})
	require.Len(t, lists, 1)
	again, err := openSigner(dir, "north")
	require.NoError(t, err)
	require.Equal(t, s.id, again.id)
	text, err := os.ReadFile(filepath.Join(dir, "keys", "lists.pub"))
	require.NoError(t, err)
	pub, err := hex.DecodeString(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	l, err := floor.ParseContentList(lists[0])
	require.NoError(t, err)
	require.True(t, l.Verify(ed25519.PublicKey(pub)))
	require.Equal(t, s.id, l.Key)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "keys", "lists.key"), []byte("short"), 0o600))
	_, err = openSigner(dir, "north")
	require.ErrorContains(t, err, "lists.key")
}
