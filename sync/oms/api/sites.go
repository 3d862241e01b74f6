package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
)

type sitesIn struct {
	Bins bool `query:"bins" doc:"With their bins."`
}

type sitesOut struct {
	Body struct {
		Sites []SiteWithHealth `json:"sites" doc:"By id."`
	}
}

// SiteWithHealth is a site as it is set up, and how its line stands.
type SiteWithHealth struct {
	clerk.SiteView
	Health Health `json:"health"`
}

// Health is how a site's line stands.
type Health struct {
	Connected bool       `json:"connected" doc:"A session stands, and something was heard within 45 s."`
	Since     *time.Time `json:"since,omitempty" doc:"The session stands since."`
	LastHeard *time.Time `json:"last_heard,omitempty"`
	Node      string     `json:"node,omitempty" doc:"The box."`
	Log       string     `json:"log,omitempty" doc:"The life of its log."`
	SW        string     `json:"sw,omitempty"`
	Applied   uint64     `json:"applied" doc:"Records of the site held here, raw and durable, up to this seq of its log."`
	Facts     uint64     `json:"facts" doc:"Records held, whatever log they came by."`
	Folded    uint64     `json:"folded" doc:"Of these, how many are interpreted."`
	Lag       uint64     `json:"lag" doc:"Facts less folded."`
	FeedHead  uint64     `json:"feed_head" doc:"Records for the site."`
	FeedLife  uint64     `json:"feed_lineage" doc:"The life of its feed: it rises when the feed is issued anew, as what should be there."`
	FeedAcked uint64     `json:"feed_acked" doc:"Of these, how many the site has."`
	Unsent    uint64     `json:"unsent" doc:"Feed head less acked."`
	Promising string     `json:"promising,omitempty" doc:"What the age of its stock does to what is promised of it; absent when nothing."`
	Alarms    []Alarm    `json:"alarms" doc:"What a person has to look at; empty when all is well."`
}

// Alarm is one thing a person has to look at.
type Alarm struct {
	Code  string `json:"code" doc:"blocked, stuck, clock, odd, dropped, or the protocol's own: fenced, import, lost_data, fork, unsendable, apply, log."`
	Words string `json:"words"`
}

type putSitesIn struct {
	Body struct {
		Sites []clerk.SiteSetup `json:"sites" minItems:"1" maxItems:"100"`
	}
}

type siteIn struct {
	ID string `path:"id" maxLength:"32"`
}

type siteOut struct{ Body SiteWithHealth }

type putUsersIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Users []clerk.UserSetup `json:"users" minItems:"1" maxItems:"200"`
	}
}

func (s *server) sites(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "list-sites", Method: http.MethodGet, Path: "/api/sites", Summary: "List sites and how their lines stand", Errors: []int{401, 500},
	}, func(ctx context.Context, in *sitesIn) (*sitesOut, error) {
		views, err := s.views(ctx, in.Bins)
		if err != nil {
			return nil, s.fail(err, "The list of sites")
		}
		out := &sitesOut{}
		out.Body.Sites = views
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "put-sites", Method: http.MethodPut, Path: "/api/sites", Summary: "Add or change sites", Errors: []int{400, 401, 413, 422, 500},
		Description: "All or none. A new site gets the catalogue, its bins and a block of SSCC numbers at once. Sites and bins that are not named stay.",
	}, func(ctx context.Context, in *putSitesIn) (*sitesOut, error) {
		if err := s.clerk.PutSites(ctx, in.Body.Sites); err != nil {
			return nil, s.fail(err, "The list of sites")
		}
		views, err := s.views(ctx, false)
		if err != nil {
			return nil, s.fail(err, "The list of sites")
		}
		out := &sitesOut{}
		out.Body.Sites = views
		return out, nil
	})

	huma.Register(a, huma.Operation{
		OperationID: "get-site", Method: http.MethodGet, Path: "/api/sites/{id}", Summary: "One site: set-up, people, numbers, and how its line stands", Errors: []int{401, 404, 500},
	}, func(ctx context.Context, in *siteIn) (*siteOut, error) {
		views, err := s.views(ctx, true)
		if err != nil {
			return nil, s.fail(err, "The site")
		}
		for _, v := range views {
			if string(v.ID) == in.ID {
				return &siteOut{Body: v}, nil
			}
		}
		return nil, s.fail(clerk.ErrNoSite, "The site")
	})

	huma.Register(a, huma.Operation{
		OperationID: "put-users", Method: http.MethodPut, Path: "/api/sites/{id}/users", Summary: "Add or change the people of a site", Errors: []int{400, 401, 404, 413, 422, 500},
		Description: "All or none. People that are not named stay. A PIN given in clear is hashed here and never shown again.",
	}, func(ctx context.Context, in *putUsersIn) (out *changedOut, err error) {
		out = &changedOut{}
		if out.Body.Changed, err = s.clerk.PutUsers(ctx, floor.SiteID(in.ID), in.Body.Users); err != nil {
			return nil, s.fail(err, "The list of people")
		}
		return out, nil
	})
}

type putPoliciesIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body struct {
		Policies map[string]json.RawMessage `json:"policies" doc:"Values by name; names not given stay."`
	}
}

type noteIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body clerk.Note
}

type noteOut struct {
	Status int
	Body   struct {
		ID  string `json:"id"`
		New bool   `json:"new" doc:"false: it was sent before."`
	}
}

type leaseIn struct {
	ID   string `path:"id" maxLength:"32"`
	Body clerk.Lease
}

type leaseOut struct{ Body clerk.Leased }

type doneOut struct{}

