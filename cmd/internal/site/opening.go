package site

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/view"
	"picket/edge/web"
)

// opening is what the box has to say before anybody works with it.
type opening struct {
	feed *web.Feed
	door *node.Door
	site floor.SiteID
	sign *signer

	log   floor.LogID
	first bool // log is the first of this file
	old   bool // the file is an older copy, and there is a centre to tell what was lost
}

// run says it, unless it was said at an earlier start.
func (o opening) run(ctx context.Context) error {
	for _, c := range o.due() {
		a, err := o.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("start:" + newID())}, Command: c})
		switch {
		case err != nil:
			return fmt.Errorf("start: %s: %w", c.Kind(), err)
		case a.Refusal != nil:
			return fmt.Errorf("start: %s: %s", c.Kind(), a.Refusal.Words())
		}
		if err := o.feed.Reach(ctx, a.Seq); err != nil {
			return fmt.Errorf("start: %w", err)
		}
	}
	return nil
}

func (o opening) due() (out []floor.Command) {
	o.feed.Look(func(b *view.Board) {
		if b.StaleNumbers(o.log, o.first) {
			out = append(out, &floor.BurnNumbers{Log: o.log})
		}
		// Until the centre and every device have spoken, the box does not know what it did.
		if known, _ := b.Recovery(); o.old {
			out = append(out, &floor.TakeBack{Gen: cmp.Or(known.Gen, "none"), To: known.Pos, Fork: true, More: true})
		}
		if id := floor.KeyID(o.sign.id); !b.HasListKey(id) {
			out = append(out, &floor.MakeListKey{ID: id, Site: o.site, Public: hex.EncodeToString(o.sign.public())})
		}
	})
	return out
}
