package slips

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/zpl/judge"
	"picket/zpl/script"
)

// poppler runs one of poppler-utils' programs on a paper; it must have nothing to complain of.
func poppler(t require.TestingT, program string, pdf []byte, args ...string) []byte {
	dir, err := os.MkdirTemp("", "slips")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "paper.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	if args = append(args, file); program == "pdftotext" {
		args = append(args, "-") // the others write to standard output unless told
	}
	cmd := exec.Command(program, args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	require.NoError(t, cmd.Run(), "%s (Debian package poppler-utils): %s", program, problems.String())
	require.Empty(t, problems.String())
	require.NotEmpty(t, out.Bytes())
	return out.Bytes()
}

// pagesOf gives the text of each page, as a reader sees it.
func pagesOf(t require.TestingT, pdf []byte) []string {
	pages := strings.Split(string(poppler(t, "pdftotext", pdf, "-layout", "-enc", "UTF-8")), "\f")
	return pages[:len(pages)-1]
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestEveryPageSaysWhereItBelongs: number, page n of m, and the head of its table.
func TestEveryPageSaysWhereItBelongs(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			pdf, err := s.make()
			require.NoError(t, err)
			pages := pagesOf(t, pdf)
			for i, p := range pages {
				require.Contains(t, p, fmt.Sprintf("Page %d of %d", i+1, len(pages)))
				require.Contains(t, p, "Printed 2026-11-22 17:45 +01:00")
				require.Contains(t, p, "Mossgrove Outdoor, Malmö")
			}
			again, err := s.make()
			require.NoError(t, err)
			require.True(t, bytes.Equal(pdf, again), "the same paper, other bytes")
			require.Less(t, len(pdf), 100_000)
			tidy(t, pdf)
			w, h, _ := map[bool]Paper{true: A4, false: Letter}[strings.HasSuffix(s.name, "a4")].size()
			size := fmt.Sprintf("MediaBox [0 0 %.2f %.2f]", w/25.4*72, h/25.4*72)
			require.Contains(t, string(pdf), size)
		})
	}
}

func TestTheHeadOfATableIsRepeated(t *testing.T) {
	pdf, err := Day(manifestSample(A4, 200))
	require.NoError(t, err)
	pages := pagesOf(t, pdf)
	require.Greater(t, len(pages), 4)
	for _, p := range pages {
		require.Regexp(t, `SSCC +Tracking +Order +To +Weight`, p)
	}
	all := flat(strings.Join(pages, " "))
	for _, p := range manifestSample(A4, 200).Parcels {
		require.Contains(t, all, grouped(p.SSCC)+" "+p.Tracking+" "+p.Order, "no row is lost at the end of a page")
	}
	require.Contains(t, all, "Total: 200 parcels, 2886.300 kg")
	german := manifestSample(A4, 2)
	german.Lang = "de"
	pdf, err = Day(german)
	require.NoError(t, err)
	require.Contains(t, flat(strings.Join(pagesOf(t, pdf), " ")), "2 Pakete, 1,737 kg")
	require.Contains(t, all, "Driver, name in capitals")
}

func TestTheLettersOfEurope(t *testing.T) {
	pdf, err := Pick(pickSample(A4, 8, false))
	require.NoError(t, err)
	text := flat(strings.Join(pagesOf(t, pdf), " "))
	for _, n := range names {
		for _, word := range strings.Fields(n) {
			require.Contains(t, text, word)
		}
	}
	require.Contains(t, text, "Nguyễn Thị Hồng")
}

func TestAGiftShowsNoPrice(t *testing.T) {
	pdf, err := Packing(packSample(A4, false))
	require.NoError(t, err)
	text := flat(strings.Join(pagesOf(t, pdf), " "))
	require.Contains(t, text, "3 146,00 kr")
	require.Contains(t, text, "1 299,00 kr")

	pdf, err = Packing(packSample(A4, true))
	require.NoError(t, err)
	text = flat(strings.Join(pagesOf(t, pdf), " "))
	for _, no := range []string{"kr", "Price", "Sum", "Total", "VAT"} {
		require.NotContains(t, text, no)
	}
	for _, yes := range []string{"Chúc mừng sinh nhật, Юлю!", "RET-7F3K-92QX", "Gift receipt", "not in stock, cancelled", "1 of 2"} {
		require.Contains(t, text, yes)
	}
}

