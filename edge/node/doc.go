// Package node is the one door of a site: every command of a person, a machine or the centre comes through it,
// is decided by edge/floor against the state as left by those before it, and is answered when it is durable.
//
//	command -> dedupe -> floor.Decide -> encode -> floor.Apply -> one journal commit -> answers -> wake the readers
//
// Node is the stepped half: no goroutine, no clock, one group of commands per Step. Door is Node with a goroutine
// round it: it gathers what waits, commits it as one group and answers each caller. Both give the same answers.
//
// DESIGN.md beside this file holds the promises. The package must NEVER answer, or let anybody read, what is not
// committed; go on after a commit that failed; give two effects to one command; hand out its state; or let a
// reader, a printer or the line to the centre stand between a commit and its answer.
package node
