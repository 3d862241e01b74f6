package contract

import (
	"time"

	"picket/sync/wire"
)

// silences are the checks that take long: what an OMS does when nothing happens.
var silences = []check{
	{id: "idle", rule: "S2", profile: "A", slow: true, title: "Fifteen silent seconds are broken by an empty batch with the feed's head",
		do: "When nothing was sent for 15 s, send a batch with n 0, from head+1 and prev the head's hash: the site sees what it lost.",
		play: func(p *player) (Outcome, string) {
			from := p.mark()
			id := p.session
			p.ackFeed(false)
			g := p.await(from, p.silence(15*time.Second)+7*time.Second, func(g *got) bool { return g.batch != nil && g.batch.Session == id && len(g.batch.Records) == 0 })
			if g == nil {
				return broken("nothing came for %s", p.silence(15*time.Second)+7*time.Second)
			}
			if g.batch.From != p.feed.seq+1 {
				return broken("it says head %d where the feed's is %d", g.batch.From-1, p.feed.seq)
			}
			return kept()
		}},
	{id: "lost", rule: "S2", profile: "A", slow: true, title: "After 45 s without an ack the session is over; meanwhile the centre's own ack comes every 30 s",
		do: "Close a session whose site has acknowledged nothing for 45 s, and send your own ack every 30 s even when nothing is new.",
		play: func(p *player) (Outcome, string) {
			p.quiet = true
			from := p.mark()
			id := p.session
			over := p.silence(45*time.Second) + 8*time.Second
			p.listen(time.Now().Add(over))
			heard := false
			for _, g := range p.seen[from:] {
				a, ok := g.msg.(*wire.Ack)
				heard = heard || ok && a.Session == id
			}
			if alive, _ := p.lives(); alive {
				return broken("it still stands after %s", over)
			}
			if !heard {
				return broken("no ack came by itself in %s", over)
			}
			return kept()
		}},
}

// silence is how long the contract lets something be.
func (p *player) silence(d time.Duration) time.Duration { return d / time.Duration(max(1, p.cfg.pace)) }
