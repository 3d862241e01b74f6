package virtual

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// accept serves connections until the listener ends.
func (p *Printer) accept(ctx context.Context, wg *sync.WaitGroup, ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		in := &stream{}
		p.mu.Lock()
		full := len(p.conns) >= p.cfg.Clients || !p.s.On || ctx.Err() != nil
		if !full {
			p.conns[c] = in
			p.wake()
		}
		p.mu.Unlock()
		if full {
			c.Close()
			continue
		}
		wg.Go(func() {
			p.converse(ctx, c, in)
			c.Close()
			p.change(func(*State) { delete(p.conns, c) })
		})
	}
}

// converse is the printer's side of one connection.
func (p *Printer) converse(ctx context.Context, c net.Conn, in *stream) {
	buf := make([]byte, 512)
	for {
		if !p.until(ctx, c, func(s State) bool { return !s.Hung }) {
			return
		}
		n, err := c.Read(buf)
		if n > 0 && !p.travel(ctx) {
			return
		}
		for rest := buf[:n]; len(rest) > 0; {
			h := nothing
			p.mu.Lock()
			for h == nothing && len(rest) > 0 {
				h, rest = in.take(rest[0]), rest[1:]
			}
			p.mu.Unlock()
			if h != nothing && !p.obey(ctx, c, in, h) {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// travel lets a packet take its time in the network.
func (p *Printer) travel(ctx context.Context) bool {
	d := p.State().Slow
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// until waits for the state to be as wanted; false when the connection is gone.
func (p *Printer) until(ctx context.Context, c net.Conn, want func(State) bool) bool {
	for {
		p.mu.Lock()
		s, occurred := p.state(), p.occurred
		_, open := p.conns[c]
		p.mu.Unlock()
		switch {
		case ctx.Err() != nil || !open || !s.On:
			return false
		case want(s):
			return true
		}
		select {
		case <-ctx.Done():
		case <-occurred:
		}
	}
}

func (p *Printer) obey(ctx context.Context, c net.Conn, in *stream, h heard) bool {
	switch h {
	case formatEnd:
		f := in.done
		if !f.prints() {
			return true
		}
		if !p.until(ctx, c, func(s State) bool { return s.Waiting < maxBuffer }) {
			return false
		}
		f.left = f.quantity
		p.change(func(s *State) {
			if s.On { // it may have gone off since
				p.buffer = append(p.buffer, f)
			}
		})
	case cancelAll:
		p.change(func(s *State) { p.buffer, p.inHand, s.Printing = nil, nil, false })
	case cancelHalf:
		in.inside, in.swallow, in.buf = false, false, nil
	case printStart:
		p.Pause(false)
	case pausePrint:
		p.Pause(true)
	case hostStatus, hostQueryES:
		p.mu.Lock()
		s := p.state()
		full, partial := len(p.buffer) >= maxBuffer, in.inside
		p.mu.Unlock()
		if !p.cfg.InError.answers(s, h) {
			return true
		}
		answer := hs(s, full, partial)
		if h == hostQueryES {
			answer = hqes(s)
		}
		if s.Slow > 0 && !p.travel(ctx) {
			return false
		}
		_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
		_, err := io.WriteString(c, answer)
		return err == nil
	}
	return true
}

// hs is the answer to ~HS: three lines of 12, 11 and 2 fields between STX and ETX.
func hs(s State, full, partial bool) string {
	f := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return fmt.Sprintf("\x02030,%d,%d,1218,%03d,%d,0,%d,000,0,0,0\x03\r\n\x02000,0,%d,%d,1,2,6,0,%08d,1,000\x03\r\n\x021234,0\x03\r\n",
		f(s.Media == 0), f(s.Paused), s.Waiting, f(full), f(partial), f(s.HeadOpen), f(s.RibbonOut), s.LabelsLeft)
}

// engine moves the paper: one label at a time.
func (p *Printer) engine(ctx context.Context) {
	for ctx.Err() == nil {
		p.mu.Lock()
		occurred := p.occurred
		f := p.begin()
		p.mu.Unlock()
		if f == nil {
			select {
			case <-ctx.Done():
			case <-occurred:
			}
			continue
		}
		p.move(ctx, f)
	}
}

// begin takes a label in hand, if there is one and nothing stands against it.
func (p *Printer) begin() *format {
	s := &p.s
	if !s.On || s.Paused || s.HeadOpen || s.RibbonOut || s.Media == 0 {
		return nil
	}
	if p.inHand == nil {
		if len(p.buffer) == 0 {
			return nil
		}
		p.inHand, p.buffer = p.buffer[0], p.buffer[1:]
	}
	s.Printing = true
	p.wake()
	return p.inHand
}

// move lets the label come out, unless something happens to it on the way.
func (p *Printer) move(ctx context.Context, f *format) {
	t := time.NewTimer(p.cfg.PrintTime)
	defer t.Stop()
	for {
		p.mu.Lock()
		occurred := p.occurred
		switch {
		case p.inHand != f || !p.s.Printing: // power or ~JA
			p.mu.Unlock()
			return
		case p.s.HeadOpen || p.s.RibbonOut || p.s.Media == 0: // spoilt: it is printed anew
			p.s.Printing = false
			p.wake()
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-occurred:
		case <-t.C:
			p.mu.Lock()
			if p.inHand == f && p.s.Printing && !p.s.HeadOpen && !p.s.RibbonOut && p.s.Media != 0 {
				p.out(false)
			}
			p.s.Printing = false
			p.wake()
			p.mu.Unlock()
			return
		}
	}
}

// out puts the label in hand into the tray.
func (p *Printer) out(torn bool) {
	f := p.inHand
	p.s.Printed++
	l := Label{Seq: p.s.Printed, At: p.cfg.Now(), ZPL: f.zpl, Copy: f.quantity - f.left + 1, Of: f.quantity, Torn: torn}
	if p.s.Media > 0 {
		p.s.Media--
	}
	if f.left--; f.left == 0 {
		p.inHand = nil
	}
	p.labels = append(p.labels, l)
	if n := len(p.labels) - p.cfg.Keep; n > 0 {
		p.labels = append([]Label(nil), p.labels[n:]...)
	}
	if p.store != nil {
		p.s.StoreError = ""
		if err := p.store.put(l); err != nil {
			p.s.StoreError = err.Error()
		}
	}
}
