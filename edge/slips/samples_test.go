package slips

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
)

var made = time.Date(2026, 11, 22, 17, 45, 0, 0, time.FixedZone("", 3600))

func headOf(p Paper, number string) Head {
	return Head{Paper: p, Site: "Mossgrove Outdoor, Malmö", Address: []string{"Södra Förstadsgatan 12", "211 43 Malmö"}, Number: number, Made: made, Open: "https://edge.site-7.example/open/" + number}
}

// names of people and things in the letters of those who have them.
var names = []string{
	"Zelt „Fjällräven\" für 3 Personen, grün", "Πτυσσόμενη καρέκλα κάμπινγκ", "Спальный мешок зимний −15 °C", "İğneli kamp ocağı, şişesiz, büyük",
	"Bếp ga du lịch gấp gọn, có túi đựng", "Żółta kurtka przeciwdeszczowa, łódzka", "Čelovka nabíjecí, šňůra 1,5 m", "Größenverstellbarer Trekkingstock",
}

func pickSample(p Paper, lines int, byHand bool) PickList {
	out := PickList{Head: headOf(p, "RUN-0471"), Picker: "Nguyễn Thị Hồng", Cart: "Cart 3, 6 totes", Due: "today 18:30, carrier's cut-off", Orders: 6, ByHand: byHand}
	for i := range lines {
		out.Lines = append(out.Lines, PickLine{Bin: fmt.Sprintf("A-%02d-%d-%d", 1+i/4, 1+i%3, 1+i%5), SKU: fmt.Sprintf("SKU-%05d", 10400+i), Name: names[i%len(names)],
			Code: fmt.Sprintf("73500%08d", 12345670+i*11), Qty: 1 + i%4, Unit: "pcs", Order: fmt.Sprintf("tote T-%02d", 1+i%6)})
	}
	if lines > 2 {
		out.Lines[2].Lot = "L2026-11-02"
		out.Lines[2].Note = "the oldest lot first"
	}
	return out
}

func paperSample(p Paper) PaperMode {
	return PaperMode{Head: headOf(p, "PAPER-20261122-2"), Since: "Sunday 22 November, 17:41", Why: "power alarm", By: "Åsa (lead)", From: 4100, Blank: 14,
		Pickups: []OpenPickup{{"MG-10023", "Ömer", "S-04", "2 × tent, 1 × stove", "pickup code or ID", ""}, {"MG-10031", "Ελένη", "S-11", "1 × chair", "ID check, 18 years", "349,00 kr"}},
		Runs:    []OpenRun{{"RUN-0471", "Nguyễn Thị Hồng", "12 of 30 lines", "18:30"}, {"RUN-0472", "Олена", "3 of 8 lines", "19:00"}}, Lists: []PickList{handSample(p, "MG-10044"), handSample(p, "MG-10045")}, More: 3}
}

func handSample(p Paper, order string) PickList {
	l := pickSample(p, 5, true)
	l.Order, l.Under, l.Cart = order, "PAPER-20261122-2", "RUN-20261122-1"
	if order == "MG-10045" {
		l.Under = "P-20261122-17" // it was begun on paper before
	}
	for i := range l.Lines {
		l.Lines[i].Order, l.Lines[i].Line = order, fmt.Sprint(i+1)
	}
	return l
}

func packSample(p Paper, gift bool) PackingSlip {
	return PackingSlip{Head: headOf(p, "MG-10044-1"), Order: "MG-10044", Ordered: "20 November 2026", To: []string{"Юлія Шевченко", "вул. Хрещатик 22, кв. 5", "01001 Київ", "Україна"},
		Parcel: 1, Parcels: 2, Gift: gift, Return: "RET-7F3K-92QX", Note: "Questions? Write to help@mossgrove.example and name the order.",
		Message: map[bool]string{true: "Grattis på födelsedagen!\nChúc mừng sinh nhật, Юлю!\nVi ses i fjällen."}[gift],
		Lines: []SlipLine{{"SKU-10400", names[0], 1, 0, 1, "", "1 299,00 kr", "1 299,00 kr"}, {"SKU-10402", names[2], 2, 0, 1, "1 follows in parcel 2", "899,00 kr", "1 798,00 kr"},
			{"SKU-10404", names[4], 1, 0, 0, "not in stock, cancelled", "249,00 kr", "0,00 kr"}},
		Totals: []Fact{{"Goods", "3 097,00 kr"}, {"Shipping", "49,00 kr"}, {"Total, VAT included", "3 146,00 kr"}}}
}

