package fleet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"picket/cmd/picket-sim/fleet/memstore"
	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/linktest"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/wire"
)

const centreClient = "centre"

// centre is the reference OMS: its store outlives its process.
type centre struct {
	w      *world
	st     store.Store
	life   int
	up     bool
	hub    *hub.Hub
	clerk  *clerk.Clerk
	linked bool
	set    bool // the master data are in
	folds  bool // a fold is planned

	kept     []kept
	restores int       // times it was put back
	silent   bool      // and nobody said so, nor could anybody know: its witness was put back with it
	unread   bool      // put back silently, and no process has asked the witness yet
	witness  uint64    // how many commits the database has, as a file outside of it was told
	since    time.Time // of the backup, until people learn of it
	made     int       // ids, where they count anew behind a restore (ReuseIDs)
	gen      string    // the life line as it was last seen
}

func newCentre(w *world) *centre {
	c := &centre{w: w, st: memstore.New()}
	if w.opt.SQLite {
		st, err := sqlite.Memory(context.Background())
		if err != nil {
			w.fail("world", "sqlite: %v", err)
			return c
		}
		c.st = st
	}
	w.after(0, c.start)
	return c
}

// frail is the centre's store as its process sees it: transactions fail, and the process dies round them.
type frail struct {
	store.Store
	c *centre
}

var errStore = errors.New("database is locked")

func (f frail) Update(ctx context.Context, do func(store.Tx) error) error {
	w := f.c.w
	f.c.mortal("before a transaction")
	if w.roll(w.mix.Store) {
		if w.roll(.5) {
			return errStore
		}
		if err := f.Store.Update(ctx, do); err != nil {
			return err
		}
		return errStore // it stands, but nobody learns it
	}
	if w.without(ForgetfulCentre) && f.c.set && w.roll(.01) {
		err := f.Store.Update(ctx, func(tx store.Tx) error {
			if err := do(tx); err != nil {
				return err
			}
			return errStore
		})
		if errors.Is(err, errStore) {
			err = nil
		}
		return err
	}
	err := f.Store.Update(ctx, do)
	f.c.mortal("after a transaction")
	f.c.witness = max(f.c.witness, f.Store.Commits())
	return err
}

func (c *centre) start() {
	c.life++
	c.up = true
	c.do(func() {
		w := c.w
		var err error
		st := frail{c.st, c}
		c.clerk, err = clerk.New(st, clerk.Config{
			Tenant: tenant, Default: "s1", Carrier: "Post", Prefix: "39521234", Block: 6,
			Now: func() time.Time { return w.now }, NewID: c.newID,
			HashPIN: func(pin string) (string, error) { return "hash of " + pin, nil },
			SamePIN: func(pin, hash string) bool { return hash == "hash of "+pin },
			Lacks:   w.mix.Older,
			Random:  func(b []byte) { copy(b, w.id("random")) },
		})
		if err == nil {
			_, _, err = c.clerk.Witnessed(context.Background(), c.witness)
		}
		if err == nil {
			c.unread = false
			c.hub, err = hub.New(context.Background(), hub.Config{
				Tenant: tenant, SW: "sim", Timing: w.mix.Timing, Rand: w.rng.Float64, NewToken: func() string { return w.id("tok") },
				NewGen: func() string { return "GEN1" }, Backup: w.mix.Backup, SnapshotOver: w.mix.Portray,
			}, c.clerk, st)
		}
		if err != nil {
			panic(death{"at the start: " + err.Error()})
		}
		w.say("centre", "is up")
		c.later(w.between(10*time.Millisecond, time.Second), c.dial)
		c.setUp()
		c.backup()
		c.fold()
		c.inquire()
	})
}

// newID is a name for what the centre makes. Nobody has it, whatever database it was put back to.
func (c *centre) newID(time.Time) string {
	if c.w.without(ReuseIDs) {
		c.made++
		return fmt.Sprintf("ID%07d", 5_000_000+c.made)
	}
	return c.w.id("ID")
}

func (c *centre) do(piece func()) {
	if c.up {
		c.w.live(piece, c.die)
	}
}

func (c *centre) later(d time.Duration, piece func()) {
	life := c.life
	c.w.after(d, func() {
		if c.life == life {
			c.do(piece)
		}
	})
}

func (c *centre) mortal(where string) {
	if c.w.roll(c.w.mix.Centres) {
		panic(death{where})
	}
}

