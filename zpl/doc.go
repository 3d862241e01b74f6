// Package zpl writes labels in Zebra's ZPL II. A Label is a value; its bytes are its encoding, the same
// bytes every time.
//
// Layout is in millimetres from the top left corner of the label and is drawn at 8, 12 or 24 dots per
// millimetre, so one layout serves 203, 300 and 600 dpi printers:
//
//	l := zpl.New(101.6, 152.4, 8) // 4 x 6 inches, in millimetres
//	l.Text(zpl.TextBox{Name: "ship_to", X: 5, Y: 5, W: 60, H: 20, Size: 4, Lines: 4, Value: address})
//	l.Line(zpl.Line{X: 0, Y: 30, W: 101.6, Thickness: 0.5})
//	l.GS1128(zpl.GS1128{Name: "sscc", X: 5, Y: 100, W: 91, H: 32, Module: 0.5,
//		Data: []zpl.AI{{Code: "00", Value: "395200000000000012"}}})
//	job, err := l.Bytes() // or l.AppendTo(buf), which allocates nothing
//
// What it promises:
//
//   - No value can command the printer. Every value goes through ^FH_ with everything but [0-9A-Za-z ]
//     hex-escaped; control characters are dropped from text and refused in barcodes (a barcode whose data was
//     quietly changed is a lie); the second escaping inside barcodes is this package's work too.
//   - Text shrinks, wraps, then ends visibly in "..."; by the width table of font0.go it never leaves its box.
//   - Nothing runs over a barcode: an element's box that meets a barcode's box, quiet zone included, or leaves
//     the label, is an error that names the field.
//   - A mistake in a value or the layout is a *FieldError naming the field, and no bytes.
//
// Tokens takes ZPL apart again: for the preview, for the virtual printer, for tests and for filters.
//
// The package is pure. It must NEVER touch a printer, a file, a clock or the network, know what an order or
// a site is, or emit a command that outlives the job (^JU, ^MM, ^PR, ^CC and their like).
package zpl
