package view

import (
	"cmp"
	"slices"
	"time"

	"picket/edge/floor"
)

// printer is a printer's state and the change that brought it.
type printer struct {
	Printer
	rev uint64
}

// SetPrinter shows a printer's state. Setting what is shown already changes nothing.
func (b *Board) SetPrinter(p Printer) {
	p.Reasons = list0(p.Reasons)
	i, found := slices.BinarySearchFunc(b.printers, p.ID, func(x printer, id floor.PrinterID) int { return cmp.Compare(x.ID, id) })
	if found && b.printers[i].same(p) {
		return
	}
	b.rev++
	if !found {
		b.printers = slices.Insert(b.printers, i, printer{})
	}
	b.printers[i] = printer{Printer: p, rev: b.rev}
}

// HasPrinter says whether the site has a printer.
func (b *Board) HasPrinter(id floor.PrinterID) bool {
	return slices.ContainsFunc(b.printers, func(p printer) bool { return p.ID == id })
}

// same leaves the time of the last word out: a printer that says the same again is no news.
func (p *printer) same(o Printer) bool {
	return p.Name == o.Name && p.State == o.State && slices.Equal(p.Reasons, o.Reasons) && p.Words == o.Words && p.Waiting == o.Waiting && p.Hint == o.Hint && p.Stopped == o.Stopped && p.Elsewhere == o.Elsewhere && slices.Equal(p.Stations, o.Stations)
}

// LinkState is what the uplink knows of the line.
type LinkState struct {
	Up      bool
	Since   time.Time
	Acked   floor.Seq // the centre has every record up to here, durably
	Stable  floor.Seq // and these are in a backup of the centre
	Blocked string

	Broker       bool   // the line itself stands, whoever answers at its other end
	Code         string // of the trouble behind Blocked, as the protocol names it
	Cause        string // why the line does not stand, for the operator
	Sends, Takes Halt   // where a direction stands still; Seq 0: it does not
	Replaced     bool   // another box holds the site
	Handed, Left uint64 // then: records the centre took over, and those still to go

	Skew   time.Duration // own clock minus the centre's
	Off    bool          // the centre said that it is off
	Forged time.Time     // when something came last in the centre's name that it had not signed
}

type link struct {
	LinkState
	told  LinkState // last: it may speak of records that are not here yet
	rev   uint64
	times points // (seq, time in ms) of the records behind Acked
}

// note keeps the record's time until the centre has the record.
func (l *link) note(r *floor.Record) { l.times.add(uint64(r.Seq), uint64(r.Time.UnixMilli())) }

// SetLink shows the state of the line. Acked and Stable never go back within a log.
func (b *Board) SetLink(s LinkState) {
	b.link.told = s
	s.Acked, s.Stable = max(b.link.Acked, min(s.Acked, b.seq)), max(b.link.Stable, min(s.Stable, b.seq))
	s.Skew = s.Skew.Round(time.Second * 10) // it wavers by what the line takes
	if s == b.link.LinkState {
		return
	}
	b.rev++
	b.link.LinkState, b.link.rev = s, b.rev
	b.link.times.drop(uint64(s.Acked))
	for _, d := range b.devices {
		d.settle(s)
	}
}

// overtaken shows what was told of a record before it came: on a quick line the centre answers sooner than screens follow.
func (b *Board) overtaken() {
	if t := &b.link.told; t.Acked > b.link.Acked || t.Stable > b.link.Stable {
		b.SetLink(*t)
	}
}

// safeHere takes what is durable here as safe, at a site that has no centre: there is no line to be down.
func (b *Board) safeHere() {
	if b.site.Centre != NoCentre {
		return
	}
	l := &b.link
	l.Up, l.Acked, l.Stable = true, b.seq, b.seq
	l.times.drop(uint64(b.seq))
}

// Link is the state of the line as people see it.
func (b *Board) Link() Link {
	l := &b.link
	v := Link{Up: l.Up, Since: l.Since.Truncate(time.Millisecond), Unsent: uint64(b.seq - l.Acked), Head: b.seq, Acked: l.Acked, Blocked: l.Blocked}
	if p, ok := l.times.first(); ok {
		at := time.UnixMilli(int64(p)).UTC()
		v.Oldest = &at
	}
	v.Replaced = l.Replaced
	if l.Skew.Abs() > tellSkew {
		v.Skew = int(l.Skew.Round(time.Minute) / time.Second)
	}
	if r := b.state.Recovery; r != nil {
		v.Recovering = &Recovering{Left: len(r.Waits), Of: max(r.Of, len(r.Waits))}
	}
	return v
}

