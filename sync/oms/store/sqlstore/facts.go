package sqlstore

import (
	"errors"
	"fmt"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

func (t *tx) AddFact(site floor.SiteID, f store.Fact) (bool, error) {
	all, _ := stretches([]store.Fact{f})
	had, err := t.place(site, f.Pos, all)
	if err != nil {
		return false, err
	}
	if !had {
		if err := t.addPack(site, f.Pos, []store.Fact{f}, all); err != nil {
			return false, err
		}
	}
	if f.Seq == 0 {
		return !had, nil
	}
	return !had, t.point(site, f.Seq, f.Hash)
}

func (t *tx) AddFacts(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	added := 0
	for len(fs) > 0 {
		k := room(fs)
		n, err := t.addRun(site, after+wire.Pos(added), fs[:k])
		if err != nil {
			return 0, err
		}
		added += n
		fs = fs[k:]
	}
	return added, nil
}

// addRun adds facts that have room in one pack, of which most likely none is known.
func (t *tx) addRun(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	all, once := stretches(fs)
	if once {
		some, err := t.place(site, after+1, all)
		if err != nil {
			return 0, err
		}
		if !some {
			if err := t.addPack(site, after+1, fs, all); err != nil {
				return 0, err
			}
			return len(fs), t.extend(site, fs[0].Seq, len(fs), after+1)
		}
	}
	// Some are known, or stand here twice: what lies between those goes in together, so that no number is left out.
	added, from := 0, 0
	here := map[string]bool{}
	for i := 0; i <= len(fs); i++ {
		had := i == len(fs)
		if !had {
			one, _ := stretches(fs[i : i+1])
			var err error
			if had, err = t.place(site, after+1, one); err != nil {
				return 0, err
			}
			had = had || here[fs[i].Record]
			here[fs[i].Record] = true
		}
		if !had {
			continue
		}
		n, err := t.addNew(site, after+wire.Pos(added), fs[from:i])
		if err != nil {
			return 0, err
		}
		added, from = added+n, i+1
		if i < len(fs) {
			if err := t.point(site, fs[i].Seq, fs[i].Hash); err != nil {
				return 0, err
			}
		}
	}
	return added, nil
}

// addNew adds facts of which none is known, whatever order their ids have.
func (t *tx) addNew(site floor.SiteID, after wire.Pos, fs []store.Fact) (int, error) {
	if len(fs) == 0 {
		return 0, nil
	}
	if err := t.addUnknown(site, after+1, fs); err != nil {
		return 0, err
	}
	return len(fs), t.extend(site, fs[0].Seq, len(fs), after+1)
}

func (t *tx) addUnknown(site floor.SiteID, pos wire.Pos, fs []store.Fact) error {
	all, rising := stretches(fs)
	if !rising {
		all = apart(fs)
	}
	known, err := t.place(site, pos, all)
	if err == nil && known {
		err = fmt.Errorf("facts of %s at %d: %w: an id", site, pos, store.ErrTaken)
	}
	if err != nil {
		return err
	}
	return t.addPack(site, pos, fs, all)
}

// addPack adds a row, and ids that were placed there.
func (t *tx) addPack(site floor.SiteID, pos wire.Pos, fs []store.Fact, ids []stretch) error {
	if err := t.do(`INSERT INTO site_pack(site, pos, n, body) VALUES(?, ?, ?, ?)`, string(site), int64(pos), int64(len(fs)), t.line.packer.pack(fs)); err != nil {
		return err
	}
	return t.addKnown(site, ids)
}

// point is one place of the chain.
func (t *tx) point(site floor.SiteID, seq wire.Seq, hash wire.Hash) error {
	return t.do(`INSERT INTO site_chain(site, seq, hash, pos) VALUES(?, ?, ?, 0) ON CONFLICT(site, seq) DO UPDATE SET hash = excluded.hash`, string(site), int64(seq), hash[:])
}

func (t *tx) PutPoint(site floor.SiteID, seq wire.Seq, hash wire.Hash) error {
	return t.point(site, seq, hash)
}

// extend makes the newest stretch of the chain longer, or begins one.
func (t *tx) extend(site floor.SiteID, seq wire.Seq, n int, pos wire.Pos) error {
	grown, err := t.exec(`UPDATE site_run SET n = n + ? WHERE site = ? AND seq = (SELECT max(seq) FROM site_run WHERE site = ?) AND seq + n = ? AND pos + n = ? AND n < ?`,
		int64(n), string(site), string(site), int64(seq), int64(pos), int64(longestRun))
	if err != nil || grown > 0 {
		return err
	}
	return t.do(`INSERT INTO site_run(site, seq, n, pos) VALUES(?, ?, ?, ?)`, string(site), int64(seq), int64(n), int64(pos))
}

// longestRun bounds how much of the chain one row tells.
const longestRun = 1 << 16

// packAt is the pack that holds a pos.
func (t *tx) packAt(site floor.SiteID, pos wire.Pos) (pack, error) {
	var first int64
	var body []byte
	if err := t.one(`SELECT pos, body FROM site_pack WHERE site = ? AND pos <= ? ORDER BY pos DESC LIMIT 1`, []any{string(site), int64(pos)}, &first, &body); err != nil {
		return pack{}, err
	}
	p, err := readPack(wire.Pos(first), body)
	if err == nil && pos >= p.pos+wire.Pos(p.n) {
		err = store.ErrNone
	}
	return p, err
}

func (t *tx) FactOf(site floor.SiteID, record string) (store.Fact, error) {
	stem, n := numbered(record)
	s, err := t.before(site, stem, n)
	if err == nil && s.hi < n {
		err = store.ErrNone
	}
	if err != nil {
		return store.Fact{}, err
	}
	// It most likely stands as far along in the packs as in the numbers, or near there: from there to both sides, and no
	// further to one of which a pack shows that it cannot be there.
	guess := s.pos + int64(float64(s.last-s.pos)*float64(n-s.lo)/float64(max(1, s.hi-s.lo)))
	left, right := guess, guess+1
	for turn := 0; left >= s.pos || right <= s.last; turn++ {
		goLeft := right > s.last || left >= s.pos && turn%2 == 0
		at := right
		if goLeft {
			at = left
		}
		p, err := t.packAt(site, wire.Pos(at))
		if err != nil {
			return store.Fact{}, err
		}
		all, err := p.facts()
		if err != nil {
			return store.Fact{}, err
		}
		for _, f := range all {
			if f.Record == record {
				return f, nil
			}
			if st, k := numbered(f.Record); st != stem || k < s.lo || k > s.hi {
				continue
			} else if k < n {
				left = 0
			} else {
				right = s.last + 1
			}
		}
		if goLeft || turn == 0 {
			left = min(left, int64(p.pos)-1)
		}
		if !goLeft || turn == 0 {
			right = max(right, int64(p.pos)+int64(p.n))
		}
	}
	return store.Fact{}, fmt.Errorf("%w: no pack of %s holds %s", errPack, site, record)
}

func (t *tx) Facts(site floor.SiteID, after wire.Pos, most int) ([]store.Fact, error) {
	var out []store.Fact
	enough := errors.New("enough")
	err := t.each(`SELECT pos, body FROM site_pack WHERE site = ? AND pos >= COALESCE((SELECT max(pos) FROM site_pack WHERE site = ? AND pos <= ?), 0) ORDER BY pos LIMIT ?`,
		[]any{string(site), string(site), int64(after) + 1, int64(most) + 1}, func(scan func(...any) error) error {
			if len(out) >= most {
				return enough
			}
			var pos int64
			var body []byte
			if err := scan(&pos, &body); err != nil {
				return err
			}
			p, err := readPack(wire.Pos(pos), body)
			if err != nil {
				return err
			}
			all, err := p.facts()
			if err != nil {
				return err
			}
			skip := min(max(int(after)+1-int(p.pos), 0), len(all))
			out = append(out, all[skip:]...)
			return nil
		})
	if err != nil && !errors.Is(err, enough) {
		return nil, err
	}
	return out[:min(len(out), most)], nil
}

func (t *tx) ChainHash(site floor.SiteID, seq wire.Seq) (wire.Hash, error) {
	var hash []byte
	err := t.one(`SELECT hash FROM site_chain WHERE site = ? AND seq = ?`, []any{string(site), int64(seq)}, &hash)
	if !errors.Is(err, store.ErrNone) {
		return toHash(hash), err
	}
	var first, n, pos int64
	if err := t.one(`SELECT seq, n, pos FROM site_run WHERE site = ? AND seq <= ? ORDER BY seq DESC LIMIT 1`, []any{string(site), int64(seq)}, &first, &n, &pos); err != nil {
		return wire.Hash{}, err
	}
	if int64(seq) >= first+n {
		return wire.Hash{}, store.ErrNone
	}
	at := wire.Pos(pos + int64(seq) - first)
	p, err := t.packAt(site, at)
	if err != nil {
		return wire.Hash{}, err
	}
	return p.hash(int(at - p.pos)), nil
}

func (t *tx) CutChain(site floor.SiteID, seq wire.Seq) error {
	if err := t.do(`DELETE FROM site_chain WHERE site = ? AND seq > ?`, string(site), int64(seq)); err != nil {
		return err
	}
	if err := t.do(`DELETE FROM site_run WHERE site = ? AND seq > ?`, string(site), int64(seq)); err != nil {
		return err
	}
	return t.do(`UPDATE site_run SET n = ? - seq + 1 WHERE site = ? AND seq + n - 1 > ?`, int64(seq), string(site), int64(seq))
}

func (t *tx) Park(site floor.SiteID, seq wire.Seq, raw []byte) error {
	return t.do(`INSERT INTO site_parked(site, seq, raw) VALUES(?, ?, ?) ON CONFLICT(site, seq) DO UPDATE SET raw = excluded.raw`, string(site), int64(seq), raw)
}
