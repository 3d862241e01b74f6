package clerk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// What happened to the centre itself, or between it and a site, and belongs to no order's time line.

// Notice is one such thing, for people.
type Notice struct {
	No    uint64       `json:"no" doc:"Its number, for ever."`
	At    time.Time    `json:"at" doc:"When it last happened."`
	What  string       `json:"what" doc:"centre.restored, site.apart, site.lifted, salvage.imported, box.named, fact.by_disabled_user, clock.skew, site.gap, atp.oversold, allotment.broken, allotment.wanted, log.forked, order.double_fulfilled, backup.failed"`
	Site  floor.SiteID `json:"site,omitempty"`
	About string       `json:"about,omitempty" doc:"The life line, the box, the person or the item."`
	Count int64        `json:"count,omitempty" doc:"Records, units, or milliseconds the site's clock is ahead."`
	Words string       `json:"words"`
	Done  *Tick        `json:"done,omitempty" doc:"Who ticked it off; absent while it is open. It opens again by itself when more of it happens."`
	Was   []Tick       `json:"was,omitempty" doc:"Ticks that were taken back, or that more of it has outdone; the newest last, ten at most."`
}

// Tick is somebody's word that a notice was seen to.
type Tick struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Note string    `json:"note,omitempty"`
	Open bool      `json:"open,omitempty" doc:"It was opened again by this person."`
}

// ticksKept is how many of a notice's earlier ticks are told.
const ticksKept = 10

const (
	noticesKey  = "notices"
	noticeNo    = "notices/no" // the newest number
	noticesKept = 500
)

// notice keeps one. The newest of the same kind about the same goes on, where more says what to count it up to: it keeps
// its number, and is open again.
func (w *work) notice(n Notice, words func(count int64) string) error {
	all, err := notices(w)
	if err != nil {
		return err
	}
	if words != nil {
		if at := slices.IndexFunc(all, func(x Notice) bool { return x.What == n.What && x.Site == n.Site && x.About == n.About }); at >= 0 {
			was := &all[at]
			n.No, n.Was, n.Count = was.No, was.Was, n.Count+was.Count
			if was.Done != nil {
				n.outdone(*was.Done)
			}
			all = slices.Delete(all, at, at+1)
		}
		n.Words = words(n.Count)
	}
	if n.No == 0 {
		if n.No, err = w.nextNotice(all); err != nil {
			return err
		}
	}
	n.At = w.now
	return w.keepNotices(append(all, n))
}

// nextNotice is the number of a new one. Notices of a centre that did not number them got theirs by their place.
func (w *work) nextNotice(all []Notice) (uint64, error) {
	text, err := w.Meta(noticeNo)
	if err != nil {
		return 0, err
	}
	last, _ := strconv.ParseUint(text, 10, 64) // no text: none
	for i := range all {
		last = max(last, all[i].No)
	}
	return last + 1, w.SetMeta(noticeNo, strconv.FormatUint(last+1, 10))
}

// keepNotices lets go of the oldest beyond what is kept: those that were ticked off before those that are open.
func (w *work) keepNotices(all []Notice) error {
	for _, done := range []bool{true, false} {
		for i := 0; i < len(all) && len(all) > noticesKept; {
			if (all[i].Done != nil) == done {
				all = slices.Delete(all, i, i+1)
			} else {
				i++
			}
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return w.SetMeta(noticesKey, string(text))
}

func (n *Notice) outdone(t Tick) {
	n.Was = append(slices.Clone(n.Was), t)
	n.Was = n.Was[max(0, len(n.Was)-ticksKept):]
}

func notices(tx store.Tx) (all []Notice, err error) {
	text, err := tx.Meta(noticesKey)
	if err != nil || text == "" {
		return nil, err
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, err
	}
	last := uint64(0)
	for i := range all {
		if all[i].No == 0 {
			all[i].No = last + 1
		}
		last = max(last, all[i].No)
	}
	return all, nil
}

// Notices lists them, the oldest first; so many are kept.
func (c *Clerk) Notices(ctx context.Context) (out []Notice, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error { out, err = notices(tx); return err })
	if out == nil {
		out = []Notice{}
	}
	return out, err
}

// TickOff is the word of a person about a notice.
type TickOff struct {
	By   string     `json:"by" maxLength:"200" doc:"Who says so." example:"Olga Meier"`
	Note string     `json:"note,omitempty" maxLength:"200" doc:"What was done about it." example:"Two customers called, one unit found in A-03."`
	Seen *time.Time `json:"seen,omitempty" doc:"The notice's own at, as it was read: when more of it has happened since, nothing is ticked off."`
}

// ErrNoNotice says that there is no such notice.
var ErrNoNotice = errors.New("there is no such notice")

// Tick ticks a notice off, or with again opens it once more. Said again, it changes nothing.
func (c *Clerk) Tick(ctx context.Context, no uint64, in TickOff, again bool) (out Notice, err error) {
	if p := signedBy(in.By, "-"); len(p) > 0 {
		return out, p
	}
	if err := floor.CheckWords("note", in.Note, false); in.Note != "" && err != nil {
		return out, order.Problems{{Field: "note", Why: strings.TrimPrefix(err.Error(), "note: ")}}
	}
	return out, c.update(ctx, func(w *work) error {
		all, err := notices(w)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(x Notice) bool { return x.No == no })
		if at < 0 {
			return ErrNoNotice
		}
		n := &all[at]
		switch t := (Tick{At: w.now, By: strings.TrimSpace(in.By), Note: strings.TrimSpace(in.Note), Open: again}); {
		case in.Seen != nil && !in.Seen.Equal(n.At):
			return &TooLate{"More of it happened since you read it: look again. " + n.Words}
		case again == (n.Done == nil):
			out = *n
			return nil
		case again:
			n.outdone(*n.Done)
			n.Done = nil
			n.outdone(t)
		default:
			n.Done = &t
		}
		out = *n
		return w.keepNotices(all)
	})
}

