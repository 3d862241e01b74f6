package contract

import (
	"time"

	"picket/sync/wire"
)

// pasts are the checks in which the site tells of another past. Each ends its session.
var pasts = []check{
	{id: "prev", rule: "R3", profile: "A", title: "A batch whose prev is not the hash held ends the session",
		do: "Compare prev with your hash at from-1. When it differs, take nothing, close the session and say nosession: the site says hello, and the handshake finds where you agree.",
		play: func(p *player) (Outcome, string) {
			head := p.acked.Applied
			seq := p.note()
			p.sendAs(p.session, p.log.id, seq, wire.Hash{1}, p.log.raws[seq-1:])
			o, said := p.ended(head, "a record behind another past")
			p.forget(head)
			return o, said
		}},
	{id: "changed", rule: "R3", profile: "A", title: "A record that comes again with other bytes ends the session",
		do: "Reckon the chain over records at or below applied, too, and compare with the hashes you hold.",
		play: func(p *player) (Outcome, string) {
			head := p.note()
			if !p.deliver(head, head) {
				return unseen("the record was not taken the first time")
			}
			p.note()
			last := p.note()
			raws := [][]byte{[]byte(`{"specversion":"1.0","id":"other/0","source":"/t/` + string(p.cfg.Tenant) + "/s/" + string(p.cfg.Site) + `/n/x","type":"picket.stock.moved.v1","subject":"x","time":"2026-11-21T10:11:12Z","seq":1,"log":"x","cause":"other","data":{}}`)}
			raws = append(raws, p.log.raws[head:last]...)
			p.sendAs(p.session, p.log.id, head, p.log.hashes[head-1], raws)
			o, said := p.ended(head, "a batch that changes a record already taken")
			p.forget(head)
			return o, said
		}},
	{id: "other_log", rule: "R3", profile: "A", title: "A batch of another log is not taken",
		do: "Compare log in the header with the log you welcomed; close the session when it differs.",
		play: func(p *player) (Outcome, string) {
			head := p.acked.Applied
			seq := p.note()
			p.sendAs(p.session, wire.LogID(p.id()), seq, p.log.hashes[seq-1], p.log.raws[seq-1:])
			o, said := p.ended(head, "a record of another log")
			p.forget(head)
			return o, said
		}},
	{id: "unknown_type", rule: "R7", profile: "A", title: "A record of an unknown type stops the cursor, and is named in blocked",
		do: "Never skip a record: keep its bytes for people, leave applied before it, and say {blocked: {seq, type}} in the ack until you understand it.",
		play: func(p *player) (Outcome, string) {
			head := p.acked.Applied
			seq := p.write("picket.contract.never_heard_of.v9", "contract", map[string]int{"x": 1})
			behind := p.note()
			from := p.mark()
			p.send(seq, behind)
			g := p.await(from, p.cfg.Patience, func(g *got) bool {
				a, ok := g.msg.(*wire.Ack)
				return ok && a.Session == p.session && (a.Blocked != nil || a.Applied >= seq)
			})
			defer p.forget(head)
			switch {
			case g == nil:
				return broken("nothing says that it is blocked")
			case g.msg.(*wire.Ack).Applied >= seq:
				return broken("applied went to %d, past a record nobody there can read", g.msg.(*wire.Ack).Applied)
			}
			if b := g.msg.(*wire.Ack).Blocked; b.Seq != seq || b.Type != "picket.contract.never_heard_of.v9" {
				return broken("blocked names %d and %q", b.Seq, b.Type)
			}
			return kept()
		}},
	{id: "resumes", rule: "R7", profile: "A", title: "Once what blocked it is gone, the line goes on",
		do: "Try again from applied+1 when the site sends again; keep nothing of the block in the new session.",
		play: func(p *player) (Outcome, string) {
			seq := p.note()
			if !p.deliver(seq, seq) {
				return broken("applied stays at %d", p.acked.Applied)
			}
			return kept()
		}},
	{id: "ack_beyond", rule: "R6", profile: "A", title: "An ack beyond the feed's head ends the session: the centre has lost data",
		do: "When applied in the site's ack is beyond what you ever sent, or its hash is not yours, you were put back to an older state: close the session, say nosession, and let the handshake raise the lineage.",
		play: func(p *player) (Outcome, string) {
			p.publish(wire.ChannelAck, false, &wire.Ack{Session: p.session, Applied: p.feed.seq + 100000, Hash: wire.Hash{9}, Window: 16})
			o, said := p.ended(p.acked.Applied, "an ack of a record the feed does not have")
			return o, said
		}},
	{id: "ack_hash", rule: "R6", profile: "A", title: "An ack whose hash is not the feed's ends the session",
		do: "Compare hash in the site's ack with your feed's chain at applied.",
		play: func(p *player) (Outcome, string) {
			if p.feed.seq == 0 {
				return unseen("the feed had no records")
			}
			p.publish(wire.ChannelAck, false, &wire.Ack{Session: p.session, Applied: p.feed.seq, Hash: wire.Hash{9}, Window: 16})
			return p.ended(p.acked.Applied, "an ack with another hash")
		}},
	{id: "rolled_back", rule: "handshake", profile: "A", title: "A site that was put back to an older state is told what it forgot before it gets a session",
		do:   "When the highest common seq is below applied and the log is the one you hold, answer hello2 by import with fork true and every fact from the site's pos on, in the bytes they came in. Open no session before the site comes back with them.",
		play: (*player).rolledBack},
	{id: "feed_ahead", rule: "handshake", profile: "A", title: "A site that has seen more of its feed than the centre knows gets a new lineage",
		do: "When d in hello2 names a place your feed does not have, raise the lineage above the site's, issue the feed anew from what should be open there, and say so in welcome.d.",
		play: func(p *player) (Outcome, string) {
			was := p.feed.lineage
			var told wire.FeedMark
			err := p.reopenAs(func(h *wire.Hello2) {
				told = wire.FeedMark{Lineage: max(1, h.D.Lineage), Seq: h.D.Seq + 5000, Hash: wire.Hash{7}}
				h.D = told
			})
			if err != nil {
				return broken("%v", err)
			}
			delete(p.faults, "welcome")
			if p.feed.lineage <= told.Lineage {
				return broken("the welcome goes on in lineage %d where the site had seen record %d of lineage %d", p.feed.lineage, told.Seq, max(1, was))
			}
			return kept()
		}},
	{id: "trimmed", rule: "handshake", profile: "A", title: "A site that no longer keeps what the centre lacks is asked for a snapshot, not welcomed over a hole",
		do: "When first in hello2 is beyond resume+1, answer {kind: reject, code: need_site_snapshot}.",
		play: func(p *player) (Outcome, string) {
			c, _ := p.greet(nil)
			if c == nil {
				return unseen("there was no challenge")
			}
			h := p.standing(c)
			h.Head, h.HeadHash, h.First = h.Head+10, wire.Hash{5}, h.Head+8
			switch m := p.prove(h, p.cfg.Patience).(type) {
			case *wire.Reject:
				if m.Code != wire.RejectNeedSnapshot {
					return broken("it was rejected with %s", m.Code)
				}
				return kept()
			case *wire.Welcome:
				return broken("it was welcomed, and seven records are lost for ever")
			case nil:
				return broken("nothing came")
			}
			return unseen("another answer came")
		}},
	{id: "again", rule: "S1", profile: "A", title: "What is not acknowledged is sent again",
		do:   "Keep a timer of 2 s, doubling to 60 s with jitter, and send again from the site's applied+1.",
		play: (*player).sentAgain},
}

