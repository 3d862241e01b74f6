package labels

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl/preview"
)

// TestTheNumberIsShownWhole: people read it off the label; only one that is longer than anybody reads is cut, from the left.
func TestTheNumberIsShownWhole(t *testing.T) {
	for number, want := range map[string]string{
		"7": "7", "1000-0002": "1000-0002", "web-100471": "web-100471", "marketplace-100471": "...e-100471",
	} {
		for _, doc := range []floor.Document{floor.DocShippingLabel, floor.DocHoldLabel} {
			f := facts(doc, 1, plain)
			f.Order.Number = number
			label, err := Draw(f, Parcel)
			require.NoError(t, err)
			texts := preview.Read(label, preview.Options{Dpmm: 8}).Labels[0].Texts()
			require.Contains(t, texts, want, doc)
		}
	}
}
