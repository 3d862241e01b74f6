// Package crashdisk cuts the power, on paper: it hears every write, sync, truncate and rename of a program that runs
// over bbolt, and gives back each disk that a cut at any moment can leave. The power-cut rigs of the journal and of
// the site over it are built on it.
//
// bbolt has no seam for its syncs, so Build makes one: it copies the very bbolt this module requires, changes the
// six lines where bytes leave the process, and builds a package's tests (build tag crashstates) against the copy.
//
// It must NEVER be part of a program: only tests import it.
package crashdisk
