package floor

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var listKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))

func sealed(c *ContentList) []byte { return c.Sealed(ed25519.Sign(listKey, c.Bytes())) }

// TestAContentListIsSealedAndRead: what one site wrote the other reads, and no byte of it can be changed.
func TestAContentListIsSealedAndRead(t *testing.T) {
	c := ContentList{From: "north", To: "south", Unit: parcel1, Order: "T-1", No: 1, Of: 1, Key: "north-1", Lines: []ListedLine{{SKU: "OAT", Qty: 3, Lot: "L 7/ü%"}, {SKU: "LAMP", Qty: 1}}}
	text := sealed(&c)
	require.True(t, bytes.HasPrefix(text, []byte("PKL1|north|south|095200010000000010|T-1|1|1|north-1|OAT*3*L%207/%C3%BC%25;LAMP*1~")), string(text))
	got, err := ParseContentList(text)
	require.NoError(t, err)
	require.Equal(t, c, got.ContentList)
	require.True(t, got.Verify(listKey.Public().(ed25519.PublicKey)))
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32)).Public().(ed25519.PublicKey)
	require.False(t, got.Verify(other))
	require.False(t, got.Verify(nil))
	for i := range text {
		bent := bytes.Clone(text)
		bent[i] ^= 1
		if l, err := ParseContentList(bent); err == nil {
			require.False(t, l.Verify(listKey.Public().(ed25519.PublicKey)), "byte %d", i)
		}
	}
}

func TestBadContentListsAreNamed(t *testing.T) {
	sig := strings.Repeat("A", 86)
	for text, why := range map[string]string{
		"":                              "no signature",
		"PKL1|a|b~" + sig:               "eight fields",
		"PKL9|a|b|u|o|1|1|k|x*1~" + sig: "begin with PKL1",
		"PKL1|a|b|095200010000000011|o|1|1|k|x*1~" + sig:       "no SSCC",
		"PKL1|a|b|095200010000000010|o|2|1|k|x*1~" + sig:       "no number of codes",
		"PKL1|a|b|095200010000000010|o|1|1|k|x~" + sig:         "no line",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*0~" + sig:       "no quantity",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*01~" + sig:      "one way",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*1*%~" + sig:     "no lot",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*1*%4~" + sig:    "no lot",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*1*%zz~" + sig:   "no lot",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*1*%41~" + sig:   "one way",
		"PKL1||b|095200010000000010|o|1|1|k|x*1~" + sig:        "from",
		"PKL1|a|b|095200010000000010|o|1|1|k|x y*1~" + sig:     "sku",
		strings.Repeat("x", MaxContentList+1):                  "at most 1200",
		"PKL1|a|b|095200010000000010|o|1|1|k|x*1~" + sig + "A": "no signature",
	} {
		_, err := ParseContentList([]byte(text))
		require.ErrorContains(t, err, why, text)
	}
}

// TestALongListIsSplit: each code holds what a code can hold, and together they hold it all.
func TestALongListIsSplit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := ContentList{From: "north", To: "south", Unit: parcel1, Order: OrderID(rapid.StringMatching(`[a-z]{1,80}`).Draw(rt, "order")), Key: "k"}
		for i := range rapid.IntRange(1, MaxLines).Draw(rt, "lines") {
			c.Lines = append(c.Lines, ListedLine{
				SKU: SKU(fmt.Sprintf("%s%d", rapid.StringMatching(`[A-Z]{1,70}`).Draw(rt, "sku"), i)), Qty: rapid.IntRange(1, MaxQty).Draw(rt, "qty"),
				Lot: rapid.OneOf(rapid.Just(""), rapid.StringN(0, 20, 60)).Draw(rt, "lot"),
			})
		}
		var all []ListedLine
		parts := c.Split()
		for i := range parts {
			got, err := ParseContentList(sealed(&parts[i]))
			require.NoError(rt, err)
			require.Equal(rt, i+1, got.No)
			require.Equal(rt, len(parts), got.Of)
			all = append(all, got.Lines...)
		}
		require.Equal(rt, c.Lines, all)
	})
}

func TestTheListSaysTheLots(t *testing.T) {
	w := bench(t)
	u := Unit{ID: parcel1, Contents: []Content{{Line: "1", SKU: "OAT", Qty: 2}, {Line: "2", SKU: "OAT", Qty: 3}}}
	w.s.move(Move{SKU: "OAT", Qty: 4, From: Opening, To: OnBench(parcel1), Lot: "L7"})
	c := w.s.ListOf(w.s.Orders["T-1"], &u, "north", "k")
	require.Equal(t, []ListedLine{{SKU: "OAT", Qty: 4, Lot: "L7"}, {SKU: "OAT", Qty: 1}}, c.Lines)
	require.Equal(t, SiteID("south"), c.To)
}

func FuzzContentList(f *testing.F) {
	c := ContentList{From: "north", To: "south", Unit: parcel1, Order: "T-1", No: 1, Of: 2, Key: "k", Lines: []ListedLine{{SKU: "OAT", Qty: 3, Lot: "a b"}, {SKU: "X", Qty: 1}}}
	f.Add(sealed(&c))
	f.Add([]byte("PKL1|a|b|095200010000000010|o|1|1|k|x*1*%4~" + strings.Repeat("A", 86)))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ParseContentList(text)
		if err != nil {
			require.ErrorContains(t, err, "content list: ")
			return
		}
		require.Equal(t, string(text), string(l.Sealed(l.sig)), "a list has one encoding")
		l.Verify(listKey.Public().(ed25519.PublicKey))
	})
}
