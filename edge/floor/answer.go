package floor

import "time"

// Outcome is what became of a command.
type Outcome string

// accepted: it had its effect now; duplicate: it had it before, and this is the same answer again; refused:
// it had none, for the reason given; exception: it was recorded, and a person has to look at it.
const (
	OutcomeAccepted  Outcome = "accepted"
	OutcomeDuplicate Outcome = "duplicate"
	OutcomeRefused   Outcome = "refused"
	OutcomeException Outcome = "exception"
)

// Answer is what the caller of a command is told. It is a pure function of the command's records, so that
// asking again gets the same answer.
type Answer struct {
	Outcome Outcome  `json:"outcome"`
	Seq     Seq      `json:"seq"` // of the command's last record
	Refusal *Refusal `json:"refusal,omitempty"`
	Unit    UnitID   `json:"unit,omitempty"` // the parcel the command opened
	Jobs    []JobID  `json:"jobs,omitempty"` // the print jobs it asked for

	Made map[string]string `json:"made,omitempty"` // what else it began, by its kind: run, count, return, manifest …
	Told map[string]string `json:"told,omitempty"` // what the person needs to know next: slot, complete, zero_check, older, clock (what its wrong clock says) …
}

// teller is an event with something the person needs to know next.
type teller interface {
	told() []string // what, value, what, value …; nil: nothing, as most of them
}

// maker is an event that begins something with an id of its own.
type maker interface{ made() (kind, id string) }

// doubtful is an event that may say the rules said no, and it happened.
type doubtful interface{ doubt() bool }

// AnswerOf reads the answer off the records of one command.
func AnswerOf(records []Record) Answer {
	a := Answer{Outcome: OutcomeAccepted}
	for i := range records {
		r := &records[i]
		a.Seq = r.Seq
		if at := r.ClockSays(); i == 0 && !at.IsZero() {
			a.Told = map[string]string{"clock": at.UTC().Format(time.RFC3339)}
		}
		switch e := r.Event.(type) {
		case *CommandRefused:
			a.Outcome, a.Refusal = OutcomeRefused, &Refusal{Code: e.Code, Args: e.Args}
		case *UnitOpened:
			a.Unit = e.Unit
		case *LabelRequested:
			a.Jobs = append(a.Jobs, e.Job)
		}
		if d, ok := r.Event.(doubtful); ok && d.doubt() {
			a.Outcome = OutcomeException
		}
		if t, ok := r.Event.(teller); ok {
			for tell := t.told(); len(tell) > 1; tell = tell[2:] {
				if a.Told == nil {
					a.Told = map[string]string{}
				}
				a.Told[tell[0]] = tell[1]
			}
		}
		if m, ok := r.Event.(maker); ok {
			kind, id := m.made()
			if a.Made == nil {
				a.Made = map[string]string{}
			}
			a.Made[kind] = id
		}
	}
	return a
}
