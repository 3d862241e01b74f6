package labels

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl/judge"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// media are what benches hold: 4 x 6 inches, 100 x 150 mm, 4 x 3 inches, and the paper of a receipt printer.
var media = []Media{Parcel, {Width: 100, Height: 150, Dpmm: 8}, {Width: 102, Height: 76, Dpmm: 8}, {Width: 58, Height: 150, Dpmm: 8}}

// everything is every document, with the longest names and addresses there may be, as a copy with a reason.
func everything() map[string]Facts {
	all := papers(worst)
	all["shipping"] = facts(floor.DocShippingLabel, 2, worst)
	all["slip"] = long(facts(floor.DocPackingSlip, 2, worst))
	for name, f := range all {
		j := *f.Job
		j.Copy, j.Reason = 2, "the label was torn off"
		f.Job = &j
		all[name] = f
	}
	return all
}

// codes are what stands in the barcodes of each document.
var codes = map[string][]string{
	"shipping": {"]C1 00" + sscc}, "shipping-warned": {"]C1 00" + sscc}, "shipping-tracked": {"]C0 77000000019"}, "return_label": {"]C0 RT000017"}, "hold_label": {"]C0 ORDER-web-100471"},
	"manifest": {"]C0 M-20261121-1"}, "content_list": {"]Q1 " + string(sealedList())}, "gift_receipt": {"]C0 GR-7781"},
	"customs_cn23": {"]C0 RR473124829GB"}, "claim_slip": {"]C0 R000071"}, "return_receipt": {"]C0 R000071"}, "hang_tag": {"]C0 09520000000028", "]C0 09520000000028"},
}

// uncut are the words that no label may end in "...": what people act on.
var uncut = map[string][]string{
	"shipping":         {"web-100471", "1 of 1", "COPY 2", "123456789012", "GB"},
	"shipping-tracked": {"web-100471", "1 of 1", "COPY 2", "123456789012", "GB", "COLLECT 49.90 EUR", "FRAGILE - THIS WAY UP", "77000000019"},
	"shipping-warned":  {"web-100471", "1 of 1", "COPY 2", "COLLECT 49.90 EUR", "CHECK AGE 18+ - DANGEROUS GOODS - KEEP CHILLED", "THIS WAY UP - GIFT"},
	"return_label":     {"RETURN", "12 Market Square", "NG1 2AB Nottingham", "RT000017", "cross out every other one."},
	"hold_label":       {"FRAGILE - GIFT", "CHECK AGE 18+ - KEEP CHILLED - DANGEROUS GOODS", "web-100471", "S-03, S-07", "Sat 28 Nov 2026", "2 bags", "To pay 12.50 EUR", "COPY 2"},
	"hang_tag":         {"opened", "A-02-1", "SKU RICE, lot L7", "Return R000071, line 2: not as described", "1 of 2", "2 of 2"},
	"cod_slip":         {"49.90 EUR", "whole order"},
	"manifest":         {"40 parcels"},
	"customs_form":     {"CN22", "1.940 4.98 EUR", "HS 220299, from SE", "1.700", "prohibited by legislation or by postal or customs regulations."},
	"customs_cn23":     {"CN23", "4.810 37.35 EUR", "Tel. +44 20 7946 0000", "GB123456789000", "EORI DE1234567890123", "HS 0902300090, from SE", "INV-2026-000871", "PHYTO-4711", "RR 473 124 829 GB", "postal or customs regulations.", "2026-11-22"},
}

func expected(name string, m Media) []string {
	switch {
	case name == "hold_label" && m.Width < 80:
		return []string{"]Q1 ORDER-web-100471"}
	case (name == "shipping" || name == "shipping-warned") && m.Width < 80:
		return []string{"]d2 00" + sscc}
	}
	return codes[name]
}

