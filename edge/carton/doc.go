// Package carton plans which cartons an order takes and where each item lies in them: cartonization.
//
//	Choose(cartons, items, rules) -> Plan          the cheapest set found, with every unit's place
//	Fits(carton, items, rules)    -> Fitting       does what a packer took hold it all, and how
//
// Boxes are placed on extreme points (Crainic, Perboli, Tadei 2008); DESIGN.md says how, and what it reaches.
// The same input gives the same plan, always: the effort is bounded by counted steps, not by a clock.
//
// A plan must NEVER overfill a carton, by weight, by volume or by geometry: no two items overlap, none sticks
// out, none stands on a side it may not, nothing lies above what bears nothing, and every item rests on
// enough of its base. What fits nowhere is said, in words, and never left out in silence. The package must
// never panic on bad input: it gives an error that names the field.
package carton
