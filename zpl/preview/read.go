package preview

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"picket/zpl"
)

// Bounds that no honest label reaches.
const (
	maxLabels   = 2000
	maxElements = 2000
	maxWidth    = 6000    // dots: 250 mm at 24 dots per mm
	maxHeight   = 24000   // dots: 1 m at 24 dots per mm
	maxDots     = 1 << 24 // of one picture
	maxBitmap   = 1 << 21 // bytes of one graphic
	maxGraphics = 1 << 23 // bytes of all graphics of one label
	maxNotes    = 100     // unknown commands and problems kept
)

// Options say what the stream does not: the printer's density, and the size of labels without ^PW and ^LL.
type Options struct {
	Dpmm          int     // 8 where 0
	Width, Height float64 // millimetres; 4 x 6 inches where 0
}

// Document is a stream of ZPL taken apart.
type Document struct {
	Labels  []Label
	Unknown []string // commands and bytes outside of any label, as they stand: "~HS"
}

// Label is one ^XA … ^XZ.
type Label struct {
	Width, Height int // dots
	Dpmm          int
	Copies        int // ^PQ
	Elements      []Element
	Unknown       []string // commands that were skipped, with their parameters
	Problems      []string // what is not drawn as it will print, and why
}

// Kind is the kind of an element.
type Kind string

const (
	Text       Kind = "text"
	Box        Kind = "box"
	Code128    Kind = "code128"
	QR         Kind = "qr"
	DataMatrix Kind = "datamatrix"
	Graphic    Kind = "graphic"
)

// Element is one field of a label. X and Y are its top left corner in dots; what else is set depends on the Kind.
type Element struct {
	Kind    Kind
	X, Y    int
	Text    string // what a person or a reader reads; lines are separated by line feeds, FNC1 within GS1 data is GS (0x1D)
	GS1     bool   // the code says that its data are GS1's
	Reverse bool   // inverts what lies below

	height, width int // text: the cell; boxes: the size; Code 128: height of the bars
	block         *block
	thickness     int
	white         bool
	module        int
	ecc           byte
	code          symbol
	bitmap        *zpl.Bitmap
	lines         []int // bar, space, bar … in dots, where code is not set
	security      byte  // of a PDF417
	turn          byte  // N, R, I or B; 0 is N
	baseline      bool  // turned, and placed by ^FT
}

// Bars are the measures of a code in dots: the narrowest bar or module, and for bars the width of all of them and their height.
func (e *Element) Bars() (module, width, height int) {
	for _, w := range e.lines {
		width += w
	}
	if e.lines != nil {
		return e.module, width, e.height
	}
	if e.Kind == Code128 {
		for _, w := range e.code.bars() {
			width += w * e.module
		}
		return e.module, width, e.height
	}
	return e.module, 0, 0
}

// Cell is the height of a text's characters in dots.
func (e *Element) Cell() int { return e.height }

// block is ^FB.
type block struct {
	width, lines, spacing int
	align                 byte
}

// Texts are the texts of a label in the order of the stream, drawn ones among them.
func (l *Label) Texts() []string {
	var out []string
	for _, e := range l.Elements {
		if e.Kind == Text || e.Kind == Graphic && e.Text != "" {
			out = append(out, e.Text)
		}
	}
	return out
}

// Codes are the barcodes of a label in the order of the stream.
func (l *Label) Codes() []Element {
	var out []Element
	for _, e := range l.Elements {
		if e.Kind != Text && e.Kind != Box && e.Kind != Graphic {
			out = append(out, e)
		}
	}
	return out
}

func (l *Label) problem(format string, args ...any) { note(&l.Problems, fmt.Sprintf(format, args...)) }

func note(list *[]string, s string) {
	switch {
	case len(*list) < maxNotes:
		*list = append(*list, s)
	case len(*list) == maxNotes:
		*list = append(*list, "and more")
	}
}

