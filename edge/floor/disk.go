package floor

import (
	"strconv"
	"time"
)

// How full the disk of the box is. What has happened is always taken; new work is not, once it is full.
const (
	DiskFine  = ""
	DiskWarn  = "warn"  // somebody should look
	DiskTight = "tight" // what may go is let go of early
	DiskFull  = "full"  // no new work; facts go on from a reserve
)

// Disk is what the floor knows of the box's disk.
type Disk struct {
	Level   string    `json:"level,omitempty"`
	Percent int       `json:"percent,omitempty"` // in use when it was told
	FreeMB  int64     `json:"free_mb,omitempty"`
	Since   time.Time `json:"since,omitzero"`
}

// SetDiskLevel says how full the disk of the box is.
type SetDiskLevel struct {
	Level   string `json:"level"`
	Percent int    `json:"percent"`
	FreeMB  int64  `json:"free_mb"`
}

// DiskLevelSet: the disk is that full from here on.
type DiskLevelSet struct {
	Level   string `json:"level"`
	Percent int    `json:"percent"`
	FreeMB  int64  `json:"free_mb"`
}

var diskEntries = []Entry{
	{fresh[SetDiskLevel], "Says how full the disk of the box is. Once it is full no new work is begun; what happens is still taken.", TheBox,
		`{"level":"full","percent":96,"free_mb":512}`, []Code{NothingLeft}},
}

var diskEvents = []func() Event{blank[DiskLevelSet]}

// IsDiskFull refuses new work while the disk of the box is full.
const IsDiskFull Code = "disk_full"

var diskWords = map[Code][2]string{
	IsDiskFull: {"The disk of the box is {percent} % full: no new work is begun.", "Finish what is begun; that is still saved. Tell your operator now: the disk needs room."},
}

var diskCases = map[string][2]string{
	"disk_warn":  {"The disk of the box is {percent} % full; {free_mb} MB are left.", "Tell your operator to make room. Nothing stops yet."},
	"disk_tight": {"The disk of the box is {percent} % full; {free_mb} MB are left. Old records the centre has in its backups are let go of early.", "Tell your operator today: at the next mark no new work is begun."},
	"disk_full":  {"The disk of the box is {percent} % full; {free_mb} MB are left. No new orders, runs or counts are begun; what is done is still saved.", "Tell your operator now. Finish what is begun."},
}

// Kind names the command.
func (*SetDiskLevel) Kind() string { return "disk.level" }

// Type and Subject name the event.
func (*DiskLevelSet) Type() string    { return "picket.local.disk.level.v1" }
func (*DiskLevelSet) Subject() string { return "site" }
func (e *DiskLevelSet) tell(Names) string {
	words := "The disk of the box is " + strconv.Itoa(e.Percent) + " % full"
	switch e.Level {
	case DiskFine:
		return words + ": there is room again."
	case DiskFull:
		return words + ": no new work is begun."
	}
	return words + "."
}

func (c *SetDiskLevel) decide(s *State, _ Meta) ([]Event, *Refusal) {
	switch c.Level {
	case DiskFine, DiskWarn, DiskTight, DiskFull:
	default:
		return nil, badField("level", "must be warn, tight, full or empty")
	}
	if r := checkRange("percent", c.Percent, 0, 100); r != nil {
		return nil, r
	}
	if c.FreeMB < 0 {
		return nil, badField("free_mb", "is below zero")
	}
	if c.Level == s.Disk.Level {
		return nil, Refuse(NothingLeft, "what", "the disk")
	}
	return []Event{&DiskLevelSet{Level: c.Level, Percent: c.Percent, FreeMB: c.FreeMB}}, nil
}

func (e *DiskLevelSet) apply(s *State) {
	s.Disk = Disk{Level: e.Level, Percent: e.Percent, FreeMB: e.FreeMB, Since: s.now()}
	for _, level := range []string{DiskWarn, DiskTight, DiskFull} {
		s.settle("disk_"+level, "site")
	}
	if e.Level != DiskFine {
		s.raise("disk_"+e.Level, "site", "percent", strconv.Itoa(e.Percent), "free_mb", strconv.FormatInt(e.FreeMB, 10))
	}
}

// noRoom refuses new work while the disk is full. An order the centre hands over goes to another site. What has
// happened never asks for room, nor does the start of a pick: a handheld out of reach may have done all of it.
func (s *State) noRoom() *Refusal {
	if s.Disk.Level != DiskFull {
		return nil
	}
	return Refuse(IsDiskFull, "percent", strconv.Itoa(s.Disk.Percent))
}
