package floor

import (
	"slices"
	"strings"
	"time"
)

// Stock stands in places, and every movement is double entry: what leaves one place arrives at another, so
// the sum over all places is zero for every item, always. Goods enter from and leave to places outside.
const (
	Missing    PlaceID = "missing"           // booked, but not there
	Quarantine PlaceID = "quarantine"        // there, but not to be sold
	Opening    PlaceID = "outside/opening"   // where the first stock came from
	Adjusted   PlaceID = "outside/adjusted"  // the other side of a correction of the book
	Shipped    PlaceID = "outside/shipped"   // left with a carrier
	Collected  PlaceID = "outside/collected" // with the customer who came for it
	OnItsWay   PlaceID = "outside/inbound"   // where what arrives for an order comes from
	Customers  PlaceID = "outside/customer"  // where what is brought back comes from
	ReturnHold PlaceID = "returns"           // brought back, and nobody has said yet where it goes
	Vendor     PlaceID = "outside/vendor"    // sent back to who delivered it
	Disposed   PlaceID = "outside/disposed"  // destroyed
	Sold       PlaceID = "outside/sold"      // over the till
	Repair     PlaceID = "repair"            // brought back, and being mended
)

// InBin, InTote and OnBench name the place of a bin, of an order's picked goods, and of a handling unit.
func InBin(b BinID) PlaceID        { return PlaceID("bin/" + string(b)) }
func InTransitTo(u UnitID) PlaceID { return PlaceID("transit/" + string(u)) }
func InTote(o OrderID) PlaceID     { return PlaceID("tote/" + string(o)) }
func OnBench(u UnitID) PlaceID     { return PlaceID("bench/" + string(u)) }

// InRun is what a run has picked and not sorted to its orders yet.
func InRun(r RunID) PlaceID { return PlaceID("run/" + string(r)) }

// Bucket is the kind of a place: bin, run, tote, bench, staging,
// transit, back, receiving, hold, returns, repair, missing, quarantine, outside.
func (p PlaceID) Bucket() string {
	b, _, _ := strings.Cut(string(p), "/")
	return b
}

// Bin is the bin a place stands for, empty for other places.
func (p PlaceID) Bin() BinID {
	if b, ok := strings.CutPrefix(string(p), "bin/"); ok {
		return BinID(b)
	}
	return ""
}

// Move is one movement of stock.
type Move struct {
	SKU  SKU
	Qty  int
	From PlaceID
	To   PlaceID

	Lot    string // of these units, when it is known
	Expiry string // of the lot, when it is known

	At time.Time // when it happened, where that is not the record's word: a sale at the till

	Serials []string // of these units, when they are known
}

// OnHand is what the book says stands at a place.
func (s *State) OnHand(p PlaceID, sku SKU) int64 {
	if at := s.Places[p]; at != nil {
		return at.Qty[sku]
	}
	return 0
}

// move books what was carried, or corrected, and tells the counts of the bins it touches.
func (s *State) move(m Move) {
	if m.Qty == 0 || m.From == m.To {
		return
	}
	s.shift(m)
	s.follow(m)
	s.level(m)
}

// shift books a movement and tells no count of it.
func (s *State) shift(m Move) {
	if m.Lot == "" && s.lotted {
		s.unnamed(m)
	}
	s.book(m.From, m.SKU, -int64(m.Qty))
	s.book(m.To, m.SKU, int64(m.Qty))
	if m.Lot != "" {
		s.lotted = true
		s.bookLot(m.From, m, -int64(m.Qty))
		s.bookLot(m.To, m, int64(m.Qty))
	}
	if len(m.Serials) > 0 {
		s.moveSerials(m)
	}
}

// unnamed lets lots go with goods whose lot nobody named: units of no known lot go first, then what expires
// first. It decides nothing about quantities, so the books are the same wherever the event is folded.
func (s *State) unnamed(m Move) {
	if m.Qty < 0 {
		m.Qty, m.From, m.To = -m.Qty, m.To, m.From
	}
	lots := s.Lots(m.From, m.SKU)
	if len(lots) == 0 {
		return
	}
	left, free := int64(m.Qty), s.OnHand(m.From, m.SKU)
	for _, x := range lots {
		free -= x.Qty
	}
	left -= max(0, min(left, free))
	for _, x := range lots {
		if n := min(left, x.Qty); n > 0 {
			left -= n
			m.Lot, m.Expiry = x.Lot, x.Expiry
			s.bookLot(m.From, m, -n)
			s.bookLot(m.To, m, n)
		}
	}
}

// bookLot keeps the lots of what is in the building; outside nobody counts them.
func (s *State) bookLot(id PlaceID, m Move, delta int64) {
	if id.Bucket() != "outside" {
		s.place(id).lot(m.SKU, m.Lot, m.Expiry, delta)
	}
}

func (s *State) book(id PlaceID, sku SKU, delta int64) {
	p := s.place(id)
	s.noteStock(id, sku)
	was, known := p.Qty[sku]
	if was+delta == 0 && id.Bin() == "" {
		delete(p.Qty, sku) // only a bin keeps its zero: it is where the item lives
		return
	}
	p.Qty[sku] = was + delta
	if was+delta < 0 && was >= 0 {
		if b := id.Bin(); b != "" {
			s.recount(b, sku, "negative")
		}
	}
	if known {
		return
	}
	if b := id.Bin(); b != "" && !slices.Contains(s.homes[sku], b) {
		s.homes[sku] = append(s.homes[sku], b)
	}
}