// notes are what operators tell a site: how it works, and whatever has no path of its own.
func (s *server) notes(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "put-policies", Method: http.MethodPut, Path: "/api/sites/{id}/policies", Summary: "Set how a site wants things done", Errors: []int{400, 401, 404, 413, 422, 500},
		DefaultStatus: http.StatusNoContent, Description: "All or none. The site's own page lists its policies.",
	}, func(ctx context.Context, in *putPoliciesIn) (*doneOut, error) {
		if err := s.clerk.PutPolicies(ctx, floor.SiteID(in.ID), in.Body.Policies); err != nil {
			return nil, s.fail(err, "The list of policies")
		}
		return &doneOut{}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "lease-numbers", Method: http.MethodPost, Path: "/api/sites/{id}/numbers", Summary: "Lease return numbers, or a carrier's own", Errors: []int{400, 401, 404, 413, 422, 500},
		DefaultStatus: http.StatusCreated, Description: "The next run of its kind and prefix, for this site alone and for ever. Each call leases a run.",
	}, func(ctx context.Context, in *leaseIn) (*leaseOut, error) {
		out, err := s.clerk.Lease(ctx, floor.SiteID(in.ID), in.Body)
		if err != nil {
			return nil, s.fail(err, "The lease")
		}
		return &leaseOut{Body: out}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "post-feed", Method: http.MethodPost, Path: "/api/sites/{id}/feed", Summary: "Put a record on a site's feed", Errors: []int{400, 401, 404, 409, 413, 422, 500},
		DefaultStatus: http.StatusCreated,
		Description:   "Whatever a site understands that has no path of its own: announcements, pauses, one-time passwords. Idempotent by id. What the site refuses of it shows as an alarm of the site.",
		Responses:     map[string]*huma.Response{"200": {Description: "It was sent before."}},
	}, func(ctx context.Context, in *noteIn) (*noteOut, error) {
		added, err := s.clerk.Feed(ctx, floor.SiteID(in.ID), in.Body)
		if err != nil {
			return nil, s.fail(err, "The record")
		}
		out := &noteOut{Status: http.StatusOK}
		if out.Body.ID, out.Body.New = in.Body.ID, added; added {
			out.Status = http.StatusCreated
		}
		return out, nil
	})
}

func (s *server) views(ctx context.Context, bins bool) ([]SiteWithHealth, error) {
	sites, err := s.clerk.Sites(ctx, bins)
	if err != nil {
		return nil, err
	}
	out := make([]SiteWithHealth, 0, len(sites))
	for _, v := range sites {
		h, err := s.health(ctx, v.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, SiteWithHealth{SiteView: v, Health: h})
	}
	return out, nil
}

func (s *server) health(ctx context.Context, site floor.SiteID) (Health, error) {
	m, head, err := s.clerk.Standing(ctx, site)
	if err != nil {
		return Health{}, err
	}
	st, heard := s.line.Status(site)
	h := Health{Node: string(m.Node), Log: string(m.Applied.Log), SW: st.SW, Applied: uint64(m.Applied.Seq), Facts: uint64(m.Pos), Folded: uint64(m.Folded),
		Lag: uint64(m.Pos - min(m.Pos, m.Folded)), FeedHead: uint64(head), FeedLife: uint64(m.Lineage), FeedAcked: uint64(m.Acked), Alarms: []Alarm{}}
	if heard {
		h.FeedAcked = uint64(st.FeedAcked)
	}
	h.Unsent = h.FeedHead - min(h.FeedHead, h.FeedAcked)
	h.Connected = st.Connected(s.cfg.Now())
	if !st.Since.IsZero() {
		h.Since = &st.Since
	}
	last := m.Heard
	if st.LastHeard.After(last) {
		last = st.LastHeard
	}
	if !last.IsZero() {
		h.LastHeard = &last
	}
	if h.Promising, err = s.clerk.Promising(ctx, site); err != nil {
		return Health{}, err
	}
	alarm := func(code, words string) { h.Alarms = append(h.Alarms, Alarm{Code: code, Words: words}) }
	if m.Stuck != nil {
		alarm("stuck", "Record "+num(uint64(m.Stuck.Seq))+" of the site is of the type "+m.Stuck.Type+", which this centre does not know: everything behind it waits at the site. Use a newer centre.")
	}
	if st.Refused != nil {
		alarm("blocked", "The site does not know record "+num(uint64(st.Refused.Seq))+" of its feed, of the type "+st.Refused.Type+": everything behind it waits here. Use a newer picketd there.")
	}
	if st.Skew.Abs() > clerk.SkewAlarm {
		alarm("clock", clerk.SkewWords("the site", st.Skew))
	}
	if m.Odd > 0 {
		alarm("odd", floor.Plural(int(m.Odd), "record")+" to be looked at; the last: "+m.OddLast)
	}
	if apart, err := s.clerk.Apart(ctx, site); err != nil {
		return Health{}, err
	} else if apart {
		alarm("apart", clerk.ApartWords)
	}
	if st.Trouble != "" && st.Trouble != "blocked" {
		alarm(string(st.Trouble), st.Reason)
	}
	if st.Forged > 0 {
		alarm("signature", floor.Plural(int(st.Forged), "message")+" in the site's name not signed by its box, and not used; the last at "+st.ForgedAt.UTC().Format("15:04:05Z")+
			", "+st.LastForge+". Somebody else speaks in its name, or the box lost its key: then give it a new code (picket-oms site certify, or replace).")
	}
	if st.LastDrop != "" {
		alarm("dropped", floor.Plural(int(st.Dropped), "message")+" not used; the last: "+st.LastDrop)
	}
	return h, nil
}