// TestGoingOnByPaperBindsTheLists: every list on a page of its own with its code, and how to enter it at the end.
func TestGoingOnByPaperBindsTheLists(t *testing.T) {
	p := paperSample(A4)
	pdf, err := GoToPaper(p)
	require.NoError(t, err)
	pages := pagesOf(t, pdf)
	last := flat(pages[len(pages)-1])
	require.Contains(t, last, "When the system is back: late entry")
	require.Contains(t, last, "Paper number: the one that stands on the list as Paper.")
	for i, l := range p.Lists {
		page := flat(pages[len(pages)-1-len(p.Lists)+i])
		for _, want := range append([]string{"Pick list " + []string{"MG-10044", "P-20261122-17"}[i], "Paper " + l.Under, "Order", l.Order, "RUN-20261122-1", "Picked", "Short, why", "line 5", "Picker, time it was finished"}, l.Lines[0].Bin, l.Lines[4].Bin) {
			require.Contains(t, page, want)
		}
	}
	require.Contains(t, flat(strings.Join(pages, " ")), "3 more orders are open and have no list here")
	p.Lists[1].Lines[0].Qty = -1
	_, err = GoToPaper(p)
	require.EqualError(t, err, "lists[1].lines[0].qty: is -1, must be from 0 to 1000000")
}

func TestBlindSheetsHideTheBook(t *testing.T) {
	c := countSample(A4, false)
	c.Lines[0].Book = 977123
	pdf, err := Count(c)
	require.NoError(t, err)
	require.Contains(t, strings.Join(pagesOf(t, pdf), ""), "977123")
	c.Blind = true
	pdf, err = Count(c)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(pagesOf(t, pdf), ""), "977123")
}

func TestTheFileOfAHandOverCanBeVerified(t *testing.T) {
	h := disputeSample(A4)
	pdf, err := Dispute(h)
	require.NoError(t, err)
	text := flat(strings.Join(pagesOf(t, pdf), " "))
	for _, want := range []string{"ID check", "Giannis P.", "husband", "The check was overridden: the code was on a phone without power", "SN-0099123", "hanger missing",
		"349,00 kr, till 2 receipt 55012", "Money given back 49,00 kr, card, receipt 55090", "1 × hanger, 23 November, return R000071", "Hand-overs told all 2",
		"Hand-over 1: 22 November, 17:44", "Hand-over 2: 23 November, 09:10", "Heard of by the site 23 November, 09:31", "Belongs to manifest M-20261123-1", "095200010000000010, 095200010000000027", "Jon Doe, AB 12 CDE",
		"The rules said no: not verified", fmt.Sprintf("%x", h.Root), "stood at record 88128"} {
		require.Contains(t, text, want)
	}
	for _, r := range h.Records {
		require.Contains(t, text, fmt.Sprintf("%d picket.handover.recorded", r.Seq))
		require.Contains(t, text, fmt.Sprintf("before %x after %x", r.Prev, r.Hash))
	}
	require.NotContains(t, text, "DOES NOT AGREE")
	require.Equal(t, len(h.Records), strings.Count(text, "worked out again for this print and agrees"))

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "h.pdf"), pdf, 0o600))
	out, err := exec.Command("pdfdetach", "-saveall", "-o", dir, filepath.Join(dir, "h.pdf")).CombinedOutput()
	require.NoError(t, err, string(out))
	attached, err := os.ReadFile(filepath.Join(dir, "records.txt"))
	require.NoError(t, err)
	want := ""
	for _, r := range h.Records {
		want += fmt.Sprintf("%d %d %s\n", r.Seq, len(r.Raw), r.Raw)
	}
	require.Equal(t, want, string(attached))

	bare := h
	bare.Handed = []Handed{{Given: "now"}}
	none, err := Dispute(bare)
	require.NoError(t, err)
	require.Contains(t, flat(strings.Join(pagesOf(t, none), " ")), "no proof was shown")

	h.Records[3].Raw = bytes.Replace(h.Records[3].Raw, []byte(`"qty":1`), []byte(`"qty":2`), 1)
	pdf, err = Dispute(h)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(flat(strings.Join(pagesOf(t, pdf), " ")), "THE HASH DOES NOT AGREE"))
}

