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
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// A centre that was put back from a backup has forgotten what it decided since. From then on it has another life
// line, and every site is in quarantine until it has said hello and all it had told by then is folded here. While
// one is, nothing born before the restore is given to a site, taken from one or permitted, because a site that
// was not heard may have it. New orders flow.

// The keys of what is kept of a restore.
const (
	genKey     = "gen"
	restoreKey = "restore"
)

func quarantineKey(s floor.SiteID) string { return "quarantine/" + string(s) }

// heldKey is what orders look for that wait for the end of a quarantine. No site and no item is called so.
const heldKey floor.SKU = "@@quarantine"

// heldWords is why they wait.
const heldWords = "Waits: the centre was restored, and a site that was not heard since may have it already."

// restore is the row of the last restore.
type restore struct {
	Gen    wire.Generation `json:"gen"`
	At     time.Time       `json:"at"`             // when it was found out
	Born   time.Time       `json:"born"`           // what is older waits
	Since  time.Time       `json:"since,omitzero"` // Born of the first of restores of which none was heard to its end
	Why    string          `json:"why"`
	Total  int             `json:"total"`
	Open   int             `json:"open"` // sites in quarantine
	Lifted []Lifted        `json:"lifted,omitempty"`
	Owed   []owed          `json:"owed,omitempty"` // what waits for the end
	Burn   []floor.SiteID  `json:"burn,omitempty"` // sites of which nobody says what numbers they were leased since the backup
	Done   time.Time       `json:"done,omitzero"`
}

// owed is what a site is to get when the quarantine is over.
type owed struct {
	Site    floor.SiteID `json:"site"`
	Numbers string       `json:"numbers,omitempty"` // a run of this kind
	Feed    bool         `json:"feed,omitempty"`    // the assignments it never answered, which its new feed left out
}

// awaited is what the centre waits for from a site in quarantine.
type awaited struct {
	Heard bool     `json:"heard"`
	Head  wire.Seq `json:"head"`           // it had told so much when it said hello
	Anew  bool     `json:"anew,omitempty"` // its feed is issued anew when it says hello

	Unheard time.Time `json:"unheard,omitzero"` // since when this database has not heard it; zero: it never did
}

// Lifted is a site that somebody took out of quarantine unheard.
type Lifted struct {
	Site   floor.SiteID `json:"site"`
	By     string       `json:"by"`
	Reason string       `json:"reason"`
	At     time.Time    `json:"at"`
}

// Restored begins a new life line. at is when the centre was put back, or the zero time for now; what is older
// waits for all sites.
func (c *Clerk) Restored(ctx context.Context, at time.Time, why string) (gen wire.Generation, err error) {
	if at.After(c.cfg.Now()) {
		return "", order.Problems{{Field: "at", Why: "is in the future", Value: at}}
	}
	return c.restore(ctx, at, at, why)
}

// foundSince is since when channels may have sent orders again where nobody told the centre, and it learns from a site that
// it was put back: not before this process began, and hardly long ago.
func (c *Clerk) foundSince() time.Time {
	since := c.cfg.Now().Add(-foundWithin)
	if c.began.After(since) {
		since = c.began
	}
	return since
}

// foundWithin bounds how long a centre that was put back goes on before a site shows it.
const foundWithin = time.Hour

func (c *Clerk) restore(ctx context.Context, at, since time.Time, why string) (gen wire.Generation, err error) {
	err = c.update(ctx, func(w *work) error {
		gen, err = w.beginLife(at, since, why)
		return err
	})
	return gen, err
}

// beginLife puts every site into quarantine under a new life line.
func (w *work) beginLife(at, since time.Time, why string) (gen wire.Generation, err error) {
	had, err := w.restored()
	if err != nil {
		return "", err
	}
	r := restore{Gen: wire.Generation(w.id()), At: w.now, Born: at.UTC(), Why: why}
	if at.IsZero() {
		r.Born = w.now
	}
	if had.Open > 0 && had.Born.After(r.Born) {
		r.Born = had.Born
	}
	if r.Since = r.Born; !since.IsZero() && since.Before(r.Born) {
		r.Since = since.UTC()
	}
	if first := had.first(); had.Open > 0 && first.Before(r.Since) {
		r.Since = first
	}
	if had.Open > 0 || len(had.Owed) > 0 {
		r.Owed = had.Owed
	}
	r.Burn = had.Burn
	sites, err := w.Sites()
	if err != nil {
		return "", err
	}
	for _, s := range sites {
		if err := w.endLife(s.ID); err != nil {
			return "", err
		}
		anew, err := w.holdBack(s.ID)
		if err != nil {
			return "", err
		}
		unheard, err := w.unheardSince(s.ID)
		if err != nil {
			return "", err
		}
		if err := w.await(s.ID, &awaited{Anew: anew, Unheard: unheard}); err != nil {
			return "", err
		}
		if err := w.noneApart(s.ID); err != nil {
			return "", err
		}
	}
	r.Total, r.Open = len(sites), len(sites)
	if len(sites) == 0 {
		r.Done = w.now
	}
	if err := w.notice(Notice{What: "centre.restored", About: string(r.Gen), Words: "The centre was put back to an earlier state: " + strings.TrimSuffix(why, ".") + ". Orders from before " + r.Born.Format(time.RFC3339) +
		" wait until every site has told what it knows."}, nil); err != nil {
		return "", err
	}
	if err := w.SetMeta(genKey, string(r.Gen)); err != nil {
		return "", err
	}
	return r.Gen, w.keep(&r)
}

