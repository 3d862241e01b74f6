package slips

import (
	"fmt"
	"image"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

const (
	narrowest = 0.19 // mm of a bar: what a handheld still reads from laser print
	widest    = 0.40
	quiet     = 10 // modules
	maxQR     = 600
)

func dark(img image.Image, x, y int) bool {
	r, _, _, _ := img.At(x, y).RGBA()
	return r == 0
}

// code128For gives the bars for a box of some width and the width of the narrowest. False: what is to be encoded cannot
// be, or would be too narrow to be read.
func code128For(w float64, data string) (barcode.Barcode, float64, bool) {
	if data == "" || len(data) > 60 || strings.ContainsFunc(data, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, 0, false
	}
	c, err := code128.Encode(data)
	if err != nil {
		return nil, 0, false
	}
	module := min(widest, w/float64(c.Bounds().Dx()+2*quiet))
	return c, module, module >= narrowest
}

// bars draws Code 128 into a box, quiet zones within it, or nothing.
func (d *doc) bars(x, y, w, h float64, data string) bool {
	c, module, ok := code128For(w, data)
	if ok {
		d.run(c, x+(w-module*float64(c.Bounds().Dx()))/2, y, module, h, 0)
	}
	return ok
}

// run draws one row of modules, bars that touch as one.
func (d *doc) run(c barcode.Barcode, x, y, module, h float64, row int) {
	n := c.Bounds().Dx()
	for i := 0; i < n; i++ {
		if !dark(c, i, row) {
			continue
		}
		from := i
		for i < n && dark(c, i, row) {
			i++
		}
		d.pdf.Rect(x+float64(from)*module, y, float64(i-from)*module, h, "F")
	}
}

// square draws a QR code into a square box, quiet zone within it.
func (d *doc) square(x, y, side float64, c barcode.Barcode) {
	n := c.Bounds().Dx()
	module := side / float64(n+8)
	for row := range n {
		d.run(c, x+4*module, y+float64(row+4)*module, module, module, row)
	}
}

func qrCode(field, data string) (barcode.Barcode, error) {
	if len(data) > maxQR {
		return nil, fmt.Errorf("%s: is %d bytes long, at most %d go in a code", field, len(data), maxQR)
	}
	if strings.ContainsFunc(data, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("%s: has characters that do not belong in a code", field)
	}
	c, err := qr.Encode(data, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field, err)
	}
	return c, nil
}
