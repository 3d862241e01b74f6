package node

import "time"

// ages tell how old entries are by the time that was lived through here, from command to command. A clock that jumps by
// years makes nothing old: no pause counts for more than a thirtieth of the retention.
type ages struct {
	step   int64 // ms
	lived  int64 // ms, since the first command
	newest int64 // the newest command's time, ms
	points []age // a step apart, oldest first
}

// age says what had been lived through when an entry was written.
type age struct {
	seq   uint64
	lived int64
}

const ageSteps = 30

func newAges(retain time.Duration) ages { return ages{step: max(1, retain.Milliseconds()/ageSteps)} }

// note tells of a command by its first record.
func (a *ages) note(seq uint64, at time.Time) {
	now := at.UnixMilli()
	if pause := now - a.newest; a.newest != 0 && pause > 0 {
		a.lived += min(pause, a.step)
	}
	a.newest = now
	if n := len(a.points); n > 0 && a.lived-a.points[n-1].lived < a.step {
		return
	}
	p := a.points
	for len(p) > 1 && a.lived-p[1].lived >= ageSteps*a.step { // one that is old enough is enough
		p = p[1:]
	}
	a.points = append(p[:len(p):len(p)], age{seq, a.lived}) // a snapshot may hold the old ones
}

// upTo is the newest entry of which it is sure that it is older than the retention, 0 for none.
func (a *ages) upTo() (seq uint64) {
	for _, p := range a.points {
		if a.lived-p.lived < ageSteps*a.step {
			break
		}
		seq = p.seq
	}
	return seq
}
