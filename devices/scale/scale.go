// Package scale reads bench scales: those that send all the time as Toledo's do (continuous output), and those that
// are asked (NCI's W).
//
// It must NEVER give a number for a weight that moves, or that the scale itself does not stand by, and never tare or zero
// a scale: that is done by whoever stands before it.
package scale

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"picket/devices"
)

// Conn is an open connection to a scale.
type Conn interface {
	io.ReadWriteCloser
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

// Protocol is how a scale speaks.
type Protocol interface {
	// Ask is what the scale is asked with, nil for one that speaks by itself.
	Ask() []byte
	// Reader gives a fresh reader of what it says.
	Reader() Reader
}

// Reader reads what a scale says, byte by byte.
type Reader interface {
	// Take takes a byte; ok says that it completed a reading. An error is a message that makes no sense; what follows is
	// read again from its next beginning.
	Take(b byte) (w devices.Weight, ok bool, err error)
}

// Named is toledo (with checksum=yes where the scale sends one) or nci. It takes what it knows out of the query.
func Named(q url.Values) (Protocol, error) {
	name, sum := q.Get("protocol"), q.Get("checksum")
	if sum != "" && sum != "yes" && sum != "no" {
		return nil, fmt.Errorf("checksum=%s: it is yes or no", sum)
	}
	q.Del("protocol")
	q.Del("checksum")
	switch name {
	case "", "toledo":
		return Toledo{Checksum: sum == "yes"}, nil
	case "nci":
		if sum != "" {
			return nil, errors.New("checksum: scales that are asked send none")
		}
		return NCI{}, nil
	}
	return nil, fmt.Errorf("protocol=%s: it is toledo or nci", name)
}

// Scale is a scale's driver. Its Run obeys [devices.Scale].
type Scale struct {
	Open     func(ctx context.Context) (Conn, error)
	Protocol Protocol
	// Every is how often a scale that is asked is asked (default 250 ms), and Silent how long it may say nothing (default 5 s).
	Every, Silent time.Duration
}

// errSilent: a scale that is switched off, or set to another protocol, says nothing that makes sense.
var errSilent = devices.Because(devices.NoAnswer, errors.New("the scale says nothing that can be read"))

// Run reads weights until the scale, its line or ctx fails.
func (s *Scale) Run(ctx context.Context, sink devices.WeightSink) error {
	every, silent := s.Every, s.Silent
	if every <= 0 {
		every = 250 * time.Millisecond
	}
	if silent <= 0 {
		silent = 5 * time.Second
	}
	conn, err := s.Open(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	r, buf := s.Protocol.Reader(), make([]byte, 256)
	heard, up, asked, answered := time.Now(), false, time.Time{}, true
	for {
		now := time.Now()
		if now.Sub(heard) > silent {
			return errSilent
		}
		by := now.Add(silent / 4)
		if ask := s.Protocol.Ask(); ask != nil {
			// An answer that is late is waited for before the next question, so that no two are under way.
			if now.Sub(asked) >= every && (answered || now.Sub(asked) >= silent/2) {
				if err := conn.SetWriteDeadline(now.Add(silent)); err != nil {
					return err
				}
				if _, err := conn.Write(ask); err != nil {
					return err
				}
				asked, answered = now, false
			}
			by = asked.Add(every)
			if by.Before(now) {
				by = now.Add(every)
			}
		}
		if err := conn.SetReadDeadline(by); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err // its deadline may have come before ours was set
		}
		n, err := conn.Read(buf)
		for _, b := range buf[:n] {
			w, ok, bad := r.Take(b)
			if bad != nil || !ok {
				continue
			}
			if !up {
				up = true
				sink.Up()
			}
			heard, answered = time.Now(), true
			sink.Weight(w)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
		case errors.Is(err, io.EOF):
			return devices.Because(devices.Unreachable, errors.New("the scale closed the connection"))
		case err != nil:
			return err
		}
	}
}

// units of weight in milligrams, as an exact ratio.
var units = map[string][2]int64{
	"kg": {1_000_000, 1}, "g": {1000, 1}, "t": {1_000_000_000, 1},
	"lb": {45_359_237, 100}, "oz": {28_349_523_125, 1_000_000}, // international yard and pound agreement of 1959
}

// milligrams is digits with a number of decimals, in a unit.
func milligrams(digits []byte, decimals int, unit string) (int64, error) {
	u, ok := units[unit]
	if !ok {
		return 0, fmt.Errorf("the unit %q is none of ours", unit)
	}
	n, seen := int64(0), false
	for _, c := range bytes.TrimLeft(digits, " ") {
		if c < '0' || c > '9' {
			return 0, fmt.Errorf("%q is no weight", digits)
		}
		n, seen = n*10+int64(c-'0'), true
	}
	if !seen || len(digits) > 8 {
		return 0, fmt.Errorf("%q is no weight", digits)
	}
	up, down := u[0], u[1]
	for ; decimals > 0; decimals-- {
		down *= 10
	}
	for ; decimals < 0; decimals++ {
		n *= 10
	}
	if n != 0 && up > (1<<62)/n {
		return 0, fmt.Errorf("%q %s is more than any scale weighs", digits, unit)
	}
	return (n*up + down/2) / down, nil
}
