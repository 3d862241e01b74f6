package clerk

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// A site that shows more of its feed than the centre ever told it says that the centre was put back. That is a lever: who
// has one site's certificate could stop a whole company with it. So the word counts for all where nothing speaks against it,
// and where something does, the site that said it is set apart until a person has looked.
//
// What speaks against it: a witness that is in no copy with the database (Watch), which said at every start since the site
// last showed a mark that the centre knew, that the database is the one in use last. Two sites that say so are believed all
// the same: the witness may have been put back, too.

// The keys of what is kept of it, each for a site.
func apartKey(s floor.SiteID) string    { return "apart/" + string(s) }
func unprovenKey(s floor.SiteID) string { return "unproven/" + string(s) }

// setApart is the row of a site that is set apart, or may come in again whatever it shows.
type setApart struct {
	At  time.Time `json:"at"`
	Let bool      `json:"let,omitempty"` // a person says that it is all right
}

// Watch notes a start. proven says that a witness apart from the database shows that it was not put back before it; any other
// start may be of an older one, and each site's next word about that counts.
func (c *Clerk) Watch(ctx context.Context, proven bool) error {
	if proven {
		return nil
	}
	fresh := false
	look := func(w *work, do func(floor.SiteID) error) error {
		sites, err := w.Sites()
		if err != nil {
			return err
		}
		for _, s := range sites {
			text, err := w.Meta(unprovenKey(s.ID))
			if err == nil && text == "" {
				err = do(s.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	err := c.st.View(ctx, func(tx store.Tx) error {
		return look(&work{c: c, Tx: tx}, func(floor.SiteID) error { fresh = true; return nil })
	})
	if err != nil || !fresh {
		return err
	}
	return c.update(ctx, func(w *work) error {
		return look(w, func(s floor.SiteID) error { return w.SetMeta(unprovenKey(s), w.now.Format(time.RFC3339)) })
	})
}

// Shown is what a hello says about the centre itself.
type Shown struct {
	Gen   wire.Generation // a new life line begins: the centre was put back
	Apart string          // no session is to be had, and why; empty: the site is let in
}

// Shows looks what the mark of a site that says hello means. watched says that Watch is told of every start by a witness
// that is apart from the database.
func (c *Clerk) Shows(ctx context.Context, site floor.SiteID, a reconcile.Adopt, watched bool) (out Shown, err error) {
	forgot, err := c.Forgot(ctx, site, a)
	if err != nil {
		return out, err
	}
	row := &setApart{}
	err = c.st.View(ctx, func(tx store.Tx) error { row, err = apart(tx, site); return err })
	switch {
	case err != nil:
		return out, err
	case row != nil && !row.Let:
		out.Apart = apartWords
		return out, nil
	case row != nil || !forgot:
		return out, nil
	}
	err = c.update(ctx, func(w *work) error {
		out = Shown{}
		believed, why, err := w.believes(site, watched)
		switch {
		case err != nil:
			return err
		case believed:
			out.Gen, err = w.beginLife(time.Time{}, c.foundSince(), why)
			return err
		}
		out.Apart = apartWords
		return w.setApart(site)
	})
	return out, err
}

// apartWords is what the box of such a site is told.
const apartWords = "this site showed more of its feed than the centre ever told it, and is set apart until somebody at the centre has looked"

// ApartWords is what people at the centre read of it.
const ApartWords = "Set apart: it showed more of what it was told than this centre ever told it, and the centre's witness says that the centre was not put back. Its orders wait."

// apart is nil for a site that is not set apart.
func apart(tx store.Tx, site floor.SiteID) (*setApart, error) {
	text, err := tx.Meta(apartKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	row := &setApart{}
	return row, json.Unmarshal([]byte(text), row)
}

// Apart says whether a site is set apart.
func (c *Clerk) Apart(ctx context.Context, site floor.SiteID) (is bool, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error { is, err = isApart(tx, site); return err })
	return is, err
}

func isApart(tx store.Tx, site floor.SiteID) (bool, error) {
	row, err := apart(tx, site)
	return row != nil && !row.Let, err
}

// believes says whether a site's word that the centre was put back counts for all.
func (w *work) believes(site floor.SiteID, watched bool) (bool, string, error) {
	words := "Site " + string(site) + " knows more of what it was told than the centre does: the centre was put back to an earlier state."
	if !watched || !on(RuleApart) {
		return true, words, nil
	}
	if text, err := w.Meta(unprovenKey(site)); err != nil || text != "" {
		return true, words, err
	}
	sites, err := w.Sites()
	if err != nil {
		return false, "", err
	}
	for _, s := range sites {
		is, err := isApart(w, s.ID)
		if err != nil {
			return false, "", err
		}
		if is && s.ID != site {
			return true, "Sites " + string(s.ID) + " and " + string(site) + " know more of what they were told than the centre does: the centre was put back to an earlier state, and its witness with it.", nil
		}
	}
	return false, "", nil
}

func (w *work) setApart(site floor.SiteID) error {
	had, err := apart(w, site)
	if err != nil || had != nil {
		return err
	}
	row, err := json.Marshal(setApart{At: w.now})
	if err != nil {
		return err
	}
	if err := w.SetMeta(apartKey(site), string(row)); err != nil {
		return err
	}
	return w.notice(Notice{What: "site.apart", Site: site, Words: strings.TrimSuffix(w.name(site), ".") + " is set apart: it showed more of what it was told than this centre ever told it, and the centre's witness says that the centre was not put back. " +
		"Either somebody else speaks in its name, or the centre was put back and its witness with it. Its orders wait."}, nil)
}

// cameIn notes that a site was let in: what it shows from here on it learnt from this database.
func (w *work) cameIn(site floor.SiteID) error {
	for _, key := range []string{apartKey(site), unprovenKey(site)} {
		text, err := w.Meta(key)
		if err == nil && text != "" {
			err = w.SetMeta(key, "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// letIn ends that a site is set apart, and says whether it was: what it shows next is taken as it is.
func (w *work) letIn(site floor.SiteID) (bool, error) {
	is, err := isApart(w, site)
	if err != nil || !is {
		return false, err
	}
	row, err := json.Marshal(setApart{At: w.now, Let: true})
	if err != nil {
		return false, err
	}
	if err := w.SetMeta(apartKey(site), string(row)); err != nil {
		return false, err
	}
	return true, w.reroute([]floor.SKU{roomAt(site)})
}

// lifted is a person's word about a site that is set apart.
func (w *work) lifted(site floor.SiteID, by, reason string) error {
	was, err := w.letIn(site)
	switch {
	case err != nil:
		return err
	case !was:
		return &TooLate{"Site " + string(site) + " is not in quarantine, and not set apart."}
	}
	return w.notice(Notice{What: "site.lifted", Site: site, About: by, Words: by + " let " + w.name(site) + " in again, which was set apart: " + reason}, nil)
}

// noneApart ends it for all: the centre was put back, and whoever said so was right.
func (w *work) noneApart(site floor.SiteID) error {
	text, err := w.Meta(apartKey(site))
	if err != nil || text == "" {
		return err
	}
	return w.SetMeta(apartKey(site), "")
}
