package site

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"picket/cmd/internal/ordinary"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/labels/template"
)

// mostTemplates is how many files of the directory are read.
const mostTemplates = 100

// templates are the site's own. One that is bad, or fails on what a label turns out to hold, never stops printing: what is built
// in is printed instead, and people are told.
type templates struct {
	kept string // the directory of copies: a reprint is drawn as the first print was
	log  *slog.Logger

	mu   sync.Mutex
	good []*template.Template
	bad  []badTemplate
	past map[string]*template.Template // by name@hash
	look map[string]look               // of carriers' labels, by their codes
}

// badTemplate is one that is not used, or was not for a label.
type badTemplate struct {
	name, why string
	is        *template.Template // nil: it cannot be read, so it concerns every printer
}

func newTemplates(data string, log *slog.Logger) *templates {
	return &templates{kept: filepath.Join(data, "templates"), log: log, past: map[string]*template.Template{}}
}

// ref names a template and its bytes, as a print job keeps it.
func ref(t *template.Template) string { return t.Name + "@" + t.Hash }

// load reads the directory of the settings, empty is none, and what they say of carriers. What was there before is forgotten, but
// for reprints.
func (t *templates) load(dir string, carriers []Carrier, lang string) {
	var good []*template.Template
	var bad []badTemplate
	files, err := templateFiles(dir)
	if err != nil {
		bad = append(bad, badTemplate{name: "templates", why: err.Error()})
	}
	for _, file := range files {
		one, text, err := readTemplate(file)
		if err == nil {
			err = twice(one, good)
		}
		if err == nil {
			err = t.keep(one, text)
		}
		if err != nil {
			bad = append(bad, badTemplate{name: filepath.Base(file), why: err.Error(), is: one})
			continue
		}
		good = append(good, one)
	}
	look, lacks := t.looks(carriers, lang)
	bad = append(bad, lacks...)
	for _, b := range bad {
		t.log.Error("a template is not used: what is built in is printed instead", "template", b.name, "err", b.why)
	}
	if dir != "" {
		t.log.Info("templates are read", "directory", dir, "good", len(good), "bad", len(bad))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.good, t.bad, t.look = good, bad, look
}

// templateFiles are the directory's templates, in the order of their names.
func templateFiles(dir string) (out []string, err error) {
	if dir == "" {
		return nil, nil
	}
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if filepath.Ext(f.Name()) == ".lbl" {
			out = append(out, filepath.Join(dir, f.Name()))
		}
	}
	if len(out) > mostTemplates {
		return out[:mostTemplates], fmt.Errorf("%s: more than %d templates; those behind %s are not read", dir, mostTemplates, filepath.Base(out[mostTemplates-1]))
	}
	return out, nil
}

// readTemplate reads and checks one; with an error it may still come back, to say which media it is for.
func readTemplate(file string) (*template.Template, []byte, error) {
	text, err := ordinary.Read(file, template.MaxBytes)
	if err != nil {
		return nil, nil, err
	}
	one, err := template.Parse(filepath.Base(file), text)
	if err != nil {
		return nil, nil, err
	}
	return one, text, one.Check()
}

// twice refuses a second template for the same document on the same media, of the same carriers: nobody could tell which is printed.
func twice(one *template.Template, good []*template.Template) error {
	for _, g := range good {
		for _, m := range one.Media {
			if g.Document == one.Document && g.On(m) && (len(g.Carriers) == len(one.Carriers) && len(g.Carriers) == 0 || slices.ContainsFunc(g.Carriers, func(c string) bool { return slices.Contains(one.Carriers, c) })) {
				return fmt.Errorf("%s on %s mm is drawn by %s already", one.Document, template.Size(m), g.Name)
			}
		}
	}
	return nil
}

func (t *templates) file(ref string) string {
	_, hash, _ := strings.Cut(ref, "@")
	return filepath.Join(t.kept, hash+".lbl")
}

