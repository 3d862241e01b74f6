package clerk

import (
	"bytes"
	"encoding/json"
	"slices"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// A box that was put back to a copy from inside a declared gap has records in its log that the gap names. What the site
// restated since is what they came to: they are kept, and do not count again.

// covered is which records a restatement holds.
type covered struct {
	Log  floor.LogID               `json:"log"`
	Seq  floor.Seq                 `json:"seq"` // its first record: what stands before it in that log is in it
	From wire.Pos                  `json:"from"`
	Last map[floor.DeviceID]uint64 `json:"last,omitempty"`
	// Left is where that log left those before it: what stands there up to that is in it, too.
	Left []floor.Left `json:"left,omitempty"`
}

// forks is where the log of a site's box left those before it, as its last hello said.
type forks struct {
	Log wire.LogID    `json:"log"`
	At  []wire.ForkAt `json:"at,omitempty"`
}

func forksKey(site floor.SiteID) string { return "forks/" + string(site) }

// keepForks notes them: its restatement may follow.
func (w *work) keepForks(site floor.SiteID, f forks) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	had, err := w.Meta(forksKey(site))
	if err != nil || had == string(text) {
		return err
	}
	return w.SetMeta(forksKey(site), string(text))
}

// leftBefore is where a log, or one of which the box's is a fork, left those before it.
func leftBefore(tx store.Tx, site floor.SiteID, log floor.LogID) (out []floor.Left, err error) {
	text, err := tx.Meta(forksKey(site))
	if err != nil || text == "" {
		return nil, err
	}
	var f forks
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return nil, err
	}
	for _, k := range f.At {
		if k.Log == wire.LogID(log) {
			return out, nil
		}
		out = append(out, floor.Left{Log: floor.LogID(k.Log), Seq: floor.Seq(k.Seq)})
	}
	if f.Log != wire.LogID(log) {
		return nil, nil
	}
	return out, nil
}

// covers notes of which records a restatement tells: its first part begins, and the devices may be in several.
func (f *folding) covers(fact *store.Fact, r *floor.Record, e *floor.Restated) error {
	g, err := gapOf(f, f.site)
	if err != nil {
		return err
	}
	if e.Part == 1 {
		g.Covers = &covered{Log: r.Log, Seq: r.Seq, From: fact.Pos, Last: map[floor.DeviceID]uint64{}}
		if g.Covers.Left, err = leftBefore(f, f.site, r.Log); err != nil {
			return err
		}
	}
	if g.Covers == nil {
		return nil
	}
	for _, d := range e.Devices {
		g.Covers.Last[d.Device] = d.Last
	}
	return f.keepGap(f.site, g)
}

// holds says whether a fact that was told behind a whole restatement is in it all the same. A device's commands are known by their
// numbers, whatever log of the site they stand in; others by their place in the log that restated, or in one that was forked into it.
func (g *Gap) holds(fact *store.Fact, r *floor.Record) bool {
	c := g.Covers
	if !g.mayHold(fact) || floor.IsLocal(r.Type) {
		return false
	}
	if r.Device != "" {
		return r.N <= c.Last[r.Device]
	}
	return r.Log == c.Log && r.Seq < c.Seq ||
		on(RuleForked) && slices.ContainsFunc(c.Left, func(l floor.Left) bool { return r.Log == l.Log && r.Seq <= l.Seq })
}

// mayHold says whether a fact has to be read to know. In the log that restated nothing behind that is in it: a log that was put back
// goes on under another name.
func (g *Gap) mayHold(fact *store.Fact) bool {
	c := g.Covers
	return c != nil && g.Told > c.From && fact.Pos > g.Told && fact.Seq > 0 && len(fact.Raw) > 0 &&
		(fact.Log != wire.LogID(c.Log) || fact.Seq < wire.Seq(c.Seq)) && on(RuleCovered)
}

// uncovered are facts without the bytes of those that a restatement holds.
func uncovered(tx store.Tx, site floor.SiteID, facts []store.Fact) ([]store.Fact, error) {
	g, err := gapOf(tx, site)
	if err != nil || g.Covers == nil && len(g.Over) == 0 {
		return facts, err
	}
	for i := range facts {
		late := len(g.Over) > 0 && facts[i].Seq == 0 && bytes.Contains(facts[i].Raw, restatedType)
		if !late && !g.mayHold(&facts[i]) {
			continue
		}
		if r, err := floor.Decode(facts[i].Raw); err == nil && (g.holds(&facts[i], &r) || g.late(&facts[i], &r)) {
			facts[i].Raw = nil
		}
	}
	return facts, nil
}

// toWhole are facts up to the first that ends a restatement: what counts behind it is known when that one is folded.
func toWhole(facts []store.Fact) []store.Fact {
	for i := range facts {
		if bytes.Contains(facts[i].Raw, wholeSaid) && bytes.Contains(facts[i].Raw, restatedType) {
			return facts[:i+1]
		}
	}
	return facts
}

var (
	restatedType = []byte(`"` + (*floor.Restated)(nil).Type() + `"`)
	wholeSaid    = []byte(`"whole":`)
)
