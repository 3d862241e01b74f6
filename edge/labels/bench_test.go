package labels

import (
	"testing"

	"picket/edge/floor"
	"picket/zpl/script"
)

// BenchmarkDraw makes whole documents: a shipping label as most are, one with a name to be drawn, and a long packing slip.
func BenchmarkDraw(b *testing.B) {
	m := Parcel
	m.Hand = script.New().For(script.Latin)
	drawn := plain
	drawn.Name = "山田太郎"
	for name, f := range map[string]Facts{
		"shipping":       facts(floor.DocShippingLabel, 1, plain),
		"shipping-drawn": facts(floor.DocShippingLabel, 1, drawn),
		"slip-long":      long(facts(floor.DocPackingSlip, 1, plain)),
	} {
		b.Run(name, func(b *testing.B) {
			if _, err := Draw(f, m); err != nil { // unpacks a font where one is needed
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				job, err := Draw(f, m)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(job)))
			}
		})
	}
}
