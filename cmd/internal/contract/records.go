package contract

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/wire"
	"picket/sync/wire/schema"
)

var adjusted = &floor.StockAdjusted{SKU: "CONTRACT-TEST", Bin: "CONTRACT-TEST", Delta: 1, Reason: "contract test"}

// ended says whether a session came to its end after something that must end it.
func (p *player) ended(head wire.Seq, what string) (Outcome, string) {
	if p.acked.Applied > head {
		return broken("%s was acknowledged", what)
	}
	alive, said := p.lives()
	switch {
	case alive && p.acked.Applied > head:
		return broken("%s was acknowledged", what)
	case alive:
		return broken("after %s the session went on as if nothing had been", what)
	case !said:
		return broken("after %s the session is neither acknowledged nor told off: the site waits %s for nothing", what, 45*time.Second)
	}
	return kept()
}

// records are the checks of the log on its way up (SYNC 1.8).
var records = []check{
	{id: "ack", rule: "R5", profile: "A", title: "A batch is acknowledged behind its commit",
		do: "When the records of a batch are committed (and not before), say {kind: ack, session, applied, hash, pos, stable, window} on d/ack, 200 ms later at most.",
		play: func(p *player) (Outcome, string) {
			from := p.note()
			p.note()
			last := p.note()
			at := time.Now()
			if !p.deliver(from, last) {
				return broken("three records were sent, applied is %d instead of %d after %s", p.acked.Applied, last, time.Since(at).Round(time.Millisecond))
			}
			return kept()
		}},
	{id: "twice", rule: "R4", profile: "A", title: "A batch that comes twice has its effect once, and is acknowledged again",
		do: "Skip records at or below applied whose hash is the one you hold, and acknowledge the cursor: the first ack may have been lost.",
		play: func(p *player) (Outcome, string) {
			seq := p.note()
			if !p.deliver(seq, seq) {
				return unseen("the batch was not acknowledged the first time")
			}
			pos, from := p.pos, p.mark()
			p.send(seq, seq)
			g := p.await(from, p.cfg.Patience, func(g *got) bool { a, ok := g.msg.(*wire.Ack); return ok && a.Session == p.session })
			if g == nil {
				return broken("the copy was not acknowledged")
			}
			if a := g.msg.(*wire.Ack); a.Applied != seq || a.Pos != pos {
				return broken("after the copy applied and pos are %d and %d instead of %d and %d", a.Applied, a.Pos, seq, pos)
			}
			return kept()
		}},
	{id: "known_id", rule: "R4", profile: "A", title: "A record whose id is known moves the cursor and has no effect",
		do: "Keep every record id of a site for ever, unique; when one comes again under another seq, advance applied and leave pos as it is.",
		play: func(p *player) (Outcome, string) {
			id := p.id() + "/0"
			seq := p.writeAs(id, "picket.stock.adjusted.v1", "sku/CONTRACT-TEST", adjusted, time.Now())
			if !p.deliver(seq, seq) {
				return unseen("the record was not acknowledged the first time")
			}
			pos := p.pos
			again := p.writeAs(id, "picket.stock.adjusted.v1", "sku/CONTRACT-TEST", adjusted, time.Now())
			if !p.deliver(again, again) {
				return broken("the cursor did not move past it")
			}
			if p.pos != pos {
				return broken("pos rose from %d to %d: it was stored twice", pos, p.pos)
			}
			return kept()
		}},
	{id: "gap", rule: "R2", profile: "A", title: "A batch behind a hole is not taken; the ack says where the centre is",
		do: "When from is beyond applied+1, store nothing and answer at once with an ack of the present cursor, gap true. The site sends everything again from there.",
		play: func(p *player) (Outcome, string) {
			first := p.note()
			last := p.note()
			head, from := p.acked.Applied, p.mark()
			p.send(last, last)
			g := p.await(from, p.cfg.Patience, func(g *got) bool { a, ok := g.msg.(*wire.Ack); return ok && a.Session == p.session })
			switch {
			case g == nil && p.session == "":
				return broken("the session was ended for a lost message")
			case g == nil:
				return broken("nothing was said: the site learns of the hole by its timer only")
			case g.msg.(*wire.Ack).Applied > head:
				return broken("applied is %d although record %d never came", g.msg.(*wire.Ack).Applied, first)
			}
			if !p.deliver(first, last) {
				return broken("sent again from the hole on, it is still not taken (applied %d instead of %d)", p.acked.Applied, last)
			}
			return kept()
		}},
	{id: "stranger", rule: "R1", profile: "A", title: "A batch of another session is dropped, and its session is named in nosession",
		do: "Compare session in every batch, ack and nosession with the current one. Another one: use nothing of it, say {kind: nosession, session: that one} on d/ack, once a second at most.",
		play: func(p *player) (Outcome, string) {
			p.breathe()
			seq, from := p.note(), p.mark()
			other := wire.SessionID(p.id())
			p.sendAs(other, p.log.id, seq, p.log.hashes[seq-1], p.log.raws[seq-1:])
			g := p.await(from, p.cfg.Patience, func(g *got) bool { m, ok := g.msg.(*wire.NoSession); return ok && m.Session == other })
			if alive, _ := p.lives(); !alive {
				return broken("a stranger's batch ended the session")
			}
			if p.acked.Applied >= seq {
				return broken("record %d was taken out of session %s", seq, other)
			}
			if !p.deliver(seq, seq) {
				return broken("the same record in the right session is not taken")
			}
			if g == nil {
				return broken("nothing was said: a site whose session is gone would wait 45 s")
			}
			return kept()
		}},
	{id: "strangers", rule: "R1", profile: "A", title: "Twenty strange batches at once get one answer or two",
		do: "Say nosession once a second at most.",
		play: func(p *player) (Outcome, string) {
			p.breathe()
			from := p.mark()
			for range 20 {
				p.sendAs(wire.SessionID(p.id()), p.log.id, p.log.head()+1, p.log.hashes[p.log.head()], nil)
			}
			p.listen(time.Now().Add(p.cfg.Quiet))
			n := 0
			for _, g := range p.seen[from:] {
				if _, ok := g.msg.(*wire.NoSession); ok {
					n++
				}
			}
			if n > 2 {
				return broken("%d answers came within %s", n, p.cfg.Quiet)
			}
			return kept()
		}},
	{id: "stale_answers", rule: "R1", profile: "A", title: "Acks and nosession of another session change nothing",
		do: "An ack of an older session may tell of a cursor that is no longer true: drop it like a batch of another session.",
		play: func(p *player) (Outcome, string) {
			other := wire.SessionID(p.id())
			p.publish(wire.ChannelAck, false, &wire.Ack{Session: other, Applied: 1 << 40, Window: 1})
			p.publish(wire.ChannelAck, false, &wire.NoSession{Session: other})
			if alive, _ := p.lives(); !alive {
				return broken("the session ended")
			}
			return kept()
		}},
	{id: "published_types", rule: "P2", profile: "A", title: "Facts of every published type are taken", do: "A fact is never refused: store its raw bytes, even of types you make no use of. schema/up names them all.",
		play: func(p *player) (Outcome, string) { return p.tellAll(func(string) bool { return true }) }},
	fact("fact_pick_short", "Short picks and undone ones are taken", "picket.pick.short.", "picket.pick.undone.", "picket.order.at_risk."),
	fact("fact_counts", "Counts and what they corrected are taken", "picket.count.", "picket.stock.adjusted.", "picket.inventory."),
	fact("fact_sales", "Till sales, and those a count had in it, are taken", "picket.till.", "picket.sale."),
	fact("fact_refusals", "What the site refused is taken, too", "picket.command.refused.", "picket.recall.refused.", "picket.put_back."),
	fact("fact_changes", "Answers to changes are taken", "picket.amend.", "picket.label.voided."),
	fact("fact_labels", "Labels, copies and lost prints are taken", "picket.label.", "picket.case."),
	{id: "fact_stranger", rule: "P2", profile: "A", title: "Facts by a person the centre does not know are taken",
		do: "Mark them for review; who did it is no reason to lose what happened.",
		play: func(p *player) (Outcome, string) {
			seq := p.note()
			if !p.deliver(seq, seq) {
				return broken("a record by nobody-the-centre-knows was not taken")
			}
			return kept()
		}},
	{id: "malformed", rule: "messages", profile: "A", title: "What cannot be read is answered by malformed with the field's name, and does no harm",
		do:   "Check magic, lengths and limits before you believe them; answer {kind: malformed, channel, what, field, reason} on d/ack once a second at most; keep the session.",
		play: (*player).malformed},
	{id: "limits", rule: "1.5", profile: "A", title: "A batch beyond the limits is not taken: too many records, too many bytes, a gzip that swells",
		do:   "Refuse n above 256, raw above 1048576, payloads above 98304 bytes, and stop inflating at raw bytes.",
		play: (*player).limits},
	{id: "unknown_kind", rule: "messages", profile: "A", title: "A message of a newer kind is passed over",
		do: "Drop messages of a kind you do not know without an answer.",
		play: func(p *player) (Outcome, string) {
			p.raw(wire.ChannelAck, false, []byte(`{"kind":"hue","v":1,"session":"`+string(p.session)+`"}`))
			p.raw(wire.ChannelHello, false, []byte(`{"kind":"hello9","v":1,"nonce":"n"}`))
			if alive, _ := p.lives(); !alive {
				return broken("the session ended")
			}
			return kept()
		}},
	{id: "flood", rule: "R9", profile: "A", title: "Three hundred messages at once neither end the session nor stop the answers",
		do: "Let the MQTT handler only copy into a bounded queue, and drop when it is full: gaps repair themselves.",
		play: func(p *player) (Outcome, string) {
			for range 300 {
				p.beat()
			}
			seq := p.note()
			if !p.deliver(seq, seq) {
				if alive, _ := p.lives(); !alive {
					return broken("the session ended")
				}
				if !p.deliver(seq, seq) {
					return broken("records are no longer taken")
				}
			}
			return kept()
		}},
}

