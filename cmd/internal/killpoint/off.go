//go:build !killpoints

package killpoint

import (
	"picket/edge/node"
	"picket/edge/spool"
	"picket/sync/link"
	"picket/sync/oms/store"
)

// Journal gives back the journal.
func Journal(j node.Journal) node.Journal { return j }

// Link gives back the link.
func Link(l link.Link) link.Link { return l }

// Store gives back the store.
func Store(s store.Store) store.Store { return s }

// Press gives back the printer and the desk of a lane.
func Press(p spool.Printer, d spool.Desk) (spool.Printer, spool.Desk) { return p, d }
