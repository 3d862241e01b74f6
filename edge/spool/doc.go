// Package spool prints what the journal asks for. One Lane stands before each printer; a turn of the lane
// takes one job one step further:
//
//	is the printer ready?  no  -> the job is held, with the printer's reasons
//	journal print.start           BEFORE the first byte leaves
//	send the bytes         none left -> held; some may have left -> unknown
//	ask the printer until its own counters say that the label is out -> label.printed
//	the connection that carried the job is gone -> unknown: a person looks
//
// The queue is the journal: the lane keeps nothing that a restart must not lose. A job found in the state
// processing at a start has bytes nobody can vouch for, and becomes unknown, never a second silent print.
//
// It must NEVER call a label printed because its bytes were taken, send a job's bytes twice, or keep a job
// from anybody who looks at the journal.
package spool