// holdBack ends the feed of a site that was given something it has not answered: an assignment or a permit that was
// on its way at the backup may be another site's since. What follows is of the next lineage, which is issued when
// the site says hello, without what has to wait.
func (w *work) holdBack(site floor.SiteID) (anew bool, err error) {
	m, err := w.Mark(site)
	if err != nil || m.Lineage == 0 {
		return false, err
	}
	live, err := w.LiveAt(site)
	if err != nil {
		return false, err
	}
	for i := range live {
		if anew = live[i].Folded == nil; !anew {
			o, err := w.Order(live[i].Order)
			if err != nil {
				return false, err
			}
			k := o.Asked("permit", live[i].ID)
			anew = k != nil && k.State == order.Open
		}
		if anew {
			m.Lineage, m.Acked = m.Lineage+1, 0
			return true, w.PutMark(site, m)
		}
	}
	return false, nil
}

// Forgot says whether a site that says hello knows more of its feed than the centre does, which can only be when
// the centre was put back to an earlier state. A site in quarantine does, and that is known, unless it says that it came there
// in this very life: then the copy is from the middle of the quarantine.
func (c *Clerk) Forgot(ctx context.Context, site floor.SiteID, a reconcile.Adopt) (forgot bool, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		w := &work{c: c, Tx: tx}
		m, err := w.Mark(site)
		if err != nil || m.Lineage == 0 || a.Feed.Lineage < m.Lineage {
			return err
		}
		if in, err := w.awaited(site); err != nil {
			return err
		} else if in != nil {
			gen, err := w.Meta(genKey)
			if err != nil || a.FeedGen == "" || string(a.FeedGen) != gen || !on(RuleFeedGen) {
				return err
			}
		}
		if a.Feed.Lineage > m.Lineage {
			forgot = true
			return nil
		}
		if a.Feed.Seq == 0 {
			return nil
		}
		h, err := w.FeedHash(site, m.Lineage, a.Feed.Seq)
		if errors.Is(err, store.ErrNone) {
			forgot = true
			return nil
		}
		forgot = h != a.Feed.Hash
		return err
	})
	return forgot, err
}

// restored is the last restore; one that never was has no open site.
func (w *work) restored() (*restore, error) {
	if w.rest != nil {
		return w.rest, nil
	}
	text, err := w.Meta(restoreKey)
	if err != nil {
		return nil, err
	}
	r := &restore{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), r); err != nil {
			return nil, err
		}
	}
	w.rest = r
	return r, nil
}

// first is since when orders may have been sent again that sites were given in a life that is forgotten.
func (r *restore) first() time.Time {
	if r.Since.IsZero() {
		return r.Born
	}
	return r.Since
}

func (w *work) keep(r *restore) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	w.rest = r
	return w.SetMeta(restoreKey, string(text))
}

// awaited is nil for a site that is not in quarantine.
func (w *work) awaited(site floor.SiteID) (*awaited, error) {
	text, err := w.Meta(quarantineKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	in := &awaited{}
	return in, json.Unmarshal([]byte(text), in)
}

func (w *work) await(site floor.SiteID, in *awaited) error {
	text := ""
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		text = string(b)
	}
	return w.SetMeta(quarantineKey(site), text)
}

// quarantine says whether any site is in quarantine.
func (w *work) quarantine() (bool, error) {
	r, err := w.restored()
	return err == nil && r.Open > 0, err
}

// held says whether an order waits for the end of a quarantine.
func (w *work) held(o *order.Order) (bool, error) {
	r, err := w.restored()
	return err == nil && r.Open > 0 && o.Born().Before(r.Born) && on(RuleQuarantine), err
}