// TestNoPaymentIsCut: however many there are and however long what is said of them is.
func TestNoPaymentIsCut(t *testing.T) {
	h := disputeSample(A4)
	h.Paid, h.PaidAll, h.Back, h.BackAll, h.Goods = nil, "1 234,50 kr", nil, "617,25 kr", nil
	for i := range 40 {
		h.Paid = append(h.Paid, fmt.Sprintf("30,86 kr, cash, receipt P-%03d, collected at the door of the customer's neighbour, 2026-11-22 17:44:%02d CET", i, i))
		h.Back = append(h.Back, fmt.Sprintf("15,43 kr, card, receipt R-%03d, 2026-11-23 09:00:%02d CET: %s back%d", i, i, strings.Repeat("a long reason ", 12), i))
		h.Goods = append(h.Goods, fmt.Sprintf("1 × Πτυσσόμενη καρέκλα κάμπινγκ, opened but complete, 2026-11-23 10:00:%02d CET end%d", i, i))
	}
	pdf, err := Dispute(h)
	require.NoError(t, err)
	tidy(t, pdf)
	if dir := os.Getenv("SLIPS_OUT"); dir != "" { // to look at it
		require.NoError(t, os.WriteFile(filepath.Join(dir, "payments.pdf"), pdf, 0o644))
	}
	pages := pagesOf(t, pdf)
	require.Contains(t, pages[0], "Paid")
	text := flat(strings.Join(pages, " "))
	for i := range 40 {
		for _, want := range []string{fmt.Sprintf("receipt P-%03d, collected at the door", i), fmt.Sprintf("17:44:%02d CET", i), fmt.Sprintf("receipt R-%03d", i), fmt.Sprintf(" back%d ", i), fmt.Sprintf("10:00:%02d CET end%d", i, i)} {
			require.Contains(t, text, want)
		}
	}
	require.Contains(t, text, "In all 1 234,50 kr")
	require.Contains(t, text, "In all 617,25 kr")
}

func TestACopySaysSoOnEveryPage(t *testing.T) {
	m := manifestSample(Letter, 80)
	m.Copy, m.Reason = 2, "the driver lost the first"
	pdf, err := Day(m)
	require.NoError(t, err)
	for _, p := range pagesOf(t, pdf) {
		require.Contains(t, flat(p), "COPY 2 the driver lost the first")
	}
}

// TestBarcodesAreRead: zxing reads every code off the rendered page.
func TestBarcodesAreRead(t *testing.T) {
	p := pickSample(A4, 12, true)
	p.Order, p.Under = "MG-10044", p.Number // an order that was begun on paper: both are to be scanned
	pdf, err := Pick(p)
	require.NoError(t, err)
	found := decode(t, pdf)
	require.Equal(t, "Code128", found[p.Order])
	delete(found, p.Order)
	require.Equal(t, "QRCode", found[p.Open])
	require.Equal(t, "Code128", found[p.Number])
	for _, l := range p.Lines {
		require.Equal(t, "Code128", found[l.Code], "%s in %v", l.Code, found)
	}
	require.Len(t, found, len(p.Lines)+2)

	g := packSample(Letter, true)
	pdf, err = Packing(g)
	require.NoError(t, err)
	require.Equal(t, map[string]string{g.Open: "QRCode", g.Number: "Code128", g.Return: "Code128"}, decode(t, pdf))
}

func decode(t *testing.T, pdf []byte) map[string]string {
	png := poppler(t, "pdftoppm", pdf, "-r", "300", "-gray", "-png", "-singlefile")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	pictures, err := judge.Decode(ctx, png)
	require.NoError(t, err)
	out := map[string]string{}
	for _, c := range pictures[0].Codes {
		out[c.Text] = c.Format
	}
	return out
}

func TestWhatNoBarcodeCanSayIsStillWritten(t *testing.T) {
	p := pickSample(A4, 3, false)
	p.Lines[0].Code, p.Lines[1].Code = "кот-17", strings.Repeat("X", 50)
	pdf, err := Pick(p)
	require.NoError(t, err)
	require.Contains(t, strings.Join(pagesOf(t, pdf), ""), "кот-17")
	found := decode(t, pdf)
	require.Len(t, found, 3, "the paper's own two and one item's")
}

