package floor

// Picks of mixed runs count when their units are sorted to an order: before that nobody knows whose they are.
func (e *UnitSorted) count(s *State, d *Day, r *Record) {
	d.add("units_picked", int64(e.Qty))
	d.add(s.hour(r.Time, hourUnits), int64(e.Qty))
	d.add("scans", 1)
	s.linePicked(d, e.Order, e.Line, e.Qty, r.Time)
}

func (e *PickSubstituted) count(s *State, d *Day, r *Record) {
	d.add("units_picked", int64(e.Qty))
	d.add(s.hour(r.Time, hourUnits), int64(e.Qty))
	d.add("scans", 1)
}

func (*RunPicked) count(_ *State, d *Day, _ *Record) { d.add("scans", 1) }

func (e *TillSold) count(_ *State, d *Day, _ *Record)     { d.till(e.Qty) }
func (e *SaleAbsorbed) count(_ *State, d *Day, _ *Record) { d.till(e.Qty) }

// till counts what was sold and what was brought back apart.
func (d *Day) till(qty int) {
	if qty < 0 {
		d.add("till_returned", -int64(qty))
	} else {
		d.add("till_sold", int64(qty))
	}
}

func (e *GoodsReceived) count(_ *State, d *Day, _ *Record) { d.add("units_received", int64(e.Qty)) }

// What differs from what was announced is known when nothing more comes.
func (e *InboundClosed) count(_ *State, d *Day, _ *Record) {
	for name, list := range map[string][]ItemQty{"over": e.Over, "short": e.Short, "unexpected": e.Unexpected, "damaged": e.Damaged} {
		for _, q := range list {
			d.add("received_"+name, int64(q.Qty)) // a sum: the order leaves no trace
		}
	}
}

func (e *ReturnScanned) count(_ *State, d *Day, _ *Record) {
	d.add("returned/"+string(e.Reason), int64(e.Qty))
}

// What the customer takes home again was not brought back.
func (e *ReturnCancelled) count(_ *State, d *Day, _ *Record) {
	for i := range e.Lines {
		d.add("returned/"+string(e.Lines[i].Reason), -int64(e.Lines[i].Qty))
	}
}

func (e *ReturnDisposed) count(_ *State, d *Day, _ *Record) {
	d.add("disposed/"+e.Disposition, int64(e.Qty))
}
