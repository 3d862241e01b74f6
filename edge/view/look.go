package view

import (
	"encoding/json"
	"time"

	"picket/edge/floor"
)

// Site is who this box works for.
func (b *Board) Site() Site { return b.site }

// Setting is the site's hours (floor.Site) and its policy (floor.Policy), as JSON.
func (b *Board) Setting() (hours, policy json.RawMessage) { return b.setting.site, b.setting.policy }

// Called is what people call an item; its SKU when the catalogue does not have it.
func (b *Board) Called(sku floor.SKU) string {
	if name := b.Name(sku); name != "" {
		return name
	}
	return string(sku)
}

// Said is what people call what a subject such as order/O-1 names; empty when nobody knows better.
func (b *Board) Said(subject string) string { return b.state.Called(subject) }

// OrdersNamed are the orders on the floor that somebody may mean by a name: the one with that id, or else those with
// that number.
func (b *Board) OrdersNamed(name string) (ids []floor.OrderID, byID bool) {
	if id := floor.OrderID(name); b.state.Orders[id] != nil {
		return []floor.OrderID{id}, true
	}
	return b.state.OrdersNumbered(name), false
}

// Item is an item of the catalogue; false when there is none.
func (b *Board) Item(sku floor.SKU) (Item, bool) {
	if it := b.state.Items[sku]; it != nil {
		return itemOf(it), true
	}
	return Item{}, false
}

// UnitsOf is how many units one scan of a GTIN (14 digits) is; 0 when nobody knows it.
func (b *Board) UnitsOf(gtin string) int { return b.state.Codes[gtin].Qty }

// Bin is a bin and what stands in it; nil when neither the centre nor the book knows it.
func (b *Board) Bin(id floor.BinID) *BinRow {
	if b.state.Bins[id] == nil && b.state.Places[floor.InBin(id)] == nil {
		return nil
	}
	return b.binRow(string(id), time.Time{}).(*BinRow)
}

// OrderCalled is the order of that id, or of that number; nil when there is none. Of several with one number
// it is the one due first.
func (b *Board) OrderCalled(name string) *OrderRow {
	found := b.state.Orders[floor.OrderID(name)]
	if found == nil && name != "" {
		for _, o := range b.state.Orders {
			if o.Number == name && (found == nil || o.Due.Before(found.Due) || o.Due.Equal(found.Due) && o.ID < found.ID) {
				found = o
			}
		}
	}
	if found == nil {
		return nil
	}
	return orderRow(found).(*OrderRow)
}

// OrderOf is the order a parcel belongs to; nil when the parcel is not known here.
func (b *Board) OrderOf(u floor.UnitID) *OrderRow {
	if o := b.state.Orders[b.state.Units[u]]; o != nil {
		return orderRow(o).(*OrderRow)
	}
	return nil
}

// UnitTracked is the parcel that goes under a carrier's number; empty when none here does.
func (b *Board) UnitTracked(code string) floor.UnitID { return b.state.Track[code] }

// Days shows the totals of the site's business days, oldest first. They are good until do returns.
func (b *Board) Days(do func([]*floor.Day)) { do(b.state.Days.All()) }

// Drawers shows what was taken at the tills, by shift, oldest first. It is good until do returns.
func (b *Board) Drawers(do func([]*floor.Drawer)) { do(b.state.Drawers.All()) }

// Floor shows the floor itself, to be read only, to those who plan and those who make papers. It is good until
// do returns.
func (b *Board) Floor(do func(*floor.State)) { do(b.state) }

// Layout is raised whenever a bin is described anew: whoever made a map of the site makes another one then.
func (b *Board) Layout() uint64 { return b.layout }

// CutOff says whether the floor was told that the line to the centre is down.
func (b *Board) CutOff() bool { return !b.state.Uplink.Down.IsZero() }

// CutSince is since when the site is cut off, by its own clock; zero while it is not. It outlives restarts.
func (b *Board) CutSince() time.Time { return b.state.Uplink.Down }

// Disk is how full the box's disk is, as the floor was told.
func (b *Board) Disk() floor.Disk { return b.state.Disk }

// Overdue lists the orders on the shelf that nobody came for in time, and those whose customer is to be
// reminded.
func (b *Board) Overdue(now time.Time) (expired, remind []floor.OrderID) {
	return b.state.Expirable(now), b.state.Reminders(now)
}

// PrintsExpired lists the print jobs that waited too long for a printer.
func (b *Board) PrintsExpired(now time.Time) []floor.JobID { return b.state.PrintsExpired(now) }

// Stopped is why people stopped a printer; empty while it goes.
func (b *Board) Stopped(p floor.PrinterID) string { return b.state.Stopped(p) }

// PrintsOver lists the print jobs nobody waits for any more.
func (b *Board) PrintsOver(now time.Time) []floor.JobID { return b.state.PrintsOver(now) }

// Over lists what may leave the floor: orders for the archive, in pieces one command takes and at most so many of
// them, and announced returns nobody brought.
func (b *Board) Over(now time.Time, pieces int) (orders [][]floor.OrderID, returns []floor.ReturnID) {
	return b.state.Leaving(now, pieces), b.state.Lapsable(now)
}