func manifestSample(p Paper, n int) Manifest {
	m := Manifest{Head: headOf(p, "MAN-20261122-PN"), Carrier: "PostNord", Service: "MyPack Collect", Account: "10023345", Day: "Sunday 22 November 2026", Dock: "Dock 2"}
	for i := range n {
		note := ""
		if i%9 == 4 {
			note = "cash on delivery"
		}
		m.Parcels = append(m.Parcels, ManifestParcel{SSCC: fmt.Sprintf("37350012%010d", 4000+i*7), Tracking: fmt.Sprintf("0037350012%010d", 4000+i*7), Order: fmt.Sprintf("MG-%d-1", 10044+i),
			To: "01001 Київ", Grams: 800 + i*137, Note: note})
	}
	return m
}

func recordsSample(n int) []Record {
	var out []Record
	prev := sha256.Sum256([]byte("before"))
	for i := range n {
		raw := fmt.Appendf(nil, `{"specversion":"1.0","id":"01JD9Z/%d","type":"picket.handover.recorded","source":"malmo","time":"2026-11-22T16:4%d:00Z","data":{"order":"MG-10031","line":"%d","qty":1,"note":"Ελένη"}}`, i, i%10, i)
		own := sha256.Sum256(raw)
		hash := sha256.Sum256(append(append([]byte{}, prev[:]...), own[:]...))
		out = append(out, Record{Seq: uint64(88120 + i), Type: "picket.handover.recorded", At: "2026-11-22 17:4" + fmt.Sprint(i%10), By: "Åsa at counter 1", Raw: raw, Prev: prev, Hash: hash})
		prev = hash
	}
	return out
}

func disputeSample(p Paper) HandOver {
	r := recordsSample(9)
	return HandOver{Head: headOf(p, "HO-MG-10031"), Order: "MG-10031", Name: "Ελένη Π.", Place: "Counter 1", Ready: "21 November, 14:02", Arrived: "22 November, 17:38",
		Paid: []string{"349,00 kr, till 2 receipt 55012"}, Back: []string{"49,00 kr, card, receipt 55090"}, Goods: []string{"1 × hanger, 23 November, return R000071"}, Of: 2, Handed: []Handed{
			{Given: "22 November, 17:44", By: "Åsa", To: "the customer", Proofs: []Proof{{Method: "ID check", Person: "Giannis P.", Relation: "husband", Detail: "identity card, over 18", At: "17:42", By: "Åsa", Overridden: true, Why: "the code was on a phone without power"}},
				Items: []HandedItem{{"SKU-10401", names[1], 1, "SN-0099123", "", ""}, {"SKU-10405", names[5], 1, "", "L22", "hanger missing"}}},
			{Given: "23 November, 09:10", Recorded: "23 November, 09:31", By: "Olle", To: "Demo Post", Under: "manifest M-20261123-1", Parcels: []string{"095200010000000010", "095200010000000027"}, Note: "The rules said no: not verified. It left all the same.",
				Proofs: []Proof{{Method: "driver's name", Person: "Jon Doe, AB 12 CDE", Detail: "counted 2 of 2 parcels", At: "09:15", By: "Olle"}}, Items: []HandedItem{{"SKU-10402", names[2], 3, "", "", "parcel 095200010000000010"}}}},
		Records: r, Log: "01JC0LOG", Root: r[8].Hash, RootSeq: 88128}
}

func countSample(p Paper, blind bool) CountSheet {
	c := CountSheet{Head: headOf(p, "CNT-0091"), Zone: "Aisle A, levels 1 to 3", Counter: "Олена", Blind: blind, Second: blind, Spare: 4}
	for i, l := range pickSample(p, 22, false).Lines {
		c.Lines = append(c.Lines, CountLine{l.Bin, l.SKU, l.Name, l.Code, l.Lot, 3 + i})
	}
	return c
}

