package slips

import (
	"testing"

	"picket/zpl/script"
)

func BenchmarkPackingSlip(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Packing(packSample(A4, false)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNamesOfTheWorld has a name in each of eight scripts; the fonts are kept.
func BenchmarkNamesOfTheWorld(b *testing.B) {
	fonts := script.New()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Packing(worldSample(fonts)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOneNameAlone unpacks the largest font for one name.
func BenchmarkOneNameAlone(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		p := packSample(A4, false)
		p.To = []string{"山田 太郎"}
		if _, err := Packing(p); err != nil {
			b.Fatal(err)
		}
	}
}
