package floor

import "strings"

// Reason says why something did not happen.
type Reason string

// Why a line is short, and what that does to the book (PEERS 4.2):
// not_in_stock moves the bin's book to missing, mismatch moves the quantity to missing, damaged moves it to
// quarantine, no_variance moves nothing.
const (
	NotInStock Reason = "not_in_stock"
	Mismatch   Reason = "mismatch"
	Damaged    Reason = "damaged"
	NoVariance Reason = "no_variance"
)

// Why an order or a line is declined.
const (
	CannotMakeIt  Reason = "cannot_make_it"
	SiteClosed    Reason = "site_closed"
	OnPause       Reason = "paused"
	NoCapacity    Reason = "no_capacity"
	OutOfStock    Reason = "out_of_stock"
	DeclinedOther Reason = "other"
)

// ShortReasons and DeclineReasons list what a person may choose, in the order shown.
var (
	ShortReasons   = []Reason{NotInStock, Damaged, Mismatch, NoVariance}
	DeclineReasons = []Reason{OutOfStock, CannotMakeIt, SiteClosed, OnPause, NoCapacity, DeclinedOther}
)

func oneOf(r Reason, list []Reason, what string) *Refusal {
	names := make([]string, len(list))
	for i, x := range list {
		if x == r {
			return nil
		}
		names[i] = string(x)
	}
	return Refuse(UnknownReason, "reason", string(r), "what", what, "reasons", strings.Join(names, ", "))
}
