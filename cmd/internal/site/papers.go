package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/node"
	"picket/edge/slips"
	"picket/edge/view"
	"picket/edge/web"
	"picket/zpl/script"
)

// papers make the papers of a site. Of customers they hold what the paper is for, opened here and kept nowhere.
type papers struct {
	cfg   Config
	feed  *web.Feed
	plan  *planning
	file  *journal.File
	vault *vault
	clock func() time.Time
	fonts *script.Fonts
}

// sheet is a paper in the making.
type sheet struct {
	papers
	ask  web.PaperAsk
	head slips.Head
	zone *time.Location
	now  time.Time
}

// PDF obeys web.Papers.
func (p papers) PDF(ctx context.Context, ask web.PaperAsk) ([]byte, error) {
	zone, err := time.LoadLocation(p.cfg.Zone)
	if err != nil {
		return nil, err
	}
	s := p.sheet(ask, zone)
	switch ask.Name {
	case "picklist":
		return s.pickList(ctx)
	case "paper-mode":
		return s.paperMode(ctx)
	case "countsheet":
		return s.countSheet()
	case "manifest":
		return s.manifest()
	case "checklist":
		return s.checklist()
	case "packing":
		return s.packing()
	case "customs":
		return s.customs()
	}
	return nil, web.ErrNoPaper
}

func (p papers) sheet(ask web.PaperAsk, zone *time.Location) *sheet {
	now := p.clock().In(zone).Truncate(time.Second)
	s := &sheet{p, ask, slips.Head{Site: p.cfg.Name, Address: p.cfg.Address, Made: now, Fonts: p.fonts, Lang: p.cfg.Language}, zone, now}
	if ask.Letter {
		s.head.Paper = slips.Letter
	}
	return s
}

// say is an English word of a paper in the site's language.
func (s *sheet) say(english string) string { return slips.Say(s.head.Lang, english) }

// look shows the board and the floor; do says whether it found what the paper is of.
func (s *sheet) look(do func(*view.Board, *floor.State) bool) error {
	ok := false
	s.feed.Look(func(b *view.Board) { b.Floor(func(f *floor.State) { ok = do(b, f) }) })
	if !ok {
		return web.ErrNoPaper
	}
	return nil
}

// lookOrder is look at an order, also at one that left the floor.
func (s *sheet) lookOrder(id floor.OrderID, do func(*view.Board, *floor.State, *floor.Order) bool) error {
	var left *floor.Order
	try := func(b *view.Board, f *floor.State) bool {
		o := f.Orders[id]
		if o == nil {
			o = left
		}
		return o != nil && do(b, f, o)
	}
	err := s.look(try)
	if err == nil {
		return nil
	}
	var fault error
	if left, fault = node.NewArchive(s.file, s.vault).Order(id); fault != nil {
		return fault
	}
	if left == nil {
		return err
	}
	return s.look(try)
}

func (s *sheet) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(s.zone).Format("2006-01-02 15:04")
}

// barcode is what a scanner reads on an item: its first GTIN, or its number.
func barcode(f *floor.State, sku floor.SKU) string {
	if it := f.Items[sku]; it != nil && len(it.GTINs) > 0 {
		return it.GTINs[0]
	}
	return string(sku)
}

func (s *sheet) pickList(ctx context.Context) ([]byte, error) {
	list := slips.PickList{}
	if s.ask.Order != "" {
		var err error
		if list, err = s.orderList(ctx, s.ask.Order); err != nil {
			return nil, err
		}
		s.head.Number = cmp.Or(list.Under, list.Order)
	} else if err := s.look(func(b *view.Board, f *floor.State) bool { return s.runList(b, f, &list) }); err != nil {
		return nil, err
	}
	list.Head, list.ByHand = s.head, true
	return slips.Pick(list)
}

// orderList is what an order still needs, in walking order. It is entered by the number of the paper it was begun on.
func (s *sheet) orderList(ctx context.Context, id floor.OrderID) (slips.PickList, error) {
	list := slips.PickList{Orders: 1}
	walk, err := s.plan.Walk(ctx, id)
	if errors.Is(err, web.ErrNoOrder) || err == nil && len(walk.Stops) == 0 {
		return list, web.ErrNoPaper
	}
	if err != nil {
		return list, err
	}
	err = s.look(func(_ *view.Board, f *floor.State) bool {
		o := f.Orders[id]
		if o == nil {
			return false
		}
		list.Order, list.Under, list.Picker, list.Due = o.Number, o.Paper, string(o.Picker), s.day(o.Due)
		if r := f.Runs.Get(o.Run); r != nil {
			list.Cart = r.Called()
		}
		for _, stop := range walk.Stops {
			for _, k := range stop.Picks {
				l := slips.PickLine{Bin: string(stop.Bin), SKU: string(k.SKU), Name: k.Name, Code: barcode(f, k.SKU), Qty: k.Qty, Unit: s.say("pcs"), Order: o.Number, Line: string(k.Line)}
				if line := o.Line(k.Line); line != nil {
					l.Lot = line.Lot
				}
				list.Lines = append(list.Lines, l)
			}
		}
		return true
	})
	return list, err
}

// runList is what a run still has to fetch.
func (s *sheet) runList(b *view.Board, f *floor.State, list *slips.PickList) bool {
	r := f.Runs.Get(s.ask.Run)
	if r == nil {
		return false
	}
	s.head.Number, list.Orders = r.Called(), len(r.Orders)
	for _, who := range r.Pickers {
		list.Picker = strings.TrimPrefix(list.Picker+", "+string(who), ", ")
	}
	if first := f.Orders[r.Orders[0]]; first != nil {
		list.Due = s.day(first.Due)
	}
	for _, i := range r.Walk() {
		p := &r.Stops[i]
		if p.Left() == 0 {
			continue
		}
		l := slips.PickLine{Bin: string(p.Bin), SKU: string(p.SKU), Name: b.Called(p.SKU), Code: barcode(f, p.SKU), Qty: p.Left(), Unit: s.say("pcs"), Order: s.say("all")}
		if o := f.Orders[p.Order]; o != nil {
			l.Order, l.Line = o.Number, string(p.Line)
		}
		list.Lines = append(list.Lines, l)
	}
	return len(list.Lines) > 0
}

