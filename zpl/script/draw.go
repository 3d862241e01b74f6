package script

import (
	"image"
	"slices"
	"sync"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"picket/zpl"
)

const (
	em       = 800  // the letters' size in thousandths of the cell: marks above and below stay within it
	baseline = 770  // where the letters stand, from the cell's top, as font 0 does
	unit     = 1000 // letters are shaped at this size and scaled, so that a text has one width
)

// Fonts are the bundled fonts. It may be used from several goroutines.
type Fonts struct {
	mu      sync.Mutex
	faces   map[string]*font.Face
	shaper  shaping.HarfbuzzShaper
	segment shaping.Segmenter
	order   bidi.Paragraph
	raster  vector.Rasterizer
}

// New returns the bundled fonts, none of them unpacked yet.
func New() *Fonts { return &Fonts{faces: map[string]*font.Face{}} }

// For is the hand for a printer whose font 0 has the given characters.
func (f *Fonts) For(has Repertoire) zpl.Hand { return hand{f, has} }

type hand struct {
	fonts *Fonts
	has   Repertoire
}

// Draws obeys zpl.Hand.
func (h hand) Draws(s string) bool {
	for _, r := range s {
		if r != '\n' && !h.has.has(r) {
			return true
		}
	}
	return false
}

// Advance obeys zpl.Hand.
func (h hand) Advance(s string) int {
	return h.fonts.advance(s).Ceil() * em / unit
}

// advance is how far the pen moves along one line of s, at the size texts are shaped in.
func (f *Fonts) advance(s string) (w fixed.Int26_6) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, run := range f.shape(s) {
		w += run.Advance
	}
	return w
}

// Ink obeys zpl.Hand.
func (h hand) Ink(b *zpl.Bitmap, s string, x, y, cell int) {
	h.fonts.mu.Lock()
	defer h.fonts.mu.Unlock()
	scale := float32(cell) * em / unit / 1000 // dots per unit at which the text was shaped
	pen, base := float32(x), float32(y)+float32(cell)*baseline/1000
	for _, run := range h.fonts.shape(s) {
		for _, g := range run.Glyphs {
			outline, ok := run.Face.GlyphData(g.GlyphID).(font.GlyphOutline)
			if ok {
				h.fonts.ink(b, outline.Segments, pen+dots(g.XOffset)*scale, base-dots(g.YOffset)*scale, float32(cell)*em/1000/float32(run.Face.Upem()))
			}
			pen += dots(g.Advance) * scale
		}
	}
}

// Lacks are the characters of s that no bundled font has; they are drawn as empty boxes.
func (f *Fonts) Lacks(s string) []rune {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []rune
	text := []rune(s)
	for _, run := range f.shape(s) {
		for _, g := range run.Glyphs {
			if g.GlyphID == 0 {
				out = append(out, text[g.TextIndex()])
			}
		}
	}
	return out
}

func dots(v fixed.Int26_6) float32 { return float32(v) / 64 }

// shape turns one line into runs of glyphs from left to right.
func (f *Fonts) shape(s string) []shaping.Output {
	text := []rune(s)
	runs := f.order.Segment(text, bidi.Neutral)
	type piece struct {
		level bidi.Level
		out   shaping.Output
	}
	var line []piece
	for i := range runs.NumRuns() {
		run := runs.Run(i)
		in := shaping.Input{Text: text, RunStart: run.Start, RunEnd: run.End, Direction: di.DirectionLTR, Size: fixed.I(unit), Language: language.DefaultLanguage()}
		if !run.IsLeftToRight() {
			in.Direction = di.DirectionRTL
		}
		for _, part := range f.segment.Split(in, f) {
			line = append(line, piece{run.Level, f.shaper.Shape(part)})
		}
	}
	// Rule L2 of the bidi algorithm: from the highest level down, what stands at a level or above is turned round.
	top := bidi.Level(0)
	for _, p := range line {
		top = max(top, p.level)
	}
	for level := top; level > 0; level-- {
		for i := 0; i < len(line); i++ {
			end := i
			for end < len(line) && line[end].level >= level {
				end++
			}
			slices.Reverse(line[i:end])
			i = max(i, end)
		}
	}
	out := make([]shaping.Output, len(line))
	for i, p := range line {
		out[i] = p.out
	}
	return out
}

// ink draws one outline with its origin at (x, y); what lies beyond the bitmap is not drawn.
func (f *Fonts) ink(b *zpl.Bitmap, segments []font.Segment, x, y, scale float32) {
	if len(segments) == 0 {
		return
	}
	at := func(p font.SegmentPoint) (float32, float32) { return x + p.X*scale, y - p.Y*scale }
	minX, minY := at(segments[0].Args[0])
	maxX, maxY := minX, minY
	for i := range segments {
		for _, p := range segments[i].ArgsSlice() {
			px, py := at(p)
			minX, maxX, minY, maxY = min(minX, px), max(maxX, px), min(minY, py), max(maxY, py)
		}
	}
	box := image.Rect(int(minX)-1, int(minY)-1, int(maxX)+2, int(maxY)+2).Intersect(image.Rect(0, 0, b.Width, b.Height))
	if box.Empty() {
		return
	}
	z := &f.raster
	z.Reset(box.Dx(), box.Dy())
	rel := func(p font.SegmentPoint) (float32, float32) {
		px, py := at(p)
		return px - float32(box.Min.X), py - float32(box.Min.Y)
	}
	for i := range segments {
		s := &segments[i]
		ax, ay := rel(s.Args[0])
		bx, by := rel(s.Args[1])
		cx, cy := rel(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			z.ClosePath()
			z.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	z.ClosePath()
	mask := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	z.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	stride := (b.Width + 7) / 8
	for my := range box.Dy() {
		for mx := range box.Dx() {
			if mask.Pix[my*mask.Stride+mx] >= 128 {
				px := box.Min.X + mx
				b.Bits[(box.Min.Y+my)*stride+px/8] |= 0x80 >> (px % 8)
			}
		}
	}
}
