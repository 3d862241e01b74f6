package floor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A box that has not been told yet what it lost, or does not know that it lost any, decides by what it knows. The centre may have
// such a command already as it was decided before, and keeps that (R4), or hears it in another order. What the box that holds
// the site says stands, for it is what people were answered last. So behind a taking back it says how those orders and items stand
// here, and whoever folds its records begins anew with them; a command that was decided another way is a case of the desk.

// Unlike is what the centre may have otherwise than this box.
type Unlike struct {
	Twice  []Twice   `json:"twice,omitempty"`
	Orders []OrderID `json:"orders,omitempty"` // sorted, as are the items
	Items  []SKU     `json:"items,omitempty"`
	From   Seq       `json:"from,omitempty"` // the first record of this box that stands where the centre has another
}

// Twice is a command that was decided another way before.
type Twice struct {
	Command CommandID `json:"command"`
	Order   OrderID   `json:"order,omitempty"`
}

// Any says whether anything stands unlike.
func (a *Unlike) Any() bool { return len(a.Twice)+len(a.Orders)+len(a.Items) > 0 }

// Add notes more of it.
func (a *Unlike) Add(b *Unlike) {
	if b == nil {
		return
	}
	a.Twice = append(slices.Clip(a.Twice), b.Twice...)
	a.Orders, a.Items = mergedSet(a.Orders, b.Orders), mergedSet(a.Items, b.Items)
	if b.From != 0 && (a.From == 0 || b.From < a.From) {
		a.From = b.From
	}
}

// mergedSet leaves a as it is. It is asked for with every record of a day, most of which name nothing new.
func mergedSet[T ~string](a, b []T) []T {
	own := false
	for _, x := range b {
		at, is := slices.BinarySearch(a, x)
		if is {
			continue
		}
		if !own {
			a, own = append(make([]T, 0, len(a)+len(b)), a...), true
		}
		a = slices.Insert(a, at, x)
	}
	return a
}

// parts are records' fill of it, one behind the other: one that is told of hundreds of orders may name more items than a record holds.
func (a *Unlike) parts() (out []*Unlike) {
	size := unlikeBytes
	next := func(n int) *Unlike {
		if size += n + 6; size > unlikeBytes {
			out, size = append(out, &Unlike{}), n
		}
		return out[len(out)-1]
	}
	for _, t := range a.Twice {
		part := next(len(t.Command) + len(t.Order) + 30)
		part.Twice = append(part.Twice, t)
	}
	for _, id := range a.Orders {
		part := next(len(id))
		part.Orders = append(part.Orders, id)
	}
	for _, sku := range a.Items {
		part := next(len(sku))
		part.Items = append(part.Items, sku)
	}
	if len(out) == 0 {
		out = append(out, &Unlike{})
	}
	out[len(out)-1].From = a.From
	return out
}

// Correct says how what stands unlike stands here. The box gives it by itself, with the last of what it is told.
type Correct struct{}

// Corrected is an order as it stands here, or all that stands anywhere of some items. At the site it changes nothing.
type Corrected struct {
	Order    OrderID           `json:"order,omitempty"`
	Lines    []json.RawMessage `json:"lines,omitempty"` // the order, as a snapshot has it
	Items    []SKU             `json:"items,omitempty"`
	Stock    []StoodAt         `json:"stock,omitempty"`    // of these items; what is not named is nowhere else
	Commands []CommandID       `json:"commands,omitempty"` // that were decided another way before
	Piece    *Piece            `json:"piece,omitempty"`    // of all of this, where it is too long for a record; the last one makes it whole
}

// StoodAt is what stands of an item at one place.
type StoodAt struct {
	Place PlaceID  `json:"place"`
	SKU   SKU      `json:"sku"`
	Qty   int64    `json:"qty"`
	Lots  []LotQty `json:"lots,omitempty"`
}

var correctEvents = []func() Event{blank[Corrected]}

// Bounds of what stands in one record beside other things.
const (
	unlikeBytes   = 16 << 10
	commandsBytes = 8 << 10
	stockBytes    = restatedBytes - commandsBytes // of items and where they stand; a single item of more is told in pieces
)

// decidedTwice is the case of a command that was decided another way before the box was put back.
const decidedTwice = "decided_twice"

// packedTwice is the case of a line of which more stands in parcels, or on the shelf, than was picked.
const packedTwice = "packed_twice"

// Kind names the command.
func (*Correct) Kind() string { return "facts.correct" }

// Type and Subject name the event.
func (*Corrected) Type() string { return "picket.site.corrected.v1" }
func (e *Corrected) Subject() string {
	if e.Order != "" {
		return "order/" + string(e.Order)
	}
	return "site"
}
func (e *Corrected) tell(Names) string {
	words := "The centre was told how the stock of " + plural(len(e.Items), "item") + " stands here."
	if e.Order != "" {
		words = "The centre was told how the order stands here."
	}
	if n := len(e.Commands); n > 0 {
		words += " " + plural(n, "command") + " of it " + of(n, "was", "were") + " decided another way before the box was put back."
	}
	return words
}

