package memstore

import (
	"fmt"
	"maps"
	"slices"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

func (t *tx) FeedHead(site floor.SiteID, l wire.Lineage) (wire.Seq, wire.Hash, error) {
	feed := t.s.feeds[site][l]
	if len(feed) == 0 {
		return 0, wire.Hash{}, nil
	}
	last := feed[len(feed)-1]
	return last.Seq, last.Hash, nil
}

func (t *tx) FeedHash(site floor.SiteID, l wire.Lineage, seq wire.Seq) (wire.Hash, error) {
	feed := t.s.feeds[site][l]
	if seq == 0 || int(seq) > len(feed) {
		return wire.Hash{}, store.ErrNone
	}
	return feed[seq-1].Hash, nil
}

func (t *tx) ReadFeed(site floor.SiteID, l wire.Lineage, from wire.Seq, most, bytes int) ([]store.FeedEntry, error) {
	feed := t.s.feeds[site][l]
	var out []store.FeedEntry
	size := 0
	for i := int(max(from, 1)) - 1; i < len(feed) && len(out) < most; i++ {
		if size += len(feed[i].Raw); len(out) > 0 && size > bytes {
			break
		}
		e := feed[i]
		e.Rows = slices.Clone(e.Rows)
		out = append(out, e)
	}
	return out, nil
}

func (t *tx) FeedRecord(site floor.SiteID, id string) (store.FeedEntry, error) {
	lives := t.s.feeds[site]
	for _, l := range slices.Backward(slices.Sorted(maps.Keys(lives))) {
		for _, e := range lives[l] {
			if e.ID == id {
				return e, nil
			}
		}
	}
	return store.FeedEntry{}, store.ErrNone
}

func (t *tx) AppendFeed(site floor.SiteID, l wire.Lineage, e store.FeedEntry) error {
	lives := under(t.s.feeds, site)
	if int(e.Seq) != len(lives[l])+1 {
		return fmt.Errorf("feed of %s: %w: seq %d", site, store.ErrTaken, e.Seq)
	}
	e.Rows = slices.SortedFunc(slices.Values(e.Rows), func(a, b wire.Sealed) int {
		if a.Ref < b.Ref {
			return -1
		}
		return 1
	})
	return grow(t, lives, l, e)
}

func (t *tx) AddFact(site floor.SiteID, f store.Fact) (bool, error) {
	known := under(t.s.known, site)
	_, had := known[f.Record]
	if !had {
		if want := wire.Pos(len(t.s.facts[site]) + 1); f.Pos != want {
			return false, fmt.Errorf("fact of %s: pos %d comes, but %d is next", site, f.Pos, want)
		}
		if err := put(t, known, f.Record, f.Pos); err != nil {
			return false, err
		}
		if err := grow(t, t.s.facts, site, f); err != nil {
			return false, err
		}
	}
	if f.Seq == 0 {
		return !had, nil
	}
	return !had, put(t, under(t.s.chains, site), f.Seq, f.Hash)
}

func (t *tx) AddFacts(site floor.SiteID, after wire.Pos, fs []store.Fact) (added int, err error) {
	for _, f := range fs {
		f.Pos = after + wire.Pos(added) + 1
		is, err := t.AddFact(site, f)
		if err != nil {
			return 0, err
		}
		if is {
			added++
		}
	}
	return added, nil
}

func (t *tx) FactOf(site floor.SiteID, record string) (store.Fact, error) {
	pos, err := one(t.s.known[site], record)
	if err != nil {
		return store.Fact{}, err
	}
	return t.s.facts[site][pos-1], nil
}

func (t *tx) Facts(site floor.SiteID, after wire.Pos, most int) ([]store.Fact, error) {
	facts := t.s.facts[site]
	from := min(int(after), len(facts))
	return slices.Clone(facts[from:min(len(facts), from+most)]), nil
}

func (t *tx) ChainHash(site floor.SiteID, seq wire.Seq) (wire.Hash, error) {
	return one(t.s.chains[site], seq)
}

func (t *tx) CutChain(site floor.SiteID, seq wire.Seq) error {
	chain := under(t.s.chains, site)
	for _, k := range slices.Sorted(maps.Keys(chain)) {
		if k > seq {
			if err := drop(t, chain, k); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) PutPoint(site floor.SiteID, seq wire.Seq, hash wire.Hash) error {
	return put(t, under(t.s.chains, site), seq, hash)
}

func (t *tx) KeepSecond(site floor.SiteID, record string, raw []byte) error {
	return put(t, under(t.s.seconds, site), record, raw)
}

func (t *tx) Second(site floor.SiteID, record string) ([]byte, error) {
	return one(t.s.seconds[site], record)
}

func (t *tx) Exchange(site floor.SiteID, record string) error {
	had, err := t.FactOf(site, record)
	if err != nil {
		return err
	}
	if had.Seq != 0 {
		return fmt.Errorf("fact %s of %s is on a chain: it cannot be exchanged", record, site)
	}
	now := had
	now.Raw = t.s.seconds[site][record]
	all := slices.Clone(t.s.facts[site])
	all[had.Pos-1] = now
	if err := put(t, t.s.facts, site, all); err != nil {
		return err
	}
	return t.KeepSecond(site, record, had.Raw)
}

func (t *tx) Park(site floor.SiteID, seq wire.Seq, raw []byte) error {
	return put(t, under(t.s.parked, site), seq, raw)
}
