package station_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/station"
)

func TestCodesOfTheHouse(t *testing.T) {
	for _, c := range []struct{ pattern, code, id string }{
		{"BIN-*", "BIN-A-07-3-2", "A-07-3-2"}, {"BIN-*", "BIN-", ""}, {"BIN-*", "bin-A", ""},
		{"T####", "T0042", "0042"}, {"[T####]", "T0042", "T0042"}, {"T####", "T00420", ""}, {"T####", "T004", ""}, {"T####", "T00A2", ""},
		{"@@-##", "AB-07", "AB-07"}, {"@@-##", "A7-07", ""},
		{"P-[@###]-X", "P-a123-X", "a123"}, {"P-[@*]", "P-bert", "bert"}, {"X[7]-##", "X7-12", "7"},
	} {
		h, err := station.NewHouse(station.Codes{Bin: c.pattern})
		require.NoError(t, err, c.pattern)
		class, id, ok := h.Match(c.code)
		require.Equal(t, c.id != "", ok, c)
		require.Equal(t, c.id, id, c)
		require.Equal(t, ok, class == "bin")
	}
	_, err := station.NewHouse(station.DefaultCodes)
	require.NoError(t, err)
	require.Equal(t, "ORDER-", station.DefaultHouse.Before("order"))
	none, err := station.NewHouse(station.Codes{Order: "O-####"})
	require.NoError(t, err)
	require.Empty(t, none.Before("order"), "not every number fits it")
	_, _, ok := station.House{}.Match("A-1")
	require.False(t, ok)
}

func TestCodesThatCannotBeAreRefusedByName(t *testing.T) {
	for _, c := range []struct {
		codes station.Codes
		says  string
	}{
		{station.Codes{Bin: "B-*", Tote: "B-*"}, `codes.bin: "B-*" and codes.tote: "B-*" clash: B-1 fits both`},
		{station.Codes{Bin: "T*", Tote: "TO####"}, `codes.bin: "T*" and codes.tote: "TO####" clash: TO1111 fits both`},
		{station.Codes{Bin: "@##", Run: "A#7"}, `codes.bin: "@##" and codes.run: "A#7" clash: A17 fits both`},
		{station.Codes{Badge: "P@*", Pickup: "PA"}, `codes.pickup: "PA": fits one code alone`},
		{station.Codes{Bin: "############"}, `fits 111111111111, which could be the number of an article`},
		{station.Codes{Tote: "01*"}, `fits 011, which could be the number`},
		{station.Codes{Order: "https://x/*"}, `which is an address`},
		{station.Codes{Order: "@*"}, `which is an address`},
		{station.Codes{Tote: "(*"}, `has '(' at position 1`},
		{station.Codes{Tote: "T*X"}, `* stands at the end only`},
		{station.Codes{Tote: "T[#"}, `the [ is not closed`},
		{station.Codes{Tote: "T[]#"}, `has ']' at position 3`},
		{station.Codes{Tote: strings.Repeat("A", 40) + "#"}, `longer than 40`},
	} {
		_, err := station.NewHouse(c.codes)
		require.ErrorContains(t, err, c.says, c.codes)
	}
	for _, c := range []station.Codes{{Bin: "T####", Tote: "T#####"}, {Bin: "A#*", Tote: "A@*"}, {Bin: "T###", Tote: "T###*"}, {Bin: "B*", Tote: "b*"}} {
		_, err := station.NewHouse(c)
		require.NoError(t, err, c)
	}
}

// Two patterns either share no code at all, or the one that is named fits both: tried on every short code of a small alphabet.
func TestClashesAreDecided(t *testing.T) {
	places := rapid.SliceOfN(rapid.SampledFrom([]string{"#", "@", "A", "B", "1", "-"}), 0, 3)
	var codes []string
	var grow func(s string)
	grow = func(s string) {
		if s != "" {
			codes = append(codes, s)
		}
		if len(s) < 5 {
			for _, c := range "AB1-" {
				grow(s + string(c))
			}
		}
	}
	grow("")
	rapid.Check(t, func(rt *rapid.T) {
		one := func(name string) string {
			return "A" + strings.Join(places.Draw(rt, name), "") + rapid.SampledFrom([]string{"*", "#", "@"}).Draw(rt, name+" end")
		}
		a, b := one("a"), one("b")
		ha, errA := station.NewHouse(station.Codes{Bin: a})
		hb, errB := station.NewHouse(station.Codes{Tote: b})
		require.NoError(rt, errA)
		require.NoError(rt, errB)
		shared := ""
		for _, c := range codes {
			_, _, inA := ha.Match(c)
			_, _, inB := hb.Match(c)
			if inA && inB {
				shared = c
				break
			}
		}
		_, err := station.NewHouse(station.Codes{Bin: a, Tote: b})
		if shared == "" {
			require.NoError(rt, err, "%s and %s share no code", a, b)
			return
		}
		require.ErrorContains(rt, err, "clash", "%s fits %s and %s", shared, a, b)
		example := strings.TrimSuffix(err.Error()[strings.LastIndex(err.Error(), "clash: ")+7:], " fits both")
		_, _, inA := ha.Match(example)
		_, _, inB := hb.Match(example)
		require.True(rt, inA && inB, "%s fits %s and %s", example, a, b)
	})
}
