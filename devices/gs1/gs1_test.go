package gs1

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// values shows a code as "(01)09521234543213(10)A".
func values(c Code) string {
	var b strings.Builder
	for _, e := range c.Elements {
		fmt.Fprintf(&b, "(%s)%s", e.AI, e.Value)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		in    string
		kind  Kind
		want  string // elements, or the GTIN
		guess bool
	}{
		{"]E09521234543213", Item, "09521234543213", false},
		{"]E00012345678905", Item, "00012345678905", false}, // UPC-A as 13 digits
		{"]E00123456789012", Item, "00123456789012", false},
		{"]E3952123454321312", Item, "09521234543213", false},
		{"]E495200002", Item, "00000095200002", false},
		{"]I119521234543210", Item, "19521234543210", false},
		{"9521234543213", Item, "09521234543213", true},
		{"9521234543214", Plain, "", false},
		{"BIN-A-07-3-2", Plain, "", false},
		{"", Plain, "", false},
		{"]C10109521234543213", Elements, "(01)09521234543213", false},
		{"]d2010952123454321310ABC\x1d17261231", Elements, "(01)09521234543213(10)ABC(17)261231", false},
		{"]d201095212345432131726123110ABC\x1d21XYZ", Elements, "(01)09521234543213(17)261231(10)ABC(21)XYZ", false},
		{"]C1010952123454321310ABC\x1d", Elements, "(01)09521234543213(10)ABC", false},
		{"]C10109521234543213\x1d10ABC", Elements, "(01)09521234543213(10)ABC", false},
		{"]C100095200000000000011", Elements, "(00)095200000000000011", false},
		{"]e00109521234543213310300019539219990", Elements, "(01)09521234543213(3103)000195(3921)9990", false},
		{"]Q3010952123454321342104090210", Elements, "(01)09521234543213(421)04090210", false},
		{"010952123454321310ABC\x1d21X", Elements, "(01)09521234543213(10)ABC(21)X", true},
		{"010952123454321310ABC", Elements, "(01)09521234543213(10)ABC", true},
		{"010952123454321410ABC", Plain, "", false}, // looks like it, but is not right
		{"]C0010952123454321310ABC", Plain, "", false},
		{"]A09521234543213", Item, "09521234543213", true},
		{"]Q19521234543213", Plain, "", false},
		{"(01)09521234543213(10)A\\(1\\()X", Elements, "(01)09521234543213(10)A(1()X", true},
		{"(4)x", Plain, "", false},
		{"]E39521234543213" + "12345", Item, "09521234543213", false}, // an add-on of five
		{"]E09521234543213|]e010ABC", Item, "09521234543213", false},  // a composite component
		{"]E495200002]e01726123110A", Item, "00000095200002", false},
		{"^010952123454321310ABC^21X", Elements, "(01)09521234543213(10)ABC(21)X", true},
		{"https://id.example.com/01/09521234543213", Elements, "(01)09521234543213", false},
		{"]Q1https://example.com/some/path/01/09521234543213/10/AB%2F1?17=261231&linkType=all&3103=000195#x", Elements,
			"(01)09521234543213(10)AB/1(17)261231(3103)000195", false},
		{"HTTPS://EXAMPLE.COM/01/09521234543213/22/A/10/B/21/C", Elements, "(01)09521234543213(22)A(10)B(21)C", false},
		{"https://example.com:8080/01/09521234543213/10/A+B?98=x%2By&noValue&&17=261231&", Elements,
			"(01)09521234543213(10)A+B(98)x+y(17)261231", false}, // + is itself in a path
		{"https://[2001:db8::1]/00/faux/00/095200000000000011?#01/2", Elements, "(00)095200000000000011", false}, // the last key counts
		{"https://example.com/01/09521234543213/10/50%", Elements, "(01)09521234543213(10)50%", false},
		{"https://example.com/01/09521234543213/235/X?10=A", Elements, "(01)09521234543213(235)X(10)A", false},
		{"https://example.com/01/09521234543213/22/A/10/B/21/C/", Plain, "", false}, // no pair
		{"HtTpS://example.com/01/09521234543213", Plain, "", false},
		{"https://ex_ample/01/09521234543213", Plain, "", false},
		{"https://example.com/gtin/09521234543213", Plain, "", false},
		{"https:///01/09521234543213", Plain, "", false},
		{"https://example.com/00/095200000000000011", Elements, "(00)095200000000000011", false},
		{"https://example.com/shop/12/34", Plain, "", false},
		{"https://example.com", Plain, "", false},
	} {
		got, err := Parse(c.in)
		require.NoError(t, err, "%q", c.in)
		assert.Equal(t, c.kind, got.Kind, "%q", c.in)
		assert.Equal(t, c.guess, got.Guessed, "%q", c.in)
		if g, found := got.GTIN(); got.Kind == Item {
			require.True(t, found)
			assert.Equal(t, c.want, g.String(), "%q", c.in)
		} else {
			assert.Equal(t, c.want, values(got), "%q", c.in)
		}
	}
}

