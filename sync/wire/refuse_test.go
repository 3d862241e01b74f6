package wire

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestDecodeNamesTheField(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{``, "is no JSON"},
		{`[]`, "cannot be a array"},
		{`{}`, "malformed message: kind is missing"},
		{`{"kind":"hello9","v":1}`, "unknown kind of message"},
		{`{"kind":"ack","v":2}`, "malformed ack: v is 2, only 1 is spoken"},
		{`{"kind":"ack","v":1}`, "malformed ack: session is missing"},
		{`{"kind":"ack","v":1,"session":7}`, "malformed ack: session cannot be a number"},
		{`{"kind":"ack","v":1,"session":"a b","window":1}`, `malformed ack: session has " "`},
		{`{"kind":"ack","v":1,"session":"a","window":0}`, "malformed ack: window is 0"},
		{`{"kind":"ack","v":1,"session":"a","window":1,"applied":-1}`, "malformed ack: applied cannot be a number -1"},
		{`{"kind":"ack","v":1,"session":"a","window":1,"hash":"00"}`, "hash has 64 hex digits"},
		{`{"kind":"ack","v":1,"session":"a","window":1,"applied":5,"blocked":{"seq":5}}`, "blocked.seq is 5"},
		{`{"kind":"hello1","v":1,"node":"n","nonce":"n","schema":{"min":2,"max":1}}`, "schema is 2 to 1"},
		{`{"kind":"hello1","v":1,"node":"n","nonce":"n","schema":{"min":1,"max":1},"sw":"` + strings.Repeat("x", 600) + `"}`, "sw has 600 bytes"},
		{`{"kind":"hello2","v":1,"nonce":"n","chal":"c","log":"l","head":1,"first":3,"mode":"normal"}`, "first is 3"},
		{`{"kind":"hello2","v":1,"nonce":"n","chal":"c","log":"l","head":1,"first":1,"mode":"mad"}`, "mode is none of"},
		{`{"kind":"hello2","v":1,"nonce":"n","chal":"c","log":"l","head":1,"first":1,"mode":"normal","chain":[{"seq":2}]}`, "chain has seq 2 above head 1"},
		{`{"kind":"challenge","v":1,"nonce":"n","chal":"c","gen":"g","ask":[2,1]}`, "ask is not in rising order"},
		{`{"kind":"import","v":1,"nonce":"n","facts":[{"pos":1,"raw":"AAAA"}]}`, "facts hold something that is no record"},
		{`{"kind":"state","v":1,"node":"a/b"}`, `node has "/"`},
	} {
		_, err := Decode([]byte(c.in))
		require.ErrorContains(t, err, c.want, c.in)
	}
	_, err := Decode(bytes.Repeat([]byte(" "), MaxWire+1))
	require.ErrorContains(t, err, "at most 98304 are allowed")
}

func TestDecodeIgnoresWhatANewerVersionAdds(t *testing.T) {
	m, err := Decode([]byte(`{"kind":"nosession","v":1,"session":"s","hue":{"deep":[1]}}`))
	require.NoError(t, err)
	require.Equal(t, &NoSession{Session: "s"}, m)
}

// raw builds a frame by hand.
func raw(head string, body []byte) []byte {
	out := append([]byte(magic), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(out[4:], uint32(len(head)))
	return append(append(out, head...), body...)
}

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.Bytes()
}

