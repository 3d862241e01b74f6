package boxfile

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

func whole(t testing.TB) (Head, []Record, string) {
	h := Head{Format: Format, Site: "north", Node: "BOX", Log: "LOG", From: 7, Prev: wire.Chain(wire.Hash{}, []byte("six"))}
	records := []Record{{Raw: []byte(`{"id":"a"}`)}, {Raw: []byte(`{"id":"b"}`), Rows: []Row{{Ref: "pii/1/proof/1", Body: []byte{1, 2}}}}}
	var out bytes.Buffer
	w, err := NewWriter(&out, h, nil)
	require.NoError(t, err)
	for _, r := range records {
		require.NoError(t, w.Add(r))
	}
	n, err := w.Close()
	require.NoError(t, err)
	require.Equal(t, 2, n)
	return h, records, out.String()
}

func TestAFileIsReadAsItWasWritten(t *testing.T) {
	h, records, text := whole(t)
	var got []Record
	head, n, err := Read(strings.NewReader(text), func(_ Head, r Record) error { got = append(got, r); return nil })
	require.NoError(t, err)
	require.Equal(t, h, head)
	require.Equal(t, 2, n)
	require.Equal(t, records, got)
}

func TestAFileThatIsNotWholeIsSaidSo(t *testing.T) {
	_, _, text := whole(t)
	lines := strings.SplitAfter(text, "\n")
	for words, spoiled := range map[string]string{
		"without its last line":          lines[0] + lines[1] + lines[2],
		"it was changed":                 lines[0] + lines[2] + lines[3],
		"line 2 cannot be read":          lines[0] + "{}\n" + lines[3],
		"behind the last line":           text + lines[1],
		`the file is no "picket box 1"`:  "PK\x03\x04",
		"ends behind record 1":           lines[0] + lines[1],
		"line 3 cannot be read":          lines[0] + lines[1] + lines[2][:20],
		`the file is no "picket box 1":`: "",
	} {
		_, _, err := Read(strings.NewReader(spoiled), func(Head, Record) error { return nil })
		require.ErrorContains(t, err, words)
	}
}

// No bytes make it panic, and what it takes for whole is what somebody wrote.
func FuzzRead(f *testing.F) {
	_, _, text := whole(f)
	f.Add([]byte(text))
	f.Add([]byte(text[:len(text)-5]))
	f.Fuzz(func(t *testing.T, data []byte) {
		var records []Record
		h, n, err := Read(bytes.NewReader(data), func(_ Head, r Record) error { records = append(records, r); return nil })
		if err != nil {
			return
		}
		var out bytes.Buffer
		w, err := NewWriter(&out, h, nil)
		require.NoError(t, err)
		for _, r := range records {
			require.NoError(t, w.Add(r))
		}
		_, err = w.Close()
		require.NoError(t, err)
		again, m, err := Read(&out, func(Head, Record) error { return nil })
		require.NoError(t, err)
		require.Equal(t, h, again)
		require.Equal(t, n, m)
	})
}

// Each piece of a file is signed by itself, so that the centre can check what it is asked to take before it has the rest.
func TestEachPieceIsSigned(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	h := Head{Site: "north", Node: "BOX", Log: "LOG", From: 7}
	var out bytes.Buffer
	w, err := NewWriter(&out, h, key)
	require.NoError(t, err)
	for i := range PieceRecords + 3 {
		r := Record{Raw: []byte{'{', byte('a' + i%26), '}'}}
		if i == 1 {
			r.Rows = []Row{{Ref: "pii/1", Body: make([]byte, PieceBytes)}} // a piece of its own, with what stands before it
		}
		require.NoError(t, w.Add(r))
	}
	_, err = w.Close()
	require.NoError(t, err)
	piece := wire.Carried{Site: h.Site, Node: h.Node, Log: h.Log, From: h.From}
	var pieces []int
	_, _, err = Read(&out, func(_ Head, r Record) error {
		piece.Add(r.Raw)
		for _, row := range r.Rows {
			piece.Row(row.Ref, row.Body)
		}
		if r.Sig != nil {
			require.True(t, piece.Proven(key.Public().(ed25519.PublicKey), r.Sig))
			pieces = append(pieces, piece.Len())
			piece.Next()
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{2, PieceRecords, 1}, pieces)
	require.Zero(t, piece.Len(), "nothing is unsigned")
}
