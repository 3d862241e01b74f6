package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite testdata")

// testKey is made from a fixed seed, so that signatures are golden too.
func testKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)) }

var siteTopic = Topic{Tenant: "acme", Site: "s1", Dir: Up}

// testSigner is a box's, testChecker its centre's.
func testSigner() *Signer   { return NewSigner(siteTopic, testKey()) }
func testChecker() *Checker { return NewChecker(siteTopic, testKey().Public().(ed25519.PublicKey)) }

func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "a shipped shape changed: %s", name)
}

var (
	record1 = []byte(`{"specversion":"1.0","id":"01J:57/0","source":"/t/acme/s/s1/n/N1","type":"picket.pick.confirmed.v1","seq":1,"data":{"note":"é ≤ \u003c"}}`)
	record2 = []byte(`{"specversion":"1.0","id":"01J:57/1","source":"/t/acme/s/s1/n/N1","type":"picket.stock.moved.v1","seq":2,"data":{}}`)
)

func samples() []Message {
	h1 := Chain(Hash{}, record1)
	h2 := Chain(h1, record2)
	at := time.Date(2026, 11, 21, 10, 11, 12, 345e6, time.UTC)
	return []Message{
		&Hello1{Node: "N1", Epoch: 3, Nonce: "nonce1", Schema: Schema{1, 1}, SW: "picketd 0.1", T: at},
		&ChallengeMsg{Nonce: "nonce1", Chal: "chal1", Gen: "GEN1", Ask: []Seq{1, 2}, T: at},
		&Hello2{Nonce: "nonce1", Chal: "chal1", Log: "LOG1", Parents: []LogID{"LOG0"}, Head: 2, HeadHash: h2, First: 1,
			Chain: []Point{{1, h1}, {2, h2}}, Gen: "GEN1", Pos: 1, D: FeedMark{Lineage: 1, Seq: 2, Hash: h2}, Mode: ModeNormal},
		&Probe{Nonce: "nonce1", Chal: "chal1", Seqs: []Seq{2}},
		&Import{Nonce: "nonce1", Fork: true, Common: 1, ToPos: 2, Facts: []Fact{{Pos: 2, Raw: record2}}},
		&Snapshot{Nonce: "nonce1", ID: "2-0ff1", Pos: 2, Fork: true, Common: 1, Bytes: 5, Pieces: 1, Digest: sha256.Sum256([]byte("piece")), Sum: sha256.Sum256([]byte("piece")), Data: []byte("piece")},
		&Reject{Nonce: "nonce1", Code: RejectFenced, Reason: "box N2 holds this site with epoch 4"},
		&Offer{Nonce: "nonce1", Node: "N1", Log: "LOG1", From: 2, Prev: h1, Head: 2},
		&Salvage{Nonce: "nonce1", Session: "salv1", Log: "LOG1", Resume: 1, Window: 16},
		&Welcome{Nonce: "nonce1", Session: "sess1", Epoch: 3, Log: "LOG1", Resume: 1, Pos: 1, Gen: "GEN1", Stable: 1,
			D: FeedMark{Lineage: 1, Seq: 2, Hash: h2}, Window: 16, Schema: 1},
		&Ack{Session: "sess1", Applied: 2, Hash: h2, Pos: 2, Stable: 1, Window: 16, Gap: true, Blocked: &Blocked{Seq: 3, Type: "picket.new.v2"}, Nth: 7},
		&NoSession{Session: "sess0"},
		&MalformedMsg{Channel: ChannelLog, What: "frame", Field: "n", Reason: "is 300, at most 256 are allowed"},
		&State{Online: true, Boot: 4, Node: "N1", Log: "LOG1", Head: 2, SW: "picketd 0.1"},
	}
}

func TestGoldenMessages(t *testing.T) {
	for _, m := range samples() {
		got, err := Encode(m)
		require.NoError(t, err)
		golden(t, string(m.kind())+".json", got)
		back, err := Decode(got)
		require.NoError(t, err)
		require.Equal(t, m, back)
	}
}

