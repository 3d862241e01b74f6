package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
)

type restoreOut struct{ Body clerk.Reconciling }

type noticesOut struct {
	Body struct {
		Notices []clerk.Notice `json:"notices" doc:"The oldest first; 500 are kept, those that are open longest."`
		Open    int            `json:"open" doc:"How many are not ticked off, of all."`
	}
}

type noticesIn struct {
	Open bool `query:"open" doc:"Only those that are not ticked off."`
}

type tickIn struct {
	No   uint64 `path:"no" minimum:"1"`
	Body clerk.TickOff
}

type tickOut struct{ Body clerk.Notice }

type proofsIn struct {
	ID   string `path:"id" maxLength:"80"`
	Body clerk.LookAtProofs
}

type proofsOut struct {
	Body struct {
		Proofs []clerk.Proof `json:"proofs"`
	}
}

type liftIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		By     string `json:"by" maxLength:"200" doc:"Who takes it upon themselves." example:"Olga Meier"`
		Reason string `json:"reason" maxLength:"200" doc:"Why the site will not be heard." example:"The shop burnt down."`
	}
}

// restore is how far a restored centre is, and the word of a person about a site that will not be heard.
func (s *server) restore(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "get-restore", Method: http.MethodGet, Path: "/api/restore", Summary: "How far the centre is since it was restored", Errors: []int{401, 500},
		Description: "After a restore every site is in quarantine until it has told all it had. Orders older than the restore are not given to any site until then; new ones flow.",
	}, func(ctx context.Context, _ *struct{}) (*restoreOut, error) {
		r, err := s.clerk.Reconciling(ctx)
		if err != nil {
			return nil, s.fail(err, "The restore")
		}
		return &restoreOut{Body: r}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "get-notices", Method: http.MethodGet, Path: "/api/notices", Summary: "What happened to the centre and its sites, beside the orders", Errors: []int{401, 500},
		Description: "Restores, sites lifted unheard, what replaced boxes handed over, records of people who were disabled, clocks that are off, items with more promised than is there, orders that left twice.",
	}, func(ctx context.Context, in *noticesIn) (*noticesOut, error) {
		all, err := s.clerk.Notices(ctx)
		if err != nil {
			return nil, s.fail(err, "The notices")
		}
		out := &noticesOut{}
		out.Body.Notices = []clerk.Notice{}
		for _, n := range all {
			if n.Done == nil {
				out.Body.Open++
			} else if in.Open {
				continue
			}
			out.Body.Notices = append(out.Body.Notices, n)
		}
		return out, nil
	})
	for _, how := range []struct {
		id, verb, summary string
		again             bool
	}{{"tick-notice", "done", "Tick a notice off", false}, {"open-notice", "open", "Open a notice again", true}} {
		huma.Register(a, huma.Operation{
			OperationID: how.id, Method: http.MethodPost, Path: "/api/notices/{no}/" + how.verb, Summary: how.summary, Errors: []int{400, 401, 404, 409, 413, 422, 500},
			Description: "Who said so and when is kept with it. Said again, it changes nothing; with seen, nothing is said about what happened since.",
		}, func(ctx context.Context, in *tickIn) (*tickOut, error) {
			n, err := s.clerk.Tick(ctx, in.No, in.Body, how.again)
			if err != nil {
				return nil, s.fail(err, "The tick")
			}
			return &tickOut{Body: n}, nil
		})
	}
	huma.Register(a, huma.Operation{
		OperationID: "see-proofs", Method: http.MethodPost, Path: "/api/orders/{id}/proofs", Summary: "Look at what shows who got an order", Errors: []int{400, 401, 404, 413, 422, 500},
		Description: "Signatures and pictures taken at the sites, kept sealed here and erased after their time (180 days, unless set otherwise). Who looks, and why, stands on the order's time line.",
	}, func(ctx context.Context, in *proofsIn) (*proofsOut, error) {
		list, err := s.clerk.Proofs(ctx, floor.OrderID(in.ID), in.Body)
		if err != nil {
			return nil, s.fail(err, "The request")
		}
		s.cfg.Log.Warn("proofs of a hand-over were looked at", "order", in.ID, "by", in.Body.By, "reason", in.Body.Reason, "count", len(list))
		out := &proofsOut{}
		out.Body.Proofs = list
		return out, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "lift-site", Method: http.MethodPost, Path: "/api/sites/{id}/lift", Summary: "Take a site out of quarantine that will not be heard, or let one in again that is set apart", Errors: []int{400, 401, 404, 409, 413, 422, 500},
		Description: "What a site in quarantine holds may be given to another site from here on, and so be delivered twice. A site that is set apart is heard again, whatever it shows: see first that nobody else speaks in its name. Name and reason are kept.",
	}, func(ctx context.Context, in *liftIn) (*restoreOut, error) {
		if err := s.clerk.Lift(ctx, floor.SiteID(in.ID), in.Body.By, in.Body.Reason); err != nil {
			return nil, s.fail(err, "The lift")
		}
		s.cfg.Log.Warn("site lifted", "site", in.ID, "by", in.Body.By, "reason", in.Body.Reason)
		r, err := s.clerk.Reconciling(ctx)
		if err != nil {
			return nil, s.fail(err, "The restore")
		}
		return &restoreOut{Body: r}, nil
	})
}
