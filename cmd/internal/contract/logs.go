package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/wire"
)

// ownLog is the site's own log.
type ownLog struct {
	id      wire.LogID
	parents []wire.LogID
	forks   []wire.ForkAt // where each of them was left
	raws    [][]byte
	hashes  []wire.Hash
	written map[string]bool // every record that was ever told, in its bytes
}

func (l *ownLog) begin(id string) {
	l.id, l.hashes, l.written = wire.LogID(id), make([]wire.Hash, 1), map[string]bool{}
}

func (l *ownLog) head() wire.Seq { return wire.Seq(len(l.raws)) }

func (l *ownLog) hashAt(seq wire.Seq) (wire.Hash, bool) {
	if seq > l.head() {
		return wire.Hash{}, false
	}
	return l.hashes[seq], true
}

func (l *ownLog) append(raw []byte) wire.Seq {
	l.raws = append(l.raws, raw)
	l.hashes = append(l.hashes, wire.Chain(l.hashes[len(l.hashes)-1], raw))
	return l.head()
}

// cut forgets what follows seq, and goes on under another name if there is one.
func (l *ownLog) cut(seq wire.Seq, id string) {
	seq = min(seq, l.head())
	l.raws, l.hashes = l.raws[:seq:seq], l.hashes[:seq+1:seq+1]
	if id != "" {
		l.parents, l.forks = append(l.parents, l.id), append(l.forks, wire.ForkAt{Log: l.id, Seq: seq, Hash: l.hashes[seq]})
		l.id = wire.LogID(id)
	}
	for i := range l.forks {
		if k := &l.forks[i]; k.Seq > seq { // of that parent it has no more than this
			k.Seq, k.Hash = seq, l.hashes[seq]
		}
	}
}

// points of the chain for hello2: what was asked for, the head, and those near it.
func (l *ownLog) points(ask []wire.Seq) []wire.Point {
	want := map[wire.Seq]bool{}
	for _, s := range ask {
		want[s] = true
	}
	for step, s := wire.Seq(1), l.head(); s > 0 && len(want) < 100; step *= 2 {
		want[s] = true
		if s <= step {
			break
		}
		s -= step
	}
	out := []wire.Point{}
	for s := wire.Seq(1); s <= l.head(); s++ {
		if want[s] {
			out = append(out, wire.Point{Seq: s, Hash: l.hashes[s]})
		}
	}
	return out
}

// envelope of a record, in the order in which a site writes it.
type envelope struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject"`
	Time        string          `json:"time"`
	Seq         wire.Seq        `json:"seq"`
	Log         wire.LogID      `json:"log"`
	Actor       string          `json:"actor,omitempty"`
	Cause       string          `json:"cause"`
	Feed        string          `json:"feed,omitempty"`
	Data        json.RawMessage `json:"data"`
}

// write appends a record under an id of its own and gives its seq.
func (p *player) write(typ, subject string, data any) wire.Seq {
	return p.writeAs(p.id()+"/0", typ, subject, data, time.Now())
}

func (p *player) writeAs(id, typ, subject string, data any, at time.Time) wire.Seq {
	return p.writeBy(id, strings.TrimSuffix(id, "/0"), typ, subject, data, at)
}

// answer appends what a record of the feed led to: its cause is that record.
func (p *player) answer(cause string, e floor.Event) wire.Seq {
	return p.writeBy(cause+"/0", cause, e.Type(), e.Subject(), e, time.Now())
}

func (p *player) writeBy(id, cause, typ, subject string, data any, at time.Time) wire.Seq {
	body, err := json.Marshal(data)
	if err != nil {
		panic(fmt.Sprintf("contract: %s: %v", typ, err)) // a value of this package
	}
	e := envelope{SpecVersion: "1.0", ID: id, Source: "/t/" + string(p.cfg.Tenant) + "/s/" + string(p.cfg.Site) + "/n/" + string(p.node), Type: typ, Subject: subject,
		Time: at.UTC().Format("2006-01-02T15:04:05.000Z"), Seq: p.log.head() + 1, Log: p.log.id, Actor: "nobody-the-centre-knows", Cause: cause, Data: body}
	if p.feed.seq > 0 {
		e.Feed = fmt.Sprintf("%d.%d.%s", p.feed.lineage, p.feed.seq, p.feed.hash())
	}
	raw, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("contract: %s: %v", typ, err))
	}
	return p.log.append(raw)
}

// tell appends an event of the floor.
func (p *player) tell(e floor.Event) wire.Seq { return p.write(e.Type(), e.Subject(), e) }

