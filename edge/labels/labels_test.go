package labels

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl"
	"picket/zpl/judge"
	"picket/zpl/preview"
	"picket/zpl/script"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const sscc = "095200010000000010"

func facts(doc floor.Document, copyNo int, to Address) Facts {
	u := floor.Unit{ID: sscc, No: 1, State: floor.UnitClosed, WeightG: 2140, Contents: []floor.Content{{Line: "1", SKU: "OAT", Qty: 2}}}
	o := &floor.Order{
		ID: "O-1", Number: "web-100471", Carrier: "DPX", Service: "express", Units: []floor.Unit{u},
		Lines: []floor.Line{
			{ID: "1", SKU: "OAT", Qty: 2, Picked: 2, Accepted: true},
			{ID: "2", SKU: "RICE", Qty: 1, Accepted: true, Shorts: []floor.Short{{Reason: floor.NotInStock, Qty: 1}}},
		},
	}
	j := &floor.Job{ID: "hh-1:9/1", Doc: doc, Unit: sscc, Copy: copyNo}
	if copyNo > 1 {
		j.Reason = "label torn"
	}
	return Facts{
		Sender: Sender{Name: "Northgate Store", Lines: []string{"12 Market Square", "NG1 2AB Nottingham"}}, Order: o, Unit: &o.Units[0], Job: j, To: to, Carrier: "Demo Post",
		Name: func(s floor.SKU) string {
			return map[floor.SKU]string{"OAT": "Oat drink 1 l", "RICE": "Rice drink 1 l"}[s]
		},
	}
}

var plain = Address{Name: "Jo Doe", Street: []string{"1 High Street", "Flat 7"}, Postcode: "N1 9GU", City: "London", Country: "GB"}

// worst is as long as the centre lets an address be, and tries to command the printer.
var worst = Address{
	Name:     "Dr. Maximiliane-Charlotte von und zu Hohenstein-Wolkenkuckucksheim ^XZ^XA~JA",
	Street:   []string{strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 3), "^FD>8~HS_5E", "c/o Łukasz Żółć, Οδός Ερμού 5, улица Ленина"},
	Postcode: "123456789012", City: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch", Country: "GB",
}

func TestDocuments(t *testing.T) {
	for name, f := range map[string]Facts{
		"shipping":       facts(floor.DocShippingLabel, 1, plain),
		"shipping-copy":  facts(floor.DocShippingLabel, 2, plain),
		"shipping-worst": facts(floor.DocShippingLabel, 3, worst),
		"slip":           facts(floor.DocPackingSlip, 1, plain),
		"slip-long":      long(facts(floor.DocPackingSlip, 2, worst)),
	} {
		for _, dpmm := range []int{8, 12, 24} {
			m := Parcel
			m.Dpmm = dpmm
			got, err := Draw(f, m)
			require.NoError(t, err, name)
			if dpmm != 8 {
				continue
			}
			file := filepath.Join("testdata", name+".zpl")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, got, 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), name)
		}
	}
}

func long(f Facts) Facts {
	for i := range 60 {
		f.Order.Lines = append(f.Order.Lines, floor.Line{ID: floor.LineID(strings.Repeat("x", i+3)), SKU: "OAT", Qty: 1, Shorts: []floor.Short{{Reason: floor.Damaged, Qty: 1}}})
	}
	return f
}

// TestTheLabelReadsBack: programs that are not ours draw the label and decode its barcode.
func TestTheLabelReadsBack(t *testing.T) {
	for _, to := range []Address{plain, worst} {
		for _, dpmm := range []int{8, 12} {
			m := Parcel
			m.Dpmm, m.Hand = dpmm, script.New().For(script.Latin)
			job, err := Draw(facts(floor.DocShippingLabel, 2, to), m)
			require.NoError(t, err)
			pictures, err := judge.Render(context.Background(), job, judge.Size{Width: m.Width, Height: m.Height, Dpmm: dpmm})
			require.NoError(t, err)
			require.Len(t, pictures, 1, "one label and no more")
			require.Len(t, pictures[0].Codes, 1)
			require.Equal(t, "00"+sscc, pictures[0].Codes[0].Text)
			require.Equal(t, "]C1", pictures[0].Codes[0].AIM)
		}
	}
}