func fact(id, title string, prefixes ...string) check {
	return check{id: id, rule: "P2", profile: "A", title: title, do: "Take it: it is a fact about the shelf, whoever is right about the order.",
		play: func(p *player) (Outcome, string) {
			return p.tellAll(func(typ string) bool {
				return slices.ContainsFunc(prefixes, func(s string) bool { return strings.HasPrefix(typ, s) })
			})
		}}
}

// breathe waits until a complaint may be made again.
func (p *player) breathe() { p.listen(time.Now().Add(1100 * time.Millisecond)) }

// tellAll writes the published example of each type that is wanted, and sends them.
func (p *player) tellAll(want func(typ string) bool) (Outcome, string) {
	files, err := schema.Files.ReadDir("up")
	if err != nil {
		return unseen("the bundle cannot be read: %v", err)
	}
	type one struct {
		typ string
		seq wire.Seq
	}
	var sent []one
	for _, f := range files {
		typ := strings.TrimSuffix(f.Name(), ".json")
		if !want(typ) {
			continue
		}
		text, err := schema.Files.ReadFile("up/" + f.Name())
		if err != nil {
			return unseen("%v", err)
		}
		var s struct {
			Examples []struct {
				Subject string
				Data    json.RawMessage
			}
		}
		if err := json.Unmarshal(text, &s); err != nil || len(s.Examples) == 0 {
			return unseen("%s has no example", typ)
		}
		sent = append(sent, one{typ, p.write(typ, s.Examples[0].Subject, s.Examples[0].Data)})
	}
	for i := 0; i < len(sent); i += 40 {
		p.send(sent[i].seq, sent[min(i+40, len(sent))-1].seq)
	}
	last := sent[len(sent)-1].seq
	if p.await(p.mark(), 2*p.cfg.Patience, func(*got) bool { return p.acked.Applied >= last || p.acked.Blocked != nil }); p.acked.Applied >= last {
		return kept()
	}
	at := slices.IndexFunc(sent, func(o one) bool { return o.seq > p.acked.Applied })
	what := fmt.Sprintf("a record of %s was not taken", sent[max(0, at)].typ)
	if b := p.acked.Blocked; b != nil {
		what += fmt.Sprintf(": blocked at %d by %s", b.Seq, b.Type)
	}
	p.forget(p.acked.Applied)
	return broken("%s", what)
}

