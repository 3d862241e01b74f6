package floor

import (
	"slices"
	"strconv"
	"time"
)

// What time takes away: print jobs nobody waits for any more, and what is personal of orders that are over.
var forgetEntries = []Entry{
	{fresh[LapsePrint], "Gives up a print job of an order that owes nothing else, and tells the desk.", TheBox,
		`{"job":"hh-1:9/1"}`, []Code{UnknownJob, JobOver, StillWanted}},
	{fresh[ErasePersonal], "Says how many rows of personal data are erased, of how many orders that are over.", TheBox,
		`{"orders":12,"rows":13,"days":30}`, nil},
	{fresh[LockPerson], "Locks a person out after too many wrong PINs, until a lead settles the case on the desk.", TheBox,
		`{"user":"anna","tries":20}`, nil},
}

var forgetEvents = []func() Event{blank[PrintLapsed], blank[PersonalErased], blank[PersonLocked]}

// StillWanted refuses to give up a print job.
const StillWanted Code = "still_wanted"

var forgetWords = map[Code][2]string{
	StillWanted: {"That print job may still come out.", "Nothing to do: it is given up by itself when its order has been over for long enough."},
}

var forgetCases = map[string][2]string{
	"print_given_up": {"The {doc} of order {number} never came out, and the order is long over.", "Look whether anybody misses it; it can still be asked for again."},
	lockedCase:       {"{user} is locked out after {tries} wrong PINs.", "Ask {user} whether it was they who tried. Settle this case to let them in again, or give them a new PIN."},
}

// lockedCase stands on the desk as long as a person is locked out: the case is the lock.
const lockedCase = "person_locked"

// maxErased bounds what one command says was erased.
const maxErased = 10_000

// MaxPersonalDays is the longest what is personal may be kept.
const MaxPersonalDays = 3650

// LapsePrint gives up a print job whose order is over.
type LapsePrint struct {
	Job JobID `json:"job"`
}

// PrintLapsed: nobody waits for the job any more.
type PrintLapsed struct {
	Order  OrderID  `json:"order"`
	Number string   `json:"number"` // of the order, as people call it
	Job    JobID    `json:"job"`
	Doc    Document `json:"doc"`
}

// ErasePersonal says what is erased in the transaction of its record: the rows themselves come beside it.
type ErasePersonal struct {
	Orders int `json:"orders"`
	Rows   int `json:"rows"`
	Days   int `json:"days"` // the policy that was in force
}

// PersonalErased: so many rows are gone. Whose they were stands nowhere in it.
type PersonalErased struct{ ErasePersonal }

// LockPerson says that somebody gave a person's PIN wrongly too often.
type LockPerson struct {
	User  UserID `json:"user"`
	Tries int    `json:"tries"`
}

// PersonLocked: the person cannot sign in, nor approve anything, until a lead says so or they have a new PIN.
type PersonLocked struct{ LockPerson }

// Kind names the command.
func (*LapsePrint) Kind() string { return "print.lapse" }

// Kind names the command.
func (*ErasePersonal) Kind() string { return "personal.erase" }

// Kind names the command.
func (*LockPerson) Kind() string { return "person.lock" }

// Type and Subject name the event.
func (*PrintLapsed) Type() string      { return "picket.local.print.lapsed.v1" }
func (e *PrintLapsed) Subject() string { return "order/" + string(e.Order) }
func (e *PrintLapsed) tell(Names) string {
	return "The " + plain(string(e.Doc)) + " of order " + e.Number + " never came out, and is given up."
}

// Type and Subject name the event.
func (*PersonalErased) Type() string    { return "picket.local.personal.erased.v1" }
func (*PersonalErased) Subject() string { return "site" }
func (e *PersonalErased) tell(Names) string {
	if e.Orders == 0 {
		return plural(e.Rows, "driver") + of(e.Rows, " is", " are") + " forgotten, " + strconv.Itoa(e.Days) + " days after they came."
	}
	return "Personal data of " + plural(e.Orders, "order") + " are erased, " + strconv.Itoa(e.Days) + " days after they were over."
}

