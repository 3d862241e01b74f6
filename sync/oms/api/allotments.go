package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
)

type allotmentsIn struct {
	Site string `query:"site" maxLength:"32"`
}

type allotmentsOut struct {
	Body struct {
		Allotments []clerk.AllotmentView `json:"allotments" doc:"By site, then SKU."`
	}
}

type putAllotmentsIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Allotments []clerk.AllotmentWish `json:"allotments" minItems:"1" maxItems:"200"`
	}
}

// allotments are the units sites keep for the centre.
func (s *server) allotments(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-allotments", Method: http.MethodGet, Path: "/api/allotments", Summary: "What sites keep for the centre, and what of it is promised", Errors: []int{401, 404, 500},
	}, func(ctx context.Context, in *allotmentsIn) (*allotmentsOut, error) {
		return s.listAllotments(ctx, floor.SiteID(in.Site))
	})
	huma.Register(a, huma.Operation{
		OperationID: "put-allotments", Method: http.MethodPut, Path: "/api/sites/{id}/allotments", Summary: "Say how many units a site is to keep", Errors: []int{400, 401, 404, 409, 413, 422, 500},
		Description: "All or none. Units are kept from the site's own till, and promised however long the site is not heard. What is more than now is asked of the site, which keeps what is free there; " +
			"what is less is given back. Items that are not named stay as they are.",
	}, func(ctx context.Context, in *putAllotmentsIn) (*allotmentsOut, error) {
		if err := s.clerk.SetAllotments(ctx, floor.SiteID(in.ID), in.Body.Allotments); err != nil {
			return nil, s.fail(err, "The list of allotments")
		}
		return s.listAllotments(ctx, floor.SiteID(in.ID))
	})
}

func (s *server) listAllotments(ctx context.Context, site floor.SiteID) (*allotmentsOut, error) {
	all, err := s.clerk.Allotments(ctx, site)
	if err != nil {
		return nil, s.fail(err, "The list of allotments")
	}
	out := &allotmentsOut{}
	out.Body.Allotments = all
	return out, nil
}
