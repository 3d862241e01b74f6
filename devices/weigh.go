package devices

import (
	"context"
	"time"
)

// Weight is what a scale says.
type Weight struct {
	// Milligrams is what lies on it, without the tare.
	Milligrams int64
	// Settled says that it does not move any more; only then it is a weight.
	Settled bool
	// Bad says why there is no weight: over or under what the scale can weigh, or a fault.
	Bad string
	// Device is filled in by Weigh, and At when it came.
	Device Name
	At     time.Time
}

// Grams is the weight in whole grams.
func (w Weight) Grams() int {
	half := int64(500)
	if w.Milligrams < 0 {
		half = -500
	}
	return int((w.Milligrams + half) / 1000)
}

// WeightSink takes what a scale's driver reads.
type WeightSink interface {
	// Up says that the scale answers; it ends the supervisor's backoff.
	Up()
	// Weight hands over one reading.
	Weight(w Weight)
}

// Scale is a scale's driver. Run opens the device, hands every reading to the sink and returns when the device fails or
// ctx ends. It must not retry.
type Scale interface {
	Run(ctx context.Context, sink WeightSink) error
}

// Weigh runs a scale under supervision until ctx ends and gives every reading to emit, one at a time.
func Weigh(ctx context.Context, sup Supervisor, s Scale, emit func(Weight)) error {
	return sup.Run(ctx, func(ctx context.Context, up func()) error {
		return s.Run(ctx, &weigher{name: sup.Name, up: up, emit: emit})
	})
}

type weigher struct {
	name Name
	up   func()
	emit func(Weight)
}

func (l *weigher) Up() { l.up() }

func (l *weigher) Weight(w Weight) {
	w.Device, w.At = l.name, time.Now()
	l.emit(w)
}
