// Package omstest is a site for tests of the centre: the floor's real rules and the protocol's real engine
// over a log in memory, stepped, and a world in which it meets the centre over a bad line in virtual time.
//
// It must never be imported by anything that ships.
package omstest

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Site is one site. Not for use by two goroutines at once.
type Site struct {
	ID    floor.SiteID
	State *floor.State
	Rows  map[string][]byte // side rows that came with the feed

	Engine *reconcile.Site
	// Devices are the handhelds a box that lost records waits for.
	Devices []floor.DeviceID

	Node   wire.NodeID
	Handed uint64        // of a box that was replaced: what the centre took over
	Skew   time.Duration // of its clock

	Key    ed25519.PrivateKey // from the next Boot on it signs; nil: it does not
	Centre ed25519.PublicKey  // what it knows of its centre; nil: it checks nothing

	net    string // its name on the line
	tenant string
	log    wire.LogID
	raws   []wire.Entry
	hashes []wire.Hash

	calls   map[floor.CommandID]bool // of the feed, answered here
	dropped wire.Seq                 // records up to here are kept no more
	n       int
	mark    reconcile.SiteState
	rand    func() float64
	token   func() string
}

// NewSite makes a site on its first day.
func NewSite(tenant string, id floor.SiteID, rand func() float64, token func() string) *Site {
	s := &Site{ID: id, net: string(id), Node: wire.NodeID("NODE-" + string(id)), tenant: tenant, State: floor.NewState(), Rows: map[string][]byte{}, log: wire.LogID("LOG-" + string(id)),
		hashes: make([]wire.Hash, 1), rand: rand, token: token, calls: map[floor.CommandID]bool{}}
	s.Boot()
	return s
}

// Boot starts the site's process anew, from what is durable.
func (s *Site) Boot() {
	hash := wire.Hash{}
	if s.State.Feed.Hash != "" {
		if err := hash.UnmarshalText([]byte(s.State.Feed.Hash)); err != nil {
			panic(err) // the site wrote it itself
		}
	}
	s.mark.Feed = wire.FeedMark{Lineage: wire.Lineage(s.State.Feed.Lineage), Seq: wire.Seq(s.State.Feed.Seq), Hash: hash}
	s.Engine = reconcile.NewSite(reconcile.SiteConfig{Node: s.Node, SW: "omstest", Log: s, Rand: s.rand,
		Tenant: wire.Tenant(s.tenant), Site: wire.SiteID(s.ID), Key: s.Key, Centre: func() ed25519.PublicKey { return s.Centre },
		Nonce: func() wire.Nonce { return wire.Nonce(s.token()) }, Timing: reconcile.Timing{HelloSpread: -1}}, s.mark)
}

// Head, First, HashAt and Read make the site's log.
func (s *Site) Head() wire.Position {
	n := len(s.raws)
	return wire.Position{Log: s.log, Seq: wire.Seq(n), Hash: s.hashes[n]}
}

// First is the oldest record that is kept.
func (s *Site) First() wire.Seq { return s.dropped + 1 }

// Drop forgets the records up to one, as a box does with what is old and in every backup.
func (s *Site) Drop(upTo wire.Seq) { s.dropped = upTo }

// HashAt is the chain's hash after seq.
func (s *Site) HashAt(seq wire.Seq) (wire.Hash, bool) {
	if int(seq) >= len(s.hashes) || seq < s.dropped {
		return wire.Hash{}, false
	}
	return s.hashes[seq], true
}

// Read returns records from seq on.
func (s *Site) Read(from wire.Seq, most, bytes int) ([]wire.Entry, error) {
	var out []wire.Entry
	for i := int(from) - 1; i < len(s.raws) && len(out) < most; i++ {
		if bytes -= len(s.raws[i].Raw); bytes < 0 && len(out) > 0 {
			break
		}
		out = append(out, s.raws[i])
	}
	return out, nil
}