// What a lenient reader takes and one that goes by the letter does not.
func TestALenientReader(t *testing.T) {
	for in, want := range map[string]string{
		"]E0012345678905":         "00012345678905", // UPC-A as 12 digits
		"]E004252614":             "00042100005264", // UPC-E not expanded
		"]E095200002":             "00000095200002", // an EAN-8 that came as ]E0
		"]E395212345432131":       "09521234543213", // an add-on that was cut
		"]C1\x1d0109521234543213": "(01)09521234543213",
		"https://example.com/01/9521234543213/10/B/":             "(01)09521234543213(10)B",
		"https://example.com/01/95200002?10=A;17=261231":         "(01)00000095200002(10)A(17)261231",
		"hTtps://example.com/gtin/09521234543213/lot/B/ser/7":    "(01)09521234543213(10)B(21)7",
		"https://example.com/sscc/095200000000000011":            "(00)095200000000000011",
		"]d201095212345432131726133110LOT":                       "(01)09521234543213 (17) USE BY or EXPIRY",
		"]d2010952123454321310LOT\x1d21A~B":                      "(01)09521234543213(10)LOT (21) SERIAL",
		"https://example.com/01/09521234543213?17=261331&37=1":   "(01)09521234543213 (17)",
		"]C10009520000000000001199999" + strings.Repeat("9", 99): "(00)095200000000000011 (99)",
	} {
		var c Code
		_, err := Parse(in)
		plain, _ := Parse(in)
		require.True(t, err != nil || plain.Kind == Plain, "%q: by the letter it is none", in)
		require.NoError(t, Reader{Lenient: true}.Read(in, &c), "%q", in)
		got := values(c)
		if g, found := c.GTIN(); c.Kind == Item && found {
			got = g.String()
		}
		whole, fault, cut := strings.Cut(want, " ")
		assert.Equal(t, whole, got, "%q", in)
		if cut {
			assert.ErrorContains(t, c.Fault, fault, "%q", in)
		} else {
			assert.NoError(t, c.Fault, "%q", in)
		}
	}
	for _, in := range []string{"]E09521234543214", "]E4123", "]C10109521234543214", "]d210A~", "]E0952123454321", "https://x.example/gtin/9521234543214",
		"https://x.example/01/09521234543214", "]E4952000020", "]E012345678901231"} {
		var c Code
		assert.Error(t, Reader{Lenient: true}.Read(in, &c), "%q", in)
	}
}

