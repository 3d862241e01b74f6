// Package day plays a day of a store and of a distribution centre against the real site, through its HTTP API
// alone: people who make mistakes, goods that really move, and at the end the books held against the goods.
//
// The simulator keeps the physical truth, unit by unit, in a ledger of its own (truth.go). What people read off
// screens comes from the API; what they find in bins, totes and parcels comes from the truth. The two meet only
// in their hands, as in a warehouse.
//
// It must NEVER look into the site's memory or file, and never let what the site says change the truth: only a
// person's hands move a unit.
package day