// Type and Subject name the event.
func (*PersonLocked) Type() string      { return "picket.local.person.locked.v1" }
func (e *PersonLocked) Subject() string { return "user/" + string(e.User) }
func (e *PersonLocked) tell(Names) string {
	return string(e.User) + " is locked out after " + strconv.Itoa(e.Tries) + " wrong PINs."
}

func (c *LapsePrint) decide(s *State, m Meta) ([]Event, *Refusal) {
	order, j, r := s.findJob(c.Job)
	if r != nil {
		return nil, r
	}
	o := s.Orders[order]
	switch {
	case !j.waiting():
		return nil, j.over()
	case o == nil || !s.printLapses(o, m.Now):
		return nil, Refuse(StillWanted, "job", string(j.ID))
	}
	return []Event{&PrintLapsed{Order: o.ID, Number: o.Number, Job: j.ID, Doc: j.Doc}}, nil
}

// printLapses: the order would have left for the archive long ago, but for what is still to be printed.
func (s *State) printLapses(o *Order, now time.Time) bool {
	wait := time.Duration(s.Policy.ArchiveHours)*time.Hour + time.Duration(s.Policy.PrintWaitDays)*24*time.Hour
	return now.Sub(o.Heard) >= wait && slices.ContainsFunc(o.Jobs, func(j Job) bool { return j.waiting() }) && s.endedBut(o, now)
}

// PrintsOver lists the print jobs nobody waits for any more, sorted.
func (s *State) PrintsOver(now time.Time) []JobID {
	var out []JobID
	for _, o := range s.Orders {
		if !s.printLapses(o, now) {
			continue
		}
		for i := range o.Jobs {
			if o.Jobs[i].waiting() {
				out = append(out, o.Jobs[i].ID)
			}
		}
	}
	slices.Sort(out)
	return out
}

// apply puts a case on the desk that names no order: the order leaves all the same.
func (e *PrintLapsed) apply(s *State) {
	s.job(e.Order, "", "", e.Job, func(j *Job) { j.State, j.Reasons = JobCanceled, nil })
	s.raise("print_given_up", "job/"+string(e.Job), "doc", plain(string(e.Doc)), "number", e.Number)
}

func (c *ErasePersonal) decide(*State, Meta) ([]Event, *Refusal) {
	if r := firstNo(checkRange("orders", c.Orders, 0, maxErased), checkRange("rows", c.Rows, 1, maxErased), checkRange("days", c.Days, 1, MaxPersonalDays)); r != nil {
		return nil, r
	}
	return []Event{&PersonalErased{*c}}, nil
}

// apply does nothing: what is personal was never in the fold.
func (*PersonalErased) apply(*State) {}

// PersonalOver says whether what is personal of an order may be erased: the order is over, and so many days nothing was
// heard of it. One that left for the archive is over by that.
func (s *State) PersonalOver(o *Order, now time.Time) bool {
	if now.Sub(o.Heard) < time.Duration(s.Policy.PersonalDays)*24*time.Hour {
		return false
	}
	return s.Orders[o.ID] == nil || s.endedBut(o, now) && !s.owed()[o.ID]
}

func (c *LockPerson) decide(_ *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(check([2]string{"user", string(c.User)}), checkRange("tries", c.Tries, 1, maxErased)); r != nil {
		return nil, r
	}
	return []Event{&PersonLocked{*c}}, nil
}

func (e *PersonLocked) apply(s *State) {
	s.raiseOnce(lockedCase, e.Subject(), "user", string(e.User), "tries", strconv.Itoa(e.Tries))
}

// Locked says whether a person is locked out.
func (s *State) Locked(u UserID) bool {
	return len(s.cased[caseKey{lockedCase, "user/" + string(u)}]) > 0
}
