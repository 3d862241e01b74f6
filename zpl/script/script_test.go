package script_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl"
	"picket/zpl/judge"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// names are people's, one to a script.
var names = []struct{ script, name string }{
	{"Han", "山田太郎 様"}, {"Chinese", "王小明，北京市朝阳区"}, {"kana", "やまだ タロウ"}, {"hangul", "김철수"}, {"Arabic", "محمد بن عبد الله"},
	{"Urdu", "محمد علی جناح"}, {"Hebrew", "דוד בן־גוריון 12"}, {"Thai", "สมชาย ใจดี น้ำ"}, {"Lao", "ສົມສັກ"}, {"Khmer", "សុខ សំណាង"},
	{"Myanmar", "အောင်ဆန်း"}, {"Devanagari", "श्रीमती प्रिया"}, {"Bengali", "রবীন্দ্রনাথ"}, {"Gujarati", "ગાંધી"}, {"Gurmukhi", "ਸਿੰਘ"},
	{"Tamil", "சுப்பிரமணியம்"}, {"Telugu", "శ్రీనివాస్"}, {"Kannada", "ಕೃಷ್ಣ"}, {"Malayalam", "കൃഷ്ണൻ"}, {"Sinhala", "ශ්\u200dරී ලංකා"},
	{"Ethiopic", "አበበ ቢቂላ"}, {"Greek", "Ελένη Παπαδοπούλου"}, {"Cyrillic", "Сергей Їжак"}, {"Vietnamese", "Nguyễn Thị Hạnh"},
	{"Georgian", "შოთა რუსთაველი"}, {"Armenian", "Արամ Խաչատրյան"}, {"mixed", "ABC شارع 12 محمد (3) end"},
}

// page draws every name in its own box.
func page(t testing.TB, hand zpl.Hand) zpl.Label {
	l := zpl.New(101.6, 152.4, 8)
	l.Hand = hand
	for i, n := range names {
		y := 2 + 5.4*float64(i)
		l.Text(zpl.TextBox{Name: "script", X: 2, Y: y, W: 24, H: 5, Size: 4, Value: n.script})
		l.Text(zpl.TextBox{Name: "name", X: 28, Y: y, W: 70, H: 5.2, Size: 5.2, Value: n.name})
	}
	return l
}

// TestEveryScriptIsInked: each name has a shape for each of its letters, and the label still says it in words.
func TestEveryScriptIsInked(t *testing.T) {
	fonts := script.New()
	hand := fonts.For(script.Latin)
	require.Equal(t, []rune{0x10FFFD}, fonts.Lacks("a\U0010FFFD"))
	require.NotEmpty(t, strings.Trim(ink(hand, "\U0010FFFD"), "0"), "what nobody has is seen as a box")
	for _, n := range names {
		require.True(t, hand.Draws(n.name), n.script)
		require.NotEmpty(t, strings.Trim(ink(hand, n.name), "0"), n.script)
		require.Empty(t, fonts.Lacks(n.name), n.script)
	}
	l := page(t, hand)
	job, err := l.Bytes()
	require.NoError(t, err)
	doc := preview.Read(job, preview.Options{Dpmm: 8})
	require.Len(t, doc.Labels, 1)
	for _, n := range names {
		require.Contains(t, doc.Labels[0].Texts(), n.name)
	}
}

// ink is the picture of a text in one cell, in hex.
func ink(h zpl.Hand, s string) string {
	b := &zpl.Bitmap{Width: 400, Height: 60, Bits: make([]byte, 50*60)}
	h.Ink(b, s, 4, 4, 48)
	return hex.EncodeToString(b.Bits)
}

// TestLettersJoin: Arabic letters in a word are not those that stand alone, they run from right to left, and numbers
// among them from left to right.
func TestLettersJoin(t *testing.T) {
	hand := script.New().For(script.Latin)
	require.NotEqual(t, ink(hand, "م\u200cح\u200cم\u200cد"), ink(hand, "محمد"), "joined letters are others than those alone")
	require.NotEqual(t, ink(hand, "دمحم"), ink(hand, "محمد"))
	first := func(s string) string { // what is inked in the leftmost part
		b := &zpl.Bitmap{Width: 24, Height: 60, Bits: make([]byte, 3*60)}
		hand.Ink(b, s, 0, 4, 48)
		return hex.EncodeToString(b.Bits)
	}
	require.Equal(t, first("A محمد"), first("A علي"), "a line that begins with Latin runs from the left")
	require.Equal(t, first("محمد 7"), first("7"), "a number behind Arabic stands to its left")
	require.Less(t, hand.Advance("क्ष"), hand.Advance("क")+hand.Advance("ष")+hand.Advance("्"), "a conjunct is one letter")
}

