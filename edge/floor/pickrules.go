package floor

import (
	"slices"
	"strconv"
	"time"
)

// fill completes what was read of the units with what the book knows, and says which rule stands against
// taking them from the bin for the line. A line of nil is nobody's yet: a mixed run.
func (s *State) fill(m Meta, l *Line, sku SKU, units int, bin BinID, g *Goods) *Refusal {
	return s.fillFrom(m, l, sku, units, InBin(bin), g, true)
}

// fillFrom does so for goods at any place. What is fresh is asked once, when they leave the bin.
func (s *State) fillFrom(m Meta, l *Line, sku SKU, units int, from PlaceID, g *Goods, fresh bool) *Refusal {
	it := s.Items[sku]
	plain := it == nil || !it.Lots && !it.Expires && !it.Serials && !it.Measured
	if plain && g.empty() && (l == nil || l.Lot == "") {
		return nil
	}
	if plain {
		it = &Item{SKU: sku}
	}
	if g.Lot == "" && (it.Lots || l != nil && l.Lot != "") || it.Expires && g.Expiry == "" {
		s.onlyLot(from, sku, units, g)
	}
	if g.Lot == "" && !it.Lots {
		g.Lot = g.Expiry // goods with a date and no lot are told apart by their date
	}
	if g.Lot != "" && g.Expiry == "" {
		g.Expiry = s.ExpiryOf(from, sku, g.Lot)
	}
	switch {
	case fresh && (it.Lots && g.Lot == "" || it.Expires && g.Expiry == ""):
		return Refuse(LotMissing, "got", s.name(sku))
	case l != nil && l.Lot != "" && g.Lot != l.Lot:
		return Refuse(WrongLot, "lot", g.Lot, "want", l.Lot)
	}
	if fresh {
		if r := s.fresh(m, l, sku, g); r != nil {
			return r
		}
	}
	if l != nil && it.Serials && len(g.Serials) != units {
		return Refuse(SerialMissing, "got", s.name(sku), "qty", strconv.Itoa(units), "have", strconv.Itoa(len(g.Serials)))
	}
	if no, where, is := s.elsewhere(sku, g.Serials, from); is {
		return Refuse(SerialElsewhere, "serial", no, "where", where)
	}
	if it.Measured && l != nil {
		return s.measured(l, units, g)
	}
	return nil
}

// told says whether units of an item are told apart. Of most they are not.
func (s *State) told(sku SKU) bool {
	it := s.Items[sku]
	return it != nil && (it.Lots || it.Expires || it.Serials || it.Measured)
}

// onlyLot takes the lot from the book where only one can be meant.
func (s *State) onlyLot(from PlaceID, sku SKU, units int, g *Goods) {
	lots := s.Lots(from, sku)
	if len(lots) == 1 && lots[0].Qty == s.OnHand(from, sku) && lots[0].Qty >= int64(units) && (g.Lot == "" || g.Lot == lots[0].Lot) {
		g.Lot, g.Expiry = lots[0].Lot, lots[0].Expiry
	}
}

// fresh refuses what does not keep long enough, and, where the site is strict about it, what should wait for
// older goods.
func (s *State) fresh(m Meta, l *Line, sku SKU, g *Goods) *Refusal {
	if g.Expiry == "" {
		return nil
	}
	until := keepsUntil(l, s.date(m.Now))
	if g.Expiry < until {
		return Refuse(Expired, "got", s.name(sku), "date", g.Expiry, "until", until)
	}
	if s.Policy.FEFO == "strict" && (l == nil || l.Lot == "") {
		if bin, date, is := s.older(sku, g.Expiry, until); is {
			return Refuse(OlderFirst, "got", s.name(sku), "bin", string(bin), "date", date)
		}
	}
	return nil
}

// older finds the goods that expire first, if they expire before a date and still keep until another.
func (s *State) older(sku SKU, than, until string) (bin BinID, date string, is bool) {
	date = than
	for _, b := range s.homes[sku] {
		if !s.pickable(b) {
			continue
		}
		if d := s.earliest(b, sku, until); d != "" && d < date || d != "" && d == date && is && s.before(b, bin) {
			bin, date, is = b, d, true
		}
	}
	return bin, date, is
}

// earliest is the first day goods of an item in a bin expire, of those that keep until a day.
func (s *State) earliest(b BinID, sku SKU, until string) string {
	for _, x := range s.Lots(InBin(b), sku) {
		if x.Qty > 0 && x.Expiry != "" && x.Expiry >= until {
			return x.Expiry
		}
	}
	return ""
}