// Read takes a stream of ZPL apart. It never fails: what it does not understand it lists.
func Read(stream []byte, opt Options) Document {
	if opt.Dpmm <= 0 || opt.Dpmm > 24 {
		opt.Dpmm = 8
	}
	if !(opt.Width > 0) {
		opt.Width = 101.6
	}
	if !(opt.Height > 0) {
		opt.Height = 152.4
	}
	var doc Document
	var r *reader
	for _, t := range zpl.Tokens(stream) {
		switch {
		case t.Command() == "^XA":
			if r != nil {
				r.label.problem("^XA before the last label's ^XZ")
				r.close(&doc)
			}
			r = newReader(opt)
		case r == nil:
			note(&doc.Unknown, shown(t))
		case t.Command() == "^XZ":
			r.close(&doc)
			r = nil
		default:
			r.command(t)
		}
		if len(doc.Labels) == maxLabels {
			note(&doc.Unknown, fmt.Sprintf("stopped after %d labels", maxLabels))
			return doc
		}
	}
	if r != nil {
		r.label.problem("the stream ends before ^XZ: a printer prints nothing")
		r.close(&doc)
	}
	return doc
}

// shown is a token as it stands, cut to a length for a list.
func shown(t zpl.Token) string {
	d := t.Data
	if len(d) > 40 {
		d = d[:40]
	}
	return strings.ToValidUTF8(t.Command()+string(d), "\uFFFD")
}

// reader is the state between ^XA and ^XZ.
type reader struct {
	label        Label
	homeX, homeY int
	moduleBY     int
	heightBY     int
	ratioBY      float64
	fontH, fontW int // ^CF
	turnFW       byte
	graphics     int // bytes so far
	field        field
}

// field is what has been said since the last ^FS.
type field struct {
	x, y      int
	baseline  bool // ^FT
	font      bool
	turn      byte // of the font
	h, w      int
	block     *block
	code      zpl.Token // ^BC, ^BQ or ^BX
	graphic   zpl.Token // ^GB or ^GF
	reverse   bool
	indicator byte // ^FH; 0 where none
	data      []byte
	hasData   bool
	alt       string // ^FX: what a drawn text says, in hex
}

func newReader(opt Options) *reader {
	r := &reader{moduleBY: 2, ratioBY: 3, heightBY: 10, fontH: 9, turnFW: turnN}
	r.label = Label{Dpmm: opt.Dpmm, Copies: 1,
		Width: bound(int(opt.Width*float64(opt.Dpmm)), 1, maxWidth), Height: bound(int(opt.Height*float64(opt.Dpmm)), 1, maxHeight)}
	return r
}

func bound(n, least, most int) int { return max(least, min(n, most)) }

func (r *reader) close(doc *Document) {
	r.endField()
	l := &r.label
	if l.Width*l.Height > maxDots {
		l.problem("%d x %d dots are too many to draw: the picture is cut off", l.Width, l.Height)
		l.Height = max(1, maxDots/l.Width)
	}
	doc.Labels = append(doc.Labels, *l)
}

func (r *reader) unknown(t zpl.Token) { note(&r.label.Unknown, shown(t)) }

func (r *reader) command(t zpl.Token) {
	f := &r.field
	switch t.Command() {
	case "^FO", "^FT":
		f.x = bound(t.Int(0, 0), -maxWidth, maxWidth) + r.homeX
		f.y = bound(t.Int(1, 0), -maxHeight, maxHeight) + r.homeY
		f.baseline = t.Code == "FT"
	case "^A":
		r.font(t)
	case "^CF":
		r.fontH, r.fontW = bound(t.Int(1, r.fontH), 1, maxHeight), bound(t.Int(2, 0), 0, maxWidth)
		if p := t.Param(0); p != "0" && p != "" {
			r.label.problem("font %q is drawn as font 0", p)
		}
	case "^FB":
		f.block = &block{width: bound(t.Int(0, 0), 0, maxWidth), lines: bound(t.Int(1, 1), 1, 9999), spacing: bound(t.Int(2, 0), -9999, 9999), align: 'L'}
		if a := t.Param(3); a == "C" || a == "R" {
			f.block.align = a[0]
		} else if a != "" && a != "L" {
			r.label.problem("alignment %q of ^FB is drawn as L", a)
		}
	case "^FR":
		f.reverse = true
	case "^FH":
		if f.indicator = '_'; len(t.Data) > 0 {
			f.indicator = t.Data[0]
		}
	case "^FD", "^FV":
		f.data, f.hasData = t.Data, true
		if f.indicator != 0 {
			f.data = zpl.FieldData(f.indicator, t.Data)
			f.indicator = 0
		}
	case "^FS":
		r.endField()
	case "^BC", "^BQ", "^BX", "^BE", "^B8", "^BU", "^B9", "^B2", "^B7":
		f.code = t
	case "^GB", "^GF":
		f.graphic = t
	case "^BY":
		if ratio, err := strconv.ParseFloat(t.Param(1), 64); err == nil && ratio >= 2 && ratio <= 3 {
			r.ratioBY = ratio
		}
		r.moduleBY, r.heightBY = bound(t.Int(0, r.moduleBY), 1, 100), bound(t.Int(2, r.heightBY), 1, maxHeight)
	case "^PW":
		r.label.Width = bound(t.Int(0, r.label.Width), 1, maxWidth)
	case "^LL":
		r.label.Height = bound(t.Int(0, r.label.Height), 1, maxHeight)
	case "^LH":
		r.homeX, r.homeY = bound(t.Int(0, 0), -maxWidth, maxWidth), bound(t.Int(1, 0), -maxHeight, maxHeight)
	case "^PQ":
		r.label.Copies = bound(t.Int(0, 1), 1, 99999999)
	case "^FX":
		if said, ok := strings.CutPrefix(string(t.Data), zpl.Alt); ok {
			f.alt = said
		}
	default:
		r.setting(t)
	}
}

