package floor

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// LapseReturn forgets an announced return nobody brought.
type LapseReturn struct {
	Return ReturnID `json:"return"`
}

// ReturnLapsed: the return is no longer expected here. The centre may announce it again.
type ReturnLapsed struct {
	Return ReturnID  `json:"return"`
	RMA    string    `json:"rma,omitempty"`
	Order  OrderID   `json:"order,omitempty"`
	Since  time.Time `json:"since,omitzero"` // when it was announced
}

// LapsedReturn is what is still known of a return nobody brought: whoever comes with its paper after all is told.
type LapsedReturn struct {
	ID    ReturnID  `json:"id"`
	RMA   string    `json:"rma,omitempty"`
	Order OrderID   `json:"order,omitempty"`
	At    time.Time `json:"at"`
}

func (l LapsedReturn) clone() LapsedReturn { return l }

// KeptLapsed is how many lapsed returns are remembered; the one that lapsed first goes first.
const KeptLapsed = 500

// Kind names the command.
func (*LapseReturn) Kind() string { return "return.lapse" }

// Type and Subject name the event.
func (*ReturnLapsed) Type() string      { return "picket.return.lapsed.v1" }
func (e *ReturnLapsed) Subject() string { return "return/" + string(e.Return) }
func (e *ReturnLapsed) tell(Names) string {
	return "Nobody brought return " + e.RMA + ", and it is no longer expected here."
}

// lapses: it was announced, or could be brought, too long ago.
func (s *State) lapses(r *Return, now time.Time) bool {
	from := r.Since
	if r.Until.After(from) {
		from = r.Until
	}
	days := s.Policy.ReturnWaitDays
	return r.State == ReturnAnnouncedState && days > 0 && !now.Before(from.AddDate(0, 0, days))
}

// Lapsable lists the announced returns nobody brought in time, sorted.
func (s *State) Lapsable(now time.Time) []ReturnID {
	var out []ReturnID
	for id, k := range s.Returns.at {
		if s.lapses(k.v, now) {
			out = append(out, id)
		}
	}
	sortIDs(out)
	return out
}

func (c *LapseReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findReturn(c.Return)
	switch {
	case no != nil:
		return nil, no
	case r.State != ReturnAnnouncedState:
		return nil, Refuse(ReturnKnown, "return", string(r.ID))
	case !s.lapses(r, m.Now):
		return nil, Refuse(StillExpected, "return", r.RMA)
	}
	return []Event{&ReturnLapsed{Return: r.ID, RMA: r.RMA, Order: r.Order, Since: r.Since}}, nil
}

func (e *ReturnLapsed) apply(s *State) {
	s.Returns.drop(e.Return)
	s.Lapsed.put(s, e.Return, LapsedReturn{ID: e.Return, RMA: e.RMA, Order: e.Order, At: s.now()})
	if s.Lapsed.Len() > KeptLapsed {
		all := s.Lapsed.All()
		s.Lapsed.drop(slices.MinFunc(all, func(a, b *LapsedReturn) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) }).ID)
	}
}

// LapsedCalled is the lapsed return that goes by a number, as the centre or its paper has it: the newest of them, nil when
// there is none.
func (s *State) LapsedCalled(number string) (found *LapsedReturn) {
	if number == "" {
		return nil
	}
	for _, l := range s.Lapsed.All() {
		if (strings.EqualFold(l.RMA, number) || string(l.ID) == number) && (found == nil || l.At.After(found.At)) {
			found = l
		}
	}
	return found
}

// HasLapsed says what became of a lapsed return, and what to do with the goods that are brought all the same.
func (s *State) HasLapsed(l *LapsedReturn) *Refusal {
	number := cmp.Or(l.RMA, string(l.ID))
	return Refuse(ReturnHasLapsed, "rma", number, "when", l.At.In(s.Calendar().Zone()).Format(time.DateOnly))
}
