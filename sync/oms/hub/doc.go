// Package hub is the centre's end of the line to all sites: one protocol engine (reconcile.Centre) per site,
// carried out by the clerk, spoken over a link.
//
// Hub is stepped: Step takes one event and returns what to publish, Next says when it wants a tick, Fold
// interprets what was taken in, a bounded piece at a time. Run is the thin shell of goroutines round it; a
// simulator calls the same three.
//
// The hub keeps nothing that the store does not have, except who is connected. It must never acknowledge
// before the clerk's commit, never interpret a record before it is acknowledged as raw (folding has its own
// cursor), and never let one site's trouble stop another.
package hub
