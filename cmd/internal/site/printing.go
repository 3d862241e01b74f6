package site

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/station"
	"picket/edge/view"
	"picket/edge/web"
	"picket/zpl/preview"
)

// press draws documents and hands them to the lanes of the printers.
type press struct {
	cfg    Config
	feed   *web.Feed
	door   *node.Door
	rows   *journal.File
	vault  *vault
	signer *signer
	routes map[floor.StationID]floor.PrinterID
	first  floor.PrinterID
}

func newPress(cfg Config, f *web.Feed, d *node.Door, rows *journal.File, v *vault, sign *signer) *press {
	p := &press{cfg: cfg, feed: f, door: d, rows: rows, vault: v, signer: sign, routes: map[floor.StationID]floor.PrinterID{}}
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
			if p.to(w.Job.Station) == printer {
				out = append(out, spool.Work{Job: w.Job, Draw: func() ([]byte, error) { return p.draw(w.Job.ID, p.media(printer)) }})
			}
		}
	})
	return out
}

// Submit obeys spool.Desk. It returns when the fold has caught up, so that the lane sees what it did.
func (p *press) Submit(ctx context.Context, c floor.Command) (floor.Answer, error) {
	a, err := p.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("spool:" + newID())}, Command: c})
	if err != nil {
		return a, err
	}
	return a, p.feed.Reach(ctx, a.Seq)
}

func (p *press) media(printer floor.PrinterID) labels.Media {
	for _, c := range p.cfg.Printers {
		if c.ID == string(printer) {
			return labels.Media{Width: c.WidthMM, Height: c.HeightMM, Dpmm: c.Dpmm}
		}
	}
	return labels.Parcel
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

// draw makes the bytes of a job's document.
func (p *press) draw(id floor.JobID, m labels.Media) (doc []byte, err error) {
	left, err := p.away(id)
	if err != nil {
		return nil, err
	}
	f, ready, err := p.private(id, left)
	if err != nil || ready != nil {
		return ready, err
	}
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
		f.Zone, _ = time.LoadLocation(p.cfg.Zone)
		f.Prefix = station.DefaultHouse.Order
		switch {
		case j.Manifest != "":
			f.Manifest = b.Manifest(j.Manifest)
		case j.Return != "":
			if f.Return = b.Return(j.Return); f.Return != nil {
				f.Order = b.Facts(f.Return.Order)
			}
		default:
			f.Order = order
			if f.Unit = f.Order.Unit(j.Unit); f.Unit != nil {
				f.Marks = b.Handling(f.Unit)
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
		doc, err = labels.Draw(f, m)
	})
	return doc, err
}

// needsAddress are the documents that cannot be drawn without the customer's address.
var needsAddress = map[floor.Document]bool{floor.DocShippingLabel: true, floor.DocPackingSlip: true, floor.DocCustomsForm: true}

// private opens the rows of personal data a job needs: the address, a giver's words, or a label the centre
// fetched ahead, which is the whole document.
func (p *press) private(id floor.JobID, left *floor.Order) (f labels.Facts, ready []byte, err error) {
	var j floor.Job
	var o floor.Order
	var label, note string
	p.feed.Look(func(b *view.Board) {
		var order floor.OrderID
		var ok bool
		switch j, order, ok = b.Job(id); {
		case ok && order == "":
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
	if o.ID == "" {
		return f, nil, nil // a manifest's or a return's; or none, which whoever asked will find out
	}
	if label != "" {
		ready, err = readRow(p.rows, p.vault, label)
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
	var station floor.StationID
	found := false
	p.feed.Look(func(b *view.Board) {
		if j, _, ok := b.Job(id); ok {
			station, found = j.Station, true
		}
	})
	if !found {
		left, err := p.away(id)
		if err != nil {
			return nil, err
		}
		if left != nil {
			station, found = left.Job(id).Station, true
		}
	}
	if !found {
		return nil, web.ErrNoPicture
	}
	m := p.media(p.to(station))
	job, err := p.draw(id, m)
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

// show turns a printer's status into what people see of it.
func (p *press) show(c Printer, st devices.Status) view.Printer {
	waiting := len(p.Waiting(floor.PrinterID(c.ID)))
	v := view.Printer{ID: floor.PrinterID(c.ID), Name: c.Name, Waiting: waiting, At: st.At, Reasons: []string{}}
	var why []string
	for _, r := range st.Reasons {
		v.Reasons = append(v.Reasons, string(r))
		why = append(why, r.Words())
	}
	switch st.State {
	case devices.Idle:
		v.State, v.Words = "ready", "ready"
	case devices.Processing:
		v.State, v.Words = "printing", "printing"
	case devices.Silent:
		v.State, v.Words = "silent", "does not answer"
	case devices.Offline:
		v.State, v.Words = "offline", "cannot be reached"
	default:
		v.State, v.Words = "blocked", "needs a hand"
	}
	if len(why) > 0 {
		v.Words = strings.Join(why, ", ")
	}
	v.Words = c.Name + ": " + v.Words
	switch {
	case waiting == 1 && v.State != "printing":
		v.Words += "; 1 job waits"
	case waiting > 1:
		v.Words += fmt.Sprintf("; %d jobs wait", waiting)
	}
	return v
}

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
