package devices

import (
	"slices"
	"time"
)

// State is a printer's state. Idle, Processing and Stopped are IPP's printer-state
// (RFC 8011 §5.4.11). Silent and Offline are ours, because IPP's printer always answers.
type State string

const (
	// Idle: it answers, nothing is waiting, and it would print.
	Idle State = "idle"
	// Processing: it answers and has labels to print.
	Processing State = "processing"
	// Stopped: it answers, and a person must do what the Reasons say.
	Stopped State = "stopped"
	// Silent: it takes the connection and says nothing. Some printers do this when they
	// are out of labels or open; it is never read as "all is well".
	Silent State = "silent"
	// Offline: there is no connection.
	Offline State = "offline"
)

// Reason says why a printer does not print, in IPP's words (printer-state-reasons,
// RFC 8011 §5.4.12), with "offline" and "silent" added for a printer that cannot say.
type Reason string

const (
	MediaEmpty  Reason = "media-empty"
	CoverOpen   Reason = "cover-open"
	RibbonEmpty Reason = "marker-supply-empty"
	Paused      Reason = "paused"
	OutputFull  Reason = "output-area-full"     // a peeled label waits to be taken
	BufferFull  Reason = "spool-area-full"      // it takes no more bytes for now
	Connecting  Reason = "connecting-to-device" // not reached yet since the start
	NoAnswer    Reason = "silent"
	Unreachable Reason = "offline"
	Babble      Reason = "no-label-printer"
	Restarted   Reason = "restarted"    // a job's, never a printer's: this box went down while it was under way
	PutBack     Reason = "box-put-back" // a job's: this box was put back from a backup, which knew nothing of the end
	OtherReason Reason = "other"        // Status.Detail says what
)

// Words is the reason as a person on the floor would say it.
func (r Reason) Words() string {
	switch r {
	case MediaEmpty:
		return "out of labels"
	case CoverOpen:
		return "open"
	case RibbonEmpty:
		return "out of ribbon"
	case Paused:
		return "paused"
	case OutputFull:
		return "waiting for a label to be taken"
	case BufferFull:
		return "full, taking no more for now"
	case Connecting:
		return "being looked for"
	case NoAnswer:
		return "connected, but not answering"
	case Unreachable:
		return "not reachable"
	case Babble:
		return "answering what no label printer says"
	case Restarted:
		return "the box was started anew in the middle"
	case PutBack:
		return "the box was put back to an earlier state"
	case NotPlugged:
		return "not plugged in"
	case InUse:
		return "in use by another program"
	case NoRight:
		return "closed to the box"
	}
	return "in need of attention"
}

// Hint is what to do about the reason.
func (r Reason) Hint() string {
	switch r {
	case MediaEmpty:
		return "Load labels and close the printer."
	case CoverOpen:
		return "Close the print head."
	case RibbonEmpty:
		return "Load ribbon."
	case Paused:
		return "Press pause on the printer to go on."
	case OutputFull:
		return "Take the label off the printer."
	case BufferFull, Connecting:
		return "Wait a moment."
	case NoAnswer:
		return "Look at the printer: labels, head and lights. Then switch it off and on."
	case Unreachable:
		return "Check that the printer is on and its network cable is in."
	case Babble:
		return "Is its address right? If it is, switch the printer off and on."
	case Restarted, PutBack:
		return "Look at the tray whether it came out."
	}
	return "Look at the printer's own display."
}

// Status is what a printer said, and when. Two counters decide whether labels are out;
// see [Judge].
type Status struct {
	State   State
	Reasons []Reason
	// FormatsInBuffer counts formats received and not begun; LabelsLeft counts labels of
	// the format in hand that are not out yet.
	FormatsInBuffer int
	LabelsLeft      int
	// PartialFormat: the printer holds the beginning of a format whose end has not come.
	PartialFormat bool
	// Uncounted: the printer said why it does not print, and not how many labels are left; both counters are then
	// zero without meaning it. Many models answer nothing but complaints while they are out of labels or open.
	Uncounted bool
	// Session numbers the connection the answer came over, from 1; 0 when there is none.
	// A printer that lost power forgets its buffer and then counts nothing left, so an
	// answer over another connection than the job's proves nothing about the job.
	Session uint64
	// Detail is for operators: the error behind Offline, the flag behind OtherReason.
	Detail string
	At     time.Time
}

// Ready says that a job sent now would print.
func (s Status) Ready() bool {
	return (s.State == Idle || s.State == Processing) && !s.PartialFormat && !s.Uncounted
}

// Same says that two statuses tell a person the same; time is not compared.
func (s Status) Same(o Status) bool {
	return s.State == o.State && s.FormatsInBuffer == o.FormatsInBuffer && s.LabelsLeft == o.LabelsLeft &&
		s.PartialFormat == o.PartialFormat && s.Uncounted == o.Uncounted && s.Session == o.Session && s.Detail == o.Detail &&
		slices.Equal(s.Reasons, o.Reasons)
}

// Verdict is what a status says about a job sent earlier.
type Verdict uint8

const (
	// Waiting: not all labels are out; ask again. Reasons may say what it waits for.
	Waiting Verdict = iota
	// Printed: the printer's own counters say that everything it took is out.
	Printed
	// Lost: the connection that carried the job is gone, so its counters can never say.
	Lost
)

// Judge says what status now means for a job that was sent, without error, after status
// before was taken. It is the only reading of the counters that may complete a job:
// the same connection throughout, an answer that counts, no half format, nothing in the buffer
// and no label left.
func Judge(before, now Status) Verdict {
	switch {
	case now.Session != before.Session || now.State == Offline:
		return Lost
	case now.State == Silent || now.Uncounted || now.PartialFormat || now.FormatsInBuffer > 0 || now.LabelsLeft > 0:
		return Waiting
	}
	return Printed
}
