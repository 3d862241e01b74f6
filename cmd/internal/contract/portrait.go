package contract

import "picket/sync/wire"

// portraits are the checks of what a centre may do in a handshake and need not (Profile B): it asks for more points of a chain,
// and it hands over what a past comes to in place of the past.
var portraits = []check{
	{id: "probe", rule: "handshake", profile: "B", title: "A centre that misses a point of the site's chain asks for it, and goes on where both agree",
		do:   "Say {kind: probe, nonce, chal, seqs} with those of the hello2, once: the site says hello2 again with these points. Compare them as any others.",
		play: (*player).probed},
	{id: "snapshot", rule: "1.11", profile: "B", title: "The pieces of a snapshot come in order and are what their hashes say; the rest comes behind it",
		do: "Send whole pieces in rising order on d/snap, from where the site's hello2 says it stands (snap.have); sum is SHA-256 of the piece, digest that of all of them; pos is a fact you hold. What is behind pos follows as an import.",
		play: func(p *player) (Outcome, string) {
			if p.twin == nil {
				return unseen("it takes a second site (--second): what the first one told makes no whole")
			}
			return p.twin.portrayed()
		}},
}

// probed says hello without the point by which both sides would agree at once.
func (p *player) probed() (Outcome, string) {
	seq := p.note()
	if !p.deliver(seq, seq) {
		return unseen("no record is taken")
	}
	p.closed()
	head := p.note() // nobody was told of it
	done := false
	defer func() {
		if !done {
			p.forget(seq)
		}
	}()
	c, _ := p.greet(nil)
	if c == nil {
		return unseen("there was no challenge")
	}
	h := p.standing(c)
	h.Chain = []wire.Point{{Seq: head, Hash: p.log.hashes[head]}}
	switch m := p.prove(h, p.cfg.Patience).(type) {
	case *wire.Probe:
		if m.Chal != h.Chal || len(m.Seqs) == 0 {
			return broken("it names challenge %q where hello2 had %q, and asks for %d points", m.Chal, h.Chal, len(m.Seqs))
		}
		h.Chain = p.log.points(m.Seqs)
	case *wire.Welcome:
		if m.Resume < seq {
			return broken("it was welcomed at %d, and %d records it had told are nowhere any more", m.Resume, seq-m.Resume)
		}
		return unseen("it needed no other point")
	case *wire.Import:
		return unseen("it asks for no more points, and tells the site once more what that has: its ids show that, and it costs an import")
	default:
		return unseen("it asks for no more points")
	}
	switch m := p.prove(h, p.cfg.Patience).(type) {
	case *wire.Welcome:
		if m.Resume != seq {
			return broken("it was given the point at %d, and goes on at %d", seq, m.Resume)
		}
		if done = p.deliver(head, head); !done {
			return broken("it goes on at %d, and does not take the record behind it", seq)
		}
		return kept()
	case *wire.Probe:
		return broken("it was given the points, and asks again: there never is a session")
	case nil:
		return broken("it was given the points, and said nothing more")
	}
	return broken("it was given the point at %d, where both agree, and does not welcome the site", seq)
}

// portrayed comes with nothing, and says that it takes snapshots.
func (p *player) portrayed() (Outcome, string) {
	if err := p.stands(); err != nil {
		return unseen("the second site has no session: %v", err)
	}
	from := p.acked.Applied + 1
	for range 2 { // few facts are rather told one by one
		for range 100 {
			p.note()
		}
		if !p.deliver(from, p.log.head()) {
			return unseen("no records are taken")
		}
		from = p.log.head() + 1
	}
	knew := p.pos
	p.closed()
	p.log.cut(0, "")
	p.pos = 0
	var id wire.SnapshotID
	var data []byte
	have, whole, silent := 0, false, 0
	for range 200 {
		c, _ := p.greet(nil)
		if c == nil {
			return broken("hello1 has no answer")
		}
		h := p.standing(c)
		if h.Snap = &(wire.Held{ID: id, Have: have}); whole {
			h.Gen = c.Gen
		}
		from := p.mark()
		switch m := p.prove(h, p.cfg.Quiet).(type) {
		case *wire.Snapshot:
			for x := m; ; {
				switch {
				case whole:
					return broken("the whole of it was taken, and it comes once more")
				case x.ID != id && x.Index == 0: // it made another one
					id, have, data = x.ID, 0, nil
				case x.ID != id || x.Index < have:
					return broken("piece %d of snapshot %s came where the site has %d of %s", x.Index, x.ID, have, id)
				}
				switch {
				case x.Index > have: // one was lost on the way: it is asked for by the next hello
				case !x.Sound():
					return broken("piece %d is not what its sum says", x.Index)
				case x.Pos > knew:
					return broken("it says that fact %d is in it, this site told %d", x.Pos, knew)
				default:
					have, data = have+1, append(data, x.Data...)
				}
				if whole = have == x.Pieces; whole {
					if int64(len(data)) != x.Bytes || wire.Sum(data) != x.Digest {
						return broken("its pieces together are not what digest and bytes say")
					}
					p.pos = x.Pos
					if x.Fork {
						p.log.cut(x.Common, p.id())
					}
				}
				if whole || !x.More {
					break
				}
				next := x.Index + 1
				g := p.await(from, p.cfg.Quiet, func(g *got) bool {
					s, ok := g.msg.(*wire.Snapshot)
					return ok && s.Nonce == h.Nonce && s.Index == next
				})
				if g == nil {
					break
				}
				x = g.msg.(*wire.Snapshot)
			}
		case *wire.Import:
			if !whole {
				p.bringIn(m, c.Gen)
				if err := p.reopen(); err != nil {
					return broken("behind the import: %v", err)
				}
				return unseen("it sends no snapshots, at least not of so few facts: facts alone are always right")
			}
			p.bringIn(m, c.Gen)
		case *wire.Welcome:
			if !whole {
				return broken("it was welcomed with nothing in its hands: %d facts it told of are unknown to it, and it would decide without them", knew)
			}
			return kept()
		case *wire.Reject:
			return broken("it was rejected with %s: %s", m.Code, m.Reason)
		case nil: // it may be making one
			if silent++; silent > 10 {
				return broken("hello2 has no answer")
			}
		}
	}
	return broken("two hundred hellos and no welcome")
}
