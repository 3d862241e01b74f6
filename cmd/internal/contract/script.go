package contract

import (
	"fmt"
	"slices"
)

// check is one thing the OMS has to do, with how it is seen and what to do when it is not done.
type check struct {
	id, rule, profile string
	title             string
	do                string
	slow              bool // takes longer than ten seconds
	bare              bool // needs no session
	play              func(*player) (Outcome, string)
}

func kept() (Outcome, string) { return Kept, "" }

func broken(format string, args ...any) (Outcome, string) {
	return Broken, fmt.Sprintf(format, args...)
}

func unseen(format string, args ...any) (Outcome, string) {
	return NotSeen, fmt.Sprintf(format, args...)
}

// check plays one check.
func (p *player) check(c *check) {
	if len(p.cfg.Only) > 0 && !slices.Contains(p.cfg.Only, c.id) {
		return
	}
	if c.slow && p.cfg.Quick {
		p.add(c, NotSeen, "it takes long; leave out --quick")
		return
	}
	if !c.bare && p.session == "" {
		if err := p.reopen(); err != nil {
			p.add(c, NotSeen, "there is no session: "+err.Error())
			return
		}
	}
	o, said := c.play(p)
	p.add(c, o, said)
}

// passive are what is watched all the time, and settled at the end.
var passive = []check{
	{id: "readable", rule: "messages", profile: "A", title: "Every message can be read, with every member that is required", do: "Hold each message against its schema in asyncapi.yaml before you send it."},
	{id: "retained", rule: "P1", profile: "A", title: "Nothing but presence is retained", do: "Publish with retain false on every channel but c/state: a retained message comes again after its time."},
	{id: "once_a_second", rule: "R1", profile: "A", title: "nosession and malformed are said at most once a second", do: "Keep the time of the last complaint to a site, and say nothing for a second after it: a faulty site would be answered message by message."},
	{id: "true_ack", rule: "R5", profile: "A", title: "applied and hash are those of the site's own chain", do: "Acknowledge the seq and the chain's hash of the last record you committed, reckoned over the exact bytes that came."},
	{id: "cumulative", rule: "R5", profile: "A", title: "Within a session applied and pos only rise", do: "Acknowledge the cursor, not the batch that came; pos counts the facts you hold and never falls."},
	{id: "stable", rule: "R10", profile: "A", title: "stable never passes applied and never falls", do: "stable is how far every backup you may still restore reaches. Without backups it is 0, or equals applied if nothing is ever restored."},
	{id: "welcome", rule: "handshake", profile: "A", title: "A welcome repeats the site's log, and goes on at a place the site knows", do: "Copy log from hello2; let d be the site's own mark, or seq 0 of a higher lineage."},
	{id: "feed", rule: "R3", profile: "A", title: "The feed is one chain, its records are as published and keep their bytes", do: "Store each record's bytes once, number them from 1, chain them, and send those bytes; schema/down says what each type holds."},
	{id: "window", rule: "S1", profile: "A", title: "No more batches are under way than the site's window", do: "Count the batches sent and not acknowledged, and send no more than window in the site's last ack."},
	{id: "signed", rule: "signatures", profile: "B", title: "An OMS that signs signs all it says, each message for its topic", do: "Sign the topic, a line feed, the object without sig and a batch's body; sig is the last member. On c/state nothing is signed."},
	{id: "exact_bytes", rule: "P5", profile: "A", title: "Records come back in the bytes they were sent in", do: "Store the raw line as it came out of gzip. Never parse it and write it anew: the hash is over the bytes."},
}

// settle reports what was watched.
func (p *player) settle() {
	if p.twin != nil { // it was watched as well
		for id, why := range p.twin.faults {
			p.fault(id, "at site %s: %s", p.twin.cfg.Site, why)
		}
		p.takenIn += p.twin.takenIn
	}
	open := len(p.old) > 0 || p.session != ""
	for i := range passive {
		c := &passive[i]
		switch why := p.faults[c.id]; {
		case why != "":
			p.add(c, Broken, why)
		case c.id == "signed" && p.cfg.Key == nil:
			if p.signs {
				p.add(c, NotSeen, "the OMS signs; --centre-key says by which key")
			}
		case !open:
			p.add(c, NotSeen, "there was never a session")
		case c.id == "exact_bytes" && p.takenIn == 0:
			p.add(c, NotSeen, "nothing was ever imported")
		case c.id == "feed" && len(p.feed.told) == 0:
			p.add(c, NotSeen, "the feed had no records")
		default:
			p.add(c, Kept, "")
		}
	}
	if why := p.faults["presence"]; why != "" {
		p.add(&check{id: "presence_readable", rule: "1.4", profile: "A", title: "The centre's state can be read", do: "Publish {kind: state, v: 1, online, boot, gen} retained on c/state."}, Broken, why)
	}
}

// script is the order of play. What spoils the session comes after what needs it whole.
var script = slices.Concat(greetings, records, orders, goods, others, pasts, portraits, silences)
