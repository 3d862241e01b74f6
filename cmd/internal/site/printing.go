package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
	"picket/edge/web"
	"picket/zpl"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// press draws documents and hands them to the lanes of the printers.
type press struct {
	cfg    Config
	feed   *web.Feed
	door   *node.Door
	rows   *journal.File
	vault  *vault
	signer *signer
	fonts  *script.Fonts
	own    *templates
	log    *slog.Logger
	routes map[floor.StationID]floor.PrinterID
	first  floor.PrinterID

	ports sync.Mutex // over both maps
	port  map[floor.PrinterID]*devices.Port
	left  map[floor.JobID][]string // what was left out of a carrier's label that is about to be printed
	drawn map[floor.JobID]string   // by which template a job that is about to be printed was drawn
}

func newPress(cfg Config, f *web.Feed, d *node.Door, rows *journal.File, v *vault, sign *signer, log *slog.Logger) *press {
	p := &press{cfg: cfg, feed: f, door: d, rows: rows, vault: v, signer: sign, fonts: script.New(), own: newTemplates(cfg.Data, log), log: log, routes: map[floor.StationID]floor.PrinterID{}, port: map[floor.PrinterID]*devices.Port{}, drawn: map[floor.JobID]string{}, left: map[floor.JobID][]string{}}
	p.own.load(cfg.Templates, cfg.Carriers, cfg.Language)
	for i, c := range cfg.Printers {
		if i == 0 {
			p.first = floor.PrinterID(c.ID)
		}
		for _, s := range c.Stations {
			p.routes[floor.StationID(s)] = floor.PrinterID(c.ID)
		}
	}
	return p
}

// to is the printer a station's jobs go to.
func (p *press) to(s floor.StationID) floor.PrinterID {
	if id, ok := p.routes[s]; ok {
		return id
	}
	return p.first
}

// Waiting obeys spool.Desk.
func (p *press) Waiting(printer floor.PrinterID) []spool.Work {
	var out []spool.Work
	p.feed.Look(func(b *view.Board) {
		for _, w := range b.Printing() {
			if p.at(&w.Job) != printer {
				continue
			}
			wrong := p.fits(&w.Job, b.Facts(w.Order), printer)
			out = append(out, spool.Work{Job: w.Job, Draw: func() ([]byte, error) {
				if wrong != nil {
					return nil, wrong
				}
				doc, by, err := p.draw(w.Job.ID, p.media(printer))
				p.ports.Lock()
				p.drawn[w.Job.ID] = by
				p.ports.Unlock()
				return doc, err
			}})
		}
	})
	return out
}

// Stopped obeys spool.Desk.
func (p *press) Stopped(printer floor.PrinterID) (stopped bool) {
	p.feed.Look(func(b *view.Board) { stopped = b.Stopped(printer) != "" })
	return stopped
}

// Submit obeys spool.Desk. It returns when the fold has caught up, so that the lane sees what it did.
func (p *press) Submit(ctx context.Context, c floor.Command) (floor.Answer, error) {
	if start, is := c.(*floor.StartPrint); is {
		p.ports.Lock()
		start.Template = p.drawn[start.Job]
		start.Left = p.left[start.Job]
		delete(p.drawn, start.Job)
		delete(p.left, start.Job)
		p.ports.Unlock()
	}
	a, err := p.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("spool:" + newID())}, Command: c})
	if err != nil {
		return a, err
	}
	return a, p.feed.Reach(ctx, a.Seq)
}

func (p *press) media(printer floor.PrinterID) labels.Media {
	for _, c := range p.cfg.Printers {
		if c.ID == string(printer) {
			return labels.Media{Width: c.WidthMM, Height: c.HeightMM, Dpmm: c.Dpmm, Hand: p.fonts.For(letters(c))}
		}
	}
	m := labels.Parcel
	m.Hand = p.fonts.For(script.Latin)
	return m
}

// letters are what a printer's own font is trusted with; the settings were checked when they were read.
func letters(c Printer) script.Repertoire {
	r, err := script.ReadRepertoire(c.Letters)
	if err != nil {
		return script.Latin
	}
	return r
}