// setting takes the commands that this package understands only in the form that changes nothing.
func (r *reader) setting(t zpl.Token) {
	neutral := map[string]string{"^CI": "28", "^MU": "D", "^PO": "N", "^LR": "N"}
	if t.Command() == "^FW" && r.setTurn(t) {
		return
	}
	if want, known := neutral[t.Command()]; known && t.Param(0) == want {
		return
	}
	r.unknown(t)
}

func (r *reader) font(t zpl.Token) {
	f := &r.field
	name, turn := byte('0'), ""
	if len(t.Data) > 0 {
		name = t.Data[0]
	}
	if len(t.Data) > 1 && t.Data[1] != ',' {
		turn = string(t.Data[1])
	}
	if name != '0' {
		r.label.problem("font %q is drawn as font 0", string(name))
	}
	f.font, f.turn = true, r.turn(turn)
	f.h, f.w = bound(t.Int(1, 0), 0, maxHeight), bound(t.Int(2, 0), 0, maxWidth)
}

// endField makes an element of what was said since the last ^FS.
func (r *reader) endField() {
	f := r.field
	r.field = field{}
	if !f.hasData && f.graphic.Code == "" {
		return
	}
	if len(r.label.Elements) == maxElements {
		r.label.problem("only the first %d fields are read", maxElements)
		return
	}
	e := Element{X: f.x, Y: f.y, Reverse: f.reverse}
	var err error
	switch {
	case f.graphic.Code == "GB":
		r.box(&e, f.graphic)
	case f.graphic.Code == "GF":
		err = r.graphic(&e, f.graphic, f.alt)
	case f.code.Code == "B7":
		err = r.stacked(&e, f)
	case f.code.Code == "BC" && len(f.code.Param(5)) == 1 && strings.Contains("ADU", f.code.Param(5)), f.code.Code == "BE", f.code.Code == "B8", f.code.Code == "BU", f.code.Code == "B9", f.code.Code == "B2":
		err = r.linear(&e, f)
	case f.code.Code == "BC":
		err = r.code128(&e, f)
	case f.code.Code == "BQ":
		err = r.qr(&e, f)
	case f.code.Code == "BX":
		err = r.matrix(&e, f)
	default:
		r.text(&e, f)
	}
	switch {
	case e.turn != 0 && e.turn != turnN:
		e.baseline = f.baseline
	case f.baseline && e.Kind != QR:
		e.Y -= e.height
	}
	if err != nil {
		r.label.problem("%s at (%d, %d): %v", e.Kind, e.X, e.Y, err)
		return
	}
	r.label.Elements = append(r.label.Elements, e)
}

func (r *reader) text(e *Element, f field) {
	e.Kind, e.height, e.width, e.block, e.turn = Text, f.h, f.w, f.block, f.turn
	if !f.font {
		e.turn = r.turnFW
	}
	if e.height == 0 {
		e.height = r.fontH
		if !f.font && e.width == 0 {
			e.width = r.fontW
		}
	}
	if e.width == 0 {
		e.width = e.height
	}
	data := f.data
	if f.block != nil {
		data = unblock(data)
	}
	e.Text = strings.ToValidUTF8(string(data), "\uFFFD")
}

