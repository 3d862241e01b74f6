package floor

// seen is what was written since somebody last asked.
type seen struct {
	on     bool
	orders []OrderID
	stock  []SKU
}

// Watch makes the state remember which orders it writes, and of which items the book of a bin. Whoever asks
// for it has to go on asking.
func (s *State) Watch() { s.seen.on = true }

// Written gives the orders, and the items whose book in a bin changed, since it was last asked; some perhaps
// twice. The lists are good until the next Apply.
func (s *State) Written() (orders []OrderID, stock []SKU) {
	orders, stock = s.seen.orders, s.seen.stock
	s.seen.orders, s.seen.stock = s.seen.orders[:0], s.seen.stock[:0]
	return orders, stock
}

func (s *State) noteOrder(id OrderID) {
	if s.seen.on {
		s.seen.orders = append(s.seen.orders, id)
	}
}

func (s *State) noteStock(at PlaceID, sku SKU) {
	if s.seen.on && at.Bin() != "" {
		s.seen.stock = append(s.seen.stock, sku)
	}
}
