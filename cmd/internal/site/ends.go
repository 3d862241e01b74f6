package site

import (
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/uplink"
)

// The ends of the line as the daemon ties them, for programs that measure the line without the box round it.

// Outbox is the journal as the uplink reads it.
func Outbox(f *journal.File) uplink.Journal { return outbox{f: f, proofs: proofs{file: f}} }

// Inbox puts the centre's records through the door; rows that come with them are left out.
func Inbox(d *node.Door, f *journal.File) uplink.Node {
	return inbox{door: d, file: f, closed: node.NewArchive(f, nil)}
}

// Keeper remembers what the site knows of the centre.
func Keeper(f *journal.File, d *node.Door) uplink.Keeper { return keeper{f, d} }
