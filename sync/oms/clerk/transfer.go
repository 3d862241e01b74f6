package clerk

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

// What two sites have to know of each other's half of a transfer goes through here: what left, what came of it,
// what the sender found out, and the keys their lists of contents are signed with.

// known says whether there is such a site.
func (w *work) known(site floor.SiteID) (bool, error) {
	if site == "" {
		return false, nil
	}
	_, err := w.Site(site)
	if errors.Is(err, store.ErrNone) {
		return false, nil
	}
	return err == nil, err
}

// relay tells the other site what an event of a transfer's order means for it.
func (f *folding) relay(o *floor.Order, e floor.Event) error {
	if o == nil || o.Flow != floor.FlowTransfer {
		return nil
	}
	if ok, err := f.known(o.To); !ok {
		return err
	}
	switch e := e.(type) {
	case *floor.UnitLeft:
		return f.announce(o, e)
	case *floor.TransferReceived:
		differs := len(e.Over) > 0
		for _, l := range e.Lines {
			differs = differs || l.Got != l.Qty
		}
		if differs {
			return nil // its people look first
		}
		return f.agree(o.To, floor.AgreeTransfer{Unit: e.Unit, As: "agreed", Done: true})
	case *floor.TransferSettled:
		u := o.Unit(e.Unit)
		return f.agree(o.To, floor.AgreeTransfer{Unit: e.Unit, SKU: e.SKU, Qty: e.Qty, As: e.As, Note: e.Note, Done: u != nil && u.Received})
	}
	return nil
}

func (f *folding) agree(to floor.SiteID, c floor.AgreeTransfer) error {
	return f.send(to, f.id(), "picket.transfer.agreed.v1", "site", &c)
}

// announce says to the other site what is on its way in a parcel. A delivery is announced with so many lines; a
// parcel that has more comes as several.
func (f *folding) announce(o *floor.Order, e *floor.UnitLeft) error {
	var lines []floor.Announced
	at := map[floor.SKU]int{}
	for _, c := range e.Contents {
		i, ok := at[c.SKU]
		if !ok {
			i = len(lines)
			at[c.SKU] = i
			lines = append(lines, floor.Announced{SKU: c.SKU, Unit: e.Unit})
		}
		lines[i].Qty += c.Qty
	}
	for n := 1; len(lines) > 0; n++ {
		part := lines[:min(len(lines), floor.MaxInbound)]
		lines = lines[len(part):]
		c := &floor.AnnounceInbound{Inbound: floor.InboundID("transfer/" + string(e.Unit)), What: "transfer", Ref: string(o.ID), From: string(f.site), Lines: part}
		if n > 1 {
			c.Inbound += floor.InboundID("/" + strconv.Itoa(n))
		}
		if err := f.send(o.To, f.id(), "picket.inbound.announced.v1", "inbound/"+string(c.Inbound), c); err != nil {
			return err
		}
	}
	return nil
}

// counted tells the sender of a parcel what came of it.
func (f *folding) counted(e *floor.TransferCounted) error {
	from := floor.SiteID(e.From)
	if ok, err := f.known(from); !ok || from == f.site {
		return err
	}
	c := &floor.ReceiveTransfer{Unit: e.Unit}
	for _, l := range e.Lines {
		c.Lines = append(c.Lines, floor.SKUQty{SKU: l.SKU, Qty: l.Got})
	}
	if len(c.Lines) > floor.MaxLines { // what nobody sent is the least of it
		c.Lines = c.Lines[:floor.MaxLines]
	}
	return f.send(from, f.id(), "picket.transfer.receive.v1", "site", c)
}

// caseSettled tells the other site when the sender's people have dealt with a difference by hand.
func (f *folding) caseSettled(e *floor.CaseSettled) error {
	id, ok := strings.CutPrefix(e.About, "order/")
	if e.What != "sent_differs" || !ok {
		return nil
	}
	a, err := f.assignment(floor.OrderID(id))
	if err != nil || a == nil || a.Folded == nil || a.Folded.Flow != floor.FlowTransfer {
		return err
	}
	if ok, err := f.known(a.Folded.To); !ok {
		return err
	}
	for i := range a.Folded.Units {
		if u := &a.Folded.Units[i]; u.Received {
			if err := f.agree(a.Folded.To, floor.AgreeTransfer{Unit: u.ID, As: "agreed", Note: e.Note, Done: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ownKey is where the centre keeps the keys a site signs with; no record of the feed says it.
const ownKey = "own_list_key/"

// listKey takes in a key of a site and hands it to all others. A site speaks for itself alone.
func (f *folding) listKey(record string, e *floor.ListKeyMade) error {
	if e.Site != f.site || !strings.HasPrefix(string(e.ID), string(f.site)+"-") {
		f.odd(record, "is a key of another site")
		return nil
	}
	key := floor.SetListKey{ID: e.ID, Site: e.Site, Public: e.Public}
	body, err := json.Marshal(&key)
	if err != nil {
		return err
	}
	if err := f.PutSetting(f.site, store.Setting{Key: ownKey + string(e.ID), Subject: "site", Body: body}); err != nil {
		return err
	}
	sites, err := f.Sites()
	if err != nil {
		return err
	}
	for _, s := range sites {
		if s.ID != f.site {
			if err := f.setKey(s.ID, &key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) setKey(site floor.SiteID, key *floor.SetListKey) error {
	return w.set(site, "picket.list_key.set.v1/"+string(key.ID), "picket.list_key.set.v1", "site", key)
}

// keysFor hands a new site the keys of all others.
func (w *work) keysFor(site floor.SiteID) error {
	sites, err := w.Sites()
	if err != nil {
		return err
	}
	for _, s := range sites {
		if s.ID == site {
			continue
		}
		had, err := w.Settings(s.ID)
		if err != nil {
			return err
		}
		for _, x := range had {
			if !strings.HasPrefix(x.Key, ownKey) {
				continue
			}
			var key floor.SetListKey
			if err := json.Unmarshal(x.Body, &key); err != nil {
				return err
			}
			if err := w.setKey(site, &key); err != nil {
				return err
			}
		}
	}
	return nil
}