// forget leaves out what the centre did not take: as if this site had never written it.
func (p *player) forget(after wire.Seq) {
	if p.session != "" {
		p.closed()
	}
	p.log.cut(after, p.id())
}

// byHand makes a frame whose header says what it likes.
func byHand(header string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32([]byte("PKT1"), uint32(len(header)))
	return append(append(out, header...), body...)
}

func (p *player) header(n, raw int) string {
	return fmt.Sprintf(`{"session":%q,"log":%q,"from":%d,"n":%d,"prev":%q,"raw":%d}`, p.session, p.log.id, p.log.head()+1, n, p.log.hashes[p.log.head()], raw)
}

// malformed sends what cannot be read, and listens for the complaint.
func (p *player) malformed() (Outcome, string) {
	for _, c := range []struct {
		what    string
		channel wire.Channel
		payload []byte
		field   string
	}{
		{"a frame that does not begin with PKT1", wire.ChannelLog, []byte("PKT2\x00\x00\x00\x02{}"), ""},
		{"a header longer than the payload", wire.ChannelLog, []byte("PKT1\xff\xff\xff\xff{}"), ""},
		{"a text that is no JSON", wire.ChannelAck, []byte("hello"), ""},
		{"an ack without window", wire.ChannelAck, []byte(`{"kind":"ack","v":1,"session":"` + string(p.session) + `","applied":0,"hash":"` + wire.Hash{}.String() + `"}`), "window"},
	} {
		p.breathe()
		from := p.mark()
		p.raw(c.channel, false, c.payload)
		g := p.await(from, p.cfg.Patience, func(g *got) bool { _, ok := g.msg.(*wire.MalformedMsg); return ok })
		if g == nil {
			return broken("%s had no answer", c.what)
		}
		if m := g.msg.(*wire.MalformedMsg); c.field != "" && !strings.Contains(m.Field, c.field) {
			return broken("%s: the answer names the field %q", c.what, m.Field)
		}
	}
	if alive, _ := p.lives(); !alive {
		return broken("the session ended")
	}
	return kept()
}

