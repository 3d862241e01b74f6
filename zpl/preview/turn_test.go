package preview_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl/judge"
	"picket/zpl/preview"
)

// TestTurned draws codes and texts in all four directions, by the field's own parameter and by ^FW: zxing reads the codes on
// our picture and on the independent renderer's, and what is inked lies within a few dots of the same places.
func TestTurned(t *testing.T) {
	cases := []struct{ put, text string }{
		{"^BY2^BC%[1]s,90,N,N,N,N^FD>:TURN-%[1]s^FS", "TURN-%s"},
		{"^BX%[1]s,5,200^FDMATRIX %[1]s^FS", "MATRIX %s"},
		{"^BY2^BE%[1]s,90,N^FD952123456789^FS", "9521234567899"},
		{"^BY2,3,8^B7%[1]s,8,3^FDShipment 4711 of Northgate %[1]s^FS", "Shipment 4711 of Northgate %s"},
		{"^FW%[1]s^BY2^BC,90,N,N,N,N^FD>:BY-FW^FS", "BY-FW"},
	}
	var stream strings.Builder
	var ours [][]byte
	var want []string
	for _, c := range cases {
		for _, turn := range []string{"N", "R", "I", "B"} {
			put := c.put
			if strings.Contains(put, "%") {
				put = fmt.Sprintf(put, turn)
			}
			job := "^XA^PW560^LL560^FO80,80" + put + "^XZ\n"
			stream.WriteString(job)
			l := one(t, job, 8)
			require.Empty(t, append(l.Problems, l.Unknown...), put)
			picture, err := l.PNG()
			require.NoError(t, err)
			require.Empty(t, l.Problems, put)
			ours = append(ours, picture)
			want = append(want, strings.ReplaceAll(c.text, "%s", turn))
		}
	}
	mine, err := judge.Decode(context.Background(), ours...)
	require.NoError(t, err)
	theirs, err := judge.Render(context.Background(), []byte(stream.String()), judge.Size{Width: 70, Height: 70, Dpmm: 8})
	require.NoError(t, err)
	require.Len(t, theirs, len(want))
	for i, text := range want {
		keep(t, fmt.Sprintf("turned-%02d", i), ours[i], theirs[i].PNG)
		require.Len(t, mine[i].Codes, 1, text)
		require.Equal(t, text, mine[i].Codes[0].Text)
		require.Len(t, theirs[i].Codes, 1, text)
		require.Equal(t, text, theirs[i].Codes[0].Text)
		require.Equal(t, theirs[i].Codes[0].AIM, mine[i].Codes[0].AIM)
		switch {
		case strings.HasPrefix(text, "Shipment"): // whose columns each program chooses
		case mine[i].Codes[0].AIM == "]E0": // whose guards the renderer draws five modules longer
			near(t, text, ours[i], theirs[i].PNG, 10)
		default:
			near(t, text, ours[i], theirs[i].PNG, 2)
		}
	}
}

// TestTurnedText: letters have other shapes, so what is compared is the room they take. Of a turned block of several
// lines the renderer turns the first line alone where it belongs and lets the others stand outside; it is no judge of those.
func TestTurnedText(t *testing.T) {
	var stream strings.Builder
	var ours [][]byte
	var puts []string
	for _, put := range []string{"^FO150,150^A0%s,40,40^FDHEXHEX^FS", "^FT250,250^A0%s,40,40^FDHEXHEX^FS", "^FW%s^FO150,150^A0,40,40^FDHEXHEX^FS", "^FO150,150^A0%s,40,40^FB200,1,0,C^FDHEX HEX^FS"} {
		for _, turn := range []string{"N", "R", "I", "B"} {
			job := "^XA^PW560^LL560" + fmt.Sprintf(put, turn) + "^XZ\n"
			stream.WriteString(job)
			l := one(t, job, 8)
			picture, err := l.PNG()
			require.NoError(t, err)
			require.Empty(t, append(l.Problems, l.Unknown...), put)
			ours, puts = append(ours, picture), append(puts, turn+" "+put)
		}
	}
	theirs, err := judge.Render(context.Background(), []byte(stream.String()), judge.Size{Width: 70, Height: 70, Dpmm: 8})
	require.NoError(t, err)
	for i, put := range puts {
		keep(t, fmt.Sprintf("text-%02d", i), ours[i], theirs[i].PNG)
		near(t, put, ours[i], theirs[i].PNG, 14)
	}
}