func (c *centre) die(why string) {
	w := c.w
	w.say("centre", "dies: %s", why)
	c.up, c.folds = false, false
	if c.linked {
		c.linked = false
		w.net.Detach(centreClient)
		will := c.hub.Will()
		w.after(w.between(0, 20*time.Second), func() { w.net.Will(w.now, will.Topic, will.Payload, will.Retained) })
	}
	down := w.between(100*time.Millisecond, 20*time.Second)
	if w.calm {
		down = time.Second
	}
	w.after(down, c.start)
}

// setUp brings the master data in, again until it is done.
func (c *centre) setUp() {
	if c.set {
		return
	}
	ctx := context.Background()
	_, err := c.clerk.PutItems(ctx, c.w.items)
	if err == nil {
		var sites []clerk.SiteSetup
		for _, s := range c.w.sites {
			sites = append(sites, clerk.SiteSetup{ID: s.id, Name: "Store", Zone: "Europe/Zurich", Bins: s.truth.bins, Promise: s.caution})
		}
		err = c.clerk.PutSites(ctx, sites)
	}
	for _, s := range c.w.sites {
		if err == nil {
			users := []clerk.UserSetup{
				{User: "anna", Name: "Anna", Roles: []string{"picker"}, PIN: "1234"}, {User: "ben", Name: "Ben", Roles: []string{"lead"}, PIN: "4321"},
				{User: "cleo", Name: "Cleo", Roles: []string{"picker"}, PIN: "5678"},
			}
			for i := 3; i < c.w.mix.Hands; i++ {
				users = append(users, clerk.UserSetup{User: floor.UserID(people[i]), Name: people[i], Roles: []string{"picker"}, PIN: "9999"})
			}
			_, err = c.clerk.PutUsers(ctx, s.id, users)
		}
	}
	if err != nil {
		c.w.say("centre", "master data: %v", err)
		c.later(time.Second, c.setUp)
		return
	}
	c.set = true
	c.poke()
}

func (c *centre) dial() {
	c.w.net.Attach(c.w.now, centreClient, c.hub.Filters()...)
	c.linked = true
	c.w.say("centre", "the line is up")
	c.step(hub.Connected{})
}

func (c *centre) lineLost() {
	if !c.linked {
		return
	}
	c.linked = false
	c.do(func() {
		c.step(hub.Lost{})
		c.later(c.w.between(50*time.Millisecond, 4*time.Second), c.dial)
	})
}

func (c *centre) next() time.Time {
	if !c.up {
		return time.Time{}
	}
	return c.hub.Next()
}

func (c *centre) tick() { c.do(func() { c.step(hub.Tick{}) }) }

// poke lets the hub look at feeds that have grown.
func (c *centre) poke() { c.later(time.Millisecond, func() { c.step(hub.Tick{}) }) }

func (c *centre) heard(d linktest.Delivery) {
	c.noteHeard(d)
	c.do(func() { c.step(hub.Arrived{Topic: d.Topic, Payload: d.Payload}) })
}

func (c *centre) step(in hub.Event) {
	c.publish(c.hub.Step(context.Background(), c.w.now, in))
	for _, s := range c.w.sites {
		if st, ok := c.hub.Status(s.id); ok && st.Trouble != "" && st.Trouble != "apply" && behind(c.w.seed) == nil && s.restores == 0 && c.restores == 0 {
			c.w.fail("P5", "the centre's line to %s reports %s: %s", s.id, st.Trouble, st.Reason)
		}
	}
	c.fold()
}

func (c *centre) publish(out []link.Message) {
	for _, m := range out {
		c.w.say("centre", "sends %s, %d bytes", m.Topic[len(m.Topic)-3:], len(m.Payload))
		if late := c.w.mix.Slow; late > 0 && strings.HasSuffix(m.Topic, "/"+string(wire.ChannelAck)) {
			c.later(c.w.between(0, late), func() { c.w.send(centreClient, m.Topic, m.Payload, m.Retained) })
		} else {
			c.w.send(centreClient, m.Topic, m.Payload, m.Retained)
		}
		c.mortal("between two messages")
	}
}

// fold interprets what came, at its own pace.
func (c *centre) fold() {
	if c.folds {
		return
	}
	c.folds = true
	c.later(c.w.between(time.Millisecond, 400*time.Millisecond), func() {
		c.folds = false
		more, err := c.hub.Fold(context.Background())
		if err != nil {
			c.w.say("centre", "fold: %v", err)
		}
		if more || err != nil {
			c.fold()
		}
		c.given()
		c.poked()
		if !c.since.IsZero() {
			c.lifeline()
		}
	})
}

// poked steps only when a feed may have grown.
func (c *centre) poked() {
	select {
	case <-c.clerk.Bell():
		c.poke()
	default:
	}
}