func TestErrorsSayWhatAndWhere(t *testing.T) {
	for in, want := range map[string]string{
		"]C1":                                 "character 4: nothing stands behind the FNC1",
		"]C10109521234543214":                 "character 19: (01) GTIN: the check digit is wrong",
		"]C101095212345432":                   "(01) GTIN: too short: 12 characters, and at least 14 are needed",
		"]C1010952123454321\x1d3":             "(01) GTIN: too short: 13 characters",
		"]C10109521234543213171332":           "(17) USE BY or EXPIRY: too short",
		"]C1010952123454321317261332":         "character 24: (17) USE BY or EXPIRY: the month is not 01 to 12",
		"]C1010952123454321317260230":         "character 26: (17) USE BY or EXPIRY: there is no such day",
		"]C10195":                             "too short",
		"]C104":                               `"04" is no application identifier`,
		"]C13999123":                          `"3999" is no application identifier`,
		"]C110":                               "(10) BATCH/LOT: too short: 0 characters, and at least 1",
		"]C110A C":                            "character 7: (10) BATCH/LOT: the character is not in GS1 character set 82",
		"]C110ABCDEFGHIJKLMNOPQRSTU":          "(10) BATCH/LOT: too long: 21 characters, and at most 20",
		"]C110A\x1d10B":                       "character 8: (10) BATCH/LOT: it stands there twice with different values",
		"]C1421999ABC":                        "(421) SHIP TO POST: not an ISO 3166-1 country number",
		"]C139100009":                         "(3910) AMOUNT: not an ISO 4217 currency number",
		"]C180060952123454321300011":          "piece n of total",
		"]C18013X":                            "(8013) GMN",
		"]E09521234543214":                    "its check digit is 4 and should be 3",
		"]E4123":                              "too short: 8 digits",
		"(01)0952123454321":                   "too short",
		"(01)09521234543213(10":               "in brackets",
		"https://x.example/01/09521234543214": "(01) GTIN: the check digit is wrong",
		"https://x.example/01/09521234543213/21/A/10/B":           "(10) BATCH/LOT: it may not stand here",
		"https://x.example/01/09521234543213?10=A":                "(10) BATCH/LOT: it belongs in the path",
		"https://x.example/01/09521234543213/235/T?22=A":          "(22) CPV: it may not stand in a query",
		"https://x.example/01/9521234543213":                      "(01) GTIN: too short",
		"https://x.example/01/09521234543213/10/":                 "(10) BATCH/LOT: too short",
		"https://x.example/01/09521234543213/10/A<B":              "character 41: the character may not stand in a web address",
		"https://x.example/01/09521234543213/10/A%00B":            "(10) BATCH/LOT: the character is not in GS1 character set 82",
		"https://x.example/01/09521234543213?99=A+B":              "(99) INTERNAL: the character is not in GS1 character set 82",
		"https://x.example/01/09521234543213?99=A&99=A":           "(99) INTERNAL: it stands there twice",
		"https://x.example/01/09521234543213?01=09521234543213":   "(01) GTIN: it stands there twice",
		"https://x.example/01/09521234543213/22/A/10/B/21/C/22/D": "it may not stand here",
		"]C1\x1d0109521234543213":                                 "is no application identifier",
		"]C10109521234543213\x1d\x1d10A":                          "is no application identifier",
		"]E0012345678905":                                         "too short: 13 digits",
		"]E012345678901231":                                       "character 17: too long: it has 13 digits",
		"]E49521234543213":                                        "character 12: too long: it has 8 digits",
		"]E39521234543213123":                                     "character 17: it has 13 digits and an add-on of 2 or 5",
		"]E09521234543213|]e0":                                    "nothing stands behind the FNC1",
		"]E09521234543213|]e017261331":                            "(17) USE BY or EXPIRY: the month",
		"]E09521234543213|01":                                     "too long",
		"^01095212345432131":                                      `"1" is no application identifier`,
		"https://x.example/01/09521234543213?21=A":                "(21) SERIAL: it may not stand in a query",
		"https://x.example/01/09521234543213?9999=1":              "no application identifier",
	} {
		c, err := Parse(in)
		var ge *Error
		if !assert.ErrorAs(t, err, &ge, "%q", in) {
			continue
		}
		assert.ErrorContains(t, err, want, "%q", in)
		assert.Equal(t, Plain, c.Kind)
		assert.Empty(t, c.Elements)
		assert.LessOrEqual(t, ge.Pos, len(in))
	}
}

