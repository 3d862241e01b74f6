package view

import "picket/edge/floor"

// Facts is an order as the floor has it, for whoever draws its documents; nil when the site does not know it.
// It belongs to the board: it may be looked at until the next Apply, and not be changed.
func (b *Board) Facts(id floor.OrderID) *floor.Order { return b.state.Orders[id] }

// Manifest is a manifest as the floor has it, under the same terms; nil when there is none.
func (b *Board) Manifest(id floor.ManifestID) *floor.Manifest { return b.state.Manifests.Get(id) }

// Return is a return as the floor has it, under the same terms; nil when there is none.
func (b *Board) Return(id floor.ReturnID) *floor.Return { return b.state.Returns.Get(id) }

// Article is an item of the catalogue as the floor has it, under the same terms; nil when there is none.
func (b *Board) Article(sku floor.SKU) *floor.Item { return b.state.Items[sku] }

// CarrierName is what people call a carrier; its code when the site knows no name for it.
func (b *Board) CarrierName(code string) string {
	if c := b.state.Carriers.Get(floor.CarrierID(code)); c != nil && c.Name != "" {
		return c.Name
	}
	return code
}

// Handling are the handling classes of what is in a parcel.
func (b *Board) Handling(u *floor.Unit) []string { return b.state.Marks(u) }

// Age is how old who takes an order must be; 0: any age.
func (b *Board) Age(o *floor.Order) int { return b.state.AgeOf(o) }

// ListOf is what is in a parcel to another site, to be split and signed.
func (b *Board) ListOf(o *floor.Order, u *floor.Unit, key string) floor.ContentList {
	return b.state.ListOf(o, u, b.site.ID, key)
}

// Believes says what is wrong with the signature of a list of contents, nil when it is believed here; and the
// delivery its parcel belongs to, when there is one.
func (b *Board) Believes(l *floor.SignedList) (no *floor.Refusal, in floor.InboundID) {
	if p := b.state.Transfers.Get(l.Unit); p != nil {
		in = p.Inbound
	}
	return b.state.Believes(l), in
}

// Coming is the delivery a parcel was announced with, and whether it is still to be booked in; nil when there is none.
func (b *Board) Coming(u floor.UnitID) (in *floor.Inbound, due bool) {
	for _, i := range b.state.Inbounds.All() {
		for _, l := range i.Lines {
			if l.Unit == u {
				in, due = i, due || l.Left() > 0 && !i.Closed
			}
		}
	}
	return in, due
}

// HasListKey says whether the floor knows that a key is the site's own.
func (b *Board) HasListKey(id floor.KeyID) bool {
	k := b.state.ListKeys.Get(id)
	return k != nil && k.Own
}

// LowNumbers lists the kinds of numbers the centre has to be asked for.
func (b *Board) LowNumbers() []string { return b.state.LowNumbers() }

// AllotmentsBroken says whether something is kept for the centre and not there any more.
func (b *Board) AllotmentsBroken() bool { return len(b.state.BrokenAllotments()) > 0 }

// StaleNumbers says whether there are numbers that were leased under another log than this one; first: it is
// the first log of the file.
func (b *Board) StaleNumbers(log floor.LogID, first bool) bool {
	return b.state.StaleNumbers(log, first)
}

// Name is what people call an item; empty when the catalogue does not have it.
func (b *Board) Name(sku floor.SKU) string {
	if it := b.state.Items[sku]; it != nil {
		return it.Name
	}
	return ""
}

// Awaits says that the box lost records, and the centre has not told all of them yet.
func (b *Board) Awaits() bool { return b.state.Awaits() }

// Whole says that a recovery is open in which nothing is waited for any more.
func (b *Board) Whole() bool { return b.state.Whole() }

// Recovery is how far the site knows what the centre holds about it, and whether it still takes back what it lost.
func (b *Board) Recovery() (known floor.Known, open bool) {
	return b.state.Known, b.state.Recovery != nil
}

// Restated is the first record of the newest whole restatement in this site's log, 0 when there is none.
func (b *Board) Restated() floor.Seq { return b.state.Restatement.Whole }

// Upon is the snapshot of the centre that this site's records stand upon, zero when there is none.
func (b *Board) Upon() floor.Upon { return b.state.Upon }

// Feed is how far the centre's feed has been taken in.
func (b *Board) Feed() floor.Down { return b.state.Feed }
