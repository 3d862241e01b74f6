package floor

import (
	"slices"
	"strconv"
)

// Limits of the papers of returns: prints of one return, units that get a tag of their own at once, and settled
// returns that are kept for a copy, whether or not their papers came out.
const (
	MaxReturnPrints = 200
	MaxTags         = 20
	KeptReturns     = 20
	MostReturns     = 100
)

// returnDocs are the documents of a return.
var returnDocs = []Document{DocReturnReceipt, DocClaimSlip, DocHangTag}

// PrintReturn asks for a paper of a return: the first print where the policy asked for none, or a copy.
type PrintReturn struct {
	Return ReturnID `json:"return"`
	Doc    Document `json:"doc"`
	No     int      `json:"no,omitempty"` // hang_tag: the line of the return
	Reason string   `json:"reason,omitempty"`
}

// Kind names the command.
func (*PrintReturn) Kind() string { return "return.print" }

// Over says whether nobody waits for the return any more: it stays for its papers alone.
func (r *Return) Over() bool { return !r.Settled.IsZero() }

// asks asks for a document of the return.
func (r *Return) asks(doc Document, job JobID, at StationID, no, tags int, to string) *LabelRequested {
	return &LabelRequested{Return: r.ID, Job: job, Doc: doc, Copy: copyBehind(0, 0, false, r.unheard(doc)), Station: at, No: no, Tags: min(tags, MaxTags), To: to}
}

// unheard is how many prints of a document nobody here knows more of than that they may be out.
func (r *Return) unheard(doc Document) int {
	if doc == DocHangTag {
		return 0
	}
	return r.Unheard
}

func (r *Return) job(id JobID) *Job {
	for i := range r.Jobs {
		if r.Jobs[i].ID == id {
			return &r.Jobs[i]
		}
	}
	return nil
}

// has says why a document cannot be made of the return as it stands.
func (r *Return) has(doc Document, no int) *Refusal {
	ok := r.State == ReturnDone
	switch doc {
	case DocClaimSlip: // once the money is settled it claims nothing
		ok = ok && r.Wants != "none" && !r.Refunded
	case DocHangTag:
		l := r.line(no)
		if l == nil {
			return Refuse(UnknownReturnLine, "return", r.Called(), "no", strconv.Itoa(no))
		}
		ok = l.Disposed > 0 && l.To != "destroy"
	}
	if !ok {
		return Refuse(ReturnHasNone, "return", r.Called(), "doc", plain(string(doc)))
	}
	return nil
}

func (c *PrintReturn) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findReturn(c.Return)
	if no != nil {
		return nil, no
	}
	if !slices.Contains(returnDocs, c.Doc) {
		return nil, badField("doc", "is "+strconv.Quote(clip(string(c.Doc)))+", but must be return_receipt, claim_slip or hang_tag")
	}
	if no := checkText("reason", c.Reason, MaxText); no != nil {
		return nil, no
	}
	if c.Doc != DocHangTag && c.No != 0 {
		return nil, badField("no", "goes with a hang_tag only")
	}
	if no := r.has(c.Doc, c.No); no != nil {
		return nil, no
	}
	e := r.asks(c.Doc, jobID(m.ID, 0), m.Station, c.No, 0, "")
	if l := r.line(c.No); l != nil { // of the tags somebody tore, the last place is what counts
		e.To, e.Tags = l.To, 1
	}
	n, asked := 0, 0
	for i := range r.Jobs {
		switch j := &r.Jobs[i]; {
		case j.Doc != c.Doc || j.No != c.No:
		case j.waiting():
			return nil, Refuse(JobOver, "job", string(j.ID), "state", string(j.State))
		case j.Tries > 0:
			n, asked = max(n, j.Copy), asked+1
		}
	}
	e.Copy = copyBehind(asked, n, false, r.unheard(c.Doc))
	if e.Reason = c.Reason; e.Copy > 1 && c.Reason == "" {
		return nil, Refuse(ReasonMissing)
	}
	if len(r.Jobs) >= MaxReturnPrints {
		return nil, Refuse(TableFull, "most", strconv.Itoa(MaxReturnPrints), "what", "prints of one return")
	}
	return []Event{e}, nil
}

// requestReturn puts a return's print job in the queue. A copy settles an unknown print: whatever came out, the
// copy says it is one.
func (s *State) requestReturn(e *LabelRequested) {
	r := s.Returns.change(s, e.Return)
	if r == nil || r.job(e.Job) != nil {
		return
	}
	for i := range r.Jobs {
		if j := &r.Jobs[i]; j.Doc == e.Doc && j.No == e.No && e.Copy > 1 && j.State == JobUnknown {
			j.State, j.Reasons = JobCanceled, nil
		}
	}
	r.Jobs = append(r.Jobs, Job{ID: e.Job, Doc: e.Doc, Copy: e.Copy, Reason: e.Reason, Station: e.Station, State: JobPending, Asked: s.now(), Return: e.Return, No: e.No, Tags: e.Tags, To: e.To})
}

// forgetReturns drops the settled returns that went first: those whose papers came out beyond KeptReturns, and,
// where nothing prints them, all beyond MostReturns.
func (s *State) forgetReturns() {
	var old []*Return
	for _, r := range s.Returns.All() {
		if r.Over() {
			old = append(old, r)
		}
	}
	if len(old) <= KeptReturns {
		return
	}
	slices.SortStableFunc(old, func(a, b *Return) int { return a.Settled.Compare(b.Settled) })
	printed, all := 0, len(old)
	for _, r := range old {
		if !slices.ContainsFunc(r.Jobs, func(j Job) bool { return j.waiting() }) {
			printed++
		}
	}
	for _, r := range old {
		out := !slices.ContainsFunc(r.Jobs, func(j Job) bool { return j.waiting() })
		if out && printed > KeptReturns || all > MostReturns {
			s.forgetReturn(r)
			all--
			if out {
				printed--
			}
		}
	}
}

// paperJob finds a print job that belongs to no order, but to a manifest or a return; nil when there is none.
func (s *State) paperJob(id JobID) (found *Job) {
	_ = s.Manifests.any(func(m *Manifest) bool { found = m.job(id); return found != nil }) ||
		s.Returns.any(func(r *Return) bool { found = r.job(id); return found != nil })
	return found
}

// PaperJobs lists the print jobs that belong to no order, but to a manifest or a return; to be read only.
func (s *State) PaperJobs() []*Job {
	var out []*Job
	for _, m := range s.Manifests.All() {
		for i := range m.Jobs {
			out = append(out, &m.Jobs[i])
		}
	}
	for _, r := range s.Returns.All() {
		for i := range r.Jobs {
			out = append(out, &r.Jobs[i])
		}
	}
	return out
}

// GiftOf is the order whose gift receipt has the code; nil when none here has.
func (s *State) GiftOf(code string) (found *Order) {
	for _, o := range s.Orders {
		if o.Gift != nil && code != "" && o.Gift.Receipt == code && (found == nil || o.ID < found.ID) {
			found = o
		}
	}
	return found
}
