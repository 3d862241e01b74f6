// Package killpoint lets a trial end a process at a named point: kill -9, by its own hand, exactly there. Only
// programs built with the tag killpoints have such points; in every other build each function here gives back what it
// was given. It must NEVER do anything else, and must never be in a program that serves people.
//
// PICKET_TEST_KILL=point:n is the n-th passing of one of:
//
//	journal.decided    a group is decided, and not yet written
//	journal.written    a page was written and not yet synced     (with the patched bbolt of cmd/e2e)
//	journal.synced     a page was synced; the commit may be half (with the patched bbolt of cmd/e2e)
//	journal.committed  the group is durable, and nobody was answered
//	link.sending       a message is about to go to the broker: a frame, an acknowledgement, a hello
//	link.sent          it went
//	taken.between      between two records of a batch that the centre applies
//	store.deciding     a transaction of the centre is complete but for its commit
//	store.committed    it is durable, and nobody was told
//	print.ready        a printer said that it is ready for a job
//	print.starting     print.start is about to be put to the floor
//	print.started      it is durable, and no byte has left
//	print.torn         half of the job's bytes left
//	print.sent         all left
//	print.seen         the printer counted the label out; label.printed is about to be put to the floor
//	print.confirmed    it is durable
//	print.failing      label.failed is about to be put to the floor: held, or unknown
//	print.failed       it is durable
package killpoint