func closeSample(p Paper) Closing {
	return Closing{Head: headOf(p, "CLOSE-20261122"), Day: "Sunday 22 November 2026", Shift: "Late", Lead: "Åsa", Checks: []Check{
		{"All carriers came", true, "", "Åsa", "18:05", ""}, {"Nothing older than a day on the staging shelf", false, "3 orders: MG-09981, MG-09987, MG-10002", "", "", "called, no answer"},
		{"Printers: nothing held", true, "", "Олена", "18:20", ""}, {"Counts reviewed", true, "", "Åsa", "18:31", ""}, {"The desk is empty", false, "2 entries", "", "", ""}},
		Sums: []Fact{{"Paid at the counter", "4 120,00 kr in 9 payments, agrees with the till"}, {"Parcels handed to carriers", "61"}}}
}

func backSample(p Paper) Receipt {
	return Receipt{Head: headOf(p, "RET-20261122-014"), Kind: "Return receipt", Order: "MG-09812", Name: "İbrahim Ö.", Channel: "web shop", By: "Åsa", Lines: []ReceiptLine{
		{"SKU-10403", names[3], "7350012345692", 1, "opened, complete", "too large", "back on the shelf"}, {"SKU-10406", names[6], "7350012345708", 2, "damaged", "broken on arrival", "quarantine"}},
		Refund: "The refund has been asked for and is told by mail when it is done. This slip is no voucher.", Amount: "to refund: 1 147,00 kr", Sign: []string{"Customer", "For the shop"}}
}

func customsSample(p Paper) Customs {
	c := Customs{Head: headOf(p, "RR473124829GB"), Form: "CN23", Operator: "Demo Post", Spaced: "RR 473 124 829 GB", Order: "MG-10044", From: []string{"Mossgrove Outdoor, Malmö", "Södra Förstadsgatan 12", "211 43 Malmö"},
		To: []string{"Юлія Шевченко", "вул. Хрещатик 22, кв. 5", "01001 Київ", "UA"}, Sender: []Fact{{"Customs ref.", "EORI SE1234567890123"}}, Importer: []Fact{{"Tel.", "+380 44 000 0000"}, {"Importer's ref.", "UA123456789000"}},
		Categories: []Category{{"Gift", false}, {"Documents", false}, {"Sale of goods", true}, {"Commercial sample", false}, {"Returned goods", false}, {"Other", false}}, Weight: "4.810", Value: "37.35 EUR",
		Known: []Fact{{"Postal charges", "18.90 EUR"}, {"Invoice no.", "INV-2026-000871"}, {"Licence no.", "L-77"}, {"Certificate no.", "PHYTO-4711"}}, Comments: "Dried herbs, phytosanitary inspection at the port of entry",
		Certify: "I certify that the particulars given in this customs declaration are correct and that this item does not contain any dangerous article or articles prohibited by legislation or by postal or customs regulations.",
		Signed:  "2026-11-22  Mossgrove Outdoor, Malmö", Copies: 4}
	for i, n := range names {
		c.Lines = append(c.Lines, Declared{fmt.Sprintf("%d x %s", i+1, n), "HS 0902300090, from SE", "0.350", "2.49 EUR"})
	}
	return c
}

type sample struct {
	name string
	make func() ([]byte, error)
}

// samples are all papers on both sizes.
func samples() []sample {
	var out []sample
	add := func(name string, f func() ([]byte, error)) { out = append(out, sample{name, f}) }
	for _, p := range []Paper{A4, Letter} {
		n := strings.TrimSpace([]string{"a4", "letter"}[p])
		add("pick-"+n, func() ([]byte, error) { return Pick(pickSample(p, 30, false)) })
		add("pick-by-hand-"+n, func() ([]byte, error) { return Pick(pickSample(p, 12, true)) })
		add("paper-"+n, func() ([]byte, error) { return GoToPaper(paperSample(p)) })
		add("packing-"+n, func() ([]byte, error) { return Packing(packSample(p, false)) })
		add("gift-"+n, func() ([]byte, error) { return Packing(packSample(p, true)) })
		add("manifest-"+n, func() ([]byte, error) { return Day(manifestSample(p, 61)) })
		add("dispute-"+n, func() ([]byte, error) { return Dispute(disputeSample(p)) })
		add("count-"+n, func() ([]byte, error) { return Count(countSample(p, false)) })
		add("count-blind-"+n, func() ([]byte, error) { return Count(countSample(p, true)) })
		add("closing-"+n, func() ([]byte, error) { return Close(closeSample(p)) })
		add("customs-"+n, func() ([]byte, error) { return Declare(customsSample(p)) })
		add("return-"+n, func() ([]byte, error) { return Back(backSample(p)) })
	}
	return out
}
