package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
)

type itemsIn struct {
	After string `query:"after" maxLength:"80" doc:"The last SKU of the answer before."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"500"`
}

type itemsOut struct {
	Body struct {
		Items []floor.Item `json:"items" doc:"By SKU."`
		Next  floor.SKU    `json:"next,omitempty"`
	}
}

type putItemsIn struct {
	Body struct {
		Items []floor.Item `json:"items" minItems:"1" maxItems:"1000" doc:"Each whole; GTINs of 8, 12, 13 or 14 digits."`
	}
}

type changedOut struct {
	Body struct {
		Changed int `json:"changed" doc:"How many were new or differed; the rest stands as it did."`
	}
}

type stockIn struct {
	Site string   `query:"site" maxLength:"32"`
	SKU  []string `query:"sku" maxItems:"200" doc:"Only these, separated by commas."`
}

type stockOut struct {
	Body struct {
		Stock []clerk.StockView `json:"stock" doc:"By site, then SKU."`
	}
}

func (s *server) master(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-items", Method: http.MethodGet, Path: "/api/items", Summary: "List the catalogue", Errors: []int{401, 500},
	}, func(ctx context.Context, in *itemsIn) (*itemsOut, error) {
		items, err := s.clerk.Items(ctx, floor.SKU(in.After), in.Limit+1)
		if err != nil {
			return nil, s.fail(err, "The catalogue")
		}
		out := &itemsOut{}
		if len(items) > in.Limit {
			items = items[:in.Limit]
			out.Body.Next = items[in.Limit-1].SKU
		}
		out.Body.Items = items
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "put-items", Method: http.MethodPut, Path: "/api/items", Summary: "Add or change items", Errors: []int{400, 401, 413, 422, 500},
		Description: "All or none. Items that are not named stay.",
	}, func(ctx context.Context, in *putItemsIn) (out *changedOut, err error) {
		out = &changedOut{}
		if out.Body.Changed, err = s.clerk.PutItems(ctx, in.Body.Items); err != nil {
			return nil, s.fail(err, "The list of items")
		}
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "list-stock", Method: http.MethodGet, Path: "/api/stock", Summary: "Stock by site and item, with its age", Errors: []int{401, 404, 500},
	}, func(ctx context.Context, in *stockIn) (*stockOut, error) {
		skus := make([]floor.SKU, len(in.SKU))
		for i, k := range in.SKU {
			skus[i] = floor.SKU(k)
		}
		levels, err := s.clerk.Stock(ctx, floor.SiteID(in.Site), skus, s.heard)
		if err != nil {
			return nil, s.fail(err, "The stock")
		}
		out := &stockOut{}
		out.Body.Stock = levels
		return out, nil
	})
}

func (s *server) heard(site floor.SiteID) time.Time {
	st, _ := s.line.Status(site)
	return st.LastHeard
}
