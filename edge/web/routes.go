package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/view"
)

// route is an address for somebody who is let in, with all that its description needs.
type route struct {
	method, pattern string
	says            string
	role            string   // the least role: "" anybody but a till, a print server and the centre's own; picker, lead, manager, centre
	till            bool     // whoever is let in may come
	print           bool     // a print server may come, too
	only            []string // when set, nobody else may come, whatever is said above
	params          []param
	body            any    // a pointer to what is sent
	answer          any    // a pointer to what is answered; nil when it is no JSON
	produces        string // what is answered instead of JSON
	status          int    // what is answered when all is well; 0: 200
	open            bool   // nobody has to be signed in, or the door looks for itself; who is nil
	errors          []int
	serve           func(http.ResponseWriter, *http.Request, *signedIn)
}

// admits says whether somebody with these roles may come: what a token reads is what its roles are there for.
func (rt *route) admits(roles []string) bool {
	if rt.only != nil {
		return has(roles, rt.only...)
	}
	return rt.till || rt.print && has(roles, PrintServer) || reads(roles, rt.role)
}

// scope lists the roles that may come, for the description.
func (rt *route) scope() []string {
	out := []string{}
	for _, r := range machineRoles {
		if rt.admits([]string{r}) {
			out = append(out, r)
		}
	}
	return out
}

// printed are the lists a print server reads.
var printed = map[string]bool{"jobs": true, "printers": true}

// plain is a route that looks at who comes by itself, if it does.
func plain(h http.HandlerFunc) func(http.ResponseWriter, *http.Request, *signedIn) {
	return func(w http.ResponseWriter, r *http.Request, _ *signedIn) { h(w, r) }
}

// openRoutes are the doors before the first sign-in.
func (s *Server) openRoutes() []route {
	return []route{
		{method: http.MethodPost, pattern: "/api/sign-in", open: true, says: "Signs a person in, by badge and PIN, on a device (install), and gives the session's cookie. The key is the device's own secret, drawn at random where its name was made: the first sign-in with one takes the name for the device, and from there on nobody signs in under it without the key (403). Later ones share it: a device is of a shift, not of a person.",
			body: &signInBody{}, answer: &me{}, errors: []int{400, 401, 403, 413, 415, 422, 429, 503}, serve: plain(s.signIn)},
		{method: http.MethodPost, pattern: "/api/sign-out", open: true, says: "Ends the session of the cookie, and takes the cookie back. Without one there is nothing to end, and that is no fault.",
			status: http.StatusNoContent, errors: []int{503}, serve: plain(s.signOut)},
		{method: http.MethodGet, pattern: "/api/live", open: true, says: "The websocket: changes of the board as they come, and commands of a device (ops) beside them. The first message is hello, with where the caller's board stands; it is closed with 4401 when the session is over, the token was taken back, or the session is another device's.",
			status: http.StatusSwitchingProtocols, errors: []int{400, 401, 403}, serve: plain(s.live)},
		{method: http.MethodGet, pattern: "/api/openapi.json", open: true, says: "This description.", produces: "application/json", serve: plain(s.openAPI)},
		{method: http.MethodGet, pattern: "/api/docs", open: true, says: "This description as a page for people.", produces: "text/html", serve: plain(s.docs)},
		{method: http.MethodGet, pattern: "/api/docs.css", open: true, says: "How that page looks.", produces: "text/css", serve: plain(s.docsStyle)},
		{method: http.MethodGet, pattern: "/livez", open: true, says: "The process lives.", produces: "text/plain", serve: plain(s.alive)},
		{method: http.MethodGet, pattern: "/readyz", open: true, says: "The box takes commands; when it does not, the body says why.", produces: "text/plain", errors: []int{503}, serve: plain(s.ready)},
	}
}

// doors are all routes there are.
func (s *Server) doors() []route { return append(s.openRoutes(), s.table()...) }

// param is a parameter of a route.
type param struct {
	in, name, says string
	kind           string // string, integer, boolean
	needed         bool
}