// Do gives the floor a command of a person and writes what follows from it; a refusal is written too.
func (s *Site) Do(now time.Time, who floor.UserID, c floor.Command) *floor.Refusal {
	now = now.Add(s.Skew)
	s.n++
	return s.put(floor.Meta{ID: floor.CommandID("c-" + string(s.ID) + "-" + strconv.Itoa(s.n)), Actor: who, At: now, Now: now}, c)
}

// As is Do for a command that comes from a device, with its own time and its id where they are given.
func (s *Site) As(now time.Time, m floor.Meta, c floor.Command) *floor.Refusal {
	now = now.Add(s.Skew)
	s.n++
	if m.Now = now; m.ID == "" {
		m.ID = floor.CommandID("c-" + string(s.ID) + "-" + strconv.Itoa(s.n))
	}
	if m.At.IsZero() {
		m.At = now
	}
	return s.put(m, c)
}

func (s *Site) put(m floor.Meta, c floor.Command) *floor.Refusal {
	events, r := floor.Decide(s.State, m, c)
	if r != nil {
		events = []floor.Event{&floor.CommandRefused{Kind: c.Kind(), Code: r.Code, Args: r.Args}}
	}
	records := floor.Records(floor.Source(s.tenant, string(s.ID), string(s.Node)), floor.LogID(s.log), floor.Seq(len(s.raws)+1), m, events)
	for i := range records {
		raw, err := records[i].AppendTo(nil)
		if err != nil {
			panic(fmt.Sprintf("encode %s: %v", records[i].Type, err)) // an event of this repository
		}
		floor.ApplyRecord(s.State, &records[i])
		s.Append(raw)
	}
	return r
}

// Append writes a record as it stands.
func (s *Site) Append(raw []byte) {
	s.raws = append(s.raws, wire.Entry{Raw: raw})
	s.hashes = append(s.hashes, wire.Chain(s.hashes[len(s.hashes)-1], raw))
}

// Take carries out an Apply of the engine: the centre's records are commands, their place stands in what
// follows from them.
func (s *Site) Take(now time.Time, a reconcile.Apply) reconcile.Applied {
	lineage, err := wire.ParseLineage(a.Log)
	if err != nil {
		return reconcile.Applied{Err: err}
	}
	for _, row := range a.PII {
		s.Rows[row.Ref] = row.Sealed
	}
	done := reconcile.Applied{}
	for _, r := range a.Records {
		cmd, m, err := floor.DecodeFeed(r.Raw)
		if errors.Is(err, floor.ErrUnknownType) {
			done.Blocked = &wire.Blocked{Seq: r.Seq, Type: "unknown"}
			return done
		}
		if err != nil {
			done.Err = err
			return done
		}
		m.Now = now
		m.Down = &floor.Down{Lineage: uint64(lineage), Seq: uint64(r.Seq), Hash: r.Hash.String()}
		if s.calls[m.ID] { // a feed that began anew: it stands already, as in a box
			cmd, m.ID = &floor.PassFeed{Command: m.ID}, floor.CommandID("again:"+string(s.log)+":"+strconv.FormatUint(m.Down.Lineage, 10)+":"+strconv.FormatUint(m.Down.Seq, 10))
		}
		s.calls[m.ID] = true
		s.put(m, cmd)
		done.UpTo = r.Seq
	}
	return done
}

