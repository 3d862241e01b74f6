package hub

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/sync/link"
)

// foldAtOnce is how many facts one folding transaction takes: short enough that an order captured meanwhile
// does not wait, long enough that the commit is shared. While transactions are quick they take more, up to foldMost:
// the orders the facts are about are read and written once each time.
const (
	foldAtOnce = 256
	foldMost   = 4096
	foldQuick  = 50 * time.Millisecond
	foldSlow   = 150 * time.Millisecond
)

// While a site that was away tells of its day, folding waits for it, but takes a turn at least this often: what is
// not taken in stands in one place alone, what is not folded is only not shown yet.
const (
	foldTurn  = time.Second
	floodOver = 150 * time.Millisecond // so long nothing of a flood came
)

// resumeAtOnce is how many orders that waited for the end of a quarantine go on in one transaction.
const resumeAtOnce = 100

// taken notes that a site has facts to be folded.
func (h *Hub) taken(site floor.SiteID) {
	h.mu.Lock()
	if !slices.Contains(h.unfolded, site) {
		h.unfolded = append(h.unfolded, site)
	}
	h.mu.Unlock()
	h.ring()
}

// flood is how many records of one site at once show that it is behind: a live one sends fewer.
const flood = 128

// came notes that a site was heard.
func (h *Hub) came(site floor.SiteID, records int) {
	h.taken(site)
	if records < flood {
		return
	}
	h.mu.Lock()
	h.flooded++
	h.mu.Unlock()
}

func (h *Hub) ring() {
	select {
	case h.bell <- struct{}{}:
	default:
	}
}

// Fold interprets one piece of one site's facts and says whether more may wait. One goroutine at a time;
// it may be another than the one that steps.
func (h *Hub) Fold(ctx context.Context) (more bool, err error) { return h.fold(ctx, foldAtOnce) }

func (h *Hub) fold(ctx context.Context, most int) (more bool, err error) {
	h.mu.Lock()
	if len(h.unfolded) == 0 {
		h.mu.Unlock()
		if h.portray(ctx) {
			return true, nil
		}
		n, err := h.clerk.Resume(ctx, resumeAtOnce)
		return n == resumeAtOnce, err
	}
	site := h.unfolded[0]
	h.unfolded = h.unfolded[1:]
	h.folding = site
	h.mu.Unlock()
	n, err := h.clerk.Fold(ctx, site, most)
	if err != nil || n == most {
		h.taken(site) // to the back of the queue: one site's flood does not hold up the others
	}
	h.mu.Lock()
	h.folding = ""
	h.mu.Unlock()
	if err == nil && n > 0 {
		h.whole(site)
	}
	return true, err // what waited for these facts may go on now
}

// Run speaks over the link until ctx ends or the link is closed. It does not close the link.
func (h *Hub) Run(ctx context.Context, l link.Link, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var folder sync.WaitGroup
	folder.Go(func() { h.folder(ctx, log) })
	defer folder.Wait()
	defer cancel()

	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var in []Event
	for {
		wait := time.Hour
		if at := h.Next(); !at.IsZero() {
			wait = max(0, time.Until(at))
		}
		timer.Reset(wait)
		in = append(in[:0], Tick{})
		select {
		case <-ctx.Done():
			off := h.presence(false)
			_ = l.Publish(off.Topic, off.Payload, off.Retained)
			return nil
		case e, ok := <-l.Events():
			if !ok {
				return nil
			}
			in = append(in, heard(e, log))
			size := len(e.Message.Payload)
			for more := true; more && len(in) < stepMost && size < stepBytes; { // what waits is committed together
				select {
				case e, ok := <-l.Events():
					if more = ok; ok {
						in = append(in, heard(e, log))
						size += len(e.Message.Payload)
					}
				default:
					more = false
				}
			}
		case <-h.clerk.Bell():
		case <-h.knock:
		case <-timer.C:
		}
		for _, m := range h.Step(ctx, time.Now(), in...) {
			if err := l.Publish(m.Topic, m.Payload, m.Retained); err != nil {
				log.Debug("not published", "topic", m.Topic, "err", err) // the protocol sends it again
			}
		}
	}
}

// stepMost is how many events one step takes, and stepBytes about how many bytes: the first of them waits for the commit
// of all, and a site that is behind, for the acknowledgement of what it sends further pieces for.
const (
	stepMost  = 64
	stepBytes = 48 << 10
)

func heard(e link.Event, log *slog.Logger) Event {
	switch e.Kind {
	case link.Up:
		log.Info("line up")
		return Connected{}
	case link.Down:
		log.Warn("line down", "err", e.Err)
		return Lost{}
	}
	return Arrived{Topic: e.Message.Topic, Payload: e.Message.Payload, Retained: e.Message.Retained}
}

// folder folds whenever something was taken in. A step that fails is tried again after a pause.
func (h *Hub) folder(ctx context.Context, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.bell:
		}
		most := foldAtOnce
		for more := true; more && ctx.Err() == nil; {
			h.giveWay(ctx)
			began := time.Now()
			var err error
			more, err = h.fold(ctx, most)
			switch took := time.Since(began); {
			case took > foldSlow:
				most = max(most/2, foldAtOnce)
			case took < foldQuick:
				most = min(most*2, foldMost)
			}
			if err != nil && ctx.Err() == nil {
				log.Error("folding failed; it is tried again", "err", err)
				pause := time.NewTimer(time.Second)
				select {
				case <-ctx.Done():
					pause.Stop()
				case <-pause.C:
				}
			}
		}
	}
}

// giveWay waits while a flood is coming in, for one turn at most.
func (h *Hub) giveWay(ctx context.Context) {
	look := time.NewTimer(floodOver)
	defer look.Stop()
	h.mu.Lock()
	seen := h.flooded
	h.mu.Unlock()
	if seen == 0 {
		return
	}
	for end := time.Now().Add(foldTurn); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		h.mu.Lock()
		still := h.flooded != seen
		if seen = h.flooded; !still {
			h.flooded = 0
		}
		h.mu.Unlock()
		if !still {
			return
		}
		look.Reset(floodOver)
	}
}
