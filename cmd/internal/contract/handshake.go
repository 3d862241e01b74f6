package contract

import (
	"fmt"
	"time"

	"picket/sync/wire"
)

// greet says hello1 and gives the challenge, or what came instead.
func (p *player) greet(change func(*wire.Hello1)) (*wire.ChallengeMsg, *wire.Reject) {
	h := &wire.Hello1{Node: p.node, Epoch: p.epoch, Nonce: wire.Nonce(p.id()), Schema: wire.Schema{Min: wire.VersionMin, Max: wire.VersionMax}, SW: "picket contract-test", T: time.Now().UTC()}
	if change != nil {
		change(h)
	}
	p.nonces[h.Nonce] = true
	from := p.mark()
	p.publish(wire.ChannelHello, false, h)
	g := p.await(from, p.cfg.Patience, func(g *got) bool {
		switch m := g.msg.(type) {
		case *wire.ChallengeMsg:
			return m.Nonce == h.Nonce
		case *wire.Reject:
			return m.Nonce == h.Nonce
		}
		return false
	})
	if g == nil {
		return nil, nil
	}
	if r, no := g.msg.(*wire.Reject); no {
		return nil, r
	}
	c := g.msg.(*wire.ChallengeMsg)
	p.nonce, p.chal, p.life = c.Nonce, c.Chal, c.Gen
	return c, nil
}

// standing is the hello2 that tells the truth about this site.
func (p *player) standing(c *wire.ChallengeMsg) *wire.Hello2 {
	h := &wire.Hello2{Nonce: c.Nonce, Chal: c.Chal, Log: p.log.id, Parents: append([]wire.LogID{}, p.log.parents...), Head: p.log.head(), HeadHash: p.log.hashes[p.log.head()],
		First: 1, Chain: p.log.points(c.Ask), Gen: p.gen, Pos: p.pos, D: p.feed.mark(), Mode: wire.ModeNormal}
	h.Forks = append(h.Forks, p.log.forks...)
	if len(h.Parents) > 60 {
		h.Parents, h.Forks = h.Parents[len(h.Parents)-60:], h.Forks[len(h.Forks)-60:]
	}
	return h
}

// prove sends hello2 and gives the answer.
func (p *player) prove(h *wire.Hello2, d time.Duration) wire.Message {
	from := p.mark()
	p.publish(wire.ChannelHello, false, h)
	g := p.await(from, d, func(g *got) bool {
		switch m := g.msg.(type) {
		case *wire.Welcome:
			return m.Nonce == h.Nonce
		case *wire.Import:
			return m.Nonce == h.Nonce
		case *wire.Reject:
			return m.Nonce == h.Nonce
		case *wire.Probe:
			return m.Nonce == h.Nonce
		case *wire.Snapshot:
			return m.Nonce == h.Nonce
		case *wire.ChallengeMsg: // this very hello2 showed the centre that it was put back, and it begins another life
			return m.Nonce == h.Nonce && m.Gen != p.life
		}
		return false
	})
	if g == nil {
		return nil
	}
	if w, ok := g.msg.(*wire.Welcome); ok && p.nonces[w.Nonce] {
		p.opened(w)
	}
	return g.msg
}

// opened takes a welcome, and holds it against what this site knows.
func (p *player) opened(w *wire.Welcome) {
	if p.session != "" {
		p.old = append(p.old, p.session)
	}
	if h, ok := p.log.hashAt(w.Resume); !ok {
		p.fault("true_ack", "the welcome resumes at %d, beyond this site's log (%d)", w.Resume, p.log.head())
	} else {
		p.acked = wire.Ack{Applied: w.Resume, Hash: h, Pos: w.Pos, Stable: w.Stable}
	}
	if w.Stable > w.Resume {
		p.fault("stable", "the welcome says stable %d beyond resume %d", w.Stable, w.Resume)
	}
	if w.Log != p.log.id {
		p.fault("welcome", "the welcome names log %s, but hello2 said %s", w.Log, p.log.id)
	}
	if w.D.Lineage != p.feed.lineage {
		p.feed.reset(w.D.Lineage)
	}
	if int(w.D.Seq) >= len(p.feed.hashes) || p.feed.hashes[w.D.Seq] != w.D.Hash {
		p.fault("welcome", "the welcome lets the feed go on at %d of lineage %d, where this site never was", w.D.Seq, w.D.Lineage)
	} else {
		p.feed.seq, p.feed.acked = w.D.Seq, w.D.Seq
	}
	p.session, p.epoch, p.gen, p.pos = w.Session, w.Epoch, w.Gen, max(p.pos, w.Pos)
	p.unacked, p.window, p.quiet = nil, 16, false
}

