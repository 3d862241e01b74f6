package slips

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl/script"
)

// worldNames are names that DejaVu alone cannot show.
var worldNames = []string{"日本酒 محمد ไทย", "山田 太郎", "王小明，北京市朝阳区", "やまだ タロウ", "김철수", "محمد بن عبد الله", "קפה שחור 12", "สมชาย ใจดี น้ำ", "श्रीमती प्रिया", "ශ්\u200dරී ලංකා", "অ রবীন্দ্রনাথ", "قميص Nike أزرق 42"}

func worldSample(fonts *script.Fonts) PackingSlip {
	p := packSample(A4, false)
	p.Fonts, p.To, p.Lines = fonts, []string{"山田 太郎", "〒100-0001 東京都千代田区千代田1番1号", "日本"}, nil
	for _, n := range worldNames {
		p.Lines = append(p.Lines, SlipLine{"SKU-1", n, 1, 0, 1, "", "1 299,00 kr", "1 299,00 kr"})
	}
	return p
}

// inked counts the dark dots of a word on the page's picture at 72 dpi times 4.
func inked(img image.Image, w word) int {
	n := 0
	for y := int(w.Y0 * 4); y < int(w.Y1*4); y++ {
		for x := int(w.X0 * 4); x < int(w.X1*4); x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128 {
				n++
			}
		}
	}
	return n
}

// TestNamesOfTheWorld: what DejaVu lacks is drawn, nothing is a box, and the PDF says each name in words.
func TestNamesOfTheWorld(t *testing.T) {
	pdf, err := Packing(worldSample(script.New()))
	require.NoError(t, err)
	again, err := Packing(worldSample(nil))
	require.NoError(t, err)
	require.True(t, bytes.Equal(pdf, again), "the same paper, whoever keeps the fonts")
	require.Less(t, len(pdf), 100_000)
	if dir := os.Getenv("SLIPS_OUT"); dir != "" { // to look at them
		require.NoError(t, os.WriteFile(dir+"/world.pdf", pdf, 0o644))
	}
	text := strings.Join(pagesOf(t, pdf), " ")
	require.NotContains(t, text, string(box))
	for _, want := range []string{"山田 太郎", "日本", "王小明", "やまだ タロウ", "김철수", "श्रीमती प्रिया", "สมชาย", "Nike", "دمحم"} { // poppler takes what is drawn for letters that stand from left to right
		require.Contains(t, text, want)
	}
	img, err := png.Decode(bytes.NewReader(poppler(t, "pdftoppm", pdf, "-r", "288", "-gray", "-png", "-singlefile")))
	require.NoError(t, err)
	seen := map[string]int{}
	for _, w := range tidy(t, pdf)[0].Words {
		seen[w.Text] = inked(img, w)
	}
	for _, name := range []string{"山田", "太郎", "김철수", "श्रीमती"} {
		require.Greater(t, seen[name], 150, "%s has no ink: %v", name, seen)
	}
}

// TestLinesOfHanBreakBetweenLetters, and not before a comma or a mark.
func TestLinesOfHanBreakBetweenLetters(t *testing.T) {
	d, err := begin(Head{Number: "1", Made: made}, "Lines")
	require.NoError(t, err)
	st := style{10, false}
	lines := d.wrap("Sake 日本酒、純米大吟醸、山田錦", 10*10*point, st)
	require.Equal(t, []string{"Sake 日本酒、純米大", "吟醸、山田錦"}, lines)
	for _, l := range d.wrap(d.clean("นี่คือน้ำดื่มบรรจุขวด"), 30*point, st) {
		first, _ := []rune(l)[0], 0
		require.False(t, joins(first), "a mark stands alone: %q", l)
	}
	require.Equal(t, "می\u200cخواهم", d.clean("می\u200cخواهم"), "what parts letters stays in a word of them")
	require.Equal(t, "ab", d.clean("a\u200cb"))
	require.Equal(t, "a□b", d.clean("a\U00013000b"))
}

// TestACopysReasonIsWhite on its black bar, in any script.
func TestACopysReasonIsWhite(t *testing.T) {
	p := worldSample(nil)
	p.Copy, p.Reason = 2, "紛失"
	pdf, err := Packing(p)
	require.NoError(t, err)
	img, err := png.Decode(bytes.NewReader(poppler(t, "pdftoppm", pdf, "-r", "288", "-gray", "-png", "-singlefile")))
	require.NoError(t, err)
	for _, w := range tidy(t, pdf)[0].Words {
		if w.Text == "紛失" {
			all := (int(w.X1*4) - int(w.X0*4)) * (int(w.Y1*4) - int(w.Y0*4))
			require.Greater(t, inked(img, w), all/2, "the bar is black")
			require.Greater(t, all-inked(img, w), 150, "the letters are white")
			return
		}
	}
	t.Fatal("the reason is not on the paper")
}
