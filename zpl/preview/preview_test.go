package preview_test

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl"
	"picket/zpl/judge"
	"picket/zpl/preview"
)

func golden(t testing.TB, name string) []byte {
	b, err := os.ReadFile(filepath.Join("..", "testdata", name))
	require.NoError(t, err)
	return b
}

func one(t testing.TB, stream string, dpmm int) preview.Label {
	doc := preview.Read([]byte(stream), preview.Options{Dpmm: dpmm})
	require.Len(t, doc.Labels, 1)
	require.Empty(t, doc.Unknown)
	return doc.Labels[0]
}

func TestReadsWhatTheWriterWrites(t *testing.T) {
	l := one(t, string(golden(t, "logistic-12.zpl")), 12)
	require.Equal(t, 1219, l.Width)
	require.Equal(t, 1828, l.Height)
	require.Equal(t, 1, l.Copies)
	require.Empty(t, l.Unknown)
	require.Empty(t, l.Problems)
	require.Equal(t, []string{
		"Picket Demo Store 14\nHafenstr. 3\n20457 Hamburg", "STANDARD", "Anna ^XZ~JR_5E\\& O'Neill",
		"Straße des 17. Juni 135\n10623 Berlin", "Order ...4711", "1 of 2", "COPY 2", "(00) 395200000000000012",
	}, l.Texts())
	var codes []string
	for _, c := range l.Codes() {
		mark := ""
		if c.GS1 {
			mark = "GS1 "
		}
		codes = append(codes, string(c.Kind)+" "+mark+c.Text)
	}
	require.Equal(t, []string{
		"qr https://id.example/00/395200000000000012", "datamatrix GS1 010952123456789910A!b\x1d372",
		"code128 R-471142", "code128 GS1 00395200000000000012",
	}, codes)
}

// TestPictureIsReadByOthers decodes our own pictures, and those of the independent renderer, with zxing: both
// must hold the same codes at nearly the same places. (The renderer needs too long for 24 dots per mm.)
func TestPictureIsReadByOthers(t *testing.T) {
	var ours [][]byte
	files := []string{"logistic-8.zpl", "logistic-12.zpl", "logistic-24.zpl"}
	densities := []int{8, 12, 24}
	for i, file := range files {
		l := one(t, string(golden(t, file)), densities[i])
		picture, err := l.PNG()
		require.NoError(t, err)
		require.Empty(t, l.Problems)
		ours = append(ours, picture)
		if dir := os.Getenv("PREVIEW_OUT"); dir != "" { // to look at them
			require.NoError(t, os.WriteFile(filepath.Join(dir, file+".png"), picture, 0o644))
		}
	}
	mine, err := judge.Decode(context.Background(), ours...)
	require.NoError(t, err)
	for i, file := range files {
		require.Len(t, mine[i].Codes, 4, file)
		for k, aim := range []string{"]d2", "]Q1", "]C0", "]C1"} {
			require.Equal(t, aim, mine[i].Codes[k].AIM, file)
		}
		if densities[i] == 24 {
			continue
		}
		theirs, err := judge.Render(context.Background(), golden(t, file), judge.Size{Width: 101.6, Height: 152.4, Dpmm: densities[i]})
		require.NoError(t, err)
		require.Len(t, theirs, 1)
		require.Len(t, theirs[0].Codes, 4)
		for n, code := range theirs[0].Codes {
			require.Equal(t, code.AIM, mine[i].Codes[n].AIM)
			require.Equal(t, code.Text, mine[i].Codes[n].Text)
			for k := range code.Corners {
				require.InDelta(t, code.Corners[k][0], mine[i].Codes[n].Corners[k][0], 4, "%s: %s corner %d", file, code.Format, k)
				require.InDelta(t, code.Corners[k][1], mine[i].Codes[n].Corners[k][1], 4, "%s: %s corner %d", file, code.Format, k)
			}
		}
	}
}

