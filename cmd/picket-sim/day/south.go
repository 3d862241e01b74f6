package day

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"picket/cmd/internal/site"
	"picket/devices/virtual"
	"picket/zpl/preview"
)

// The company has another site, south. It is a real one with a file and a printer of its own; nobody answers at the
// other end of its line either, so its people and its orders come over HTTP. The ledger knows of every unit there.

const south = "south"

// atSouth is a bin of the other site.
func atSouth(b string) spot { return spot("gone/south/" + b) }

// neighbour is the other site.
type neighbour struct {
	*house
	printer *virtual.Printer
	bins    []string
	items   []*item
	missing map[string]int // by its book: lost on the way here
}

// goods says where an item lives there.
func (nb *neighbour) home(it *item) string { return nb.bins[slices.Index(nb.items, it)] }

// openSouth starts the other site and its printer.
func (w *world) openSouth() (nb *neighbour, shut func() error, err error) {
	pr, err := virtual.Open(virtual.Config{Name: "south", Listen: "127.0.0.1:0"})
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(w.ctx)
	served := make(chan error, 1)
	go func() { served <- pr.Serve(ctx) }()
	unplug := func() error {
		cancel()
		if err := <-served; !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	}
	h, err := build(filepath.Join(w.house.cfg.Data, south), staff(Config{}), w.house.log)
	if err != nil {
		return nil, nil, errors.Join(err, unplug())
	}
	h.cfg.Site, h.cfg.Name, h.cfg.Centre = south, "South", "none"
	h.cfg.Printers = []site.Printer{{ID: "south", Address: "tcp://" + pr.Addr()}}
	h.ahead.Store(w.house.ahead.Load())
	if err := h.open(w.ctx); err != nil {
		return nil, nil, errors.Join(err, unplug())
	}
	nb = &neighbour{house: h, printer: pr, missing: map[string]int{}}
	return nb, func() error { return errors.Join(h.close(), unplug()) }, nil
}

// at is somebody of the other site, who acts when others ask them to.
func (nb *neighbour) at(w *world, name string) *person {
	p := w.extra(name)
	p.site = &nb.house.street
	return p
}

// twoSites is n parcels each way, and inventory day at the other site.
func (w *world) twoSites(n int) (err error) {
	nb, shut, err := w.openSouth()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, shut()) }()
	for _, part := range []struct {
		name string
		job  func(p *person)
	}{
		{"the other site", func(*person) { w.furnish(nb, 40+4*n) }},
		{"goods from the other site", func(p *person) {
			for i := range n {
				p.fromSouth(nb, i)
			}
		}},
		{"goods to the other site", func(p *person) { p.toSouth(nb, n) }},
		{"inventory day at the other site", func(*person) { w.inventoryDay(nb) }},
	} {
		if err := w.part(part.name, func() { w.hire("associate-7", 0, part.job) }); err != nil {
			return err
		}
	}
	return w.part("the other site's books", func() { w.hire("associate-7", 0, func(*person) { w.southEnds(nb) }) })
}

// furnish tells both sites of each other, and puts that many units into each of the other one's bins.
func (w *world) furnish(nb *neighbour, units int) {
	type key struct {
		ID     string `json:"id"`
		Site   string `json:"site"`
		Public string `json:"public"`
		Own    bool   `json:"own"`
	}
	there, here := nb.at(w, "centre-1"), w.extra("centre-1")
	for _, ends := range [][2]*person{{there, here}, {here, there}} {
		for _, k := range list[key](ends[0], "list_keys") {
			if k.Own {
				ends[1].centre("list_key.set", []D{{"id": k.ID, "site": k.Site, "public": k.Public}})
			}
		}
	}
	nb.items = w.shop.items[:6]
	var items, bins, stock []D
	all, _ := w.shop.masters()
	for i, it := range nb.items {
		b := fmt.Sprintf("S-01-%d", i+1)
		nb.bins = append(nb.bins, b)
		items = append(items, all[i])
		bins = append(bins, D{"id": b, "aisle": "S", "bay": 1, "level": i + 1, "walk": i + 1, "zone": fmt.Sprintf("S%d", i/3+1)})
		stock = append(stock, D{"sku": it.sku, "bin": b, "delta": units, "reason": "opening"})
		w.truth.make(it.sku, units, atSouth(b))
	}
	there.centre("item.set", items)
	there.centre("bin.set", bins)
	there.centre("numbers.lease", []D{{"number": "sscc", "prefix": "09520002", "from": 1, "to": 100_000}})
	manager := nb.at(w, "manager-1")
	manager.centre("stock.adjust", stock)
	for name, v := range map[string]any{"second_counter": true, "blind_count": true, "count_tolerance": 0, "count_tolerance_percent": 0, "blind_receiving": false} {
		manager.centre("policy.set", []D{{"name": name, "value": v}})
	}
}

// printed waits for the signed list of a parcel to come out of the printer.
func (nb *neighbour) printed(unit string) string {
	t := time.NewTicker(20 * time.Millisecond)
	defer t.Stop()
	for range 1500 {
		for _, l := range nb.printer.Labels() {
			for _, drawn := range preview.Read(l.ZPL, preview.Options{Dpmm: 8}).Labels {
				for _, c := range drawn.Codes() {
					if strings.HasPrefix(c.Text, "PKL1|") && strings.Contains(c.Text, "|"+unit+"|") {
						return c.Text
					}
				}
			}
		}
		<-t.C
	}
	panic(fmt.Errorf("the list of parcel %s is not printed", unit))
}

// southEnds holds the other site's books against the ledger.
func (w *world) southEnds(nb *neighbour) {
	p := nb.at(w, "associate-south")
	book := bookOf(p)
	for _, b := range nb.bins {
		for _, it := range nb.items {
			if has := w.truth.has(atSouth(b), it.sku); book[b][it.sku] != has {
				w.breach("south, bin %s: %s book %d, there %d", b, it.sku, book[b][it.sku], has)
			}
		}
	}
	for _, row := range list[stockRow](p, "stock") {
		for _, k := range sorted(row.Buckets) {
			if n := row.Buckets[k]; k != "bin" && n != 0 && (k != "missing" || n != nb.missing[row.SKU]) {
				w.breach("south: %d × %s %s by the book, and nobody knows why", n, row.SKU, k)
			}
		}
	}
	lead := nb.at(w, "lead-south")
	for _, c := range list[caseRow](lead, "desk") {
		w.breach("south: case %s (%s) stays on the desk: %s", c.ID, c.What, c.Words)
	}
}

// signIn lets somebody in with badge and PIN.
func (s *street) signIn(ctx context.Context, who, pin string) error {
	res, err := s.ask(ctx, who, http.MethodPost, "/api/sign-in", D{"badge": who, "pin": pin, "install": who + "-phone"})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if cookies := res.Cookies(); len(cookies) > 0 {
		if s.signed == nil {
			s.signed = map[string]string{}
		}
		s.signed[who] = cookies[0].Name + "=" + cookies[0].Value
		return nil
	}
	return fmt.Errorf("%s cannot sign in: %d", who, res.StatusCode)
}
