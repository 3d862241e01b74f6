package virtual

import (
	"context"
	"time"

	"picket/devices"
)

// Step is one trigger pull of a script: Data after the time After has passed.
type Step struct {
	After time.Duration
	Data  []byte
}

// Scanner is a scanner without hardware: it plays its script once over all its runs and then gives
// what is fed to it. It is a devices.Scanner.
type Scanner struct {
	script []Step
	next   int
	fed    chan []byte
}

// NewScanner makes a scanner with a script, which may be empty.
func NewScanner(script ...Step) *Scanner { return &Scanner{script: script, fed: make(chan []byte)} }

// Feed scans data now, and returns once the scan was taken or ctx ended.
func (s *Scanner) Feed(ctx context.Context, data []byte) error {
	select {
	case s.fed <- append([]byte(nil), data...):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run obeys [devices.Scanner].
func (s *Scanner) Run(ctx context.Context, sink devices.ScanSink) error {
	sink.Up()
	for {
		var due <-chan time.Time
		var t *time.Timer
		if s.next < len(s.script) {
			t = time.NewTimer(s.script[s.next].After)
			due = t.C
		}
		select {
		case <-ctx.Done():
		case <-due:
			s.next++
			sink.Scan(s.script[s.next-1].Data)
		case data := <-s.fed:
			sink.Scan(data)
		}
		if t != nil {
			t.Stop()
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
