package preview

import (
	"errors"
	"image"
	"image/color"

	"picket/zpl"
)

// How a field is turned: not, a quarter clockwise, upside down, a quarter back.
const (
	turnN = 'N'
	turnR = 'R'
	turnI = 'I'
	turnB = 'B'
)

// turn is how a command says its field is turned; what ^FW said where it says nothing.
func (r *reader) turn(says string) byte {
	switch says {
	case "N", "R", "I", "B":
		return says[0]
	case "":
	default:
		r.label.problem("%q is no way to turn a field: it is drawn as ^FW says", says)
	}
	return r.turnFW
}

// extent is the room a field takes before it is turned.
func (c *canvas) extent(e *Element) (w, h int, err error) {
	switch e.Kind {
	case Text:
		if e.block != nil {
			return e.block.width, e.block.lines * max(e.height+e.block.spacing, 1), nil
		}
		return advance(e.Text, e.width), e.height, nil
	case Code128, EAN, ITF:
		_, w, h = e.Bars()
		return w, h, nil
	case QR, DataMatrix, PDF417:
		return c.square(e)
	}
	return 0, 0, errors.New("is not turned")
}

// square draws a code somewhere else to see how large it is.
func (c *canvas) square(e *Element) (w, h int, err error) {
	probe := canvas{img: image.NewPaletted(image.Rect(0, 0, 0, 0), color.Palette{color.White, color.Black}), effort: c.effort, measure: true}
	u := *e
	u.X, u.Y = 0, 0
	if e.Kind == PDF417 {
		err = probe.pdf417(&u)
	} else {
		err = probe.matrix(&u)
	}
	c.effort = min(c.effort, probe.effort)
	return probe.reach.X, probe.reach.Y, err
}

// turned draws a field upright on a sheet of its own and copies it dot by dot to where it stands turned: ^FO names the top
// left corner of what is seen.
func (c *canvas) turned(e *Element) error {
	w, h, err := c.extent(e)
	if err != nil || w <= 0 || h <= 0 {
		return err
	}
	if w > maxDots/8/h {
		return errors.New("is too large to be turned")
	}
	c.effort -= 2 * w * h
	u := *e
	u.X, u.Y, u.turn, u.Reverse = 0, 0, turnN, false
	sheet := canvas{img: image.NewPaletted(image.Rect(0, 0, w, h), c.img.Palette), effort: c.effort, font: c.font}
	err = sheet.element(&u)
	c.font, c.effort = sheet.font, sheet.effort
	at := image.Pt(e.X, e.Y)
	if e.baseline { // ^FT names the foot of the first line: where it lies depends on how it is turned
		switch e.turn {
		case turnI:
			at.X -= w
		case turnB:
			at.X, at.Y = at.X-h, at.Y-w
		}
	}
	for y := range h {
		for x := range w {
			if sheet.img.Pix[y*sheet.img.Stride+x] != black {
				continue
			}
			p := at
			switch e.turn {
			case turnR:
				p = p.Add(image.Pt(h-1-y, x))
			case turnI:
				p = p.Add(image.Pt(w-1-x, h-1-y))
			default:
				p = p.Add(image.Pt(y, w-1-x))
			}
			c.fill(image.Rect(p.X, p.Y, p.X+1, p.Y+1), black, e.Reverse)
		}
	}
	return err
}

// element draws one field upright.
func (c *canvas) element(e *Element) error {
	switch e.Kind {
	case Text:
		return c.text(e)
	case Box:
		c.box(e)
	case Code128, EAN, ITF:
		if e.lines != nil {
			c.linear(e)
		} else {
			c.code128(e)
		}
	case PDF417:
		return c.pdf417(e)
	case QR, DataMatrix:
		return c.matrix(e)
	case Graphic:
		c.bitmap(e)
	}
	return nil
}

// setTurn is ^FW.
func (r *reader) setTurn(t zpl.Token) bool {
	switch p := t.Param(0); p {
	case "N", "R", "I", "B":
		r.turnFW = p[0]
		return true
	}
	return false
}
