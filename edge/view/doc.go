// Package view folds the records of a site's journal into what people see: the board of orders with their
// lines in walking order, items, printers, the line to the centre, and how far each handheld's own
// commands have come.
//
//	Apply(record)        takes in one record, in order of seq
//	Full(now)            is the whole board
//	Since(mark)          is what changed behind a mark: whole orders by id, never patches
//
// A board that missed nothing and a full one are equal: applying every delta to an old full gives the new
// full. A reader that is too far behind, that comes from another log, or whose board is of another start of the box
// (whose file may have been put back since), is told to load the full board.
//
// What is not in the journal (printers, the line) is handed in as values and shown beside the fold.
//
// The package is PURE. It must never read a clock, take a lock, do I/O or let the order of a map reach its
// output; whoever holds a Board guards it, and hands in the time.
package view
