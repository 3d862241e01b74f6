package station_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/station"
)

// What is wrong with a code itself is said in words; a sound one nobody knows is not blamed.
func TestSpoilt(t *testing.T) {
	const check = "the check digit is wrong: the code is damaged or was typed wrongly"
	for code, want := range map[string]string{
		"9521234543214":                     check,
		"96385075":                          check,
		"036000291453":                      check,
		"09521234543214":                    check,
		"]E09521234543214":                  check,
		"]C10109521234543214":               check,
		"0109521234543214":                  check,
		"(01)09521234543214":                check,
		"010952123454321410LOT-7":           check,
		"9521234543206":                     "", // sound, and nobody knows it
		"9521234543213":                     "",
		"04252614":                          "", // a UPC-E
		"12345678901":                       "",
		"bin-a-01-1":                        "looks like BIN-A-01-1 in small letters; caps lock?",
		"bIN-a-01-1":                        "looks like BIN-A-01-1 in small letters; caps lock?",
		"BIN-Z-9":                           "",
		"web-1001":                          "",
		"a-07-3-2":                          "", // known as it is
		"(01)09521234543213(10)":            "(10) has no value",
		"]C1010952123454321310":             "(10) has no value",
		"]C1010952123454321310\x1d17261231": "(10) has no value",
		"https://x.example/01/09521234543213/10/": "(10) has no value",
		"https://x.example/a/b":                   "",
		"just a text":                             "",
		"":                                        "",
	} {
		got := station.Spoilt(goods, code)
		if want == "" {
			require.Empty(t, got, "%q", code)
			continue
		}
		require.Contains(t, got, want, "%q", code)
	}
}

func TestGuessed(t *testing.T) {
	for code, want := range map[string]bool{
		"9521234543213": true, "0109521234543213": true, "]E09521234543213": false, "(01)09521234543213": false, "https://x.example/01/09521234543213": false,
	} {
		require.Equal(t, want, station.Guessed(code), "%q", code)
	}
}