func TestWrongInputIsNamed(t *testing.T) {
	fails := func(want string, change func(*PickList)) {
		p := pickSample(A4, 2, false)
		change(&p)
		_, err := Pick(p)
		require.EqualError(t, err, want)
	}
	fails("head.made: is missing", func(p *PickList) { p.Made = time.Time{} })
	fails("head.number: is missing", func(p *PickList) { p.Number = "" })
	fails("head.paper: 7 is no paper size", func(p *PickList) { p.Paper = 7 })
	fails("head.copy: is -1", func(p *PickList) { p.Copy = -1 })
	fails("head.open: is 601 bytes long, at most 600 go in a code", func(p *PickList) { p.Open = strings.Repeat("x", 601) })
	fails("head.open: has characters that do not belong in a code", func(p *PickList) { p.Open = "a\nb" })
	fails("lines: are 5001, at most 5000 go on one paper", func(p *PickList) { p.Lines = make([]PickLine, 5001) })
	fails("lines[1].qty: is -1, must be from 0 to 1000000", func(p *PickList) { p.Lines[1].Qty = -1 })
	_, err := Day(Manifest{Head: headOf(A4, "m"), Parcels: []ManifestParcel{{Grams: -1}}})
	require.EqualError(t, err, "parcels[0].grams: is -1, must be from 0 to 100000000")
	_, err = Packing(PackingSlip{Head: headOf(A4, "m"), Parcel: 3, Parcels: 2})
	require.EqualError(t, err, "parcel: is 3 of 2")
	_, err = Packing(PackingSlip{Head: headOf(A4, "m"), Lines: []SlipLine{{Here: 1_000_001}}})
	require.EqualError(t, err, "lines[0].here: is 1000001, must be from 0 to 1000000")
	_, err = Dispute(HandOver{Head: headOf(A4, "m"), Handed: []Handed{{Items: []HandedItem{{Qty: -1}}}}})
	require.EqualError(t, err, "handed[0].items[0].qty: is -1, must be from 0 to 1000000")
	_, err = Back(Receipt{Head: headOf(A4, "m"), Kind: "Put back", Lines: []ReceiptLine{{Qty: -1}}})
	require.EqualError(t, err, "lines[0].qty: is -1, must be from 0 to 1000000")
	_, err = Dispute(HandOver{Head: headOf(A4, "m"), Records: []Record{{Raw: make([]byte, maxRaw+1)}}})
	require.EqualError(t, err, "records[0].raw: is 65537 bytes long, at most 65536 are allowed")
	_, err = Back(Receipt{Head: headOf(A4, "m")})
	require.EqualError(t, err, "kind: is missing")
	_, err = GoToPaper(PaperMode{Head: headOf(A4, "m"), Blank: 501})
	require.EqualError(t, err, "blank: is 501, must be from 0 to 500")
}

func TestEmptyPapers(t *testing.T) {
	h := Head{Number: "1", Made: made}
	for _, f := range []func() ([]byte, error){
		func() ([]byte, error) { return Pick(PickList{Head: h}) }, func() ([]byte, error) { return GoToPaper(PaperMode{Head: h}) },
		func() ([]byte, error) { return Packing(PackingSlip{Head: h}) }, func() ([]byte, error) { return Day(Manifest{Head: h}) },
		func() ([]byte, error) { return Dispute(HandOver{Head: h}) }, func() ([]byte, error) { return Count(CountSheet{Head: h}) },
		func() ([]byte, error) { return Close(Closing{Head: h}) }, func() ([]byte, error) { return Back(Receipt{Head: h, Kind: "Put back"}) },
	} {
		pdf, err := f()
		require.NoError(t, err)
		require.Contains(t, pagesOf(t, pdf)[0], "Page 1 of 1")
	}
}