func TestIdentifiers(t *testing.T) {
	a, err := ParseGTIN("12345670")
	require.NoError(t, err)
	b, err := ParseGTIN("00000012345670")
	require.NoError(t, err)
	assert.Equal(t, a, b, "GTIN-8 and GTIN-14 of one item are equal")
	assert.Equal(t, "12345670", a.Short())
	u, _ := ParseGTIN("042100005264")
	assert.Equal(t, "042100005264", u.Short())

	// GS1 General Specifications §7.9: the example of an SSCC is 3 7610425 002123456 9.
	s, err := BuildSSCC(3, "7610425", 2123456)
	require.NoError(t, err)
	assert.Equal(t, "376104250021234569", s.String())
	g, err := BuildGTIN("629104150021")
	require.NoError(t, err)
	assert.Equal(t, "6291041500213", g.Short())

	for _, bad := range []string{"", "1", "123456789", "1234567a", "12345671", "00000000000000"} {
		_, err := ParseGTIN(bad)
		assert.ErrorContains(t, err, fmt.Sprintf("GTIN %q", bad))
	}
	_, err = BuildSSCC(0, "9520000", 1_000_000_000)
	assert.ErrorContains(t, err, "leaves it 9 digits")
	_, err = BuildSSCC(10, "9520000", 1)
	assert.ErrorContains(t, err, "extension digit")
	_, err = BuildSSCC(0, "95x0000", 1)
	assert.ErrorContains(t, err, "only digits")
	_, err = DemoGTIN(1_000_000_000)
	assert.Error(t, err)
}

func TestUPCE(t *testing.T) {
	// The expansion table of §5.2.2.4, one of each kind of last digit.
	for e, a := range map[string]string{
		"04252614": "042100005264", "01234505": "012000003455", "01234523": "012200003453", "01234531": "012300000451",
		"01234543": "012340000053", "01234558": "012345000058", "01234596": "012345000096",
		"425261": "042100005264", "0425261": "042100005264",
	} {
		g, err := ParseUPCE(e)
		require.NoError(t, err, e)
		assert.Equal(t, a, g.String()[2:], e)
	}
	_, err := ParseUPCE("04252615")
	assert.ErrorContains(t, err, "check digit")
	_, err = ParseUPCE("24252614")
	assert.ErrorContains(t, err, "number system")
}

type bins struct{}

func (bins) Match(s string) (string, string, bool) {
	id, found := strings.CutPrefix(s, "95")
	return "bin", id, found
}

func TestHouseCodesComeBeforeGuessesAndAfterWhatGS1Says(t *testing.T) {
	var c Code
	require.NoError(t, Reader{House: bins{}}.Read("9521234543213", &c))
	assert.Equal(t, House, c.Kind)
	assert.Equal(t, "21234543213", c.ID)
	require.NoError(t, Reader{House: bins{}}.Read("]E09521234543213", &c))
	assert.Equal(t, Item, c.Kind)
	assert.Empty(t, c.ID)
}

func TestTheTableIsWhatTheDictionarySays(t *testing.T) {
	b, err := os.ReadFile("gen/gs1-syntax-dictionary.txt")
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(b)) {
		if line[0] == '#' || strings.TrimSpace(line) == "" {
			continue
		}
		ais := strings.Fields(line)[0]
		lo, hi, ranged := strings.Cut(ais, "-")
		e := lookup(lo)
		require.NotNil(t, e, lo)
		assert.Equal(t, len(lo), e.digits, lo)
		_, title, _ := strings.Cut(line, "#")
		assert.Equal(t, strings.TrimSpace(title), e.title)
		assert.Equal(t, strings.Contains(strings.Fields(line)[1], "*"), e.predefined, lo)
		if ranged {
			assert.Same(t, e, lookup(hi))
		}
		n++
	}
	assert.Equal(t, len(table), n)
	for _, no := range []string{"04", "14", "18", "19", "31", "3106", "3944", "235x", "9", "", "x1", "8114", "718"} {
		if e := lookup(no); no != "235x" {
			assert.Nil(t, e, no)
		}
	}
}