// note is a harmless fact.
func (p *player) note() wire.Seq {
	return p.tell(adjusted)
}

// send publishes records of the log as one batch.
func (p *player) send(from, to wire.Seq) {
	p.sendAs(p.session, p.log.id, from, p.log.hashes[from-1], p.log.raws[from-1:to])
}

func (p *player) sendAs(session wire.SessionID, log wire.LogID, from wire.Seq, prev wire.Hash, raws [][]byte) {
	for _, r := range raws {
		p.log.written[string(r)] = true
	}
	payload, err := p.codec.Frame(&wire.Batch{Session: session, Log: log, From: from, Prev: prev, Records: raws}, nil)
	if err != nil {
		panic(fmt.Sprintf("contract: frame: %v", err))
	}
	p.raw(wire.ChannelLog, false, payload)
}

// beat says where the log's head is.
func (p *player) beat() {
	p.sendAs(p.session, p.log.id, p.log.head()+1, p.log.hashes[p.log.head()], nil)
}

// feed is what came from the centre.
type feed struct {
	lineage wire.Lineage
	seq     wire.Seq // taken up to here
	acked   wire.Seq
	hashes  []wire.Hash // of this lineage, as far as it was ever seen
	ids     map[string]wire.Seq
	told    []told
	said    map[string]string // what every record that ever came says, by its id
	reused  string            // an id that came with something else
}

// told is a record of the feed.
type told struct {
	id   string
	typ  string
	data json.RawMessage
	cmd  floor.Command
}

func (f *feed) reset(l wire.Lineage) {
	f.lineage, f.seq, f.acked, f.hashes, f.ids = l, 0, 0, make([]wire.Hash, 1), map[string]wire.Seq{}
}

func (f *feed) hash() wire.Hash { return f.hashes[f.seq] }

func (f *feed) mark() wire.FeedMark {
	return wire.FeedMark{Lineage: f.lineage, Seq: f.seq, Hash: f.hash()}
}

// take reads a batch of the feed; gap says that something before it is missing, why what is wrong with it.
func (f *feed) take(b *wire.Batch) (gap bool, why string) {
	l, err := wire.ParseLineage(b.Log)
	if err != nil || l != f.lineage {
		return false, fmt.Sprintf("a batch names log %s where the welcome said lineage %d", b.Log, f.lineage)
	}
	if b.From > f.seq+1 {
		return true, ""
	}
	if b.Prev != f.hashes[b.From-1] {
		return false, fmt.Sprintf("prev of the batch from %d is not the hash of the record before it", b.From)
	}
	h := b.Prev
	for i, raw := range b.Records {
		seq := b.From + wire.Seq(i)
		h = wire.Chain(h, raw)
		if int(seq) < len(f.hashes) {
			if f.hashes[seq] != h {
				return false, fmt.Sprintf("record %d of the feed came again with other bytes", seq)
			}
			f.seq = max(f.seq, seq)
			continue
		}
		g, err := wire.Peek(raw)
		if err != nil {
			return false, fmt.Sprintf("record %d of the feed: %v", seq, err)
		}
		if at, had := f.ids[g.ID]; had && why == "" {
			why = fmt.Sprintf("records %d and %d of the feed have the same id %s", at, seq, g.ID)
		}
		f.ids[g.ID] = seq
		f.hashes = append(f.hashes, h)
		f.seq = seq
		t := told{id: g.ID, typ: g.Type}
		var fr floor.FeedRecord
		if json.Unmarshal(raw, &fr) == nil {
			t.data = fr.Data
		}
		c, _, err := floor.DecodeFeed(raw)
		if a, is := c.(*floor.Assign); is {
			f.once(g.ID, g.Type+" "+string(a.Order)+" "+string(a.Assignment)) // the same assignment, as changes have made it since
		} else {
			f.once(g.ID, g.Type+" "+string(fr.Data))
		}
		if bad, is := c.(*floor.Malformed); is {
			err = fmt.Errorf("%s", bad.Why)
		}
		if err != nil && why == "" {
			why = fmt.Sprintf("record %d of the feed, %s, is not as published: %v", seq, g.Type, err)
		}
		t.cmd = c
		f.told = append(f.told, t)
	}
	return false, why
}

// once notes what a record says: in another life of the feed it may come again, and then says the same.
func (f *feed) once(id, says string) {
	if f.said == nil {
		f.said = map[string]string{}
	}
	if had, ok := f.said[id]; ok && had != says && f.reused == "" {
		f.reused = id
	}
	f.said[id] = says
}
