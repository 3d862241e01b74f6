package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestALabelThatMayBeOutIsFollowedByACopy: a parcel's closing was told to be saved, and its label printed; behind the
// putting back of the box it is refused. Whatever is printed for that parcel from then on says that it is a copy.
func TestALabelThatMayBeOutIsFollowedByACopy(t *testing.T) {
	for said, copy := range map[bool]int{true: 2, false: 1} {
		s := NewState()
		s.Orders["O-1"] = &Order{ID: "O-1", Units: []Unit{{ID: "095200010000000010", State: UnitOpen}}}
		s.Units["095200010000000010"] = "O-1"
		ApplyRecord(s, &Record{Event: &CommandRefused{Kind: "unit.close", Code: UnitEmpty, Args: map[string]string{"unit": "095200010000000010"}, Said: said}})
		require.Equal(t, copy, s.Orders["O-1"].nextCopy("095200010000000010", DocShippingLabel), "said %v", said)
		ApplyRecord(s, &Record{Event: &CommandRefused{Kind: "unit.close", Code: UnknownUnit, Args: map[string]string{"unit": "095200010000000027"}, Said: said}})
	}
}