// TestEveryDocumentOnEveryMedia draws all documents at 8, 12 and 24 dots/mm on all media. At 8 it also looks at the
// dots: no field is printed over another, nothing lies in a barcode's quiet zone. No text is smaller than smallest.
func TestEveryDocumentOnEveryMedia(t *testing.T) {
	all, hand := everything(), script.New().For(script.Latin)
	for _, m := range media {
		for _, m.Dpmm = range []int{8, 12, 24} {
			m.Hand = hand
			for _, name := range slices.Sorted(maps.Keys(all)) {
				at := fmt.Sprintf("%s on %g x %g at %d", name, m.Width, m.Height, m.Dpmm)
				job, err := Draw(all[name], m)
				require.NoError(t, err, at)
				doc := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
				require.Empty(t, doc.Unknown, at)
				var got []string
				for p := range doc.Labels {
					l := &doc.Labels[p]
					require.Empty(t, append(l.Problems, l.Unknown...), at)
					require.Equal(t, [2]int{int(m.Width * float64(m.Dpmm)), int(m.Height * float64(m.Dpmm))}, [2]int{l.Width, l.Height}, at)
					for _, e := range l.Elements {
						if e.Kind == preview.Text {
							require.GreaterOrEqual(t, float64(e.Cell())/float64(m.Dpmm), smallest, "%s: %q", at, e.Text)
						}
					}
					for _, c := range l.Codes() {
						got = append(got, aim(c)+" "+c.Text)
						measures(t, at, c, m)
					}
					if m.Dpmm == 8 && p < 2 {
						keepPicture(t, l, "", m, name, p)
						require.Empty(t, collisions(l), "%s, page %d", at, p+1)
					}
				}
				require.Equal(t, expected(name, m), got, at)
				var says []string
				for p := range doc.Labels {
					says = append(says, doc.Labels[p].Texts()...)
				}
				said := strings.ReplaceAll(strings.Join(says, " "), "\n", " ")
				if name != "gift_note" { // which bears no mark
					require.Regexp(t, `COPY 2:? .*the label was torn off|the label was torn off .*COPY 2`, said, at)
				}
				for _, w := range uncut[name] {
					require.Contains(t, said, w, at)
				}
			}
		}
	}
}

// keepPicture leaves a picture to be looked at where PREVIEW_OUT names a directory.
func keepPicture(t *testing.T, l *preview.Label, lang string, m Media, name string, p int) {
	if dir := os.Getenv("PREVIEW_OUT"); dir != "" && p < 2 {
		picture, err := l.PNG()
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s%gx%g-%s-%d.png", lang, m.Width, m.Height, name, p+1)), picture, 0o644))
	}
}

// smallest is the least height of the characters' cell, in millimetres: two thirds of it is a capital letter.
const smallest = 1.95

func aim(c preview.Element) string {
	switch {
	case c.Kind == preview.DataMatrix && c.GS1:
		return "]d2"
	case c.Kind == preview.QR:
		return "]Q1"
	case c.GS1:
		return "]C1"
	}
	return "]C0"
}

// measures holds a code against the figures it must keep. For the SSCC they are those of the GS1 General Specifications,
// 5.12.3, symbol specification table 5 (logistic units): X-dimension 0.495 to 0.940 mm, bars of at least 31.75 mm, quiet zones
// of 10 X. The house's own codes keep 0.2 mm, and a QR code 0.25 mm a module.
func measures(t *testing.T, at string, c preview.Element, m Media) {
	module, width, height := c.Bars()
	mm := func(dots int) float64 { return float64(dots) / float64(m.Dpmm) }
	if c.Kind == preview.QR {
		require.GreaterOrEqual(t, mm(module), 0.2499, at)
		return
	}
	if c.Kind == preview.DataMatrix { // 1.5 times the bars of that table
		require.GreaterOrEqual(t, mm(module), 0.743, at)
		require.LessOrEqual(t, mm(module), 1.50, at)
		return
	}
	least := 0.2
	if c.GS1 {
		least = 0.495
		require.LessOrEqual(t, mm(module), 0.940, at)
		require.GreaterOrEqual(t, mm(height), 31.75, at)
	}
	require.GreaterOrEqual(t, mm(module), least, at)
	require.GreaterOrEqual(t, mm(height), 9.0, at)
	require.GreaterOrEqual(t, c.X, 10*module, at)
	require.LessOrEqual(t, c.X+width+10*module, int(m.Width*float64(m.Dpmm)), at)
}

