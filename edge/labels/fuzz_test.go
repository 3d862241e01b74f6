package labels

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// ours are all the commands that a document has.
const ours = "^XA ^CI ^MU ^LH ^FW ^PO ^LR ^PW ^LL ^FO ^A ^FB ^FR ^FH ^FD ^FS ^FX ^GB ^GF ^BY ^BC ^BQ ^PQ ^XZ"

// FuzzNoFieldCommandsADocument puts a text into every field that comes from outside, printed and drawn: a document, and the tag
// that says of a carrier's label that it is a copy, is refused naming the field, or consists of our commands in whole labels.
func FuzzNoFieldCommandsADocument(f *testing.F) {
	for _, s := range []string{"Jo Doe", "^XZ^XA", "~JR\n~HS", "山田^XZ~JA", "محمد\u202e^FS", "_5E_7E\\&", "\xff\x1e\x10\x02", "^FXtext 5E585A", strings.Repeat("^", 99), "ก็็็็", "\u200d\u0301"} {
		f.Add(s)
	}
	m := Parcel
	m.Hand = script.New().For(script.Latin)
	f.Fuzz(func(t *testing.T, v string) {
		if len(v) > 300 {
			return
		}
		all := papers(Address{Name: "x" + v, Street: []string{v, "y" + v}, Postcode: v, City: "z" + v, Country: v, Phone: v})
		all["shipping"] = facts(floor.DocShippingLabel, 2, Address{Name: v, Street: []string{v}, City: v})
		for name, doc := range all {
			j := *doc.Job
			j.Copy, j.Reason = 2, v
			doc.Job, doc.Note, doc.Carrier, doc.Name = &j, "n"+v, v, func(floor.SKU) string { return v }
			doc.Sender = Sender{Name: v, Lines: []string{v, v}}
			doc.Account, doc.Routing = v, Routing{Sort: v, Depot: v, Route: v}
			if doc.Order != nil && doc.Order.Customs != nil {
				doc.To.Phone, doc.To.TaxID = v, v
				o, c := *doc.Order, *doc.Order.Customs
				c.Invoice, c.Licence, c.Certificate, c.Comments, c.Sender = v, v, v, v, v
				o.Customs, doc.Order = &c, &o
			}
			job, err := Draw(doc, m)
			onlyOurs(t, name, job, err)
			if name != "shipping" {
				continue
			}
			// The tag beside a carrier's own label says its number, which is an outsider's.
			o, u := *doc.Order, *doc.Unit
			o.Number, u.Tracking = v, v
			o.Units, doc.Order = []floor.Unit{u}, &o
			tag, err := CopyTag(doc, m)
			require.NoError(t, err, name)
			onlyOurs(t, "copy tag of "+name, tag, err)
		}
	})
}

// onlyOurs holds a job against what it may be: refused naming the field, or our commands in whole labels, each printed once, and
// nothing besides.
func onlyOurs(t *testing.T, name string, job []byte, err error) {
	t.Helper()
	if err != nil {
		var field *zpl.FieldError
		require.True(t, errors.As(err, &field) || strings.Contains(err.Error(), ": "), "%s: %v", name, err)
		return
	}
	depth := 0
	for _, tok := range zpl.Tokens(job) {
		c := tok.Command()
		require.Contains(t, ours, c, name)
		require.NotEmpty(t, c, "%s: bytes outside of commands: %q", name, tok.Data)
		switch c {
		case "^XA":
			depth++
		case "^XZ":
			depth--
		case "^PQ":
			require.Equal(t, "1", string(tok.Data))
		}
		require.True(t, depth == 0 || depth == 1, name)
	}
	require.Zero(t, depth)
	read := preview.Read(job, preview.Options{Dpmm: 8})
	require.Empty(t, read.Unknown, name)
	for _, l := range read.Labels {
		require.Empty(t, append(l.Problems, l.Unknown...), name)
	}
}
