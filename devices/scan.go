package devices

import (
	"context"
	"time"

	"picket/devices/gs1"
)

// Name is what people call a device on this site, such as "bench-1". It stands in
// the configuration and in every event a device takes part in.
type Name string

// Scan is one pull of a trigger.
type Scan struct {
	// Device is filled in by Listen; a driver does not know what it is called.
	Device Name
	// Raw is the frame exactly as it came, without the framing (suffix, STX/ETX) but
	// with the AIM identifier where the scanner sends one. It is what an event keeps.
	Raw []byte
	// AIM is the symbology identifier at the front of Raw, such as "]C1", or "" when
	// the scanner sends none (ISO/IEC 15424).
	AIM string
	// At is when the frame was complete, by this box's clock. Order is not derived
	// from it: boxes boot in 1970.
	At time.Time
}

// ScanSink takes what a scanner driver sees.
type ScanSink interface {
	// Up says the device is open and listening; it ends the supervisor's backoff.
	Up()
	// Scan hands over one complete frame. The bytes are copied before it returns.
	Scan(raw []byte)
}

// Scanner is a scanner's driver. Run opens the device, hands every complete frame to
// the sink and returns when the device fails or ctx ends. It must not retry.
type Scanner interface {
	Run(ctx context.Context, sink ScanSink) error
}

// Listen runs a scanner under supervision until ctx ends and gives every scan to emit.
// emit is called by one goroutine at a time; while it blocks no further frame is read.
func Listen(ctx context.Context, sup Supervisor, s Scanner, emit func(Scan)) error {
	return sup.Run(ctx, func(ctx context.Context, up func()) error {
		return s.Run(ctx, &listener{name: sup.Name, up: up, emit: emit})
	})
}

type listener struct {
	name Name
	up   func()
	emit func(Scan)
}

func (l *listener) Up() { l.up() }

func (l *listener) Scan(raw []byte) {
	own := append([]byte(nil), raw...)
	aim, _ := gs1.SplitAIM(own)
	l.emit(Scan{Device: l.name, Raw: own, AIM: string(aim), At: time.Now()})
}