func (s *sheet) paperMode(ctx context.Context) ([]byte, error) {
	m, err := s.openWork()
	if err != nil {
		return nil, err
	}
	if err := s.bind(ctx, &m); err != nil {
		return nil, err
	}
	return slips.GoToPaper(m)
}

// openWork is what people go on with when the power fails: everything that is open.
func (s *sheet) openWork() (slips.PaperMode, error) {
	m := slips.PaperMode{By: string(s.ask.By), Since: s.day(s.now), From: s.now.Hour()*10_000 + s.now.Minute()*100 + 1, Blank: 60}
	s.head.Number = "PAPER-" + s.now.Format("20060102-1504")
	refs := map[string]string{} // order number -> who collects
	err := s.look(func(b *view.Board, f *floor.State) bool {
		for _, r := range f.Runs.All() {
			left, due := 0, ""
			for i := range r.Stops {
				left += r.Stops[i].Left()
			}
			if o := f.Orders[r.Orders[0]]; o != nil {
				due = s.day(o.Due)
			}
			m.Runs = append(m.Runs, slips.OpenRun{Run: r.Called(), Picker: string(r.Pickers[0]), Left: fmt.Sprintf(s.say("%d units, %d stops"), left, len(r.Stops)), Due: due})
		}
		for _, o := range byDue(f) {
			shelf := 0
			for i := range o.Lines {
				shelf += o.OnShelf(&o.Lines[i])
			}
			if o.Flow == floor.FlowPickup && shelf > 0 {
				m.Pickups = append(m.Pickups, s.waits(b, f, o))
				refs[o.Number] = cmp.Or(o.Contact, o.ShipTo)
			}
			if n := units(o); n > 0 && (o.Run == "" || f.Runs.Get(o.Run) == nil) && o.Source != "incoming" {
				m.Runs = append(m.Runs, slips.OpenRun{Run: o.Number, Picker: string(o.Picker), Left: fmt.Sprintf(s.say("%d units"), n), Due: s.day(o.Due)})
			}
		}
		return true
	})
	if err != nil {
		return m, err
	}
	for i := range m.Pickups {
		if p, err := (people{s.file, s.vault}).Person(refs[m.Pickups[i].Order]); err == nil {
			m.Pickups[i].Name, _, _ = strings.Cut(p.Name, " ") // the first name is enough to call it out
		}
	}
	m.Head = s.head
	return m, nil
}

// bind adds the pick list of every order that is still to be picked, what is due first in front.
func (s *sheet) bind(ctx context.Context, m *slips.PaperMode) error {
	var todo []floor.OrderID
	err := s.look(func(_ *view.Board, f *floor.State) bool {
		for _, o := range byDue(f) {
			if units(o) > 0 && o.Source != "incoming" && o.Hold == "" {
				todo = append(todo, o.ID)
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	rows := len(m.Pickups) + len(m.Runs)
	for i, id := range todo {
		list, err := s.orderList(ctx, id)
		switch {
		case errors.Is(err, web.ErrNoPaper): // nothing of it stands anywhere
			continue
		case err != nil:
			return err
		}
		if rows += len(list.Lines); len(m.Lists) == floor.MaxPaperOrders || rows > mostRows {
			m.More = len(todo) - i
			break
		}
		list.Under = cmp.Or(list.Under, m.Number)
		m.Lists = append(m.Lists, list)
	}
	return nil
}

func byDue(f *floor.State) []*floor.Order {
	var out []*floor.Order
	for _, o := range f.Orders {
		if o.Open() {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *floor.Order) int {
		return cmp.Or(soonest(a.Due).Compare(soonest(b.Due)), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// waits is an order on the shelf, for the counter.
func (s *sheet) waits(b *view.Board, f *floor.State, o *floor.Order) slips.OpenPickup {
	out := slips.OpenPickup{Order: o.Number}
	var shelves, items, proof []string
	for _, at := range o.Shelves() {
		shelves = append(shelves, string(at))
	}
	for i := range o.Lines {
		if n := o.OnShelf(&o.Lines[i]); n > 0 {
			items = append(items, fmt.Sprintf("%d × %s", n, b.Called(o.Lines[i].SKU)))
		}
	}
	for _, p := range f.ProofNeeded(o) {
		proof = append(proof, s.say(strings.ReplaceAll(string(p), "_", " ")))
	}
	out.Shelf, out.Items, out.Proof = strings.Join(shelves, ", "), strings.Join(items, ", "), strings.Join(proof, ", ")
	if due := o.StillDue(); due.Minor != 0 {
		out.Due = s.money(&due)
	}
	return out
}

// money is a sum as the paper's language writes it.
func (s *sheet) money(m *floor.Money) string { return slips.Decimal(s.head.Lang, money(m)) }

func money(m *floor.Money) string {
	if m == nil {
		return ""
	}
	return m.String()
}

// address opens the row of a customer's address; one that is erased is nobody's.
func (s *sheet) address(ref string) (labels.Address, error) {
	if ref == "" {
		return labels.Address{}, nil
	}
	body, err := readRow(s.file, s.vault, ref)
	if err != nil {
		return labels.Address{}, nil
	}
	return labels.ReadAddress(body)
}
