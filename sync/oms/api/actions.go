package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
)

// offline says since when a site's line is down; false while it stands.
func (s *server) offline(site floor.SiteID) (time.Time, bool) {
	st, _ := s.line.Status(site)
	if st.Connected(s.cfg.Now()) {
		return time.Time{}, false
	}
	return st.LastHeard, true
}

type reasonBody struct {
	Request string `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new."`
	Reason  string `json:"reason" doc:"Why, for the people at the site."`
}

type requestBody struct {
	Request string `json:"request,omitempty" doc:"Your own name for this wish: sent again, it does nothing new."`
}

// act registers one thing that can be done to an order. Its answer is the order as it stands after it.
func act[B any](s *server, a huma.API, verb, summary, says string, do func(ctx context.Context, id floor.OrderID, in B) error) {
	huma.Register(a, huma.Operation{
		OperationID: verb + "-order", Method: http.MethodPost, Path: "/api/orders/{id}/" + verb, Summary: summary, Description: says,
		Errors: []int{400, 401, 404, 409, 413, 422, 500},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"80"`
		Body B
	}) (*orderOut, error) {
		if err := do(ctx, floor.OrderID(in.ID), in.Body); err != nil {
			return nil, s.fail(err, "The request")
		}
		d, err := s.order(ctx, floor.OrderID(in.ID))
		if err != nil {
			return nil, s.fail(err, "The order")
		}
		return &orderOut{Body: d}, nil
	})
}

func (s *server) actions(a huma.API) {
	act(s, a, "cancel", "Cancel an order, or some of it",
		"What no site has is cancelled at once. A site that has units is asked, and decides: what it has not begun it lets go of, what is picked or packed by its policy, what has left it keeps. Until it answers, asks says so.",
		func(ctx context.Context, id floor.OrderID, in clerk.Cancel) error {
			return s.clerk.Cancel(ctx, id, in, s.offline)
		})
	act(s, a, "change", "Ask for an order to be served differently",
		"Quantities, due time, service, address or note. Sites that have it are asked, and take what they still can, field by field; what no site has is changed at once.",
		func(ctx context.Context, id floor.OrderID, in clerk.Change) error {
			return s.clerk.Change(ctx, id, in, s.offline)
		})
	act(s, a, "hold", "Stop an order", "Nobody starts, packs or gives it away before it is released.",
		func(ctx context.Context, id floor.OrderID, in reasonBody) error {
			return s.clerk.Hold(ctx, id, in.Reason, in.Request, s.offline)
		})
	act(s, a, "release", "Let a held order go on", "",
		func(ctx context.Context, id floor.OrderID, in requestBody) error {
			return s.clerk.Release(ctx, id, in.Request, s.offline)
		})
	act(s, a, "go", "Let the parts of an order leave that wait for each other", "The centre says so by itself once every part is packed.",
		func(ctx context.Context, id floor.OrderID, in requestBody) error {
			return s.clerk.Go(ctx, id, in.Request, s.offline)
		})
	act(s, a, "reassign", "Give an order to another site",
		"What the centre has the authority over (mode confirm, not permitted) goes at once. A site that has the authority is asked. With force, by name, it goes without its answer: it may be delivered twice.",
		func(ctx context.Context, id floor.OrderID, in clerk.Reassign) error {
			return s.clerk.Reassign(ctx, id, in, s.offline)
		})
	act(s, a, "choose", "Say what becomes of units that cannot be collected",
		"An order that is collected is never given to another site without the customer: another site, sent to them, or cancelled. The same for an order that is forced to a site.",
		func(ctx context.Context, id floor.OrderID, in clerk.Choose) error {
			return s.clerk.Choose(ctx, id, in, s.offline)
		})
}

// order is one order, with how the lines to the sites stand that have not answered.
func (s *server) order(ctx context.Context, id floor.OrderID) (clerk.Detail, error) {
	d, err := s.clerk.Order(ctx, id)
	for i := range d.Asks {
		k := &d.Asks[i]
		if k.State != order.Open {
			continue
		}
		was := k.Words
		if since, off := s.offline(k.Site); off && since.IsZero() {
			k.Words += " The site was never heard."
		} else if off {
			k.Words += " The site is offline since " + since.UTC().Format("2006-01-02 15:04") + " UTC."
		}
		if d.Words == was {
			d.Words = k.Words
		}
	}
	return d, err
}
