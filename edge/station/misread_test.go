package station_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/station"
)

// What is told of a scanner that is set up wrong.
func TestMisread(t *testing.T) {
	for code, want := range map[string]string{
		"(%@!@#$%$#@!#":          "another keyboard", // 9521234543213 by a French scanner on a keyboard of the United States
		"(-éé":                   "another keyboard",
		"ç(é&é\"'('\"é&\"":       "another keyboard",
		")%\"!\"§$%$§\"!§":       "another keyboard",
		"~9521234543213":         "“~” stands before a code that is known",
		"AB]E09521234543213":     "“AB” stands before",
		"9521234543213#":         "“#” stands behind a code that is known",
		"9521234543213\x02":      "characters that no barcode of goods has",
		strings.Repeat("9", 300): "longer than any code",
		"]e09521234543213":       "Caps Lock is on at this scanner",
		"]c10109521234543213":    "Caps Lock is on",
		"]D2010952123454321310a": "Caps Lock is on",
		"]a0tote-17":             "Caps Lock is on",
		"]e00109521234543206":    "", // a DataBar of an item nobody knows
		"":                       "characters that no barcode",
		"9521234543206":          "", // an item nobody knows
		"9521234543214":          "", // a wrong check digit
		"BIN-Z-9":                "",
		"------":                 "",
		"https://x.example/a/b":  "",
		"]C10109521234543214":    "",
		"XXXXXXX9521234543213":   "",
		"]Q1just a text, really": "",
	} {
		got := station.Misread(goods, code)
		if want == "" {
			require.Empty(t, got, "%q", code)
			continue
		}
		require.Contains(t, got, want, "%q", code)
	}
}

// A code whose letters' case is swapped is taken for nothing: the lot behind it would be another.
func TestASwappedCodeIsNothing(t *testing.T) {
	require.NotEmpty(t, station.Read(goods, "]d20109521234543213").SKU)
	require.Equal(t, station.Meaning{}, station.Read(goods, "]D20109521234543213"))
	require.Equal(t, station.Meaning{}, station.Read(goods, "]e09521234543213"))
	require.NotEmpty(t, station.Read(goods, "]e00109521234543213").SKU)
}
