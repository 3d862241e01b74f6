package slips

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// HandedItem is what was given.
type HandedItem struct {
	SKU    string
	Name   string
	Qty    int
	Serial string
	Lot    string
	Note   string
}

// Proof is how the site made sure of the person.
type Proof struct {
	Method     string // "pickup code", "ID check", "signature"
	Person     string
	Relation   string // of a proxy
	Detail     string // what may be kept of it
	At         string
	By         string // who checked
	Overridden bool
	Why        string
}

// Record is a record of the journal, its bytes as they were hashed.
type Record struct {
	Seq  uint64
	Type string
	At   string
	By   string
	Raw  []byte   // nil: withheld
	Kept string   // why its bytes are withheld
	Own  [32]byte // digest of its bytes, where they are withheld
	Prev [32]byte // the chain before it
	Hash [32]byte // and after
}

// digest is the digest of the record's own bytes.
func (r *Record) digest() [32]byte {
	if r.Raw == nil {
		return r.Own
	}
	return sha256.Sum256(r.Raw)
}

// Holds says whether the record follows from what was before it.
func (r *Record) Holds() bool {
	own := r.digest()
	return sha256.Sum256(append(append([]byte{}, r.Prev[:]...), own[:]...)) == r.Hash
}

// Handed is one hand-over: at the counter, or to a carrier.
type Handed struct {
	Given    string // when
	Recorded string // when the site heard of it, where that was later
	By       string
	To       string // the customer, or the carrier
	Under    string // manifest or delivery it belongs to
	Parcels  []string
	Note     string // what the rules said
	Proofs   []Proof
	Items    []HandedItem
}

// HandOver is the file of the hand-overs of an order, or of one of them, for a dispute.
type HandOver struct {
	Head
	Order   string
	Name    string // of the customer, as far as the site may keep it
	Place   string
	Ready   string
	Arrived string
	Paid    []string // each payment at the counter or the door, with the till's reference
	PaidAll string   // their sum, where there are several
	Back    []string // each time money was given back
	BackAll string
	Goods   []string // what was brought back
	Which   int      // the number of the only one that is told; 0: all
	Of      int      // of so many
	Handed  []Handed
	Records []Record
	Log     string
	Root    [32]byte // head of the chain when printed
	RootSeq uint64
}

const maxRaw = 64 << 10

// Dispute makes the file of hand-overs. The records are also attached to it byte by byte. It is in English, as they are.
func Dispute(h HandOver) ([]byte, error) {
	h.Lang = ""
	n := len(h.Records) + len(h.Paid) + len(h.Back) + len(h.Goods)
	for i, g := range h.Handed {
		n += len(g.Items) + len(g.Parcels)
		for k, it := range g.Items {
			if err := checkQty(fmt.Sprintf("handed[%d].items[%d].qty", i, k), it.Qty); err != nil {
				return nil, err
			}
		}
	}
	if err := checkRows("payments, items, parcels and records", n); err != nil {
		return nil, err
	}
	for i := range h.Records {
		if len(h.Records[i].Raw) > maxRaw {
			return nil, fmt.Errorf("records[%d].raw: is %d bytes long, at most %d are allowed", i, len(h.Records[i].Raw), maxRaw)
		}
	}
	told := ""
	if h.Of > 1 {
		told = fmt.Sprintf("all %d", h.Of)
		if h.Which > 0 {
			told = fmt.Sprintf("number %d of %d", h.Which, h.Of)
		}
	}
	d, err := begin(h.Head, "Hand-over", Fact{"Order", h.Order}, Fact{"Customer", h.Name}, Fact{"Place", h.Place}, Fact{"Hand-overs told", told},
		Fact{"Ready", h.Ready}, Fact{"Arrived", h.Arrived})
	if err != nil {
		return nil, err
	}
	d.list("Paid", h.Paid, h.PaidAll)
	d.list("Money given back", h.Back, h.BackAll)
	d.list("Goods brought back", h.Goods, "")
	for i := range h.Handed {
		at := i + 1
		if h.Which > 0 {
			at = h.Which
		}
		d.handed(&h.Handed[i], at)
	}
	d.heading("The journal's records")
	for i := range h.Records {
		d.record(&h.Records[i])
	}
	d.heading("How to verify")
	d.paragraph(fmt.Sprintf("The site's log %s stood at record %d when this was printed, with the chain's head", first(h.Log, "-"), h.RootSeq), style{9, false})
	d.paragraph(hex.EncodeToString(h.Root[:]), style{8, true})
	d.paragraph("Each record's hash is SHA-256 of the hash before it followed by SHA-256 of the record's bytes: no record can be changed, taken out or put in "+
		"without changing every hash after it. The bytes are attached to this file (records.txt: for each record its number, its length and its bytes). "+
		"Where the company keeps the heads of the chain at its centre, the one named here must be among them; \"picket journal --verify\" checks the whole journal.", style{8, false})
	d.attach(h.Records)
	return d.end()
}

