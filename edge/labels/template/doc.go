// Package template draws documents the way a site wants them: an operator's template says in YAML what stands where, in
// millimetres, and shows facts by name. DESIGN.md beside it is the operator's guide.
//
//	t, err := template.Parse("shipping.lbl", text) // every fault with its line and column
//	err = t.Check()                                // drawn with the worst data on each of its media: nothing overlaps, nothing that counts is missing
//	job, err := t.Draw(values, media)
//
// A template can say words, lines, boxes, pictures it brings along and barcodes, under conditions and for each entry of a
// list; there is no other statement in it. Whatever a field holds goes through package zpl, which lets no value command a
// printer.
//
// The package is pure. It must NEVER open a file or a connection, pass on a printer's command that somebody wrote, or let a
// template leave out what a document is for: its barcode, the mark of a copy, an amount to be collected.
package template
