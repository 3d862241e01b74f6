package day

import (
	"fmt"
	"time"
)

const day = 24 * time.Hour

// weeksLater is what becomes of orders nobody came for. While the line is down their clock stands; when it is
// back they get the open days they had left, and then they are given up and their goods go home. One customer
// comes after all, later than that. In between the box is started anew.
func (w *world) weeksLater() error {
	var waiting []*order
	for _, id := range w.ids {
		if o := w.orders[id]; o.ended == waits && len(w.truth.skus(onShelf(id))) > 0 && !o.recalled {
			waiting = append(waiting, o)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	if err := w.part("cut off for ten days", func() {
		w.hire("manager-1", 0, func(p *person) {
			p.days(2 * time.Minute) // so long it has to be down to count as down
			p.days(10 * day)
			for _, o := range waiting {
				if row := mustOne[orderDetail](p, "orders/"+o.id); row.State != "ready_to_collect" {
					w.breach("order %s is %s: it was given up while the site was cut off", o.id, row.State)
				}
			}
		})
	}); err != nil {
		return err
	}
	for _, step := range []func() error{w.house.shut, func() error { return w.house.connect(w.ctx) }, func() error { return w.house.open(w.ctx) }} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := w.part("the line is back, weeks later", func() {
		w.hire("manager-1", 0, func(p *person) {
			p.lineUp()
			p.days(0)
			for _, o := range waiting {
				if row := mustOne[orderDetail](p, "orders/"+o.id); row.State != "ready_to_collect" {
					w.breach("order %s is %s: it was given up before its customer had the days that were left", o.id, row.State)
				}
			}
			p.days(30 * day)
			for _, o := range waiting {
				p.gaveUp(o)
			}
		})
	}); err != nil {
		return err
	}
	return w.part("given up, and put home", func() {
		w.hire("associate-evening", 0, func(p *person) {
			for i, o := range waiting {
				if !o.expired {
					continue
				}
				if i == 0 {
					p.serve(o) // here after all
				}
				p.putBack(o)
			}
			if left := list[taskRow](p, "tasks", "what", "restock"); len(left) > 0 {
				w.breach("%d tasks to empty the staging shelf are left, the first for %s", len(left), left[0].Subject)
			}
			p.cases()
		})
	})
}

// days lets the site's clock go on.
func (p *person) days(d time.Duration) {
	if err := p.w.house.pass(p.w.ctx, d); err != nil {
		panic(err)
	}
}

// lineUp waits until the site has its line again.
func (p *person) lineUp() {
	t := time.NewTicker(50 * time.Millisecond)
	defer t.Stop()
	for range 1200 {
		if mustOne[struct {
			Link struct {
				Up bool `json:"up"`
			} `json:"link"`
		}](p, "site").Link.Up {
			return
		}
		<-t.C
	}
	panic(fmt.Errorf("the site does not find its line"))
}

// gaveUp notes that nobody came for an order.
func (p *person) gaveUp(o *order) {
	w := p.w
	row := mustOne[orderDetail](p, "orders/"+o.id)
	if row.State == "ready_to_collect" {
		w.breach("order %s still waits for a customer who does not come", o.id)
		return
	}
	for _, x := range row.Lines {
		for _, part := range x.Parts {
			if part.State == "put_back_due" {
				o.line(x.Line).cancel += part.Qty
				w.tally.ExpiredU += part.Qty
			}
		}
	}
	w.tally.Expired++
	o.ended, o.expired = "", true
}
