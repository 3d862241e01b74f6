package zpl_test

import (
	"errors"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/zpl"
	"picket/zpl/preview"
)

// commands are the commands of a stream, and every parameter that is the template's and not a value's.
func commands(stream []byte) []string {
	var out []string
	for _, tok := range zpl.Tokens(stream) {
		out = append(out, tok.Command())
	}
	return out
}

// TestMistakesNameTheField: a value or a layout that cannot be printed gives an error with the field's name
// and the reason, and no bytes.
func TestMistakesNameTheField(t *testing.T) {
	long := strings.Repeat("x", 3100)
	code := zpl.Code128{Name: "f", X: 5, Y: 5, W: 60, H: 10, Module: 0.5, Value: "A1"}
	for _, c := range []struct {
		reason string
		put    func(l *zpl.Label)
	}{
		{"dots per mm", func(l *zpl.Label) { l.Dpmm = 10 }},
		{"each side", func(l *zpl.Label) { l.Width = math.NaN() }},
		{"each side", func(l *zpl.Label) { l.Height = 5000 }},
		{"copies", func(l *zpl.Label) { l.Copies = 10000 }},
		{"copies", func(l *zpl.Label) { l.Copies = -1 }},
		{"beyond the label", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", X: 90, Y: 1, W: 20, H: 5, Size: 4, Value: "x"}) }},
		{"must be positive", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", X: -1, Y: 1, W: 20, H: 5, Size: 4, Value: "x"}) }},
		{"must be positive", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", X: math.Inf(1), W: 20, H: 5, Size: 4, Value: "x"}) }},
		{"must be positive", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", W: 20, H: 5, Value: "x"}) }},
		{"least not above", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", W: 20, H: 5, Size: 3, MinSize: 4, Value: "x"}) }},
		{"at most 32 lines", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", W: 20, H: 5, Size: 3, Lines: 33, Value: "x"}) }},
		{"holds no text", func(l *zpl.Label) { l.Text(zpl.TextBox{Name: "f", W: 0.5, H: 5, Size: 4, Value: "wide"}) }},
		{"the printer takes 3072", func(l *zpl.Label) {
			l.Text(zpl.TextBox{Name: "f", W: 100, H: 150, Size: 1, Lines: 32, Value: strings.Repeat("é ", 2000)})
		}},
		{"thickness", func(l *zpl.Label) { l.Box(zpl.Box{Name: "f", X: 1, Y: 1, W: 5, H: 5}) }},
		{"no value", func(l *zpl.Label) { c := code; c.Value = ""; l.Code128(c) }},
		{"byte 2 (0x00)", func(l *zpl.Label) { c := code; c.Value = "a\x00b"; l.Code128(c) }},
		{"byte 1 (0xC3)", func(l *zpl.Label) { c := code; c.Value = "é"; l.Code128(c) }},
		{"characters of Code 128", func(l *zpl.Label) { c := code; c.Value = long; l.Code128(c) }},
		{"mm of width with its quiet zones", func(l *zpl.Label) { c := code; c.Value = strings.Repeat("w", 30); l.Code128(c) }},
		{"wrong check digit", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "00", Value: "395200000000000013"}) }},
		{"wrong length", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "01", Value: "952123456789"}) }},
		{"must be digits", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "11", Value: "26112x"}) }},
		{"2 to 4 digits", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "0", Value: "1"}) }},
		{"2 to 4 digits", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "(1", Value: "1"}) }},
		{"AI 10 has no value", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "10"}) }},
		{"character set 82", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "10", Value: "a^XZ"}) }},
		{"character set 82", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "10", Value: "a\x1db"}) }},
		{"a symbol holds 48", func(l *zpl.Label) { gs1(l, zpl.AI{Code: "10", Value: strings.Repeat("1", 47)}) }},
		{"no value", func(l *zpl.Label) { gs1(l) }},
		{"text below the barcode", func(l *zpl.Label) {
			l.GS1128(zpl.GS1128{Name: "f", X: 5, Y: 5, W: 50, H: 10, Module: 0.25, HRI: 30, Data: []zpl.AI{{Code: "00", Value: sscc}}})
		}},
		{"control character U+0007", func(l *zpl.Label) { l.QR(zpl.QR{Name: "f", Size: 30, Value: "a\a"}) }},
		{"not UTF-8", func(l *zpl.Label) { l.QR(zpl.QR{Name: "f", Size: 30, Value: "a\xff"}) }},
		{"unknown error correction", func(l *zpl.Label) { l.QR(zpl.QR{Name: "f", Size: 30, ECC: 9, Value: "a"}) }},
		{"with its quiet zone", func(l *zpl.Label) { l.QR(zpl.QR{Name: "f", Size: 10, Value: long[:200]}) }},
		{"more data than any symbol", func(l *zpl.Label) { l.QR(zpl.QR{Name: "f", Size: 50, Value: long}) }},
		{"more data than any symbol", func(l *zpl.Label) { l.DataMatrix(zpl.DataMatrix{Name: "f", Size: 50, Value: long}) }},
		{"both Value and Data", func(l *zpl.Label) {
			l.DataMatrix(zpl.DataMatrix{Name: "f", Size: 50, Value: "a", Data: []zpl.AI{{Code: "00", Value: sscc}}})
		}},
		{"no picture", func(l *zpl.Label) { l.Graphic(zpl.Graphic{Name: "f"}) }},
		{"has 1 bytes, want 4", func(l *zpl.Label) {
			l.Graphic(zpl.Graphic{Name: "f", Bitmap: &zpl.Bitmap{Width: 9, Height: 2, Bits: []byte{1}}})
		}},
		{`runs over the barcode "code"`, func(l *zpl.Label) {
			l.Text(zpl.TextBox{Name: "f", X: 50, Y: 8, W: 20, H: 5, Size: 4})
			c := code
			c.Name = "code"
			l.Code128(c)
		}},
		{`runs over the barcode "code"`, func(l *zpl.Label) {
			c := code
			c.Name = "code"
			l.Code128(c)
			l.Line(zpl.Line{Name: "f", X: 20, Y: 1, H: 30, Thickness: 0.2})
		}},
	} {
		t.Run(c.reason, func(t *testing.T) {
			l := zpl.New(101.6, 152.4, 8)
			c.put(&l)
			out, err := l.AppendTo([]byte("kept"))
			var field *zpl.FieldError
			require.ErrorAs(t, err, &field)
			require.Contains(t, field.Reason, c.reason)
			if l.Dpmm == 8 && l.Width == 101.6 && l.Height == 152.4 && l.Copies == 0 {
				require.Equal(t, "f", field.Field)
				require.Contains(t, err.Error(), `"f"`)
			}
			require.Equal(t, "kept", string(out))
		})
	}
}

