package uplink

import (
	"errors"
	"time"

	"picket/sync/reconcile"
	"picket/sync/wire"
)

// Status is what the app's chip, the desk and the metrics show of the line.
type Status struct {
	Line      bool      // the broker is reached
	Connected bool      // a session with the centre stands
	Since     time.Time // of Connected, true or false
	LineErr   string    // why the broker is not reached, for the operator
	CentreUp  bool      // the centre's own presence; for screens only
	CentreOff time.Time // when it said that it goes off, or its line was given up; zero since it was heard again

	Head    wire.Seq
	Acked   wire.Seq
	Stable  wire.Seq
	Unsent  uint64    // records the centre has not acknowledged
	Feed    wire.Seq  // newest record from the centre that is committed here
	LastAck time.Time // zero before the first of this process

	Blocked *wire.Blocked // the record the centre cannot take
	Stuck   *wire.Blocked // the centre's record this site cannot take
	Mode    wire.Mode
	Handed  uint64        // of a box that was replaced: records the centre took over since
	Skew    time.Duration // own clock minus the centre's

	Trouble reconcile.TroubleCode // "" when all is well
	Reason  string

	Dropped   uint64 // messages not used: lost sessions, duplicates of old ones, full queues
	Malformed uint64 // of them, those that could not be read
	Forged    uint64 // and those in the centre's name that it has not signed

	ForgedAt time.Time // the last of them
}

// Status shows the line as it is.
func (u *Uplink) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

// change edits the status under its lock and tells of it if people can see the difference.
func (u *Uplink) change(edit func(*Status)) {
	u.mu.Lock()
	before := u.status
	edit(&u.status)
	after := u.status
	u.mu.Unlock()
	if u.cfg.OnStatus != nil && visible(before) != visible(after) {
		u.cfg.OnStatus(after)
	}
}

// visible is the part of a status whose change is told.
func visible(s Status) Status {
	s.LastAck, s.Dropped, s.Malformed, s.Skew = time.Time{}, 0, 0, 0
	s.Forged, s.ForgedAt = 0, s.ForgedAt.Truncate(forgedSaid) // who sends many wakes no screen with each
	return s
}

func (u *Uplink) setLine(up bool, err error) {
	u.change(func(s *Status) {
		s.Line, s.LineErr = up, ""
		if !up && err != nil {
			s.LineErr = err.Error()
		}
	})
	if !up {
		u.cfg.Log.Info("the broker is not reached", "err", err)
	}
}

func (u *Uplink) setCentre(up bool, now time.Time) {
	u.change(func(s *Status) {
		if s.CentreUp = up; up {
			s.CentreOff = time.Time{}
		} else if s.CentreOff.IsZero() {
			s.CentreOff = now
		}
	})
}

// observe copies what the engine shows.
func (u *Uplink) observe(now time.Time) {
	v := u.engine.View()
	if v.Stuck != nil && u.Status().Stuck == nil {
		u.cfg.Log.Warn("a record of the centre is of a type this version does not know: nothing behind it is taken before an update", "record", v.Stuck.Seq, "type", v.Stuck.Type)
	}
	u.change(func(s *Status) {
		if v.LastAck.After(s.CentreOff) || v.Open && !s.Connected {
			s.CentreOff = time.Time{} // whatever was said in its name: it is there
		}
		if v.Open != s.Connected || s.Since.IsZero() {
			s.Connected, s.Since = v.Open, now
		}
		s.Head, s.Acked, s.Stable, s.Feed = v.Head, v.Acked, v.Stable, v.Feed
		s.Unsent = uint64(v.Head - min(v.Acked, v.Head))
		s.LastAck, s.Blocked, s.Stuck, s.Mode, s.Skew = v.LastAck, v.Blocked, v.Stuck, v.Mode, v.Skew
	})
}

func (u *Uplink) trouble(t reconcile.Trouble) {
	was := u.Status()
	u.change(func(s *Status) { s.Trouble, s.Reason = t.Code, t.Reason })
	switch {
	case t.Code == was.Trouble && t.Reason == was.Reason: // said before
	case t.Code == "":
		u.cfg.Log.Info("the trouble on the line is over", "code", was.Trouble)
	default:
		u.cfg.Log.Warn("trouble on the line", "code", t.Code, "reason", t.Reason)
	}
}

// forgedSaid is how often it is told, at most, that somebody speaks in the centre's name.
const forgedSaid = time.Minute

func (u *Uplink) drop(ch wire.Channel, why string, err error) {
	var m *wire.Malformed
	bad := errors.As(err, &m)
	var un *wire.Unsigned
	forged := errors.As(err, &un)
	u.change(func(s *Status) {
		s.Dropped++
		if forged {
			s.Forged++
			s.ForgedAt = time.Now()
		}
		if bad {
			s.Malformed++
		}
	})
	if forged {
		if now := time.Now(); now.Sub(u.forged) >= forgedSaid {
			u.cfg.Log.Warn("a message in the centre's name is not signed by it, and was not used", "channel", ch, "err", err, "count", u.Status().Forged)
			u.forged = now
		}
		return
	}
	if bad {
		u.cfg.Log.Warn("a message from the centre could not be read", "channel", ch, "err", err)
		return
	}
	u.cfg.Log.Debug("message dropped", "channel", ch, "why", why, "err", err)
}
