package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/edge/view"
)

// ErrNoPicture says that a document cannot be drawn (any more).
var ErrNoPicture = errors.New("no picture of this document")

// Preview draws a job's document as PNG. ErrNoPicture when there is none.
type Preview func(ctx context.Context, job floor.JobID) ([]byte, error)

// board is the whole of it, and how many of the commands of whoever asks it shows: their answers may be under way still, or
// lost, and a screen that laid those over this board would count them twice.
func (s *Server) board(w http.ResponseWriter, _ *http.Request, who *signedIn) {
	var full view.Full
	s.feed.look(func(b *view.Board) {
		full = b.Full(s.clock().UTC())
		if !who.machine {
			marks := b.Marks(who.Device)
			full.Mine = &marks
		}
	})
	reply(w, full)
}

// picture draws a job's document. Ids of jobs have slashes: they come escaped as one segment, or as ?job=.
func (s *Server) picture(w http.ResponseWriter, r *http.Request, who *signedIn) {
	path, ok := strings.CutSuffix(r.PathValue("rest"), "preview.png")
	id := floor.JobID(strings.TrimSuffix(path, "/"))
	if id == "" {
		id = floor.JobID(r.URL.Query().Get("job"))
	}
	gone := false
	if ok {
		ok = false
		s.feed.look(func(b *view.Board) {
			var j floor.Job
			var order floor.OrderID
			if j, order, ok = b.Job(id); ok {
				gone = left(b.Facts(order), j.Unit)
			}
		})
	}
	if !ok && id != "" {
		found, err := s.closedUnder("job/" + string(id))
		if err != nil {
			s.fault(w, r, "preview", err)
			return
		}
		ok = len(found) > 0
	}
	if !ok || s.preview == nil {
		missing((floor.Refuse(floor.UnknownJob, "job", short(string(id)))).Words()).write(w)
		return
	}
	if gone && !has(who.Roles, Lead, Manager) {
		notFor("The label of a parcel that has left", Lead).write(w)
		return
	}
	// One picture is drawn at a time: they are for looking, and scans go first.
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-r.Context().Done():
		return
	}
	png, err := s.preview(r.Context(), id)
	switch {
	case errors.Is(err, ErrNoPicture):
		missing("There is no picture of this document.").write(w)
		return
	case err != nil:
		s.fault(w, r, "preview", err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/png")
	h.Set("Cache-Control", "private, no-store") // a label names a customer
	h.Set("Content-Length", strconv.Itoa(len(png)))
	_, _ = w.Write(png)
}

// left says whether what a label is for is out of the building: its parcel, or for a paper of the whole order all of it.
func left(o *floor.Order, unit floor.UnitID) bool {
	if o == nil {
		return false
	}
	if !o.Open() {
		return true
	}
	return slices.ContainsFunc(o.Units, func(u floor.Unit) bool { return u.ID == unit && u.State == floor.UnitDeparted })
}

func (s *Server) alive(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]string{"status": "alive"})
}

// ready says whether the box can take commands. The line to the centre is no part of it.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if s.isReady != nil {
		if err := s.isReady(); err != nil {
			s.log.Warn("not ready", "error", err)
			p := problem(http.StatusServiceUnavailable, unavailable, "Not ready", "The box is starting or has a fault.")
			p.write(w)
			return
		}
	}
	out := map[string]string{"status": "ready"}
	s.feed.look(func(b *view.Board) {
		if level := b.Disk().Level; level != floor.DiskFine {
			out["disk"] = level // it still takes what happens: nobody should take it out of service for that
		}
	})
	reply(w, out)
}
