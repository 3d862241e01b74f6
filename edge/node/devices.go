package node

import (
	"slices"

	"picket/edge/floor"
)

// Devices gives every installation by id, with its highest number and the last record of that command; seq
// is 0 when the command is so old that its records are forgotten. Numbers from a past that was taken as one stand where it was
// taken: the centre that told it may have them in no backup yet.
func (m *Marks) Devices(fn func(id floor.DeviceID, n uint64, seq floor.Seq)) {
	ids := make([]floor.DeviceID, 0, len(m.devices))
	for id := range m.devices {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		d := m.devices[id]
		seq := floor.Seq(d.since)
		if n := len(d.ops); n > 0 {
			seq = max(seq, floor.Seq(d.ops[n-1].seq+d.ops[n-1].count-1))
		}
		fn(id, d.last, seq)
	}
}
