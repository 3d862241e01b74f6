package preview

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/datamatrix"
	"github.com/boombuler/barcode/qr"
	"golang.org/x/image/font/sfnt"
)

// effort bounds the dots that one picture may ink, over and over, so that a stream cannot buy hours of drawing.
const effort = 4 * maxDots

const (
	white = 0
	black = 1
)

// canvas is a picture in black and white.
type canvas struct {
	img    *image.Paletted
	effort int
	font   *sfnt.Font

	measure bool // nothing is inked: reach is how far it would go
	reach   image.Point
	buf     sfnt.Buffer
}

// Image draws the label, one picture dot to one printer dot. A code that cannot be drawn leaves a note in Problems.
func (l *Label) Image() *image.Paletted {
	c := &canvas{
		img:    image.NewPaletted(image.Rect(0, 0, l.Width, l.Height), color.Palette{color.Gray{Y: 255}, color.Gray{Y: 0}}),
		effort: effort,
	}
	for i := range l.Elements {
		e := &l.Elements[i]
		var err error
		if e.turn != 0 && e.turn != turnN {
			err = c.turned(e)
		} else {
			err = c.element(e)
		}
		if err != nil {
			l.problem("%s at (%d, %d): %v", e.Kind, e.X, e.Y, err)
		}
		if c.effort <= 0 {
			l.problem("too much to draw: the picture is not complete")
			break
		}
	}
	return c.img
}

// PNG is the picture as a PNG.
func (l *Label) PNG() ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, l.Image()); err != nil {
		return nil, fmt.Errorf("preview of %d x %d dots: %w", l.Width, l.Height, err)
	}
	return b.Bytes(), nil
}

// fill inks a rectangle: black, white, or the opposite of what is there.
func (c *canvas) fill(r image.Rectangle, ink uint8, reverse bool) {
	if c.measure {
		c.reach = image.Pt(max(c.reach.X, r.Max.X), max(c.reach.Y, r.Max.Y))
		return
	}
	r = r.Intersect(c.img.Rect)
	if r.Empty() || c.effort <= 0 {
		return
	}
	c.effort -= r.Dx() * r.Dy()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.img.Pix[y*c.img.Stride+r.Min.X : y*c.img.Stride+r.Max.X]
		for x := range row {
			if reverse {
				row[x] ^= 1
			} else {
				row[x] = ink
			}
		}
	}
}

func (c *canvas) box(e *Element) {
	ink := uint8(black)
	if e.white {
		ink = white
	}
	r := image.Rect(e.X, e.Y, e.X+e.width, e.Y+e.height)
	t := e.thickness
	if 2*t >= e.width || 2*t >= e.height {
		c.fill(r, ink, e.Reverse)
		return
	}
	c.fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+t), ink, e.Reverse)
	c.fill(image.Rect(r.Min.X, r.Max.Y-t, r.Max.X, r.Max.Y), ink, e.Reverse)
	c.fill(image.Rect(r.Min.X, r.Min.Y+t, r.Min.X+t, r.Max.Y-t), ink, e.Reverse)
	c.fill(image.Rect(r.Max.X-t, r.Min.Y+t, r.Max.X, r.Max.Y-t), ink, e.Reverse)
}

func (c *canvas) code128(e *Element) {
	x := e.X
	for i, w := range e.code.bars() {
		if i%2 == 0 {
			c.fill(image.Rect(x, e.Y, x+w*e.module, e.Y+e.height), black, e.Reverse)
		}
		x += w * e.module
	}
}

func (c *canvas) bitmap(e *Element) {
	stride := (e.bitmap.Width + 7) / 8
	c.effort -= e.bitmap.Height * e.bitmap.Width / 8
	for y := range e.bitmap.Height {
		for x := 0; x < e.bitmap.Width; x++ {
			if e.bitmap.Bits[y*stride+x/8]&(0x80>>(x%8)) != 0 {
				c.fill(image.Rect(e.X+x, e.Y+y, e.X+x+1, e.Y+y+1), black, e.Reverse)
			}
		}
	}
}

// matrix draws a QR code or a DataMatrix with the library's encoder. A printer's own may choose another mask or
// another size; what a reader reads is the same.
func (c *canvas) matrix(e *Element) error {
	const cost = 1 << 20 // what encoding costs, in dots
	c.effort -= cost
	var code barcode.Barcode
	var err error
	if e.Kind == QR {
		code, err = qr.Encode(e.Text, map[byte]qr.ErrorCorrectionLevel{'L': qr.L, 'M': qr.M, 'Q': qr.Q, 'H': qr.H}[e.ecc], qr.Auto)
	} else {
		text := e.Text
		if e.GS1 {
			mark := string([]byte{datamatrix.FNC1})
			text = mark + strings.ReplaceAll(text, string(rune(gs)), mark)
		}
		code, err = datamatrix.Encode(text)
	}
	if err != nil { // the library quotes all of the data in its error
		return errors.New("more than any symbol of its kind holds")
	}
	size := code.Bounds()
	for y := range size.Dy() {
		for x := range size.Dx() {
			if r, _, _, _ := code.At(size.Min.X+x, size.Min.Y+y).RGBA(); r < 0x8000 {
				px, py := e.X+x*e.module, e.Y+y*e.module
				c.fill(image.Rect(px, py, px+e.module, py+e.module), black, e.Reverse)
			}
		}
	}
	return nil
}