func TestChecks(t *testing.T) {
	deal := "0952123" + "456789" + "11" + "15" + "0111" // a coupon without optional fields
	for _, c := range []struct {
		name string
		f    check
		good []string
		bad  []string
	}{
		{"csumalpha", checkCsumalpha, []string{"1987654Ad4X4bL5ttr2310c2K"}, []string{"1987654Ad4X4bL5ttr2310c2J", "12"}},
		{"iban", checkIban, []string{"GB82WEST12345698765432", "DE89370400440532013000"}, []string{"GB83WEST12345698765432", "XX82", "XX82W", "GB82wEST12345698765432"}},
		{"yymmdd", checkYymmdd, []string{"000229", "240229", "261231"}, []string{"230229", "261301", "260100", "260431"}},
		{"yymmd0", checkYymmd0, []string{"260200"}, []string{"260230"}},
		{"yyyymmdd", checkYyyymmdd, []string{"19000228", "20000229"}, []string{"19000229", "20001301"}},
		{"hhmi", checkHhmi, []string{"0000", "2359"}, []string{"2400", "2360"}},
		{"iso3166", checkIso3166, []string{"004", "276", "840", "894"}, []string{"000", "999", "040x", "277"}},
		{"iso3166999", checkIso3166999, []string{"999", "276"}, []string{"998"}},
		{"alpha2", checkIso3166alpha2, []string{"AD", "DE", "ZW"}, []string{"XX", "de", "DA"}},
		{"iso4217", checkIso4217, []string{"008", "978", "999"}, []string{"000", "280"}},
		{"pcenc", checkPcenc, []string{"abc", "a%20b", "%C3%A9"}, []string{"%", "%4", "%zz"}},
		{"posinseq", checkPosinseqslash, []string{"1/3", "3/3"}, []string{"0/3", "4/3", "1-3", "1/"}},
		{"pieces", checkPieceoftotal, []string{"0101", "0299"}, []string{"0001", "0100", "0302"}},
		{"latitude", checkLatitude, []string{"1800000000"}, []string{"1800000001"}},
		{"media", checkMediatype, []string{"01", "10", "80"}, []string{"00", "11", "79"}},
		{"gcppos2", checkGcppos2, []string{"01234"}, []string{"0123A", "0123"}},
		{"nozeroprefix", checkNozeroprefix, []string{"1", "10"}, []string{"0", "01"}},
		{"packagetype", checkPackagetype, []string{"1A", "8", "BX", "X12"}, []string{"A", "1", "A 1", "LH", "BX ", "BXX"}},
		{"couponcode", checkCouponcode, []string{
			deal, "2" + "95212345" + "123456" + "3" + "075" + "2" + "10" + "0" + "111",
			deal + "1" + "0" + "15" + "9" + "222" + "9" + "2" + "13" + "4" + "333" + "1" + "9521234",
			deal + "3" + "261231" + "4" + "261201" + "5" + "0" + "123456" + "6" + "1" + "9521234" + "9" + "0101",
		}, []string{
			"", "0", "7", "A", "0952123" + "45678", "0952123" + "456789" + "0", "0952123" + "456789" + "6" + "123456",
			"095212345678911155111", "09521234567891115011",
			deal + "3" + "261301", deal + "3" + "261201" + "4" + "261202",
			deal + "7", deal + "4" + "261201" + "3" + "261231",
			deal + "9" + "3001", deal + "6" + "0" + "123456",
		}},
		{"couponposoffer", checkCouponposoffer, []string{"0" + "0" + "952123" + "456789" + "0" + "123456", "1" + "6" + "952123456789" + "456789" + "9" + "123456789012345"},
			[]string{"", "2", "0", "07", "00952123", "0" + "0" + "952123" + "456789" + "0" + "12345", "0" + "0" + "952123" + "456789" + "0" + "1234567", "0X"}},
	} {
		for _, s := range c.good {
			_, why := c.f(s)
			assert.Empty(t, why, "%s %q", c.name, s)
		}
		for _, s := range c.bad {
			_, why := c.f(s)
			assert.NotEmpty(t, why, "%s %q", c.name, s)
		}
	}
}

