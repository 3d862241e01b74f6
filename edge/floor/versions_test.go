package floor

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// frozen are the records of the two versions before this one, in the bytes they were written in: nobody changes them.
var frozen = map[int]string{
	1: "cd7311f97716108c92ce4c23b71117e6cca17d5b03a5692495ba24fe85767b1c",
	2: "3be4f76280677b1972872a24bd307da0c35f7e93a33c640997c57c2e63ee427c",
}

// written are the records of an earlier version.
func written(t *testing.T, version int) [][]byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "versions", strconv.Itoa(version)+".ndjson"))
	require.NoError(t, err)
	sum := sha256.Sum256(text)
	require.Equal(t, frozen[version], hex.EncodeToString(sum[:]), "the records of version %d are what they were", version)
	var out [][]byte
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		out = append(out, bytes.Clone(lines.Bytes()))
	}
	return out
}

// lostAt is the first place of then that now does not have as it was.
func lostAt(then, now any, at string) string {
	switch then := then.(type) {
	case map[string]any:
		has, _ := now.(map[string]any)
		for k, v := range then {
			if where := lostAt(v, has[k], at+"."+k); where != "" {
				return where
			}
		}
	case []any:
		has, _ := now.([]any)
		for i, v := range then {
			if i >= len(has) {
				return at + "[" + strconv.Itoa(i) + "]"
			}
			if where := lostAt(v, has[i], at+"["+strconv.Itoa(i)+"]"); where != "" {
				return where
			}
		}
	default:
		if then != now {
			return at
		}
	}
	return ""
}

// Records of the two versions before are read whole: nothing they say is lost, and the floor takes them.
func TestEarlierVersionsAreRead(t *testing.T) {
	require.Len(t, frozen, 2, "this version reads the two before it")
	for version := SchemaVersion - 2; version < SchemaVersion; version++ {
		s := NewState()
		for _, raw := range written(t, version) {
			r, err := Decode(raw)
			require.NoError(t, err, "version %d: %s", version, raw)
			ApplyRecord(s, &r)
			again, err := r.AppendTo(nil)
			require.NoError(t, err)
			var then, now map[string]any
			require.NoError(t, json.Unmarshal(raw, &then))
			require.NoError(t, json.Unmarshal(again, &now))
			require.Empty(t, lostAt(then, now, ""), "version %d, %s: it says something nobody reads any more", version, r.Type)
		}
	}
}

// grown is a record as a later version might write it.
func grown(t *testing.T, raw []byte) []byte {
	t.Helper()
	at := bytes.Index(raw, []byte(`"data":{`))
	require.Positive(t, at)
	at += len(`"data":{`)
	more := `"from_a_later_version":{"a":[1,"x"]}`
	if raw[at] != '}' {
		more += ","
	}
	return append(append(append([]byte{}, raw[:at]...), more...), raw[at:]...)
}

// A later version's record of a type that is known is read as far as this one knows it.
func TestALaterVersionsFieldsArePassedOver(t *testing.T) {
	files, err := filepath.Glob("testdata/events/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		want, err := Decode(raw)
		require.NoError(t, err)
		got, err := Decode(grown(t, raw))
		require.NoError(t, err, file)
		require.Equal(t, want, got, file)
	}
	raw, err := os.ReadFile(files[0])
	require.NoError(t, err)
	typ := strings.TrimSuffix(filepath.Base(files[0]), ".json")
	_, err = Decode(bytes.Replace(raw, []byte(typ), []byte("picket.not.yet.v1"), 1))
	require.ErrorIs(t, err, ErrUnknownType)
}

// A command of a later centre with something unknown in it waits for the update; without, it is obeyed. One that no
// later centre wrote is refused, as ever.
func TestALaterCentresCommands(t *testing.T) {
	record := func(schema, more string) []byte {
		return []byte(`{"specversion":"1.0","id":"01J","source":"/t/demo/c","type":"picket.bin.set.v1","subject":"bin/A-1","time":"2026-11-21T12:00:00Z"` + schema +
			`,"data":{"id":"A-1"` + more + `}}`)
	}
	const later, same, field = `,"schema":4`, `,"schema":3`, `,"cold":true`
	require.Equal(t, 3, SchemaVersion)
	c, _, err := DecodeFeed(record(later, ""))
	require.NoError(t, err)
	require.Equal(t, &SetBin{Bin{ID: "A-1"}}, c)
	_, m, err := DecodeFeed(record(later, field))
	require.ErrorIs(t, err, ErrUnknownType)
	require.ErrorContains(t, err, "cold")
	require.EqualValues(t, "01J", m.ID)
	for _, schema := range []string{"", same} {
		c, _, err = DecodeFeed(record(schema, field))
		require.NoError(t, err)
		require.IsType(t, &Malformed{}, c)
	}
	raw, err := EncodeFeed("01J", "/t/demo/c", "picket.bin.set.v1", "bin/A-1", noon, Bin{ID: "A-1"})
	require.NoError(t, err)
	require.Contains(t, string(raw), same)
}

// What was called otherwise, or was another type, is read by its cast.
func TestCasts(t *testing.T) {
	all := map[string]Cast{
		"picket.bin.placed.v1":    {Now: "picket.local.bin.set.v1", Fields: map[string]string{"name": "id"}},
		"picket.local.bin.set.v1": {Fields: map[string]string{"corridor": "aisle"}},
	}
	record := func(typ, data string) []byte {
		return []byte(`{"specversion":"1.0","id":"c/0","source":"/t/d/s/n/n/b","type":"` + typ + `","subject":"bin/A-1","time":"2026-11-21T12:00:00.000Z","seq":1,"log":"L","cause":"c","data":` + data + `}`)
	}
	r, err := decodeCast(record("picket.bin.placed.v1", `{"name":"A-1","walk":3}`), all)
	require.NoError(t, err)
	require.Equal(t, "picket.local.bin.set.v1", r.Type)
	require.Equal(t, &BinSet{Bin{ID: "A-1", Walk: 3}}, r.Event)
	r, err = decodeCast(record("picket.local.bin.set.v1", `{"id":"A-1","corridor":"A"}`), all)
	require.NoError(t, err)
	require.Equal(t, &BinSet{Bin{ID: "A-1", Aisle: "A"}}, r.Event)
	r, err = decodeCast(record("picket.local.bin.set.v1", `{"id":"A-1","corridor":"B","aisle":"A"}`), all)
	require.NoError(t, err)
	require.Equal(t, &BinSet{Bin{ID: "A-1", Aisle: "A"}}, r.Event, "the name of now stands")
	_, err = decodeCast(record("picket.bin.placed.v1", `[]`), all)
	require.ErrorContains(t, err, "data")
	_, _, ok := Renamed("picket.local.bin.set.v1", "aisle")
	require.False(t, ok)
}
