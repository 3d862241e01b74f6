// Package labels turns facts of the floor into labels and slips: which document shows what, where, and how
// large. It writes through package zpl, which sees to it that no name can command a printer.
//
//	job, err := labels.Draw(facts, media)
//
// A document is drawn from facts alone, so the same facts give the same bytes, today and at a reprint. A
// copy says on its face that it is one, and why.
//
// The package is pure. It must NEVER look anything up, print, keep a customer's address, or read a clock.
package labels