// SkewAlarm is from when on two clocks differ so far that people are told.
const SkewAlarm = 2 * time.Minute

// Skewed notes that a site's clock is ahead of the centre's, or behind it. No rule reads either clock. What was said of it before
// is told anew by it, not beside it.
func (c *Clerk) Skewed(ctx context.Context, site floor.SiteID, ahead time.Duration) error {
	return c.update(ctx, func(w *work) error {
		n := Notice{What: "clock.skew", Site: site, Count: ahead.Milliseconds(), Words: SkewWords(w.name(site), ahead)}
		all, err := notices(w)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(was Notice) bool {
			if was.What != n.What || was.Site != n.Site {
				return false
			}
			if n.No, n.Was = was.No, was.Was; was.Done != nil {
				n.outdone(*was.Done)
			}
			return true
		})
		if err := w.keepNotices(all); err != nil {
			return err
		}
		return w.notice(n, nil)
	})
}

// SkewWords puts into words how far a site's clock is off.
func SkewWords(site string, ahead time.Duration) string {
	how := "ahead of"
	if ahead < 0 {
		how, ahead = "behind", -ahead
	}
	return "The clock of " + site + " is " + roughly(ahead) + " " + how + " the centre's. Set it right: times on screens and reports are wrong; the order of what happened is not."
}

// roughly is how long a time is, as people say it.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return order.Plural(int(d.Round(time.Second)/time.Second), "second")
	case d < 90*time.Minute:
		return order.Plural(int(d.Round(time.Minute)/time.Minute), "minute")
	case d < 48*time.Hour:
		return order.Plural(int(d.Round(time.Hour)/time.Hour), "hour")
	}
	return order.Plural(int(d.Round(24*time.Hour)/(24*time.Hour)), "day")
}

// disabledKey is since when the people of a site may not sign in any more, by the centre's clock.
func disabledKey(site floor.SiteID) string { return "disabled/" + string(site) }

func (w *work) disabled(site floor.SiteID) (since map[floor.UserID]time.Time, err error) {
	text, err := w.Meta(disabledKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	return since, json.Unmarshal([]byte(text), &since)
}

// disable remembers when a person was disabled, or that the person is not any more.
func (w *work) disable(site floor.SiteID, user floor.UserID, is bool) error {
	since, err := w.disabled(site)
	if err != nil {
		return err
	}
	if _, was := since[user]; was == is {
		return nil
	}
	if since == nil {
		since = map[floor.UserID]time.Time{}
	}
	if delete(since, user); is {
		since[user] = w.now
	}
	text, err := json.Marshal(since)
	if err != nil {
		return err
	}
	return w.SetMeta(disabledKey(site), string(text))
}

// byDisabled looks whether somebody did it who was disabled by then: the site had not heard of it. It stands, and a
// person looks at it.
func (f *folding) byDisabled(r *floor.Record) error {
	if !f.looked {
		since, err := f.disabled(f.site)
		if err != nil {
			return err
		}
		f.gone, f.looked = since, true
	}
	since, ok := f.gone[r.Actor]
	at := r.Happened()
	if !ok || !at.After(since) {
		return nil
	}
	return f.notice(Notice{What: "fact.by_disabled_user", Site: f.site, About: string(r.Actor), Count: 1}, func(n int64) string {
		theirs, look := "are theirs:", "They stand; look at them."
		if n == 1 {
			theirs, look = "is theirs:", "It stands; look at it."
		}
		return string(r.Actor) + " was disabled at " + since.Format(time.RFC3339) + ", and " + order.Plural(int(n), "record") + " of " + f.work.name(f.site) +
			" since " + theirs + " the site had not heard of it. " + look
	})
}
