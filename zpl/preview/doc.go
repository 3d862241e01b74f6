// Package preview reads ZPL back: commands become elements, elements become a list of texts and codes and a picture.
//
//	doc := preview.Read(zpl, preview.Options{Dpmm: 8})
//	for _, l := range doc.Labels {
//		png, err := l.PNG()        // for people
//		texts, codes := l.Texts(), l.Codes() // for tests and for the virtual printer's page
//	}
//
// It reads what package zpl writes. Any other command is listed as unknown and skipped; what it read but cannot draw
// truthfully is listed as a problem. Nothing in a stream is an error, and nothing in it can make the package
// allocate or draw without bound.
//
// The picture is a preview: text is drawn in the Go font, squeezed to the widths of the printers' font 0, so that
// line breaks and overflow show as they will print, while the letters' shapes do not.
//
// The package is pure: bytes in, image out. It must NEVER fetch, store or send anything, and is no judge of
// itself: package judge checks its pictures with other people's programs.
package preview
