package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

type captureIn struct{ Body order.Capture }

type captureOut struct {
	Status   int
	Location string `header:"Location"`
	Body     clerk.Detail
}

type listIn struct {
	State string `query:"state" enum:"waiting,assigned,new,ready,incoming,arrived,picking,picked,packing,packed,awaiting_carrier,staged,ready_to_collect,came_back,put_back,awaits_choice,shipped,shipped_with_exceptions,handed_over,handed_over_with_exceptions,not_served,cancelled" doc:"Only orders in this state."`
	Site  string `query:"site" maxLength:"32" doc:"Only orders of this site."`
	Q     string `query:"q" maxLength:"80" doc:"Part of the number, the channel or the id."`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
	After string `query:"after" maxLength:"80" doc:"The next of the answer before: goes on behind it."`
}

type listOut struct {
	Body struct {
		Orders []clerk.Summary     `json:"orders" doc:"The newest first."`
		Next   floor.OrderID       `json:"next,omitempty" doc:"Hand it in as after for the next page; absent on the last."`
		Count  map[order.State]int `json:"count" doc:"All orders by state, whatever was asked for."`
	}
}

type orderIn struct {
	ID string `path:"id" maxLength:"80"`
}

type orderOut struct{ Body clerk.Detail }

func (s *server) orders(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "capture-order", Method: http.MethodPost, Path: "/api/orders", DefaultStatus: http.StatusCreated, MaxBodyBytes: order.MaxBody,
		Summary:     "Take an order in",
		Description: "Idempotent by channel and number: the same order again answers 200 with the order that is there, another one 409 and names what differs. A sound order is answered 201, routed, and on its way to its site.",
		Errors:      []int{400, 401, 409, 413, 415, 422, 500},
		Responses:   map[string]*huma.Response{"200": {Description: "The same order is there already."}},
	}, func(ctx context.Context, in *captureIn) (*captureOut, error) {
		id, created, err := s.clerk.Capture(ctx, in.Body)
		if err != nil {
			return nil, s.fail(err, "The order")
		}
		d, err := s.order(ctx, id)
		if err != nil {
			return nil, s.fail(err, "The order")
		}
		out := &captureOut{Status: http.StatusOK, Location: "/api/orders/" + string(id), Body: d}
		if created {
			out.Status = http.StatusCreated
		}
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "list-orders", Method: http.MethodGet, Path: "/api/orders", Summary: "List orders", Errors: []int{400, 401, 422, 500},
	}, func(ctx context.Context, in *listIn) (*listOut, error) {
		if in.After != "" {
			if _, err := s.order(ctx, floor.OrderID(in.After)); errors.Is(err, clerk.ErrNoOrder) {
				return nil, huma.Error400BadRequest("after is not the next of a page: this centre has no such order. Begin again without it.",
					&huma.ErrorDetail{Location: "query.after", Message: "is not the next of a page", Value: clip(in.After)})
			}
		}
		found, err := s.clerk.Find(ctx, store.Filter{State: order.State(in.State), Site: floor.SiteID(in.Site), Text: in.Q, After: floor.OrderID(in.After), Most: in.Limit + 1})
		if err != nil {
			return nil, s.fail(err, "The list")
		}
		out := &listOut{}
		if len(found) > in.Limit {
			found = found[:in.Limit]
			out.Body.Next = found[in.Limit-1].ID
		}
		out.Body.Orders = found
		if out.Body.Count, err = s.clerk.Count(ctx); err != nil {
			return nil, s.fail(err, "The list")
		}
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "get-order", Method: http.MethodGet, Path: "/api/orders/{id}", Summary: "One order: its lines by state, parcels, routing and time line", Errors: []int{401, 404, 500},
	}, func(ctx context.Context, in *orderIn) (*orderOut, error) {
		d, err := s.order(ctx, floor.OrderID(in.ID))
		if err != nil {
			return nil, s.fail(err, "The order")
		}
		return &orderOut{Body: d}, nil
	})
}
