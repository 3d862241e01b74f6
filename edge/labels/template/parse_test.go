package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/zpl/preview"
)

// note is the smallest template there is, with a line of its own at the end.
func note(line string) string {
	return "document: gift_note\nmedia: [100x150]\nlabels:\n  - draw:\n      - {name: note, text: <note>, at: [4, 4], room: [92, 100], lines: 24, least: 3}\n" + line
}

func shipping(t *testing.T) string {
	text, err := starts.ReadFile("start/shipping_label.lbl")
	require.NoError(t, err)
	return string(text)
}

// TestFaultsHaveAPlace: whatever is wrong is told with its line and column and with what to do, and all of it at once.
func TestFaultsHaveAPlace(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"nothing":          {"", "x.lbl:1:1: it is empty; `picket label export` writes one"},
		"not closed, YAML": {"document: gift_note\nmedia: [100x150\nlabels:\n", "x.lbl:2:1: this is no YAML: did not find expected ',' or ']'; words with :"},
		"a colon":          {note("      - {text: hi: there, at: [1, 2]}\n"), "x.lbl:6:7: this is no YAML"},
		"a colon, 2":       {"document: a: b\n", "x.lbl:1:1: this is no YAML: mapping values are not allowed in this context; words with :"},
		"a tab":            {"document: gift_note\n\tmedia: [100x150]\n", "x.lbl:2:2: this is no YAML: found a tab character"},
		"no mapping":       {"- a\n", "x.lbl:1:1: want a template, as key: value"},
		"what lacks":       {"document: gift_note\nmedia: [100x150]\n", "x.lbl:1:1: labels: is missing"},
		"document":         {"document: shiping_label\nmedia: [100x150]\nlabels: [{draw: []}]\n", `x.lbl:1:11: no document "shiping_label" that a template can draw; there is shipping_label`},
		"document, alone":  {"document: shiping_label\n", `x.lbl:1:11: no document "shiping_label"`},
		"second document":  {note("") + "---\ndocument: gift_note\n", "x.lbl:7:1: a second document begins"},
		"end of another":   {note("") + "---\n", "a second document begins"},
		"element, swapped": {note("      - {txet: hi, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:10: there is no element "txet"; there is text`},
		"element, other":   {note("      - {at: [4, 110], poem: hi}\n"), `x.lbl:6:24: there is no element "poem"; want one of text, line`},
		"no element":       {note("      - {at: [4, 110]}\n"), "x.lbl:6:9: want an element: one of text, line"},
		"divided by zero":  {note("      - {text: hi, at: [4, 110 + 4/(2 - 2)], room: [20, 5]}\n"), "x.lbl:6:36: a division by zero"},
		"a name's length":  {note("      - {name: abcdefghijklmnopqrstu, text: hi, at: [4, 110], room: [20, 5]}\n"), "x.lbl:6:16: a name of 21 characters; at most 20"},
		"a long key":       {note("      - {abcdefghijklmnopqrstu: hi, at: [4, 110], room: [20, 5]}\n"), `no element "abcdefghijklmnopq..."`},
		"media":            {"document: gift_note\nmedia: [100by150]\nlabels: [{draw: []}]\n", `x.lbl:2:9: media "100by150": want width x height`},
		"key":              {note("      - {tekst: hi, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:10: there is no element "tekst"; there is text`},
		"key of a kind":    {note("      - {text: hi, at: [4, 110], rom: [20, 5]}\n"), `x.lbl:6:34: text has no "rom"; there is room`},
		"twice":            {note("      - {text: hi, text: ho, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:20: "text" stands there twice`},
		"two things":       {note("      - {text: hi, qr: ho, at: [4, 110], room: [20, 5]}\n"), "x.lbl:6:20: an element is one thing: text or qr"},
		"field":            {note("      - {text: For <to.nam>, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:20: gift_note has no field "to.nam"; there is to.name`},
		"field in quotes":  {note("      - {text: \"For <to.nam>\", at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:21: gift_note has no field "to.nam"`},
		"field of another": {note("      - {text: <return_no>, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:16: gift_note has no field "return_no"; ` + "`picket label list gift_note`"},
		"not closed":       {note("      - {text: <note, at: [4, 110], room: [20, 5]}\n"), "x.lbl:6:16: a field that is not closed"},
		"braces":           {note("      - {text: {note}, at: [4, 110], room: [20, 5]}\n"), "x.lbl:6:16: want words, with fields in angle brackets"},
		"a name as a code": {note("      - {code128: <to.name>, at: [4, 110], room: [80, 20]}\n"), `x.lbl:6:19: "to.name" may hold letters that no barcode of this kind has; there is to.routing, sscc, tracking`},
		"yes or no":        {note("      - {text: <gift>, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:16: "gift" says yes or no`},
		"whose parcels":    {"carrier: [DPX]\n" + note("      - {text: hi, at: [4, 110], room: [20, 5]}\n"), "x.lbl:1:10: carrier: is for shipping_label alone"},
		"no carrier":       {"document: shipping_label\ncarrier: [D PX]\nmedia: [100x150]\nlabels: [{draw: [{text: hi, at: [1, 2], room: [20, 5]}]}]\n", `x.lbl:2:11: "D PX" is no carrier's code`},
		"condition":        {note("      - {when: cod and not giftt, text: hi, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:28: gift_note has no field "giftt"; there is gift`},
		"length":           {note("      - {text: hi, at: [4, 110 +], room: [20, 5]}\n"), `x.lbl:6:28: "110 +" is no length`},
		"name in a length": {note("      - {text: hi, at: [4, 110 + X], room: [20, 5]}\n"), `x.lbl:6:34: "X" is not known here`},
		"call in a length": {note("      - {text: hi, at: [4, 110 + os.Exit(1)], room: [20, 5]}\n"), "x.lbl:6:34: there are min(a, b), max(a, b) and count(list)"},
		"func in a length": {note("      - {text: hi, at: [4, \"func() int { for {} }()\"], room: [20, 5]}\n"), "x.lbl:6:29: there are min(a, b)"},
		"alias":            {note("      - &a {text: hi, at: [4, 110], room: [20, 5]}\n      - *a\n"), "x.lbl:6:9: & and * of YAML are not read here"},
		"tag":              {note("      - !!python/object:os.system {text: hi}\n"), "x.lbl:6:9: ! of YAML is not read here"},
		"a list of none":   {strings.Replace(note(""), "  - draw:", "  - each: head\n    draw:", 1), `gift_note has no list "head"; there is none`},
		"list as a field":  {strings.Replace(note(""), "gift_note", "gift_receipt", 1), `x.lbl:5:28: gift_receipt has no field "note"`},
		"row out of rows":  {note("      - {text: <row.text>, at: [4, 110], room: [20, 5]}\n"), "x.lbl:6:16: <row.text> is an entry's"},
		"same name":        {note("      - {name: note, text: hi, at: [4, 110], room: [20, 5]}\n"), `x.lbl:6:9: name: "note" is also what the element in line 5 is called`},
		"no picture":       {note("      - {picture: QUJD, wide: 20, at: [4, 110]}\n"), "x.lbl:6:19: the picture is no PNG"},
		"no words":         {note("      - {picture: '?', wide: 20, at: [4, 110]}\n"), "x.lbl:6:19: the picture is no base64; `picket label picture FILE.png`"},
		"huge":             {strings.Repeat("#", MaxBytes+1), "x.lbl:1:1: more than 256 KiB"},
		"deep":             {"document: " + strings.Repeat("[", 3000), "x.lbl:"},
	} {
		_, err := Parse("x.lbl", []byte(c.text))
		require.Error(t, err, name)
		require.Contains(t, err.Error(), c.want, name)
		var f *Faults
		require.ErrorAs(t, err, &f, name)
	}
	_, err := Parse("x.lbl", []byte(note("      - {text: <a>, at: [4, 110], room: [20, 5]}\n      - {text: <b>, at: [4, 110], room: [20, 5]}\n")))
	require.Equal(t, 2, strings.Count(err.Error(), "x.lbl:"), "both: %v", err)
}

// TestCheckFindsWhatPaperWouldShow: with the longest data nothing overlaps, leaves the label, hides white on white or falls
// short of what scanners need, and what a document is for stands on it.
func TestCheckFindsWhatPaperWouldShow(t *testing.T) {
	whole := shipping(t)
	change := func(old, with string) string {
		require.Contains(t, whole, old)
		return strings.Replace(whole, old, with, 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"leaves the label":    {note("      - {text: hi, at: [90, 110], room: [20, 5]}\n"), "x.lbl:6:9: text in line 6 on 100x150 mm at 8 dots/mm: reaches to (110.0, 115.0) mm, beyond the label"},
		"over another":        {note("      - {text: hi, at: [4, 100], room: [20, 5]}\n"), "x.lbl:6:9: text in line 6 on 100x150 mm runs into note"},
		"a line through":      {note("      - {line: W, at: [0, 50]}\n"), "x.lbl:6:9: line in line 6 on 100x150 mm runs into note"},
		"white on white":      {note("      - {text: hi, at: [4, 110], room: [20, 5], white: true}\n"), "x.lbl:6:9: text in line 6 on 100x150 mm: white letters are seen on a filled box alone"},
		"too small":           {note("      - {text: hi, at: [4, 110], room: [20, 5], size: 2}\n"), "x.lbl:6:9: letters of less than 1.4 mm are not read by anybody"},
		"over a barcode":      {change("at: [4, H - 51], room: [20, 3.4]", "at: [4, H - 47], room: [20, 3.4]"), `runs over the barcode "sscc"`},
		"bars too low":        {change("room: [W - 4, 34]", "room: [W - 4, 20]"), "GS1 asks for modules of at least 0.495 mm (least: 0.495) and bars of at least 31.75 mm (they have 20.0)"},
		"too narrow":          {change("at: [2, H - 45], room: [W - 4, 34]", "at: [2, H - 45], room: [60, 34]"), "sscc on 101.6x152.4 mm at 8 dots/mm: the barcode needs"},
		"no copy mark":        {strings.ReplaceAll(whole, "text: COPY <copy>", "text: AGAIN"), "x.lbl:1:1: <copy> must stand on every shipping_label, and stands nowhere in this template"},
		"no barcode":          {change("code128: <tracking>", "text: <tracking>"), "text has no \"module\""},
		"no sscc":             {change("      - when: not tracking\n        draw:\n          - {name: sscc, sscc: <sscc>, at: [2, H - 45], room: [W - 4, 34], module: 0.66, least: 0.495, digits: 5}\n", "      - when: not tracking\n        draw:\n"), "<sscc> must stand in a barcode of every shipping_label"},
		"country left out":    {change("text: <to.country>", "text: GB2"), "<to.country> must stand"},
		"amount cut off":      {change("room: [(W - 8)*0.55, 6], size: 5.6, least: 2.4, align: right", "room: [18, 6], size: 5.6, least: 5, align: right"), "<cod> must stand on every shipping_label, whole"},
		"divided by nothing":  {note("      - {text: hi, at: [4, 110/(W - 100)], room: [20, 5]}\n"), "x.lbl:6:9: text in line 6 on 100x150 mm: a length of it is a division by zero"},
		"name missing at all": {change("text: <to.name>", "text: Jo"), "<to.name> must stand on every shipping_label"},
	} {
		tp, err := Parse("x.lbl", []byte(c.text))
		if err == nil {
			err = tp.Check()
		}
		require.Error(t, err, name)
		require.Contains(t, err.Error(), c.want, name)
		require.Regexp(t, `^x\.lbl:\d+:\d+: `, err.Error(), name)
	}
}

// TestWhatAnOperatorChanges: a text, a place, a box, a logo and a condition, and the label shows them.
func TestWhatAnOperatorChanges(t *testing.T) {
	text := strings.Replace(shipping(t), "text: FROM", "text: Sent by", 1)
	text = strings.Replace(text, "at: [4 + (W - 8)*0.55, 3], room: [(W - 8)*0.45, 7]", "at: [4 + (W - 8)*0.55, 3], room: [(W - 8)*0.35, 7]", 1) // room for the logo
	for _, line := range []string{
		"{box: [18, 11], at: [W - 21, 47.5], thick: 0.3}", "{picture: " + picture8(t) + ", wide: 8, at: [W - 13, 2]}",
		"{when: mark.chilled, text: COLD, at: [60, 17.3], room: [14, 3.4], size: 3.2}", "{text: 3 << 4, at: [75, 17.3], room: [20, 3.4], size: 3.2}",
	} {
		text += "      - " + line + "\n"
	}
	tp, err := Parse("shipping.lbl", []byte(text))
	require.NoError(t, err)
	require.NoError(t, tp.Check())
	require.Len(t, tp.Hash, 16)
	m := labels.Media{Width: 100, Height: 150, Dpmm: 8}
	v := tp.doc.Example()
	v.Words["mark.chilled"] = "yes"
	job, err := tp.Draw(v, m)
	require.NoError(t, err)
	l := preview.Read(job, preview.Options{Dpmm: 8}).Labels[0]
	require.Subset(t, l.Texts(), []string{"Sent by", "COLD", "3 < 4"})
	require.Contains(t, string(job), "^GFA,512,512,8,", "8 mm at 8 dots/mm")
	v.Words["mark.chilled"] = ""
	job, err = tp.Draw(v, m)
	require.NoError(t, err)
	require.NotContains(t, preview.Read(job, preview.Options{Dpmm: 8}).Labels[0].Texts(), "COLD")
	require.False(t, tp.On(labels.Parcel) && tp.On(labels.Media{Width: 102, Height: 76}))
}

// TestACheckEnds: a template of as much as may stand in one is told that it is too much, soon.
func TestACheckEnds(t *testing.T) {
	media := strings.Repeat("100x150, ", mostMedia-1) + "100x150"
	text := "document: claim_slip\nmedia: [" + media + "]\nlabels:\n  - rows: {of: rows, top: 100, height: 40, end: 145, draw: [{text: <row.text>, at: [1, 1], room: [90, 5]}]}\n    draw:\n"
	for i := range mostElements - 2 {
		text += fmt.Sprintf("      - {each: foot, when: %s, step: 0.1, draw: [{text: a, at: [1, 1], room: [9, 9]}]}\n", claimFields[i%len(claimFields)])
		if i > 90 {
			break
		}
	}
	tp, err := Parse("x.lbl", []byte(text))
	require.NoError(t, err)
	require.Error(t, tp.Check())
}

var claimFields = []string{"carrier", "service", "gift", "cod", "marks", "tracking", "sscc", "to.name", "to.city", "to.town", "mark.chilled", "mark.frozen", "mark.fragile", "mark.upright", "to.phone", "to.street"}
