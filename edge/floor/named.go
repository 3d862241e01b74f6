package floor

import "slices"

// named refuses goods that are told apart and were not: their lot and date, or their serial numbers. A lot that
// is the only one of its bin need not be named. from is empty for goods that come into the building.
func (s *State) named(sku SKU, units int, from PlaceID, g *Goods) *Refusal {
	it := s.Items[sku]
	if it == nil || !s.Policy.NameGoods || !it.Lots && !it.Expires && !it.Serials {
		return nil
	}
	if from != "" && (it.Lots && g.Lot == "" || it.Expires && g.Expiry == "") {
		s.onlyLot(from, sku, units, g)
	}
	if g.Lot == "" && !it.Lots {
		g.Lot = g.Expiry // goods with a date and no lot are told apart by their date
	}
	if from != "" && g.Lot != "" && g.Expiry == "" {
		g.Expiry = s.ExpiryOf(from, sku, g.Lot)
	}
	switch {
	case it.Lots && g.Lot == "", it.Expires && g.Lot == "", it.Expires && from == "" && g.Expiry == "":
		return Refuse(LotMissing, "got", s.name(sku))
	case it.Serials:
		return s.numbered(sku, units, from, g.Serials)
	}
	if no, where, is := s.elsewhere(sku, g.Serials, from); is {
		return Refuse(SerialElsewhere, "serial", no, "where", where)
	}
	return nil
}

// inBuilding says where a unit that comes in from outside is by the book: it cannot be here twice.
func (s *State) inBuilding(sku SKU, serial string) *Refusal {
	if no, where, is := s.elsewhere(sku, []string{serial}, ""); is && serial != "" {
		return Refuse(SerialElsewhere, "serial", no, "where", where)
	}
	key := string(sku) + "/" + serial
	if serial != "" && s.Inbounds.any(func(i *Inbound) bool { return slices.Contains(i.Serials, key) }) {
		return Refuse(SerialTwice, "got", s.name(sku), "serial", serial)
	}
	return nil
}

// wrongSerial refuses a unit that is not the one that was sold: another one, one that never left, or one that
// came back before.
func (s *State) wrongSerial(c *ScanReturn, o *Order, l *Line) *Refusal {
	if c.Serial == "" {
		return nil
	}
	if s.Returns.any(func(r *Return) bool { return r.State == ReturnOpen && r.hasSerial(c.SKU, c.Serial) }) {
		return Refuse(SerialTwice, "got", s.name(c.SKU), "serial", c.Serial)
	}
	if o != nil && l != nil && len(l.Serials) > 0 && !slices.Contains(l.Serials, c.Serial) {
		return Refuse(OtherSerial, "got", s.name(c.SKU), "serial", c.Serial, "order", o.Number)
	}
	at, known := s.serials[serial{c.SKU, c.Serial}]
	id, tote := cutTote(at)
	switch x := s.Orders[id]; {
	case !known:
	case !tote:
		return Refuse(SerialElsewhere, "serial", c.Serial, "where", at.said())
	case x != nil && (o == nil || x.ID != o.ID) && !x.left(c.SKU):
		return Refuse(SerialElsewhere, "serial", c.Serial, "where", s.orderSaid(id))
	}
	return nil
}

func (r *Return) hasSerial(sku SKU, no string) bool {
	for _, l := range r.Lines {
		if l.SKU == sku && l.Serial == no {
			return true
		}
	}
	return false
}

// left says whether units of an item of the order are with its customer.
func (o *Order) left(sku SKU) bool {
	for i := range o.Lines {
		if l := &o.Lines[i]; l.SKU == sku && o.Left(l) > 0 {
			return true
		}
	}
	return false
}