// tellSkew is from when on people are told that the box's clock is not the centre's.
const tellSkew = 2 * time.Minute

// device is a handheld, by what it counted.
type device struct {
	saved, applied, stable uint64

	who  floor.UserID // whose its last record was
	last time.Time    // and of when
	// What is not yet applied, and what is applied and not yet stable: (seq of the last record, n).
	unapplied, unstable points
}

// Marks says how far an installation's own commands have come: the highest n that is durable here, that the
// centre has, and that is in a backup of the centre.
type Marks struct {
	Saved   uint64 `json:"saved"`
	Applied uint64 `json:"applied"`
	Stable  uint64 `json:"stable"`
}

// Marks of an installation nobody heard of are zero.
func (b *Board) Marks(id floor.DeviceID) Marks {
	d := b.devices[id]
	if d == nil {
		return Marks{}
	}
	return Marks{Saved: d.saved, Applied: d.applied, Stable: d.stable}
}

// SetDevice tells of an installation whose last command, n, wrote its last record at or before seq. It is
// how a board that starts from a snapshot learns what came before.
func (b *Board) SetDevice(id floor.DeviceID, n uint64, seq floor.Seq) {
	d := b.devices[id]
	if d == nil {
		d = &device{}
		b.devices[id] = d
	}
	d.saved = max(d.saved, n)
	if last := d.unapplied.len() - 1; last >= 0 && d.unapplied.vals[last] == n {
		d.unapplied.seqs[last] = uint64(seq) // another record of the same command: it counts when its last one does
	} else {
		d.unapplied.add(uint64(seq), n)
	}
	d.settle(b.link.LinkState)
}

// note counts a device's command.
func (b *Board) note(r *floor.Record) {
	if r.Device != "" && r.N > 0 {
		b.SetDevice(r.Device, r.N, r.Seq)
		d := b.devices[r.Device]
		d.who, d.last = r.Actor, r.Time
	}
}

func (d *device) settle(s LinkState) {
	for i := range d.unapplied.upTo(uint64(s.Acked)) {
		d.applied = max(d.applied, d.unapplied.vals[i])
		d.unstable.add(d.unapplied.seqs[i], d.unapplied.vals[i])
	}
	d.unapplied.drop(uint64(s.Acked))
	for i := range d.unstable.upTo(uint64(s.Stable)) {
		d.stable = max(d.stable, d.unstable.vals[i])
	}
	d.unstable.drop(uint64(s.Stable))
}

// pointsMax bounds a list of points. A longer one is thinned: what is told of it is then older than the
// truth, never newer.
const pointsMax = 4096

// points are values at rising positions of the log.
type points struct{ seqs, vals []uint64 }

func (p *points) len() int { return len(p.seqs) }

func (p *points) add(seq, val uint64) {
	if n := len(p.seqs); n > 0 && p.seqs[n-1] == seq {
		p.vals[n-1] = val
		return
	}
	if len(p.seqs) >= pointsMax {
		kept := 0
		for i := 0; i < len(p.seqs); i += 2 {
			p.seqs[kept], p.vals[kept] = p.seqs[i], p.vals[i]
			kept++
		}
		p.seqs, p.vals = p.seqs[:kept], p.vals[:kept]
	}
	p.seqs, p.vals = append(p.seqs, seq), append(p.vals, val)
}

// upTo counts the points at or before seq.
func (p *points) upTo(seq uint64) int {
	n := 0
	for n < len(p.seqs) && p.seqs[n] <= seq {
		n++
	}
	return n
}

// drop forgets everything up to seq.
func (p *points) drop(seq uint64) {
	if n := p.upTo(seq); n > 0 {
		p.seqs = append(p.seqs[:0], p.seqs[n:]...)
		p.vals = append(p.vals[:0], p.vals[n:]...)
	}
}

func (p *points) first() (uint64, bool) {
	if len(p.vals) == 0 {
		return 0, false
	}
	return p.vals[0], true
}
