package labels

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl/preview"
)

// TestWhichDeclaration: CN22 up to 2 kg and 300 SDR; CN23 beyond, where the order asks for it, and where nobody knows.
func TestWhichDeclaration(t *testing.T) {
	eur := func(minor int64) *floor.Money { return &floor.Money{Minor: minor, Currency: "EUR"} }
	for name, c := range map[string]struct {
		form, content string
		grams         int
		price         *floor.Money
		want          string
	}{
		"light and cheap":        {"CN22", "sale", 2000, eur(150_00), "CN22"},
		"a gram too heavy":       {"CN22", "sale", 2001, eur(150_00), "CN23"},
		"a cent too dear":        {"CN22", "sale", 500, eur(150_01), "CN23"},
		"asked for":              {"CN23", "sale", 500, eur(1_00), "CN23"},
		"worth nobody knows":     {"CN22", "sale", 500, nil, "CN23"},
		"documents":              {"CN22", "documents", 500, nil, "CN22"},
		"heavy documents":        {"CN22", "documents", 2500, nil, "CN23"},
		"a currency not known":   {"CN22", "sale", 500, &floor.Money{Minor: 1, Currency: "XTS"}, "CN23"},
		"not weighed, but known": {"CN22", "sale", 0, eur(1_00), "CN22"},
	} {
		f := papers(plain)["customs_form"]
		f.Order.Customs = &floor.Customs{Form: c.form, Content: c.content}
		f.Unit.WeightG = c.grams
		f.Item = func(s floor.SKU) *floor.Item { return &floor.Item{SKU: s, WeightG: 100, Price: c.price} }
		require.Equal(t, c.want, declares(f).form, name)
	}
	f := papers(plain)["customs_form"]
	f.Unit.Contents = append(f.Unit.Contents, floor.Content{Line: "2", SKU: "RICE", Qty: 1})
	f.Order.Lines[1].Price = &floor.Money{Minor: 100, Currency: "USD"}
	d := declares(f)
	require.Nil(t, d.total, "two currencies make no sum")
	require.Equal(t, "CN23", d.form)
	require.Equal(t, "1.00 USD", d.rows[1].value.String())
}

// TestNoReferenceIsCut: references as long as the centre may send them stand whole on a declaration, on all media.
func TestNoReferenceIsCut(t *testing.T) {
	f := declared23(plain)
	long := func(name string) string { return name + strings.Repeat("-2026W", 20)[:floor.MaxID-len(name)] }
	c := f.Order.Customs
	c.Invoice, c.Licence, c.Certificate, c.Sender = long("INVOICE"), long("LICENCE"), long("PHYTO"), long("EORI")
	for _, m := range media {
		job, err := Draw(f, m)
		require.NoError(t, err)
		var said strings.Builder
		doc := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
		for p := range doc.Labels {
			require.Empty(t, collisions(&doc.Labels[p]), "%g x %g", m.Width, m.Height)
			said.WriteString(strings.Join(doc.Labels[p].Texts(), ""))
		}
		whole := strings.Join(strings.Fields(said.String()), "")
		for _, want := range []string{c.Invoice, c.Licence, c.Certificate, c.Sender} {
			require.Contains(t, whole, want, "%g x %g", m.Width, m.Height)
		}
	}
}
