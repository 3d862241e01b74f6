package gs1

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// samples are values that keep and break each rule of the dictionary. "" is none: the rule follows from the others.
var samples = map[string]struct{ good, bad string }{
	"yymmd0": {"260200", "261300"}, "yymmdd": {"240229", "260200"}, "yyyymmdd": {"20240229", "20230229"},
	"hh": {"23", "24"}, "mi": {"59", "60"}, "ss": {"00", "60"}, "hhmi": {"2359", "2360"},
	"iso3166": {"276", "277"}, "iso3166999": {"999", "998"}, "iso3166alpha2": {"DE", "XX"}, "iso4217": {"978", "280"},
	"iso5218": {"9", "3"}, "winding": {"9", "2"}, "yesno": {"1", "2"}, "hyphen": {"-", "+"}, "zero": {"0", "1"},
	"importeridx": {"_", "+"}, "latitude": {"1800000000", "1800000001"}, "longitude": {"3600000000", "3600000001"},
	"mediatype": {"80", "11"}, "pieceoftotal": {"0203", "0302"}, "posinseqslash": {"2/3", "3/2"},
	"pcenc": {"a%20b", "a%2"}, "nozeroprefix": {"10", "01"}, "packagetype": {"PX", "LH"},
	"iban":       {"GB82WEST12345698765432", "GB83WEST12345698765432"},
	"csumalpha":  {"1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2J"},
	"couponcode": {"095212345678911150111", "095212345678901150111"}, "couponposoffer": {"009521234567890123456", "209521234567890123456"},
	"gcppos1": {"9521AB", "952A"},
}

// sample makes a value for a component; with broken it breaks that rule.
func sample(p *part, rules []string, broken string) string {
	for _, r := range rules {
		if s := samples[r]; r == broken && s.bad != "" {
			return s.bad
		} else if s.good != "" && !(r == "gcppos1" && p.set == 'N') {
			return s.good
		}
	}
	s := strings.Repeat("7", p.most)
	if len(rules) > 0 && rules[0] == "csum" {
		c, _ := CheckDigit(s[:p.most-1])
		s = s[:p.most-1] + string(c)
		if broken == "csum" {
			s = s[:p.most-1] + string('0'+(c-'0'+1)%10)
		}
	}
	if broken == "nonzero" {
		return strings.Repeat("0", p.most)
	}
	return s
}

// Every AI of the dictionary reads back, short and long, and is refused when it is too short, too long, has a character that is
// not of its set, or breaks any of its rules.
func TestEveryAI(t *testing.T) {
	src, err := os.ReadFile("gen/gs1-syntax-dictionary.txt")
	require.NoError(t, err)
	ais, broken := 0, 0
	for line := range strings.Lines(string(src)) {
		line, _, _ = strings.Cut(line, " #")
		f := strings.Fields(line)
		if len(f) < 2 || f[0][0] == '#' {
			continue
		}
		var rules [][]string // of each component, by name
		for _, c := range f[1:] {
			if strings.Contains("NXYZ[", c[:1]) {
				rules = append(rules, strings.Split(c, ",")[1:])
			}
		}
		lo, _, _ := strings.Cut(f[0], "-")
		e := lookup(lo)
		require.Len(t, rules, len(e.parts), lo)
		for n := e.from; n <= e.to; n++ {
			ais++
			broken += everyAI(t, fmt.Sprintf("%0*d", e.digits, n), e, rules)
		}
	}
	require.Equal(t, 541, ais)
	require.Equal(t, 142, broken, "rules that were broken once")
}

func everyAI(t *testing.T, ai string, e *entry, rules [][]string) (broken int) {
	build := func(at int, with string, parts int) string {
		v := ""
		for i := range parts {
			if i == at {
				v += with
			} else {
				v += sample(&e.parts[i], rules[i], "")
			}
		}
		return v
	}
	reads := func(v string) {
		for _, behind := range []string{"", "\x1d"} {
			c, err := Parse("]C1" + ai + v + behind)
			require.NoError(t, err, "(%s)%s", ai, v)
			require.Equal(t, "("+ai+")"+v, values(c))
			require.Equal(t, e.title, c.Elements[0].Title())
		}
		behind := "\x1d"
		if e.predefined {
			behind = ""
		}
		c, err := Parse("]d2" + ai + v + behind + "99A")
		if ai != "99" {
			require.NoError(t, err, "(%s)%s", ai, v)
			require.Equal(t, "("+ai+")"+v+"(99)A", values(c))
		}
	}
	refused := func(v, why string) {
		c, err := Parse("]d2" + ai + v)
		require.Error(t, err, "(%s)%s: %s: read as %s", ai, v, why, values(c))
	}
	for parts := len(e.parts); parts > 0 && (parts == len(e.parts) || e.parts[parts].optional); parts-- {
		reads(build(-1, "", parts))
	}
	for i := range e.parts {
		p := &e.parts[i]
		for _, r := range rules[i] {
			if samples[r].bad == "" && r != "csum" && r != "nonzero" || r == "gcppos1" && p.set == 'N' {
				continue // what only a register or another rule could break
			}
			if v := sample(p, rules[i], r); v != sample(p, rules[i], "") {
				refused(build(i, v, len(e.parts)), "it breaks "+r)
				broken++
			}
		}
		for _, c := range map[byte]string{'N': "A ", 'X': " #^~\x7f\xe9", 'Y': "a_*", 'Z': "+/."}[p.set] {
			v := sample(p, rules[i], "")
			refused(build(i, v[:len(v)-1]+string(c), i+1), "the character")
		}
	}
	full := build(-1, "", len(e.parts))
	if !e.predefined { // behind a predefined length the next AI begins
		refused(full+strings.Repeat("7", e.fixed()+1-len(full)), "too long")
	}
	refused("", "nothing")
	if n := e.least(); n > 1 {
		refused(full[:n-1], "too short")
	}
	return broken
}
