package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"crypto/ed25519"
	crand "crypto/rand"

	"picket/cmd/internal/site"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/link"
	"picket/sync/oms"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

const (
	tenant   = "bench"
	siteID   = "s1"
	items    = 500
	lines    = 10 // of an order
	perLine  = 5  // scans of a line, and more where the day would have more than mostOrders
	employee = "anna"

	// mostOrders bounds how many orders a day has: capturing them at the centre, one durable commit each, takes longer than
	// the scans, and is not what is measured. What a scan writes is the same in a large order.
	mostOrders = 2000
)

var quiet = slog.New(slog.DiscardHandler)

func gtin(i int) string {
	s := fmt.Sprintf("0952123%06d", i)
	sum := 0
	for at, c := range s {
		w := 3
		if at%2 == 1 {
			w = 1
		}
		sum += w * int(c-'0')
	}
	return s + strconv.Itoa((10-sum%10)%10)
}

// Both ends sign, as the programs do.
var (
	centreKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	boxKey    = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{2}, ed25519.SeedSize))
)

func knownCentre() ed25519.PublicKey { return centreKey.Public().(ed25519.PublicKey) }

// centre is the reference OMS as its daemon runs it, without the page.
type centre struct {
	*oms.Centre
	st   store.Store
	l    *link.MQTT
	stop context.CancelFunc
	done chan error
}

func openCentre(dir, url string) (*centre, error) {
	ctx, stop := context.WithCancel(context.Background())
	c := &centre{stop: stop, done: make(chan error, 1)}
	var err error
	if c.st, err = sqlite.Open(ctx, filepath.Join(dir, "oms.db")); err != nil {
		stop()
		return nil, err
	}
	if c.Centre, err = oms.New(ctx, oms.Config{Tenant: tenant, Prefix: "39521234", Key: centreKey}, c.st); err != nil {
		stop()
		return nil, errors.Join(err, c.st.Close())
	}
	will := c.Hub.Will()
	c.l, err = link.Dial(link.Config{Broker: url, ClientID: "centre", Filters: c.Hub.Filters(), Will: &will, Rand: rand.Float64, RetryMin: 10 * time.Millisecond})
	if err != nil {
		stop()
		return nil, errors.Join(err, c.st.Close())
	}
	go func() { c.done <- c.Hub.Run(ctx, c.l, quiet) }()
	return c, nil
}

func (c *centre) close() error {
	c.stop()
	return errors.Join(<-c.done, c.l.Close(), c.st.Close())
}

// box is one site: the journal's file, the door, and, while it is up, the line.
type box struct {
	f     *journal.File
	door  *node.Door
	stop  context.CancelFunc
	ended chan error

	up     *uplink.Uplink
	cut    context.CancelFunc
	cutEnd sync.WaitGroup
	lineEr error
}

func openBox(dir string, snapshotEvery int) (*box, error) {
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: "01JBENCH0000000000000000000"})
	if err != nil {
		return nil, err
	}
	n, err := node.Boot(f, node.Options{Source: floor.Source(tenant, siteID, "n1"), SnapshotEvery: snapshotEvery})
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	b := &box{f: f, door: node.NewDoor(n, node.DoorOptions{Clock: time.Now}), ended: make(chan error, 1)}
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	go func() { b.ended <- b.door.Serve(ctx) }()
	return b, nil
}

func (b *box) close() error {
	b.unplug()
	b.stop()
	return errors.Join(<-b.ended, b.f.Close(), b.lineEr)
}

// plug brings the line up.
func (b *box) plug(url string, state reconcile.SiteState, timing reconcile.Timing) error {
	timing.HelloSpread = -1
	up, err := uplink.New(uplink.Config{
		Tenant: tenant, Site: siteID, NodeID: "n1", Boot: 1, SW: "bench",
		Connect: func(client string, filters []string, will link.Message) (link.Link, error) {
			return link.Dial(link.Config{Broker: url, ClientID: client, Filters: filters, Will: &will, Rand: rand.Float64, RetryMin: 10 * time.Millisecond})
		},
		Journal: site.Outbox(b.f), Node: site.Inbox(b.door, b.f), Keeper: site.Keeper(b.f, b.door), State: state,
		Timing: timing, Rand: rand.Float64, Nonce: func() wire.Nonce { return wire.Nonce(crand.Text()) }, Log: quiet,
		Key: boxKey, Centre: knownCentre,
	})
	if err != nil {
		return err
	}
	ctx, cut := context.WithCancel(context.Background())
	b.up, b.cut = up, cut
	b.cutEnd.Go(func() { b.lineEr = errors.Join(b.lineEr, up.Run(ctx)) })
	b.cutEnd.Go(func() { // as the daemon does
		for seq := floor.Seq(b.f.Head().Seq); ; {
			head, err := b.door.Wait(ctx, seq)
			if err != nil {
				return
			}
			seq = head
			up.Wake()
		}
	})
	return nil
}

