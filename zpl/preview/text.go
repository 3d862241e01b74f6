package preview

import (
	"image"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"picket/zpl"
)

// baseline is where font 0 stands within its cell, in thousandths of the height from the top.
const baseline = 770

// text draws a text or a block of lines. A line that is too wide for its block wraps, and lines beyond the block's
// last are drawn over it, as printers do: an overflow must be seen.
func (c *canvas) text(e *Element) error {
	if c.font == nil {
		f, err := sfnt.Parse(gobold.TTF)
		if err != nil {
			return err
		}
		c.font = f
	}
	if e.block == nil {
		return c.line(e, strings.ReplaceAll(e.Text, "\n", " "), e.X, e.Y)
	}
	y := e.Y
	for n, s := range wrap(e.Text, e.block.width, e.width) {
		x := e.X
		switch room := e.block.width - advance(s, e.width); e.block.align {
		case 'C':
			x += max(room/2, 0)
		case 'R':
			x += max(room, 0)
		}
		if n > 0 && n < e.block.lines {
			y += max(e.height+e.block.spacing, 0)
		}
		if err := c.line(e, s, x, y); err != nil || c.effort <= 0 {
			return err
		}
	}
	return nil
}

// advance is the width of a string in dots at a cell of the given width.
func advance(s string, cell int) int {
	w := 0
	for _, r := range s {
		w += zpl.RuneWidth(r)
	}
	return w * cell / 1000
}

// wrap breaks text into lines at line feeds, and at spaces where a line is wider than the block.
func wrap(s string, room, cell int) []string {
	var out []string
	for _, paragraph := range strings.Split(s, "\n") {
		line, w := "", 0
		for i, word := range strings.Split(paragraph, " ") {
			add := advance(word, cell)
			space := advance(" ", cell)
			switch {
			case i == 0:
				line, w = word, add
			case w+space+add > room:
				out = append(out, line)
				line, w = word, add
			default:
				line, w = line+" "+word, w+space+add
			}
		}
		out = append(out, line)
	}
	return out
}

// line draws one line with the cell's top left corner at (x, y).
func (c *canvas) line(e *Element, s string, x, y int) error {
	at := float32(x)
	for _, r := range s {
		if at >= float32(c.img.Rect.Max.X) || c.effort <= 0 {
			return nil
		}
		w := float32(zpl.RuneWidth(r)) * float32(e.width) / 1000
		if r != ' ' && at+w > 0 {
			if err := c.glyph(e, r, at, w, y); err != nil {
				return err
			}
		}
		at += w
	}
	return nil
}

// glyph draws one letter squeezed or stretched to width w.
func (c *canvas) glyph(e *Element, r rune, x, w float32, y int) error {
	const em = 1 << 10 // outlines are loaded at this size and scaled here, because the two directions differ
	index, err := c.font.GlyphIndex(&c.buf, r)
	if err != nil {
		return err
	}
	full, err := c.font.GlyphAdvance(&c.buf, index, fixed.I(em), font.HintingNone)
	if err != nil || full <= 0 {
		return err
	}
	segments, err := c.font.LoadGlyph(&c.buf, index, fixed.I(em), nil)
	if err != nil {
		return err
	}
	// The part of the cell that lies on the picture is all that is rasterized.
	cell := image.Rect(int(x)-1, y-e.height/4, int(x+w)+2, y+e.height+e.height/4).Intersect(c.img.Rect)
	if cell.Empty() {
		return nil
	}
	c.effort -= 4 * cell.Dx() * cell.Dy()
	sx, sy := w/(float32(full)/64)/64, float32(e.height)/em/64
	px := func(p fixed.Point26_6) (float32, float32) {
		return x + float32(p.X)*sx - float32(cell.Min.X), float32(y) + float32(e.height)*baseline/1000 + float32(p.Y)*sy - float32(cell.Min.Y)
	}
	z := vector.NewRasterizer(cell.Dx(), cell.Dy())
	for _, s := range segments {
		ax, ay := px(s.Args[0])
		bx, by := px(s.Args[1])
		cx, cy := px(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	mask := image.NewAlpha(image.Rect(0, 0, cell.Dx(), cell.Dy()))
	z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	for my := range cell.Dy() {
		for mx := range cell.Dx() {
			if mask.Pix[my*mask.Stride+mx] < 128 {
				continue
			}
			p := &c.img.Pix[(cell.Min.Y+my)*c.img.Stride+cell.Min.X+mx]
			if e.Reverse {
				*p ^= 1
			} else {
				*p = black
			}
		}
	}
	return nil
}
