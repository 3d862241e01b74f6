// Package memstore is the centre's store in plain maps, for simulators: what sqlite is to a shop, without its
// price. A seed of the fleet gives the same trace over it as over sqlite, and a test holds it to that.
//
// A transaction that fails takes back everything it did. Values that callers change in place go in and come out
// as copies.
//
// It must NEVER be used by a daemon: it forgets everything with the process.
package memstore
