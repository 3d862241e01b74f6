package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
	"picket/edge/web"
)

// standInAfter is how long a printer of a pool may need a hand before another prints its jobs.
const standInAfter = 30 * time.Second

// checkPools says which printer's pool is no help to it.
func (c *Config) checkPools() error {
	for i, p := range c.Printers {
		at := fmt.Sprintf("printers[%d]", i)
		switch {
		case p.Pool == "" && p.StandIn != 0:
			return fmt.Errorf("%s.stand_in: says when a printer of the same pool prints its jobs, and it is in none", at)
		case p.Pool == "":
			continue
		case p.StandIn < 0 || p.StandIn > 24*time.Hour:
			return fmt.Errorf("%s.stand_in: is %s, but must be 1s to 24h", at, p.StandIn)
		case p.StandIn == 0:
			c.Printers[i].StandIn = standInAfter
		}
		found := false
		for j := range c.Printers {
			found = found || i != j && c.Printers[j].Pool == p.Pool && c.Printers[j].media() == p.media()
		}
		if !found {
			return fmt.Errorf("%s.pool: no other printer of the pool %q prints on %g x %g mm at %d dots per millimetre, so nobody could stand in", at, p.Pool, p.WidthMM, p.HeightMM, p.Dpmm)
		}
	}
	return nil
}

func (p *Printer) media() spool.Media {
	return spool.Media{WidthMM: p.WidthMM, HeightMM: p.HeightMM, Dpmm: p.Dpmm}
}

// printer is a printer of the settings, nil when there is none.
func (p *press) printer(id floor.PrinterID) *Printer {
	for i := range p.cfg.Printers {
		if p.cfg.Printers[i].ID == string(id) {
			return &p.cfg.Printers[i]
		}
	}
	return nil
}

// at is the printer a job belongs to now: the one that has it, the one somebody sent it to, the one of its bench. A
// printer that is no longer in the settings has nothing.
func (p *press) at(j *floor.Job) floor.PrinterID {
	if j.State == floor.JobProcessing && p.printer(j.Printer) != nil {
		return j.Printer
	}
	if j.Moved != "" && p.printer(j.Moved) != nil {
		return j.Moved
	}
	return p.to(j.Station)
}

var errOtherLabels = errors.New("its carrier made the label for another size or fineness: send it to a printer with the same labels")

// fits says why a job cannot be printed where it was sent to: what a carrier made is not drawn anew for other labels.
func (p *press) fits(j *floor.Job, o *floor.Order, at floor.PrinterID) error {
	own, other := p.printer(p.to(j.Station)), p.printer(at)
	if j.Doc != floor.DocShippingLabel || o == nil || own == nil || other == nil || own.media() == other.media() {
		return nil
	}
	if u := o.Unit(j.Unit); u != nil && u.LabelRef != "" {
		return errOtherLabels
	}
	return nil
}

// standings are the printers as they stand.
func (p *press) standings() []spool.Standing {
	waiting := map[floor.PrinterID]int{}
	stopped := map[floor.PrinterID]bool{}
	p.feed.Look(func(b *view.Board) {
		for _, w := range b.Printing() {
			waiting[p.at(&w.Job)]++
		}
		for _, c := range p.cfg.Printers {
			stopped[floor.PrinterID(c.ID)] = b.Stopped(floor.PrinterID(c.ID)) != ""
		}
	})
	out := make([]spool.Standing, 0, len(p.cfg.Printers))
	p.ports.Lock()
	defer p.ports.Unlock()
	for i := range p.cfg.Printers {
		c := &p.cfg.Printers[i]
		s := spool.Standing{ID: floor.PrinterID(c.ID), Pool: c.Pool, Media: c.media(), Grace: c.StandIn, Waiting: waiting[floor.PrinterID(c.ID)]}
		if port := p.port[s.ID]; port != nil {
			s.Ready = port.Last().Ready() && !stopped[s.ID]
		}
		out = append(out, s)
	}
	return out
}

// unfit says in words why a job cannot come out at a printer; "" when it can.
func (p *press) unfit(id floor.JobID, at floor.PrinterID) (why string) {
	p.feed.Look(func(b *view.Board) {
		if j, order, ok := b.Job(id); ok {
			if err := p.fits(&j, b.Facts(order), at); err != nil {
				why = err.Error()
			}
		}
	})
	return why
}

// send moves what waits for a printer to another. What cannot come out there stays.
func (p *press) send(ctx context.Context, from, to floor.PrinterID, actor floor.UserID, reason string) (sent web.Sent, err error) {
	if p.printer(from) == nil || p.printer(to) == nil {
		return sent, web.ErrNoPrinter
	}
	for _, w := range p.Waiting(from) {
		if w.Job.State == floor.JobProcessing {
			continue
		}
		if why := p.unfit(w.Job.ID, to); why != "" {
			sent.Stay++
			sent.Why = why
			continue
		}
		a, err := p.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("spool:" + newID()), Actor: actor},
			Command: &floor.MovePrint{Job: w.Job.ID, Printer: to, Reason: reason}})
		if err != nil {
			return sent, err
		}
		if a.Outcome != floor.OutcomeRefused { // it may have begun, or been canceled, since the list was made
			sent.Moved++
		}
		if err := p.feed.Reach(ctx, a.Seq); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// standIn lets the printers of a pool print for one that has needed a hand for too long.
