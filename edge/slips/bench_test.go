package slips

import "testing"

func BenchmarkPackingSlip(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Packing(packSample(A4, false)); err != nil {
			b.Fatal(err)
		}
	}
}