func (b *box) unplug() {
	if b.cut != nil {
		b.cut()
		b.cutEnd.Wait()
		b.cut = nil
	}
}

func (b *box) must(ctx context.Context, id string, c floor.Command) error {
	a, err := b.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID(id), Actor: employee}, Command: c})
	if err == nil && a.Refusal != nil {
		err = fmt.Errorf("%s: %s", c.Kind(), a.Refusal.Words())
	}
	return err
}

// day is a site's day with the line cut: its journal, and the centre that gave it the orders.
type day struct {
	dir    string
	orders int
	each   int // scans of a line
	qty    int // asked for of a line
	events uint64
	state  reconcile.SiteState // what the site knows of the centre
}

// buildDay makes a centre and a site, lets the orders reach the site, and scans with the line down.
func buildDay(dir string, events, qty int) (*day, error) {
	d := &day{dir: dir, each: max(perLine, events/(lines*mostOrders))}
	d.orders, d.qty = events/(lines*d.each)+1, max(qty, 2*d.each)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	b, err := startBroker(dir, pipeConf)
	if err != nil {
		return nil, err
	}
	defer b.stop()
	c, err := openCentre(dir, b.url())
	if err != nil {
		return nil, err
	}
	s, err := openBox(dir, 1<<40)
	if err == nil {
		err = d.live(c, s, b.url(), events)
		err = errors.Join(err, s.close())
	}
	return d, errors.Join(err, c.close())
}

func (d *day) live(c *centre, s *box, url string, events int) error {
	ctx := context.Background()
	master := make([]floor.Item, items)
	setup := clerk.SiteSetup{ID: siteID, Name: "Bench", Zone: "Europe/Zurich"}
	for i := range items {
		master[i] = floor.Item{SKU: sku(i), Name: "Item " + strconv.Itoa(i), GTINs: []string{gtin(i)}}
		setup.Bins = append(setup.Bins, floor.Bin{ID: bin(i), Aisle: "A", Bay: i + 1, Level: 1, Walk: i + 1})
	}
	if _, err := c.Clerk.PutItems(ctx, master); err != nil {
		return err
	}
	if err := c.Clerk.PutSites(ctx, []clerk.SiteSetup{setup}); err != nil {
		return err
	}
	if err := s.plug(url, reconcile.SiteState{}, reconcile.Timing{}); err != nil {
		return err
	}
	for n := range d.orders {
		asked := make([]order.Asked, lines)
		for l := range asked {
			asked[l] = order.Asked{SKU: sku(n*lines + l), Qty: d.qty}
		}
		_, _, err := c.Clerk.Capture(ctx, order.Capture{Channel: "web", Number: strconv.Itoa(n), Customer: order.Customer{Name: "Ada Lovelace"}, Site: siteID,
			ShipTo: order.Address{Name: "Ada Lovelace", Street: []string{"12 St James's Square"}, Postcode: "SW1Y 4JH", City: "London", Country: "GB"}, Lines: asked})
		if err != nil {
			return err
		}
	}
	if err := s.settled(c, 5*time.Minute); err != nil {
		return fmt.Errorf("the orders: %w", err)
	}
	s.unplug()
	if err := d.remember(ctx, c, s); err != nil {
		return err
	}
	var ids []floor.OrderID
	if err := c.st.View(ctx, func(tx store.Tx) error {
		live, err := tx.LiveAt(siteID)
		for _, a := range live {
			ids = append(ids, a.At) // oldest first: as they were captured
		}
		return err
	}); err != nil {
		return err
	}
	if len(ids) != d.orders {
		return fmt.Errorf("%d of %d orders are at the site", len(ids), d.orders)
	}
	for i := range items {
		if err := s.must(ctx, "stock-"+strconv.Itoa(i), &floor.AdjustStock{SKU: sku(i), Bin: bin(i), Delta: floor.MaxQty, Reason: "opening"}); err != nil {
			return err
		}
	}
	before := s.f.Head().Seq
	if err := scanAll(ctx, s, ids, events, d.each); err != nil {
		return err
	}
	d.events = s.f.Head().Seq - before
	return nil
}

