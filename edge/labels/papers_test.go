package labels

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl"
	"picket/zpl/preview"
)

// papers are the facts of every document but the shipping label and the packing slip.
func papers(to Address) map[string]Facts {
	out := map[string]Facts{}
	for _, doc := range []floor.Document{floor.DocReturnLabel, floor.DocCustomsForm, floor.DocGiftReceipt, floor.DocGiftNote, floor.DocCODSlip, floor.DocHoldLabel, floor.DocContentList, floor.DocDeliveryNote} {
		f := facts(doc, 1, to)
		f.Unit.ReturnNo, f.Unit.COD, f.Unit.Delivery = "RT000017", &floor.Money{Minor: 4990, Currency: "EUR"}, "web-100471/1"
		f.Note = "Happy birthday!\nAll the best from " + to.Name
		o := f.Order
		o.To, o.Purchase = "south", "PO-881"
		o.Gift = &floor.Gift{Receipt: "GR-7781"}
		o.Customs = &floor.Customs{Form: "CN22", Content: "sale"}
		o.Pay = &floor.Pay{When: "pickup", Due: floor.Money{Minor: 1250, Currency: "EUR"}}
		o.Pickup = &floor.Pickup{Shelves: []floor.Shelved{{Shelf: "S-03", Line: "1", Qty: 1}, {Shelf: "S-03", Line: "2", Qty: 1}, {Shelf: "S-07", Line: "2", Qty: 1}}, Bags: 2, By: time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC)}
		f.Item = func(s floor.SKU) *floor.Item {
			return &floor.Item{SKU: s, WeightG: 850, HSCode: "220299", Origin: "SE", Price: &floor.Money{Minor: 249, Currency: "EUR"}}
		}
		f.Lists = [][]byte{sealedList()}
		f.Prefix = "ORDER-"
		if doc == floor.DocHoldLabel {
			f.Marks, f.Age = []string{"chilled", "dangerous", "fragile"}, 18
		}
		out[string(doc)] = f
	}
	out["customs_form"].Unit.WeightG, out["customs_form"].Job.Asked = 1940, time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	large := declared23(to)
	out["customs_cn23"] = large
	tracked := facts(floor.DocShippingLabel, 2, to)
	tracked.Unit.Tracking, tracked.Unit.COD = "77000000019", &floor.Money{Minor: 4990, Currency: "EUR"}
	tracked.Marks = []string{"fragile", "upright", "food"}
	out["shipping-tracked"] = tracked
	warned := facts(floor.DocShippingLabel, 1, to)
	warned.Marks, warned.Age, warned.Order.Gift, warned.Unit.COD = []string{"dangerous", "chilled", "upright"}, 18, &floor.Gift{Receipt: "GR-7781"}, tracked.Unit.COD
	out["shipping-warned"] = warned
	for doc, job := range map[floor.Document]floor.Job{
		floor.DocReturnReceipt: {ID: "hh-1:9/1", Doc: floor.DocReturnReceipt, Copy: 2, Reason: "the customer lost it"},
		floor.DocClaimSlip:     {ID: "hh-1:9/1", Doc: floor.DocClaimSlip, Copy: 1}, floor.DocHangTag: {ID: "hh-1:9/1", Doc: floor.DocHangTag, Copy: 1, No: 2, Tags: 2, To: "A-02-1"},
	} {
		f := facts(doc, 1, to)
		f.Job, f.Unit = &job, nil
		f.Return = &floor.Return{ID: "hh-1:70", Number: "R000071", Order: "O-1", Since: time.Date(2026, 11, 21, 12, 3, 0, 0, time.UTC), Wants: "refund", Lines: []floor.ReturnLine{
			{No: 1, SKU: "OAT", Qty: 2, Condition: "as_new", Reason: floor.ChangedMind, Value: &floor.Money{Minor: 398, Currency: "EUR"}},
			{No: 2, SKU: "RICE", Qty: 2, Lot: "L7", Condition: "opened", Reason: floor.NotAsDescribed},
		}}
		f.Item = func(s floor.SKU) *floor.Item {
			return &floor.Item{SKU: s, GTINs: []string{"09520000000028"}, Price: &floor.Money{Minor: 249, Currency: "EUR"}}
		}
		out[string(doc)] = f
	}
	m := Facts{Sender: tracked.Sender, Job: &floor.Job{ID: "j", Doc: floor.DocManifest, Copy: 1}, Manifest: &floor.Manifest{ID: "hh-1:37", Number: "M-20261121-1", Carrier: "Demo Post", Driver: to.Name, Plate: "AB 12 CDE", Closed: time.Date(2026, 11, 21, 17, 5, 0, 0, time.UTC), Count: 39}}
	for i := range 40 {
		m.Manifest.Parcels = append(m.Manifest.Parcels, floor.Loaded{Order: "O-1", Unit: sscc, Tracking: fmt.Sprintf("7700000%04d", i), WeightG: 2100})
	}
	out["manifest"] = m
	return out
}

