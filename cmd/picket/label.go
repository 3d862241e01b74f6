package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"picket/cmd/internal/ordinary"
	"picket/edge/labels"
	"picket/edge/labels/template"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// mostPictures is how many labels of one document a preview writes.
const mostPictures = 20

// labelCommand is for whoever changes how a site's labels look. It needs no running box.
func labelCommand(out, errs io.Writer) *cobra.Command {
	c := &cobra.Command{Use: "label", Short: "Templates of a site's own: start from what is built in, check them, look at them", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() }} // a name that is none is an error: its help would be in the file it is sent to
	list := &cobra.Command{Use: "list [DOCUMENT]", Short: "The documents a template can draw, or the fields of one", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return listLabels(out, args) }}
	media, layout, lang := "101.6x152.4", "", ""
	export := &cobra.Command{Use: "export DOCUMENT", Short: "The template that draws what is drawn without one, to start from", Example: "  picket label export shipping > shipping.lbl", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := spoken(c, layout); err != nil {
				return err
			}
			return exportLabel(out, args[0], media, layout, lang)
		}}
	export.Flags().StringVar(&media, "media", media, "width x height of the label in millimetres")
	export.Flags().StringVar(&layout, "layout", "", "of a shipping label: in the manner of a carrier: "+strings.Join(template.Layouts(), ", "))
	export.Flags().StringVar(&lang, "language", "en", "of a layout's words: "+strings.Join(labels.Languages, ", "))
	check := &cobra.Command{Use: "check FILE...", Short: "Say what is wrong with templates, with line and column", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return checkLabels(out, errs, args) }}
	picture := &cobra.Command{Use: "picture FILE.png", Short: "A picture as a template brings it along, such as a logo", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return bringPicture(out, args[0]) }}
	c.AddCommand(list, export, check, picture, previewCommand(out, errs))
	return c
}