// away is the order of a print job that nobody on the floor has: it may have left. nil when it did not.
func (p *press) away(id floor.JobID) (*floor.Order, error) {
	here := false
	p.feed.Look(func(b *view.Board) { _, _, here = b.Job(id) })
	if here {
		return nil, nil
	}
	found, err := node.NewArchive(p.rows, p.vault).Find([]string{"job/" + string(id)})
	if err != nil || len(found) == 0 || found[0].Job(id) == nil {
		return nil, err
	}
	return found[0], nil
}

// draw makes the bytes of a job's document, and says by which of the site's templates.
func (p *press) draw(id floor.JobID, m labels.Media) (doc []byte, by string, err error) {
	left, err := p.away(id)
	if err != nil {
		return nil, "", err
	}
	f, ready, err := p.private(id, left)
	if err != nil || ready != nil && f.Job == nil {
		return ready, "", err
	}
	if ready != nil { // a copy of a carrier's label, on which nothing of ours may stand
		tag, err := labels.CopyTag(f, m)
		return append(ready, tag...), "", err
	}
	var all []floor.Job // of what the job belongs to
	p.feed.Look(func(b *view.Board) {
		j, orderID, ok := b.Job(id)
		order := b.Facts(orderID)
		if !ok && left != nil {
			j, order, ok = *left.Job(id), left, true
		}
		if !ok {
			err = errNoJob
			return
		}
		f.Sender, f.Job, f.Name, f.Item = labels.Sender{Name: p.cfg.Name, Lines: p.cfg.Address}, &j, b.Name, b.Article
		f.Lang = p.cfg.Language
		f.Zone, _ = time.LoadLocation(p.cfg.Zone)
		f.Prefix = p.feed.House().Before("order")
		switch {
		case j.Manifest != "":
			if m := b.Manifest(j.Manifest); m != nil {
				paper := *m
				all = m.Jobs
				if f.Manifest != nil {
					paper.Driver, paper.Plate = f.Manifest.Driver, f.Manifest.Plate
				}
				f.Manifest = &paper
			}
		case j.Return != "":
			if f.Return = b.Return(j.Return); f.Return != nil {
				all = f.Return.Jobs
				f.Order = b.Facts(f.Return.Order)
			}
		default:
			f.Order, f.Carrier, f.Age, all = order, b.CarrierName(order.Carrier), b.Age(order), order.Jobs
			look := p.own.of(order.Carrier)
			f.Account, f.Routing = look.account, look.routes.For(f.To.Country, f.To.Postcode)
			if f.Unit = f.Order.Unit(j.Unit); f.Unit != nil {
				f.Marks = b.Handling(f.Unit)
			} else if j.Doc == floor.DocHoldLabel {
				f.Marks = b.Handling(collected(order))
			} else if j.Unit != "" {
				err = fmt.Errorf("job %s: its parcel %s is not known", id, j.Unit)
				return
			}
			if j.Doc == floor.DocContentList && f.Unit != nil {
				f.Lists = p.signer.lists(b.ListOf(f.Order, f.Unit, p.signer.id))
			}
			if f.To.Name == "" && f.Order.Flow == floor.FlowTransfer { // a site without an address is known by its name
				f.To = labels.Address{Name: "Site " + string(f.Order.To)}
			}
		}
		doc, by, err = p.own.draw(f, m, firstOf(&j, all))
	})
	return doc, by, err
}

// collected is what an order that is collected has on its shelves, as if it were one parcel.
func collected(o *floor.Order) *floor.Unit {
	u := &floor.Unit{}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Taken() > 0 {
			u.Contents = append(u.Contents, floor.Content{Line: l.ID, SKU: l.SKU})
		}
	}
	return u
}

// needsAddress are the documents that cannot be drawn without the customer's address.
var needsAddress = map[floor.Document]bool{floor.DocShippingLabel: true, floor.DocPackingSlip: true, floor.DocCustomsForm: true}

