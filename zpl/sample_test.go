package zpl_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/zpl"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

const sscc = "395200000000000012"

// logistic is an ordinary 4 x 6 inch shipping label, with every kind of element an ordinary label has.
func logistic(dpmm int, name string) zpl.Label {
	l := zpl.New(101.6, 152.4, dpmm)
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 4, W: 60, H: 12, Size: 3, Lines: 4, Value: "Picket Demo Store 14\nHafenstr. 3\n20457 Hamburg"})
	l.Text(zpl.TextBox{Name: "service", X: 66, Y: 4, W: 32, H: 8, Size: 8, Align: zpl.Right, Value: "STANDARD"})
	l.Line(zpl.Line{X: 2, Y: 18, W: 97.6, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "to", X: 4, Y: 20, W: 2, H: 4, Size: 1.5, Value: ""})
	l.Text(zpl.TextBox{Name: "ship_to.name", X: 4, Y: 20, W: 90, H: 7, Size: 6, Value: name})
	l.Text(zpl.TextBox{Name: "ship_to.address", X: 4, Y: 28, W: 90, H: 18, Size: 5, Lines: 3, Value: "Straße des 17. Juni 135\n10623 Berlin"})
	l.Line(zpl.Line{X: 2, Y: 50, W: 97.6, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 52, W: 45, H: 6, Size: 5, Value: "Order ...4711"})
	l.Text(zpl.TextBox{Name: "parcel", X: 52, Y: 52, W: 45, H: 6, Size: 5, Align: zpl.Right, Value: "1 of 2"})
	l.QR(zpl.QR{Name: "track", X: 4, Y: 60, Size: 30, Value: "https://id.example/00/" + sscc})
	l.DataMatrix(zpl.DataMatrix{Name: "item", X: 40, Y: 60, Size: 20, Data: []zpl.AI{{Code: "01", Value: "09521234567899"}, {Code: "10", Value: "A!b"}, {Code: "37", Value: "2"}}})
	l.Box(zpl.Box{X: 66, Y: 60, W: 32, H: 12, Thickness: 12})
	l.Text(zpl.TextBox{Name: "copy", X: 67, Y: 62, W: 30, H: 8, Size: 8, Align: zpl.Center, Reverse: true, Value: "COPY 2"})
	l.Code128(zpl.Code128{Name: "ref", X: 64, Y: 76, W: 36, H: 12, Module: 0.5, Value: "R-471142"})
	l.GS1128(zpl.GS1128{Name: "sscc", X: 2, Y: 100, W: 97.6, H: 38, Module: 0.75, HRI: 5, Data: []zpl.AI{{Code: "00", Value: sscc}}})
	return l
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		file string
		dpmm int
		name string
	}{
		{"logistic-8.zpl", 8, "Jörg Müller-Lüdenscheidt"},
		{"logistic-12.zpl", 12, "Anna ^XZ~JR_5E\\& O'Neill"},
		{"logistic-24.zpl", 24, "A very long company name that will not fit on one line Ltd. & Sons"},
	} {
		t.Run(c.file, func(t *testing.T) {
			l := logistic(c.dpmm, c.name)
			got, err := l.Bytes()
			require.NoError(t, err)
			path := filepath.Join("testdata", c.file)
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, got, 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))

			again, err := l.AppendTo([]byte("before"))
			require.NoError(t, err)
			require.True(t, bytes.Equal(again, append([]byte("before"), got...)), "the same label gives the same bytes")
		})
	}
}

// ordinary is the plain parcel label: addresses, references and an SSCC. The goals of speed are about this one.
func ordinary(data []zpl.AI) zpl.Label {
	l := zpl.New(101.6, 152.4, 8)
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 4, W: 60, H: 12, Size: 3, Lines: 3, Value: "Picket Demo Store 14"})
	l.Text(zpl.TextBox{Name: "service", X: 66, Y: 4, W: 32, H: 6, Size: 6, Align: zpl.Right, Value: "STANDARD"})
	l.Line(zpl.Line{X: 2, Y: 18, W: 97.6, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "to.name", X: 4, Y: 20, W: 90, H: 7, Size: 6, Value: "Jörg Müller"})
	l.Text(zpl.TextBox{Name: "to.street", X: 4, Y: 28, W: 90, H: 6, Size: 5, Value: "Straße des 17. Juni 135"})
	l.Text(zpl.TextBox{Name: "to.city", X: 4, Y: 34, W: 90, H: 6, Size: 5, Value: "10623 Berlin"})
	l.Line(zpl.Line{X: 2, Y: 50, W: 97.6, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "order", X: 4, Y: 52, W: 45, H: 6, Size: 5, Value: "Order 4711"})
	l.Text(zpl.TextBox{Name: "parcel", X: 52, Y: 52, W: 45, H: 6, Size: 5, Align: zpl.Right, Value: "1 of 2"})
	l.GS1128(zpl.GS1128{Name: "sscc", X: 2, Y: 100, W: 97.6, H: 38, Module: 0.75, HRI: 5, Data: data})
	return l
}

var ordinaryData = []zpl.AI{{Code: "00", Value: sscc}}

// TestAllocations holds the goal: at most two allocations from values to bytes, none into a buffer that is there.
func TestAllocations(t *testing.T) {
	var sink []byte
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		l := ordinary(ordinaryData)
		sink, _ = l.Bytes()
	}), 2.0)
	require.NotEmpty(t, sink)
	l, buf := ordinary(ordinaryData), make([]byte, 0, 4096)
	require.Zero(t, testing.AllocsPerRun(100, func() { sink, _ = l.AppendTo(buf) }))
}

// BenchmarkLabel times the two labels beside a bare copy of the ordinary one's bytes, byte by byte, as the
// cheapest thing a generator could do on the same machine.
func BenchmarkLabel(b *testing.B) {
	o, r := ordinary(ordinaryData), logistic(8, "Jörg Müller-Lüdenscheidt")
	buf := make([]byte, 0, 4096)
	raw, err := o.Bytes()
	require.NoError(b, err)
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			out := buf
			//lint:ignore S1011 byte by byte is what is measured
			for i := range raw {
				out = append(out, raw[i])
			}
			if len(out) != len(raw) {
				b.Fatal("short")
			}
		}
	})
	for _, c := range []struct {
		name string
		run  func() ([]byte, error)
	}{
		{"ordinary/AppendTo", func() ([]byte, error) { return o.AppendTo(buf) }},
		{"ordinary/Bytes", o.Bytes},
		{"ordinary/build+Bytes", func() ([]byte, error) { l := ordinary(ordinaryData); return l.Bytes() }},
		{"rich/AppendTo", func() ([]byte, error) { return r.AppendTo(buf) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := c.run()
				if err != nil || len(out) == 0 {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(out)))
			}
		})
	}
}
