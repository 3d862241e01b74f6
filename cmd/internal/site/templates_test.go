package site

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/cmd/internal/ordinary"
	"picket/devices"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/labels/template"
	"picket/edge/view"
)

// shippingTemplate is the template to start from, with a word of its own.
func shippingTemplate(t *testing.T, word string) string {
	_, text, ok := template.Start(floor.DocShippingLabel, labels.Parcel)
	require.True(t, ok)
	return strings.Replace(string(text), "text: FROM", "text: "+word, 1)
}

// TestASitesOwnTemplates: a label is drawn by the site's template, the job says by which, and a reprint is drawn as the first print
// was, also when the template changed since. A template with a fault is not used, and people are told.
func TestASitesOwnTemplates(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	address, err := json.Marshal(map[string]any{"name": "Ada King", "street": []string{"1 High St"}, "postcode": "N1 9GU", "city": "London", "country": "GB"})
	require.NoError(t, err)
	h.row(&floor.Assign{Order: "O-1", Assignment: "O-1", Number: "web-1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", ShipTo: "pii/O-1",
		Lines: []floor.AskedLine{asked("1", "I-1", 1)}}, journal.Row{Kind: "pii", Key: []byte("O-1"), Value: h.v.Seal("pii/O-1", address)})
	h.give(&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "I-1", Qty: 1})
	unit := h.row(&floor.OpenUnit{Order: "O-1"}).Unit
	h.give(&floor.AddToUnit{Unit: unit, SKU: "I-1", Qty: 1})
	job := h.row(&floor.CloseUnit{Unit: unit, WeightG: 500}).Jobs[0]

	dir, data := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("a.lbl", shippingTemplate(t, "Absender"))
	write("notes.txt", "not a template")
	cfg := Config{Name: "North", Zone: "Europe/London", Data: data, Templates: dir, Printers: []Printer{{ID: "p", Name: "Bench 1", WidthMM: 101.6, HeightMM: 152.4, Dpmm: 8}, {ID: "small", Name: "Till", WidthMM: 102, HeightMM: 76, Dpmm: 8}}}
	newOne := func() *press {
		return newPress(cfg, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
	}
	p := newOne()
	words := func(p *press, printer int) string {
		return p.show(cfg.Printers[printer], devices.Status{State: devices.Idle}).Words
	}
	doc, by, err := p.draw(job, p.media("p"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "Absender")
	require.Regexp(t, `^a\.lbl@[0-9a-f]{16}$`, by)
	require.Equal(t, "Printer Bench 1: ready. 2 jobs wait", words(p, 0))
	other, none, err := p.draw(job, p.media("small"))
	require.NoError(t, err)
	require.NotContains(t, string(other), "Absender", "it is for other media")
	require.Empty(t, none)
	for _, w := range p.Waiting("p") { // as the lane of the printer does
		if w.Job.ID == job {
			_, err := w.Draw()
			require.NoError(t, err)
		}
	}
	a, err := p.Submit(t.Context(), &floor.StartPrint{Job: job, Printer: "p"})
	require.NoError(t, err)
	require.NotEqual(t, floor.OutcomeRefused, a.Outcome)
	h.feed.Look(func(b *view.Board) {
		j, _, ok := b.Job(job)
		require.True(t, ok)
		require.Equal(t, by, j.Template, "the job says by which it was drawn")
	})
	h.give(&floor.ConfirmPrint{Job: job})

	// The template changes: what is printed for the first time follows, a reprint does not, also after a restart.
	write("a.lbl", shippingTemplate(t, "Shipper"))
	again := h.row(&floor.RequestLabel{Unit: unit, Doc: floor.DocShippingLabel, Reason: "torn"}).Jobs[0]
	for _, p := range []*press{p, newOne()} {
		p.reload(Config{Templates: dir})
		doc, was, err := p.draw(again, p.media("p"))
		require.NoError(t, err)
		require.Contains(t, string(doc), "Absender")
		require.Contains(t, string(doc), "COPY 2")
		require.Equal(t, by, was)
	}

	// A copy that somebody changed is not what was printed: it is not used.
	_, hash, _ := strings.Cut(by, "@")
	require.NoError(t, os.WriteFile(filepath.Join(data, "templates", hash+".lbl"), []byte(shippingTemplate(t, "Forged")), 0o600))
	p = newOne()
	doc, was, err := p.draw(again, p.media("p"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "Shipper", "the one there is now")
	require.NotEqual(t, by, was)
	require.Contains(t, words(p, 0), "its copy was changed")

	// One with a fault is not used: what is built in is printed, and each printer it is for says so.
	write("a.lbl", strings.Replace(shippingTemplate(t, "Absender"), "size: 10,", "size: 1,", 1))
	cfg.Data = t.TempDir()
	p = newOne()
	doc, by, err = p.draw(job, p.media("p"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "FROM")
	require.Empty(t, by)
	require.Contains(t, words(p, 0), "A template is not used, and what is built in is printed instead: a.lbl:19:9: letters of less than 1.4 mm")
	require.NotContains(t, words(p, 1), "template", "it is for other media")

	// Two for the same, one that is no template, and a directory that is not there.
	write("a.lbl", shippingTemplate(t, "Absender"))
	write("b.lbl", shippingTemplate(t, "Shipper"))
	write("c.lbl", "\x00")
	p.reload(Config{Templates: dir})
	require.Contains(t, words(p, 0), "2 templates are not used, and what is built in is printed instead; the first: b.lbl: shipping_label on 101.6x152.4 mm is drawn by a.lbl already")
	require.Contains(t, words(p, 1), "A template is not used")
	p.reload(Config{Templates: filepath.Join(dir, "nowhere")})
	require.Contains(t, words(p, 1), "no such file or directory")
	doc, _, err = p.draw(job, p.media("p"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "FROM")
	p.reload(Config{Templates: ""})
	require.NotContains(t, words(p, 0), "template")
}

// TestATemplateThatFailsOnALabel: what a template cannot draw comes out as it is built in, and people are told once.
func TestATemplateThatFailsOnALabel(t *testing.T) {
	own := newTemplates(t.TempDir(), slog.New(slog.DiscardHandler))
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.lbl"), []byte(strings.Replace(shippingTemplate(t, "Absender"), "code128: <tracking>, at: [2, H - 46], room: [W - 4, 30], module: 0.6, least: 0.25", "code128: <tracking>, at: [20, H - 46], room: [60, 30], module: 0.6, least: 0.25", 1)), 0o600))
	own.load(dir, nil, "")
	require.Empty(t, own.trouble(labels.Parcel))
	u := floor.Unit{ID: "095200010000000010", Tracking: strings.Repeat("7X", 14)}
	f := labels.Facts{Order: &floor.Order{Number: "web-1", Units: []floor.Unit{u}}, Unit: &u, Job: &floor.Job{Doc: floor.DocShippingLabel, Copy: 1}, To: labels.Address{Name: "Ada King", City: "London"}}
	doc, by, err := own.draw(f, labels.Parcel, nil)
	require.NoError(t, err)
	require.Contains(t, string(doc), "FROM")
	require.Empty(t, by)
	require.Contains(t, own.trouble(labels.Parcel), "tracking on 101.6x152.4 mm at 8 dots/mm: the barcode needs")
}

// TestATemplateIsNoWayToAnotherFile: a link in the directory, or among the copies, is not followed, a pipe holds nothing up, and a
// file that is no template does not stand in the log.
func TestATemplateIsNoWayToAnotherFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	words := "root-" + strings.Repeat("0123456789", 5)
	require.NoError(t, os.WriteFile(secret, []byte(words+": {"+words+": "+words+"}\n"+words+": [*"+words+"]\n"), 0o600))
	dir, data := t.TempDir(), t.TempDir()
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "link.lbl")))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.lbl"), 0o600))
	require.NoError(t, os.Link(secret, filepath.Join(dir, "secret.lbl")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "keys.lbl"), []byte(words+": {"+words+": "+words+"}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "value.lbl"), []byte("document: "+words+"\nmedia: ["+words+"]\nlabels: [{"+words+": 1}]\n"), 0o600))
	var said bytes.Buffer
	own := newTemplates(data, slog.New(slog.NewTextHandler(&said, nil)))
	own.load(dir, nil, "")
	log := said.String() + own.trouble(labels.Parcel)
	require.Contains(t, log, "link.lbl: is a link: put the file itself there")
	require.Contains(t, log, "pipe.lbl: is no ordinary file")
	require.Contains(t, log, words[:10], "what is there is told as far as it helps")
	require.NotContains(t, log, words[:21])

	// A copy is neither written through a link nor read through one.
	dir = t.TempDir()
	text := shippingTemplate(t, "Absender")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.lbl"), []byte(text), 0o600))
	one, err := template.Parse("a.lbl", []byte(text))
	require.NoError(t, err)
	copied := own.file(ref(one))
	require.NoError(t, os.MkdirAll(filepath.Dir(copied), 0o700))
	require.NoError(t, os.Symlink(secret, copied+".new"))
	require.NoError(t, os.Symlink(secret, copied))
	_, err = own.was(ref(one))
	require.ErrorIs(t, err, ordinary.ErrLink)
	own.load(dir, nil, "")
	require.Empty(t, own.trouble(labels.Parcel))
	kept, err := os.ReadFile(secret)
	require.NoError(t, err)
	require.Contains(t, string(kept), words, "the link's other end is as it was")
	st, err := os.Lstat(copied)
	require.NoError(t, err)
	require.True(t, st.Mode().IsRegular())
}