func gs1(l *zpl.Label, data ...zpl.AI) {
	l.GS1128(zpl.GS1128{Name: "f", X: 5, Y: 5, W: 95, H: 10, Module: 0.25, Data: data})
}

func TestFrameRoundABarcodeIsNoOverlap(t *testing.T) {
	l := zpl.New(101.6, 152.4, 8)
	l.Box(zpl.Box{X: 2, Y: 2, W: 97, H: 40, Thickness: 1})
	gs1(&l, zpl.AI{Code: "00", Value: sscc})
	_, err := l.Bytes()
	require.ErrorContains(t, err, "runs over", "its quiet zone reaches beyond the frame's right side")

	l = zpl.New(101.6, 152.4, 8)
	l.Box(zpl.Box{X: 2, Y: 2, W: 99, H: 40, Thickness: 1})
	gs1(&l, zpl.AI{Code: "00", Value: sscc})
	_, err = l.Bytes()
	require.NoError(t, err)
}

func TestUnnamedFieldIsCounted(t *testing.T) {
	l := zpl.New(101.6, 152.4, 8)
	l.Line(zpl.Line{X: 1, Y: 1, W: 5, Thickness: 1})
	l.QR(zpl.QR{X: 5, Y: 5, Size: 20})
	_, err := l.Bytes()
	require.EqualError(t, err, `label field "qr 2": no value to encode`)
}

