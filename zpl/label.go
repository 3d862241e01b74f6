package zpl

import (
	"fmt"
	"strconv"
)

// Label is one label format. Its zero value is not usable: it has no size. Copy it freely before printing;
// methods that add an element change only their receiver's list.
type Label struct {
	Width, Height float64 // millimetres
	Dpmm          int     // dots per millimetre of the printer: 8 (203 dpi), 12 (300 dpi) or 24 (600 dpi)
	Copies        int     // identical copies, 1 to 9999; 0 means 1
	Hand          Hand    // draws texts that the printer's font lacks; nil leaves all to the printer

	elements []element
}

// New returns an empty label of the given size in millimetres for a printer of dpmm dots per millimetre.
// A size or density that no printer has is reported by Bytes.
func New(width, height float64, dpmm int) Label {
	return Label{Width: width, Height: height, Dpmm: dpmm, elements: make([]element, 0, 24)}
}

// Align places text within its box.
type Align byte

const (
	Left Align = iota
	Center
	Right
)

// TextBox is text in font 0 that stays within W x H. The text is drawn at Size; where it does not fit it
// shrinks down to MinSize, wraps over at most Lines lines, and then ends in "...". A line feed in Value is a
// line break. An empty Value prints nothing.
type TextBox struct {
	Name       string  // the field's name, for errors
	X, Y, W, H float64 // millimetres
	Size       float64 // height of the characters' cell, and of a line, in millimetres
	MinSize    float64 // how far Size may shrink; 0 means 60 % of Size
	Lines      int     // most lines; 0 means 1, at most 32
	Align      Align
	Reverse    bool // white on black where it lies over a Box that is filled
	Own        bool // in the printer's own font whatever it lacks, to see what that is
	Value      string
}

// Line is a filled bar: horizontal with W alone, vertical with H alone.
type Line struct {
	Name      string
	X, Y      float64
	W, H      float64 // exactly one of the two is the length, the other 0
	Thickness float64 // millimetres
}

// Box is a frame of the given Thickness, drawn inwards; a Thickness of half the shorter side or more fills it.
type Box struct {
	Name       string
	X, Y, W, H float64
	Thickness  float64
}

// Code128 is a Code 128 symbol of printable ASCII. It is centred in W and shrinks from Module to MinModule to
// fit, with 10 modules of quiet zone on both sides counted in.
type Code128 struct {
	Name       string
	X, Y, W, H float64 // the box, quiet zones included; H is the height of the bars
	Module     float64 // width of the narrowest bar in millimetres
	MinModule  float64 // how far Module may shrink; 0 means 0.25 mm, as GS1 asks at the least
	Value      string
}

// GS1128 is a GS1-128 symbol of the given element strings, in their order; FNC1 goes where GS1 asks for it.
// Lengths, character set and check digits are verified as far as GS1 General Specifications 5.10, 7.8 and 7.9 fix them.
type GS1128 struct {
	Name       string
	X, Y, W, H float64
	Module     float64
	MinModule  float64
	Data       []AI
	HRI        float64 // height of the text below the bars, "(00) 3…", in millimetres beyond H; 0 prints none
}

// ECC is the error correction of a QR code.
type ECC byte

const (
	MediumECC   ECC = iota // 15 %, the default
	LowECC                 // 7 %
	QuartileECC            // 25 %
	HighECC                // 30 %
)

// QR is a QR code, as large as fits into Size with its quiet zone of 4 modules, centred.
// Value is UTF-8 text. GS1 data goes in as a GS1 Digital Link URI: ^BQ has no FNC1.
type QR struct {
	Name string
	X, Y float64
	Size float64 // width and height of the box in millimetres, quiet zone included
	ECC  ECC
	// Value may not hold control characters.
	Value string
}

// DataMatrix is a square ECC 200 symbol, as large as fits into Size with its quiet zone of 1 module, centred.
// Give Value (printable ASCII), or Data for a GS1 DataMatrix.
type DataMatrix struct {
	Name  string
	X, Y  float64
	Size  float64
	Value string
	Data  []AI
}

// Graphic draws a picture of black dots, one dot of the picture to one dot of the printer.
type Graphic struct {
	Name   string
	X, Y   float64
	Bitmap *Bitmap
}