func (*Correct) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if !s.Unlike.Any() {
		return nil, Refuse(NothingLeft, "what", "what is to be told")
	}
	var out []Event
	items, said := s.Unlike.Items, map[OrderID]bool{}
	var rest []CommandID // of nothing that is told, or more of them than a record holds
	for _, id := range s.Unlike.Orders {
		o := s.Orders[id]
		if o == nil {
			continue // it left for the archive: nothing more happens to it
		}
		text, err := json.Marshal(line{Order: o})
		if err != nil {
			continue
		}
		said[id] = true
		some, more := few(s.Unlike.of(func(t *Twice) bool { return t.Order == id }))
		out = (&Corrected{Order: id, Lines: []json.RawMessage{text}, Commands: some}).cut(out)
		rest = append(rest, more...)
	}
	rest = append(rest, s.Unlike.of(func(t *Twice) bool { return !said[t.Order] })...)
	stock := s.standing(items)
	for len(rest) > 0 || len(items) > 0 {
		e, n, size := &Corrected{}, 0, 0
		for n < len(items) {
			at := slices.IndexFunc(stock, func(x StoodAt) bool { return x.SKU != items[n] })
			if at < 0 {
				at = len(stock)
			}
			if size += correctBytes(items[n], stock[:at]); n > 0 && size > stockBytes {
				break
			}
			e.Stock, stock = append(e.Stock, stock[:at]...), stock[at:]
			n++
		}
		e.Items = items[:n:n]
		e.Commands, rest = few(rest)
		out, items = e.cut(out), items[n:]
	}
	if len(out) == 0 {
		out = append(out, &Corrected{})
	}
	return out, nil
}

// correctBytes is how much of a record an item takes, with where it stands.
func correctBytes(sku SKU, stock []StoodAt) int {
	text, err := json.Marshal(stock)
	if err != nil {
		return stockBytes
	}
	return len(sku) + len(text) + 4
}

// few are as many commands as stand in a record beside a piece of what it tells, and the others.
func few(all []CommandID) (some, rest []CommandID) {
	n, size := 0, 0
	for n < len(all) && (n == 0 || size+len(all[n]) <= commandsBytes) {
		size += len(all[n]) + 3
		n++
	}
	return all[:n:n], all[n:]
}

// cut appends it as records can have it. What it is about stands in each of them, and what the desk is told in the first.
func (e *Corrected) cut(out []Event) []Event {
	text, err := json.Marshal(e)
	if err != nil || len(text) <= restatedBytes {
		return append(out, e)
	}
	for _, p := range cut(text) {
		one := &Corrected{Order: e.Order, Items: e.Items, Piece: &p}
		if p.At == 1 {
			one.Commands = e.Commands
		}
		out = append(out, one)
	}
	return out
}

// Whole is what was said, with the last of its pieces; nil before.
func (e *Corrected) Whole(j *Joining) (*Corrected, error) {
	if e.Piece == nil {
		return e, nil
	}
	text := j.Join(e.Piece)
	if text == nil {
		return nil, nil
	}
	whole := &Corrected{}
	if err := json.Unmarshal(text, whole); err != nil {
		return nil, fmt.Errorf("what was said in %d pieces cannot be read: %w", e.Piece.Of, err)
	}
	return whole, nil
}

func (a *Unlike) of(which func(*Twice) bool) (out []CommandID) {
	for i := range a.Twice {
		if t := &a.Twice[i]; which(t) && !slices.Contains(out, t.Command) {
			out = append(out, t.Command)
		}
	}
	return out
}

// standing is all that stands anywhere of some items, in the order of items and places. A floor has many places, and few items in each.
func (s *State) standing(items []SKU) (out []StoodAt) {
	for id, p := range s.Places {
		for sku, qty := range p.Qty {
			if _, is := slices.BinarySearch(items, sku); is {
				out = append(out, StoodAt{Place: id, SKU: sku, Qty: qty, Lots: slices.Clone(p.Lots[sku])})
			}
		}
	}
	slices.SortFunc(out, func(a, b StoodAt) int {
		if n := strings.Compare(string(a.SKU), string(b.SKU)); n != 0 {
			return n
		}
		return strings.Compare(string(a.Place), string(b.Place))
	})
	return out
}

func (e *Corrected) apply(s *State) {
	s.Unlike = Unlike{}
	e.call(s)
}

