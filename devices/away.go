package devices

import (
	"errors"
	"net"
)

// Why a scanner or a scale is away, beside offline and silent. People are told these, in their language.
const (
	NotPlugged Reason = "not-plugged-in"
	InUse      Reason = "in-use"        // another program has it
	NoRight    Reason = "no-permission" // the box's user may not open it
)

// away is an error of a driver with the reason people are told.
type away struct {
	reason Reason
	error
}

func (a *away) Unwrap() error { return a.error }

// Because gives an error of a driver the reason people are told; its words stay.
func Because(r Reason, err error) error { return &away{r, err} }

// NoCall is why a device could not be called, without the address whoever tells it names anyway.
func NoCall(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" && op.Err != nil {
		return op.Err
	}
	return err
}

// AwayFor is why a device is away, as far as its driver's error says; OtherReason where it does not.
func AwayFor(err error) Reason {
	var a *away
	switch {
	case errors.As(err, &a):
		return a.reason
	case errors.Is(err, ErrSilent):
		return NoAnswer
	}
	return OtherReason
}

// AwayHint is what to do about a scanner or a scale that is away.
func AwayHint(r Reason) string {
	switch r {
	case NotPlugged:
		return "Plug it in. It works again by itself."
	case InUse:
		return "End the other program that has it. It works again by itself."
	case NoRight:
		return "Tell your operator: the box may not open it. picket devices says what is missing."
	case Unreachable:
		return "Look whether it is switched on and connected to the network. It works again by itself."
	case NoAnswer:
		return "Look whether it is switched on, and set to the protocol and speed of its address."
	}
	return "Look whether it is switched on and plugged in. It works again by itself."
}

// AwayReasons are all of them.
var AwayReasons = []Reason{NotPlugged, InUse, NoRight, Unreachable, NoAnswer, OtherReason}