// fit prints one text box and reads it back.
func fit(t require.TestingT, b zpl.TextBox) preview.Element {
	l := zpl.New(101.6, 152.4, 8)
	l.Text(b)
	job, err := l.Bytes()
	require.NoError(t, err)
	doc := preview.Read(job, preview.Options{})
	require.Len(t, doc.Labels[0].Elements, 1)
	return doc.Labels[0].Elements[0]
}

func height(t *testing.T, b zpl.TextBox) int {
	l := zpl.New(101.6, 152.4, 8)
	l.Text(b)
	job, err := l.Bytes()
	require.NoError(t, err)
	for _, tok := range zpl.Tokens(job) {
		if tok.Code == "A" {
			return tok.Int(1, 0)
		}
	}
	return 0
}

func TestTextFits(t *testing.T) {
	b := zpl.TextBox{W: 40, H: 12, Size: 4, Lines: 3}
	for _, c := range []struct {
		name, value, want string
		lines             int
		height            int
	}{
		{"as it is", "Jane Doe", "Jane Doe", 3, 32},
		{"spaces around it go", "  Jane Doe ", "Jane Doe", 3, 32},
		{"line feeds are lines", "a\nb\r\nc", "a\nb\nc", 3, 32},
		{"wraps at a space", "Wolfgang Amadeus Mozart Strasse 12", "Wolfgang Amadeus\nMozart Strasse 12", 3, 32},
		{"shrinks rather than cut", "Wolfgang Amadeus Mozart", "Wolfgang Amadeus Mozart", 1, 28},
		{"cuts visibly at the least size", "Wolfgang Amadeus Mozart, son of Leopold Mozart", "Wolfgang Amadeus Mozart, son of...", 1, 19},
		{"breaks within a word at the least size", strings.Repeat("W", 60), strings.Repeat("W", 19) + "\n" + strings.Repeat("W", 19) + "\n" + strings.Repeat("W", 18) + "...", 3, 19},
		{"breaks between the two of a double name", strings.Repeat("W", 14) + "-" + strings.Repeat("W", 14), strings.Repeat("W", 14) + "-\n" + strings.Repeat("W", 14), 2, 19},
		{"but not for a hyphen that is far ahead", "WW-" + strings.Repeat("W", 30), "WW-" + strings.Repeat("W", 16) + "\n" + strings.Repeat("W", 14), 2, 19},
		{"controls are no text", "a\x00b\x1b\u202ec\u0085d", "abcd", 1, 32},
		{"broken UTF-8 is seen", "a\xffb", "a\uFFFDb", 1, 32},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := b
			b.Value, b.Lines = c.value, c.lines
			require.Equal(t, c.want, fit(t, b).Text)
			require.Equal(t, c.height, height(t, b))
		})
	}
	l := zpl.New(101.6, 152.4, 8)
	for _, empty := range []string{"", " ", "\n", "\x00"} {
		b.Value = empty
		l.Text(b)
	}
	job, err := l.Bytes()
	require.NoError(t, err)
	require.NotContains(t, string(job), "^FD", "text without ink is no field")
}