// document finds one by its name or by how the name begins.
func document(name string) (template.Document, error) {
	var found []template.Document
	for _, d := range template.Documents() {
		if string(d.Doc) == name {
			return d, nil
		}
		if name != "" && strings.HasPrefix(string(d.Doc), name) {
			found = append(found, d)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return template.Document{}, fmt.Errorf("there is no document %q that a template can draw; there is %s", name, strings.Join(template.Names(), ", "))
}

func listLabels(out io.Writer, args []string) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	if len(args) == 0 {
		for _, d := range template.Documents() {
			fmt.Fprintf(w, "%s\t%s\n", d.Doc, d.Says)
		}
		return w.Flush()
	}
	d, err := document(args[0])
	if err != nil {
		return err
	}
	for _, f := range d.Fields {
		fmt.Fprintf(w, "<%s>\t%s\t%s\t%s\n", f.Name, f.Kind, f.Says, oneLine(f.Example))
		for _, r := range f.Row {
			fmt.Fprintf(w, "  <row.%s>\t%s\t%s\t%s\n", r.Name, r.Kind, r.Says, oneLine(r.Example))
		}
	}
	return w.Flush()
}

// oneLine is an example as it fits a table.
func oneLine(s string) string {
	if r := []rune(strings.ReplaceAll(s, "\n", " / ")); len(r) > 40 {
		return string(r[:37]) + "..."
	}
	return strings.ReplaceAll(s, "\n", " / ")
}

func exportLabel(out io.Writer, name, media, layout, lang string) error {
	d, err := document(name)
	if err != nil {
		return err
	}
	m, err := template.ReadMedia(media)
	if err != nil {
		return err
	}
	if layout != "" {
		_, text, err := laidOut(d, m, layout, lang)
		if err == nil {
			_, err = out.Write(text)
		}
		return err
	}
	_, text, ok := template.Start(d.Doc, m)
	if !ok {
		return fmt.Errorf("there is no template of %s for %s to start from; take that of another size (--media 101.6x152.4), and change its media: and its lengths", d.Doc, template.Size(m))
	}
	_, err = out.Write(text)
	return err
}

// spoken refuses a language where only a layout has one: the picture would silently be in another.
func spoken(c *cobra.Command, layout string) error {
	if layout == "" && c.Flags().Changed("language") {
		return fmt.Errorf("--language: is of a layout's words: say which, with --layout %s; other templates are drawn as they are written", strings.Join(template.Layouts(), ", "))
	}
	return nil
}

// laidOut is the template of a carrier's layout.
func laidOut(d template.Document, m labels.Media, layout, lang string) (*template.Template, []byte, error) {
	if !slices.Contains(labels.Languages, lang) {
		return nil, nil, fmt.Errorf("--language: is %q, but labels speak %s", lang, strings.Join(labels.Languages, " and "))
	}
	all, texts, err := template.Layout(layout, lang)
	if err != nil {
		return nil, nil, fmt.Errorf("--layout: %w", err)
	}
	for i, t := range all {
		if t.Document == d.Doc && t.On(m) {
			return t, texts[i], nil
		}
	}
	return nil, nil, fmt.Errorf("--layout: %s is not for %s on %s mm", layout, d.Doc, template.Size(m))
}

// readTemplate reads and checks a template. What can be drawn comes back also with faults.
func readTemplate(file string) (*template.Template, error) {
	text, err := ordinary.ReadNamed(file, template.MaxBytes)
	if err != nil {
		return nil, err
	}
	t, err := template.Parse(file, text)
	if err != nil {
		return nil, err
	}
	return t, t.Check()
}

func checkLabels(out, errs io.Writer, files []string) error {
	bad := 0
	for _, file := range files {
		t, err := readTemplate(file)
		if err != nil {
			bad++
			fmt.Fprintln(errs, err)
			continue
		}
		var on []string
		for _, m := range t.Media {
			on = append(on, template.Size(m))
		}
		doc := string(t.Document)
		if len(t.Carriers) > 0 {
			doc += " of " + strings.Join(t.Carriers, ", ")
		}
		fmt.Fprintf(out, "%s: good: %s on %s mm (%s)\n", file, doc, strings.Join(on, ", "), t.Hash)
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d templates cannot be used; a site prints what is built in instead", bad, len(files))
	}
	return nil
}

func bringPicture(out io.Writer, file string) error {
	raw, err := ordinary.ReadNamed(file, template.MaxBytes)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(raw)
	if len(raw) > template.MaxPicture {
		return fmt.Errorf("%s: is larger than a picture in a template may be (%d KiB): save it in black and white, and no larger than it is printed (8 dots to a millimetre)", file, template.MaxPicture>>10)
	}
	fmt.Fprintln(out, "      - wide: 20  # millimetres; its height follows\n        at: [4, 4]\n        picture: |")
	for ; len(text) > 0; text = text[min(len(text), 100):] {
		fmt.Fprintln(out, "          "+text[:min(len(text), 100)])
	}
	return nil
}

// looking is what a preview is asked for.
type looking struct {
	out, template, document, layout, lang, media, data string
	dpmm                                               int
}

func previewCommand(out, errs io.Writer) *cobra.Command {
	l := looking{}
	c := &cobra.Command{Use: "preview --out FILE.png", Short: "Draw a template, or what is built in, as a picture", Args: cobra.NoArgs,
		Example: "  picket label preview --template shipping.lbl --data worst --out worst.png\n  picket label preview --document hold --media 102x76 --out hold.png",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := spoken(c, l.layout); err != nil {
				return err
			}
			return l.draw(out, errs)
		}}
	f := c.Flags()
	f.StringVar(&l.out, "out", "", "the picture; further labels of the same document go to FILE-2.png and so on")
	f.StringVar(&l.template, "template", "", "the template; none: what is built in")
	f.StringVar(&l.document, "document", "", "without a template: which document")
	f.StringVar(&l.layout, "layout", "", "of a shipping label without a template: in the manner of a carrier: "+strings.Join(template.Layouts(), ", "))
	f.StringVar(&l.lang, "language", "en", "of a layout's words: "+strings.Join(labels.Languages, ", "))
	f.StringVar(&l.media, "media", "", "width x height in millimetres; none: the first the template is for")
	f.StringVar(&l.data, "data", "example", "example, worst, or a file of values as JSON: {\"to.name\": \"Jo Doe\"}")
	f.IntVar(&l.dpmm, "dpmm", 8, "dots to the millimetre: 8, 12 or 24")
	return c
}