// rolledBack takes the log back to before its last records, as a box does whose disk was restored.
func (p *player) rolledBack() (Outcome, string) {
	p.note()
	p.note()
	last := p.note()
	if !p.deliver(p.acked.Applied+1, last) {
		return unseen("the records to forget were not taken")
	}
	keep, pos := last-3, p.pos
	forgotten := map[string]bool{}
	for _, r := range p.log.raws[keep:] {
		forgotten[string(r)] = true
	}
	p.closed()
	p.log.cut(keep, "")
	p.pos -= 3
	for try := range 20 {
		c, _ := p.greet(nil)
		if c == nil {
			return broken("hello1 has no answer")
		}
		switch m := p.prove(p.standing(c), p.cfg.Patience).(type) {
		case *wire.Welcome:
			if try == 0 {
				return broken("it was welcomed at once: three records it told of are unknown to it, and it would decide without them")
			}
			if len(forgotten) > 0 {
				return broken("%d of three forgotten records did not come back in the bytes they were sent in", len(forgotten))
			}
			return kept()
		case *wire.Import:
			if !m.Fork {
				return broken("the import does not say fork: the log would go on under its old name, with other records under old numbers")
			}
			if m.Common != keep {
				return broken("the import says that both agree up to %d, it is %d", m.Common, keep)
			}
			for _, f := range m.Facts {
				delete(forgotten, string(f.Raw))
			}
			if !m.More && m.ToPos != pos {
				return broken("the last import leaves the site at fact %d, there are %d", m.ToPos, pos)
			}
			p.bringIn(m, c.Gen)
		case *wire.Reject:
			return broken("it was rejected with %s: %s", m.Code, m.Reason)
		case *wire.Probe:
		default:
			return broken("hello2 has no answer")
		}
	}
	return broken("twenty imports and no welcome")
}

// sentAgain asks for the feed from its beginning and leaves it unacknowledged.
func (p *player) sentAgain() (Outcome, string) {
	if p.feed.seq == 0 && p.await(p.mark(), p.cfg.Quiet, func(g *got) bool { return g.batch != nil && len(g.batch.Records) > 0 }) == nil {
		return unseen("the feed had no records")
	}
	lineage := p.feed.lineage
	from := p.mark()
	p.quiet = true
	p.feed.seq = 0
	if err := p.reopen(); err != nil {
		return unseen("%v", err)
	}
	p.quiet = true
	defer func() {
		p.quiet = false
		if p.session != "" {
			p.ackFeed(false)
		}
	}()
	if p.feed.lineage != lineage {
		from = p.mark() - 1
	}
	first := func(n int) func(*got) bool {
		return func(g *got) bool {
			if g.batch != nil && g.batch.Session == p.session && g.batch.From == 1 && len(g.batch.Records) > 0 {
				n--
			}
			return n == 0
		}
	}
	if p.await(from, p.cfg.Patience, first(1)) == nil {
		return broken("a site that stands at record 0 of its feed is sent nothing")
	}
	if p.await(from, 12*time.Second, first(2)) == nil {
		return broken("the first batch was not sent again within 12 s")
	}
	return kept()
}
