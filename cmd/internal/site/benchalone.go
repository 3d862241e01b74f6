package site

import (
	"context"
	"sync"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/station"
	"picket/edge/view"
)

// atHand is what is being done at a bench without a screen.
type atHand struct {
	mu     sync.Mutex       // a bench may have two scanners: their scans are taken one after the other
	run    floor.RunID      // the run of singles whose label was scanned
	list   floor.ManifestID // the carrier's list that was scanned
	parcel floor.UnitID     // the parcel that was packed last; its label is scanned next
}

// act does what a scan stands for at a bench without a screen; false, and words beside the scanner, when it may not be.
func (b *benches) act(ctx context.Context, c Scanner, code string) bool {
	b.mu.Lock()
	h := b.hand[c.Station]
	if h == nil {
		h = &atHand{}
		b.hand[c.Station] = h
	}
	b.mu.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	m := station.Read(b.feed, code)
	words := ""
	switch c.Alone {
	case aloneSingles:
		words = b.single(ctx, c, h, m, code)
	case aloneLoad:
		words = b.load(ctx, c, h, m, code)
	}
	b.tell(c, words)
	return words == ""
}

// single packs a unit into a parcel of its own, closes it with what the scale says, and then takes its label.
func (b *benches) single(ctx context.Context, c Scanner, h *atHand, m station.Meaning, code string) string {
	switch {
	case m.Run != "":
		h.run, h.parcel = m.Run, ""
		return ""
	case m.Unit != "" && h.parcel == "":
		return "no parcel waits for its label here"
	case m.Unit != "":
		_, no := b.give(ctx, c, &floor.VerifyLabel{Unit: h.parcel, Code: code})
		if no == "" {
			h.parcel = ""
		}
		return no
	case h.run == "":
		return "scan the label of the run of singles first"
	}
	a, no := b.give(ctx, c, &floor.PackSingle{Run: h.run, Code: code})
	switch {
	case no != "" && a.Unit == "":
		return no
	case a.Unit == "":
		return "that one is left over: put it back"
	}
	h.parcel = a.Unit
	_, no = b.give(ctx, c, &floor.CloseUnit{Unit: a.Unit, WeightG: b.settled(c.Station)})
	return no
}

// load puts parcels onto the carrier's list that was scanned, or onto whatever list is the order's.
func (b *benches) load(ctx context.Context, c Scanner, h *atHand, m station.Meaning, code string) string {
	list := floor.ManifestID("")
	b.feed.Look(func(v *view.Board) { list = v.PaperCalled(code).Manifest })
	switch {
	case list != "":
		h.list = list
		return ""
	case m.Unit == "":
		return "this is no parcel's label"
	}
	_, no := b.give(ctx, c, &floor.HandOver{Unit: m.Unit, Manifest: h.list})
	return no
}

// give is one command of the scanner's, and what was said against it.
func (b *benches) give(ctx context.Context, c Scanner, cmd floor.Command) (floor.Answer, string) {
	station.Complete(b.feed, cmd)
	meta := floor.Meta{ID: floor.CommandID("scanner:" + newID()), Actor: floor.UserID("scanner:" + c.ID), Station: floor.StationID(c.Station)}
	a, err := b.door.Submit(ctx, node.Submission{Meta: meta, Command: cmd})
	switch {
	case err != nil:
		b.log.Error("a scan at a bench without a screen was not taken", "scanner", c.ID, "err", err)
		return a, "the last scan was not taken: scan it again"
	case a.Refusal != nil:
		return a, "the last scan was refused: " + a.Refusal.Words() + " " + a.Refusal.Hint()
	}
	if a.Outcome == floor.OutcomeException {
		return a, "the last scan was recorded, and somebody has to look at it: see the desk"
	}
	if err := b.feed.Reach(ctx, a.Seq); err != nil {
		return a, "the box is closing" // the next scan is read by what this one did
	}
	return a, ""
}

// fresh is how old a weight may be to be the parcel's.
const fresh = 3 * time.Second

// settled is what lies on the bench's scale, if that is known; 0 is not weighed.
func (b *benches) settled(at string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, ok := b.lay[at]; ok && w.Settled && time.Since(w.At) < fresh && w.Grams() > 0 {
		return w.Grams()
	}
	return 0
}