// reopen gets a session, whatever it takes: it brings in what the centre knows and this site forgot.
func (p *player) reopen() error { return p.reopenAs(nil) }

func (p *player) reopenAs(change func(*wire.Hello2)) error {
	if p.session != "" {
		p.closed()
	}
	misses := 0
	for range 40 {
		if misses == 3 { // a centre may be at something of its own once or twice: a site says hello again
			return fmt.Errorf("three hellos in a row had no answer within %s each", p.cfg.Patience)
		}
		c, no := p.greet(nil)
		if no != nil {
			return fmt.Errorf("the centre rejects hello1: %s (%s)", no.Code, no.Reason)
		}
		if c == nil {
			misses++
			continue
		}
		h := p.standing(c)
		if change != nil {
			change(h)
		}
		switch m := p.prove(h, p.cfg.Patience).(type) {
		case *wire.Welcome:
			return nil
		case *wire.Import:
			p.bringIn(m, c.Gen)
		case *wire.Reject:
			return fmt.Errorf("the centre rejects hello2: %s (%s)", m.Code, m.Reason)
		case *wire.Probe:
			continue
		case nil:
			misses++
		}
	}
	return fmt.Errorf("forty handshakes and still no session")
}

// bringIn takes the facts of an import.
func (p *player) bringIn(m *wire.Import, gen wire.Generation) {
	for _, f := range m.Facts {
		if !p.log.written[string(f.Raw)] {
			p.fault("exact_bytes", "fact %d of an import is no record this site ever sent, byte for byte", f.Pos)
		}
	}
	p.takenIn += len(m.Facts)
	p.pos, p.gen = m.ToPos, gen
	if m.Fork && !m.More {
		p.log.cut(m.Common, p.id())
	}
}

// lives asks whether the session still stands: an acknowledgement, or nosession, or nothing.
func (p *player) lives() (alive, said bool) {
	id := p.session
	if id == "" {
		return false, true // it was told already
	}
	for range 4 {
		from := p.mark()
		p.beat()
		g := p.await(from, min(p.cfg.Patience, 1500*time.Millisecond), func(g *got) bool {
			switch m := g.msg.(type) {
			case *wire.Ack:
				return m.Session == id
			case *wire.NoSession:
				return m.Session == id
			}
			return false
		})
		if g != nil {
			_, alive = g.msg.(*wire.Ack)
			return alive, true
		}
		if p.session == "" {
			return false, true
		}
	}
	return false, false
}

// deliver sends records, and sends them again as a site does, until they are acknowledged.
func (p *player) deliver(from, to wire.Seq) bool {
	for until := time.Now().Add(max(p.cfg.Patience, 3*again)); p.session != "" && time.Now().Before(until); {
		p.send(from, to)
		if p.ackOf(to, again) {
			return true
		}
	}
	return p.acked.Applied >= to
}

// again is when a site sends what was not acknowledged once more.
const again = 2 * time.Second

// ackOf waits until the log is acknowledged up to seq.
func (p *player) ackOf(seq wire.Seq, d time.Duration) bool {
	if p.acked.Applied >= seq {
		return true
	}
	return p.await(p.mark(), d, func(*got) bool { return p.acked.Applied >= seq }) != nil
}
