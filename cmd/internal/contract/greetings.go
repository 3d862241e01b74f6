package contract

import (
	"time"

	"picket/sync/wire"
)

// greetings are the checks of the handshake (SYNC 1.7).
var greetings = []check{
	{id: "challenge", rule: "handshake", profile: "A", bare: true, title: "hello1 is answered by a challenge with the site's nonce",
		do: "Subscribe to picket/1/{tenant}/+/+/u/#, answer each hello1 on d/hello by {kind: challenge, nonce: as it came, chal: new and random, gen}. Check that the site is set up at your OMS.",
		play: func(p *player) (Outcome, string) {
			c, no := p.greet(nil)
			switch {
			case no != nil:
				return broken("reject %s: %s", no.Code, no.Reason)
			case c == nil:
				return broken("nothing came within %s", p.cfg.Patience)
			}
			return kept()
		}},
	{id: "fresh_challenge", rule: "handshake", profile: "A", bare: true, title: "Each hello1 gets a challenge of its own",
		do: "Draw chal anew, at random, for each hello1; with one that stands for ever a delayed hello opens an old log again.",
		play: func(p *player) (Outcome, string) {
			a, _ := p.greet(nil)
			b, _ := p.greet(nil)
			switch {
			case a == nil || b == nil:
				return unseen("there was no challenge")
			case a.Chal == b.Chal:
				return broken("chal was %s twice", a.Chal)
			}
			return kept()
		}},
	{id: "schema", rule: "1.12", profile: "A", bare: true, title: "A site that speaks no common version is rejected",
		do: "Answer hello1 whose schema.min is beyond what you speak by {kind: reject, nonce, code: schema, reason}.",
		play: func(p *player) (Outcome, string) {
			c, no := p.greet(func(h *wire.Hello1) { h.Schema = wire.Schema{Min: 97, Max: 98} })
			switch {
			case c != nil:
				return broken("a challenge came for versions 97 to 98")
			case no == nil:
				return broken("nothing came: the site would ask for ever and nobody would know why")
			case no.Code != wire.RejectSchema:
				return broken("it was rejected with %s instead of schema", no.Code)
			}
			return kept()
		}},
	{id: "wrong_challenge", rule: "handshake", profile: "A", bare: true, title: "A hello2 with another challenge opens nothing",
		do: "Compare nonce and chal of hello2 with those of the last hello1 you answered; drop it when either differs.",
		play: func(p *player) (Outcome, string) {
			c, _ := p.greet(nil)
			if c == nil {
				return unseen("there was no challenge")
			}
			h := p.standing(c)
			h.Chal = wire.Challenge(p.id())
			if _, opened := p.prove(h, p.cfg.Quiet).(*wire.Welcome); opened {
				return broken("a welcome came for a challenge that was never given")
			}
			return kept()
		}},
	{id: "opens", rule: "handshake", profile: "A", bare: true, title: "A sound hello2 is answered by a welcome",
		do: "Answer hello2 by welcome with: nonce as it came, a new random session, the site's log, resume (the highest seq on which both chains agree), pos, gen, stable, d, window, schema 1, epoch at least 1. Use a site that this test alone uses.",
		play: func(p *player) (Outcome, string) {
			if err := p.reopen(); err != nil {
				return broken("%v", err)
			}
			if p.epoch < 1 {
				return broken("the welcome grants epoch 0; epochs count from 1")
			}
			return kept()
		}},
	{id: "challenge_once", rule: "handshake", profile: "A", title: "A challenge is good for one hello2",
		do: "Forget nonce and chal once hello2 was answered; a copy of it that the line doubled must open no second session.",
		play: func(p *player) (Outcome, string) {
			c, _ := p.greet(nil)
			if c == nil {
				return unseen("there was no challenge")
			}
			h := p.standing(c)
			w, ok := p.prove(h, p.cfg.Patience).(*wire.Welcome)
			if !ok {
				return unseen("there was no welcome")
			}
			again, ok := p.prove(h, p.cfg.Quiet).(*wire.Welcome)
			if ok && again.Session != w.Session {
				return broken("the same hello2 opened sessions %s and %s", w.Session, again.Session)
			}
			return kept()
		}},
	{id: "late_hello", rule: "handshake", profile: "A", title: "A hello1 that was delayed leaves the session as it is",
		do: "Answer hello1 by a challenge and touch nothing else; the session that stands ends only when a hello2 is adopted.",
		play: func(p *player) (Outcome, string) {
			id := p.session
			p.greet(func(h *wire.Hello1) { h.T = h.T.Add(-365 * 24 * time.Hour) })
			if alive, _ := p.lives(); !alive || p.session != id {
				return broken("the session is gone after a hello1 that nobody followed up")
			}
			return kept()
		}},
	{id: "fence", rule: "handshake", profile: "A", title: "Another box with the same epoch is fenced, and the site's own session stands",
		do: "Remember node and epoch of the box you welcomed. A hello1 of another node with no higher epoch gets {kind: reject, code: fenced}.",
		play: func(p *player) (Outcome, string) {
			id := p.session
			c, no := p.greet(func(h *wire.Hello1) { h.Node = wire.NodeID(p.id()) })
			switch {
			case c != nil:
				return broken("a second box, with epoch %d, was given a challenge", p.epoch)
			case no == nil:
				return broken("nothing came; the box that was replaced must be told so")
			case no.Code != wire.RejectFenced:
				return broken("it was rejected with %s instead of fenced", no.Code)
			}
			if alive, _ := p.lives(); !alive || p.session != id {
				return broken("the hello of the other box ended this one's session")
			}
			return kept()
		}},
	{id: "presence", rule: "1.4", profile: "A", title: "The centre's presence is retained, online, and names the generation of the challenge",
		do: "At start publish {kind: state, v: 1, online: true, boot, gen} retained on picket/1/{tenant}/c/state, with the same and online false as the last will.",
		play: func(p *player) (Outcome, string) {
			g := p.await(0, p.cfg.Quiet, func(g *got) bool { return g.centre && g.msg != nil })
			if g == nil {
				return broken("there is none")
			}
			st, ok := g.msg.(*wire.State)
			switch {
			case !ok:
				return broken("it is a %T", g.msg)
			case !st.Online:
				return broken("it says offline while the centre answers")
			case st.Gen != p.gen:
				return broken("it names generation %q, the welcome %q", st.Gen, p.gen)
			}
			return kept()
		}},
	{id: "clocks", rule: "1.5", profile: "A", title: "A site whose clock is wrong is taken all the same",
		do: "Decide nothing by a time that came from a site: order is (log, seq).",
		play: func(p *player) (Outcome, string) {
			if _, no := p.greet(func(h *wire.Hello1) { h.T = h.T.Add(50 * 24 * time.Hour) }); no != nil {
				return broken("a hello1 of a clock 50 days ahead was rejected with %s", no.Code)
			}
			if err := p.reopen(); err != nil {
				return unseen("%v", err)
			}
			seq := p.writeAs(p.id()+"/0", "picket.stock.adjusted.v1", "sku/CONTRACT-TEST", adjusted, time.Now().Add(-3*time.Hour))
			if !p.deliver(seq, seq) {
				return broken("a record of a clock three hours behind was not acknowledged")
			}
			return kept()
		}},
	{id: "unknown_members", rule: "messages", profile: "A", title: "Members that nobody knows are passed over",
		do: "Read JSON with unknown members ignored: a newer site may say more.",
		play: func(p *player) (Outcome, string) {
			from := p.mark()
			nonce := p.id()
			p.raw(wire.ChannelHello, false, []byte(`{"kind":"hello1","v":1,"hue":{"deep":[1]},"node":"`+string(p.node)+`","epoch":1,"nonce":"`+nonce+`","schema":{"min":1,"max":1,"use":"soon"},"sw":"x","t":"2026-11-21T10:11:12Z"}`))
			g := p.await(from, p.cfg.Patience, func(g *got) bool {
				c, ok := g.msg.(*wire.ChallengeMsg)
				return ok && string(c.Nonce) == nonce
			})
			if g == nil {
				return broken("a hello1 with a member nobody knows has no answer")
			}
			return kept()
		}},
}
