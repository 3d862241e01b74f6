package zpl_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/zpl"
	"picket/zpl/judge"
	"picket/zpl/preview"
)

// TestBarcodesByJudge prints every kind of barcode with data that need every escape, has them drawn by the
// independent renderer, and its pictures and our own decoded by zxing: exact data, and the AIM identifier that says
// whether they are GS1's.
func TestBarcodesByJudge(t *testing.T) {
	code128 := func(v string) func(*zpl.Label) {
		return func(l *zpl.Label) {
			l.Code128(zpl.Code128{X: 2, Y: 2, W: 96, H: 15, Module: 0.375, Value: v})
		}
	}
	gs1 := func(data ...zpl.AI) func(*zpl.Label) {
		return func(l *zpl.Label) {
			l.GS1128(zpl.GS1128{X: 1, Y: 2, W: 99, H: 15, Module: 0.375, MinModule: 0.25, HRI: 3, Data: data})
		}
	}
	qr := func(v string, ecc zpl.ECC) func(*zpl.Label) {
		return func(l *zpl.Label) { l.QR(zpl.QR{X: 2, Y: 2, Size: 26, ECC: ecc, Value: v}) }
	}
	dm := func(d zpl.DataMatrix) func(*zpl.Label) {
		return func(l *zpl.Label) { d.X, d.Y, d.Size = 2, 2, 26; l.DataMatrix(d) }
	}
	cases := []struct {
		aim, text string
		put       func(*zpl.Label)
	}{
		{"]C1", "00" + sscc, gs1(zpl.AI{Code: "00", Value: sscc})},
		{"]C1", "0109521234567899" + "17261231" + "10AB-1", gs1(zpl.AI{Code: "01", Value: "09521234567899"}, zpl.AI{Code: "17", Value: "261231"}, zpl.AI{Code: "10", Value: "AB-1"})},
		{"]C1", "10A>b\x1d3712\x1d21x/9", gs1(zpl.AI{Code: "10", Value: "A>b"}, zpl.AI{Code: "37", Value: "12"}, zpl.AI{Code: "21", Value: "x/9"})},
		{"]C1", "37123\x1d4001", gs1(zpl.AI{Code: "37", Value: "123"}, zpl.AI{Code: "400", Value: "1"})},
		{"]C1", "3712\x1d4001", gs1(zpl.AI{Code: "37", Value: "12"}, zpl.AI{Code: "400", Value: "1"})},
		{"]C1", "420" + "10623", gs1(zpl.AI{Code: "420", Value: "10623"})},
		{"]C0", "R-471142", code128("R-471142")},
		{"]C0", "123456789", code128("123456789")},
		{"]C0", "1234", code128("1234")},
		{"]C0", "12345", code128("12345")},
		{"]C0", "1234AB", code128("1234AB")},
		{"]C0", "12345678A", code128("12345678A")}, // the renderer loses a lone character after a shift: none is sent
		{"]C0", "^XZ~JR_5E>8>;x", code128("^XZ~JR_5E>8>;x")},
		{"]C0", " !\"#$%&'()*+,-./:;<=?@[\\]`{|}", code128(" !\"#$%&'()*+,-./:;<=?@[\\]`{|}")},
		{"]Q1", "https://id.example/01/09521234567899?17=261231&x=_5E^XZ~JR", qr("https://id.example/01/09521234567899?17=261231&x=_5E^XZ~JR", zpl.MediumECC)},
		{"]Q1", "0123456789", qr("0123456789", zpl.HighECC)},
		{"]Q1", "PICKUP 4711/AB", qr("PICKUP 4711/AB", zpl.LowECC)},
		{"]Q1", "Jörg, 5 €", qr("Jörg, 5 €", zpl.QuartileECC)},
		{"]d2", "00" + sscc, dm(zpl.DataMatrix{Data: []zpl.AI{{Code: "00", Value: sscc}}})},
		{"]d2", "10A!_b\x1d372", dm(zpl.DataMatrix{Data: []zpl.AI{{Code: "10", Value: "A!_b"}, {Code: "37", Value: "2"}}})},
		{"]d1", "plain _5E ^XZ ~JR #1 !!", dm(zpl.DataMatrix{Value: "plain _5E ^XZ ~JR #1 !!"})},
		{"]d1", "123456", dm(zpl.DataMatrix{Value: "123456"})},
	}
	var stream []byte
	var ours [][]byte
	for _, c := range cases {
		l := zpl.New(101.6, 30, 8)
		c.put(&l)
		job, err := l.Bytes()
		require.NoError(t, err, c.text)
		stream = append(stream, job...)
		doc := preview.Read(job, preview.Options{})
		picture, err := doc.Labels[0].PNG()
		require.NoError(t, err)
		require.Empty(t, doc.Labels[0].Problems, c.text)
		require.Equal(t, c.text, doc.Labels[0].Codes()[0].Text)
		ours = append(ours, picture)
	}
	theirs, err := judge.Render(context.Background(), stream, judge.Size{Width: 101.6, Height: 30, Dpmm: 8})
	require.NoError(t, err)
	require.Len(t, theirs, len(cases))
	mine, err := judge.Decode(context.Background(), ours...)
	require.NoError(t, err)
	for i, c := range cases {
		for whose, found := range map[string][]judge.Code{"renderer's": theirs[i].Codes, "preview's": mine[i].Codes} {
			require.Len(t, found, 1, "%s picture of %q", whose, c.text)
			require.Equal(t, c.text, found[0].Text, whose)
			require.Equal(t, c.aim, found[0].AIM, "%s picture of %q", whose, c.text)
		}
	}
}

