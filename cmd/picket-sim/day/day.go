package day

import (
	"context"
	"fmt"
	"log/slog"
	"os"
)

// Result is how a day went.
type Result struct {
	Config Config
	world  *world
	books  books
}

// OK says whether the books balance and no promise was broken.
func (r *Result) OK() bool { return len(r.books.Unequal) == 0 && r.world.breached == 0 }

// Run plays a day against a site of its own, which it starts and stops.
func Run(ctx context.Context, cfg Config, log *slog.Logger) (*Result, error) {
	dir, err := os.MkdirTemp("", "picket-day-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	h, err := build(dir, staff(cfg), log)
	if err != nil {
		return nil, err
	}
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	w := newWorld(ctx, cfg, h)
	w.house = h
	err = w.all()
	if err == nil && cfg.Journal != nil {
		err = h.Journal(ctx, "manager-1", "", cfg.Journal)
	}
	if cerr := h.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return &Result{Config: cfg, world: w, books: w.books}, nil
}

// staff is everybody who may be hired.
func staff(cfg Config) []string {
	out := []string{"centre-1", "centre-2", "manager-1", "lead-1", "lead-2", "associate-count", "associate-fill", "associate-dock", "printer-1", "till-1", "associate-gate", "associate-counter", "associate-evening", "associate-south", "lead-south"}
	for i := range 8 {
		out = append(out, fmt.Sprintf("associate-%d", i+1), fmt.Sprintf("packer-%d", i+1))
	}
	for i := range cfg.Pickers {
		out = append(out, fmt.Sprintf("picker-%d", i+1))
	}
	return out
}

// all is the day from the first delivery to the last count.
func (w *world) all() error {
	w.lead, w.second = w.extra("lead-1"), w.extra("lead-2")
	w.centre = w.extra("centre-1")
	if err := w.learn(); err != nil {
		return err
	}
	if w.cfg.Store > 0 {
		if err := w.storeDay(w.cfg.Store); err != nil {
			return err
		}
	}
	if w.cfg.Lines > 0 {
		if err := w.centreDay(w.cfg.Lines); err != nil {
			return err
		}
	}
	if w.cfg.Store > 0 {
		for _, play := range []func(int) error{w.markedGoods, w.onPaper, w.noShow, w.twoSites} {
			if err := play(2 + w.cfg.Store/20); err != nil {
				return err
			}
		}
	}
	if err := w.late(); err != nil {
		return err
	}
	if w.cfg.Steal {
		b := w.shop.items[0].bins[0]
		w.truth.move(w.shop.items[0].sku, 1, inBin(b), thief)
	}
	if err := w.settle(); err != nil {
		return err
	}
	if w.cfg.Store > 0 {
		if err := w.weeksLater(); err != nil {
			return err
		}
	}
	if w.cfg.Swap {
		w.swap(yoghurt)
		w.swap(camera)
	}
	return w.part("comparison", func() {
		w.hire("associate-evening", 0, func(p *person) { w.afterCounts(p, &w.books) })
	})
}

// learn asks the site which commands it knows.
func (w *world) learn() error {
	return w.part("the site's commands", func() {
		w.hire("manager-1", 0, func(p *person) {
			for _, c := range list[struct {
				Kind string `json:"kind"`
			}](p, "commands", "limit", "1") {
				w.can[c.Kind] = true
			}
		})
	})
}