// TestCode128Subsets reads what the writer does not send but others do: shifts in both directions.
func TestCode128Subsets(t *testing.T) {
	cases := []struct{ data, text, aim string }{
		{">:AB>51234>6xy>8zz", "AB1234xy\x1dzz", "]C0"},
		{">;>800395200000000000012", "00395200000000000012", "]C1"},
		{">:a>0b><c>=d", "a>b^c~d", "]C0"},
		{"plain", "plain", "]C0"},
		{">9333435>6ab", "ABCab", "]C0"},
		{">:Ab>71133>512", "Ab+A12", "]C0"},
		{">:XY>512>8>634", "XY12\x1d34", "]C0"},
	}
	var pictures [][]byte
	for _, c := range cases {
		l := one(t, "^XA^PW900^LL200^FO60,40^BY2^BCN,100,N,N,N,N^FD"+c.data+"^FS^XZ", 8)
		require.Empty(t, l.Problems, c.data)
		require.Equal(t, c.text, l.Codes()[0].Text, c.data)
		picture, err := l.PNG()
		require.NoError(t, err)
		pictures = append(pictures, picture)
	}
	found, err := judge.Decode(context.Background(), pictures...)
	require.NoError(t, err)
	for i, c := range cases {
		require.Len(t, found[i].Codes, 1, c.data)
		require.Equal(t, c.text, found[i].Codes[0].Text, c.data)
		require.Equal(t, c.aim, found[i].Codes[0].AIM, c.data)
	}
	for data, want := range map[string]string{
		">;12>6x>5123": "pairs of digits",
		">;1":          "pairs of digits",
		">;12>:ab":     "start code",
		">;12>0":       "subset C",
		">:\x80":       "subset B",
		">999":         "subset A",
		">:":           "no data",
	} {
		doc := preview.Read([]byte("^XA^BCN,100,N,N,N,N^FD"+data+"^FS^XZ"), preview.Options{})
		require.Contains(t, strings.Join(doc.Labels[0].Problems, ";"), want, data)
	}
}

func TestStreamOfLabels(t *testing.T) {
	doc := preview.Read([]byte("~HS\r\n^XA^FO10,10^A0N,30^FDone^FS^PQ3^XZ\r\n! U1 getvar\r\n^XA^PW400^LL200^MMT^FO10,10^A0N,30,20^FB300,2,0,C,0^FDtwo\\&lines \\\\^FS^XZ"), preview.Options{Dpmm: 12, Width: 50, Height: 25})
	require.Equal(t, []string{"~HS", "! U1 getvar"}, doc.Unknown)
	require.Len(t, doc.Labels, 2)
	require.Equal(t, 3, doc.Labels[0].Copies)
	require.Equal(t, []string{"one"}, doc.Labels[0].Texts())
	require.Equal(t, []int{600, 300}, []int{doc.Labels[0].Width, doc.Labels[0].Height})
	require.Equal(t, []string{"two\nlines \\"}, doc.Labels[1].Texts())
	require.Equal(t, []int{400, 200}, []int{doc.Labels[1].Width, doc.Labels[1].Height})
	require.Equal(t, []string{"^MMT"}, doc.Labels[1].Unknown)
}

