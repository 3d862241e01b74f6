package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/slips"
	"picket/edge/web"
)

// disputed is what the journal tells of an order's hand-overs.
type disputed struct {
	h       slips.HandOver
	zone    *time.Location
	name    func(floor.SKU) string
	carrier map[string]string // what people call carriers, by code
	driver  func(ref string) web.DriverRow

	paid []floor.Money // each payment
	gave []floor.Money // each time money was given back
	more []string      // subjects to be told, too: its returns, the lists it left on

	proofs []slips.Proof // of who stands at the counter now
	until  time.Time     // so long they hold
	keys   []string      // of h.Handed: what left together
}

func (x *disputed) at(t time.Time) string { return t.In(x.zone).Format("2006-01-02 15:04:05 MST") }

// read takes from a record what the first pages say.
func (x *disputed) read(r *floor.Record) {
	switch e := r.Event.(type) {
	case *floor.PickupAuthorised:
		x.proved(r, e)
	case *floor.PickupReady:
		x.h.Ready = x.at(r.Time)
	case *floor.CustomerHere:
		x.h.Arrived = x.at(r.Time)
	case *floor.PickupPaid:
		x.pays(r, e.Amount, e.Method, e.Receipt, "")
	case *floor.DoorPaid:
		x.pays(r, e.Amount, e.Method, e.Receipt, ", collected at the door")
	case *floor.MoneyReturned:
		x.gives(e.Amount, fmt.Sprintf("%s, %s, receipt %s, %s: %s", money(&e.Amount), e.Method, e.Receipt, x.at(r.Happened()), e.Why))
	case *floor.ReturnRefunded:
		if e.Amount != nil {
			x.gives(*e.Amount, strings.TrimSpace(fmt.Sprintf("%s for a return, %s %s", money(e.Amount), x.at(r.Happened()), e.Ref)))
		}
	case *floor.ReturnScanned:
		x.h.Goods = append(x.h.Goods, fmt.Sprintf("%d × %s, %s, %s", e.Qty, x.name(e.SKU), strings.ReplaceAll(e.Condition, "_", " "), x.at(r.Happened())))
		x.also("return/" + string(e.Return))
	case *floor.ReturnCancelled:
		x.h.Goods = append(x.h.Goods, "return cancelled, "+x.at(r.Happened()))
	case *floor.UnitReturned:
		x.h.Goods = append(x.h.Goods, fmt.Sprintf("parcel %s came back (%s), %s", e.Unit, strings.ReplaceAll(e.Why, "_", " "), x.at(r.Happened())))
	case *floor.HandedOut:
		x.handedOut(r, e)
	case *floor.HandoutReversed:
		x.reversed(r, e)
	case *floor.UnitLeft:
		x.left(r, e)
	case *floor.ManifestClosed:
		x.signed(r, e)
	}
}

func (x *disputed) also(subject string) {
	if !slices.Contains(x.more, subject) {
		x.more = append(x.more, subject)
	}
}

// pays names every payment, and their sum when there are several.
func (x *disputed) pays(r *floor.Record, amount floor.Money, method, receipt, where string) {
	x.paid = append(x.paid, amount)
	x.h.Paid = append(x.h.Paid, fmt.Sprintf("%s, %s, receipt %s%s, %s", money(&amount), method, receipt, where, x.at(r.Happened())))
	x.h.PaidAll = inAll(x.paid)
}

// gives names money that was given back.
func (x *disputed) gives(amount floor.Money, says string) {
	x.gave = append(x.gave, amount)
	x.h.Back = append(x.h.Back, says)
	x.h.BackAll = inAll(x.gave)
}

// inAll is the sum of several amounts, one to a currency in the order they came; nothing for one amount alone.
func inAll(each []floor.Money) string {
	if len(each) < 2 {
		return ""
	}
	var sums []floor.Money
	for _, m := range each {
		i := slices.IndexFunc(sums, func(s floor.Money) bool { return s.Currency == m.Currency })
		if i < 0 {
			sums = append(sums, m)
			continue
		}
		sums[i].Minor += m.Minor
	}
	var out []string
	for i := range sums {
		out = append(out, money(&sums[i]))
	}
	return strings.Join(out, " and ")
}

// proved is a proof for the hand-over that follows.
func (x *disputed) proved(r *floor.Record, e *floor.PickupAuthorised) {
	if r.Time.After(x.until) {
		x.proofs = nil
	}
	p := slips.Proof{Method: strings.ReplaceAll(string(e.Method), "_", " "), At: x.at(r.Happened()), By: string(r.Actor), Overridden: e.Method == floor.ProofOverride || len(e.By) > 0, Why: e.Why}
	if e.Proxy != "" {
		p.Relation = "authorised by the customer"
	}
	var seen []string
	if e.IDKind != "" {
		seen = append(seen, strings.ReplaceAll(e.IDKind, "_", " ")+" ending "+e.IDTail)
	}
	if e.AgeChecked {
		seen = append(seen, "age checked")
	}
	if e.Ref != "" {
		seen = append(seen, "kept as "+e.Ref)
	}
	p.Detail = strings.Join(seen, ", ")
	if len(e.By) > 0 {
		p.Why = strings.TrimPrefix(p.Why+", allowed by "+names(e.By), ", ")
	}
	x.proofs, x.until = append(x.proofs, p), e.Until
}

