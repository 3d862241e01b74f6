package labels

import (
	"fmt"

	"picket/edge/floor"
	"picket/zpl"
)

// sheet is a list with a head, over as many labels as it takes; the foot stands on the last one.
type sheet struct {
	title string
	head  []string // at most five lines
	rows  []slipRow
	foot  []string // at most four lines
	code  string   // barcode below the foot, with what it says

	before int // labels of the document before it
}

// sheetOf is the list that a document is.
func sheetOf(f Facts) (sheet, error) {
	switch f.Job.Doc {
	case floor.DocGiftReceipt:
		return giftReceipt(f)
	case floor.DocDeliveryNote:
		return deliveryNote(f)
	case floor.DocContentList:
		return contents(f), nil
	case floor.DocReturnReceipt, floor.DocClaimSlip:
		return returnPaper(f)
	case floor.DocManifest:
		return manifest(f)
	}
	return sheet{}, fmt.Errorf("document %q: is no list", f.Job.Doc)
}

// sheetRow is how high a row is.
const sheetRow = 8.0

// paged are where its labels begin in the rows, and where the head, and on the last label the foot, end and begin; alone: the foot
// has a label of its own.
func (s sheet) paged(m Media) (cut []int, head, foot float64, alone bool) {
	head = 24 + 5*float64(len(s.head))
	foot = 12 + 6*float64(len(s.foot))
	if s.code != "" {
		foot += codeRoom(m)
	}
	full := max(1, int((m.Height-head-12)/sheetRow))
	last := int((m.Height - head - foot) / sheetRow)
	if last < 1 {
		return append(pagesOf(len(s.rows), full, full), len(s.rows)), head, foot, true
	}
	return pagesOf(len(s.rows), full, last), head, foot, false
}

// codeRoom is how high the barcode of a sheet stands.
func codeRoom(m Media) float64 {
	if m.short() {
		return 18
	}
	return 27
}

func (s sheet) draw(f Facts, m Media) ([]byte, error) {
	cut, head, foot, alone := s.paged(m)
	codeRoom, pages := codeRoom(m), len(cut)-1
	var out []byte
	for p := range pages {
		l := m.blank()
		above := s.head
		if alone && p == pages-1 {
			above = nil
		}
		sheetHead(&l, f, m, s.title, above)
		for i, r := range s.rows[cut[p]:cut[p+1]] {
			y := head + float64(i)*sheetRow
			l.Text(zpl.TextBox{Name: "qty", X: 4, Y: y, W: 13, H: 6, Size: 5, Align: zpl.Right, Value: r.qty})
			l.Text(zpl.TextBox{Name: "item", X: 20, Y: y, W: m.Width - 24, H: 6.6, Size: 4.4, MinSize: 3, Lines: 2, Value: r.text})
		}
		if p == pages-1 {
			for i, text := range s.foot {
				l.Text(zpl.TextBox{Name: "foot", X: 4, Y: m.Height - foot + 2 + 6*float64(i), W: m.Width - 8, H: 5.4, Size: 4.4, MinSize: 2.6, Lines: 2, Value: text})
			}
			if s.code != "" {
				l.Code128(zpl.Code128{Name: "code", X: 2, Y: m.Height - 10 - codeRoom, W: m.Width - 4, H: codeRoom - 9, Module: 0.5, MinModule: 0.19, Value: s.code})
				l.Text(zpl.TextBox{Name: "code.text", X: 4, Y: m.Height - 18, W: m.Width - 8, H: 6, Size: 5, Align: zpl.Center, Value: s.code})
			}
		}
		l.Line(zpl.Line{X: 2, Y: m.Height - 9, W: m.Width - 4, Thickness: 0.3})
		pageOf(&l, f, m, s.before+p+1, s.before+pages)
		var err error
		if out, err = l.AppendTo(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// pageOf says which label of the document it is.
func pageOf(l *zpl.Label, f Facts, m Media, n, of int) {
	l.Text(zpl.TextBox{Name: "page", X: 4, Y: m.Height - 7, W: m.Width - 8, H: 4, Size: 3.4, Align: zpl.Right, Value: fmt.Sprintf(f.say("Page %d of %d"), n, of)})
}

// pagesOf says where each page begins, and where the last one ends: full rows on a page, and fewer on the last,
// which has the foot.
func pagesOf(rows, full, last int) []int {
	cut := []int{0}
	for at := 0; rows-at > last; {
		at = min(rows, at+full)
		cut = append(cut, at)
	}
	return append(cut, rows)
}

// sheetHead is the top of every document that is no label: who sends it, what it is, and what it is about.
func sheetHead(l *zpl.Label, f Facts, m Media, title string, head []string) {
	w := m.Width - 8
	if f.Job.Copy > 1 {
		w -= 28
		l.Text(zpl.TextBox{Name: "copy", X: m.Width - 30, Y: 9, W: 26, H: 8, Size: 6, Align: zpl.Right, Value: fmt.Sprintf(f.say("COPY %d"), f.Job.Copy)})
		l.Text(zpl.TextBox{Name: "copy.reason", X: m.Width / 2, Y: 3, W: m.Width/2 - 4, H: 5, Size: 3.4, MinSize: 2.4, Align: zpl.Right, Value: f.Job.Reason})
	}
	from := m.Width - 8
	if f.Job.Copy > 1 {
		from = m.Width/2 - 6
	}
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 3, W: from, H: 5, Size: 4, Value: f.Sender.Name})
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 9, W: w, H: 9, Size: 7.5, MinSize: 2.8, Lines: 2, Value: title})
	for i, text := range head {
		l.Text(zpl.TextBox{Name: "head", X: 4, Y: 19 + 5*float64(i), W: m.Width - 8, H: 4.6, Size: 4.2, MinSize: 2.2, Lines: 2, Value: text})
	}
	l.Line(zpl.Line{X: 2, Y: 20.5 + 5*float64(len(head)), W: m.Width - 4, Thickness: 0.4})
}

// name is what people call an item.
func (f Facts) name(s floor.SKU) string {
	if f.Name != nil {
		if n := f.Name(s); n != "" {
			return n
		}
	}
	return string(s)
}
