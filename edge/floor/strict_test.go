package floor

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A command is read in one way or not at all.
func TestACommandIsReadInOneWay(t *testing.T) {
	for data, want := range map[string]string{
		`{"Order":"O-1","sku":"OAT","qty":1}`:                     "data: Order: is not a field; it is written order",
		`{"order":"O-1","order":"O-2","sku":"OAT"}`:               "data: order: stands there twice",
		`{"order":"O-1","\u006frder":"O-2"}`:                      "data: order: stands there twice",
		`{"order":"O-1","ORDER":"O-2"}`:                           "data: ORDER: is not a field; it is written order",
		`{"order":"O-1","colour":"red"}`:                          "data: colour: is not a field",
		`{"order":"O-1","qty":1} {}`:                              "data: something follows the object",
		`{"order":"O-1","note":"x","code":"\u202e"}`:              "data: note: is not a field",
		"{\"order\":\"O-1\",\"lot\":\"L\u202e1\"}":                "data: lot: has a character nobody sees, U+202E, at byte 1",
		`{"order":"O-1","lot":"L\u200b1"}`:                        "data: lot: has a character nobody sees, U+200B, at byte 1",
		`{"order":"O-1","code":"]C1\u001d10L1","lot":"L\u0007"}`:  "data: lot: has a character nobody sees, U+0007, at byte 1",
		`{"order":"O-1","serials":["S1","S\u00ad2"],"sku":"OAT"}`: "data: serials[1]: has a character nobody sees, U+00AD, at byte 1",
	} {
		_, err := DecodeCommand("pick.scan", []byte(data))
		require.EqualError(t, err, want, data)
	}
	c, err := DecodeCommand("pick.scan", []byte(`{"order":"O-1","code":"]C1\u001d10L1","qty":1}`))
	require.NoError(t, err, "a barcode is what the scanner read")
	require.Equal(t, "]C1\x1d10L1", c.(*Scan).Code)

	_, err = DecodeCommand("order.assign", []byte(`{"order":"O-1","lines":[{"line":"1"},{"line":"2","SKU":"OAT"}]}`))
	require.EqualError(t, err, "data: lines[1].SKU: is not a field; it is written sku")
	_, err = DecodeCommand("policy.set", []byte(`{"name":"proof_above","value":[{"minor":1,"minor":2}]}`))
	require.EqualError(t, err, "data: value[0].minor: stands there twice")
	for _, e := range entries {
		_, err := DecodeCommand(e.New().Kind(), []byte(e.Example))
		require.NoError(t, err, e.Example)
	}
}

// No two fields of a command differ by case alone, or a name in the wrong case would have two right ones.
func TestNamesDifferByMoreThanCase(t *testing.T) {
	for kind, s := range shapes {
		seen := map[*Shape]bool{}
		var look func(*Shape)
		look = func(s *Shape) {
			if s == nil || seen[s] {
				return
			}
			seen[s] = true
			folded := map[string]bool{}
			for name, m := range s.names {
				require.False(t, folded[strings.ToLower(name)], "%s: %s", kind, name)
				folded[strings.ToLower(name)] = true
				look(m.shape)
			}
			look(s.elem)
		}
		look(s)
	}
}

// The centre's feed: attributes of its own are taken, a doubled or misspelt one is told, and what is hidden in a
// text is taken out instead of keeping everybody waiting.
func TestTheFeedIsReadStrictlyAndNeverBlocks(t *testing.T) {
	record := func(more, data string) []byte {
		return []byte(`{"specversion":"1.0","id":"01J","source":"/t/x/c","time":"2026-11-21T08:00:00Z","traceparent":"00-1"` + more + `,"type":"picket.order.hold.v1","data":` + data + `}`)
	}
	c, _, err := DecodeFeed(record("", `{"order":"O-1","reason":"call \u202eback\nplease"}`))
	require.NoError(t, err)
	require.Equal(t, "call back\nplease", c.(*Hold).Reason)
	for _, more := range []string{`,"id":"01K"`, `,"Id":"01K"`} {
		_, _, err = DecodeFeed(record(more, `{"order":"O-1"}`))
		require.ErrorContains(t, err, "feed record: ")
		require.NotErrorIs(t, err, ErrUnknownType, "that alone would block")
	}
	c, m, err := DecodeFeed(record("", `{"order":"O-1","Order":"O-2"}`))
	require.NoError(t, err)
	require.Equal(t, CommandID("01J"), m.ID)
	_, no := Decide(NewState(), Meta{}, c)
	require.Equal(t, BadField, no.Code)
	require.Contains(t, no.Words(), "Order: is not a field; it is written order")
}

