// Package store is the contract between the centre and its database: what rows there are, and what one
// transaction may do with them. store/storetest is the one suite that every implementation passes;
// store/sqlite is the first, PostgreSQL the next.
//
// Promises:
//
//   - Update is one transaction, serialised with every other Update that touches the same rows: nothing of it
//     is seen before it commits, nothing is left of it when do returns an error, and once Update has returned
//     nil it survives the death of the process and of the machine.
//   - View sees one moment: what was committed before it began, and nothing after.
//   - The database itself refuses a second live assignment of an order's line group (ErrLive), a second order
//     of one channel and number, and a second fact of one record id, whatever the program believes.
//
// The package must never decide anything: what an order is and where it goes is package order's, what belongs
// in one transaction is package clerk's. It must never hand out ids: they come from the caller, because a
// database that was restored would hand them out twice.
package store
