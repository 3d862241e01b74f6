package labels

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"picket/edge/floor"
	"picket/zpl"
)

// Facts is all a document may show.
type Facts struct {
	Sender Sender
	Order  *floor.Order
	Unit   *floor.Unit
	Job    *floor.Job
	To     Address
	Name   func(floor.SKU) string // what people call an item

	Item     func(floor.SKU) *floor.Item // the catalogue's, for customs; nil: not known
	Marks    []string                    // handling classes of what is in the parcel
	Age      int                         // how old who takes the order must be; 0: any age
	Manifest *floor.Manifest             // for a document of a manifest, which has no order
	Return   *floor.Return               // for a document of a return, whose order need not be here
	Lists    [][]byte                    // sealed content lists, one for each code
	Prefix   string                      // what the barcode of an order begins with, so that nobody takes it for goods
	Carrier  string                      // what people call the order's carrier; empty: its code is printed
	Note     string                      // the giver's words
	Zone     *time.Location              // of the site, for dates; nil: UTC
	Lang     string                      // of the site, one of Languages; empty: English
	Account  string                      // what the site is called at the order's carrier: its account, its postage licence
	Routing  Routing                     // how the carrier sorts the parcel
}

// Sender is the site, as it stands on a label.
type Sender struct {
	Name  string
	Lines []string
}

// Address is where a parcel goes. It is personal data: it is kept as a row of its own, sealed, and comes
// here only to be drawn.
//
//	{"name":"Jo Doe","street":["1 High St"],"postcode":"N1 9GU","city":"London","country":"GB","phone":"…"}
type Address struct {
	Name     string   `json:"name"`
	Street   []string `json:"street"`
	Postcode string   `json:"postcode"`
	City     string   `json:"city"`
	Country  string   `json:"country"` // ISO 3166-1 alpha-2
	Phone    string   `json:"phone,omitempty"`
	TaxID    string   `json:"tax_id,omitempty"` // the importer's reference for customs
}

// ReadAddress reads an address as the centre sends it.
func ReadAddress(body []byte) (Address, error) {
	var a Address
	if err := json.Unmarshal(body, &a); err != nil {
		return a, fmt.Errorf("address: %w", err)
	}
	// A printer draws a letter and its accent as one character or not at all.
	for _, s := range []*string{&a.Name, &a.Postcode, &a.City, &a.Country} {
		*s = norm.NFC.String(*s)
	}
	for i := range a.Street {
		a.Street[i] = norm.NFC.String(a.Street[i])
	}
	if a.Name == "" || a.City == "" {
		return a, fmt.Errorf("address: name and city must not be empty")
	}
	return a, nil
}

// ReadNote reads the words that go with a gift, as the centre sends them: {"note":"…"}.
func ReadNote(body []byte) (string, error) {
	var n struct {
		Note string `json:"note"`
	}
	if err := json.Unmarshal(body, &n); err != nil {
		return "", fmt.Errorf("gift note: %w", err)
	}
	return norm.NFC.String(n.Note), nil
}

// Media is what the printer holds.
type Media struct {
	Width, Height float64 // millimetres
	Dpmm          int     // dots per millimetre: 8, 12 or 24

	Hand zpl.Hand // draws names the printer's font lacks; nil: all is left to the printer
}

// blank is a label of that size with nothing on it.
func (m Media) blank() zpl.Label {
	l := zpl.New(m.Width, m.Height, m.Dpmm)
	l.Hand = m.Hand
	return l
}

// Parcel is 4 x 6 inches at 203 dpi, what most benches hold.
var Parcel = Media{Width: 101.6, Height: 152.4, Dpmm: 8}

// Draw makes the job's document. The error names the field that cannot be drawn.
func Draw(f Facts, m Media) ([]byte, error) {
	switch f.Job.Doc {
	case floor.DocShippingLabel:
		return shipping(f, m)
	case floor.DocPackingSlip:
		return packingSlip(f, m)
	case floor.DocReturnLabel:
		return returnLabel(f, m)
	case floor.DocCustomsForm:
		return customsForm(f, m)
	case floor.DocGiftNote:
		return giftNote(f, m)
	case floor.DocCODSlip:
		return codSlip(f, m)
	case floor.DocHoldLabel:
		return holdLabel(f, m)
	case floor.DocContentList:
		return contentList(f, m)
	case floor.DocHangTag:
		return hangTag(f, m)
	case floor.DocGiftReceipt, floor.DocDeliveryNote, floor.DocReturnReceipt, floor.DocClaimSlip, floor.DocManifest:
		s, err := sheetOf(f)
		if err != nil {
			return nil, err
		}
		return s.draw(f, m)
	}
	return nil, fmt.Errorf("document %q: is not one this version draws", f.Job.Doc)
}

// of says which parcel it is: "2 of 3" once everything is packed, and "2" before, because nobody knows yet.
func (f Facts) of() string {
	if f.Job.N > 0 && f.Job.Of > 0 {
		return fmt.Sprintf(f.say("%d of %d"), f.Job.N, f.Job.Of) // as it was when it was asked for
	}
	n, all := 0, true
	for i := range f.Order.Units {
		if f.Order.Units[i].State != floor.UnitVoid {
			n++
		}
	}
	for i := range f.Order.Lines {
		l := &f.Order.Lines[i]
		all = all && l.ToPick() == 0 && f.Order.ToPack(l) == 0
	}
	at := 0
	for i := range f.Order.Units {
		if u := &f.Order.Units[i]; u.State != floor.UnitVoid {
			at++
			if u.ID == f.Unit.ID {
				break
			}
		}
	}
	if all {
		return fmt.Sprintf(f.say("%d of %d"), at, n)
	}
	return fmt.Sprint(at)
}

// wholeNumber is how long an order's number may be to be shown whole where it stands large.
const wholeNumber = 10

// brief is the order's number, which people compare at a glance and call out: whole, unless it is longer than anybody
// reads; then its end, where numbers differ.
func brief(number string) string {
	if r := []rune(number); len(r) > wholeNumber {
		return "..." + string(r[len(r)-wholeNumber+2:])
	}
	return number
}

// weight in kilograms with one decimal.
func (f Facts) weight(g int) string {
	g = (g + 50) / 100 // hundreds of grams, rounded as a scale does
	return f.decimal(fmt.Sprintf("%d.%d kg", g/10, g%10))
}

// decimal is a number, with what it counts, as the site's language writes it.
func (f Facts) decimal(number string) string {
	if f.Lang == "de" {
		return strings.ReplaceAll(number, ".", ",")
	}
	return number
}
