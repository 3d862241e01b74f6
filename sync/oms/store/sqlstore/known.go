package sqlstore

import (
	"errors"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/store"
	"picket/sync/wire"
)

// Which record ids are known is kept as stretches: a handheld counts its commands, so that what it did one after the
// other is one row, which grows, and not one for each scan. Stretches of a stem never overlap.

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

// stretch is ids of one stem, from lo to hi, in the packs from pos to last: the higher the number, the later it stands.
type stretch struct {
	stem   string
	lo, hi int64
	pos    int64
	last   int64
}

// stretchReach bounds how many facts a stretch lies among: an id is looked for among them.
const stretchReach = 1 << 16

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
			out = append(out, stretch{stem: stem, lo: n, hi: n})
		case n == out[at].hi+1:
			out[at].hi = n
		default:
			return nil, false
		}
	}
	return out, true
}

// apart is a stretch for each fact.
func apart(fs []store.Fact) []stretch {
	all := make([]stretch, len(fs))
	for i := range fs {
		stem, n := numbered(fs[i].Record)
		all[i] = stretch{stem: stem, lo: n, hi: n}
	}
	return all
}

// before is the stretch of a stem that holds a number or is the last before it; ErrNone when there is none.
func (t *tx) before(site floor.SiteID, stem string, n int64) (stretch, error) {
	s := stretch{stem: stem}
	err := t.one(`SELECT lo, hi, pos, last FROM site_known WHERE site = ? AND stem = ? AND lo <= ? ORDER BY lo DESC LIMIT 1`, []any{string(site), stem, n}, &s.lo, &s.hi, &s.pos, &s.last)
	return s, err
}

// place makes stretches ready to be added with the pack at pos, each as the longer one it goes on with, if there is one
// near enough. It says whether an id of them is known; then nothing may be added.
func (t *tx) place(site floor.SiteID, pos wire.Pos, all []stretch) (known bool, err error) {
	for i := range all {
		s := &all[i]
		s.pos, s.last = int64(pos), int64(pos)
		had, err := t.before(site, s.stem, s.hi)
		if errors.Is(err, store.ErrNone) {
			continue
		}
		if err != nil {
			return false, err
		}
		if had.hi >= s.lo {
			return true, nil
		}
		if had.hi+1 == s.lo && s.last-had.pos < stretchReach {
			s.lo, s.pos = had.lo, had.pos
		}
	}
	return false, nil
}

// knownAtOnce are how many stretches one statement adds: what is left over goes in smaller ones.
var knownAtOnce = []int{64, 8, 1}

var addKnownSQL = func() map[int]string {
	m := map[int]string{}
	for _, n := range knownAtOnce {
		m[n] = `INSERT INTO site_known(site, stem, lo, hi, pos, last) VALUES` + strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?),", n), ",") +
			` ON CONFLICT(site, stem, lo) DO UPDATE SET hi = excluded.hi, last = excluded.last`
	}
	return m
}()

// addKnown adds stretches that were placed.
func (t *tx) addKnown(site floor.SiteID, all []stretch) error {
	name := string(site)
	for _, k := range knownAtOnce {
		for len(all) >= k {
			args := make([]any, 0, 6*k)
			for _, s := range all[:k] {
				args = append(args, name, s.stem, s.lo, s.hi, s.pos, s.last)
			}
			if err := t.do(addKnownSQL[k], args...); err != nil {
				return err
			}
			all = all[k:]
		}
	}
	return nil
}
