package hub

import (
	"context"
	"math"
	"time"

	"picket/sync/oms/clerk"
	"picket/sync/wire"
)

// ahead is how far a hello's clock was ahead of this one. It counts once that hello proves to be the site's, by the answer to its
// challenge: a hello that was kept shows what the time was.
type ahead struct {
	nonce wire.Nonce
	by    time.Duration
	said  bool // it need not say the time
}

// clocks reads a site's clock: of a hello1 as it comes, and what it said counts with the hello2 that proves it.
func (h *Hub) clocks(ctx context.Context, now time.Time, e *end, payload []byte, alive bool) {
	m, err := wire.Decode(payload)
	if err != nil {
		return
	}
	switch m := m.(type) {
	case *wire.Hello1:
		e.hello = payload
		e.ahead = ahead{m.Nonce, m.T.Sub(now), !m.T.IsZero()}
	case *wire.Hello2:
		if alive && e.ahead.said && m.Nonce == e.ahead.nonce {
			h.clock(ctx, e, e.ahead.by)
		}
	}
}

// clock notes how far a site's clock is off. It is told once, when it goes wrong.
func (h *Hub) clock(ctx context.Context, e *end, ahead time.Duration) {
	ahead = max(ahead, -math.MaxInt64) // a time so far off that it cannot be counted, and has no opposite
	was := e.status.Skew
	if e.status.Skew = ahead; ahead.Abs() <= clerk.SkewAlarm || was.Abs() > clerk.SkewAlarm {
		return
	}
	if err := h.clerk.Skewed(ctx, e.site, ahead); err != nil {
		e.status.Skew = was // with the next hello
	}
}
