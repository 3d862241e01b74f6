package slips

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"golang.org/x/image/font/sfnt"

	"picket/zpl/script"
)

//go:embed font/DejaVuSans.ttf
var sans []byte

//go:embed font/DejaVuSans-Bold.ttf
var sansBold []byte

const family = "slips"

// Paper is a size of paper.
type Paper int

const (
	A4 Paper = iota
	Letter
)

func (p Paper) size() (w, h float64, err error) {
	switch p {
	case A4:
		return 210, 297, nil
	case Letter:
		return 215.9, 279.4, nil
	}
	return 0, 0, fmt.Errorf("head.paper: %d is no paper size", p)
}

// Head is what all papers have.
type Head struct {
	Paper   Paper
	Site    string   // who makes it, in large letters
	Address []string // of the site
	Number  string   // of this paper; also its barcode
	Made    time.Time
	Open    string // what its QR code says: what opens it on a handheld; empty: no code
	Copy    int    // 2 and up: says so on every page
	Reason  string // why there is a copy
	Lang    string // of the paper: de, or en; empty: English

	Fonts *script.Fonts // of the scripts DejaVu lacks, kept by who makes many papers; nil: the paper unpacks its own
}

// Fact is something that stands once on a paper: "Carrier", "PostNord".
type Fact struct{ Name, Value string }

const (
	margin   = 14.0
	foot     = 12.0 // kept free below
	maxRows  = 5000
	headCode = 11.0
	headQR   = 27.0
)

// doc is a paper in the making.
type doc struct {
	pdf    *fpdf.Fpdf
	head   Head
	title  string
	number string
	facts  []Fact
	qr     barcode.Barcode
	w, h   float64
	y      float64
	faces  [2]*sfnt.Font
	shown  map[rune]bool
	widths map[rune]int
	drawn  map[rune]bool      // characters that are outlines
	runs   map[string]float64 // widths of what is drawn
	white  bool               // the text is white
	files  []fpdf.Attachment
	called []string // each page's paper
}

func begin(h Head, title string, facts ...Fact) (*doc, error) {
	w, ht, err := h.Paper.size()
	switch {
	case err != nil:
		return nil, err
	case h.Made.IsZero():
		return nil, fmt.Errorf("head.made: is missing")
	case h.Made.Year() < 1 || h.Made.Year() > 9999:
		return nil, fmt.Errorf("head.made: %d is no year", h.Made.Year())
	case h.Number == "":
		return nil, fmt.Errorf("head.number: is missing")
	case h.Copy < 0:
		return nil, fmt.Errorf("head.copy: is %d", h.Copy)
	}
	d := &doc{head: h, facts: facts, w: w, h: ht, shown: map[rune]bool{}, widths: map[rune]int{}, drawn: map[rune]bool{}, runs: map[string]float64{}}
	if h.Open != "" {
		if d.qr, err = qrCode("head.open", h.Open); err != nil {
			return nil, err
		}
	}
	for i, f := range [][]byte{sans, sansBold} {
		if d.faces[i], err = sfnt.Parse(f); err != nil {
			return nil, fmt.Errorf("font: %w", err)
		}
	}
	d.pdf = fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: w, Ht: ht}})
	d.pdf.AddUTF8FontFromBytes(family, "", sans)
	d.pdf.AddUTF8FontFromBytes(family, "B", sansBold)
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(h.Made)
	d.pdf.SetModificationDate(h.Made)
	d.pdf.SetProducer("Picket", false)
	d.pdf.SetMargins(margin, margin, margin)
	d.pdf.SetAutoPageBreak(false, 0)
	d.number = d.cleanTo(h.Number, perLine)
	d.title = d.cleanTo(d.say(title), perLine)
	d.pdf.SetTitle(strings.ReplaceAll(d.title+" "+d.number, "\n", " "), true)
	d.firstPage()
	return d, nil
}

func (d *doc) inner() float64 { return d.w - 2*margin }

func (d *doc) newPage() {
	d.pdf.AddPage()
	d.called = append(d.called, d.title+" "+d.number)
	d.y = margin
	d.pdf.SetTextColor(0, 0, 0)
	d.pdf.SetFillColor(0, 0, 0)
	d.pdf.SetDrawColor(0, 0, 0)
	d.pdf.SetLineWidth(0.2)
}

// firstPage has the whole head; the others one line of it.
func (d *doc) firstPage() {
	d.newPage()
	w := d.inner()
	top, mid := d.y, w
	if d.qr != nil {
		d.square(d.w-margin-headQR, top, headQR, d.qr)
		mid -= headQR + 3
	}
	y := top
	y += d.text(margin, y, mid*0.55, 1, d.head.Site, style{10, true}, left)
	for i, a := range d.head.Address {
		if i < 4 {
			y += d.text(margin, y, mid*0.55, 1, a, style{8, false}, left)
		}
	}
	codeX, codeW := margin+mid*0.58, mid*0.42
	under := top
	if d.bars(codeX, top, codeW, headCode, d.head.Number) {
		under += headCode
	}
	under += d.text(codeX, under+0.5, codeW, 2, d.number, style{9, true}, centre)
	y = max(y, under) + 2
	y += d.text(margin, y, mid, 1, d.title, style{18, true}, left) + 1
	if d.qr != nil {
		y = max(y, top+headQR)
	}
	d.y = y
	d.copyMark()
	d.grid()
	d.rule(0.4)
}

