package fleet

import (
	"context"
	"errors"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
)

// wish is what somebody wants of an order after it was placed: a customer, or whoever watches the orders.
type wish struct {
	order   string // its number
	request string
	then    *wish
	soon    bool   // what follows was said before, and comes at once
	ends    string // the request of the wish that this one ends
	ask     func(c *clerk.Clerk, id floor.OrderID) error
}

// wishes plans what becomes of an order's customer changing his mind.
func (s *shop) wishes(c order.Capture) {
	w := s.w
	ctx := context.Background()
	offline := w.centre.offline
	for i := 0; w.roll(w.mix.Wishes) && i < 3; i++ {
		x := wish{order: c.Number, request: fmt.Sprintf("%s-wish-%d", c.Number, i+1)}
		some := []floor.LineQty{{Line: "1", Qty: 1}}
		kinds := 6
		if c.Mode == floor.ModeConfirm {
			kinds = 9 // the centre has the authority until it permits, and uses it
		}
		switch w.rng.IntN(kinds) {
		case 0:
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Cancel(ctx, id, clerk.Cancel{Request: x.request}, offline)
			}
		case 1:
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Cancel(ctx, id, clerk.Cancel{Request: x.request, Lines: some}, offline)
			}
		case 2: // it shall be served elsewhere
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Cancel(ctx, id, clerk.Cancel{Request: x.request, Cause: floor.ByCentre}, offline)
			}
		case 3:
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Cancel(ctx, id, clerk.Cancel{Request: x.request, Cause: floor.ByCentre, Lines: some}, offline)
			}
		case 4:
			to := order.Address{Name: "Ada Lovelace", Street: []string{"1 Dorset Street"}, Postcode: "W1U 4EG", City: "London", Country: "GB"}
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Change(ctx, id, clerk.Change{Request: x.request, ShipTo: &to}, offline)
			}
		case 5:
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Hold(ctx, id, "fraud check", x.request, offline)
			}
			x.then = &wish{order: c.Number, request: x.request + "-over", ends: x.request, ask: func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Release(ctx, id, x.request+"-over", offline)
			}}
		case 6, 7, 8:
			x.ask = func(k *clerk.Clerk, id floor.OrderID) error {
				return k.Reassign(ctx, id, clerk.Reassign{Request: x.request}, offline)
			}
		}
		s.wanting++
		w.after(w.between(0, w.mix.Faults), func() { s.wish(x) })
	}
}

// wish asks until it is answered.
func (s *shop) wish(x wish) {
	w := s.w
	again := func(why string) {
		w.say("shop", "%s: %s", x.request, why)
		w.after(w.between(500*time.Millisecond, 3*time.Second), func() { s.wish(x) })
	}
	id := s.known[x.order]
	if id == "" || !w.centre.up {
		again("nobody to ask")
		return
	}
	if s.saying[x.ends] {
		again("what it ends is said again first")
		return
	}
	answered := false
	w.centre.do(func() {
		err := x.ask(w.centre.clerk, id)
		var late *clerk.TooLate
		var problems order.Problems
		switch {
		case errors.As(err, &late), errors.As(err, &problems):
			w.say("shop", "%s: %v", x.request, err)
			answered = true
		case err != nil:
			w.say("shop", "%s: %v", x.request, err)
		default:
			answered = true
		}
		w.centre.poke()
	})
	if !answered {
		again("no answer")
		return
	}
	w.say("shop", "%s is said", x.request)
	s.said = append(s.said, said{x, w.now})
	delete(s.saying, x.request)
	if x.then != nil {
		wait := w.mix.Faults / 2
		if x.soon {
			wait = 2 * time.Second
		}
		w.after(w.between(0, wait), func() { s.wish(*x.then) })
		return
	}
	s.wanting--
}

// offline is what the centre's people are told of a site.
func (c *centre) offline(site floor.SiteID) (since time.Time, off bool) {
	st, _ := c.hub.Status(site)
	return st.LastHeard, !st.Connected(c.w.now)
}
