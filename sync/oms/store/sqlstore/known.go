package sqlstore

import (
	"errors"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

// Which record ids are known is kept as stretches: a handheld counts its commands, so that what it did in one pack is
// one row, and not one for each scan. Stretches of a stem never overlap.

// numbered takes an id apart into what stays the same from one to the next and the number that rises; the two together
// are that id and no other.
//
//	device:417/0   the device's count: stem "ndevice:/0", 417
//	command/3      the place among a command's records: stem "icommand/", 3
//	anything else  a stem of its own, 0
func numbered(id string) (stem string, n int64) {
	cut := strings.LastIndexByte(id, '/')
	if cut < 0 {
		return "r" + id, 0
	}
	if colon := strings.LastIndexByte(id[:cut], ':'); colon >= 0 {
		if n, ok := number(id[colon+1 : cut]); ok {
			return "n" + id[:colon+1] + id[cut:], n
		}
	}
	if n, ok := number(id[cut+1:]); ok {
		return "i" + id[:cut+1], n
	}
	return "r" + id, 0
}

// number reads digits as a number is written: another spelling would be another id with the same number.
func number(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 18 || s[0] == '0' && len(s) > 1 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// stretch is ids of one stem, from lo to hi, in the pack that begins at pos.
type stretch struct {
	stem   string
	lo, hi int64
}

// stretches are those of facts, in the order in which they come up; false when an id may be there twice.
func stretches(fs []store.Fact) ([]stretch, bool) {
	out := make([]stretch, 0, 16)
	newest := make(map[string]int, 16) // stem to its place in out
	for i := range fs {
		stem, n := numbered(fs[i].Record)
		at, ok := newest[stem]
		switch {
		case !ok || n > out[at].hi+1:
			newest[stem] = len(out)
			out = append(out, stretch{stem, n, n})
		case n == out[at].hi+1:
			out[at].hi = n
		default:
			return nil, false
		}
	}
	return out, true
}

// stretchesOf are those of facts that are there once each, whatever order their ids have.
func stretchesOf(fs []store.Fact) []stretch {
	all, rising := stretches(fs)
	if rising {
		return all
	}
	all = make([]stretch, len(fs))
	for i := range fs {
		stem, n := numbered(fs[i].Record)
		all[i] = stretch{stem, n, n}
	}
	return all
}

// known says in which pack the newest id of a stretch that is known stands; ErrNone when none is known.
func (t *tx) known(site floor.SiteID, s stretch) (pos int64, err error) {
	var hi int64
	err = t.one(`SELECT hi, pos FROM site_known WHERE site = ? AND stem = ? AND lo <= ? ORDER BY lo DESC LIMIT 1`, []any{string(site), s.stem, s.hi}, &hi, &pos)
	if err == nil && hi < s.lo {
		err = store.ErrNone
	}
	return pos, err
}

// anyKnown says whether one of the ids is known.
func (t *tx) anyKnown(site floor.SiteID, all []stretch) (bool, error) {
	for _, s := range all {
		if _, err := t.known(site, s); err == nil {
			return true, nil
		} else if !errors.Is(err, store.ErrNone) {
			return false, err
		}
	}
	return false, nil
}

// knownAtOnce are how many stretches one statement adds: what is left over goes in smaller ones.
var knownAtOnce = []int{64, 8, 1}

var addKnownSQL = func() map[int]string {
	m := map[int]string{}
	for _, n := range knownAtOnce {
		m[n] = `INSERT INTO site_known(site, stem, lo, hi, pos) VALUES` + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?),", n), ",")
	}
	return m
}()

func (t *tx) addKnown(site floor.SiteID, pos int64, all []stretch) error {
	name := string(site)
	for _, k := range knownAtOnce {
		for len(all) >= k {
			args := make([]any, 0, 5*k)
			for _, s := range all[:k] {
				args = append(args, name, s.stem, s.lo, s.hi, pos)
			}
			if err := t.do(addKnownSQL[k], args...); err != nil {
				return err
			}
			all = all[k:]
		}
	}
	return nil
}
