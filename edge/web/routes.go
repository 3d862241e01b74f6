package web

import (
	"encoding/json"
	"net/http"
	"time"

	"picket/edge/floor"
	"picket/edge/view"
)

// route is an address for somebody who is let in, with all that its description needs.
type route struct {
	method, pattern string
	says            string
	role            string // the least role: "" anybody but a till, lead, manager
	till            bool   // a till may come, too
	params          []param
	body            any    // a pointer to what is sent
	answer          any    // a pointer to what is answered; nil when it is no JSON
	produces        string // what is answered instead of JSON
	errors          []int
	serve           func(http.ResponseWriter, *http.Request, *signedIn)
}

// param is a parameter of a route.
type param struct {
	in, name, says string
	kind           string // string, integer, boolean
	needed         bool
}

// table lists the routes. Those of the lists come from the board, which knows what the floor keeps.
func (s *Server) table() []route {
	id := []param{{in: "path", name: "id", says: "Its id.", kind: "string", needed: true}}
	out := []route{
		{method: http.MethodGet, pattern: "/api/me", says: "Who the caller is, and in which roles.", till: true, answer: &me{}, serve: s.whoAmI},
		{method: http.MethodPost, pattern: "/api/ops", says: "Takes the numbered commands of a device, one or a queue being drained.",
			body: &opsBody{}, answer: &opsReply{}, errors: []int{400, 409, 413, 415, 422, 503}, serve: s.postOps},
		{method: http.MethodGet, pattern: "/api/commands", says: "Lists every command with its example, who may give it, and what it may be refused with.", till: true,
			answer: &struct {
				Rows []commandRow `json:"rows"`
			}{}, serve: s.listCommands},
		{method: http.MethodPost, pattern: "/api/commands", says: "Takes up to 200 commands in their order, and answers each with a status of its own: 200 (accepted, duplicate, exception or refused), 409 for an id that was used with another body. A body that is not sound is refused whole, and nothing of it is taken. At a site without a centre, rows bring what is personal of an order, each under the reference the command names: an address {name,street,postcode,city,country,phone} for ship_to, {name,phone} for contact, {note} for gift.note, the label's ZPL as a string for labels[].ref; the references of an order are pii/<order>, or begin with pii/<order>/; they are sealed beside the journal. The same id again has no second effect and gets the same answer.", till: true,
			body: &commandsBody{}, answer: &commandsReply{}, errors: []int{400, 403, 413, 415, 422, 503}, serve: s.postCommands},
		{method: http.MethodPost, pattern: "/api/commands/{kind}", says: "Takes one command: its data is the body, its id the header Idempotency-Key.", till: true,
			params: []param{{in: "path", name: "kind", says: "The command's kind.", kind: "string", needed: true},
				{in: "header", name: "Idempotency-Key", says: "The command's id, unique for ever, such as a ULID.", kind: "string", needed: true}},
			answer: &opAnswer{}, errors: []int{400, 403, 404, 409, 413, 415, 422, 503}, serve: s.postCommand},
		{method: http.MethodPost, pattern: "/api/approvals", says: "Checks a second person's badge and PIN and lets one rule be broken once, within five minutes.",
			body: &approvalBody{}, answer: &approvalReply{}, errors: []int{400, 401, 413, 415, 422, 429, 503}, serve: s.approve},
		{method: http.MethodGet, pattern: "/api/board", says: "The whole board: what the app shows.", answer: &view.Full{}, serve: s.board},
		{method: http.MethodGet, pattern: "/api/changes", says: "What changed on the board behind a record; waits until something does.",
			params: []param{{in: "query", name: "log", says: "The log of the board the caller has.", kind: "string", needed: true},
				{in: "query", name: "since", says: "Its seq.", kind: "integer", needed: true},
				{in: "query", name: "wait", says: "Seconds to wait for news, at most 25.", kind: "integer"}},
			answer: &changes{}, errors: []int{422}, serve: s.changes},
		{method: http.MethodGet, pattern: "/api/orders/{id...}", says: "One order: lines in walking order, parcels, print jobs; with timeline=true what happened to it.",
			params: append(id, param{in: "query", name: "timeline", says: "true: with every record in a sentence.", kind: "boolean"}),
			answer: &orderDetail{}, errors: []int{404, 422}, serve: s.order},
		{method: http.MethodGet, pattern: "/api/orders/{id}/dispute.pdf", role: Lead, says: "The file of an order's hand-over: what, to whom, how that was checked, and the journal's records with their hashes.",
			params: id, produces: "application/pdf", errors: []int{404}, serve: s.dispute},
		{method: http.MethodGet, pattern: "/api/jobs/{rest...}", says: "The picture of a print job's document: /api/jobs/{id}/preview.png, slashes escaped, or ?job=. It shows a name and a street: for those who pack and print, and for a lead or a manager once the parcel has left.",
			params:   []param{{in: "path", name: "rest", says: "The job's id and /preview.png.", kind: "string", needed: true}, {in: "query", name: "job", says: "The job's id instead.", kind: "string"}},
			produces: "image/png", errors: []int{404}, serve: s.picture},
		{method: http.MethodGet, pattern: "/api/scan", says: "What a barcode, a bin, an order's number or a parcel means here.",
			params: []param{{in: "query", name: "code", says: "As the scanner read it.", kind: "string", needed: true}}, answer: &meaning{}, errors: []int{422}, serve: s.scan},
		{method: http.MethodGet, pattern: "/api/find", says: "Where is my order: by number, id, parcel, tracking number, code of a receipt, pickup code, name or the end of a phone number.",
			params: []param{{in: "query", name: "q", says: "What the customer says; at least 3 characters.", kind: "string", needed: true}}, answer: &findReply{}, errors: []int{422}, serve: s.find},
		{method: http.MethodGet, pattern: "/api/site", says: "The site: opening hours, shifts, paused or not, the line to the centre.", answer: &siteReply{}, serve: s.site},
		{method: http.MethodGet, pattern: "/api/journal", role: Manager, says: "The journal's records as they are, one a line, each with its hash: SHA-256(hash before ‖ SHA-256(record)).",
			params:   []param{{in: "query", name: "from", says: "First seq. Default 1, or the oldest kept.", kind: "integer"}, {in: "query", name: "to", says: "Last seq; at most 10000 records come at once.", kind: "integer"}},
			produces: "application/x-ndjson", errors: []int{404, 422, 503}, serve: s.journal},
	}
	out = append(out, route{method: http.MethodGet, pattern: "/api/lists", says: "Names the lists this box has, with what can be asked of each.", answer: &listsReply{}, serve: s.namesLists})
	out = append(out, s.userRoutes()...)
	out = append(out, s.reportRoutes()...)
	out = append(out, s.planRoutes()...)
	out = append(out, s.paperRoutes()...)
	paging := []param{
		{in: "query", name: "q", says: "Part of any text of a row.", kind: "string"},
		{in: "query", name: "limit", says: "Rows on a page, 1 to 1000. Default 50.", kind: "integer"},
		{in: "query", name: "after", says: "The next of the page before.", kind: "string"},
		{in: "query", name: "format", says: "json or csv; or ask by Accept: text/csv.", kind: "string"},
	}
	for _, l := range s.lists {
		rt := route{method: http.MethodGet, pattern: "/api/" + l.Name, says: l.Says, role: l.For, params: paging, errors: []int{422},
			answer: l, serve: func(w http.ResponseWriter, r *http.Request, who *signedIn) { s.list(w, r, l, who) }}
		for _, f := range l.Filters() {
			if f != "q" && f != "limit" && f != "after" && f != "format" {
				rt.params = append(rt.params, param{in: "query", name: f, says: "Only rows with this " + f + ".", kind: l.FilterKind(f)})
			}
		}
		out = append(out, rt)
		if l.ByID {
			out = append(out, route{method: http.MethodGet, pattern: "/api/" + l.Name + "/{id...}", says: "One of: " + l.Says, role: l.For, params: id, errors: []int{404},
				answer: l.Row, serve: func(w http.ResponseWriter, r *http.Request, who *signedIn) { s.one(w, r, l, who) }})
		}
	}
	return out
}