// TestTextNeverLeavesItsBox: whatever the text and the box, the lines fit by the width table with its margin.
func TestTextNeverLeavesItsBox(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := zpl.TextBox{
			X: 1, Y: 1, W: rapid.Float64Range(3, 90).Draw(t, "w"), H: rapid.Float64Range(3, 60).Draw(t, "h"),
			Size: rapid.Float64Range(1.5, 12).Draw(t, "size"), Lines: rapid.IntRange(0, 32).Draw(t, "lines"),
			Align: zpl.Align(rapid.IntRange(0, 2).Draw(t, "align")),
			Value: rapid.StringOf(rapid.RuneFrom([]rune("abcW iIé€-\\&^~_\n  中"))).Draw(t, "value"),
		}
		l := zpl.New(101.6, 152.4, 8)
		l.Text(b)
		job, err := l.Bytes()
		if err != nil {
			var field *zpl.FieldError
			require.ErrorAs(t, err, &field)
			return
		}
		doc := preview.Read(job, preview.Options{})
		if len(doc.Labels[0].Elements) == 0 {
			require.Empty(t, strings.Trim(b.Value, " \n"))
			return
		}
		text := doc.Labels[0].Elements[0].Text
		dots := 0
		for _, tok := range zpl.Tokens(job) {
			if tok.Code == "A" {
				dots = tok.Int(1, 0)
			}
		}
		lines := strings.Split(text, "\n")
		require.LessOrEqual(t, len(lines), max(b.Lines, 1))
		require.LessOrEqual(t, float64(len(lines)*dots), b.H*8+0.5)
		for _, line := range lines {
			w := 0
			for _, r := range line {
				w += zpl.RuneWidth(r)
			}
			require.LessOrEqual(t, float64(w*dots)/1000, b.W*8*0.96+1, "%q", line)
		}
		words := strings.Fields(b.Value)
		if strings.HasSuffix(text, "...") && len(words) > 0 {
			require.True(t, strings.HasPrefix(strings.Join(words, ""), strings.Join(strings.Fields(strings.TrimSuffix(text, "...")), "")))
		} else {
			require.Equal(t, strings.Join(words, ""), strings.Join(strings.Fields(text), ""), "nothing is lost")
		}
	})
}

// FuzzNoValueCommands is the promise that matters most: no value adds, removes or changes a command.
func FuzzNoValueCommands(f *testing.F) {
	for _, s := range []string{"Anna", "^XZ^XA", "~JR", "_5E_7E", "\\&^FS", "^CC!", "! U1 setvar \"x\" \"y\"\r\n", "\x1b\x00\u202e",
		"\xff\xfe", ">;>8", "#1", "MA,x", "a\nb", "(00)", strings.Repeat("^", 200), "é€中"} {
		f.Add(s)
	}
	build := func(v string) ([]byte, error) {
		l := zpl.New(101.6, 152.4, 12)
		l.Text(zpl.TextBox{Name: "line", X: 1, Y: 1, W: 90, H: 6, Size: 5, MinSize: 5, Align: zpl.Center, Value: "x" + v})
		l.Text(zpl.TextBox{Name: "plain", X: 1, Y: 8, W: 90, H: 6, Size: 5, Value: "x" + strings.ReplaceAll(v, "\n", "")})
		l.Text(zpl.TextBox{Name: "block", X: 1, Y: 15, W: 50, H: 20, Size: 5, Lines: 4, Align: zpl.Right, Value: "x\n" + v + "y"})
		return l.Bytes()
	}
	want, err := build("plain")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, v string) {
		got, err := build(v)
		require.NoError(t, err)
		require.Equal(t, commands(want), commands(got))
		doc := preview.Read(got, preview.Options{Dpmm: 12})
		require.Len(t, doc.Labels, 1)
		require.Empty(t, doc.Unknown)
		require.Empty(t, doc.Labels[0].Unknown)
		require.Len(t, doc.Labels[0].Texts(), 3)
		for _, s := range doc.Labels[0].Texts() {
			require.True(t, utf8.ValidString(s))
			require.False(t, strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' }))
		}

		// Barcodes: refused, or exactly the value.
		l := zpl.New(300, 152.4, 12)
		l.Code128(zpl.Code128{Name: "1d", X: 1, Y: 1, W: 290, H: 10, Module: 0.25, Value: v})
		l.QR(zpl.QR{Name: "qr", X: 1, Y: 20, Size: 100, Value: v})
		l.DataMatrix(zpl.DataMatrix{Name: "dm", X: 110, Y: 20, Size: 100, Value: v})
		job, err := l.Bytes()
		if err != nil {
			var field *zpl.FieldError
			require.True(t, errors.As(err, &field))
			return
		}
		doc = preview.Read(job, preview.Options{Dpmm: 12})
		require.Empty(t, doc.Labels[0].Problems)
		codes := doc.Labels[0].Codes()
		require.Len(t, codes, 3)
		for _, c := range codes {
			require.Equal(t, v, c.Text, c.Kind)
			require.False(t, c.GS1)
		}
	})
}