// handed draws one hand-over: when, to whom, how that was checked, and what.
func (d *doc) handed(g *Handed, number int) {
	d.heading(fmt.Sprintf("Hand-over %d: %s", number, first(g.Given, "time not known")))
	d.pairs([]Fact{{"Handed over by", g.By}, {"To", g.To}, {"Belongs to", g.Under}, {"Heard of by the site", g.Recorded}, {"Parcels", strings.Join(g.Parcels, ", ")}})
	if g.Note != "" {
		d.paragraph(g.Note, style{9, true})
	}
	for _, p := range g.Proofs {
		d.y++
		d.pairs([]Fact{{"Proof", p.Method}, {"Person", p.Person}, {"For the customer as", p.Relation}, {"Seen", p.Detail}, {"Checked", p.At}, {"Checked by", p.By}})
		if p.Overridden {
			d.paragraph("The check was overridden: "+first(p.Why, "no reason was given"), style{9, true})
		}
	}
	if len(g.Proofs) == 0 {
		d.paragraph("Nothing is recorded: no proof was shown.", style{9, true})
	}
	var rows [][]cell
	for _, it := range g.Items {
		rows = append(rows, []cell{{text: fmt.Sprint(it.Qty)}, {text: it.Name, small: it.SKU}, {text: it.Serial}, {text: it.Lot}, {text: it.Note}})
	}
	d.y++
	d.table([]col{{title: "Qty", w: 10, align: right, bold: true}, {title: "Item", w: 70}, {title: "Serial", w: 35, size: 8}, {title: "Lot", w: 25, size: 8}, {title: "", w: 35, size: 8}}, rows)
}

// pairs shows facts that have a value, one to a line.
func (d *doc) pairs(facts []Fact) {
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		lines, st := d.fit(f.Value, d.inner()-44, 4, style{9, true})
		d.need(float64(len(lines)) * st.height())
		d.text(margin, d.y+0.3, 42, 1, d.say(f.Name), style{8, false}, left)
		d.lines(margin+44, d.y, d.inner()-44, lines, st, left)
		d.y += float64(len(lines))*st.height() + 0.5
	}
}

// list shows all entries of something, each on lines of its own and none of them cut, and their sum.
func (d *doc) list(name string, entries []string, sum string) {
	if sum != "" {
		entries = append(slices.Clone(entries), "In all "+sum)
	}
	st, x := style{9, true}, margin+31.0
	for i, e := range entries {
		lines := d.wrap(d.clean(e), d.w-margin-x, st)
		fresh := d.need(min(float64(len(lines))*st.height(), tallest)) // one entry stands together
		for k, line := range lines {
			if d.need(st.height()) || k == 0 && (fresh || i == 0) {
				d.text(margin, d.y+0.4, 30, 1, name, style{7.5, false}, left)
			}
			d.lines(x, d.y, d.w-margin-x, []string{line}, st, left)
			d.y += st.height()
		}
		d.y += 0.3
	}
	if len(entries) > 0 {
		d.y += 0.8
	}
}

func (d *doc) record(r *Record) {
	d.need(20)
	d.y += d.text(margin, d.y, d.inner(), 1, fmt.Sprintf("%d  %s", r.Seq, r.Type), style{9, true}, left)
	d.y += d.text(margin, d.y, d.inner(), 1, r.At+"  "+r.By, style{8, false}, left)
	st := style{6.5, false}
	text := string(r.Raw)
	if r.Raw == nil {
		text = "Its bytes are withheld: " + r.Kept
	}
	d.flow(d.cleanTo(text, maxRaw), st)
	d.y--
	own := r.digest()
	d.paragraph("bytes "+hex.EncodeToString(own[:])+"\nbefore "+hex.EncodeToString(r.Prev[:])+"\nafter "+hex.EncodeToString(r.Hash[:]), st)
	d.y--
	if r.Holds() {
		d.paragraph("The hash was worked out again for this print and agrees.", st)
	} else {
		d.paragraph("THE HASH DOES NOT AGREE with the record's bytes.", style{9, true})
	}
	d.y++
}

func (d *doc) attach(records []Record) {
	var all bytes.Buffer
	for i := range records {
		if records[i].Raw == nil {
			continue
		}
		fmt.Fprintf(&all, "%d %d %s\n", records[i].Seq, len(records[i].Raw), records[i].Raw)
	}
	if all.Len() > 0 {
		d.files = append(d.files, fpdf.Attachment{Content: all.Bytes(), Filename: "records.txt"})
	}
}