func (d *doc) copyMark() {
	if d.head.Copy < 2 {
		return
	}
	d.pdf.Rect(margin, d.y, d.inner(), 7, "F")
	d.pdf.SetTextColor(255, 255, 255)
	d.white = true
	d.text(margin+2, d.y+1, 34, 1, fmt.Sprintf(d.say("COPY %d"), d.head.Copy), style{12, true}, left)
	d.text(margin+38, d.y+1.6, d.inner()-40, 1, d.head.Reason, style{9, false}, left)
	d.pdf.SetTextColor(0, 0, 0)
	d.white = false
	d.y += 9
}

// grid shows the facts that have a value, two to a line.
func (d *doc) grid() {
	w := d.inner() / 2
	facts := slices.DeleteFunc(d.facts, func(f Fact) bool { return f.Value == "" })
	for i := 0; i < len(facts); i += 2 {
		tall := 0.0
		for j, f := range facts[i:min(i+2, len(facts))] {
			x := margin + float64(j)*w
			n := d.text(x, d.y+0.4, 30, 1, d.say(f.Name), style{7.5, false}, left)
			n = max(n, d.text(x+31, d.y, w-33, 3, f.Value, style{9, true}, left))
			tall = max(tall, n)
		}
		d.y += tall + 0.6
	}
	d.y++
}

func (d *doc) rule(width float64) {
	d.pdf.SetLineWidth(width)
	d.pdf.Line(margin, d.y, d.w-margin, d.y)
	d.pdf.SetLineWidth(0.2)
	d.y += 2
}

// next begins a further page.
func (d *doc) next() {
	d.newPage()
	d.text(margin, d.y, d.inner()*0.6, 1, d.title+" "+d.number, style{9, true}, left)
	d.text(margin+d.inner()*0.6, d.y, d.inner()*0.4, 1, d.head.Site, style{8, false}, right)
	d.y += 5
	d.copyMark()
	d.rule(0.4)
}

// need begins a further page unless so much room is left; it says whether it did.
func (d *doc) need(h float64) bool {
	if d.y+h <= d.h-margin-foot+4 {
		return false
	}
	d.next()
	return true
}

// heading, once more with room for what follows it.
func (d *doc) heading(s string) {
	d.need(22)
	d.y += 2
	d.y += d.text(margin, d.y, d.inner(), 1, d.say(s), style{11, true}, left) + 1
}

// paragraph runs over as many pages as it takes.
func (d *doc) paragraph(s string, st style) { d.flow(d.clean(s), st) }

func (d *doc) flow(s string, st style) {
	for _, line := range d.wrap(s, d.inner(), st) {
		d.need(st.height())
		d.lines(margin, d.y, d.inner(), []string{line}, st, left)
		d.y += st.height()
	}
	d.y++
}

// sign draws lines to sign on, three to a row.
func (d *doc) sign(names ...string) {
	w := d.inner() / 3
	d.need(22)
	d.y += 14
	for i, n := range names {
		x := margin + float64(i)*w
		d.pdf.Line(x, d.y, x+w-6, d.y)
		d.text(x, d.y+0.8, w-6, 1, d.say(n), style{7.5, false}, left)
	}
	d.y += 6
}

// end writes the foot of every page, now that their number is known.
func (d *doc) end() ([]byte, error) {
	pages := d.pdf.PageCount()
	made := d.head.Made.Format("2006-01-02 15:04 -07:00")
	for n := 1; n <= pages; n++ {
		d.pdf.SetPage(n)
		y, w := d.h-margin-foot+6, d.inner()/3
		d.pdf.SetLineWidth(0.2)
		d.pdf.Line(margin, y, d.w-margin, y)
		st := style{7.5, false}
		d.text(margin, y+1, w, 1, d.called[n-1], st, left)
		d.text(margin+w, y+1, w, 1, d.say("Printed ")+made, st, centre)
		d.text(margin+2*w, y+1, w, 1, fmt.Sprintf(d.say("Page %d of %d"), n, pages), st, right)
	}
	d.pdf.SetPage(pages)
	d.pdf.SetAttachments(d.files)
	var out bytes.Buffer
	if err := d.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("slips: %w", err)
	}
	return out.Bytes(), nil
}

func checkRows(field string, n int) error {
	if n > maxRows {
		return fmt.Errorf("%s: are %d, at most %d go on one paper", field, n, maxRows)
	}
	return nil
}

// checkQty refuses quantities nobody can have.
func checkQty(field string, n int) error {
	if n < 0 || n > 1_000_000 {
		return fmt.Errorf("%s: is %d, must be from 0 to 1000000", field, n)
	}
	return nil
}
