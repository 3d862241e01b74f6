package node

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// TestAClockThatIsOffPromisesNothingByACutOff: ten minutes off, nobody knows whether the parcel is before the cut-off of today.
func TestAClockThatIsOffPromisesNothingByACutOff(t *testing.T) {
	// Due tomorrow: the cheap service is in time before its cut-off, and the dear one, which has none, always.
	for skew, want := range map[time.Duration]string{0: "by-noon", -9 * time.Minute: "by-noon", 11 * time.Minute: "any-time", -11 * time.Minute: "any-time"} {
		n := site(t, journal.NewMem("log-1"), options())
		n.Skew(skew)
		id := 0
		give := func(c floor.Command) floor.Answer {
			id++
			return do(t, n, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", id)), Actor: "anna"}, Command: c})
		}
		n.state.Orders["O-1"].Due = day.AddDate(0, 0, 1)
		give(&floor.SetCarrier{Carrier: floor.Carrier{Code: "DEMO", Labels: "block", Services: []floor.Service{
			{Code: "by-noon", Days: 1, CutOff: "12:00", MaxG: 20000, Currency: "EUR", Steps: []floor.PriceStep{{ToG: 20000, Price: 490}}},
			{Code: "any-time", Days: 1, MaxG: 20000, Currency: "EUR", Steps: []floor.PriceStep{{ToG: 20000, Price: 890}}},
		}}})
		give(&floor.Accept{Order: "O-1"})
		give(&floor.Start{Order: "O-1"})
		give(&floor.Scan{Order: "O-1", SKU: "OAT", Qty: 5, Done: true})
		give(&floor.Scan{Order: "O-1", SKU: "SOY", Qty: 3, Done: true})
		unit := give(&floor.OpenUnit{Order: "O-1"}).Unit
		give(&floor.AddToUnit{Unit: unit, SKU: "OAT", Qty: 5})
		give(&floor.AddToUnit{Unit: unit, SKU: "SOY", Qty: 3})
		a := give(&floor.CloseUnit{Unit: unit, WeightG: 900})
		require.Nil(t, a.Refusal)
		require.Equal(t, want, n.state.Orders["O-1"].Service, skew)
	}
}