// backup says now and then how far a backup reaches.
func (c *centre) backup() {
	if c.w.opt.Restore {
		c.keep()
		c.later(c.w.between(2*time.Second, 20*time.Second), c.backup)
		return
	}
	if !c.w.mix.Backup {
		return
	}
	for _, s := range c.w.sites {
		m, err := c.clerk.Mark(context.Background(), s.id)
		if err == nil {
			c.publish(c.hub.Stabled(context.Background(), c.w.now, s.id, m.Applied))
		}
	}
	c.later(c.w.between(2*time.Second, 20*time.Second), c.backup)
}

// rename changes an article of the catalogue, which goes to the site by the same feed as orders.
func (c *centre) rename() {
	c.do(func() {
		it := c.w.items[c.w.rng.IntN(len(c.w.items))]
		it.Name = fmt.Sprintf("%s, as of %d", it.SKU, int(c.w.now.Sub(c.w.dawn).Seconds()))
		if _, err := c.clerk.PutItems(context.Background(), []floor.Item{it}); err != nil {
			c.w.say("centre", "item: %v", err)
		}
		c.poke()
	})
}

// shop places the orders. It asks again, with the same order, until it is told that the order is there.
type shop struct {
	w       *world
	placed  int // answered for
	wanted  int
	wanting int // wishes nobody was told of yet
	orders  []order.Capture
	known   map[string]floor.OrderID

	answered map[string]time.Time // when it was told that an order is placed
	said     []said               // wishes, as they were answered
	saying   map[string]bool      // requests of wishes that are said again
}

func newShop(w *world) *shop {
	s := &shop{w: w, wanted: w.mix.Orders, known: map[string]floor.OrderID{}, answered: map[string]time.Time{}, saying: map[string]bool{}}
	for i := range s.wanted {
		c := order.Capture{
			Channel: "web", Number: fmt.Sprintf("W-%d", 1001+i), Customer: order.Customer{Name: "Ada Lovelace"},
			ShipTo: order.Address{Name: "Ada Lovelace", Street: []string{"12 St James's Square"}, Postcode: "SW1Y 4JH", City: "London", Country: "GB"},
		}
		if w.roll(.3) {
			c.Site = w.sites[w.rng.IntN(len(w.sites))].id
		}
		if w.roll(.2) {
			c.Service = order.Express
		}
		if w.roll(w.mix.Confirm) {
			c.Mode = floor.ModeConfirm
		}
		if w.collected() {
			c.Flow, c.Service, c.Site, c.ShipTo = floor.FlowPickup, "", w.sites[w.rng.IntN(len(w.sites))].id, order.Address{}
		}
		for range 1 + w.rng.IntN(3) {
			c.Lines = append(c.Lines, order.Asked{SKU: w.items[w.rng.IntN(len(w.items))].SKU, Qty: 1 + w.rng.IntN(3)})
		}
		at := time.Duration(w.rng.Int64N(int64(w.mix.Faults * 9 / 10)))
		if w.opt.Restore {
			placed := w.dawn.Add(at)
			c.Placed = &placed // a channel that sends an order again says when it was placed
		}
		s.orders = append(s.orders, c)
		w.after(at, func() { s.place(c) })
		s.wishes(c)
		if w.roll(.2) {
			w.after(time.Duration(w.rng.Int64N(int64(w.mix.Faults))), w.centre.rename)
		}
	}
	return s
}

func (s *shop) place(c order.Capture) {
	w := s.w
	again := func(why string) {
		w.say("shop", "order %s: %s", c.Number, why)
		w.after(w.between(500*time.Millisecond, 3*time.Second), func() { s.place(c) })
	}
	if !w.centre.up || !w.centre.set {
		again("the centre does not answer")
		return
	}
	answered := false
	w.centre.do(func() {
		id, _, err := w.centre.clerk.Capture(context.Background(), c)
		var conflict *clerk.Conflict
		var problems order.Problems
		if errors.As(err, &conflict) || errors.As(err, &problems) {
			w.fail("P2", "order %s is refused: %v", c.Number, err)
		}
		w.centre.poke()
		if answered = err == nil && !w.roll(w.mix.Radio.Drop); answered {
			if had := s.known[c.Number]; had != "" && had != id && w.centre.restores == 0 {
				w.fail("P2", "order %s is %s and %s", c.Number, had, id)
			}
			s.known[c.Number] = id
		}
	})
	if !answered {
		again("no answer")
		return
	}
	s.placed++
	s.answered[c.Number] = w.now
	w.say("shop", "order %s is placed", c.Number)
}
