package node

import (
	"fmt"
	"slices"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
)

// Past is a site's own past as the centre folded it.
type Past struct {
	ID     string // of the snapshot
	Gen    string // the centre's life line
	Pos    uint64 // all facts up to here are in it
	Fork   bool   // the journal lost what it had told
	Common uint64 // entries up to here are the centre's, too
	Lines  []byte // as floor.Past writes them
}

// Swap puts a past in the place of what the journal's entries come to, in one commit: the entries behind Common, whose
// commands the past does not know, are put on top. Nobody else may use the journal; a crash leaves all or nothing.
// The next Boot starts from it. It says whether anything was done: a past the journal knows already is passed over.
//
// Errors: floor's, of lines that cannot be read; nothing is changed then. ErrStopped when the commit failed.
func Swap(j Journal, o Options, now time.Time, p Past) (done bool, err error) {
	o.defaults()
	l, err := load(j, o.Keep)
	if err != nil {
		return false, err
	}
	if k := l.state.Known; k.Gen == p.Gen && k.Pos >= p.Pos {
		return false, nil
	}
	past, err := floor.LoadPast(p.Lines)
	if err != nil {
		return false, fmt.Errorf("node: swap: %w", err)
	}
	if past.Pos() != p.Pos {
		return false, fmt.Errorf("node: swap: it ends at fact %d, want %d", past.Pos(), p.Pos)
	}
	own, err := behind(j, l.head, p.Common)
	if err != nil {
		return false, fmt.Errorf("node: swap: %w", err)
	}
	marks := marksOf(past, own, o.Keep)
	devices := make([]floor.DeviceID, 0, len(marks.devices))
	for id := range marks.devices {
		devices = append(devices, id)
	}
	slices.Sort(devices)
	state := past.Under(l.state, own)
	// One log may begin anew with the same snapshot twice: told by a centre that was put back, it is told once more.
	m := floor.Meta{ID: floor.CommandID("swap:" + Digest("swap", fmt.Appendf(nil, "%s %s %s %d", p.ID, p.Gen, l.head.Log, l.head.Seq))), Now: now}
	events, r := state.Swapped(m, p.Gen, p.Pos, p.Fork, devices)
	if r != nil {
		return false, fmt.Errorf("node: swap: %s", r.Words())
	}
	for _, d := range marks.devices { // stable when this is: a centre that is put back since may lack what it told
		d.since = l.head.Seq + uint64(len(events))
	}
	data, err := freeze(l.head, state, marks).encode()
	if err != nil {
		return false, fmt.Errorf("node: swap: %w", err)
	}
	// The snapshot stands for the entries so far, and what the swap comes to is said behind them.
	chunks, complete := journal.NewSnapshot(l.head, data)
	b := journal.Batch{Chunks: chunks, Complete: &complete}
	records := floor.Records(o.Source, floor.LogID(l.head.Log), floor.Seq(l.head.Seq)+1, m, events)
	for i := range records {
		raw, err := records[i].AppendTo(nil)
		if err != nil {
			return false, fmt.Errorf("node: swap: %w", err)
		}
		b.Entries = append(b.Entries, raw)
	}
	if _, err := j.Append(b); err != nil {
		return false, fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return true, nil
}

// behind reads the entries behind one.
func behind(j Journal, head journal.Position, common uint64) (own []floor.Record, err error) {
	if head.Seq <= common {
		return nil, nil
	}
	_, err = j.Read(common+1, int(head.Seq-common), func(seq uint64, raw []byte) error {
		rec, err := floor.Decode(slices.Clone(raw))
		if err != nil {
			return fmt.Errorf("entry %d: %w", seq, err)
		}
		own = append(own, rec)
		return nil
	})
	return own, err
}

// marksOf are the commands of a past, whose answers nobody can tell any more, and those of the own records behind it.
func marksOf(past *floor.Past, own []floor.Record, keep Keep) *Marks {
	m := newMarks(keep)
	ids, last := past.Devices()
	for _, id := range ids {
		m.devices[id] = &device{last: last[id]}
	}
	for _, c := range past.Calls() {
		was := op{print: fingerprint(c.ID, c.Digest)}
		m.calls[c.ID] = was
		m.queue = append(m.queue, call{id: c.ID, at: c.At, op: was})
		m.newest = max(m.newest, c.At)
	}
	for i := 0; i < len(own); {
		first, count := own[i], 1
		for i+count < len(own) && own[i+count].Cause == first.Cause && !begins(&own[i+count]) {
			count++
		}
		i += count
		if !begins(&first) || past.Knows(&first) {
			continue
		}
		if d := m.devices[first.Device]; first.Device != "" && d != nil && first.N != d.last+1 {
			d.ops = nil // numbers between are known nowhere: their answers cannot be told
		}
		m.take(&first, count)
		m.takeBack(own[i-count : i]) // what the past does not have of it: the centre was put back since
	}
	return m
}
