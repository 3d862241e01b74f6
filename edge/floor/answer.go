package floor

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
}

// AnswerOf reads the answer off the records of one command.
func AnswerOf(records []Record) Answer {
	a := Answer{Outcome: OutcomeAccepted}
	for i := range records {
		r := &records[i]
		a.Seq = r.Seq
		switch e := r.Event.(type) {
		case *CommandRefused:
			a.Outcome, a.Refusal = OutcomeRefused, &Refusal{Code: e.Code, Args: e.Args}
		case *UnitOpened:
			a.Unit = e.Unit
		case *LabelRequested:
			a.Jobs = append(a.Jobs, e.Job)
		case *UnitLeft:
			if e.Unproved {
				a.Outcome = OutcomeException
			}
		}
	}
	return a
}
