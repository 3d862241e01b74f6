package floor

import "slices"

// DrainDevice says that a device has handed in everything it held, and that its screen is at a record.
type DrainDevice struct {
	Device DeviceID `json:"device"`
	Seq    Seq      `json:"seq"`
}

// DeviceDrained: no fact older than that record will come from the device.
type DeviceDrained struct {
	Device DeviceID `json:"device"`
	Seq    Seq      `json:"seq"`
}

// Kind names the command.
func (*DrainDevice) Kind() string { return "device.drained" }

// Type and Subject name the event.
func (*DeviceDrained) Type() string      { return "picket.local.device.drained.v1" }
func (e *DeviceDrained) Subject() string { return "device/" + string(e.Device) }
func (e *DeviceDrained) tell(Names) string {
	return "Device " + string(e.Device) + " has handed in everything it held."
}

// WaitsFor says whether a count, or a site that lost records, waits for a device to hand in what it holds. Whoever knows the device's queue
// to be empty then says so.
func (s *State) WaitsFor(d DeviceID) bool {
	return s.recoveryWaits(d) && !s.Awaits() || s.BinCounts.any(func(b *BinCount) bool { return slices.Contains(b.Waits, d) })
}

// waiting lists the bins whose count a device has drained past.
func (s *State) waiting(d DeviceID, upTo Seq) []BinID {
	var out []BinID
	for _, b := range s.BinCounts.IDs() {
		row := s.BinCounts.Get(b)
		if t := row.last(); t != nil && t.Seq <= upTo && slices.Contains(row.Waits, d) {
			out = append(out, b)
		}
	}
	return out
}

func (c *DrainDevice) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"device", string(c.Device)}); r != nil {
		return nil, r
	}
	bins := s.waiting(c.Device, c.Seq)
	if len(bins) == 0 && !s.recoveryWaits(c.Device) {
		return nil, Refuse(NothingLeft, "what", "device "+string(c.Device))
	}
	out := []Event{&DeviceDrained{Device: c.Device, Seq: c.Seq}}
	rows := map[CountID][]*BinCount{}
	var counts []CountID
	for _, b := range bins {
		row := s.BinCounts.Get(b).clone()
		row.drained(c.Device)
		if rows[row.Count] == nil {
			counts = append(counts, row.Count)
		}
		rows[row.Count] = append(rows[row.Count], &row)
	}
	t := newTally()
	for _, id := range counts {
		if in := s.Counts.Get(id); in != nil {
			out = append(out, s.settled(in, rows[id], t)...)
		}
	}
	return append(out, s.wholeAgain(c.Device)...), nil
}

func (b *BinCount) drained(d DeviceID) {
	b.Waits = slices.DeleteFunc(b.Waits, func(x DeviceID) bool { return x == d })
}

func (e *DeviceDrained) apply(s *State) {
	s.heardOut(e.Device)
	for _, b := range s.waiting(e.Device, e.Seq) {
		row := s.BinCounts.change(s, b)
		row.drained(e.Device)
		s.asks(row)
	}
}