// table lists the routes. Those of the lists come from the board, which knows what the floor keeps.
func (s *Server) table() []route {
	id := []param{{in: "path", name: "id", says: "Its id.", kind: "string", needed: true}}
	order := []param{{in: "path", name: "id", says: "Its id or its number.", kind: "string", needed: true}}
	out := []route{
		{method: http.MethodGet, pattern: "/api/me", says: "Who the caller is, and in which roles.", till: true, answer: &me{}, serve: s.whoAmI},
		{method: http.MethodPost, pattern: "/api/ops", says: "Takes the numbered commands of a device, one or a queue being drained. A number that was used for something else is a 409, which says nothing of the commands beside it: taken in the problem has their answers.",
			print: true, body: &opsBody{}, answer: &opsReply{}, errors: []int{400, 409, 413, 415, 422, 503}, serve: s.postOps},
		{method: http.MethodGet, pattern: "/api/commands", says: "Lists every command with its example, who may give it, and what it may be refused with.", till: true,
			answer: &struct {
				Rows []commandRow `json:"rows"`
			}{}, serve: s.listCommands},
		{method: http.MethodPost, pattern: "/api/commands", says: "Takes up to 200 commands in their order, and answers each with a status of its own: 200 (accepted, duplicate, exception or refused), 409 for an id that was used with another body. A body that is not sound is refused whole, and nothing of it is taken. At a site without a centre, rows bring what is personal of an order, each under the reference the command names: an address {name,street,postcode,city,country,phone} for ship_to, {name,phone} for contact, {note} for gift.note, the label's ZPL as a string for labels[].ref; the references of an order are pii/<order>, or begin with pii/<order>/; they are sealed beside the journal. At every site a row brings what shows who got an order, {media,image} with image in base64 (PNG, JPEG or WebP, at most 16 KiB), for the ref of collect.authorise; such references begin with pii/<order>/proof/. The same id again has no second effect and gets the same answer.", till: true,
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
				{in: "query", name: "start", says: "The start of the caller's board: behind another one it is to be loaded anew.", kind: "string"},
				{in: "query", name: "wait", says: "Seconds to wait for news, at most 25.", kind: "integer"}},
			answer: &changes{}, errors: []int{422}, serve: s.changes},
		{method: http.MethodGet, pattern: "/api/orders/{id...}", says: "One order: lines in walking order, parcels, print jobs; with timeline=true what happened to it.",
			params: append(slices.Clone(order), param{in: "query", name: "timeline", says: "true: with every record in a sentence.", kind: "boolean"}),
			answer: &orderDetail{}, errors: []int{404, 422}, serve: s.order},
		{method: http.MethodGet, pattern: "/api/orders/{id}/dispute.pdf", role: Lead, says: "The file of an order's hand-over: what, to whom, how that was checked, and the journal's records with their hashes.",
			params: order, produces: "application/pdf", errors: []int{404, 422}, serve: s.dispute},
		{method: http.MethodGet, pattern: "/api/jobs/{rest...}", only: seesLabels, says: "The picture of a print job's document: /api/jobs/{id}/preview.png, slashes escaped, or ?job=. It shows a name and a street: for those who pack and print, and for a lead or a manager once the parcel has left.",
			params:   []param{{in: "path", name: "rest", says: "The job's id and /preview.png.", kind: "string", needed: true}, {in: "query", name: "job", says: "The job's id instead.", kind: "string"}},
			produces: "image/png", errors: []int{404}, serve: s.picture},
		{method: http.MethodGet, pattern: "/api/scan", says: "What a barcode, a bin, an order's number or a parcel means here.",
			params: []param{{in: "query", name: "code", says: "As the scanner read it.", kind: "string", needed: true}}, answer: &meaning{}, errors: []int{422}, serve: s.scan},
		{method: http.MethodGet, pattern: "/api/find", says: "Where is my order: by its number or the end of it, id, parcel, tracking number, code of a receipt, number of a return, pickup code, name of who gets, collects or ordered it, or the end of a phone number. Orders that left the floor are found, too: by a name for as long as it is kept. Where there are too many to look through all, back_to says from which due time on.",
			params: []param{{in: "query", name: "q", says: "What the customer says; at least 3 characters, or a whole word of a name: two letters, one where the script is not Latin.", kind: "string", needed: true}}, answer: &findReply{}, errors: []int{422}, serve: s.find},
		{method: http.MethodGet, pattern: "/api/site", says: "The site: opening hours, shifts, paused or not, the line to the centre.", answer: &siteReply{}, serve: s.site},
		{method: http.MethodGet, pattern: "/api/sync", says: "How the site and the centre do, in words: what is not sent yet, since when, what is blocked, and what to do.", answer: &view.Sync{}, serve: s.sync},
		{method: http.MethodGet, pattern: "/api/journal", role: Manager, says: "The journal's records as they are, one a line, each with its hash: SHA-256(hash before ‖ SHA-256(record)).",
			params:   []param{{in: "query", name: "from", says: "First seq. Default 1, or the oldest kept.", kind: "integer"}, {in: "query", name: "to", says: "Last seq; at most 10000 records come at once.", kind: "integer"}},
			produces: "application/x-ndjson", errors: []int{404, 422, 503}, serve: s.journal},
	}
	out = append(out, route{method: http.MethodGet, pattern: "/api/lists", says: "Names the lists this box has, with what can be asked of each.", answer: &listsReply{}, serve: s.namesLists})
	out = append(out, s.userRoutes()...)
	out = append(out, s.reportRoutes()...)
	out = append(out, s.planRoutes()...)
	out = append(out, s.paperRoutes()...)
	out = append(out, s.deviceRoutes()...)
	paging := []param{
		{in: "query", name: "q", says: "Part of any text of a row.", kind: "string"},
		{in: "query", name: "limit", says: "Rows on a page, 1 to 1000. Default 50.", kind: "integer"},
		{in: "query", name: "after", says: "The next of the page before.", kind: "string"},
		{in: "query", name: "format", says: "json or csv; or ask by Accept: text/csv.", kind: "string"},
	}
	for _, l := range s.lists {
		rt := route{method: http.MethodGet, pattern: "/api/" + l.Name, says: l.Says, role: l.For, print: printed[l.Name], params: paging, errors: []int{422},
			answer: l, serve: func(w http.ResponseWriter, r *http.Request, who *signedIn) { s.list(w, r, l, who) }}
		for _, f := range l.Filters() {
			if f != "q" && f != "limit" && f != "after" && f != "format" {
				says := "Only rows with this " + f + "."
				if f == "open" && l.Lays() {
					says = "true: only of orders on the floor. Without it those of orders that are over and left it come, too."
				}
				rt.params = append(rt.params, param{in: "query", name: f, says: says, kind: l.FilterKind(f)})
			}
		}
		out = append(out, rt)
		if l.ByID {
			named, fails := id, []int{404}
			if l.Name == "pickups" {
				named, fails = order, []int{404, 422}
			}
			out = append(out, route{method: http.MethodGet, pattern: "/api/" + l.Name + "/{id...}", says: "One of: " + l.Says, role: l.For, print: printed[l.Name], params: named, errors: fails,
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
		N     uint64          `json:"n,omitempty"`
		ID    floor.CommandID `json:"id,omitempty"`
		Type  string          `json:"type"`
		Work  string          `json:"work,omitempty"`
		Seen  floor.Seq       `json:"seen,omitempty"`
		At    time.Time       `json:"at,omitzero"`
		Under floor.LogID     `json:"under,omitempty"`
		Told  *floor.Told     `json:"told,omitempty"`
		Data  json.RawMessage `json:"data"`
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
	Disk   floor.Disk      `json:"disk,omitzero"` // when it fills up: warn, tight or full
}

func (s *Server) site(w http.ResponseWriter, _ *http.Request, _ *signedIn) {
	var out siteReply
	s.feed.look(func(b *view.Board) {
		out = siteReply{Site: b.Site(), Log: b.Log(), Seq: b.Seq(), Now: s.clock().UTC().Truncate(time.Second), Link: b.Link(), Disk: b.Disk()}
		out.Hours, out.Policy = b.Setting()
	})
	reply(w, out)
}
