package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/edge/view"
)

// TestPrint prints a test label and says in words what became of it: printed, or why nobody knows. ErrNoPrinter when there is
// no such printer.
type TestPrint func(ctx context.Context, printer string) (printed bool, words string, err error)

// ErrNoPrinter says that there is no such printer.
var ErrNoPrinter = errors.New("there is no such printer")

// SendJobs moves what waits for a printer to another. ErrNoPrinter when there is no such printer.
type SendJobs func(ctx context.Context, from, to floor.PrinterID, actor floor.UserID, reason string) (Sent, error)

// Sent says how many jobs were moved, how many wait where they did, and why those do.
type Sent struct {
	Moved int    `json:"moved"`
	Stay  int    `json:"stay,omitempty"`
	Why   string `json:"why,omitempty"`
}

// Unfit says in words why a job cannot come out at a printer; "" when it can.
type Unfit func(job floor.JobID, at floor.PrinterID) string

// ReadScan is a scan as one of the box's own scanners read it.
type ReadScan struct {
	N      uint64    `json:"n"` // counts up from 1 as the box runs
	At     time.Time `json:"at"`
	Device string    `json:"device"`
	Code   string    `json:"code"`            // as read; bytes that are no UTF-8 as Latin-1
	Bytes  string    `json:"bytes"`           // the same in hexadecimal
	Means  string    `json:"means"`           // what it is here, in words
	Taken  string    `json:"taken,omitempty"` // what was done with it
}

// ReadScans lists what was scanned behind a number, and waits for it until ctx ends.
type ReadScans func(ctx context.Context, behind uint64) []ReadScan

// scanWait is how long a caller waits for the next scan before it asks again.
const scanWait = 20 * time.Second

type testReply struct {
	Printed bool   `json:"printed"`
	Words   string `json:"words"`
}

type scansReply struct {
	Rows []ReadScan `json:"rows"`
}

type sendBody struct {
	To     floor.PrinterID `json:"to"`
	Reason string          `json:"reason,omitempty"`
}

func (s *Server) deviceRoutes() []route {
	return []route{
		{method: http.MethodPost, pattern: "/api/printers/{id}/test", role: Picker,
			says:   "Prints a test label, waits for it, and says whether it is known to be printed. It is no document of any order, and stands in no journal.",
			params: []param{{in: "path", name: "id", says: "The printer's id.", kind: "string", needed: true}}, answer: &testReply{}, errors: []int{404, 503}, serve: s.testLabel},
		{method: http.MethodPost, pattern: "/api/printers/{id}/send", role: Picker,
			says:   "Sends every job that waits for a printer to another one, and says how many. What may be coming out stays, and what cannot come out there: a label that a carrier made for other media.",
			params: []param{{in: "path", name: "id", says: "The printer's id.", kind: "string", needed: true}}, body: &sendBody{}, answer: &Sent{}, errors: []int{400, 404, 413, 415, 422, 503}, serve: s.sendJobs},
		{method: http.MethodGet, pattern: "/api/scans", role: Lead,
			says:   "What the box's own scanners read last, byte by byte, for whoever sets one up; waits up to 20 s for a scan behind the number given.",
			params: []param{{in: "query", name: "behind", says: "The n of the last scan the caller has; 0 for all that are kept.", kind: "integer"}}, answer: &scansReply{}, errors: []int{422}, serve: s.readScans},
	}
}

func (s *Server) testLabel(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	ctx, cancel := context.WithTimeout(r.Context(), scanWait)
	defer cancel()
	printed, words, err := false, "", ErrNoPrinter
	if s.testPrint != nil {
		printed, words, err = s.testPrint(ctx, r.PathValue("id"))
	}
	switch {
	case errors.Is(err, ErrNoPrinter):
		problem(http.StatusNotFound, notFound, "No such printer", "There is no printer "+strconv.Quote(r.PathValue("id"))+" here.").write(w)
	case err != nil:
		s.log.Error("a test label could not be made", "printer", r.PathValue("id"), "err", err)
		problem(http.StatusServiceUnavailable, unavailable, "No test label", "A test label could not be made: "+err.Error()).write(w)
	default:
		reply(w, testReply{printed, words})
	}
}

func (s *Server) sendJobs(w http.ResponseWriter, r *http.Request, who *signedIn) {
	body, p := readUTF8(w, r)
	var in sendBody
	if p == nil {
		p = decode(body, "body", &in)
	}
	if p != nil {
		p.write(w)
		return
	}
	from, to := floor.PrinterID(r.PathValue("id")), in.To
	switch {
	case to == from:
		bad(http.StatusUnprocessableEntity, "body.to", "is the printer they wait for already", string(to)).write(w)
		return
	case !s.hasPrinter(to):
		bad(http.StatusUnprocessableEntity, "body.to", "is no printer here", string(to)).write(w)
		return
	}
	sent, err := Sent{}, ErrNoPrinter
	if s.send != nil {
		sent, err = s.send(r.Context(), from, to, who.User, in.Reason)
	}
	switch {
	case errors.Is(err, ErrNoPrinter):
		problem(http.StatusNotFound, notFound, "No such printer", "There is no printer "+strconv.Quote(string(from))+" here.").write(w)
	case err != nil:
		s.log.Error("jobs could not be sent to another printer", "printer", from, "to", to, "err", err)
		problem(http.StatusServiceUnavailable, unavailable, "Not all were sent", strconv.Itoa(sent.Moved)+" jobs were sent; the others wait where they did.").write(w)
	default:
		reply(w, sent)
	}
}

// hasPrinter says whether a printer is at this site.
func (s *Server) hasPrinter(id floor.PrinterID) (has bool) {
	s.feed.look(func(b *view.Board) { has = b.HasPrinter(id) })
	return has
}

// nowhere says which printer a command names that is not here: what is sent nowhere would wait for ever.
func (s *Server) nowhere(c floor.Command) floor.PrinterID {
	id := floor.PrinterID("")
	switch c := c.(type) {
	case *floor.MovePrint:
		id = c.Printer
	case *floor.PausePrinter:
		id = c.Printer
	}
	if id == "" || floor.CheckID("printer", string(id)) != nil || s.hasPrinter(id) {
		return ""
	}
	return id
}

// unfitting says why a job cannot come out at the printer that a command sends it to.
func (s *Server) unfitting(c floor.Command) string {
	move, ok := c.(*floor.MovePrint)
	if !ok || move.Printer == "" || s.unfit == nil {
		return ""
	}
	return s.unfit(move.Job, move.Printer)
}

func (s *Server) readScans(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	behind := uint64(0)
	if v := r.URL.Query().Get("behind"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			bad(http.StatusUnprocessableEntity, "query.behind", "is no number", v).write(w)
			return
		}
		behind = n
	}
	ctx, cancel := context.WithTimeout(r.Context(), scanWait)
	defer cancel()
	rows := []ReadScan{}
	if s.scans != nil {
		rows = append(rows, s.scans(ctx, behind)...)
	}
	reply(w, scansReply{rows})
}
