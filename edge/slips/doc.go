// Package slips makes the papers of a site as PDF: pick list and sheets for working on paper, packing slip, manifest,
// the file of a hand-over, count sheet, closing checklist, receipts. Each is a function from a plain struct to bytes.
//
//	slips.Packing(slips.PackingSlip{…}) -> []byte, error
//
// The same struct gives the same bytes, always; the date of making is handed in. Latin, Greek, Cyrillic, Turkish and
// Vietnamese are shown by the bundled font (DejaVu, font/LICENSE); a character it does not have is shown as an empty box.
//
// Scripts written from right to left are not put in order, and Arabic letters are not joined: the PDF library cannot.
//
// Data must NEVER break a paper: it cannot leave its cell, run over a barcode, hide another row or speak to the program
// that reads the PDF. Long text wraps, then shrinks, then ends in "…"; control characters and those that turn the
// direction of text are dropped. The package must never read a clock, a file or the net, and never panic.
package slips
