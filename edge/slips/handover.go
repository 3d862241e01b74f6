package slips

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

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

// HandOver is the file of one hand-over, for a dispute.
type HandOver struct {
	Head
	Order   string
	Name    string // of the customer, as far as the site may keep it
	Place   string
	Ready   string
	Arrived string
	Given   string
	By      string
	Amount  string // paid at the door, with the till's reference
	Proof   Proof
	Items   []HandedItem
	Records []Record
	Log     string
	Root    [32]byte // head of the chain when printed
	RootSeq uint64
}

const maxRaw = 64 << 10

// Dispute makes the file of a hand-over. The records are also attached to it byte by byte.
func Dispute(h HandOver) ([]byte, error) {
	if err := checkRows("items and records", len(h.Items)+len(h.Records)); err != nil {
		return nil, err
	}
	for i, it := range h.Items {
		if err := checkQty(fmt.Sprintf("items[%d].qty", i), it.Qty); err != nil {
			return nil, err
		}
	}
	for i := range h.Records {
		if len(h.Records[i].Raw) > maxRaw {
			return nil, fmt.Errorf("records[%d].raw: is %d bytes long, at most %d are allowed", i, len(h.Records[i].Raw), maxRaw)
		}
	}
	d, err := begin(h.Head, "Hand-over", Fact{"Order", h.Order}, Fact{"Customer", h.Name}, Fact{"Place", h.Place}, Fact{"Handed over by", h.By},
		Fact{"Ready", h.Ready}, Fact{"Arrived", h.Arrived}, Fact{"Handed over", h.Given}, Fact{"Paid", h.Amount})
	if err != nil {
		return nil, err
	}
	d.heading("Who received it, and how that was checked")
	p := h.Proof
	d.pairs([]Fact{{"Method", p.Method}, {"Person", p.Person}, {"For the customer as", p.Relation}, {"Seen", p.Detail}, {"Checked", p.At}, {"By", p.By}})
	if p == (Proof{}) {
		d.paragraph("Nothing is recorded: no proof was shown.", style{9, true})
	}
	if p.Overridden {
		d.paragraph("The check was overridden: "+first(p.Why, "no reason was given"), style{9, true})
	}
	d.heading("What was handed over")
	var rows [][]cell
	for _, it := range h.Items {
		rows = append(rows, []cell{{text: fmt.Sprint(it.Qty)}, {text: it.Name, small: it.SKU}, {text: it.Serial}, {text: it.Lot}, {text: it.Note}})
	}
	d.table([]col{{title: "Qty", w: 10, align: right, bold: true}, {title: "Item", w: 70}, {title: "Serial", w: 35, size: 8}, {title: "Lot", w: 25, size: 8}, {title: "", w: 35, size: 8}}, rows)
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

// pairs shows facts that have a value, one to a line.
func (d *doc) pairs(facts []Fact) {
	for _, f := range facts {
		if f.Value == "" {
			continue
		}
		lines, st := d.fit(f.Value, d.inner()-44, 4, style{9, true})
		d.need(float64(len(lines)) * st.height())
		d.text(margin, d.y+0.3, 42, 1, f.Name, style{8, false}, left)
		d.lines(margin+44, d.y, d.inner()-44, lines, st, left)
		d.y += float64(len(lines))*st.height() + 0.5
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
