package virtual

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// cannotPrint: one of the states in which printers stop answering ~HS, by Zebra's ZPL programming guide.
func (s State) cannotPrint() bool { return s.Media == 0 || s.RibbonOut || s.HeadOpen }

// answers says whether a question gets an answer.
func (a Answers) answers(s State, h heard) bool {
	switch {
	case s.Silent:
		return false
	case !s.cannotPrint():
		return true
	case h == hostStatus:
		return a == Everything
	case h == hostQueryES:
		return a <= Complaints
	}
	return a <= OnlyJSON
}

// flags are the error flags of ~HQES and of zpl.system_status. The guide knows the one for paused (00010000) of one model;
// others set it too.
func (s State) flags() (any int, bits uint32) {
	for i, on := range []bool{s.Media == 0, s.RibbonOut, s.HeadOpen} {
		if on {
			bits |= 1 << i
		}
	}
	if s.Paused {
		bits |= 0x10000
	}
	if bits != 0 {
		any = 1
	}
	return any, bits
}

// hqes is the answer to ~HQES.
func hqes(s State) string {
	any, bits := s.flags()
	return fmt.Sprintf("\x02\r\n\r\n  PRINTER STATUS\r\n   ERRORS:         %d 00000000 %08X\r\n   WARNINGS:       0 00000000 00000000\r\n\x03\r\n", any, bits)
}

// settings are what it tells of itself in JSON.
func settings(s State, asked map[string]any, status func() string) map[string]any {
	out := map[string]any{}
	word := func(bad bool, yes, no string) string {
		if bad {
			return yes
		}
		return no
	}
	for name := range asked {
		switch name {
		case "zpl.system_status":
			any, bits := s.flags()
			out[name] = fmt.Sprintf("%s,%d,00000000,%08X,0,00000000,00000000", word(s.Paused, "1", "0"), any, bits)
		case "device.host_status":
			out[name] = status()
		case "media.status":
			out[name] = word(s.Media == 0, "out", "ok")
		case "head.latch":
			out[name] = word(s.HeadOpen, "open", "ok")
		default:
			out[name] = nil // of this the guide says nothing
		}
	}
	return out
}

// questions is the port for JSON.
type questions struct {
	addr  string
	ln    net.Listener // nil while it is off
	conns map[net.Conn]bool
}

func (q *questions) open(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	q.ln, q.conns = ln, map[net.Conn]bool{}
	if q.addr == "" { // it stays the same over power cuts
		q.addr = ln.Addr().String()
	}
	return nil
}

func (q *questions) again() error {
	if q.addr == "" {
		return nil
	}
	return q.open(q.addr)
}

func (q *questions) close() {
	if q.ln != nil {
		q.ln.Close()
		q.ln = nil
	}
	for c := range q.conns {
		c.Close()
	}
}

// JSONAddr is "host:port" where it takes questions in JSON, "" where it does not.
func (p *Printer) JSONAddr() string { return p.asked.addr }

// maxQuestioners is how many connections a printer's port for JSON takes.
const maxQuestioners = 8

func (p *Printer) acceptQuestions(ctx context.Context, wg *sync.WaitGroup, ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		full := len(p.asked.conns) >= maxQuestioners || !p.s.On || ctx.Err() != nil
		if !full {
			p.asked.conns[c] = true
		}
		p.mu.Unlock()
		if full {
			c.Close()
			continue
		}
		wg.Go(func() {
			p.questioned(ctx, c)
			c.Close()
			p.change(func(*State) { delete(p.asked.conns, c) })
		})
	}
}

// questioned answers {}{"name":null,…} with what the names are set to, and takes nothing else.
func (p *Printer) questioned(ctx context.Context, c net.Conn) {
	in := json.NewDecoder(io.LimitReader(c, 1<<20))
	for {
		var asked map[string]any
		if err := in.Decode(&asked); err != nil || !p.travel(ctx) {
			return
		}
		if len(asked) == 0 {
			continue // the {} before a question
		}
		p.mu.Lock()
		s, full := p.state(), len(p.buffer) >= maxBuffer
		p.mu.Unlock()
		if s.Hung || !p.cfg.InError.answers(s, nothing) {
			continue
		}
		b, err := json.Marshal(settings(s, asked, func() string {
			return strings.TrimRight(strings.NewReplacer("\x02", "", "\x03", "").Replace(hs(s, full, false)), "\r\n")
		}))
		if err != nil {
			return
		}
		_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
		if _, err := c.Write(b); err != nil {
			return
		}
	}
}
