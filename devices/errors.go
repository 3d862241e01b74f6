package devices

import (
	"errors"
	"fmt"
)

// Sent says what may have become of a job's bytes.
type Sent uint8

const (
	// NotSent: not one byte left this box. The job can be held and tried again.
	NotSent Sent = iota
	// MaybeSent: some bytes left. Nobody but a person at the printer can say what came
	// of them; sending again may print a second label.
	MaybeSent
)

func (s Sent) String() string {
	if s == NotSent {
		return "not sent"
	}
	return "maybe sent"
}

// PrintError is every error of Print. Nothing else may be returned by it.
type PrintError struct {
	Sent   Sent
	Reason Reason
	Err    error
}

func (e *PrintError) Error() string {
	return fmt.Sprintf("print job %s: %s: %v", e.Sent, e.Reason, e.Err)
}

func (e *PrintError) Unwrap() error { return e.Err }

// SentOf reads what an error of Print says about the job's bytes. An error it does not
// know counts as MaybeSent, because that is the careful reading.
func SentOf(err error) Sent {
	var pe *PrintError
	if errors.As(err, &pe) {
		return pe.Sent
	}
	return MaybeSent
}

var (
	errEmptyJob    = errors.New("the job has no bytes")
	errDriverEnded = errors.New("the driver ended without saying why")
)
