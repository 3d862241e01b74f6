// Package slips makes the papers of a site as PDF: pick list and sheets for working on paper, packing slip, manifest,
// the file of a hand-over, count sheet, closing checklist, receipts. Each is a function from a plain struct to bytes.
//
//	slips.Packing(slips.PackingSlip{…}) -> []byte, error
//
// The same struct gives the same bytes, always; the date of making is handed in. Latin, Greek, Cyrillic, Turkish and
// Vietnamese are text in the bundled font (DejaVu, font/LICENSE). What it lacks, and what is written from right to left,
// is drawn as outlines by package zpl/script: joined, stacked and in order, always in its one weight. The PDF still says
// it in words to who searches or copies. A character that no font has is shown as an empty box.
//
// Data must NEVER break a paper: it cannot leave its cell, run over a barcode, hide another row or speak to the program
// that reads the PDF. Long text wraps, then shrinks, then ends in "…"; control characters and those that turn the
// direction of text are dropped. The package must never read a clock, a file or the net, and never panic.
package slips
