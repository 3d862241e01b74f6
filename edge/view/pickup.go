package view

import (
	"time"

	"picket/edge/floor"
)

// Pickup is what the counter sees of an order that is collected: where it stands, how long it is kept, who
// waits for it, and what is to be checked before it is handed over. No code and no name is in it.
type Pickup struct {
	Shelves    []floor.BinID       `json:"shelves"`
	Bags       int                 `json:"bags,omitempty"`
	Units      int                 `json:"units"`          // on the shelf for the customer
	Ready      time.Time           `json:"ready,omitzero"` // since when the customer may come
	Told       time.Time           `json:"told,omitzero"`  // when the notice went out
	By         time.Time           `json:"by,omitzero"`    // kept until then
	Here       *floor.Waiting      `json:"here,omitempty"` // the customer waits
	Proof      []floor.ProofMethod `json:"proof"`          // what is to be shown
	Left       []floor.ProofMethod `json:"left,omitempty"` // of that, still to be shown
	Authorised time.Time           `json:"authorised,omitzero"`
	Age        int                 `json:"age,omitempty"` // who takes it must be this old
	Due        *floor.Money        `json:"due,omitempty"` // still to be paid
	Locked     bool                `json:"locked,omitempty"`
	Custody    floor.DeviceID      `json:"custody,omitempty"`   // the only device that may hand it over
	NoPrices   bool                `json:"no_prices,omitempty"` // a gift: nobody at the counter says a price
}

// pickup draws what the counter knows of an order; nil for one that is sent. Nothing in it is shared.
func (b *Board) pickup(o *floor.Order) *Pickup {
	if o.Flow != floor.FlowPickup {
		return nil
	}
	v := &Pickup{Shelves: list0(o.Shelves()), Ready: o.Ready, Proof: list0(b.state.ProofNeeded(o)), Age: b.state.AgeOf(o), NoPrices: o.Gift != nil}
	for i := range o.Lines {
		v.Units += o.OnShelf(&o.Lines[i])
	}
	if due := o.StillDue(); due.Minor > 0 {
		v.Due = &due
	}
	p := o.Pickup
	if p == nil {
		return v
	}
	v.Bags, v.Told, v.By, v.Locked, v.Custody = p.Bags, p.Told, p.By, p.Wrong >= floor.MaxWrong, p.Custody
	if p.Here != nil {
		here := *p.Here
		v.Here = &here
	}
	if p.Auth != nil {
		if v.Left = append(v.Left, p.Auth.Left...); len(v.Left) == 0 {
			v.Authorised = p.Auth.Until
		}
	}
	return v
}