// declared23 is a parcel of many items beyond the limits of CN22, sent by post.
func declared23(to Address) Facts {
	f := facts(floor.DocCustomsForm, 1, to)
	f.To.Phone, f.To.TaxID = "+44 20 7946 0000", "GB123456789000"
	f.Unit.Tracking, f.Unit.WeightG, f.Job.Asked = "RR473124829GB", 4810, time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC)
	f.Zone = time.FixedZone("CET", 3600)
	f.Order.Customs = &floor.Customs{Form: "CN22", Content: "sale", Invoice: "INV-2026-000871", Licence: "L-77", Certificate: "PHYTO-4711", Comments: "Dried herbs, phytosanitary inspection at the port of entry", Sender: "EORI DE1234567890123", Postage: &floor.Money{Minor: 1890, Currency: "EUR"}}
	f.Unit.Contents = []floor.Content{{Line: "1", SKU: "OAT", Qty: 2}, {Line: "2", SKU: "RICE", Qty: 1}, {Line: "3", SKU: "TEA", Qty: 12}}
	f.Item = func(s floor.SKU) *floor.Item {
		return &floor.Item{SKU: s, WeightG: 350, HSCode: "0902300090", Origin: "SE", Price: &floor.Money{Minor: 249, Currency: "EUR"}}
	}
	return f
}

func sealedList() []byte {
	c := floor.ContentList{From: "north", To: "south", Unit: sscc, Order: "T-1", No: 1, Of: 1, Key: "north-1"}
	for i := range 60 {
		c.Lines = append(c.Lines, floor.ListedLine{SKU: floor.SKU(fmt.Sprintf("SKU-%04d", i)), Qty: i + 1, Lot: "L7"})
	}
	c = c.Split()[0]
	return c.Sealed(ed25519.Sign(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)), c.Bytes()))
}