func TestOpenNamesTheField(t *testing.T) {
	zero := strings.Repeat("0", 64)
	head := func(n, size int) string {
		return fmt.Sprintf(`{"session":"s","log":"l","from":1,"n":%d,"prev":%q,"raw":%d}`, n, zero, size)
	}
	for _, c := range []struct {
		name string
		in   []byte
		want string
	}{
		{"empty", nil, "magic is not PKT1"},
		{"magic", []byte("PKT2\x00\x00\x00\x00"), "magic is not PKT1"},
		{"header length", []byte("PKT1\xff\xff\xff\xff{}"), "headerLen is 4294967295"},
		{"header json", raw("{", nil), "is no JSON"},
		{"session", raw(`{"log":"l","from":1}`, nil), "session is missing"},
		{"from", raw(`{"session":"s","log":"l"}`, nil), "from is 0"},
		{"n", raw(head(257, 1), nil), "n is 257"},
		{"overflow", raw(`{"session":"s","log":"l","from":18446744073709551615,"n":2,"raw":1}`, nil), "from is beyond"},
		{"raw", raw(head(1, MaxInflated+1), nil), "raw is 1048577"},
		{"body of a heartbeat", raw(head(0, 0), []byte("x")), "n is 0 but there is a body"},
		{"no gzip", raw(head(1, 3), []byte("abc")), "body is no gzip"},
		{"cut gzip", raw(head(1, 3), zipped("{}\n")[:15]), "body is damaged gzip"},
		{"bomb", raw(head(1, 1000), zipped(strings.Repeat("0", 10<<20))), "body inflates to more or less than raw says (1000)"},
		{"behind the stream", raw(head(1, 3), append(zipped("{}\n"), 'x')), "has bytes behind the gzip stream"},
		{"too few", raw(head(2, 3), zipped("{}\n")), "n is 2 but there are 1 records"},
		{"too many", raw(head(1, 6), zipped("{}\n{}\n")), "n is 1 but there are more records"},
		{"half", raw(head(1, 2), zipped("{}")), "ends in the middle of a record"},
		{"no object", raw(head(1, 3), zipped("[]\n")), "records[0] is no JSON object"},
		{"pii", raw(`{"session":"s","log":"l","from":1,"pii":[{"ref":""}]}`, nil), "pii[0].ref has 0 bytes"},
		{"long", make([]byte, MaxWire+1), "at most 98304 are allowed"},
	} {
		var codec Codec
		_, err := codec.Open(c.in, nil)
		require.ErrorContains(t, err, c.want, c.name)
		// A codec that has met a bad frame reads the next good one.
		good, err := codec.Frame(sampleBatch(), nil)
		require.NoError(t, err)
		_, err = codec.Open(good, nil)
		require.NoError(t, err, c.name)
	}
	var codec Codec
	_, err := codec.Open(raw(head(0, 0), nil), NewChecker(siteTopic, make([]byte, 32)))
	require.ErrorContains(t, err, "sig is missing")
}

func TestFrameRefusesWhatCouldNeverBeSent(t *testing.T) {
	var c Codec
	_, err := c.Frame(&Batch{Session: "s", Log: "l", From: 1, Records: [][]byte{[]byte("{\n}")}}, nil)
	require.ErrorContains(t, err, "records[0] has a line break")
	_, err = c.Frame(&Batch{Session: "s", Log: "l", From: 1, Records: make([][]byte, MaxRecords+1)}, nil)
	require.ErrorIs(t, err, ErrTooBig)
}

// Whatever Fits lets pass goes into a frame of its own, even if it cannot be compressed, signed and
// with all its sealed rows.
func TestWhatFitsIsSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.OneOf(rapid.IntRange(2, MaxRecord), rapid.IntRange(MaxRecord-3, MaxRecord+1)).Draw(t, "size")
		rng := rapid.Uint64().Draw(t, "noise") | 1
		e := Entry{Raw: make([]byte, size)}
		for i := range e.Raw {
			rng ^= rng << 13
			rng ^= rng >> 7
			rng ^= rng << 17
			if e.Raw[i] = byte(rng); e.Raw[i] == '\n' {
				e.Raw[i] = 'x'
			}
		}
		e.Raw[0], e.Raw[size-1] = '{', '}'
		left := rapid.OneOf(rapid.IntRange(0, MaxSealed+1), rapid.Just(MaxSealed)).Draw(t, "sealed")
		rows := rapid.IntRange(1, MaxRows+1).Draw(t, "rows")
		for i := range rows {
			n := left / rows
			if i == 0 {
				n += left % rows
			}
			ref := strings.Repeat("r", min(n, 200))
			e.PII = append(e.PII, Sealed{Ref: ref, Sealed: make([]byte, n-len(ref))})
		}
		if err := e.Fits(); err != nil {
			var m *Malformed
			if !errors.As(err, &m) || m.Reason == "" {
				t.Fatalf("the refusal has no words: %v", err)
			}
			return
		}
		var c Codec
		b := &Batch{Session: SessionID(strings.Repeat("s", 64)), Log: LogID(strings.Repeat("l", 64)), From: 1 << 62, Records: [][]byte{e.Raw}, PII: e.PII}
		out, err := c.Frame(b, testSigner())
		if err != nil {
			t.Fatal(err)
		}
		back, err := c.Open(out, testChecker())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back.Records[0], e.Raw) || len(back.PII) != len(e.PII) {
			t.Fatal("it did not come back the same")
		}
	})
}

