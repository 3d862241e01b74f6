// Package virtual is a label printer without hardware, and a scripted scanner: a product
// feature for demonstrations, training and trying a set-up, and the other end in tests.
//
// The printer stands behind a real TCP port and behaves like one: it takes ZPL split anywhere,
// keeps a buffer, takes its time per label, counts what is left, runs out of labels and
// ribbon, is opened, paused, silenced and cut off from power. What it printed it keeps, as a
// person would find it in the tray.
//
// It must NEVER import edge or sync, and never be kinder than hardware: it prints
// what it was sent, twice if it was sent twice.
package virtual
