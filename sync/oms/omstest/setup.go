package omstest

import (
	"context"
	"fmt"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/order"
)

// Items is a small catalogue with valid GTINs of GS1's demonstration prefix 952.
func Items() []floor.Item {
	return []floor.Item{
		{SKU: "OAT-1L", Name: "Oat drink 1 l", Tell: "blue cap", GTINs: []string{"9521234000013"}, WeightG: 1040},
		{SKU: "RICE-1L", Name: "Rice drink 1 l", Tell: "green cap", GTINs: []string{"9521234000020"}, WeightG: 1040},
		{SKU: "TEA-50", Name: "Green tea, 50 bags", GTINs: []string{"9521234000037"}, WeightG: 120},
		{SKU: "MUG-RED", Name: "Mug, red", GTINs: []string{"9521234000044"}, WeightG: 350},
	}
}

// SetUp fills the centre with the catalogue and the sites, each with four bins.
func SetUp(ctx context.Context, c *clerk.Clerk, sites ...floor.SiteID) error {
	if _, err := c.PutItems(ctx, Items()); err != nil {
		return err
	}
	var setups []clerk.SiteSetup
	for _, id := range sites {
		s := clerk.SiteSetup{ID: id, Name: "Site " + string(id), Zone: "Europe/Zurich"}
		for i := range 4 {
			s.Bins = append(s.Bins, floor.Bin{ID: floor.BinID(fmt.Sprintf("A-0%d", i+1)), Aisle: "A", Bay: i + 1, Level: 1, Walk: i + 1})
		}
		setups = append(setups, s)
	}
	return c.PutSites(ctx, setups)
}

// Opening books opening stock at a site: qty of every item, one item to a bin. The site knows its items and
// bins from an earlier day, whether the feed has come or not.
func (w *World) Opening(s *Site, qty int) error {
	if r := s.Open(w.Now, qty); r != nil {
		return r
	}
	w.Wake(s)
	return nil
}

// Capture is a sound order.
func Capture(number string, lines ...order.Asked) order.Capture {
	return order.Capture{Channel: "web", Number: number, Customer: order.Customer{Name: "Ada Lovelace", Email: "ada@example.com"},
		ShipTo: order.Address{Name: "Ada Lovelace", Street: []string{"12 St James's Square"}, Postcode: "SW1Y 4JH", City: "London", Country: "GB"}, Lines: lines}
}

// Open is Opening without the world round it.
func (s *Site) Open(now time.Time, qty int) *floor.Refusal {
	for i, it := range Items() {
		bin := floor.BinID(fmt.Sprintf("A-0%d", i+1))
		it.GTINs = nil // the centre sends them as 14 digits
		for _, c := range []floor.Command{
			&floor.SetItem{Item: it}, &floor.SetBin{Bin: floor.Bin{ID: bin, Aisle: "A", Bay: i + 1, Level: 1, Walk: i + 1}},
			&floor.AdjustStock{SKU: it.SKU, Bin: bin, Delta: qty, Reason: "opening"},
		} {
			if r := s.Do(now, "", c); r != nil {
				return r
			}
		}
	}
	return nil
}
