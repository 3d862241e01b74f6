package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/cmd/picket-sim/fleet/memstore"
	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// The centre can be put back to an older copy of its database (SYNC, Q1 and Q2). What it decided since is at the sites,
// with whoever ordered, or both; until every site has told, it gives nobody what is older than that.

// kept is a copy of the centre's database.
type kept struct {
	st   *memstore.Store
	at   time.Time
	upTo map[floor.SiteID]wire.Position // what of each site's log is in it

	witness uint64 // as it was told then
	made    int    // ids that were given out until then
}

// copies is how many backups are kept: the centre calls stable what the oldest of them holds, and may be put back to any.
const copies = 2

// keep makes a backup, and says what every backup holds.
func (c *centre) keep() {
	st, ok := c.st.(*memstore.Store)
	if !ok || !c.set {
		return
	}
	k := kept{st: st.Copy(), at: c.w.now, upTo: map[floor.SiteID]wire.Position{}, witness: c.witness, made: c.made}
	for _, s := range c.w.sites {
		m, err := c.clerk.Mark(context.Background(), s.id)
		if err != nil {
			c.w.say("centre", "backup: %v", err)
			return
		}
		k.upTo[s.id] = m.Applied
	}
	c.w.say("centre", "a backup is kept")
	c.kept = append(c.kept, k)
	if extra := len(c.kept) - copies; extra > 0 {
		c.kept = slices.Delete(c.kept, 0, extra)
	}
	if !c.w.mix.Backup {
		return // it calls stable what it has, and may be put back to before that
	}
	for _, s := range c.w.sites {
		c.publish(c.hub.Stabled(context.Background(), c.w.now, s.id, c.kept[0].upTo[s.id]))
	}
}

// putBack puts the database back to one of the backups. Announced, the operator says so, as picket-oms asks him to. Else its
// witness finds it out at the start; now and then that lies in the backup, too.
func (c *centre) putBack(announced bool) {
	w := c.w
	// Nobody puts a database back a second time who does not know of the first: what channels send again in between is
	// taken for new. And while people wait for the sites they know what they do.
	if len(c.kept) == 0 || !c.since.IsZero() || !announced && c.restores > 0 && (!c.up || c.reconciled() != "") {
		return
	}
	i := w.rng.IntN(len(c.kept))
	k := c.kept[i]
	c.kept = c.kept[:i+1] // the later ones are of a life that is over
	if c.up {
		c.die("its database is put back")
	}
	whole := !announced && w.roll(.25)
	w.say("centre", "is put back by %s, announced: %v, with its witness: %v", w.now.Sub(k.at), announced, whole)
	c.restores++
	c.made = k.made
	st := k.st.Copy()
	c.st = st
	c.look(func(tx store.Tx) (err error) { c.gen, err = tx.Meta("gen"); return err })
	if announced {
		if err := c.declare(st); err != nil {
			w.fail("world", "a restore cannot be announced: %v", err)
		}
	}
	c.unread = !announced
	if whole {
		c.witness, c.silent = k.witness, true
	}
	if c.since.IsZero() || k.at.Before(c.since) {
		c.since = k.at
	}
	if announced {
		c.noticed()
	}
}

// noticed: people learn that the centre was put back, at once when it was announced, or else by another life line, or in
// the end by what is missing. Who sends orders and wishes sends again what was said since the backup.
func (c *centre) noticed() {
	if !c.since.IsZero() {
		c.w.shop.again(c.since)
		c.since = time.Time{}
	}
}

// lifeline looks whether the centre found out by itself that it was put back.
func (c *centre) lifeline() {
	gen := ""
	c.look(func(tx store.Tx) (err error) { gen, err = tx.Meta("gen"); return err })
	if gen != c.gen {
		c.gen = gen
		c.noticed()
	}
}

// declare is the operator's word that the database was put back.
func (c *centre) declare(st store.Store) error {
	k, err := clerk.New(st, clerk.Config{Tenant: tenant, Now: func() time.Time { return c.w.now }, NewID: c.newID})
	if err != nil {
		return err
	}
	if _, err = k.Restored(context.Background(), time.Time{}, "put back by hand"); err != nil {
		return err
	}
	return k.Outdo(context.Background(), c.witness)
}

// gap is what nobody has any more of a site's records.
func (c *centre) gap(tx store.Tx, site floor.SiteID) (clerk.Gap, error) {
	if c.restores == 0 || c.clerk == nil {
		return clerk.Gap{}, nil
	}
	return c.clerk.GapOf(tx, site)
}

// reconciled says what the centre waits for after it was put back, "" when nothing.
func (c *centre) reconciled() string {
	r, err := c.clerk.Reconciling(context.Background())
	owed := ""
	c.look(func(tx store.Tx) (err error) { owed, err = tx.Meta("restore"); return err })
	switch {
	case strings.Contains(owed, `"owed":`):
		return "sites are owed what waited for the end of a quarantine"
	case err != nil:
		return err.Error()
	case r.At != nil && r.Done == nil:
		return fmt.Sprintf("%s %v", r.Words, r.Sites)
	case r.Waiting > 0:
		return fmt.Sprintf("%d orders wait for the end of a quarantine that is over", r.Waiting)
	}
	return ""
}

// again is the shop's channel sending what it sent since a moment: orders under their numbers with the time at which they
// were placed, and wishes under their requests, one behind the other as they were said.
func (s *shop) again(since time.Time) {
	w := s.w
	for _, c := range s.orders {
		at, was := s.answered[c.Number]
		if !was || at.Before(since) {
			continue
		}
		delete(s.answered, c.Number)
		s.placed--
		w.after(w.between(0, 10*time.Second), func() { s.place(c) })
	}
	i := len(s.said)
	for i > 0 && !s.said[i-1].at.Before(since) {
		i--
	}
	var first *wish
	for _, x := range slices.Backward(s.said[i:]) {
		s.saying[x.wish.request] = true
		first = &wish{order: x.wish.order, request: x.wish.request, ask: x.wish.ask, then: first, soon: true, ends: x.wish.ends}
	}
	s.said = s.said[:i:i]
	if first != nil {
		s.wanting++
		w.after(w.between(0, 10*time.Second), func() { s.wish(*first) })
	}
}

// said is a wish that somebody was answered.
type said struct {
	wish wish
	at   time.Time
}
