package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
)

// press draws documents and hands them to the lanes of the printers.
type press struct {
	cfg    Config
	book   *book
	door   *node.Door
	rows   *journal.File
	vault  *vault
	routes map[floor.StationID]floor.PrinterID
	first  floor.PrinterID
}

func newPress(cfg Config, b *book, d *node.Door, rows *journal.File, v *vault) *press {
	p := &press{cfg: cfg, book: b, door: d, rows: rows, vault: v, routes: map[floor.StationID]floor.PrinterID{}}
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
	p.book.mu.Lock()
	defer p.book.mu.Unlock()
	var out []spool.Work
	p.book.queue.Each(func(e spool.Entry) bool {
		j, _, ok := p.book.board.Job(e.Job)
		if !ok {
			return false
		}
		switch j.State {
		case floor.JobPending, floor.JobHeld, floor.JobProcessing:
		default:
			return false
		}
		if p.to(e.Station) == printer {
			j.Reasons = slices.Clone(j.Reasons)
			out = append(out, spool.Work{Job: j, Draw: func() ([]byte, error) { return p.draw(e.Job, p.media(printer)) }})
		}
		return true
	})
	return out
}

// Submit obeys spool.Desk. It returns when the fold has caught up, so that the lane sees what it did.
func (p *press) Submit(ctx context.Context, c floor.Command) (floor.Answer, error) {
	a, err := p.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("spool:" + newID())}, Command: c})
	if err != nil {
		return a, err
	}
	return a, p.book.upTo(ctx, a.Seq)
}

func (p *press) media(printer floor.PrinterID) labels.Media {
	for _, c := range p.cfg.Printers {
		if c.ID == string(printer) {
			return labels.Media{Width: c.WidthMM, Height: c.HeightMM, Dpmm: c.Dpmm}
		}
	}
	return labels.Parcel
}

// draw makes the bytes of a job's document.
func (p *press) draw(id floor.JobID, m labels.Media) ([]byte, error) {
	to, err := p.address(id)
	if err != nil {
		return nil, err
	}
	p.book.mu.Lock()
	defer p.book.mu.Unlock()
	j, orderID, ok := p.book.board.Job(id)
	if !ok {
		return nil, fmt.Errorf("job %s: is not known", id)
	}
	o := p.book.board.Facts(orderID)
	u := o.Unit(j.Unit)
	if u == nil {
		return nil, fmt.Errorf("job %s: its parcel %s is not known", id, j.Unit)
	}
	return labels.Draw(labels.Facts{
		Sender: labels.Sender{Name: p.cfg.Name, Lines: p.cfg.Address}, Order: o, Unit: u, Job: &j, To: to, Name: p.book.board.Name,
	}, m)
}

// address opens the row an order's address lies in.
func (p *press) address(id floor.JobID) (labels.Address, error) {
	ref := ""
	p.book.with(func(b *view.Board) {
		if _, order, ok := b.Job(id); ok {
			ref = b.Facts(order).ShipTo
		}
	})
	if ref == "" {
		return labels.Address{}, fmt.Errorf("job %s: its order has no address", id)
	}
	body, err := readRow(p.rows, p.vault, ref)
	if err != nil {
		return labels.Address{}, err
	}
	return labels.ReadAddress(body)
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
	return v.open(ref, sealed)
}

// preview is the picture's source: the job as the first printer would get it.
func (p *press) preview(id floor.JobID) ([]byte, labels.Media, error) {
	var station floor.StationID
	found := false
	p.book.with(func(b *view.Board) {
		if j, _, ok := b.Job(id); ok {
			station, found = j.Station, true
		}
	})
	if !found {
		return nil, labels.Media{}, errNoJob
	}
	m := p.media(p.to(station))
	job, err := p.draw(id, m)
	return job, m, err
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

// watch keeps the printer's picture fresh: at each change of its status and of the queue.
func (p *press) watch(ctx context.Context, c Printer, port *devices.Port, changes <-chan struct{}) {
	for {
		v := p.show(c, port.Last())
		p.book.mu.Lock()
		before := p.book.board.Mark()
		p.book.board.SetPrinter(v)
		told := p.book.board.Mark() != before
		p.book.mu.Unlock()
		if told {
			p.book.change(func(*view.Board) {})
		}
		select {
		case <-ctx.Done():
			return
		case <-changes:
		case <-p.book.changed():
			// Many changes in one breath are one look.
			select {
			case <-ctx.Done():
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}
}
