package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
)

// client speaks JSON with one server and keeps its cookies.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &client{base: base, http: &http.Client{Timeout: 20 * time.Second, Jar: jar}}
}

// statusError is an answer that was not a success.
type statusError struct {
	Code int
	Body string
}

func (e *statusError) Error() string { return fmt.Sprintf("status %d: %s", e.Code, e.Body) }

func (c *client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", c.base)
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 8<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %w", method, path, &statusError{res.StatusCode, strings.TrimSpace(string(text))})
	}
	if out == nil || len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, out)
}

// until tries again while the other side is not up yet, or not as far.
func until(ctx context.Context, patience time.Duration, try func() error) error {
	end := time.Now().Add(patience)
	for {
		err := try()
		var se *statusError
		if err == nil || ctx.Err() != nil {
			return err
		}
		if errors.As(err, &se) && se.Code/100 == 4 && se.Code != http.StatusUnauthorized && se.Code != http.StatusTooManyRequests && se.Code != http.StatusNotFound {
			return err // asking again does not make it right
		}
		if time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(300 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// setUp gives the OMS its catalogue, sites and people, and each site its first stock. All of it may be sent
// again: what is there already stays.
func (co *company) setUp(ctx context.Context) error {
	oms := newClient(url(co.at.oms))
	err := until(ctx, 60*time.Second, func() error { return oms.do(ctx, "GET", "/readyz", nil, nil) })
	if err != nil {
		return fmt.Errorf("the OMS does not come up: %w\n%s", err, co.part("oms").tail())
	}
	if err := oms.do(ctx, "PUT", "/api/items", map[string]any{"items": Items()}, nil); err != nil {
		return err
	}
	var sites []map[string]any
	for _, s := range Sites() {
		sites = append(sites, map[string]any{"id": s.ID, "name": s.Name, "zone": s.Zone, "bins": s.Bins})
	}
	if err := oms.do(ctx, "PUT", "/api/sites", map[string]any{"sites": sites}, nil); err != nil {
		return err
	}
	for _, s := range Sites() {
		var users []map[string]any
		for _, p := range People() {
			users = append(users, map[string]any{"user": p.User, "name": p.Name, "badge": p.Badge, "pin": p.PIN, "roles": p.Roles})
		}
		if err := oms.do(ctx, "PUT", "/api/sites/"+s.ID+"/users", map[string]any{"users": users}, nil); err != nil {
			return err
		}
		co.part(s.ID).Start()
	}
	for i, s := range Sites() {
		if err := co.stock(ctx, i, s); err != nil {
			return fmt.Errorf("%s: %w\n%s", s.Name, err, co.part(s.ID).tail())
		}
	}
	return co.collected(ctx, oms) // the same number and body: once
}

// CarrierCode is the carrier of the demo, as the OMS writes it on every order that ships.
const CarrierCode = "DEMO-POST"

// firstDay gives a site its cartons and its carrier, and something on every list: a delivery that is being received, goods that
// came back, bins to be counted, an order the customer collects. Each command has an id of its own, so that a second
// run changes nothing.
func (co *company) firstDay(ctx context.Context, c *client, s Site) error {
	give := func(id, kind string, data any) (made map[string]string, err error) {
		var reply struct {
			Answers []struct {
				Made    map[string]string
				Refusal *struct{ Words string }
			}
		}
		op := map[string]any{"id": "demo:first:" + id, "type": kind, "data": data}
		if err := c.do(ctx, "POST", "/api/ops", map[string]any{"install": "demo-setup", "ops": []any{op}}, &reply); err != nil {
			return nil, err
		}
		for _, a := range reply.Answers {
			if a.Refusal != nil {
				return nil, fmt.Errorf("%s refused: %s", kind, a.Refusal.Words)
			}
			made = a.Made
		}
		return made, nil
	}
	for _, x := range Cartons() {
		if _, err := give("carton:"+x.ID, "carton.set", x); err != nil {
			return err
		}
	}
	if _, err := give("carrier:"+CarrierCode, "carrier.set", map[string]any{"code": CarrierCode, "name": "Demo Post"}); err != nil {
		return err
	}
	delivery, err := give("delivery", "inbound.open", map[string]any{"from": "Oat mill"})
	if err != nil {
		return err
	}
	if _, err := give("delivery:oat", "receive.scan", map[string]any{"inbound": delivery["inbound"], "sku": "DRINK-01", "qty": 24}); err != nil {
		return err
	}
	back, err := give("return", "return.open", map[string]any{"blind": true})
	if err != nil {
		return err
	}
	if _, err := give("return:mug", "return.scan", map[string]any{"return": back["return"], "sku": "KITCHEN-01", "qty": 1, "reason": "changed_mind", "condition": "as_new"}); err != nil {
		return err
	}
	_, err = give("count", "count.open", map[string]any{"kind": "directed", "bins": []floor.BinID{s.Bins[0].ID, s.Bins[1].ID}})
	return err
}

// collected sends the order a customer of the store collects.
func (co *company) collected(ctx context.Context, oms *client) error {
	store := Sites()[0]
	who := customers[0]
	return oms.do(ctx, "POST", "/api/orders", map[string]any{
		"channel": "web", "number": "collect-1", "flow": "pickup", "service": "express", "site": store.ID, "customer": map[string]any{"name": who.name},
		"lines": []map[string]any{{"sku": store.Stock[0].SKU, "qty": 1}, {"sku": store.Stock[2].SKU, "qty": 1}},
	}, nil)
}

// stock books the first stock of a site, as its manager would. Each line has an id of its own, so that a
// second run changes nothing.
func (co *company) stock(ctx context.Context, i int, s Site) error {
	done := filepath.Join(co.cfg.Dir, s.ID+".stocked")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	// What the centre sent must be here first: who tries a badge the site does not know yet is shut out.
	oms := newClient(url(co.at.oms))
	// Return numbers are leased on demand: without a block nothing can be taken back. A second lease is only more.
	lease := map[string]any{"number": "return", "prefix": "RT", "size": 500, "digits": 6}
	if err := oms.do(ctx, "POST", "/api/sites/"+s.ID+"/numbers", lease, nil); err != nil {
		return err
	}
	err := until(ctx, 60*time.Second, func() error {
		var got struct {
			Health struct {
				FeedHead int `json:"feed_head"`
				Unsent   int `json:"unsent"`
			} `json:"health"`
		}
		if err := oms.do(ctx, "GET", "/api/sites/"+s.ID, nil, &got); err != nil {
			return err
		}
		if got.Health.FeedHead == 0 || got.Health.Unsent > 0 {
			return fmt.Errorf("%d of %d records from the centre have not arrived", got.Health.Unsent, got.Health.FeedHead)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c := newClient(url(co.at.sites[i]))
	boss := People()[2]
	err = until(ctx, 60*time.Second, func() error {
		return c.do(ctx, "POST", "/api/sign-in", map[string]any{"badge": boss.Badge, "pin": boss.PIN, "install": "demo-setup"}, nil)
	})
	if err != nil {
		return err
	}
	var ops []map[string]any
	for _, x := range s.Stock {
		ops = append(ops, map[string]any{
			"id": fmt.Sprintf("demo:opening:%s:%s", x.SKU, x.Bin), "type": "stock.adjust",
			"data": map[string]any{"sku": x.SKU, "bin": x.Bin, "delta": x.Qty, "reason": "opening"},
		})
	}
	for len(ops) > 0 {
		n := min(100, len(ops))
		var reply struct {
			Answers []struct {
				Outcome string
				Refusal *struct{ Words string }
			}
		}
		if err := c.do(ctx, "POST", "/api/ops", map[string]any{"install": "demo-setup", "ops": ops[:n]}, &reply); err != nil {
			return err
		}
		for _, a := range reply.Answers {
			if a.Refusal != nil {
				return fmt.Errorf("opening stock refused: %s", a.Refusal.Words)
			}
		}
		ops = ops[n:]
	}
	if err := co.firstDay(ctx, c, s); err != nil {
		return err
	}
	_ = c.do(ctx, "POST", "/api/sign-out", map[string]any{}, nil)
	return os.WriteFile(done, nil, 0o600)
}

// trickle sends orders: a handful at first, then one now and then while the sites keep up.
func (co *company) trickle(ctx context.Context) error {
	oms := newClient(url(co.at.oms))
	co.mu.Lock()
	first := 6 - co.sent
	co.mu.Unlock()
	for range max(0, first) {
		if err := co.order(ctx, oms); err != nil {
			co.cfg.Log.Warn("an order was not sent", "err", err)
		}
	}
	every := co.cfg.Every
	if every <= 0 {
		every = 24 * time.Hour
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return nil
		case <-co.push:
			asked = true
		case <-tick.C:
		}
		if !asked && co.crowded(ctx, oms) {
			continue
		}
		if err := co.order(ctx, oms); err != nil && ctx.Err() == nil {
			co.cfg.Log.Warn("an order was not sent; it is sent later", "err", err)
		}
	}
}

// crowded: nobody is working the lists off, so no more orders are piled on them.
func (co *company) crowded(ctx context.Context, oms *client) bool {
	var found struct {
		Orders []struct {
			State string `json:"state"`
		} `json:"orders"`
	}
	if err := oms.do(ctx, "GET", "/api/orders?limit=100", nil, &found); err != nil {
		return true
	}
	open := 0
	for _, o := range found.Orders {
		switch o.State {
		case "shipped", "shipped_with_exceptions", "not_served", "completed", "cancelled":
		default:
			open++
		}
	}
	return open >= 16
}

// order sends the next order of the demo. Its number is written down first, so that none is used twice.
func (co *company) order(ctx context.Context, oms *client) error {
	co.mu.Lock()
	co.sent++
	n := co.sent
	err := os.WriteFile(filepath.Join(co.cfg.Dir, "orders"), []byte(strconv.Itoa(n)), 0o600)
	co.mu.Unlock()
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(uint64(n)*0x9e3779b97f4a7c15, 952))
	site := Sites()[n%2]
	goods := site.Stock
	var lines []map[string]any
	used := map[string]bool{}
	for range 1 + r.IntN(4) {
		sku := string(goods[r.IntN(len(goods))].SKU)
		if used[sku] {
			continue
		}
		used[sku] = true
		lines = append(lines, map[string]any{"sku": sku, "qty": 1 + r.IntN(2)})
	}
	who := customers[r.IntN(len(customers))]
	service := "standard"
	if r.IntN(3) == 0 {
		service = "express"
	}
	return oms.do(ctx, "POST", "/api/orders", map[string]any{
		"channel": "web", "number": strconv.Itoa(100_000 + n), "service": service, "site": site.ID,
		"customer": map[string]any{"name": who.name},
		"ship_to":  map[string]any{"name": who.name, "street": []string{who.street}, "postcode": who.postcode, "city": who.city, "country": who.country},
		"lines":    lines,
	}, nil)
}

func (co *company) loadSent() error {
	b, err := os.ReadFile(filepath.Join(co.cfg.Dir, "orders"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		co.sent, err = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	return err
}
