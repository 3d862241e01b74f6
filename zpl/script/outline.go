package script

import (
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

// Letter is one letter of a line, for paper that draws lines and not dots.
type Letter struct {
	X, Y  float64 // its origin, in text sizes from where the line begins on its baseline; Y grows upwards
	Scale float64 // text sizes to a unit of Path
	Path  []Step  // closed shapes, to be filled by the nonzero rule
}

// Step is 'm' to a point, 'l' a line to a point, or 'c' a cubic curve by two points to a third.
type Step struct {
	Op byte
	P  [6]float32
}

// Width is how wide one line of s is, in text sizes.
func (f *Fonts) Width(s string) float64 { return float64(dots(f.advance(s))) / unit }

// Letters are the outlines of one line of s, from left to right.
func (f *Fonts) Letters(s string) []Letter {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Letter
	pen := 0.0
	for _, run := range f.shape(s) {
		for _, g := range run.Glyphs {
			if o, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline); ok && len(o.Segments) > 0 {
				out = append(out, Letter{X: pen + float64(dots(g.XOffset))/unit, Y: float64(dots(g.YOffset)) / unit, Scale: 1 / float64(run.Face.Upem()), Path: path(o.Segments)})
			}
			pen += float64(dots(g.Advance)) / unit
		}
	}
	return out
}

// path is an outline in lines and cubic curves alone.
func path(segments []font.Segment) []Step {
	out := make([]Step, 0, len(segments))
	var x, y float32
	for i := range segments {
		s := &segments[i]
		a, b, c := s.Args[0], s.Args[1], s.Args[2]
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			out = append(out, Step{'m', [6]float32{a.X, a.Y}})
			x, y = a.X, a.Y
		case opentype.SegmentOpLineTo:
			out = append(out, Step{'l', [6]float32{a.X, a.Y}})
			x, y = a.X, a.Y
		case opentype.SegmentOpQuadTo:
			out = append(out, Step{'c', [6]float32{x + (a.X-x)*2/3, y + (a.Y-y)*2/3, b.X + (a.X-b.X)*2/3, b.Y + (a.Y-b.Y)*2/3, b.X, b.Y}})
			x, y = b.X, b.Y
		case opentype.SegmentOpCubeTo:
			out = append(out, Step{'c', [6]float32{a.X, a.Y, b.X, b.Y, c.X, c.Y}})
			x, y = c.X, c.Y
		}
	}
	return out
}