func (p *press) standIn(ctx context.Context, every time.Duration, log *slog.Logger) error {
	since := map[floor.PrinterID]time.Time{}
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		all, now := p.standings(), time.Now()
		for i := range all {
			s := &all[i]
			if _, known := since[s.ID]; s.Ready {
				delete(since, s.ID)
			} else if !known {
				since[s.ID] = now
			}
			s.Since = since[s.ID]
		}
		for i := range all {
			s := &all[i]
			to := spool.StandIn(all, s.ID, now)
			if s.Waiting == 0 || to == "" {
				continue
			}
			why := p.printer(s.ID).Name + " " + p.trouble(s.ID)
			sent, err := p.send(ctx, s.ID, to, "", why)
			if err != nil && ctx.Err() == nil {
				log.Error("a printer's jobs stay where they are", "printer", s.ID, "to", to, "err", err)
			}
			if sent.Moved > 0 {
				log.Info("another printer stands in", "printer", s.ID, "to", to, "jobs", sent.Moved, "why", why)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// trouble says in a few words why a printer does not print.
func (p *press) trouble(id floor.PrinterID) string {
	reason := ""
	p.feed.Look(func(b *view.Board) { reason = b.Stopped(id) })
	if reason != "" {
		return "is stopped: " + strings.TrimRight(reason, ". ")
	}
	p.ports.Lock()
	port := p.port[id]
	p.ports.Unlock()
	if port == nil {
		return "is not there"
	}
	return "is " + strings.Join(saying(port.Last()), ", ")
}

// saying is a status's reasons in the words of people.
func saying(st devices.Status) []string {
	var out []string
	for _, r := range st.Reasons {
		if r != devices.OtherReason || st.Detail == "" {
			out = append(out, r.Words())
			continue
		}
		out = append(out, st.Detail)
	}
	if len(out) == 0 {
		out = append(out, string(st.State))
	}
	return out
}

// show turns a printer's status into what people see of it: how it is, how many jobs wait, what to do, and where else
// they could come out.
func (p *press) show(c Printer, st devices.Status) view.Printer {
	id := floor.PrinterID(c.ID)
	v := view.Printer{ID: id, Name: c.Name, At: st.At, Reasons: []string{}}
	for _, s := range c.Stations {
		v.Stations = append(v.Stations, floor.StationID(s))
	}
	all := p.standings()
	for _, s := range all {
		if s.ID == id {
			v.Waiting = s.Waiting
		}
	}
	p.feed.Look(func(b *view.Board) { v.Stopped = b.Stopped(id) })
	for _, r := range st.Reasons {
		v.Reasons = append(v.Reasons, string(r))
	}
	how := strings.Join(saying(st), ", ")
	hint := ""
	if len(st.Reasons) > 0 {
		hint = st.Reasons[0].Hint()
	}
	switch st.State {
	case devices.Idle:
		v.State, how = "ready", "ready"
	case devices.Processing:
		v.State, how = "printing", "printing"
	case devices.Silent:
		v.State = "silent"
	case devices.Offline:
		v.State = "offline"
	default:
		v.State = "blocked"
	}
	if v.Stopped != "" && (st.Ready() || st.State == devices.Processing) {
		v.State, how, hint = "stopped", "stopped: "+strings.TrimRight(v.Stopped, ". "), "Set it going again."
	}
	v.Words = called(c.Name) + ": " + how
	ok := v.State == "ready" || v.State == "printing"
	if v.Waiting > 1 || v.Waiting == 1 && v.State != "printing" {
		v.Words += ". " + plural(v.Waiting, "job waits", "jobs wait")
	}
	if ok {
		if trouble := p.own.trouble(p.media(id)); trouble != "" {
			v.Words += ". " + trouble
		}
		return v
	}
	v.Hint = hint
	if v.Waiting > 0 {
		if v.Elsewhere = spool.Elsewhere(all, id); v.Elsewhere != "" {
			v.Hint = orSend(hint, v.Waiting, p.printer(v.Elsewhere).Name)
		}
	}
	if v.Hint != "" {
		v.Words += ". " + strings.TrimSuffix(v.Hint, ".")
	}
	return v
}

// orSend adds to what is to be done where else the jobs could come out.
func orSend(hint string, jobs int, to string) string {
	return strings.TrimSuffix(hint, ".") + ", or send " + them(jobs) + " to " + to + "."
}

// called says what a thing is before its name, where the name does not.
func called(name string) string {
	if strings.Contains(strings.ToLower(name), "printer") {
		return name
	}
	return "Printer " + name
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func plural(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}