// unblock undoes ^FB's own escapes: \& is a line break, \\ a backslash.
func unblock(data []byte) []byte {
	if bytes.IndexByte(data, '\\') < 0 {
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] == '\\' && i+1 < len(data) {
			if data[i+1] == '&' || data[i+1] == '\\' {
				i++
			}
			if data[i] == '&' {
				out = append(out, '\n')
				continue
			}
		}
		out = append(out, data[i])
	}
	return out
}

func (r *reader) box(e *Element, t zpl.Token) {
	e.Kind, e.thickness = Box, bound(t.Int(2, 1), 1, maxHeight)
	e.width, e.height = bound(t.Int(0, 1), e.thickness, maxWidth), bound(t.Int(1, 1), e.thickness, maxHeight)
	e.white = t.Param(3) == "W"
	if c := t.Int(4, 0); c != 0 {
		r.label.problem("the rounding of a ^GB is not drawn")
	}
}

func (r *reader) graphic(e *Element, t zpl.Token, alt string) error {
	e.Kind = Graphic
	b, err := t.Graphics(min(maxBitmap, maxGraphics-r.graphics))
	if err != nil {
		return err
	}
	r.graphics += len(b.Bits)
	e.bitmap, e.width, e.height = b, b.Width, b.Height
	if said, err := hex.DecodeString(alt); err == nil {
		e.Text = strings.ToValidUTF8(string(said), "\uFFFD")
	}
	return nil
}

func (r *reader) code128(e *Element, f field) error {
	e.Kind, e.module = Code128, r.moduleBY
	e.height = bound(f.code.Int(1, r.heightBY), 1, maxHeight)
	e.turn = r.turn(f.code.Param(0))
	if mode := f.code.Param(5); mode != "" && mode != "N" {
		return fmt.Errorf("mode %q is not read here", mode)
	}
	if f.code.Param(2) != "N" {
		r.label.problem("the printer's text below a barcode is not drawn")
	}
	s, err := readCode128(f.data)
	e.code, e.Text, e.GS1 = s, s.text, s.gs1
	return err
}

func (r *reader) qr(e *Element, f field) error {
	e.Kind, e.module = QR, bound(f.code.Int(2, 2), 1, 100)
	e.Y += r.heightBY // as printers do; see package zpl
	if len(f.data) < 4 || f.data[1] != 'A' || f.data[2] != ',' || !strings.ContainsRune("LMQH", rune(f.data[0])) {
		return fmt.Errorf("want data that begin with error correction and automatic mode, such as MA,")
	}
	e.ecc = f.data[0]
	if !utf8.Valid(f.data) {
		return fmt.Errorf("data that are not UTF-8 are not read here")
	}
	e.Text = string(f.data[3:])
	return nil
}

func (r *reader) matrix(e *Element, f field) error {
	e.Kind, e.module = DataMatrix, bound(f.code.Int(1, 2), 1, 100)
	e.turn = r.turn(f.code.Param(0))
	if q := f.code.Param(2); q != "200" {
		return fmt.Errorf("quality %q is not read here", q)
	}
	escape := byte('~')
	if p := f.code.Param(6); p != "" {
		escape = p[0]
	}
	var out []byte
	for i := 0; i < len(f.data); i++ {
		c := f.data[i]
		if c != escape {
			out = append(out, c)
			continue
		}
		i++
		switch {
		case i < len(f.data) && f.data[i] == '1' && len(out) == 0 && !e.GS1:
			e.GS1 = true
		case i < len(f.data) && f.data[i] == '1':
			out = append(out, gs)
		case i < len(f.data) && f.data[i] == escape:
			out = append(out, c)
		default:
			return fmt.Errorf("an escape that is not read here")
		}
	}
	if len(out) == 0 {
		return fmt.Errorf("no data")
	}
	for _, c := range out {
		if c > 0x7E {
			return fmt.Errorf("byte 0x%02X is not read here", c)
		}
	}
	e.Text = string(out)
	return nil
}
