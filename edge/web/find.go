package web

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"picket/edge/floor"
	"picket/edge/station"
	"picket/edge/view"
)

// Names opens what is sealed about a customer. The search asks it, and shows no more than initials.
type Names interface {
	// Person is the name and the phone number behind a reference such as an order's ship_to; both empty when
	// nothing is kept under it (any more).
	Person(ref string) (name, phone string, err error)
}

const (
	findMin  = 3
	findMax  = 80
	findHits = 20
	tailMin  = 4 // digits of a phone number
)

// findReply is where an order is.
type findReply struct {
	Rows []hit `json:"rows"`
	More bool  `json:"more,omitempty"` // there are more: ask more closely
}

// hit is an order that was found, and by what.
type hit struct {
	view.OrderRow
	By    string `json:"by"`              // number, id, parcel, tracking, receipt, code, name, phone
	Named string `json:"named,omitempty"` // whose it is: initials
	Says  string `json:"says"`
}

// find answers "where is my order" from what the box has, so also with the line down.
func (s *Server) find(w http.ResponseWriter, r *http.Request, who *signedIn) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if n := utf8.RuneCountInString(q); n < findMin || len(q) > findMax || !utf8.ValidString(q) {
		bad(http.StatusUnprocessableEntity, "query.q", "must have 3 to 80 characters", nil).write(w)
		return
	}
	// One search opens sealed rows at a time: scans go first.
	select {
	case s.finding <- struct{}{}:
		defer func() { <-s.finding }()
	case <-r.Context().Done():
		return
	}
	var all []view.Findable
	s.feed.look(func(b *view.Board) { all = b.Findable() })
	out := findReply{Rows: []hit{}}
	unit, _ := station.Unit(q)
	codes := s.guesses.may(who, s.clock())
	all, err := s.findClosed(all, q, unit)
	if err != nil {
		s.fault(w, r, "find", err)
		return
	}
	for i := range all {
		if r.Context().Err() != nil {
			return
		}
		f := &all[i]
		by := foundBy(f, q, unit, codes)
		named := ""
		if s.names != nil {
			for _, ref := range f.Refs {
				name, phone, err := s.names.Person(ref)
				if err != nil {
					s.log.Warn("a sealed row cannot be opened", "order", f.Row.ID, "error", err)
					continue
				}
				if by == "" {
					by = foundByPerson(q, name, phone)
				}
				if named == "" {
					named = initials(name)
				}
			}
		}
		if by == "" {
			continue
		}
		if out.More = len(out.Rows) == findHits; out.More {
			break
		}
		out.Rows = append(out.Rows, hit{OrderRow: *f.Row, By: by, Named: named, Says: where(f.Row)})
	}
	if len(out.Rows) == 0 {
		s.guesses.miss(who, s.clock())
	}
	reply(w, out)
}

// guesses counts searches that found nothing, by who asked: a pickup code must not be found by trying. Whoever
// has found nothing too often is not told of codes for a while; the other ways of the search go on.
type guesses struct {
	mu   sync.Mutex
	last map[floor.UserID]guess
}

type guess struct {
	since time.Time
	n     int
}

const (
	guessMost = 20
	guessTime = 10 * time.Minute
	guessWho  = 10_000 // callers remembered
)

// may says whether pickup codes are looked at for this caller: for people who hand over, and not after many misses.
func (g *guesses) may(who *signedIn, now time.Time) bool {
	if who.machine || !slices.ContainsFunc(who.Roles, func(r string) bool { return r == "associate" || r == "lead" || r == "manager" || r == "operator" }) {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.last[who.User]
	return !ok || at.n < guessMost || now.Sub(at.since) > guessTime
}

func (g *guesses) miss(who *signedIn, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.last[who.User]
	if now.Sub(at.since) > guessTime {
		at = guess{since: now}
	}
	at.n++
	if g.last == nil || len(g.last) > guessWho {
		g.last = map[floor.UserID]guess{}
	}
	g.last[who.User] = at
}

func foundBy(f *view.Findable, q string, unit floor.UnitID, codes bool) string {
	switch {
	case strings.EqualFold(f.Row.Number, q):
		return "number"
	case string(f.Row.ID) == q:
		return "id"
	case unit != "" && slices.Contains(f.Units, unit):
		return "parcel"
	case len(q) >= 6 && slices.ContainsFunc(f.Units, func(u floor.UnitID) bool { return strings.HasSuffix(string(u), q) }):
		return "parcel"
	case slices.ContainsFunc(f.Tracking, func(t string) bool { return strings.EqualFold(t, q) }):
		return "tracking"
	case slices.ContainsFunc(f.Receipts, func(t string) bool { return strings.EqualFold(t, q) }):
		return "receipt"
	case codes && f.CodeHash != "" && codeFits(f, q):
		return "code"
	}
	return ""
}

func codeFits(f *view.Findable, code string) bool {
	return subtle.ConstantTimeCompare([]byte(floor.HashCode(f.CodeSalt, code)), []byte(f.CodeHash)) == 1
}

// foundByPerson looks for each word of what was said at the beginning of a word of the name, or for the end
// of the phone number.
func foundByPerson(q, name, phone string) string {
	if tail := digits(q); len(tail) >= tailMin && len(tail) >= len(strings.TrimLeft(q, "+"))-4 && strings.HasSuffix(digits(phone), tail) {
		return "phone"
	}
	words := strings.Fields(strings.ToLower(name))
	for _, w := range strings.Fields(strings.ToLower(q)) {
		if !slices.ContainsFunc(words, func(n string) bool { return strings.HasPrefix(n, w) }) {
			return ""
		}
	}
	return "name"
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// initials are all of a name that a list shows: A… K….
func initials(name string) string {
	var out []string
	for _, w := range strings.Fields(name) {
		r, _ := utf8.DecodeRuneInString(w)
		out = append(out, string(unicode.ToUpper(r))+"…")
	}
	return strings.Join(out[:min(len(out), 3)], " ")
}

// where is an order's state in a sentence.
func where(o *view.OrderRow) string {
	says := "It is " + strings.ReplaceAll(string(o.State), "_", " ")
	if o.Picker != "" && o.Open && !o.Finished {
		says += ", with " + string(o.Picker)
	}
	if o.Open && o.ToPick > 0 {
		says += "; units still to pick: " + itoa(o.ToPick)
	}
	return says + "."
}