func TestPeek(t *testing.T) {
	g, err := Peek(record1)
	require.NoError(t, err)
	require.Equal(t, Glance{ID: "01J:57/0", Type: "picket.pick.confirmed.v1", Seq: 1}, g)
	for in, want := range map[string]string{
		"":                                "is empty",
		"{}":                              "id is missing",
		`{"id":"x"}`:                      "type is missing",
		`{"id":5,"type":"t"}`:             "id cannot be a number",
		"{\"id\":\"x\",\n\"type\":\"t\"}": "line break",
		`{"id":"x","type":"t","seq":-1}`:  "seq cannot be a number",
		"{" + strings.Repeat(" ", MaxRecord) + "}": "at most 61440",
	} {
		_, err := Peek([]byte(in))
		require.ErrorContains(t, err, want, in)
	}
}

func FuzzDecode(f *testing.F) {
	for _, m := range samples() {
		b, err := Encode(m)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := Decode(in)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		out, err := Encode(m)
		require.NoError(t, err, "what was read can be written")
		again, err := Decode(out)
		require.NoError(t, err)
		a, _ := json.Marshal(m)
		b, _ := json.Marshal(again)
		require.Equal(t, string(a), string(b))
	})
}

func FuzzOpen(f *testing.F) {
	var c Codec
	for _, by := range []*Signer{nil, testSigner()} {
		b, err := c.Frame(sampleBatch(), by)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b, err := c.Open(in, nil)
		if err != nil {
			return
		}
		require.LessOrEqual(t, len(b.Records), MaxRecords)
		for _, r := range b.Records {
			require.Empty(t, recordFault(r))
		}
		out, err := c.Frame(b, nil)
		if errors.Is(err, ErrTooBig) {
			return // its rows fill the header, and ours is written a little longer
		}
		require.NoError(t, err)
		again, err := c.Open(out, nil)
		require.NoError(t, err)
		require.Equal(t, b.Records, again.Records)
		require.Equal(t, len(b.PII), len(again.PII))
	})
}

func FuzzTopic(f *testing.F) {
	f.Add("picket/1/acme/e8/s1/u/log")
	f.Fuzz(func(t *testing.T, in string) {
		if topic, err := ParseTopic(in); err == nil {
			require.Equal(t, in, topic.String())
		}
	})
}

func FuzzPeek(f *testing.F) {
	f.Add(record1)
	f.Fuzz(func(t *testing.T, in []byte) {
		if g, err := Peek(in); err == nil {
			require.NotEmpty(t, g.ID)
			require.NoError(t, Entry{Raw: in}.Fits())
		}
	})
}

// FuzzVerify: nothing passes for signed but what was signed.
func FuzzVerify(f *testing.F) {
	good, err := EncodeSigned(samples()[2], ChannelHello, testSigner())
	require.NoError(f, err)
	f.Add(good, 0)
	f.Add(good[:len(good)-1], 7)
	f.Add([]byte(`{"kind":"ack","v":1,"sig":""}`), 3)
	f.Fuzz(func(t *testing.T, in []byte, at int) {
		if !bytes.Equal(in, good) {
			require.Error(t, Verify(in, ChannelHello, testChecker()))
		}
		bad := bytes.Clone(good)
		bad[uint(at)%uint(len(bad))] ^= byte(1 + uint(at)%255)
		require.Error(t, Verify(bad, ChannelHello, testChecker()))
	})
}
