package zpl_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl"
	"picket/zpl/preview"
)

// carriers is a label in the manner of the big carriers'.
const carriers = "\xef\xbb\xbf^XA^FWN^PW812^LL1218^MMT^PR4,4^MNY^MD10^LH0,0^CI28^CF0,30^FO40,40^A0N,40,40^FDEXPRESS^FS\r\n" +
	"^FO40,90^GB700,3,3^FS^FO40,120^BY3,3,200^BCN,200,Y,N,N,A^FD1Z999AA10123456784^FS^FO40,400^B7N,4,5^FH\\^FD[)>\\1E01^FS" +
	"^FO500,400^BXN,6,200^FDABC^FS^FO600,600^GFA,8,8,1,FF818181818181FF^FS^PQ1,0,1,Y^XZ\r\n"

func TestFilterMendsAnOrdinaryLabel(t *testing.T) {
	in := []byte(carriers)
	out, said, err := zpl.Filter(in, zpl.Mend)
	require.NoError(t, err)
	require.Equal(t, []string{"^MMT", "^PR4,4", "^MNY", "^MD10"}, said)
	require.True(t, strings.HasPrefix(string(out), "^XA^MUD^LH0,0^FWN^PON^LRN^FWN^PW812"))
	require.Contains(t, string(out), "^FO40,120^BY3,3,200^BCN,200,Y,N,N,A^FD1Z999AA10123456784^FS")
	require.Contains(t, string(out), "^GFA,8,8,1,FF818181818181FF^FS^XZ")
	again, said, err := zpl.Filter(out, zpl.Strict)
	require.NoError(t, err, "what was mended is strict")
	require.Empty(t, said)
	require.Equal(t, strings.ReplaceAll(string(out), "^XA", "^XA^MUD^LH0,0^FWN^PON^LRN"), string(again))

	_, _, err = zpl.Filter(in, zpl.Strict)
	require.EqualError(t, err, "label from outside: byte 21: ^MM is not allowed in a label from outside")
	same, said, err := zpl.Filter([]byte("~JA"), zpl.AsIs)
	require.NoError(t, err)
	require.Empty(t, said)
	require.Equal(t, "~JA", string(same))
	for _, s := range []string{"", "mend", "strict", "as-is"} {
		_, err := zpl.ReadPolicy(s)
		require.NoError(t, err)
	}
	_, err = zpl.ReadPolicy("off")
	require.EqualError(t, err, `"off": want mend, strict or as-is`)
}

func TestFilterRefuses(t *testing.T) {
	in := func(s string) string { return "^XA^FO1,1" + s + "^FDx^FS^XZ" }
	for stream, why := range map[string]string{
		"":                                  "no ^XA",
		"hello":                             "is no command",
		"^FO1,1^FDx^FS":                     "^FO outside of a label",
		"^XA^FDx^FS":                        "ends before ^XZ",
		"^XA^XA^XZ^XZ":                      "^XA within a label",
		"^XA hello^XZ":                      "is no command",
		"^XA^XZ^XZ":                         "^XZ outside of a label",
		"^XA^XZ! U1 setvar \"a\" \"b\"\r\n": "is no command",
		strings.Repeat("^XA^XZ", 5):         "more than 4 labels",
		in("~JA"):                           "~JA",
		in("~HS"):                           "~HS",
		"~DGR:LOGO.GRF,8,1,FF^XA^XZ":        "~DG outside of a label",
		in("~DGR:LOGO.GRF,8,1,FF"):          "~DG",
		in("~DYE:X.TTF,B,T,4,0,abcd"):       "~DY",
		in("^DFR:SHAPE.ZPL"):                "^DF",
		in("^XFR:SHAPE.ZPL"):                "^XF",
		in("^ISR:A.GRF,Y"):                  "^IS",
		in("^IDR:*.*"):                      "^ID",
		in("^EG"):                           "^EG",
		in("^JUS"):                          "^JU",
		in("^juS"):                          "^JU",
		in("^JUF"):                          "^JU",
		in("^CC!"):                          "^CC",
		in("^CD;"):                          "^CD",
		in("^CT+"):                          "^CT",
		in("~CC!"):                          "~CC",
		in("^HH"):                           "^HH",
		in("^HZA"):                          "^HZ",
		in("^KPxxxx"):                       "^KP",
		in("^NSa"):                          "^NS",
		in("^SX*"):                          "^SX",
		in("^WDE:"):                         "^WD",
		in("^CWT,E:A.TTF"):                  "^CW",
		in("^GFB,4,4,1,^XZ~"):               "^GF with data",
		in("^GFC,4,4,1,abcd"):               "^GF with data",
		in("^XGR:*.GRF,1,1"):                "stored picture",
		in("\x1eXZ"):                        "control character 0x1E",
		in("\x10JA"):                        "control character 0x10",
		in("\x1b@"):                         "control character 0x1B",
		in("\x02"):                          "control character 0x02",
		"^XA" + strings.Repeat("x", 1<<20):  "at most",
	} {
		for _, p := range []zpl.Policy{zpl.Mend, zpl.Strict} {
			out, _, err := zpl.Filter([]byte(stream), p)
			require.ErrorContains(t, err, why, shown(stream))
			require.Nil(t, out)
		}
	}
	out, said, err := zpl.Filter([]byte("^JMA~SD15^XA^PQ50^LT20^FO1,1^A0,20^FDx^FS^PMY^PQ1^XZ"), zpl.Mend)
	require.NoError(t, err)
	require.Equal(t, []string{"^JMA", "~SD15", "^PQ50", "^LT20", "^PMY"}, said, "copies and settings are not a carrier's to say")
	require.Equal(t, "^XA^MUD^LH0,0^FWN^PON^LRN^FO1,1^A0,20^FDx^FS^XZ\n", string(out))
}

func shown(s string) string { return s[:min(len(s), 60)] }

// FuzzFilter: whatever comes in, what goes out is complete labels of drawing commands as every reader takes them
// apart, and filtering it once more finds nothing left to say.
func FuzzFilter(f *testing.F) {
	f.Add([]byte(carriers))
	f.Add([]byte("^XA^FO1,1^FD^^XZ~JA^FS^XZ"))
	f.Add([]byte("^xa^a0n,3^fdx^gfa,1,1,1,FF^fs^xz"))
	f.Add([]byte("^XA^A@N,1,1,E:A.TTF^FD\\&^FS^GF^XZ~SD1\r\n^XA^XZ"))
	f.Add([]byte("^XA^GFA,3,3,1,^XZ^XA^FX~^XZ"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, p := range []zpl.Policy{zpl.Mend, zpl.Strict} {
			out, said, err := zpl.Filter(in, p)
			if err != nil {
				require.Nil(t, out)
				continue
			}
			if p == zpl.Strict {
				require.Empty(t, said)
			}
			require.NotContains(t, string(out), "~", "no control command")
			require.LessOrEqual(t, bytes.Count(out, []byte("^XA")), 4)
			depth := 0
			for _, tok := range zpl.Tokens(out) {
				switch tok.Command() {
				case "^XA":
					depth++
				case "^XZ":
					depth--
				case "":
					require.Empty(t, strings.TrimSpace(string(tok.Data)))
				default:
					require.Equal(t, 1, depth)
				}
				require.True(t, depth == 0 || depth == 1)
			}
			_, said, err = zpl.Filter(out, zpl.Strict)
			require.NoError(t, err)
			require.Empty(t, said)
			preview.Read(out, preview.Options{})
		}
	})
}
