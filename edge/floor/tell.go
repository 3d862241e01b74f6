package floor

import (
	"fmt"
	"strings"
)

// Names is what people call an item.
type Names func(SKU) string

// Tell puts an event into a sentence for people: the time line of an order, the audit trail, a dispute.
func Tell(e Event, names Names) string { return TellCalled(e, names, nil) }

// TellCalled is Tell for somebody who knows what people call what an event names besides items; nil: its id.
func TellCalled(e Event, names Names, called Called) string {
	if names == nil {
		names = func(s SKU) string { return string(s) }
	}
	return refs(e.tell(names), called)
}

func (*OrderTaken) tell(Names) string { return "The site has the order." }

func (e *OrderAccepted) tell(Names) string { return "Accepted " + plural(len(e.Lines), "line") + "." }

func (e *OrderDeclined) tell(Names) string {
	n := 0
	for _, l := range e.Lines {
		n += l.Qty
	}
	return fmt.Sprintf("Declined %s: %s.", plural(n, "unit"), plain(string(e.Reason)))
}

func (*PickStarted) tell(Names) string { return "Picking started." }

func (e *PickConfirmed) tell(n Names) string {
	return fmt.Sprintf("Picked %d × %s from %s.", e.Qty, n(e.SKU), binWords(e.Bin))
}

func (e *PickUndone) tell(n Names) string {
	return fmt.Sprintf("Put %d × %s back to %s.", e.Qty, n(e.SKU), e.Bin)
}

func (e *PickShort) tell(n Names) string {
	return fmt.Sprintf("Short %d × %s at %s: %s.", e.Qty, n(e.SKU), e.Bin, plain(string(e.Reason)))
}

func (*PickFinished) tell(Names) string { return "Picking finished." }

func (e *UnitOpened) tell(Names) string {
	what := "Parcel"
	if e.As != "" {
		what = capital(string(e.As))
	}
	if e.Was != "" {
		return what + " " + string(e.Unit) + " opened; at a box that was lost it was " + string(e.Was) + "."
	}
	if e.Wrap {
		return what + " " + string(e.Unit) + " opened; what goes in is wrapped as a gift."
	}
	return what + " " + string(e.Unit) + " opened."
}

func (e *UnitFilled) tell(n Names) string {
	words := fmt.Sprintf("Packed %d × %s into parcel %s", e.Qty, n(e.SKU), tail(e.Unit))
	if e.Against != "" {
		words += ", though it may not go with " + n(e.Against)
	}
	return words + "."
}

func (e *UnitTaken) tell(n Names) string {
	return fmt.Sprintf("Took %d × %s out of parcel %s.", e.Qty, n(e.SKU), tail(e.Unit))
}

func (e *UnitSealed) tell(Names) string {
	words := "Parcel " + tail(e.Unit) + " closed"
	if e.WeightG > 0 {
		words += fmt.Sprintf(", %d g", e.WeightG)
	}
	if e.Off != "" {
		words += ", though the rules said no (" + plain(string(e.Off)) + ")"
		if len(e.By) > 0 {
			words += ", on the word of " + people(e.By)
		}
		if e.Reason != "" {
			words += ": " + e.Reason
		}
	}
	return words + "."
}

func (e *UnitVoided) tell(Names) string {
	return "Parcel " + string(e.Unit) + " undone; its number is burnt."
}

func (e *LabelRequested) tell(Names) string {
	words := document(e.Doc, e.Unit) + " asked for" + copyOf(e.Copy)
	if e.Number != "" && e.From != "house" {
		words += ", number " + e.Number
	}
	return words + "."
}

// document names a document, and the parcel it belongs to when it belongs to one.
func document(d Document, u UnitID) string {
	if u == "" {
		return capital(documentWords(d))
	}
	return capital(documentWords(d)) + " of parcel " + tail(u)
}

// documentWords is what people call a document.
func documentWords(d Document) string {
	if d == DocCODSlip {
		return "COD slip"
	}
	return plain(string(d))
}

// binWords is a bin in a sentence, also where the book has none for the goods.
func binWords(b BinID) string {
	if b == NoBin {
		return "no bin of the book"
	}
	return string(b)
}

func (e *LabelVoided) tell(Names) string { return "Label of parcel " + tail(e.Unit) + " void." }

func (e *PrintStarted) tell(Names) string {
	words := "Print job " + string(e.Job) + " goes to printer " + string(e.Printer)
	if len(e.Left) > 0 {
		words += ", without the printer settings in its carrier's label: " + strings.Join(e.Left, " ")
	}
	return words + "."
}

func (e *LabelPrinted) tell(Names) string {
	return document(e.Doc, e.Unit) + " printed" + copyOf(e.Copy) + "."
}

func (e *LabelFailed) tell(Names) string {
	return fmt.Sprintf("%s not printed: %s.", document(e.Doc, e.Unit), strings.Join(e.Reasons, ", "))
}

func (e *UnitLeft) tell(Names) string {
	words := "Parcel " + string(e.Unit) + " left"
	if e.Pallet != "" {
		words += " on pallet " + tail(e.Pallet)
	}
	if e.Carrier != "" {
		words += " with " + e.Carrier
	}
	if e.Delivery != "" {
		words += ", delivery " + e.Delivery
	}
	if e.Unproved {
		words += ", though the rules said no"
	}
	return words + "."
}

func (e *ItemSet) tell(Names) string { return "Item " + string(e.SKU) + " is " + e.Name + "." }
func (e *BinSet) tell(Names) string  { return "Bin " + string(e.ID) + " is known." }
func (e *DocSet) tell(Names) string {
	return fmt.Sprintf("%s %s, version %d.", capital(plain(e.Kind)), e.Key, e.Version)
}

func (e *NumbersLeased) tell(Names) string {
	return fmt.Sprintf("Numbers %d to %d for %s.", e.From, e.To, numberWords(e.Number))
}

func (e *StockAdjusted) tell(n Names) string {
	words := fmt.Sprintf("Book of %s in %s changed by %+d: %s.", n(e.SKU), e.Bin, e.Delta, plain(e.Reason))
	if e.Below > 0 {
		words += " It is " + itoa(e.Below) + " below zero now."
	}
	return words
}

func (e *SessionOpened) tell(Names) string { return e.Name + " signed in." }
func (*SessionClosed) tell(Names) string   { return "Signed out." }

func (e *CommandRefused) tell(Names) string {
	return "Refused " + e.Kind + ": " + (&Refusal{Code: e.Code, Args: e.Args}).Words()
}

func copyOf(n int) string {
	if n > 1 {
		return fmt.Sprintf(", copy %d", n)
	}
	return ""
}

// tail is the end of a parcel's number, as people say it.
func tail(u UnitID) string {
	if len(u) > 6 {
		return "…" + string(u[len(u)-6:])
	}
	return string(u)
}

func plain(code string) string { return strings.ReplaceAll(code, "_", " ") }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
