package hub

import (
	"slices"
	"time"

	"picket/edge/floor"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Status is a site's line as people see it.
type Status struct {
	Since     time.Time // the session stands since then; zero: none stands
	LastHeard time.Time
	Away      bool   // its last will says that it is gone, or the centre itself has no broker
	Closed    string // why the last session ended
	SW        string
	Node      wire.NodeID
	Applied   wire.Seq // of the site's log: raw and durable here
	Head      wire.Seq // of the site's log when its session was made
	FeedHead  wire.Seq
	FeedAcked wire.Seq
	Refused   *wire.Blocked // the record of the feed that the site cannot take
	Stuck     *wire.Blocked // the record of the site that the centre cannot take
	Trouble   reconcile.TroubleCode
	Reason    string
	Skew      time.Duration // the site's clock less the centre's, at its last hello
	Dropped   uint64        // messages that were not used
	LastDrop  string
	Forged    uint64 // of them, those in the site's name that its box has not signed
	LastForge string
	ForgedAt  time.Time
}

// Connected says whether a session stands and something was heard of it lately: three heartbeats.
func (s Status) Connected(now time.Time) bool {
	return !s.Since.IsZero() && !s.Away && now.Sub(s.LastHeard) < 45*time.Second
}

// forgedSaid is how often it is told, at most, that somebody speaks in a site's name.
const forgedSaid = time.Minute

// forged counts a message in a site's name that is not by its box, and says so.
func (h *Hub) forged(now time.Time, e *end, d reconcile.Dropped) {
	s := &e.status
	s.Forged++
	s.LastForge = string(d.Channel) + ": " + d.Err.Error()
	if now.Sub(s.ForgedAt) >= forgedSaid {
		h.cfg.Log.Warn("a message in a site's name is not signed by its box, and was not used", "site", e.site, "channel", d.Channel, "err", d.Err, "count", s.Forged)
	}
	s.ForgedAt = now
}

// observe publishes an end's status to other goroutines.
func (h *Hub) observe(e *end) {
	v := e.engine.View()
	s := &e.status
	s.Head = e.head
	s.Node, s.Applied, s.FeedHead, s.Stuck, s.Refused = v.Node, v.Applied.Seq, v.FeedHead, v.Stuck, v.Blocked
	if v.Open {
		s.FeedAcked = v.FeedAck
	}
	h.mu.Lock()
	h.status[e.site] = *s
	h.mu.Unlock()
}

// whole tells the clerk when all a site has told is taken in and folded, while the site is heard.
func (h *Hub) whole(site floor.SiteID) {
	h.mu.Lock()
	s := h.status[site]
	whole := !s.Since.IsZero() && !s.Away && s.Applied >= s.Head && h.folding != site && !slices.Contains(h.unfolded, site)
	h.mu.Unlock()
	if whole && h.clerk.Known(site) {
		h.taken(site) // orders may wait for it
	}
}

// Status of a site; false when it was not heard since this process began. Any goroutine may ask.
func (h *Hub) Status(site floor.SiteID) (Status, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s, ok := h.status[site]
	return s, ok
}