func TestSaysWhatItCannotShow(t *testing.T) {
	for stream, want := range map[string]string{
		"^XA^FO1,1^A0N,30,30^FDx^FS": "before ^XZ",
		"^XA^XA^XZ":                  "before the last label's ^XZ",
		"^XA^ADN,30,30^FDx^FS^XZ":    `font "D"`,
		"^XA^A0Q,30,30^FDx^FS^XZ":    "no way to turn",
		"^XA^PW6000^LL24000^A0R,24000,6000^FB6000,9999^FDx^FS^XZ": "too large to be turned",
		"^XA^BCN,30,N,N,N,Z^FDx^FS^XZ":                            `mode "Z"`,
		"^XA^BCN,30^FDxy^FS^XZ":                                   "text below",
		"^XA^BQN,2,3^FDx^FS^XZ":                                   "automatic mode",
		"^XA^BXN,3,140^FDx^FS^XZ":                                 "quality",
		"^XA^GFA,4,4,3,FF^FS^XZ":                                  "do not fit together",
		"^XA^GFA,4,4,1,$%^FS^XZ":                                  "no hex digit",
		"^XA^PW6000^LL24000^XZ":                                   "cut off",
		"^XA^GFA,999999999,999999999,1,FF^FS^XZ":                  "at most",
		"^XA^BXN,3,200,,,,#^FD#9x^FS^XZ":                          "escape",
		"^XA^BQN,2,3^FDHA," + strings.Repeat("x", 1300) + "":      "more than any symbol",
	} {
		doc := preview.Read([]byte(stream), preview.Options{})
		l := &doc.Labels[0]
		l.Image()
		require.Contains(t, strings.Join(l.Problems, "; "), want, stream)
	}
}

func TestGraphicsComeBack(t *testing.T) {
	b := &zpl.Bitmap{Width: 20, Height: 6, Bits: []byte{
		0xFF, 0xFF, 0xF0, 0, 0, 0, 0, 0, 0, 0x81, 0x18, 0x10, 0x81, 0x18, 0x10, 0xFF, 0xFF, 0xFF}}
	l := zpl.New(20, 20, 8)
	l.Graphic(zpl.Graphic{X: 1, Y: 1, Bitmap: b})
	job, err := l.Bytes()
	require.NoError(t, err)
	p := one(t, string(job), 8)
	img := p.Image()
	require.Empty(t, p.Problems)
	for y := range b.Height {
		for x := range b.Width {
			require.Equal(t, b.Bits[y*3+x/8]>>(7-x%8)&1, img.ColorIndexAt(8+x, 8+y), "dot %d, %d", x, y)
		}
	}
}

func TestHostileStreamIsBounded(t *testing.T) {
	big := "^XA^PW99999999^LL99999999" + strings.Repeat("^FO0,0^GB30000,30000,30000^FS", 500) +
		strings.Repeat("^FO0,0^A0N,24000,6000^FD"+strings.Repeat("W", 500)+"^FS", 500) +
		strings.Repeat("^FO0,0^BQN,2,10^FDHA,"+strings.Repeat("x", 1000)+"^FS", 500) + "^XZ"
	doc := preview.Read([]byte(big), preview.Options{})
	l := &doc.Labels[0]
	img := l.Image()
	require.LessOrEqual(t, len(img.Pix), 1<<24)
	require.Contains(t, strings.Join(l.Problems, "; "), "too much to draw")
}

func FuzzRead(f *testing.F) {
	f.Add(golden(f, "logistic-8.zpl"))
	f.Add([]byte("^XA^CC!!FO1,1!GFB,3,3,1,\x00^~!FS!XZ"))
	f.Add([]byte("^XA^FT1,1^GFA,8,8,1,gF:!,GA^FS^BY9,9,9^BCN^FD>9>8>5^FS^XZ"))
	f.Add([]byte("^XA^FB1,2,3,R,4^FH!^FD!5C\\&a b\\^FS^BXN,1,200,,,,_^FD_1__a_1^FS"))
	f.Add([]byte("^XA^BY3,2.1,9^BEN^FD123456789012^FS^B8R,2^FD1234567^FS^BUN^FD01234567890^FS^B2N,5,N,N,Y^FD123^FS^B7N,3,8^FDab\x00c^FS^BCN,9,N,N,N,A^FDa>9^FS^XZ"))
	f.Add([]byte("^XA^FWB^BY3^B9,9,N^FD123457^FS^BXR,2,200^FDab^FS^FT9,9^A0I,9,9^FB30,2,0,R^FDa b c^FS^B7R,3,8^FDab^FS^BCI,9,N,N,N,U^FD1^FS^BCB,9,N,N,N,D^FD(10)a>8b^FS^XZ"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		doc := preview.Read(stream, preview.Options{Width: 30, Height: 20})
		for i := range doc.Labels {
			if i == 3 {
				return
			}
			l := &doc.Labels[i]
			l.Width, l.Height = min(l.Width, 300), min(l.Height, 300) // small pictures, many of them
			b, err := l.PNG()
			if err != nil {
				t.Fatal(err)
			}
			if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != l.Width {
				t.Fatalf("width %d, want %d: %v", c.Width, l.Width, err)
			}
		}
	})
}

