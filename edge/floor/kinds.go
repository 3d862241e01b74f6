package floor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Kinds lists every command by its kind, each as a fresh empty value.
func Kinds() []Command {
	return []Command{
		&Assign{}, &Accept{}, &Decline{}, &Start{}, &Scan{}, &Undo{}, &ReportShort{}, &Finish{},
		&OpenUnit{}, &AddToUnit{}, &TakeFromUnit{}, &CloseUnit{}, &VoidUnit{}, &RequestLabel{}, &VoidLabel{},
		&StartPrint{}, &ConfirmPrint{}, &FailPrint{}, &HandOver{},
		&SetItem{}, &SetBin{}, &SetDoc{}, &LeaseNumbers{}, &AdjustStock{}, &SignIn{}, &SignOut{},
	}
}

// Types lists every event, each as a fresh empty value.
func Types() []Event {
	return []Event{
		&OrderTaken{}, &OrderAccepted{}, &OrderDeclined{}, &PickStarted{}, &PickConfirmed{}, &PickUndone{}, &PickShort{}, &PickFinished{},
		&UnitOpened{}, &UnitFilled{}, &UnitTaken{}, &UnitSealed{}, &UnitVoided{}, &LabelRequested{}, &LabelVoided{},
		&PrintStarted{}, &LabelPrinted{}, &LabelFailed{}, &UnitLeft{},
		&ItemSet{}, &BinSet{}, &DocSet{}, &NumbersLeased{}, &StockAdjusted{}, &SessionOpened{}, &SessionClosed{}, &CommandRefused{},
	}
}

// NewCommand is an empty command of a kind, nil for a kind nobody knows.
func NewCommand(kind string) Command {
	switch kind {
	case "order.assign":
		return &Assign{}
	case "order.accept":
		return &Accept{}
	case "order.decline":
		return &Decline{}
	case "pick.start":
		return &Start{}
	case "pick.scan":
		return &Scan{}
	case "pick.undo":
		return &Undo{}
	case "pick.short":
		return &ReportShort{}
	case "pick.finish":
		return &Finish{}
	case "unit.open":
		return &OpenUnit{}
	case "unit.add":
		return &AddToUnit{}
	case "unit.take":
		return &TakeFromUnit{}
	case "unit.close":
		return &CloseUnit{}
	case "unit.void":
		return &VoidUnit{}
	case "label.request":
		return &RequestLabel{}
	case "label.void":
		return &VoidLabel{}
	case "print.start":
		return &StartPrint{}
	case "label.printed":
		return &ConfirmPrint{}
	case "label.failed":
		return &FailPrint{}
	case "handover":
		return &HandOver{}
	case "item.set":
		return &SetItem{}
	case "bin.set":
		return &SetBin{}
	case "doc.set":
		return &SetDoc{}
	case "numbers.lease":
		return &LeaseNumbers{}
	case "stock.adjust":
		return &AdjustStock{}
	case "session.open":
		return &SignIn{}
	case "session.close":
		return &SignOut{}
	}
	return nil
}

// DecodeCommand reads a command's data. A field the kind does not have is an error naming it.
func DecodeCommand(kind string, data []byte) (Command, error) {
	c := NewCommand(kind)
	if c == nil {
		return nil, fmt.Errorf("type: %q is not a command", kind)
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("data: is missing")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(c); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("data: something follows the object")
	}
	return c, nil
}

// newEvent is an empty event of a type, nil for a type nobody knows.
func newEvent(typ string) Event {
	switch typ {
	case "picket.pick.confirmed.v1":
		return &PickConfirmed{}
	case "picket.assignment.taken.v1":
		return &OrderTaken{}
	case "picket.order.accepted.v1":
		return &OrderAccepted{}
	case "picket.order.declined.v1":
		return &OrderDeclined{}
	case "picket.pick.started.v1":
		return &PickStarted{}
	case "picket.pick.undone.v1":
		return &PickUndone{}
	case "picket.pick.short.v1":
		return &PickShort{}
	case "picket.pick.finished.v1":
		return &PickFinished{}
	case "picket.unit.opened.v1":
		return &UnitOpened{}
	case "picket.unit.filled.v1":
		return &UnitFilled{}
	case "picket.unit.taken.v1":
		return &UnitTaken{}
	case "picket.unit.closed.v1":
		return &UnitSealed{}
	case "picket.unit.voided.v1":
		return &UnitVoided{}
	case "picket.label.requested.v1":
		return &LabelRequested{}
	case "picket.label.voided.v1":
		return &LabelVoided{}
	case "picket.local.print.started.v1":
		return &PrintStarted{}
	case "picket.label.printed.v1":
		return &LabelPrinted{}
	case "picket.label.failed.v1":
		return &LabelFailed{}
	case "picket.unit.departed.v1":
		return &UnitLeft{}
	case "picket.local.item.set.v1":
		return &ItemSet{}
	case "picket.local.bin.set.v1":
		return &BinSet{}
	case "picket.local.doc.set.v1":
		return &DocSet{}
	case "picket.numbers.leased.v1":
		return &NumbersLeased{}
	case "picket.stock.adjusted.v1":
		return &StockAdjusted{}
	case "picket.local.session.opened.v1":
		return &SessionOpened{}
	case "picket.local.session.closed.v1":
		return &SessionClosed{}
	case "picket.command.refused.v1":
		return &CommandRefused{}
	}
	return nil
}

// IsLocal says whether a type is the site's own business: the centre stores it and never folds it.
func IsLocal(typ string) bool { return len(typ) > 13 && typ[:13] == "picket.local." }