// TestPapersAreAsTheyWere: the bytes of every document are reviewed when they change.
func TestPapersAreAsTheyWere(t *testing.T) {
	for name, f := range papers(plain) {
		got, err := Draw(f, Parcel)
		require.NoError(t, err, name)
		file := filepath.Join("testdata", name+".zpl")
		if *update {
			require.NoError(t, os.WriteFile(file, got, 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), name)
	}
}

// TestPapersSayWhatTheyMust: the words a person or a customs officer looks for.
func TestPapersSayWhatTheyMust(t *testing.T) {
	for name, words := range map[string][]string{
		"return_label":     {"RETURN", "Northgate Store", "RT000017", "Order web-100471"},
		"customs_form":     {"Customs declaration", "CN22", "May be opened officially", "Demo Post", "Gift Documents X Sale of goods Commercial sample", "2 x Oat drink 1 l HS 220299, from SE 1.700 4.98 EUR", "Total gross weight, total value 1.940 4.98 EUR", "whose name and address are given on the item", "signature 2026-11-21 Northgate Store"},
		"customs_cn23":     {"CN23", "From", "EORI DE1234567890123", "To", "Jo Doe", "Tel. +44 20 7946 0000", "Importer's ref. GB123456789000", "RR 473 124 829 GB", "12 x TEA HS 0902300090, from SE 4.200 29.88 EUR", "4.810 37.35 EUR", "18.90 EUR", "INV-2026-000871", "L-77", "PHYTO-4711", "Dried herbs", "date of posting", "2026-11-22 Northgate Store"},
		"gift_receipt":     {"Gift receipt", "Return code GR-7781", "Oat drink 1 l"},
		"claim_slip":       {"Claim slip", "Return R000071, taken back 2026-11-21 12:03", "At Northgate Store", "Order web-100471", "The customer asked for: refund", "2 x", "Oat drink 1 l, as new", "money is not decided yet", "it is your claim"},
		"return_receipt":   {"Return receipt", "COPY 2", "the customer lost it", "Return R000071", "Keep this receipt", "not decided yet: head office tells you"},
		"hang_tag":         {"Brought back", "1 of 2", "2 of 2", "lot L7", "opened", "A-02-1", "Return R000071, line 2: not as described"},
		"gift_note":        {"Happy birthday!", "Order web-100471"},
		"cod_slip":         {"Cash on delivery", "49.90 EUR", "nothing for its other parcels"},
		"hold_label":       {"0471", "S-03, S-07", "Sat 28 Nov 2026", "2 bags", "To pay 12.50 EUR", "Jo Doe", "CHECK AGE 18+"},
		"content_list":     {"For site south", "Code 1 of 1", "Page 1 of 2", "2 x", "Oat drink 1 l (OAT)", "Page 2 of 2"},
		"delivery_note":    {"Delivery note web-100471/1", "your order PO-881", "in this delivery: 1"},
		"shipping-tracked": {"TRACKING", "77000000019", "SSCC " + sscc, "COLLECT 49.90 EUR", "FRAGILE - THIS WAY UP"},
		"shipping-warned":  {"CHECK AGE 18+", "DANGEROUS GOODS", "KEEP CHILLED", "THIS WAY UP - GIFT"},
		"manifest":         {"Manifest Demo Post", "M-20261121-1", "2026-11-21 17:05", "Driver Jo Doe, AB 12 CDE", "40 parcels, 84.0 kg; the driver counted 39", "77000000039", "Page 4 of 4"},
	} {
		job, err := Draw(papers(plain)[name], Parcel)
		require.NoError(t, err, name)
		var text []string
		for _, l := range preview.Read(job, preview.Options{Dpmm: 8}).Labels {
			text = append(text, l.Texts()...)
		}
		all := strings.Join(strings.Fields(strings.Join(text, " ")), " ")
		for _, w := range words {
			require.Contains(t, all, w, name)
		}
		if name == "gift_receipt" || name == "claim_slip" || name == "return_receipt" || name == "hang_tag" {
			require.NotContains(t, all, "EUR", "no prices in a gift, and none on a paper that promises none")
		}
		require.NotContains(t, all, "hh-1:", "ids of ours are nobody's business: %s", name)
	}
}

// TestNoNameCommandsAnyPaper: the documents have exactly the template's commands, whatever stands in the fields.
func TestNoNameCommandsAnyPaper(t *testing.T) {
	count := func(f Facts) map[string]int {
		job, err := Draw(f, Parcel)
		require.NoError(t, err)
		n := map[string]int{}
		for _, tok := range zpl.Tokens(job) {
			n[tok.Command()]++
		}
		return n
	}
	evil := papers(Address{Name: "^XZ~JR", Street: []string{"^FS^XA^CC!"}, Postcode: "_5E", City: "\\&^FX", Country: "^P"})
	harmless := papers(Address{Name: "Jo Doe", Street: []string{"1 High St"}, Postcode: "N1", City: "London", Country: "G"})
	for name, f := range evil {
		f.Name = func(floor.SKU) string { return "^XZ^XA~HS" }
		h := harmless[name]
		h.Name = func(floor.SKU) string { return "Oat drink" }
		require.Equal(t, count(h), count(f), name)
	}
}

func TestWhatIsNotThereIsNotDrawn(t *testing.T) {
	for doc, field := range map[floor.Document]string{
		floor.DocReturnLabel: "return_no", floor.DocCustomsForm: "customs", floor.DocGiftReceipt: "gift", floor.DocGiftNote: "note",
		floor.DocCODSlip: "cod", floor.DocContentList: "content list", floor.DocDeliveryNote: "delivery", floor.DocManifest: "manifest",
		floor.DocReturnReceipt: "return", floor.DocClaimSlip: "return", floor.DocHangTag: "return",
	} {
		_, err := Draw(facts(doc, 1, plain), Parcel)
		require.ErrorContains(t, err, field+":", doc)
	}
}

func TestPagesOfAList(t *testing.T) {
	for _, c := range []struct {
		rows int
		want []int
	}{{0, []int{0, 0}}, {3, []int{0, 3}}, {4, []int{0, 4, 4}}, {10, []int{0, 10, 10}}, {13, []int{0, 10, 13}}, {14, []int{0, 10, 14, 14}}, {25, []int{0, 10, 20, 25, 25}}} {
		require.Equal(t, c.want, pagesOf(c.rows, 10, 3), "%d rows", c.rows)
	}
}

func TestTheWordsOfAGift(t *testing.T) {
	words, err := ReadNote([]byte(`{"note":"Happy birthday"}`))
	require.NoError(t, err)
	require.Equal(t, "Happy birthday", words)
	_, err = ReadNote([]byte("Happy birthday"))
	require.ErrorContains(t, err, "gift note")
}

// TestAReceiptPromisesNoMoney: what a customer takes home says what the centre has said, and no more.
func TestAReceiptPromisesNoMoney(t *testing.T) {
	says := func(change func(r *floor.Return)) string {
		f := papers(plain)["return_receipt"]
		r := *f.Return
		change(&r)
		f.Return = &r
		job, err := Draw(f, Parcel)
		require.NoError(t, err)
		return strings.Join(preview.Read(job, preview.Options{Dpmm: 8}).Labels[0].Texts(), " ")
	}
	const open, settled = "not decided yet", "It is settled"
	for name, c := range map[string]struct {
		change    func(r *floor.Return)
		has, lack []string
	}{
		"closed a moment ago": {func(*floor.Return) {}, []string{open}, []string{settled}},
		"the centre said so":  {func(r *floor.Return) { r.Refunded = true }, []string{settled}, []string{open}},
		"wants nothing":       {func(r *floor.Return) { r.Wants = "none" }, nil, []string{open, settled}},
	} {
		all := says(c.change)
		for _, w := range c.has {
			require.Contains(t, all, w, name)
		}
		for _, w := range c.lack {
			require.NotContains(t, all, w, name)
		}
	}
}

// What is to be paid at the counter is what is left to pay, and one parcel is one.
func TestPapersCountAsPeopleDo(t *testing.T) {
	read := func(f Facts) string {
		job, err := Draw(f, Parcel)
		require.NoError(t, err)
		return strings.Join(preview.Read(job, preview.Options{Dpmm: 8}).Labels[0].Texts(), "\n")
	}
	all := papers(Address{Name: "Jo Doe"})
	hold := all["hold_label"]
	hold.Order.Pickup.Paid = []floor.Payment{{Amount: floor.Money{Minor: 1000, Currency: "EUR"}}}
	require.Contains(t, read(hold), "To pay 2.50 EUR")
	hold.Order.Pickup.Paid[0].Amount.Minor = 1250
	require.NotContains(t, read(hold), "To pay")
	list := all["manifest"]
	list.Manifest.Parcels, list.Manifest.Count = list.Manifest.Parcels[:1], 1
	require.Contains(t, read(list), "1 parcel, ")
}
