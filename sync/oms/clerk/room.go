package clerk

import (
	"strconv"

	"picket/edge/floor"
	"picket/sync/oms/order"
)

// A site that is paused or full refuses orders for now. Such an order is not given to it again before something
// there has changed, or centre and site would throw it to and fro without end: when the site takes orders again,
// or is set up anew, it is given all that wait for it; for each order that ends there, one. Room lasts until the
// site refuses again.

// anyNumber is the room of a site that has just begun to take orders.
const anyNumber = -1

// atOnce is how many orders are given to a site in one go; the facts that follow bring the next.
const atOnce = 200

func roomKey(s floor.SiteID) string { return "room/" + string(s) }

// enter begins to fold facts of a site, with the room that was not used up.
func (w *work) enter(site floor.SiteID) error {
	text, err := w.Meta(roomKey(site))
	if err != nil {
		return err
	}
	w.folds = site
	w.room, _ = strconv.Atoi(text) // no text: none
	return nil
}

// keepRoom keeps what is left of the room for the facts that follow.
func (w *work) keepRoom() error {
	text := ""
	if w.room != 0 {
		text = strconv.Itoa(w.room)
	}
	had, err := w.Meta(roomKey(w.folds))
	if err != nil || had == text {
		return err
	}
	return w.SetMeta(roomKey(w.folds), text)
}

// ended notes the room an order leaves that people at the site have no more work with.
func (f *folding) ended(a *order.Assignment) {
	busy := a.Folded != nil && a.Folded.Busy()
	if f.busy[a.ID] && !busy && f.room != anyNumber {
		f.room++
	}
	f.busy[a.ID] = busy
}

// callIn gives the site orders that wait for its room, the earliest due first.
func (f *folding) callIn() error {
	if f.room == 0 {
		return nil
	}
	ids, err := f.WaitingFor([]floor.SKU{roomAt(f.site)}, atOnce)
	if err != nil {
		return err
	}
	given := len(f.grown)
	for _, id := range ids {
		if f.room == 0 {
			return nil
		}
		o, err := f.Order(id)
		if err != nil {
			return err
		}
		if err := f.route(&o, true); err != nil {
			return err
		}
	}
	if len(ids) < atOnce || len(f.grown) == given {
		f.room = 0 // nobody else wants it; orders to come ask without it
	}
	return nil
}

// hasRoom says whether a site that refused an order for now is to be asked again: in the fold of its facts, as
// far as its room goes; else when a person wants the order tried again.
func (r *routing) hasRoom(s floor.SiteID) bool {
	if r.folds == "" {
		return r.again
	}
	return s == r.folds && r.room != 0
}