type word struct {
	X0   float64 `xml:"xMin,attr"`
	Y0   float64 `xml:"yMin,attr"`
	X1   float64 `xml:"xMax,attr"`
	Y1   float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

type page struct {
	W     float64 `xml:"width,attr"`
	H     float64 `xml:"height,attr"`
	Words []word  `xml:"word"`
}

// tidy: every word lies within the margins, and no two lie on each other.
func tidy(t require.TestingT, pdf []byte) []page {
	var doc struct {
		Pages []page `xml:"body>doc>page"`
	}
	require.NoError(t, xml.Unmarshal(poppler(t, "pdftotext", pdf, "-bbox"), &doc))
	require.NotEmpty(t, doc.Pages)
	const edge = (margin - 0.5) / 25.4 * 72
	for n, p := range doc.Pages {
		for i, a := range p.Words {
			require.True(t, a.X0 >= edge && a.X1 <= p.W-edge && a.Y0 >= edge-2 && a.Y1 <= p.H-edge, "page %d: %+v leaves the page", n+1, a)
			for _, b := range p.Words[:i] {
				wide := min(a.X1, b.X1) - max(a.X0, b.X0)
				high := min(a.Y1, b.Y1) - max(a.Y0, b.Y0)
				require.False(t, wide > 1 && high > 0.45*min(a.Y1-a.Y0, b.Y1-b.Y0), "page %d: %+v lies on %+v", n+1, a, b)
			}
		}
	}
	return doc.Pages
}

// TestDataCannotBreakAPaper: whatever names, codes and notes say.
func TestDataCannotBreakAPaper(t *testing.T) {
	hostile := rapid.OneOf(rapid.String(), rapid.StringN(0, 400, -1), rapid.SampledFrom([]string{
		strings.Repeat("W", 900), strings.Repeat("long words in a row ", 90), ") Tj ET Q /JS (app.alert(1)) (", "{nb} \\(\\) \\\\", "a\x00b\x1b[31m\u202eright to left\u202c", "\xff\xfe broken \xc3",
		"👩‍🚀 🎁 emoji", "漢字カタカナ한국어", "e\u0301\u0301\u0301\u0301 stacked", strings.Repeat("\n", 60), "שלום عليكم", strings.Repeat("漢字、", 200), strings.Repeat("محمد", 150), strings.Repeat("น้ำ", 150), "किं\u200dक \u202e山田\u200d", "\uFFFF\uFFFE\uFFFD", "]]>&<b>"}))
	fonts := script.New()
	rapid.Check(t, func(t *rapid.T) {
		s := func() string { return hostile.Draw(t, "text") }
		h := Head{Fonts: fonts, Paper: Paper(rapid.IntRange(0, 1).Draw(t, "paper")), Site: s(), Address: []string{s(), s()}, Number: "N" + s(), Made: made, Copy: rapid.IntRange(0, 2).Draw(t, "copy"), Reason: s()}
		if rapid.Bool().Draw(t, "qr") {
			h.Open = "https://edge.example/x"
		}
		var pdf []byte
		var err error
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			p := PickList{Head: h, Picker: s(), Cart: s(), Due: s(), ByHand: rapid.Bool().Draw(t, "byHand")}
			for range 4 {
				p.Lines = append(p.Lines, PickLine{Bin: s(), SKU: s(), Name: s(), Code: s(), Qty: rapid.IntRange(0, 1_000_000).Draw(t, "qty"), Unit: s(), Lot: s(), Order: s(), Note: s()})
			}
			pdf, err = Pick(p)
		case 1:
			pdf, err = GoToPaper(PaperMode{Head: h, Since: s(), Why: s(), By: s(), Blank: 30, Pickups: []OpenPickup{{s(), s(), s(), s(), s(), s()}, {s(), s(), s(), s(), s(), s()}}, Runs: []OpenRun{{s(), s(), s(), s()}}})
		case 2:
			pdf, err = Packing(PackingSlip{Head: h, Order: s(), Ordered: s(), To: []string{s(), s(), s()}, Parcel: 1, Parcels: 2, Gift: rapid.Bool().Draw(t, "gift"), Message: s(), Return: s(),
				Lines: []SlipLine{{s(), s(), 1, 1, 1, s(), s(), s()}, {s(), s(), 1, 1, 1, s(), s(), s()}}, Totals: []Fact{{s(), s()}}, Note: s()})
		case 3:
			pdf, err = Day(Manifest{Head: h, Carrier: s(), Account: s(), Service: s(), Day: s(), Dock: s(), Parcels: []ManifestParcel{{s(), s(), s(), s(), 1, s()}, {s(), s(), s(), s(), 1, s()}}})
		case 4:
			pdf, err = Dispute(HandOver{Head: h, Order: s(), Name: s(), Place: s(), Paid: []string{s(), s()}, PaidAll: s(), Back: []string{s(), s()}, Goods: []string{s()}, Of: 2, Handed: []Handed{{s(), s(), s(), s(), s(), []string{s(), s()}, s(), []Proof{{s(), s(), s(), s(), s(), s(), true, s()}}, []HandedItem{{s(), s(), 1, s(), s(), s()}}}},
				Records: []Record{{Seq: 1, Type: s(), At: s(), By: s(), Raw: []byte(s())}}, Log: s()})
		case 5:
			pdf, err = Count(CountSheet{Head: h, Zone: s(), Counter: s(), Blind: rapid.Bool().Draw(t, "blind"), Second: true, Lines: []CountLine{{s(), s(), s(), s(), s(), 1}}, Spare: 3})
		case 6:
			pdf, err = Close(Closing{Head: h, Day: s(), Shift: s(), Lead: s(), Checks: []Check{{s(), true, s(), s(), s(), s()}, {s(), false, s(), s(), s(), s()}}, Sums: []Fact{{s(), s()}}})
		default:
			pdf, err = Back(Receipt{Head: h, Kind: "K" + s(), Order: s(), Name: s(), Channel: s(), By: s(), Lines: []ReceiptLine{{s(), s(), s(), 1, s(), s(), s()}}, Refund: s(), Amount: s(), Sign: []string{s()}})
		}
		require.NoError(t, err)
		for _, no := range []string{"/JS", "/JavaScript", "/OpenAction", "/Launch", "/URI"} {
			require.False(t, bytes.Contains(unstreamed(pdf), []byte(no)), no)
		}
		tidy(t, pdf)
	})
}

