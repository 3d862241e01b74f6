package floor

import "time"

// Dispute is all that is known of how an order went to its customer: what was agreed, what stood on the shelf,
// what was shown, who let it go, what was handed over. Every step names its record, so that the journal's own
// hash can be put beside it.
type Dispute struct {
	Order  OrderID
	Number string
	Value  *Money
	Due    *Pay
	Items  []DisputeItem
	Proofs []Proof
	Steps  []Step
}

// DisputeItem is a line of the order, and what became of it.
type DisputeItem struct {
	Line     LineID
	SKU      SKU
	Asked    int
	Handed   int // less what was taken back
	Missing  int // not on the shelf, broken, or the wrong one
	Refused  int // not taken at the counter
	Given    int // given up, because nobody came
	Returned int
}

// Proof is what a person showed to get the order, who looked at it, and who overrode.
type Proof struct {
	Method     ProofMethod
	Checked    UserID
	Allowed    []UserID // who let it go against the rules
	Why        string
	IDKind     string
	IDTail     string
	Ref        string // where the signature stands
	Proxy      string // who collected it for the customer, as a reference
	AgeChecked bool
	At         time.Time
	Seq        Seq
}

// Step is one record of the order.
type Step struct {
	Seq     Seq
	ID      RecordID
	Type    string
	At      time.Time // by the site's clock
	Claimed time.Time // by the clock of who did it, when that differs
	Actor   UserID
	Device  DeviceID
	Station StationID
	Event   Event // Tell puts it into words
	Doubted bool  // the rules said no
}

// DisputeOf gathers the records of one order, in the order given, which is that of the log.
func DisputeOf(records []Record, order OrderID) Dispute {
	d := Dispute{Order: order}
	for i := range records {
		r := &records[i]
		if r.Subject != "order/"+string(order) {
			continue
		}
		st := Step{Seq: r.Seq, ID: r.ID, Type: r.Type, At: r.Time, Claimed: r.At, Actor: r.Actor, Device: r.Device, Station: r.Station, Event: r.Event}
		if x, ok := r.Event.(doubtful); ok {
			st.Doubted = x.doubt()
		}
		d.Steps = append(d.Steps, st)
		d.take(r)
	}
	return d
}

func (d *Dispute) take(r *Record) {
	switch e := r.Event.(type) {
	case *OrderTaken:
		d.Number, d.Value, d.Due = e.Number, e.Value, e.Pay
		for _, l := range e.Lines {
			d.item(l.Line, l.SKU).Asked += l.Qty
		}
	case *LinesTaken:
		for _, l := range e.Lines {
			d.item(l.Line, l.SKU).Asked += l.Qty
		}
	case *ChangeTaken:
		for _, l := range e.Lines {
			for i := range d.Items {
				if d.Items[i].Line == l.Line {
					d.Items[i].Asked += l.Qty
				}
			}
		}
	case *PickupAuthorised:
		d.Proofs = append(d.Proofs, Proof{
			Method: e.Method, Checked: r.Actor, Allowed: e.By, Why: e.Why, IDKind: e.IDKind, IDTail: e.IDTail, Ref: e.Ref, Proxy: e.Proxy,
			AgeChecked: e.AgeChecked, At: r.Time, Seq: r.Seq,
		})
	case *HandedOut:
		for _, g := range e.Lines {
			it := d.item(g.Line, g.SKU)
			it.Handed += g.Qty
			it.Given -= g.Revived
		}
		if e.Method != "" { // shown to the device that had the order
			d.Proofs = append(d.Proofs, Proof{Method: e.Method, Checked: r.Actor, At: r.Time, Seq: r.Seq})
		}
	case *HandoutReversed:
		for _, t := range e.Lines {
			d.item(t.Line, t.SKU).Handed -= t.Qty
		}
	case *CounterShorted:
		d.item(e.Line, e.SKU).Missing += e.Qty
	case *GoodsRefused:
		for _, t := range e.Lines {
			d.item(t.Line, t.SKU).Refused += t.Qty
		}
	case *PickupExpired:
		for _, t := range e.Lines {
			d.item(t.Line, t.SKU).Given += t.Qty
		}
	}
}

func (d *Dispute) item(line LineID, sku SKU) *DisputeItem {
	for i := range d.Items {
		if d.Items[i].Line == line {
			return &d.Items[i]
		}
	}
	d.Items = append(d.Items, DisputeItem{Line: line, SKU: sku})
	return &d.Items[len(d.Items)-1]
}
