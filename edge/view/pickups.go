package view

import (
	"slices"
	"strconv"
	"time"

	"picket/edge/floor"
)

// PickupRow is an order a customer collects, as the counter sees it. Codes and who the customer is stay out.
type PickupRow struct {
	ID         floor.OrderID       `json:"id"`
	Number     string              `json:"number"`
	State      floor.OrderState    `json:"state"`
	Open       bool                `json:"open"`
	Incoming   bool                `json:"incoming"` // its goods come from elsewhere first
	Qty        int                 `json:"qty"`      // units asked for
	OnShelf    int                 `json:"on_shelf"` // units that stand on a shelf for the customer
	Shelves    []floor.BinID       `json:"shelves"`
	Bags       int                 `json:"bags,omitempty"`
	Ready      bool                `json:"ready"`            // the customer may collect it
	Told       time.Time           `json:"told,omitzero"`    // when the notice went out
	KeptBy     time.Time           `json:"kept_by,omitzero"` // until when it is kept; absent while the clock stands
	Overdue    bool                `json:"overdue"`          // that time is over
	Waiting    bool                `json:"waiting"`          // the customer is here
	Here       *floor.Waiting      `json:"here,omitempty"`
	Proof      []floor.ProofMethod `json:"proof"`               // what is to be shown
	Authorised bool                `json:"authorised"`          // it was, and it may be handed over
	MinAge     int                 `json:"min_age,omitempty"`   // who takes it must be this old
	StillDue   *floor.Money        `json:"still_due,omitempty"` // to be paid at the counter
	Custody    floor.DeviceID      `json:"custody,omitempty"`   // the only device that may hand it over
}

func (b *Board) pickupKeys(time.Time) []string {
	var out []string
	for id, o := range b.state.Orders {
		if o.Flow == floor.FlowPickup {
			out = append(out, string(id))
		}
	}
	slices.Sort(out)
	return out
}

func (b *Board) pickupRow(key string, now time.Time) any {
	o := b.state.Orders[floor.OrderID(key)]
	if o == nil || o.Flow != floor.FlowPickup {
		return nil
	}
	return b.pickupOf(o, now)
}

func (b *Board) pickupOf(o *floor.Order, now time.Time) *PickupRow {
	r := &PickupRow{
		ID: o.ID, Number: o.Number, State: o.State(), Open: o.Open(), Incoming: o.Source == "incoming", Shelves: list0(o.Shelves()), Ready: !o.Ready.IsZero(),
		Proof: list0(b.state.ProofNeeded(o)), MinAge: b.state.AgeOf(o),
	}
	for i := range o.Lines {
		r.Qty += o.Lines[i].Qty
		r.OnShelf += o.OnShelf(&o.Lines[i])
	}
	if due := o.StillDue(); due.Minor != 0 {
		r.StillDue = &due
	}
	if p := o.Pickup; p != nil {
		r.Bags, r.Told, r.KeptBy, r.Custody = p.Bags, p.Told, p.By, p.Custody
		r.Overdue = r.Ready && !p.By.IsZero() && now.After(p.By)
		r.Authorised = p.Auth != nil && len(p.Auth.Left) == 0 && now.Before(p.Auth.Until)
		if p.Here != nil {
			here := *p.Here
			r.Waiting, r.Here = true, &here
		}
	}
	return r
}

func (b *Board) checkKeys(now time.Time) []string {
	n := len(b.state.Checklist(now))
	out := make([]string, n)
	for i := range out {
		out[i] = strconv.Itoa(1000 + i) // in the order people walk through them
	}
	return out
}

func (b *Board) checkRows(now time.Time) func(string) any {
	all := b.state.Checklist(now)
	return func(key string) any {
		if i, err := strconv.Atoi(key); err == nil && i >= 1000 && i-1000 < len(all) {
			return &all[i-1000]
		}
		return nil
	}
}

// Waits says whether a count waits for a device to hand in what it holds.
func (b *Board) Waits(d floor.DeviceID) bool { return b.state.WaitsFor(d) }