// private opens the rows of personal data a job needs: the address, a giver's words, or a label the centre
// fetched ahead, which is the whole document.
func (p *press) private(id floor.JobID, left *floor.Order) (f labels.Facts, ready []byte, err error) {
	var j floor.Job
	var o floor.Order
	var label, note, signed string
	p.feed.Look(func(b *view.Board) {
		var order floor.OrderID
		var ok bool
		switch j, order, ok = b.Job(id); {
		case ok && order == "":
			if m := b.Manifest(j.Manifest); m != nil {
				signed = m.DriverRef
			}
			return
		case ok:
			o = *b.Facts(order)
		case left != nil:
			j, o = *left.Job(id), *left
		default:
			return
		}
		if u := o.Unit(j.Unit); u != nil && j.Doc == floor.DocShippingLabel {
			label = u.LabelRef
		}
		if o.Gift != nil && j.Doc == floor.DocGiftNote {
			note = o.Gift.Note
		}
	})
	if signed != "" {
		d := driverOf(p.rows, p.vault, signed)
		f.Manifest = &floor.Manifest{Driver: d.Driver, Plate: d.Plate}
	}
	if o.ID == "" {
		return f, nil, nil // a manifest's or a return's; or none, which whoever asked will find out
	}
	if label != "" {
		if j.Copy > 1 {
			f.Job, f.Order, f.Lang = &j, &o, p.cfg.Language
		}
		ready, err = p.foreign(id, label)
		return f, ready, err
	}
	if note != "" {
		body, err := readRow(p.rows, p.vault, note)
		if err == nil {
			f.Note, err = labels.ReadNote(body)
		}
		if err != nil {
			return f, nil, err
		}
	}
	ref := o.ShipTo
	if o.Flow == floor.FlowPickup {
		ref = o.Contact
	}
	switch must := needsAddress[j.Doc] && o.Flow == floor.FlowShip; {
	case ref == "" && must:
		return f, nil, fmt.Errorf("job %s: its order has no address", id)
	case ref == "":
		return f, nil, nil
	default:
		body, err := readRow(p.rows, p.vault, ref)
		if err == nil {
			f.To, err = labels.ReadAddress(body)
		}
		if err != nil && must {
			return f, nil, err
		}
	}
	return f, nil, nil
}

// foreign is a carrier's label, without what a printer should not be told by outsiders; what that is stands in the order's
// record when it is printed.
func (p *press) foreign(id floor.JobID, label string) ([]byte, error) {
	policy, err := zpl.ReadPolicy(p.cfg.CarrierZPL)
	if err != nil {
		return nil, err
	}
	raw, err := readRow(p.rows, p.vault, label)
	if err != nil {
		return nil, err
	}
	ready, left, err := zpl.Filter(raw, policy)
	if err != nil {
		return nil, fmt.Errorf("%w, %w", err, spool.ErrFinal)
	}
	p.ports.Lock()
	defer p.ports.Unlock()
	if delete(p.left, id); len(left) > 0 {
		told := make([]string, 0, len(left))
		for _, c := range left[:min(len(left), 16)] {
			told = append(told, floor.Plainly(c[:min(len(c), 24)])) // outsiders' bytes: short and plain
		}
		p.left[id] = told
	}
	return ready, nil
}

// readRow opens a row by its reference, such as pii/O-1.
func readRow(f *journal.File, v *vault, ref string) ([]byte, error) {
	kind, key, ok := strings.Cut(ref, "/")
	if !ok {
		return nil, fmt.Errorf("row %q: is not kind/key", ref)
	}
	sealed, found, err := f.Row(kind, []byte(key))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("row %s: is not here", ref)
	}
	return v.Open(ref, sealed)
}

// picture draws a job's document as the printer it goes to would.
func (p *press) picture(_ context.Context, id floor.JobID) ([]byte, error) {
	var at floor.PrinterID
	found := false
	p.feed.Look(func(b *view.Board) {
		if j, _, ok := b.Job(id); ok {
			at, found = p.at(&j), true
		}
	})
	if !found {
		left, err := p.away(id)
		if err != nil {
			return nil, err
		}
		if left != nil {
			at, found = p.at(left.Job(id)), true
		}
	}
	if !found {
		return nil, web.ErrNoPicture
	}
	m := p.media(at)
	job, _, err := p.draw(id, m)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", web.ErrNoPicture, err)
	}
	doc := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
	if len(doc.Labels) == 0 {
		return nil, web.ErrNoPicture
	}
	return doc.Labels[0].PNG()
}

var errNoJob = errors.New("no such print job")

// watch keeps the printer's picture fresh: at each change of its status and of the queue. A look in
// twentieths of a second is soon enough for people, and keeps a busy floor from being looked at all the time.
func (p *press) watch(ctx context.Context, c Printer, port *devices.Port, changes <-chan struct{}) {
	for {
		p.feed.SetPrinter(p.show(c, port.Last()))
		news := p.feed.Look(func(*view.Board) {})
		select {
		case <-ctx.Done():
			return
		case <-changes:
		case <-news:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}