func TestGoldenSignedHello2(t *testing.T) {
	got, err := EncodeSigned(samples()[2], ChannelHello, testSigner())
	require.NoError(t, err)
	golden(t, "hello2.signed.json", got)
	require.NoError(t, Verify(got, ChannelHello, testChecker()))
	back, err := Decode(got)
	require.NoError(t, err, "sig is one more member to who does not check it")
	require.Equal(t, samples()[2], back)
	for i := range got {
		bad := bytes.Clone(got)
		bad[i] ^= 1
		require.Error(t, Verify(bad, ChannelHello, testChecker()), "byte %d", i)
	}
}

func TestGoldenSignedHello1(t *testing.T) {
	m := *samples()[0].(*Hello1)
	m.Key = testSigner().Public()
	got, err := EncodeSigned(&m, ChannelHello, testSigner())
	require.NoError(t, err)
	golden(t, "hello1.signed.json", got)
	back, err := Decode(got)
	require.NoError(t, err)
	require.Equal(t, &m, back)
	require.NoError(t, Verify(got, ChannelHello, NewChecker(siteTopic, back.(*Hello1).Key)))
	m.Key = m.Key[:31]
	_, err = Encode(&m)
	require.ErrorContains(t, err, "key has 31 bytes, it must have 32")
}

// What was said on one topic is worth nothing on any other: not as another site's, not the other way, not to another company.
func TestASignatureIsForOneTopic(t *testing.T) {
	msg, err := EncodeSigned(samples()[2], ChannelHello, testSigner())
	require.NoError(t, err)
	var c Codec
	frame, err := c.Frame(sampleBatch(), testSigner())
	require.NoError(t, err)
	for _, other := range []Topic{{"acme", "s2", Up, ""}, {"acme", "s1", Down, ""}, {"acm", "s1", Up, ""}} {
		checker := NewChecker(other, testSigner().Public())
		require.ErrorContains(t, Verify(msg, ChannelHello, checker), "sig does not match the key", other)
		_, err = c.Open(frame, checker)
		var un *Unsigned
		require.ErrorAs(t, err, &un, other)
	}
	require.ErrorContains(t, Verify(msg, ChannelAck, testChecker()), "sig does not match the key")
	require.NoError(t, Verify([]byte("anything"), ChannelHello, NewChecker(siteTopic, nil)), "without a key nothing is checked")
	require.Nil(t, NewSigner(siteTopic, nil).Public())
}

func sampleBatch() *Batch {
	return &Batch{Session: "sess1", Log: "LOG1", From: 1, Records: [][]byte{record1, record2}, PII: []Sealed{{Ref: "pii/1", Sealed: []byte{0, 1, 255}}}}
}

// The golden frames are read, not compared: another version of gzip may write other bytes for the same
// records, and any reader must take them.
func TestGoldenFrames(t *testing.T) {
	var c Codec
	pub := testChecker()
	for _, f := range []struct {
		name string
		b    *Batch
	}{
		{"frame.bin", sampleBatch()},
		{"heartbeat.bin", &Batch{Session: "sess1", Log: "LOG1", From: 3, Prev: Chain(Chain(Hash{}, record1), record2), Nth: 5}},
	} {
		if *update {
			out, err := c.Frame(f.b, testSigner())
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join("testdata", f.name), out, 0o600))
		}
		payload, err := os.ReadFile(filepath.Join("testdata", f.name))
		require.NoError(t, err)
		got, err := c.Open(payload, pub)
		require.NoError(t, err)
		require.Equal(t, f.b, got)
		for i := range payload {
			bad := bytes.Clone(payload)
			bad[i] ^= 1
			_, err := c.Open(bad, pub)
			require.Error(t, err, "%s: byte %d was flipped and nobody saw", f.name, i)
		}
		_, err = c.Open(payload, NewChecker(siteTopic, bytes.Repeat([]byte{1}, 32)))
		require.ErrorContains(t, err, "malformed frame: sig does not match the key")
	}
}

