// Package reference holds the bare programs the product's speed is measured against: what a database does
// with the same bytes when nothing else is asked of it. Benchmarks run them interleaved with the product, in
// one run on one machine, because only the ratio means anything.
//
// A "scan" is one journal put (8-byte rising key, 400 bytes), a get and a put of a 120-byte state value at
// random among 100,000 lines, and one outbox put. "Journal only" is the journal put alone.
//
// It must NEVER be imported by a shipped program: nothing here keeps a promise.
package reference