type kind byte

const (
	kindText kind = iota
	kindBox
	kindCode128
	kindGS1128
	kindQR
	kindDataMatrix
	kindGraphic
)

var kindNames = [...]string{"text", "box", "code128", "gs1_128", "qr", "datamatrix", "graphic"}

// element is every kind of element in one struct, so that a label of twenty of them is one allocation.
type element struct {
	kind       kind
	align      Align
	ecc        ECC
	reverse    bool
	own        bool
	lines      int
	name       string
	x, y, w, h float64
	size, min  float64 // text: cell heights; Code 128: module widths
	thickness  float64 // boxes; for GS1-128 the height of its text
	value      string
	ais        []AI
	bitmap     *Bitmap
}

// Text adds a text box.
func (l *Label) Text(t TextBox) {
	l.elements = append(l.elements, element{kind: kindText, name: t.Name, x: t.X, y: t.Y, w: t.W, h: t.H,
		size: t.Size, min: t.MinSize, lines: t.Lines, align: t.Align, reverse: t.Reverse, own: t.Own, value: t.Value})
}

// Line adds a line.
func (l *Label) Line(b Line) {
	w, h := b.W, b.H
	if w == 0 {
		w = b.Thickness
	} else if h == 0 {
		h = b.Thickness
	}
	l.elements = append(l.elements, element{kind: kindBox, name: b.Name, x: b.X, y: b.Y, w: w, h: h, thickness: b.Thickness})
}

// Box adds a frame or a filled box.
func (l *Label) Box(b Box) {
	l.elements = append(l.elements, element{kind: kindBox, name: b.Name, x: b.X, y: b.Y, w: b.W, h: b.H, thickness: b.Thickness})
}

// Code128 adds a Code 128 symbol.
func (l *Label) Code128(c Code128) {
	l.elements = append(l.elements, element{kind: kindCode128, name: c.Name, x: c.X, y: c.Y, w: c.W, h: c.H,
		size: c.Module, min: c.MinModule, value: c.Value})
}

// GS1128 adds a GS1-128 symbol.
func (l *Label) GS1128(c GS1128) {
	l.elements = append(l.elements, element{kind: kindGS1128, name: c.Name, x: c.X, y: c.Y, w: c.W, h: c.H,
		size: c.Module, min: c.MinModule, ais: c.Data, thickness: c.HRI})
}

// QR adds a QR code.
func (l *Label) QR(q QR) {
	l.elements = append(l.elements, element{kind: kindQR, name: q.Name, x: q.X, y: q.Y, w: q.Size, h: q.Size, ecc: q.ECC, value: q.Value})
}

// DataMatrix adds a DataMatrix symbol.
func (l *Label) DataMatrix(d DataMatrix) {
	l.elements = append(l.elements, element{kind: kindDataMatrix, name: d.Name, x: d.X, y: d.Y, w: d.Size, h: d.Size, value: d.Value, ais: d.Data})
}

// Graphic adds a picture.
func (l *Label) Graphic(g Graphic) {
	e := element{kind: kindGraphic, name: g.Name, x: g.X, y: g.Y, bitmap: g.Bitmap}
	if g.Bitmap != nil && l.Dpmm > 0 {
		e.w, e.h = float64(g.Bitmap.Width)/float64(l.Dpmm), float64(g.Bitmap.Height)/float64(l.Dpmm)
	}
	l.elements = append(l.elements, e)
}

// FieldError says which field of a label cannot be printed and why. It is the caller's mistake or a value's,
// never the printer's.
type FieldError struct {
	Field  string // the element's name, or its kind and number from 1: "text 3"
	Reason string
}

func (e *FieldError) Error() string { return "label field " + strconv.Quote(e.Field) + ": " + e.Reason }

func (l *Label) fieldError(i int, format string, args ...any) error {
	name := "label"
	if i >= 0 {
		if name = l.elements[i].name; name == "" {
			name = kindNames[l.elements[i].kind] + " " + strconv.Itoa(i+1)
		}
	}
	return &FieldError{Field: name, Reason: fmt.Sprintf(format, args...)}
}
