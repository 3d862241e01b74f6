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
// does not wait, long enough that the commit is shared.
const foldAtOnce = 256

// taken notes that a site has facts to be folded.
func (h *Hub) taken(site floor.SiteID) {
	h.mu.Lock()
	if !slices.Contains(h.unfolded, site) {
		h.unfolded = append(h.unfolded, site)
	}
	h.mu.Unlock()
	h.ring()
}

func (h *Hub) ring() {
	select {
	case h.bell <- struct{}{}:
	default:
	}
}

// Fold interprets one piece of one site's facts and says whether more may wait. One goroutine at a time;
// it may be another than the one that steps.
func (h *Hub) Fold(ctx context.Context) (more bool, err error) {
	h.mu.Lock()
	if len(h.unfolded) == 0 {
		h.mu.Unlock()
		return false, nil
	}
	site := h.unfolded[0]
	h.unfolded = h.unfolded[1:]
	h.mu.Unlock()
	n, err := h.clerk.Fold(ctx, site, foldAtOnce)
	if err != nil || n == foldAtOnce {
		h.taken(site) // to the back of the queue: one site's flood does not hold up the others
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.unfolded) > 0, err
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
	for {
		wait := time.Hour
		if at := h.Next(); !at.IsZero() {
			wait = max(0, time.Until(at))
		}
		timer.Reset(wait)
		var in Event = Tick{}
		select {
		case <-ctx.Done():
			off := h.presence(false)
			_ = l.Publish(off.Topic, off.Payload, off.Retained)
			return nil
		case e, ok := <-l.Events():
			if !ok {
				return nil
			}
			switch e.Kind {
			case link.Up:
				log.Info("line up")
				in = Connected{}
			case link.Down:
				log.Warn("line down", "err", e.Err)
				in = Lost{}
			default:
				in = Arrived{Topic: e.Message.Topic, Payload: e.Message.Payload}
			}
		case <-h.clerk.Bell():
		case <-timer.C:
		}
		for _, m := range h.Step(ctx, time.Now(), in) {
			if err := l.Publish(m.Topic, m.Payload, m.Retained); err != nil {
				log.Debug("not published", "topic", m.Topic, "err", err) // the protocol sends it again
			}
		}
	}
}

// folder folds whenever something was taken in. A step that fails is tried again after a pause.
func (h *Hub) folder(ctx context.Context, log *slog.Logger) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.bell:
		}
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = h.Fold(ctx); err != nil && ctx.Err() == nil {
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
