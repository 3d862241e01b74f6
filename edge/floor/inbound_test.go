package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func showInbound(s *State, id string) string {
	in := s.Inbounds.Get(InboundID(id))
	if in == nil {
		return "no open delivery " + id
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s delivery %s\n", plain(in.What), in.ID)
	for _, l := range s.Shown(in) {
		fmt.Fprintf(&b, "%s: expected %d, got %d, damaged %d", s.name(l.SKU), l.Qty, l.Got, l.Damaged)
		if l.Order != "" {
			fmt.Fprintf(&b, ", for order %s", l.Order)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func showLevels(s *State, sku string) string {
	b := s.OnHandOf(SKU(sku))
	text := fmt.Sprintf("on hand %d, in totes %d, receiving %d, on hold %d, quarantine %d, missing %d\n", b.OnHand, b.InTote, b.Receiving, b.Hold, b.Quarantine, b.Missing)
	p := b.Promise
	text += fmt.Sprintf("to promise: %d on hand - %d reserved - %d safety = %d", p.OnHand, p.Reserved, p.Safety, p.Available)
	if p.Kept > 0 {
		text += fmt.Sprintf("; %d kept for the centre", p.Kept)
	}
	if p.Oversold > 0 {
		text += fmt.Sprintf("; %d oversold", p.Oversold)
	}
	for _, l := range s.LowStock() {
		text += fmt.Sprintf("\nlow: %s, %d left", s.name(l.SKU), l.OnHand)
	}
	return text
}

func showCoverage(s *State, id string) string {
	c := s.Counts.Get(CountID(id))
	if c == nil {
		in := s.Inventories.Get(CountID(id))
		if in == nil {
			return "no open count " + id
		}
		words := fmt.Sprintf("inventory %s of %s, signed by %v: %d bins\n", in.Number, in.Day, in.By, in.Bins)
		for _, z := range in.Zones {
			words += fmt.Sprintf("zone %s: %d bins, %d units, %d over, %d under, worth %v\n", z.Zone, z.Bins, z.Units, z.Over, z.Under, z.Worth)
		}
		return words
	}
	var b strings.Builder
	for _, z := range s.Covered(c) {
		fmt.Fprintf(&b, "zone %s: %d of %d bins, %d units, %d over, %d under\n", z.Zone, z.Bins, z.All, z.Units, z.Over, z.Under)
	}
	return b.String()
}

// receiveCommand gives random commands about deliveries, tills and inventory day.
func receiveCommand(rt *rapid.T, w *world) Command {
	in := InboundID("ASN-1")
	if ids := w.s.Inbounds.IDs(); len(ids) > 0 {
		in = rapid.SampledFrom(ids).Draw(rt, "inbound")
	}
	sku := rapid.SampledFrom([]SKU{"OAT", "RICE", "OAT", "SOAP"}).Draw(rt, "sku")
	bin := rapid.SampledFrom([]BinID{"A-01-1", "A-02-1", "Z-9"}).Draw(rt, "bin")
	lot := rapid.SampledFrom([]string{"", "", "L1"}).Draw(rt, "lot")
	qty := rapid.IntRange(0, 6).Draw(rt, "qty")
	done := rapid.Bool().Draw(rt, "done")
	count := CountID("none")
	if ids := w.s.Counts.IDs(); len(ids) > 0 {
		count = rapid.SampledFrom(ids).Draw(rt, "count")
	}
	switch rapid.IntRange(0, 15).Draw(rt, "receive command") {
	case 0:
		return &AnnounceInbound{Inbound: in, What: "asn", Lines: []Announced{
			{SKU: "OAT", Qty: qty + 1, Lot: lot}, {SKU: "RICE", Qty: 2, Order: "O-1", Line: "2"}, {SKU: "OAT", Qty: 3, Unit: "095200010000000027"},
		}}
	case 1:
		return &OpenInbound{From: "somebody", Done: done}
	case 2, 3, 4:
		return &ReceiveScan{Inbound: in, SKU: sku, Qty: qty, Lot: lot, Damaged: rapid.IntRange(0, 4).Draw(rt, "damaged") == 0, Done: done}
	case 5:
		return &ReceiveScan{Inbound: in, Unit: "095200010000000027", Damaged: done}
	case 6:
		return &DecideHold{Inbound: in, SKU: sku, Qty: qty, Lot: lot, Decision: rapid.SampledFrom([]string{"accept", "return", "quarantine", "odd"}).Draw(rt, "decision")}
	case 7:
		return &CloseInbound{Inbound: in}
	case 8, 9:
		return &PutAway{Inbound: in, SKU: sku, Qty: qty, Bin: bin, Lot: lot, Done: done}
	case 10, 11:
		ago := rapid.SampledFrom([]int{0, 1, 30}).Draw(rt, "sold minutes ago")
		return &SellAtTill{Receipt: "T-1", SoldAt: noon.Add(w.late - time.Duration(ago)*time.Minute), Lines: []SoldLine{{SKU: sku, Qty: qty - 1}, {SKU: "OAT", Qty: 1, Bin: bin}}}
	case 12:
		return &SetApart{SKU: sku, Qty: qty, Bin: bin, Lot: lot, Reason: Damaged, Done: done}
	case 13:
		if done {
			return &ReleaseStock{SKU: sku, Qty: qty, Bin: bin, Lot: lot}
		}
		return &DisposeStock{SKU: sku, Qty: qty, How: "destroy", Reason: Damaged}
	case 14:
		return &BeginInventory{Date: "2026-11-21", Mode: rapid.SampledFrom([]string{"freeze", "flow"}).Draw(rt, "mode")}
	}
	return &SignInventory{Count: count}
}

// TestReplenishPromisesReserveOnce: two low bins share what one reserve bin has, in the order of the walk.
func TestReplenishPromisesReserveOnce(t *testing.T) {
	w := shop(t)
	w.must("", &SetBin{Bin{ID: "B-01-1", Aisle: "B", Bay: 1, Level: 1, Walk: 5, Zone: "dry", Min: 2, Max: 10}})
	for _, b := range []BinID{"A-01-1", "B-01-1"} {
		w.must("anna", &MoveStock{SKU: "OAT", Qty: 1, From: "A-02-1", To: b})
	}
	w.must("anna", &MoveStock{SKU: "OAT", Qty: 8, From: "A-02-1", To: "R-01-4"})
	w.must("mia", &AdjustStock{SKU: "OAT", Bin: "R-01-4", Delta: 7, Reason: "found"})
	require.Equal(t, []Need{{Bin: "A-01-1", SKU: "OAT", Qty: 11, From: "R-01-4"}, {Bin: "B-01-1", SKU: "OAT", Qty: 4, From: "R-01-4"}}, w.s.Replenish())
}

// TestTheLargestDeliveryAndCountFitTheLine: the most that one command may bring is a record a frame can carry.
func TestTheLargestDeliveryAndCountFitTheLine(t *testing.T) {
	w := shop(t)
	long := strings.Repeat("x", MaxID)
	announce := &AnnounceInbound{Inbound: InboundID(long), What: "asn", Ref: strings.Repeat("<", MaxID), From: strings.Repeat("<", MaxID)}
	count := &CountBin{Bin: "A-02-1"}
	for i := range MaxCounted - 1 {
		sku := SKU(fmt.Sprintf("%080d", i))
		w.must("", &SetItem{Item{SKU: sku, Name: "x", Cost: &Money{Minor: 1e12, Currency: "EUR"}}})
		if i < MaxInbound {
			announce.Lines = append(announce.Lines, Announced{SKU: sku, Qty: MaxQty, Lot: strings.Repeat("<", MaxLot), Order: OrderID(long), Line: LineID(long), Unit: "095200010000000010"})
		}
		count.Lines = append(count.Lines, CountedItem{SKU: sku, Qty: MaxQty, Lot: strings.Repeat("<", MaxLot), Expiry: "2026-12-31"})
	}
	for range MaxUnmatched {
		count.Unmatched = append(count.Unmatched, UnmatchedScan{Code: strings.Repeat("<", MaxID), After: count.Lines[0].SKU})
	}
	w.must("", &SetPolicy{Name: "count_tolerance", Value: []byte("1000000")})
	from := len(w.log)
	w.must("anna", announce)
	w.must("anna", count)
	require.Len(t, w.log[from:], 4, "announced; opened, counted, confirmed")
	for i := range w.log[from:] {
		raw, err := w.log[from+i].AppendTo(nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(raw), MaxRecord, w.log[from+i].Type)
	}
}

// The report of a signed inventory stays, for the last of them.
func TestSignedInventoriesStay(t *testing.T) {
	w := newWorld(t)
	w.must("", &SetBin{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Walk: 1}})
	var first, last CountID
	for i := range KeptInventories + 2 {
		at := w.meta("mia")
		evs := w.quick("mia", &BeginInventory{Date: "2026-11-21", Mode: "flow"})
		last = evs[0].(*CountOpened).Count
		if i == 2 {
			first = last
		}
		w.quick("mia", &CountBin{Bin: "A-01-1", Empty: true})
		ok := ApprovalID(fmt.Sprintf("ok-%d", i))
		w.quick("", &GiveApproval{ID: ok, By: "ole", Subject: "count/" + string(last), Expires: at.Now.Add(10 * time.Minute)})
		w.quick("mia", &SignInventory{Count: last, Approvals: []ApprovalID{ok}})
		w.late += time.Minute
	}
	back := NewState()
	require.NoError(t, w.s.Freeze().Encode(func(line []byte) error { return back.Load(line) }))
	for _, s := range []*State{w.s, back} {
		require.Equal(t, KeptInventories, s.Inventories.Len())
		require.NotNil(t, s.Inventories.Get(first), "the two signed first went")
		require.Equal(t, []UserID{"mia", "ole"}, s.Inventories.Get(last).By)
		require.Equal(t, 1, s.Inventories.Get(last).Bins)
	}
}
