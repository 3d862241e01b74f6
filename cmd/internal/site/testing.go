package site

import (
	"context"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"picket/devices"
	"picket/devices/gs1"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/station"
	"picket/edge/view"
	"picket/edge/web"
)

// test prints a test label and waits until the printer says what became of it. It goes past the queue, as a hand at the
// printer's own button does: whoever sets a printer up has no order to print.
func (p *press) test(ctx context.Context, id string) (bool, string, error) {
	p.ports.Lock()
	port := p.port[floor.PrinterID(id)]
	p.ports.Unlock()
	if port == nil {
		return false, "", web.ErrNoPrinter
	}
	name := id
	for _, c := range p.cfg.Printers {
		if c.ID == id {
			name = c.Name
		}
	}
	zone, err := time.LoadLocation(p.cfg.Zone)
	if err != nil {
		zone = time.UTC
	}
	job, err := labels.Test(labels.Sender{Name: p.cfg.Name}, name, time.Now().In(zone), p.media(floor.PrinterID(id)))
	if err != nil {
		return false, "", err
	}
	before, err := port.Status(ctx)
	if err == nil && !before.Ready() {
		return false, "not printed: " + why(before), nil
	}
	if err == nil {
		err = port.Print(ctx, job)
	}
	if err != nil {
		return false, "not known to be printed: " + err.Error(), nil
	}
	for {
		now, err := port.Status(ctx)
		if err != nil {
			return false, "not known to be printed: " + why(port.Last()), nil
		}
		switch devices.Judge(before, now) {
		case devices.Printed:
			return true, "printed", nil
		case devices.Lost:
			return false, "not known to be printed: the connection was lost on the way", nil
		}
		select {
		case <-ctx.Done():
			return false, "not known to be printed: " + why(now), nil
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// why is a printer's state in words, and what to do.
func why(st devices.Status) string {
	var out []string
	for _, r := range st.Reasons {
		out = append(out, r.Words()+". "+r.Hint())
	}
	if len(out) == 0 {
		return string(st.State)
	}
	return strings.Join(out, " ")
}

// scanRing keeps what was scanned last, for whoever sets a scanner up.
type scanRing struct {
	feed *web.Feed

	mu   sync.Mutex
	n    uint64
	rows []ringScan
	news chan struct{} // closed at the next scan
}

type ringScan struct {
	n     uint64
	scan  devices.Scan
	taken string
}

const ringMost = 100

func newScanRing(feed *web.Feed) *scanRing {
	return &scanRing{feed: feed, news: make(chan struct{})}
}

// add keeps a scan. What it means is worked out when somebody asks: nobody waits at a bench for that.
func (r *scanRing) add(s devices.Scan, taken string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	if r.rows = append(r.rows, ringScan{r.n, s, taken}); len(r.rows) > ringMost {
		r.rows = append(r.rows[:0:0], r.rows[1:]...)
	}
	close(r.news)
	r.news = make(chan struct{})
}

// behind obeys web.ReadScans. A caller from before the box's start has seen more than there is: it gets all.
func (r *scanRing) behind(ctx context.Context, n uint64) []web.ReadScan {
	for {
		r.mu.Lock()
		if n > r.n {
			n = 0
		}
		var found []ringScan
		for i := range r.rows {
			if r.rows[i].n > n {
				found = append(found, r.rows[i])
			}
		}
		news := r.news
		r.mu.Unlock()
		if len(found) > 0 {
			out := make([]web.ReadScan, len(found))
			for i := range found {
				out[i] = r.read(&found[i])
			}
			return out
		}
		select {
		case <-ctx.Done():
			return nil
		case <-news:
		}
	}
}

// read describes a scan, by what is known now.
func (r *scanRing) read(s *ringScan) web.ReadScan {
	code := web.CodeText(s.scan.Raw)
	out := web.ReadScan{N: s.n, At: s.scan.At.UTC(), Device: string(s.scan.Device), Code: code, Bytes: hex.EncodeToString(s.scan.Raw), Taken: s.taken}
	m := station.Read(r.feed, code)
	var says []string
	add := func(words, what string) {
		if what != "" {
			says = append(says, words+" "+what)
		}
	}
	add("item", string(m.SKU))
	add("parcel", string(m.Unit))
	add("lot", m.Lot)
	add("expiry", m.Expiry)
	add("serial", m.Serial)
	add("bin", string(m.Bin))
	add("tote", string(m.Tote))
	add("slot", m.Slot)
	add("order", string(m.Order))
	add("run", string(m.Run))
	r.feed.Look(func(v *view.Board) { add("manifest", string(v.PaperCalled(code).Manifest)) })
	if len(says) == 0 {
		says = append(says, "nothing that is known here")
		if why := station.Misread(r.feed, code); why != "" {
			says[0] += "; " + why
		} else if why := station.Spoilt(r.feed, code); why != "" {
			says[0] += "; " + why
		} else if what := sound(code); what != "" {
			says[0] += "; " + what
		}
	} else if why := station.Spoilt(r.feed, code); why != "" {
		says = append(says, "but "+why)
	} else if m.GTIN != "" && station.Guessed(code) {
		add("guessed:", "the scanner sends no AIM identifier such as ]E0, which it should be set to")
	}
	out.Means = strings.Join(says, ", ")
	return out
}

// sound says what a barcode nobody here knows is by GS1's rules, or what is wrong with it by them.
func sound(code string) string {
	c, err := gs1.Parse(code)
	if err != nil {
		return err.Error()
	}
	if g, ok := c.GTIN(); ok {
		return "the barcode is sound, and no item here has the number " + g.Short()
	}
	if c.Kind == gs1.Elements {
		return "the barcode is sound, and names no item"
	}
	return ""
}