func names(who []floor.UserID) string {
	var out []string
	for _, u := range who {
		out = append(out, string(u))
	}
	return strings.Join(out, " and ")
}

// begun is a hand-over that begins with this record.
func (x *disputed) begun(r *floor.Record, key, to string) *slips.Handed {
	g := slips.Handed{Given: x.at(r.Happened()), By: string(r.Actor), To: to}
	if r.Time.Sub(r.Happened()) > time.Minute {
		g.Recorded = x.at(r.Time)
	}
	x.h.Handed, x.keys = append(x.h.Handed, g), append(x.keys, key)
	return &x.h.Handed[len(x.h.Handed)-1]
}

func (x *disputed) handedOut(r *floor.Record, e *floor.HandedOut) {
	g := x.begun(r, "", "the customer")
	if e.Method != "" { // shown to the device that had the order
		g.Proofs = append(g.Proofs, slips.Proof{Method: strings.ReplaceAll(string(e.Method), "_", " "), At: g.Given, By: g.By})
	}
	if !r.Happened().After(x.until) { // one who comes twice in a few minutes has shown it once
		g.Proofs = append(g.Proofs, x.proofs...)
	}
	if e.Doubted != "" {
		codes := []string{strings.ReplaceAll(string(e.Doubted), "_", " ")}
		for _, c := range e.Also {
			codes = append(codes, strings.ReplaceAll(string(c), "_", " "))
		}
		g.Note = "The rules said no: " + strings.Join(codes, ", ") + ". It was handed over all the same."
	}
	if e.Due != nil && e.Due.Minor > 0 {
		g.Note = strings.TrimSpace(g.Note + " Still to be paid: " + money(e.Due) + ".")
	}
	for _, l := range e.Lines {
		x.item(g, l.SKU, l.Qty, "")
	}
}

// reversed stands with the last hand-over at the counter.
func (x *disputed) reversed(r *floor.Record, e *floor.HandoutReversed) {
	for i := len(x.h.Handed) - 1; i >= 0; i-- {
		if x.keys[i] != "" {
			continue
		}
		for _, l := range e.Lines {
			x.item(&x.h.Handed[i], l.SKU, l.Qty, "taken back "+x.at(r.Happened())+" by "+string(r.Actor)+": "+e.Why)
		}
		return
	}
}

// left is a parcel that left: with the others of its list, or of its command.
func (x *disputed) left(r *floor.Record, e *floor.UnitLeft) {
	key := "command/" + string(r.Cause)
	if e.Manifest != "" {
		key = "manifest/" + string(e.Manifest)
		x.also(key)
	}
	i := slices.Index(x.keys, key)
	if i < 0 {
		g := x.begun(r, key, cmp.Or(x.carrier[e.Carrier], e.Carrier))
		if e.Delivery != "" {
			g.Under = "delivery " + e.Delivery
		}
		i = len(x.h.Handed) - 1
	}
	g := &x.h.Handed[i]
	g.Parcels = append(g.Parcels, string(e.Unit))
	if e.Unproved {
		g.Note = "The rules said no to parcel " + string(e.Unit) + ". It left all the same."
	}
	if len(e.By) > 0 {
		g.Note = strings.TrimSpace(g.Note + " Allowed by " + names(e.By) + ".")
	}
	for _, c := range e.Contents {
		x.item(g, c.SKU, c.Qty, "parcel "+string(e.Unit))
	}
}

// signed is what the driver signed for: the list of which this order's parcels are a part.
func (x *disputed) signed(r *floor.Record, e *floor.ManifestClosed) {
	i := slices.Index(x.keys, "manifest/"+string(e.Manifest))
	if i < 0 {
		return
	}
	p := slips.Proof{Method: "list closed with the driver", Person: e.Driver, Detail: fmt.Sprintf("%s on the list, counted %d", floor.Plural(e.Parcels, "parcel"), e.Count), At: x.at(r.Happened()), By: string(r.Actor), Overridden: len(e.By) > 0, Why: e.Reason}
	plate := e.Plate
	if e.DriverRef != "" {
		if d := x.driver(e.DriverRef); d.Driver != "" {
			p.Person, plate = d.Driver, d.Plate
		} else {
			p.Person = "no longer kept"
		}
	}
	if plate != "" {
		p.Person += ", " + plate
	}
	x.h.Handed[i].Proofs = append(x.h.Handed[i].Proofs, p)
}

func (x *disputed) item(g *slips.Handed, sku floor.SKU, qty int, note string) {
	g.Items = append(g.Items, slips.HandedItem{SKU: string(sku), Name: x.name(sku), Qty: qty, Note: note})
}
