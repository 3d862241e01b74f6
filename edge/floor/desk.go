package floor

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Case is something no rule could settle: it stands on the desk until a person has looked at it. What raises
// it is an event; its words say what happened and what to do.
type Case struct {
	ID      CaseID            `json:"id"`
	What    string            `json:"what"`    // names its words
	Subject string            `json:"subject"` // what it is about, such as order/O-1
	Args    map[string]string `json:"args,omitempty"`
	Who     UserID            `json:"who,omitempty"` // who gave the command that raised it
	Since   time.Time         `json:"since"`
	Seq     Seq               `json:"seq"`
}

func (c Case) clone() Case {
	c.Args = maps.Clone(c.Args)
	return c
}

// caseWords say what happened, then what to do. {braces} are filled from the arguments.
var caseWords = merge(
	packCases,
	orderCases,
	stockCases, allotCases,
	collectCases,
	countCases,
	recoveryCases, diskCases,
	returnCases,
	receiveCases,
	shipCases,
	pickCases,
	moneyCases,
	missingCases,
	receiptCases,
	codeCases,
	againCases,
	paperCases,
	binCases,
	forgetCases,
	queueCases,
)

// Words says what happened.
func (c *Case) Words() string { return fill(c.texts()[0], c.Args) }

// Hint says what to do.
func (c *Case) Hint() string { return fill(c.texts()[1], c.Args) }

func (c *Case) texts() [2]string {
	if c.What == "recovering" && c.Args["devices"] == "0" {
		return centreTells
	}
	return caseWords[c.What]
}

// Cases lists what may stand on the desk, by name, with its words and its hint.
func Cases() map[string][2]string { return maps.Clone(caseWords) }

// raise puts a case on the desk. Its id is the record's that raised it, with what it is, so that the same
// record never raises it twice. args are key, value pairs.
func (s *State) raise(what, subject string, args ...string) {
	s.raiseAs(CaseID(string(s.rec.ID)+"/"+what), what, subject, args...)
}

// raiseAs is raise for a record that raises several of a kind.
func (s *State) raiseAs(id CaseID, what, subject string, args ...string) {
	c := Case{ID: id, What: what, Subject: subject, Who: s.rec.Actor, Since: s.rec.Time, Seq: s.rec.Seq}
	for i := 0; i+1 < len(args); i += 2 {
		if c.Args == nil {
			c.Args = map[string]string{}
		}
		c.Args[args[i]] = clip(args[i+1])
	}
	s.call(c.Args)
	if sku := c.Args["sku"]; sku != "" {
		c.Args["item"] = clip(s.name(SKU(sku)))
	}
	s.putCase(c)
}

// raiseOnce is raise, unless the same stands on the desk already.
func (s *State) raiseOnce(what, subject string, args ...string) {
	if len(s.cased[caseKey{what, subject}]) == 0 {
		s.raise(what, subject, args...)
	}
}

// settle takes every case of a kind about a subject off the desk: what it waited for has happened.
func (s *State) settle(what, subject string) {
	for _, id := range slices.Clone(s.cased[caseKey{what, subject}]) {
		s.dropCase(id)
	}
}

// amend changes an argument of the cases of a kind about a subject: they stand, and say how it is now.
func (s *State) amend(what, subject, arg, value string) {
	for _, id := range s.cased[caseKey{what, subject}] {
		c := s.Cases.Get(id).clone()
		c.Args[arg] = clip(value)
		s.Cases.put(s, id, c)
	}
}

// settleWith is settle for those of the cases alone that have a value among their arguments.
func (s *State) settleWith(what, subject, arg, value string) {
	for _, id := range slices.Clone(s.cased[caseKey{what, subject}]) {
		if s.Cases.Get(id).Args[arg] == value {
			s.dropCase(id)
		}
	}
}

// caseKey is what a case says of what. State.cased finds cases by it, so that a scan never looks through the desk;
// it is derived, and built again with a snapshot.
type caseKey struct{ what, subject string }

func (s *State) putCase(c Case) {
	k := caseKey{c.What, c.Subject}
	if s.Cases.Get(c.ID) == nil {
		s.cased[k] = append(s.cased[k], c.ID)
	}
	s.Cases.put(s, c.ID, c)
}

func (s *State) dropCase(id CaseID) {
	c := s.Cases.Get(id)
	if c == nil {
		return
	}
	k := caseKey{c.What, c.Subject}
	if s.cased[k] = slices.DeleteFunc(s.cased[k], func(x CaseID) bool { return x == id }); len(s.cased[k]) == 0 {
		delete(s.cased, k)
	}
	s.Cases.drop(id)
}

// SettleCase says that a person has looked at a case and dealt with it.
type SettleCase struct {
	Case CaseID `json:"case"`
	Note string `json:"note"` // what was done
}

// CaseSettled: the case is off the desk.
type CaseSettled struct {
	Case    CaseID `json:"case"`
	What    string `json:"what"`
	About   string `json:"about"`
	Note    string `json:"note"`
	Settler UserID `json:"settler,omitempty"`
}

var deskEntries = []Entry{
	{fresh[SettleCase], "Takes a case off the desk, with what was done about it.", Leads,
		`{"case":"hh-1:9/0/unproved_handover","note":"label found on the parcel"}`, []Code{UnknownCase, GoodsWait}},
}

var deskEvents = []func() Event{blank[CaseSettled]}

// The refusals of the desk.
const (
	UnknownCase Code = "unknown_case"
	GoodsWait   Code = "goods_wait"
)

var deskWords = map[Code][2]string{
	UnknownCase: {"There is no case {case} on the desk.", "Somebody may have settled it already; look at the desk again."},
	GoodsWait:   {"{qty} × {got} of delivery {inbound} still wait for a decision.", "Accept them, send them back or set them apart (receive.decide); the case goes with the last of them."},
}

// Kind names the command.
func (*SettleCase) Kind() string { return "desk.settle" }

// Type and Subject name the event.
func (*CaseSettled) Type() string      { return "picket.case.settled.v1" }
func (e *CaseSettled) Subject() string { return "case/" + string(e.Case) }
func (e *CaseSettled) tell(Names) string {
	return "Settled on the desk: " + plain(e.What) + " (" + saidRef(e.About) + "). " + e.Note
}

func (c *SettleCase) decide(s *State, m Meta) ([]Event, *Refusal) {
	k := s.Cases.Get(c.Case)
	if k == nil {
		return nil, Refuse(UnknownCase, "case", string(c.Case))
	}
	if r := checkNote("note", c.Note); r != nil {
		return nil, r
	}
	if in := InboundID(k.Args["inbound"]); k.What == "goods_on_hold" {
		sku := SKU(k.Args["sku"])
		if n := s.OnHand(InHold(in), sku); n > 0 {
			return nil, Refuse(GoodsWait, "qty", strconv.FormatInt(n, 10), "got", s.name(sku), "inbound", string(in))
		}
	}
	return []Event{&CaseSettled{Case: k.ID, What: k.What, About: k.Subject, Note: c.Note, Settler: m.Actor}}, nil
}

func (e *CaseSettled) apply(s *State) { s.dropCase(e.Case) }