func FuzzTokens(f *testing.F) {
	f.Add([]byte("^XA^A0N,3,3^A@N,1^FO1,2^FDa^FS^XZ"))
	f.Add([]byte("^GFB,3,3,1,^^~^FS~DGR:X,1,1,FF\r\n^CC!!XA!CT%%HS"))
	f.Add([]byte("stray^^~~^~^x~CC"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		end := 0
		for _, tok := range zpl.Tokens(stream) {
			require.GreaterOrEqual(t, tok.Offset, end, "tokens come in order and do not overlap")
			require.LessOrEqual(t, tok.Offset+len(tok.Data), len(stream))
			end = tok.Offset + len(tok.Code) + len(tok.Data)
			_ = tok.Param(3)
			if tok.Code == "GF" {
				if b, err := tok.Graphics(1 << 16); err == nil {
					require.LessOrEqual(t, len(b.Bits), 1<<16)
				}
			}
		}
		require.LessOrEqual(t, len(zpl.FieldData('_', stream)), len(stream))
	})
}

func TestTokens(t *testing.T) {
	type tok struct{ command, data string }
	for _, c := range []struct {
		stream string
		want   []tok
	}{
		{"^XA\r\n^FO10,20^A0N,30,30^FDa b^FS\r\n^XZ\r\n", []tok{{"^XA", ""}, {"^FO", "10,20"}, {"^A", "0N,30,30"}, {"^FD", "a b"}, {"^FS", ""}, {"^XZ", ""}}},
		{"^xa^a@n,1^xz", []tok{{"^XA", ""}, {"^A@", "n,1"}, {"^XZ", ""}}},
		{"hi^XZ! U1 do\r\n", []tok{{"", "hi"}, {"^XZ", ""}, {"", "! U1 do"}}},
		{"~HS\r\n{}\r\n~DGR:A,1,1,\r\nFF", []tok{{"~HS", ""}, {"", "{}"}, {"~DG", "R:A,1,1,\r\nFF"}}},
		{"^CC!!FD^a!CT%%HS!CC^^XZ", []tok{{"^CC", "!"}, {"^FD", "^a"}, {"^CT", "%"}, {"~HS", ""}, {"^CC", "^"}, {"^XZ", ""}}},
		{"^GFB,4,4,2,^~^~^FS", []tok{{"^GF", "B,4,4,2,^~^~"}, {"^FS", ""}}},
		{"^F^FO1", []tok{{"^F", ""}, {"^FO", "1"}}},
		{"^", []tok{{"^", ""}}},
	} {
		var got []tok
		for _, k := range zpl.Tokens([]byte(c.stream)) {
			got = append(got, tok{k.Command(), string(k.Data)})
		}
		require.Equal(t, c.want, got, c.stream)
	}
	require.Equal(t, "a^b_~_5", string(zpl.FieldData('_', []byte("a_5Eb_5F_7e_5"))))
}

func TestBitmapOfAnImage(t *testing.T) {
	img := image.NewNRGBA(image.Rect(3, 3, 12, 5))
	img.Set(3, 3, color.Black)
	img.Set(11, 4, color.NRGBA{R: 90, G: 90, B: 90, A: 255})
	img.Set(10, 4, color.NRGBA{A: 20})
	b := zpl.NewBitmap(img)
	require.Equal(t, &zpl.Bitmap{Width: 9, Height: 2, Bits: []byte{0x80, 0, 0, 0x80}}, b)
	l := zpl.New(50, 50, 8)
	l.Graphic(zpl.Graphic{X: 1, Y: 1, Bitmap: b})
	l.Graphic(zpl.Graphic{X: 10, Y: 10, Bitmap: &zpl.Bitmap{Width: 168, Height: 3, Bits: []byte(
		strings.Repeat("\xff", 21) + strings.Repeat("\x11", 20) + "\x12" + strings.Repeat("\x11", 20) + "\x12")}})
	job, err := l.Bytes()
	require.NoError(t, err)
	require.Contains(t, string(job), "^GFA,4,4,2,8,H08,^FS")
	require.Contains(t, string(job), "^GFA,63,63,21,!hG12:^FS")
}
