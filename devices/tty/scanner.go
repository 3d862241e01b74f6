package tty

import (
	"context"

	"picket/devices"
	"picket/devices/frame"
)

// Scanner is a scanner at a serial port. Its Run obeys [devices.Scanner].
type Scanner struct {
	Address Address
	Format  frame.Format

	say devices.Mouth
}

// Run reads scans until the port is gone or ctx ends.
func (s *Scanner) Run(ctx context.Context, sink devices.ScanSink) error {
	port, err := s.Address.Open()
	if err != nil {
		return err
	}
	defer port.Close()
	defer s.say.Open(port)()
	sink.Up()
	return frame.Read(ctx, port, s.Format, sink.Scan)
}

// Say obeys [devices.Speaker].
func (s *Scanner) Say(b []byte) error { return s.say.Say(b) }