// TestModesOfCode128: each mode gives what the printer's guide says of it; so does UPC-E. zxing reads our pictures.
func TestModesOfCode128(t *testing.T) {
	cases := []struct{ put, text, aim string }{
		{"^BCN,90,N,N,N,N^FD>:PICKET-1^FS", "PICKET-1", "]C0"},
		{"^BCN,90,N,N,N,A^FDPICKET-123456^FS", "PICKET-123456", "]C0"},
		{"^BCN,90,N,N,N,D^FD(00)39520000000000001^FS", "00395200000000000012", "]C1"},
		{"^BCN,90,N,N,N,D^FD(00) 3 9520000 000000001 2^FS", "00395200000000000012", "]C1"},
		{"^BCN,90,N,N,N,D^FD(01)0952123456789(10)AB-1>8(37)2^FS", "010952123456789910AB-1\x1d372", "]C1"},
		{"^BCN,90,N,N,N,U^FD0039520000000000001^FS", "00395200000000000012", "]C1"},
		{"^BCN,90,N,N,N,U^FD003952^FS", "00395200000000000005", "]C1"},
		{"^B9N,90,N^FD1210000345^FS", "0012100003454", "]E0"},
		{"^B9N,90,N^FD1230000045^FS", "0012300000451", "]E0"},
		{"^B9R,90,N^FD1234000005^FS", "0012340000053", "]E0"},
		{"^B9N,90,N^FD1234500006^FS", "0012345000065", "]E0"},
		{"^B9N,90,N^FD123457^FS", "0012345000072", "]E0"},
		{"^B9N,90,N^FD123441^FS", "0012100003447", "]E0"},
	}
	var ours [][]byte
	for _, c := range cases {
		l := one(t, "^XA^PW812^LL320^FO60,60^BY2"+c.put+"^XZ\n", 8)
		picture, err := l.PNG()
		require.NoError(t, err)
		require.Empty(t, append(l.Problems, l.Unknown...), c.put)
		require.Equal(t, c.text, l.Codes()[0].Text, c.put)
		require.Equal(t, c.aim == "]C1", l.Codes()[0].GS1, c.put)
		ours = append(ours, picture)
	}
	mine, err := judge.Decode(context.Background(), ours...)
	require.NoError(t, err)
	for i, c := range cases {
		require.Len(t, mine[i].Codes, 1, c.put)
		require.Equal(t, c.text, mine[i].Codes[0].Text, c.put)
		require.Equal(t, c.aim, mine[i].Codes[0].AIM, c.put)
	}
	for put, want := range map[string]string{
		"^BCN,9,N,N,N,U^FD12x^FS": "digits alone", "^BCN,9,N,N,N,D^FD()^FS": "no data", "^BCN,9,N,N,N,D^FD(00)\x80^FS": "cannot be drawn",
		"^B9N,9,N^FD1234^FS": "want 10 digits", "^B9N,9,N^FD1111111111^FS": "without noughts", "^B9N,9,N^FD120003^FS": "no UPC-E", "^B9N,9,N^FD12x^FS": "want 10 digits",
	} {
		doc := preview.Read([]byte("^XA^FO1,1"+put+"^XZ"), preview.Options{})
		require.Contains(t, strings.Join(doc.Labels[0].Problems, ";"), want, put)
	}
}

// near: what is inked on one picture lies where it lies on the other, so many dots more or less at each side.
func near(t *testing.T, what string, a, b []byte, within int) {
	x, y := inked(t, a), inked(t, b)
	for i := range x {
		require.InDelta(t, y[i], x[i], float64(within), "%s: ours %v, theirs %v", what, x, y)
	}
}

func inked(t *testing.T, picture []byte) (box [4]int) {
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	box = [4]int{1 << 20, 1 << 20, 0, 0}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if c, _, _, alpha := img.At(x, y).RGBA(); alpha != 0 && c < 0x8000 {
				box = [4]int{min(box[0], x), min(box[1], y), max(box[2], x), max(box[3], y)}
			}
		}
	}
	return box
}

// keep leaves pictures to be looked at where PREVIEW_OUT names a directory.
func keep(t *testing.T, name string, ours, theirs []byte) {
	if dir := os.Getenv("PREVIEW_OUT"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+"-ours.png"), ours, 0o644))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+"-theirs.png"), theirs, 0o644))
	}
}