func BenchmarkPNG(b *testing.B) {
	stream := golden(b, "logistic-8.zpl")
	b.ReportAllocs()
	for b.Loop() {
		doc := preview.Read(stream, preview.Options{})
		if _, err := doc.Labels[0].PNG(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCodesOfOthers: codes that labels from outside hold are drawn so that zxing reads what the independent renderer's
// picture of them says.
func TestCodesOfOthers(t *testing.T) {
	cases := []struct{ put, text string }{
		{"^BY3^BEN,100,N^FD952123456789^FS", "9521234567899"},
		{"^BY3^B8N,100,N^FD9521234^FS", "95212340"},
		{"^BY3^BUN,100,N^FD01234567890^FS", "0012345678905"},
		{"^BY3,2.5^B2N,120,N,N,N^FD19521234567896^FS", "19521234567896"},
		{"^BY2,3^B2N,120,N,N,Y^FD1952123456789^FS", "19521234567896"},
		{"^BY2^BCN,100,N,N,N,A^FD1Z999AA10123456784^FS", "1Z999AA10123456784"},
		{"^BY2,3,8^B7N,8,3^FDShipment 4711 of Northgate, parcel 1 of 2^FS", "Shipment 4711 of Northgate, parcel 1 of 2"},
	}
	var stream strings.Builder
	var ours [][]byte
	for _, c := range cases {
		job := "^XA^PW812^LL400^FO60,40" + c.put + "^XZ\n"
		stream.WriteString(job)
		l := one(t, job, 8)
		require.Empty(t, l.Problems, c.put)
		require.Empty(t, l.Unknown, c.put)
		require.Equal(t, c.text, l.Codes()[0].Text, c.put)
		picture, err := l.PNG()
		require.NoError(t, err)
		ours = append(ours, picture)
	}
	theirs, err := judge.Render(context.Background(), []byte(stream.String()), judge.Size{Width: 101.6, Height: 50, Dpmm: 8})
	require.NoError(t, err)
	mine, err := judge.Decode(context.Background(), ours...)
	require.NoError(t, err)
	for i, c := range cases {
		require.Len(t, mine[i].Codes, 1, c.put)
		require.Equal(t, c.text, mine[i].Codes[0].Text, c.put)
		if strings.Contains(c.put, "^B8") || strings.Contains(c.put, "^BU") { // the renderer draws no such symbols
			require.Empty(t, theirs[i].Codes)
			continue
		}
		require.Len(t, theirs[i].Codes, 1, c.put)
		require.Equal(t, mine[i].Codes[0].AIM, theirs[i].Codes[0].AIM, c.put)
		require.Equal(t, c.text, theirs[i].Codes[0].Text, c.put)
	}
	for put, want := range map[string]string{
		"^BEN,9,N^FD12^FS": "want 12 digits", "^B2N,9,N^FDx^FS": "digits", "^B7N,9^FD^FS": "0 bytes", "^BCN,9,N,N,N,A^FD" + strings.Repeat("1", 90) + "^FS": "90 characters", "^BEN,9,N^FD12345678901x^FS": "want 12 digits",
	} {
		doc := preview.Read([]byte("^XA^FO1,1"+put+"^XZ"), preview.Options{})
		require.Contains(t, strings.Join(doc.Labels[0].Problems, ";"), want, put)
	}
}
