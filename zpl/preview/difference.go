package preview

import (
	"bytes"
	"fmt"
	"image/png"
)

// Difference counts the dots that are black on one picture and white on the other, and those that are black on
// either. The pictures may differ in size by a dot; what only one of them has counts as white.
func Difference(a, b []byte) (differ, inked int, err error) {
	x, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		return 0, 0, fmt.Errorf("first picture: %w", err)
	}
	y, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		return 0, 0, fmt.Errorf("second picture: %w", err)
	}
	box := x.Bounds().Union(y.Bounds())
	for py := box.Min.Y; py < box.Max.Y; py++ {
		for px := box.Min.X; px < box.Max.X; px++ {
			r1, _, _, a1 := x.At(px, py).RGBA()
			r2, _, _, a2 := y.At(px, py).RGBA()
			one, two := a1 != 0 && r1 < 0x8000, a2 != 0 && r2 < 0x8000
			if one != two {
				differ++
			}
			if one || two {
				inked++
			}
		}
	}
	return differ, inked, nil
}
