package node

import (
	"slices"
	"sync"
	"time"

	"picket/edge/floor"
)

// strangers are devices that show a log this box never had, before the centre was heard. Either the device comes from
// elsewhere, or the file is a copy from before this box began its newest log, and nobody told it so. A device's word
// alone must not put the box into a recovery: the centre's decides. Until then nothing new is taken from that device,
// and nobody else waits.
type strangers struct {
	mu    sync.Mutex
	ask   bool // there is a centre, and it was not heard since the start
	head  floor.LogID
	logs  []floor.LogID // that this box had
	shown map[floor.DeviceID]bool
	late  map[floor.DeviceID]uint64 // its newest number when it came from an earlier log
}

// strangersKept bounds the list; a site has fewer devices.
const strangersKept = 10_000

// learn is told which logs the box has had.
func (x *strangers) learn(head floor.LogID, logs []floor.LogID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.head, x.logs = head, logs
}

// strange says whether a device has to wait for the centre, by a log that it shows or has shown.
func (x *strangers) strange(device floor.DeviceID, log floor.LogID) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.ask {
		return false
	}
	if x.shown[device] {
		return true
	}
	if log == "" || log == x.head || slices.Contains(x.logs, log) || len(x.shown) >= strangersKept {
		return false
	}
	if x.shown == nil {
		x.shown = map[floor.DeviceID]bool{}
	}
	x.shown[device] = true
	return true
}

func (x *strangers) heard() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ask, x.shown = false, nil
}

// before says whether a command may have been given before this box began its newest log: its device came from an
// earlier one, and had given the number by then.
func (x *strangers) before(s *Submission) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := s.Meta.Device
	if s.Meta.N == 0 {
		return false
	}
	if s.Under != "" && s.Under != x.head { // its device says so itself
		return true
	}
	if s.Screen != "" && s.Screen != x.head && (x.late[d] != 0 || len(x.late) < strangersKept) {
		if x.late == nil {
			x.late = map[floor.DeviceID]uint64{}
		}
		x.late[d] = max(x.late[d], s.Head, s.Meta.N)
	}
	if s.Meta.N > x.late[d] {
		delete(x.late, d)
		return false
	}
	return true
}

// logs are all this box ever had, as far as it knows.
func (n *Node) logs() []floor.LogID {
	out := slices.Clone(n.marks.logs)
	for _, f := range n.j.Forks() {
		out = append(out, floor.LogID(f.Parent.Log))
	}
	return out
}

// Heard says that the centre was heard: it has told what it knows of this box, and both agree on its log.
func (n *Node) Heard() { n.strangers.heard() }

// Strange says whether a device has to wait until the centre was heard: it shows, or has shown since the start, a log
// this box never had. Any goroutine may ask.
func (n *Node) Strange(d floor.DeviceID, log floor.LogID) bool { return n.strangers.strange(d, log) }

// Heard tells the door what Node.Heard tells a node.
func (d *Door) Heard() { d.node.Heard() }

// Strange asks the door what Node.Strange asks a node.
func (d *Door) Strange(by floor.DeviceID, log floor.LogID) bool { return d.node.Strange(by, log) }

// Skew says by how much this box's clock is ahead of the centre's, as it was heard last. Any goroutine may say it.
func (d *Door) Skew(by time.Duration) { d.node.Skew(by) }

// Skew is what Door.Skew tells a node.
func (n *Node) Skew(by time.Duration) { n.off.Store(by.Abs() > floor.ClockOff) }

// waits says whether a device's new command waits for the centre.
func (n *Node) waits(s *Submission) bool {
	if s.Meta.N == 0 {
		return false
	}
	if t := s.Meta.Told; t != nil && n.strangers.strange(s.Meta.Device, t.Log) {
		return true
	}
	return n.strangers.strange(s.Meta.Device, s.Screen)
}
