package site

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// Disk is when the site says that its disk fills up, and what it keeps back for that.
type Disk struct {
	Warn  int `yaml:"warn"`  // per cent in use: somebody should look
	Tight int `yaml:"tight"` // old records that are safe elsewhere go early
	Full  int `yaml:"full"`  // no new work; what happens is still saved, from the reserve
	// Plenty is so much free room, in GB, that no share of the disk matters. 0: the share alone counts.
	Plenty int `yaml:"plenty_gb"`
	// Reserve is what is kept back for a full disk, in MB; it never takes more than a tenth of what is free. 0: nothing.
	Reserve int `yaml:"reserve_mb"`

	Every time.Duration `yaml:"-"` // how often to look; 10 s
}

func (d Disk) check() error {
	for _, x := range []struct {
		name string
		v    int
	}{{"warn", d.Warn}, {"tight", d.Tight}, {"full", d.Full}} {
		if x.v < 1 || x.v > 100 {
			return fmt.Errorf("disk.%s: is %d, but must be 1 to 100 per cent", x.name, x.v)
		}
	}
	switch {
	case d.Warn > d.Tight || d.Tight > d.Full:
		return fmt.Errorf("disk: warn %d, tight %d and full %d must rise", d.Warn, d.Tight, d.Full)
	case d.Plenty < 0:
		return fmt.Errorf("disk.plenty_gb: is %d, but must not be below zero", d.Plenty)
	case d.Reserve < 0 || d.Reserve > 64<<10:
		return fmt.Errorf("disk.reserve_mb: is %d, but must be 0 to 65536", d.Reserve)
	}
	return nil
}

// Room is what a disk has, in bytes: what may still be written, and what is in use.
type Room struct{ Free, Used uint64 }

// diskSlack is how many per cent below a mark the disk must be before the level falls again.
const diskSlack = 2

// disk watches the room the site's file has.
type disk struct {
	cfg   Disk
	dir   string
	gauge func(dir string) (Room, error)
	log   *slog.Logger

	level   string
	reserve uint64 // bytes kept back at the moment
	gave    uint64 // bytes given up, to be taken back
	failed  bool   // the gauge did, and it was said
}

func openDisk(cfg Config, log *slog.Logger) (*disk, error) {
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	d := &disk{cfg: cfg.Disk, dir: cfg.Data, gauge: cfg.Gauge, log: log}
	if d.gauge == nil {
		d.gauge = roomOf
	}
	if d.cfg.Every <= 0 {
		d.cfg.Every = 10 * time.Second
	}
	if st, err := os.Stat(d.file()); err == nil {
		d.reserve = uint64(st.Size())
	}
	return d, nil
}

func (d *disk) file() string { return filepath.Join(d.dir, "reserve") }

// want is the reserve as it is set.
func (d *disk) want() uint64 { return uint64(d.cfg.Reserve) << 20 }

// look measures, gives the reserve up or takes it back, and says how full the disk is. The level is reckoned as if
// the whole reserve were kept back, so that giving it up does not look like room.
func (d *disk) look() (level string, percent int, free uint64, err error) {
	r, err := d.gauge(d.dir)
	if err != nil {
		return d.level, 0, 0, err
	}
	free = r.Free - min(r.Free, d.gave)
	all := max(1, r.Free+r.Used)
	percent = int((all - free) * 100 / all)
	plenty := d.cfg.Plenty > 0 && free >= uint64(d.cfg.Plenty)<<30
	level = floor.DiskFine
	for _, m := range []struct {
		level string
		at    int
	}{{floor.DiskWarn, d.cfg.Warn}, {floor.DiskTight, d.cfg.Tight}, {floor.DiskFull, d.cfg.Full}} {
		at := m.at
		if rank(d.level) >= rank(m.level) {
			at -= diskSlack // it stands: it falls only well below its mark
		}
		if !plenty && percent >= at {
			level = m.level
		}
	}
	d.level = level
	return level, percent, free, d.keep(r.Free)
}

func rank(level string) int {
	switch level {
	case floor.DiskWarn:
		return 1
	case floor.DiskTight:
		return 2
	case floor.DiskFull:
		return 3
	}
	return 0
}

// keep gives the reserve up while the disk is full, and takes it back when there is room.
func (d *disk) keep(free uint64) error {
	switch {
	case d.level == floor.DiskFull && d.reserve > 0:
		if err := os.Remove(d.file()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("the reserve could not be given up: %w", err)
		}
		d.log.Warn("the disk is full: the reserve is given up", "mb", d.reserve>>20)
		d.gave, d.reserve = d.reserve, 0
	case d.level == floor.DiskFine || d.level == floor.DiskWarn:
		size := min(d.want(), (free+d.reserve)/10)
		if d.reserve > 0 || size == 0 {
			return nil
		}
		if err := allocate(d.file(), int64(size)); err != nil {
			_ = os.Remove(d.file()) // half a reserve is none
			d.reserve = 0
			return fmt.Errorf("the reserve could not be kept back: %w", err)
		}
		d.gave, d.reserve = 0, size
	}
	return nil
}

// run tells the floor whenever the level changes, and the door when old records must go early.
func (d *disk) run(ctx context.Context, door *node.Door, told string) error {
	t := time.NewTicker(d.cfg.Every)
	defer t.Stop()
	for {
		level, percent, free, err := d.look()
		switch {
		case err != nil && !d.failed:
			d.log.Error("how full the disk is could not be seen to", "err", err)
		case err == nil && d.failed:
			d.log.Info("the disk can be looked at again")
		}
		d.failed = err != nil
		door.Tight(rank(level) >= rank(floor.DiskTight))
		if level != told {
			c := &floor.SetDiskLevel{Level: level, Percent: min(percent, 100), FreeMB: int64(free >> 20)}
			a, err := door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("disk:" + newID())}, Command: c})
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				d.log.Warn("how full the disk is could not be told; it is told again", "err", err)
			default:
				if a.Refusal == nil {
					d.log.Warn("the disk's level changed", "level", level, "percent", percent, "free_mb", free>>20)
				}
				told = level
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}
