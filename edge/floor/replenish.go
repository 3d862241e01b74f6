package floor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Need is a pick bin that runs low and where to fill it from.
type Need struct {
	Bin  BinID `json:"bin"`
	SKU  SKU   `json:"sku"`
	Qty  int   `json:"qty"`
	From BinID `json:"from"`
}

// Replenish lists the pick bins at or below their minimum that reserve stock can fill up again, in the order of
// the walk. A reserve bin is promised to one need only as far as its book goes.
func (s *State) Replenish() []Need {
	var bins []BinID
	for id, b := range s.Bins {
		if b.Min > 0 && (b.Use == "" || b.Use == "pick") {
			bins = append(bins, id)
		}
	}
	slices.SortFunc(bins, func(a, b BinID) int {
		if s.before(a, b) {
			return -1
		}
		return 1
	})
	taken := map[PlaceID]map[SKU]int{}
	var out []Need
	for _, id := range bins {
		p, b := s.Places[InBin(id)], s.Bins[id]
		if p == nil {
			continue
		}
		for _, sku := range p.skus() {
			has := int(p.Qty[sku])
			want := max(b.Max, b.Min+1) - max(0, has)
			if has > b.Min || want <= 0 {
				continue
			}
			for _, from := range s.Stocked(sku) {
				r := s.Bins[from]
				if r == nil || r.Use != "reserve" || want <= 0 {
					continue
				}
				n := min(want, int(s.OnHand(InBin(from), sku))-taken[InBin(from)][sku])
				if n <= 0 {
					continue
				}
				if taken[InBin(from)] == nil {
					taken[InBin(from)] = map[SKU]int{}
				}
				taken[InBin(from)][sku] += n
				want -= n
				out = append(out, Need{Bin: id, SKU: sku, Qty: n, From: from})
			}
		}
	}
	return out
}

// PlanReplenish puts a task on the list for everything Replenish finds.
type PlanReplenish struct{}

// ReplenishPlanned: these bins are to be filled up.
type ReplenishPlanned struct {
	Needs []Need `json:"needs"`
}

// ConfirmReplenish says that goods of a task were carried.
type ConfirmReplenish struct {
	Task TaskID `json:"task"`
	Qty  int    `json:"qty"`
	Lot  string `json:"lot,omitempty"`
	Done bool   `json:"done,omitempty"`
}

// Kind names the command.
func (*PlanReplenish) Kind() string { return "replenish.plan" }

// Kind names the command.
func (*ConfirmReplenish) Kind() string { return "replenish.confirm" }

// Type and Subject name the event.
func (*ReplenishPlanned) Type() string    { return "picket.replenish.planned.v1" }
func (*ReplenishPlanned) Subject() string { return "site" }
func (e *ReplenishPlanned) tell(n Names) string {
	words := make([]string, len(e.Needs))
	for i, x := range e.Needs {
		words[i] = fmt.Sprintf("%d × %s from %s to %s", x.Qty, n(x.SKU), x.From, x.Bin)
	}
	return "To be filled up: " + strings.Join(words, "; ") + "."
}

func (n *Need) task() TaskID {
	return TaskID("replenish/" + string(n.Bin) + "/" + string(n.SKU) + "/" + string(n.From))
}

func (c *PlanReplenish) decide(s *State, _ Meta) ([]Event, *Refusal) {
	e := &ReplenishPlanned{}
	for _, n := range s.Replenish() {
		if s.Tasks.Get(n.task()) == nil && len(e.Needs) < MaxLines {
			e.Needs = append(e.Needs, n)
		}
	}
	if len(e.Needs) == 0 {
		return nil, Refuse(NothingLeft, "what", "the bins to be filled up")
	}
	return []Event{e}, nil
}

func (e *ReplenishPlanned) apply(s *State) {
	for i := range e.Needs {
		n := &e.Needs[i]
		if s.Tasks.Get(n.task()) == nil {
			s.Tasks.put(s, n.task(), Task{ID: n.task(), What: "replenish", Subject: "bin/" + string(n.Bin), SKU: n.SKU, Qty: n.Qty, From: InBin(n.From), To: InBin(n.Bin), Why: "low", Since: s.now()})
		}
	}
}

func (c *ConfirmReplenish) decide(s *State, m Meta) ([]Event, *Refusal) {
	t := s.Tasks.Get(c.Task)
	if t == nil || t.What != "replenish" {
		return nil, Refuse(UnknownTask, "task", string(c.Task))
	}
	if t.By != "" && t.By != m.Actor && !c.Done {
		return nil, Refuse(TaskTaken, "who", string(t.By))
	}
	move := &MoveStock{SKU: t.SKU, Qty: c.Qty, From: t.From.Bin(), To: t.To.Bin(), Lot: c.Lot, Done: c.Done}
	if c.Qty > t.Qty && !c.Done {
		return nil, Refuse(TooMany, "got", s.name(t.SKU), "qty", strconv.Itoa(c.Qty), "left", strconv.Itoa(t.Qty))
	}
	events, r := move.decide(s, m)
	if r != nil {
		return nil, r
	}
	events[0].(*StockMoved).Task = c.Task
	return events, nil
}

// filled takes what was carried off a task.
func (s *State) filled(id TaskID, qty int) {
	if t := s.Tasks.change(s, id); t != nil {
		if t.Qty -= qty; t.Qty <= 0 {
			s.Tasks.drop(id)
		}
	}
}