func TestTopics(t *testing.T) {
	topic := Topic{Tenant: "acme", Site: "s1", Dir: Up, Channel: ChannelLog}
	require.Equal(t, "picket/1/acme/e8/s1/u/log", topic.String())
	back, err := ParseTopic(topic.String())
	require.NoError(t, err)
	require.Equal(t, topic, back)
	require.Equal(t, []string{"picket/1/acme/e8/s1/d/#", "picket/1/acme/c/state"}, SiteFilters("acme", "s1"))
	require.Equal(t, []string{"picket/1/acme/+/+/u/#"}, CentreFilters("acme"))
	require.Equal(t, []string{"picket/1/acme/0a/+/u/#", "picket/1/acme/0b/+/u/#"}, CentreFilters("acme", "0a", "0b"))
	require.LessOrEqual(t, strings.Count(topic.String(), "/"), 7)
	for in, want := range map[string]string{
		"picket/1/acme/e8/s1/u":       "seven levels",
		"picket/2/acme/e8/s1/u/log":   "prefix is not picket/1",
		"picket/1/acme/00/s1/u/log":   "shard is not the site's own",
		"picket/1/ac me/e8/s1/u/log":  `tenant has " "`,
		"picket/1/acme/e8/+/u/log":    `site has "+"`,
		"picket/1/acme/e8/s1/x/log":   "direction is neither",
		"picket/1/acme/e8/s1/u/blog":  "channel is none of",
		"picket/1/acme/e8/s1/d/state": "state goes up only",
		"picket/1/acme/e8//u/log":     "site is missing",
		strings.Repeat("x", 300):      "longer than 200",
	} {
		_, err := ParseTopic(in)
		require.ErrorContains(t, err, want, in)
	}
}

func TestChain(t *testing.T) {
	// Reckoned by Python's hashlib.
	require.Equal(t, chainOfA, Chain(Hash{}, []byte("a")).String())
	var h Hash
	require.NoError(t, h.UnmarshalText([]byte(chainOfA)))
	require.Equal(t, chainOfA, h.String())
	require.ErrorContains(t, h.UnmarshalText([]byte("00")), "64 hex digits")
	require.ErrorContains(t, h.UnmarshalText([]byte(strings.Repeat("g", 64))), "hex")
}

const chainOfA = "8c374a53782642f7514d087d26a3e733f1b806009a03e04a43b288ef2fa9f9c0"

// TestThePageShowsTheGoldenBytes: what the page for integrators shows are the very bytes, and its sums are right.
func TestThePageShowsTheGoldenBytes(t *testing.T) {
	page, err := os.ReadFile("INTEGRATE.md")
	require.NoError(t, err)
	shown := 0
	for _, part := range strings.Split(string(page), "<!-- golden: ")[1:] {
		name, rest, ok := strings.Cut(part, " -->\n```")
		require.True(t, ok)
		kind, rest, _ := strings.Cut(rest, "\n")
		block, _, ok := strings.Cut(rest, "```")
		require.True(t, ok)
		want, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		got := []byte(strings.TrimSpace(block))
		if kind == "hex" {
			got = nil
			for _, line := range strings.Split(strings.TrimSpace(block), "\n") {
				_, line, _ = strings.Cut(line, ": ")
				line, _, _ = strings.Cut(line, "  ")
				b, err := hex.DecodeString(strings.ReplaceAll(line, " ", ""))
				require.NoError(t, err)
				got = append(got, b...)
			}
		}
		require.Equal(t, string(want), string(got), name)
		shown++
	}
	require.Equal(t, 11, shown)
	inner1, inner2 := sha256.Sum256(record1), sha256.Sum256(record2)
	h1 := Chain(Hash{}, record1)
	for _, text := range []string{
		string(record1), string(record2), hex.EncodeToString(inner1[:]), hex.EncodeToString(inner2[:]), h1.String(), Chain(h1, record2).String(),
		"picket/1/acme/" + SiteID("s1").Shard() + "/s1/",
	} {
		require.Contains(t, string(page), text)
	}
}

// Whatever a site says below its own topics is its own.
func TestWhoseATopicIs(t *testing.T) {
	for topic, want := range map[string]string{
		"picket/1/demo/7f/north/u/log": "picket/1/demo/7f/north/", "picket/1/demo/7f/north/u/log/x/y": "picket/1/demo/7f/north/",
		"picket/1/demo/c/state": "picket/1/demo/c/state", "x": "x", "": "", "////////": "/////",
	} {
		require.Equal(t, want, SenderOf(topic))
	}
}