// An element string of any AIs, in any order, reads back as what was written.
func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, err := DemoGTIN(rapid.IntRange(0, 999_999_999).Draw(t, "item"))
		require.NoError(t, err)
		lot := rapid.StringMatching(`[!-"%-?A-Z_a-z]{1,20}`).Draw(t, "lot")
		serial := rapid.StringMatching(`[0-9A-Za-z/]{1,20}`).Draw(t, "serial")
		parts := [][2]string{{"01", g.String()}, {"10", lot}, {"21", serial}, {"3103", "000195"}, {"17", "261200"}}
		var data, want strings.Builder
		data.WriteString("]d2")
		for i, p := range rapid.Permutation(parts).Draw(t, "order") {
			if i > 0 {
				data.WriteByte(gs)
			}
			data.WriteString(p[0] + p[1])
			want.WriteString("(" + p[0] + ")" + p[1])
		}
		c, err := Parse(data.String())
		require.NoError(t, err)
		assert.Equal(t, want.String(), values(c))
		back, found := c.GTIN()
		assert.True(t, found)
		assert.Equal(t, g, back)
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"]C1010952123454321310ABC\x1d21X", "9521234543213", "(01)09521234543213(10)A\\(", "]d2800301",
		"https://x.example/01/09521234543213/10/A?17=261231", "]e0", "http://", "https://x?", "]E3", "\x1d", "]I1", "]C18006", "]C1253"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			var ge *Error
			if !errors.As(err, &ge) || ge.Pos < 0 || ge.Pos > len(s) || ge.Why == "" {
				t.Fatalf("%q: %#v", s, err)
			}
			return
		}
		for _, e := range c.Elements {
			if _, why := e.e.valid(e.Value); why != "" {
				t.Fatalf("%q: (%s)%q was let through: %s", s, e.AI, e.Value, why)
			}
		}
		if c.Kind == Item {
			if g, found := c.GTIN(); !found || g == 0 {
				t.Fatalf("%q: an item without a GTIN", s)
			}
		}
		if c.AIM+c.Text != s {
			t.Fatalf("%q: bytes were lost", s)
		}
	})
}

func TestReadingAllocatesNothing(t *testing.T) {
	var c Code
	for _, s := range []string{"]E09521234543213", "]d201095212345432131726123110ABC\x1d21XYZ", "BIN-A-07-3-2",
		"https://id.example.com/01/09521234543213?17=261231"} {
		n := testing.AllocsPerRun(100, func() { _ = Reader{}.Read(s, &c); _, _ = c.GTIN() })
		assert.Zero(t, n, s)
	}
}

func BenchmarkRead(b *testing.B) {
	for name, s := range map[string]string{"ean13": "]E09521234543213", "elements": "]d201095212345432131726123110ABC\x1d21XYZ",
		"link": "https://id.example.com/01/09521234543213/10/ABC?17=261231"} {
		b.Run(name, func(b *testing.B) {
			var c Code
			b.ReportAllocs()
			for b.Loop() {
				_ = Reader{}.Read(s, &c)
			}
		})
	}
}
