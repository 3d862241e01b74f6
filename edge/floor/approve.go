package floor

import (
	"slices"
	"strings"
	"time"
)

// ApprovalID names one approval.
type ApprovalID string

// Approval is somebody's word, given with badge and PIN at another person's screen, that one thing may be
// done although the rules say no. It is good once, and not for long.
type Approval struct {
	ID      ApprovalID `json:"id"`
	By      UserID     `json:"by"`
	Roles   []string   `json:"roles,omitempty"`
	Subject string     `json:"subject"`        // what it is good for, such as order/O-1
	What    string     `json:"what,omitempty"` // the kind of command it was asked for; for people
	Expires time.Time  `json:"expires"`
}

func (a Approval) clone() Approval {
	a.Roles = slices.Clone(a.Roles)
	return a
}

// maxApproval is how long an approval is good.
const maxApproval = 15 * time.Minute

// GiveApproval says that this person's badge and PIN were checked, and that they approve.
type GiveApproval struct {
	ID      ApprovalID `json:"id,omitempty"` // empty: the command's own id
	By      UserID     `json:"by"`
	Roles   []string   `json:"roles,omitempty"`
	Subject string     `json:"subject"`
	What    string     `json:"kind,omitempty"`
	Expires time.Time  `json:"expires"`
}

// ApprovalGiven: one command about the subject may be overridden.
type ApprovalGiven struct {
	ID      ApprovalID `json:"id"`
	By      UserID     `json:"by"`
	Roles   []string   `json:"roles,omitempty"`
	About   string     `json:"about"`
	What    string     `json:"kind,omitempty"`
	Expires time.Time  `json:"expires"`
}

// Overridden is embedded in an event that may only happen because somebody took it upon themselves. What they
// gave for it is used up with the record.
type Overridden struct {
	By []UserID `json:"by,omitempty"` // who said it may be done; empty when no rule was in the way
}

func (o Overridden) overrode() []UserID { return o.By }

// Machine says whether somebody is no person: a program with a token (api:…), or the operator at the box itself
// (box:…). What a person has to take upon themselves, no machine can.
func Machine(u UserID) bool {
	return strings.HasPrefix(string(u), "api:") || strings.HasPrefix(string(u), "box:")
}

// NeedsLead refuses what only a lead, or two others, may let happen.
const NeedsLead Code = "needs_lead"

var approvalWords = map[Code][2]string{
	NeedsLead: {"The rules say no, and nobody who may has approved it for {subject}.", "Ask a lead to approve it with badge and PIN; when none is signed in, two colleagues may."},
}

// Kind names the command.
func (*GiveApproval) Kind() string { return "approval.give" }

// Type and Subject name the event.
func (*ApprovalGiven) Type() string      { return "picket.local.approval.given.v1" }
func (e *ApprovalGiven) Subject() string { return "approval/" + string(e.ID) }
func (e *ApprovalGiven) tell(Names) string {
	words := string(e.By) + " approved an exception for " + saidRef(e.About)
	if e.What != "" {
		words += " (" + e.What + ")"
	}
	return words + "."
}
func (e *ApprovalGiven) made() (kind, id string) { return "approval", string(e.ID) }

func (c *GiveApproval) decide(s *State, m Meta) ([]Event, *Refusal) {
	id := c.ID
	if id == "" {
		id = ApprovalID(m.ID)
	}
	if r := check([2]string{"id", string(id)}, [2]string{"by", string(c.By)}, [2]string{"subject", c.Subject}); r != nil {
		return nil, r
	}
	if c.What != "" {
		if r := check([2]string{"kind", c.What}); r != nil {
			return nil, r
		}
	}
	if r := checkRange("roles", len(c.Roles), 0, 16); r != nil {
		return nil, r
	}
	for _, role := range c.Roles {
		if r := check([2]string{"roles", role}); r != nil {
			return nil, r
		}
	}
	bad := func(field, why string) ([]Event, *Refusal) {
		return nil, badField(field, why)
	}
	switch {
	case !strings.Contains(c.Subject, "/") && c.Subject != "site":
		return bad("subject", "is "+c.Subject+", but must name what it is about, such as order/O-1")
	case !s.isHere(c.Subject):
		return bad("subject", "is "+c.Subject+", and nothing here is called that")
	case !c.Expires.After(m.Now):
		return bad("expires", "is not in the future: "+c.Expires.Format(time.RFC3339))
	case c.Expires.After(m.Now.Add(maxApproval)):
		return bad("expires", "is more than 15 minutes from now: "+c.Expires.Format(time.RFC3339))
	case s.Approvals.Get(id) != nil:
		return bad("id", "is given already")
	}
	return []Event{&ApprovalGiven{ID: id, By: c.By, Roles: c.Roles, About: c.Subject, What: c.What, Expires: c.Expires.UTC()}}, nil
}

