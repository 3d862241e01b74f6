// Package fleet is the simulated world: one to three sites, each with one to three handhelds and the people who hold
// them, a lossy line, the reference centre, a label printer, and everything that can go wrong with them, in one process, in virtual
// time, from one seed.
//
// What is driven is the project's own code, stepped: edge/node over journal.Mem, view.Board, spool.Lane and
// labels.Draw at the site; reconcile.Site and the hub and clerk of sync/oms at the two ends of the line;
// linktest.Net between them. What is modelled is only what the project has no stepped code for: people, shelves
// and parcels (the physical truth), the handheld's queue (SYNC 1.9), the radio between it and the site, and the
// printer's mechanics.
//
// A seed draws its own subset of faults and their rates. They run for a while, then stop; from then on everything
// must converge within 240 virtual seconds. Invariants (TESTING, section 4) are checked as records come, and all
// of them at the end. A run that breaks one is repeated with its transcript on.
//
// The package must NEVER model what the project has code for, use a clock, a goroutine inside a world or the order
// of a map, or let one world touch another.
package fleet
