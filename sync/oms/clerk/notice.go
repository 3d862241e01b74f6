package clerk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

// What happened to the centre itself, or between it and a site, and belongs to no order's time line.

// Notice is one such thing, for people.
type Notice struct {
	At    time.Time    `json:"at" doc:"When it last happened."`
	What  string       `json:"what" doc:"centre.restored, site.lifted, salvage.imported, fact.by_disabled_user, clock.skew, site.gap, atp.oversold, log.forked"`
	Site  floor.SiteID `json:"site,omitempty"`
	About string       `json:"about,omitempty" doc:"The life line, the box, the person or the item."`
	Count int64        `json:"count,omitempty" doc:"Records, units, or milliseconds the site's clock is ahead."`
	Words string       `json:"words"`
}

const (
	noticesKey  = "notices"
	noticesKept = 500
)

// notice keeps one. The newest of the same kind about the same goes on, where more says what to count it up to.
func (w *work) notice(n Notice, words func(count int64) string) error {
	all, err := notices(w)
	if err != nil {
		return err
	}
	if words != nil {
		if at := slices.IndexFunc(all, func(x Notice) bool { return x.What == n.What && x.Site == n.Site && x.About == n.About }); at >= 0 {
			n.Count += all[at].Count
			all = slices.Delete(all, at, at+1)
		}
		n.Words = words(n.Count)
	}
	n.At = w.now
	all = append(all, n)
	text, err := json.Marshal(all[max(0, len(all)-noticesKept):])
	if err != nil {
		return err
	}
	return w.SetMeta(noticesKey, string(text))
}

func notices(tx store.Tx) (all []Notice, err error) {
	text, err := tx.Meta(noticesKey)
	if err != nil || text == "" {
		return nil, err
	}
	return all, json.Unmarshal([]byte(text), &all)
}

// Notices lists them, the oldest first; so many are kept.
func (c *Clerk) Notices(ctx context.Context) (out []Notice, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error { out, err = notices(tx); return err })
	if out == nil {
		out = []Notice{}
	}
	return out, err
}

// SkewAlarm is from when on two clocks differ so far that people are told.
const SkewAlarm = 2 * time.Minute

// Skewed notes that a site's clock is ahead of the centre's, or behind it. No rule reads either clock.
func (c *Clerk) Skewed(ctx context.Context, site floor.SiteID, ahead time.Duration) error {
	return c.update(ctx, func(w *work) error {
		return w.notice(Notice{What: "clock.skew", Site: site, Count: ahead.Milliseconds(), Words: SkewWords(w.name(site), ahead)}, nil)
	})
}

// SkewWords puts into words how far a site's clock is off.
func SkewWords(site string, ahead time.Duration) string {
	how := "ahead of"
	if ahead < 0 {
		how, ahead = "behind", -ahead
	}
	return "The clock of " + site + " is " + ahead.Round(time.Second).String() + " " + how + " the centre's. Set it right: times on screens and reports are wrong; the order of what happened is not."
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
		return string(r.Actor) + " was disabled at " + since.Format(time.RFC3339) + ", and " + strconv.FormatInt(n, 10) + " records of " + f.work.name(f.site) +
			" since are theirs: the site had not heard of it. They stand; look at them."
	})
}
