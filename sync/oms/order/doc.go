// Package order is the pure heart of the reference centre: what an order is, what a sound order looks
// like, which site serves it and why, and how far it is.
//
//	Check(capture, catalogue) -> problems     every fault of an order that came from outside, by field
//	Route(ask, sites) -> routing              the site, or why it waits, with a reason for each site
//	Of(order, assignments) -> progress        state, lines with their parts, parcels
//	Tell(event) -> words                      one line of the order's time line
//
// Progress is never computed from events here: the site's own fold (edge/floor) makes the order as the site
// has it, and this package only reads the result. So site and centre cannot disagree about a rule.
//
// It must never read a clock, draw a random number, do I/O, or let the order of a map reach a result.
package order