// date is the site's day a moment falls on.
func (s *State) date(now time.Time) time.Time {
	y, m, d := now.In(s.Calendar().Zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// measured holds what pieces weigh against what was asked for.
func (s *State) measured(l *Line, units int, g *Goods) *Refusal {
	if g.Grams == 0 {
		return Refuse(MeasureMissing)
	}
	if l.MeasureG == 0 || l.Qty == 0 {
		return nil
	}
	want := l.MeasureG * l.Wanted() / l.Qty
	low, high, total := want*(100-l.Tolerance)/100, want*(100+l.Tolerance)/100, l.Grams+g.Grams
	if total > high || total < low && l.Picked+units >= l.Wanted() {
		return Refuse(MeasureOff, "got", s.name(l.SKU), "total", strconv.Itoa(total), "low", strconv.Itoa(low), "high", strconv.Itoa(high))
	}
	return nil
}

// units is how many a scan takes: each scan of a case is what the case holds.
func (s *State) units(sku SKU, qty, pack int) (int, *Refusal) {
	if pack <= 1 {
		if pack < 0 {
			return 0, checkRange("pack", pack, 0, MaxQty)
		}
		return qty, nil
	}
	it := s.Items[sku]
	if it == nil || !slices.ContainsFunc(it.Packs, func(p Pack) bool { return p.Qty == pack }) {
		return 0, badField("pack", "is "+strconv.Itoa(pack)+", but "+s.name(sku)+" has no such case")
	}
	return qty * pack, checkRange("qty", qty*pack, 1, MaxQty)
}

// tooMany says that more is in the hand than is wanted; of a case, what is wanted is taken out.
func (s *State) tooMany(sku SKU, units, pack, left int) *Refusal {
	if pack > 1 {
		return Refuse(CaseTooMany, "got", s.name(sku), "pack", strconv.Itoa(pack), "left", strconv.Itoa(left))
	}
	return Refuse(TooMany, "got", s.name(sku), "qty", strconv.Itoa(units), "left", strconv.Itoa(left))
}

// scanned holds a pick against what the site wants scanned: the item, and the bin before it.
func (s *State) scanned(code string, bin BinID, sku SKU) *Refusal {
	switch {
	case s.Policy.ForceScan && code == "":
		return Refuse(ScanNeeded, "got", s.name(sku))
	case s.Policy.ScanBin && bin == "":
		return Refuse(BinNeeded, "want", string(s.Suggest(sku)))
	case s.Policy.ScanBin:
		return s.wrongBin(bin, s.Suggest(sku), sku)
	}
	return nil
}

// wrongBin refuses a bin whose book has none of the item while another's has.
func (s *State) wrongBin(bin, want BinID, sku SKU) *Refusal {
	if bin == want || s.OnHand(InBin(bin), sku) > 0 || s.OnHand(InBin(want), sku) <= 0 {
		return nil
	}
	return Refuse(WrongBin, "bin", string(bin), "got", s.name(sku), "want", string(want))
}

// inCart holds a pick into a tote against whose tote it is.
func (s *State) inCart(r *Run, o *Order, tote ToteID) *Refusal {
	if tote == "" {
		if r != nil && r.Kind == RunCluster {
			return Refuse(ToteMissing, "order", string(o.ID))
		}
		return nil
	}
	if r != nil && len(r.Totes) > 0 && !slices.Contains(r.Totes, tote) {
		return Refuse(UnknownTote, "tote", string(tote))
	}
	owner, busy := s.ToteOf(tote)
	switch {
	case busy && owner != o.ID:
		return Refuse(ToteOfOther, "tote", string(tote), "order", string(owner))
	case busy && s.Totes.Get(tote).Full:
		return Refuse(ToteFull, "tote", string(tote))
	}
	return nil
}

// walks says whether somebody walks the run, and may work at the stop.
func (r *Run) walks(who UserID, o OrderID, stop int) *Refusal {
	switch {
	case who == "":
	case !slices.Contains(r.Pickers, who):
		return Refuse(TakenByOther, "order", string(o), "who", string(r.Pickers[0]))
	case stop >= 0 && r.Stops[stop].By != "" && r.Stops[stop].By != who && slices.Contains(r.Pickers, r.Stops[stop].By):
		return Refuse(TakenByOther, "order", string(o), "who", string(r.Stops[stop].By))
	}
	return nil
}