// TestWhatThePrinterIsTrustedWith is the table of DESIGN.md.
func TestWhatThePrinterIsTrustedWith(t *testing.T) {
	fonts := script.New()
	for _, c := range []struct {
		text                   string
		latin, european, draws bool
	}{
		{"Jo Doe, 12 High St. €5 – “x”", false, false, true},
		{"Łukasz Żółć, Şükrü Ğ İı, Ștefan, Ørsted, Århus, Ïñß", false, false, true},
		{"Ελένη", true, false, true}, {"Сергей", true, false, true}, {"Nguyễn Thị", true, false, true},
		{"山田", true, true, true}, {"محمد", true, true, true}, {"😀", true, true, true},
		{"a\nb", false, false, true}, {"", false, false, false},
	} {
		require.Equal(t, c.latin, fonts.For(script.Latin).Draws(c.text), c.text)
		require.Equal(t, c.european, fonts.For(script.European).Draws(c.text), c.text)
		require.Equal(t, c.draws, fonts.For(script.None).Draws(c.text), c.text)
	}
	for _, s := range []string{"", "latin", "european", "none"} {
		_, err := script.ReadRepertoire(s)
		require.NoError(t, err)
	}
	_, err := script.ReadRepertoire("klingon")
	require.EqualError(t, err, `"klingon": want latin, european or none`)
}

// TestDrawnTextKeepsItsBox: what is drawn wraps between characters where there are no spaces, shrinks, and ends in
// "..." as printed text does; the commands are the layout's, whatever the name.
func TestDrawnTextKeepsItsBox(t *testing.T) {
	hand := script.New().For(script.Latin)
	for _, name := range []string{"山田", strings.Repeat("山田太郎", 40), strings.Repeat("محمد ", 60), strings.Repeat("ก", 300), "山\n田\n太", strings.Repeat("^XZ~JA山", 200), "\u202e山田"} {
		for _, align := range []zpl.Align{zpl.Left, zpl.Center, zpl.Right} {
			for _, dpmm := range []int{8, 12, 24} {
				l := zpl.New(60, 30, dpmm)
				l.Hand = hand
				l.Text(zpl.TextBox{Name: "name", X: 5, Y: 5, W: 50, H: 12, Size: 5, Lines: 2, Align: align, Value: name})
				job, err := l.Bytes()
				require.NoError(t, err)
				var got []string
				for _, tok := range zpl.Tokens(job) {
					got = append(got, tok.Command())
				}
				require.Equal(t, "^XA ^CI ^MU ^LH ^FW ^PO ^LR ^PW ^LL ^FX ^FO ^GF ^FS ^PQ ^XZ", strings.Join(got, " "))
				doc := preview.Read(job, preview.Options{Dpmm: dpmm})
				require.Empty(t, doc.Labels[0].Problems)
				said := doc.Labels[0].Texts()[0]
				if lines := strings.Split(said, "\n"); len(lines) > 2 {
					t.Fatalf("%d lines: %q", len(lines), said)
				}
				require.NotContains(t, said, "\u202e")
				if len(name) > 400 || name == "山\n田\n太" {
					require.True(t, strings.HasSuffix(said, "..."), said)
				}
				img := doc.Labels[0].Image()
				for y := range img.Rect.Dy() {
					for x := range img.Rect.Dx() {
						if img.ColorIndexAt(x, y) == 1 && (x < 5*dpmm || x >= 55*dpmm || y < 5*dpmm || y >= 17*dpmm) {
							t.Fatalf("%q: ink at (%d, %d), outside of the box", name, x, y)
						}
					}
				}
			}
		}
	}
}

// TestOthersDrawTheSame: the independent renderer's picture of drawn names is ours, dot for dot.
func TestOthersDrawTheSame(t *testing.T) {
	l := page(t, script.New().For(script.None))
	job, err := l.Bytes()
	require.NoError(t, err)
	theirs, err := judge.Render(context.Background(), job, judge.Size{Width: 101.6, Height: 152.4, Dpmm: 8})
	require.NoError(t, err)
	ours, err := preview.Read(job, preview.Options{Dpmm: 8}).Labels[0].PNG()
	require.NoError(t, err)
	if dir := os.Getenv("PREVIEW_OUT"); dir != "" { // to look at them
		require.NoError(t, os.WriteFile(filepath.Join(dir, "scripts.png"), ours, 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "scripts-judge.png"), theirs[0].PNG, 0o644))
	}
	differ, all, err := preview.Difference(ours, theirs[0].PNG)
	require.NoError(t, err)
	require.Zero(t, differ, fmt.Sprint(all))
}
