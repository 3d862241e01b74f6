package zpl

import (
	"fmt"
	"image"
	"image/color"
	"strconv"
)

// maxGraphic bounds a picture to what fits the largest label head at 24 dots per mm and a printer's memory.
const maxGraphic = 4 << 20 // bytes

// Bitmap is a picture of black and white dots: rows of (Width+7)/8 bytes from the top, most significant bit left, 1 is black.
type Bitmap struct {
	Width, Height int // dots
	Bits          []byte
}

// NewBitmap draws an image in black and white at its own size: what is darker than half and more than half
// opaque becomes black.
func NewBitmap(img image.Image) *Bitmap {
	r := img.Bounds()
	b := &Bitmap{Width: r.Dx(), Height: r.Dy()}
	stride := b.stride()
	b.Bits = make([]byte, stride*b.Height)
	for y := range b.Height {
		for x := range b.Width {
			c := color.NRGBAModel.Convert(img.At(r.Min.X+x, r.Min.Y+y)).(color.NRGBA)
			if c.A >= 128 && 299*int(c.R)+587*int(c.G)+114*int(c.B) < 128*1000 {
				b.Bits[y*stride+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	return b
}

func (b *Bitmap) stride() int { return (b.Width + 7) / 8 }

func (b *Bitmap) problem() string {
	switch {
	case b == nil:
		return "no picture"
	case b.Width <= 0 || b.Height <= 0 || b.Width > 1<<15 || b.Height > 1<<15:
		return fmt.Sprintf("picture of %d x %d dots", b.Width, b.Height)
	case len(b.Bits) != b.stride()*b.Height:
		return fmt.Sprintf("picture of %d x %d dots has %d bytes, want %d", b.Width, b.Height, len(b.Bits), b.stride()*b.Height)
	case len(b.Bits) > maxGraphic:
		return fmt.Sprintf("picture of %d bytes, at most %d", len(b.Bits), maxGraphic)
	}
	return ""
}

// append appends ^GFA in hex with the run-length shorthand every ZPL II printer knows: G-Y repeat the next
// digit 1 to 19 times, g-z 20 to 400 times, "," fills the row with white, "!" with black, ":" repeats the row above.
func (b *Bitmap) append(dst []byte) []byte {
	stride := b.stride()
	dst = append(dst, "^GFA,"...)
	dst = append(params(dst, len(b.Bits), len(b.Bits), stride), ',')
	var above []byte
	for y := range b.Height {
		row := b.Bits[y*stride : (y+1)*stride]
		if above != nil && string(above) == string(row) {
			dst = append(dst, ':')
		} else {
			dst = appendRow(dst, row)
		}
		above = row
	}
	return append(dst, "^FS\n"...)
}

func appendRow(dst, row []byte) []byte {
	nibble := func(i int) byte { return row[i/2] >> (4 * (1 - i%2)) & 15 }
	for i, n := 0, 2*len(row); i < n; {
		v, run := nibble(i), 1
		for i+run < n && nibble(i+run) == v {
			run++
		}
		i += run
		if i == n && v == 0 {
			return append(dst, ',')
		}
		if i == n && v == 15 {
			return append(dst, '!')
		}
		for ; run > 419; run -= 400 {
			dst = append(dst, 'z', hexDigits[v])
		}
		if run >= 20 {
			dst = append(dst, 'g'+byte(run/20-1))
		}
		if r := run % 20; r > 0 && run > 1 {
			dst = append(dst, 'G'+byte(r-1))
		}
		dst = append(dst, hexDigits[v])
	}
	return dst
}

// Graphics turns the parameters of ^GFA (or ^GFB's bytes) back into a bitmap. limit is the most bytes it may allocate.
func (t Token) Graphics(limit int) (*Bitmap, error) {
	if t.Code != "GF" {
		return nil, fmt.Errorf("graphic: command %c%s is not ^GF", t.Prefix, t.Code)
	}
	p := t.Data
	next := func() string {
		for i, c := range p {
			if c == ',' {
				s := string(p[:i])
				p = p[i+1:]
				return s
			}
		}
		s := string(p)
		p = nil
		return s
	}
	format := next()
	_ = next() // bytes sent; total and stride say what is drawn
	total, err1 := strconv.Atoi(next())
	stride, err2 := strconv.Atoi(next())
	if err1 != nil || err2 != nil || stride <= 0 || stride > 1<<12 || total <= 0 || total%stride != 0 {
		return nil, fmt.Errorf("graphic: total bytes and bytes per row do not fit together")
	}
	if total > limit {
		return nil, fmt.Errorf("graphic: %d bytes, at most %d", total, limit)
	}
	b := &Bitmap{Width: stride * 8, Height: total / stride, Bits: make([]byte, total)}
	switch format {
	case "A", "":
		return b, b.unpack(p)
	case "B":
		if len(p) != total {
			return nil, fmt.Errorf("graphic: %d bytes of data, want %d", len(p), total)
		}
		copy(b.Bits, p)
		return b, nil
	}
	return nil, fmt.Errorf("graphic: format %q is not read here", format)
}

// unpack reads the hex shorthand into b.Bits; what is missing stays white.
func (b *Bitmap) unpack(p []byte) error {
	if len(p) > 0 && p[0] == ':' && len(p) > 3 && (string(p[1:3]) == "Z6" || string(p[1:3]) == "B6") {
		return fmt.Errorf("graphic: base64 data is not read here")
	}
	per := 2 * b.stride() // nibbles per row
	at, total := 0, 2*len(b.Bits)
	put := func(v byte, n int) {
		for ; n > 0 && at < total; n-- {
			b.Bits[at/2] |= v << (4 * (1 - at%2))
			at++
		}
	}
	run := 0
	for _, c := range p {
		rest := (per - at%per) % per
		if rest == 0 && (run == 0 && (c == ',' || c == '!')) {
			rest = per
		}
		switch {
		case c >= 'G' && c <= 'Y':
			run += int(c-'G') + 1
			continue
		case c >= 'g' && c <= 'z':
			run += 20 * (int(c-'g') + 1)
			continue
		case c == ',':
			put(0, rest)
		case c == '!':
			put(15, rest)
		case c == ':':
			if at < per || at%per != 0 {
				return fmt.Errorf("graphic: a repeated row with no whole row before it")
			}
			for n := 0; n < per && at < total; n++ {
				i := at - per
				put(b.Bits[i/2]>>(4*(1-i%2))&15, 1)
			}
		case c == '\r' || c == '\n' || c == ' ':
			continue
		default:
			v, ok := hexValue(c)
			if !ok {
				return fmt.Errorf("graphic: byte 0x%02X is no hex digit and no shorthand", c)
			}
			put(v, max(run, 1))
		}
		run = 0
	}
	return nil
}

func hexValue(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