// remember notes what the site knows of the centre once both are settled.
func (d *day) remember(ctx context.Context, c *centre, s *box) error {
	return c.st.View(ctx, func(tx store.Tx) error {
		m, err := tx.Mark(siteID)
		if err != nil {
			return err
		}
		seq, hash, err := tx.FeedHead(siteID, m.Lineage)
		if err != nil {
			return err
		}
		gen, err := tx.Meta("gen")
		head := wire.Seq(s.f.Head().Seq)
		d.state = reconcile.SiteState{Epoch: m.Epoch, Acked: head, Stable: head, Gen: wire.Generation(gen), Pos: m.Pos, Feed: wire.FeedMark{Lineage: m.Lineage, Seq: seq, Hash: hash}}
		return err
	})
}

// handheld is one person's device: its commands are bytes, numbered.
type handheld struct {
	s       *box
	id      floor.DeviceID
	n       uint64
	started map[floor.OrderID]bool
}

func newHandheld(s *box, no int) *handheld {
	return &handheld{s: s, id: floor.DeviceID(fmt.Sprintf("01JD8XK3W%017d", 7919*no)), started: map[floor.OrderID]bool{}}
}

// op is one command as a handheld sends it.
func (h *handheld) op(typ string, o floor.OrderID, data string) (node.Submission, error) {
	h.n++
	raw := fmt.Appendf(nil, `{"n":%d,"type":%q,"work":"order/%s","seen":%d,"at":%q,"data":%s}`, h.n, typ, o, h.n, time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), data)
	op, err := node.DecodeOp(raw)
	if err != nil {
		return node.Submission{}, err
	}
	sub := op.Submission(h.id)
	sub.Meta.Actor, sub.Meta.Station = employee, "aisle"
	return sub, nil
}

func (h *handheld) do(ctx context.Context, typ string, o floor.OrderID, data string) error {
	sub, err := h.op(typ, o, data)
	if err != nil {
		return err
	}
	a, err := h.s.door.Submit(ctx, sub)
	if err == nil && a.Refusal != nil {
		err = fmt.Errorf("%s: %s", typ, a.Refusal.Words())
	}
	return err
}

func (h *handheld) start(ctx context.Context, o floor.OrderID) error {
	if h.started[o] {
		return nil
	}
	h.started[o] = true
	return h.do(ctx, "pick.start", o, fmt.Sprintf(`{"order":%q}`, o))
}

// pick scans one unit of a line.
func (h *handheld) pick(ctx context.Context, o floor.OrderID, ord, line int) error {
	i := (ord*lines + line) % items
	return h.do(ctx, "pick.scan", o, fmt.Sprintf(`{"order":%q,"line":"%d","sku":%q,"qty":1,"bin":%q,"code":%q}`, o, line+1, sku(i), bin(i), gtin(i)))
}

func sku(i int) floor.SKU   { return floor.SKU("SKU-" + strconv.Itoa(i%items)) }
func bin(i int) floor.BinID { return floor.BinID("A-01-" + strconv.Itoa(i%items)) }

// settled waits until each side has the other's log, acknowledged and folded.
func (b *box) settled(c *centre, limit time.Duration) error {
	return until(limit, func() bool {
		s := b.up.Status()
		h, ok := c.Hub.Status(siteID)
		m, err := c.Clerk.Mark(context.Background(), siteID)
		return err == nil && ok && s.Connected && s.Unsent == 0 && s.Feed == h.FeedHead && h.FeedAcked == h.FeedHead && h.FeedHead > 0 && m.Folded == m.Pos && uint64(m.Applied.Seq) == b.f.Head().Seq
	})
}

// scanAll has handhelds start every order and scan it, order by order, as people do.
func scanAll(ctx context.Context, s *box, ids []floor.OrderID, events, each int) error {
	const devices = 64
	var all sync.WaitGroup
	errs := make([]error, devices)
	for dev := range devices {
		all.Go(func() {
			h := newHandheld(s, dev)
			left := events / devices
			if dev < events%devices {
				left++
			}
			for at := dev; left > 0 && at < len(ids); at += devices {
				if errs[dev] = h.start(ctx, ids[at]); errs[dev] != nil {
					return
				}
				for k := 0; k < lines*each && left > 0; k++ {
					left--
					if errs[dev] = h.pick(ctx, ids[at], at, k/each); errs[dev] != nil {
						return
					}
				}
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