// call puts on the desk what a person is to look at: commands that were decided another way before, and lines of which more was
// packed than picked, since two people packed by what the box knew at two times. Nobody can say which of those parcels is right.
func (e *Corrected) call(s *State) {
	if n := len(e.Commands); n > 0 {
		s.raise(decidedTwice, e.Subject(), "subject", e.Subject(), "n", strconv.Itoa(n))
	}
	o := s.Orders[e.Order]
	if o == nil || e.Piece != nil && e.Piece.At < e.Piece.Of { // with the last one it is whole, and said once
		return
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; o.Loose(l) < 0 {
			s.raiseAs(CaseID(string(s.rec.ID)+"/"+packedTwice+"/"+string(l.ID)), packedTwice, e.Subject(), "order", string(o.ID), "sku", string(l.SKU),
				"packed", strconv.Itoa(l.Picked-o.Loose(l)), "picked", strconv.Itoa(l.Picked))
		}
	}
}

// stood takes what was said before this box was put back, or by another box of the site: as Take, and the desk has it as it had.
func (e *Corrected) stood(s *State, r *Record) error {
	if err := e.Take(s); err != nil {
		return err
	}
	outer := s.rec
	s.rec = r
	e.call(s)
	s.rec = outer
	return nil
}

// Take puts what a site said stands there in the place of what was folded of it.
func (e *Corrected) Take(s *State) error {
	e, err := e.Whole(&s.Pieces)
	if e == nil || err != nil {
		return err
	}
	for _, text := range e.Lines {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return fmt.Errorf("how %s stands cannot be read: %w", e.Subject(), err)
		}
		if l.Order == nil || e.Order != "" && l.Order.ID != e.Order {
			return fmt.Errorf("what says how %s stands is of something else", e.Subject())
		}
		if o := s.order(l.Order.ID); o != nil {
			s.takeOff(o) // it may have had parcels and jobs here that it never had
		}
		if err := s.Load(text); err != nil {
			return err
		}
	}
	named := map[SKU]bool{}
	for _, sku := range e.Items {
		named[sku] = true
	}
	for id, p := range s.Places {
		for _, sku := range p.among(e.Items, named) {
			if p.Qty[sku] != 0 {
				s.book(id, sku, -p.Qty[sku])
			}
			if p = s.Places[id]; len(p.Lots[sku]) > 0 {
				p = s.place(id)
				delete(p.Lots, sku)
			}
		}
	}
	for i := range e.Stock {
		at := &e.Stock[i]
		s.book(at.Place, at.SKU, at.Qty)
		for _, l := range at.Lots {
			s.lotted = true
			s.place(at.Place).lot(at.SKU, l.Lot, l.Expiry, l.Qty)
		}
	}
	return nil
}

// among are of these items those that may stand here, or all of them where that is less to look at.
func (p *Place) among(items []SKU, named map[SKU]bool) (here []SKU) {
	if len(p.Qty)+len(p.Lots) >= len(items) {
		return items
	}
	for sku := range p.Qty {
		if named[sku] {
			here = append(here, sku)
		}
	}
	for sku := range p.Lots {
		if _, twice := p.Qty[sku]; !twice && named[sku] {
			here = append(here, sku)
		}
	}
	return here
}

func (e *Corrected) orders() []OrderID {
	if e.Order == "" {
		return nil
	}
	return []OrderID{e.Order}
}

// has is the order a subject names, when it is among these.
func (a *Unlike) has(subject string) OrderID {
	id, is := strings.CutPrefix(subject, "order/")
	if _, found := slices.BinarySearch(a.Orders, OrderID(id)); is && found {
		return OrderID(id)
	}
	return ""
}

// meets says whether it tells of anything among what is named.
func (e *Corrected) meets(own *Unlike) bool {
	_, order := slices.BinarySearch(own.Orders, e.Order)
	return order || slices.ContainsFunc(e.Items, func(sku SKU) bool {
		_, is := slices.BinarySearch(own.Items, sku)
		return is
	})
}

// Touches says which order a record is about, "" for none, and which items it names, or its order asks for.
func (s *State) Touches(r *Record) (order OrderID, items []SKU) {
	order, items = Named(r)
	items = append(items, s.Asks(order)...)
	slices.Sort(items)
	return order, slices.Compact(items)
}

// Asks are the items an order asks for.
func (s *State) Asks(order OrderID) (items []SKU) {
	if o := s.Orders[order]; o != nil {
		for i := range o.Lines {
			items = append(items, o.Lines[i].SKU)
		}
	}
	return items
}

// Named says which order a record is about, "" for none, and which items it names itself.
func Named(r *Record) (order OrderID, items []SKU) {
	if id, is := strings.CutPrefix(r.Event.Subject(), "order/"); is {
		order = OrderID(id)
	}
	var tree any
	if text, err := json.Marshal(r.Event); err == nil && json.Unmarshal(text, &tree) == nil {
		items = namedItems(items, tree)
	}
	slices.Sort(items)
	return order, slices.Compact(items)
}

// namedItems finds the items that a record names, wherever it does.
func namedItems(items []SKU, v any) []SKU {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			items = namedItems(items, x)
		}
	case map[string]any:
		for key, x := range v {
			if sku, is := x.(string); is && key == "sku" && sku != "" {
				items = append(items, SKU(sku))
			} else {
				items = namedItems(items, x)
			}
		}
	}
	return items
}