// The bodies the routes take, for their description; the handlers decode piece by piece to name what is wrong.
type (
	opsBody struct {
		Install floor.DeviceID `json:"install"`
		Ops     []opBody       `json:"ops"`
		Edge    edge           `json:"edge,omitzero"`
		Have    []string       `json:"have,omitempty"`
	}
	opBody struct {
		N    uint64          `json:"n,omitempty"`
		ID   floor.CommandID `json:"id,omitempty"`
		Type string          `json:"type"`
		Work string          `json:"work,omitempty"`
		Seen floor.Seq       `json:"seen,omitempty"`
		At   time.Time       `json:"at,omitzero"`
		Data json.RawMessage `json:"data"`
	}
	commandsBody struct {
		Commands []commandBody `json:"commands"`
		Stop     bool          `json:"stop,omitempty"`
	}
	commandBody struct {
		ID   floor.CommandID `json:"id"`
		Type string          `json:"type"`
		Data json.RawMessage `json:"data"`
		At   time.Time       `json:"at,omitzero"`
		Rows []givenRow      `json:"rows,omitempty"`
	}
)

// listsReply names the lists.
type listsReply struct {
	Rows []listed `json:"rows"`
}

type listed struct {
	Name    string   `json:"name"`
	Says    string   `json:"says"`
	For     string   `json:"for,omitempty"` // the least role that may read it
	Filters []string `json:"filters"`       // the fields it can be asked by
}

func (s *Server) namesLists(w http.ResponseWriter, _ *http.Request, _ *signedIn) {
	out := listsReply{Rows: []listed{}}
	for _, l := range s.lists {
		out.Rows = append(out.Rows, listed{Name: l.Name, Says: l.Says, For: l.For, Filters: l.Filters()})
	}
	reply(w, out)
}

// siteReply is the site as it is now.
type siteReply struct {
	view.Site
	Log    floor.LogID     `json:"log"`
	Seq    floor.Seq       `json:"seq"`
	Now    time.Time       `json:"now"`
	Hours  json.RawMessage `json:"hours"`
	Policy json.RawMessage `json:"policy"`
	Link   view.Link       `json:"link"`
}

func (s *Server) site(w http.ResponseWriter, _ *http.Request, _ *signedIn) {
	var out siteReply
	s.feed.look(func(b *view.Board) {
		out = siteReply{Site: b.Site(), Log: b.Log(), Seq: b.Seq(), Now: s.clock().UTC().Truncate(time.Second), Link: b.Link()}
		out.Hours, out.Policy = b.Setting()
	})
	reply(w, out)
}