// Ship does everything a floor does for an order until it has left; short says how many of each line are
// not found.
func (s *Site) Ship(now time.Time, id floor.OrderID, short map[floor.LineID]int) error {
	o := s.State.Orders[id]
	if o == nil {
		return fmt.Errorf("order %s is not here", id)
	}
	var cmds []floor.Command
	cmds = append(cmds, &floor.Accept{Order: id}, &floor.Start{Order: id})
	picked := 0
	for _, l := range o.Lines {
		if n := l.ToPick() - short[l.ID]; n > 0 {
			cmds = append(cmds, &floor.Scan{Order: id, Line: l.ID, SKU: l.SKU, Qty: n})
			picked += n
		}
		if n := short[l.ID]; n > 0 {
			cmds = append(cmds, &floor.ReportShort{Order: id, Line: l.ID, Qty: n, Reason: floor.NotInStock})
		}
	}
	if picked > 0 {
		cmds = append(cmds, &floor.Finish{Order: id}, &floor.OpenUnit{Order: id})
	}
	for _, c := range cmds {
		if r := s.Do(now, "anna", c); r != nil {
			return fmt.Errorf("%s: %w", c.Kind(), r)
		}
	}
	if picked == 0 {
		return nil
	}
	return s.Pack(now, id)
}

// Pack packs what is picked into a parcel, and hands it to the carrier.
func (s *Site) Pack(now time.Time, id floor.OrderID) error {
	o := s.State.Orders[id]
	unit := o.Units[len(o.Units)-1].ID
	var cmds []floor.Command
	for i := range o.Lines {
		if n := o.ToPack(&o.Lines[i]); n > 0 {
			cmds = append(cmds, &floor.AddToUnit{Unit: unit, Line: o.Lines[i].ID, Qty: n})
		}
	}
	cmds = append(cmds, &floor.CloseUnit{Unit: unit, WeightG: 900})
	for _, c := range cmds {
		if r := s.Do(now, "ben", c); r != nil {
			return fmt.Errorf("%s: %w", c.Kind(), r)
		}
	}
	if len(s.State.Orders[id].Jobs) == 0 {
		if r := s.Do(now, "ben", &floor.RequestLabel{Unit: unit, Doc: floor.DocShippingLabel}); r != nil {
			return r
		}
	}
	for _, j := range s.State.Orders[id].Jobs {
		if r := s.Do(now, "spool", &floor.StartPrint{Job: j.ID, Printer: "bench-1"}); r != nil {
			return r
		}
		if r := s.Do(now, "spool", &floor.ConfirmPrint{Job: j.ID}); r != nil {
			return r
		}
	}
	if r := s.Do(now, "ben", &floor.HandOver{Unit: unit, Carrier: "post"}); r != nil {
		return r
	}
	return nil
}

// Step steps the engine, carries out what it asks for, and returns what is to be published.
func (s *Site) Step(now time.Time, in reconcile.Event) []link.Message {
	now = now.Add(s.Skew)
	var out []link.Message
	events := []reconcile.Event{in}
	for len(events) > 0 {
		next := events[0]
		events = events[1:]
		for _, effect := range s.Engine.Step(now, next) {
			switch ef := effect.(type) {
			case reconcile.Publish:
				out = append(out, link.Message{Topic: wire.Topic{Tenant: wire.Tenant(s.tenant), Site: wire.SiteID(s.ID), Dir: wire.Up, Channel: ef.Channel}.String(), Payload: ef.Payload})
			case reconcile.Apply:
				events = append(events, s.Take(now, ef), reconcile.Woke{})
			case reconcile.Take:
				events = append(events, reconcile.Taken{Err: s.takeBack(now, ef)})
			case reconcile.Restate:
				events = append(events, s.restate(now))
			case reconcile.Acked:
				s.mark.Acked, s.mark.Stable, s.mark.Pos, s.mark.Gen, s.mark.FeedGen = ef.Acked, ef.Stable, ef.Pos, ef.Gen, ef.Gen
			case reconcile.Handing:
				s.Handed = ef.Handed
			case reconcile.Opened:
				s.mark.Epoch = ef.Epoch
			}
		}
	}
	return out
}

// Next is when the engine wants a Tick, by the world's clock; zero is never.
func (s *Site) Next() time.Time {
	at := s.Engine.Next()
	if at.IsZero() {
		return at
	}
	return at.Add(-s.Skew)
}