// limits sends what is beyond the limits; whether it is answered is another check's business.
func (p *player) limits() (Outcome, string) {
	zipped := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = w.Write([]byte(text)) // a buffer takes every write
		_ = w.Close()
		return b.Bytes()
	}
	if seq := p.note(); !p.deliver(seq, seq) {
		return unseen("no record is taken")
	}
	head := p.acked.Applied
	record := strings.TrimSpace(string(p.log.raws[len(p.log.raws)-1])) + "\n"
	for _, c := range []struct {
		what    string
		payload []byte
	}{
		{"300 records in a batch", byHand(p.header(300, 300*len(record)), zipped(strings.Repeat(record, 300)))},
		{"raw of 2 MiB", byHand(p.header(1, 2<<20), zipped(strings.Repeat(" ", 2<<20)))},
		{"a gzip of 10 MB whose raw says 1000", byHand(p.header(1, 1000), zipped(strings.Repeat("0", 10<<20)))},
		{"n of 2 with one record", byHand(p.header(2, len(record)), zipped(record))},
		{"a payload of 100 KB", byHand(p.header(1, 1000), make([]byte, 100<<10))},
	} {
		p.raw(wire.ChannelLog, false, c.payload)
		if alive, _ := p.lives(); !alive {
			return broken("after %s the session was gone", c.what)
		}
		if p.acked.Applied > head {
			return broken("%s was taken", c.what)
		}
	}
	return kept()
}