// ready is the template that is looked at; faults are no reason not to, as long as it can be drawn.
func (l *looking) ready() (t *template.Template, m labels.Media, faults, err error) {
	if l.media != "" {
		if m, err = template.ReadMedia(l.media); err != nil {
			return nil, m, nil, err
		}
	}
	if l.template != "" {
		if t, faults = readTemplate(l.template); t == nil {
			return nil, m, nil, faults
		}
		if l.media == "" {
			m = t.Media[0]
		}
		return t, m, faults, nil
	}
	if l.document == "" {
		return nil, m, nil, errors.New("say what to look at: --template FILE.lbl, or --document NAME for what is built in")
	}
	d, err := document(l.document)
	if err != nil {
		return nil, m, nil, err
	}
	if l.media == "" {
		m = labels.Parcel
	}
	if l.layout != "" {
		t, _, err = laidOut(d, m, l.layout, l.lang)
		return t, m, nil, err
	}
	name, text, ok := template.Start(d.Doc, m)
	if !ok {
		return nil, m, nil, fmt.Errorf("--media: %s is not drawn on %s without a template", d.Doc, template.Size(m))
	}
	t, err = template.Parse(name, text)
	return t, m, nil, err
}

func (l *looking) values(t *template.Template) (labels.Values, error) {
	d, _ := template.Find(string(t.Document))
	switch l.data {
	case "example":
		return d.Example(), nil
	case "worst":
		return d.Worst(), nil
	}
	text, err := ordinary.ReadNamed(l.data, 1<<20)
	if err != nil {
		return labels.Values{}, fmt.Errorf("--data: is example, worst or a file: %w", err)
	}
	v, err := d.ReadData(text)
	if err != nil {
		return v, fmt.Errorf("--data: %s: %w", l.data, err)
	}
	return v, nil
}

func (l *looking) draw(out, errs io.Writer) error {
	if l.out == "" {
		return errors.New("--out: say which file the picture goes to")
	}
	if !strings.EqualFold(filepath.Ext(l.out), ".png") {
		return fmt.Errorf("--out: %s: the picture is a PNG: want FILE.png", l.out)
	}
	if l.dpmm != 8 && l.dpmm != 12 && l.dpmm != 24 {
		return fmt.Errorf("--dpmm: is %d, but must be 8, 12 or 24 dots to the millimetre", l.dpmm)
	}
	t, m, faults, err := l.ready()
	if err != nil {
		return err
	}
	v, err := l.values(t)
	if err != nil {
		return err
	}
	m.Dpmm, m.Hand = l.dpmm, script.New().For(script.Latin)
	job, err := t.Draw(v, m)
	if err != nil {
		return err
	}
	drawn := preview.Read(job, preview.Options{Dpmm: l.dpmm}).Labels
	for i := range drawn[:min(len(drawn), mostPictures)] {
		png, err := drawn[i].PNG()
		if err != nil {
			return err
		}
		file := l.out
		if i > 0 {
			ext := filepath.Ext(file)
			file = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(file, ext), i+1, ext)
		}
		if err := os.WriteFile(file, png, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: label %d of %d of %s on %s mm at %d dots/mm\n", file, i+1, len(drawn), t.Document, template.Size(m), l.dpmm)
	}
	if faults != nil {
		fmt.Fprintln(errs, faults)
		return errors.New("the picture is drawn, but a site would not use the template")
	}
	return nil
}
