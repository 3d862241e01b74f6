package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/edge/view"
)

// Archive reads the journal for people who look back.
type Archive interface {
	// Records gives fn the records of a subject, such as order/O-1, in order of seq, as far back as they are kept.
	Records(ctx context.Context, subject string, fn func(raw []byte) error) error
	// Chain gives fn the records from seq on, at most most of them, and says the chain's hash before the first.
	// An error that is ErrDropped says that they were given up for room, perhaps while they were read.
	Chain(ctx context.Context, from uint64, most int, fn func(seq uint64, raw []byte) error) (before [32]byte, err error)
	// Span is the oldest seq that is kept, and the newest.
	Span() (first, last uint64)
}

// ErrDropped is what an archive answers of records it keeps no longer.
var ErrDropped = errors.New("no longer kept")

// orderDetail is an order, with what happened to it when that was asked for.
type orderDetail struct {
	*view.Order
	Timeline []moment `json:"timeline,omitempty"`
}

// moment is one record in a sentence.
type moment struct {
	Seq     floor.Seq       `json:"seq"`
	Time    time.Time       `json:"time"`
	At      time.Time       `json:"at,omitzero"` // by the device's clock, when that is another time
	Who     floor.UserID    `json:"who,omitempty"`
	Station floor.StationID `json:"station,omitempty"`
	Device  floor.DeviceID  `json:"device,omitempty"`
	Type    string          `json:"type"`
	Says    string          `json:"says"`
}

func (s *Server) order(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	id := floor.OrderID(r.PathValue("id"))
	told := false
	for name, v := range r.URL.Query() {
		if name != "timeline" || len(v) != 1 || v[0] != "true" && v[0] != "false" {
			bad(http.StatusUnprocessableEntity, "query."+short(name), "is not a parameter of an order; there is: timeline=true", nil).write(w)
			return
		}
		told = v[0] == "true"
	}
	if !s.namesOrder(w, r, "path.id", &id) {
		return
	}
	var out orderDetail
	ok := false
	s.feed.look(func(b *view.Board) { out.Order, ok = b.Order(id) })
	if !ok {
		o, err := s.closedOrder(id)
		if err != nil {
			s.fault(w, r, "order", err)
			return
		}
		if ok = o != nil; ok {
			s.feed.look(func(b *view.Board) { out.Order = b.Picture(o) })
		}
	}
	if !ok {
		missing((floor.Refuse(floor.UnknownOrder, "order", short(string(id)))).Words()).write(w)
		return
	}
	if told {
		var err error
		if out.Timeline, err = s.timeline(r.Context(), "order/"+string(id)); err != nil {
			s.fault(w, r, "timeline", err)
			return
		}
	}
	reply(w, out)
}

// timeline is what happened to a subject, in sentences.
func (s *Server) timeline(ctx context.Context, subject string) ([]moment, error) {
	if s.archive == nil {
		return nil, nil
	}
	var records []floor.Record
	err := s.archive.Records(ctx, subject, func(raw []byte) error {
		r, err := floor.Decode(raw)
		if err == nil { // one of a later version is not told
			records = append(records, r)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]moment, len(records))
	s.feed.look(func(b *view.Board) {
		for i := range records {
			r := &records[i]
			out[i] = moment{Seq: r.Seq, Time: r.Time, At: r.At, Who: r.Actor, Station: r.Station, Device: r.Device, Type: r.Type, Says: floor.TellCalled(r.Event, b.Called, b.Said)}
		}
	})
	return slices.Clip(out), nil
}

// ErrNoDispute says that nothing of an order was handed over.
var ErrNoDispute = errors.New("nothing was handed over")

// Dispute makes the file of an order's hand-over, as PDF. ErrNoDispute when there was none.
type Dispute func(ctx context.Context, order floor.OrderID) ([]byte, error)

// dispute gives the file that settles what was handed to whom.
func (s *Server) dispute(w http.ResponseWriter, r *http.Request, who *signedIn) {
	id := floor.OrderID(r.PathValue("id"))
	if s.makeDispute == nil {
		missing("This box makes no such file.").write(w)
		return
	}
	if !s.namesOrder(w, r, "path.id", &id) {
		return
	}
	select {
	case s.drawing <- struct{}{}: // one at a time, as pictures are
		defer func() { <-s.drawing }()
	case <-r.Context().Done():
		return
	}
	pdf, err := s.makeDispute(r.Context(), id)
	switch {
	case errors.Is(err, ErrNoDispute):
		missing("Nothing of order " + short(string(id)) + " was handed over here.").write(w)
		return
	case err != nil:
		s.fault(w, r, "dispute", err)
		return
	}
	s.log.Info("the file of a hand-over was made", "who", who.User, "order", id)
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="hand-over.pdf"`)
	h.Set("Cache-Control", "private, no-store") // it names a customer
	h.Set("Content-Length", strconv.Itoa(len(pdf)))
	_, _ = w.Write(pdf)
}

// changes is what a caller who keeps a board of his own is told.
type changes struct {
	Reload bool        `json:"reload,omitempty"` // too much happened since, or in another log, or the box was started again: load the board
	Delta  *view.Delta `json:"delta,omitempty"`  // absent when nothing changed
}

// waitMost is how long a caller may wait for news; shorter than what cuts a request.
const waitMost = 25 * time.Second

func (s *Server) changes(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	q := r.URL.Query()
	for name := range q {
		if name != "log" && name != "since" && name != "start" && name != "wait" {
			bad(http.StatusUnprocessableEntity, "query."+short(name), "is not a parameter of changes; there are: log, since, start, wait", nil).write(w)
			return
		}
	}
	since, err := strconv.ParseUint(q.Get("since"), 10, 64)
	if err != nil {
		bad(http.StatusUnprocessableEntity, "query.since", "must be the seq of the caller's board", short(q.Get("since"))).write(w)
		return
	}
	wait := time.Duration(0)
	if q.Get("wait") != "" {
		n, err := strconv.Atoi(q.Get("wait"))
		if wait = time.Duration(n) * time.Second; err != nil || wait < 0 || wait > waitMost {
			bad(http.StatusUnprocessableEntity, "query.wait", "must be seconds from 0 to 25", short(q.Get("wait"))).write(w)
			return
		}
	}
	end := time.NewTimer(wait)
	defer end.Stop()
	for {
		var d view.Delta
		ok := false
		seq := floor.Seq(0)
		news := s.feed.look(func(b *view.Board) {
			d, _, ok = b.Since(floor.LogID(q.Get("log")), view.Mark{Start: q.Get("start"), Seq: floor.Seq(since)})
			seq = b.Seq()
		})
		if !ok {
			reply(w, changes{Reload: true})
			return
		}
		if uint64(seq) > since {
			reply(w, changes{Delta: &d})
			return
		}
		select {
		case <-news:
		case <-end.C:
			reply(w, changes{})
			return
		case <-r.Context().Done():
			return
		}
	}
}
