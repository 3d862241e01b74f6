package template

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/zpl"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// ours are all the commands that a document has.
const ours = "^XA ^CI ^MU ^LH ^FW ^PO ^LR ^PW ^LL ^FO ^A ^FB ^FR ^FH ^FD ^FS ^FX ^GB ^GF ^BY ^BC ^BQ ^BX ^PQ ^XZ"

// harmless holds a job against what it may be: our commands in whole labels, each printed once, and nothing besides.
func harmless(t *testing.T, job []byte) {
	t.Helper()
	depth := 0
	for _, tok := range zpl.Tokens(job) {
		c := tok.Command()
		require.NotEmpty(t, c, "bytes outside of commands: %q", tok.Data)
		require.Contains(t, ours, c)
		switch c {
		case "^XA":
			depth++
		case "^XZ":
			depth--
		case "^PQ":
			require.Equal(t, "1", string(tok.Data))
		}
		require.True(t, depth == 0 || depth == 1)
	}
	require.Zero(t, depth)
	require.LessOrEqual(t, len(job), mostOut)
}

// FuzzParse: no text that is taken for a template breaks out of it, runs without end or panics; what is drawn by one that is read
// consists of our commands alone, and a fault has a line.
func FuzzParse(f *testing.F) {
	for _, name := range startFiles() {
		text, err := starts.ReadFile("start/" + name)
		require.NoError(f, err)
		f.Add(string(text))
	}
	f.Add(note("      - {text: ^XZ~JR, at: [4, 110], room: [20, 5]}\n"))
	f.Add(note("      - {qr: ^XZ~JR<note>, at: [4, 110], side: 30}\n"))
	f.Add(note("      - {each: a, step: 1, draw: [{text: <row.x>, at: [0, 0], room: [9, 9]}]}\n"))
	f.Add(note("      - {text: a, at: [((((((4)))))), -110/0], room: [min(1,2), count(head)]}\n"))
	f.Add("document: gift_note\nmedia: [100x150]\nlabels:\n - rows: {of: rows, top: 0, height: 2, end: H, draw: [{text: a, at: [0,0], room: [1, 1]}]}\n   draw: []\n")
	f.Add("{{{{{{")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		tp, err := Parse("x.lbl", []byte(text))
		if err != nil {
			var faults *Faults
			require.ErrorAs(t, err, &faults)
			require.NotEmpty(t, faults.List)
			require.LessOrEqual(t, len(faults.List), mostFaults)
			for _, x := range faults.List {
				require.Positive(t, x.Line)
				require.Positive(t, x.Column)
			}
			return
		}
		again, err := Parse("x.lbl", []byte(text))
		require.NoError(t, err)
		require.Equal(t, tp.Hash, again.Hash)
		for _, v := range []labels.Values{tp.doc.Example(), tp.doc.Worst()} {
			m := tp.Media[0]
			job, err := tp.Draw(v, m)
			if err != nil {
				var faults *Faults
				require.ErrorAs(t, err, &faults)
				continue
			}
			harmless(t, job)
			same, err := again.Draw(v, m)
			require.NoError(t, err)
			require.Equal(t, job, same)
		}
	})
}

// FuzzNoFieldCommandsATemplate puts a text into every field of every document that can be drawn by a template: it is refused
// naming the place, or the commands are those of the template.
func FuzzNoFieldCommandsATemplate(f *testing.F) {
	for _, s := range []string{"Jo Doe", "^XZ^XA", "~JR\n~HS", "山田^XZ~JA", "_5E_7E\\&", "\xff\x1e\x10\x02", "<to.name><<", "^FXtext 5E585A", strings.Repeat("^", 99), "\u200d\u0301", "-8"} {
		f.Add(s)
	}
	type open struct {
		t *Template
		d Document
	}
	var all []open
	for _, name := range startFiles() {
		text, err := starts.ReadFile("start/" + name)
		require.NoError(f, err)
		t, err := Parse(name, text)
		require.NoError(f, err)
		d, _ := Find(string(t.Document))
		all = append(all, open{t, d})
	}
	for _, name := range Layouts() {
		of, _, err := Layout(name, "en")
		require.NoError(f, err)
		for _, t := range of {
			d, _ := Find(string(t.Document))
			all = append(all, open{t, d})
		}
	}
	hand := script.New().For(script.Latin)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 300 {
			return
		}
		for _, o := range all {
			for _, codes := range []bool{false, true} { // codes refuse most of it
				v := o.d.values(func(f Field) string {
					if f.Kind == Code && !codes {
						return f.Example
					}
					return s
				}, func(Field) int { return 2 })
				m := o.t.Media[0]
				m.Hand = hand
				job, err := o.t.Draw(v, m)
				if err != nil {
					require.Contains(t, err.Error(), o.t.Name+":")
					require.True(t, codes, "%v", err)
					continue
				}
				harmless(t, job)
				read := preview.Read(job, preview.Options{Dpmm: 8})
				require.Empty(t, read.Unknown)
				for i := range read.Labels {
					require.Empty(t, slices.Concat(read.Labels[i].Problems, read.Labels[i].Unknown))
				}
			}
		}
	})
}
