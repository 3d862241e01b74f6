package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPostalItemNumbers: the example of the standard, the two digits that stand for others, and what is none.
func TestPostalItemNumbers(t *testing.T) {
	for serial, digit := range map[string]string{"47312482": "9", "00000000": "5", "00000008": "0", "00000001": "4"} {
		require.Equal(t, digit, string(S10Digit(serial)), serial)
	}
	require.True(t, IsS10("RR473124829GB"))
	for _, no := range []string{"RR473124828GB", "RR47312482GB", "rr473124829GB", "RR473124829G1", "R1473124829GB", "RR4731248X9GB", ""} {
		require.False(t, IsS10(no), no)
	}
}

// TestABlockOfPostalItemNumbers: numbers are drawn with their check digit and the post's country, and known again.
func TestABlockOfPostalItemNumbers(t *testing.T) {
	b := NumberBlock{Kind: "carrier:POST", Prefix: "RR", From: 47312480, To: 47312489, Next: 47312480, Digits: 8, Check: "s10:GB"}
	require.Equal(t, "RR473124829GB", b.at(47312482))
	n, ok := b.serial("RR473124829GB")
	require.True(t, ok)
	require.EqualValues(t, 47312482, n)
	for _, no := range []string{"RR473124828GB", "RR473124829DE", "RR473124829", "RR", "GB", ""} {
		_, ok := b.serial(no)
		require.False(t, ok, no)
	}
	lease := func(prefix, check string, digits int) string {
		if r := (&LeaseNumbers{Number: "carrier:POST", Prefix: prefix, From: 1, To: 9, Digits: digits, Check: check}).checkBlock(); r != nil {
			return r.Error()
		}
		return ""
	}
	require.Empty(t, lease("RR", "s10:GB", 8))
	require.Contains(t, lease("R1", "s10:GB", 8), "prefix")
	require.Contains(t, lease("RR", "s10:GB", 9), "prefix")
	require.Contains(t, lease("RR", "s10:gb", 8), "check")
	require.Contains(t, lease("RR", "s10", 8), "check")
}
