package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"

	"picket/edge/floor"
	"picket/edge/journal"
)

// A snapshot is lines of JSON. The first is the header, then come as many lines of marks as it says, then the
// floor's own lines:
//
//	{"node":1,"lines":3,"newest":1795300000000,"logs":["01J…"],"lived":86400000,"ages":[[1,0],[703,86400000]],"last":1795300000000}
//	{"device":"hh-3","last":57,"ops":[[812,1,1181783497276652981],…]}
//	{"call":"01J…","at":1795300000000,"op":[813,1,…]}
//	…
const snapshotVersion = 1

type header struct {
	Node   int   `json:"node"`
	Lines  int   `json:"lines"`
	Newest int64 `json:"newest"`

	Logs []floor.LogID `json:"logs,omitempty"`

	Lived int64       `json:"lived,omitempty"` // ms
	Ages  [][2]uint64 `json:"ages,omitempty"`  // seq, lived
	Last  int64       `json:"last,omitempty"`  // the newest command's time, ms
}

type markLine struct {
	Device floor.DeviceID  `json:"device,omitempty"`
	Last   uint64          `json:"last,omitempty"`
	Since  uint64          `json:"since,omitempty"`
	Ops    [][3]uint64     `json:"ops,omitempty"`
	Call   floor.CommandID `json:"call,omitempty"`
	At     int64           `json:"at,omitempty"`
	Op     *[3]uint64      `json:"op,omitempty"`
}

// frozen is everything the node remembers at one position. It is encoded while the node goes on.
type frozen struct {
	at      journal.Position
	floor   *floor.Frozen
	devices []frozenDevice
	calls   []call
	newest  int64
	logs    []floor.LogID
	ages    ages
}

type frozenDevice struct {
	id    floor.DeviceID
	last  uint64
	since uint64
	ops   []op
}

func freeze(at journal.Position, s *floor.State, m *Marks) *frozen {
	f := &frozen{at: at, floor: s.Freeze(), calls: m.queue[:len(m.queue):len(m.queue)], newest: m.newest, logs: m.logs, ages: m.ages}
	f.devices = make([]frozenDevice, 0, len(m.devices))
	for id, d := range m.devices { // sorted in encode: this is the loop's time, that is not
		f.devices = append(f.devices, frozenDevice{id: id, last: d.last, since: d.since, ops: d.ops[:len(d.ops):len(d.ops)]})
	}
	return f
}

// encode gives the snapshot's bytes. Equal memories give equal bytes.
func (f *frozen) encode() ([]byte, error) {
	sort.Slice(f.devices, func(i, j int) bool { return f.devices[i].id < f.devices[j].id })
	var b bytes.Buffer
	put := func(v any) error {
		line, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("encode snapshot: %w", err)
		}
		b.Write(line)
		return b.WriteByte('\n')
	}
	h := header{Node: snapshotVersion, Lines: len(f.devices) + len(f.calls), Newest: f.newest, Logs: f.logs, Lived: f.ages.lived, Last: f.ages.newest}
	for _, p := range f.ages.points {
		h.Ages = append(h.Ages, [2]uint64{p.seq, uint64(p.lived)})
	}
	if err := put(h); err != nil {
		return nil, err
	}
	for i := range f.devices {
		d := &f.devices[i]
		l := markLine{Device: d.id, Last: d.last, Since: d.since, Ops: make([][3]uint64, len(d.ops))}
		for j, o := range d.ops {
			l.Ops[j] = [3]uint64{o.seq, o.count, o.print}
		}
		if err := put(l); err != nil {
			return nil, err
		}
	}
	for i := range f.calls {
		c := &f.calls[i]
		if err := put(markLine{Call: c.id, At: c.at, Op: &[3]uint64{c.op.seq, c.op.count, c.op.print}}); err != nil {
			return nil, err
		}
	}
	err := f.floor.Encode(func(line []byte) error {
		b.Write(line)
		return b.WriteByte('\n')
	})
	return b.Bytes(), err
}

// thaw reads a snapshot's bytes into an empty memory.
func thaw(data []byte, s *floor.State, m *Marks) error {
	at := 0
	var h header
	for no := 1; len(data) > 0; no++ {
		line, rest, ok := bytes.Cut(data, []byte{'\n'})
		if !ok {
			return fmt.Errorf("snapshot line %d: has no end", no)
		}
		data = rest
		var err error
		switch {
		case no == 1:
			if err = json.Unmarshal(line, &h); err == nil && h.Node != snapshotVersion {
				err = fmt.Errorf("node: is %d, but this version reads %d", h.Node, snapshotVersion)
			}
			m.newest, m.logs = h.Newest, h.Logs
			m.ages.lived, m.ages.newest = h.Lived, h.Last
			for _, p := range h.Ages {
				m.ages.points = append(m.ages.points, age{p[0], int64(p[1])})
			}
		case at < h.Lines:
			at++
			err = m.load(line)
		default:
			err = s.Load(line)
		}
		if err != nil {
			return fmt.Errorf("snapshot line %d: %w", no, err)
		}
	}
	if h.Node == 0 || at < h.Lines {
		return fmt.Errorf("snapshot ends after %d of %d lines of marks", at, h.Lines)
	}
	return nil
}

func (m *Marks) load(line []byte) error {
	var l markLine
	if err := json.Unmarshal(line, &l); err != nil {
		return err
	}
	switch {
	case l.Device != "":
		d := &device{last: l.Last, since: l.Since, ops: make([]op, len(l.Ops))}
		if uint64(len(d.ops)) > d.last {
			return fmt.Errorf("device %s: %d ops, but its last number is %d", l.Device, len(d.ops), d.last)
		}
		for i, o := range l.Ops {
			d.ops[i] = op{seq: o[0], count: o[1], print: o[2]}
		}
		m.devices[l.Device] = d
	case l.Call != "" && l.Op != nil:
		c := call{id: l.Call, at: l.At, op: op{seq: l.Op[0], count: l.Op[1], print: l.Op[2]}}
		m.calls[c.id] = c.op
		m.queue = append(m.queue, c)
	default:
		return fmt.Errorf("neither a device nor a call: %.80q", line)
	}
	return nil
}
