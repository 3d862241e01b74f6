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
	// Person is who stands behind a reference such as an order's ship_to; nobody when nothing is kept under it
	// (any more).
	Person(ref string) (Customer, error)
}

// Customer is who gets the goods or collects them, and who ordered them where that is somebody else.
type Customer struct{ Name, Phone, OrderedBy string }

// Forgetful is Names that know whose data are erased.
type Forgetful interface {
	Erased(id floor.OrderID) (bool, error)
}

const (
	findHits = 20
	tailMin  = 4 // digits of a phone number, or characters of a number's end
)

// findReply is where an order is.
type findReply struct {
	Rows    []hit              `json:"rows"`
	Returns []view.FoundReturn `json:"returns,omitempty"` // what customers bring back, by its number
	More    bool               `json:"more,omitempty"`    // there are more: ask more closely
	BackTo  time.Time          `json:"back_to,omitzero"`  // of the orders that left the floor, those due before were not looked through
}

// hit is an order that was found, and by what.
type hit struct {
	view.OrderRow
	By    string `json:"by"`                        // number, id, parcel, tracking, receipt, return, code, name, phone, customer (who ordered it)
	Named string `json:"named,omitempty"`           // whose it is: initials
	Gone  bool   `json:"personal_erased,omitempty"` // what was personal of it is erased
	Says  string `json:"says"`
}

// find answers "where is my order" from what the box has, so also with the line down.
func (s *Server) find(w http.ResponseWriter, r *http.Request, who *signedIn) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	ok, whole := view.Asks(q)
	if !ok {
		bad(http.StatusUnprocessableEntity, "query.q", "must have 3 to 80 characters, or be a whole name of two letters", nil).write(w)
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
	out := findReply{Rows: []hit{}}
	s.feed.look(func(b *view.Board) { all, out.Returns = b.Findable(), b.ReturnsCalled(q) })
	unit, _ := station.Unit(q)
	codes := s.guesses.may(who, s.clock()) && !whole // nobody has a code so short
	here := make(map[floor.OrderID]bool, len(all))   // looked at, or among those to be
	for i := range all {
		here[all[i].Row.ID] = true
	}
	all, err := s.findClosed(all, here, q, unit, out.Returns)
	if err != nil {
		s.fault(w, r, "find", err)
		return
	}
	look := func(f *view.Findable) (more bool) {
		by := foundBy(f, q, unit, codes)
		if slices.ContainsFunc(out.Returns, func(x view.FoundReturn) bool { return x.Order == f.Row.ID }) && by == "" {
			by = "return"
		}
		named := ""
		if s.names != nil {
			for _, ref := range f.Refs {
				p, err := s.names.Person(ref)
				if err != nil {
					s.log.Warn("a sealed row cannot be opened", "order", f.Row.ID, "error", err)
					continue
				}
				if by == "" {
					by = foundByPerson(q, p, whole)
				}
				if named == "" {
					named = initials(p.Name)
				}
			}
		}
		if by == "" {
			return true
		}
		if out.More = len(out.Rows) == findHits; !out.More {
			h := hit{OrderRow: *f.Row, By: by, Named: named, Says: where(f.Row)}
			if h.Gone = named == "" && s.erased(f.Row.ID); h.Gone {
				h.Says += " Its personal data are erased."
			}
			out.Rows = append(out.Rows, h)
		}
		return !out.More
	}
	for i := range all {
		if r.Context().Err() != nil {
			return
		}
		if !look(&all[i]) {
			break
		}
	}
	if !out.More {
		if out.BackTo, err = s.lookBack(r.Context(), here, look); err != nil {
			s.fault(w, r, "find", err)
			return
		}
	}
	if len(out.Rows)+len(out.Returns) == 0 {
		s.guesses.miss(who, s.clock())
	}
	reply(w, out)
}

// erased says whether what was personal of an order is erased.
func (s *Server) erased(id floor.OrderID) bool {
	names, ok := s.names.(Forgetful)
	if !ok {
		return false
	}
	gone, err := names.Erased(id)
	if err != nil {
		s.log.Warn("what is erased cannot be read", "order", id, "error", err)
	}
	return gone
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
	case strings.EqualFold(f.Row.Number, q), len(q) >= tailMin && len(f.Row.Number) > len(q) && strings.EqualFold(f.Row.Number[len(f.Row.Number)-len(q):], q):
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

// foundByPerson looks for each word of what was said at the beginning of a word of a name, or for the end
// of the phone number; of what is short, for whole words of a name alone.
func foundByPerson(q string, p Customer, whole bool) string {
	fits := strings.HasPrefix
	if whole {
		fits = func(n, w string) bool { return n == w }
	}
	switch tail := digits(q); {
	case len(tail) >= tailMin && len(tail) >= len(strings.TrimLeft(q, "+"))-4 && strings.HasSuffix(digits(p.Phone), tail):
		return "phone"
	case goesBy(p.Name, q, fits):
		return "name"
	case goesBy(p.OrderedBy, q, fits):
		return "customer"
	}
	return ""
}

// goesBy says whether each word that was said fits a word of a name.
func goesBy(name, q string, fits func(n, w string) bool) bool {
	words := strings.Fields(strings.ToLower(name))
	for _, w := range strings.Fields(strings.ToLower(q)) {
		if !slices.ContainsFunc(words, func(n string) bool { return fits(n, w) }) {
			return false
		}
	}
	return true
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
	if o.State == floor.OrderCameBack {
		says = "It came back"
	}
	if o.Picker != "" && o.Open && !o.Finished {
		says += ", with " + string(o.Picker)
	}
	if o.Open && o.ToPick > 0 {
		says += "; units still to pick: " + itoa(o.ToPick)
	}
	return says + "."
}
