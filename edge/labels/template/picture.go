package template

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/image/draw"

	"picket/zpl"
)

// picture is one that a template brings along, drawn for each kind of printer.
type picture map[int]*zpl.Bitmap

const (
	mostPixels = 2000  // of either side
	widest     = 110.0 // mm
	highest    = 160.0 // mm
)

// picture reads a PNG in base64. wide is how wide it is printed; its height follows.
func (p *reading) picture(n *yaml.Node, wide number) picture {
	w := wide.of(space{})
	if !(w >= 2 && w <= widest) {
		p.faults.add(wide.at, "wide: want a plain number of millimetres, from 2 to %g", widest)
		return nil
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(n.Value), ""))
	if err != nil {
		p.faults.add(at(n), "the picture is no base64; `picket label picture FILE.png` writes it as it must stand here")
		return nil
	}
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		p.faults.add(at(n), "the picture is no PNG: %v", err)
		return nil
	}
	if c.Width > mostPixels || c.Height > mostPixels || c.Width < 1 || c.Height < 1 || w*float64(c.Height)/float64(c.Width) > highest {
		p.faults.add(at(n), "the picture has %d x %d dots; at most %d x %d, and at most %g mm high", c.Width, c.Height, mostPixels, mostPixels, highest)
		return nil
	}
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		p.faults.add(at(n), "the picture is no whole PNG: %v", err)
		return nil
	}
	out := picture{}
	for _, dpmm := range []int{8, 12, 24} {
		dots := image.Rect(0, 0, max(1, int(w*float64(dpmm)+0.5)), max(1, int(w*float64(dpmm)*float64(c.Height)/float64(c.Width)+0.5)))
		scaled := image.NewGray(dots)
		draw.Draw(scaled, dots, image.White, image.Point{}, draw.Src)
		draw.CatmullRom.Scale(scaled, dots, img, img.Bounds(), draw.Over, nil)
		out[dpmm] = zpl.NewBitmap(scaled)
	}
	return out
}
