package pki

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func (w *town) withKey(dir string) ed25519.PublicKey {
	key, err := OpenKey(filepath.Join(dir, "node.key"), boxIn(dir))
	require.NoError(w.t, err)
	return key.Public().(ed25519.PublicKey)
}

type told struct {
	site, box string
	key       ed25519.PublicKey
	byCode    bool
}

// A box's key comes with its code and with each renewal, proven; the centre's key stands in the certificate, each time.
func TestKeysOfTheLineComeWithTheCertificate(t *testing.T) {
	w := newTown(t)
	var heard []told
	w.a.Keyed = func(site, box string, key ed25519.PublicKey, byCode bool) error {
		heard = append(heard, told{site, box, key, byCode})
		return nil
	}
	box := t.TempDir()
	// A centre of before, and a box of before: neither says a key, and all else is as it was.
	require.NoError(t, w.enrol(box, "north", w.certify("north")))
	require.Equal(t, []told{{"north", boxIn(box), nil, true}}, heard)
	none, err := CentreKeyOf(box)
	require.NoError(t, err)
	require.Nil(t, none)

	// Both are of this version from here on: the renewal says it, with nobody doing anything.
	centre, err := CentreKey(w.dir)
	require.NoError(t, err)
	w.a.Signs = centre.Public().(ed25519.PublicKey)
	own := w.withKey(box)
	w.pass(11 * 24 * 3600e9)
	renewed, err := w.renew(box)
	require.NoError(t, err)
	require.True(t, renewed)
	require.Equal(t, told{"north", boxIn(box), own, false}, heard[1])
	got, err := CentreKeyOf(box)
	require.NoError(t, err)
	require.Equal(t, w.a.Signs, got)

	// The key outlives the next certificate, and a second enrolment.
	w.pass(11 * 24 * 3600e9)
	_, err = w.renew(box)
	require.NoError(t, err)
	require.NoError(t, w.enrol(box, "north", w.certify("north")))
	require.Equal(t, told{"north", boxIn(box), own, true}, heard[3])
	require.Equal(t, own, heard[2].key)
	for _, body := range w.seen {
		seed, err := os.ReadFile(filepath.Join(box, "node.key"))
		require.NoError(t, err)
		require.NotContains(t, string(body), strings.Fields(string(seed))[1])
	}
}

// Nobody says a key for a box that it does not have: not another box's, not one of another request.
func TestAKeyIsProven(t *testing.T) {
	w := newTown(t)
	w.a.Keyed = func(string, string, ed25519.PublicKey, bool) error { t.Fatal("it was believed"); return nil }
	key, err := OpenKey(filepath.Join(t.TempDir(), "k"), "x")
	require.NoError(t, err)
	for _, bad := range [][2]string{{"south", "BOX1"}, {"north", "BOX2"}} { // proven, for another site or box
		dir := t.TempDir()
		c, err := parseCode(w.certify("north"))
		require.NoError(t, err)
		_, request, err := asked(dir, bad[0], "BOX1", bad[1], key)
		require.NoError(t, err)
		_, err = w.a.Enrol(EnrolRequest{Site: "north", Code: c.id, Request: request, Proof: c.proof("enrol", []byte("north"), request)})
		require.ErrorContains(t, err, "does not prove to have")
	}
}

// A new installation has a new key; the same one keeps its own; what is no key stops the start, and is not passed over.
func TestAKeyIsOfOneInstallation(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node.key")
	a, err := OpenKey(path, "BOX1")
	require.NoError(t, err)
	again, err := OpenKey(path, "BOX1")
	require.NoError(t, err)
	require.Equal(t, a, again)
	st, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), st.Mode().Perm())
	other, err := OpenKey(path, "BOX2")
	require.NoError(t, err)
	require.NotEqual(t, a, other)
	require.NoError(t, os.WriteFile(path, []byte("BOX2 abc"), 0o600))
	_, err = OpenKey(path, "BOX2")
	require.ErrorContains(t, err, "is not one")
}

// The centre's key comes back with a copy of its authority, whenever that copy was made; without an authority it is made once.
func TestTheCentreKeyComesBackWithTheAuthority(t *testing.T) {
	w := newTown(t)
	key, err := CentreKey(w.dir)
	require.NoError(t, err)
	copied := t.TempDir()
	for _, name := range []string{"ca.key", RootFile} {
		text, err := os.ReadFile(filepath.Join(w.dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(copied, name), text, 0o600))
	}
	again, err := CentreKey(copied)
	require.NoError(t, err)
	require.Equal(t, key, again)
	other, err := CentreKey(newTown(t).dir)
	require.NoError(t, err)
	require.NotEqual(t, key, other)

	alone := filepath.Join(t.TempDir(), "line")
	made, err := CentreKey(alone)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(w.dir, "ca.key"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(alone, "ca.key"), text, 0o600)) // an authority is made later
	again, err = CentreKey(alone)
	require.NoError(t, err)
	require.Equal(t, made, again, "the sites know it already")
	back, err := ParseKey(KeyText(made.Public().(ed25519.PublicKey)) + "\n")
	require.NoError(t, err)
	require.Equal(t, made.Public(), back)
	_, err = ParseKey("AAAA")
	require.ErrorContains(t, err, "is no key")
}

// FuzzExtension: whatever stands in a request, it is a key with its proof, or refused.
func FuzzExtension(f *testing.F) {
	good, err := stated(oidBoxKey, bytes.Repeat([]byte{7}, 96))
	require.NoError(f, err)
	f.Add(good[0].Value)
	f.Add([]byte{4, 96})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, der []byte) {
		exts := good
		exts[0].Value = der
		raw, err := extension(exts, oidBoxKey, 96)
		require.True(t, err != nil || len(raw) == 96)
	})
}