// unstreamed is a PDF without the insides of its streams: compressed bytes spell any three letters by chance.
func unstreamed(pdf []byte) []byte {
	return streams.ReplaceAll(pdf, []byte("stream endstream"))
}

var streams = regexp.MustCompile(`(?s)stream\r?\n.*?endstream`)

// FuzzText: whatever a text holds, what is laid out has room, and only characters a font shows.
func FuzzText(f *testing.F) {
	d, err := begin(Head{Number: "1", Made: made}, "Fuzz")
	require.NoError(f, err)
	for _, n := range names {
		f.Add(n, 30.0, 2)
	}
	f.Add("\xff\u202e👩‍🚀\n\n\x00", 0.0, 1)
	f.Fuzz(func(t *testing.T, s string, w float64, most int) {
		w, most = 5+min(max(w, 0), 200), 1+min(max(most, 0), 9)
		if w != w {
			return
		}
		lines, st := d.fit(s, w, most, style{12, false})
		require.LessOrEqual(t, len(lines), most)
		for _, l := range lines {
			require.LessOrEqual(t, d.width(l, st), w+0.01, "%q", l)
			for _, r := range l {
				require.True(t, d.shows(r) || d.ownShapes(r) || joins(r), "%q", r)
			}
		}
	})
}

// TestADeclarationInManySheets: each sheet says which it is and whose parcel it is of, whole; several parcels lie behind each other,
// each under its own number; and a declaration stays in English.
func TestADeclarationInManySheets(t *testing.T) {
	one, two := customsSample(A4), customsSample(A4)
	two.Head.Number, two.Spaced, two.Form, two.Copies, two.Comments = "RR473124832GB", "RR 473 124 832 GB", "CN22", 1, ""
	one.Lang = "de"
	pdf, err := Declare(one, two)
	require.NoError(t, err)
	if dir := os.Getenv("SLIPS_OUT"); dir != "" { // to look at it
		require.NoError(t, os.WriteFile(filepath.Join(dir, "customs.pdf"), pdf, 0o644))
	}
	pages := pagesOf(t, pdf)
	require.Len(t, pages, 5)
	for i, p := range pages {
		p = flat(p)
		said, foot := []string{"Customs declaration CN23", "RR 473 124 829 GB", fmt.Sprintf("%d of 4", i+1), "phytosanitary inspection at the port", "INV-2026-000871"}, "Customs declaration CN23 RR473124829GB"
		if i == 4 {
			said, foot = []string{"Customs declaration CN22", "RR 473 124 832 GB", "1 of 1"}, "Customs declaration CN22 RR473124832GB"
		}
		for _, w := range append(said, foot, "May be opened officially", "EORI SE1234567890123", "Tel. +380 44 000 0000", "вул. Хрещатик 22", "8 x ", "HS 0902300090, from SE", "4.810 37.35 EUR", "X", "Sale of goods", "Sender's signature", "I certify that") {
			require.Contains(t, p, w, "sheet %d", i+1)
		}
		require.Contains(t, p, fmt.Sprintf("Page %d of 5", i+1))
	}
	one.Copies = 9
	_, err = Declare(one)
	require.EqualError(t, err, "declarations[0].copies: is 9, must be from 1 to 8")
	_, err = Declare()
	require.Error(t, err)
}