// Heard turns a message into what the engine is to be told, nil for one that is nothing to it.
func (s *Site) Heard(topic string, payload []byte) reconcile.Event {
	if topic == wire.CentreState(wire.Tenant(s.tenant)) {
		if m, err := wire.Decode(payload); err == nil {
			if st, ok := m.(*wire.State); ok {
				return reconcile.CentreSeen{State: *st}
			}
		}
		return nil
	}
	if t, err := wire.ParseTopic(topic); err == nil {
		return reconcile.Received{Channel: t.Channel, Payload: payload}
	}
	return nil
}

// takeBack takes what the centre knows of the site's own past; with the last piece of a fork a new log begins.
func (s *Site) takeBack(now time.Time, t reconcile.Take) error {
	c := &floor.TakeBack{Gen: string(t.Gen), To: uint64(t.To), Fork: t.Fork, More: t.More, Devices: s.Devices}
	known, own := map[floor.CommandID]bool{}, map[floor.RecordID]json.RawMessage{}
	for _, e := range s.raws {
		rec, err := floor.Decode(e.Raw)
		if err != nil {
			return err
		}
		known[rec.Cause], own[rec.ID] = true, e.Raw
	}
	for _, f := range t.Facts {
		rec, err := floor.Decode(f.Raw)
		if err != nil {
			return err
		}
		if known[rec.Cause] && !slices.Contains(c.Known, rec.Cause) {
			c.Known = append(c.Known, rec.Cause)
			if mine := own[rec.ID]; mine != nil && !bytes.Equal(mine, f.Raw) {
				c.Own = append(c.Own, rec.Cause)
			}
		}
		s.calls[rec.Cause] = s.calls[rec.Cause] || rec.Feed != nil
		c.Facts = append(c.Facts, floor.LostFact{Pos: uint64(f.Pos), Raw: f.Raw})
	}
	s.n++
	if t.Fork && !t.More {
		c.Log = floor.LogID(s.log) + "-x"
	}
	if r := s.put(floor.Meta{ID: floor.CommandID("take-" + string(s.ID) + "-" + string(s.log) + "-" + strconv.Itoa(s.n)), Now: now}, c); r != nil {
		return errors.New(r.Words())
	}
	s.mark.Pos, s.mark.Gen = t.To, t.Gen
	if t.Fork && !t.More {
		s.log = wire.LogID(c.Log)
	}
	return nil
}

// restate writes down what the site's records come to.
func (s *Site) restate(now time.Time) reconcile.Restated {
	var lines []json.RawMessage
	for line, err := range s.State.Restated() {
		if err != nil {
			return reconcile.Restated{Err: err}
		}
		lines = append(lines, line)
	}
	for _, c := range []*floor.Restate{{Lines: lines}, {Whole: true}} {
		if r := s.Do(now, "", c); r != nil {
			return reconcile.Restated{Err: errors.New(r.Words())}
		}
	}
	s.mark.Restated = wire.Seq(s.State.Restatement.Whole)
	return reconcile.Restated{From: s.mark.Restated}
}

// PutBack puts the site's file back to what it was when it held so many records, and starts it anew.
func (s *Site) PutBack(to int) error {
	s.raws, s.hashes, s.State, s.calls = s.raws[:to:to], s.hashes[:to+1:to+1], floor.NewState(), map[floor.CommandID]bool{}
	for _, e := range s.raws {
		rec, err := floor.Decode(e.Raw)
		if err != nil {
			return err
		}
		floor.ApplyRecord(s.State, &rec)
		if e, ok := rec.Event.(*floor.FactTakenBack); ok {
			rec, _ = e.Inner() // what cannot be read answered nothing
		}
		s.calls[rec.Cause] = s.calls[rec.Cause] || rec.Feed != nil
	}
	s.n += 1000 // commands of another timeline
	s.mark.Pos, s.mark.Acked, s.mark.Stable = min(s.mark.Pos, wire.Pos(to)), min(s.mark.Acked, wire.Seq(to)), min(s.mark.Stable, wire.Seq(to))
	s.Boot()
	return nil
}
