package hub

import (
	"picket/edge/floor"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Ready is what a site's engine asks about a snapshot.
func (h *Hub) Ready(site floor.SiteID, knows wire.Pos) (s reconcile.SnapshotInfo, yet, none bool) {
	return portraits{h, site}.Ready(knows)
}