// heard takes a site out of quarantine once all it announced is here and folded.
func (w *work) heard(site floor.SiteID, m *store.Mark) error {
	if open, err := w.quarantine(); !open {
		return err
	}
	in, err := w.awaited(site)
	if err != nil || in == nil || !in.Heard || m.Applied.Seq < in.Head || m.Folded < m.Pos {
		return err
	}
	return w.out(site)
}

func (w *work) out(site floor.SiteID) error {
	if err := w.await(site, nil); err != nil {
		return err
	}
	if err := w.tellStops(site); err != nil {
		return err
	}
	if err := w.rowsFor(site); err != nil {
		return err
	}
	r, err := w.restored()
	if err != nil {
		return err
	}
	if r.Open--; r.Open == 0 {
		if err := w.burnMargins(r); err != nil {
			return err
		}
		r.Done = w.now
		w.grown = append(w.grown, site) // rings: what waited goes on
	}
	return w.keep(r)
}

// owe notes what a site gets when the quarantine is over.
func (w *work) owe(x owed) error {
	r, err := w.restored()
	if err != nil || slices.Contains(r.Owed, x) {
		return err
	}
	r.Owed = append(r.Owed, x)
	return w.keep(r)
}

// Lift takes a site out of quarantine that will not be heard any more, on somebody's word. What it holds may be
// given to another site from here on. A site that is set apart is let in again by it.
func (c *Clerk) Lift(ctx context.Context, site floor.SiteID, by, reason string) error {
	if p := signedBy(by, reason); len(p) > 0 {
		return p
	}
	return c.update(ctx, func(w *work) error {
		if err := w.knownSite(site); err != nil {
			return err
		}
		in, err := w.awaited(site)
		if err != nil {
			return err
		}
		if in == nil {
			return w.lifted(site, by, reason)
		}
		r, err := w.restored()
		if err != nil {
			return err
		}
		r.Lifted = append(r.Lifted, Lifted{Site: site, By: by, Reason: reason, At: w.now})
		if err := w.keep(r); err != nil {
			return err
		}
		if err := w.unheard(site); err != nil {
			return err
		}
		if err := w.notice(Notice{What: "site.lifted", Site: site, About: by, Words: by + " took " + w.name(site) + " out of quarantine unheard: " + reason}, nil); err != nil {
			return err
		}
		if err := w.keepHanded(site, nil); err != nil { // nobody else will say anything of it
			return err
		}
		if in.Anew { // its feed ended, and it was not heard for the next one: what is open is asked behind the quarantine
			if err := w.owe(owed{Site: site, Feed: true}); err != nil {
				return err
			}
		}
		return w.out(site)
	})
}

// Go on after a quarantine, a piece at a time: numbers and assignments that were owed, then orders that waited.

