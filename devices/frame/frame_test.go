package frame

import (
	"bytes"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func cut(f Format, chunks ...string) (out []string, c *Cutter) {
	c = &Cutter{Format: f}
	for _, chunk := range chunks {
		c.Push([]byte(chunk), func(s []byte) { out = append(out, string(s)) })
	}
	return out, c
}

func TestScansAreCutWhereverTheStreamBreaks(t *testing.T) {
	long := string(bytes.Repeat([]byte("x"), Most))
	tests := []struct {
		name   string
		format Format
		in     []string
		want   []string
	}{
		{"a line", Lines, []string{"]E04006381333931\r\n"}, []string{"]E04006381333931"}},
		{"two scans in one read", Lines, []string{"A1\rB2\r"}, []string{"A1", "B2"}},
		{"broken anywhere", Lines, []string{"", "A", "1\r", "\n", "B", "", "2", "\r\n"}, []string{"A1", "B2"}},
		{"line feed only", Lines, []string{"A1\nB2\n"}, []string{"A1", "B2"}},
		{"no end yet", Lines, []string{"A1"}, nil},
		{"group separators stay", Lines, []string{"]C1010952000000001110AB\x1d2112\r"}, []string{"]C1010952000000001110AB\x1d2112"}},
		{"as long as it may be", Lines, []string{long + "\r"}, []string{long}},
		{"too long is dropped whole, the next is not", Lines, []string{long, "y\rB2\r"}, []string{"B2"}},
		{"between STX and ETX", Enclosed, []string{"noise\x02A\r\n1\x03noise\x02B2\x03"}, []string{"A\r\n1", "B2"}},
		{"the beginning of another scan", Enclosed, []string{"\x02A1", "\x02B2\x03"}, []string{"B2"}},
		{"an end without a beginning", Enclosed, []string{"A1\x03\x02B2\x03"}, []string{"B2"}},
		{"too long between STX and ETX", Enclosed, []string{"\x02", long, "yy", "\x03\x02B2\x03"}, []string{"B2"}},
		{"marks of several bytes", Format{Prefix: []byte("<<"), Suffix: []byte(">>")}, []string{"<", "<<A>1>", "><<B2>>"}, []string{"<A>1", "B2"}},
		{"a prefix that the scan holds, too", Format{Prefix: []byte("@"), Suffix: []byte("#")}, []string{"x@a@b#"}, []string{"a@b"}},
		{"a prefix, and lines", Format{Prefix: []byte("@")}, []string{"x@A1\r\ny@B2\r\n"}, []string{"A1", "B2"}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, _ := cut(tc.format, tc.in...)
			require.Equal(t, tc.want, got)
		})
	}
	_, c := cut(Lines, long, "y\rB2\r")
	require.Equal(t, 1, c.TooLong)
}

func TestSilenceEndsAScanOnlyWhereItIsSaidTo(t *testing.T) {
	var got []string
	emit := func(s []byte) { got = append(got, string(s)) }
	c := Cutter{Format: Format{Quiet: 50 * time.Millisecond}}
	c.Push([]byte("A1"), emit)
	require.True(t, c.Holds())
	c.Idle(emit)
	c.Idle(emit)
	require.Equal(t, []string{"A1"}, got)

	c = Cutter{Format: Lines}
	c.Push([]byte("A1"), emit)
	c.Idle(emit)
	c.Push([]byte("B\r"), emit)
	require.Equal(t, []string{"A1", "A1B"}, got, "a slow line is no end")
}

func TestFormatsAreReadFromAnAddress(t *testing.T) {
	q, _ := url.ParseQuery("frame=stx&baud=9600")
	f, err := Parse(q)
	require.NoError(t, err)
	require.Equal(t, Enclosed, f)
	require.Equal(t, "baud=9600", q.Encode(), "what it does not know is left")

	q, _ = url.ParseQuery("prefix=40&suffix=0d0a&quiet=80")
	f, err = Parse(q)
	require.NoError(t, err)
	require.Equal(t, Format{Prefix: []byte("@"), Suffix: []byte("\r\n"), Quiet: 80 * time.Millisecond}, f)

	for _, bad := range []string{"frame=x", "prefix=4", "prefix=zz", "suffix=", "suffix=000102030405060708", "quiet=1", "quiet=soon", "prefix=40&suffix=40"} {
		q, _ := url.ParseQuery(bad)
		_, err := Parse(q)
		require.Error(t, err, bad)
	}
}

// However a stream is broken, the scans are the same.
func TestBreaksChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]Format{Lines, Enclosed, {Prefix: []byte("ab"), Suffix: []byte("ba")}, {Suffix: []byte("aab")}}).Draw(t, "format")
		alphabet := rapid.SampledFrom([]byte("ab\r\n\x02\x03\x1d"))
		stream := rapid.SliceOfN(alphabet, 0, 60).Draw(t, "stream")
		whole, _ := cut(f, string(stream))
		var chunks []string
		for rest := stream; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			chunks = append(chunks, string(rest[:n]))
			rest = rest[n:]
		}
		broken, _ := cut(f, chunks...)
		require.Equal(t, whole, broken)
	})
}

func FuzzCutter(f *testing.F) {
	f.Add([]byte("\x02A1\x03B2\r\n"), uint8(0))
	f.Add([]byte("]C10109520000000011\x1d\r"), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, which uint8) {
		formats := []Format{Lines, Enclosed, {Prefix: []byte("A"), Suffix: []byte("AA")}, {Quiet: 1}}
		c := Cutter{Format: formats[int(which)%len(formats)]}
		total := 0
		emit := func(s []byte) {
			if len(s) == 0 || len(s) > Most {
				t.Fatalf("a scan of %d bytes", len(s))
			}
			if !bytes.Contains(stream, s) {
				t.Fatalf("%q is not in the stream", s)
			}
			total += len(s)
		}
		c.Push(stream, emit)
		c.Idle(emit)
		if total > len(stream) || len(c.held) > Most+16 {
			t.Fatal("more than there was")
		}
	})
}