// keep puts a copy beside the journal.
func (t *templates) keep(one *template.Template, text []byte) error {
	if err := os.MkdirAll(t.kept, 0o700); err != nil {
		return err
	}
	to := t.file(ref(one))
	if st, err := os.Lstat(to); err == nil && st.Mode().IsRegular() {
		return nil
	}
	if err := os.Remove(to + ".new"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(to+".new", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // a link that lies there is not written through
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}

// was is the template a job was printed with, from the copies. Its bytes are those it was printed with, or it is not used.
func (t *templates) was(name string) (*template.Template, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range t.good {
		if ref(g) == name {
			return g, nil
		}
	}
	if g := t.past[name]; g != nil {
		return g, nil
	}
	text, err := ordinary.Read(t.file(name), template.MaxBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("template %s: its copy is not here", name)
	}
	if err != nil {
		return nil, err
	}
	file, _, _ := strings.Cut(name, "@")
	one, err := template.Parse(file, text)
	if err != nil {
		return nil, err
	}
	if ref(one) != name {
		return nil, fmt.Errorf("template %s: its copy was changed", name)
	}
	t.past[name] = one
	return one, nil
}

// now is the template for a document on media, nil when there is none: the site's own for its carrier, the carrier's layout, the
// site's own for all.
func (t *templates) now(f labels.Facts, m labels.Media) (use *template.Template) {
	carrier := ""
	if f.Job.Doc == floor.DocShippingLabel && f.Order != nil {
		carrier = f.Order.Carrier
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, g := range t.good {
		if g.Document != f.Job.Doc || !g.On(m) {
			continue
		}
		switch is, alone := g.Of(carrier); {
		case is && alone:
			return g
		case is:
			use = g
		}
	}
	for _, g := range t.look[carrier].layout {
		if g.Document == f.Job.Doc && g.On(m) {
			return g
		}
	}
	return use
}

// draw draws a document, and says by which template; empty: what is built in. first is how the job's first print was drawn, if there
// was one: a reprint is the same, as long as the media are.
func (t *templates) draw(f labels.Facts, m labels.Media, first *floor.Job) (doc []byte, by string, err error) {
	use := t.now(f, m)
	if first != nil {
		use = nil
		if first.Template != "" {
			if use, err = t.was(first.Template); err != nil {
				t.failed(badTemplate{name: first.Template, why: err.Error()})
			}
			if use == nil || !use.On(m) {
				use = t.now(f, m)
			}
		}
	}
	if use != nil {
		v, err := f.Values()
		if err != nil {
			return nil, "", err
		}
		if doc, err = use.Draw(v, m); err == nil {
			return doc, ref(use), nil
		}
		t.failed(badTemplate{name: use.Name, why: err.Error(), is: use})
	}
	doc, err = labels.Draw(f, m)
	return doc, "", err
}

// failed keeps that a template could not draw a label, once.
func (t *templates) failed(b badTemplate) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if slices.ContainsFunc(t.bad, func(x badTemplate) bool { return x.name == b.name }) {
		return
	}
	t.log.Error("a template cannot draw a label: what is built in is printed instead", "template", b.name, "err", b.why)
	t.bad = append(t.bad, b)
}

// trouble says, for a printer's media, which template is not used, as far as it is for them.
func (t *templates) trouble(m labels.Media) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, first := 0, ""
	for _, b := range t.bad {
		if b.is != nil && !b.is.On(m) {
			continue
		}
		if n++; first == "" {
			first, _, _ = strings.Cut(b.why, "\n")
			if !strings.Contains(first, b.name) {
				first = b.name + ": " + first
			}
		}
	}
	if n == 0 {
		return ""
	}
	words := "A template is not used, and what is built in is printed instead: "
	if n > 1 {
		words = fmt.Sprintf("%d templates are not used, and what is built in is printed instead; the first: ", n)
	}
	return words + first
}

// firstOf is the first print of what a job prints again, nil when it is the first itself.
func firstOf(j *floor.Job, all []floor.Job) *floor.Job {
	if j.Copy < 2 {
		return nil
	}
	for i := range all {
		x := &all[i]
		if x.ID != j.ID && x.Doc == j.Doc && x.Unit == j.Unit && x.No == j.No && x.Tries > 0 {
			return x
		}
	}
	return nil
}

// reload reads the templates again, and shows at the printers what came of it.
func (p *press) reload(cfg Config) {
	p.own.load(cfg.Templates, cfg.Carriers, p.cfg.Language)
	for _, c := range p.cfg.Printers {
		p.ports.Lock()
		port := p.port[floor.PrinterID(c.ID)]
		p.ports.Unlock()
		if port != nil {
			p.feed.SetPrinter(p.show(c, port.Last()))
		}
	}
}
