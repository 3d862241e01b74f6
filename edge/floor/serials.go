package floor

import (
	"slices"
	"strconv"
)

// serial is one unit for ever.
type serial struct {
	sku SKU
	no  string
}

// moveSerials writes down where named units are now. A bin lists its own; those with an order stand in its line.
func (s *State) moveSerials(m Move) {
	for _, no := range m.Serials {
		k := serial{m.SKU, no}
		if was, ok := s.serials[k]; ok && lists(was) {
			s.bookSerial(was, k, false)
		}
		if lists(m.To) {
			s.bookSerial(m.To, k, true)
		}
		s.serials[k] = m.To
		if m.To.Bucket() == "outside" {
			delete(s.serials, k)
		}
	}
}

// lists says whether a place has a list of serial numbers.
func lists(p PlaceID) bool { return p.Bin() != "" || p.Bucket() == "run" || p == Quarantine }

func (s *State) bookSerial(id PlaceID, k serial, in bool) {
	p := s.place(id)
	list := withSerial(p.Serials[k.sku], k.no, in)
	if len(list) == 0 {
		delete(p.Serials, k.sku)
		return
	}
	if p.Serials == nil {
		p.Serials = map[SKU][]string{}
	}
	p.Serials[k.sku] = list
}

// withSerial is a sorted list with a number added or taken out; the list given stays as it is.
func withSerial(list []string, no string, in bool) []string {
	at, found := slices.BinarySearch(list, no)
	switch {
	case found == in:
		return list
	case in:
		return slices.Insert(slices.Clone(list), at, no)
	}
	return slices.Delete(slices.Clone(list), at, at+1)
}

// numbered refuses units of an item with serial numbers that are carried without them, or that the book has
// elsewhere.
func (s *State) numbered(sku SKU, units int, from PlaceID, numbers []string) *Refusal {
	it := s.Items[sku]
	if it == nil || !it.Serials || !s.Policy.NameGoods {
		return nil
	}
	if len(numbers) != units {
		return Refuse(SerialMissing, "got", s.name(sku), "qty", strconv.Itoa(units), "have", strconv.Itoa(len(numbers)))
	}
	for _, n := range numbers {
		// What was found broken went to quarantine without its number: the book still has it in its bin.
		if from == Quarantine && s.serials[serial{sku, n}].Bin() != "" {
			continue
		}
		if no, where, is := s.elsewhere(sku, []string{n}, from); is {
			return Refuse(SerialElsewhere, "serial", no, "where", where)
		}
	}
	return nil
}

// elsewhere names the first of the numbers that the book has at another place than the one it should come
// from, and that place.
func (s *State) elsewhere(sku SKU, numbers []string, from PlaceID) (no, where string, is bool) {
	for _, no := range numbers {
		at, ok := s.serials[serial{sku, no}]
		if !ok || at == from {
			continue
		}
		id, tote := cutTote(at)
		if !tote {
			return no, string(at), true
		}
		switch o := s.Orders[id]; {
		case o == nil && from == "": // it comes in from outside: why not, it left long ago
		case o == nil:
			return no, "order " + string(id) + ", which is over", true
		case !o.gaveBack(sku, no):
			return no, "order " + string(id), true
		}
	}
	return "", "", false
}

// strange refuses numbers a bin's book does not have, where it knows every unit there by its number: they are somewhere
// else, perhaps with a customer long since, whose order is over and gone.
func (s *State) strange(from PlaceID, sku SKU, numbers []string) *Refusal {
	p := s.Places[from]
	if p == nil || !s.Policy.NameGoods {
		return nil
	}
	known := p.Serials[sku]
	free := s.OnHand(from, sku) - int64(len(known)) // units nobody gave a number yet
	for _, no := range numbers {
		if _, here := slices.BinarySearch(known, no); here {
			continue
		}
		if free--; free < 0 {
			return Refuse(SerialNotThere, "serial", no, "got", s.name(sku), "place", from.said())
		}
	}
	return nil
}

// gaveBack says whether a unit the order had may be on the shelves again.
func (o *Order) gaveBack(sku SKU, no string) bool {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.SKU == sku && slices.Contains(l.Serials, no) {
			return l.Returned > 0
		}
	}
	return true
}

func cutTote(p PlaceID) (OrderID, bool) {
	if p.Bucket() != "tote" {
		return "", false
	}
	return OrderID(p[len("tote/"):]), true
}

// take writes what tells the units apart into the line.
func (l *Line) take(g *Goods, qty int) {
	l.Lots = addLot(l.Lots, g.Lot, g.Expiry, qty)
	l.Grams += g.Grams
	for _, no := range g.Serials {
		l.Serials = withSerial(l.Serials, no, true)
	}
}

// give takes it out again.
func (l *Line) give(g *Goods, qty int) {
	l.Lots = addLot(l.Lots, g.Lot, g.Expiry, -qty)
	l.Grams -= g.Grams
	for _, no := range g.Serials {
		l.Serials = withSerial(l.Serials, no, false)
	}
}

// findSerials and findGoods rebuild what is derived when a snapshot is loaded.
func (s *State) findSerials(o *Order) {
	for i := range o.Lines {
		l := &o.Lines[i]
		for _, no := range l.Serials {
			if _, since := s.serials[serial{l.SKU, no}]; !since || l.Returned == 0 {
				s.serials[serial{l.SKU, no}] = InTote(o.ID)
			}
		}
	}
}

func (s *State) findGoods(p *Place) {
	s.lotted = s.lotted || len(p.Lots) > 0
	for sku, list := range p.Serials {
		for _, no := range list {
			s.serials[serial{sku, no}] = p.ID
		}
	}
}