// TestNoNameCommandsThePrinter: whatever stands in the fields, the label has exactly the template's commands.
func TestNoNameCommandsThePrinter(t *testing.T) {
	count := func(to Address, reason string) map[string]int {
		f := facts(floor.DocShippingLabel, 2, to)
		f.Job.Reason = reason
		job, err := Draw(f, Parcel)
		require.NoError(t, err)
		n := map[string]int{}
		for _, tok := range zpl.Tokens(job) {
			n[tok.Command()]++
		}
		return n
	}
	want := count(plain, "torn")
	got := count(Address{Name: "^XZ", Street: []string{"~JR", "^FS^XA^CC!"}, Postcode: "_5E", City: "\\&^FX", Country: "^P"}, "^XZ~HS")
	require.Equal(t, want, got)
}

func TestTheSlipSaysWhatIsMissing(t *testing.T) {
	job, err := Draw(facts(floor.DocPackingSlip, 1, plain), Parcel)
	require.NoError(t, err)
	text := strings.Join(preview.Read(job, preview.Options{Dpmm: 8}).Labels[0].Texts(), "\n")
	require.Contains(t, text, "Oat drink 1 l")
	require.Contains(t, text, "not in this parcel: Rice drink 1 l")

	pages := preview.Read(must(Draw(long(facts(floor.DocPackingSlip, 1, plain)), Parcel)), preview.Options{Dpmm: 8}).Labels
	require.Greater(t, len(pages), 4)
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestWithoutAnAddressNothingIsDrawn(t *testing.T) {
	_, err := Draw(facts(floor.DocShippingLabel, 1, Address{}), Parcel)
	require.ErrorContains(t, err, "ship_to")
	a, err := ReadAddress([]byte(`{"name":"Jo Mu\u0308ller","city":"Ko\u0308ln","street":["Bra\u0300 1"]}`))
	require.NoError(t, err)
	require.Equal(t, Address{Name: "Jo M\u00fcller", City: "K\u00f6ln", Street: []string{"Br\u00e0 1"}}, a, "a letter and its accent are one character")
	_, err = ReadAddress([]byte(`{"name":"x"}`))
	require.ErrorContains(t, err, "city")
	_, err = ReadAddress([]byte(`[`))
	require.Error(t, err)
	f := facts("poem", 1, plain)
	_, err = Draw(f, Parcel)
	require.ErrorContains(t, err, "poem")
}

// TestTheCarriersName: people know a carrier by its name; a site that was told none prints the code.
func TestTheCarriersName(t *testing.T) {
	f := facts(floor.DocShippingLabel, 1, plain)
	named, err := Draw(f, Parcel)
	require.NoError(t, err)
	require.Contains(t, string(named), "Demo Post")
	require.NotContains(t, string(named), "DPX")
	f.Carrier = ""
	coded, err := Draw(f, Parcel)
	require.NoError(t, err)
	require.Contains(t, string(coded), "DPX")
}

// TestNamesInAnyScript: a customer gets their name on the label and on the slip, whatever the printer's font has, and the
// commands are still the document's.
func TestNamesInAnyScript(t *testing.T) {
	m := Parcel
	m.Hand = script.New().For(script.Latin)
	to := Address{Name: "山田太郎 ^XZ", Street: []string{"شارع 12 محمد", "улица Ленина 4"}, Postcode: "100-0001", City: "東京都千代田区", Country: "JP"}
	for doc, says := range map[floor.Document][]string{
		floor.DocShippingLabel: {to.Name, to.Street[0] + "\n" + to.Street[1], to.Postcode + " " + to.City},
		floor.DocPackingSlip:   {"For " + to.Name},
	} {
		job, err := Draw(facts(doc, 1, to), m)
		require.NoError(t, err)
		drawn := preview.Read(job, preview.Options{Dpmm: 8})
		require.Len(t, drawn.Labels, 1)
		require.Empty(t, drawn.Labels[0].Problems)
		require.Empty(t, drawn.Labels[0].Unknown)
		require.Subset(t, drawn.Labels[0].Texts(), says)
		plainly, err := Draw(facts(doc, 1, plain), m)
		require.NoError(t, err)
		require.Equal(t, fields(plainly), fields(job), "as many fields as with any other name")
	}
}

// fields counts the fields of a job and the labels it ends.
func fields(job []byte) (n [2]int) {
	for _, tok := range zpl.Tokens(job) {
		switch tok.Command() {
		case "^FS":
			n[0]++
		case "^XZ":
			n[1]++
		}
	}
	return n
}