// isHere says whether there is what a subject names. Kinds nobody keeps here are left to whoever asks for them.
func (s *State) isHere(subject string) bool {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "order":
		return s.Orders[OrderID(id)] != nil
	case "unit":
		return s.Orders[s.Units[UnitID(id)]] != nil
	case "bin":
		return s.Bins[BinID(id)] != nil
	case "run":
		return s.Runs.Get(RunID(id)) != nil
	case "count":
		return s.Counts.Get(CountID(id)) != nil
	case "manifest":
		return s.Manifests.Get(ManifestID(id)) != nil
	case "inbound":
		return s.Inbounds.Get(InboundID(id)) != nil
	case "return":
		return s.Returns.Get(ReturnID(id)) != nil
	case "task":
		return s.Tasks.Get(TaskID(id)) != nil
	}
	return true
}

// names: an order that is over may be approved something all the same, such as that it is taken back.
func (c *GiveApproval) names(s *State) []string {
	if kind, _, _ := strings.Cut(c.Subject, "/"); (kind == "order" || kind == "unit") && !s.isHere(c.Subject) && len(c.Subject) <= MaxID {
		return []string{c.Subject}
	}
	return nil
}

func (e *ApprovalGiven) apply(s *State) {
	s.forget()
	s.Approvals.put(s, e.ID, Approval{ID: e.ID, By: e.By, Roles: e.Roles, Subject: e.About, What: e.What, Expires: e.Expires})
}

// forget drops the approvals whose time is over.
func (s *State) forget() {
	for _, id := range s.Approvals.IDs() {
		if !s.Approvals.Get(id).Expires.After(s.now()) {
			s.Approvals.drop(id)
		}
	}
}

// spend drops what these people approved about a subject: an approval is good once.
func (s *State) spend(subject string, by []UserID) {
	if len(by) == 0 || s.Approvals.Len() == 0 {
		return
	}
	for _, id := range s.Approvals.IDs() {
		if a := s.Approvals.Get(id); a.Subject == subject && slices.Contains(by, a.By) {
			s.Approvals.drop(id)
		}
	}
}

// leads says whether one of the roles may override a rule.
func leads(roles []string) bool {
	return slices.Contains(roles, "lead") || slices.Contains(roles, "manager") || slices.Contains(roles, "operator")
}

// override says who lets a rule be broken about a subject, which must be the subject of the event that
// follows: the lead who gives the command, or one lead's approval, or, while no lead is signed in, the
// approvals of two other people. Nothing is used up before the event; embed Overridden in it.
func (s *State) override(m Meta, subject string, given []ApprovalID) (by []UserID, no *Refusal) {
	lead, present := false, false
	for _, v := range s.Sessions {
		if v.Expires.After(m.Now) && leads(v.Roles) {
			present = true
			lead = lead || v.User == m.Actor
		}
	}
	if lead && m.Actor != "" {
		return []UserID{m.Actor}, nil
	}
	var others []UserID
	for i, id := range given {
		a := s.Approvals.Get(id)
		if i >= 8 || a == nil || a.Subject != subject || !a.Expires.After(m.Now) {
			continue
		}
		if leads(a.Roles) {
			return []UserID{a.By}, nil
		}
		if a.By != m.Actor && !slices.Contains(others, a.By) {
			others = append(others, a.By)
		}
	}
	if !present && len(others) >= 2 {
		return others[:2], nil
	}
	return nil, Refuse(NeedsLead, "subject", subject)
}