// Resume does at most most of what waited for the end of a quarantine, and says how much it was.
func (c *Clerk) Resume(ctx context.Context, most int) (n int, err error) {
	some := false
	err = c.st.View(ctx, func(tx store.Tx) error {
		w := &work{c: c, Tx: tx}
		r, err := w.restored()
		if err != nil || r.Open > 0 || r.Gen == "" {
			return err
		}
		ids, err := w.WaitingFor([]floor.SKU{heldKey}, 1)
		some = len(ids) > 0 || len(r.Owed) > 0
		return err
	})
	if err != nil || !some {
		return 0, err
	}
	err = c.update(ctx, func(w *work) error {
		n = 0
		r, err := w.restored()
		if err != nil || r.Open > 0 {
			return err
		}
		if len(r.Owed) > 0 {
			next := r.Owed[0]
			if r.Owed = r.Owed[1:]; len(r.Owed) == 0 {
				r.Owed = nil
			}
			n = most // there may be more
			if err := w.keep(r); err != nil {
				return err
			}
			return w.settleDebt(next)
		}
		ids, err := w.WaitingFor([]floor.SKU{heldKey}, most)
		if err != nil {
			return err
		}
		for _, id := range ids {
			o, err := w.Order(id)
			if err != nil {
				return err
			}
			if err := w.Want(id, nil); err != nil {
				return err
			}
			if err := w.goOn(&o); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// goOn takes up an order again.
func (w *work) goOn(o *order.Order) error {
	as, err := w.Assignments(o.ID)
	if err != nil {
		return err
	}
	back, err := w.oneOnly(o, as)
	if err != nil {
		return err
	}
	given, err := w.permits(o, as)
	if err != nil {
		return err
	}
	if back || given {
		if err := w.PutOrder(*o); err != nil {
			return err
		}
	}
	return w.route(o, true)
}

func (w *work) settleDebt(x owed) error {
	s, err := w.Site(x.Site)
	if err != nil {
		return err
	}
	switch {
	case x.Numbers == floor.NumberSSCC:
		return w.lease(s)
	case x.Numbers != "":
		in, err := settingOf[Lease](w, x.Site, leasedAs+x.Numbers)
		if err != nil || in == nil {
			return err
		}
		_, err = w.run(x.Site, *in)
		return err
	}
	live, err := w.LiveAt(x.Site)
	if err != nil {
		return err
	}
	for i := range live {
		if live[i].Folded == nil {
			err = w.assignAgain(&live[i])
		} else {
			err = w.turnedOut(&live[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// askedMeanwhile is what such a site was asked. What it was asked already it passes.
func (w *work) askedMeanwhile(a *order.Assignment) error {
	o, err := w.Order(a.Order)
	if err != nil || !o.AsksOf(a.ID) {
		return err
	}
	p, err := w.Personal(o.ID)
	if err != nil {
		return err
	}
	return w.askAgain(&o, a, p)
}

// Reconciling is how far a restored centre is with hearing its sites.
type Reconciling struct {
	Gen     string         `json:"gen" doc:"The centre's life line."`
	At      *time.Time     `json:"restored_at,omitempty" doc:"When the restore was found out. Absent: there was none."`
	Born    *time.Time     `json:"born_before,omitempty" doc:"Orders older than this wait while a site is in quarantine."`
	Why     string         `json:"why,omitempty"`
	Total   int            `json:"total" doc:"Sites that were there at the restore."`
	Heard   int            `json:"heard" doc:"Of these, how many have told all they had, or were lifted."`
	Done    *time.Time     `json:"done,omitempty" doc:"When the last one had."`
	Words   string         `json:"words" doc:"Empty when nothing is to be said."`
	Waiting int            `json:"waiting" doc:"Orders that wait for the end of the quarantine, up to 1000."`
	Sites   []InQuarantine `json:"sites" doc:"Sites in quarantine, by id."`
	Lifted  []Lifted       `json:"lifted" doc:"Sites somebody took out of quarantine unheard."`
}

// InQuarantine is a site that has not told all.
type InQuarantine struct {
	Site  floor.SiteID `json:"site"`
	Words string       `json:"words"`
}

// Reconciling says where the centre stands after its last restore.
func (c *Clerk) Reconciling(ctx context.Context) (out Reconciling, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		w := &work{c: c, Tx: tx}
		gen, err := w.Meta(genKey)
		if err != nil {
			return err
		}
		r, err := w.restored()
		if err != nil {
			return err
		}
		out = Reconciling{Gen: gen, Total: r.Total, Heard: r.Total - r.Open, Why: r.Why, Sites: []InQuarantine{}, Lifted: append([]Lifted{}, r.Lifted...)}
		if r.Gen == "" {
			return nil
		}
		out.At, out.Born = &r.At, &r.Born
		if r.Open == 0 {
			out.Done = &r.Done
			return nil
		}
		out.Words = "Reconciling: " + strconv.Itoa(out.Heard) + " of " + order.Plural(out.Total, "site") + ". Orders older than the restore wait for the rest; new ones flow."
		ids, err := w.WaitingFor([]floor.SKU{heldKey}, 1000)
		if err != nil {
			return err
		}
		out.Waiting = len(ids)
		sites, err := w.Sites()
		if err != nil {
			return err
		}
		for _, s := range sites {
			in, err := w.awaited(s.ID)
			if err != nil {
				return err
			}
			if in == nil {
				continue
			}
			m, err := w.Mark(s.ID)
			if err != nil {
				return err
			}
			out.Sites = append(out.Sites, InQuarantine{Site: s.ID, Words: in.words(&m)})
		}
		return nil
	})
	return out, err
}

func (in *awaited) words(m *store.Mark) string {
	switch {
	case !in.Heard:
		return "Not heard since the restore."
	case m.Stuck != nil:
		return "Stopped at its record " + strconv.FormatUint(uint64(m.Stuck.Seq), 10) + ", which this centre cannot read."
	case m.Applied.Seq < in.Head:
		return "Tells what it has: record " + strconv.FormatUint(uint64(m.Applied.Seq), 10) + " of " + strconv.FormatUint(uint64(in.Head), 10) + "."
	}
	return "Has told all; " + strconv.FormatUint(uint64(m.Pos-min(m.Pos, m.Folded)), 10) + " of its records are not interpreted yet."
}