// collisions are fields that ink a dot another one inks, or the quiet zone of a code. White on black and frames are meant to.
func collisions(l *preview.Label) (out []string) {
	owner := make([]int16, l.Width*l.Height)
	clash := func(k, i int) {
		if o := int(owner[k]) - 1; o >= 0 && o != i {
			if s := fmt.Sprintf("%q on %q", l.Elements[i].Text, l.Elements[o].Text); len(out) == 0 || out[len(out)-1] != s {
				out = append(out, s)
			}
		}
		owner[k] = int16(i + 1)
	}
	for i := range l.Elements {
		e := &l.Elements[i]
		if e.Reverse || e.Kind == preview.Box {
			continue
		}
		one := *l
		one.Elements = l.Elements[i : i+1]
		for k, v := range one.Image().Pix {
			if v != 0 {
				clash(k, i)
			}
		}
		if module, width, height := e.Bars(); e.Kind == preview.Code128 {
			for y := e.Y; y < e.Y+height; y++ {
				for x := 1; x <= 10*module; x++ {
					clash(y*l.Width+e.X-x, i)
					clash(y*l.Width+e.X+width+x-1, i)
				}
			}
		}
	}
	return out
}

// TestDocumentsReadBack: programs that are not ours draw the documents with codes on each kind of media and decode
// exactly what is meant to stand in them, with the AIM identifier that says whose data they are.
func TestDocumentsReadBack(t *testing.T) {
	all, hand := everything(), script.New().For(script.Latin)
	for _, m := range media {
		if m.Width == 100 {
			continue // as 4 x 6 inches
		}
		m.Hand = hand
		var stream []byte
		var want []string
		var docs []string // what each label is of
		for _, name := range slices.Sorted(maps.Keys(codes)) {
			f := all[name]
			if f.Manifest != nil { // its code is on the last page
				a := *f.Manifest
				a.Parcels = a.Parcels[:1]
				f.Manifest = &a
			}
			job, err := Draw(f, m)
			require.NoError(t, err, name)
			stream = append(stream, job...)
			for n := range strings.Count(string(job), "^XA") {
				docs = append(docs, fmt.Sprintf("%s, %d", name, n+1))
			}
			want = append(want, expected(name, m)...)
		}
		pictures, err := judge.Render(context.Background(), stream, judge.Size{Width: m.Width, Height: m.Height, Dpmm: m.Dpmm})
		require.NoError(t, err)
		require.Len(t, pictures, len(docs), "as many labels as were drawn")
		var got []string
		ours := preview.Read(stream, preview.Options{Dpmm: m.Dpmm, Width: m.Width, Height: m.Height}).Labels
		for i, p := range pictures {
			mine, err := ours[i].PNG()
			require.NoError(t, err)
			differ, inked, err := preview.Difference(mine, p.PNG)
			require.NoError(t, err)
			// Letters have other shapes; all else is the same dots. The figures of 4 x 6 inches stand in zpl/preview/DESIGN.md.
			t.Logf("| %s | %d | %d | %.1f %% |", docs[i], inked, differ, 100*float64(differ)/float64(inked))
			if codes := ours[i].Codes(); len(codes) == 0 || codes[0].Kind != preview.QR { // whose mask each program chooses itself
				require.Less(t, differ, inked/2, "%g x %g, %s", m.Width, m.Height, docs[i])
			}
			for _, c := range p.Codes {
				got = append(got, c.AIM+" "+c.Text)
			}
		}
		require.Equal(t, want, got, "%g x %g", m.Width, m.Height)
	}
}
