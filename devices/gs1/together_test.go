package gs1

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatStandsTogether(t *testing.T) {
	item := "(01)09521234543213"
	for _, c := range []struct{ text, why string }{
		{item, ""},
		{item + "(10)LOT7(21)S9", ""},
		{item + "(21)S9(250)X", ""},
		{item + "(3103)000195", ""},
		{"(00)095200010000000010(3303)000195", ""},
		{"(00)095200010000000010(02)09521234543213(37)6(10)LOT7", ""},
		{"(02)09521234543213(37)6", "(37) COUNT: it stands only beside (00)"},
		{"(10)LOT7", "(10) BATCH/LOT: it stands only beside (01) or (02) or (03) or (8006) or (8026)"},
		{"(02)09521234543213", "it stands only beside (37)"},
		{item + "(250)X", "(250) SECONDARY SERIAL: it stands only beside (21)"},
		{item + "(37)6", "(37)"},
		{item + "(21)S9(235)T", "(235)"},
		{item + "(3103)000195(3102)001950", "(3103) NET WEIGHT (kg): it may not stand beside (3102)"},
		{item + "(8041)490154203237518(21)S9", "(8041)"},
	} {
		code, err := Parse(c.text)
		require.NoError(t, err, c.text)
		err = code.Together()
		if c.why == "" {
			require.NoError(t, err, c.text)
			continue
		}
		require.ErrorContains(t, err, c.why, c.text)
	}
}

// Every rule of the table names AIs there are, so that none can never be met.
func TestEveryRuleNamesAIs(t *testing.T) {
	for i := range table {
		for _, rules := range [][]string{table[i].req, table[i].ex} {
			for _, rule := range rules {
				for ai := range strings.FieldsFuncSeq(rule, func(r rune) bool { return r == ',' || r == '+' }) {
					e := lookup(strings.ReplaceAll(ai, "n", "0"))
					require.NotNil(t, e, "%s of %s", ai, table[i].title)
					require.Len(t, ai, e.digits)
				}
			}
		}
	}
}