// TestWidthsByJudge holds the width table against the independent renderer's font: a line of each character must not
// be wider than we say.
func TestWidthsByJudge(t *testing.T) {
	const n, cell, left, pitch = 10, 40, 16, 42
	var stream strings.Builder
	stream.WriteString("^XA^CI28")
	var chars []rune
	for r := rune('!'); r <= 'ÿ'; r++ {
		if zpl.RuneWidth(r) == 0 || r == 0xA0 { // never sent, or without ink
			continue
		}
		fmt.Fprintf(&stream, "^FO%d,%d^A0N,%d,%d^FH_^FD", left, len(chars)*pitch, cell, cell)
		for _, b := range []byte(strings.Repeat(string(r), n)) {
			fmt.Fprintf(&stream, "_%02X", b)
		}
		stream.WriteString("^FS\n")
		chars = append(chars, r)
	}
	stream.WriteString("^XZ")
	require.Len(t, chars, 94+94) // ASCII, and Latin-1 without its space and its soft hyphen
	pictures, err := judge.Render(context.Background(), []byte(stream.String()),
		judge.Size{Width: (left + n*cell) / 8, Height: float64(len(chars)*pitch)/8 + 2, Dpmm: 8})
	require.NoError(t, err)
	require.Len(t, pictures, 1)
	img, err := png.Decode(bytes.NewReader(pictures[0].PNG))
	require.NoError(t, err)
	for i, r := range chars {
		right := lastInked(img, image.Rect(left, i*pitch+2, img.Bounds().Max.X, (i+1)*pitch-6))
		assert.NotZero(t, right, "%q is not on the picture", r)
		// Two dots more, for what a letter may lean beyond its advance.
		assert.LessOrEqual(t, float64(right-left), float64(n*zpl.RuneWidth(r)*cell)/1000+2, "%q", r)
	}
}

// lastInked is the last column of r with a dark dot, 0 where there is none.
func lastInked(img image.Image, r image.Rectangle) int {
	for x := r.Max.X - 1; x >= r.Min.X; x-- {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			if c, _, _, _ := img.At(x, y).RGBA(); c < 0x8000 {
				return x
			}
		}
	}
	return 0
}