func TestWordsNobodySees(t *testing.T) {
	for _, good := range []string{"", "Zoë O'Brien-Łuk", "محمد", "می\u200cخواهم", "क्\u200dष", "👩\u200d🚀 ok", "❤️", "李小龍", "e\u0301"} {
		require.NoError(t, CheckWords("name", good, false), "%q", good)
		require.Equal(t, good, StripWords(good, false))
	}
	for bad, rest := range map[string]string{
		"Anna\u202eannA": "AnnaannA", "\u2066x\u2069": "x", "A\u200bB": "AB", "\ufeffA": "A", "a\x00b": "ab", "a\u0085b": "ab", "a\x7f": "a", "A\u200dB": "AB",
		"a\u2028b": "ab", "\u3164": "", "\U000e0041x": "x", "\ue000": "", "a\xffb": "ab", "a\u00adb": "ab", "\u200d": "", "a\nb": "ab", "x\u2062": "x",
	} {
		err := CheckWords("lines[0].name", bad, false)
		require.ErrorContains(t, err, "lines[0].name: ", "%q", bad)
		require.Equal(t, rest, StripWords(bad, false), "%q", bad)
		require.NoError(t, CheckWords("x", StripWords(bad, false), false), "%q", bad)
	}
	require.NoError(t, CheckWords("note", "one\r\n\ttwo", true))
	require.Equal(t, "one\ntwo", StripWords("one\n\u202etwo", true))
	_, no := (&SetItem{Item: Item{SKU: "OAT", Name: "Oat\u202e"}}).decide(NewState(), Meta{})
	require.Equal(t, "name", no.Args["field"], "also what comes past the decoder")
}

// What is read is read alike by whoever puts its names in another order: nothing is decided by which comes last.
func FuzzStrict(f *testing.F) {
	for _, e := range entries {
		f.Add(e.New().Kind(), []byte(e.Example))
	}
	f.Add("pick.scan", []byte(`{"order":"O-1","order":"O-2"}`))
	f.Add("pick.scan", []byte(`{"order":"O-1","Order":"O-2"}`))
	f.Add("pick.scan", []byte(`{"\u006frder":"O-1","qty":1e2}`))
	f.Add("policy.set", []byte(`{"name":"x","value":{"a":[{"b":1,"b":2}]}}`))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		got, err := decodeCommand(kind, data)
		if NewCommand(kind) == nil {
			require.Error(t, err)
			return
		}
		plain := NewCommand(kind)
		d := json.NewDecoder(bytes.NewReader(data))
		d.DisallowUnknownFields()
		if d.Decode(plain) != nil {
			require.Error(t, err, "nothing is taken that encoding/json does not take")
			return
		}
		var tree any
		d = json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		require.NoError(t, d.Decode(&tree))
		if err != nil {
			return
		}
		require.Equal(t, plain, got)
		sorted, err := json.Marshal(tree)
		require.NoError(t, err)
		again, err := decodeCommand(kind, sorted)
		require.NoError(t, err, string(sorted))
		if !strings.Contains(kind, "policy.") { // which keeps the bytes themselves
			require.True(t, reflect.DeepEqual(got, again), "%s\n%s", data, sorted)
		}
	})
}

// How much the second look costs, against reading alone. A scan does not come this way at all (node: scanPick).
func BenchmarkStrict(b *testing.B) {
	data := []byte(`{"order":"O-1","line":"1","sku":"OAT","qty":1,"bin":"A-01-1","code":"09520000000011","done":true,"serials":["S1"]}`)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(data))
			d.DisallowUnknownFields()
			if err := d.Decode(&Scan{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("strict", func(b *testing.B) {
		for b.Loop() {
			if _, err := DecodeCommand("pick.scan", data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
